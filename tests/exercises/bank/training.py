"""Answers to lesson 6's exercises: right ones, and wrong ones with the words their feedback must contain."""

import numpy as np

from helpers import cells
from helpers.experiments import sonnets


def by_rows(ids, B, T, k):
    columns = (len(ids) - 1) // B
    starts = [row * columns + k * T for row in range(B)]
    return np.array([ids[a : a + T] for a in starts]), np.array([ids[a + 1 : a + T + 1] for a in starts])


def layout(ids, B, T, k, later=1, shift=0, turned=False, first=None):
    """Return a window with one thing changed."""
    columns = (len(ids) - 1) // B
    x, y = (np.roll(ids, -by)[: B * columns] for by in (shift, later))
    x, y = ((a.reshape(columns, B).T if turned else a.reshape(B, columns)) for a in (x, y))
    at = slice(k * T, k * T + T) if first is None else slice(first(k, T), first(k, T) + T)
    return x[:, at], y[:, at]


def but(**how):
    return lambda *given: layout(*given, **how)


def targets_of_the_row(ids, B, T, k):
    rows = np.reshape(ids[: (len(ids) - 1) // B * B], (B, -1))
    return rows[:, k * T : k * T + T], rows[:, k * T + 1 : k * T + T + 1]


def piece_by_piece(ids, B, T, k):
    at = k * B * T
    return ids[at : at + B * T].reshape(B, T), ids[at + 1 : at + 1 + B * T].reshape(B, T)


def window(first, last, dh, x, h, h_0, W_xh, W_hh, every=False, zeros=False):
    cut = slice(first, last)
    sent = dh[:, cut].copy()
    if not every:
        sent[:, :-1] = 0
    state = h[:, first - 1] if first > 0 else h_0
    return cells.rnn_backward(sent, x[:, cut], h[:, cut], 0 * state if zeros else state, W_xh, W_hh)["dW_hh"]


def reaching(*given, reach=0, **how):
    *arrays, k = given
    T, k = arrays[0].shape[1], k + reach
    return sum((window(max(0, t - k + 1), t + 1, *arrays, **how) for t in range(T) if k), np.zeros_like(arrays[-1]))


def by_copies(dh, x, h, h_0, W_xh, W_hh, k):
    """Go back step by step for each loss separately."""
    states = np.concatenate([h_0[:, None], h], axis=1)
    total = np.zeros_like(W_hh)
    for t in range(1, states.shape[1]):
        back = dh[:, t - 1]
        for s in range(t, max(0, t - k), -1):
            dz = back * (1 - states[:, s] ** 2)
            total += states[:, s - 1].T @ dz
            back = dz @ W_hh.T
    return total


def windows(*given):
    *arrays, k = given
    T = arrays[0].shape[1]
    return sum(window(first, min(T, first + k), *arrays, every=True) for first in range(0, T, k))


def joint(grads):
    return np.sqrt(sum(np.sum(g**2) for g in grads.values()))


def clip(grads, limit, factor=lambda norm, limit: min(1, limit / max(norm, 1e-12)), norm=joint):
    return {name: g * factor(joint(grads), limit) for name, g in grads.items()}, norm(grads)


def flat(grads, limit):
    norm = np.linalg.norm(np.concatenate([g.ravel() for g in grads.values()]))
    return ({n: g / norm * limit for n, g in grads.items()} if norm > limit else dict(grads)), norm


def each_alone(grads, limit):
    return {n: g * min(1, limit / np.linalg.norm(g)) for n, g in grads.items()}, joint(grads)


def clip_in_place(grads, limit):
    norm = joint(grads)
    for g in grads.values():
        g *= min(1, limit / norm)
    return grads, norm


RIGHT = {
    "window": [by_rows, lambda ids, B, T, k: sonnets.windows(ids, B, T)[k], layout],
    "reaching": [reaching, by_copies],
    "clip": [clip, flat, lambda g, limit: clip({n: np.float32(a) for n, a in g.items()}, limit)],
}
WRONG = {
    "window": [
        (but(turned=True), "go down the columns"),
        (piece_by_piece, "where it stopped"),
        (but(later=0), "the targets are x"),
        (but(later=2), "by two places"),
        (but(later=-1), "one place before"),
        (but(first=lambda k, T: k), "not columns"),
        (but(first=lambda k, T: 0), "k is ignored"),
        (but(shift=1), "x is the targets"),
        (lambda *given: layout(*given)[0], "return x, targets"),
        (lambda *given: layout(*given)[::-1], "swapped"),
        (lambda *given: (layout(*given)[0], np.roll(layout(*given)[0], -1, axis=1)), "row's own beginning"),
        (targets_of_the_row, "one target is missing"),
    ],
    "reaching": [
        (windows, "cuts the sequence into windows"),
        (lambda *given: reaching(*given, reach=100), "whole gradient"),
        (lambda *given: reaching(*given, reach=1), "k + 1 steps"),
        (lambda *given: reaching(*given, reach=-1), "k - 1 steps"),
        (lambda *given: reaching(*given, zeros=True), "starts from zeros"),
        (lambda *given: reaching(*given, every=True), "count several times"),
        (lambda *given: window(given[0].shape[1] - given[-1], given[0].shape[1], *given[:-1]), "only the last step's"),
        (lambda *given: reaching(*given) / given[0].shape[1], "mean over the losses"),
        (lambda *given: reaching(*given[:-1], 1), "their own step alone"),
        (lambda *given: -reaching(*given), "sign is wrong"),
    ],
    "clip": [
        (each_alone, "norm of its own"),
        (lambda g, limit: ({n: np.clip(a, -limit, limit) for n, a in g.items()}, joint(g)), "by value"),
        (lambda g, limit: clip(g, limit, lambda norm, limit: limit / norm), "became longer"),
        (lambda g, limit: clip(g, limit, lambda norm, limit: min(1, limit / norm**2)), "square root is missing"),
        (lambda g, limit: (g, joint(g)), "nothing is clipped"),
        (lambda g, limit: clip(g, limit, lambda norm, limit: 1 / norm), "has norm 1"),
        (lambda g, limit: (clip(g, limit)[0], joint(clip(g, limit)[0])), "after clipping"),
        (lambda g, limit: (clip(g, limit)[0], joint(g) ** 2), "square root is missing"),
        (lambda g, limit: clip(g, limit)[0], "return clipped, norm"),
        (lambda g, limit: clip(g, limit, lambda norm, limit: np.minimum(norm, limit) / norm), "0 divided by 0"),
        (clip_in_place, "changes grads['W_xh'], grads['W_hh'] and grads['b_h'] in place"),
        (lambda g, limit: clip(g, limit)[::-1], "results are swapped"),
        (
            lambda g, limit: ({n: a * limit / joint(g) for n, a in g.items() if joint(g) > limit}, joint(g)),
            "clipped lacks",
        ),
        (
            lambda g, limit: clip(g, limit, norm=lambda g: sum(np.linalg.norm(a) for a in g.values())),
            "norms do not add",
        ),
        (
            lambda g, limit: (
                {n: a * min(1, limit / sum(np.linalg.norm(b) for b in g.values())) for n, a in g.items()},
                sum(np.linalg.norm(b) for b in g.values()),
            ),
            "norms do not add",
        ),
        (
            lambda g, limit: clip(g, limit, lambda norm, limit: min(1, limit / (norm / np.sqrt(12)))),
            "root of the mean",
        ),
        (lambda g, limit: (list(clip(g, limit)[0].values()), joint(g)), "a new dict"),
    ],
}


def rolled(ids, B, T, k):
    """The targets of whole rows, whose last one is the row's own first character."""
    x = ids[: (len(ids) - 1) // B * B].reshape(B, -1)
    at = slice(k * T, k * T + T)
    return x[:, at], np.roll(x, -1, axis=1)[:, at]


def from_one(ids, B, T, k):
    columns = (len(ids) - 1) // B
    at = slice((k - 1) * T, k * T)
    return ids[: B * columns].reshape(B, columns)[:, at], ids[1 : B * columns + 1].reshape(B, columns)[:, at]


WRONG["window"] += [(rolled, "row's own first"), (from_one, "k counts from 0")]


def without_the_first_step(dh, x, h, h_0, W_xh, W_hh, k):
    T = x.shape[1]
    total = np.zeros_like(W_hh)
    for t in range(T):
        e = dh[:, t]
        for s in range(t, max(t - k, 0), -1):
            prev = h[:, s - 1] if s > 0 else h_0
            dz = e * (1 - h[:, s] ** 2)
            total += prev.T @ dz
            e = dz @ W_hh.T
    return total


def not_transposed(dh, x, h, h_0, W_xh, W_hh, k):
    T = x.shape[1]
    total = np.zeros_like(W_hh)
    for t in range(T):
        e = dh[:, t]
        for s in range(t, max(t - k, -1), -1):
            prev = h[:, s - 1] if s > 0 else h_0
            dz = e * (1 - h[:, s] ** 2)
            total += prev.T @ dz
            e = dz @ W_hh
    return total


WRONG["reaching"] += [(without_the_first_step, "the share of the first step"), (not_transposed, "not transposed")]


def lag_by_lag(dh, x, h, h_0, W_xh, W_hh, k):
    prev = np.concatenate([h_0[:, None], h[:, :-1]], axis=1)
    e, total = dh.copy(), 0
    for lag in range(min(k, x.shape[1])):
        n = x.shape[1] - lag
        dz = e * (1 - h[:, :n] ** 2)
        total = total + np.einsum("bti,btj->ij", prev[:, :n], dz)
        e = (dz @ W_hh.T)[:, 1:]
    return total


RIGHT["reaching"] += [lag_by_lag]


def in_columns(first, last):
    """Return a window of rows that lie between two places of the text, given the number of rows, T and what is left over."""

    def wrong(ids, B, T, k):
        left = (len(ids) - 1) % B
        begin, end = first(B, T, left), len(ids) - 1 - last(B, T, left)
        columns = (end - begin) // B
        at = slice(k * T, k * T + T)
        x, y = (ids[begin + by :][: B * columns].reshape(B, columns) for by in (0, 1))
        return x[:, at], y[:, at]

    return wrong


def whole_windows(ids, B, T, k):
    columns = (len(ids) - 1) // (B * T) * T
    at = slice(k * T, k * T + T)
    x, y = (ids[by:][: B * columns].reshape(B, columns) for by in (0, 1))
    return x[:, at], y[:, at]


def going_forward(dh, x, h, h_0, W_xh, W_hh, k):
    """Each loss is put at the first of k steps, so that no error goes back to the steps before it."""
    total, T = 0 * W_hh, x.shape[1]
    for t in range(T):
        ahead, sent = slice(t, min(t + k, T)), 0 * dh[:, t : t + k]
        sent[:, 0] = dh[:, t]
        before = h[:, t - 1] if t else h_0
        total = total + cells.rnn_backward(sent, x[:, ahead], h[:, ahead], before, W_xh, W_hh)["dW_hh"]
    return total


RIGHT["window"] += [in_columns(lambda B, T, left: 0, lambda B, T, left: left)]
WRONG["window"] += [
    (in_columns(lambda B, T, left: left, lambda B, T, left: 0), "cut off at the beginning"),
    (whole_windows, "whole windows of T"),
]
WRONG["reaching"] += [(going_forward, "their own step alone")]
