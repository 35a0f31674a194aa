"""Train the classifier of restaurant reviews that lessons 1, 4 and 7 start from."""

import numpy as np

from helpers.data.restaurant import restaurant_reviews
from helpers.models import RNNClassifier
from helpers.text import Vocabulary, pad, split_words
from helpers.training import train


def restaurant_classifier(steps=800, seed=0):
    """Train an RNNClassifier on generated restaurant reviews: 2,400 to learn from, 600 others to test on.

    Returns:
        vocabulary: Vocabulary of the training reviews.
        model: RNNClassifier, 16 hidden units, class 1 is positive.
        accuracy: on the held-out reviews.
    """
    reviews = restaurant_reviews(3000, seed)
    tokens = [split_words(text) for text, _ in reviews]
    labels = np.array([label for _, label in reviews])
    vocabulary = Vocabulary(tokens[:2400])
    ids, lengths = pad([vocabulary.encode(sentence) for sentence in tokens])
    model = RNNClassifier(len(vocabulary), 16, 2, np.random.default_rng(seed))
    train(model, ids[:2400], lengths[:2400], labels[:2400], steps, seed=seed)
    return vocabulary, model, model.accuracy(ids[2400:], lengths[2400:], labels[2400:])
