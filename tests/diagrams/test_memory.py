"""The drawings of the memory lesson show the measured numbers."""

import numpy as np
from numpy.testing import assert_allclose

from helpers import figures, memory
from helpers.diagrams import circle_after, words_to_keep


def test_a_word_is_kept_from_its_place_to_the_end():
    _, ax = figures.new(8, 2)
    words_to_keep(ax, {"late": range(15, 20), "early": range(1, 6)}, 20)
    said = " ".join(text.get_text() for text in ax.texts)
    assert "keep it for 0 to 4 words" in said and "keep it for 14 to 18 words" in said


def test_the_longest_half_axis_is_the_largest_singular_value():
    W = np.array([[0.9, 1.0], [0.0, 0.9]])
    _, ax = figures.new(3, 3)
    circle_after(ax, W, 9)
    _, ellipse, axis = (line.get_xydata() for line in ax.lines)
    largest = memory.largest_singular_value(np.linalg.matrix_power(W, 9))
    assert_allclose(np.linalg.norm(axis[1]), largest)
    assert_allclose(np.linalg.norm(ellipse, axis=1).max(), largest, rtol=1e-3)
    assert ax.get_title("left") == f"after 9: {largest:.2f}"
