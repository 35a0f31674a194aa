"""Answers to lesson 3's exercises: right ones, and wrong ones with the words their feedback must contain."""

import numpy as np
import torch


def row_by_row(x, h, W, R, b, running):
    rows = zip(x, h, running, strict=True)
    return [np.tanh(x_t @ W + h_t @ R + b) if go else h_t for x_t, h_t, go in rows]


def soft(z, axis=1, largest=True):
    e = np.exp(z - z.max(axis=axis, keepdims=True) if largest else z)
    return e / e.sum(axis=axis, keepdims=True)


def step(new=np.tanh, hold=lambda h: h, flip=False, **without):
    """The step with one thing changed."""

    def function(x, h, W, R, b, go):
        state = 0 if without.get("state") else h @ (R.T if without.get("transposed") else R)
        z = (0 if without.get("input") else x @ W) + state + (0 if without.get("bias") else b)
        return np.where(go[:, None] != flip, new(z), hold(h))

    return function


def in_place(x, h, W, R, b, go):
    h[go] = np.tanh(x @ W + h @ R + b)[go]
    return h


def one_unit(W):
    return np.array([[20.0, *[0] * (W.shape[1] - 1)]]) @ np.linalg.pinv(W)


def loudest_row(of):
    """Choose the row of W_xh whose numbers are the largest, and shout with it alone."""
    return lambda W: 5e5 * np.eye(len(W))[[of(np.abs(W), axis=1).argmax()]]


RIGHT = {
    "one_matrix": [lambda W, R: np.concatenate([R, W]), lambda W, R: [*R.tolist(), *W.tolist()]],
    "step": [
        lambda x, h, W, R, b, go: np.where(go[:, None], np.tanh(x @ W + h @ R + b), h),
        row_by_row,
        lambda *given: np.float32(step()(*given)),
        lambda *given: torch.tensor(step()(*given), requires_grad=True),
    ],
    "deafening": [
        lambda W: np.full((1, W.shape[1]), 20.0) @ np.linalg.pinv(W),
        lambda W: -np.linalg.lstsq(W.T, np.full(W.shape[1], 30.0), rcond=None)[0][None],
    ],
    "probabilities": [
        lambda h, W, b: soft(h @ W + b),
        lambda h, W, b: soft(np.float32(h) @ np.float32(W) + np.float32(b)),
        lambda h, W, b: torch.softmax(torch.tensor(h @ W + b).float(), dim=1).tolist(),
        lambda h, W, b: np.exp((z := h @ W + b) - np.logaddexp.reduce(z, axis=1)[:, None]),
    ],
}


WRONG = {
    "one_matrix": [
        (lambda W, R: R + W if W.shape == R.shape else np.concatenate([R, W]), "nothing is stacked"),
        (lambda W, R: np.concatenate([W, R] if W.shape == R.shape else [R, W]), "for D = 3, H = 3"),
        (lambda W, R: np.concatenate([W, R] if len(W) > len(R) else [R, W]), "the larger matrix is on top"),
        (lambda W, R: np.concatenate([W, R] if len(W) < len(R) else [R, W]), "the smaller matrix is on top"),
        (lambda W, R: np.concatenate([W, R]), "the old state comes first"),
        (lambda W, R: np.concatenate([R.T, W]), "W_hh looks transposed"),
        (lambda W, R: np.concatenate([R, W]).T, "it is transposed"),
        (lambda W, R: np.concatenate([R, W], axis=1), "on top of W_xh"),
        (lambda W, R: R, "nothing is stacked"),
        (lambda W, R: [R, W], "make one of them"),
        (lambda W, R: np.concatenate([-R, W]), "index (0, 0)"),
    ],
    "step": [
        (lambda x, h, W, R, b, go: np.tanh(x @ W + h @ R + b), "running is not used"),
        (step(flip=True), "wrong way round"),
        (step(hold=np.zeros_like), "became zeros"),
        (step(bias=True), "bias b_h is missing"),
        (step(state=True), "previous state is missing"),
        (step(input=True), "input is missing"),
        (step(transposed=True), "W_hh looks transposed"),
        (step(new=lambda z: z), "pre-activation"),
        (step(new=lambda z: np.maximum(z, 0)), "max(z, 0); in this cell it is tanh(z) alone"),
        (lambda x, h, W, R, b, go: np.tanh(x @ W * go[:, None] + h @ R + b), "lost their input only"),
        (lambda x, h, W, R, b, go: np.where(go, np.tanh(x @ W + h @ R + b), h), "running[:, None]"),
        (in_place, "changes h_prev in place"),
        (lambda *given: 1 / 0, "ZeroDivisionError"),
        (step(new=lambda z: np.tanh(np.tanh(z))), "The call was"),
        (lambda x, h, W, R, b, go: step()(x, h, W, R, -b, go), "bias is subtracted"),
        (lambda x, h, W, R, b, go: np.tanh(x @ W + h @ R + b) if go[0] else h, "decides for all rows"),
    ],
    "deafening": [
        (loudest_row(np.min), "1 of 3 units"),
        (loudest_row(np.mean), "units are deaf"),
        (lambda W: np.zeros((1, len(W))), "all zeros"),
        (lambda W: np.full((1, len(W)), np.inf), "finite"),
        (lambda W: 20 * np.ones(len(W)), "(1, D)"),
        (one_unit, "1 of 2 units are deaf"),
        (lambda W: np.ones((1, W.shape[1])) @ np.linalg.pinv(W), "0 of 2 units are deaf"),
        (lambda W: np.full((1, len(W)), 1000.0), "far from zero"),
        (lambda W: np.array([[20.0, 3, -7, 9, 30]])[:, : len(W)], "far from zero"),
        (lambda W: 1000.0 * np.arange(1, len(W) + 1)[None], "since its share of the input is"),
        (lambda W: 1e6 * np.random.default_rng(0).uniform(-1, 1, (1, len(W))), "since its share of the input is"),
        (lambda W: 1e6 * np.eye(len(W))[:1], "since its share of the input is"),
        (lambda W: 1e9 * np.eye(len(W))[:1], "stay below 1,000,000"),
    ],
    "probabilities": [
        (lambda h, W, b: h @ W + b, "those are the logits"),
        (lambda h, W, b: np.exp(h @ W + b), "divide each row by its sum"),
        (lambda h, W, b: soft(h @ W + b, axis=0), "each column sums to 1"),
        (lambda h, W, b: soft(h @ W + b, largest=False), "overflows"),
        (lambda h, W, b: np.exp((z := h @ W + b) - z.max()) / np.exp(z - z.max()).sum(1)[:, None], "own largest"),
        (lambda h, W, b: soft(h @ W), "bias b_y is missing"),
        (lambda h, W, b: 1 / (1 + np.exp(-(h @ W + b))), "sigmoid"),
        (lambda h, W, b: np.exp(h @ W + b) / np.exp(h @ W + b).sum(axis=1), "keepdims"),
    ],
}


def centred(logits, middle):
    e = np.exp(logits - middle(logits, axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


WRONG["probabilities"] += [
    (lambda h, W, b: centred(h @ W + b, np.mean), "1,000, -1,000 and 0"),
    (lambda h, W, b: centred(h @ W + b, np.min), "1,000, -1,000 and 0"),
    (lambda h, W, b: centred(np.clip(h @ W + b, -500, 500), np.max), "cut to a range"),
]


def loud(row):
    return lambda W: 1e5 * row(W)[None]


WRONG["deafening"] += [
    (loud(lambda W: W[:, 0]), "units are deaf"),
    (loud(lambda W: np.abs(W).sum(axis=1)), "units are deaf"),
    (loud(lambda W: np.linalg.svd(W)[0][:, 0]), "units are deaf"),
    (loud(lambda W: W.sum(axis=1) / 10), "units are deaf"),
]
WRONG["step"] += [(lambda x, h, W, R, b, go: step()(x, h, W, R, b, go[::-1]), "from the last row to the first")]
WRONG["step"] += [
    (lambda x, h, W, R, b, go: step()(x, h, W, R, b, go if go.any() else ~go), "running = [False"),
    (lambda x, h, W, R, b, go: step()(x, h, W, R, b, go | True) if go.all() else h, "first differs"),
]


def any_decides_for_all(x_t, h_prev, W_xh, W_hh, b_h, running):
    if not running.any():
        return h_prev
    return np.tanh(x_t @ W_xh + h_prev @ W_hh + b_h)


def losing_input_and_bias(x_t, h_prev, W_xh, W_hh, b_h, running):
    return np.tanh(np.where(running[:, None], x_t @ W_xh + b_h, 0) + h_prev @ W_hh)


def cut_off_above(h, W_hy, b_y):
    z = np.minimum(h @ W_hy + b_y, 700)
    e = np.exp(z)
    return e / e.sum(axis=1, keepdims=True)


WRONG["step"] += [(any_decides_for_all, "if any does"), (losing_input_and_bias, "and the bias only")]
WRONG["probabilities"] += [(cut_off_above, "cut off")]


def row_by_row_stacked(x_t, h_prev, W_xh, W_hh, b_h, running):
    rows = []
    for x, h, go in zip(x_t, h_prev, running, strict=False):
        rows.append(np.tanh(np.r_[h, x] @ np.r_[W_hh, W_xh] + b_h) if go else h)
    return rows


RIGHT["step"] += [row_by_row_stacked]


def stale():
    """Return a function that keeps what it made first."""
    made = []

    def one_matrix(W_xh, W_hh):
        made.append(np.concatenate([W_hh, W_xh]))
        return made[0]

    return one_matrix


WRONG["one_matrix"] += [(stale(), "make it anew in each call"), (lambda W, R: np.ones((5, 3)), "for other weights")]
