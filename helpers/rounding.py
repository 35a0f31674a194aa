"""Measured numbers, rounded so that every processor prints the same.

The last bits of a training differ from processor to processor, and the difference may grow until it reaches the digits
that are printed. So a lesson prints a number that moves as a range, or as a bound with a margin.
"""

import math

import numpy as np


def between(low, high=None, step=0.1):
    """Return a range rounded outwards to whole steps: 0.618 -> "0.6 to 0.7", and 0 -> "0.0".

    Args:
        low, high: the smallest and the largest of some measured numbers; one number alone is both.
        step: what to round to, larger than 0.

    Returns:
        text, with as many decimals as the step has.

    Raises:
        ValueError: the step is not larger than 0, or high is less than low.
    """
    high = low if high is None else high
    if high < low:
        raise ValueError(f"high is {high} and low is {low}; expected high to be at least low.")
    ends = _whole_steps(low, step, math.floor), _whole_steps(high, step, math.ceil)
    return ends[0] if ends[0] == ends[1] else " to ".join(ends)


def at_least(value, step=0.1):
    """Return the largest multiple of a step that is not above a value, as text: 0.94 -> "0.9".

    Raises:
        ValueError: the step is not larger than 0.
    """
    return _whole_steps(value, step, math.floor)


def significant(value, digits=3):
    """Return a number with so many significant digits, but no more decimals than digits: 7 -> "7.00", 0.0513 -> "0.051".

    Rows of a table then have as many decimals as numbers of their size need, also where these are zeros. A share has as
    many decimals as digits, the whole too: 1 -> "1.000".
    """
    whole = math.floor(math.log10(abs(value))) if abs(value) > 1 else -1
    return f"{value:.{min(digits, max(0, digits - 1 - whole))}f}"


def same(name, a, b, to=1e-12):
    """Print whether two results agree: `same("dW_xh", ours, theirs)` prints "dW_xh equal to 1e-12: True".

    Args:
        name: what is compared.
        a, b: numbers, arrays or torch tensors without a gradient, of one shape.
        to: results that differ by less than this are equal. Use 1e-10 after many multiplications in a row, because the
            last bits differ from processor to processor.

    Raises:
        ValueError: the shapes differ.
    """
    a, b = np.asarray(a), np.asarray(b)
    if a.shape != b.shape:
        raise ValueError(f"{name}: the shapes are {a.shape} and {b.shape}; expected the same.")
    near = bool(np.all(np.abs(a - b) < to))
    print(name, f"equal to {to:.0e}:".replace("e-0", "e-"), near)


def _whole_steps(value, step, rounded):
    if not step > 0:
        raise ValueError(f"step is {step}; expected a number larger than 0.")
    decimals = len(f"{step:g}".partition(".")[2])
    return f"{rounded(round(float(value) / step, 9)) * step:.{decimals}f}"
