"""From text to tokens, ids, one-hot rows and padded batches."""

import re
import unicodedata
from collections import Counter

import numpy as np

from helpers import validate

PAD, UNK, START, END = "<pad>", "<unk>", "<start>", "<end>"
SPECIAL = (PAD, UNK, START, END)

_WORD = re.compile(r"\w+(?:['’]\w+)*|[^\w\s]")
_JOINERS = "\u200c\u200d"  # without a picture; they say whether neighbours are written together
_ZERO_WIDTH_SPACE = "\u200b"


def split_whitespace(text):
    """Split at white space: "dinner." stays one token, with its full stop."""
    return text.split()


def split_words(text):
    """Split into lower-case words and punctuation marks: "wasn't" stays one token, "dinner." becomes "dinner" and "."."""
    return find_tokens(_WORD, text.lower())


def find_tokens(pattern, text):
    """Return what a regular expression finds in a text, without cutting through a character as a reader sees it.

    Python's \\w knows no vowel signs of Hindi and no dot above the i that "İ".lower() makes, so the expression sees only
    the first code point of each character, and the others follow it.
    """
    text = unicodedata.normalize("NFC", text)
    if text.isascii():
        return [found.group() for found in pattern.finditer(text)]
    whole = whole_characters(text)
    firsts = "".join(character[0] for character in whole)
    return ["".join(whole[found.start() : found.end()]) for found in pattern.finditer(firsts)]


def whole_characters(text):
    """Split into characters as a reader sees them: with their accents and vowel signs, flags and joined emoji whole.

    Characters that only say how others are shown, such as the direction of writing, are left out.
    """
    whole = []
    for c in text.replace(_ZERO_WIDTH_SPACE, " "):
        before = whole[-1] if whole and not whole[-1].isspace() else ""
        kind = unicodedata.category(c)
        if before and _belongs_to(before, c, kind):
            whole[-1] += c
        elif kind != "Cf":
            whole.append(c)
    return whole


def _belongs_to(before, c, kind):
    if kind in ("Mn", "Mc", "Me"):
        return True
    if not before[0].isalnum() and unicodedata.category(before[0])[0] == "S":
        skin_tone, tag = "\U0001f3fb" <= c <= "\U0001f3ff", "\U000e0020" <= c <= "\U000e007f"
        second_of_flag = len(before) == 1 and _is_flag_letter(before) and _is_flag_letter(c)
        if skin_tone or tag or second_of_flag or (before[-1] == "\u200d" and kind[0] == "S"):
            return True
    return c in _JOINERS


def _is_flag_letter(c):
    return "\U0001f1e6" <= c <= "\U0001f1ff"


def split_characters(text):
    """Split into characters, spaces included."""
    return list(text)


class Vocabulary:
    """A two-way table between tokens and ids, built once from the tokens of a training set.

    Ids 0 to 3 are <pad>, <unk>, <start> and <end>; then come the tokens, most frequent first, equal counts in
    alphabetical order.

    Args:
        sequences: an iterable of token lists.
        min_count: tokens seen fewer times than this are left out.
        max_size: the largest vocabulary wanted, the four special tokens included; None for no limit.

    Raises:
        ValueError: a sequence is a plain string (split it first), or max_size leaves no room for the special tokens.
    """

    def __init__(self, sequences, min_count=1, max_size=None):
        if max_size is not None and max_size < len(SPECIAL):
            raise ValueError(f"max_size is {max_size}; expected at least {len(SPECIAL)}, the number of special tokens.")
        self.counts = Counter()
        for tokens in sequences:
            self.counts.update(_token_list(tokens))
        ranked = sorted((token for token in self.counts if token not in SPECIAL), key=lambda t: (-self.counts[t], t))
        kept = [token for token in ranked if self.counts[token] >= min_count]
        self.tokens = [*SPECIAL, *kept][:max_size]
        self._ids = {token: i for i, token in enumerate(self.tokens)}

    def __len__(self):
        return len(self.tokens)

    def __contains__(self, token):
        return token in self._ids

    def id(self, token):
        """Return the token's id, or the id of <unk> for a token that is not in the vocabulary."""
        return self._ids.get(token, self._ids[UNK])

    def encode(self, tokens, start=False, end=False):
        """Turn a list of tokens into a list of ids, with <start> before and <end> after them if asked for."""
        ids = [self.id(token) for token in _token_list(tokens)]
        return [self.id(START)] * start + ids + [self.id(END)] * end

    def decode(self, ids):
        """Turn ids into a list of tokens.

        Raises:
            ValueError: an id is outside 0..V-1.
        """
        return [self.tokens[i] for i in validate.ids("ids", ids, len(self))]


def one_hot(ids, V):
    """Return one row per id, with a 1 in the id's column and 0 elsewhere.

    Args:
        ids: (...) integers from 0 to V - 1.
        V: the size of the vocabulary.

    Returns:
        (..., V) float64.

    Raises:
        ValueError: an id is outside 0..V-1.
    """
    ids = validate.ids("ids", ids, V)
    rows = np.zeros((*ids.shape, V))
    np.put_along_axis(rows, ids[..., None], 1, axis=-1)
    return rows


def pad(sequences, length=None, truncate=False):
    """Put id sequences of different lengths into one array, filled up with 0, the id of <pad>.

    Args:
        sequences: a list of B lists of ids.
        length: T, the number of columns; None for the longest sequence.
        truncate: True cuts sequences longer than `length`; False raises an error for them.

    Returns:
        ids: (B, T) int64.
        lengths: (B,) int64, how many columns of each row are real.

    Raises:
        ValueError: there is no sequence or no column, or a sequence is longer than `length`.
    """
    longest = max(map(len, sequences), default=0)
    T = longest if length is None else length
    if T < 1 or len(sequences) == 0:
        raise ValueError(f"There are {len(sequences)} sequences and {T} columns; expected at least one of each.")
    if longest > T and not truncate:
        raise ValueError(
            f"The longest sequence has {longest} tokens; expected at most length = {T}. Pass truncate=True to cut it."
        )
    ids = np.zeros((len(sequences), T), dtype=np.int64)
    for row, sequence in zip(ids, sequences, strict=True):
        row[: len(sequence)] = sequence[:T]
    return ids, np.array([min(len(sequence), T) for sequence in sequences], dtype=np.int64)


def mask(lengths, T):
    """Turn (B,) lengths into (B, T) booleans, True at real tokens.

    Raises:
        ValueError: a length is outside 0..T.
    """
    lengths = validate.ids("lengths", lengths, T + 1)
    validate.shape("lengths", lengths, B=None)
    return np.arange(T) < lengths[:, None]


def _token_list(tokens):
    if isinstance(tokens, str):
        raise ValueError(
            f"Expected a list of tokens, got the text {tokens[:30]!r}; split it first, for example split_words(text)."
        )
    return tokens
