"""Pictures: one function per kind of figure, and `show`, which gives every picture its alt text."""

import base64
import html
import io

import matplotlib
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

BLUE, ORANGE, GREEN, PURPLE, GREY = "#0072B2", "#D55E00", "#009E73", "#7B4FA0", "#5F6670"
"""Colours that stay apart for colour-blind readers (after Okabe and Ito 2008); never the only cue."""

COLOURS = [BLUE, ORANGE, GREEN, PURPLE, GREY]

STATE_COLOURS = "PuOr"
"""Colours for values from -1 (orange) through 0 (white) to 1 (purple)."""

SHARP = 1.5
"""Pixels of a picture for each pixel of its place on the page: lines and letters stay sharp on dense screens."""

PAPER = "margin:0;display:inline-block;vertical-align:top;max-width:100%;box-sizing:border-box;padding:6px;background:#fff;border-radius:6px"
"""The style around a picture: white paper with round corners, which is seen on a dark page only."""

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
    display({"text/html": framed(figure_element(fig, alt)), "text/plain": alt}, raw=True)


def check_alt(alt):
    """Raise ValueError unless `alt` is long enough to describe a picture."""
    if len(alt.split()) < 5:
        raise ValueError(f"alt is {alt!r}; expected a sentence that says what the picture shows.")


def framed(picture):
    """Return an <img> element on its paper."""
    return f'<figure style="{PAPER}">{picture}</figure>'


def figure_element(fig, alt):
    """Return a figure as an <img> element that contains the picture."""
    png = io.BytesIO()
    fig.savefig(png, format="png", dpi=SHARP * fig.dpi, pil_kwargs={"compress_level": 1})
    return png_element(small_png(Image.open(png)), alt, *fig.canvas.get_width_height())


def small_png(picture):
    """Return an opaque PIL Image as a PNG file with at most 256 colours, less than half as large as with all of them.

    The colours of its larger areas stay as they are, and shades between them, which smooth edges, become the nearest of
    a few.
    """
    picture = picture.convert("RGB")
    shades = np.asarray(picture).reshape(-1, 3) @ (1, 256, 65536)
    shades, which, counts = np.unique(shades, return_inverse=True, return_counts=True)
    shades = shades[:, None] >> (0, 8, 16) & 255
    large = shades[np.argsort(-counts, kind="stable")[:192]]
    spread = picture.quantize(64, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).getpalette()
    palette = np.concatenate([large, np.reshape(spread, (-1, 3))])
    nearest = np.argmin(((shades[:, None] - palette) ** 2).sum(axis=2), axis=1)
    few = Image.fromarray(nearest[which].astype(np.uint8).reshape(picture.height, picture.width))
    few.putpalette(palette.astype(np.uint8).tobytes())
    png = io.BytesIO()
    few.save(png, "png", compress_level=9)
    return png.getvalue()


def png_element(png, alt, width, height):
    """Return the bytes of a PNG file as an <img> element."""
    source = base64.b64encode(png).decode()
    style = "display:block;max-width:100%;height:auto"
    return (
        f'<img width="{width}" height="{height}" style="{style}" alt="{html.escape(alt)}" '
        f'src="data:image/png;base64,{source}">'
    )


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
    """Write each line's label at its right end, in its colour, in place of a legend.

    Labels that would be less than `apart` points apart move up and down alike, and a thin line leads to each.
    """
    lines = [line for line in ax.get_lines() if not line.get_label().startswith("_")]
    ax.figure.draw_without_rendering()  # before this, the axes have neither their limits nor their place
    ends = [line.get_xydata()[np.isfinite(line.get_ydata())][-1] for line in lines]
    heights = [ax.transData.transform(end)[1] * 72 / ax.figure.dpi for end in ends]
    for line, end, lift in zip(lines, ends, spread(heights, apart) - heights, strict=True):
        lead = (
            dict(arrowstyle="-", color=line.get_color(), linewidth=0.7, shrinkA=0, shrinkB=0) if abs(lift) > 2 else None
        )
        place = dict(xytext=(16 if lead else 6, lift), textcoords="offset points", va="center", arrowprops=lead)
        ax.annotate(line.get_label(), end, color=line.get_color(), **place)
    return ax


def spread(heights, apart):
    """Return the numbers moved as little as possible, in the sum of squares, so that all are at least `apart` apart."""
    order = np.argsort(heights, kind="stable")
    room = apart * np.arange(len(order))
    groups = []  # (mean, count): labels that touch share the mean of their own places
    for wanted in np.asarray(heights, float)[order] - room:
        groups.append((wanted, 1))
        while len(groups) > 1 and groups[-2][0] > groups[-1][0]:
            (low, n), (high, m) = groups[-2:]
            groups[-2:] = [((n * low + m * high) / (n + m), n + m)]
    moved = np.empty(len(order))
    moved[order] = np.repeat([mean for mean, _ in groups], [count for _, count in groups]) + room
    return moved


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
