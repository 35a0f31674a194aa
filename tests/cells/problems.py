"""Problems of any size for the three cells, and functions that call every cell in the same way."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from helpers import cells

CELLS = ["rnn", "lstm", "gru"]
GATED = CELLS[1:]
BLOCKS = {"rnn": 1, "lstm": 4, "gru": 3}
STATES = {"rnn": 1, "lstm": 2, "gru": 1}  # how many of the arrays that forward returns are states; the rest are gates
PARAMETERS = {
    "rnn": ["x", "h_0", "W_xh", "W_hh", "b_h"],
    "lstm": ["x", "h_0", "c_0", "W_xh", "W_hh", "b_h"],
    "gru": ["x", "h_0", "W_xh", "W_hh", "b_h", "b_hn"],
}
with_activations = pytest.mark.parametrize(
    ("cell", "activation"),
    [*(("rnn", activation) for activation in cells.ACTIVATIONS), *((cell, None) for cell in GATED)],
)
"""Every cell, and the RNN with each of its activations."""
every_cell = pytest.mark.parametrize("cell", CELLS)
every_gated_cell = pytest.mark.parametrize("cell", GATED)


def problem(cell, activation="tanh", B=3, T=4, D=2, H=5, seed=0, dtype=np.float64):
    """Inputs, states, weights, and the gradients at every h and at the last c, all standard normal."""
    rng = np.random.default_rng(seed)

    def normal(*shape):
        return rng.normal(size=shape).astype(dtype)

    columns = BLOCKS[cell] * H
    return SimpleNamespace(
        x=normal(B, T, D),
        h_0=normal(B, H),
        c_0=normal(B, H),
        W_xh=normal(D, columns),
        W_hh=normal(H, columns) / dtype(2 * np.sqrt(H)),
        b_h=normal(columns),
        b_hn=normal(H),
        dh=normal(B, T, H),
        dc_T=normal(B, H),
        activation=activation,
    )


def changed_to(p, **changed):
    return SimpleNamespace(**{**vars(p), **changed})


def as_dtype(p, dtype):
    return changed_to(p, **{name: value.astype(dtype) for name, value in arrays(p).items()})


def arrays(p):
    return {name: value for name, value in vars(p).items() if isinstance(value, np.ndarray)}


def outputs(cell, p, lengths=None, **changed):
    """Return (h,) of an RNN, (h, c, gates) of an LSTM, (h, gates) of a GRU."""
    p = changed_to(p, **changed)
    if cell == "rnn":
        return (cells.rnn_forward(p.x, p.h_0, p.W_xh, p.W_hh, p.b_h, lengths, p.activation),)
    if cell == "lstm":
        return cells.lstm_forward(p.x, p.h_0, p.c_0, p.W_xh, p.W_hh, p.b_h, lengths)
    return cells.gru_forward(p.x, p.h_0, p.W_xh, p.W_hh, p.b_h, p.b_hn, lengths)


def states(cell, p, lengths=None, **changed):
    """Return all states in one array: (B, T, 2H) with h and c for an LSTM, (B, T, H) for the others."""
    return np.concatenate(outputs(cell, p, lengths, **changed)[: STATES[cell]], axis=2)


def first_states(cell, p):
    """Return the states before the first step, joined as in `states`."""
    return np.concatenate([p.h_0, p.c_0][: STATES[cell]], axis=1)


def backward(cell, p, lengths=None, **changed):
    p = changed_to(p, **changed)
    return backward_of(cell, p, outputs(cell, p, lengths), lengths)


def backward_of(cell, p, out, lengths=None):
    """Return the gradients, from the results of the forward pass."""
    if cell == "rnn":
        return cells.rnn_backward(p.dh, p.x, *out, p.h_0, p.W_xh, p.W_hh, lengths, p.activation)
    if cell == "lstm":
        return cells.lstm_backward(p.dh, p.x, *out, p.h_0, p.c_0, p.W_xh, p.W_hh, lengths, p.dc_T)
    return cells.gru_backward(p.dh, p.x, *out, p.h_0, p.W_xh, p.W_hh, p.b_hn, lengths)


def step(cell, p, x_t, h_prev, c_prev):
    """Return (h_t, c_t); c_t is None except for an LSTM."""
    if cell == "rnn":
        return cells.rnn_step(x_t, h_prev, p.W_xh, p.W_hh, p.b_h, p.activation), None
    if cell == "lstm":
        return cells.lstm_step(x_t, h_prev, c_prev, p.W_xh, p.W_hh, p.b_h)
    return cells.gru_step(x_t, h_prev, p.W_xh, p.W_hh, p.b_h, p.b_hn), None


def loss(cell, p, lengths, **changed):
    """Return the number whose gradient is dh at every h and dc_T at the last c."""
    h, *rest = outputs(cell, p, lengths, **changed)
    return (h * p.dh).sum() + ((rest[0][:, -1] * p.dc_T).sum() if cell == "lstm" else 0)


@st.composite
def batches(draw, of=CELLS):
    """A cell and a problem of any small size, with lengths from 0 to T, and any activation for an RNN."""
    cell = draw(st.sampled_from(of))
    activation = draw(st.sampled_from(list(cells.ACTIVATIONS))) if cell == "rnn" else None
    B, T, D, H = (draw(st.integers(1, size)) for size in (4, 6, 3, 4))
    p = problem(cell, activation, B, T, D, H, seed=draw(st.integers(0, 2**32 - 1)))
    return cell, p, np.array(draw(st.lists(st.integers(0, T), min_size=B, max_size=B)))


def every_batch(*more):
    """`given` a batch of any cell, with twice as many examples as a test of one cell."""
    return lambda test: settings(max_examples=100)(given(batches(), *more)(test))


def assert_same_grads(grads, expected, rtol=1e-10, atol=1e-10):
    assert grads.keys() == expected.keys()
    for name in expected:
        assert_allclose(grads[name], expected[name], rtol=rtol, atol=atol, err_msg=name)
