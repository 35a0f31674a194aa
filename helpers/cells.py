"""The recurrent cell in NumPy: one step, a whole sequence, and the way back.

Row vectors, batch first. B batch, T time, D input, H hidden.
"""

import numpy as np

from helpers import expect

ACTIVATIONS = {
    "tanh": (np.tanh, lambda h: 1 - h * h),
    "relu": (lambda z: np.maximum(z, 0), lambda h: (h > 0).astype(h.dtype)),
    "identity": (lambda z: z, np.ones_like),
}
"""Name -> (function of the pre-activation z, its derivative written in terms of the resulting state h)."""


def rnn_step(x_t, h_prev, W_xh, W_hh, b_h, activation="tanh"):
    """Advance a recurrent cell one step: h_t = tanh(x_t W_xh + h_prev W_hh + b_h).

    Args:
        x_t: (B, D) float32 or float64, the input at one step.
        h_prev: (B, H), the state the step before left behind.
        W_xh, W_hh, b_h: (D, H), (H, H), (H,).
        activation: "tanh", "relu" or "identity".

    Returns:
        h_t: (B, H), same dtype as the inputs.

    Raises:
        ValueError: shapes or dtypes disagree (the message prints both), or a number is NaN or infinite.

    Source: Elman (1990), doi:10.1207/s15516709cog1402_1, there with logistic units.
    """
    function, _ = _activation(activation)
    W_xh, W_hh, b_h = _weights(W_xh, W_hh, b_h)
    D, H = W_xh.shape
    x_t, h_prev = expect.floats("x_t", x_t), expect.floats("h_prev", h_prev)
    expect.shape("x_t", x_t, B=None, D=D)
    expect.shape("h_prev", h_prev, B=len(x_t), H=H)
    expect.same_dtype(x_t=x_t, h_prev=h_prev, W_xh=W_xh)
    with np.errstate(over="ignore", invalid="ignore"):  # expect.floats says it in a sentence
        return expect.floats("h_t", function(x_t @ W_xh + h_prev @ W_hh + b_h))


def rnn_forward(x, h_0, W_xh, W_hh, b_h, lengths=None, activation="tanh"):
    """Run a recurrent cell over whole sequences: h_t = tanh(x_t W_xh + h_{t-1} W_hh + b_h) for t = 1..T.

    Args:
        x: (B, T, D) floats, or (B, T) integer ids, which mean one-hot rows of length D.
        h_0: (B, H), or None for zeros.
        W_xh, W_hh, b_h: (D, H), (H, H), (H,), float32 or float64.
        lengths: (B,) integers from 0 to T, or None for T everywhere. A step at or past a sequence's length
            leaves its state as it was, so h[:, -1] is always the last real state.
        activation: "tanh", "relu" or "identity".

    Returns:
        h: (B, T, H), the state after every step, in the dtype of the weights.

    Raises:
        ValueError: shapes, lengths or dtypes disagree (the message prints both), an id lies outside 0..D-1, or a
            number is NaN or infinite (a state that outgrew its dtype included).

    Source: Elman (1990), doi:10.1207/s15516709cog1402_1, there with logistic units.
    """
    function, _ = _activation(activation)
    W_xh, W_hh, b_h = _weights(W_xh, W_hh, b_h)
    x, h_0, running = _sequence(x, h_0, W_xh, lengths)
    B, T = x.shape[:2]

    h = np.empty((T, B, W_hh.shape[0]), dtype=W_xh.dtype)
    h_t = h_0
    with np.errstate(over="ignore", invalid="ignore"):
        from_input = (W_xh[x.T] if x.ndim == 2 else _time_first(x @ W_xh)) + b_h  # all steps at once
        for t in range(T):
            h_prev = h_t
            h_t = function(from_input[t] + h_prev @ W_hh)
            if running is not None:
                h_t = np.where(running[t], h_t, h_prev)
            h[t] = h_t
    return expect.floats("h", h.transpose(1, 0, 2))


def rnn_backward(dh, x, h, h_0, W_xh, W_hh, lengths=None, activation="tanh"):
    """Backpropagation through time, the exact reverse of `rnn_forward`.

    From t = T down to 1, with z_t the pre-activation and f its activation:
        dL/dz_t = (dh_t + dL/dz_{t+1} W_hh^T) * f'(z_t)
        dL/dW_xh = sum_t x_t^T dL/dz_t,   dL/dW_hh = sum_t h_{t-1}^T dL/dz_t,   dL/db_h = sum_t dL/dz_t
    summed over the batch too.

    Args:
        dh: (B, T, H), dL/dh_t for every step, only what the outputs send back; the flow through time is added here.
        x, h_0, W_xh, W_hh, lengths, activation: as given to `rnn_forward`.
        h: (B, T, H), what `rnn_forward` returned.

    Returns:
        dict: dx (B, T, D), or None where x holds ids; dh_0 (B, H); dW_xh (D, H); dW_hh (H, H); db_h (H,). A step
        past its sequence's length gives no gradient to weights or input; it hands its dh back to the last real step,
        whose state it carries.

    Raises:
        ValueError: as `rnn_forward`.

    Source: Werbos (1990), doi:10.1109/5.58337.
    """
    _, derivative = _activation(activation)
    W_xh, W_hh = _weights(W_xh, W_hh)
    x, h_0, running = _sequence(x, h_0, W_xh, lengths)
    B, T = x.shape[:2]
    D, H = W_xh.shape
    dh, h = expect.floats("dh", dh), expect.floats("h", h)
    expect.shape("dh", dh, B=B, T=T, H=H)
    expect.shape("h", h, B=B, T=T, H=H)
    expect.same_dtype(dh=dh, h=h, W_xh=W_xh)

    dh, h = _time_first(dh), _time_first(h)
    slope = derivative(h)
    dz = np.empty_like(h)
    from_later = np.zeros((B, H), dtype=h.dtype)
    with np.errstate(over="ignore", invalid="ignore"):
        for t in reversed(range(T)):
            dh_t = dh[t] + from_later
            dz[t] = dh_t * slope[t]
            if running is None:
                from_later = dz[t] @ W_hh.T
            else:
                dz[t] *= running[t]
                from_later = np.where(running[t], dz[t] @ W_hh.T, dh_t)

        rows = dz.reshape(T * B, H)
        h_before = np.concatenate([h_0[None], h[:-1]]).reshape(T * B, H)
        grads = dict(dx=None, dh_0=from_later, dW_hh=h_before.T @ rows, db_h=rows.sum(axis=0))
        if x.ndim == 2:
            grads["dW_xh"] = _sum_rows_by_id(rows, x.T.ravel(), D)
        else:
            grads["dW_xh"] = _time_first(x).reshape(T * B, D).T @ rows
            grads["dx"] = (dz @ W_xh.T).transpose(1, 0, 2)
    return {name: grad if grad is None else expect.floats(name, grad) for name, grad in grads.items()}


def slope(activation):
    """The derivative of an activation, as a function of the state it gave: 1 - h² for tanh."""
    return _activation(activation)[1]


def _time_first(array):
    return np.ascontiguousarray(array.swapaxes(0, 1))


def _sum_rows_by_id(rows, ids, V):
    """one_hot(ids, V).T @ rows, without building the one-hot array."""
    order = np.argsort(ids, kind="stable")
    present, first = np.unique(ids[order], return_index=True)
    total = np.zeros((V, rows.shape[1]), dtype=rows.dtype)
    total[present] = np.add.reduceat(rows[order], first, axis=0)
    return total


def _activation(name):
    if name not in ACTIVATIONS:
        raise ValueError(f"activation is {name!r}; expected one of {', '.join(map(repr, ACTIVATIONS))}.")
    return ACTIVATIONS[name]


def _weights(W_xh, W_hh, b_h=None):
    W_xh, W_hh = expect.floats("W_xh", W_xh), expect.floats("W_hh", W_hh)
    expect.shape("W_xh", W_xh, D=None, H=None)
    if W_hh.shape != 2 * W_xh.shape[1:]:
        raise ValueError(
            f"W_hh has shape {W_hh.shape}; W_xh has shape {W_xh.shape}, so W_hh must be {2 * W_xh.shape[1:]}."
        )
    if b_h is None:
        expect.same_dtype(W_xh=W_xh, W_hh=W_hh)
        return W_xh, W_hh
    b_h = expect.floats("b_h", b_h)
    if b_h.shape != W_xh.shape[1:]:
        raise ValueError(f"b_h has shape {b_h.shape}; W_xh has shape {W_xh.shape}, so b_h must be {W_xh.shape[1:]}.")
    expect.same_dtype(W_xh=W_xh, W_hh=W_hh, b_h=b_h)
    return W_xh, W_hh, b_h


def _sequence(x, h_0, W_xh, lengths):
    """x as floats or ids, h_0 as an array, and a (T, B, 1) mask of the steps each sequence really has."""
    D, H = W_xh.shape
    x = np.asarray(x)
    if x.ndim == 2 and np.issubdtype(x.dtype, np.integer):
        x = expect.ids("x", x, D)
    elif x.ndim == 2:
        raise ValueError(
            f"x has shape {x.shape} and dtype {x.dtype}; expected (B, T, D) floats or (B, T) integer ids. "
            "For a single sequence add the batch axis: x[None]."
        )
    else:
        x = expect.floats("x", x)
        expect.shape("x", x, B=None, T=None, D=D)
        expect.same_dtype(x=x, W_xh=W_xh)
    B, T = x.shape[:2]
    if B == 0 or T == 0:
        raise ValueError(f"x has shape {x.shape}; expected at least one sequence and one step.")

    if h_0 is None:
        h_0 = np.zeros((B, H), dtype=W_xh.dtype)
    h_0 = expect.floats("h_0", h_0)
    expect.shape("h_0", h_0, B=B, H=H)
    expect.same_dtype(h_0=h_0, W_xh=W_xh)

    if lengths is None:
        return x, h_0, None
    lengths = expect.ids("lengths", lengths, T + 1)
    expect.shape("lengths", lengths, B=B)
    return x, h_0, (np.arange(T)[:, None] < lengths)[:, :, None]
