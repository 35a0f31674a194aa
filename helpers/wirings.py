"""Which steps of a recurrent network read and which speak: a wiring is data, `run` executes it, `Chain` draws it."""

from typing import NamedTuple

import numpy as np

from helpers import cells, losses, text, validate
from helpers.figures import BLUE, GREEN, ORANGE, PURPLE

CELL, SECOND_CELL = "#E8F1F8", "#A9C9E3"


class Wiring(NamedTuple):
    """One character per step.

    Attributes:
        reads: "x" the next input, "y" the network's own last answer, "-" nothing (a row of zeros).
        speaks: "y" an answer is given, "-" silence.
    """

    reads: str
    speaks: str

    def steps(self):
        """The pairs (reads, speaks), one per step.

        Raises:
            ValueError: the two strings differ in length, are empty, hold another character, or a step reads an answer
                before any was given.
        """
        if len(self.reads) != len(self.speaks) or not self.reads:
            raise ValueError(
                f"reads has {len(self.reads)} steps and speaks has {len(self.speaks)}; expected as many, and at least one."
            )
        if strange := (set(self.reads) - set("xy-")) | (set(self.speaks) - set("y-")):
            raise ValueError(f"The wiring holds {min(strange)!r}; expected x, y or - in reads, y or - in speaks.")
        first_answer = f"{self.speaks}y".index("y")
        if "y" in self.reads[: first_answer + 1]:
            raise ValueError(f"Step {self.reads.index('y') + 1} reads the last answer, but none was given before it.")
        return list(zip(self.reads, self.speaks, strict=True))


class Run(NamedTuple):
    """What a run gave: states (T, H), p (S, K) probabilities and S answers, one for each step that spoke."""

    states: np.ndarray
    p: np.ndarray
    answers: list


def run(wiring, inputs, network, h_0=None, choose=np.argmax, end=None):
    """Run one sequence through a cell as a wiring says: h_t = tanh(x_t W_xh + h_{t-1} W_hh + b_h) at every step.

    x_t is the next input, the one-hot row of the last answer, or zeros. A step that speaks gives logits
    h_t W_hy + b_y, and `choose` makes them an answer.

    Args:
        wiring: Wiring.
        inputs: (N, D) floats, one row for each "x" of the wiring, in order.
        network: dict of W_xh (D, H), W_hh (H, H), b_h (H,) and, where a step speaks, W_hy (H, K), b_y (K,).
        h_0: (1, H), or None for zeros.
        choose: function from logits (K,) to an id; the largest, unless told otherwise.
        end: an answer after which the run stops; None runs all steps.

    Returns:
        Run.

    Raises:
        ValueError: the wiring contradicts itself, the inputs are not as many as it reads, or an answer is fed back to a
            cell that has another number of inputs than of answers.
    """
    steps = wiring.steps()
    D, H = network["W_xh"].shape
    inputs = np.reshape(inputs, (-1, D)) if len(inputs) == 0 else validate.floats("inputs", inputs)
    validate.shape("inputs", inputs, N=wiring.reads.count("x"), D=D)
    if "y" in wiring.reads and network["W_hy"].shape[1] != D:
        raise ValueError(
            f"An answer is one of {network['W_hy'].shape[1]}, an input one of {D}; to feed answers back they must be as many."
        )
    h_t = np.zeros((1, H)) if h_0 is None else h_0
    rows, states, p, answers = iter(inputs), [], [], []
    for reads, speaks in steps:
        x_t = np.zeros(D)
        if reads == "x":
            x_t = next(rows)
        elif reads == "y":
            x_t = text.one_hot(answers[-1], D)
        h_t = cells.rnn_step(x_t[None], h_t, network["W_xh"], network["W_hh"], network["b_h"])
        states.append(h_t[0])
        if speaks == "y":
            logits = h_t[0] @ network["W_hy"] + network["b_y"]
            p.append(losses.softmax(logits))
            answers.append(int(choose(logits)))
            if answers[-1] == end:
                break
    return Run(np.array(states), np.array(p), answers)


class Chain:
    """The picture of a run: a box per step, words read below, answers above, the state handed on between.

    Args:
        ax: axes to draw in.
        most: the largest number of steps `show` will get.
        animated: True where an explorer moves it.
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
        self.said = labels(0.76, "bottom")

    def show(self, wiring, read, said, states=None, second_cell_from=None):
        """Draw a wiring with what it read and said, one label for each "x" and for each step that speaks.

        states: a label for every box; second_cell_from: the step from which another cell works.
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

        inputs, answers, last = iter(read), iter(said), ""
        turned = 90 if T > 8 else 0
        states = states or ([""] * T if T > 9 else [f"h{_small(t + 1)}" for t in range(T)])
        for t, labels in enumerate(zip(self.read, self.states, self.said, strict=True)):
            for label in labels:
                label.set_visible(t < T)
            if t < T:
                colour = PURPLE if reads[t] == "y" else "black"
                below = next(inputs) if reads[t] == "x" else last if reads[t] == "y" else "nothing"
                if speaks[t]:
                    last = next(answers)
                for label, content in zip(labels, (below, states[t], last if speaks[t] else ""), strict=True):
                    label.set(text=content, x=middle[t])
                labels[0].set(rotation=turned, color="#8A9099" if reads[t] == "-" else colour)
                labels[2].set(rotation=turned)
        return self.ax


def _small(number):
    return "".join("₀₁₂₃₄₅₆₇₈₉"[int(digit)] for digit in str(number))
