"""What every check is made of: run the learner's function, compare, and say in one plain sentence what is wrong.

A wrong answer raises `NotYet`, which is an AssertionError, so that a grader counts it as a failed test, and shows as a
single sentence.
"""

import contextlib
import copy
import io
import warnings

import numpy as np


class NotYet(AssertionError):
    """An answer that is not right yet; shown as one sentence, without a traceback."""

    def _render_traceback_(self, *args, **kwargs):
        return [f"Not yet: {self}"]


def call(function, *arguments, hint=""):
    """Run the learner's function on copies; what it raises becomes a sentence, what it prints or warns costs nothing."""
    mine = copy.deepcopy(arguments)
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            got = function(*mine)
    except NotImplementedError:
        raise NotYet(f"{function.__name__} has no body yet: replace the raise line with your code.") from None
    except Exception as error:
        raise NotYet(
            f"{function.__name__} stopped with {type(error).__name__}: {error}. {hint}".rstrip(". ") + "."
        ) from None
    if not _unchanged(arguments, mine):
        raise NotYet(f"{function.__name__} changes one of its arguments in place; make a new array instead.")
    if got is None:
        raise NotYet(f"{function.__name__} returns nothing; end it with a return line.")
    return got


def _unchanged(before, after):
    if isinstance(before, dict):
        return before.keys() == after.keys() and all(_unchanged(before[key], after[key]) for key in before)
    if isinstance(before, list | tuple):
        return len(before) == len(after) and all(map(_unchanged, before, after))
    return before is after or np.array_equal(before, after)


def number(function, got):
    """The learner's result, if it is one number."""
    if isinstance(got, bool) or np.ndim(got) or not isinstance(got, int | float | np.number | np.ndarray):
        raise NotYet(f"{function.__name__} returns a {type(got).__name__}, {got!r:.60}; expected one number.")
    return got


def same(name, got, want, axes, bugs=()):
    """Compare an array with the right one; `bugs` maps a sentence to the array that bug gives."""
    try:
        got = np.asarray(got, dtype=float)
    except (TypeError, ValueError):
        raise NotYet(
            f"{name} is a {type(got).__name__} that makes no array: expected numbers in rows of equal length, "
            f"{want.shape} = {axes}."
        ) from None
    if got.shape != want.shape:
        swapped = " The axes look swapped: try a transpose." if got.shape == want.shape[::-1] else ""
        raise NotYet(f"{name} has shape {got.shape}, expected {want.shape} = {axes}.{swapped}")
    if np.allclose(got, want, rtol=1e-6, atol=1e-9):
        return
    for sentence, wrong in dict(bugs).items():
        if np.allclose(got, wrong, rtol=1e-6, atol=1e-9):
            raise NotYet(sentence)
    if not got.shape:
        raise NotYet(f"{name} is {got:.4g}, expected {want:.4g}.")
    where = tuple(int(i) for i in np.argwhere(~np.isclose(got, want, rtol=1e-6, atol=1e-9))[0])
    raise NotYet(f"{name} first differs at index {where}: you have {got[where]:.4g}, expected {want[where]:.4g}.")


def sizes(rng, n):
    """n different sizes from 2 to n + 3, so that a check whose axes have them notices when two are swapped."""
    return (int(size) for size in rng.permutation(np.arange(2, n + 4))[:n])


def right():
    print("Right.")
