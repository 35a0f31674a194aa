"""Every check meets answers of every type, functions that stop with an error, and functions that do not end.

The check itself, without `checking` around it, must answer in one sentence, so that the sentence fits.
"""

import contextlib
import inspect
import io

import numpy as np
import pytest
import torch

from exercises.every_check import CHECKS
from helpers.exercises import asking
from helpers.exercises.asking import NotYet


class Rude:
    """An object whose methods raise."""

    def __getattr__(self, name):
        raise RuntimeError("no")

    def __repr__(self):
        raise RuntimeError("no")

    __str__ = __len__ = __iter__ = __array__ = __eq__ = __bool__ = __float__ = __repr__

    def __hash__(self):
        raise RuntimeError("no")


def itself():
    made = []
    made.append(made)
    return made


def ragged():
    made = np.empty(2, dtype=object)
    made[:] = [[1], [1, 2]]
    return made


JUNK = {
    "nan": lambda: np.nan,
    "infinity": lambda: np.inf,
    "minus one": lambda: -1,
    "half": lambda: 0.5,
    "empty text": lambda: "",
    "text": lambda: "abc",
    "number as text": lambda: "5",
    "bytes": lambda: b"abc",
    "empty list": lambda: [],
    "empty tuple": lambda: (),
    "unequal rows": lambda: [[1], [1, 2]],
    "unequal rows, twice": lambda: ([[1], [1, 2]], [[1], [1, 2]]),
    "unequal rows, three times": lambda: ([[1], [1, 2]],) * 3,
    "array of lists": ragged,
    "array of nothing": lambda: np.array([None, None]),
    "array of texts": lambda: np.array(["a", "b"]),
    "empty array": lambda: np.zeros((0, 3)),
    "0-d array": lambda: np.array(0.5),
    "number in NumPy": lambda: np.float32(0.5),
    "many axes": lambda: np.zeros((1, 2, 1, 3)),
    "array of nan": lambda: np.full((2, 2), np.nan),
    "complex": lambda: 1 + 2j,
    "complex array": lambda: np.full((2, 2), 1j),
    "gradient": lambda: torch.ones(2, 2, requires_grad=True),
    "one gradient": lambda: torch.tensor(0.5, requires_grad=True),
    "gradients, two": lambda: (torch.ones(2, requires_grad=True), torch.tensor(1.0, requires_grad=True)),
    "true": lambda: True,
    "huge": lambda: 10**400,
    "longer than Python writes": lambda: 10**5000,
    "generator": lambda: (i for i in range(3)),
    "range": lambda: range(3),
    "class": lambda: int,
    "function": lambda: len,
    "module": lambda: np,
    "dict with odd keys": lambda: {1: 2, None: 3, (1, 2): [4]},
    "dict with names": lambda: {
        "W_xh": None,
        "W_hh": "x",
        "b_h": [[1], [1, 2]],
        "dW_xh": Rude(),
        "dW_hh": [],
        "db_h": {},
    },
    "set": lambda: {1, 2},
    "rude": Rude,
    "rude ones": lambda: [Rude(), Rude()],
    "three texts": lambda: ["a", "b", "c"],
    "three things": lambda: (1, "a", None),
    "two of nothing": lambda: (None, None),
    "two odd ones": lambda: ({}, "a"),
    "a dict and a text": lambda: ({"W_xh": 1}, "a"),
    "list of lists": lambda: [[[1]], {}, ()],
    "list of dicts": lambda: [{}, {}],
    "itself": itself,
    "date": lambda: np.datetime64("2020-01-01"),
    "table": lambda: np.zeros(2, dtype=[("a", int), ("b", float)]),
    "list of nan": lambda: [np.nan] * 3,
    "list of huge ones": lambda: [10**400, 10**5000],
    "nothing": lambda: None,
}


def refused(check, function):
    """Return what a check says, without the net around it."""
    with contextlib.redirect_stdout(io.StringIO()), pytest.raises(NotYet) as caught:
        inspect.unwrap(check)(function)
    said = str(caught.value)
    assert said and "\n" not in said and "Traceback" not in said and len(said) < 1500, said
    return said


@pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)
def test_an_answer_of_any_type_gets_a_sentence(check):
    for what, make in JUNK.items():
        try:
            refused(check, lambda *given, make=make: make())
        except Exception as error:
            raise AssertionError(f"{what}: {type(error).__name__}: {error}") from error


class Unsayable(Exception):
    def __str__(self):
        raise RuntimeError("no")


def raising(error):
    def function(*given):
        raise error

    return function


ERRORS = [
    ValueError("two\nlines"), KeyError("a"), IndexError(), RecursionError("deep"), MemoryError(), SystemExit(1),
    ZeroDivisionError("division by zero"), StopIteration(), AssertionError("no"), Unsayable(), OverflowError("large"),
    RuntimeError("x" * 10_000), TypeError("unsupported"), NameError("name 'x' is not defined"),
]  # fmt: skip


@pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)
def test_an_error_of_any_kind_is_told(check):
    for error in ERRORS:
        assert f"stopped with {type(error).__name__}" in refused(check, raising(error))


@pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)
def test_a_loop_without_an_end_is_told_with_its_line(check, monkeypatch):
    monkeypatch.setattr(asking, "LIMIT", 0.02)
    cell = {}
    exec("def turn(*given):\n    n = 0\n    while True:\n        n += 1", cell)
    said = refused(check, cell["turn"])
    assert "does not come to an end" in said and ("line 3" in said or "line 4" in said)


@pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)
def test_what_is_no_function_is_told(check):
    with pytest.raises(NotYet, match="expected a function, and this is a"):
        check(3)
