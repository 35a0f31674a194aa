"""Answers to lesson 11's exercises: right ones, and wrong ones with the words their feedback must contain."""

import numpy as np

from helpers import cells, matrix_memory, scans


def combine(steps):
    a, b = 1.0, 0.0
    for next_a, next_b in steps:
        a, b = next_a * a, next_a * b + next_b
    return a, b


def combine_from_the_right(steps):
    if len(steps) == 1:
        return np.array(steps[0])
    (a, b), (rest_a, rest_b) = steps[0], combine_from_the_right(steps[1:])
    return np.array([rest_a * a, rest_a * b + rest_b])


def combine_a_first(steps):
    a, b = 1.0, 0.0
    for next_a, next_b in steps:
        a *= next_a
        b = a * b + next_b
    return a, b


def combine_swapped(steps):
    a, b = steps[0]
    for next_a, next_b in steps[1:]:
        a, b = next_a * a, a * next_b + b
    return a, b


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def a_min_gru(gate=sigmoid, join=lambda z, n: (z, (1 - z) * n), order=(0, 1), bias=1, start=1):
    """Return the states of a minGRU with one thing changed."""

    def min_gru(x, h_0, W_xh, b_h):
        blocks = np.split(x @ W_xh + bias * b_h, 2, axis=2)
        return scans.loop(*join(gate(blocks[order[0]]), blocks[order[1]]), start * h_0)

    return min_gru


def paper(z, n):
    return 1 - z, z * n


def with_tanh(z, n):
    return z, (1 - z) * np.tanh(n)


def min_gru_by_steps(x, h_0, W_xh, b_h):
    states = []
    for t in range(x.shape[1]):
        h_0 = cells.min_gru_step(x[:, t], h_0, W_xh, b_h)
        states.append(h_0)
    return np.stack(states, axis=1)


def a_way_back(move=True, before="h_0", factor=True, add=True):
    """Return the way back with one thing changed."""

    def scan_backward(dh, a, h, h_0):
        g, later = np.zeros_like(dh), np.zeros_like(h_0)
        for t in reversed(range(dh.shape[1])):
            own = dh[:, t]
            g[:, t] = own + (later if move else a[:, t] * (g[:, t + 1] if t + 1 < dh.shape[1] else 0)) if add else own
            later = a[:, t] * g[:, t] if factor else g[:, t]
        first = {"h_0": h_0, "zero": 0 * h_0, "wrapped": h[:, -1]}.get(before, h_0)
        states = h if before == "h_t" else np.concatenate([first[:, None], h[:, :-1]], axis=1)
        return g * states, g, a[:, 0] * g[:, 0]

    return scan_backward


def way_back_by_scan(dh, a, h, h_0):
    back = scans.backward(dh, a, h, h_0)
    return [back["da"], back["db"], back["dh_0"]]


def way_back_in_another_order(dh, a, h, h_0):
    da, db, dh_0 = a_way_back()(dh, a, h, h_0)
    return db, da, dh_0


def breaking(n, small=38, rest=50, factor=0.1):
    a = np.ones(n + rest)
    a[max(0, n - small) :] = factor
    return a


def breaking_early(n):
    """The same, with the small factors first, then ones, then more small factors."""
    a = np.ones(n + 20)
    a[:30] = 0.1
    a[n - 8 :] = 0.1
    return a


def a_write(change, fade=1.0):
    """Return the matrix after all pairs, each changed by `change(S, k, v)`."""

    def matrix_write(keys, values):
        S = np.zeros((keys.shape[1], values.shape[1]))
        for k, v in zip(keys, values, strict=True):
            S = fade * S + change(S, k, v)
        return S

    return matrix_write


def delta(S, k, v):
    return np.outer(k, v - k @ S)


def plain(S, k, v):
    return np.outer(k, v)


def state_of_bits(bits):
    return np.cumprod(1.0 - 2.0 * bits)


RIGHT = {
    "combine": [combine, combine_from_the_right, lambda steps: list(combine(steps))],
    "min_gru": [a_min_gru(), min_gru_by_steps, lambda x, h_0, W, b: cells.min_gru_forward(x, h_0, W, b)[0].tolist()],
    "scan_backward": [a_way_back(), way_back_by_scan],
    "breaking_factors": [breaking, lambda n: breaking(n, rest=200).tolist(), breaking_early],
    "matrix_write": [a_write(delta), lambda keys, values: matrix_memory.write(keys, values, "delta")[-1].tolist()],
    "parity_factor": [
        lambda bits: 1.0 - 2.0 * bits,
        lambda bits: [-1 if bit else 1 for bit in bits],
        lambda bits: (-1.0) ** bits,
    ],
}

VARIANTS = {
    "min_gru": {
        "published": RIGHT["min_gru"],
        "as in the paper": [a_min_gru(join=paper), a_min_gru(lambda z: 1 - sigmoid(z))],
        "with tanh": [a_min_gru(join=with_tanh), lambda *given: a_min_gru(join=with_tanh)(*given).tolist()],
    },
    "matrix_write": {
        "published": RIGHT["matrix_write"],
        "half a step": [
            a_write(lambda S, k, v: 0.5 * delta(S, k, v)),
            lambda keys, values: matrix_memory.write(keys, values, "delta", rate=0.5)[-1],
        ],
        "fading": [
            a_write(plain, fade=0.5),
            lambda keys, values: sum(
                0.5 ** (len(keys) - 1 - t) * np.outer(keys[t], values[t]) for t in range(len(keys))
            ),
        ],
    },
}

WRONG = {
    "combine": [
        (lambda steps: combine(steps[::-1]), "wrong way round"),
        (combine_swapped, "later a multiplies an earlier b"),
        (combine_a_first, "before b is"),
        (lambda steps: (combine(steps)[0], sum(b for _, b in steps)), "only added"),
        (lambda steps: (sum(a for a, _ in steps), combine(steps)[1]), "multiply"),
        (lambda steps: steps[-1], "last step alone"),
        (lambda steps: combine(steps)[::-1], "swapped: return a, b"),
        (lambda steps: combine(steps[:2]), "go on to the end"),
        (lambda steps: combine(steps)[1], "two things"),
    ],
    "min_gru": [
        (a_min_gru(order=(1, 0)), "order u, n"),
        (a_min_gru(bias=0), "b_h"),
        (a_min_gru(start=0), "h_0"),
        (a_min_gru(gate=lambda z: z), "no sigmoid"),
        (a_min_gru(gate=np.tanh), "takes a sigmoid"),
        (a_min_gru(join=paper), "wrong way round"),
        (a_min_gru(join=with_tanh), "tanh"),
        (a_min_gru(join=lambda z, n: (z, n)), "all of the candidate"),
        (a_min_gru(join=lambda z, n: (0 * z, (1 - z) * n)), "old state is missing"),
        (a_min_gru(join=lambda z, n: (1 + 0 * z, (1 - z) * n)), "kept whole"),
        (lambda x, h_0, W, b: a_min_gru()(x, h_0, W, b)[:, -1], "shape"),
    ],
    "scan_backward": [
        (a_way_back(move=False), "a_{t+1}"),
        (a_way_back(before="h_t"), "h_{t-1}"),
        (a_way_back(before="zero"), "h_0"),
        (a_way_back(before="wrapped"), "last state"),
        (a_way_back(factor=False), "the a are missing"),
        (a_way_back(add=False), "later steps"),
        (way_back_in_another_order, "another order"),
        (lambda *given: a_way_back()(*given)[:2], "three"),
        (lambda dh, a, h, h_0: (*a_way_back()(dh, a, h, h_0)[:2], a_way_back()(dh, a, h, h_0)[1][:, 0]), "a_1"),
        (lambda dh, a, h, h_0: (*a_way_back()(dh, a, h, h_0)[:2], a[:, 0] * dh[:, 0]), "you took dh"),
    ],
    "breaking_factors": [
        (lambda n: np.full(400, 0.1), "too early"),
        (lambda n: np.ones(n + 50), "stays finite"),
        (lambda n: breaking(n, small=10), "too late"),
        (lambda n: breaking(n)[:n], "more than"),
        (lambda n: breaking(n, factor=0.01), "outside"),
        (lambda n: breaking(n, rest=600), "at most"),
        (lambda n: breaking(n, small=40), "too early"),
    ],
    "matrix_write": [
        (a_write(plain), "plain sum"),
        (a_write(lambda S, k, v: 0.5 * delta(S, k, v)), "half"),
        (a_write(lambda S, k, v: -delta(S, k, v)), "sign"),
        (lambda keys, values: np.outer(keys[-1], values[-1]), "last pair"),
        (lambda keys, values: a_write(delta)(keys[::-1], values[::-1]), "first pair first"),
        (lambda keys, values: a_write(delta)(keys, values).T, "shape"),
        (a_write(lambda S, k, v: delta(S + np.outer(k, v), k, v)), "old S"),
    ],
    "parity_factor": [
        (lambda bits: 2.0 * bits - 1.0, "wrong way round"),
        (state_of_bits, "that is the state"),
        (lambda bits: -1.0 * bits, "wipes"),
        (lambda bits: 1.0 * bits, "those are the bits"),
        (lambda bits: 1.0 - bits, "forgets"),
    ],
}


def next_error_alone(dh, a, h, h_0):
    g = dh.copy()
    g[:, :-1] += a[:, 1:] * dh[:, 1:]
    before = np.concatenate([h_0[:, None], h[:, :-1]], axis=1)
    return g * before, g, a[:, 0] * g[:, 0]


def way_back_in_place(dh, a, h, h_0):
    for t in reversed(range(dh.shape[1] - 1)):
        dh[:, t] += a[:, t + 1] * dh[:, t + 1]
    return dh * np.concatenate([h_0[:, None], h[:, :-1]], axis=1), dh, a[:, 0] * dh[:, 0]


WRONG["scan_backward"] += [(next_error_alone, "all later steps"), (way_back_in_place, "changes dh in place")]
WRONG["matrix_write"] += [
    (a_write(lambda S, k, v: np.outer(k, v + k @ S)), "it is taken off"),
    (a_write(lambda S, k, v: np.outer(k, v - k @ S) / (k @ k)), "no such divisor"),
]


def by_quotients(steps):
    """Divide each product of factors by the factors up to its step."""
    a = np.cumprod([a for a, _ in steps])
    return a[-1], sum(b * a[-1] / here for (_, b), here in zip(steps, a, strict=True))


WRONG["combine"] += [(by_quotients, "(0.0, 0.3)")]


def combine_from_zero(steps):
    a, b = 0.0, 0.0
    for a2, b2 in steps:
        a, b = a2 * a, a2 * b + b2
    return a, b


def combine_multiplying_b(steps):
    a = np.prod([s[0] for s in steps])
    b = np.prod([s[1] for s in steps])
    return a, b


def every_second_column(x, h_0, W_xh, b_h):
    z = x @ W_xh + b_h
    u, n = z[..., ::2], z[..., 1::2]
    u = 1 / (1 + np.exp(-u))
    return scans.doubling(u, (1 - u) * n, h_0)


def with_h_0(x, h_0, W_xh, b_h):
    u, n = np.split(x @ W_xh + b_h, 2, axis=2)
    u = 1 / (1 + np.exp(-u))
    h = [h_0]
    for t in range(x.shape[1]):
        h.append(u[:, t] * h[-1] + (1 - u[:, t]) * n[:, t])
    return np.stack(h, axis=1)


def way_back_times_h_0(dh, a, h, h_0):
    g = np.zeros_like(dh)
    later = np.zeros_like(h_0)
    for t in reversed(range(dh.shape[1])):
        g[:, t] = dh[:, t] + later
        later = a[:, t] * g[:, t]
    before = np.concatenate([h_0[:, None], h[:, :-1]], axis=1)
    return g * before, g, g[:, 0] * h_0


def by_least_squares(keys, values):
    S = np.linalg.pinv(keys) @ values
    return S


def always_turning(bits):
    return np.full(len(bits), -1)


WRONG["combine"] += [(combine_from_zero, "begins with a = 0"), (combine_multiplying_b, "the b are multiplied")]
WRONG["min_gru"] += [(every_second_column, "every second number"), (with_h_0, "h_0 is not one of them")]
WRONG["scan_backward"] += [(way_back_times_h_0, "times h_0")]
WRONG["matrix_write"] += [(by_least_squares, "least-squares")]
WRONG["parity_factor"] += [(always_turning, "every factor turns")]


def combine_by_matrices(steps):
    M = np.eye(2)
    for a, b in steps:
        M = np.array([[a, b], [0, 1]]) @ M
    return M[0]


def min_gru_by_difference(x, h_0, W_xh, b_h):
    H = len(b_h) // 2
    h, out = h_0, []
    for x_t in np.swapaxes(x, 0, 1):
        keep = 0.5 * (1 + np.tanh((x_t @ W_xh[:, :H] + b_h[:H]) / 2))
        n = x_t @ W_xh[:, H:] + b_h[H:]
        h = n + keep * (h - n)
        out.append(h)
    return np.swapaxes(out, 0, 1)


def write_by_projections(keys, values):
    M = np.zeros((values.shape[1], keys.shape[1]))
    for k, v in zip(keys, values, strict=False):
        M = M @ (np.eye(len(k)) - np.outer(k, k)) + np.outer(v, k)
    return M.T


RIGHT["combine"] += [combine_by_matrices]
RIGHT["min_gru"] += [min_gru_by_difference]
RIGHT["matrix_write"] += [write_by_projections]


def way_back_by_division(dh, a, h, h_0):
    A = np.cumprod(a, axis=1)
    g = np.cumsum((dh * A)[:, ::-1], axis=1)[:, ::-1] / A
    return g * np.concatenate([h_0[:, None], h[:, :-1]], axis=1), g, a[:, 0] * g[:, 0]


WRONG["scan_backward"] += [(way_back_by_division, "NaN")]
