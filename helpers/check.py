"""Feedback on what a learner wrote: one plain sentence that says what is wrong and, where it can, which bug it is.

Each check takes the learner's function, never its result, and returns None. A wrong answer raises `NotYet`, which is an
AssertionError, so that a grader counts it as a failed test, and shows as a single sentence.
"""

import contextlib
import io
import warnings

import numpy as np

from helpers import cells, counting, text


class NotYet(AssertionError):
    """An answer that is not right yet; shown as one sentence, without a traceback."""

    def _render_traceback_(self, *args, **kwargs):
        return [f"Not yet: {self}"]


def count_parameters(function):
    """Lesson 1: function(T, V, H) -> parameters of the padded network's first layer."""
    for T, V, H in ((20, 20_000, 10), (5, 7, 3)):
        got = call(function, T, V, H)
        want = counting.padded_network(T, V, H)
        bugs = {
            want - H: "that is the weights alone; each of the H units has a bias too.",
            V * H + H: "that is the count for one word; the padded network has T of them side by side.",
            counting.rnn(V, H): "that is the RNN's count; this is about the padded network.",
            T * V * H + T * H: "that counts a bias for each position; each hidden unit has one bias.",
        }
        if got != want:
            raise NotYet(f"for T = {T}, V = {V}, H = {H} you return {got}, expected {want}: " + bugs.get(got, ""))
    _right()


def pad_left(function):
    """Lesson 2: function(sequences, T) -> (B, T) ids with the padding in front."""
    sequences = [[5, 6, 7], [8], [4, 5, 6, 7]]
    want = np.array([[0, 5, 6, 7], [0, 0, 0, 8], [4, 5, 6, 7]])
    bugs = {"the padding stands behind the words; put it in front.": text.pad(sequences)[0]}
    bugs["the words are in reverse order."] = text.pad(sequences)[0][:, ::-1]
    same("ids", call(function, sequences, 4), want, "(B, T)", bugs)
    wider = np.pad(want, ((0, 0), (2, 0)))
    same("ids", call(function, sequences, 6), wider, "(B, T)", {"T is ignored: use it as the number of columns.": want})
    _right()


def rnn_step(function):
    """Lesson 3: function(x_t, h_prev, W_xh, W_hh, b_h) -> h_t, a tanh RNN step."""
    rng = np.random.default_rng(3)
    x_t, h_prev = rng.normal(size=(4, 3)), rng.normal(size=(4, 2))
    W_xh, W_hh, b_h = rng.normal(size=(3, 2)), rng.normal(size=(2, 2)), rng.normal(size=2)
    z = x_t @ W_xh + h_prev @ W_hh + b_h
    bugs = {
        "W_hh looks transposed: rows belong to the old state, columns to the new one.": np.tanh(
            x_t @ W_xh + h_prev @ W_hh.T + b_h
        ),
        "the bias b_h is missing.": np.tanh(z - b_h),
        "the previous state is missing: add h_prev @ W_hh.": np.tanh(x_t @ W_xh + b_h),
        "the input is missing: add x_t @ W_xh.": np.tanh(h_prev @ W_hh + b_h),
        "that is the pre-activation z; tanh is still to come.": z,
        "that looks like a logistic sigmoid; this cell uses tanh.": 1 / (1 + np.exp(-z)),
        "the bias is added after tanh; it belongs inside.": np.tanh(z - b_h) + b_h,
    }
    got = call(function, x_t, h_prev, W_xh, W_hh, b_h)
    same("h_t", got, cells.rnn_step(x_t, h_prev, W_xh, W_hh, b_h), "(B, H)", bugs)
    _right()


def last_real_state(function):
    """Lesson 4: function(h, lengths) -> (B, H), each sequence's state after its last real step."""
    h = np.random.default_rng(4).normal(size=(3, 5, 2))
    lengths = np.array([2, 5, 3])
    rows = np.arange(3)
    bugs = {
        "that is the state after the last column, padding included; use lengths.": h[:, -1],
        "off by one: a sequence of length n has its last real state at index n - 1.": h[rows, np.minimum(lengths, 4)],
        "that is the state before the last real one.": h[rows, lengths - 2],
        "that is the mean over all steps, not one state.": h.mean(axis=1),
    }
    same("states", call(function, h, lengths), h[rows, lengths - 1], "(B, H)", bugs)
    _right()


def call(function, *arguments):
    """Run the learner's function on copies; what it raises becomes a sentence, what it prints or warns costs nothing."""
    mine = [a.copy() if isinstance(a, np.ndarray) else a for a in arguments]
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            got = function(*mine)
    except NotImplementedError:
        raise NotYet(f"{function.__name__} has no body yet: replace the raise line with your code.") from None
    except Exception as error:
        raise NotYet(f"{function.__name__} stopped with {type(error).__name__}: {error}") from None
    for before, after in zip(arguments, mine, strict=True):
        if isinstance(before, np.ndarray) and not np.array_equal(before, after):
            raise NotYet(f"{function.__name__} changes one of its arguments in place; make a new array instead.")
    if got is None:
        raise NotYet(f"{function.__name__} returns nothing; end it with a return line.")
    return got


def same(name, got, want, axes, bugs=()):
    """Compare an array with the right one; `bugs` maps a sentence to the array that bug gives."""
    try:
        got = np.asarray(got, dtype=float)
    except (TypeError, ValueError):
        raise NotYet(f"{name} is a {type(got).__name__}, expected an array of shape {want.shape} = {axes}.") from None
    if got.shape != want.shape:
        swapped = " The axes look swapped: try a transpose." if got.shape == want.shape[::-1] else ""
        raise NotYet(f"{name} has shape {got.shape}, expected {want.shape} = {axes}.{swapped}")
    if np.allclose(got, want, rtol=1e-6, atol=1e-9):
        return
    for sentence, wrong in dict(bugs).items():
        if np.allclose(got, wrong, rtol=1e-6, atol=1e-9):
            raise NotYet(sentence)
    where = tuple(int(i) for i in np.argwhere(~np.isclose(got, want, rtol=1e-6, atol=1e-9))[0])
    raise NotYet(f"{name} first differs at index {where}: you have {got[where]:.4g}, expected {want[where]:.4g}.")


def _right():
    print("Right.")
