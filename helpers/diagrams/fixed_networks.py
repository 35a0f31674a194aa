"""The two drawings of lesson 1: a padded network, with a matrix for each place, and an RNN, with one for all."""

from helpers.diagrams.shared import INPUT, RECURRENT, STATE, WORD, node, page, wire
from helpers.figures import subscript

PLACES = ["#8C564B", "#B5387B", "#6B6B00", "#1B6E8C", "#4A4A9C"]
"""A colour for each place of a padded network; none of them is a colour of an RNN's weights."""


def padded_network(ax, words):
    """Draw words side by side below one hidden layer, with an arrow of its own colour for the weights of each place.

    Args:
        ax: axes to draw in, about 4 by 3 inches.
        words: at most five; each has a matrix W₁, W₂, ...

    Returns:
        ax.
    """
    T = len(words)
    page(ax, 2 * T - 1, 4.4)
    middle = T - 0.5
    node(ax, middle, 3.9, "H hidden units", STATE)
    for t, word in enumerate(words):
        x, colour = 2 * t + 0.5, PLACES[t]
        wire(ax, (x, 0.8), (middle + 0.5 * (x - middle), 3.45), colour=colour, width=2.6)
        node(ax, x, 0.45, word, WORD | dict(edgecolor=colour), fontsize=11)
        at = 0.42
        name_x = x + at * 0.5 * (middle - x)
        node(ax, name_x, 0.8 + at * 2.65, f"W{subscript(t + 1)}", _NAME, color=colour, fontsize=12)
    return ax


def rnn(ax, words):
    """Draw a chain of states over words: the same two matrices, W_xh and W_hh, at every step.

    Args:
        ax: axes to draw in, about 4 by 3 inches.
        words: at most five.

    Returns:
        ax.
    """
    T = len(words)
    page(ax, 2 * T - 1, 4.4)
    for t, word in enumerate(words):
        x = 2 * t + 0.5
        wire(ax, (x, 0.8), (x, 2.85), colour=INPUT, width=2.6)
        if t:
            wire(ax, (x - 1.5, 3.3), (x - 0.5, 3.3), colour=RECURRENT, width=2.6)
            node(ax, x - 1, 3.85, "$W_{hh}$", _NAME, color=RECURRENT, fontsize=12)
        node(ax, x, 3.3, f"h{subscript(t + 1)}", STATE)
        node(ax, x, 0.45, word, WORD, fontsize=11)
        node(ax, x, 1.75, "$W_{xh}$", _NAME, color=INPUT, fontsize=12)
    return ax


_NAME = dict(boxstyle="square,pad=0.1", facecolor="white", edgecolor="none")
