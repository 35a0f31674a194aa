"""Answers to the exercises of image captioning, right and wrong."""

from collections import Counter

import numpy as np

from helpers.exercises.image_captioning import _runs


def with_counters(said, truth, n):
    runs, there = Counter(_runs(said, n)), Counter(_runs(truth, n))
    return sum(min(count, there[run]) for run, count in runs.items()) / max(runs.total(), 1)


def crossing_off(said, truth, n):
    left, runs, hits = _runs(truth, n), _runs(said, n), 0
    for run in runs:
        if run in left:
            left.remove(run)
            hits += 1
    return hits / len(runs) if runs else 0.0


def last_word(captions):
    return [f"{caption.rsplit(' ', 1)[0]} middling" for caption in captions]


def first_word(captions):
    return [f"well {caption.split(' ', 1)[1]}" for caption in captions]


def every_third_word(captions):
    return [" ".join("oh" if i % 3 == 2 else word for i, word in enumerate(c.split())) for c in captions]


def drops(speak, seen, empty, change=lambda copy, place, empty: copy.__setitem__(place, empty), keep=False):
    copy, found = seen.copy(), []
    for place in range(len(seen)):
        copy = copy if keep else seen.copy()
        change(copy, place, empty)
        found.append(speak(seen) - speak(copy))
    return np.array(found)


def with_where(speak, seen, empty):
    rows = np.arange(len(seen))
    return [max(0.0, speak(seen) - speak(np.where(rows[:, None] == place, empty, seen))) for place in range(len(seen))]


def in_place(speak, seen, empty):
    return np.maximum(drops(speak, seen, empty, lambda copy, place, empty: seen.__setitem__(place, empty)), 0)


def cover_others(copy, place, empty):
    copy[np.arange(len(copy)) != place] = empty


RIGHT = {
    "precision": [with_counters, crossing_off],
    "flattering": [last_word, first_word],
    "reasons": [lambda *given: np.maximum(drops(*given), 0), with_where],
}

WRONG = {
    "precision": [
        (lambda s, t, n: sum(run in _runs(t, n) for run in _runs(s, n)) / max(len(_runs(s, n)), 1), "only as often"),
        (lambda s, t, n: crossing_off(s, t, n) * max(len(_runs(s, n)), 1) / len(_runs(t, n)), "a recall"),
        (
            lambda s, t, n: len(set(_runs(s, n)) & set(_runs(t, n))) / max(len(set(_runs(s, n))), 1),
            "as a set",
        ),
        (lambda s, t, n: crossing_off(s, t, 1), "n is ignored"),
        (lambda s, t, n: crossing_off(s, t, n) * len(_runs(s, n)) / len(s), "number of words"),
        (
            lambda s, t, n: (
                sum(a == b for a, b in zip(_runs(s, n), _runs(t, n), strict=False)) / max(len(_runs(s, n)), 1)
            ),
            "same place",
        ),
        (lambda s, t, n: len(set(_runs(s, n)) & set(_runs(t, n))) / len(_runs(s, n)), "ZeroDivisionError"),
        (lambda s, t, n: crossing_off(s, t, n) * len(_runs(s, n)), "divide by"),
    ],
    "flattering": [
        (lambda captions: captions, "still exactly right"),
        (every_third_word, "fewer words"),
        (lambda captions: ["one digit : a thin one in the middle ."] * len(captions), "fewer words"),
        (lambda captions: last_word(captions)[1:], "one for each"),
        (lambda captions: [caption.split() for caption in captions], "each one string"),
    ],
    "reasons": [
        (lambda speak, seen, empty: [speak(seen)] * len(seen), "All of your numbers are"),
        (lambda *given: np.maximum(drops(*given, keep=True), 0), "stay covered"),
        (
            lambda *given: np.maximum(drops(*given, lambda copy, place, empty: copy.__setitem__(place, 0)), 0),
            "not zeros",
        ),
        (lambda *given: np.maximum(-drops(*given), 0), "sign is wrong"),
        (drops, "not a negative number"),
        (lambda *given: np.abs(drops(*given)), "size of the change"),
        (lambda *given: np.maximum(drops(*given, cover_others), 0), "cover only one"),
        (lambda speak, seen, empty: speak(seen) - drops(speak, seen, empty), "with the place covered"),
        (in_place, "changes seen in place"),
    ],
}


def matched(said, truth, n, of):
    mine, right = (Counter(map(of, _runs(words, n))) for words in (said, truth))
    return (mine & right).total() / max(mine.total(), 1)


WRONG["precision"] += [
    (lambda s, t, n: matched(s, t, n, frozenset), "order of the words"),
    (lambda s, t, n: matched(s, t, n, lambda run: tuple(sorted(run))), "order of the words"),
    (lambda s, t, n: matched(s, t, n, "".join), "glued together"),
]


def another_word(place):
    def change(captions):
        rows = [caption.split() for caption in captions]
        return [" ".join([*row[: place(row)], "zero", *row[place(row) + 1 :]]) for row in rows]

    return change


WRONG["flattering"] += [
    (another_word(lambda row: len(row) // 2), "fewer words"),
    (another_word(lambda row: 3), "fewer words"),
]


def with_short_runs(said, truth, n):
    s = Counter(tuple(said[i : i + n]) for i in range(len(said)))
    t = Counter(tuple(truth[i : i + n]) for i in range(len(truth)))
    return (s & t).total() / max(s.total(), 1)


def compared_with_the_one_before(speak, seen, empty):
    c = seen.copy()
    out = []
    before = speak(seen)
    for p in range(len(seen)):
        c[p] = empty
        now = speak(c)
        out.append(max(before - now, 0))
        before = now
    return np.array(out)


WRONG["precision"] += [(with_short_runs, "fewer than n words")]
WRONG["reasons"] += [(compared_with_the_one_before, "compared with the one before")]


def crossing_off_slices(said, truth, n):
    left = [truth[i : i + n] for i in range(len(truth) - n + 1)]
    hits, total = 0, 0
    for i in range(len(said) - n + 1):
        run = said[i : i + n]
        total += 1
        if run in left:
            left.remove(run)
            hits += 1
    return hits / total if total else 0.0


RIGHT["precision"] += [crossing_off_slices]
