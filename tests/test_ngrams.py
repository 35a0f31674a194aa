"""helpers.ngrams: probabilities that sum to one, a case by hand, and better predictions from longer histories."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.ngrams import KneserNey, Ngrams

LETTERS = "abcd"
both = pytest.mark.parametrize("smoothing", [Ngrams, KneserNey])


@both
@given(
    sequences=st.lists(st.text(LETTERS, max_size=12), min_size=1, max_size=5),
    order=st.integers(1, 5),
    history=st.text(LETTERS, max_size=6),
)
def test_probabilities_sum_to_one_after_every_history(smoothing, sequences, order, history):
    p = smoothing(sequences, order, LETTERS).distribution(history)
    assert p.min() > 0
    np.testing.assert_allclose(p.sum(), 1, rtol=1e-12)


@both
@given(
    sequences=st.lists(st.text(LETTERS, max_size=12), max_size=5),
    order=st.integers(1, 4),
    history=st.text(LETTERS, max_size=5),
)
def test_the_distribution_is_the_probability_of_every_token(smoothing, sequences, order, history):
    model = smoothing(sequences, order, LETTERS)
    for _ in range(2):  # the second time, the look-up is cached
        expected = [model.probability(token, history) for token in LETTERS]
        np.testing.assert_allclose(model.distribution(history), expected, rtol=1e-12)


def test_a_case_by_hand():
    model = Ngrams(["aab"], 2, "ab")
    assert model.probability("a") == pytest.approx((2 + 2 / 2) / (3 + 2))  # a 2 times of 3, 2 kinds
    after_a = (1 + 2 * 3 / 5) / (2 + 2)  # a was followed by a and by b
    assert model.probability("a", "a") == pytest.approx(after_a)
    assert model.probability("a", "bba") == pytest.approx(after_a)  # only the last token of the history counts
    assert model.probability("a", "b") == model.probability("a")  # no token ever followed b
    p = [3 / 5, after_a, 1 - after_a]
    assert model.perplexity(["aab"]) == pytest.approx(np.exp(-np.mean(np.log(p))))


def test_kneser_and_ney_by_hand():
    model = KneserNey(["abac", "ab", "ab"], 2, "abc")
    # Pairs: a-b three times, b-a and a-c once: n1 = 2, n2 = 0, so D = 3/4. Contexts: a after the start and b, b and c after a.
    c = (1 - 0.75) / 4 + 0.75 * 3 / 4 / 3
    assert model.probability("c") == pytest.approx(c)
    assert model.probability("b") == pytest.approx(c)  # a-b is one context, no matter how often it was seen
    assert model.probability("b", "a") == pytest.approx((3 - 0.75) / 4 + 0.75 * 2 / 4 * c)
    assert model.probability("c", "b") == pytest.approx(0.75 * c)


def test_the_discount_is_learned_from_what_was_counted_once_and_twice():
    model = KneserNey(["ab", "ab", "ac", "ad"], 2, "abcd")  # a-b twice, a-c and a-d once: D = 2 / (2 + 2)
    assert model.probability("b", "a") == pytest.approx((2 - 0.5) / 4 + 0.5 * 3 / 4 * model.probability("b"))


def test_kneser_and_ney_do_not_offer_a_word_that_follows_only_one_other():
    text = ["los angeles"] * 6 + ["the cat", "a cat", "my cat", "old man", "my man"]
    sequences = [line.split() for line in text]
    words = {word for tokens in sequences for word in tokens} | {"new"}
    wb, kn = Ngrams(sequences, 2, words), KneserNey(sequences, 2, words)
    assert wb.probability("angeles", ["new"]) > wb.probability("cat", ["new"])
    assert kn.probability("angeles", ["new"]) < kn.probability("cat", ["new"])


def test_kneser_and_ney_are_less_surprised_by_prose():
    words = KneserNey.__doc__.lower().split()
    half = len(words) // 2
    perplexity = [m([words[:half]], 3, words).perplexity([words[half:]]) for m in (KneserNey, Ngrams)]
    assert perplexity[0] < perplexity[1]


@both
def test_how_often_a_history_was_seen(smoothing):
    model = smoothing(["abab", "abc"], 3, LETTERS)
    assert [model.seen(history) for history in ("ab", "dab", "ba", "dd")] == [2, 2, 1, 0]
    assert Ngrams(["abab"], 2, "ab").seen(()) == 4


def test_words_work_as_characters_do():
    model = Ngrams([["food", "was", "nice"], ["service", "was", "slow"]], 2, ["food", "service", "was", "nice", "slow"])
    assert model.probability("nice", ["was"]) > model.probability("nice")


def test_histories_do_not_cross_from_one_sequence_to_the_next():
    assert ("b",) not in Ngrams(["ab", "ab"], 2, "ab").following


@both
def test_histories_with_equal_counts_share_them(smoothing):
    model = smoothing(["abcd", "abdc"], 3, "abcd")
    assert model.following[("a", "b")] == {"c": 1, "d": 1}
    assert model.following[("b", "d")] is model.following[("d",)]
    assert model.probability("a", "bd") == pytest.approx(model.distribution("bd")[0])


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


@given(
    sequences=st.lists(st.text(LETTERS, max_size=12), min_size=1, max_size=5),
    order=st.integers(1, 5),
    history=st.text(LETTERS, max_size=6),
)
def test_a_shorter_model_from_the_same_counts_is_the_one_counted_anew(sequences, order, history):
    short, anew = Ngrams(sequences, 5, LETTERS).shorter(order), Ngrams(sequences, order, LETTERS)
    np.testing.assert_allclose(short.distribution(history), anew.distribution(history), rtol=1e-12)
    assert short.probability("a", history) == anew.probability("a", history)


@pytest.mark.parametrize(("smoothing", "order"), [(Ngrams, 0), (Ngrams, 4), (KneserNey, 2)])
def test_there_is_no_longer_model_and_none_of_other_counts(smoothing, order):
    with pytest.raises(ValueError, match=f"no model of order {order}"):
        smoothing(["abca"], 3, LETTERS).shorter(order)
