"""Call the learner's function: on copies, for a limited time, with one plain sentence for whatever goes wrong.

What a function returns becomes plain Python and NumPy values first, so that no check ever meets an object whose own
methods raise, a tensor that needs a gradient, or a list that contains itself.
"""

import contextlib
import contextvars
import copy
import dis
import functools
import importlib
import inspect
import io
import itertools
import linecache
import math
import re
import signal
import sys
import threading
import time
import warnings
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from helpers.exercises import one_change

LIMIT = 20.0  # seconds for one call
CHANGED = 0.3  # seconds for one call of a changed function
QUICK = 0.01  # seconds of a call that is made twice before an answer is refused; the first call always is
MAX_PRINTED = 10_000  # characters that one call may print
MAX_SHOWN = 50  # numbers of an input that a message shows
MAX_DEPTH = 30
MAX_PARTS = 100_000  # of one answer; a list that contains itself twice has no end of them
AGAIN = "The same call gives another result the second time: draw nothing, keep nothing between calls, and fill what np.empty makes."
SIZES = 1, 2
"""The small inputs on which a check shows a mistake, the smallest first."""
SECOND = 17  # what is added to a seed for the second draw
ITERATORS = {"generator", "map", "filter", "zip", "enumerate", "reversed", "list_iterator", "tuple_iterator"}
UNREADABLE = (TypeError, ValueError, LookupError, AttributeError, ArithmeticError, RecursionError)
"""What reading an answer of an unforeseen kind can raise."""


class NotYet(AssertionError):
    """An answer that is not right yet; shown as one sentence, without a traceback.

    Args:
        text: the whole message; without it, the message is made of the other three.
        bug: a sentence that names the mistake.
        place: where the answer differs, with what the learner has and what is expected.
        slip: a sentence about the pattern of the numbers.
        case: an answer that is wrong, as `call` returned it or a part of that, and a function that returns whether
            another one in its place is right.
        call: the call, as `shown_call` returns it; it may be long, so it stands at the end.
    """

    def __init__(self, text="", bug="", place="", slip="", case=None, call=""):
        after = "T" + place[1:] if bug and place.startswith("the ") else place  # names such as h keep their letter
        super().__init__((text or " ".join(filter(None, (bug, after, slip)))) + call)
        self.text, self.bug, self.place, self.slip, self.case, self.call = text, bug, place, slip, case, call

    def with_change(self, change):
        """Return the same refusal, with a sentence about the one change that makes the answer right."""
        if not change:
            return self
        if self.place or self.slip:
            return NotYet(bug=change, place=self.place, slip=self.slip)
        return NotYet(f"{self.text} {change}", bug=change, call=self.call)

    def _render_traceback_(self, *args, **kwargs):
        return [f"Not yet: {self}"]


class TooLong(BaseException):
    """A call beyond its time. `except Exception` does not catch it; `where` is the learner's line that was running."""

    def __init__(self, where):
        self.where = where


class Asked(NamedTuple):
    """A call that came back: what was called, with what, what it returned, and how long it took."""

    function: object
    arguments: tuple
    got: object
    seconds: float


LATEST = contextvars.ContextVar("LATEST", default=None)
CALLS = contextvars.ContextVar("CALLS", default=())
"""The calls of a check that came back, the oldest first."""
SECONDS = contextvars.ContextVar("SECONDS", default=LIMIT)
"""The limit for one call, if it is less than LIMIT."""
ARGUMENTS = contextvars.ContextVar("ARGUMENTS", default=())
"""How the exercise calls the arguments of the learner's function."""
ONLY_PLACES = contextvars.ContextVar("ONLY_PLACES", default=False)
"""Whether a check only says where an answer differs: on a small input many mistakes give the same numbers."""

HINTS = (
    (
        "only 0-dimensional|only length-1|only size-1",
        "The functions of math take one number; NumPy's take arrays: np.tanh",
    ),
    ("truth value of an array", "An array has many truth values, and `if` needs one: .any(), .all() or np.where"),
    ("'NoneType'", "Something is None there: does a function of yours lack its return line?"),
    ("list indices must be integers", "A list takes one index; np.array(...) makes an array of it, which takes many"),
    (
        "operand type\\(s\\) for [-*/@+]+: 'list'|can only concatenate list|multiply sequence",
        "Lists do no arithmetic; np.array(...) makes an array of one",
    ),
    ("unhashable type", "A list or an array cannot be a key of a dict, set or Counter; tuple(...) of it can"),
    (
        "(Quantiles|Percentiles) must be in the range",
        "np.quantile takes shares, such as 0.025; np.percentile takes per cent, 2.5",
    ),
    ("did not converge", "Is there NaN or infinity in what it gets?"),
    ("name '.*' is not defined", "Is it spelt the same where you make it, and do you make it before this line?"),
)
"""(what an error says, as a regular expression; what to do, without its full stop)."""
FITS_A_PRODUCT = r"shapes \((?:\d+,)?(\d+),?\) \(\1,\d*\)"
"""What NumPy says of two arrays that `*` cannot join and `@` can."""
LAST_HINTS = (
    ("out of bounds|out of range", "Indices go from 0 to the length minus 1"),
    (r"matmul: (Input operand|\(size)", "With @, the left one needs as many columns as the right one has rows"),
    ("could not broadcast input", "What is put into a slice needs as many numbers as the slice has places"),
    ("could not be broadcast", "Axes are matched from the last one; [:, None] puts in an axis of length 1"),
)
"""The same, for errors about which a check says nothing of its own."""


def checking(check, search=True):
    """Decorate a check: it says "Right." of a right answer, and it gets a sentence for what it did not foresee.

    A check that draws its cases is made twice, with two seeds, so that no answer is right by the luck of one draw. One
    that has a parameter `tiny` is made again with tiny = 1, 2, ... if the answer is wrong, to show the mistake on an
    input small enough to redo by hand.

    Args:
        search: whether to look in the code for the one change that makes the answer right.
    """
    parameters = inspect.signature(check).parameters
    draws, sizes = "seed" in parameters, SIZES if "tiny" in parameters else ()
    takes = re.search(r"function\(([^)]*)\)", inspect.getdoc(check) or "")
    takes = tuple(takes.group(1).split(", ")) if takes else ()

    @functools.wraps(check)
    def guarded(function, **named):
        if not callable(function):
            raise NotYet(f"expected a function, and this is {described(plain(function))}: is its name used twice?")
        ARGUMENTS.set(takes)
        try:
            _made(check, function, named)
            first = CALLS.get()[:1]
            if draws:
                with contextlib.redirect_stdout(io.StringIO()):
                    _made(check, function, named | {"seed": named.get("seed", 0) + SECOND})
            if search and any(map(differs_when_repeated, first)):
                raise NotYet(bug=AGAIN)
        except NotYet as refused:
            some = [asked for i, asked in enumerate(CALLS.get()[:20]) if i == 0 or asked.seconds < QUICK]
            if search and refused.bug != AGAIN and any(map(differs_when_repeated, some)):
                raise NotYet(bug=AGAIN, place=refused.place) from None
            told, right = refused, comes_right(refused.case, CALLS.get())
            if sizes and (refused.place or refused.bug):
                told = _on_a_small_input(refused, check, function, named, sizes)
            if search and not refused.bug:
                with contextlib.suppress(Exception):  # a search that fails says nothing
                    passes = functools.partial(_passes, check, named, draws)
                    told = told.with_change(one_change.slip_of(function, right, passes))
            raise told from None
        finally:
            LATEST.set(None)
            CALLS.set(())
        print("Right.")

    return guarded


checking_a_property = functools.partial(checking, search=False)
"""Decorate a check that takes whatever has a property: many changes give an answer that has it, and none is the mistake."""


def comes_right(case, calls):
    """Return a function that says whether another function gives the right answer in the case that was refused.

    It calls that function once, without the rest of the check; if no call of these gave the answer, it says yes.
    """
    answer, is_right = case or (None, None)
    found = next(((asked, at) for asked in calls for at in _places(asked.got, answer, 2)), None)
    if case is None or found is None:
        return lambda function: True
    asked, at = found

    def right(function):
        limit = SECONDS.set(CHANGED)
        try:
            with contextlib.redirect_stdout(io.StringIO()), np.errstate(all="ignore"):
                return bool(is_right(functools.reduce(lambda got, key: got[key], at, call(function, *asked.arguments))))
        except Exception:
            return False
        finally:
            SECONDS.reset(limit)

    return right


def _passes(check, named, draws, function):
    """Return whether a changed function passes a check, without a print and in little time."""
    only, limit = ONLY_PLACES.set(True), SECONDS.set(CHANGED)
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            _made(check, function, named)
            if draws:
                _made(check, function, named | {"seed": named.get("seed", 0) + SECOND})
    except Exception:
        return False
    finally:
        ONLY_PLACES.reset(only)
        SECONDS.reset(limit)
    return True


def _on_a_small_input(refused, check, function, named, sizes):
    """Return the same refusal, with its place on the smallest input that shows the mistake."""
    only = ONLY_PLACES.set(True)
    fine = ""
    try:
        for tiny in sizes:
            try:
                with contextlib.redirect_stdout(io.StringIO()):
                    _made(check, function, named | {"tiny": tiny})
            except NotYet as found:
                if not found.place:
                    return refused
                slip = "" if refused.slip.startswith("Along axis") else refused.slip
                slip = slip.replace("Every number is", "On a larger input every number is")
                return NotYet(bug=refused.bug, place=found.place, slip=slip)
            fine = latest_call()
    finally:
        ONLY_PLACES.reset(only)
    if refused.bug or not fine:
        return refused
    return NotYet(place=refused.place, slip=f"{refused.slip} A smaller input comes out right.{fine}".strip())


def _made(check, function, named):
    LATEST.set(None)
    CALLS.set(())
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            check(function, **named)
    except UNREADABLE as error:
        if LATEST.get() is None:
            raise
        asks = inspect.getdoc(check).splitlines()[0].rstrip(".")
        raise NotYet(
            f"{name_of(function)} returns {described(LATEST.get().got)}, which does not fit ({_said(error)}). "
            f"Expected: {asks}."
        ) from None


def call(function, *arguments, hint="", nothing="end it with a return line"):
    """Run the learner's function on copies of its arguments, and return its result as plain values.

    Warnings are ignored; prints come through.

    Args:
        hint: a sentence for a function that stops with an error, or a dict that gives one for each name of an error.
        nothing: what to do if it returns None.
    """
    _import_torch(function)
    name, mine, began = name_of(function), copy.deepcopy(arguments), time.monotonic()
    LATEST.set(None)
    try:
        with (
            warnings.catch_warnings(),
            contextlib.redirect_stdout(_FirstPart(sys.stdout)),
            _limited(min(LIMIT, SECONDS.get())),
            _finite_least_squares(),
        ):
            warnings.simplefilter("ignore")
            got = function(*mine)
    except TooLong as late:
        raise _endless(name, late.where, arguments) from None
    except NotImplementedError:
        raise NotYet(f"{name} has no body yet: replace the raise line with your code.") from None
    except (Exception, SystemExit) as error:
        if type(error).__name__ == "CellTimeoutError":  # the grader's own limit
            raise _endless(name, error.where, arguments) from None
        where = f", in {_line(place)}" if (place := _place(error)) else ""
        hint = _hint(error, place, hint)
        told = [f"{name} stopped with {type(error).__name__}: {_said(error)}".rstrip(".: ") + where, hint.rstrip(".")]
        text = ". ".join(filter(None, told))
        raise NotYet(text + "." * (not hint.endswith("?")), call=shown_call(name, arguments)) from None
    if changed := list(_changed(arguments, mine)):
        raise NotYet(
            bug=f"{name} changes {_listed(changed)} in place; leave the arguments as they are. {_copy(*changed[0])}"
        )
    if got is None:
        raise NotYet(f"{name} returns nothing; {nothing}.", call=shown_call(name, arguments))
    got = plain(got)
    if type(got).__name__ in ITERATORS:
        raise NotYet(
            f"{name} returns a {type(got).__name__}, which gives its values one by one; return list(...) of it."
        )
    asked = Asked(function, arguments, got, time.monotonic() - began)
    LATEST.set(asked)
    CALLS.set((*CALLS.get(), asked))
    return got


def _import_torch(function):
    """Import PyTorch if a function uses it, before its time runs: on a busy machine the import alone may take LIMIT."""
    names = getattr(getattr(function, "__code__", None), "co_names", ())
    if any(name.partition(".")[0] == "torch" for name in names):
        with contextlib.suppress(Exception):  # the function meets the error too, and is told of it
            importlib.import_module("torch")


def _hint(error, place, hint):
    """Return what to do about an error, from what it says or from the check's own hint."""
    said = _said(error)
    if not place and "positional argument" in said:
        return "The function must take the arguments that the exercise names, in that order"
    line = place[1] if place else ""
    missing = re.match(r"name '(\w+)' is not defined", said)
    if missing and callable(getattr(np, missing[1], None)) and re.search(rf"(?<![\w.]){missing[1]}\(", line):
        return f"If you mean NumPy's function, it needs np. in front: np.{missing[1]}"
    known = next((known for says, known in HINTS if re.search(says, said)), None)
    own = hint.get(type(error).__name__, "") if isinstance(hint, dict) else hint
    if known or own:
        return known or own
    if re.search(FITS_A_PRODUCT, said) and _failed_at(error) == "*":
        return "`*` multiplies number by number; a row times a matrix is `@`"
    return next((known for says, known in LAST_HINTS if re.search(says, said)), "")


def _failed_at(error):
    """Return the operator at which a function stopped, such as "*", or what else the instruction there is about."""
    at = error.__traceback__
    while at.tb_next:
        at = at.tb_next
    instructions = dis.get_instructions(at.tb_frame.f_code)
    return next((each.argrepr for each in instructions if each.offset == at.tb_lasti), "")


def name_of(function):
    return getattr(function, "__name__", type(function).__name__)


def _endless(name, where, arguments):
    at = f"it was in {_line(where)}" if where else "look at its loops"
    text = f"{name} does not come to an end, or takes far too long: {at}. Does every loop end?"
    return NotYet(text, call=shown_call(name, arguments))


def _said(error):
    try:
        text = " ".join(str(error).split())
    except Exception:
        text = ""
    text = re.sub(r"Input operand \d has a mismatch in its core dimension \d, with gufunc signature \S+ ", "", text)
    return text[:300]


def _line(where):
    number, text = where
    return f"line {number}: `{text[:100]}`" if text else f"line {number}"


def _place(error):
    """Return (number, text) of the learner's line that raised an error, or None."""
    if hasattr(error, "where"):
        return error.where
    places, at = [], error.__traceback__
    while at is not None:
        if _is_learners(at.tb_frame):
            places.append((at.tb_frame, at.tb_lineno))
        at = at.tb_next
    return _with_text(*places[-1]) if places else None


def _is_learners(frame):
    """Return whether a frame runs a cell of a notebook: code of the main program or of no module at all."""
    module = frame.f_globals.get("__name__")
    return module == "__main__" or module not in sys.modules


def _with_text(frame, number):
    return number, linecache.getline(frame.f_code.co_filename, number).strip()


def _changed(before, after):
    """Yield the exercise's name and the value of each argument that a call has changed; of a dict, those of its parts."""
    names = ARGUMENTS.get()
    if len(names) != len(before):
        names = [f"argument {i + 1}" for i in range(len(before))]
    for name, was, now in zip(names, before, after, strict=True):
        if isinstance(was, dict) and isinstance(now, dict) and was.keys() == now.keys():
            yield from ((f"{name}[{key!r}]", was[key]) for key in was if not _unchanged(was[key], now[key]))
        elif not _unchanged(was, now):
            yield name, was


def _listed(changed):
    *names, last = (name for name, _ in changed)
    return f"{', '.join(names)} and {last}" if names else last


def _copy(name, value):
    """Return a sentence about how to leave an argument as it is."""
    if isinstance(value, dict):
        return f"Its keys change: .setdefault, .pop and {name}[key] = ... write into a dict; {name}.get(key, other) only looks."
    if isinstance(value, list) and any(isinstance(part, list) for part in value):
        return (
            "Build a new list, and new lists for it, such as row + [0] in place of row.append(0). "
            f"{name}.copy() still holds the same lists; copy.deepcopy({name}) copies those too."
        )
    return f"`new = {name}` makes no copy; `new = {name}.copy()` does."


def _unchanged(before, after):
    if isinstance(before, dict):
        return (
            isinstance(after, dict)
            and before.keys() == after.keys()
            and all(_unchanged(before[key], after[key]) for key in before)
        )
    if isinstance(before, list | tuple):
        return isinstance(after, list | tuple) and len(before) == len(after) and all(map(_unchanged, before, after))
    try:
        return before is after or bool(np.array_equal(before, after))
    except Exception:
        return False


@contextlib.contextmanager
def _finite_least_squares():
    """Let np.linalg.lstsq refuse rows with NaN or infinity, about which LAPACK prints lines, or never comes back."""
    solve = np.linalg.lstsq
    if hasattr(solve, "refuses_nan"):  # another thread's, which may end before this call does
        yield
        return

    @functools.wraps(solve)
    def lstsq(a, *arguments, **named):
        if not np.isfinite(a).all():
            raise np.linalg.LinAlgError("SVD did not converge in Linear Least Squares")  # as NumPy says of NaN
        return solve(a, *arguments, **named)

    lstsq.refuses_nan = True
    np.linalg.lstsq = lstsq
    try:
        yield
    finally:
        np.linalg.lstsq = solve


# A limit of time


@contextlib.contextmanager
def _limited(seconds):
    """Raise TooLong in what runs inside after some seconds; where neither an alarm nor a trace works, there is no limit."""
    if hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread():
        with _alarm(seconds):
            yield
    elif sys.gettrace() is None:
        with _trace(seconds):
            yield
    else:
        yield


@contextlib.contextmanager
def _alarm(seconds):
    left, every = signal.getitimer(signal.ITIMER_REAL)
    if 0 < left <= seconds:  # somebody else's alarm rings first
        yield
        return
    began = time.monotonic()

    def ring(number, frame):
        if not _asks_another_process(frame):
            raise TooLong(_running(frame))

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds, 1)  # again and again, for `except:` in a loop swallows it
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before if before is not None else signal.SIG_DFL)
        if left:
            signal.setitimer(signal.ITIMER_REAL, max(1e-3, left - (time.monotonic() - began)), every)


@contextlib.contextmanager
def _trace(seconds):
    until = time.monotonic() + seconds

    def look(frame, event, argument):
        if time.monotonic() > until and not _asks_another_process(frame):
            raise TooLong(_running(frame))
        return look

    sys.settrace(look)
    try:
        yield
    finally:
        sys.settrace(None)


def _callers(frame):
    """Yield a frame and those that called it, up to `call`."""
    while frame is not None and frame.f_code is not call.__code__:
        yield frame
        frame = frame.f_back


def _asks_another_process(frame):
    """Return whether the learner's function is a stand-in of the grader, which has a limit of its own."""
    return any(str(each.f_globals.get("__name__")).startswith("helpers.grading.") for each in _callers(frame))


def _running(frame):
    found = next(filter(_is_learners, _callers(frame)), None)
    return _with_text(found, found.f_lineno) if found else None


class _FirstPart:
    """Passes on the first characters of what is printed."""

    def __init__(self, stream):
        self.stream, self.left = stream, MAX_PRINTED

    def write(self, text):
        if self.left > 0:
            self.stream.write(text[: self.left])
            self.left -= len(text)
            if self.left <= 0:
                self.stream.write("\n... the rest is not shown.\n")
        return len(text)

    def __getattr__(self, name):
        return getattr(self.stream, name)


# Plain values


class Thing:
    """Stands for a value of any other type: it has that type's name and a text."""

    def __init__(self, text):
        self._text = text

    def __repr__(self):
        return self._text


DEEPER = Thing("...")
"""Stands for a list, tuple, set or dict that lies too deep, or comes after too many parts."""


def plain(value, depth=0, room=None):
    """Return a value made of numbers, texts, lists, tuples, sets, dicts and arrays; anything else becomes a Thing.

    Args:
        depth: how many lists, tuples or dicts the value lies in.
        room: a list of one number, how many parts may still be made plain; after that a list becomes DEEPER.
    """
    kind, room = type(value), room or [MAX_PARTS]
    if value is None or kind in (bool, float, complex, str, bytes):
        return value
    if kind in (Fraction, Decimal):
        with contextlib.suppress(ValueError, OverflowError):
            return float(value)
    if issubclass(kind, np.generic):
        return value if value.dtype.kind in "biufcUS" else _thing(value)
    if issubclass(kind, int):
        whole = int.__int__(value)
        return whole if whole.bit_length() <= 1000 else math.copysign(math.inf, whole > 0 or -1)
    for base in (float, complex, str, bytes):
        if issubclass(kind, base):
            return base.__str__(value) if base is str else base.__new__(base, value)
    if issubclass(kind, np.ndarray):
        return _plain_array(np.asarray(value), value, depth, room)
    if depth < MAX_DEPTH and room[0] > 0:
        for base in (list, tuple):
            if issubclass(kind, base):
                room[0] -= base.__len__(value)
                return base(plain(part, depth + 1, room) for part in base.__iter__(value))
        for base in (set, frozenset):
            if issubclass(kind, base):
                return base(_hashable(part, depth, room) for part in base.__iter__(value))
        if issubclass(kind, dict):
            room[0] -= dict.__len__(value)
            return {_hashable(key, depth, room): plain(part, depth + 1, room) for key, part in dict.items(value)}
        if kind is range:
            return list(itertools.islice(value, 100_000))
    elif issubclass(kind, list | tuple | set | frozenset | dict):
        return DEEPER
    array = _other_array(value)
    return _thing(value) if array is None else _plain_array(array, value, depth, room)


def _plain_array(array, value, depth, room):
    if array.dtype.kind == "O" and depth < MAX_DEPTH:
        return plain(array.tolist(), depth + 1, room)
    return array.copy() if array.dtype.kind in "biufcUS" else _thing(value)  # the learner may change it later


def _other_array(value):
    """Return another library's array as NumPy's, without its gradient; None if it is no array."""
    try:
        if isinstance(value, type) or not hasattr(value, "__array__"):
            return None
        return np.asarray(value.detach().cpu() if hasattr(value, "detach") else value)
    except Exception:
        return None


def _hashable(value, depth, room):
    value = plain(value, depth + 1, room)
    try:
        hash(value)
    except TypeError:
        return _thing(value)
    return value


def _thing(value):
    try:
        text = re.sub(r" at 0x[0-9a-fA-F]+", "", str(repr(value)))
    except Exception:
        text = ""
    name = re.sub(r"\W", "_", type(value).__name__) or "object"
    return type(name, (Thing,), {})(" ".join(text.split())[:200] or f"<{name}>")


# What messages show


def shape_of(value):
    """Return the shape of a plain value as an array; None if its rows are of unequal length."""
    try:
        return np.shape(value)
    except (ValueError, TypeError):
        return None


def shown(value, longest=90):
    """Return a value as short text in one line, with numbers to 4 digits."""
    text = _text(value)
    return text if len(text) <= longest else text[: longest - 3] + "..."


def _text(value):
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return f"{value + 0.0:.4g}"  # 0 for -0.0
    if isinstance(value, list | tuple):
        inside = ", ".join(map(_text, value))
        return f"[{inside}]" if isinstance(value, list) else f"({inside}{',' * (len(value) == 1)})"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_text(key)}: {_text(part)}" for key, part in value.items()) + "}"
    return name_of(value) if callable(value) else " ".join(repr(value).split())


def described(value):
    """Return what an answer is, with its article: "an array of shape (2, 3)", "a tuple of 2 things", "a str, 'two'"."""
    if isinstance(value, np.ndarray) and value.shape:
        return f"an array of shape {value.shape}"
    if isinstance(value, list | tuple):
        uneven = ", which are of unequal length" if shape_of(value) is None else ""
        return f"a {type(value).__name__} of {len(value)} thing{'s' * (len(value) != 1)}{uneven}"
    if isinstance(value, Thing | dict | set | frozenset):
        return f"a {type(value).__name__}"
    return f"a {type(value).__name__}, {shown(value, 60)}"


def shown_call(name, arguments):
    """Return a sentence with the input of a call, after a space; "" if the input is large."""
    count = sum(map(_count, arguments))
    text = ", ".join(map(_text, arguments))
    return f" The call was {name}({text})." if arguments and count <= MAX_SHOWN and len(text) <= 500 else ""


def latest_call():
    """Return the input of the latest call that came back, as `shown_call` does."""
    asked = LATEST.get()
    return shown_call(name_of(asked.function), asked.arguments) if asked else ""


def call_of(value):
    """Return the input of the call that gave a value, or gave it as one of its parts, as `shown_call` does."""
    for asked in reversed(CALLS.get()):
        if any(True for _ in _places(asked.got, value, 2)):
            return shown_call(name_of(asked.function), asked.arguments)
    return ""


def _places(got, value, depth):
    """Yield where a result is this very value, or has it as a part: the keys that lead there, () for the whole."""
    if got is value:
        yield ()
    parts = got.items() if isinstance(got, dict) else enumerate(got) if isinstance(got, list | tuple) else ()
    for key, part in parts if depth else ():
        yield from ((key, *rest) for rest in _places(part, value, depth - 1))


def _count(value):
    if isinstance(value, np.ndarray):
        return value.size
    if isinstance(value, dict):
        return _count(list(value.items()))
    return sum(map(_count, value)) if isinstance(value, list | tuple) else 1


def differs_when_repeated(asked):
    """Return whether a call, made once more, gives another result; False of a call that takes long."""
    if asked.seconds > 2:
        return False
    latest, calls = LATEST.get(), CALLS.get()
    try:
        with contextlib.redirect_stdout(io.StringIO()), np.errstate(all="ignore"):
            return not _alike(call(asked.function, *asked.arguments), asked.got)
    except NotYet:
        return True
    finally:
        LATEST.set(latest)
        CALLS.set(calls)


def _alike(a, b):
    """Return whether two plain values are the same, numbers but for rounding."""
    if isinstance(a, list | tuple) and isinstance(b, list | tuple):
        return len(a) == len(b) and all(map(_alike, a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(_alike(a[key], b[key]) for key in a)
    with contextlib.suppress(*UNREADABLE):
        return np.shape(a) == np.shape(b) and bool(np.allclose(a, b, equal_nan=True))
    return _text(a) == _text(b)
