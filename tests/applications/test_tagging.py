"""helpers.applications.tagging: sentences are split like the tagged data, and padding differs from new words."""

import numpy as np
import pytest
from shown import shown

from helpers import data, decoding
from helpers.applications.tagging import Encoder, split_like_brown, split_tokens


def clues_of(tokens):
    return [(token[-2:].lower(), "X" if token[0].isupper() else "x") for token in tokens]


@pytest.mark.parametrize(
    "sentence, tokens",
    [
        ("Don't go!", ["Do", "n't", "go", "!"]),
        ("she can’t, I'll", ["she", "ca", "n't", ",", "I", "'ll"]),
        ("Anna's mother-in-law", ["Anna", "'s", "mother-in-law"]),
        ("  ", []),
        ("100 % 🙂", ["100", "%", "🙂"]),
        ("फिल्म, İstanbul", ["फिल्म", ",", "İstanbul"]),
        ("Zoe\u0308’s 👩\u200d🍳", ["Zoë", "'s", "👩\u200d🍳"]),
    ],
)
def test_tokens_are_cut_as_in_the_data(sentence, tokens):
    assert split_tokens(sentence) == tokens


@pytest.mark.parametrize(
    "sentence, tokens",
    [
        ("Don't go!", ["Don't", "go", "!"]),
        ('She said “no”, he said "yes".', ["She", "said", "``", "no", "''", ",", "he", "said", "``", "yes", "''", "."]),
        ("Anna’s mother-in-law", ["Anna's", "mother-in-law"]),
        ("  ", []),
        ("फिल्म, İstanbul", ["फिल्म", ",", "İstanbul"]),
    ],
)
def test_tokens_can_be_cut_as_in_the_brown_corpus(sentence, tokens):
    assert split_like_brown(sentence) == tokens


def test_the_notebooks_viterbi_finds_what_trying_every_row_finds():
    defined = shown("applications/parts_of_speech.ipynb")
    rng = np.random.default_rng(0)
    for T, K in ((1, 3), (2, 2), (4, 3), (6, 4)):
        start, step, scores = (rng.normal(size=size) for size in (K, (K, K), (T, K)))
        path = defined["viterbi"](start, step, scores)
        assert path == defined["try_all"](start, step, scores) == decoding.viterbi(start, step, scores)
    step[:, 0] = -np.inf  # a tag that may not follow any
    path = defined["viterbi"](start, step, scores)
    assert 0 not in path[1:] and path == defined["try_all"](start, step, scores)
    start, step, scores = (rng.normal(size=size) for size in (12, (12, 12), (60, 12)))  # too many rows to try them all
    assert defined["viterbi"](start, step, scores) == decoding.viterbi(start, step, scores)


def test_hand_tagged_sentences_survive_being_typed():
    same = [
        split_tokens(" ".join(tokens).replace(" n't", "n't")) == tokens for tokens, _ in data.parts_of_speech(1, 1).test
    ]
    assert np.mean(same) > 0.95


def test_words_ignore_capitals_and_clues_do_not():
    encoder = Encoder([["The", "dog"], ["the", "Dog"]], clues_of)
    words, clues, lengths = encoder.encode([["THE", "dog"], ["Dog"]])
    assert words[0, 1] == words[1, 0] and lengths.tolist() == [2, 1]
    assert words.shape == (2, 2) and clues.shape == (2, 2, 2)
    assert words[1, 1] == 0 and not clues[1, 1].any()


def test_rare_words_are_unknown_but_keep_their_clues():
    encoder = Encoder([["walking", "talking", "talking"]], clues_of, min_count=2)
    words, clues, _ = encoder.encode([["walking", "barking"]])
    assert "walking" not in encoder and "Talking" in encoder
    assert words[0].tolist() == [1, 1]
    assert clues[0, 0].tolist() == clues[0, 1].tolist() and clues[0, 0, 0] > 3
