"""Check the search for one change that makes an answer right: it names the mistake that was made, and does no harm."""

import ast
import copy
import linecache
import math
import re
import signal
import time

import numpy as np
import pytest

from exercises.test_exercises import quiet, refused
from helpers.exercises import asking, one_change, your_turn
from helpers.exercises.compare import NotYet, call, check_number, checking, checking_a_property


def cell(source, name, **names):
    """Return a function that a cell of a notebook defines."""
    file = f"<cell {abs(hash(source))}>"
    linecache.cache[file] = (len(source), None, source.splitlines(True), file)
    scope = {"np": np, "math": math, "__name__": "a_cell", **names}
    exec(compile(source, file, "exec"), scope)
    return scope[name]


STEP = """def my_step(x, h, W, R, b):
    from_x = x @ W
    from_h = h @ R
    z = from_x + from_h + b
    return np.tanh(z)
"""
WALK = """def my_walk(x, lengths):
    out = np.zeros(x.shape)
    state = np.zeros(x.shape[1:])
    for t in range(len(x)):
        state = 0.5 * state + x[t]
        if t < lengths:
            out[t] = state
    return out / x.sum(axis=0)
"""
RNG = np.random.default_rng(0)
GIVEN = {
    "my_step": [RNG.normal(size=shape) for shape in ((3, 3), (3, 3), (3, 3), (3, 3), (3,))],
    "my_walk": [RNG.uniform(0.1, 2, size=(4, 3)), 3],
}


def said_of(right, old, new):
    """Return what is said about a right function in which one text is put in the place of another."""
    assert old in right
    name = right[4 : right.index("(")]
    given = GIVEN[name]
    want = cell(right, name)(*given)

    def is_right(changed):
        try:
            got = changed(*copy.deepcopy(given))
        except Exception:
            return False
        return np.shape(got) == want.shape and np.allclose(got, want)

    with np.errstate(all="ignore"):
        return one_change.slip_of(cell(right.replace(old, new, 1), name), is_right, is_right, seconds=30)


@pytest.mark.parametrize(
    ("right", "old", "new", "kind", "line"),
    [
        (STEP, "+ b", "- b", "sign", 4),
        (STEP, "np.tanh(z)", "np.tanh(np.tanh(z))", "function too many", 5),
        (STEP, "np.tanh(z)", "np.sin(z)", "function", 5),
        (STEP, "np.tanh(z)", "z", "function missing", 4),
        (STEP, "+ from_h + b", "+ from_h", "summand missing", 2),
        (STEP, "+ from_h + b", "+ from_x + b", "variable", 4),
        (STEP, "h @ R", "h @ R.T", "transpose too many", 3),
        (STEP, "h @ R", "R @ h", "order", 3),
        (STEP.replace("@ R", "@ R.T"), "R.T", "R", "transpose missing", 3),
        (STEP, "x @ W", "2 * x @ W", "factor too many", 2),
        (STEP, "x @ W", "x * W", "operator", 2),
        (WALK, "t < lengths", "t <= lengths", "comparison", 6),
        (WALK, "t < lengths", "t and t < lengths", "condition", 6),
        (WALK, "x[t]", "x[t - 1]", "off by one", 5),
        (WALK, "x[t]", "x[t][::-1]", "direction", 5),
        (WALK, "axis=0", "axis=1, keepdims=True", "axis", 8),
        (WALK, "range(len(x))", "range(1, len(x))", "range", 4),
        (WALK, "0.5 * state", "0.5 / state", "operator", 5),
        (WALK, "0.5 * state", "(1 - 0.5 * state)", "complement too many", 5),
        (WALK, "0.5 *", "0.25 *", "number", 5),
        (WALK, "x.sum", "x.mean", "function", 8),
    ],
)
def test_a_known_slip_is_named_by_its_kind_and_line_and_by_no_other(right, old, new, kind, line):
    said = said_of(right, old, new)
    assert said.startswith(f"{one_change.SLIPS[kind]}, in line {line}: ")
    assert not any(other in said for other in one_change.SLIPS.values() if other != one_change.SLIPS[kind])


def test_two_slips_have_no_name():
    assert said_of(STEP, "x @ W\n    from_h = h @ R", "x @ W.T\n    from_h = h @ R / 3") == ""


def test_the_check_says_the_kind_and_the_place_and_prints_nothing_twice(capsys):
    source = STEP.replace("+ from_h", "+ 3 * from_h").replace("    z =", "    print('here')\n    z =")
    said = refused(your_turn.rnn_step, cell(source, "my_step"))
    assert said.startswith(one_change.SLIPS["factor too many"] + ", in line 5: `z = from_x + 3 * from_h + b`.")
    assert "you have" in said and "expected" in said
    assert capsys.readouterr().out.count("here") <= 4


def test_the_call_stands_behind_the_change_as_it_may_be_long():
    said = refused(your_turn.rnn_step, cell(STEP.replace("h @ R", "h * R"), "my_step"))
    kind, call = one_change.SLIPS["operator"], " The call was my_step([["
    assert "the row is on the left: x_t @ W_xh. " + kind in said and said.count(call) == 1
    assert said.index(kind) < said.index(call) and said.endswith(").")


def test_a_function_of_another_cell_is_searched_too_and_stays_as_it_is():
    squash = cell("def squash(z):\n    return np.tanh(-z)\n", "squash")
    function = cell(STEP.replace("np.tanh(z)", "squash(z)"), "my_step", squash=squash)
    said = refused(your_turn.rnn_step, function)
    assert said.startswith("A sign is wrong, in line 2 of the cell with squash: `return np.tanh(-z)`.")
    assert function.__globals__["squash"] is squash


@pytest.mark.parametrize(
    "line",
    [
        "open('x')",
        "import os",
        "from pathlib import Path",
        "np.save('x', z)",
        "global z",
        "eval('z')",
        "signal.alarm(0)",
    ],
)
def test_code_that_reaches_further_is_not_run_in_changed_form(line):
    def never(changed):
        raise AssertionError

    function = cell(STEP.replace("    z =", f"    {line}\n    z ="), "my_step", signal=signal)
    assert one_change.slip_of(function, never, never) == ""


def test_no_size_is_multiplied():
    function = cell("def f(n):\n    return np.ones((n, 20)).sum()\n", "f")
    trees, sizes = one_change._trees(function), set()
    for _, (_, _, put, back) in one_change._changes(trees):
        put()
        sizes |= set(re.findall(r"ones\(.*?\)\)", ast.unparse(trees[function])))
        back()
    assert "ones((n, 21))" in sizes and not any("*" in each for each in sizes)


def test_a_function_whose_source_is_not_there_is_left_alone():
    scope = {"np": np, "__name__": "a_cell"}
    exec(STEP, scope)
    for function in (scope["my_step"], np.tanh, one_change.slip_of, max, lambda x: x):
        assert one_change.slip_of(function, lambda changed: True, lambda changed: True) == ""


def test_a_change_that_never_ends_costs_little_time(monkeypatch):
    monkeypatch.setattr(asking, "CHANGED", 0.05)

    @checking
    def check(function):
        """function(n) -> 3 n."""
        check_number("n", call(function, 5), 15)

    source = (
        "def f(n):\n    total = 1\n    while n > 0:\n        n = n - 1\n        total = total + 3\n    return total\n"
    )
    began = time.monotonic()
    assert "off by one, in line 2" in refused(check, cell(source, "f"))
    assert time.monotonic() - began < 10


def test_a_right_answer_is_not_searched(monkeypatch):
    monkeypatch.setattr(one_change, "slip_of", None)
    with quiet() as said:
        your_turn.rnn_step(cell(STEP, "my_step"))
    assert said.getvalue() == "Right.\n"


@pytest.mark.parametrize(("decorate", "told"), [(checking, True), (checking_a_property, False)])
def test_where_many_answers_are_right_no_change_is_told(decorate, told):
    @decorate
    def check(function):
        """function() -> a number above 2."""
        if call(function) <= 2:
            raise NotYet("that is not above 2.")

    said = refused(check, cell("def two():\n    return 1 + 1\n", "two"))
    assert said.startswith("that is not above 2.") and ("With one change" in said) is told


def test_a_change_that_python_finds_odd_warns_of_nothing(recwarn):
    function = cell("def same():\n    return 1 == 1\n", "same")
    changed = one_change._made(function, ast.parse("def same():\n    return 1 is 1\n").body)
    assert changed() and not recwarn.list
