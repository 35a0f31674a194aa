"""The minGRU: a GRU whose gate and candidate look at the input only, so that a scan can run it.

Every weight holds two blocks of H columns: update gate u, candidate n. As in `gru`, u keeps the old state; the paper
writes 1 - u where we write u.
"""

import numpy as np

from helpers import scans, validate
from helpers.cells import shared

GATES = "un"


def min_gru_step(x_t, h_prev, W_xh, b_h):
    """Advance a minGRU one step.

        u_t = sigmoid(x_t W_xu + b_u),   n_t = x_t W_xn + b_n,   h_t = u_t * h_prev + (1 - u_t) * n_t

    Args:
        x_t: (B, D) float32 or float64, the input at one step.
        h_prev: (B, H), the state after the step before.
        W_xh, b_h: (D, 2H), (2H,), blocks in the order u n.

    Returns:
        h_t: (B, H), same dtype as the inputs.

    Raises:
        ValueError: shapes or dtypes disagree (the message prints both), or a number is NaN or infinite.

    Source: Feng et al. (2024), arXiv:2410.01201.
    """
    W_xh, b_h = _checked_weights(W_xh, b_h)
    x_t = shared.float_array(W_xh, "x_t", x_t, B=None, D=len(W_xh))
    return min_gru_forward(x_t[:, None], h_prev, W_xh, b_h)[0][:, 0]


def min_gru_forward(x, h_0, W_xh, b_h, lengths=None, scan=scans.doubling):
    """Run a minGRU over sequences: h_t = a_t * h_{t-1} + b_t with a_t = u_t and b_t = (1 - u_t) * n_t.

    Args:
        x: (B, T, D) floats, or (B, T) integer ids, which mean one-hot rows of length D.
        h_0: (B, H), or None for zeros.
        W_xh, b_h: (D, 2H), (2H,), float32 or float64, blocks in the order u n.
        lengths: (B,) integers from 0 to T, or None for T everywhere. A step past a sequence's length does
            not change its state, so h[:, -1] is always the state after the last real step.
        scan: `scans.loop`, `scans.doubling` or `scans.work_efficient`.

    Returns:
        h: (B, T, H), the state after every step, in the dtype of the weights.
        gates: (B, T, 2, H), the values of u n at every step; past a sequence's length 1 0, which keeps h.

    Raises:
        ValueError: shapes, lengths or dtypes disagree (the message prints both), an id is outside 0..D-1, or a
            number is NaN or infinite.

    Source: as `min_gru_step`; the scan: Martin and Cundy (2018), arXiv:1709.04057.
    """
    W_xh, b_h = _checked_weights(W_xh, b_h)
    x, running = shared.checked_sequence(x, lengths, W_xh)
    (B, T), H = x.shape[:2], W_xh.shape[1] // 2
    h_0 = shared.first_state(W_xh, "h_0", h_0, B, H)
    with np.errstate(over="ignore", invalid="ignore"):  # overflow is reported by validate.floats
        gates = shared.from_input(x, W_xh, b_h).reshape(T, B, 2, H).swapaxes(0, 1)
        gates[:, :, 0] = shared.sigmoid(gates[:, :, 0])
        if running is not None:
            keeps = np.array([1, 0], gates.dtype)[:, None]
            gates = np.where(running.swapaxes(0, 1)[..., None], gates, keeps)
        u, n = np.moveaxis(gates, 2, 0)
        h = scan(u, validate.floats("x W_xh + b_h", (1 - u) * n), h_0)
    return validate.floats("h", h), gates


def min_gru_backward(dh, x, h, gates, h_0, W_xh, lengths=None, scan=scans.doubling):
    """Backpropagation through time, the exact reverse of `min_gru_forward`: one scan from the right.

    With g_t = dh_t + u_{t+1} * g_{t+1}:
        dz_u = g_t * (h_{t-1} - n_t) * u_t (1 - u_t),   dz_n = g_t * (1 - u_t),   dL/dh_0 = u_1 * g_1
        dL/dW_xh = sum_t x_t^T [dz_u, dz_n]

    Args:
        dh: (B, T, H), dL/dh_t for every step, from the outputs alone; this function adds the part from later steps.
        x, h_0, W_xh, lengths, scan: as given to `min_gru_forward`.
        h, gates: (B, T, H) and (B, T, 2, H), what `min_gru_forward` returned.

    Returns:
        dict: dx (B, T, D), or None where x holds ids; dh_0 (B, H); dW_xh (D, 2H); db_h (2H,). A step past its
        sequence's length gives no gradient to weights or input; it passes its dh back to the last real step.

    Raises:
        ValueError: as `min_gru_forward`.
    """
    W_xh = _checked_weights(W_xh)
    x, running = shared.checked_sequence(x, lengths, W_xh)
    (B, T), H = x.shape[:2], W_xh.shape[1] // 2
    h_0 = shared.first_state(W_xh, "h_0", h_0, B, H)
    dh, h = (shared.float_array(W_xh, name, array, B=B, T=T, H=H) for name, array in (("dh", dh), ("h", h)))
    gates = shared.float_array(W_xh, "gates", gates, B=B, T=T, gates=2, H=H)
    u, n = np.moveaxis(gates, 2, 0)
    with np.errstate(over="ignore", invalid="ignore"):
        back = scans.backward(dh, u, h, h_0, scan)
        # from h = u h_prev + (1 - u) n: dL/du is da - db n, dL/dn is db (1 - u)
        dz = np.stack([(back["da"] - back["db"] * n) * u * (1 - u), back["db"] * (1 - u)], axis=2)
        if running is not None:
            dz = np.where(running.swapaxes(0, 1)[..., None], dz, 0).astype(dz.dtype)
        dz = shared.time_first(dz.reshape(B, T, 2 * H))
        grads = shared.input_gradients(dz, x, W_xh)
        grads |= dict(db_h=dz.sum(axis=(0, 1)), dh_0=back["dh_0"])
    return shared.all_finite(grads)


def _checked_weights(W_xh, b_h=None):
    W_xh = validate.floats("W_xh", W_xh)
    if W_xh.ndim != 2 or W_xh.shape[1] % 2:
        raise ValueError(f"W_xh has shape {W_xh.shape}; expected (D, 2H), H columns for each of u, n.")
    if b_h is None:
        return W_xh
    return W_xh, shared.float_array(W_xh, "b_h", b_h, H2=W_xh.shape[1])
