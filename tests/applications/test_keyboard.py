"""The notebook on the next word counts a typist's keys as a keyboard with three suggestions would have them pressed."""

import numpy as np
from shown import shown

from helpers import text

WORDS = ["the", "then", "they", "them", "there", "an"]


def test_a_word_is_taken_as_soon_as_fewer_than_three_likelier_ones_begin_like_it():
    defined = shown("applications/next_word.ipynb")
    tokens = [*text.SPECIAL, *WORDS]
    shared = defined["common_letters"](tokens)
    assert shared[4 + WORDS.index("then"), 4 + WORDS.index("there")] == 3 and (shared[:, :4] == -1).all()
    log_p = -np.arange(len(tokens), dtype=float)  # special tokens first, and never offered
    pressed = [defined["keys"](word, tokens.index(word), log_p, shared) for word in WORDS]
    assert pressed == [1, 1, 1, 5, 5, 2]
    assert defined["keys"]("theme", text.SPECIAL.index(text.UNK), log_p, shared) == 6


def test_what_is_saved_is_the_share_of_keys_that_are_not_pressed():
    defined = shown("applications/next_word.ipynb")
    vocabulary = text.Vocabulary([WORDS])
    ids = vocabulary.encode(["an", "an"])
    log_p = np.zeros((2, len(vocabulary)))
    log_p[np.arange(2), ids] = 1
    counted = defined["keystrokes"]([["an", ",", "an"]], [np.insert(log_p, 1, 0, axis=0)], vocabulary)
    assert counted.tolist() == [[2, 6]] and np.isclose(defined["saved"](counted), 2 / 3)
