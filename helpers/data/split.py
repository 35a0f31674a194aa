"""Split data into training, validation and test, in the same way on every machine."""

import hashlib
from collections import Counter, defaultdict
from itertools import combinations
from typing import NamedTuple


class Split(NamedTuple):
    """Train on the first part, choose with the second, and report results on the third once."""

    train: list
    validation: list
    test: list


def by_hash(items, key=str, salt="rnn-unrolled"):
    """Return the items sorted by the SHA-256 of their keys: a shuffle that is the same on every machine."""
    return sorted(items, key=lambda item: hashlib.sha256(f"{salt}/{key(item)}".encode()).digest())


def cut_list(items, validation, test):
    """Split a list: the first `test` items are the test set, the next `validation` the validation set."""
    return Split(items[test + validation :], items[test : test + validation], items[:test])


def similar_pairs(marks, overlap, common=50):
    """Return pairs of similar items.

    Args:
        marks: one set for each item, of parts such as runs of words or of notes.
        overlap: a pair is similar if the marks that both have are at least this fraction of all marks of the two.
        common: marks that more items than this have are ignored.

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
    """Return the indices from 0 to count - 1 in lists, so that the two indices of every pair are in one list.

    The first index of a list decides which part `cut_groups` puts it in. A library for connected components finds the
    same groups in another order, so the reviews would be split differently.
    """
    group = [[i] for i in range(count)]  # all indices of a group share one list object
    for a, b in pairs:
        if group[a] is not group[b]:
            group[a].extend(group[b])
            for i in group[b]:
                group[i] = group[a]
    return [members for i, members in enumerate(group) if i == min(members)]


def cut_groups(items, groups, validation, test):
    """Split items without dividing a group; validation and test get at least as many items as given.

    Groups are taken in the order of `by_hash` of their first item; within a part the items keep their own order.
    """
    parts = ([], [], [])
    for members in by_hash(groups, key=lambda members: items[members[0]]):
        part = 2 if len(parts[2]) < test else 1 if len(parts[1]) < validation else 0
        parts[part].extend(members)
    return Split(*([items[i] for i in sorted(part)] for part in parts))


def part_by_hash(key, validation=0.15, test=0.15):
    """Return which part a text belongs to: 0, 1 or 2. It depends on the text alone."""
    place = int.from_bytes(hashlib.sha256(key.encode()).digest()[:4]) / 2**32
    return 2 if place < test else 1 if place < test + validation else 0
