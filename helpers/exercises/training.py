"""The checks of lesson 6's exercises: windows of a text, truncation, and clipping."""

import numpy as np

from helpers import cells
from helpers.exercises.compare import (
    NotYet,
    as_array,
    call,
    check_array,
    check_arrays,
    check_number,
    checking,
    close,
    described,
    different_sizes,
    latest_call,
    name_of,
    one_number,
    shape_of,
    small,
    two,
    two_parts,
)


@checking
def window(function, seed=0, tiny=0):
    """function(ids, B, T, k) -> x and targets, both (B, T): the k-th window, from 0, of a text laid out in B rows."""
    rng = np.random.default_rng(seed)
    sizes = {1: ((1, 2, 4, 1),), 2: ((2, 2, 5, 1),)}.get(tiny) or ((2, 3, 7, 1), (3, 4, 13, 2), (2, 5, 10, 0))

    def laid_out(B, T, columns, k):
        left_over = 0 if tiny or k == 0 else B - 1
        whole = (np.arange if tiny else rng.permutation)(B * columns + 1 + left_over)
        ids = whole[: B * columns + 1]
        rows = ids[:-1].reshape(B, columns)
        after = ids[1:].reshape(B, columns)
        at, other = slice(k * T, k * T + T), slice((k + 1) * T, (k + 2) * T)
        return ids, B, T, k, rows, after, at, other, whole

    def answer_to(case):
        hint = "Cut ids to B * columns numbers, and reshape them to (B, columns)."
        answer = call(function, case[8], *case[1:4], hint=hint)
        return two_parts(name_of(function), answer, "return x, targets", _window_of(case))

    cases = [laid_out(*size) for size in sizes]
    got = [answer_to(case) for case in cases]
    if not tiny and shape_of(got[-1][0]) == (2, 0):
        raise NotYet("for k = 0 x has no columns: k counts from 0, so the first window begins at column 0.")
    of_x = {
        "the rows go down the columns; a row is a piece of the text, so reshape to (B, columns).": lambda c: (
            c[0][:-1].reshape(-1, c[1]).T[:, c[6]]
        ),
        "your rows follow each other within a window; a row must go on in the next window where it stopped.": lambda c: (
            c[0][c[3] * c[1] * c[2] :][: c[1] * c[2]]
        ),
        "the last character can only be a target, so (len(ids) - 1) // B columns fit.": lambda c: c[8][
            : len(c[8]) // c[1] * c[1]
        ].reshape(c[1], -1)[:, c[6]],
        "what is left over is cut off at the beginning; the first row is the beginning of the text.": lambda c: c[8][
            len(c[8]) - len(c[0]) : -1
        ].reshape(c[1], -1)[:, c[6]],
        "the rows are cut to whole windows of T columns; they are as long as possible.": lambda c: c[0][
            : len(c[4][0]) // c[2] * c[2] * c[1]
        ].reshape(c[1], -1)[:, c[6]],
        "k counts from 0: that is the window after it.": lambda c: c[4][:, c[7]],
        "k is ignored: that is the first window.": lambda c: c[4][:, : c[2]],
        "k counts windows, not columns: it begins at column k * T.": lambda c: c[4][:, c[3] : c[3] + c[2]],
        "x is the targets: x begins with the first character.": lambda c: c[5][:, c[6]],
    }
    of_targets = {
        "the targets are x; they are the ids one place later.": lambda c: c[4][:, c[6]],
        "the last target of a row is the row's own beginning; it is the next character of the text.": lambda c: np.roll(
            c[4][:, c[6]], -1, axis=1
        ),
        "the targets are the next window; they are the next characters, one place later.": lambda c: c[4][:, c[7]],
        "the targets are the ids one place before; they are those one place later.": lambda c: np.roll(c[0], 1)[
            :-1
        ].reshape(c[1], -1)[:, c[6]],
        "the targets are shifted by two places; one is enough.": lambda c: np.roll(c[0], -2)[:-1].reshape(c[1], -1)[
            :, c[6]
        ],
    }
    for name, part, bugs in (("x", 0, of_x), ("targets", 1, of_targets)):
        tried = []
        for case, mine in zip(cases, got, strict=True):
            right = _window_of(case)[part]
            wrong = {sentence: make(case) for sentence, make in bugs.items()}
            wrong = {
                sentence: array.reshape(right.shape) for sentence, array in wrong.items() if array.size == right.size
            }
            tried.append((f"{name} for B = {case[1]}, T = {case[2]}, k = {case[3]}", mine[part], right, wrong))
        check_arrays(tried, "(B, T)")
    last = laid_out(2, 3, 6, 1)
    x, targets = answer_to(last)
    if shape_of(targets) == (2, 2):
        raise NotYet(
            "in a row's last window one target is missing: the next character of the text, which begins the next row. Cut "
            f"the targets from ids[1:].{latest_call()}"
        )
    own = {
        "a row's last target is the row's own first one; it is the next character of the text.": np.roll(
            last[4], -1, axis=1
        )[:, last[6]]
    }
    for name, mine, right, bugs in zip(("x", "targets"), (x, targets), _window_of(last), ({}, own), strict=True):
        check_array(f"{name} in the last window of each row", mine, right, "(B, T)", bugs)


def _window_of(case):
    rows, after, at = case[4:7]
    return rows[:, at], after[:, at]


@checking
def reaching(function, seed=0, tiny=0):
    """function(dh, x, h, h_0, W_xh, W_hh, k) -> dW_hh, each step's loss going back through k steps and no further."""
    rng = np.random.default_rng(seed)
    B, D, H, T = {1: (1, 1, 1, 2), 2: (1, 1, 2, 3)}.get(tiny) or (*different_sizes(rng, 3), 6)
    W_xh, W_hh, b_h = small(rng, D, H) / 2, small(rng, H, H) / 2, small(rng, H) / 2
    x, h_0, dh = small(rng, B, T, D) / 2, small(rng, B, H) / 2, small(rng, B, T, H)
    h = cells.rnn_forward(x, h_0, W_xh, W_hh, b_h)
    if tiny:
        h = h.round(2)
    states = np.concatenate([h_0[:, None], h], axis=1)

    def back(first, last, start=None, outer=None, W=W_hh):
        """Return dW_hh of steps first to last - 1, from the loss of the last of them; with `outer`, from all losses."""
        window, only = slice(first, last), np.zeros((B, last - first, H))
        only[:, -1] = dh[:, last - 1]
        start = states[:, first] if start is None else start
        return cells.rnn_backward(
            only if outer is None else outer[:, window], x[:, window], h[:, window], start, W_xh, W
        )["dW_hh"]

    def each(k, **how):
        return sum(back(max(0, t - k), t, **how) for t in range(1, T + 1) if t > max(0, t - k))

    each_of = [each(k) for k in range(T + 2)]
    cases = []
    for k in {1: (2, 1), 2: (2, 1, 3)}.get(tiny) or (3, 1, T, 2):
        bugs = {
            "that cuts the sequence into windows of k steps; here every loss goes back k steps of its own.": sum(
                back(first, min(first + k, T), outer=dh) for first in range(0, T, k)
            ),
            "that is the whole gradient; each loss may go back through k steps only.": back(0, T, outer=dh),
            "off by one: your losses go back through k + 1 steps; k = 1 means its own step alone.": each_of[k + 1],
            "off by one: your losses go back through k - 1 steps; k = 1 means its own step alone.": each_of[k - 1]
            + 0 * W_hh,
            "each window starts from zeros; the state is handed on, only the error stops.": each(
                k, start=np.zeros((B, H))
            ),
            "each window starts from h_0; it starts from the state just before it.": each(k, start=h_0),
            "only the last step's loss is sent back; every step has one.": back(T - k, T),
            "the first k - 1 losses are left out; they go back as far as the beginning.": sum(
                back(t - k, t) for t in range(k, T + 1)
            ),
            "inside a window all losses are sent back, so that most count several times; only the last step's.": sum(
                back(max(0, t - k), t, outer=dh) for t in range(1, T + 1)
            ),
            "your losses go back through their own step alone; each goes back through k, its own included.": each_of[1],
            "the sign is wrong.": -each_of[k],
            "h_0 is taken as zeros, or the share of the first step, which reads h_0, is left out; it counts too.": sum(
                back(max(0, t - k), t, start=states[:, max(0, t - k)] * (t > k)) for t in range(1, T + 1)
            ),
            "that is the mean over the losses; the gradient is their sum.": each_of[k] / T,
            "off by one: your losses go back through k - 1 steps; each goes back through k, its own included.": each_of[
                max(k - 1, 1)
            ],
            "the loss of the first step is left out; it goes back through its own step.": each_of[k] - back(0, 1),
            "a window starts from the state after its first step; it starts from the state just before it.": sum(
                back(max(0, t - k), t, start=states[:, max(0, t - k) + 1]) for t in range(1, T + 1)
            ),
            "at the beginning, h[:, first - 1] is the last state; there the state before is h_0.": sum(
                back(max(0, t - k), t, start=states[:, t - k] if t > k else states[:, -1]) for t in range(1, T + 1)
            ),
            "the losses are divided by the batch; the gradient is a sum.": each_of[k] / B,
            "W_hh is not transposed on the way back: dz @ W_hh.T.": each(k, W=W_hh.T),
        }
        got = call(
            function,
            dh,
            x,
            h,
            h_0,
            W_xh,
            W_hh,
            k,
            hint="cells.rnn_backward takes slices: dh[:, a:b], x[:, a:b], h[:, a:b].",
        )
        cases.append((f"dW_hh for T = {T}, k = {k},", got, each_of[k], bugs))
    check_arrays(cases, "(H, H)")


@checking
def clip(function, seed=0):
    """function(grads, limit) -> (clipped, norm): one factor for all arrays, and the joint norm before clipping."""
    rng = np.random.default_rng(seed)
    grads = {"W_xh": small(rng, 3, 2), "W_hh": 5 * small(rng, 2, 2), "b_h": small(rng, 2) / 10}
    norm = np.sqrt(sum(np.sum(g**2) for g in grads.values()))
    count = sum(g.size for g in grads.values())
    norms = {
        "the square root is missing: the norm is the root of the sum of squares.": norm**2,
        "norms do not add; their squares do.": sum(np.linalg.norm(g) for g in grads.values()),
        "that is the root of the mean of the squares; the norm has their sum.": norm / np.sqrt(count),
        "that is the largest number; the norm is the root of the sum of squares.": max(
            np.abs(g).max() for g in grads.values()
        ),
        "that is the largest of the three norms; all numbers count together.": max(
            np.linalg.norm(g) for g in grads.values()
        ),
        "that is the sum of the sizes; the norm is the root of the sum of squares.": sum(
            np.abs(g).sum() for g in grads.values()
        ),
        "that is the norm of the last array alone.": np.linalg.norm(grads["b_h"]),
        "that is the norm of the first array alone.": np.linalg.norm(grads["W_xh"]),
    }
    limits = [float(limit) for limit in (norm / 3, 2 * norm, norm / 1.02, 0.01)]
    below = "where nothing is to be clipped, return the gradients as they are, and the norm"
    got = [_two(function, call(function, grads, limit, nothing=below), grads, norm) for limit in limits]

    def by(change):
        return [{name: change(g, limit) for name, g in grads.items()} for limit in limits]

    def to(measure):
        return by(lambda g, limit: g * min(1, limit / measure))

    right = to(norm)
    of_norm = {sentence: [wrong] * len(limits) for sentence, wrong in norms.items()} | {
        "that is the norm after clipping; the one before says how wild the step was.": [
            min(norm, limit) for limit in limits
        ],
        "that is the factor.": [min(1, limit / norm) for limit in limits],
        "that is the limit.": limits,
    }
    of_clipped = {"in clipped: " + sentence: to(wrong) for sentence, wrong in norms.items()} | {
        "each array is clipped by a norm of its own; one factor for all keeps the direction.": by(
            lambda g, limit: g * min(1, limit / np.linalg.norm(g))
        ),
        "that clips each number by value; multiply all of them by one factor.": by(
            lambda g, limit: np.clip(g, -limit, limit)
        ),
        "the gradients are shorter than the limit and must stay as they are; yours became longer.": by(
            lambda g, limit: g * limit / norm
        ),
        "nothing is clipped: multiply by limit / norm where the norm is larger.": by(lambda g, limit: g),
        "the factor is upside down: it is limit / norm.": by(lambda g, limit: g * max(1, norm / limit)),
        "the factor is upside down: it is limit / norm, where the norm is larger.": by(
            lambda g, limit: g * norm / limit
        ),
        "the result has norm 1; it should have the limit as its norm.": by(lambda g, limit: g / norm),
        "the result has norm 1 where it is clipped; it should have the limit as its norm.": by(
            lambda g, limit: g / norm if norm > limit else g
        ),
        "the comparison is the wrong way round: where the norm is larger than the limit, multiply.": by(
            lambda g, limit: g * limit / norm if norm < limit else g
        ),
        "that is divided by the limit; multiply by it.": by(lambda g, limit: g / norm / limit if norm > limit else g),
    }
    for sentence, wrong in of_norm.items():
        if not all(close(length, norm) for _, length in got) and all(
            close(length, gives) for (_, length), gives in zip(got, wrong, strict=True)
        ):
            raise NotYet("norm is {}, expected {}: {}".format(*two(float(got[0][1]), norm), sentence))
    for sentence, wrong in of_clipped.items():
        fits = [_all_close(mine, gives) for (mine, _), gives in zip(got, wrong, strict=True)]
        if all(fits) and not all(_all_close(mine, gives) for (mine, _), gives in zip(got, right, strict=True)):
            raise NotYet(sentence)
    for limit, (clipped, length), want in zip(limits, got, right, strict=True):
        for name in grads:
            check_array(f"for limit {limit:.4g} clipped[{name!r}]", clipped[name], want[name], str(grads[name].shape))
        check_number(f"for limit {limit:.4g} norm", length, norm)
    zero = {name: 0 * g for name, g in grads.items()}
    hint = "Here all gradients are zero, and so is their norm."
    clipped, length = _two(function, call(function, zero, 1.0, hint=hint), zero, 0.0)
    for name in zero:
        if shape_of(clipped[name]) == zero[name].shape and not np.isfinite(as_array(name, clipped[name], "")).all():
            raise NotYet("gradients that are all zero become NaN: 0 divided by 0.")
        check_array(
            f"for gradients that are all zero clipped[{name!r}]", clipped[name], zero[name], str(grads[name].shape)
        )
    check_number("the norm of gradients that are all zero", length, 0.0)


def _two(function, got, grads, norm):
    """Return (clipped, norm); raise NotYet unless there is a dict with all the names, and then a number."""
    clipped, length = two_parts(name_of(function), got, "return clipped, norm", (grads, norm))
    if not isinstance(clipped, dict):
        raise NotYet(f"clipped is {described(clipped)}; expected a new dict with the names of grads.")
    if missing := [name for name in grads if name not in clipped]:
        raise NotYet(
            f"clipped lacks {', '.join(missing)}; every array of grads is in it, also where nothing is to be clipped."
        )
    return clipped, one_number(function, length)


def _all_close(mine, gives):
    return all(close(mine[name], gives[name]) for name in gives)
