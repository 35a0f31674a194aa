"""Answers to the exercises of speech recognition, right and wrong."""

import functools
import itertools

import numpy as np

from helpers.exercises.speech_recognition import _distance


def row_by_row(said, truth):
    row = list(range(len(truth) + 1))
    for i, a in enumerate(said, 1):
        before, row = row, [i]
        for j, b in enumerate(truth, 1):
            row.append(min(before[j - 1] + (a != b), before[j] + 1, row[j - 1] + 1))
    return row[-1]


def recursive(said, truth):
    @functools.cache
    def distance(i, j):
        if i == 0 or j == 0:
            return i + j
        if said[i - 1] == truth[j - 1]:
            return distance(i - 1, j - 1)
        return 1 + min(distance(i - 1, j - 1), distance(i - 1, j), distance(i, j - 1))

    return distance(len(said), len(truth))


def popping(said, truth):
    count = 0
    while said and truth:
        count += said.pop() != truth.pop()
    return count + len(said) + len(truth)


def two_back(row=1, column=1):
    """The table whose entries look `row` rows back for what is left out and `column` columns back for what is put in."""

    def edit_distance(said, truth):
        table = np.zeros((len(said) + 1, len(truth) + 1))
        table[:, 0], table[0] = np.arange(len(said) + 1), np.arange(len(truth) + 1)
        for i, a in enumerate(said, 1):
            for j, b in enumerate(truth, 1):
                table[i, j] = min(table[i - 1, j - 1] + (a != b), table[i - row, j] + 1, table[i, j - column] + 1)
        return table[-1, -1]

    return edit_distance


RIGHT = {
    "fewest_steps": [
        lambda digits: len(digits) + sum(a == b for a, b in itertools.pairwise(digits)),
        lambda digits: sum(2 if t and digits[t] == digits[t - 1] else 1 for t in range(len(digits))),
    ],
    "edit_distance": [row_by_row, recursive, two_back(1, 1)],
    "misleading": [lambda: [[0.6, 0.4], [0.6, 0.4]], lambda: [[0.55, 0.45]] * 3],
}

WRONG = {
    "fewest_steps": [
        (lambda digits: len(digits), "equal neighbours would merge"),
        (len, "equal neighbours would merge"),
        (lambda digits: 2 * len(digits) + 1, "not round every digit"),
        (lambda digits: 2 * len(digits) - 1, "not between all"),
        (lambda digits: 2 * len(digits) - len(set(digits)), "only neighbours"),
        (lambda digits: len(list(itertools.groupby(digits))), "counted as one digit"),
    ],
    "edit_distance": [
        (
            lambda a, b: sum(x != y for x, y in zip(a, b, strict=False)) + abs(len(a) - len(b)),
            "place by place, so that one digit too many",
        ),
        (lambda a, b: sum(x != y for x, y in zip(a, b, strict=False)), "not counted"),
        (lambda a, b: _distance(a, b, substitution=2), "two faults"),
        (lambda a, b: abs(len(a) - len(b)), "only the lengths"),
        (lambda a, b: _distance(a, b, deletion=0), "leaving out costs nothing"),
        (lambda a, b: _distance(a, b, insertion=0), "putting in costs nothing"),
        (lambda a, b: _distance(a, b, edges=(0, 0)), "first row and column"),
        (lambda a, b: row_by_row(a, b) / max(len(b), 1), "a rate"),
        (lambda a, b: len(set(a) ^ set(b)), "which digits occur at all"),
        (lambda a, b: _distance(a, b, insertion=2, deletion=2), "two faults each"),
        (two_back(column=2), "you return"),
        (two_back(row=2), "you return"),
        (popping, "changes said and truth in place"),
        (lambda a, b: row_by_row(a, b) / len(b), "ZeroDivisionError"),
    ],
    "misleading": [
        (lambda: [[0.4, 0.6], [0.6, 0.4]], "says a digit already"),
        (lambda: [[0.9, 0.1], [0.8, 0.2]], "silence has probability"),
        (lambda: [[0.6, 0.6]], "add up to 1"),
        (lambda: [[0.6, 0.3, 0.1]], "shape"),
        (lambda: [[0.5, 0.5], [0.5, 0.5]], "toss"),
        (lambda: [[0.6, 0.4]], "silence has probability"),
    ],
}


def one_more_for_any_repeat(digits):
    n = len(digits)
    return n if len(set(digits)) == n else n + 1


def recursive_without_end(said, truth):
    if said[0] == truth[0]:
        return recursive_without_end(said[1:], truth[1:])
    return 1 + min(
        recursive_without_end(said[1:], truth),
        recursive_without_end(said, truth[1:]),
        recursive_without_end(said[1:], truth[1:]),
    )


WRONG["fewest_steps"] += [(one_more_for_any_repeat, "occurs twice anywhere")]
WRONG["edit_distance"] += [(recursive_without_end, "Where one of the two lists is empty")]


def in_one_row(said, truth):
    row = list(range(len(truth) + 1))
    for i, a in enumerate(said, 1):
        last, row[0] = row[0], i
        for j, b in enumerate(truth, 1):
            last, row[j] = row[j], min(last + (a != b), row[j] + 1, row[j - 1] + 1)
    return row[-1]


RIGHT["edit_distance"] += [in_one_row]


def table_of(said, truth, fill, edge=lambda i, j: i + j):
    """Fill a table from the values of its edge; `fill(table, i, j, cost)` gives each of the others."""
    table = {(i, j): edge(i, j) for i in range(len(said) + 1) for j in range(len(truth) + 1) if 0 in (i, j)}
    for i in range(1, len(said) + 1):
        for j in range(1, len(truth) + 1):
            table[i, j] = fill(table, i, j, said[i - 1] != truth[j - 1])
    return table


def all_ways(table, i, j, cost):
    return min(table[i - 1, j - 1] + cost, table[i - 1, j] + 1, table[i, j - 1] + 1)


def with_ways(fill=all_ways, edge=lambda i, j: i + j):
    return lambda said, truth: table_of(said, truth, fill, edge)[len(said), len(truth)]


def one_early(said, truth):
    """Compare digits i - 2 and j - 2, from the end where there are none."""
    return with_ways()(said[-1:] + said[:-1], truth[-1:] + truth[:-1])


def over_written(said, truth):
    row = list(range(len(truth) + 1))
    for i, a in enumerate(said, 1):
        row[0] = i
        for j, b in enumerate(truth, 1):
            row[j] = min(row[j - 1] + (a != b), row[j] + 1, row[j - 1] + 1)
    return row[-1]


def with_exchange(said, truth):
    def fill(table, i, j, cost):
        crossed = min(i, j) > 1 and [*said[i - 2 : i]] == [truth[j - 1], truth[j - 2]]
        return min(all_ways(table, i, j, cost), table[i - 2, j - 2] + 1 if crossed else 99)

    return with_ways(fill)(said, truth)


def less_what_is_common(said, truth):
    def longest(table, i, j, cost):
        return max(table[i - 1, j], table[i, j - 1], table[i - 1, j - 1] + (not cost))

    return max(len(said), len(truth)) - with_ways(longest, lambda i, j: 0)(said, truth)


def but_the_last(said, truth):
    whole = np.add.outer(np.arange(len(said) + 1), np.arange(len(truth) + 1))
    for (i, j), entry in table_of(said, truth, all_ways).items():
        whole[i, j] = entry
    return whole[len(said) - 1, len(truth) - 1]


RIGHT["edit_distance"] += [with_ways()]
WRONG["edit_distance"] += [
    (with_ways(edge=lambda i, j: j), "the first column of the table is 0"),
    (with_ways(edge=lambda i, j: i), "the first row of the table is 0"),
    (with_ways(lambda d, i, j, cost: min(d[i - 1, j - 1] + cost, d[i, j - 1] + 1)), "the one that leaves out"),
    (with_ways(lambda d, i, j, cost: min(d[i - 1, j - 1] + cost, d[i - 1, j] + 1)), "the one that puts in"),
    (
        with_ways(lambda d, i, j, cost: min(d[i - 1, j - 1] + cost, d[i - 1, j], d[i, j - 1] + 1)),
        "but in the first column",
    ),
    (
        with_ways(lambda d, i, j, cost: min(d[i - 1, j - 1] + cost, d[i - 1, j] + 1, d[i, j - 1])),
        "but in the first row",
    ),
    (one_early, "one place too early"),
    (over_written, "before you write over it"),
    (with_exchange, "two neighbours that change places"),
    (less_what_is_common, "both have in common"),
    (but_the_last, "the entry before the last one"),
]
