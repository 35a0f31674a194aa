"""helpers.data.restaurant: the sentences of the grammar, and tags and summaries that follow its rules."""

import numpy as np
import pytest

from helpers.data.restaurant import (
    ASPECTS,
    BLAME,
    MEALS,
    PRAISE,
    TAGS,
    annotated,
    plain_reviews,
    restaurant_review_split,
    restaurant_reviews,
)
from helpers.text import UNK, split_words


@pytest.mark.parametrize(
    ("review", "summary"),
    [
        ("food was nice but service wasn't", "food good service bad"),
        ("food wasn't nice but service was", "food bad service good"),
        ("delightful place to have dinner", "dinner good"),
        ("not a bad place to have lunch", "lunch good"),
        ("soup used to be great now it is awful", "soup bad"),
        ("overall nice although food was bad and wine was poor", "overall good food bad wine bad"),
        ("food was bad and wine was poor but overall nice", "food bad wine bad overall good"),
        ("coffee wasn't awful", "coffee good"),
    ],
)
def test_summaries(review, summary):
    assert " ".join(annotated(split_words(review))[1]) == summary


def test_tags_count_a_negation():
    assert annotated(["food", "wasn't", "nice"])[0] == ["thing", "other", "bad"]
    assert annotated(["not", "a", "bad", "place", "to", "have", "lunch"])[0][2] == "good"
    assert annotated(["food", "was", "nice"])[0] == ["thing", "other", "good"]


def test_every_review_is_annotated_and_its_last_word_agrees_with_the_label():
    for review, label in restaurant_reviews(1000, 3):
        tokens = split_words(review)
        tags, summary = annotated(tokens)
        things, verdicts = summary[::2], summary[1::2]
        assert len(tags) == len(tokens)
        assert set(tags) <= set(TAGS)
        assert set(things) == {token for token in tokens if token in (*ASPECTS, *MEALS, "overall")}
        deciding = verdicts[things.index("overall")] if "overall" in things else verdicts[-1]
        assert deciding == ("bad", "good")[label]


def test_restaurant_reviews_repeat_with_their_seed_and_never_twice_within():
    reviews = restaurant_reviews(500, seed=7)
    assert reviews == restaurant_reviews(500, seed=7)
    assert reviews != restaurant_reviews(500, seed=8)
    assert len({text for text, _ in reviews}) == 500


def test_restaurant_grammar_balances_its_bags_of_words():
    """Swapping the clauses of a "but" sentence swaps its label, with the same words."""
    labels = dict(restaurant_reviews(3000, seed=0))
    bags = {}
    for text, label in labels.items():
        bags.setdefault(tuple(sorted(split_words(text))), set()).add(label)
    assert sum(found == {0, 1} for found in bags.values()) > 20
    assert 0.45 < np.mean(list(labels.values())) < 0.55


def test_restaurant_reviews_that_differ_only_in_their_subject_stand_in_one_part():
    parts = restaurant_review_split()
    assert [len(part) for part in parts] == [2382, 410, 608]
    nouns = {*ASPECTS, *MEALS}
    phrases = [
        {" ".join("_" if word in nouns else word for word in text.split()) for text, _ in part} for part in parts
    ]
    assert not (phrases[0] & phrases[1] or phrases[0] & phrases[2] or phrases[1] & phrases[2])
    words = [{word for text, _ in part for word in text.split()} for part in parts]
    assert words[2] <= words[0], "the test puts known words in new places"


def test_plain_reviews_repeat_with_their_seed_and_speak_as_people_type():
    reviews = plain_reviews(3000, seed=0)
    assert reviews == plain_reviews(3000, seed=0)
    labels = dict(reviews)
    assert len(labels) == 3000
    assert 0.45 < np.mean(list(labels.values())) < 0.55
    assert not any(" a awful" in f" {text}" for text in labels)
    assert all(text == " ".join(text.split()) for text in labels)
    assert 0.1 < np.mean([UNK in text.split() for text in labels]) < 0.3


def test_plain_reviews_are_labelled_by_their_verdict_and_a_negation():
    checked = 0
    for text, label in plain_reviews(3000, seed=1):
        words = [word for word in text.split() if word.isalpha() or word in ("wasn't", "isn't")]
        said = [word in PRAISE for word in words if word in (*PRAISE, *BLAME)]
        if len(said) == 1 and "but" not in words:
            negated = any(word in ("not", "never", "wasn't", "isn't") for word in words)
            assert label == (said[0] != negated), text
            checked += 1
    assert checked > 1000
