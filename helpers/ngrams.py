"""A language model that counts short histories: the classical model that networks for the next token must beat."""

import copy
from collections import Counter, defaultdict

import numpy as np

MANY = 8
"""Of a history that more kinds of tokens than this followed, the sum of the counts is kept."""


class Ngrams:
    """Predict a token from the `order - 1` before it, smoothed by interpolation (Witten and Bell).

    With c(h w) how often w followed history h, c(h) = sum_w c(h w), and d(h) how many different tokens followed it:
        p(w | h) = (c(h w) + d(h) p(w | h')) / (c(h) + d(h)),   h' is h without its oldest token,
    down to p(w) = 1/V below the empty history. A history never seen has the p of the shorter one. Order 1 is the unigram.

    Args:
        sequences: an iterable of token sequences (lists, or strings for characters). A history never goes back
            past the start of its sequence; put a start token in front if the start should be learned too.
        order: 1 for unigrams, 2 for bigrams, ...
        vocabulary: every possible token; more than one.

    A history is given as a list, a tuple or a string.

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
        # `_count` of a subclass may decide by what was counted before, so pairs are counted one by one, in order
        self.following = defaultdict(dict)
        for tokens in sequences:
            for history, token in self._pairs(tokens):
                self._count(history, token)
        self._share_equal_counts()
        # a sum over few counts is quickly done again, and most histories have few
        self._totals = {
            history: sum(counts.values()) for history, counts in self.following.items() if len(counts) > MANY
        }

    def seen(self, history):
        """Return how often the last `order - 1` tokens of a history were followed by a token; 0 if they were never seen."""
        history = self._last(history)
        return self._total(history, self.following.get(history, {}))

    def probability(self, token, history=()):
        """Return p(token | history); only the last `order - 1` tokens of the history count."""
        if token not in self._known:
            raise ValueError(f"{token!r} is not in the vocabulary; map it to a token that is, such as <unk>.")
        p = 1 / len(self.vocabulary)
        for end, counts in self._shortest_first(history):
            discount, passed_on, total = self._shares(end, counts)
            p = (max(counts.get(token, 0) - discount, 0) + passed_on * p) / total
        return p

    def distribution(self, history=()):
        """Return the probability of every token of the vocabulary, (V,) float64, summing to 1."""
        p = np.full(len(self.vocabulary), 1 / len(self.vocabulary))
        for end, counts in self._shortest_first(history):
            discount, passed_on, total = self._shares(end, counts)
            places, number = self._arrays(end, counts)
            p *= passed_on
            p[places] += number - discount
            p /= total
        return p

    def perplexity(self, sequences):
        """Return exp of the mean of -log p over all tokens of the sequences."""
        surprise = [
            -np.log(self.probability(token, history)) for tokens in sequences for history, token in self._pairs(tokens)
        ]
        return float(np.exp(np.mean(surprise)))

    def shorter(self, order):
        """Return the model of a smaller order made from the same counts, without counting again.

        Raises:
            ValueError: order is not 1 to this model's order, or this model counts short histories in a way of its own.
        """
        if not 1 <= order <= self.order or type(self)._count is not Ngrams._count:
            raise ValueError(f"There is no model of order {order} in these counts of order {self.order}.")
        model = copy.copy(self)
        model.order = order
        return model

    def _count(self, history, token):
        """Count the token after the history and after every shorter one."""
        for start in range(len(history) + 1):
            counts = self.following[history[start:]]
            counts[token] = counts.get(token, 0) + 1

    def _share_equal_counts(self):
        """Let histories with the same counts, in the same order, have one dict: most long ones were followed by one token."""
        kept = {}
        for history, counts in self.following.items():
            self.following[history] = kept.setdefault(tuple(counts.items()), counts)

    def _shares(self, history, counts):
        """Return what is subtracted from every count of a history, what its shorter history gets, and the divisor."""
        return 0, len(counts), self._total(history, counts) + len(counts)

    def _total(self, history, counts):
        """Return how often a history was followed by a token."""
        return self._totals[history] if len(counts) > MANY else sum(counts.values())

    def _last(self, history):
        return tuple(history[max(0, len(history) - self.order + 1) :])

    def _shortest_first(self, history):
        """Yield the ends of a history that were counted, from the empty one to the longest, each with its counts."""
        history = self._last(history)
        for start in range(len(history), -1, -1):
            end = history[start:]
            if end not in self.following:
                return
            yield end, self.following[end]

    def _arrays(self, history, counts):
        """Return the places in the vocabulary of the tokens that followed a history, and how often each did; cached."""
        if history not in self._kept:
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


class KneserNey(Ngrams):
    """`Ngrams` with the smoothing of Kneser and Ney: a short history counts different tokens before it, not occurrences.

    For the longest histories c(h w) is how often w followed h. For a shorter one it is in how many contexts: the number
    of different tokens before h w, so that a word seen after only one other word is not expected after every word. (A
    short history at the start of its sequence has no token before it and is counted like a long one; the empty one
    counts the start of a sequence as one token.) A discount D is subtracted from every count and given to the shorter
    history, in proportion to d(h), the number of different tokens that followed h:
        p(w | h) = (max(c(h w) - D, 0) + D d(h) p(w | h')) / c(h),   D = n1 / (n1 + 2 n2),
    with n1 and n2 the number of pairs (h, w) counted once and twice, among the histories of one length; 3/4 if
    either is 0. Arguments, methods and errors are those of `Ngrams`.

    Source: Kneser and Ney (1995), doi:10.1109/ICASSP.1995.479394; interpolated, and D: Chen and Goodman (1999),
    doi:10.1006/csla.1999.0128.
    """

    def __init__(self, sequences, order, vocabulary):
        super().__init__(sequences, order, vocabulary)
        how_often = Counter(
            (len(history), number) for history, counts in self.following.items() for number in counts.values()
        )
        once_and_twice = [(how_often[length, 1], how_often[length, 2]) for length in range(order)]
        self._discount = [n1 / (n1 + 2 * n2) if n1 and n2 else 0.75 for n1, n2 in once_and_twice]

    def _count(self, history, token):
        """Count the token after the history; count it after a shorter one only if the longer one is new."""
        if not history and self.order > 1 and token in self.following[history]:
            return
        for start in range(len(history) + 1):
            counts = self.following[history[start:]]
            if token in counts:
                counts[token] += 1
                return
            counts[token] = 1

    def _shares(self, history, counts):
        discount = self._discount[len(history)]
        return discount, discount * len(counts), self._total(history, counts)
