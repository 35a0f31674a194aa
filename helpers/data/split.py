"""Training, validation and test data: who goes where, the same on every machine."""

import hashlib
from collections import Counter, defaultdict
from itertools import combinations
from typing import NamedTuple


class Split(NamedTuple):
    """Train on the first, choose with the second, and report the third once."""

    train: list
    validation: list
    test: list


def by_hash(items, key=str, salt="rnn-unrolled"):
    """The items in an order that only their keys decide: sorted by SHA-256, as good as shuffled, equal everywhere."""
    return sorted(items, key=lambda item: hashlib.sha256(f"{salt}/{key(item)}".encode()).digest())


def cut_list(items, validation, test):
    """A Split of a list: the first `test` items are the test set, the next `validation` the validation set."""
    return Split(items[test + validation :], items[test : test + validation], items[:test])


def similar_pairs(marks, overlap, common=50):
    """Pairs of items that share much.

    Args:
        marks: one set per item, of whatever two equal items would share: runs of words, of notes.
        overlap: a pair is alike if the marks both have are at least this part of the marks either has.
        common: marks found in more items than this do not start a comparison.

    Returns:
        list of pairs of indices.
    """
    where = defaultdict(list)
    for i, own in enumerate(marks):
        for mark in own:
            where[mark].append(i)
    shared = Counter(pair for items in where.values() if len(items) <= common for pair in combinations(items, 2))
    return [(a, b) for (a, b), count in shared.items() if count >= overlap * len(marks[a] | marks[b])]


def connected_groups(count, pairs):
    """Indices from 0 to count - 1 in lists, so that the two of every pair are in one list.

    The order within a list decides, by its first index, which part `cut_groups` gives it to. A library's connected
    components find the same groups in another order, and would deal out the reviews anew.
    """
    group = [[i] for i in range(count)]
    for a, b in pairs:
        if group[a] is not group[b]:
            group[a].extend(group[b])
            for i in group[b]:
                group[i] = group[a]
    return [members for i, members in enumerate(group) if i == min(members)]


def cut_groups(items, groups, validation, test):
    """A Split in which no group is divided; validation and test get at least so many items.

    Groups come in the order of `by_hash` of their first item; within a part the items keep their own order.
    """
    parts = ([], [], [])
    for members in by_hash(groups, key=lambda members: items[members[0]]):
        part = 2 if len(parts[2]) < test else 1 if len(parts[1]) < validation else 0
        parts[part].extend(members)
    return Split(*([items[i] for i in sorted(part)] for part in parts))


def part_by_hash(key, validation=0.15, test=0.15):
    """Which part a thing belongs to wherever it turns up, decided by its text alone: 0, 1 or 2."""
    place = int.from_bytes(hashlib.sha256(key.encode()).digest()[:4]) / 2**32
    return 2 if place < test else 1 if place < test + validation else 0
