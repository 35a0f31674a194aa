"""Show a training while it runs: a progress bar and a growing curve, and a picture that stays at the end.

    with live.curve("training loss", steps, alt="The loss falls ...", ylabel="nats per character") as curve:
        for step in range(steps):
            curve.add(loss)

While it runs, bar and curve are widgets. At the end of the `with` block the widgets close and `figures.show` shows a
still picture in their place, so the stored notebook is the same after every run and can be read without a kernel.

A cell that is stopped says so in one sentence, and its bars end there: `widgets.interrupts`.
"""

import html
import threading
import time

import ipywidgets as widgets
import numpy as np
from IPython.display import display
from tqdm.notebook import tqdm

from helpers import figures
from helpers.widgets import interrupts
from helpers.widgets.fallback import with_fallback
from helpers.widgets.in_jupyter import BUTTON, LONG_BUTTONS, column, paragraph

OFTEN = 0.2
"""Seconds between two pictures, at least. If drawing is slow, at most a tenth of the time goes into drawing,
but there is a new picture at least once a second."""


def progress(items, label):
    """Go through `items` with a progress bar; a page without a kernel shows the label."""
    items = list(items)
    shown = _show_bar(label, len(items), f"{label}: {len(items)} run{'s' if len(items) != 1 else ''}.")
    for item in items:
        yield item
        shown.update()
    shown.close()


def bar(label, updates):
    """Show a progress bar; returns a function to call after each update, such as `each` of `training.train`."""
    shown = _show_bar(label, updates, f"{label}: {updates:,} updates.")

    def after_each(*_):
        shown.update()
        if shown.n == updates:
            shown.close()

    return after_each


def _show_bar(label, total, message):
    """Show a progress bar and return it; a page without a kernel shows the message."""
    bar = _bar(total=total, desc=label)
    interrupts.bars.append(bar)
    display(with_fallback(bar.container, f"<p>{message}</p>", message), raw=True)
    return bar


def _bar(**options):
    """Return a progress bar that is not shown yet, and that stays to be seen in a narrow window."""
    bar = tqdm(display=False, **options)
    bar.displayed = True
    bar.container.layout.width, bar.container.layout.flex_flow = "100%", "row wrap"
    bar.container.children[1].layout.min_width = "60px"
    return bar


def curve(label, steps, *, alt, baselines=None, title_after=None, **axes):
    """Return a curve that grows on the page while a network trains, for use in a `with` statement.

    Args:
        label: the name of the value that is added, such as "training loss".
        steps: how many values will come.
        alt: what the finished picture shows, in words; set `curve.alt` to change it before the end of the `with` block.
        baselines: name -> height of a dotted line to compare with, such as {"bigram": 11.9}.
        title_after: the title once all steps are there, which says what came out; before, and if the training stops
            early, it is `title`.
        axes: arguments of matplotlib's `Axes.set`: ylabel, title, yscale, ylim, and xlabel, what is counted along the axis ("update").

    Returns:
        Curve.

    Raises:
        ValueError: alt is too short to say what the picture shows, or steps is not positive.
    """
    return Curve(label, steps, alt, baselines or {}, title_after, axes)


class Curve:
    """A growing curve; made by `curve`.

    Attributes:
        series: name -> (list of steps, list of values), everything that was added.
        alt: a description for readers who cannot see the picture.
    """

    def __init__(self, label, steps, alt, baselines, title_after, axes):
        figures.check_alt(alt)
        if steps < 1:
            raise ValueError(f"steps is {steps}; expected at least 1.")
        self.label, self.steps, self.alt = label, steps, alt
        self.baselines, self.axes, self.unit = baselines, axes, axes.get("xlabel", "update")
        self.title_after = title_after
        self._begin()

    def _begin(self):
        self.series, self.count, self.stopped = {self.label: ([], [])}, 0, False
        self.bar = _bar(total=self.steps, desc=self.label)
        self.view = widgets.HTML(self._picture(), layout={"width": "100%", "min_width": "0"})
        self.box = column(self.bar.container, self.view)
        self._next = 0.0

    def add(self, value, **others):
        """Add the value of the next step, and sometimes values of other curves: `add(loss, held_out=2.1)`."""
        if self.stopped:
            raise _Stopped
        self.count += 1
        for name, number in ({self.label: value} | others).items():
            steps, values = self.series.setdefault(name.replace("_", " "), ([], []))
            steps.append(self.count)
            values.append(float(number))
        self.bar.update()
        if time.monotonic() >= self._next:
            start = time.monotonic()
            self.view.value = self._picture()
            now = time.monotonic()
            self._next = now + min(max(OFTEN, 9 * (now - start)), 1.0)

    def figure(self, series=None):
        """Return a picture of what was added so far, or of other series in the same form."""
        fig, ax = figures.new(7, 3.3)
        series = self.series if series is None else series
        last = max((steps[-1] for steps, _ in series.values() if len(steps)), default=0)
        styles = zip(figures.COLOURS, ("-", "o--", "s:", "^-."), strict=False)
        for (name, (steps, values)), (colour, style) in zip(series.items(), styles, strict=False):
            if np.isfinite(values).any():
                ax.plot(steps, values, style, color=colour, label=name, linewidth=1.4, markersize=5)
        end = max(self.steps, last)
        ax.set(**{"xlim": (0, end), "xlabel": self.unit} | self.axes)
        if self.title_after and last >= self.steps:
            ax.set_title(self.title_after)
        for name, height in self.baselines.items():
            ax.plot([0, end], [height, height], ":", color=figures.GREY, label=name)
        return figures.label_lines(ax).figure

    def _picture(self):
        latest = ", ".join(f"{name} {values[-1]:.3g}" for name, (_, values) in self.series.items() if values)
        status = f"{self.unit.capitalize()} {self.count} of {self.steps}{': ' if latest else ''}{latest}."
        picture = figures.figure_element(self.figure(), status)
        return figures.framed(picture) + paragraph(html.escape(status))

    def _close(self):
        self.bar.close()
        for widget in (*self.bar.container.children, self.bar.container, self.view, self.box):
            widget.close()

    def __enter__(self):
        message = f"{self.label}: {self.steps:,} {self.unit}s."
        display(with_fallback(self.box, f"<p>{html.escape(message)}</p>", message), raw=True)
        return self

    def __exit__(self, kind, error, traceback):
        self._close()
        early = "" if self.count >= self.steps else f"Stopped after {self.unit} {self.count} of {self.steps}."
        if self.count:
            figures.show(self.figure(), f"{self.alt} {early}".strip())
        if kind is KeyboardInterrupt:
            raise KeyboardInterrupt(early) from None


def on_demand(label, run, curve, shown):
    """Return a button that starts a training; before the click, and on a page without a kernel, a stored curve is shown.

    Args:
        label: what the button says, for example "Train it now (about a minute)".
        run: function of the curve; it trains and calls `curve.add`. It runs in a thread of its own, so that the button
            can stop it, and must not print or display anything.
        curve: from `live.curve`, not entered.
        shown: name -> (steps, values), the stored series; `curve.alt` describes them.

    Returns:
        OnDemand; put it on the last line of a cell to show it.
    """
    return OnDemand(label, run, curve, shown)


class OnDemand:
    """A button and a curve; made by `on_demand`.

    Attributes:
        error: what the last training raised, or None.
        thread: the training that runs or ran last, or None.
    """

    def __init__(self, label, run, curve, shown):
        self.label, self.run, self.curve, self.error, self.thread = label, run, curve, None, None
        self.stored = figures.framed(figures.figure_element(curve.figure(shown), curve.alt))
        self.button = widgets.Button(description=label, icon="play", layout=BUTTON | {"align_self": "flex-start"})
        self.button.on_click(self._clicked)
        self.place = column(widgets.HTML(self.stored))
        self.box = column(widgets.HTML(LONG_BUTTONS, layout={"display": "none"}), self.button, self.place)
        self.box.add_class("long-buttons")

    def _clicked(self, _button):
        if self.thread and self.thread.is_alive():
            self.curve.stopped = True
            return
        self.error = None
        self.curve._begin()
        self.place.children = [self.curve.box]
        self.button.description, self.button.icon = "Stop", "stop"
        self.thread = threading.Thread(target=self._train, daemon=True)
        self.thread.start()

    def _train(self):
        message = ""
        try:
            self.run(self.curve)
        except _Stopped:
            message = paragraph("Stopped.")
        except Exception as error:  # nothing else shows an exception in a thread
            self.error = error
            why = html.escape(interrupts.in_one_sentence(error) or f"{type(error).__name__}: {error}")
            message = paragraph(f"<b>The training failed.</b> {why}", "alert")
        self.place.children = [widgets.HTML(self.curve._picture() + message)]
        self.curve._close()
        self.button.description, self.button.icon = self.label, "play"

    def _repr_mimebundle_(self, **kwargs):
        return with_fallback(self.box, self.stored, self.curve.alt)


class _Stopped(BaseException):
    """Ends a training when its button is pressed again; an `except Exception` in the training does not catch it."""


interrupts.listen()
