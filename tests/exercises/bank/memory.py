"""Answers to lesson 8's exercises: right ones, and wrong ones with the words their feedback must contain."""

import math

import numpy as np


def counted(W, share):
    sigma, k = np.linalg.svd(W, compute_uv=False)[0], 0
    bound = 1.0
    while bound > share * (1 + 1e-12):
        bound *= sigma
        k += 1
    return k


def by_logarithm(size, rounded=lambda k: math.ceil(k - 1e-9)):
    return lambda W, share: rounded(math.log(share) / math.log(size(W)))


def largest(W):
    return np.linalg.norm(W, 2)


def radius(W):
    return np.abs(np.linalg.eigvals(W)).max()


def product_of(step, order=lambda z: z, join=lambda J, K: J @ K):
    """dh_T/dh_0 as a product of `step(z_t, W, a, identity)`."""

    def first_to_last(z, W, a):
        J = np.eye(len(W))
        for z_t in order(z):
            J = join(J, step(z_t, W, a, np.eye(len(W))))
        return J

    return first_to_last


def slope(z):
    return 1 - np.tanh(z) ** 2


def row_by_row(keep, slope):
    """Return the same, by following a small change of each unit of h_0 through the steps."""

    def first_to_last(z, W, a):
        rows = []
        for unit in np.eye(len(W)):
            change = unit
            for z_t in z:
                change = keep(a) * change + a * (change @ W) * slope(z_t)
            rows.append(change)
        return np.array(rows)

    return first_to_last


def line(W_xh, W_hh):
    return lambda H: (W_xh(H), W_hh(H))


def first(H):
    return np.eye(1, H)


def on(H):
    return np.eye(H, k=1)


def line_by_hand(H):
    W_xh, W_hh = np.zeros((1, H)), np.zeros((H, H))
    W_xh[0, 0] = 1
    for j in range(H - 1):
        W_hh[j, j + 1] = 1
    return W_xh, W_hh


def measured(now=lambda h, u, k: h[k:], ago=lambda h, u, k: u[: len(u) - k], fit=None, test=None, **changed):
    """MC_k with one thing changed."""

    def capacity_at_lag(states, u, k, fitted):
        rows, wanted = now(states, u, k), ago(states, u, k)
        if changed.get("constant", True):
            rows = np.c_[rows, np.ones(len(rows))]
        fits, tests = fit or slice(0, fitted), test or slice(fitted, None)
        w = np.linalg.lstsq(rows[fits], wanted[fits], rcond=None)[0]
        r = np.corrcoef(rows[tests] @ w, wanted[tests])[0, 1]
        return changed.get("of", np.square)(r)

    return capacity_at_lag


def by_normal_equations(states, u, k, fitted):
    now, ago = states[k:], u[: len(u) - k]
    centre, level = now[:fitted].mean(axis=0), ago[:fitted].mean()
    A, b = now[:fitted] - centre, ago[:fitted] - level
    read = (now[fitted:] - centre) @ np.linalg.solve(A.T @ A, A.T @ b)
    wanted = ago[fitted:] - ago[fitted:].mean()
    read = read - read.mean()
    return (read @ wanted) ** 2 / (read @ read) / (wanted @ wanted)


def explained(states, u, k, fitted):
    rows = np.c_[states[k:], np.ones(len(u) - k)]
    ago = u[: len(u) - k]
    w = np.linalg.lstsq(rows[:fitted], ago[:fitted], rcond=None)[0]
    return 1 - ((ago - rows @ w)[fitted:] ** 2).mean() / ago[fitted:].var()


ALL = slice(None)


def first_factor_on(z, W, a):
    """Begins with the first factor, so that it needs at least one step."""
    J = (1 - a) * np.eye(len(W)) + a * W * slope(z[0])
    for z_t in z[1:]:
        J = J @ ((1 - a) * np.eye(len(W)) + a * W * slope(z_t))
    return J


RIGHT = {
    "vanishes_after": [by_logarithm(largest), counted],
    "first_to_last": [
        product_of(lambda z, W, a, eye: (1 - a) * eye + a * W * slope(z)),
        row_by_row(lambda a: 1 - a, slope),
        first_factor_on,
    ],
    "delay_line": [line(first, on), line_by_hand],
    "capacity_at_lag": [measured(), by_normal_equations],
    "grows_before_it_decays": [
        lambda r, times: np.array([[r, times], [0, r]]),
        lambda r, times: [[r, 0], [2 * times, -r]],
    ],
}

VARIANTS = {
    "first_to_last": {
        "published": RIGHT["first_to_last"],
        "residual": [
            product_of(lambda z, W, a, eye: eye + a * W * slope(z)),
            row_by_row(lambda a: 1, slope),
        ],
        "rectified": [
            product_of(lambda z, W, a, eye: (1 - a) * eye + a * W * (z > 0)),
            row_by_row(lambda a: 1 - a, lambda z: np.where(z > 0, 1.0, 0.0)),
        ],
    },
}

WRONG = {
    "vanishes_after": [
        (lambda W, share: min(100, by_logarithm(largest)(W, share)), "you return 100, expected 230"),
        (lambda W, share: next((k for k in range(200) if largest(W) ** k <= share), 200), "expected 230"),
        (by_logarithm(radius), "spectral radius"),
        (by_logarithm(largest, math.floor), "round up"),
        (by_logarithm(largest, float), "steps are whole"),
        (by_logarithm(largest, round), "not to the nearest"),
        (by_logarithm(lambda W: largest(W) ** 2), "square of the largest"),
        (by_logarithm(np.linalg.norm), "Frobenius"),
        (by_logarithm(lambda W: np.abs(W).sum(axis=1).max()), "largest sum of a row"),
        (by_logarithm(lambda W: np.abs(W).sum(axis=0).max()), "largest sum of a column"),
        (by_logarithm(lambda W: np.linalg.eigvals(W).real.max()), "the eigenvalues' real parts"),
        (by_logarithm(lambda W: np.abs(np.linalg.eigvals(W).real).max()), "sizes of the eigenvalues' real parts"),
        (by_logarithm(lambda W: np.linalg.svd(W)[1].mean()), "mean of the singular values"),
        (lambda W, share: np.emath.log(share) / np.emath.log(np.linalg.eigvals(W - 1)[0] + 1j), "complex"),
        (lambda W, share: np.nan, "a whole number"),
        (lambda W, share: counted(W, share) + 1, "one step too many"),
        (by_logarithm(lambda W: np.linalg.svd(W)[1].min()), "smallest singular value"),
        (by_logarithm(lambda W: 1 - largest(W)), "1 minus the largest"),
        (lambda W, share: [counted(W, share)], "expected one number"),
        (lambda W, share: -math.ceil(math.log(share) / math.log(largest(W))), "the sign is wrong"),
    ],
    "first_to_last": [
        (product_of(lambda z, W, a, eye: a * W * slope(z)), "straight way is missing"),
        (product_of(lambda z, W, a, eye: (1 - a) * eye + W * slope(z)), "lacks its factor a"),
        (product_of(lambda z, W, a, eye: a * eye + (1 - a) * W * slope(z)), "are swapped"),
        (product_of(lambda z, W, a, eye: eye + a * W * slope(z)), "keeps 1 - a of it"),
        (product_of(lambda z, W, a, eye: (1 - a) * eye + a * W * (1 - z * z)), "z itself is squared"),
        (product_of(lambda z, W, a, eye: (1 - a) * eye + a * W * (1 - np.tanh(z))), "not 1 - tanh(z)"),
        (product_of(lambda z, W, a, eye: (1 - a) * eye + a * W), "slopes are missing"),
        (product_of(lambda z, W, a, eye: (1 - a) * eye + a * W * slope(z)[:, None]), "scales the rows"),
        (product_of(lambda z, W, a, eye: ((1 - a) * eye + a * W) * slope(z)), "multiplies the straight way too"),
        (product_of(lambda z, W, a, eye: (1 - a) * eye + a * W.T * slope(z)), "W_hh looks transposed"),
        (product_of(lambda z, W, a, eye: (1 - a) * eye + a * W * slope(z), lambda z: z[::-1]), "reverse order"),
        (product_of(lambda z, W, a, eye: (1 - a) * eye + a * W * slope(z), lambda z: z[1:]), "missing at the start"),
        (product_of(lambda z, W, a, eye: (1 - a) * eye + a * W * slope(z), lambda z: z[:-1]), "last step is missing"),
        (
            product_of(lambda z, W, a, eye: (1 - a) * eye + a * W * slope(z), join=lambda J, K: K.T @ J),
            "transpose",
        ),
        (product_of(lambda z, W, a, eye: (1 - a) * eye + a * W * (z > 0)), "those of a rectifier"),
        (product_of(lambda z, W, a, eye: (1 - a) * eye + a * W * slope(np.tanh(z))), "tanh is taken twice"),
        (product_of(lambda z, W, a, eye: (1 - a) * eye + a * W * np.tanh(z)), "in the place of its slope"),
        (product_of(lambda z, W, a, eye: 1 - a + a * W * slope(z)), "on the diagonal alone"),
        (lambda z, W, a: sum((1 - a) * np.eye(len(W)) + a * W * slope(z_t) for z_t in z), "are added"),
        (
            lambda z, W, a: np.prod([(1 - a) * np.eye(len(W)) + a * W * slope(z_t) for z_t in z], axis=0),
            "entry by entry",
        ),
        (lambda z, W, a: slope(z).prod(axis=0), "expected (2, 2)"),
    ],
    "delay_line": [
        (line(first, lambda H: on(H).T), "W_hh is transposed"),
        (line(lambda H: np.eye(1, H, H - 1), lambda H: on(H).T), "from the last unit to the first"),
        (line(lambda H: np.eye(1, H, H - 1), on), "enters at the last unit"),
        (line(lambda H: np.ones((1, H)), on), "enters every unit"),
        (line(first, lambda H: np.roll(np.eye(H), 1, axis=1)), "ring"),
        (line(first, np.eye), "each unit feeds itself"),
        (line(first, lambda H: np.eye(H) + on(H)), "also feeds itself"),
        (line(first, lambda H: 0 * on(H)), "nothing is handed on"),
        (line(first, lambda H: 0.9 * on(H)), "first differs"),
        (line(lambda H: np.eye(H)[0], on), "expected (1, 3)"),
        (on, "return W_xh, W_hh"),
        (lambda H: line(first, on)(H)[::-1], "results are swapped"),
        (lambda H: ([[1], [1, 2]], on(H)), "makes no array"),
    ],
    "capacity_at_lag": [
        (lambda h, u, k, n: measured(test=slice(0, n))(h, u, k, n), "noise counts as memory"),
        (measured(fit=ALL), "also those it is tested on"),
        (measured(fit=ALL, test=ALL), "keep the later ones"),
        (measured(test=ALL), "also those it was fitted to"),
        (measured(lambda h, u, k: h[: len(u) - k], lambda h, u, k: u[k:]), "k steps later"),
        (measured(lambda h, u, k: h[k + 1 :], lambda h, u, k: u[: len(u) - k - 1]), "that is k + 1"),
        (measured(lambda h, u, k: h, lambda h, u, k: u), "lag is ignored"),
        (measured(of=float), "not squared yet"),
        (explained, "explained variance"),
        (measured(constant=False), "lacks its constant"),
        (lambda h, u, k, n: measured()(h, u, k, len(u) // 2), "half of the series"),
        (lambda h, u, k, n: measured()(h, u, k, (len(u) - k) // 2), "half of the pairs"),
        (lambda h, u, k, n: measured()(h, u, k, n - k), "not the first `fitted` pairs"),
        (measured(ago=lambda h, u, k: u[:-k]), "u[:len(u) - k]"),
    ],
    "grows_before_it_decays": [
        (lambda r, times: np.array([[r, 100], [0, r]]), "reach only"),
        (lambda r, times: np.array([[r, 50 / r], [0, r]]), "reach only"),
        (lambda r, times: np.diag([r, r]), "your matrix is normal"),
        (lambda r, times: r * np.array([[0.6, 0.8], [-0.8, 0.6]]), "your matrix is normal"),
        (lambda r, times: np.array([[r, 1], [0, r]]), "reach only"),
        (lambda r, times: times * np.array([[r, 1], [0, r]]), "on the diagonal is too large"),
        (lambda r, times: np.array([[r, times], [times, r]]), "one of the two numbers must be 0"),
        (lambda r, times: np.array([[0, times], [1, r]]), "one of the two numbers must be 0"),
        (lambda r, times: r, "expected (2, 2)"),
    ],
}


def chained(corner, step):
    def delay_line(H):
        W_hh = np.zeros((H, H))
        for j in range(H - 1):
            step(W_hh, j)
        return corner * np.eye(1, H), W_hh

    return delay_line


def piling(W_hh, j):
    W_hh[j, j + 1] += 1
    W_hh[j + 1] += W_hh[j]


def twice(W_hh, j):
    W_hh[j, j + 1] += 2


WRONG["delay_line"] += [
    (chained(1, piling), "piles up the rows before it"),
    (chained(1, twice), "W_hh[0, 1] is 2"),
    (chained(2, lambda W_hh, j: W_hh.__setitem__((j, j + 1), 1)), "W_xh[0, 0] is 2"),
    (lambda H: (1 + np.eye(1, H), np.eye(H, k=1)), "begin with zeros"),
]


def whole(radius, times):
    W = np.zeros((2, 2), dtype=int)
    W[0, 0] = W[1, 1] = radius
    W[0, 1] = times
    return W


WRONG["grows_before_it_decays"] += [
    (whole, "whole numbers alone"),
    (lambda radius, times: np.array([[radius, times], [0, radius]]).astype(int), "whole numbers alone"),
]


def one_mean_slope(z, W_hh, a):
    H = len(W_hh)
    s = (1 - np.tanh(z) ** 2).mean(axis=0)
    return np.linalg.matrix_power((1 - a) * np.eye(H) + a * W_hh * s, len(z))


def handed_to_all_behind(H):
    return np.eye(1, H), np.triu(np.ones((H, H)))


def first_k_tests_left_out(states, u, k, fitted):
    X = np.c_[np.ones(len(u) - k), states[k:]]
    y = u[: len(u) - k]
    w = np.linalg.lstsq(X[:fitted], y[:fitted], rcond=None)[0]
    return np.corrcoef(X[fitted + k :] @ w, y[fitted + k :])[0, 1] ** 2


WRONG["first_to_last"] += [(one_mean_slope, "one mean slope")]
WRONG["delay_line"] += [(handed_to_all_behind, "itself and all units behind")]
WRONG["capacity_at_lag"] += [(first_k_tests_left_out, "the first k of the later")]


def zero_diagonal(radius, times):
    return [[0.0, 1e-3 * radius**2 / times], [1e3 * times, 0.0]]


RIGHT["grows_before_it_decays"] += [zero_diagonal]

WRONG["capacity_at_lag"] += [
    (measured(ago=lambda h, u, k: u[k:]), "the first k are cut off both"),
    (measured(lambda h, u, k: h[: len(u) - k]), "the last k are cut off both"),
    (measured(lambda h, u, k: np.log(h[k:])), "Is there NaN or infinity"),
    (lambda h, u, k, n: np.corrcoef(h[k:][n:, 0], u[:n])[0, 1] ** 2, "the same pairs"),
    (lambda h, u, k, n: np.linalg.lstsq(h[k:][:n], u[:n], rcond=None) @ h[k:].T, "with its [0]"),
    (lambda h, u, k, n: np.linalg.lstsq(h[k:][:n], u[k:][: n + 1], rcond=None)[0] @ h[-1], "the same pairs"),
]
WRONG["delay_line"] += [(lambda H: (np.eye(1, H), 0.9 * np.eye(H, k=1)), "W_hh[0, 1] is 0.9.")]
