"""Pictures: one function per kind of figure, and `show`, which gives every picture its alt text."""

import base64
import html
import io

import matplotlib
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

BLUE, ORANGE, GREEN, PURPLE, GREY = "#0072B2", "#D55E00", "#009E73", "#7B4FA0", "#5F6670"
"""Colours that stay apart for colour-blind readers (after Okabe and Ito 2008); never the only cue."""

COLOURS = [BLUE, ORANGE, GREEN, PURPLE, GREY]

STATE_COLOURS = "PuOr"
"""Colours for values from -1 (orange) through 0 (white) to 1 (purple)."""

matplotlib.rcParams.update(
    {
        "font.size": 11,
        "axes.titlesize": 12,
        "axes.titlelocation": "left",
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.prop_cycle": matplotlib.cycler(color=COLOURS),
        "figure.constrained_layout.use": True,
        "legend.frameon": False,
    }
)


def new(width=7, height=3, **subplots):
    """Return a new figure, made without pyplot: `fig, ax = new()`; `subplots` are arguments of `Figure.subplots`."""
    fig = Figure(figsize=(width, height), dpi=100)
    FigureCanvasAgg(fig)
    return fig, fig.subplots(**subplots)


def show(fig, alt):
    """Display a figure as a picture with alt text, a sentence for readers who cannot see it.

    Raises:
        ValueError: the alt text is too short to say what the picture shows.
    """
    from IPython.display import display  # pictures are also drawn where IPython is not

    check_alt(alt)
    display({"text/html": f"<figure>{figure_element(fig, alt)}</figure>", "text/plain": alt}, raw=True)


def check_alt(alt):
    """Raise ValueError unless `alt` is long enough to describe a picture."""
    if len(alt.split()) < 5:
        raise ValueError(f"alt is {alt!r}; expected a sentence that says what the picture shows.")


def figure_element(fig, alt):
    """Return a figure as an <img> element that contains the picture."""
    png = io.BytesIO()
    fig.savefig(png, format="png", pil_kwargs={"compress_level": 6})
    return png_element(png.getvalue(), alt, *fig.canvas.get_width_height())


def png_element(png, alt, width, height):
    """Return the bytes of a PNG file as an <img> element."""
    source = base64.b64encode(png).decode()
    return f'<img width="{width}" height="{height}" alt="{html.escape(alt)}" src="data:image/png;base64,{source}">'


def heat_map(ax, values, rows=None, columns=None, limit=1.0, number="{:.2f}", row_label="", column_label=""):
    """Draw a matrix as coloured cells, each with its number in it."""
    values = np.asarray(values)
    ax.imshow(values, cmap=STATE_COLOURS, vmin=-limit, vmax=limit, aspect="auto")
    if number:
        for (i, j), value in np.ndenumerate(values):
            colour = "white" if abs(value) > 0.6 * limit else "black"
            ax.text(j, i, number.format(value), ha="center", va="center", color=colour)
    _ticks(ax, values, rows, columns)
    ax.set(xlabel=column_label, ylabel=row_label)
    return ax


def one_hot_grid(ax, grid, rows, columns=None):
    """Draw a 0/1 matrix: one row per token, one column per word of the vocabulary, a dark cell for each 1."""
    grid = np.asarray(grid)
    ax.imshow(grid, cmap="Blues", vmin=0, vmax=1.2, aspect="auto")
    ax.set_xticks(np.arange(-0.5, grid.shape[1]), minor=True)
    ax.set_yticks(np.arange(-0.5, grid.shape[0]), minor=True)
    ax.grid(which="minor", color="#D5D9DE", linewidth=0.8)
    ax.tick_params(which="minor", length=0)
    for i, j in np.argwhere(grid == 1):
        ax.text(j, i, "1", ha="center", va="center", color="white")
    _ticks(ax, grid, rows, columns)
    return ax


def label_lines(ax, apart=13):
    """Write each line's label at its right end, in its colour, at least `apart` points apart, in place of a legend."""
    lines = [line for line in ax.get_lines() if not line.get_label().startswith("_")]
    ends = {line: line.get_xydata()[np.isfinite(line.get_ydata())][-1] for line in lines}
    heights = {line: ax.transData.transform(end)[1] * 72 / ax.figure.dpi for line, end in ends.items()}
    lifts, free = {}, -np.inf
    for line in sorted(lines, key=heights.get):
        lifts[line] = max(0, free - heights[line])
        free = heights[line] + lifts[line] + apart
    for line in lines:
        place = dict(xytext=(6, lifts[line]), textcoords="offset points", va="center")
        ax.annotate(line.get_label(), ends[line], color=line.get_color(), **place)
    return ax


def _ticks(ax, values, rows, columns):
    for set_ticks, labels, count in (
        (ax.set_yticks, rows, values.shape[0]),
        (ax.set_xticks, columns, values.shape[1]),
    ):
        set_ticks(range(count) if labels is not None else [], labels)
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)


def seed_dots(ax, results, chance=0.5):
    """Draw the accuracies of several seeds, one row per condition: `results` maps a row's name to a list of accuracies."""
    for row, accuracies in enumerate(results.values()):
        ax.plot(accuracies, [row] * len(accuracies), "o", color=BLUE, alpha=0.6, markersize=9)
        ax.plot(np.mean(accuracies), row, "|", color="black", markersize=22, markeredgewidth=2)
    ax.axvline(chance, color=GREY, linestyle=":")
    ax.text(chance + 0.01, -0.75, "chance", color=GREY, ha="left", fontsize=10)
    ax.set_yticks(range(len(results)), list(results))
    ax.set(xlim=(-0.02, 1.05), ylim=(len(results) - 0.5, -1.0), xlabel="accuracy (dots: seeds, bar: their mean)")
    return ax


def seed_lines(ax, x, results, line="-", mark="o", middle=np.mean, label=None):
    """Draw several seeds at each x: a line through their middle, and a paler mark for each seed.

    Args:
        results: (len(x), seeds).
        line, mark: matplotlib's styles for the middle and for a seed.
        middle: np.mean or np.median.
    """
    (drawn,) = ax.plot(x, middle(results, axis=1), line, label=label)
    ax.plot(x, results, mark, color=drawn.get_color(), alpha=0.6)
    return ax


def descent_paths(ax, xs, ys, surface, paths):
    """Draw a loss surface from above, dark where it is high, and `paths` of gradient descent: name -> list of (x, y)."""
    extent = (xs[0], xs[-1], ys[0], ys[-1])
    ax.imshow(surface, origin="lower", aspect="auto", extent=extent, cmap="Greys", vmax=2 * np.max(surface))
    for (name, path), colour, style in zip(paths.items(), (ORANGE, BLUE, GREEN), ("o-", "s-", "^-"), strict=False):
        ax.plot(*np.transpose(path), style, color=colour, markersize=5, label=name)
    ax.plot(*next(iter(paths.values()))[0], "o", color="black", markersize=8)
    ax.set(xlim=extent[:2], ylim=extent[2:])
    ax.legend(loc="upper right", title="clipped", labelcolor="linecolor")
    return ax


def subscript(number):
    """Return a number in small digits, for labels such as h₁₂."""
    return "".join("₀₁₂₃₄₅₆₇₈₉"[int(digit)] for digit in str(number))
