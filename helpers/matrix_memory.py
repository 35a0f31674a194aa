"""A matrix as a state: pairs of a key and a value are written into it, one pair at a time, and read back by their key.

T pairs, keys of D numbers, values of H numbers; row vectors, so a read is key @ S.
"""

import numpy as np

from helpers import validate

RULES = ("sum", "fading", "delta")


def write(keys, values, rule="sum", rate=1.0, keep=0.95):
    """Write pairs into a matrix, one after the other.

        sum:     S_t = S_{t-1} + k_t^T v_t
        fading:  S_t = keep S_{t-1} + k_t^T v_t
        delta:   S_t = S_{t-1} + rate k_t^T (v_t - k_t S_{t-1}),   so with rate 1 and |k_t| = 1 the key reads v_t exactly

    Args:
        keys: (T, D) float32 or float64.
        values: (T, H), same dtype.
        rule: one of RULES.
        rate, keep: numbers of the rules "delta" and "fading".

    Returns:
        (T, D, H), the matrix after each pair.

    Raises:
        ValueError: shapes or dtypes disagree, a number is NaN or infinite, S overflows, or the rule is unknown. (The delta
            rule grows with long keys: along k_t a pair multiplies S by 1 - rate |k_t|^2.)

    Sources: the sum is attention without softmax: Katharopoulos et al. (2020), arXiv:2006.16236; the delta rule in it:
    Schlag, Irie and Schmidhuber (2021), arXiv:2102.11174.
    """
    if rule not in RULES:
        raise ValueError(f"rule is {rule!r}; expected one of {', '.join(RULES)}.")
    keys, values = _pairs(keys, values)
    S, states = np.zeros((keys.shape[1], values.shape[1]), keys.dtype), []
    with np.errstate(over="ignore", invalid="ignore"):  # overflow is reported by validate.floats
        for key, value in zip(keys, values, strict=True):
            if rule == "fading":
                S = S * keys.dtype.type(keep)
            wanted = keys.dtype.type(rate) * (value - key @ S) if rule == "delta" else value
            S = S + np.outer(key, wanted)
            states.append(S)
    return validate.floats("S", np.array(states).reshape(len(keys), *S.shape))


def read_softmax(query, keys, values, sharpness=None):
    """Read by softmax attention over all pairs, which are kept: softmax(query keys^T * sharpness) values.

    Args:
        query: (U, D), what is asked.
        keys, values: (T, D) and (T, H), one dtype, at least one pair.
        sharpness: a number larger than 0; sqrt(D) if None, so that keys of length 1 are told apart.

    Returns:
        (U, H).

    Raises:
        ValueError: as `write`.
    """
    keys, values = _pairs(keys, values)
    query = validate.floats("query", query)
    validate.shape("query", query, U=None, D=keys.shape[1])
    validate.same_dtype(query=query, keys=keys)
    scores = query @ keys.T * keys.dtype.type(keys.shape[1] ** 0.5 if sharpness is None else sharpness)
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    return weights / weights.sum(axis=1, keepdims=True) @ values


def _pairs(keys, values):
    keys, values = validate.floats("keys", keys), validate.floats("values", values)
    validate.shape("keys", keys, T=None, D=None)
    if len(keys) == 0:
        raise ValueError(f"keys has shape {keys.shape}; expected at least one pair.")
    validate.shape("values", values, T=len(keys), H=None)
    validate.same_dtype(keys=keys, values=values)
    return keys, values
