"""Long short-term memory: a cell state next to the hidden state, and three gates for what enters, stays and leaves.

This is the fast form. The plain form is in lesson 9, notebooks/09_gates.ipynb: one step and one step back;
tests/lessons/test_gates.py checks that both give the same numbers. The notebook also compares both passes with
PyTorch's.

Every weight holds four blocks of H columns, in PyTorch's order: input gate i, forget gate f, candidate g, output
gate o.
"""

import numpy as np

from helpers import validate
from helpers.cells import shared

GATES = "ifgo"


def lstm_step(x_t, h_prev, c_prev, W_xh, W_hh, b_h):
    """Advance an LSTM one step.

        z_t = x_t W_xh + h_prev W_hh + b_h, cut into four blocks of H columns
        i_t = sigmoid(z_i),  f_t = sigmoid(z_f),  g_t = tanh(z_g),  o_t = sigmoid(z_o)
        c_t = f_t * c_prev + i_t * g_t,   h_t = o_t * tanh(c_t)

    Args:
        x_t: (B, D) float32 or float64, the input at one step.
        h_prev, c_prev: (B, H), the hidden state and the cell state after the step before.
        W_xh, W_hh, b_h: (D, 4H), (H, 4H), (4H,), blocks in the order i f g o.

    Returns:
        h_t, c_t: (B, H) each, same dtype as the inputs.

    Raises:
        ValueError: shapes or dtypes disagree (the message prints both), or a number is NaN or infinite.

    Sources: Hochreiter and Schmidhuber (1997), doi:10.1162/neco.1997.9.8.1735, without the forget gate; Gers,
    Schmidhuber and Cummins (2000), doi:10.1162/089976600300015015, with it.
    """
    W_xh, W_hh, b_h = shared.checked_weights(W_xh, W_hh, b_h, GATES)
    x_t = shared.float_array(W_xh, "x_t", x_t, B=None, D=len(W_xh))
    h_prev = shared.float_array(W_xh, "h_prev", h_prev, B=len(x_t), H=len(W_hh))
    c_prev = shared.float_array(W_xh, "c_prev", c_prev, B=len(x_t), H=len(W_hh))
    with np.errstate(over="ignore", invalid="ignore"):  # overflow is reported by validate.floats
        h_t, c_t = _advance((x_t @ W_xh + h_prev @ W_hh + b_h).reshape(len(x_t), 4, -1), c_prev)
    return validate.floats("h_t", h_t), validate.floats("c_t", c_t)


def lstm_forward(x, h_0, c_0, W_xh, W_hh, b_h, lengths=None):
    """Run an LSTM over sequences: `lstm_step` for t = 1..T.

    Args:
        x: (B, T, D) floats, or (B, T) integer ids, which mean one-hot rows of length D.
        h_0, c_0: (B, H) each, or None for zeros.
        W_xh, W_hh, b_h: (D, 4H), (H, 4H), (4H,), float32 or float64, blocks in the order i f g o.
        lengths: (B,) integers from 0 to T, or None for T everywhere. A step past a sequence's length does
            not change its states, so h[:, -1] and c[:, -1] are always those after the last real step.

    Returns:
        h, c: (B, T, H) each, the states after every step, in the dtype of the weights.
        gates: (B, T, 4, H), the values of i f g o at every step; past a sequence's length 0 1 0 0, which keeps c.

    Raises:
        ValueError: shapes, lengths or dtypes disagree (the message prints both), an id is outside 0..D-1, or a
            number is NaN or infinite.

    Sources: as `lstm_step`.
    """
    W_xh, W_hh, b_h = shared.checked_weights(W_xh, W_hh, b_h, GATES)
    x, running = shared.checked_sequence(x, lengths, W_xh)
    (B, T), H = x.shape[:2], len(W_hh)
    h_t = shared.first_state(W_xh, "h_0", h_0, B, H)
    c_t = shared.first_state(W_xh, "c_0", c_0, B, H)

    h, c = np.empty((2, T, B, H), dtype=W_xh.dtype)
    with np.errstate(over="ignore", invalid="ignore"):
        gates = shared.from_input(x, W_xh, b_h).reshape(T, B, 4, H)  # all steps at once
        for t in range(T):
            h_prev, c_prev = h_t, c_t
            gates[t] += (h_prev @ W_hh).reshape(B, 4, H)
            h_t, c_t = _advance(gates[t], c_prev)
            if running is not None:
                h_t, c_t = np.where(running[t], h_t, h_prev), np.where(running[t], c_t, c_prev)
            h[t], c[t] = h_t, c_t
    if running is not None:
        gates = np.where(running[..., None], gates, np.array([0, 1, 0, 0], gates.dtype)[:, None])
    return validate.floats("h", h.transpose(1, 0, 2)), c.transpose(1, 0, 2), gates.transpose(1, 0, 2, 3)


def lstm_backward(dh, x, h, c, gates, h_0, c_0, W_xh, W_hh, lengths=None, dc_T=None):
    """Backpropagation through time, the exact reverse of `lstm_forward`.

    From t = T down to 1, where dh_t and dc_t are the gradients from the outputs and from the later steps:
        dc_t = dL/dc_{t+1} * f_{t+1} + dh_t * o_t * (1 - tanh(c_t)^2)
        dz_i = dc_t * g_t * i_t (1 - i_t),   dz_f = dc_t * c_{t-1} * f_t (1 - f_t)
        dz_g = dc_t * i_t * (1 - g_t^2),     dz_o = dh_t * tanh(c_t) * o_t (1 - o_t)
        dL/dh_{t-1} = dz_t W_hh^T,   dL/dW_xh = sum_t x_t^T dz_t,   dL/dW_hh = sum_t h_{t-1}^T dz_t,   dL/db_h = sum_t dz_t

    Args:
        dh: (B, T, H), dL/dh_t for every step, from the outputs alone; this function adds the part from later steps.
        x, h_0, c_0, W_xh, W_hh, lengths: as given to `lstm_forward`.
        h, c, gates: (B, T, H), (B, T, H), (B, T, 4, H), what `lstm_forward` returned.
        dc_T: (B, H), dL/dc_T if the loss depends on the last cell state directly; None for zeros.

    Returns:
        dict: dx (B, T, D), or None where x holds ids; dh_0, dc_0 (B, H); dW_xh (D, 4H); dW_hh (H, 4H); db_h (4H,). A
        step past its sequence's length gives no gradient to weights or input; it passes its dh back to the last real
        step, because it holds that step's state.

    Raises:
        ValueError: as `lstm_forward`.

    Source: Gers, Schmidhuber and Cummins (2000), doi:10.1162/089976600300015015; here nothing is truncated.
    """
    W_xh, W_hh = shared.checked_weights(W_xh, W_hh, gates=GATES)
    x, running = shared.checked_sequence(x, lengths, W_xh)
    (B, T), H = x.shape[:2], len(W_hh)
    h_0 = shared.first_state(W_xh, "h_0", h_0, B, H)
    c_0 = shared.first_state(W_xh, "c_0", c_0, B, H)
    dc_later = shared.first_state(W_xh, "dc_T", dc_T, B, H)
    dh, h, c = (
        shared.time_first(shared.float_array(W_xh, name, array, B=B, T=T, H=H))
        for name, array in (("dh", dh), ("h", h), ("c", c))
    )
    gates = shared.time_first(shared.float_array(W_xh, "gates", gates, B=B, T=T, gates=4, H=H))

    i, f, g, o = np.moveaxis(gates, 2, 0)
    with np.errstate(over="ignore", invalid="ignore"):
        tanh_c = np.tanh(c)
        h_to_c = o * (1 - tanh_c * tanh_c)
        dz = np.empty_like(gates)  # first the factor of dc_t or dh_t in each block; the loop multiplies them
        dz[:, :, 0] = g * i * (1 - i)
        dz[:, :, 1] = shared.states_before(c_0, c) * f * (1 - f)
        dz[:, :, 2] = i * (1 - g * g)
        dz[:, :, 3] = tanh_c * o * (1 - o)
        from_later = np.zeros((B, H), dtype=h.dtype)
        for t in reversed(range(T)):
            dh_t = dh[t] + from_later
            dc_t = dc_later + dh_t * h_to_c[t]
            dz[t, :, :3] *= dc_t[:, None]
            dz[t, :, 3] *= dh_t
            from_later = dz[t].reshape(B, 4 * H) @ W_hh.T
            if running is not None:
                from_later = np.where(running[t], from_later, dh_t)
            dc_later = dc_t * f[t]

        dz = dz.reshape(T, B, 4 * H)
        rows = dz.reshape(T * B, 4 * H)
        grads = shared.input_gradients(dz, x, W_xh)
        grads |= dict(dh_0=from_later, dc_0=dc_later, db_h=rows.sum(axis=0))
        grads["dW_hh"] = shared.states_before(h_0, h).reshape(T * B, H).T @ rows
    return shared.all_finite(grads)


def _advance(z, c_prev):
    """Turn z (B, 4, H) into the gates, in place, and return h_t and c_t."""
    z[:, :2] = shared.sigmoid(z[:, :2])
    z[:, 2] = np.tanh(z[:, 2])
    z[:, 3] = shared.sigmoid(z[:, 3])
    i, f, g, o = z.swapaxes(0, 1)
    c_t = f * c_prev + i * g
    return o * np.tanh(c_t), c_t
