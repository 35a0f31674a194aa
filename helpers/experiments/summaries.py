"""Lesson 7's summaries of restaurant reviews, to train `models.Summariser` on, and reviews of more things than those."""

import numpy as np

from helpers import text
from helpers.data.restaurant import ASPECTS, BAD, GOOD, annotated, restaurant_reviews
from helpers.training import train


def reviews(count=3000, seed=0):
    """Return the words of each of lesson 7's reviews; each is about two things at most, and perhaps "overall"."""
    return [text.split_words(review) for review, _ in restaurant_reviews(count, seed)]


def of_things(things, count, seed):
    """Return `count` reviews of several things with one verdict, and the other verdict overall.

    Such as, with things=2: ["wine", "was", "dull", "and", "soup", "was", "sad", "but", "overall", "nice"].
    """
    rng = np.random.default_rng(seed)
    made = []
    for _ in range(count):
        one, other = (GOOD, BAD) if rng.random() < 0.5 else (BAD, GOOD)
        chosen = rng.choice(ASPECTS, size=things, replace=False)
        clauses = " and ".join(f"{thing} was {rng.choice(one)}" for thing in chosen)
        made.append(f"{clauses} but overall {rng.choice(other)}".split())
    return made


class Summaries:
    """The words that are read and written, and what a summary should say.

    Args:
        read: reviews to take the vocabularies from.

    Attributes:
        vocabulary, replies: Vocabulary of the reviews and of their summaries.
    """

    def __init__(self, read):
        self.vocabulary = text.Vocabulary(read)
        self.replies = text.Vocabulary(annotated(tokens)[1] for tokens in read)

    def encode(self, read):
        """Return ids (B, T), lengths (B,), and the right summaries from <start> to <end>, (B, U + 1)."""
        ids, lengths = text.pad([self.vocabulary.encode(tokens) for tokens in read])
        written = [self.replies.encode(annotated(tokens)[1], start=True, end=True) for tokens in read]
        return ids, lengths, text.pad(written)[0]

    def said(self, model, read):
        """Return what a model says about each review: lists of words, without <end> and what follows it."""
        ids, lengths, written = self.encode(read)
        said, _ = model.summarise(ids, lengths, self.replies.id(text.START), most=written.shape[1] + 2)
        words = [self.replies.decode(row) for row in said]
        return [row[: row.index(text.END)] if text.END in row else row for row in words]

    def right(self, model, read):
        """Return the share of reviews whose summary is exactly right."""
        pairs = zip(self.said(model, read), read, strict=True)
        return float(np.mean([said == annotated(tokens)[1] for said, tokens in pairs]))

    def train(self, model, read):
        """Train a model with lesson 7's budget: 500 updates, then 600 with more rows each and a smaller learning rate."""
        rows = self.encode(read)
        train(model, *rows, updates=500, learning_rate=0.005)
        train(model, *rows, updates=600, batch_size=64, learning_rate=0.002, seed=1)
