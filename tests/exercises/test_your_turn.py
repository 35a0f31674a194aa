"""Check "Your turn": a right answer passes in any notation, a wrong one gets a sentence that names its bug."""

import ast
import functools
import json
import re
import warnings

import execute_notebooks
import numpy as np
import pytest

from helpers import scans, text
from helpers.exercises import your_turn as check


def refused(checker, function):
    with pytest.raises(check.NotYet) as caught:
        checker(function)
    return str(caught.value)


def chained(factors):
    product = np.eye(3)
    for factor in factors:
        product = product @ factor
    return product


def backwards(h, W):
    product = np.eye(len(W))
    for h_t in h[:0:-1]:
        product = (W * (1 - h_t**2)) @ product
    return product


RIGHT = {
    "count, as a formula": (check.count_parameters, lambda T, V, H, E: V * E + T * E * H + H),
    "count, another way": (check.count_parameters, lambda T, V, H, E: E * (V + T * H) + H),
    "pad, as lists": (check.pad_left, lambda s, T: [[0] * (T - len(row)) + row for row in s]),
    "pad, as an array": (check.pad_left, lambda s, T: text.pad([row[::-1] for row in s], T)[0][:, ::-1]),
    "step, two products": (check.rnn_step, lambda x, h, W, R, b: np.tanh(x @ W + h @ R + b)),
    "step, one product": (check.rnn_step, lambda x, h, W, R, b: np.tanh(np.hstack([x, h]) @ np.vstack([W, R]) + b)),
    "last, indexed": (check.last_real_state, lambda h, n: h[np.arange(len(h)), n - 1]),
    "jacobian, a loop": (check.last_by_first, lambda h, W: chained(W * s for s in (1 - h * h)[1:])),
    "jacobian, from the end": (check.last_by_first, lambda h, W: backwards(h, W)),
    "last, a loop": (check.last_real_state, lambda h, n: np.array([row[k - 1] for row, k in zip(h, n, strict=True)])),
    "lstm, written out": (check.lstm_step, lambda *given: an_lstm_step()(*given)),
    "lstm, a list of two": (check.lstm_step, lambda *given: list(an_lstm_step()(*given))),
}


def weights_of(scores):
    e = np.exp(scores - scores.max())
    return e / e.sum()


def attends(query, keys, values, mask):
    return weights_of(np.where(mask, keys @ query / np.sqrt(len(query)), -np.inf)) @ values


RIGHT |= {
    "attention, masked": (check.answer_to, attends),
    "attention, cut": (check.answer_to, lambda q, k, v, m: attends(q, k[m], v[m], True)),
}


def leaky(dh, c, W, a):
    dz = a * dh * (1 - c * c)
    return dz, (1 - a) * dh + dz @ W.T


RIGHT["leaky"] = (check.leaky_step_backward, leaky)


def drawing(logits, temperature, u):
    p = np.exp(logits / temperature)
    return int(np.searchsorted(np.cumsum(p / p.sum()), u, side="right"))


def shares(logits, temperature):
    p = np.exp(logits / temperature)
    return p / p.sum()


def drawing_by_loop(logits, temperature, u):
    p = np.exp((logits - logits.max()) / temperature)
    total = 0
    for i, share in enumerate(p / p.sum()):
        total += share
        if total > u:
            return i


RIGHT |= {
    "draw, searchsorted": (check.draw_character, drawing),
    "draw, a loop": (check.draw_character, drawing_by_loop),
}


def shifted(sequences, start, end):
    inputs, lengths = text.pad([[start, *row] for row in sequences])
    targets, _ = text.pad([[*row, end] for row in sequences])
    return inputs, targets, text.mask(lengths, targets.shape[1])


def shifted_by_slices(sequences, start, end):
    whole, _ = text.pad([[start, *row, end] for row in sequences])
    return whole[:, :-1], whole[:, 1:], whole[:, 1:] != 0


RIGHT |= {
    "jacobian, without an identity": (
        check.last_by_first,
        lambda h, W: functools.reduce(np.matmul, [W * s for s in (1 - h * h)[1:]]),
    ),
    "teacher, a list": (check.teacher_forcing, lambda *given: list(shifted(*given))),
    "step in float32": (
        check.rnn_step,
        lambda *given: np.float32(np.tanh(given[0] @ given[2] + given[1] @ given[3] + given[4])),
    ),
    "teacher, two paddings": (check.teacher_forcing, shifted),
    "teacher, one padding sliced": (check.teacher_forcing, shifted_by_slices),
}


def padded_left(sequences, T):
    return np.array([[0] * (T - len(row)) + row for row in sequences])


def in_passes(a, b, h_0, most=99):
    a, b, back = a.copy(), b.copy(), 1
    b[:, 0] += a[:, 0] * h_0
    while back < min(a.shape[1], 2**most):
        b[:, back:] = a[:, back:] * b[:, :-back] + b[:, back:]
        a[:, back:] = a[:, back:] * a[:, :-back]
        back *= 2
    return b


RIGHT |= {"scan, in passes": (check.scan, in_passes), "scan, the course's own": (check.scan, scans.doubling)}


def in_so_many_passes(count, changes_a=True, grow=False):
    """Return a scan that makes count(T) passes, whether or not that is right."""

    def scan(a, b, h_0):
        a, b, back = a.copy(), b.copy(), 1
        b[:, 0] += a[:, 0] * h_0
        for _ in range(count(a.shape[1])):
            b[:, back:] = a[:, back:] * b[:, :-back] + b[:, back:]
            if changes_a:
                a[:, back:] = a[:, back:] * a[:, :-back]
            back = back + 1 if grow else 2 * back
        return b

    return scan


RIGHT |= {
    "scan, passes counted": (check.scan, in_so_many_passes(lambda T: (T - 1).bit_length())),
    "scan, one pass more": (check.scan, in_so_many_passes(lambda T: T.bit_length())),
}


def halved(a, b):
    """Return the pairs that all steps up to each make, from those of the two halves."""
    if a.shape[1] == 1:
        return a, b
    middle = a.shape[1] // 2
    (a_1, b_1), (a_2, b_2) = halved(a[:, :middle], b[:, :middle]), halved(a[:, middle:], b[:, middle:])
    a_2, b_2 = a_2 * a_1[:, -1:], a_2 * b_1[:, -1:] + b_2
    return np.concatenate([a_1, a_2], axis=1), np.concatenate([b_1, b_2], axis=1)


def halved_in_place(a, b):
    """As `halved`, in arrays made like a."""
    A, B, middle = np.zeros_like(a), np.zeros_like(b), a.shape[1] // 2
    if not middle:
        return a, b
    A[:, :middle], B[:, :middle] = halved_in_place(a[:, :middle], b[:, :middle])
    a_2, b_2 = halved_in_place(a[:, middle:], b[:, middle:])
    A[:, middle:] = a_2 * A[:, middle - 1 : middle]
    B[:, middle:] = a_2 * B[:, middle - 1 : middle] + b_2
    return A, B


def by_halves(a, b, h_0):
    a, b = halved(a, b)
    return a * h_0[:, None] + b


def half_after_half(a, b, h_0):
    """Run the second half from the last state of the first: each step waits for the one before it."""
    if a.shape[1] == 1:
        return a * h_0[:, None] + b
    middle = a.shape[1] // 2
    h = half_after_half(a[:, :middle], b[:, :middle], h_0)
    return np.concatenate([h, half_after_half(a[:, middle:], b[:, middle:], h[:, -1])], axis=1)


def step_by_step(a, b, h_0):
    h = np.zeros(a.shape)
    for t in range(a.shape[1]):
        h[:, t] = a[:, t] * (h[:, t - 1] if t else h_0) + b[:, t]
    return h


def by_halves_in_place(a, b, h_0):
    a, b = halved_in_place(a, b)
    return a * h_0[:, None] + b


RIGHT |= {
    "scan, by halves": (check.scan, by_halves),
    "scan, by halves, in arrays made like a": (check.scan, by_halves_in_place),
}


def teacher(bug):
    """Return a wrong answer; `bug` gets sequences, start, end and the three right arrays."""
    return check.teacher_forcing, lambda s, start, end: bug(s, start, end, *shifted(s, start, end))


@pytest.mark.parametrize("case", RIGHT)
def test_right_answers_pass_and_return_nothing(case):
    checker, function = RIGHT[case]
    assert checker(function) is None


def filled_from_behind(sequences, T):
    ids = np.zeros((len(sequences), T), dtype=int)
    for row, sequence in zip(ids, sequences, strict=True):
        row[-len(sequence) :] = sequence
    return ids


WRONG = [
    (check.count_parameters, lambda T, V, H, E: V * E + T * E * H, "biases are missing"),
    (check.count_parameters, lambda T, V, H, E: V * E + T * E * H + 1, "a single bias"),
    (check.count_parameters, lambda T, V, H, E: V * E + T * E * H + T * H, "a bias for each position"),
    (check.count_parameters, lambda T, V, H, E: T * E * H + H, "embedding itself is missing"),
    (check.count_parameters, lambda T, V, H, E: V * E + E * H + H, "one word"),
    (check.count_parameters, lambda T, V, H, E: T * V * E + T * E * H + H, "one serves them all"),
    (check.count_parameters, lambda T, V, H, E: T * V * H + H, "padded one-hot"),
    (check.count_parameters, lambda T, V, H, E: V * E + E * H + H * H + H, "RNN on an embedding"),
    (check.count_parameters, lambda T, V, H, E: 1_010_010, "each array's shape"),
    (check.count_parameters, lambda T, V, H, E: "1,010,010", "a str"),
    (check.count_parameters, lambda T, V, H, E: [V * E, H], "a list"),
    (check.pad_left, lambda s, T: text.pad(s, T)[0], "in front"),
    (check.pad_left, lambda s, T: [[0] * (T - len(row)) + row[::-1] for row in s], "reverse"),
    (check.pad_left, lambda s, T: [[0] * (4 - len(row)) + row for row in s], "T is ignored"),
    (check.pad_left, lambda s, T: text.pad(s, T)[0].T, "transpose"),
    (check.pad_left, filled_from_behind, "A list may be empty"),
    (check.pad_left, lambda s, T: [[0] * (T - len(row)) + row for row in s if row], "has shape (3, 4)"),
    (check.pad_left, lambda s, T: s, "rows of equal length"),
    (check.pad_left, lambda s, T: [[0.0] * (T - len(row)) + row for row in s], "integers"),
    (check.rnn_step, lambda x, h, W, R, b: np.tanh(x @ W + h @ R.T + b), "transposed"),
    (check.rnn_step, lambda x, h, W, R, b: np.tanh(x @ W + h @ R), "bias b_h is missing"),
    (check.rnn_step, lambda x, h, W, R, b: np.tanh(x @ W + b), "previous state is missing"),
    (check.rnn_step, lambda x, h, W, R, b: np.tanh(h @ R + b), "input is missing"),
    (check.rnn_step, lambda x, h, W, R, b: x @ W + h @ R + b, "tanh is still to come"),
    (check.rnn_step, lambda x, h, W, R, b: 1 / (1 + np.exp(-(x @ W + h @ R + b))), "sigmoid"),
    (check.rnn_step, lambda x, h, W, R, b: np.tanh(x @ W + h @ R) + b, "inside"),
    (check.rnn_step, lambda x, h, W, R, b: np.tanh(x @ W + h @ R + b).T, "transpose"),
    (check.rnn_step, lambda x, h, W, R, b: None, "returns nothing"),
    (check.rnn_step, lambda x, h, W, R, b: W @ x, "the row is on the left"),
    (check.rnn_step, lambda x, h, W, R, b: np.tanh(x @ W) + h @ R + b, "input's share alone"),
    (check.rnn_step, lambda x, h, W, R, b: x @ W + np.tanh(h @ R) + b, "state's share alone"),
    (check.rnn_step, lambda x, h, W, R, b: np.tanh(x @ W) + np.tanh(h @ R) + np.tanh(b), "each summand"),
    (check.rnn_step, lambda x, h, W, R, b: np.tanh(np.hstack([h, x]) @ np.vstack([W, R]) + b), "not in the same order"),
    (check.rnn_step, lambda x, h, W, R, b: np.tanh(x @ W + h @ R + 2 * b), "first differs"),
    (check.last_real_state, lambda h, n: h[:, -1], "padding included"),
    (check.last_real_state, lambda h, n: h[np.arange(len(h)), n], "off by one"),
    (check.last_real_state, lambda h, n: h[:, n - 1], "two index arrays"),
    (check.last_real_state, lambda h, n: h[0, n[0] - 1], "Only row 0 comes back: does your return line"),
    (check.last_real_state, lambda h, n: [row[k - 1] for row, k in zip(h, n, strict=True)][-1], "Only the last row"),
    (check.last_real_state, lambda h, n: h[1, n[1] - 1], "Return a state for each row."),
    (check.last_real_state, lambda h, n: h[n - 1], "two index arrays"),
    (
        check.last_real_state,
        lambda h, n: np.array([r[:k].mean(axis=0) for r, k in zip(h, n, strict=True)]),
        "real steps",
    ),
    (check.last_real_state, lambda h, n: h[np.arange(len(h)), n - 2], "before the last"),
    (check.last_real_state, lambda h, n: h.mean(axis=1), "mean"),
    (check.last_by_first, lambda h, W: chained(W * s for s in 1 - h * h), "one step too far"),
    (check.last_by_first, lambda h, W: chained(W * s for s in (1 - h * h)[1:-1]), "last step is missing"),
    (check.last_by_first, lambda h, W: chained(W * s for s in (1 - h * h)[:-1]), "state it ends in"),
    (check.last_by_first, lambda h, W: chained(W * s for s in (1 - h * h)[:0:-1]), "reverse order"),
    (check.last_by_first, lambda h, W: chained(W * s[:, None] for s in (1 - h * h)[1:]), "scales the rows"),
    (check.last_by_first, lambda h, W: np.linalg.matrix_power(W, len(h) - 1), "slopes 1 - h² are missing"),
    (check.last_by_first, lambda h, W: backwards(h, W).T, "the transpose"),
    (check.last_by_first, lambda h, W: chained(W * (1 - s) for s in h[1:]), "not 1 - h"),
    (check.last_by_first, lambda h, W: chained(W * (1 - s * 2) for s in h[1:]), "not 1 - 2h"),
    (check.last_by_first, lambda h, W: chained(W * (1 + s**2) for s in h[1:]), "not 1 + h²"),
    (check.last_by_first, lambda h, W: chained(W * s for s in h[1:]), "slope is h in your answer"),
    (check.last_by_first, lambda h, W: chained(W.T * s for s in (1 - h * h)[1:]), "W_hh looks transposed"),
    (check.last_by_first, lambda h, W: (1 - h * h)[-1], "expected (3, 3)"),
    (check.last_by_first, lambda h, W: chained([W * s for s in (1 - h * h)[1:]] * (1 + (len(h) == 2))), "T = 2"),
]


def an_lstm_step(
    order="ifgo", gate=lambda z: 1 / (1 + np.exp(-z)), inside=np.tanh, of_c=np.tanh, carried=None, **without
):
    """Return an LSTM step with one thing changed."""

    def step(x, h, c, W, R, b):
        z = np.split(x @ W + (0 if without.get("state") else h @ R) + (0 if without.get("bias") else b), 4, axis=1)
        i, f, g, o = (z[order.index(name)] for name in "ifgo")
        i, f, g, o = gate(i), gate(f), inside(g), gate(o)
        c = carried(i, f, g, c) if carried else f * c + i * g
        return o * of_c(c), c

    return step


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


WRONG += [
    (check.lstm_step, an_lstm_step(bias=True), "b_h is missing"),
    (check.lstm_step, an_lstm_step(state=True), "h_prev @ W_hh"),
    (check.lstm_step, an_lstm_step("figo"), "input and forget gate are swapped"),
    (check.lstm_step, an_lstm_step("ifog"), "candidate and output gate are swapped"),
    (check.lstm_step, an_lstm_step("ofgi"), "order o, f, g, i"),
    (check.lstm_step, an_lstm_step(inside=sigmoid), "through a sigmoid"),
    (check.lstm_step, an_lstm_step(inside=lambda z: z), "no tanh yet"),
    (check.lstm_step, an_lstm_step(gate=lambda z: z), "no sigmoid yet"),
    (check.lstm_step, an_lstm_step(of_c=lambda c: c), "tanh around c_t is missing"),
    (check.lstm_step, an_lstm_step(carried=lambda i, f, g, c: c + i * g), "1997"),
    (check.lstm_step, an_lstm_step(carried=lambda i, f, g, c: f * c + g), "input gate is missing"),
    (check.lstm_step, an_lstm_step(carried=lambda i, f, g, c: i * g), "old cell state is missing"),
    (check.lstm_step, an_lstm_step(carried=lambda i, f, g, c: (1 - i) * c + i * g), "1 - i"),
    (check.lstm_step, an_lstm_step(carried=lambda i, f, g, c: np.tanh(f * c + i * g)), "around c_t itself"),
    (check.lstm_step, lambda *given: an_lstm_step()(*given)[::-1], "results are swapped"),
    (check.lstm_step, lambda *given: an_lstm_step()(*given)[0], "return h_t, c_t"),
    (check.lstm_step, lambda *given: tuple(2 * a for a in an_lstm_step()(*given)), "first differs"),
    (check.lstm_step, lambda x, h, c, W, R, b: W @ x, "x_t @ W_xh"),
    (check.lstm_step, lambda x, h, c, W, R, b: np.split(x @ W, 7), "np.split"),
    (check.lstm_step, lambda *given: an_lstm_step(gate=lambda z: 1 / (1 + np.exp(z)))(*given), "minus in exp(-z)"),
    (check.lstm_step, lambda *given: (lambda h, c: (np.tanh(c) - h, c))(*an_lstm_step()(*given)), "o is 1 / (1 +"),
]


WRONG += [
    (check.answer_to, lambda q, k, v, m: attends(np.sqrt(3) * q, k, v, m), "not divided by √D"),
    (check.answer_to, lambda q, k, v, m: attends(q / np.sqrt(3), k, v, m), "by D"),
    (check.answer_to, lambda q, k, v, m: attends(q / np.sqrt(2), k, v, m), "by √T"),
    (check.answer_to, lambda q, k, v, m: attends(q * np.sqrt(3 / v.shape[1]), k, v, m), "divided by √H"),
    (check.answer_to, lambda q, k, v, m: attends(q, k, v, m)[:3] if len(q) == 3 else q, "shape"),
    (check.answer_to, lambda q, k, v, m: attends(q, k, v, True), "padding takes part"),
    (check.answer_to, lambda q, k, v, m: attends(q, k * m[:, None], v, True), "e⁰ is 1"),
    (check.answer_to, lambda q, k, v, m: (m * weights_of(k @ q / np.sqrt(3))) @ v, "after the softmax"),
    (check.answer_to, lambda q, k, v, m: attends(q, k, v, ~m), "the other way round"),
    (check.answer_to, lambda q, k, v, m: attends(q, k, k, m), "you hand out the keys"),
    (check.answer_to, lambda q, k, v, m: attends(q, v, v, m), "compared with the values"),
    (check.answer_to, lambda q, k, v, m: (m * (k @ q) / np.sqrt(3)) @ v, "not through a softmax"),
    (check.answer_to, lambda q, k, v, m: (m * np.exp(k @ q / np.sqrt(3))) @ v, "do not sum to 1"),
    (check.answer_to, lambda q, k, v, m: v[np.argmax(np.where(m, k @ q, -np.inf))], "best step alone"),
    (check.answer_to, lambda q, k, v, m: v[m].mean(axis=0), "plain mean"),
    (check.answer_to, lambda q, k, v, m: weights_of(k @ q), "(H,)"),
    (check.answer_to, lambda q, k, v, m: q @ k @ v, "one score for each step"),
]


WRONG += [
    (check.leaky_step_backward, lambda dh, c, W, a: leaky(dh, c, W, a)[0], "return dz_t, dh_prev"),
    (check.leaky_step_backward, lambda dh, c, W, a: (dh * (1 - c * c), dh), "factor a is missing"),
    (check.leaky_step_backward, lambda dh, c, W, a: (a * dh, dh), "slope of tanh is missing"),
    (check.leaky_step_backward, lambda dh, c, W, a: (a * dh * (1 - c), dh), "slope is not 1 - c_t; it is 1 - c_t²"),
    (check.leaky_step_backward, lambda dh, c, W, a: ((1 - a) * dh * (1 - c * c), dh), "the other way round"),
    (check.leaky_step_backward, lambda dh, c, W, a: (leaky(dh, c, W, a)[0],) * 2, "first differs"),
]


for gives, names in (
    (lambda dh, dz, W, a: dz @ W.T, "only the way through W_hh"),
    (lambda dh, dz, W, a: (1 - a) * dh, "only the straight way"),
    (lambda dh, dz, W, a: dh + dz @ W.T, "not all of dh_t"),
    (lambda dh, dz, W, a: a * dh + dz @ W.T, "you took a"),
    (lambda dh, dz, W, a: (1 - a) * dh + dz @ W, "transposed"),
    (lambda dh, dz, W, a: (1 - a) * (dh + dz @ W.T), "alone"),
):

    def wrong_dh(dh, c, W, a, gives=gives):
        dz = leaky(dh, c, W, a)[0]
        return dz, gives(dh, dz, W, a)

    WRONG.append((check.leaky_step_backward, wrong_dh, names))


WRONG += [
    (check.teacher_forcing, lambda sequences, start, end: shifted(sequences, 2, 3), "2 and 3"),
    (*teacher(lambda s, a, e, x, y, m: (text.pad(s)[0], text.pad(s)[0], text.pad(s)[0] > 0)), "start goes before"),
    (*teacher(lambda s, a, e, x, y, m: (x[:, 1:-1], y[:, 1:-1], m[:, 1:-1])), "start goes before"),
]


WRONG += [
    (check.draw_character, lambda z, t, u: drawing(z, 1, u), "temperature is ignored"),
    (check.draw_character, lambda z, t, u: drawing(z * t, 1, u), "multiplied"),
    (check.draw_character, lambda z, t, u: int(np.searchsorted(np.cumsum(shares(z, t)), u)), "end at or below u"),
    (check.draw_character, lambda z, t, u: int((np.cumsum(shares(z, t)) >= u).argmax()), "end at or below u"),
    (check.draw_character, lambda z, t, u: z.argmax(), "always the likeliest"),
    (check.draw_character, lambda z, t, u: (shares(z, t) > u).argmax(), "not added up"),
    (check.draw_character, lambda z, t, u: np.random.default_rng().choice(len(z), p=shares(z, t)), "draw nothing"),
    (check.draw_character, lambda z, t, u: drawing(z, t, u) + 1, "too high"),
    (check.draw_character, lambda z, t, u: drawing(z, t, u) - 1, "too low"),
    (check.draw_character, lambda z, t, u: drawing(z, t, 1 - u), "the other end"),
    (check.draw_character, lambda z, t, u: int(5 * u), "equal chances"),
    (check.draw_character, lambda z, t, u: np.exp(z / t) / np.exp(z / t).sum(), "array"),
    (check.draw_character, lambda z, t, u: 4 - drawing(z, t, u), "np.cumsum"),
    (check.pad_left, lambda rows, T: np.uint8(padded_left(rows, T) % 256), "ids first differs"),
    (check.pad_left, lambda rows, T: np.minimum(padded_left(rows, T), 255), "ids first differs"),
    (check.answer_to, lambda q, k, v, m: attends(q * np.sqrt(3 / 2), k, v, m), "always divided by √2"),
    (check.scan, in_so_many_passes(lambda T: T.bit_length() - 1), "one pass too few"),
    (check.scan, lambda a, b, h: in_passes(a, b, h, (a.shape[1] // 2).bit_length()), "one pass too few"),
    (check.scan, in_so_many_passes(lambda T: 2), "two passes are made"),
    (check.scan, in_so_many_passes(lambda T: T), "1006 of them nothing by nothing"),
    (check.scan, in_so_many_passes(lambda T: T - 1, grow=True), "back grows by 1"),
    (check.scan, in_so_many_passes(scans.passes, changes_a=False), "a stays as it is"),
    (check.scan, half_after_half, "512 of them wait for each other"),
    (check.scan, step_by_step, "your function multiplies 512 times"),
    (check.scan, lambda a, b, h: in_passes(a, b, h, 4), "where 9 passes are needed"),
    (check.scan, lambda a, b, h: in_passes(a, b, h, 8), "where 9 passes are needed"),
    (check.scan, lambda a, b, h: np.cumprod(a, 1) * (h[:, None] + np.cumsum(b / np.cumprod(a, 1), 1)), "NaN"),
    (check.leaky_step_backward, lambda *given: leaky(*given)[::-1], "results are swapped"),
    (check.leaky_step_backward, lambda dh, c, W, a: leaky(dh, np.tanh(c), W, a), "a tanh already"),
    (check.leaky_step_backward, lambda dh, c, W, a: (leaky(dh, c, W, a)[0], (1 - a) * dh + dh @ W.T), "begins at dz_t"),
    (check.last_real_state, lambda h, n: h[:, n[0] - 1], "lengths[0] serves all rows"),
    (check.last_real_state, lambda h, n: h[np.arange(len(h)), n - 1].round(1), "rounded to 1 digit"),
    (check.last_real_state, lambda h, n: h[:, min(n) - 1], "the smallest length serves all rows"),
    (check.last_real_state, lambda h, n: [row[sorted(n)[0] - 1] for row in h], "the smallest length serves all rows"),
    (check.last_real_state, lambda h, n: [row[:k] for row, k in zip(h, n, strict=True)], "of unequal length"),
    (check.last_by_first, lambda h, W: np.prod([W * s for s in (1 - h * h)[1:]], axis=0), "entry by entry"),
    (check.last_by_first, lambda h, W: sum(W * s for s in (1 - h * h)[1:]), "are added"),
    (check.last_by_first, lambda h, W: chained(W * s for s in (1 - np.tanh(h) ** 2)[1:]), "a tanh already"),
    (check.last_by_first, lambda h, W: chained([W * s for s in (1 - h * h)[1:]][: 1 + h[2].size]), "Here T = 2"),
    (check.count_parameters, lambda T, V, H, E: V * E + T * E * H + H + E, "no biases"),
    (check.count_parameters, lambda T, V, H, E: (V + 1) * E + T * E * H + H, "an embedding has V rows"),
    (check.lstm_step, lambda x, h, c, W, R, b: an_lstm_step()(x, h, c, W, R, -b), "bias is subtracted"),
    (*teacher(lambda s, a, e, x, y, m: (y, x, m)), "in the wrong order"),
    (*teacher(lambda s, a, e, x, y, m: (x, y, [[True]] * 2 + [[]])), "rows of equal length"),
    (*teacher(lambda s, a, e, x, y, m: (x, x, m)), "learns to repeat"),
    (*teacher(lambda s, a, e, x, y, m: (y, y, m)), "inputs are the targets"),
    (*teacher(lambda s, a, e, x, y, m: (text.pad(s, x.shape[1])[0], y, m)), "no <start>"),
    (*teacher(lambda s, a, e, x, y, m: (x, text.pad(s, x.shape[1])[0], m)), "no <end>"),
    (*teacher(lambda s, a, e, x, y, m: (x, text.pad(s)[0], m)), "no <end>"),
    (
        *teacher(lambda s, a, e, x, y, m: (*shifted_by_slices(s, a, e)[:2], shifted_by_slices(s, a, e)[0] != 0)),
        "is read",
    ),
    (*teacher(lambda s, a, e, x, y, m: (x, y, np.ones_like(m))), "padding too"),
    (*teacher(lambda s, a, e, x, y, m: (x, y, text.pad(s, x.shape[1])[0] != 0)), "leaves out <end>"),
    (*teacher(lambda s, a, e, x, y, m: (x, y, ~m)), "wrong way round"),
    (*teacher(lambda s, a, e, x, y, m: (x, y, m.astype(int))), "booleans"),
    (*teacher(lambda s, a, e, x, y, m: (x, y)), "three arrays"),
    (*teacher(lambda s, a, e, x, y, m: (x[:2], y[:2], m[:2])), "shape"),
]


@pytest.mark.parametrize("checker, function, names", WRONG, ids=range(len(WRONG)))
def test_wrong_answers_are_told_their_bug(checker, function, names):
    assert names in refused(checker, function)


@pytest.mark.parametrize("seed", range(6))
def test_a_temperature_that_is_ignored_is_told_from_one_that_is_multiplied(seed):
    assert "is ignored" in refused(lambda f: check.draw_character(f, seed=seed), lambda z, t, u: drawing(z, 1, u))
    assert "multiplied" in refused(lambda f: check.draw_character(f, seed=seed), lambda z, t, u: drawing(z * t, 1, u))


def test_blank_answers_fail_with_what_to_do():
    def blank(*arguments):
        raise NotImplementedError

    for checker in dict.fromkeys(checker for checker, _, _ in WRONG):
        assert "no body yet" in refused(checker, blank)


def test_changing_an_argument_in_place_is_named():
    def careless(x, h, W, R, b):
        h += 1
        return np.tanh(x @ W + (h - 1) @ R + b)

    def careless_with_lists(sequences, T):
        for sequence in sequences:
            sequence[:0] = [0] * (T - len(sequence))
        return sequences

    said = refused(check.rnn_step, careless)
    assert said.startswith("careless changes h_prev in place") and "`new = h_prev.copy()` does" in said
    said = refused(check.pad_left, careless_with_lists)
    assert (
        said.startswith("careless_with_lists changes sequences in place")
        and "Build a new list, and new lists for it" in said
        and "copy.deepcopy(sequences)" in said
    )


def test_prints_come_through_and_warnings_do_not(capsys):
    def chatty(x, h, W, R, b):
        print("here")
        warnings.warn("careful", stacklevel=1)
        return np.tanh(x @ W + h @ R + b)

    check.rnn_step(chatty)
    assert capsys.readouterr().out == "here\nRight.\n"


def test_not_yet_is_an_assertion_shown_as_one_sentence():
    assert issubclass(check.NotYet, AssertionError)
    assert check.NotYet("try a transpose.")._render_traceback_() == ["Not yet: try a transpose."]


LESSONS = [path for path in execute_notebooks.notebooks() if re.match(r"\d\d_", path.name)]
FOLD = "<details><summary>Solution, and why</summary>"


def cells_of(path, kind):
    nb = json.loads(path.read_text(encoding="utf-8"))
    return ["".join(cell["source"]) for cell in nb["cells"] if cell["cell_type"] == kind]


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_the_lessons_own_solution_passes_its_check_and_says_why(path):
    folds = [cell.partition(FOLD)[2].partition("</details>")[0] for cell in cells_of(path, "markdown") if FOLD in cell]
    [fold] = folds
    [solution] = re.findall(r"^```python\n(.*?)^```$", fold, re.MULTILINE | re.DOTALL)
    assert re.search(r"^\*\*Why\.\*\* \S", fold.partition(solution)[2], re.MULTILINE)
    names, calls = {}, []
    for cell in cells_of(path, "code"):
        for node in ast.parse(cell).body:
            if isinstance(node, ast.Import | ast.ImportFrom) and re.search("numpy|helpers", ast.unparse(node)):
                exec(ast.unparse(node), names)
        calls += re.findall(r"^check\.\w+\(\w+\)$", cell, re.MULTILINE)
    exec(solution, names)
    assert calls, "the lesson never calls its check"
    for call in calls:
        exec(call, names)  # raises NotYet if the solution is wrong
