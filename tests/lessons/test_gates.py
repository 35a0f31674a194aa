"""Check that lesson 9 shows what the helpers for LSTM and GRU do: the plain form against the fast one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shown import shown

from helpers import cells

SHOWN = shown("09_gates.ipynb", "torch")
ACCURACY = dict(rtol=1e-10, atol=1e-12)


def draw(seed, *sizes):
    rng = np.random.default_rng(seed)
    return [rng.normal(size=size) for size in sizes]


@given(st.integers(0, 2**32), st.integers(1, 4), st.integers(1, 5), st.integers(1, 4))
def test_the_lstm_step_is_the_helper(seed, B, D, H):
    arguments = draw(seed, (B, D), (B, H), (B, H), (D, 4 * H), (H, 4 * H), (4 * H,))
    for ours, helper in zip(SHOWN["lstm_step"](*arguments), cells.lstm_step(*arguments), strict=True):
        np.testing.assert_allclose(ours, helper, **ACCURACY)


@given(st.integers(0, 2**32), st.integers(1, 4), st.integers(1, 5), st.integers(1, 4))
def test_the_gru_step_is_the_helper(seed, B, D, H):
    arguments = draw(seed, (B, D), (B, H), (D, 3 * H), (H, 3 * H), (3 * H,), (H,))
    np.testing.assert_allclose(SHOWN["gru_step"](*arguments), cells.gru_step(*arguments), **ACCURACY)


@pytest.mark.parametrize("T", [1, 2, 6])
def test_the_lstm_step_back_repeated_over_a_sequence_is_the_helper(T):
    B, D, H = 3, 2, 4
    x, h_0, c_0, W_xh, W_hh, b_h, dh_outputs = draw(
        T, (B, T, D), (B, H), (B, H), (D, 4 * H), (H, 4 * H), (4 * H,), (B, T, H)
    )
    h, c, gates = cells.lstm_forward(x, h_0, c_0, W_xh, W_hh, b_h)
    c_before = np.concatenate([c_0[:, None], c[:, :-1]], axis=1)
    dh, dc, dx = 0, 0, np.empty_like(x)
    for t in reversed(range(T)):
        i, f, g, o = gates[:, t].swapaxes(0, 1)
        dh, dc, dz = SHOWN["lstm_step_backward"](dh_outputs[:, t] + dh, dc, c_before[:, t], c[:, t], i, f, g, o, W_hh)
        dx[:, t] = dz @ W_xh.T
    helper = cells.lstm_backward(dh_outputs, x, h, c, gates, h_0, c_0, W_xh, W_hh)
    for name, ours in dict(dx=dx, dh_0=dh, dc_0=dc).items():
        np.testing.assert_allclose(ours, helper[name], **ACCURACY, err_msg=name)
