"""Reviews for one question: does a network that learned a word in one place know it in another place?

They are made for this course: neutral words, drawn from the most frequent words of real film reviews, and one telling
word. Only the place of the telling word differs between the sets.
"""

import numpy as np

from helpers.data import movie_reviews
from helpers.text import Vocabulary, split_words

MAX_WORDS = 20
EARLY, LATE = range(1, 6), range(15, 20)
"""Places of the telling word, counted from 0: the second to the sixth word, or the sixteenth to the twentieth."""

GOOD, BAD = ["nice", "delightful"], ["awful", "dull"]
_NOT_NEUTRAL = set(
    ["good", "bad", "best", "great", "funny", "fun", "better", "never", "too", "love", "entertaining", "not", "no"]
) | {*GOOD, *BAD}


def telling_vocabulary():
    """Return a Vocabulary of the neutral words and the four telling words."""
    frequent = Vocabulary((split_words(review.text) for review in movie_reviews()), max_size=204).tokens[4:]
    neutral = [word for word in frequent if word.isalpha() and word not in _NOT_NEUTRAL]
    return Vocabulary([neutral + GOOD + BAD])


def telling_reviews(vocabulary, places, count, seed, words_after=False):
    """Generate reviews with one telling word at one of `places`.

    Args:
        vocabulary: from `telling_vocabulary()`.
        places: where the telling word may be, for example EARLY or LATE.
        count, seed: how many reviews, and the seed of the generator.
        words_after: False ends a review with its telling word, and the rest is padding; True continues with neutral
            words to the full length.

    Returns:
        ids (count, 20), lengths (count,), labels (count,): 1 where the telling word is a good one.
    """
    rng = np.random.default_rng(seed)
    good, bad = ([vocabulary.id(word) for word in words] for words in (GOOD, BAD))
    neutral = [i for i in range(4, len(vocabulary)) if i not in {*good, *bad}]
    ids = rng.choice(neutral, size=(count, MAX_WORDS))
    place = rng.choice(places, size=count)
    labels = rng.integers(2, size=count)
    ids[np.arange(count), place] = np.where(labels, rng.choice(good, size=count), rng.choice(bad, size=count))
    if words_after:
        return ids, np.full(count, MAX_WORDS), labels
    ids[np.arange(MAX_WORDS) > place[:, None]] = 0
    return ids, place + 1, labels
