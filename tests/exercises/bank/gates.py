"""Answers to lesson 9's exercises: right ones, and wrong ones with the words their feedback must contain."""

import math

import numpy as np

from helpers import cells


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def rectify(s):
    return np.maximum(s, 0)


def a_gru(order="run", candidate=np.tanh, gate=sigmoid, mix=lambda u, n, h: h + (1 - u) * n, see=None):
    """Return a GRU step with one thing changed; `see(r, h, U_n, b_hn)` is the old state's part in the candidate."""

    def step(x, h, W, R, b, b_hn):
        of_x, U = np.split(x @ W + b, 3, axis=1), np.split(R, 3, axis=1)
        r = gate(of_x[order.index("r")] + h @ U[order.index("r")])
        u = gate(of_x[order.index("u")] + h @ U[order.index("u")])
        U_n = U[order.index("n")]
        seen = see(r, h, U_n, b_hn) if see else r * (h @ U_n + b_hn)
        return mix(u, candidate(of_x[order.index("n")] + seen), h)

    return step


def plain(u, n, h):
    return (1 - u) * n + u * h


def before(r, h, U, b):
    return (r * h) @ U + b


def gru_by_rows(candidate=np.tanh, reset_first=False, whole=True):
    """Return the same step, computed for one sequence and one unit at a time."""

    def step(x, h, W, R, b, b_hn):
        H = h.shape[1]
        out = np.empty_like(h)
        for row in range(len(x)):
            r = [1 / (1 + math.exp(-(x[row] @ W[:, j] + h[row] @ R[:, j] + b[j]))) for j in range(H)]
            for j in range(H):
                z = 1 / (1 + math.exp(-(x[row] @ W[:, H + j] + h[row] @ R[:, H + j] + b[H + j])))
                column = R[:, 2 * H + j]
                if reset_first:
                    seen = sum(r[k] * h[row, k] * column[k] for k in range(H)) + b_hn[j]
                else:
                    seen = r[j] * (h[row] @ column + b_hn[j])
                n = candidate(x[row] @ W[:, 2 * H + j] + b[2 * H + j] + seen)
                out[row, j] = (1 - z) * n + (1 if whole else z) * h[row, j]
        return out

    return step


def a_step_back(
    keep=lambda i: 1 - i, by_i=lambda g, c: g - c, show=np.tanh, slope=lambda c: 1 - np.tanh(c) ** 2, **change
):
    """Return one backward step with one thing changed."""

    def step_back(dh, dc, c_prev, i, g, o, W_hh):
        c_t = change.get("c_t", lambda i, g, c: keep(i) * c + i * g)(i, g, c_prev)
        through_h = dh * o * slope(c_t)
        at_c = change.get("join", lambda dc, by_h: dc + by_h)(dc, through_h)
        blocks = [
            at_c * by_i(g, c_prev) * change.get("of_i", lambda i: i * (1 - i))(i),
            at_c * i * change.get("of_g", lambda g: 1 - g * g)(g),
            change.get("to_o", lambda dh, dc: dh)(dh, at_c) * show(c_t) * change.get("of_o", lambda o: o * (1 - o))(o),
        ]
        dz = np.concatenate([blocks[k] for k in change.get("order", (0, 1, 2))], axis=1)
        return at_c * change.get("kept", keep)(i), dz @ W_hh.T

    return step_back


def ones(i):
    return np.ones_like(i)


def block_by_block(keeps=True, bare=False):
    """Return the same step; here the three paths to h_prev are added one by one."""

    def step_back(dh, dc, c_prev, i, g, o, W_hh):
        W_i, W_g, W_o = np.split(W_hh, 3, axis=1)
        c_t = i * g + (1 - i) * c_prev if keeps else i * g + c_prev
        shown = c_t if bare else np.tanh(c_t)
        dc = dc + (dh * o if bare else dh * o / np.cosh(c_t) ** 2)
        dh_prev = (dh * shown * o * (1 - o)) @ W_o.T + (dc * i * (1 - g**2)) @ W_g.T
        if keeps:
            return dc - dc * i, dh_prev + (dc * (g - c_prev) * i * (1 - i)) @ W_i.T
        return dc, dh_prev + (dc * g * i * (1 - i)) @ W_i.T

    return step_back


def against(count):
    return lambda stored: np.full(count, -np.sign(stored))


RIGHT = {
    "bias_for_half_life": [
        lambda n: -math.log(2 ** (1 / n) - 1),
        lambda n: np.log(0.5 ** (1 / n)) - np.log1p(-(0.5 ** (1 / n))),
    ],
    "gru_step": [a_gru(), gru_by_rows(), lambda *given: a_gru()(*map(np.float32, given))],
    "step_back": [a_step_back(), block_by_block()],
    "wear_down": [against(600), lambda stored: [-0.95 * math.copysign(1, stored)] * 900],
}

VARIANTS = {
    "gru_step": {
        "published": RIGHT["gru_step"],
        "reset before": [a_gru(see=before, mix=plain), gru_by_rows(reset_first=True, whole=False)],
        "rectified": [a_gru(candidate=rectify, mix=plain), gru_by_rows(lambda s: max(s, 0.0), whole=False)],
    },
    "step_back": {
        "published": RIGHT["step_back"],
        "only adding": [a_step_back(keep=ones, by_i=lambda g, c: g), block_by_block(keeps=False)],
        "bare output": [a_step_back(show=lambda c: c, slope=ones), block_by_block(bare=True)],
    },
}

WRONG = {
    "bias_for_half_life": [
        (lambda n: 0.5 ** (1 / n), "the gate f itself"),
        (lambda n: math.log(2 ** (1 / n) - 1), "sign is wrong"),
        (lambda n: -math.log(math.exp(1 / n) - 1), "1/e would be left"),
        (lambda n: -math.log(2) / n, "that is log(f)"),
        (lambda n: -math.log2(2 ** (1 / n) - 1), "base 2"),
        (lambda n: -math.log10(2 ** (1 / n) - 1), "base 10"),
        (lambda n: -math.log(2**n - 1), "n-th root"),
        (lambda n: math.log(n), "a rule of thumb"),
        (lambda n: math.log(n + 1), "for n = 1, b is 0.6931, expected 0"),
        (lambda n: 0.5 ** (1 / n) / (1 - 0.5 ** (1 / n)), "still to come"),
    ],
    "gru_step": [
        (lambda x, h, W, R, b, c: a_gru()(x, h, W, R, 0 * b, c), "b_h is missing"),
        (lambda x, h, W, R, b, c: a_gru()(x, h, W, R, b, 0 * c), "b_hn is missing"),
        (lambda x, h, W, R, b, c: a_gru()(x, h, W, R, -b, c), "b_h is subtracted"),
        (a_gru(candidate=lambda s: np.tanh(np.tanh(s))), "taken twice"),
        (lambda *given: a_gru()(*given).round(1), "rounded to 1 digit after"),
        (a_gru("urn"), "update and reset gate are swapped"),
        (a_gru("nur"), "in the order n, u, r"),
        (cells.gru_step, "is multiplied by u; in this cell it stays whole"),
        (a_gru(mix=lambda u, n, h: u * n + (1 - u) * h), "wrong way round"),
        (a_gru(mix=lambda u, n, h: h + u * n), "added with u"),
        (a_gru(gate=lambda z: z), "no sigmoid yet"),
        (a_gru(gate=np.tanh), "went through tanh"),
        (a_gru(candidate=sigmoid), "went through a sigmoid"),
        (a_gru(candidate=lambda s: s), "no nonlinearity"),
        (a_gru(see=lambda r, h, U, b: h @ U + b), "reset gate is missing"),
        (a_gru(see=lambda r, h, U, b: r * (h @ U) + b), "outside the reset gate"),
        (a_gru(see=before), "reset before the product"),
        (a_gru(mix=lambda u, n, h: n), "that is the candidate"),
        (a_gru(mix=lambda u, n, h: (1 - u) * n), "old state is missing"),
        (a_gru(mix=lambda u, n, h: h + n), "all of the candidate is added"),
        (a_gru(candidate=rectify), "a rectifier in your answer"),
        (lambda x, h, W, R, b, c: a_gru()(x, h, W, R, b, c).T, "try a transpose"),
    ],
    "step_back": [
        (a_step_back(join=lambda dc, by_h: dc), "misses what comes from h_t"),
        (a_step_back(join=lambda dc, by_h: by_h), "misses the dc"),
        (a_step_back(slope=ones), "lacks the slope of tanh at c_t"),
        (a_step_back(slope=lambda c: 1 - c * c), "not 1 - c_t²"),
        (a_step_back(kept=lambda i: i), "has the factor i"),
        (a_step_back(kept=ones), "lacks the factor 1 - i"),
        (a_step_back(keep=ones, by_i=lambda g, c: g), "keeps all of its old state"),
        (a_step_back(c_t=lambda i, g, c: c + i * g), "c_t is made wrongly"),
        (a_step_back(by_i=lambda g, c: g), "closes the old state off"),
        (a_step_back(by_i=lambda g, c: g + c), "wrong sign for c_prev"),
        (a_step_back(of_i=ones), "dz_i lacks the slope"),
        (a_step_back(of_g=ones), "dz_g lacks the slope"),
        (a_step_back(of_g=lambda g: g * (1 - g)), "a sigmoid's slope"),
        (a_step_back(of_o=lambda o: o), "dz_o has o for a slope"),
        (a_step_back(of_o=ones), "dz_o lacks the slope"),
        (a_step_back(of_o=lambda o: o**0), "dz_o lacks the slope"),
        (a_step_back(show=lambda c: c), "what the gate multiplies"),
        (a_step_back(to_o=lambda dh, dc: dc), "dz_o is made from dc"),
        (a_step_back(order=(0, 2, 1)), "order i, o, g"),
        (a_step_back(order=(2, 0, 1)), "order o, i, g"),
        (lambda *given: a_step_back()(*given)[::-1], "results are swapped"),
        (lambda *given: a_step_back()(*given)[0], "return dc_prev, dh_prev"),
        (a_step_back(of_g=lambda g: 1 - np.tanh(g) ** 2), "tanh once more"),
        (a_step_back(slope=lambda c: 1 - np.tanh(np.tanh(c)) ** 2), "taken once more"),
        (a_step_back(join=lambda dc, by_h: dc - by_h), "is subtracted"),
        (lambda *given: (a_step_back()(*given)[0], [[1], [1, 2]]), "makes no array"),
    ],
    "wear_down": [
        (lambda stored: np.full(600, np.sign(stored)), "push against it"),
        (lambda stored: np.zeros(500), "all of your numbers are 0"),
        (lambda stored: np.resize([1.0, -1.0], 800), "cancel"),
        (against(100), "go on longer"),
        (lambda stored: np.full(400, -0.3 * np.sign(stored)), "larger numbers"),
        (lambda stored: np.full(10, -100.0), "outside [-1, 1]"),
        (against(5000), "1,000 are allowed"),
        (lambda stored: np.full((600, 2), -1.0), "expected (T,)"),
        (lambda stored: np.full(600, -1.0), "the same numbers whatever is stored"),
        (lambda stored: np.full(1000, -0.01 * stored), "the push is too small"),
        (lambda stored: np.full(1000, -stored, dtype=int), "whole numbers alone"),
    ],
}


def state_shares_exchanged(x_t, h_prev, W_xh, W_hh, b_h, b_hn):
    H = h_prev.shape[1]
    gx = x_t @ W_xh + b_h
    gh = h_prev @ W_hh
    r = sigmoid(gx[:, :H] + gh[:, H : 2 * H])
    u = sigmoid(gx[:, H : 2 * H] + gh[:, :H])
    n = np.tanh(gx[:, 2 * H :] + r * (gh[:, 2 * H :] + b_hn))
    return h_prev + (1 - u) * n


def bias_after_the_sigmoid(x_t, h_prev, W_xh, W_hh, b_h, b_hn):
    H = h_prev.shape[1]
    gx = x_t @ W_xh
    gh = h_prev @ W_hh
    r = sigmoid(gx[:, 0:H] + gh[:, 0:H]) + b_h[:H]
    u = sigmoid(gx[:, H : 2 * H] + gh[:, H : 2 * H]) + b_h[H : 2 * H]
    n = np.tanh(gx[:, 2 * H :] + b_h[2 * H :] + r * (gh[:, 2 * H :] + b_hn))
    return h_prev + (1 - u) * n


def gate_exchanged_everywhere(dh, dc, c_prev, i, g, o, W_hh):
    c = i * c_prev + (1 - i) * g
    dc = dc + dh * o * (1 - np.tanh(c) ** 2)
    dz_o = dh * np.tanh(c) * o * (1 - o)
    dz_i = dc * (c_prev - g) * i * (1 - i)
    dz_g = dc * (1 - i) * (1 - g**2)
    return dc * i, np.hstack([dz_i, dz_g, dz_o]) @ W_hh.T


WRONG["gru_step"] += [(state_shares_exchanged, "are exchanged"), (bias_after_the_sigmoid, "after the sigmoid")]
WRONG["step_back"] += [(gate_exchanged_everywhere, "exchanged everywhere")]


def gru_by_einsum(x_t, h_prev, W_xh, W_hh, b_h, b_hn):
    H = h_prev.shape[1]
    X = W_xh.reshape(-1, 3, H)
    R = W_hh.reshape(-1, 3, H)
    gx = np.einsum("bd,dkh->kbh", x_t, X) + b_h.reshape(3, 1, H)
    gh = np.einsum("bd,dkh->kbh", h_prev, R)
    r, u = sigmoid(gx[:2] + gh[:2])
    return h_prev + (1 - u) * np.tanh(gx[2] + r * (gh[2] + b_hn))


def against_in_whole_numbers(stored):
    return [-1 if stored > 0 else 1] * 700


RIGHT["gru_step"] += [gru_by_einsum]
RIGHT["wear_down"] += [against_in_whole_numbers]
