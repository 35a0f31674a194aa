"""Compare the learner's result with the right one, and say in one plain sentence what is wrong.

`check_array` compares arrays, `check_number` numbers, `check_list` lists of anything, and `check_each_case` the answers
to several cases. `asking` runs the learner's function.

A wrong answer raises `NotYet`, which shows as a single sentence. It is an AssertionError, so that a grader counts it as
a failed test.
"""

import functools
import math

import numpy as np

from helpers.exercises.asking import (
    ONLY_PLACES,
    NotYet,
    call,
    call_of,
    checking,
    checking_a_property,
    described,
    latest_call,
    name_of,
    shape_of,
    shown,
)

__all__ = [
    "NotYet",
    "call",
    "checking",
    "checking_a_property",
    "described",
    "latest_call",
    "name_of",
    "shape_of",
    "shown",
]

SINGLE = 1e-4
"""By how much, relative to the right number, an answer in float32 may differ."""
FEW = 6  # numbers that a message shows in full


def one_number(function, got):
    """Return the learner's result; raise NotYet unless it is one number."""
    if isinstance(got, np.ndarray) and got.shape == ():
        got = got[()]
    if isinstance(got, bool | np.bool_) or not isinstance(got, int | float | np.integer | np.floating):
        raise NotYet(f"{name_of(function)} returns {described(got)}; expected one number.{latest_call()}")
    return got


def whole_numbers(got, count):
    """Return the learner's result as a list of so many whole numbers; None if it is none."""
    got = as_lists(got)
    whole = isinstance(got, list) and len(got) == count and all(type(each) is int for each in got)
    return got if whole else None


def as_array(name, got, axes):
    """Return the learner's result as an array of numbers; raise NotYet if it makes none."""
    try:
        array = np.asarray(got)
        if array.dtype.kind in "USO":
            raise TypeError
        if array.dtype.kind == "c":
            if np.abs(array.imag).max(initial=0) > 1e-12:
                raise NotYet(f"{name} is complex; expected real numbers, {axes}.")
            array = array.real
        return array.astype(float)
    except (TypeError, ValueError, OverflowError):
        raise NotYet(
            f"{name} is {described(got)}; that makes no array: expected numbers in rows of equal length, {axes}."
        ) from None


def cut_to_whole(got):
    """Return a sentence, after a space, about an array that holds no fractions; "" if it can hold some."""
    if not isinstance(got, np.ndarray) or got.dtype.kind not in "iu":
        return ""
    return (
        " Your array holds whole numbers alone, so that fractions are cut off: make it without dtype=int, or from numbers "
        "with a point, such as 0.0."
    )


def of_kind(name, got, kind, why):
    """Raise NotYet unless an array holds this kind of thing: bool or int."""
    dtype = np.asarray(got).dtype
    if not np.issubdtype(dtype, np.integer if kind is int else np.bool_):
        raise NotYet(f"{name} has dtype {dtype}; {why}.")


def close(got, want, single=SINGLE):
    """Return whether numbers are equal but for rounding: float64's, or float32's if they are in float32."""
    try:
        got, want = np.asarray(got), np.asarray(want)
        if want.dtype.kind not in "biuf":
            return False
        want = want.astype(float)
        if got.shape != want.shape or got.dtype.kind not in "biuf":
            return False
        largest = np.abs(want[np.isfinite(want)]).max(initial=0)
        if _is_single(got) and not np.array_equal(want, np.round(want)):
            return bool(np.allclose(got, want, rtol=single, atol=single / 10 * largest, equal_nan=False))
        return bool(np.allclose(got.astype(float), want, rtol=1e-5, atol=1e-9 + 1e-7 * largest))
    except (TypeError, ValueError, OverflowError):
        return False


def _is_single(got):
    """Return whether numbers are in float32, or were before they became a list."""
    if got.dtype == np.float64:
        with np.errstate(over="ignore"):
            return bool(np.array_equal(got.astype(np.float32), got) and not np.array_equal(got, np.round(got)))
    return got.dtype == np.float32


def check_array(name, got, want, axes, bugs=(), single=SINGLE):
    """Compare an array with the right one.

    Args:
        axes: what the axes are, such as "(B, H)".
        bugs: maps a sentence about a bug to the array that this bug gives.
        single: by how much an answer in float32 may differ, relative to the right number.
    """
    check_arrays([(name, got, want, dict(bugs))], axes, single)


def check_arrays(cases, axes, single=SINGLE):
    """Compare the arrays of several cases with the right ones; name a bug only if it explains all of them.

    Args:
        cases: list of (name, got, want, bugs), as `check_array` takes them. A bug has the same sentence in every case;
            where it does not show, it may give the right array or be missing.
    """
    arrays = [_of_shape(name, got, np.asarray(want), axes) for name, got, want, _ in cases]
    wrong = [i for i, (_, _, want, _) in enumerate(cases) if not close(arrays[i], want, single)]
    if not wrong:
        return
    name, answer, want, bugs = cases[wrong[0]]
    place = _difference(name, arrays[wrong[0]], np.asarray(want, dtype=float), single) + call_of(answer)
    case = answer, lambda other: close(other, want, single)
    if ONLY_PLACES.get():
        raise NotYet(place=place)
    for sentence in bugs:
        gives = [case_bugs.get(sentence, right) for _, _, right, case_bugs in cases]
        if all(close(got, gave, single) for got, gave in zip(arrays, gives, strict=True)):
            raise NotYet(bug=sentence, place=place, case=case)
    slip = _of_every([list(slips(arrays[i], np.asarray(cases[i][2], dtype=float), axes)) for i in wrong])
    raise NotYet(place=place, slip=slip, case=case)


def _of_every(found):
    """Return the first sentence that is said of every wrong answer; else one about the first, if it only says where."""
    everywhere = (slip for slip in found[0] if all(slip in each for each in found))
    return next(everywhere, next((slip for slip in found[0] if slip.endswith("the rest is right.")), ""))


def _of_shape(name, got, want, axes):
    got = as_array(name, got, f"{want.shape} = {axes}" if want.shape else axes)
    if got.shape != want.shape:
        if not want.shape:
            raise NotYet(f"{name} has shape {got.shape}; expected one number.{latest_call()}")
        swapped = " The axes look swapped: try a transpose." if got.shape == want.shape[::-1] else ""
        raise NotYet(f"{name} has shape {got.shape}, expected {want.shape} = {axes}.{swapped}")
    return got


def _difference(name, got, want, single=SINGLE):
    """Say where an array differs, and show all of it if it is small."""
    if not got.shape:
        return "{} is {}, expected {}.".format(name, *two(got[()], want[()]))
    differs = [index for index in np.ndindex(want.shape) if not close(got[index], want[index], single)]
    index = differs[0] if differs else np.unravel_index(np.abs(got - want).argmax(), want.shape)
    index = tuple(map(int, index))
    want = np.where(np.abs(want) < 1e-13 * np.abs(want).max(), 0.0, want)  # what rounding leaves of a sum that is 0
    told = "{} first differs at index {}: you have {}, expected {}.".format(name, index, *two(got[index], want[index]))
    if 1 < want.size <= FEW:
        told += f" In all you have {shown(got)}, expected {shown(want)}."
    return told


def two(got, want):
    """Return two numbers as text, with as many digits as it takes to tell them apart."""
    got, want = (each.item() if isinstance(each, np.generic | np.ndarray) else each for each in (got, want))
    if isinstance(got, int) and isinstance(want, int):
        return f"{got:,}", f"{want:,}"
    for digits in (4, 6, 8, 12, 17):
        texts = f"{got:.{digits}g}", f"{want:.{digits}g}"
        cut = isinstance(want, int) and "." not in texts[0] and np.isfinite(got) and got != round(got)
        if texts[0] != texts[1] and not cut:
            break
    return texts


def check_number(name, got, want, bugs=()):
    """Compare one number with the right one; `bugs` maps a sentence about a bug to the number that this bug gives."""
    case = got, lambda other: close(other, want)
    if isinstance(got, np.ndarray) and got.shape == ():
        got = got[()]
    if isinstance(got, complex | np.complexfloating) and got.imag == 0:
        got = got.real
    if isinstance(got, bool | np.bool_) or not isinstance(got, int | float | np.integer | np.floating):
        raise NotYet(f"{name} is {described(got)}; expected one number.{latest_call()}")
    if close(got, want):
        return
    place = "{}: you have {}, expected {}.".format(name, *two(got, float(want))) + latest_call()
    if ONLY_PLACES.get():
        raise NotYet(place=place)
    for sentence, wrong in dict(bugs).items():
        if close(got, wrong):
            raise NotYet(bug=sentence, place=place, case=case)
    slip = next(iter(slips(np.asarray(got, dtype=float), np.asarray(want, dtype=float))), "")
    raise NotYet(place=place, slip=slip, case=case)


def slips(got, want, axes=""):
    """Yield what can be seen from the numbers alone: the slips that come back in every formula."""
    if not np.isfinite(got).all():
        what = "NaN" if np.isnan(got).any() else "infinity"
        yield (
            f"There is {what} in it: a division by 0, 0 times infinity, a logarithm of 0, an exponential that overflows, "
            "or the filler of a mask?"
        )
        return
    if not np.isfinite(want).all():
        return
    if got.size and not got.any():
        yield "All of your numbers are 0." if got.size > 1 else "You return 0."
        return
    with np.errstate(all="ignore"):
        for sentence, wrong in _slips(want):
            if close(got, wrong) and not close(want, wrong):
                yield sentence
    if want.size > 1 and got.std() == 0 and want.std() > 0:
        yield f"All of your numbers are {got.flat[0]:.4g}."
    yield from _pattern(got, want, axes)


def _slips_of(got, want):
    """Return the slips that explain a number; of a right one, those that would leave it as it is."""
    if close(got, want):
        with np.errstate(all="ignore"):
            return [sentence for sentence, gives in _slips(want) if close(want, gives)]
    return list(slips(got, want))


def _slips(want):
    yield "Your sign is wrong: that is minus the right result.", -want
    yield "That is the right result in base 2, divided by log(2); take the natural logarithm.", want / np.log(2)
    yield "That is the right result in base 10, divided by log(10); take the natural logarithm.", want / np.log(10)
    if not want.shape:
        yield "That is per cent; return a share.", 100 * want
        yield "That is one minus the right number.", 1 - want
        yield "That is one over the right number.", 1 / want
    yield "The signs are lost: is an absolute value taken?", np.abs(want)
    yield "That is the square of the right result: is a root missing?", want**2
    yield "That is the root of the right result: is a square missing?", np.sqrt(want)
    yield "That is the logarithm of the right result; take exp of it.", np.log(want)
    yield "That is exp of the right result; take the logarithm.", np.exp(want)
    yield "A tanh is taken once more of what is right.", np.tanh(want)
    yield "A sigmoid is taken once more of what is right.", 1 / (1 + np.exp(-want))
    for axis in range(want.ndim):
        yield f"It is in reverse order along axis {axis}.", np.flip(want, axis)
        yield f"It is shifted by one place along axis {axis}.", np.roll(want, 1, axis)
        yield f"It is shifted by one place along axis {axis}.", np.roll(want, -1, axis)
        yield f"Your numbers pile up along axis {axis}: is there += for =?", np.cumsum(want, axis)
        first = np.take(want, [0], axis)
        yield (
            f"Along axis {axis} all is like index 0: is one row's value used for all?",
            np.broadcast_to(first, want.shape),
        )
    if want.ndim == 2 and len(want) == want.shape[1]:
        yield "That is the transpose of the right result.", want.T
    for digits in range(5):
        if len(set(np.round(want, digits).ravel().tolist())) > 1 or (not want.shape and (digits or abs(want) >= 2)):
            places = f"{digits} digit{'s' * (digits != 1)} after the point" if digits else "whole ones"
            yield f"Your numbers are rounded to {places}; return them as they are.", np.round(want, digits)
    yield "Your numbers are cut to whole ones: is there an int(...), or an array with dtype=int?", np.trunc(want)


def _pattern(got, want, axes):
    """Yield a factor, a summand, an order, or a part that is right."""
    if want.size > 1:
        some = np.abs(want) > 1e-9
        if some.any() and got[some].any():
            factor = got[some][0] / want[some][0]
            if close(got, factor * want) and not math.isclose(factor, 1):
                yield f"Every number is {factor:.4g} times the right one."
        summand = got.flat[0] - want.flat[0]
        if close(got, want + summand) and want.std() > 0:
            yield f"Every number is the right one plus {summand:.4g}."
        if close(np.sort(got, axis=None), np.sort(want, axis=None)):
            yield "The numbers are the right ones, but at other places."
    elif want.size and want.flat[0]:
        factor = float(got.flat[0] / want.flat[0])
        for whole in (round(factor), round(1 / factor) if factor else 0):
            if 1 < abs(whole) <= 20 and math.isclose(factor, whole, rel_tol=1e-5):
                yield f"That is {whole} times the right number."
            elif 1 < abs(whole) <= 20 and math.isclose(factor * whole, 1, rel_tol=1e-5):
                yield f"That is the right number divided by {whole}."
    names = axes.strip("()").split(", ")
    for axis in range(want.ndim):
        parts = zip(np.moveaxis(got, axis, 0), np.moveaxis(want, axis, 0), strict=True)
        wrong = [i for i, (mine, right) in enumerate(parts) if not close(mine, right)]
        if 0 < len(wrong) < want.shape[axis] and want.shape[axis] > 2:
            named = f" ({names[axis]})" if len(names) == want.ndim else ""
            yield f"Along axis {axis}{named} only index {', '.join(map(str, wrong[:5]))} differs; the rest is right."


def as_lists(answer):
    """Turn tuples and arrays into lists, and NumPy numbers into Python numbers, so that all of them compare as equal."""
    if isinstance(answer, np.generic | np.ndarray):
        return answer.tolist()
    if isinstance(answer, list | tuple):
        return [as_lists(part) for part in answer]
    return answer


def check_list(name, got, want, bugs=(), example=""):
    """Compare a list, nested or not, with the right one; `bugs` maps a sentence about a bug to the list that this bug gives."""
    check_lists([(name, got, want, dict(bugs))], example)


def check_lists(cases, example=""):
    """Compare the lists of several cases with the right ones; name a bug only if it explains all of them.

    Args:
        cases: list of (name, got, want, bugs), as `check_list` takes them, with the same sentences in every case.
    """
    answers = [got for _, got, _, _ in cases]
    cases = [(name, as_lists(got), as_lists(want), bugs) for name, got, want, bugs in cases]
    for name, got, _, _ in cases:
        if not isinstance(got, list):
            raise NotYet(f"{name} is {described(got)}; expected a list{example and f', such as {example}'}.")
    wrong = next((case for case in cases if case[1] != case[2]), None)
    if wrong is None:
        return
    name, got, want, bugs = wrong
    place = _list_difference(name, got, want)
    case = answers[cases.index(wrong)], lambda other: as_lists(other) == want
    for sentence in () if ONLY_PLACES.get() else bugs:
        if all(mine == as_lists(gives.get(sentence, right)) for _, mine, right, gives in cases):
            raise NotYet(bug=sentence, place=place, case=case)
    slip = _of_every([list(_list_slips(mine, right)) for _, mine, right, _ in cases if mine != right])
    raise NotYet(place=place, slip=slip, case=case)


def _list_slips(got, want):
    """Yield what can be seen from two lists alone."""
    if len(want) < 2:
        return
    if got == want[::-1]:
        yield "It is in reverse order."
    if got == want[1:]:
        yield "The first one is missing."
    if got == want[:-1]:
        yield "The last one is missing."
    if got[:-1] == want:
        yield "There is one too many at the end."
    if got[1:] == want:
        yield "There is one too many at the beginning."
    for step, what in ((1, "large"), (-1, "small")):
        if got == _shifted(want, step):
            yield f"Every number is too {what} by 1."
    if sorted(map(repr, got)) == sorted(map(repr, want)):
        yield "They are the right ones, in another order."


def _shifted(value, step):
    """Return a list, nested or not, with another number in the place of each; anything else stays as it is."""
    if isinstance(value, list):
        return [_shifted(part, step) for part in value]
    return value + step if isinstance(value, int | float) and not isinstance(value, bool) else value


def _list_difference(name, got, want):
    whole = f" You return {shown(got)}, expected {shown(want)}." if len(repr(want)) <= 90 else ""
    if len(got) != len(want):
        return f"{name}: you return {len(got)} where {len(want)} are expected; the first would be {want[:1]}.{whole}"
    i = next(i for i, (mine, right) in enumerate(zip(got, want, strict=True)) if mine != right)
    return f"{name} first differs at index {i}: you have {shown(got[i])}, expected {shown(want[i])}.{whole}"


def check_each_case(cases, got, want, bugs=(), hint=""):
    """Compare the answers to several cases with the right ones; name a bug only if it explains all of them.

    Args:
        cases: a description of each case, such as "for [7, 7]".
        got, want: a number or a list for each case.
        bugs: maps a sentence about a bug to what this bug gives for each case.
        hint: a sentence for an answer that no bug explains.
    """
    answers = got
    got, want = [as_lists(answer) for answer in got], [as_lists(answer) for answer in want]
    for case, mine, truth in zip(cases, got, want, strict=True):
        if isinstance(truth, list) != isinstance(mine, list) or (
            not isinstance(truth, list) and (isinstance(mine, bool) or not isinstance(mine, int | float))
        ):
            expected = f"a list, such as {shown(truth)}" if isinstance(truth, list) else "one number"
            raise NotYet(f"{case} you return {described(mine)}; expected {expected}.")
    wrong = [i for i in range(len(got)) if not _equal(got[i], want[i])]
    if not wrong:
        return
    said, mine, truth = (part[wrong[0]] for part in (cases, got, want))
    place = f"{said[0].upper()}{said[1:]} {_differ(mine, truth)}."
    case = answers[wrong[0]], lambda other: _equal(as_lists(other), truth)
    if ONLY_PLACES.get():
        raise NotYet(place=place)
    for bug, gives in dict(bugs).items():
        if all(map(_equal, got, map(as_lists, gives))):
            raise NotYet(bug=bug, place=place, case=case)
    alike = []
    if not isinstance(truth, list):
        everywhere = [_slips_of(np.asarray(a, float), np.asarray(b, float)) for a, b in zip(got, want, strict=True)]
        alike = [slip for slip in everywhere[wrong[0]] if all(slip in each for each in everywhere)]
    else:
        alike = [_of_every([list(_list_slips(got[i], want[i])) for i in wrong])]
    raise NotYet(place=place, slip=" ".join([*alike[:1], hint]).strip(), case=case)


def _differ(mine, truth):
    """Say how an answer differs: show all of it if it is short, else the first difference."""
    if isinstance(truth, list) and len(repr(mine) + repr(truth)) > 100:
        i = next((i for i, (a, b) in enumerate(zip(mine, truth, strict=False)) if a != b), None)
        counts = f"you return {len(mine)} where {len(truth)} are expected"
        if i is None:
            return counts
        at = f"you have {shown(mine[i])} at index {i}, expected {shown(truth[i])}"
        return at if len(mine) == len(truth) else f"{counts}, and {at}"
    if isinstance(truth, list):
        return f"you return {mine!r}, expected {truth!r}"
    return "you return {}, expected {}".format(*two(mine, truth))


def _equal(a, b):
    return a == b if isinstance(b, list) else close(a, b)


def two_parts(name, got, what, wants=None):
    """Return an answer that must have two parts; raise NotYet if it does not, or if they are in the wrong order.

    Args:
        what: the two parts, such as "return low, high".
        wants: the right parts, by which two parts in the wrong order are noticed.
    """
    stacked = wants is not None and isinstance(got, np.ndarray) and len(shape_of(got)) > 0
    if not (isinstance(got, tuple | list) or stacked) or len(got) != 2:
        raise NotYet(f"{name} returns {described(got)}; expected two things: {what}.{latest_call()}")
    if wants is not None and _swapped(got, wants):
        raise NotYet(bug=f"{name}: the two results are swapped: {what}.")
    return got


def _swapped(got, wants):
    """Return whether two results look like the right ones in the wrong order: by their values, or by kind and shape."""

    def kind(value):
        return "dict" if isinstance(value, dict) else shape_of(value)

    if close(got[0], wants[1]) and close(got[1], wants[0]) and not close(got[0], wants[0]):
        return True
    mine, right = list(map(kind, got)), list(map(kind, wants))
    if mine == right[::-1] and mine != right:
        return True
    booleans = [np.asarray(part).dtype == bool for part in wants]
    given = [shape_of(part) is not None and np.asarray(part).dtype == bool for part in got]
    return mine == right and given == booleans[::-1] and given != booleans


def no_softmax(scores):
    """Return where exponentials make no shares along the last axis: all of them 0, or one infinite or NaN."""
    with np.errstate(all="ignore"):
        total = np.exp(scores).sum(axis=-1)
    return (total == 0) | ~np.isfinite(total)


TENTHS = np.r_[-19:-1, 2:20] / 10


def small(rng, *shape):
    """Draw numbers of one digit after the point, none of them 0 and as few as possible alike: to be redone by hand."""
    return rng.choice(TENTHS, size=shape, replace=math.prod(shape) > len(TENTHS))


def chain(factors):
    """Multiply one or more square matrices, the first on the left."""
    return functools.reduce(np.matmul, factors)


def different_sizes(rng, n):
    """Draw n different sizes from 2 to n + 2; with different axis lengths a check notices when two axes are swapped."""
    return (int(size) for size in rng.permutation(np.arange(2, n + 3))[:n])
