"""The one visual language of all drawings of networks.

Time runs to the right. Inputs stand below a cell, answers above it. Each kind of weight has one colour in every lesson,
and the weight's name stands beside its arrow, so that colour is never the only cue: W_xh orange, W_hh blue, W_hy green.
An answer that is read again is purple, and so is an error on its way back; it runs along dashed arrows. A function, such
as tanh or a gate, is black on white. A weight near 0 fades with its arrow.
"""

from helpers.figures import BLUE, GREEN, GREY, ORANGE, PURPLE

INPUT, RECURRENT, OUTPUT, BACK, QUIET = ORANGE, BLUE, GREEN, PURPLE, GREY
"""Colours of W_xh, of W_hh and the state, of W_hy and the answers, of what goes back, and of what is not in use."""

CELL, SECOND_CELL = "#E8F1F8", "#A9C9E3"
"""Fill colours of a cell, and of a second cell with weights of its own."""

STATE = dict(boxstyle="round,pad=0.35", facecolor=CELL, edgecolor=RECURRENT)
WORD = dict(boxstyle="round,pad=0.3", facecolor="white", edgecolor=INPUT)
ANSWER = dict(boxstyle="round,pad=0.3", facecolor="#E3F3ED", edgecolor=OUTPUT)
FUNCTION = dict(boxstyle="round,pad=0.3", facecolor="white", edgecolor="black")
OPERATION = dict(boxstyle="circle,pad=0.2", facecolor=CELL, edgecolor=RECURRENT)
"""Boxes for `node`: a state, a word, an answer, a function such as tanh, an operation such as +."""


def page(ax, width, height):
    """Make the axes a sheet of `width` by `height` units without ticks, with room for labels at both sides."""
    ax.set(xlim=(-1.4, width + 0.6), ylim=(0, height))
    ax.axis("off")


def node(ax, x, y, text, box, **kwargs):
    """Write `text` in a box of one of the kinds above; returns matplotlib's Text."""
    return ax.text(x, y, text, **(dict(ha="center", va="center", fontsize=12, bbox=box, zorder=3) | kwargs))


def wire(ax, *points, arrow=True, width=1.6, colour="black", strength=1.0, style="-"):
    """Draw a line through points (x, y), with a head at its end; `strength` 0 to 1 fades it away."""
    line = dict(color=colour, alpha=strength, linestyle=style)
    ax.plot(*zip(*points, strict=True), linewidth=width, zorder=1, solid_joinstyle="miter", **line)
    if arrow:
        head = dict(arrowstyle="-|>", color=colour, alpha=strength, shrinkA=0, shrinkB=0)
        ax.annotate("", points[-1], points[-2], arrowprops=head)
