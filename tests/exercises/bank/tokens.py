"""Answers to lesson 2's exercises: right ones, and wrong ones with the words their feedback must contain."""

import re
from decimal import Decimal
from fractions import Fraction

import numpy as np

from helpers import text

PATTERN = r"[^\W_]+(?:'[^\W_]+)*|\S"


def walk(sentence):
    tokens, word = [], ""
    for place, sign in enumerate(sentence.lower()):
        inside = sign == "'" and word and sentence[place + 1 : place + 2].isalnum()
        if sign.isalnum() or inside:
            word += sign
            continue
        tokens += [word] * bool(word) + [sign] * (not sign.isspace())
        word = ""
    return tokens + [word] * bool(word)


def rows(sequences, ids_of, T, unk=1, start=(2,), end=(3,), keep_end=True):
    made = []
    for tokens in sequences:
        ids = [ids_of.get(token, unk) for token in tokens if token in ids_of or unk is not None]
        room = T - len(start) - len(end)
        made.append([*start, *ids[:room], *end] if keep_end else [*start, *ids, *end][:T])
    return made


def batch(sequences, ids_of, T, changed=lambda ids, mask, lengths: (ids, mask), **how):
    ids, lengths = text.pad(rows(sequences, ids_of, T, **how), T)
    return changed(ids, text.mask(lengths, T), lengths)


def but(changed=lambda ids, mask, lengths: (ids, mask), **how):
    return lambda sequences, ids_of, T: batch(sequences, ids_of, T, changed, **how)


def comprehension(sequences, ids_of, T):
    made = [[2, *[ids_of.get(t, 1) for t in s]][: T - 1] + [3] for s in sequences]
    ids = np.array([row + [0] * (T - len(row)) for row in made])
    return ids, ids != 0


def to_front(ids, mask, lengths):
    return np.array([np.roll(row, len(row) - n) for row, n in zip(ids, lengths, strict=True)]), mask


def by_one_hot(dx, ids, V):
    dE = np.einsum("btv,bte->ve", text.one_hot(ids, V), dx)
    dE[0] = 0
    return dE


def by_loop(dx, ids, V):
    dE = np.zeros((V, dx.shape[2]))
    for row, i in zip(dx.reshape(-1, dx.shape[2]), ids.ravel(), strict=True):
        dE[i] += (i != 0) * row
    return dE


def every_row(dx, ids, V):
    dE = np.zeros((V, dx.shape[2]))
    np.add.at(dE, ids, dx)
    return dE


def once(dx, ids, V):
    dE = np.zeros((V, dx.shape[2]))
    dE[ids] += dx
    return dE


def once_padded(dx, ids, V):
    dE = once(dx, ids, V)
    dE[0] = 0
    return dE


def averaged(dx, ids, V):
    return by_loop(dx, ids, V) / np.maximum(text.one_hot(ids, V).sum(axis=(0, 1)), 1)[:, None]


def as_fraction(ids):
    return Fraction(int((ids == 1).sum()), int((ids != 0).sum()))


def as_decimal(ids):
    return Decimal(int((ids == 1).sum())) / int((ids != 0).sum())


RIGHT = {
    "unknown_share": [
        lambda ids: (ids == 1).sum() / (ids != 0).sum(),
        lambda ids: (ids[ids > 0] == 1).mean(),
        as_fraction,
        as_decimal,
    ],
    "cut": [lambda sentence: re.findall(PATTERN, sentence.lower()), walk],
    "batch": [batch, comprehension],
    "table_gradient": [by_one_hot, by_loop, lambda *given: np.float32(by_loop(*given))],
    "twin": [lambda original: original + "\n", lambda original: original.replace(" ", "   ") + " "],
}
WRONG = {
    "unknown_share": [
        (lambda ids: (ids == 1).mean(), "padding too"),
        (lambda ids: (ids[0] == 1).sum() / (ids[0] != 0).sum(), "first row alone"),
        (lambda ids: 100 * (ids == 1).sum() / (ids != 0).sum(), "per cent"),
        (lambda ids: round((ids == 1).sum() / (ids != 0).sum(), 1), "rounded to 1 digit after"),
        (lambda ids: [(ids == 1).sum() / (ids != 0).sum()], "expected one number"),
        (lambda ids: (ids == 1).sum(), "how many"),
        (lambda ids: (ids == 0).mean(), "share of padding"),
        (lambda ids: (ids > 1).sum() / (ids > 0).sum(), "known tokens"),
        (lambda ids: np.mean([(row == 1).sum() / (row > 0).sum() for row in ids]), "each row's share"),
        (lambda ids: (ids == 1).sum() / (ids > 1).sum(), "by the known tokens"),
    ],
    "cut": [
        (lambda s: re.findall(r"[^\W_]+(?:['-][^\W_]+)*|\S", s.lower()), "a mark between words separates them"),
        (lambda s: re.findall(r"[^\W_]+(?:'[^\W_]+|-[^\W_]+)*|[^\w\s]|_", s.lower()), "a mark between words"),
        (lambda s: re.findall(r"[^\W_]+(?:'[^\W\d_]+)*|\S", s.lower()), "is one token"),
        (lambda s: re.findall(r"[^\W_]+(?:'[^\W\d_][^\W_]*)*|\S", s.lower()), "is one token"),
        (lambda s: s.lower().split(), "glued"),
        (lambda s: re.findall(PATTERN, s), "lower case"),
        (lambda s: re.findall(r"\w+|[^\w\s]", s.lower()), "apostrophe inside a word"),
        (lambda s: re.findall(r"\w+(?:'\w+)*", s.lower()), "punctuation is gone"),
        (lambda s: [t.strip() for t in re.findall(PATTERN + r"|\s", s.lower())], "empty string"),
        (lambda s: re.findall(r"\w+(?:'\w+)*|\W", s.lower()), "white space"),
        (lambda s: [c for c in s.lower() if not c.isspace()], "too finely"),
        (lambda s: sorted(re.findall(PATTERN, s.lower())), "order"),
        (lambda s: list(dict.fromkeys(re.findall(PATTERN, s.lower()))), "twice"),
        (lambda s: " ".join(re.findall(PATTERN, s.lower())), "a list"),
        (lambda s: re.findall(r"[\w']+|[^\w\s]", s.lower()), "glued"),
        (lambda s: re.findall(r"\w+(?:'\w+)*|[^\w\s]+", s.lower()), "each one is a token of its own"),
        (lambda s: re.findall(r"\w+(?:'\w+)?|[^\w\s]", s.lower()), "rock'n'roll"),
        (lambda s: re.findall(r"[a-z0-9]+(?:'[a-z0-9]+)*|[^\w\s]", s.lower()), "a letter too"),
        (lambda s: re.findall(r"[^\W_]+(?:'[a-z]+)*|\S", s.lower()), "apostrophe inside a word"),
        (lambda s: [re.findall(PATTERN, s.lower())], "every token is a string"),
    ],
    "batch": [
        (but(keep_end=False), "<end> is lost"),
        (but(start=()), "<start> is missing"),
        (but(end=(), keep_end=False), "<end> is missing"),
        (but(start=(), end=()), "both missing"),
        (but(start=(3,), end=(2,)), "swapped"),
        (but(to_front), "put it at the end"),
        (but(unk=0), "became padding"),
        (but(unk=None), "left out"),
        (but(lambda ids, mask, n: (ids, ~mask)), "wrong way round"),
        (but(lambda ids, mask, n: (ids, np.ones_like(mask))), "True everywhere"),
        (but(lambda ids, mask, n: (ids, ids > 1)), "leaves out <unk>"),
        (but(lambda ids, mask, n: (ids, mask & (ids != 3))), "leaves out <end>"),
        (but(lambda ids, mask, n: (ids, mask.astype(int))), "booleans"),
        (but(lambda ids, mask, n: (ids.astype(float), mask)), "integers"),
        (but(lambda ids, mask, n: (mask, ids)), "results are swapped"),
        (but(lambda ids, mask, n: ids), "return ids, mask"),
        (lambda s, ids_of, T: ([[2, *(ids_of.get(t, 1) for t in r), 3][:T] for r in s], 0), "of unequal length"),
        (lambda s, ids_of, T: [ids_of[token] for row in s for token in row], "ids_of.get"),
        (lambda s, ids_of, T: (text.pad([[2, *[ids_of.get(t, 1) for t in r], 3] for r in s])[0], 0), "cut the longer"),
    ],
    "table_gradient": [
        (lambda dx, ids, V: by_loop(dx, np.where(ids == V - 1, 0, ids), V), "the table's last word"),
        (lambda dx, ids, V: np.r_[by_loop(dx, ids, V)[:-1], 0 * dx[:1, 0]], "the table's last word"),
        (every_row, "<pad>"),
        (once_padded, "only its last place's share"),
        (once, "And the row of <pad>"),
        (lambda dx, ids, V: by_loop(dx, ids, V).astype(int), "cut to whole ones"),
        (lambda dx, ids, V: -by_loop(dx, ids, V), "sign is wrong"),
        (averaged, "mean over a word's places"),
        (lambda dx, ids, V: by_loop(dx, ids, V) / (ids != 0).sum(), "number of tokens"),
        (lambda dx, ids, V: by_loop(dx, ids, V) / len(ids), "divided by the batch"),
        (lambda dx, ids, V: by_loop(dx, ids, V).T, "transpose"),
        (lambda dx, ids, V: dx, "one row per word"),
    ],
    "twin": [
        (lambda original: original.lower(), "as it is"),
        (lambda original: original + "!", "other tokens"),
        (lambda original: original.replace(" ", ""), "other tokens"),
        (lambda original: original.split(), "expected a text"),
        (lambda original: original.replace(" ", "  "), "as it is"),
        (lambda original: original.strip() + " ", "as it is"),
    ],
}

WRONG["cut"] += [
    (lambda s: re.findall(r"\w+(?:'\w+)*|[^\w\s]", s.lower()), "underscore is neither"),
    (lambda s: re.findall(r"\w+(?:'\w+)*|\S", s.lower()), "underscore is neither"),
    (lambda s: re.findall(PATTERN, s.lower())[:-1], "the end is lost"),
]
WRONG["table_gradient"] += [
    (lambda dx, ids, V: np.roll(by_loop(dx, ids, V), -1, axis=0), "you have"),
    (lambda dx, ids, V: by_loop(dx[:1], ids[:1], V), "first sentence"),
    (lambda dx, ids, V: by_loop(np.trunc(dx), ids, V), "whole numbers"),
]


def last_words(sequences, ids_of, T):
    return batch([tokens[-(T - 2) :] if T > 2 else [] for tokens in sequences], ids_of, T)


WRONG["batch"] += [(last_words, "keeps its first")]


def found(pattern):
    return lambda sentence: re.findall(pattern, sentence.lower())


def but_one_row(row):
    def wrong(dx, ids, V):
        dE = by_loop(dx, ids, V)
        dE[row] = 0
        return dE

    return wrong


WRONG["cut"] += [
    (found(r"[^\W_]+(?:['-][^\W_]+)*|\S"), "a mark between words"),
    (found(r"[^\W_]+(?:'[^\W\d_]+)*|\S"), "apostrophe inside a word"),
    (found(r"[^\W_]+(?:'+[^\W_]+)*|\S"), "a mark between words"),
    (found(r"[^\W_]+(?:'[^\W_]+)*|[^ \n\t]"), "white space"),
]
WRONG["batch"] += [
    (lambda s, ids_of, T: batch([[token.lower() for token in row] for row in s], ids_of, T), "first differs"),
    (lambda s, ids_of, T: batch([row or ["food"] for row in s], ids_of, T), "first differs"),
]
WRONG["table_gradient"] += [(but_one_row(-1), "the table's last word"), (but_one_row(1), "index (1, 0): you have 0")]


def summing_ids(ids):
    real = ids[ids != 0]
    return real.sum() / len(real)


def share_of_sentences(ids):
    return (ids == 1).any(axis=1).mean()


def whole_sentence_summed(dx, ids, V):
    dE = np.zeros((V, dx.shape[2]))
    for b in range(len(ids)):
        for t in range(ids.shape[1]):
            dE[ids[b, t]] = dE[ids[b, t]] + dx[b].sum(axis=0)
    dE[0] = 0
    return dE


WRONG["unknown_share"] += [(summing_ids, "adds up ids"), (share_of_sentences, "share of sentences")]
WRONG["table_gradient"] += [(whole_sentence_summed, "the sum of its whole sentence")]


def walk_growing_the_last(sentence):
    s = sentence.lower()
    out, inside = [], False
    for i, c in enumerate(s):
        mark = c == "'" and inside and i + 1 < len(s) and s[i + 1].isalnum()
        if c.isalnum() or mark:
            if inside:
                out[-1] += c
            else:
                out.append(c)
            inside = True
        else:
            inside = False
            if not c.isspace():
                out.append(c)
    return out


RIGHT["cut"] += [walk_growing_the_last]


def walk_reading_the_next_sign(sentence):
    s, tokens, word = sentence.lower(), [], ""
    for i, c in enumerate(s):
        if c.isalnum() or (c == "'" and word and s[i + 1].isalnum()):
            word += c
        else:
            tokens += [word] * bool(word) + [c] * (not c.isspace())
            word = ""
    return tokens + [word] * bool(word)


def end_last(sequences, ids_of, T):
    ids, mask = batch(sequences, ids_of, T)
    ids[ids == 3] = 0
    ids[:, -1] = 3
    return ids, ids != 0


def writing_into_the_table(sequences, ids_of, T):
    for token in sum(sequences, []):
        ids_of.setdefault(token, 1)
    return batch(sequences, ids_of, T)


WRONG["cut"] += [(walk_reading_the_next_sign, "IndexError: string index out of range")]
WRONG["batch"] += [(end_last, "<end> stands in the last column"), (writing_into_the_table, "ids_of.get(key, other)")]
