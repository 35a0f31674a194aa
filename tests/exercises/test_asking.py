"""Check how the learner's function is called: plain values, the line of an error, a limit of time, prints."""

import contextlib
import linecache
import signal
import threading
import time
import types

import numpy as np
import pytest
import torch

from helpers.exercises import asking
from helpers.exercises.asking import NotYet, call, checking, plain


def learners(source):
    """Return the function `f` of a cell, whose lines are known as those of a notebook are."""
    cell, file = {"np": np}, f"<cell {abs(hash(source))}>"
    linecache.cache[file] = len(source), None, source.splitlines(True), file
    exec(compile(source, file, "exec"), cell)
    return cell["f"]


def complaint(function, *arguments, **keywords):
    with pytest.raises(NotYet) as caught:
        call(function, *arguments, **keywords)
    return str(caught.value)


ENDLESS = "def f(x):\n    while True:\n        x = x + 1"


def test_an_error_is_told_with_its_line_and_a_small_input():
    f = learners("def f(x, y):\n    a = 1\n    return g(x)\ndef g(x):\n    return x @ x")
    said = complaint(f, 3, [0.25])
    assert said.startswith("f stopped with TypeError") and "in line 5" in said and "The call was f(3, [0.25])." in said


def test_torch_is_imported_before_the_time_of_a_call_runs(monkeypatch):
    imported = []
    monkeypatch.setattr(asking, "importlib", types.SimpleNamespace(import_module=imported.append))
    monkeypatch.setattr(
        asking, "_limited", lambda seconds: pytest.fail("too late") if not imported else contextlib.nullcontext()
    )
    assert call(learners("def f():\n    import torch.nn as nn\n    return nn.Linear(1, 2).out_features")) == 2
    assert call(learners("def f():\n    return 1")) == 1
    assert imported == ["torch"]


def test_the_line_is_the_learners_own_where_a_library_stops():
    said = complaint(learners("def f(x):\n    y = 2\n    return np.concatenate([x, y])"), np.ones(2))
    assert "in line 3" in said


def test_the_graders_line_is_told_too():
    error = ValueError("no")
    error.where = 7, "return x @ W"

    def f(x):
        raise error

    assert "in line 7: `return x @ W`" in complaint(f, 1)


def test_what_math_cannot_do_is_told():
    f = learners("import math\ndef f(x):\n    return math.tanh(x)")
    assert "np.tanh" in complaint(f, np.ones(3), hint="Rows are on the left.")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (
            "return tanh(x)",
            "`return tanh(x)`. If you mean NumPy's function, it needs np. in front: np.tanh. The call was f(",
        ),
        ("return x + np.sum(ones(2))", "in front: np.ones."),
        ("return y", "do you make it before this line? The call was f("),
        ("return softmax(x)", "do you make it before this line?"),
        ("return copy.deepcopy(x)", "do you make it before this line?"),
        ("return mean + np.mean(x)", "do you make it before this line?"),
        ("return x * np.ones((2, 3))", "number by number; a row times a matrix is `@`. The call was f("),
        ("return x[0] * np.ones((2, 3))", "a row times a matrix is `@`."),
        ("return x * np.ones((5, 3))", "Axes are matched from the last one"),
        ("return x + np.ones((2, 3))", "Axes are matched from the last one"),
        ("return 0.5 * x + np.ones((2, 3))", "Axes are matched from the last one"),
        ("return x**2 + np.ones((2, 3))", "Axes are matched from the last one"),
        ("x[0, 0:0] = [1, 2, 3]", "as many numbers as the slice has places."),
    ],
)
def test_what_to_do_about_a_name_or_sizes_follows_from_the_line(line, told):
    said = complaint(learners(f"def f(x):\n    {line}"), np.ones((4, 2)))
    assert told in said and "?." not in said


def test_sizes_that_do_not_fit_are_told_without_numpys_signature():
    f = learners("def f(W, x):\n    return W @ x")
    said = complaint(f, np.ones((2, 3)), np.ones((4, 2)), hint="Rows are on the left.")
    assert said.startswith("f stopped with ValueError: matmul: (size 4 is different from 3)") and "gufunc" not in said
    assert "the left one needs as many columns" in complaint(f, np.ones((2, 3)), np.ones((4, 2)))


def test_a_sentence_after_a_full_stop_begins_with_a_capital():
    assert str(NotYet(bug="the sign is wrong.", place="the loss is 1.")) == "the sign is wrong. The loss is 1."
    assert str(NotYet(bug="the sign is wrong.", place="h is 1.")) == "the sign is wrong. h is 1."


def test_a_large_input_is_not_shown():
    assert "The call was" not in complaint(learners("def f(x):\n    return 1 / 0"), np.ones(1000))


def test_prints_come_through_but_not_without_end(capsys):
    call(learners("def f(x):\n    print('here')\n    return x"), 1)
    assert capsys.readouterr().out == "here\n"
    call(learners("def f(x):\n    for _ in range(100_000): print('here')\n    return x"), 1)
    printed = capsys.readouterr().out
    assert len(printed) < asking.MAX_PRINTED + 100 and printed.endswith("the rest is not shown.\n")


@pytest.mark.parametrize("swallow", [False, True])
def test_a_loop_without_an_end_is_stopped_and_told(monkeypatch, swallow):
    monkeypatch.setattr(asking, "LIMIT", 0.1)
    before = signal.getsignal(signal.SIGALRM)
    body = "\n        try: x + 1\n        except Exception: pass" if swallow else "\n        x = x + 1"
    said = complaint(learners("def f(x):\n    while True:" + body), 1)
    assert "f does not come to an end" in said and "line" in said and "The call was f(1)." in said
    assert signal.getsignal(signal.SIGALRM) is before and signal.getitimer(signal.ITIMER_REAL) == (0, 0)


def test_a_loop_without_an_end_is_stopped_in_another_thread_too(monkeypatch):
    monkeypatch.setattr(asking, "LIMIT", 0.1)
    said = []
    thread = threading.Thread(target=lambda: said.append(complaint(learners(ENDLESS), 1)), daemon=True)
    thread.start()
    thread.join(20)
    assert "f does not come to an end" in said[0]


def test_somebody_elses_alarm_goes_on():
    rung = []
    before = signal.signal(signal.SIGALRM, lambda number, frame: rung.append(time.monotonic()))
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        call(lambda: 1)
        assert 0 < signal.getitimer(signal.ITIMER_REAL)[0] <= 0.2
        call(lambda: time.sleep(0.3) or 1)
        assert len(rung) == 1
        signal.setitimer(signal.ITIMER_REAL, 100)
        call(lambda: 1)
        assert 99 < signal.getitimer(signal.ITIMER_REAL)[0] <= 100
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_an_interrupt_is_no_answer():
    def f(x):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        call(f, 1)


def test_values_become_plain():
    assert plain(torch.ones(2, requires_grad=True)).tolist() == [1, 1]
    assert type(plain(np.ones(2, dtype=object))) is list
    assert plain({"a": (torch.tensor(1.0, requires_grad=True), [range(2)])})["a"][1] == [[0, 1]]
    assert type(plain(10**5000)) is float

    class Odd:
        def __repr__(self):
            raise ValueError

    assert type(plain(Odd())).__name__ == "Odd" and "Odd" in repr(plain(Odd()))


def test_a_list_that_contains_itself_twice_or_holds_the_same_list_again_and_again_comes_to_an_end():
    made = [1]
    made += [made, made]
    assert plain(made)[1][0] == 1

    nested = [1]
    for _ in range(40):
        nested = [nested, nested]
    assert type(plain(nested)) is list
    assert plain([[0.5] * 300] * 300)[-1] == [0.5] * 300


def test_an_answer_that_a_check_cannot_read_gets_a_sentence():
    @checking
    def check(function):
        """function() -> one number."""
        return call(function)["a"]

    with pytest.raises(
        NotYet, match=r"f returns a list of 1 thing, which does not fit .*Expected: function\(\) -> one number"
    ):
        check(learners("def f():\n    return [1]"))


@pytest.mark.parametrize("odd", [np.nan, np.inf])
def test_rows_that_are_not_finite_are_refused_before_lapack_prints_about_them(odd, capfd):
    def fit(a):
        return np.linalg.lstsq(a, np.ones(3), rcond=None)[0]

    solve = np.linalg.lstsq
    assert np.allclose(call(fit, np.eye(3)), 1)
    assert "Is there NaN or infinity" in complaint(fit, np.full((3, 3), odd))
    assert capfd.readouterr() == ("", "")
    assert np.linalg.lstsq is solve
