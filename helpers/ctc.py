"""Connectionist temporal classification in NumPy: the probability of a label over all its alignments to the frames.

T frames, K classes of which one is the blank, U symbols in the label, S = 2U + 1 states in its trellis: a blank before
the first symbol, between any two, and after the last.
"""

from itertools import groupby

import numpy as np

from helpers import validate

BLANK = 0


def collapse(path, blank=BLANK):
    """Turn a path, one class per frame, into a label: merge runs of equal classes, then remove blanks.

    Args:
        path: any sequence of classes, as ids or as letters.
        blank: the class that means no symbol.

    Returns:
        list of classes, without blanks.

    Source: Graves, Fernández, Gomez and Schmidhuber (2006), doi:10.1145/1143844.1143891.
    """
    return [symbol for symbol, _ in groupby(path) if symbol != blank]


def trellis(label):
    """Return the states that a path for `label` goes through: blank, first symbol, blank, second symbol, ..., blank.

    Args:
        label: U ids, none of them 0, the blank.

    Returns:
        states: (S,) int64.
        may_skip: (S,) booleans, True where a path may come from two states before and skip the blank: at a symbol that
            differs from the symbol before.
    """
    states = np.zeros(2 * len(label) + 1, dtype=np.int64)
    states[1::2] = label
    may_skip = np.zeros(len(states), dtype=bool)
    may_skip[3::2] = states[3::2] != states[1:-2:2]
    return states, may_skip


def log_alpha(log_p, label):
    """Return the log-probability of all beginnings of paths for `label`, by frame and state of the trellis.

    alpha_t(s) = p_t(state s) (alpha_{t-1}(s) + alpha_{t-1}(s-1) + [s may skip] alpha_{t-1}(s-2)), in logarithms.

    Args:
        log_p: (T, K) float64, the log-probability of each class at each frame; class 0 is the blank.
        label: U ids from 1 to K - 1.

    Returns:
        (T, S) float64, -inf where there is no path.

    Raises:
        ValueError: log_p has another shape or dtype, or holds NaN or infinity; the label holds the blank or an id
            outside 1..K-1.

    Source: Graves, Fernández, Gomez and Schmidhuber (2006), doi:10.1145/1143844.1143891.
    """
    log_p = validate.floats("log_p", log_p)
    validate.shape("log_p", log_p, T=None, K=None)
    label = validate.ids("label", label, log_p.shape[1])
    if (label == BLANK).any():
        raise ValueError(f"label is {label.tolist()}; expected symbols from 1 to {log_p.shape[1] - 1}, 0 is the blank.")
    states, may_skip = trellis(label)
    S = len(states)
    alpha = np.full((len(log_p), S), -np.inf)
    alpha[0, :2] = log_p[0, states[:2]]
    for t in range(1, len(log_p)):
        stay, step, skip = alpha[t - 1], np.r_[-np.inf, alpha[t - 1]][:S], np.r_[-np.inf, -np.inf, alpha[t - 1]][:S]
        before = np.logaddexp(np.logaddexp(stay, step), np.where(may_skip, skip, -np.inf))
        alpha[t] = before + log_p[t, states]
    return alpha


def ctc_loss(log_p, label):
    """Return minus the log-probability of `label` given the frames: L = -log sum over all paths that collapse to it.

    Args and errors: as `log_alpha`.

    Returns:
        loss: float in nats; infinity if the label needs more frames than there are.

    Source: Graves, Fernández, Gomez and Schmidhuber (2006), doi:10.1145/1143844.1143891.
    """
    return -float(np.logaddexp.reduce(log_alpha(log_p, label)[-1, -2:]))
