"""Attention over a sequence of states: a weighted mean whose weights come from a query."""

import numpy as np

from helpers import validate


def attend(query, keys, values, mask=None):
    """Scaled dot-product attention: weights = softmax(query keys^T / sqrt(D)), context = weights values.

    Args:
        query: (B, U, D) float32 or float64, U queries for each sequence.
        keys: (B, T, D), what each query is compared with.
        values: (B, T, H), what the weighted mean is taken of.
        mask: (B, T) booleans, True at steps that count; None counts all.

    Returns:
        context: (B, U, H).
        weights: (B, U, T), between 0 and 1, each row summing to 1, exactly 0 where the mask is False.

    Raises:
        ValueError: shapes or dtypes disagree, a number is NaN or infinite, or a sequence has no step that counts.

    Source: Vaswani et al. (2017), arXiv:1706.03762; attention over an encoder's states, with another score: Bahdanau,
    Cho and Bengio (2015), arXiv:1409.0473.
    """
    query, keys, values = (
        validate.floats("query", query),
        validate.floats("keys", keys),
        validate.floats("values", values),
    )
    validate.shape("query", query, B=None, U=None, D=None)
    B, _, D = query.shape
    validate.shape("keys", keys, B=B, T=None, D=D)
    T = keys.shape[1]
    validate.shape("values", values, B=B, T=T, H=None)
    validate.same_dtype(query=query, keys=keys, values=values)
    mask = np.ones((B, T), dtype=bool) if mask is None else np.asarray(mask)
    if mask.shape != (B, T) or mask.dtype != bool:
        raise ValueError(f"mask has shape {mask.shape} and dtype {mask.dtype}; expected {(B, T)} = (B, T) booleans.")
    if not mask.any(axis=1).all():
        row = int(np.argmin(mask.any(axis=1)))
        raise ValueError(f"mask is False at every step of sequence {row}; expected at least one step that counts.")

    scores = query @ keys.transpose(0, 2, 1) / query.dtype.type(D**0.5)
    scores = np.where(mask[:, None], scores, query.dtype.type(-np.inf))
    exponentials = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights = exponentials / exponentials.sum(axis=-1, keepdims=True)
    return weights @ values, weights


def attend_backward(dcontext, query, keys, values, weights):
    """Carry a gradient back through `attend`.

        dvalues = weights^T dcontext,   dweights = dcontext values^T
        dscores = weights * (dweights - sum(weights * dweights)) / sqrt(D),   softmax's way back, step by step
        dquery = dscores keys,   dkeys = dscores^T query

    Args:
        dcontext: (B, U, H) float, the loss by each number of the context.
        query, keys, values: as in `attend`.
        weights: (B, U, T), as `attend` returned them.

    Returns:
        dquery (B, U, D), dkeys (B, T, D), dvalues (B, T, H).

    Raises:
        ValueError: dcontext or weights does not fit the others.
    """
    validate.shape("dcontext", dcontext, B=len(query), U=query.shape[1], H=values.shape[-1])
    validate.shape("weights", weights, B=len(query), U=query.shape[1], T=keys.shape[1])
    dweights = dcontext @ values.transpose(0, 2, 1)
    dscores = weights * (dweights - (weights * dweights).sum(axis=-1, keepdims=True)) / query.shape[-1] ** 0.5
    return dscores @ keys, dscores.transpose(0, 2, 1) @ query, weights.transpose(0, 2, 1) @ dcontext
