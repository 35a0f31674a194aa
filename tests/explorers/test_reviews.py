"""Check the status sentences of the review explorers for known and unknown words, no words and too many words."""

import numpy as np
import pytest

from helpers import explorers
from helpers.text import Vocabulary

KNOWN = Vocabulary([["the", "film", "is", "dull", "superb", "."]])


def counted(ids):
    """Return 0.5 plus 0.2 for every "superb" and minus 0.2 for every "dull" so far, after every word."""
    steps = [0.2 * (i == KNOWN.id("superb")) - 0.2 * (i == KNOWN.id("dull")) for i in ids]
    return 0.5 + np.cumsum(steps)


@pytest.fixture(scope="module", params=[explorers.sentiment, explorers.movie_rating])
def explorer(request):
    return request.param({"counts": (KNOWN, counted), "backwards": (KNOWN, lambda ids: 1 - counted(ids))}).explorer


def status_of(explorer, sentence):
    explorer.controls["sentence"].widget.value = sentence
    assert explorer.error is None
    return explorer.status


def test_the_answer_and_the_largest_turn_are_told(explorer):
    status = status_of(explorer, "The film is superb.")
    assert status.startswith("After 5 words: ") and "0.7" in status
    assert "The largest turn came at word 4, “superb”: from 0.50 to 0.70." in status
    assert "vocabulary" not in status and "last" not in status


def test_unknown_words_are_named_and_no_more_than_three(explorer):
    status = status_of(explorer, "the plot is $5 & thin, thin")
    assert status.endswith("so read as <unk>: “plot”, “$”, “5”, ....")
    assert "vocabulary" in status


@pytest.mark.parametrize("nothing", ["", "   ", "\n"])
def test_nothing_typed_gets_a_sentence(explorer, nothing):
    assert status_of(explorer, nothing) == "Nothing is typed yet, so there is nothing to read. Type a review."


def test_a_single_word_has_no_turn(explorer):
    status = status_of(explorer, "dull")
    assert status.startswith("After 1 word: ") and "turn" not in status


def test_a_long_review_is_read_whole_and_its_end_is_shown(explorer):
    status = status_of(explorer, "superb " + "film " * 100)
    assert status.startswith("After 101 words: ") and "0.7" in status
    assert status.endswith("The picture shows the last 22 words.")


def test_the_other_network_is_asked(explorer):
    before = status_of(explorer, "the film is superb")
    explorer.controls["network"].widget.index = 1
    assert explorer.status != before
    explorer.controls["network"].widget.index = 0
    assert explorer.status == before
