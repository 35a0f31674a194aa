"""The drawing of one cell, with its numbers."""

import numpy as np
from matplotlib.patches import FancyBboxPatch

from helpers.diagrams.shared import FUNCTION, INPUT, OPERATION, QUIET, RECURRENT, STATE, WORD, node, page, wire


def rnn_cell(ax, t, word, x_t, h_prev, W_xh, W_hh, b_h):
    """Draw step t of a tanh cell with every number on its way: the word from below, the old state from the left.

    h_t = tanh(z_t), z_t = x_t W_xh + h_prev W_hh + b_h

    Args:
        ax: axes to draw in, about 8 by 3 inches.
        t: the step, 1, 2, ...
        word: its word.
        x_t, h_prev: (D,), (H,): one row each.
        W_xh, W_hh, b_h: (D, H), (H, H), (H,).

    Returns:
        ax.
    """
    from_word, from_state = x_t @ W_xh, h_prev @ W_hh
    z_t = from_word + from_state + b_h
    page(ax, 12, 5.2)
    ax.add_patch(FancyBboxPatch((2.4, 1.2), 7.2, 3.75, boxstyle="round,pad=0.1", facecolor="#F7F9FB", edgecolor=QUIET))
    ax.text(2.5, 4.7, "the cell", fontsize=11, color=QUIET, va="center")
    wire(ax, (-0.4, 3), (2.85, 3), colour=RECURRENT)
    wire(ax, (3.95, 3), (5.6, 3), colour=RECURRENT)
    wire(ax, (5.9, 0.55), (5.9, 1.35), colour=INPUT)
    wire(ax, (5.9, 2), (5.9, 2.7), colour=INPUT)
    wire(ax, (5.9, 4.1), (5.9, 3.3))
    wire(ax, (6.2, 3), (8.2, 3))
    wire(ax, (9.25, 3), (12.3, 3), colour=RECURRENT)
    node(ax, 3.4, 3, "× $W_{hh}$", STATE)
    node(ax, 5.9, 1.68, "× $W_{xh}$", WORD)
    node(ax, 5.9, 3, "+", OPERATION)
    node(ax, 8.72, 3, "tanh", FUNCTION)
    ax.text(5.9, 4.4, f"$b_h$ = {written(b_h)}", ha="center", va="center", fontsize=11)
    node(ax, 5.9, 0.27, f"“{word}”", WORD)
    for x, name, row, colour in (
        (0.75, f"$h_{{{t - 1}}}$ = ", h_prev, RECURRENT),
        (4.7, "", from_state, RECURRENT),
        (7.2, f"$z_{{{t}}}$ = ", z_t, "black"),
        (11.2, f"$h_{{{t}}}$ = ", np.tanh(z_t), RECURRENT),
    ):
        ax.text(x, 3.35, f"{name}\n{written(row)}".strip(), ha="center", va="bottom", fontsize=11, color=colour)
    ax.text(6.05, 2.35, written(from_word), va="center", fontsize=11, color=INPUT)
    ax.text(6.05, 0.88, f"$x_{{{t}}}$ = {written(x_t)}", va="center", fontsize=11, color=INPUT)
    return ax


def written(row):
    """Return numbers as on paper: (0.5, -0.3), with up to three decimals."""
    return "(" + ", ".join(f"{round(float(number), 3) + 0.0:g}" for number in row) + ")"
