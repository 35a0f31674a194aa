"""A table of results on a test set, with intervals."""

import numpy as np

from helpers import figures, rounding


def interval(metric, *columns, resamples=500, seed=0):
    """Return the 95 % bootstrap interval of a metric: its 2.5th and 97.5th percentile over resampled test rows.

    Args:
        metric: function that takes one list for each of `columns` and returns a number.
        columns: lists with one entry per test row, for example labels and predictions.
        resamples, seed: how many times rows are drawn, with replacement, and the seed of the generator.

    Returns:
        (low, high) floats.

    Raises:
        ValueError: the columns differ in length or are empty.

    Source: Efron (1979), doi:10.1214/aos/1176344552.
    """
    sizes = {len(column) for column in columns}
    if len(sizes) != 1 or 0 in sizes:
        raise ValueError(f"columns have {sorted(sizes)} entries; expected the same number, at least one.")
    (n,) = sizes
    rng = np.random.default_rng(seed)
    drawn = (rng.integers(n, size=n) for _ in range(resamples))
    values = [metric(*([column[row] for row in rows] for column in columns)) for rows in drawn]
    low, high = np.percentile(values, [2.5, 97.5])
    return float(low), float(high)


class Results:
    """A table of models and their results on the test data, with intervals; `show` prints and draws it.

    Args:
        metric: its name, for the head of the table.
        better: "higher" or "lower".
        digits: how many significant digits are printed; fewer where another processor's last bits move the third.
        ceiling: (name, value) of what people reach, or None; it is printed last and drawn as a dotted line.
        label: what the axis calls the metric; None for its name and "on test data".
        title: of the picture, where the rows were not tested on the same data; None for one that says which is best.
    """

    def __init__(self, metric, better, digits=3, ceiling=None, label=None, title=None):
        if better not in ("higher", "lower"):
            raise ValueError(f"better is {better!r}; expected 'higher' or 'lower'.")
        self.metric, self.better, self.digits, self.ceiling, self.rows = metric, better, digits, ceiling, []
        self.label, self.title = label or f"{metric} on test data", title

    def add(self, model, kind, value, low_high, **more):
        """Add a model's value and interval.

        Args:
            model: its name; a row with the same name is replaced, so that a cell can run twice.
            kind: "trivial", "classical" or "recurrent".
            value, low_high: the metric and its (low, high).
            more: more columns of the table; floats are rounded as the metric is.
        """
        row = dict(model=model, kind=kind, value=float(value), low=float(low_high[0]), high=float(low_high[1]), **more)
        self.rows = [other for other in self.rows if other["model"] != model] + [row]

    def show(self, alt=None):
        """Print the table, and draw the values with their intervals if `alt` describes the picture.

        A trivial row that is very far from all others is not drawn to scale: an arrow points to it, with its value.
        """
        extra = [key for key in self.rows[0] if key not in ("model", "kind", "value", "low", "high")]
        table = [["", self.metric, "95 % interval", *extra]]
        for row in self.rows:
            value, low, high = (self._text(row[key]) for key in ("value", "low", "high"))
            table.append([row["model"], value, f"{low} to {high}", *(self._cell(row[key]) for key in extra)])
        if self.ceiling:
            name, value = self.ceiling
            table.append([name, self._text(value), *[""] * (len(table[0]) - 2)])
        widths = [max(map(len, column)) for column in zip(*table, strict=True)]
        for line in table:
            print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())
        if alt:
            figures.show(self._picture(), alt)

    def in_words(self):
        """Return every model with its value, for an alt text that does not tell in the code what will come out."""
        return "; ".join(f"{row['model']}: {self._text(row['value'])}" for row in self.rows)

    def _picture(self):
        fig, ax = figures.new(7, 0.9 + 0.38 * len(self.rows))
        looks = {"trivial": (figures.GREY, "x"), "classical": (figures.ORANGE, "s"), "recurrent": (figures.BLUE, "o")}
        far = self._far()
        for i, row in enumerate(self.rows):
            if row in far:
                right = row["value"] > np.median([other["value"] for other in self.rows])
                said = f"{self._text(row['value'])} →" if right else f"← {self._text(row['value'])}"
                ax.text(
                    right, i, said, transform=ax.get_yaxis_transform(), ha="right" if right else "left", va="center"
                )
                continue
            colour, marker = looks[row["kind"]]
            ax.plot([row["low"], row["high"]], [i, i], color=colour, linewidth=3, alpha=0.4)
            ax.plot(row["value"], i, marker, color=colour, markersize=8)
        if self.ceiling:
            name, value = self.ceiling
            ax.axvline(value, color="black", linestyle=":")
            side, beside = ("right", -5) if self.better == "higher" else ("left", 5)
            ax.annotate(name, (value, 0), (beside, 0), textcoords="offset points", ha=side, va="center")
        ax.set(yticks=range(len(self.rows)), ylim=(len(self.rows) - 0.5, -0.5))
        ax.set_yticklabels([row["model"] for row in self.rows])
        ax.set_xlabel(f"{self.label} ({self.better} is better; line: 95 % interval)")
        title = self.title or self._title()
        ax.set_title(title.replace("; ", ";\n") if len(title) > 60 else title)
        return fig

    def _far(self):
        """Return the trivial rows so far from all others that, drawn to scale, they would press those together."""
        others = [row for row in self.rows if row["kind"] != "trivial"]
        if not others:
            return []
        low, high = min(row["low"] for row in others), max(row["high"] for row in others)
        room = 3 * (high - low)
        trivial = [row for row in self.rows if row["kind"] == "trivial"]
        return [row for row in trivial if row["low"] > high + room or row["high"] < low - room]

    def _title(self):
        best = (max if self.better == "higher" else min)(self.rows, key=lambda row: row["value"])
        equal = [row for row in self.rows if self._text(row["value"]) == self._text(best["value"])]
        names = " and ".join(row["model"] for row in equal)
        others = [row for row in self.rows if row not in equal]
        near = sum(row["low"] <= best["high"] and best["low"] <= row["high"] for row in others)
        if len(equal) == 1 and not near:
            return f"Best on the test data: {names}"
        first = f"{'Highest' if self.better == 'higher' else 'Lowest'} here: {names}"
        if len(equal) > 1:
            first += ", equal"
        if near:
            first += f"; {near} other interval{'s overlap' if near > 1 else ' overlaps'}"
        return first

    def _cell(self, value):
        return self._text(value) if isinstance(value, float) else str(value)

    def _text(self, value):
        return rounding.significant(value, self.digits)
