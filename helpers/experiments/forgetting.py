"""Film reviews followed by neutral words: does a network forget the beginning of a paragraph?

The reviews are real. The neutral words are drawn at random, so they add length, not language.
"""

import copy
from typing import NamedTuple

import numpy as np

from helpers import data, models, text
from helpers.training import train

LEARNED = 7000
"""The number of reviews to learn from; the others are held out."""

MAX_NEUTRAL_WORDS = 40
"""The second kind of model is trained with 0 to 40 neutral words after each review."""

COUNTS = (0, 5, 10, 20, 40, 80)
UPDATES, MORE_UPDATES = 400, 300


class Films(NamedTuple):
    """Film reviews that are clearly good or bad, their vocabulary, and neutral words.

    Attributes:
        vocabulary: Vocabulary of the reviews learned from, 2,000 entries.
        ids: list of id lists, in random order.
        labels: (N,) integers, 1 where the mean rating is at least 1, 0 where it is at most -1.
        neutral: (50,) ids: of the 300 most frequent tokens, those with the smallest weights in a bag of words.
        bag: the bag of words, fitted to the reviews learned from: counts (N, V) -> labels.
    """

    vocabulary: text.Vocabulary
    ids: list
    labels: np.ndarray
    neutral: np.ndarray
    bag: object

    @property
    def learned(self):
        return self.ids[:LEARNED], self.labels[:LEARNED]

    @property
    def held_out(self):
        return self.ids[LEARNED:], self.labels[LEARNED:]

    def counts(self, ids):
        """Turn id lists into a sparse matrix (N, V) of how often each entry of the vocabulary occurs."""
        from sklearn.feature_extraction.text import CountVectorizer

        columns = {i: i for i in range(len(self.vocabulary))}
        return CountVectorizer(analyzer=list, vocabulary=columns).transform(ids)


def films():
    """Return the 9,171 film reviews rated at least 1 or at most -1, shuffled with a fixed seed."""
    from sklearn.linear_model import LogisticRegression

    reviews = [review for review in data.movie_reviews() if abs(review.rating) >= 1]
    reviews = [reviews[i] for i in np.random.default_rng(7).permutation(len(reviews))]
    tokens = [text.split_words(review.text) for review in reviews]
    labels = np.array([int(review.rating > 0) for review in reviews])
    vocabulary = text.Vocabulary(tokens[:LEARNED], max_size=2000)
    found = Films(vocabulary, [vocabulary.encode(words) for words in tokens], labels, None, None)
    bag = LogisticRegression(max_iter=1000, C=0.3).fit(found.counts(found.ids[:LEARNED]), labels[:LEARNED])
    frequent = np.arange(4, 304)  # ids 0 to 3 are special tokens; then the most frequent token comes first
    neutral = np.sort(frequent[np.abs(bag.coef_[0, frequent]).argsort()[:50]])
    return found._replace(neutral=neutral, bag=bag)


def with_neutral_words(ids, neutral, counts, rng, place="after"):
    """Add random neutral words after each review, or before it.

    Args:
        ids: list of id lists.
        neutral: ids to draw from.
        counts: how many words to add: one number for all reviews, or a range to draw a number from for each review.
        rng: a generator.
        place: "after" or "before".

    Returns:
        list of id lists.

    Raises:
        ValueError: the place is neither.
    """
    if place not in ("after", "before"):
        raise ValueError(f"place is {place!r}; expected 'after' or 'before'.")
    longer = []
    for row in ids:
        words = rng.choice(neutral, size=counts if np.isscalar(counts) else rng.choice(counts)).tolist()
        longer.append(row + words if place == "after" else words + row)
    return longer


def film_classifier(films, seed=0, updates=UPDATES):
    """Train an RNNClassifier on the reviews as they are: 16 hidden units, 400 updates of 32 reviews.

    Returns:
        model: RNNClassifier.
        curve: (updates,) float64, the training loss in nats.
    """
    ids, labels = films.learned
    model = models.RNNClassifier(len(films.vocabulary), 16, 2, np.random.default_rng(seed))
    return model, train(model, *text.pad(ids), labels, updates, seed=seed)


def train_longer(model, films, after, seed=0):
    """Copy a model and train it 300 updates more, at a third of the rate, with `after` neutral words per review."""
    ids, labels = films.learned
    longer = with_neutral_words(ids, films.neutral, after, np.random.default_rng(seed))
    model = copy.deepcopy(model)
    train(model, *text.pad(longer), labels, MORE_UPDATES, learning_rate=0.003, seed=seed + 10)
    return model


def accuracy(model, films, count, place="after"):
    """Return the share of held-out reviews that a model gets right with `count` neutral words after or before them."""
    ids, labels = films.held_out
    return model.accuracy(
        *text.pad(with_neutral_words(ids, films.neutral, count, np.random.default_rng(5), place)), labels
    )


def measure(seed, films):
    """Measure both kinds of model in both places with every count. Yields (trained on, place, words, accuracy)."""
    model, _ = film_classifier(films, seed)
    kinds = {"as they are": 0, "with words after": range(MAX_NEUTRAL_WORDS + 1)}
    for kind, after in kinds.items():
        trained = train_longer(model, films, after, seed)
        for place in ("after", "before"):
            for count in COUNTS:
                yield kind, place, count, accuracy(trained, films, count, place)
