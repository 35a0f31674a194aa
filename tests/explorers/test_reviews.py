"""The explorers of the review applications: what they say of known, unknown, missing and too many words."""

import numpy as np
import pytest

from helpers import explorers
from helpers.text import Vocabulary

KNOWN = Vocabulary([["the", "film", "is", "dull", "superb", "."]])


def counted(ids):
    """0.5, and up by 0.2 for every superb, down by 0.2 for every dull, so far."""
    steps = [0.2 * (i == KNOWN.id("superb")) - 0.2 * (i == KNOWN.id("dull")) for i in ids]
    return 0.5 + np.cumsum(steps)


@pytest.fixture(scope="module", params=[explorers.sentiment, explorers.movie_rating])
def explorer(request):
    return request.param({"counts": (KNOWN, counted), "backwards": (KNOWN, lambda ids: 1 - counted(ids))}).explorer


def said_of(explorer, sentence):
    explorer.controls["sentence"].widget.value = sentence
    assert explorer.error is None
    return explorer.status


def test_the_answer_and_the_largest_turn_are_told(explorer):
    said = said_of(explorer, "The film is superb.")
    assert said.startswith("After 5 words: ") and "0.7" in said
    assert "The largest turn came at word 4, “superb”: from 0.50 to 0.70." in said
    assert "vocabulary" not in said and "last" not in said


def test_unknown_words_are_named_and_no_more_than_three(explorer):
    said = said_of(explorer, "the plot is $5 & thin, thin")
    assert said.endswith("so read as <unk>: “plot”, “$”, “5”, ....")
    assert "vocabulary" in said


@pytest.mark.parametrize("nothing", ["", "   ", "\n"])
def test_nothing_typed_gets_a_sentence(explorer, nothing):
    assert said_of(explorer, nothing) == "Nothing is typed yet, so there is nothing to read. Type a review."


def test_a_single_word_has_no_turn(explorer):
    said = said_of(explorer, "dull")
    assert said.startswith("After 1 word: ") and "turn" not in said


def test_a_long_review_is_read_whole_and_its_end_is_shown(explorer):
    said = said_of(explorer, "superb " + "film " * 100)
    assert said.startswith("After 101 words: ") and "0.7" in said
    assert said.endswith("The picture shows the last 22 words.")


def test_the_other_network_is_asked(explorer):
    before = said_of(explorer, "the film is superb")
    explorer.controls["network"].widget.index = 1
    assert explorer.status != before
    explorer.controls["network"].widget.index = 0
    assert explorer.status == before
