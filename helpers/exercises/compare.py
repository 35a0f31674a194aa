"""Run the learner's function, compare its result, and say in one plain sentence what is wrong.

`check_array` compares arrays, `check_number` numbers, `check_list` lists of anything, and `check_each_case` the answers
to several cases.

A wrong answer raises `NotYet`, which shows as a single sentence. It is an AssertionError, so that a grader counts it as
a failed test.
"""

import contextlib
import copy
import functools
import io
import warnings

import numpy as np


class NotYet(AssertionError):
    """An answer that is not right yet; shown as one sentence, without a traceback."""

    def _render_traceback_(self, *args, **kwargs):
        return [f"Not yet: {self}"]


def call(function, *arguments, hint=""):
    """Run the learner's function on copies of its arguments; turn an exception into one sentence, ignore prints and warnings."""
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


def one_number(function, got):
    """Return the learner's result; raise NotYet unless it is one number."""
    if isinstance(got, bool) or np.ndim(got) or not isinstance(got, int | float | np.number | np.ndarray):
        raise NotYet(f"{function.__name__} returns a {type(got).__name__}, {got!r:.60}; expected one number.")
    return got


def _is_right(got, want, bugs, equal):
    """Return whether an answer is right; if it is what a named bug gives, raise NotYet with that bug's sentence."""
    if equal(got, want):
        return True
    for sentence, wrong in dict(bugs).items():
        if equal(got, wrong):
            raise NotYet(sentence)
    return False


def check_array(name, got, want, axes, bugs=()):
    """Compare an array with the right one; `bugs` maps a sentence about a bug to the array that this bug gives."""
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
    if _is_right(got, want, bugs, lambda a, b: np.allclose(a, b, rtol=1e-6, atol=1e-9)):
        return
    if not got.shape:
        raise NotYet(f"{name} is {got:.4g}, expected {want:.4g}.")
    where = tuple(int(i) for i in np.argwhere(~np.isclose(got, want, rtol=1e-6, atol=1e-9))[0])
    raise NotYet(f"{name} first differs at index {where}: you have {got[where]:.4g}, expected {want[where]:.4g}.")


def check_number(name, got, want, bugs=()):
    """Compare one number with the right one; `bugs` maps a sentence about a bug to the number that this bug gives."""
    try:
        value = np.asarray(got, dtype=float)
    except (TypeError, ValueError):
        raise NotYet(f"{name} is a {type(got).__name__}; expected one number.") from None
    if value.shape != () or isinstance(got, bool | np.bool_ | str):
        kind = f"an array of shape {value.shape}" if value.shape else f"a {type(got).__name__}"
        raise NotYet(f"{name} is {kind}; expected one number.")
    if not _is_right(value, want, bugs, lambda a, b: np.isclose(a, b, rtol=1e-5, atol=1e-9)):
        raise NotYet(f"{name}: you have {float(value):.4g}, expected {float(want):.4g}.")


def as_lists(answer):
    """Turn tuples and arrays into lists, and NumPy numbers into Python numbers, so that all of them compare as equal."""
    if isinstance(answer, np.generic | np.ndarray):
        return answer.tolist()
    if hasattr(answer, "tolist"):
        return as_lists(answer.tolist())
    if isinstance(answer, list | tuple):
        return [as_lists(part) for part in answer]
    return answer


def check_list(name, got, want, bugs=(), example=""):
    """Compare a list, nested or not, with the right one; `bugs` maps a sentence about a bug to the list that this bug gives."""
    got, want = as_lists(got), as_lists(want)
    if not isinstance(got, list):
        raise NotYet(f"{name} is a {type(got).__name__}; expected a list{example and f', such as {example}'}.")
    if _is_right(got, want, bugs, lambda a, b: a == as_lists(b)):
        return
    if len(got) != len(want):
        raise NotYet(f"{name}: you return {len(got)} where {len(want)} are expected; the first would be {want[:1]}.")
    i = next(i for i, (mine, right) in enumerate(zip(got, want, strict=True)) if mine != right)
    raise NotYet(f"{name} first differs at index {i}: you have {got[i]!r}, expected {want[i]!r}.")


def check_each_case(cases, got, want, bugs=()):
    """Compare the answers to several cases with the right ones; name a bug only if it explains all of them.

    Args:
        cases: a description of each case, such as "for [7, 7]".
        got, want: a number or a list for each case.
        bugs: maps a sentence about a bug to what this bug gives for each case.
    """
    got, want = [as_lists(answer) for answer in got], [as_lists(answer) for answer in want]
    for case, mine, truth in zip(cases, got, want, strict=True):
        if isinstance(truth, list) != isinstance(mine, list) or (
            not isinstance(truth, list) and (isinstance(mine, bool) or not isinstance(mine, int | float))
        ):
            expected = f"a list, such as {truth}" if isinstance(truth, list) else "one number"
            raise NotYet(f"{case} you return a {type(mine).__name__}; expected {expected}.")
    wrong = [i for i in range(len(got)) if not _equal(got[i], want[i])]
    if not wrong:
        return
    case, mine, truth = (part[wrong[0]] for part in (cases, got, want))
    sentence = f"{case} {_differ(mine, truth)}."
    for bug, gives in dict(bugs).items():
        if all(map(_equal, got, map(as_lists, gives))):
            raise NotYet(f"{bug} {sentence[0].upper()}{sentence[1:]}")
    raise NotYet(sentence)


def _differ(mine, truth):
    """Say how an answer differs: show all of it if it is short, else the first difference."""
    if isinstance(truth, list) and len(repr(mine) + repr(truth)) > 100:
        i = next((i for i, (a, b) in enumerate(zip(mine, truth, strict=False)) if a != b), None)
        if i is None:
            return f"you return {len(mine)} where {len(truth)} are expected"
        return f"you have {mine[i]!r} at index {i}, expected {truth[i]!r}"
    mine, truth = (f"{part:.4g}" if isinstance(part, float) else repr(part) for part in (mine, truth))
    return f"you return {mine}, expected {truth}"


def _equal(a, b):
    return a == b if isinstance(b, list) else bool(np.isclose(a, b, rtol=1e-5, atol=1e-9))


def two_parts(name, got, what):
    """Return an answer that must have two parts; raise NotYet if it does not."""
    if not isinstance(got, tuple | list) or len(got) != 2:
        raise NotYet(f"{name} returns a {type(got).__name__}; expected two things: {what}.")
    return got


def chain(factors):
    """Multiply one or more square matrices, the first on the left."""
    return functools.reduce(np.matmul, factors)


def different_sizes(rng, n):
    """Draw n different sizes from 2 to n + 3; with different axis lengths a check notices when two axes are swapped."""
    return (int(size) for size in rng.permutation(np.arange(2, n + 4))[:n])


def say_right():
    """Print "Right.", which every check does for a right answer."""
    print("Right.")
