"""Softmax, cross-entropy, and the gradient that the backward pass starts from."""

import numpy as np

from helpers import validate


def softmax(z):
    """Turn scores into probabilities over the last axis: p_k = exp(z_k) / sum_j exp(z_j).

    The largest score is subtracted first. That does not change the result, and exp cannot overflow.

    Args:
        z: (..., K) float32 or float64, any finite numbers.

    Returns:
        p: (..., K), same dtype, each row between 0 and 1 and summing to 1.

    Raises:
        ValueError: z has no axis or an empty last one, or holds NaN or infinity.

    Source: Bridle (1990), doi:10.1007/978-3-642-76153-9_28.
    """
    exponentials = np.exp(_shifted("z", z))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


def cross_entropy(logits, targets, mask=None):
    """Mean negative log-probability of the right class: L = -(1/N) sum_n log softmax(logits_n)[target_n].

    Args:
        logits: (..., K) float32 or float64.
        targets: (...) integer classes from 0 to K - 1.
        mask: (...) booleans, True where a position counts; None counts all. N is the number of positions that count.

    Returns:
        loss: float in nats, the mean over positions that count.
        dlogits: (..., K), dL/dlogits = (softmax(logits) - one_hot(targets)) / N, zero where the mask is False.

    Raises:
        ValueError: shapes disagree (the message prints both), a target is outside 0..K-1, no position counts, or
            a logit is NaN or infinite.

    Source: Goodfellow, Bengio and Courville (2016), Deep Learning, section 6.2.2.
    """
    log_p = _shifted("logits", logits)
    log_p = log_p - np.log(np.exp(log_p).sum(axis=-1, keepdims=True))
    targets = validate.ids("targets", targets, log_p.shape[-1])
    if targets.shape != log_p.shape[:-1]:
        raise ValueError(
            f"targets has shape {targets.shape}; logits has shape {log_p.shape}, so targets must be {log_p.shape[:-1]}."
        )
    mask = np.ones(targets.shape, dtype=bool) if mask is None else np.asarray(mask)
    if mask.shape != targets.shape or mask.dtype != bool:
        raise ValueError(
            f"mask has shape {mask.shape} and dtype {mask.dtype}; expected {targets.shape} booleans, as targets."
        )
    N = int(mask.sum())
    if N == 0:
        raise ValueError(
            "mask is False everywhere, so there is no position to average over; expected at least one True."
        )

    of_target = np.take_along_axis(log_p, targets[..., None], axis=-1)[..., 0]
    dlogits = np.exp(log_p)
    # softmax minus one-hot: only the targets' entries differ from softmax
    np.put_along_axis(dlogits, targets[..., None], np.exp(of_target)[..., None] - 1, axis=-1)
    # the sum is never positive; a minus sign in place of abs would make a loss of zero -0.0
    return abs(float((of_target[mask] / N).sum())), dlogits * mask[..., None] / dlogits.dtype.type(N)


def _shifted(name, z):
    z = validate.floats(name, z)
    if z.ndim == 0 or z.shape[-1] == 0:
        raise ValueError(f"{name} has shape {z.shape}; expected (..., K) with at least one class.")
    with np.errstate(over="ignore"):  # scores too far apart for the dtype: the small one gets probability 0
        return np.maximum(z - z.max(axis=-1, keepdims=True), np.finfo(z.dtype).min / 2)
