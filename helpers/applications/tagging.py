"""From sentences to what a tagger reads: a word's id, and the ids of a few clues such as its last letters."""

import re
import unicodedata

import numpy as np

from helpers.text import Vocabulary, pad

_TOKEN = re.compile(r"\w+(?=n't\b)|n't\b|'(?:s|m|re|ll|ve|d)\b|\w+(?:[-.:]\w+)*|[^\w\s]", re.IGNORECASE)


def split_tokens(sentence):
    """Words, endings and marks as the tagged sentences have them, capitals kept: "Don't!" becomes "Do", "n't", "!"."""
    return _TOKEN.findall(unicodedata.normalize("NFC", sentence).replace("’", "'"))


class Encoder:
    """Turns sentences into ids: one for each word in lower case, and one for each of its clues.

    Args:
        sentences: token lists, those of the training set.
        clues_of: function from a token list to one tuple of C strings for each token.
        min_count: words seen fewer times than this become <unk>; their clues stay.
    """

    def __init__(self, sentences, clues_of, min_count=1):
        self.clues_of = clues_of
        self.words = Vocabulary([[token.lower() for token in tokens] for tokens in sentences], min_count)
        columns = zip(*(clues for tokens in sentences for clues in clues_of(tokens)), strict=True)
        self.clues = [Vocabulary([column], min_count=2) for column in columns]

    def __contains__(self, token):
        return token.lower() in self.words

    def encode(self, sentences):
        """B token lists -> words (B, T), clues (B, T, C), lengths (B,), all int64, padded with 0."""
        words, lengths = pad([self.words.encode([token.lower() for token in tokens]) for tokens in sentences])
        clues = np.zeros((*words.shape, len(self.clues)), dtype=np.int64)
        for row, tokens in zip(clues, sentences, strict=True):
            columns = zip(*self.clues_of(tokens), strict=True)
            ids = [vocabulary.encode(column) for vocabulary, column in zip(self.clues, map(list, columns), strict=True)]
            row[: len(tokens)] = np.array(ids).T
        return words, clues, lengths
