"""Linear recurrences h_t = a_t * h_{t-1} + b_t: step by step, and by scans in which no step waits for the one before.

Two steps are one step: first (a, b), then (a', b') is (a' a, a' b + b'). This combination is associative, so the T
steps may be combined in any grouping, and in about log2(T) passes. B batch, T time, H hidden.

Rows of several lengths: a factor of 1 and an input of 0 keep the state, so pad a with 1 and b with 0; `cells.min_gru_forward`
does so from its `lengths`.
"""

import numpy as np

from helpers import validate


def loop(a, b, h_0=None):
    """Compute h_t = a_t * h_{t-1} + b_t for t = 1..T, one step after the other: T rounds.

    Args:
        a, b: (B, T, H) float32 or float64, or complex128, the factors and the inputs.
        h_0: (B, H), or None for zeros.

    Returns:
        (B, T, H), the state after every step, in the dtype of a.

    Raises:
        ValueError: shapes or dtypes disagree, a number is NaN or infinite, or a state overflows.
    """
    a, b, h_t = _checked(a, b, h_0)
    h = np.empty_like(b)
    with np.errstate(over="ignore", invalid="ignore"):  # overflow is reported by _finite
        for t in range(a.shape[1]):
            h_t = a[:, t] * h_t + b[:, t]
            h[:, t] = h_t
    return _finite(h)


def doubling(a, b, h_0=None):
    """Compute what `loop` does in ceil(log2 T) passes: in each, every step is combined with the one 1, 2, 4, ... back.

    Args, returns, raises: as `loop`. A product of large factors may overflow where no state does; that raises ValueError too.

    Source: Hillis and Steele (1986), doi:10.1145/7902.7903.
    """
    a, b = _with_first_state(a, b, h_0)
    back = 1
    with np.errstate(over="ignore", invalid="ignore"):
        while back < a.shape[1]:
            b[:, back:] = a[:, back:] * b[:, :-back] + b[:, back:]  # the right side is computed before it is stored
            a[:, back:] = a[:, back:] * a[:, :-back]
            back *= 2
    return _finite(b)


def work_efficient(a, b, h_0=None):
    """Compute what `loop` does in about 2 log2 T passes with about 2T combinations: up a tree of pairs, and down again.

    Args, returns, raises: as `doubling`.

    Source: Blelloch (1990), “Prefix sums and their applications”, Carnegie Mellon University, CMU-CS-90-190.
    """
    a, b = _with_first_state(a, b, h_0)
    T = a.shape[1]
    span = 1
    with np.errstate(over="ignore", invalid="ignore"):
        while 2 * span <= T:  # up: each place at the end of a pair of spans takes the left span in
            _combine(a, b, left=slice(span - 1, T - span, 2 * span), right=slice(2 * span - 1, T, 2 * span))
            span *= 2
        while span > 1:  # down: what lies between gets all that stands to its left
            span //= 2
            _combine(a, b, left=slice(2 * span - 1, T - span, 2 * span), right=slice(3 * span - 1, T, 2 * span))
    return _finite(b)


def backward(dh, a, h, h_0=None, scan=doubling):
    """Backpropagation through a linear recurrence, itself a scan from the right.

        g_t = dh_t + a_{t+1} * g_{t+1},   da_t = g_t * h_{t-1},   db_t = g_t,   dh_0 = a_1 * g_1

    Args:
        dh: (B, T, H), dL/dh_t for every step, from the outputs alone.
        a, h: (B, T, H), the factors, and the states that the forward pass returned.
        h_0: (B, H), or None for zeros.
        scan: `loop`, `doubling` or `work_efficient`.

    Returns:
        dict: da, db (B, T, H); dh_0 (B, H).

    Raises:
        ValueError: as `loop`.
    """
    a, dh, h_0 = _checked(a, dh, h_0, b_name="dh")
    validate.shape("h", np.asarray(h), B=len(a), T=a.shape[1], H=a.shape[2])
    shifted = np.concatenate([a[:, 1:], np.zeros_like(a[:, :1])], axis=1)  # a_{t+1}; nothing follows the last step
    g = scan(shifted[:, ::-1], dh[:, ::-1])[:, ::-1]
    before = np.concatenate([h_0[:, None], h[:, :-1]], axis=1)
    with np.errstate(over="ignore", invalid="ignore"):
        return dict(da=_finite(g * before), db=g, dh_0=_finite(a[:, 0] * g[:, 0]))


def passes(T):
    """Return how many passes `doubling` needs for T steps: the smallest p with 2^p >= T."""
    return max(0, int(T) - 1).bit_length()


def combinations(T):
    """Return how many pairs of steps `doubling` combines for T steps: T - 1 in the first pass, T - 2, T - 4, ..."""
    return sum(T - 2**each for each in range(passes(T)))


def _checked(a, b, h_0, b_name="b"):
    a, b = _numbers("a", a), _numbers(b_name, b)
    validate.shape("a", a, B=None, T=None, H=None)
    B, T, H = a.shape
    if B == 0 or T == 0:
        raise ValueError(f"a has shape {a.shape}; expected at least one sequence and one step.")
    validate.shape(b_name, b, B=B, T=T, H=H)
    h_0 = np.zeros((B, H), a.dtype) if h_0 is None else _numbers("h_0", h_0)
    validate.shape("h_0", h_0, B=B, H=H)
    validate.same_dtype(**{"a": a, b_name: b, "h_0": h_0})
    return a, b, h_0


def _numbers(name, array):
    array = np.asarray(array)
    if array.dtype == np.complex128:
        validate.floats(name, array.view(float))
        return array
    return validate.floats(name, array)


def _with_first_state(a, b, h_0):
    """Return copies of a and b with the first state taken into the first step."""
    a, b, h_0 = _checked(a, b, h_0)
    a, b = a.copy(), b.copy()
    with np.errstate(over="ignore", invalid="ignore"):
        b[:, 0] += a[:, 0] * h_0
    return a, b


def _finite(result):
    if not np.isfinite(result).all():
        raise ValueError(
            f"A state, an error or a product of factors is too large for {result.dtype}; expected finite numbers. Factors "
            "above 1 in size grow with every step; `loop` does not multiply factors with each other."
        )
    return result


def _combine(a, b, left, right):
    b[:, right] += a[:, right] * b[:, left]
    a[:, right] *= a[:, left]
