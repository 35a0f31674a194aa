"""A wiring diagram of the LSTM cell, with the numbers of a step written into it."""

from helpers.figures import BLUE, ORANGE

FUNCTION = dict(boxstyle="round,pad=0.3", facecolor="#FFE8C9", edgecolor=ORANGE)
OPERATION = dict(boxstyle="circle,pad=0.2", facecolor="#E8F1F8", edgecolor=BLUE)


def lstm_cell(ax, x_t, h_prev, c_prev, i, f, g, o, c_t, h_t):
    """One LSTM step as a drawing: the cell state runs along the top, the gates reach into it from below. Values are texts."""
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
