"""The drawings of the lesson on memory: how long a word must be kept, and what a matrix does to a circle."""

import numpy as np

from helpers.diagrams.shared import INPUT, OUTPUT, QUIET, RECURRENT


def words_to_keep(ax, rows, T):
    """Draw a text of T words for each row, the places where its telling word may stand, and how long it must be kept.

    Args:
        rows: name -> places, counted from 0.
    """
    ax.set(xlim=(-0.5, T + 4.2), ylim=(len(rows) - 0.3, -0.75), xticks=[], yticks=[])
    ax.spines[:].set_visible(False)
    for y, (name, places) in enumerate(rows.items()):
        for place in range(T):
            here = place in places
            ax.plot(place, y, "s", markersize=12, color=INPUT if here else "#D5D9DE", markeredgecolor=QUIET)
            if here:
                ax.text(place, y, "?", ha="center", va="center", fontsize=10, color="white")
        ax.text(-0.4, y - 0.42, name, ha="left", fontsize=11)
        arrow = dict(arrowstyle="-|>", color=RECURRENT, linewidth=2)
        ax.annotate("", (T - 0.6, y + 0.32), (places[0], y + 0.32), arrowprops=arrow)
        least, most = T - 1 - places[-1], T - 1 - places[0]
        ax.text(T - 0.3, y + 0.32, f"keep it for {least} to {most} words", va="center", fontsize=10, color=RECURRENT)
        ax.text(T - 0.3, y, "answer", va="center", fontsize=10, color=OUTPUT)
    return ax


def circle_after(ax, W, steps):
    """Draw what `steps` multiplications with W make of the circle of all rows of length 1, and its longest half axis."""
    angle = np.linspace(0, 2 * np.pi, 200)
    circle = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    power = np.linalg.matrix_power(W, steps)
    directions, sizes, _ = np.linalg.svd(power)
    longest = directions[:, 0] @ power
    ax.plot(*circle.T, "--", color=QUIET, linewidth=1)
    ax.plot(*(circle @ power).T, color=RECURRENT, linewidth=2)
    ax.plot([0, longest[0]], [0, longest[1]], color=INPUT, linewidth=2)
    ax.set(xlim=(-1.7, 1.7), ylim=(-4, 4), xticks=[], yticks=[], aspect="equal")
    ax.spines[:].set_visible(False)
    ax.set_title(f"after {steps}: {sizes[0]:.2f}", fontsize=11)
    return ax
