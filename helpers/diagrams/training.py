"""How a text is laid out for training: rows that are read side by side, in windows."""

from matplotlib.patches import Rectangle

from helpers.diagrams.shared import BACK, CELL, RECURRENT, wire

GAP = 7
"""Characters between two windows, room for the arrow of the state."""


def text_windows(ax, rows, T):
    """Draw the first two windows of a text: the state crosses their border, the error stops there.

    Args:
        ax: axes to draw in.
        rows: dict of a row's name -> its text, at least 2 T characters.
        T: characters in a window.

    Returns:
        ax.
    """
    right = 2 * T + GAP
    ax.set(xlim=(-9, right + GAP), ylim=(-1.5, len(rows) + 0.2))
    ax.axis("off")
    for place, (name, text) in enumerate(rows.items()):
        y = len(rows) - 1 - place
        ax.text(-1, y, name, ha="right", va="center", fontsize=11)
        for window in range(2):
            x = window * (T + GAP)
            shown = text[window * T : (window + 1) * T].replace("\n", "↵").replace("$", r"\$")
            ax.add_patch(Rectangle((x, y - 0.36), T, 0.72, facecolor=CELL, edgecolor=RECURRENT))
            ax.text(x + T / 2, y, shown, ha="center", va="center", fontsize=10, family="monospace")
            wire(ax, (x + T, y), (x + T + GAP, y), colour=RECURRENT)
    ax.text(T + GAP / 2, len(rows) - 0.75, "state", ha="center", fontsize=11, color=RECURRENT)
    for window in range(2):
        x = window * (T + GAP)
        ax.text(x + T / 2, len(rows) - 0.3, f"window {window + 1}", ha="center", fontsize=11)
        head = dict(arrowstyle="-|>", color=BACK, linestyle="--", linewidth=1.6, shrinkA=0, shrinkB=0)
        ax.annotate("", (x + 0.4, -0.75), (x + T, -0.75), arrowprops=head)
        wire(ax, (x, -0.5), (x, -1.0), colour=BACK, arrow=False, width=3)
        ax.text(x + T / 2, -1.3, "the error runs back, and stops", ha="center", fontsize=11, color=BACK)
    return ax
