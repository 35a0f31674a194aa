"""Check the comparisons: right answers pass in any notation, and wrong ones get a sentence that says why."""

import numpy as np
import pytest

from helpers.exercises import compare
from helpers.exercises.compare import NotYet

CASES = ["for one", "for two"]


def complaint(compare, *arguments, **keywords):
    with pytest.raises(NotYet) as caught:
        compare(*arguments, **keywords)
    return str(caught.value)


@pytest.mark.parametrize("got", [2, 2.0, np.float64(2), np.array(2), 2 + 1e-9])
def test_a_number_may_be_written_in_many_ways(got):
    compare.check_number("n", got, 2, {"twice.": 4})


@pytest.mark.parametrize(
    ("got", "words"),
    [
        (4, "twice."),
        (3, "n: you have 3, expected 2"),
        ("two", "n is a str, 'two'; expected one number"),
        ("2", "n is a str, '2'; expected one number"),
        (True, "n is a bool, True; expected one number"),
        ([2, 2], "n is a list of 2 things"),
        (np.nan, "n: you have nan"),
    ],
)
def test_a_wrong_number_is_told_why(got, words):
    assert words in complaint(compare.check_number, "n", got, 2, {"twice.": 4})


@pytest.mark.parametrize(
    "got", [[("a", 0), ("b", 1)], (["a", np.int64(0)], ["b", 1]), np.array([["a", 0], ["b", 1]], object)]
)
def test_lists_may_be_tuples_and_arrays(got):
    compare.check_list("spans", got, [("a", 0), ("b", 1)])


@pytest.mark.parametrize(
    ("got", "words"),
    [
        ([2, 1], "the other way round."),
        ([1], "you return 1 where 2 are expected"),
        ([1, 5], "first differs at index 1: you have 5, expected 2"),
        ({1, 2}, "a set; expected a list, such as [1]"),
    ],
)
def test_wrong_lists_are_told_why(got, words):
    assert words in complaint(compare.check_list, "it", got, [1, 2], {"the other way round.": (2, 1)}, example="[1]")


def test_a_bug_is_named_only_if_it_explains_every_answer():
    bugs = {"that is the double.": [2, 8]}
    assert (
        complaint(compare.check_each_case, CASES, [2, 8], [1, 4], bugs)
        == "that is the double. For one you return 2, expected 1."
    )
    assert complaint(compare.check_each_case, CASES, [2, 9], [1, 4], bugs) == "for one you return 2, expected 1."
    assert complaint(compare.check_each_case, CASES, [1, 8], [1, 4], bugs) == "for two you return 8, expected 4."
    compare.check_each_case(CASES, [1.0, np.int64(4)], [1, 4], bugs)


def test_long_lists_are_shown_where_they_differ():
    want = [list(range(40)), [1]]
    assert (
        complaint(compare.check_each_case, CASES, [[0, 2, *range(2, 40)], [1]], want)
        == "for one you have 2 at index 1, expected 1."
    )
    assert (
        complaint(compare.check_each_case, CASES, [list(range(39)), [1]], want)
        == "for one you return 39 where 40 are expected."
    )


@pytest.mark.parametrize(
    ("got", "words"), [("ab", "a str, 'ab'; expected a list"), ({1: 2}, "a dict; expected a list")]
)
def test_the_wrong_kind_of_answer_is_named(got, words):
    assert words in complaint(compare.check_each_case, CASES, [got, [2]], [[1], [2]])
    assert "a list of 1 thing; expected one number" in complaint(compare.check_each_case, CASES, [[1], 2], [1, 2])


def test_two_things_are_two_things():
    assert compare.two_parts("f", (1, 2), "a and b") == (1, 2)
    assert (
        complaint(compare.two_parts, "f", np.ones(2), "a and b")
        == "f returns an array of shape (2,); expected two things: a and b."
    )
