"""A run of a wiring: a chain of cells with its inputs and answers."""

import numpy as np

from helpers.diagrams.shared import CELL, SECOND_CELL
from helpers.figures import BLUE, GREEN, GREY, ORANGE, PURPLE, subscript


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
                labels[0].set(rotation=turned, color=GREY if reads[t] == "-" else colour)
                labels[2].set(rotation=turned)
        return self.ax
