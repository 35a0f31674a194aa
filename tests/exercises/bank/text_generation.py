"""Answers to the exercises of text generation, right and wrong."""

import itertools
import math
from collections import Counter

import numpy as np


def with_counters(train, test, V, k):
    pairs = Counter(pair for row in train for pair in itertools.pairwise(row))
    before = Counter(a for row in train for a in row[:-1])
    logs = [math.log((pairs[a, b] + k) / (before[a] + k * V)) for row in test for a, b in itertools.pairwise(row)]
    return math.exp(-sum(logs) / len(logs))


def table(train, V, k, kV):
    counts = np.zeros((V, V))
    for row in train:
        for a, b in itertools.pairwise(row):
            counts[a, b] += 1
    with np.errstate(divide="ignore", invalid="ignore"):
        return (counts + k) / (counts.sum(axis=1, keepdims=True) + kV)


def of_table(p, test, mean=lambda logs: np.exp(-np.concatenate(logs).mean())):
    with np.errstate(divide="ignore"):
        return mean([np.log(p[row[:-1], row[1:]]) for row in test])


def with_table(train, test, V, k):
    return of_table(table(train, V, k, k * V), test)


def with_mean(mean):
    return lambda train, test, V, k: of_table(table(train, V, k, k * V), test, mean)


def keys(low_more=0, high_more=0, drop=()):
    def in_every_key(notes, low, high):
        shifts = range(low - min(notes) - low_more, high - max(notes) + 1 + high_more)
        return [[note + shift for note in notes] for shift in shifts if shift not in drop]

    return in_every_key


def moving_up(notes, low, high):
    tune, found = [note - min(notes) + low for note in notes], []
    while max(tune) <= high:
        found.append(tune)
        tune = [note + 1 for note in tune]
    return found


def clipped(notes, low, high):
    return [
        [min(max(note + shift, low), high) for note in notes]
        for shift in range(low - max(notes), high - min(notes) + 1)
    ]


def new_pair(train):
    seen = {pair for row in train for pair in itertools.pairwise(row)}
    inside = sorted({i for row in train for i in row[1:-1]})
    return next((a, b) for a in inside for b in inside if (a, b) not in seen)


def start_then_end(train):
    return train[0][0], train[0][-1]


def near(notes, low, high, most):
    """Return the keys that are no further than so many semitones away."""
    return [tune for tune in keys()(notes, low, high) if abs(tune[0] - notes[0]) <= most]


RIGHT = {
    "bigram_perplexity": [with_counters, with_table],
    "in_every_key": [keys(), moving_up],
    "impossible": [new_pair, start_then_end],
}

WRONG = {
    "bigram_perplexity": [
        (lambda train, test, V, k: [[1], [1, 2]], "expected one number"),
        (lambda train, test, V, k: of_table(table(train, V, k, 0), test), "k is missing below"),
        (lambda train, test, V, k: of_table(table(train, V, k, k), test), "below, k is added once"),
        (lambda train, test, V, k: of_table(table(train, V, 1, V), test), "k is ignored"),
        (lambda train, test, V, k: with_table(train, train, V, k), "of the training data"),
        (with_mean(lambda logs: np.exp(-np.mean([part.mean() for part in logs]))), "sequence by sequence"),
        (with_mean(lambda logs: np.mean([np.exp(-part.mean()) for part in logs])), "each sequence's perplexity"),
        (with_mean(lambda logs: -np.concatenate(logs).mean()), "mean surprise; perplexity"),
        (
            with_mean(lambda logs: np.exp(-np.concatenate([part[:-1] for part in logs]).mean())),
            "the step to <end>",
        ),
        (with_mean(lambda logs: np.exp(-np.concatenate(logs).sum())), "exp of the sum"),
        (with_mean(lambda logs: np.exp(-np.concatenate(logs).mean() / np.log(2))), "base 2"),
        (lambda train, test, V, k: of_table(table(train, V, 0, k * V), test), "is infinite"),
    ],
    "in_every_key": [
        (lambda notes, low, high: near(notes, low, high, 6), "low = 40, high = 72"),
        (lambda notes, low, high: near(notes, low, high, 12), "low = 40, high = 72"),
        (keys(drop=[0]), "do not leave it out"),
        (keys(high_more=-1), "highest key is left out"),
        (keys(low_more=-1), "lowest key is left out"),
        (clipped, "bends the tune"),
        (lambda notes, low, high: keys()(notes, low, high)[::-1], "lowest key comes first"),
        (lambda notes, low, high: keys()(notes, min(notes), high), "move down too"),
        (keys(1, 1), "one key too many at each end"),
    ],
    "impossible": [
        (lambda train: "ab", "expected two ids"),
        (lambda train: train[0][:2], "in the training data"),
        (lambda train: (max(map(max, train)) + 50, 3), "does not occur"),
        (lambda train: (2, 3), "0 / 0"),
        (lambda train: (train[0][1], 1), "<start>"),
        (lambda train: (train[0][1], 0), "both ids should be known"),
        (lambda train: "ab", "expected two ids"),
    ],
}


def joined(train, test, V, k):
    return of_table(table([sum(train, [])], V, k, k * V), [sum(test, [])])


WRONG["bigram_perplexity"] += [
    (lambda train, test, V, k: of_table(table([r[::-1] for r in train], V, k, k * V), test), "rows and columns"),
    (lambda train, test, V, k: of_table(table(test, V, k, k * V), test), "counted in test"),
    (joined, "joined to one text"),
]
WRONG["impossible"] += [(lambda train: (4, 3), "4"), (lambda train: (1, 5), "5")]
WRONG["impossible"] += [(lambda train: (1, 99), "b = 99 does not occur")]


def first_note_from_low(notes, low, high):
    out = []
    for start in range(low, high + 1):
        t = [start + n - notes[0] for n in notes]
        if max(t) <= high:
            out.append(t)
    return out


WRONG["in_every_key"] += [(first_note_from_low, "first note begins")]


def moving_an_array_up(notes, low, high):
    tune = np.array(notes) - min(notes) + low
    out = []
    while tune.max() <= high:
        out.append(tune.tolist())
        tune = tune + 1
    return out


def by_running_product(train, test, V, k):
    from collections import Counter
    from itertools import pairwise

    pair = Counter(p for r in train for p in pairwise(r))
    first = Counter(a for r in train for a in r[:-1])
    product, n = 1.0, 0
    for r in test:
        for a, b in pairwise(r):
            product *= (pair[a, b] + k) / (first[a] + k * V)
            n += 1
    return product ** (-1 / n)


def last_new_pair(train):
    from itertools import product

    pairs = {p for r in train for p in zip(r, r[1:], strict=False)}
    return sorted(set(product({a for a, _ in pairs}, {b for _, b in pairs})) - pairs)[-1]


RIGHT["in_every_key"] += [moving_an_array_up]
RIGHT["impossible"] += [last_new_pair]


def by_product(train, test, V, k):
    p = table(train, V, k, k * V)
    return np.prod([p[a, b] for row in test for a, b in itertools.pairwise(row)]) ** (
        -1 / sum(len(r) - 1 for r in test)
    )


def largest(*sequences):
    return max(map(max, itertools.chain(*sequences))) + 1


def only_the_first(train):
    seen = set(itertools.pairwise(train[0]))
    return next((a, b) for a in train[0][:-1] for b in train[0][1:] if (a, b) not in seen)


WRONG["bigram_perplexity"] += [
    (by_running_product, "A product of many probabilities is 0"),
    (by_product, "add up logarithms"),
    (lambda train, test, V, k: with_table(train, test, largest(train, test), k), "the V that is given"),
    (lambda train, test, V, k: of_table(table(train, V, k, k * largest(train)), test), "the V that is given"),
]
WRONG["impossible"] += [(only_the_first, "in the training data")]
