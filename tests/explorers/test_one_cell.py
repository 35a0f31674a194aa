"""The paper-sized network's state as a point in a plane."""

import re
from itertools import product

import numpy as np
import pytest

from helpers import explorers, toy

STARTS = {"none": (0, 0), "(1, 1)": (1, 1), "(-1, 1)": (-1, 1), "(-1, -1)": (-1, -1)}


def states(words, h=(0, 0)):
    found = [np.array(h, dtype=float)]
    for word in words:
        found.append(np.tanh(toy.W_xh[toy.WORDS.index(word)] + found[-1] @ toy.W_hh + toy.b_h))
    return np.array(found)


@pytest.fixture(scope="module")
def plane():
    asked = explorers.state_plane()

    def read(**values):
        for name, value in values.items():
            asked.explorer.controls[name].widget.value = value
        assert asked.explorer.error is None
        return asked.explorer.status

    return asked, read


def numbers(status):
    return [float(number) for number in re.findall(r"-?\d\.\d{3}", status)]


@pytest.mark.parametrize("words", [("food", "was", "nice"), ("nice", "nice", "food")], ids=" ".join)
@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("steps", [0, 1, 3, 12])
def test_the_state_is_where_the_equation_puts_it(plane, words, start, steps):
    _, read = plane
    said = numbers(read(first=words[0], second=words[1], third=words[2], start=start, steps=steps))
    from_zeros, from_there = states((words * 4)[:steps]), states((words * 4)[:steps], STARTS[start])
    np.testing.assert_allclose(said[:2], from_zeros[-1], atol=6e-4)
    if start != "none":
        np.testing.assert_allclose(said[2:4], from_there[-1], atol=6e-4)
        assert abs(said[4] - np.linalg.norm(from_there[-1] - from_zeros[-1])) < 6e-4


def moves():
    """Return how far the last state moves if one word is changed: a list of two distances for each of the three words."""
    end = states(toy.WORDS)[-1]
    moved = {place: [] for place in range(3)}
    for place, word in product(moved, toy.WORDS):
        changed = [*toy.WORDS[:place], word, *toy.WORDS[place + 1 :]]
        if changed != toy.WORDS:
            moved[place].append(np.linalg.norm(states(changed)[-1] - end))
    return list(moved.values())


def test_the_answer_to_its_question_is_true():
    first, second, third = moves()
    assert min(third) > 0.86 > 0.49 > max(second) > 0.26 > max(first)


def test_all_starts_have_met_after_twelve_words(plane):
    _, read = plane
    for start in list(STARTS)[1:]:
        assert numbers(read(first="food", second="was", third="nice", start=start, steps=12))[4] < 0.001
