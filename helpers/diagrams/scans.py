"""The drawing of the lesson on scans: who waits for whom, with gates that ask the old state and with a scan."""

from helpers import scans
from helpers.diagrams.shared import FUNCTION, INPUT, RECURRENT, STATE, WORD, node, page, wire
from helpers.figures import subscript

READ, FIRST, ROUND = 0.5, 1.8, 1.2
"""Heights: of the inputs, of the first round, and of each further round above the one before."""

BETWEEN = 1.7
"""From one step to the next."""

START = 0.8
"""Of the first step; the names of the rounds stand to its left."""


def asking_gates(ax, T):
    """Draw T steps of a recurrence whose gates ask the old state: each stands one round higher than the one before."""
    _inputs(ax, T, rounds=T)
    for t in range(T):
        x, y = START + BETWEEN * t, FIRST + ROUND * t
        ax.text(-1.3, y, f"round {t + 1}", va="center", fontsize=10)
        wire(ax, (x, READ + 0.35), (x, y - 0.35), colour=INPUT)
        wire(ax, (x + 0.3, y), (x + 0.55, y), colour=RECURRENT)
        if t:
            old = x - BETWEEN + 0.9
            wire(ax, (old, y - ROUND + 0.35), (old, y), (x - 0.35, y), colour=RECURRENT)
        node(ax, x, y, "σ", FUNCTION)
        node(ax, x + 0.9, y, "h" + subscript(t + 1), STATE)
    return ax


def scan_rounds(ax, T, rounds):
    """Draw T steps of a linear recurrence run by a scan: one round for all factors and inputs, then the passes.

    Before the last pass, a box names the steps that it holds.

    Args:
        T: how many steps.
        rounds: how many rounds high the sheet is.
    """
    _inputs(ax, T, rounds)
    passes = scans.passes(T)
    for level in range(passes + 1):
        y = FIRST + ROUND * level
        ax.text(-1.3, y, f"pass {level}" if level else "at once", va="center", fontsize=10)
        for t in range(T):
            x = START + BETWEEN * t
            if not level:
                wire(ax, (x, READ + 0.35), (x, y - 0.35), colour=INPUT)
                node(ax, x, y, f"a{subscript(t + 1)}, b{subscript(t + 1)}", WORD)
                continue
            below = y - ROUND + 0.35
            wire(ax, (x, below), (x, y - 0.35), colour=RECURRENT)
            back = 2 ** (level - 1)
            if t >= back:
                wire(ax, (x - BETWEEN * back + 0.3, below), (x - 0.3, y - 0.35), colour=RECURRENT)
            first = max(1, t + 2 - 2**level)
            held = f"{first}–{t + 1}" if first <= t else f"{first}"
            node(ax, x, y, "h" + subscript(t + 1) if level == passes else held, STATE)
    return ax


def _inputs(ax, T, rounds):
    page(ax, START + BETWEEN * T - 0.6, FIRST + ROUND * rounds - 0.4)
    for t in range(T):
        node(ax, START + BETWEEN * t, READ, "x" + subscript(t + 1), WORD)
