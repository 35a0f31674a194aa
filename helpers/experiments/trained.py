"""The classifier of restaurant reviews that lessons 1, 4 and 7 train, and what it learns from."""

import numpy as np

from helpers.data.restaurant import plain_reviews, restaurant_reviews
from helpers.models import RNNClassifier
from helpers.text import Vocabulary, pad


def restaurant_classifier(seed=0):
    """Return a new RNNClassifier, 2,400 generated restaurant reviews and 3,600 plain ones to train it on, and 600 to test it.

    The plain ones let it read what people type first, such as "great food" or "the service was not good". It learns them
    in 1,500 updates of 64 reviews.

    Returns:
        vocabulary: Vocabulary of the training reviews.
        model: RNNClassifier, 16 hidden units, not trained yet; class 1 is positive.
        learn, held_out: ids, lengths and labels, as `training.train` and `model.accuracy` take them.
    """
    reviews = restaurant_reviews(3000, seed)
    learn, held_out = reviews[:2400] + plain_reviews(3600, seed), reviews[2400:]
    vocabulary = Vocabulary(review.split() for review, _ in learn)
    model = RNNClassifier(len(vocabulary), 16, 2, np.random.default_rng(seed))
    return vocabulary, model, _encoded(vocabulary, learn), _encoded(vocabulary, held_out)


def _encoded(vocabulary, reviews):
    texts, labels = zip(*reviews, strict=True)
    return *pad([vocabulary.encode(review.split()) for review in texts]), np.array(labels)
