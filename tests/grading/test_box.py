"""What crosses between the judge and the box: plain values and nothing else. A check says the same on both sides."""

import contextlib
import importlib
import io
import os
import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from helpers.exercises.compare import NotYet
from helpers.grading import box, derive, sandbox, values
from tests.grading import tiny

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.complex_numbers() | st.text() | st.binary(),
    lambda parts: (
        st.lists(parts)
        | st.tuples(parts, parts)
        | st.dictionaries(st.text() | st.integers(), parts)
        | st.sets(st.integers() | st.text())
    ),
)
ARRAYS = arrays.arrays(
    st.one_of(
        arrays.boolean_dtypes(), arrays.integer_dtypes(), arrays.floating_dtypes(), arrays.complex_number_dtypes()
    ),
    arrays.array_shapes(min_dims=0, min_side=0, max_side=4),
)


@given(PLAIN)
@settings(max_examples=200, deadline=None)
def test_plain_values_come_back_as_they_were(value):
    back = values.decode(values.Writer().encode(value))
    assert ordered(back) == ordered(value)


def ordered(value):
    """Return the text of a value, with the members of its sets in an order that two equal sets share."""
    if isinstance(value, dict):
        return str([(repr(key), ordered(part)) for key, part in value.items()])
    if isinstance(value, list | tuple | set):
        parts = [ordered(part) for part in value]
        return f"{type(value).__name__} {sorted(parts) if isinstance(value, set) else parts}"
    return repr(value)


@given(ARRAYS)
@settings(max_examples=100, deadline=None)
def test_arrays_come_back_with_their_type_and_shape(array):
    back = values.decode(values.Writer().encode(array))
    assert back.dtype == array.dtype and back.shape == array.shape and back.tobytes() == array.tobytes()
    assert back.flags.writeable


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda parts: (
        st.lists(parts, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "int",
                    "float",
                    "complex",
                    "bytes",
                    "array",
                    "scalar",
                    "range",
                    "list",
                    "dict",
                    "set",
                    "other",
                    "text",
                    "function",
                    "called",
                ]
            ),
            parts,
            max_size=3,
        )
    ),
)


@given(JSON)
@settings(max_examples=500, deadline=None)
def test_whatever_arrives_is_a_plain_value_or_refused(message):
    with contextlib.suppress(values.Broken):
        value = values.decode(message)
        assert type(value).__module__ in ("builtins", "numpy", "helpers.grading.values")


@pytest.mark.parametrize(
    "message",
    [
        {"array": ["O", [1], "AAAAAAAAAAA="]},
        {"array": ["<f8", [10**12], ""]},
        {"array": ["<f8", [-1], "AAAAAAAAAAA="]},
        {"array": ["<f8,<f8", [1], "AAAAAAAAAAA="]},
        {"array": ["<U0", [60_000_000], ""]},
        {"range": [0, 10**8, 1]},
        {"list": [{"range": [0, 10**6, 1]}] * 3},
        {"array": ["<f8", [2], "AAAAAAAAAAA="]},
        {"int": "f" * 100_000},
        {"list": 3},
        {"module": "os"},
        [1],
        {"list": [], "dict": []},
    ],
)
def test_what_is_no_plain_value_is_refused(message):
    with pytest.raises(values.Broken):
        values.decode(message)


def test_what_is_no_plain_value_arrives_as_a_name_and_a_text():
    class Tensor:
        def __array__(self, dtype=None, copy=None):
            return np.ones(2)

    class Rude:
        def __repr__(self):
            raise KeyboardInterrupt

    for value, name in ((Tensor(), "Tensor"), (iter(()), "tuple_iterator"), (type, "type"), (np, "module")):
        assert type(values.decode(values.Writer().encode(value))).__name__ == name
    assert np.asarray(values.decode(values.Writer().encode(Tensor()))).tolist() == [1, 1]
    deep = []
    for _ in range(1000):
        deep = [deep]
    assert values.decode(values.Writer().encode(deep)) is not None


def test_an_array_of_lists_arrives_as_lists():
    rows = np.array([[1, 2], [3]], dtype=object)
    assert values.decode(values.Writer().encode(rows)) == [[1, 2], [3]]


@pytest.mark.parametrize(
    "value",
    [np.zeros(10**7), "x" * 10**8, [0] * 3_000_000, 10**5000, range(10**30), [range(10**6)] * 3],
    ids=["array", "text", "list", "integer", "range", "ranges"],
)
def test_what_is_too_large_is_refused(value):
    with pytest.raises(values.Broken):
        values.Writer().encode(value)


def test_a_frame_of_many_parts_is_refused_before_it_is_read():
    source, sink = os.pipe()
    text = b"[" + b"{}," * (values.MAX_SIGNS // 2) + b"{}]"
    writer = threading.Thread(target=lambda: os.write(sink, len(text).to_bytes(4, "big")) and write_all(sink, text))
    writer.start()
    with pytest.raises(values.Broken, match="parts"):
        values.receive(source)
    writer.join()


def write_all(sink, text):
    while text:
        text = text[os.write(sink, text) :]


@pytest.mark.kernel
@pytest.mark.parametrize("assignment", derive.assignments())
def test_every_check_says_of_a_stand_in_what_it_says_of_the_function_itself(assignment, monkeypatch):
    monkeypatch.setenv(sandbox.UNSANDBOXED, "1")
    bank = importlib.import_module(f"exercises.bank.{assignment}")
    checks = importlib.import_module(f"helpers.exercises.{assignment}")
    with box.Box(60.0) as held:
        error = held.run(
            f"import sys\nsys.path[:0] = [{str(tiny.ROOT)!r}, {str(tiny.ROOT / 'tests')!r}]\n"
            f"from exercises.bank import {assignment} as bank"
        )
        assert not error, error
        for side, pick in (("RIGHT", ""), ("WRONG", "[0]")):
            for exercise, listed in getattr(bank, side).items():
                for number in range(len(listed)):
                    assert not held.run(f"answer = bank.{side}[{exercise!r}][{number}]{pick}")
                    function = listed[number][0] if pick else listed[number]
                    direct = said(getattr(checks, exercise), function)
                    assert said(getattr(checks, exercise), held.get("answer")) == direct, (exercise, side, number)


def said(check, function):
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        try:
            check(function)
        except NotYet as error:
            return str(error)
    return printed.getvalue()
