"""Checks of arguments, and the other code that all cells share."""

import numpy as np

from helpers import validate


def checked_weights(W_xh, W_hh, b_h=None, gates=""):
    """Return the weights as arrays, after checking that shapes and dtypes agree: H columns for each gate."""
    W_xh, W_hh = validate.floats("W_xh", W_xh), validate.floats("W_hh", W_hh)
    blocks = max(1, len(gates))
    if blocks == 1:
        validate.shape("W_xh", W_xh, D=None, H=None)
    elif W_xh.ndim != 2 or W_xh.shape[1] % blocks:
        raise ValueError(
            f"W_xh has shape {W_xh.shape}; expected (D, {blocks}H), H columns for each of {', '.join(gates)}."
        )
    columns = W_xh.shape[1]
    square = (columns // blocks, columns)
    if W_hh.shape != square:
        raise ValueError(f"W_hh has shape {W_hh.shape}; W_xh has shape {W_xh.shape}, so W_hh must be {square}.")
    if b_h is None:
        validate.same_dtype(W_xh=W_xh, W_hh=W_hh)
        return W_xh, W_hh
    b_h = validate.floats("b_h", b_h)
    if b_h.shape != (columns,):
        raise ValueError(f"b_h has shape {b_h.shape}; W_xh has shape {W_xh.shape}, so b_h must be {(columns,)}.")
    validate.same_dtype(W_xh=W_xh, W_hh=W_hh, b_h=b_h)
    return W_xh, W_hh, b_h


def checked_sequence(x, lengths, W_xh):
    """Return x as floats or ids, and a (T, B, 1) mask that is True at the real steps; None if all are real."""
    D = len(W_xh)
    x = np.asarray(x)
    if x.ndim == 2 and np.issubdtype(x.dtype, np.integer):
        x = validate.ids("x", x, D)
    elif x.ndim == 2:
        raise ValueError(
            f"x has shape {x.shape} and dtype {x.dtype}; expected (B, T, D) floats or (B, T) integer ids. "
            "For a single sequence add the batch axis: x[None]."
        )
    else:
        x = validate.floats("x", x)
        validate.shape("x", x, B=None, T=None, D=D)
        validate.same_dtype(x=x, W_xh=W_xh)
    B, T = x.shape[:2]
    if B == 0 or T == 0:
        raise ValueError(f"x has shape {x.shape}; expected at least one sequence and one step.")
    if lengths is None:
        return x, None
    lengths = validate.ids("lengths", lengths, T + 1)
    validate.shape("lengths", lengths, B=B)
    return x, (np.arange(T)[:, None] < lengths)[:, :, None]


def float_array(W_xh, name, array, **axes):
    """Return an array of floats, after checking its axes and that it has the dtype of the weights."""
    array = validate.floats(name, array)
    validate.shape(name, array, **axes)
    validate.same_dtype(**{name: array, "W_xh": W_xh})
    return array


def first_state(W_xh, name, state, B, H):
    """Return the state to start from, (B, H); None means zeros."""
    return np.zeros((B, H), dtype=W_xh.dtype) if state is None else float_array(W_xh, name, state, B=B, H=H)


def from_input(x, W_xh, b_h):
    """Return x W_xh + b_h for all steps, (T, B, columns), from one product or one look-up."""
    return (W_xh[x.T] if x.ndim == 2 else time_first(x @ W_xh)) + b_h


def input_gradients(dz, x, W_xh):
    """Return dW_xh and dx from dz (T, B, columns), each in one product; dx is None if x holds ids."""
    rows = dz.reshape(-1, dz.shape[2])
    if x.ndim == 2:
        return dict(dW_xh=_sum_rows_by_id(rows, x.T.ravel(), len(W_xh)), dx=None)
    dW_xh = time_first(x).reshape(len(rows), -1).T @ rows
    return dict(dW_xh=dW_xh, dx=(dz @ W_xh.T).transpose(1, 0, 2))


def sigmoid(z):
    """Return 1 / (1 + exp(-z)). If exp overflows to infinity, the result is 0, as it should be."""
    return 1 / (1 + np.exp(-z))


def time_first(array):
    """Turn (B, T, ...) into (T, B, ...), with the rows of a step next to each other in memory."""
    return np.ascontiguousarray(array.swapaxes(0, 1))


def states_before(h_0, h):
    """Return h_0 .. h_{T-1}, (T, B, H), the state before each step; h (T, B, H) holds the states after each step."""
    return np.concatenate([h_0[None], h[:-1]])


def all_finite(arrays):
    """Return the dict after checking that each array is finite; an error names the array."""
    return {name: array if array is None else validate.floats(name, array) for name, array in arrays.items()}


def _sum_rows_by_id(rows, ids, V):
    """Return one_hot(ids, V).T @ rows without building the one-hot array."""
    order = np.argsort(ids, kind="stable")
    present, first = np.unique(ids[order], return_index=True)
    total = np.zeros((V, rows.shape[1]), dtype=rows.dtype)
    total[present] = np.add.reduceat(rows[order], first, axis=0)
    return total
