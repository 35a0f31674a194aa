"""Answers to lesson 4's exercises: right ones, and wrong ones with the words their feedback must contain."""

import numpy as np

from helpers import cells, losses


def forward(x, n, W, R, b, hold=lambda old: old, carry=1.0, start=0.0, new=np.tanh, axis=1, late=0):
    h, states = np.full((len(x), len(R)), start), []
    for t in range(x.shape[1]):
        moved = new(x[:, t] @ W + carry * h @ R + b)
        h = np.where((t < n + late)[:, None], moved, hold(h)) if hold else moved
        states.append(h)
    return np.stack(states, axis=axis)


def but(**how):
    return lambda x, n, W, R, b: forward(x, n, W, R, b, **how)


def row_by_row(x, n, W, R, b):
    h = np.zeros((*x.shape[:2], len(R)))
    for row, words, length in zip(h, x, n, strict=True):
        state = np.zeros(len(R))
        for t, x_t in enumerate(words):
            state = np.tanh(x_t @ W + state @ R + b) if t < length else state
            row[t] = state
    return h


def one_list(x, n, W, R, b):
    return np.repeat(forward(x, n, W, R, b)[:, -1:], x.shape[1], axis=1)


def skip(x, n, W, R, b):
    older = h = np.zeros((len(x), len(R)))
    states = []
    for t in range(x.shape[1]):
        older, h = h, np.where((t < n)[:, None], np.tanh(x[:, t] @ W + older @ R + b), h)
        states.append(h)
    return np.stack(states, axis=1)


def each(logits, targets):
    p = losses.softmax(logits)
    return np.take_along_axis(p, targets[..., None], axis=-1)[..., 0]


def looped(logits, targets, mask):
    listed = [losses.cross_entropy(row[None], [k])[0] for row, k in zip(logits[mask], targets[mask], strict=True)]
    return sum(listed) / len(listed)


def careless(logits, targets, mask):
    e = np.exp(logits)
    p = np.take_along_axis(e / e.sum(axis=-1, keepdims=True), targets[..., None], axis=-1)[..., 0]
    return -(np.log(p) * mask).sum() / mask.sum()


def flips(h, R, b, w, most, count=lambda n: n, first=1, new=np.tanh, moving=False):
    sign = h @ w > 0
    for n in range(first, most + first):
        h = new(h @ R + b)
        if (h @ w > 0) != sign:
            return count(n)
    return 0


def recursive(h, R, b, w, most):
    states = [h]
    for _ in range(most):
        states.append(np.tanh(states[-1] @ R + b))
    signs = np.array(states) @ w > 0
    return int(np.argmax(signs != signs[0]))


RIGHT = {
    "first_difference": [
        lambda h, other: next((t for t in range(len(h)) if (h[t] != other[t]).any()), len(h)),
        lambda h, other: int(np.cumprod((h == other).all(axis=1)).sum()),
    ],
    "forward": [
        lambda *given: np.float32(row_by_row(*given)),
        row_by_row,
        lambda x, n, W, R, b: cells.rnn_forward(x, None, W, R, b, n),
    ],
    "masked_loss": [lambda z, y, m: losses.cross_entropy(z, y, m)[0], looped],
    "flips_after": [flips, recursive],
}
WRONG = {
    "first_difference": [
        (lambda h, other: next((t + 1 for t in range(len(h)) if (h[t] != other[t]).any()), len(h)), "from 0"),
        (lambda h, other: int(np.argmax((h != other).any(axis=1))), "finds nothing"),
        (
            lambda h, other: max(np.flatnonzero((h != other).any(axis=1)), default=len(h)),
            "the last step at which they differ",
        ),
        (lambda h, other: int(np.flatnonzero((h != other).any(axis=1))[0]), "nothing to find"),
        (lambda h, other: int((h != other).any(axis=1).sum()), "how many steps differ"),
        (lambda h, other: next((t for t in range(len(h)) if (h[t] != other[t]).any()), None), "return T"),
        (lambda h, other: next((t for t in range(len(h)) if (h[t] != other[t]).all()), len(h)), "any of its H numbers"),
        (lambda h, other: (h != other).any(axis=1), "expected one number. The call was"),
    ],
    "forward": [
        (lambda x, n, W, R, b: row_by_row(x[:, : n.max()], n, W, R, b), "go on to the last column"),
        (
            lambda x, n, W, R, b: row_by_row(x, n, W, R, b) * (np.arange(x.shape[1]) < n.max())[:, None],
            "you have -0, expected",
        ),
        (but(hold=None), "lengths is not used"),
        (but(hold=np.zeros_like), "as PyTorch pads them"),
        (but(late=-1), "too early"),
        (but(late=1), "too late"),
        (but(carry=0.0), "not handed on"),
        (but(start=1.0), "first state is ones"),
        (lambda x, n, W, R, b: forward(x, n, W, R, 0 * b), "bias b_h is missing"),
        (lambda x, n, W, R, b: forward(x, n, W, R.T, b), "W_hh looks transposed"),
        (lambda x, n, W, R, b: forward(x, n, W, R, b)[:, ::-1], "reverse order"),
        (lambda x, n, W, R, b: forward(x[:, ::-1], n, W, R, b), "from their end"),
        (but(axis=0), "time comes first"),
        (lambda x, n, W, R, b: forward(x, n, W, R, b)[:, -1], "all of them are wanted"),
        (one_list, "append a new array"),
        (skip, "h_{t-2} inside"),
        (lambda x, n, W, R, b: forward(x, n, W, R, -b), "bias is subtracted"),
        (lambda x, n, W, R, b: forward(x, np.full(len(x), n[0]), W, R, b), "lengths[0] decides"),
        (lambda x, n, W, R, b: np.cumsum(forward(x, n, W, R, b), axis=1), "pile up"),
        (
            lambda x, n, W, R, b: [row[:k] for row, k in zip(forward(x, n, W, R, b), n, strict=True)],
            "of unequal length",
        ),
        (lambda x, n, W, R, b: np.tanh(x @ W + 0 @ R + b), "x[:, t]"),
    ],
    "masked_loss": [
        (lambda z, y, m: losses.cross_entropy(z, y)[0], "padding is counted"),
        (lambda z, y, m: (-np.log(each(z, y)) * m).mean(), "not of the count"),
        (lambda z, y, m: losses.cross_entropy(z, y, ~m)[0], "wrong way round"),
        (lambda z, y, m: -losses.cross_entropy(z, y, m)[0], "sign is wrong"),
        (lambda z, y, m: (each(z, y) * m).sum() / m.sum(), "logarithm is missing"),
        (lambda z, y, m: (-np.log(each(z, y)) * m).sum(), "sum over everything"),
        (lambda z, y, m: (-np.log(each(z, y)) * m).sum(axis=1).mean(), "here it is the mean over all real steps"),
        (lambda z, y, m: losses.cross_entropy(z, y, m)[0] / np.log(2), "in bits"),
        (lambda z, y, m: -np.log(each(z, y)) * m, "one number"),
        (careless, "near 1,000"),
        (lambda z, y, m: losses.cross_entropy(z, y, m), "the loss alone, no gradient"),
        (lambda z, y, m: (-np.log(each(z, y)) * m).sum() / len(z), "the sum over each sentence"),
    ],
    "flips_after": [
        (lambda *given: flips(*given, count=lambda n: n - 1), "how long it stayed"),
        (lambda *given: flips(*given, count=lambda n: n + 1), "one too many"),
        (lambda h, R, b, w, most: 0, "before any padding"),
        (lambda h, R, b, w, most: flips(h, R, b, w, 8), "`most` is ignored"),
        (lambda h, R, b, w, most: flips(h, R, b, w, most) or most, "expected 0"),
        (lambda h, R, b, w, most: [1], "a list"),
        (lambda h, R, b, w, most: flips(h, R.T, b, w, most), "W_hh looks transposed"),
        (lambda h, R, b, w, most: flips(h, R, -b, w, most), "bias is subtracted"),
        (lambda h, R, b, w, most: flips(h, R, b, w, most - 1), "last step is left out"),
        (lambda h, R, b, w, most: flips(h, R, b, w, most, new=lambda z: z), "tanh is missing"),
    ],
}

WRONG["first_difference"] += [
    (
        lambda h, o: next((t for t in range(len(h)) if not np.allclose(h[t], o[t], atol=0.1)), len(h)),
        "Small differences",
    ),
    (lambda h, o: next((t for t in range(len(h)) if h[t].sum() != o[t].sum()), len(h)), "You compare sums"),
    (lambda h, o: int(np.abs(h - o).sum(axis=1).argmax()), "you return"),
    (lambda h, o: len(h) - 1 - int((h != o).any(axis=1)[::-1].argmax()), "they differ, or T - 1"),
    (lambda h, o: max((t for t in range(len(h)) if (h[t] != o[t]).any()), default=-1), "they differ, or -1"),
]


def negative_log(logits, targets, eps=0.0):
    p = np.take_along_axis(losses.softmax(logits), targets[..., None], axis=-1)[..., 0]
    return -np.log(p + eps)


WRONG["masked_loss"] += [
    (lambda z, t, m: negative_log(z, t, 1e-8)[m].mean(), "inside the logarithm"),
    (lambda z, t, m: negative_log(z, t, 1e-12)[m].mean(), "inside the logarithm"),
    (lambda z, t, m: (negative_log(z, t) * m).sum() / m.sum(axis=1).max(), "largest number of real steps"),
    (lambda z, t, m: np.exp(negative_log(z, t)[m].mean()), "perplexity"),
]
WRONG["flips_after"] += [
    (
        lambda h, R, b, w, n: next((k for k, s in enumerate(padded(h, R, b, n), 1) if (s @ w) * (h @ w) < 0), 0),
        "is not positive",
    ),
    (
        lambda h, R, b, w, n: next((k for k, s in enumerate(padded(h, R, b, n), 1) if (s @ w < 0) != (h @ w < 0)), 0),
        "is not positive",
    ),
    (lambda h, W, b, w, n: next((k + 1 for k, s in enumerate(padded(h, W, b, n)) if s @ w <= 0), 0), "0 or below"),
    (
        lambda h, W, b, w, n: max(
            (k + 1 for k, s in enumerate(padded(h, W, b, n)) if (s @ w > 0) != (h @ w > 0)), default=0
        ),
        "last step at which",
    ),
]


def padded(h, W_hh, b_h, steps):
    for _ in range(steps):
        h = np.tanh(h @ W_hh + b_h)
        yield h


WRONG["first_difference"] += [
    (
        lambda h, o: next((t for t in range(len(h)) if not np.allclose(h[t], o[t], atol=0.001)), len(h)),
        "Small differences",
    ),
]


def where(differ, last=None):
    return lambda h, other: next((t for t in range(last or len(h)) if differ(h[t], other[t])), len(h))


def from_the_second(x, n, W, R, b):
    h = forward(x, n, W, R, b)
    h[n < 2, 1:] = 0
    return h


def up_to_zero(h, R, b, w, most):
    sign = h @ w >= 0
    for n in range(1, most + 1):
        h = np.tanh(h @ R + b)
        if (h @ w >= 0) != sign:
            return n
    return 0


WRONG["first_difference"] += [
    (where(lambda a, b: set(a) != set(b)), "you return"),
    (where(lambda a, b: np.linalg.norm(a) != np.linalg.norm(b)), "you return"),
    (where(lambda a, b: a.max() != b.max()), "you return"),
    (where(lambda a, b: (a < b).any()), "you return"),
    (where(lambda a, b: (a > b).any()), "you return"),
    (where(lambda a, b: (a != b)[-2:].any()), "you return"),
    (where(lambda a, b: (a != b)[:2].any()), "you return"),
    (lambda h, other: next((t for t in range(len(h) - 1) if (h[t] != other[t]).any()), len(h)), "you return 6"),
]
WRONG["forward"] += [(from_the_second, "first differs")]
WRONG["flips_after"] += [
    (lambda h, R, b, w, most: flips(h, R, b, w, min(most, 5)), "first changes after 6 padded steps"),
    (up_to_zero, "h @ w = 0 is not positive"),
]


def by_sign(h, R, b, w, most):
    sign = np.sign(h @ w)
    for n in range(1, most + 1):
        h = np.tanh(h @ R + b)
        if np.sign(h @ w) != sign:
            return n
    return 0


def sign_if_not_zero(h, R, b, w, most):
    return by_sign(h, R, b, w, most) if h @ w == 0 and b @ w < 0 else flips(h, R, b, w, most)


WRONG["flips_after"] += [
    (by_sign, "np.sign tells them apart"),
    (sign_if_not_zero, "never changes"),
]


def returning_in_the_loop(h, other):
    for t in range(len(h)):
        if (h[t] != other[t]).any():
            return t
        else:
            return len(h)


def state_of_the_row_before(x, lengths, W_xh, W_hh, b_h):
    B, T, D = x.shape
    H = len(b_h)
    h = np.zeros((B, T, H))
    s = np.zeros(H)
    for b in range(B):
        for t in range(T):
            if t < lengths[b]:
                s = np.tanh(x[b, t] @ W_xh + s @ W_hh + b_h)
            h[b, t] = s
    return h


def log_of_the_mean(logits, targets, mask):
    z = logits - logits.max(axis=-1, keepdims=True)
    p = np.exp(z) / np.exp(z).sum(-1, keepdims=True)
    t = np.take_along_axis(p, targets[..., None], axis=-1)[..., 0]
    return -np.log(t[mask].mean())


WRONG["first_difference"] += [(returning_in_the_loop, "after the loop")]
WRONG["forward"] += [(state_of_the_row_before, "the last state of the one before")]
WRONG["masked_loss"] += [(log_of_the_mean, "the logarithm of the mean")]


def forward_by_recursion(x, lengths, W_xh, W_hh, b_h):
    def state(b, t):
        if t < 0:
            return np.zeros(len(b_h))
        if t >= lengths[b]:
            return state(b, t - 1)
        return np.tanh(x[b, t] @ W_xh + state(b, t - 1) @ W_hh + b_h)

    return [[state(b, t) for t in range(x.shape[1])] for b in range(len(x))]


RIGHT["forward"] += [forward_by_recursion]
WRONG["masked_loss"] += [(lambda z, t, m: negative_log(z, t)[m].mean(), "0 has no logarithm")]
WRONG["first_difference"] += [(where(lambda a, b: not np.isclose(a, b).all()), "Small differences")]


def tanh_at_the_end(x, lengths, W_xh, W_hh, b_h):
    h, states = np.zeros((len(x), len(b_h))), []
    for t in range(x.shape[1]):
        h = np.where((t < lengths)[:, None], x[:, t] @ W_xh + h @ W_hh + b_h, h)
        states.append(h)
    return np.tanh(np.stack(states, axis=1))


WRONG["forward"] += [(tanh_at_the_end, "of the state that is handed on")]


def ending_at_the_first_step(h, R, b, w, most):
    for n in range(1, most + 1):
        return n * int((np.tanh(h @ R + b) @ w > 0) != (h @ w > 0))
    return 0


def at_least(least):
    def clipped(logits, targets, mask):
        return -np.log(np.maximum(each(logits, targets), least))[mask].mean()

    return clipped


def of_all_classes(logits, targets, mask):
    return -np.log(losses.softmax(logits))[mask].sum() / mask.sum()


WRONG["flips_after"] += [
    (ending_at_the_first_step, "the first padded step counts"),
    (lambda h, R, b, w, most: int(most > 0 and (np.tanh(h @ R + b) @ w > 0) != (h @ w > 0)), "the first padded step"),
]
WRONG["masked_loss"] += [(at_least(1e-12), "counts as 1e-12 at least"), (at_least(1e-15), "inside the logarithm")]
WRONG["masked_loss"] += [(of_all_classes, "of all classes")]
WRONG["first_difference"] += [
    (
        lambda h, o: next((t for t in range(len(h)) if (h[t] != o[t]).any()), len(h) - 1),
        "never differ give T, not T - 1",
    ),
]
