"""What several explorers draw alike."""

import numpy as np
from matplotlib.figure import Figure

from helpers.explorers.shared import AttentionGrid


def test_a_grid_shows_the_newest_weights_and_no_word_of_before():
    grid = AttentionGrid(Figure(), [0.2, 0.1, 0.7, 0.6], most_written=3, most_read=4)
    grid.show(["not", "bad", "food"], {"not", "bad", "food"}, ["pas", "mal"], np.ones((2, 3)))
    grid.show(["good", "fod"], {"good"}, ["bon"], [[0.75, 0.25]])
    expected = np.zeros((3, 4))
    expected[0, :2] = 0.75, 0.25
    np.testing.assert_array_equal(grid.weights, expected)
    seen = [text for text in grid.ax.texts if text.get_visible()]
    assert [text.get_text() for text in seen] == ["good", "fod", "bon"]
    assert [text.get_style() for text in seen] == ["normal", "italic", "normal"]
