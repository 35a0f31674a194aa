"""Turn sentences into what a tagger reads: an id for each word, and ids for a few clues such as its last letters."""

import re

import numpy as np

from helpers.text import Vocabulary, find_tokens, pad

_TOKEN = re.compile(r"\w+(?=n't\b)|n't\b|'(?:s|m|re|ll|ve|d)\b|\w+(?:[-.:]\w+)*|[^\w\s]", re.IGNORECASE)
_WHOLE = re.compile(r"\w+(?:[-.:']\w+)*|[^\w\s]")


def split_tokens(sentence):
    """Split into words, endings and punctuation marks, as the tagged sentences do: "Don't!" becomes "Do", "n't", "!"."""
    return find_tokens(_TOKEN, sentence.replace("’", "'"))


def split_like_brown(sentence):
    """Split into words and punctuation marks as the Brown corpus does: ‘Don't say "no"’ becomes Don't, say, ``, no, ''.

    Endings stay with their word, and quotation marks open with `` and close with ''.
    """
    marks = ["``", "''"]
    found = find_tokens(_WHOLE, re.sub("[“”]", '"', sentence.replace("’", "'")))
    return [marks[found[:i].count('"') % 2] if token == '"' else token for i, token in enumerate(found)]


class Encoder:
    """Turns sentences into ids: one for each word in lower case, and one for each clue.

    Args:
        sentences: the token lists of the training set.
        clues_of: function from a token list to a tuple of C strings for each token.
        min_count: words seen fewer times than this become <unk>, but keep their clues.
    """

    def __init__(self, sentences, clues_of, min_count=1):
        self.clues_of = clues_of
        self.words = Vocabulary([[token.lower() for token in tokens] for tokens in sentences], min_count)
        columns = zip(*(clues for tokens in sentences for clues in clues_of(tokens)), strict=True)
        self.clues = [Vocabulary([column], min_count=2) for column in columns]

    def __contains__(self, token):
        return token.lower() in self.words

    def encode(self, sentences):
        """Turn B token lists into words (B, T), clues (B, T, C) and lengths (B,), all int64, padded with 0."""
        words, lengths = pad([self.words.encode([token.lower() for token in tokens]) for tokens in sentences])
        clues = np.zeros((*words.shape, len(self.clues)), dtype=np.int64)
        for row, tokens in zip(clues, sentences, strict=True):
            columns = zip(*self.clues_of(tokens), strict=True)
            ids = [vocabulary.encode(column) for vocabulary, column in zip(self.clues, map(list, columns), strict=True)]
            row[: len(tokens)] = np.array(ids).T
        return words, clues, lengths
