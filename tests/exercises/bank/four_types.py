"""Answers to lesson 7's exercises: right ones, and wrong ones with the words their feedback must contain."""

import numpy as np

from helpers import losses, text


def spoken_by_loop(n_read, n_said, T):
    mask = np.zeros((len(n_read), T), dtype=bool)
    for row, read, said in zip(mask, n_read, n_said, strict=True):
        row[read : read + said] = True
    return mask


def a_loss(weigh, gradient=lambda p, one_hot, w: w * (p - one_hot), of_p=lambda p: -np.log(p)):
    """Return a masked loss with the weights `weigh(mask)`; the rest is right unless an argument changes it."""

    def masked_loss(logits, targets, mask):
        p, one_hot = losses.softmax(logits), np.eye(logits.shape[-1])[targets]
        weights = weigh(mask)
        return (weights * of_p((p * one_hot).sum(axis=-1))).sum(), gradient(p, one_hot, weights[..., None])

    return masked_loss


def per_sequence_mean(mask):
    return mask / mask.sum(axis=1, keepdims=True) / len(mask)


def per_sequence_sum(mask):
    return mask / len(mask)


def last_twice(mask):
    weights = mask * 1.0
    weights[np.arange(len(mask)), mask.sum(axis=1) - 1] = 2
    return weights / weights.sum()


def loop_over_sequences(logits, targets, mask):
    loss, dlogits = 0.0, np.zeros_like(logits)
    for b, real in enumerate(mask):
        of_row, d_row = losses.cross_entropy(logits[b, real], targets[b, real])
        loss += of_row / len(mask)
        dlogits[b, real] = d_row / len(mask)
    return loss, dlogits


def sums_over_sequences(logits, targets, mask):
    loss, dlogits = losses.cross_entropy(logits, targets, mask)
    factor = mask.sum() / len(mask)
    return loss * factor, dlogits * factor


def last_twice_by_two_calls(logits, targets, mask):
    last = mask & ~np.roll(mask, -1, axis=1)
    last[:, -1] = mask[:, -1]
    last[mask[:, -1], :-1] = False
    N, B = mask.sum(), len(mask)
    every, d_every = losses.cross_entropy(logits, targets, mask)
    ends, d_ends = losses.cross_entropy(logits, targets, last)
    return (N * every + B * ends) / (N + B), (N * d_every + B * d_ends) / (N + B)


def a_sample(temper=lambda z, tau: losses.softmax(z / tau), choose=None):
    def sample(logits, temperature, u):
        running = np.cumsum(temper(logits, temperature), axis=1)
        return (running <= u[:, None]).sum(axis=1) if choose is None else choose(running, u)

    return sample


def sample_by_loop(logits, temperature, u):
    ids = []
    for z, draw in zip(logits, u, strict=True):
        e = np.exp((z - z.max()) / temperature)
        ids.append(int(np.searchsorted(np.cumsum(e) / e.sum(), draw, side="right")))
    return ids


def overflowing(z, tau):
    e = np.exp(z / tau)
    return e / e.sum(axis=1, keepdims=True)


def pair(of_0, of_1):
    """Return second-step probabilities from two functions of K."""
    return lambda a, K: np.array([of_0(K), of_1(K)])


def even(K):
    return np.full(K, 1 / K)


def sure(K):
    return np.eye(K)[0]


def nearly_sure(K):
    return np.r_[np.full(K - 1, 0.005 / (K - 1)), 0.995]


def in_order_of_size(logits, temperature, u):
    p = losses.softmax(logits / temperature)
    order = np.argsort(-p, axis=1)
    place = (np.take_along_axis(p, order, axis=1).cumsum(axis=1) <= u[:, None]).sum(axis=1)
    return np.take_along_axis(order, place[:, None], axis=1)[:, 0]


RIGHT = {
    "spoken_mask": [
        spoken_by_loop,
        lambda n, m, T: text.mask(n + m, T) & ~text.mask(n, T),
        lambda n, m, T: [[bool(a <= t < a + b) for t in range(T)] for a, b in zip(n, m, strict=True)],
    ],
    "masked_loss": [a_loss(per_sequence_mean), loop_over_sequences],
    "sample": [a_sample(), sample_by_loop],
    "mislead_greedy": [pair(even, sure), pair(even, nearly_sure)],
}

VARIANTS = {
    "masked_loss": {
        "published": [a_loss(per_sequence_mean), loop_over_sequences],
        "per sequence": [a_loss(per_sequence_sum), sums_over_sequences],
        "last counts twice": [a_loss(last_twice), last_twice_by_two_calls],
    },
}

WRONG = {
    "spoken_mask": [
        (lambda n_read, n_said, T: [[True] * n for n in n_read + n_said], "of unequal length"),
        (
            lambda n_read, n_said, T: spoken_by_loop(n_read, np.full_like(n_said, n_said[0]), T),
            "n_said[0] serves all rows",
        ),
        (lambda n, m, T: text.mask(n + m, T), "are counted too; they are silent"),
        (lambda n, m, T: ~text.mask(n, T), "padding after the answer"),
        (lambda n, m, T: text.mask(n, T), "those are the steps that read"),
        (lambda n, m, T: ~spoken_by_loop(n, m, T), "wrong way round"),
        (lambda n, m, T: spoken_by_loop(n + 1, m, T), "has index n_read"),
        (lambda n, m, T: spoken_by_loop(n - 1, m, T), "is the last step that reads"),
        (lambda n, m, T: spoken_by_loop(n, m - 1, T), "last spoken step is missing"),
        (lambda n, m, T: text.mask(m, T) & ~text.mask(n, T), "n_said steps after the last word"),
        (lambda n, m, T: spoken_by_loop(n, m, T).astype(int), "booleans"),
        (lambda n, m, T: spoken_by_loop(n, m, T).T, "try a transpose"),
    ],
    "masked_loss": [
        (lambda z, y, m: a_loss(per_sequence_mean)(z, y, m)[::-1], "results are swapped"),
        (lambda z, y, m: (np.ones(len(z)), z), "expected a single number"),
        (lambda z, y, m: losses.cross_entropy(z, y, m), "long sequences weigh more"),
        (lambda z, y, m: losses.cross_entropy(z, y), "padding is counted"),
        (a_loss(lambda m: m / m.size), "you divide by its positions too"),
        (a_loss(lambda m: m * 1.0), "the sum over all real positions"),
        (a_loss(lambda m: m / m.sum(axis=1, keepdims=True)), "adds the sequences up"),
        (a_loss(per_sequence_sum), "adds up within each sequence"),
        (a_loss(last_twice), "counts the last step twice"),
        (a_loss(per_sequence_mean, of_p=np.log), "the sign is wrong"),
        (a_loss(per_sequence_mean, of_p=lambda p: -p), "take its logarithm"),
        (a_loss(per_sequence_mean, of_p=lambda p: -np.log2(p)), "base 2"),
        (a_loss(per_sequence_mean, lambda p, y, w: p - y), "not weighted yet"),
        (a_loss(per_sequence_mean, lambda p, y, w: w * (y - p)), "sign of dlogits"),
        (a_loss(per_sequence_mean, lambda p, y, w: w * p), "lacks the one-hot"),
        (a_loss(per_sequence_mean, lambda p, y, w: (w > 0) * (p - y)), "by the mask alone"),
        (a_loss(per_sequence_mean, lambda p, y, w: (w > 0) * (p - y) / (w > 0).sum()), "belongs to another weighting"),
        (lambda z, y, m: loop_over_sequences(z, y, m)[0], "return loss, dlogits"),
        (lambda z, y, m: (m * 1.0, z), "a single number"),
    ],
    "sample": [
        (in_order_of_size, "in the order of the ids"),
        (lambda z, tau, u: [int(k) for k in in_order_of_size(z, tau, u)], "in the order of the ids"),
        (lambda z, tau, u: a_sample()(z, tau, np.random.default_rng(0).random(len(z))), "whatever u is"),
        (lambda z, tau, u: a_sample()(z, tau, u).astype(float), "ids are integers"),
        (
            lambda z, tau, u: np.minimum((np.exp(z / tau).cumsum(axis=1) <= u[:, None]).sum(axis=1), z.shape[1] - 1),
            "running sum of exponentials",
        ),
        (a_sample(lambda z, tau: losses.softmax(z)), "temperature is ignored"),
        (a_sample(lambda z, tau: losses.softmax(z * tau)), "multiplied by the temperature"),
        (a_sample(lambda z, tau: losses.softmax(z) / tau), "before the softmax"),
        (lambda z, tau, u: z.argmax(axis=1), "u is not used"),
        (lambda z, tau, u: a_sample()(z, tau, u) + 1, "first token has id 0"),
        (a_sample(lambda z, tau: losses.softmax((z / tau).T).T), "axis 1"),
        (lambda z, tau, u: a_sample()(z, tau, 1 - u), "one minus u"),
        (a_sample(choose=lambda p, u: (np.diff(p, prepend=0) > u[:, None]).argmax(axis=1)), "running sum"),
        (lambda z, tau, u: a_sample()(z, tau, np.full(len(u), u[0])), "same u serves every row"),
        (a_sample(overflowing), "overflows"),
        (lambda z, tau, u: a_sample()(z, tau, u) * 1.0, "integers"),
        (lambda z, tau, u: a_sample()(z, tau, u)[:, None], "(B,)"),
    ],
    "mislead_greedy": [
        (pair(even, even), "put it on one token"),
        (pair(sure, sure), "spread that row evenly"),
        (pair(sure, even), "spread that row evenly"),
        (lambda a, K: np.array([even(K), 2 * sure(K)]), "expected 1 each"),
        (lambda a, K: np.array([even(K), sure(K)]).T, "expected 1 each"),
        (lambda a, K: np.array([even(K), 2 * sure(K) - np.eye(K)[1]]), "no probability"),
        (lambda a, K: even(K), "shape"),
        (lambda a, K: np.array([[0.5, 0.5], [1, 0]]), "for a = 0.7 and K = 4"),
    ],
}

WRONG["sample"] += [
    (lambda z, tau, u: (np.cumsum(losses.softmax(z / tau), axis=1) < u[:, None]).sum(axis=1), "meets a border"),
    (lambda z, tau, u: (losses.softmax(z / tau) <= u[:, None]).sum(axis=1), "running sums up to u"),
]
WRONG["mislead_greedy"] += [
    (lambda a, K: np.stack([np.full(K, 1 / K), np.r_[0.9, np.full(K - 1, 0.1 / (K - 1))]]), "spread out"),
    (
        lambda a, K: np.stack([np.r_[1 / K + 0.02, np.full(K - 1, (1 - 1 / K - 0.02) / (K - 1))], np.eye(K)[0]]),
        "pair has",
    ),
]


def unmasked_gradient(logits, targets, mask):
    loss, dlogits = a_loss(per_sequence_mean)(logits, targets, mask)
    weights = 1 / mask.sum(axis=1)[:, None, None] / len(mask)
    return loss, weights * (losses.softmax(logits) - np.eye(logits.shape[2])[targets])


WRONG["masked_loss"] += [(unmasked_gradient, "at padding it is not zero")]


def as_many_classes_as_occur(logits, targets, mask):
    p, one_hot = losses.softmax(logits), np.eye(targets.max() + 1)[targets]
    weights = per_sequence_mean(mask)
    return -(weights * np.log((p * one_hot).sum(axis=-1))).sum(), weights[..., None] * (p - one_hot)


WRONG["masked_loss"] += [(as_many_classes_as_occur, "K is logits.shape[-1]")]


def without_brackets(logits, targets, mask):
    p = losses.softmax(logits)
    hot = np.eye(logits.shape[-1])[targets]
    w = mask / mask.sum(1, keepdims=True) / len(mask)
    return -(w * np.log((p * hot).sum(-1))).sum(), w[..., None] * p - hot


def first_row_for_all(logits, temperature, u):
    p = losses.softmax(logits / temperature)
    return np.searchsorted(np.cumsum(p[0]), u, side="right")


WRONG["masked_loss"] += [(without_brackets, "brackets round")]
WRONG["sample"] += [(first_row_for_all, "serve every row")]


def sample_by_running_total(logits, temperature, u):
    ids = []
    for row, r in zip(losses.softmax(logits / temperature), u, strict=False):
        total = 0
        for k, pk in enumerate(row):
            total += pk
            if total > r:
                ids.append(k)
                break
    return ids


RIGHT["sample"] += [sample_by_running_total]
