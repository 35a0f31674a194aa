"""A mistake is shown on an input small enough to redo by hand, and a right answer is right there too."""

import inspect
import re

import numpy as np
import pytest

from exercises.every_check import CHECKS
from exercises.test_exercises import answers, checks, quiet, refused
from helpers.exercises import asking, compare, your_turn

WITH_SMALL_INPUTS = sorted(name for name, check in CHECKS.items() if "tiny" in inspect.signature(check).parameters)
ROUNDS_BETWEEN_DRAWS = {"sentiment.interval", "movie_rating.paired_gain"}
"""Checks with a right answer that is right only for the sizes that are asked, sorting in the place of percentiles."""


def test_formulas_have_small_inputs():
    assert {"backpropagation.backward", "training.reaching", "unrolling.forward"} <= set(WITH_SMALL_INPUTS)
    assert {"attention.additive_attention", "four_types.sample", "your_turn.lstm_step"} <= set(WITH_SMALL_INPUTS)


@pytest.mark.parametrize(("assignment", "exercise", "function"), answers("RIGHT"))
def test_right_answers_are_right_on_small_inputs(assignment, exercise, function):
    name = f"{assignment}.{exercise}"
    if name not in WITH_SMALL_INPUTS or name in ROUNDS_BETWEEN_DRAWS:
        return
    with quiet():
        for tiny in asking.SIZES:
            checks(assignment).__dict__[exercise](function, tiny=tiny)


def numbers_shown(said):
    """Return how many numbers the call in a message holds; None if no call is shown."""
    call = re.search(r"The call was (.*)", said)
    return len(re.findall(r"-?\d+\.?\d*", call.group(1))) if call else None


@pytest.mark.parametrize(
    ("name", "function"),
    [
        ("unrolling.forward", lambda x, n, W, R, b: 0.9 * np.ones((*x.shape[:2], len(R)))),
        (
            "backpropagation.backward",
            lambda dh, x, h, h_0, W, R: {"dW_xh": W, "dW_hh": R, "db_h": R[0], "dh_0": h_0},
        ),
        ("training.reaching", lambda dh, x, h, h_0, W, R, k: R),
        (
            "attention.additive_attention",
            lambda q, k, v, *_: (np.ones((*q.shape[:2], v.shape[2])), q @ np.ones((q.shape[2], k.shape[1]))),
        ),
        ("four_types.sample", lambda z, tau, u: np.full(len(z), 1)),
        ("gates.gru_step", lambda x, h, *_: 0.7 * h),
        ("your_turn.lstm_step", lambda x, h, c, *_: (0.7 * h, 0.7 * c)),
    ],
)
def test_an_unknown_mistake_is_shown_on_few_numbers(name, function):
    said = refused(CHECKS[name], function)
    assert "you have" in said and "expected" in said
    assert 0 < numbers_shown(said) <= 25


def test_the_name_of_a_bug_comes_from_the_large_input_and_its_place_from_the_small_one():
    said = refused(your_turn.rnn_step, lambda x, h, W, R, b: np.tanh(x @ W + h @ R.T + b))
    assert said.startswith("W_hh looks transposed")  # which does not show with a single unit
    assert numbers_shown(said) <= 20


def test_a_mistake_that_small_inputs_hide_says_so():
    def drawn(function, seed=0, tiny=0):
        """function(n) -> n."""
        n = 3 if tiny else 500
        compare.check_number("n", compare.call(function, n), n)

    said = refused(compare.checking(drawn), lambda n: min(n, 100))
    assert "you have 100, expected 500" in said
    assert "A smaller input comes out right. The call was <lambda>(3)." in said
