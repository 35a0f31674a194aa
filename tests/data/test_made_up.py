"""The generated tasks: a telling word in one place, and a last capital."""

import numpy as np
import pytest

from helpers.data import last_capital, telling_words


@pytest.mark.parametrize("words_after", [False, True])
@pytest.mark.parametrize("places", [telling_words.EARLY, telling_words.LATE])
def test_position_reviews_hold_one_telling_word_where_they_should(places, words_after):
    vocabulary = telling_words.telling_vocabulary()
    ids, lengths, labels = telling_words.telling_reviews(vocabulary, places, 200, seed=1, words_after=words_after)
    telling = {
        vocabulary.id(word): label
        for label, words in ((1, telling_words.GOOD), (0, telling_words.BAD))
        for word in words
    }
    for row, length, label in zip(ids, lengths, labels, strict=True):
        found = [(t, telling[i]) for t, i in enumerate(row.tolist()) if i in telling]
        assert len(found) == 1 and found[0][0] in places and found[0][1] == label
        assert length == (telling_words.MAX_WORDS if words_after else found[0][0] + 1)
        assert (row[:length] >= 4).all() and (row[length:] == 0).all()


def test_rows_of_letters_end_with_the_capital_their_label_says():
    ids, lengths, labels = last_capital.letter_rows(400, seed=3)
    assert ids.shape == (400, 30) and (lengths == 30).all()
    for row, label in zip(ids, labels, strict=True):
        at = np.flatnonzero(row < last_capital.CAPITALS)
        assert 1 <= len(at) <= 3 and at[-1] < last_capital.EARLY
        assert row[at[-1]] == label
    assert np.bincount(labels, minlength=4).min() > 60
    assert set(np.unique(ids)) == set(range(8))


def test_rows_of_letters_repeat_with_their_seed():
    np.testing.assert_array_equal(last_capital.letter_rows(20, seed=4)[0], last_capital.letter_rows(20, seed=4)[0])
    assert (last_capital.letter_rows(20, seed=4)[0] != last_capital.letter_rows(20, seed=5)[0]).any()
