"""The simple recurrent cell: the new state is tanh of input and old state. See `helpers.cells` for B, T, D and H.

This is the fast form. The plain form is in lesson 3 (one step) and lesson 5 (backpropagation through time);
tests/lessons/test_backpropagation.py checks that both give the same numbers.
"""

import numpy as np

from helpers import validate
from helpers.cells import shared

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
        h_prev: (B, H), the state after the step before.
        W_xh, W_hh, b_h: (D, H), (H, H), (H,).
        activation: "tanh", "relu" or "identity".

    Returns:
        h_t: (B, H), same dtype as the inputs.

    Raises:
        ValueError: shapes or dtypes disagree (the message prints both), or a number is NaN or infinite.

    Source: Elman (1990), doi:10.1207/s15516709cog1402_1, there with logistic units.
    """
    function, _ = _activation(activation)
    W_xh, W_hh, b_h = shared.checked_weights(W_xh, W_hh, b_h)
    x_t = shared.float_array(W_xh, "x_t", x_t, B=None, D=len(W_xh))
    h_prev = shared.float_array(W_xh, "h_prev", h_prev, B=len(x_t), H=len(W_hh))
    with np.errstate(over="ignore", invalid="ignore"):  # overflow is reported by validate.floats
        return validate.floats("h_t", function(x_t @ W_xh + h_prev @ W_hh + b_h))


def rnn_forward(x, h_0, W_xh, W_hh, b_h, lengths=None, activation="tanh"):
    """Run a recurrent cell over sequences: h_t = tanh(x_t W_xh + h_{t-1} W_hh + b_h) for t = 1..T.

    Args:
        x: (B, T, D) floats, or (B, T) integer ids, which mean one-hot rows of length D.
        h_0: (B, H), or None for zeros.
        W_xh, W_hh, b_h: (D, H), (H, H), (H,), float32 or float64.
        lengths: (B,) integers from 0 to T, or None for T everywhere. A step past a sequence's length does
            not change its state, so h[:, -1] is always the state after the last real step.
        activation: "tanh", "relu" or "identity".

    Returns:
        h: (B, T, H), the state after every step, in the dtype of the weights.

    Raises:
        ValueError: shapes, lengths or dtypes disagree (the message prints both), an id is outside 0..D-1, or a
            number is NaN or infinite (also a state that became too large for its dtype).

    Source: Elman (1990), doi:10.1207/s15516709cog1402_1, there with logistic units.
    """
    function, _ = _activation(activation)
    W_xh, W_hh, b_h = shared.checked_weights(W_xh, W_hh, b_h)
    x, running = shared.checked_sequence(x, lengths, W_xh)
    (B, T), H = x.shape[:2], len(W_hh)
    h_0 = shared.first_state(W_xh, "h_0", h_0, B, H)

    h = np.empty((T, B, H), dtype=W_xh.dtype)
    h_t = h_0
    with np.errstate(over="ignore", invalid="ignore"):
        from_input = shared.from_input(x, W_xh, b_h)  # all steps at once
        for t in range(T):
            h_prev = h_t
            h_t = function(from_input[t] + h_prev @ W_hh)
            if running is not None:
                h_t = np.where(running[t], h_t, h_prev)
            h[t] = h_t
    return validate.floats("h", h.transpose(1, 0, 2))


def rnn_backward(dh, x, h, h_0, W_xh, W_hh, lengths=None, activation="tanh"):
    """Backpropagation through time, the exact reverse of `rnn_forward`.

    From t = T down to 1, with z_t the pre-activation and f its activation:
        dL/dz_t = (dh_t + dL/dz_{t+1} W_hh^T) * f'(z_t)
        dL/dW_xh = sum_t x_t^T dL/dz_t,   dL/dW_hh = sum_t h_{t-1}^T dL/dz_t,   dL/db_h = sum_t dL/dz_t
    summed over the batch too.

    Args:
        dh: (B, T, H), dL/dh_t for every step, from the outputs alone; this function adds the part from later steps.
        x, h_0, W_xh, W_hh, lengths, activation: as given to `rnn_forward`.
        h: (B, T, H), what `rnn_forward` returned.

    Returns:
        dict: dx (B, T, D), or None where x holds ids; dh_0 (B, H); dW_xh (D, H); dW_hh (H, H); db_h (H,). A step
        past its sequence's length gives no gradient to weights or input; it passes its dh back to the last real step,
        because it holds that step's state.

    Raises:
        ValueError: as `rnn_forward`.

    Source: Werbos (1990), doi:10.1109/5.58337.
    """
    _, derivative = _activation(activation)
    W_xh, W_hh = shared.checked_weights(W_xh, W_hh)
    x, running = shared.checked_sequence(x, lengths, W_xh)
    (B, T), H = x.shape[:2], len(W_hh)
    h_0 = shared.first_state(W_xh, "h_0", h_0, B, H)
    dh = shared.time_first(shared.float_array(W_xh, "dh", dh, B=B, T=T, H=H))
    h = shared.time_first(shared.float_array(W_xh, "h", h, B=B, T=T, H=H))

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
        h_before = shared.states_before(h_0, h).reshape(T * B, H)
        grads = shared.input_gradients(dz, x, W_xh)
        grads |= dict(dh_0=from_later, dW_hh=h_before.T @ rows, db_h=rows.sum(axis=0))
    return shared.all_finite(grads)


def slope(activation):
    """Return the derivative of an activation as a function of the resulting state: 1 - h² for tanh."""
    return _activation(activation)[1]


def _activation(name):
    if name not in ACTIVATIONS:
        raise ValueError(f"activation is {name!r}; expected one of {', '.join(map(repr, ACTIVATIONS))}.")
    return ACTIVATIONS[name]
