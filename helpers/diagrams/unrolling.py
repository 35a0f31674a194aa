"""The drawing of a cell unrolled over words."""

import numpy as np
from matplotlib.patches import Rectangle

from helpers.diagrams.shared import ANSWER, CELL, INPUT, OUTPUT, QUIET, RECURRENT, STATE
from helpers.figures import subscript

LEFT = -0.13
"""Where the axes begin; the steps stand between 0 and 1."""

WORDS, IN, STATES, OUT, ANSWERS = 0.07, 0.27, 0.5, 0.71, 0.9


class Unrolled:
    """The same cell at every step: h_0 at the left, words below, states handed on to the right, answers above.

    Args:
        ax: axes to draw in, at least 1.5 inches high.
        most: the largest number of steps that `show` will draw.
        animated: True if an explorer redraws it.
    """

    def __init__(self, ax, most, animated=False):
        ax.set(xlim=(LEFT, 1), ylim=(0, 1), xticks=[], yticks=[])
        ax.spines[:].set_visible(False)
        text = dict(ha="center", va="center", fontsize=11, animated=animated)
        self.states = [ax.text(0, STATES, "", bbox=dict(STATE), **text) for _ in range(most + 1)]
        self.words = [ax.text(0, WORDS, "", **text) for _ in range(most)]
        self.answers = [ax.text(0, ANSWERS, "", bbox=dict(ANSWER), **text) for _ in range(most)]
        *_, self.name_of_read_out = (
            ax.text(LEFT / 2, y, name, color=colour, **text)
            for y, name, colour in (
                (0.1, "$W_{xh}$ ↑", INPUT),
                (0.24, "$W_{hh}$ →", RECURRENT),
                (0.76, "$W_{hy}$ ↑", OUTPUT),
            )
        )

        def arrows(head, colour):
            shafts, heads = dict(linewidth=1.8), dict(linestyle="", marker=head, markersize=6)
            return [ax.plot([], [], color=colour, animated=animated, **look)[0] for look in (shafts, heads)]

        self.fed_in, self.handed_on, self.read_out = arrows("^", INPUT), arrows(">", RECURRENT), arrows("^", OUTPUT)
        self.frame = Rectangle((0, 0.005), 1, 0.99, fill=False, linewidth=1.8, animated=animated)
        ax.add_patch(self.frame)

    def show(self, words, answers, states=None, first=1, now=None, w_xh=1.0, w_hh=1.0):
        """Draw one column for each word.

        Args:
            words, answers: texts below and above; an answer "" is not drawn.
            states: texts in the boxes, from the one before the first step on; None for h and the number of the step.
            first: the number of the first step drawn.
            now: the number of the current step; it gets a frame, and what comes after it is pale. None: all are passed.
            w_xh, w_hh: factors on the weights; an arrow fades as its factor goes to 0.
        """
        count = len(words)
        middle = np.array([LEFT / 2, *((np.arange(count) + 0.5) / count)])
        passed = count if now is None else now - first + 1
        states = states or [f"h{subscript(first + i - 1)}" for i in range(count + 1)]
        columns = zip(self.states, [None, *self.words], [None, *self.answers], strict=True)
        for i, (state, word, answer) in enumerate(columns):
            for label, content in zip((state, word, answer), (states, ["", *words], ["", *answers]), strict=True):
                if label:
                    label.set_visible(i <= count and content[i] != "")
                    if label.get_visible():
                        label.set(text=content[i], x=middle[i], color="black" if i <= passed else QUIET)
            state.get_bbox_patch().set(
                facecolor=CELL if i <= passed else "#F4F4F4",
                edgecolor=RECURRENT if i <= passed else "#C8CCD1",
            )
            if answer:
                answer.get_bbox_patch().set(edgecolor=OUTPUT if i <= passed else "#C8CCD1")
        here = middle[1 : passed + 1]
        gap = 0.5 / count
        between = np.r_[0.62 * middle[0] + 0.38 * middle[1], here[1:] - gap]
        answered = here[[bool(answer) for answer in answers[:passed]]]
        for (shafts, heads), x, y, across, up, factor in (
            (self.fed_in, here, IN, 0, 0.065, w_xh),
            (self.handed_on, between, STATES, 0.28 * gap, 0, w_hh),
            (self.read_out, answered, OUT, 0, 0.065, 1.0),
        ):
            nothing = np.full_like(x, np.nan)
            shafts.set_data(
                np.stack([x - across, x + across, nothing], axis=1).ravel(),
                np.stack([y - up + 0 * x, y + up + 0 * x, nothing], axis=1).ravel(),
            )
            heads.set_data(x + across, y + up + 0 * x)
            for part in (shafts, heads):
                part.set_alpha(min(1.0, factor))
        self.name_of_read_out.set_visible(len(answered) > 0)
        self.frame.set(x=middle[passed] - gap, width=2 * gap, visible=now is not None)
        return self
