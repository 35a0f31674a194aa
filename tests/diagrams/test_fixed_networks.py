"""helpers.diagrams.fixed_networks: one colour for each matrix, in both drawings."""

import pytest
from matplotlib.colors import to_hex

from helpers import figures
from helpers.diagrams import padded_network, rnn


def drawn(draw, words):
    """Return the colours of the lines, and the texts, of a drawing of 4 by 3 inches."""
    fig, ax = figures.new(4, 3)
    assert draw(ax, words) is ax
    fig.canvas.draw()
    for text in ax.texts:
        assert fig.bbox.contains(*text.get_window_extent().min) and fig.bbox.contains(*text.get_window_extent().max)
    return [to_hex(line.get_color()) for line in ax.lines], [text.get_text() for text in ax.texts]


@pytest.mark.parametrize("words", [["food"], ["food", "was", "nice"], ["food", "was", "nice", "<pad>", "<pad>"]])
def test_a_padded_network_has_a_colour_for_each_place(words):
    colours, texts = drawn(padded_network, words)
    assert len(colours) == len(set(colours)) == len(words)
    assert sum(text.startswith("W") for text in texts) == len(words)
    assert set(words) <= set(texts)


@pytest.mark.parametrize("T", [2, 3, 5])
def test_an_rnn_has_two_colours_however_long_the_sentence(T):
    colours, texts = drawn(rnn, ["food", "was", "nice", "but", "dull"][:T])
    assert len(colours) == 2 * T - 1
    assert len(set(colours)) == 2
    assert texts.count("$W_{xh}$") == T and texts.count("$W_{hh}$") == T - 1
