"""helpers.ngrams: probabilities that sum to one, a case by hand, and an opponent that learns more from more history."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.ngrams import Ngrams

LETTERS = "abcd"


@given(
    st.lists(st.text(LETTERS, max_size=12), min_size=1, max_size=5),
    st.integers(1, 5),
    st.text(LETTERS, max_size=6),
)
def test_probabilities_sum_to_one_after_every_history(sequences, order, history):
    p = Ngrams(sequences, order, LETTERS).distribution(history)
    assert p.min() > 0
    np.testing.assert_allclose(p.sum(), 1, rtol=1e-12)


@given(st.lists(st.text(LETTERS, max_size=12), max_size=5), st.integers(1, 4), st.text(LETTERS, max_size=5))
def test_the_distribution_is_the_probability_of_every_token(sequences, order, history):
    model = Ngrams(sequences, order, LETTERS)
    for _ in range(2):  # the second time, what was looked up is kept
        expected = [model.probability(token, history) for token in LETTERS]
        np.testing.assert_allclose(model.distribution(history), expected, rtol=1e-12)


def test_a_case_by_hand():
    model = Ngrams(["aab"], 2, "ab")
    assert model.probability("a") == pytest.approx((2 + 2 / 2) / (3 + 2))  # a 2 times of 3, 2 kinds
    after_a = (1 + 2 * 3 / 5) / (2 + 2)  # a was followed by a and by b
    assert model.probability("a", "a") == pytest.approx(after_a)
    assert model.probability("a", "bba") == pytest.approx(after_a)  # only the last token of the history counts
    assert model.probability("a", "b") == model.probability("a")  # nothing ever followed b
    p = [3 / 5, after_a, 1 - after_a]
    assert model.perplexity(["aab"]) == pytest.approx(np.exp(-np.mean(np.log(p))))


def test_words_work_as_characters_do():
    model = Ngrams([["food", "was", "nice"], ["service", "was", "slow"]], 2, ["food", "service", "was", "nice", "slow"])
    assert model.probability("nice", ["was"]) > model.probability("nice")


def test_histories_do_not_cross_from_one_sequence_to_the_next():
    assert ("b",) not in Ngrams(["ab", "ab"], 2, "ab").following


def test_more_history_helps_where_order_matters():
    text = "abc" * 50
    perplexity = [Ngrams([text], order, "abc").perplexity(["abc" * 5]) for order in (1, 2, 3)]
    assert perplexity[0] == pytest.approx(3, rel=1e-3)
    assert perplexity[1] < 1.2


def test_what_cannot_be_counted_is_said():
    with pytest.raises(ValueError, match="order is 0; expected 1"):
        Ngrams(["a"], 0, "ab")
    with pytest.raises(ValueError, match="'c' is not in the vocabulary; map it"):
        Ngrams(["abc"], 2, "ab")
    model = Ngrams(["ab"], 2, "ab")
    with pytest.raises(ValueError, match="'c' is not in the vocabulary"):
        model.probability("c")
    with pytest.raises(ValueError, match="'c' is not in the vocabulary"):
        model.perplexity(["abc"])
