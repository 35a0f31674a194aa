"""helpers.data.restaurant.annotated: tags and summaries follow the rules of the grammar that made the reviews."""

import pytest

from helpers.data.restaurant import ASPECTS, MEALS, TAGS, annotated, restaurant_reviews
from helpers.text import split_words


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
