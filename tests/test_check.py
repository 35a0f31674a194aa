"""Feedback on exercises: a right answer passes however it is written, a wrong one gets a sentence that names its bug."""

import warnings

import numpy as np
import pytest

from helpers import check, text


def refused(checker, function):
    with pytest.raises(check.NotYet) as caught:
        checker(function)
    return str(caught.value)


RIGHT = {
    "count, as a formula": (check.count_parameters, lambda T, V, H, E: V * E + T * E * H + H),
    "count, another way": (check.count_parameters, lambda T, V, H, E: E * (V + T * H) + H),
    "pad, as lists": (check.pad_left, lambda s, T: [[0] * (T - len(row)) + row for row in s]),
    "pad, as an array": (check.pad_left, lambda s, T: text.pad([row[::-1] for row in s], T)[0][:, ::-1]),
    "step, two products": (check.rnn_step, lambda x, h, W, R, b: np.tanh(x @ W + h @ R + b)),
    "step, one product": (check.rnn_step, lambda x, h, W, R, b: np.tanh(np.hstack([x, h]) @ np.vstack([W, R]) + b)),
    "last, indexed": (check.last_real_state, lambda h, n: h[np.arange(len(h)), n - 1]),
    "last, a loop": (check.last_real_state, lambda h, n: np.array([row[k - 1] for row, k in zip(h, n, strict=True)])),
}


def shifted(sequences, start, end):
    inputs, lengths = text.pad([[start, *row] for row in sequences])
    targets, _ = text.pad([[*row, end] for row in sequences])
    return inputs, targets, text.mask(lengths, targets.shape[1])


def shifted_by_slices(sequences, start, end):
    whole, _ = text.pad([[start, *row, end] for row in sequences])
    return whole[:, :-1], whole[:, 1:], whole[:, 1:] != 0


RIGHT |= {
    "teacher, two paddings": (check.teacher_forcing, shifted),
    "teacher, one padding sliced": (check.teacher_forcing, shifted_by_slices),
}


def teacher(bug):
    """A wrong teacher: `bug` gets sequences, start, end and the three right arrays."""
    return check.teacher_forcing, lambda s, start, end: bug(s, start, end, *shifted(s, start, end))


@pytest.mark.parametrize("case", RIGHT)
def test_right_answers_pass_and_return_nothing(case):
    checker, function = RIGHT[case]
    assert checker(function) is None


WRONG = [
    (check.count_parameters, lambda T, V, H, E: V * E + T * E * H, "biases are missing"),
    (check.count_parameters, lambda T, V, H, E: V * E + T * E * H + 1, "a single bias"),
    (check.count_parameters, lambda T, V, H, E: V * E + T * E * H + T * H, "a bias for each position"),
    (check.count_parameters, lambda T, V, H, E: T * E * H + H, "embedding itself is missing"),
    (check.count_parameters, lambda T, V, H, E: V * E + E * H + H, "one word"),
    (check.count_parameters, lambda T, V, H, E: T * V * E + T * E * H + H, "one serves them all"),
    (check.count_parameters, lambda T, V, H, E: T * V * H + H, "padded one-hot"),
    (check.count_parameters, lambda T, V, H, E: V * E + E * H + H * H + H, "RNN on an embedding"),
    (check.count_parameters, lambda T, V, H, E: 1_010_010, "does your count depend"),
    (check.count_parameters, lambda T, V, H, E: "1,010,010", "a str"),
    (check.count_parameters, lambda T, V, H, E: [V * E, H], "a list"),
    (check.pad_left, lambda s, T: text.pad(s, T)[0], "in front"),
    (check.pad_left, lambda s, T: [[0] * (T - len(row)) + row[::-1] for row in s], "reverse"),
    (check.pad_left, lambda s, T: [[0] * (4 - len(row)) + row for row in s], "T is ignored"),
    (check.pad_left, lambda s, T: text.pad(s, T)[0].T, "transpose"),
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
    (check.rnn_step, lambda x, h, W, R, b: W @ x, "Rows stand on the left"),
    (check.rnn_step, lambda x, h, W, R, b: np.tanh(x @ W) + h @ R + b, "input's share alone"),
    (check.rnn_step, lambda x, h, W, R, b: x @ W + np.tanh(h @ R) + b, "state's share alone"),
    (check.rnn_step, lambda x, h, W, R, b: np.tanh(x @ W) + np.tanh(h @ R) + np.tanh(b), "each summand"),
    (check.rnn_step, lambda x, h, W, R, b: np.tanh(np.hstack([h, x]) @ np.vstack([W, R]) + b), "other order"),
    (check.rnn_step, lambda x, h, W, R, b: np.tanh(x @ W + h @ R + 2 * b), "first differs"),
    (check.last_real_state, lambda h, n: h[:, -1], "padding included"),
    (check.last_real_state, lambda h, n: h[np.arange(len(h)), n], "off by one"),
    (check.last_real_state, lambda h, n: h[:, n - 1], "two index arrays"),
    (check.last_real_state, lambda h, n: h[n - 1], "two index arrays"),
    (
        check.last_real_state,
        lambda h, n: np.array([r[:k].mean(axis=0) for r, k in zip(h, n, strict=True)]),
        "real steps",
    ),
    (check.last_real_state, lambda h, n: h[np.arange(len(h)), n - 2], "before the last"),
    (check.last_real_state, lambda h, n: h.mean(axis=1), "mean"),
    (*teacher(lambda s, a, e, x, y, m: (x, x, m)), "learns to repeat"),
    (*teacher(lambda s, a, e, x, y, m: (y, y, m)), "inputs are the targets"),
    (*teacher(lambda s, a, e, x, y, m: (text.pad(s, x.shape[1])[0], y, m)), "no <start>"),
    (*teacher(lambda s, a, e, x, y, m: (x, text.pad(s, x.shape[1])[0], m)), "no <end>"),
    (*teacher(lambda s, a, e, x, y, m: (x, y, np.ones_like(m))), "padding too"),
    (*teacher(lambda s, a, e, x, y, m: (x, y, text.pad(s, x.shape[1])[0] != 0)), "leaves out <end>"),
    (*teacher(lambda s, a, e, x, y, m: (x, y, ~m)), "wrong way round"),
    (*teacher(lambda s, a, e, x, y, m: (x, y, m.astype(int))), "booleans"),
    (*teacher(lambda s, a, e, x, y, m: (x, y)), "three arrays"),
    (*teacher(lambda s, a, e, x, y, m: (x[:, 1:], y, m)), "shape"),
]


@pytest.mark.parametrize("checker, function, names", WRONG, ids=range(len(WRONG)))
def test_wrong_answers_are_told_their_bug(checker, function, names):
    assert names in refused(checker, function)


def test_blank_answers_fail_with_what_to_do():
    def blank(*arguments):
        raise NotImplementedError

    for checker in (
        check.count_parameters,
        check.pad_left,
        check.rnn_step,
        check.last_real_state,
        check.teacher_forcing,
    ):
        assert "no body yet" in refused(checker, blank)


def test_changing_an_argument_in_place_is_named():
    def careless(x, h, W, R, b):
        h += 1
        return np.tanh(x @ W + (h - 1) @ R + b)

    def careless_with_lists(sequences, T):
        for sequence in sequences:
            sequence[:0] = [0] * (T - len(sequence))
        return sequences

    assert "in place" in refused(check.rnn_step, careless)
    assert "in place" in refused(check.pad_left, careless_with_lists)


def test_prints_and_warnings_cost_nothing(capsys):
    def chatty(x, h, W, R, b):
        print("here")
        warnings.warn("careful", stacklevel=1)
        return np.tanh(x @ W + h @ R + b)

    check.rnn_step(chatty)
    assert capsys.readouterr().out == "Right.\n"


def test_not_yet_is_an_assertion_shown_as_one_sentence():
    assert issubclass(check.NotYet, AssertionError)
    assert check.NotYet("try a transpose.")._render_traceback_() == ["Not yet: try a transpose."]
