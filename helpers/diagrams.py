"""Drawings: a chain of cells with its inputs and answers, and an LSTM cell with the numbers of one step."""

import numpy as np

from helpers.figures import BLUE, GREEN, ORANGE, PURPLE, subscript

CELL, SECOND_CELL = "#E8F1F8", "#A9C9E3"
FUNCTION = dict(boxstyle="round,pad=0.3", facecolor="#FFE8C9", edgecolor=ORANGE)
OPERATION = dict(boxstyle="circle,pad=0.2", facecolor="#E8F1F8", edgecolor=BLUE)


class Chain:
    """The picture of a run: a box for each step, inputs below, answers above, and arrows where the state is passed on.

    Args:
        ax: axes to draw in.
        most: the largest number of steps that `show` will draw.
        animated: True if an explorer redraws it.
    """

    def __init__(self, ax, most, animated=False):
        self.ax = ax
        ax.set(ylim=(0, 1), xticks=[], yticks=[0.2, 0.5, 0.8])
        ax.set_yticklabels(["reads", "state", "speaks"])
        for label, colour in zip(ax.get_yticklabels(), (ORANGE, BLUE, GREEN), strict=True):
            label.set_color(colour)
        ax.tick_params(length=0)
        ax.spines[:].set_visible(False)
        ax.set_xlim(0, 1)

        def marks(marker, colour, size):
            return ax.plot([], [], linestyle="", marker=marker, color=colour, markersize=size, animated=animated)[0]

        def labels(y, va, colour="black"):
            return [
                ax.text(0, y, "", ha="center", va=va, fontsize=10, color=colour, animated=animated) for _ in range(most)
            ]

        (self.fed_back,) = ax.plot([], [], color=PURPLE, linestyle=(0, (3, 2)), linewidth=1.3, animated=animated)
        self.boxes = marks("s", CELL, 26)
        self.second_boxes = marks("s", SECOND_CELL, 26)
        for boxes in (self.boxes, self.second_boxes):
            boxes.set(markeredgecolor=BLUE, markeredgewidth=1)
        self.handed_on = marks(r"$\rightarrow$", BLUE, 14)
        self.reading = marks(r"$\uparrow$", ORANGE, 11)
        self.reading_answer = marks(r"$\uparrow$", PURPLE, 11)
        self.speaking = marks(r"$\uparrow$", GREEN, 11)
        self.states = labels(0.495, "center")
        self.read = labels(0.25, "top")
        self.answers = labels(0.76, "bottom")

    def show(self, wiring, read, answers, states=None, second_cell_from=None):
        """Draw a wiring with a label in `read` for each "x" and a label in `answers` for each step that speaks.

        states: a label for every box; second_cell_from: the first step of a second cell.
        """
        steps = wiring.steps()
        T = len(steps)
        middle = (np.arange(T) + 0.5) / T
        reads, speaks = np.array(list(wiring.reads)), np.array(list(wiring.speaks)) == "y"
        second = np.arange(T) >= (T if second_cell_from is None else second_cell_from)
        size = min(26, 300 / T)
        for marks, x, y in (
            (self.boxes, middle[~second], 0.5),
            (self.second_boxes, middle[second], 0.5),
            (self.handed_on, middle[1:] - 0.5 / T, 0.5),
            (self.reading, middle[reads == "x"], 0.33),
            (self.reading_answer, middle[reads == "y"], 0.33),
            (self.speaking, middle[speaks], 0.67),
        ):
            marks.set_data(x, np.full(len(x), y))
        self.boxes.set_markersize(size)
        self.second_boxes.set_markersize(size)
        self.handed_on.set_markersize(min(14, 190 / T))
        path_x, path_y = [], []
        for t in np.flatnonzero(reads == "y"):
            spoke = np.flatnonzero(speaks[:t])[-1]
            between = middle[t] - 0.5 / T
            path_x += [middle[spoke] + 0.14 / T, between, between, middle[t] - 0.14 / T, np.nan]
            path_y += [0.69, 0.69, 0.3, 0.3, np.nan]
        self.fed_back.set_data(path_x, path_y)

        inputs, next_answers, last = iter(read), iter(answers), ""
        turned = 90 if T > 8 else 0
        states = states or ([""] * T if T > 9 else [f"h{subscript(t + 1)}" for t in range(T)])
        for t, labels in enumerate(zip(self.read, self.states, self.answers, strict=True)):
            for label in labels:
                label.set_visible(t < T)
            if t < T:
                colour = PURPLE if reads[t] == "y" else "black"
                below = next(inputs) if reads[t] == "x" else last if reads[t] == "y" else "nothing"
                if speaks[t]:
                    last = next(next_answers)
                for label, content in zip(labels, (below, states[t], last if speaks[t] else ""), strict=True):
                    label.set(text=content, x=middle[t])
                labels[0].set(rotation=turned, color="#8A9099" if reads[t] == "-" else colour)
                labels[2].set(rotation=turned)
        return self.ax


def lstm_cell(ax, x_t, h_prev, c_prev, i, f, g, o, c_t, h_t):
    """Draw one LSTM step: the cell state runs along the top, the gates act on it from below. All values are texts."""
    _page(ax, 12, 7)
    _wire(ax, (0.9, 6), (11, 6), width=3.5, colour=BLUE)
    _wire(ax, (0.9, 0.7), (8.2, 0.7), arrow=False)
    for x in (2.6, 4.6, 6.4, 8.2):
        _wire(ax, (x, 0.7), (x, 1.7))
    _wire(ax, (2.6, 2.3), (2.6, 5.6))
    _wire(ax, (4.6, 2.3), (4.6, 3.6), (5.15, 3.6))
    _wire(ax, (6.4, 2.3), (6.4, 3.6), (5.85, 3.6))
    _wire(ax, (5.5, 4), (5.5, 5.6))
    _wire(ax, (9.7, 6), (9.7, 5.1))
    _wire(ax, (9.7, 4.5), (9.7, 3.55))
    _wire(ax, (8.2, 2.3), (8.2, 3.2), (9.35, 3.2))
    _wire(ax, (10.05, 3.2), (11, 3.2))
    for x, name, value in (
        (2.6, "σ", f"f = {f}"),
        (4.6, "σ", f"i = {i}"),
        (6.4, "tanh", f"g = {g}"),
        (8.2, "σ", f"o = {o}"),
    ):
        _node(ax, x, 2, name, FUNCTION)
        ax.text(x + 0.15, 2.75, value, fontsize=10.5, color=ORANGE)
    _node(ax, 9.7, 4.8, "tanh", FUNCTION)
    for x, y, name in ((2.6, 6, "×"), (5.5, 6, "+"), (5.5, 3.6, "×"), (9.7, 3.2, "×")):
        _node(ax, x, y, name, OPERATION)
    for y, text in ((6, f"c_prev\n{c_prev}"), (0.7, f"x_t, h_prev\n{x_t}, {h_prev}")):
        ax.text(0.8, y, text, ha="right", va="center", fontsize=10.5)
    for y, text in ((6, f"c_t\n{c_t}"), (3.2, f"h_t\n{h_t}")):
        ax.text(11.1, y, text, ha="left", va="center", fontsize=10.5)
    return ax


def _page(ax, width, height):
    ax.set(xlim=(-1.4, width + 0.6), ylim=(0, height))
    ax.axis("off")


def _node(ax, x, y, text, box):
    ax.text(x, y, text, ha="center", va="center", fontsize=12, bbox=box, zorder=3)


def _wire(ax, *points, arrow=True, width=1.6, colour="black"):
    ax.plot(*zip(*points, strict=True), color=colour, linewidth=width, zorder=1, solid_joinstyle="miter")
    if arrow:
        ax.annotate("", points[-1], points[-2], arrowprops=dict(arrowstyle="-|>", color=colour, shrinkA=0, shrinkB=0))
