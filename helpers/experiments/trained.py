"""Train the classifier of restaurant reviews that lessons 1, 4 and 7 start from."""

import numpy as np

from helpers.data.restaurant import plain_reviews, restaurant_reviews
from helpers.models import RNNClassifier
from helpers.text import Vocabulary, pad
from helpers.training import train


def restaurant_classifier(updates=1500, seed=0):
    """Train an RNNClassifier on 2,400 generated restaurant reviews and 3,600 plain ones; test it on 600 other restaurant reviews.

    The plain ones let it read what people type first, such as "great food" or "the service was not good".

    Returns:
        vocabulary: Vocabulary of the training reviews.
        model: RNNClassifier, 16 hidden units, class 1 is positive.
        accuracy: on the held-out reviews.
    """
    reviews = restaurant_reviews(3000, seed)
    learn, held_out = reviews[:2400] + plain_reviews(3600, seed), reviews[2400:]
    vocabulary = Vocabulary(review.split() for review, _ in learn)
    model = RNNClassifier(len(vocabulary), 16, 2, np.random.default_rng(seed))
    train(model, *_encoded(vocabulary, learn), updates, batch_size=64, seed=seed)
    return vocabulary, model, model.accuracy(*_encoded(vocabulary, held_out))


def _encoded(vocabulary, reviews):
    texts, labels = zip(*reviews, strict=True)
    return *pad([vocabulary.encode(review.split()) for review in texts]), np.array(labels)
