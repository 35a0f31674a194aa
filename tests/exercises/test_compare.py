"""Check the comparisons: right answers pass in any notation, and wrong ones get a sentence that says why."""

import numpy as np
import pytest
import torch

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
    assert complaint(compare.check_each_case, CASES, [2, 9], [1, 4], bugs) == "For one you return 2, expected 1."
    assert complaint(compare.check_each_case, CASES, [1, 8], [1, 4], bugs) == "For two you return 8, expected 4."
    compare.check_each_case(CASES, [1.0, np.int64(4)], [1, 4], bugs)


def test_long_lists_are_shown_where_they_differ():
    want = [list(range(40)), [1]]
    assert (
        complaint(compare.check_each_case, CASES, [[0, 2, *range(2, 40)], [1]], want)
        == "For one you have 2 at index 1, expected 1."
    )
    assert (
        complaint(compare.check_each_case, CASES, [list(range(39)), [1]], want)
        == "For one you return 39 where 40 are expected. The last one is missing."
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


def test_a_named_bug_says_what_came_and_what_was_expected():
    said = complaint(
        compare.check_array, "h", [[1.0, 2.0]], np.array([[1.0, 3.0]]), "(B, H)", {"no bias.": [[1.0, 2.0]]}
    )
    assert said.startswith("no bias. h first differs at index (0, 1): you have 2, expected 3.")


def test_a_bug_of_another_shape_is_no_bug():
    said = complaint(compare.check_array, "h", [1.0, 2.0], np.array([1.0, 3.0]), "(H,)", {"a table.": np.ones((3, 4))})
    assert "h first differs" in said


def test_a_bug_is_named_only_if_it_explains_all_arrays():
    twice = {"that is the double.": 2.0}, {"that is the double.": 6.0}
    one = [("for one, n", 2.0, 1.0, twice[0]), ("for two, n", 7.0, 3.0, twice[1])]
    both = [("for one, n", 2.0, 1.0, twice[0]), ("for two, n", 6.0, 3.0, twice[1])]
    assert complaint(compare.check_arrays, both, "one number").startswith("that is the double. for one, n is 2")
    assert complaint(compare.check_arrays, one, "one number").startswith("for one, n is 2, expected 1.")


@pytest.mark.parametrize(
    "kind", [np.float32, lambda x: np.float32(x).tolist(), lambda x: torch.tensor(x).float().numpy()]
)
def test_float32_is_judged_by_its_own_measure(kind):
    want = np.random.default_rng(0).normal(size=(3, 4))
    compare.check_array("h", kind(want), want, "(B, H)")
    off = want.copy()
    off[1, 2] += 0.001
    assert "index (1, 2)" in complaint(compare.check_array, "h", kind(off), want, "(B, H)")


def test_numbers_that_look_alike_get_more_digits():
    said = complaint(compare.check_array, "h", [0.033981, 1.0], np.array([0.033984, 1.0]), "(H,)")
    assert "you have 0.033981, expected 0.033984" in said


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda x: -x, "sign is wrong"),
        (lambda x: 3 * x, "3 times the right one"),
        (lambda x: x + 2, "plus 2"),
        (lambda x: x**2, "a root missing"),
        (np.tanh, "tanh is taken once more"),
        (np.exp, "take the logarithm"),
        (lambda x: x.round(1), "rounded to 1 digit after"),
        (lambda x: x[::-1], "reverse order along axis 0"),
        (lambda x: np.cumsum(x, axis=0), "pile up along axis 0"),
        (lambda x: np.repeat(x[:1], 3, axis=0), "one row's value used for all"),
        (lambda x: x.T, "the transpose"),
        (lambda x: x[[1, 2, 0]], "shifted by one place along axis 0"),
        (lambda x: x[[0, 2, 1]][:, [1, 0, 2]], "at other places"),
        (lambda x: np.where(np.arange(3)[:, None] == 1, 7, x), "only index 1 differs"),
        (lambda x: x * np.nan, "NaN"),
        (lambda x: 0 * x, "All of your numbers are 0"),
    ],
)
def test_the_slips_that_come_back_everywhere_are_seen(change, words):
    want = np.random.default_rng(3).normal(size=(3, 3))
    assert words in complaint(compare.check_array, "dW", change(want), want, "(H, H)")


@pytest.mark.parametrize(
    ("got", "words"), [(25.0, "per cent"), (0.75, "one minus"), (0.6, "2 times"), (0.2, "rounded to 1")]
)
def test_the_slips_of_a_share_are_seen(got, words):
    want = {0.2: 0.23, 0.6: 0.3}.get(got, 0.25)
    assert words in complaint(compare.check_number, "the share", got, want)


def test_two_results_in_the_wrong_order_are_seen():
    wants = np.ones((2, 3)), 4.0
    assert "swapped" in complaint(compare.two_parts, "f", (4.0, np.ones((2, 3))), "return a, b", wants)
    wants = np.array([1.0, 2.0]), np.array([3.0, 4.0])
    assert "swapped" in complaint(compare.two_parts, "f", [wants[1], wants[0]], "return a, b", wants)
    compare.two_parts("f", [wants[1], wants[1]], "return a, b", wants)
    compare.two_parts("f", np.array(wants), "return a, b", wants)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda rows: rows[::-1], "It is in reverse order."),
        (lambda rows: rows[1:], "The first one is missing."),
        (lambda rows: rows[:-1], "The last one is missing."),
        (lambda rows: [*rows, rows[0]], "There is one too many at the end."),
        (lambda rows: [rows[1], *rows], "There is one too many at the beginning."),
        (lambda rows: [[n + 1 for n in row] for row in rows], "Every number is too large by 1."),
        (lambda rows: [rows[1], rows[0], *rows[2:]], "They are the right ones, in another order."),
    ],
)
def test_the_slips_of_a_list_are_seen_if_every_case_has_them(change, words):
    rights = [[[1, 2], [3], [9, 4]], [[5, 6], [7], [8, 1]]]
    cases = [(f"case {i}", change(right), right, {}) for i, right in enumerate(rights)]
    assert words in complaint(compare.check_lists, cases)
    cases[1] = "case 1", [[0], [0], [0]], rights[1], {}
    assert words not in complaint(compare.check_lists, cases)


def test_a_slip_is_told_only_if_every_wrong_array_has_it():
    right = np.array([1.0, -2.5, 3.0])
    cases = [("a", -right, right, {}), ("b", -2 * right, 2 * right, {})]
    assert "sign is wrong" in complaint(compare.check_arrays, cases, "(T,)")
    cases[1] = "b", right + right**2, 2 * right, {}
    assert "sign is wrong" not in complaint(compare.check_arrays, cases, "(T,)")


def test_a_slip_may_leave_a_right_number_as_it_is():
    assert "rounded to 1 digit" in complaint(compare.check_each_case, CASES, [0.5, 0.1], [0.5, 1 / 7])
    assert "rounded" not in complaint(compare.check_each_case, CASES, [1 / 7, 0.1], [1 / 7, 1 / 7])
