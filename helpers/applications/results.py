"""What the application notebooks share: a reproducible start, one training loop, a table of results with intervals."""

import numpy as np

from helpers import figures, live


def start(seed):
    """Make what follows the same on every machine: seeds, one thread, 64-bit numbers.

    Args:
        seed: integer.

    Returns:
        numpy Generator with the same seed, for everything that torch does not draw.
    """
    import torch

    torch.manual_seed(seed)
    torch.set_num_threads(1)
    torch.set_default_dtype(torch.float64)
    return np.random.default_rng(seed)


def train(model, loss_of, n, steps, label, batch_size=32, learning_rate=0.003, clip=1.0, seed=0):
    """Train a torch model in place with Adam on random batches, its loss curve growing on the page.

    The learning rate falls in a straight line to zero; gradients longer than `clip` are scaled down to it.

    Args:
        model: torch.nn.Module.
        loss_of: function from (batch_size,) int64 row numbers to the batch's loss, a scalar tensor.
        n: how many rows there are to draw from.
        steps: the budget, in updates, so that it is the same on every machine.
        label: the model's name, for the curve.
        batch_size, learning_rate, clip, seed: of the batches, of Adam, of the gradient, of the drawing.

    Returns:
        (steps,) float64, the loss of each batch before its update.

    Sources: Kingma and Ba (2015), arXiv:1412.6980; Pascanu, Mikolov and Bengio (2013), arXiv:1211.5063.
    """
    import torch

    rng = np.random.default_rng(seed)
    optimiser = torch.optim.Adam(model.parameters(), learning_rate)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: 1 - step / steps)
    losses = np.empty(steps)
    model.train()
    alt = f"The training loss of {label}, batch by batch, over {steps:,} steps."
    with live.curve("training loss", steps, alt=alt, title=f"{label} learning", ylabel="loss") as curve:
        for step in range(steps):
            loss = loss_of(torch.from_numpy(rng.integers(n, size=batch_size)))
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), clip)
            optimiser.step()
            schedule.step()
            losses[step] = loss.item()
            curve.add(losses[step])
        tenth = max(1, steps // 10)
        first, last = losses[:tenth].mean(), losses[-tenth:].mean()
        curve.alt = f"{alt} Its mean is {first:.2g} over the first tenth of the steps and {last:.2g} over the last."
    model.eval()
    return losses


def count(model):
    """How many weights and biases a torch model has."""
    return sum(parameter.numel() for parameter in model.parameters())


def interval(metric, *columns, resamples=500, seed=0):
    """The 95 % bootstrap interval of a metric over test rows: its 2.5th and 97.5th percentile over resampled rows.

    Args:
        metric: function of as many lists as there are `columns`, to a number.
        columns: one entry per test row each (labels and predictions, say), all of one length.
        resamples, seed: how many times the rows are drawn anew, with replacement; of the drawing.

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
    """A table of models and what they reach on the test data, with intervals; `show` prints and draws it.

    Args:
        metric: its name, as the table's head.
        better: "higher" or "lower".
    """

    def __init__(self, metric, better):
        if better not in ("higher", "lower"):
            raise ValueError(f"better is {better!r}; expected 'higher' or 'lower'.")
        self.metric, self.better, self.rows = metric, better, []

    def add(self, model, kind, value, low_high, **more):
        """Note a model's value and interval.

        Args:
            model: its name; a name that stands there already is replaced, so that a cell can run twice.
            kind: "trivial", "classical" or "recurrent".
            value, low_high: the metric and its (low, high).
            more: further columns of the table.
        """
        row = dict(model=model, kind=kind, value=float(value), low=float(low_high[0]), high=float(low_high[1]), **more)
        self.rows = [other for other in self.rows if other["model"] != model] + [row]

    def show(self, alt):
        """Print the table and draw the values with their intervals; `alt` says what the picture shows."""
        extra = [key for key in self.rows[0] if key not in ("model", "kind", "value", "low", "high")]
        table = [["", self.metric, "95 % interval", *extra]]
        for row in self.rows:
            low_to_high = f"{row['low']:.3g} to {row['high']:.3g}"
            table.append([row["model"], f"{row['value']:.3g}", low_to_high, *(str(row[key]) for key in extra)])
        widths = [max(map(len, column)) for column in zip(*table, strict=True)]
        for line in table:
            print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())
        figures.show(self._picture(), alt)

    def _picture(self):
        fig, ax = figures.new(7, 0.9 + 0.38 * len(self.rows))
        looks = {"trivial": (figures.GREY, "x"), "classical": (figures.ORANGE, "s"), "recurrent": (figures.BLUE, "o")}
        for i, row in enumerate(self.rows):
            colour, marker = looks[row["kind"]]
            ax.plot([row["low"], row["high"]], [i, i], color=colour, linewidth=3, alpha=0.4)
            ax.plot(row["value"], i, marker, color=colour, markersize=8)
        ax.set(yticks=range(len(self.rows)), ylim=(len(self.rows) - 0.5, -0.5))
        ax.set_yticklabels([row["model"] for row in self.rows])
        ax.set_xlabel(f"{self.metric} on test data ({self.better} is better; line: 95 % interval)")
        ax.set_title(self._title())
        return fig

    def _title(self):
        best = (max if self.better == "higher" else min)(self.rows, key=lambda row: row["value"])
        level = [row["model"] for row in self.rows if row["low"] <= best["high"] and best["low"] <= row["high"]]
        if len(level) == 1:
            return f"Best on the test data: {best['model']}"
        meets = f"{len(level) - 1} others" if len(level) > 2 else "another"
        return f"First: {best['model']}; its interval meets {meets}"
