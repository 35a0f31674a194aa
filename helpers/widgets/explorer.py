"""Pictures that are redrawn at once when a control changes.

A `draw(fig)` function builds the picture once, marks what will change with `animated=True`, and returns
`update(**values)`, which moves those parts and returns one sentence that says what the picture shows now. Everything
else is painted once, as a background, so an update draws only what changes.

Controls are plain data, and this module needs only NumPy and matplotlib. Two fronts show an explorer: `in_jupyter`, with
ipywidgets, and the web page, where the same Python runs in the reader's browser.
"""

import base64
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from helpers import figures
from helpers.widgets import fast_canvas


def explore(draw, alt, listen=None, **controls):
    """Return a picture with controls.

    Args:
        draw: builds the picture on an empty Figure and returns `update(**values) -> sentence` (see the module). A
            sentence of class `Nothing` leaves all that moves out of the picture.
        alt: a description of the picture; the sentence from `update` is added to it.
        listen: (what its button says, function that returns the bytes of a WAV file), or None.
        controls: name -> `slider(...)`, `choice(...)`, `buttons(...)`, `text(...)`, `drawing(...)` or `recording(...)`;
            `update` gets their values by these names.

    Returns:
        Explorer; put it on the last line of a cell to show it.
    """
    return Explorer(draw, alt, controls, listen)


def slider(label, low, high, value, step=1, play=False, up_to=None):
    """Return a slider and a number box with the same value.

    Steps such as 0.25 or 0.125 are exact in binary, so the box shows 0.625 and never 0.6000000000000001.

    Args:
        label: its name on the page.
        low, high, value, step: all int, or numbers.
        play: add a button that moves it to the end.
        up_to: function(values of all controls, by name) -> this slider's upper end; at least one step is left. A value at
            the old end moves to the new one.

    Raises:
        ValueError: the value is outside the range.
    """
    if not low <= value <= high:
        raise ValueError(f"{label}: value is {value}; expected {low} to {high}.")
    return Control("slider", label, value, low=low, high=high, step=step, play=play, up_to=up_to)


def choice(label, options, value=None):
    """Return a menu of named options."""
    return _one_of("choice", label, options, value)


def buttons(label, options, value=None):
    """Return a row of buttons for named options; the chosen one has a tick. It works with mouse and keyboard."""
    return _one_of("buttons", label, options, value)


def _one_of(kind, label, options, value):
    options = tuple(options)
    if value is not None and value not in options:
        raise ValueError(f"{label}: value is {value!r}; expected one of {list(options)}.")
    return Control(kind, label, options[0] if value is None else value, options=options)


def text(label, value, examples=(), short=False):
    """Return a text box; the picture changes while the learner types. A click on one of the examples puts it into the box.

    A box for a few characters only is `short`: it stands beside another control.
    """
    return Control("text", label, value, options=tuple(examples), short=short)


def drawing(label, height, width):
    """Return a field to draw in with a mouse or a finger, on the web page only.

    Its value is "" while nothing is drawn, else as `ink_of` reads it.
    """
    return Control("drawing", label, "", options=(height, width))


def ink_of(value, height, width):
    """Return where there is ink, (height, width) booleans, from the value of a `drawing`: a bit for each point, row by row,
    four to a hexadecimal digit."""
    bits = np.frombuffer(bytes.fromhex(value or "00" * (height * width // 8)), np.uint8)
    return np.unpackbits(bits).reshape(height, width).astype(bool)


def recording(label, rate, seconds):
    """Return a button that records the learner's voice, on the web page only; what is recorded does not leave the page.

    Its value is "" while nothing is recorded, else as `samples_of` reads it: at most `rate` times `seconds` samples.
    """
    return Control("recording", label, "", options=(rate, seconds))


def samples_of(value):
    """Return the samples of a `recording`, (N,) float64 from -1 to 1, from its value: 16 bits each, low byte first, in base64."""
    return np.frombuffer(base64.b64decode(value), "<i2") / 2**15


class Nothing(str):
    """The sentence of an update that has nothing to draw, for example because no text is typed."""


@dataclass(eq=False)
class Control:
    """What a learner can change: plain data, and who hears of a change.

    Attributes:
        kind: "slider", "choice", "buttons", "text", "drawing" or "recording".
        label: its name on the page.
        value: int, float or str.
        low, high, step: the range of a slider.
        options: the names to choose from; the examples of a text box; the height and width of a drawing; the
            samples in a second of a recording, and its most seconds.
        play: whether a slider has a button that moves it to its end.
        short: whether a text box has room for a few characters only.
        up_to: function(values of all controls) -> the upper end of a slider, or None.
    """

    kind: str
    label: str
    value: object
    low: float | None = None
    high: float | None = None
    step: float | None = None
    options: tuple = ()
    play: bool = False
    short: bool = False
    up_to: Callable | None = None
    changed: list = field(default_factory=list, repr=False)
    limited: list = field(default_factory=list, repr=False)

    @property
    def whole(self):
        """Whether a slider has whole numbers only."""
        return all(isinstance(number, int) for number in (self.low, self.high, self.step))

    def set(self, value):
        """Change the value; every function in `changed` is called, unless it is the same."""
        if value != self.value:
            self.value = value
            for call in self.changed:
                call()

    def limit(self, high):
        """Change the upper end of a slider; a value at the old end moves to the new one. `changed` is not called."""
        high = max(high, self.low + self.step)  # a slider needs two different ends
        if high != self.high:
            self.value = high if self.value == self.high else min(self.value, high)
            self.high = high
            return True
        return False

    @cached_property
    def in_jupyter(self):
        """The row of ipywidgets that shows it."""
        from helpers.widgets import in_jupyter

        return in_jupyter.Row(self)

    @property
    def widget(self):
        return self.in_jupyter.widget

    @property
    def row(self):
        return self.in_jupyter.row


class Explorer:
    """A figure, its controls and the sentence below it; made by `explore`.

    Attributes:
        controls: name -> Control.
        status: what the picture shows now, in one sentence.
        problem: the exception of the last update, or None.
        error: the first exception an update raised, or None.
        redrawn: functions that are called after each new picture.
        width, height: of the place on the page, in pixels; the picture has `figures.SHARP` as many.
    """

    def __init__(self, draw, alt, controls, listen=None):
        self.alt, self.controls, self.listen = alt, controls, listen
        self.error, self.problem, self.redrawn = None, None, []
        self._lock = threading.Lock()  # callbacks may run in another thread than cells
        self._canvas = FigureCanvasAgg(Figure(figsize=(7.2, 4.2), dpi=100 * figures.SHARP))
        figure = self._canvas.figure
        self._update = draw(figure)
        self._canvas.draw()
        figure.set_layout_engine("none")  # keep the layout while parts of the figure move
        self._background = self._canvas.copy_from_bbox(figure.bbox)
        self._moving = sorted(figure.findobj(Artist.get_animated), key=Artist.get_zorder)
        self.width, self.height = (round(size / figures.SHARP) for size in self._canvas.get_width_height())
        self._stamps = fast_canvas.Stamps(self._canvas)
        self._draw()
        self.first_status, self.first_pixels = self.status, self.pixels.copy()
        for control in controls.values():
            control.changed.append(self.follow)

    @property
    def values(self):
        """Name -> value of every control."""
        return {name: control.value for name, control in self.controls.items()}

    @property
    def pixels(self):
        """The picture, (height, width, 4) uint8; the next update draws over it."""
        return np.asarray(self._canvas.buffer_rgba())

    def move(self, **values):
        """Set some controls by name, and draw once."""
        for name, value in values.items():
            self.controls[name].value = value
        self.follow()

    def follow(self):
        """Draw what the controls say now, if it is not what the picture shows."""
        with self._lock:
            for control in self.controls.values():
                if control.up_to and control.limit(control.up_to(self.values)):
                    for call in control.limited:
                        call()
            if self.values == self._shown:  # two controls that change together need only one picture
                return
            try:
                self._draw()
                self.problem = None
            except Exception as error:  # nothing else shows an exception in a callback
                self.problem = error
                self.error = self.error or error
            for call in self.redrawn:
                call()

    def _draw(self):
        self._shown = self.values
        self.status = self._update(**self._shown)
        self._canvas.restore_region(self._background)
        for artist in () if isinstance(self.status, Nothing) else self._moving:
            self._stamps.draw(artist)

    @cached_property
    def in_jupyter(self):
        """The ipywidgets that show it."""
        from helpers.widgets import in_jupyter

        return in_jupyter.Front(self)

    @property
    def box(self):
        return self.in_jupyter.box

    @property
    def view(self):
        return self.in_jupyter.view

    def _repr_mimebundle_(self, **kwargs):
        return self.in_jupyter.bundle()
