"""The drawings of the gates lesson."""

from helpers.diagrams.shared import FUNCTION, OPERATION, node, page, wire
from helpers.figures import BLUE, ORANGE


def lstm_cell(ax, x_t, h_prev, c_prev, i, f, g, o, c_t, h_t):
    """Draw one LSTM step: the cell state runs along the top, the gates act on it from below. All values are texts."""
    page(ax, 12, 7)
    wire(ax, (0.9, 6), (11, 6), width=3.5, colour=BLUE)
    wire(ax, (0.9, 0.7), (8.2, 0.7), arrow=False)
    for x in (2.6, 4.6, 6.4, 8.2):
        wire(ax, (x, 0.7), (x, 1.7))
    wire(ax, (2.6, 2.3), (2.6, 5.6))
    wire(ax, (4.6, 2.3), (4.6, 3.6), (5.15, 3.6))
    wire(ax, (6.4, 2.3), (6.4, 3.6), (5.85, 3.6))
    wire(ax, (5.5, 4), (5.5, 5.6))
    wire(ax, (9.7, 6), (9.7, 5.1))
    wire(ax, (9.7, 4.5), (9.7, 3.55))
    wire(ax, (8.2, 2.3), (8.2, 3.2), (9.35, 3.2))
    wire(ax, (10.05, 3.2), (11, 3.2))
    for x, name, value in (
        (2.6, "σ", f"f = {f}"),
        (4.6, "σ", f"i = {i}"),
        (6.4, "tanh", f"g = {g}"),
        (8.2, "σ", f"o = {o}"),
    ):
        node(ax, x, 2, name, FUNCTION)
        ax.text(x + 0.15, 2.75, value, fontsize=10.5, color=ORANGE)
    node(ax, 9.7, 4.8, "tanh", FUNCTION)
    for x, y, name in ((2.6, 6, "×"), (5.5, 6, "+"), (5.5, 3.6, "×"), (9.7, 3.2, "×")):
        node(ax, x, y, name, OPERATION)
    for y, text in ((6, f"c_prev\n{c_prev}"), (0.7, f"x_t, h_prev\n{x_t}, {h_prev}")):
        ax.text(0.8, y, text, ha="right", va="center", fontsize=10.5)
    for y, text in ((6, f"c_t\n{c_t}"), (3.2, f"h_t\n{h_t}")):
        ax.text(11.1, y, text, ha="left", va="center", fontsize=10.5)
    return ax
