"""Feedback on what a learner wrote: one plain sentence that says what is wrong and, where it can, which bug it is.

Each check takes the learner's function, never its result, and returns None. A wrong answer raises `NotYet`, which is an
AssertionError, so that a grader counts it as a failed test, and shows as a single sentence.
"""

import contextlib
import copy
import io
import warnings

import numpy as np

from helpers import cells, counting, text


class NotYet(AssertionError):
    """An answer that is not right yet; shown as one sentence, without a traceback."""

    def _render_traceback_(self, *args, **kwargs):
        return [f"Not yet: {self}"]


def count_parameters(function):
    """Lesson 1: function(T, V, H, E) -> parameters of embed-then-flatten before its output layer."""
    for T, V, H, E in ((20, 20_000, 10, 50), (5, 7, 3, 2)):
        got = call(function, T, V, H, E)
        want = counting.embed_then_flatten(T, V, H, E)
        bugs = {
            want - H: "the biases are missing: each of the H units has one.",
            want - H + 1: "that counts a single bias; each of the H units has one.",
            want - H + T * H: "that counts a bias for each position; each hidden unit has one.",
            want - V * E: "the embedding itself is missing: one row of E numbers for each of the V words.",
            V * E + E * H + H: "that lays one word before the layer; T of them stand side by side.",
            T * V * E + T * E * H + H: "that counts an embedding for each position; one serves them all.",
            counting.padded_network(T, V, H): "that is the padded one-hot network; here E numbers stand for each word.",
            counting.rnn_on_embedding(V, H, E): "that is the RNN on an embedding.",
        }
        if isinstance(got, bool) or not isinstance(got, int | float | np.integer | np.floating):
            raise NotYet(f"{function.__name__} returns a {type(got).__name__}, {got!r}; expected one number.")
        if got != want:
            hint = bugs.get(got, "does your count depend on all of T, V, H and E?")
            raise NotYet(f"for T = {T}, V = {V:,}, H = {H}, E = {E} you return {got:,}, expected {want:,}: {hint}")
    _right()


def pad_left(function):
    """Lesson 2: function(sequences, T) -> (B, T) ids with the padding in front."""
    sequences = [[5, 6, 7], [8], [4, 5, 6, 7]]
    want = np.array([[0, 5, 6, 7], [0, 0, 0, 8], [4, 5, 6, 7]])
    bugs = {
        "the padding stands behind the words; put it in front.": text.pad(sequences)[0],
        "the words are in reverse order.": text.pad(sequences)[0][:, ::-1],
    }
    same("ids", call(function, sequences, 4), want, "(B, T)", bugs)
    got = call(function, sequences, 6)
    if np.shape(got) == want.shape:
        raise NotYet("T is ignored: for T = 6 your array still has 4 columns.")
    same("ids", got, np.pad(want, ((0, 0), (2, 0))), "(B, T)")
    if not np.issubdtype(np.asarray(got).dtype, np.integer):
        raise NotYet(f"ids has dtype {np.asarray(got).dtype}; ids are integers: give np.zeros the argument dtype=int.")
    _right()


def rnn_step(function):
    """Lesson 3: function(x_t, h_prev, W_xh, W_hh, b_h) -> h_t, a tanh RNN step."""
    rng = np.random.default_rng(3)
    x_t, h_prev = rng.normal(size=(4, 3)), rng.normal(size=(4, 2))
    W_xh, W_hh, b_h = rng.normal(size=(3, 2)), rng.normal(size=(2, 2)), rng.normal(size=2)
    from_x, from_h = x_t @ W_xh, h_prev @ W_hh
    z = from_x + from_h + b_h
    swapped = np.concatenate([h_prev, x_t], axis=1) @ np.concatenate([W_xh, W_hh])
    bugs = {
        "W_hh looks transposed: rows belong to the old state, columns to the new one.": np.tanh(
            z - from_h + h_prev @ W_hh.T
        ),
        "the bias b_h is missing.": np.tanh(z - b_h),
        "the previous state is missing: add h_prev @ W_hh.": np.tanh(from_x + b_h),
        "the input is missing: add x_t @ W_xh.": np.tanh(from_h + b_h),
        "that is the pre-activation z; tanh is still to come.": z,
        "that looks like a logistic sigmoid; this cell uses tanh.": 1 / (1 + np.exp(-z)),
        "the bias is added after tanh; it belongs inside.": np.tanh(z - b_h) + b_h,
        "tanh stands around the input's share alone; add everything up first.": np.tanh(from_x) + from_h + b_h,
        "tanh stands around the state's share alone; add everything up first.": np.tanh(from_h) + from_x + b_h,
        "tanh stands around each summand; add everything up first.": np.tanh(from_x) + np.tanh(from_h) + np.tanh(b_h),
        "state and input stand in the other order than W_xh and W_hh.": np.tanh(swapped + b_h),
    }
    got = call(function, x_t, h_prev, W_xh, W_hh, b_h, hint="Rows stand on the left of their matrix: x_t @ W_xh.")
    same("h_t", got, cells.rnn_step(x_t, h_prev, W_xh, W_hh, b_h), "(B, H)", bugs)
    _right()


def last_real_state(function):
    """Lesson 4: function(h, lengths) -> (B, H), each sequence's state after its last real step."""
    h = np.random.default_rng(4).normal(size=(3, 6, 2))
    lengths, rows = np.array([2, 5, 3]), np.arange(3)
    real = text.mask(lengths, 6)[:, :, None]
    bugs = {
        "that is the state after the last column, padding included; use lengths.": h[:, -1],
        "off by one: a sequence of length n has its last real state at index n - 1.": h[rows, lengths],
        "that is the state before the last real one.": h[rows, lengths - 2],
        "that is the mean over all steps, not one state.": h.mean(axis=1),
        "that is the mean over the real steps, not the last of them.": (h * real).sum(axis=1) / lengths[:, None],
    }
    two_arrays = "Each row needs one column of its own: give two index arrays, h[rows, columns]."
    got = call(function, h, lengths, hint=two_arrays)
    if np.shape(got) == (3, 3, 2):
        raise NotYet(f"states has shape (3, 3, 2), expected (3, 2) = (B, H). {two_arrays}")
    same("states", got, h[rows, lengths - 1], "(B, H)", bugs)
    full = np.array([6, 1, 4])
    same("states", call(function, h, full, hint=two_arrays), h[rows, full - 1], "(B, H)")
    _right()


def teacher_forcing(function):
    """Lesson 6: function(sequences, start, end) -> inputs, targets, mask, each (B, T)."""
    sequences, start, end = [[7, 8, 9], [5], [6, 7]], 2, 3
    full, lengths = text.pad([[start, *row, end] for row in sequences])
    inputs, targets = np.where(full == end, 0, full)[:, :-1], full[:, 1:]
    mask = text.mask(lengths - 1, 4)
    got = call(function, sequences, start, end, hint="text.pad([[...], [...]]) gives ids and lengths.")
    if not isinstance(got, tuple) or len(got) != 3:
        raise NotYet("return three arrays: inputs, targets, mask.")
    if np.array_equal(got[0], full[:, :-1]):
        inputs = full[:, :-1]  # reading <end> at a masked step changes nothing
    bare = text.pad(sequences, 4)[0]
    same(
        "inputs",
        got[0],
        inputs,
        "(B, T)",
        {
            "the inputs have no <start>: before the first word there is nothing else to read.": bare,
            "the inputs are the targets: shift them one step later, behind <start>.": targets,
        },
    )
    same(
        "targets",
        got[1],
        targets,
        "(B, T)",
        {
            "the targets equal the inputs, so the network learns to repeat; shift them: the target is the next token.": inputs,
            "the targets have no <end>, so the network never learns to stop.": bare,
        },
    )
    if np.asarray(got[2]).dtype != bool:
        raise NotYet(f"mask has dtype {np.asarray(got[2]).dtype}; expected booleans, True where a target counts.")
    same(
        "mask",
        got[2],
        mask,
        "(B, T)",
        {
            "the mask counts padding too; only real targets carry a loss.": np.ones_like(mask),
            "the mask leaves out <end>; it is a target like any other.": bare != 0,
            "the mask is the wrong way round: True where a target counts.": ~mask,
        },
    )
    _right()


def call(function, *arguments, hint=""):
    """Run the learner's function on copies; what it raises becomes a sentence, what it prints or warns costs nothing."""
    mine = copy.deepcopy(arguments)
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            got = function(*mine)
    except NotImplementedError:
        raise NotYet(f"{function.__name__} has no body yet: replace the raise line with your code.") from None
    except Exception as error:
        raise NotYet(
            f"{function.__name__} stopped with {type(error).__name__}: {error}. {hint}".rstrip(". ") + "."
        ) from None
    for before, after in zip(arguments, mine, strict=True):
        if not (before == after if isinstance(before, list) else np.array_equal(before, after)):
            raise NotYet(f"{function.__name__} changes one of its arguments in place; make a new array instead.")
    if got is None:
        raise NotYet(f"{function.__name__} returns nothing; end it with a return line.")
    return got


def same(name, got, want, axes, bugs=()):
    """Compare an array with the right one; `bugs` maps a sentence to the array that bug gives."""
    try:
        got = np.asarray(got, dtype=float)
    except (TypeError, ValueError):
        raise NotYet(
            f"{name} is a {type(got).__name__} that makes no array: expected numbers in rows of equal length, "
            f"{want.shape} = {axes}."
        ) from None
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
