"""The gated recurrent unit: two gates, and no state other than the hidden state.

This is the fast form. The plain form of one step is in lesson 9, notebooks/09_gates.ipynb; tests/lessons/test_gates.py
checks that both give the same numbers. The notebook also compares both passes with PyTorch's.

Every weight holds three blocks of H columns, in PyTorch's order: reset gate r, update gate u (its z), candidate n. As in
PyTorch the reset gate is applied after the recurrent product, so the candidate needs a bias of its own inside it, b_hn.
"""

import numpy as np

from helpers import validate
from helpers.cells import shared

GATES = "run"


def gru_step(x_t, h_prev, W_xh, W_hh, b_h, b_hn):
    """Advance a GRU one step.

        r_t = sigmoid(x_t W_xr + h_prev W_hr + b_r),   u_t = sigmoid(x_t W_xu + h_prev W_hu + b_u)
        n_t = tanh(x_t W_xn + b_n + r_t * (h_prev W_hn + b_hn))
        h_t = (1 - u_t) * n_t + u_t * h_prev

    Args:
        x_t: (B, D) float32 or float64, the input at one step.
        h_prev: (B, H), the state after the step before.
        W_xh, W_hh, b_h: (D, 3H), (H, 3H), (3H,), blocks in the order r u n.
        b_hn: (H,), the bias inside the reset gate.

    Returns:
        h_t: (B, H), same dtype as the inputs.

    Raises:
        ValueError: shapes or dtypes disagree (the message prints both), or a number is NaN or infinite.

    Source: Cho et al. (2014), arXiv:1406.1078; the first version has the reset gate where PyTorch has it, the third
    before the product: (r_t * h_prev) W_hn.
    """
    W_xh, W_hh, b_h = shared.checked_weights(W_xh, W_hh, b_h, GATES)
    b_hn = shared.float_array(W_xh, "b_hn", b_hn, H=len(W_hh))
    x_t = shared.float_array(W_xh, "x_t", x_t, B=None, D=len(W_xh))
    h_prev = shared.float_array(W_xh, "h_prev", h_prev, B=len(x_t), H=len(W_hh))
    with np.errstate(over="ignore", invalid="ignore"):  # overflow is reported by validate.floats
        from_input = (x_t @ W_xh + b_h).reshape(len(x_t), 3, -1)
        return validate.floats("h_t", _advance(from_input, h_prev, W_hh, b_hn))


def gru_forward(x, h_0, W_xh, W_hh, b_h, b_hn, lengths=None):
    """Run a GRU over sequences: `gru_step` for t = 1..T.

    Args:
        x: (B, T, D) floats, or (B, T) integer ids, which mean one-hot rows of length D.
        h_0: (B, H), or None for zeros.
        W_xh, W_hh, b_h: (D, 3H), (H, 3H), (3H,), float32 or float64, blocks in the order r u n.
        b_hn: (H,), the bias inside the reset gate.
        lengths: (B,) integers from 0 to T, or None for T everywhere. A step past a sequence's length does
            not change its state, so h[:, -1] is always the state after the last real step.

    Returns:
        h: (B, T, H), the state after every step, in the dtype of the weights.
        gates: (B, T, 3, H), the values of r u n at every step; past a sequence's length 0 1 0, which keeps h.

    Raises:
        ValueError: shapes, lengths or dtypes disagree (the message prints both), an id is outside 0..D-1, or a
            number is NaN or infinite.

    Source: as `gru_step`.
    """
    W_xh, W_hh, b_h = shared.checked_weights(W_xh, W_hh, b_h, GATES)
    b_hn = shared.float_array(W_xh, "b_hn", b_hn, H=len(W_hh))
    x, running = shared.checked_sequence(x, lengths, W_xh)
    (B, T), H = x.shape[:2], len(W_hh)
    h_t = shared.first_state(W_xh, "h_0", h_0, B, H)

    h = np.empty((T, B, H), dtype=W_xh.dtype)
    with np.errstate(over="ignore", invalid="ignore"):
        gates = shared.from_input(x, W_xh, b_h).reshape(T, B, 3, H)  # all steps at once
        for t in range(T):
            h_prev = h_t
            h_t = _advance(gates[t], h_prev, W_hh, b_hn)
            if running is not None:
                h_t = np.where(running[t], h_t, h_prev)
            h[t] = h_t
    if running is not None:
        gates = np.where(running[..., None], gates, np.array([0, 1, 0], gates.dtype)[:, None])
    return validate.floats("h", h.transpose(1, 0, 2)), gates.transpose(1, 0, 2, 3)


def gru_backward(dh, x, h, gates, h_0, W_xh, W_hh, b_hn, lengths=None):
    """Backpropagation through time, the exact reverse of `gru_forward`.

    From t = T down to 1, where dh_t is the gradient from the outputs and from the later steps, and s_t is short for
    h_{t-1} W_hn + b_hn:
        dz_n = dh_t * (1 - u_t) * (1 - n_t^2),   dz_u = dh_t * (h_{t-1} - n_t) * u_t (1 - u_t)
        dz_r = dz_n * s_t * r_t (1 - r_t),       ds_t = dz_n * r_t
        dL/dh_{t-1} = dh_t * u_t + [dz_r, dz_u, ds_t] W_hh^T
        dL/dW_xh = sum_t x_t^T [dz_r, dz_u, dz_n],   dL/dW_hh = sum_t h_{t-1}^T [dz_r, dz_u, ds_t]

    Args:
        dh: (B, T, H), dL/dh_t for every step, from the outputs alone; this function adds the part from later steps.
        x, h_0, W_xh, W_hh, b_hn, lengths: as given to `gru_forward`.
        h, gates: (B, T, H) and (B, T, 3, H), what `gru_forward` returned.

    Returns:
        dict: dx (B, T, D), or None where x holds ids; dh_0 (B, H); dW_xh (D, 3H); dW_hh (H, 3H); db_h (3H,);
        db_hn (H,). A step past its sequence's length gives no gradient to weights or input; it passes its dh back
        to the last real step, because it holds that step's state.

    Raises:
        ValueError: as `gru_forward`.

    Source: the chain rule applied to Cho et al. (2014), arXiv:1406.1078, in PyTorch's form.
    """
    W_xh, W_hh = shared.checked_weights(W_xh, W_hh, gates=GATES)
    b_hn = shared.float_array(W_xh, "b_hn", b_hn, H=len(W_hh))
    x, _ = shared.checked_sequence(x, lengths, W_xh)
    (B, T), H = x.shape[:2], len(W_hh)
    h_0 = shared.first_state(W_xh, "h_0", h_0, B, H)
    dh, h = (
        shared.time_first(shared.float_array(W_xh, name, array, B=B, T=T, H=H))
        for name, array in (("dh", dh), ("h", h))
    )
    gates = shared.time_first(shared.float_array(W_xh, "gates", gates, B=B, T=T, gates=3, H=H))

    r, u, n = np.moveaxis(gates, 2, 0)
    with np.errstate(over="ignore", invalid="ignore"):
        h_before = shared.states_before(h_0, h)
        ds = np.empty_like(gates)  # first the factor of dh_t in each block; the loop multiplies it by dh_t
        factor_n = (1 - u) * (1 - n * n)
        ds[:, :, 0] = factor_n * (h_before @ W_hh[:, 2 * H :] + b_hn) * r * (1 - r)
        ds[:, :, 1] = (h_before - n) * u * (1 - u)
        ds[:, :, 2] = factor_n * r
        from_later = np.zeros((B, H), dtype=h.dtype)
        for t in reversed(range(T)):
            dh_t = dh[t] + from_later
            ds[t] *= dh_t[:, None]
            factor_n[t] *= dh_t
            from_later = dh_t * u[t] + ds[t].reshape(B, 3 * H) @ W_hh.T

        rows = ds.reshape(T * B, 3 * H)
        grads = dict(dh_0=from_later, dW_hh=h_before.reshape(T * B, H).T @ rows, db_hn=rows[:, 2 * H :].sum(axis=0))
        ds[:, :, 2] = factor_n  # dz_n in place of ds_t: input and b_h enter z_n outside the reset gate
        grads |= shared.input_gradients(ds.reshape(T, B, 3 * H), x, W_xh)
        grads["db_h"] = rows.sum(axis=0)
    return shared.all_finite(grads)


def _advance(from_input, h_prev, W_hh, b_hn):
    """Turn from_input (B, 3, H) into the gates, in place, and return h_t."""
    from_state = (h_prev @ W_hh).reshape(from_input.shape)
    gates = from_input[:, :2]
    gates[:] = shared.sigmoid(gates + from_state[:, :2])
    r, u, n = from_input.swapaxes(0, 1)
    n[:] = np.tanh(n + r * (from_state[:, 2] + b_hn))
    return (1 - u) * n + u * h_prev
