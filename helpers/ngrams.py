"""Counts of short histories as a language model: the classical opponent of every network that predicts the next token."""

from collections import Counter, defaultdict

import numpy as np


class Ngrams:
    """Predict a token from the `order - 1` before it, smoothed by interpolation (Witten and Bell).

    With c(h w) how often w followed history h, c(h) = sum_w c(h w), and d(h) how many different tokens followed it:
        p(w | h) = (c(h w) + d(h) p(w | h')) / (c(h) + d(h)),   h' is h without its oldest token,
    down to p(w) = 1/V below the empty history. A history never seen is left to the shorter one. Order 1 is the unigram.

    Args:
        sequences: an iterable of token sequences (lists, or strings for characters). A history never reaches back over
            the start of its sequence; put a start token in front where the start should be learned too.
        order: 1 for unigrams, 2 for bigrams, ...
        vocabulary: every token there can be; more than one.

    Raises:
        ValueError: order is not positive, or a token is not in the vocabulary.

    Source: Witten and Bell (1991), doi:10.1109/18.87000, method C; in this interpolated form Chen and Goodman (1999),
    doi:10.1006/csla.1999.0128.
    """

    def __init__(self, sequences, order, vocabulary):
        if order < 1:
            raise ValueError(f"order is {order}; expected 1 (unigrams) or more.")
        self.order, self.vocabulary = order, list(dict.fromkeys(vocabulary))
        self._known = set(self.vocabulary)
        self._place = {token: place for place, token in enumerate(self.vocabulary)}
        self._kept = {}
        self.following = defaultdict(Counter)
        for tokens in sequences:
            for history, token in self._pairs(tokens):
                for start in range(len(history) + 1):
                    self.following[history[start:]][token] += 1
        self._total = {history: counts.total() for history, counts in self.following.items()}

    def probability(self, token, history=()):
        """p(token | history), where only the last `order - 1` tokens of the history count."""
        if token not in self._known:
            raise ValueError(f"{token!r} is not in the vocabulary; map it to a token that is, such as <unk>.")
        history = tuple(history)[max(0, len(history) - self.order + 1) :]
        p = 1 / len(self.vocabulary)
        for start in range(len(history), -1, -1):
            counts = self.following.get(history[start:])
            if counts is None:
                return p
            p = (counts[token] + len(counts) * p) / (self._total[history[start:]] + len(counts))
        return p

    def distribution(self, history=()):
        """The probability of every token of the vocabulary, (V,) float64, summing to 1."""
        history = tuple(history)[max(0, len(history) - self.order + 1) :]
        p = np.full(len(self.vocabulary), 1 / len(self.vocabulary))
        for start in range(len(history), -1, -1):
            counts = self.following.get(history[start:])
            if counts is None:
                return p
            p *= len(counts)
            places, number = self._arrays(history[start:])
            p[places] += number
            p /= self._total[history[start:]] + len(counts)
        return p

    def perplexity(self, sequences):
        """exp of the mean of -log p over all tokens of the sequences."""
        surprise = [
            -np.log(self.probability(token, history)) for tokens in sequences for history, token in self._pairs(tokens)
        ]
        return float(np.exp(np.mean(surprise)))

    def _arrays(self, history):
        """Which tokens followed a history, as places in the vocabulary, and how often; kept, for it is asked again and again."""
        if history not in self._kept:
            counts = self.following[history]
            self._kept[history] = np.array([self._place[token] for token in counts]), np.array(list(counts.values()))
        return self._kept[history]

    def _pairs(self, tokens):
        tokens = tuple(tokens)
        unknown = set(tokens) - self._known
        if unknown:
            raise ValueError(
                f"{min(unknown, key=str)!r} is not in the vocabulary; map it to a token that is, such as <unk>."
            )
        for i, token in enumerate(tokens):
            yield tokens[max(0, i - self.order + 1) : i], token
