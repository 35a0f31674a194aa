"""Where the error enters a chain of cells, and how it runs back."""

from helpers.diagrams.shared import ANSWER, BACK, INPUT, OUTPUT, RECURRENT, STATE, WORD, node
from helpers.figures import subscript

PITCH = 3.0
"""Distance between two steps, in units of the drawing."""
LOSS_AT, STATE_AT, WORD_AT = 2.75, 1.5, 0.3
"""Heights of the three rows."""


class ErrorPaths:
    """A chain of three cells with their losses: solid arrows forward, dashed purple ones for the error on its way back.

    Args:
        ax: axes to draw in.
        words: one for each step.
        reach: half the width of a state's box, where the arrows between two states begin and end.
        animated: True if an explorer changes texts and arrows.

    Attributes:
        losses, states: a Text for each step.
        own, later: a Text for each step, beside the arrow that brings dh_t its own part, and the one from later.
        from_loss, to_word: the dashed arrow into each state from its loss, and out of it to its word.
        forward, back: the arrows between two states, along W_hh and back.
    """

    def __init__(self, ax, words, reach=0.75, animated=False):
        T = len(words)
        right = PITCH * (T - 1) + 1.9
        ax.set(xlim=(-1.45, right), ylim=(-0.1, 3.15))
        ax.axis("off")
        self._ax, self._moves = ax, animated
        places = [PITCH * t for t in range(T)]
        small = dict(fontsize=10, color=BACK, animated=animated, zorder=4)
        self.losses = [
            node(ax, x, LOSS_AT, f"loss {t}", ANSWER, fontsize=10, animated=animated) for t, x in enumerate(places, 1)
        ]
        self.states = [
            node(
                ax, x, STATE_AT, f"state h{subscript(t)}\nerror dz{subscript(t)}", STATE, fontsize=10, animated=animated
            )
            for t, x in enumerate(places, 1)
        ]
        for x, word in zip(places, words, strict=True):
            node(ax, x, WORD_AT, word, WORD, fontsize=10)
            self._arrow((x - 0.12, 0.52), (x - 0.12, 1.12), INPUT, "-", moves=False)
            self._arrow((x - 0.12, 1.9), (x - 0.12, 2.5), OUTPUT, "-", moves=False)
        self.from_loss = [self._arrow((x + 0.12, 2.5), (x + 0.12, 1.9), BACK, "--") for x in places]
        self.to_word = [self._arrow((x + 0.12, 1.12), (x + 0.12, 0.52), BACK, "--") for x in places]
        between = list(zip(places, places[1:], strict=False))
        self.forward = [self._arrow((a + reach, 1.64), (b - reach, 1.64), RECURRENT, "-") for a, b in between]
        self.back = [self._arrow((b - reach, 1.36), (a + reach, 1.36), BACK, "--") for a, b in between]
        self.own = [ax.text(x + 0.22, 2.2, "own part", va="center", **small) for x in places]
        self.later = [
            ax.text(x + PITCH / 2, 0.92, "from later" if t + 1 < T else "", va="center", ha="center", **small)
            for t, x in enumerate(places)
        ]

    def _arrow(self, start, end, colour, style, moves=True):
        head = dict(arrowstyle="-|>", color=colour, linestyle=style, linewidth=1.6, shrinkA=0, shrinkB=0)
        return self._ax.annotate("", end, start, arrowprops=head, zorder=2, animated=self._moves and moves)

    @staticmethod
    def fade(arrow, strength):
        """Draw an arrow with `strength` from 0, nearly gone, to 1."""
        arrow.arrow_patch.set_alpha(0.08 + 0.92 * strength)
