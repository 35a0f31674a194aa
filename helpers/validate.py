"""Checks of the arrays that numeric helpers get, with an error message that says what to do."""

import numpy as np


def floats(name, array):
    """Return the array if it holds finite float32 or float64 numbers; else raise ValueError that says what it holds."""
    array = np.asarray(array)
    if array.dtype not in (np.float32, np.float64):
        raise ValueError(f"{name} has dtype {array.dtype}; expected float64 or float32: try {name}.astype(float).")
    if not np.isfinite(array).all():
        what = "NaN" if np.isnan(array).any() else "infinity"
        where = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
        raise ValueError(f"{name} contains {what}, first at index {where}; expected finite numbers.")
    return array


def shape(name, array, **axes):
    """Raise ValueError unless an array has the given axes: `shape("h_prev", h_prev, B=None, H=3)` expects (any, 3)."""
    sizes = tuple(axes.values())
    fits = array.ndim == len(sizes) and all(want in (None, got) for want, got in zip(sizes, array.shape, strict=True))
    if not fits:
        wanted = _tuple(axis if size is None else size for axis, size in axes.items())
        raise ValueError(f"{name} has shape {array.shape}; expected {wanted} = {_tuple(axes)}.")


def ids(name, array, size):
    """Return the array if it holds integers from 0 to size - 1 or is empty; else raise ValueError."""
    array = np.asarray(array)
    if array.size == 0:
        return array.astype(int)
    if not np.issubdtype(array.dtype, np.integer):
        raise ValueError(f"{name} has dtype {array.dtype}; expected integers from 0 to {size - 1}.")
    if array.min() < 0 or array.max() >= size:
        raise ValueError(f"{name} run from {array.min()} to {array.max()}; expected 0 to {size - 1}.")
    return array


def same_dtype(**arrays):
    """Raise ValueError unless all arrays have one dtype, so that results have the dtype of the arguments."""
    if len({array.dtype for array in arrays.values()}) > 1:
        listed = ", ".join(f"{name} is {array.dtype}" for name, array in arrays.items())
        raise ValueError(f"dtypes disagree: {listed}; expected one dtype for all: try .astype(float) on each.")


def _tuple(items):
    items = [str(item) for item in items]
    return f"({items[0]},)" if len(items) == 1 else f"({', '.join(items)})"
