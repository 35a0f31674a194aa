"""The drawings of the gates lesson: an LSTM over several steps, and a GRU in the same style."""

from helpers.diagrams.shared import FUNCTION, INPUT, OPERATION, OUTPUT, QUIET, RECURRENT, node, page, wire

SHUT = "#C9CED4"
CLOSED = 0.05
"""A gate below this is drawn as shut."""

WIDTH = 6.4
"""Of one step of the drawing."""


def lstm_steps(ax, steps):
    """Draw LSTM steps with one unit: the cell state runs along the top, gates act on it from below; what is shut is grey.

    The old hidden state comes in from the left, into all gates, and the new one goes out on the right.

    Args:
        steps: a dict for each step with "title", "reads" (texts), and the numbers c_prev, i, f, g, o, c_t and h_t.
    """
    page(ax, WIDTH * len(steps), 7.6)
    for number, step in enumerate(steps):
        left = WIDTH * number - 0.6
        i, f, g, o = (step[name] for name in "ifgo")
        _track(ax, left, ("c", step["c_prev"]), f, i, ("c", step["c_t"]), step["title"])
        gates = ((0.9, "σ", "f", f), (2.1, "σ", "i", i), (3.4, "tanh", "g", g), (4.85, "σ", "o", o))
        _boxes(ax, left, gates, step["reads"], INPUT)
        wire(ax, (left + 2.1, 3.55), (left + 2.1, 4.6), (left + 2.55, 4.6), colour=_colour(i))
        wire(ax, (left + 3.4, 3.55), (left + 3.4, 4.6), (left + 3.25, 4.6), colour=_colour(i))
        wire(ax, (left + 5.45, 6), (left + 5.45, 4.95), colour=RECURRENT)
        wire(ax, (left + 4.85, 3.55), (left + 4.85, 4.6), (left + 5.1, 4.6), colour=_colour(o))
        wire(ax, (left + 5.45, 4.2), (left + 5.45, 1.5), colour=_colour(o, OUTPUT))
        node(ax, left + 5.45, 5.47, "tanh", FUNCTION | dict(boxstyle="round,pad=0.2"), fontsize=10)
        node(ax, left + 5.45, 4.6, "×", OPERATION, fontsize=11)
        wire(ax, (left, 2), (left + 0.9, 2), colour=OUTPUT)
        wire(ax, (left + 5.45, 2), (left + WIDTH - 0.15, 2), colour=OUTPUT)
        ax.text(left + 5.45, 1.1, f"h = {step['h_t']:.3f}", ha="center", va="center", fontsize=10, color=OUTPUT)
    return ax


def gru_step(ax, title, reads, h_prev, r, u, n, h_t):
    """Draw a GRU step with one unit: the state runs along the top; u keeps it, 1 - u lets the candidate n in.

    Args:
        title, reads: texts; the others are numbers.
    """
    page(ax, WIDTH, 7.6)
    left = -0.6
    _track(ax, left, ("h", h_prev), u, 1 - u, ("h", h_t), title)
    _boxes(ax, left, ((0.9, "σ", "u", u), (3.5, "tanh", "n", n), (5.0, "σ", "r", r)), reads, "black")
    wire(ax, (left + 0.9, 3.55), (left + 0.9, 4.6), (left + 2.55, 4.6), colour=_colour(1 - u))
    ax.text(left + 1.9, 5.1, f"1 - u = {1 - u:.2f}", ha="center", va="center", fontsize=10)
    wire(ax, (left + 3.5, 3.55), (left + 3.5, 4.6), (left + 3.2, 4.6), colour=_colour(1 - u))
    wire(ax, (left + 4.6, 3.0), (left + 4.05, 3.0), colour=_colour(r))
    return ax


def _track(ax, left, before, keep, let_in, after, title):
    """Draw the line along the top: the old state, × keep, + what is let in, the new state."""
    ax.text(left + 0.1, 7.35, title, va="center", fontsize=11)
    wire(ax, (left, 6), (left + 0.55, 6), width=3.5, colour=RECURRENT)
    wire(ax, (left + 1.25, 6), (left + 2.55, 6), width=3.5, colour=_colour(keep, RECURRENT))
    wire(ax, (left + 3.25, 6), (left + WIDTH - 0.15, 6), width=3.5, colour=RECURRENT)
    wire(ax, (left + 2.9, 4.95), (left + 2.9, 5.65), colour=_colour(let_in))
    wire(ax, (left + 0.9, 3.55), (left + 0.9, 5.65), colour=_colour(keep))
    for x, y, name in ((0.9, 6, "×"), (2.9, 6, "+"), (2.9, 4.6, "×")):
        node(ax, left + x, y, name, OPERATION, fontsize=11)
    for x, (name, value) in ((0.1, before), (3.6, after)):
        ax.text(left + x, 6.55, f"{name} = {value:.3f}", va="center", fontsize=10, color=RECURRENT)


def _boxes(ax, left, gates, reads, colour):
    """Draw the boxes that read the input and the old state, with their values above them; `colour` is that of `reads`."""
    ends = [x for x, *_ in gates]
    wire(ax, (left + min(ends), 2), (left + max(ends), 2), arrow=False)
    wire(ax, (left + 1.6, 1.45), (left + 1.6, 2), arrow=False, colour=colour)
    ax.text(left + 1.6, 1.1, reads, ha="center", va="center", fontsize=10, color=colour)
    for x, function, name, value in gates:
        wire(ax, (left + x, 2), (left + x, 2.6))
        shut = function == "σ" and value < CLOSED
        box = FUNCTION | (dict(facecolor="white", edgecolor=SHUT) if shut else {})
        node(ax, left + x, 3.0, function, box, fontsize=11, color=QUIET if shut else "black")
        place = dict(ha="center", va="center", fontsize=10, bbox=dict(facecolor="white", edgecolor="none", pad=0.5))
        ax.text(left + x, 3.9, f"{name}\n{value:.2f}", color=QUIET if shut else "black", zorder=4, **place)


def _colour(value, colour="black"):
    return SHUT if value < CLOSED else colour
