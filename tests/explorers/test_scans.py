"""Check lesson 11's explorers: the half-life by its definition, what pairs are read back, and the status sentences."""

import numpy as np
import pytest

from helpers import explorers
from helpers.explorers import scans


@pytest.mark.parametrize("radius", [0.5, 0.9, 0.993, 0.9999])
def test_the_half_life_halves(radius):
    assert np.isclose(radius ** scans.half_life(radius), 0.5)
    assert scans.half_life(1) == scans.half_life(1.02) == np.inf


@pytest.mark.parametrize("twice", [False, True])
def test_pairs_are_written_once_or_twice_and_the_newest_counts(twice):
    keys, values, codes, newest, right = scans.random_pairs(32, 10, twice)
    assert keys.shape == values.shape == ((2 if twice else 1) * 10, 32) and codes.shape == (scans.CODES, 32)
    assert np.allclose(np.linalg.norm(keys, axis=1), 1)
    assert np.array_equal(values[newest], codes[right])
    assert len({keys[place].tobytes() for place in newest}) == 10
    assert not twice or newest.min() >= 10


def share(D, pairs, twice, rule):
    return np.mean([scans.read_right(*scans.random_pairs(D, pairs, twice, seed), rule)[1] for seed in range(5)])


def test_what_the_lesson_says_of_the_rules():
    assert share(16, 8, False, "sum") > 0.9 and 0.35 < share(16, 32, False, "sum") < 0.7
    assert share(32, 16, True, "sum") < 0.7 < 0.9 < share(32, 16, True, "delta")
    assert share(32, 32, False, "delta") < share(32, 32, False, "sum")
    assert share(16, 64, False, None) > 0.98
    assert share(16, 8, True, "sum") < share(16, 8, True, "fading") < share(16, 8, True, "delta")
    assert share(32, 32, False, None) == 1 and share(32, 32, True, None) < 0.7


def test_of_two_equal_keys_softmax_reads_the_mean_and_the_first_of_the_two_codes_counts():
    keys, values, codes, newest, right = scans.random_pairs(64, 16, True)
    of_code = {code.tobytes(): number for number, code in enumerate(codes)}
    old = {keys[place].tobytes(): of_code[values[place].tobytes()] for place in reversed(range(len(keys)))}
    hit = scans.read_right(keys, values, codes, newest, right, None)[1]
    first = [new <= old[keys[place].tobytes()] for place, new in zip(newest, right, strict=True)]
    assert np.array_equal(hit, first) and 0 < hit.sum() < len(hit)


def moved(name, **values):
    explorer = getattr(explorers, name)().explorer
    explorer.move(**values)
    assert explorer.error is None
    return explorer.status


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (dict(radius=0.993, angle=45, given=scans.TAPS), "Half is left after 98.7 steps; a full turn takes 8.0 steps"),
        (dict(radius=1.02), "It grows: 7.2 times after 100 steps"),
        (dict(radius=1.0, angle=180), "Nothing is lost; it changes its sign at every step"),
        (dict(radius=1.02, given=scans.TAPS), "far over 10"),
    ],
)
def test_an_eigenvalue_says_what_it_does(values, words):
    assert words in moved("eigenvalue_memory", **values)


def test_a_matrix_says_how_many_pairs_it_reads():
    assert "256 numbers, 32 keys written once" in moved("matrix_state", pairs=32)
    assert "Keeping everything takes 2,048 numbers" in moved(
        "matrix_state", pairs=32, written="twice", rule="keep everything"
    )
    assert "1 of 1 read back right" in moved("matrix_state", pairs=1)
