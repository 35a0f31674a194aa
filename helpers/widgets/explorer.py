"""Pictures that are redrawn at once when a control changes.

A `draw(fig)` function builds the picture once, marks what will change with `animated=True`, and returns
`update(**values)`, which moves those parts and returns one sentence that says what the picture shows now. Everything
else is painted once, as a background, so an update draws only what changes.
"""

import html
import threading
import time

import ipywidgets as widgets
import numpy as np
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from helpers.figures import png_element
from helpers.widgets import fast_canvas
from helpers.widgets.fallback import with_fallback


def explore(draw, alt, **controls):
    """Return a picture with controls.

    Args:
        draw: builds the picture on an empty Figure and returns `update(**values) -> sentence` (see the module). A
            sentence of class `Nothing` leaves all that moves out of the picture.
        alt: a description of the picture; the sentence from `update` is added to it.
        controls: name -> `slider(...)`, `choice(...)`, `buttons(...)` or `text(...)`; `update` gets their values by
            these names.

    Returns:
        Explorer; put it on the last line of a cell to show it.
    """
    return Explorer(draw, alt, controls)


def slider(label, low, high, value, step=1, play=False):
    """Return a slider and a number box with the same value; `play=True` adds a button that moves it to the end.

    Steps such as 0.25 or 0.125 are exact in binary, so the box shows 0.625 and never 0.6000000000000001.
    """
    if not low <= value <= high:
        raise ValueError(f"{label}: value is {value}; expected {low} to {high}.")
    whole = all(isinstance(number, int) for number in (low, high, value, step))
    Slider, Box = (
        (widgets.IntSlider, widgets.BoundedIntText) if whole else (widgets.FloatSlider, widgets.BoundedFloatText)
    )
    range_ = dict(min=low, max=high, step=step, value=value)
    control = Slider(**range_, readout=False, continuous_update=True, layout={"width": "260px"})
    box = Box(**range_, description=label, style={"description_width": "190px"}, layout={"width": "290px"})
    parts = [box, control]
    link = [widgets.jslink((control, "value"), (box, "value"))]
    if play:
        parts.append(_player(box))
    return Control(box, widgets.HBox(parts), link)  # the page sends the box's value first, the slider's 20 ms later


def _player(control):
    """Return a button that moves a slider to its end. (The buttons of `widgets.Play` have no accessible names.)"""
    button = widgets.Button(description="Play", icon="play", layout={"width": "90px"})
    walks = []

    def walk(this):
        while this in walks and control.value < control.max:
            control.value += control.step
            time.sleep(0.4)
        if this in walks:
            pause()

    def pause():
        walks.clear()
        button.description, button.icon = "Play", "play"

    def clicked(_button):
        if walks:
            pause()
            return
        if control.value >= control.max:
            control.value = control.min
        walks.append(object())
        button.description, button.icon = "Pause", "pause"
        threading.Thread(target=walk, args=walks, daemon=True).start()

    button.on_click(clicked)
    return button


def choice(label, options, value=None):
    """Return a menu of named options."""
    control = widgets.Dropdown(
        description=label,
        options=list(options),
        style={"description_width": "190px"},
        layout={"width": "560px"},
    )
    if value is not None:
        control.value = value
    return Control(control, control)


def buttons(label, options, value=None):
    """Return a row of buttons for named options; the chosen one has a tick. It works with mouse and keyboard."""
    control = widgets.Dropdown(options=list(options))  # not shown; it holds the value that the buttons set
    if value is not None:
        control.value = value
    caption = widgets.Label(f"{label}:", layout={"width": "190px"})
    row = [widgets.Button(description=name, layout={"width": "auto"}) for name in control.options]

    def mark(_change=None):
        for index, button in enumerate(row):
            chosen = index == control.index
            button.button_style, button.icon = ("info", "check") if chosen else ("", "")

    for button in row:
        button.on_click(lambda clicked: setattr(control, "value", clicked.description))
    control.observe(mark, "value")
    mark()
    box = widgets.HBox([caption, *row])
    box.add_class("one-of")  # the browser tests find it by this name
    return Control(control, box)


def text(label, value):
    """Return a text box; the picture changes while the learner types."""
    control = widgets.Text(
        value=value,
        description=label,
        continuous_update=True,
        style={"description_width": "190px"},
        layout={"width": "680px"},
    )
    return Control(control, control)


class Nothing(str):
    """The sentence of an update that has nothing to draw, for example because no text is typed."""


class Control:
    """A widget whose `value` is read and observed, and its row on the page."""

    def __init__(self, widget, row, links=()):
        self.widget, self.row, self.links = widget, row, links

    def limit(self, high):
        """Change the upper end of a slider and its box; a value at the old end moves to the new one."""
        at_end = self.widget.value == self.widget.max
        for part in self.row.children:
            if part.has_trait("max"):
                part.max = high
        if at_end:
            self.widget.value = high


class Explorer:
    """A figure, its controls and the sentence below it; made by `explore`.

    Attributes:
        controls: name -> Control.
        status: what the picture shows now, in one sentence.
        error: the first exception an update raised, or None.
    """

    def __init__(self, draw, alt, controls):
        self.alt, self.controls, self.error = alt, controls, None
        self._lock = threading.Lock()  # callbacks may run in another thread than cells
        self._canvas = FigureCanvasAgg(Figure(figsize=(7.2, 4.2), dpi=100))
        figure = self._canvas.figure
        self._update = draw(figure)
        self._canvas.draw()
        figure.set_layout_engine("none")  # keep the layout while parts of the figure move
        self._background = self._canvas.copy_from_bbox(figure.bbox)
        self._moving = sorted(figure.findobj(Artist.get_animated), key=Artist.get_zorder)
        self._width, self._height = self._canvas.get_width_height()
        self._stamps = fast_canvas.Stamps(self._canvas)
        self._default = self._picture()
        self._text_plain = f"{alt} {self.status}"
        self.view = widgets.HTML(self._default, layout={"min_height": f"{self._height + 64}px"})
        for control in controls.values():
            control.widget.observe(self._follow, names="value")
        self.box = widgets.VBox([*(control.row for control in controls.values()), self.view])

    def _values(self):
        return {name: control.widget.value for name, control in self.controls.items()}

    def _picture(self):
        self._shown = self._values()
        self.status = self._update(**self._shown)
        self._canvas.restore_region(self._background)
        for artist in () if isinstance(self.status, Nothing) else self._moving:
            self._stamps.draw(artist)
        png = fast_canvas.png(np.asarray(self._canvas.buffer_rgba()))
        picture = png_element(png, f"{self.alt} {self.status}", self._width, self._height)
        sentence = f'<p role="status" style="max-width:{self._width}px">{html.escape(self.status)}</p>'
        return f'<figure style="margin:0">{picture}</figure>{sentence}'

    def _follow(self, _change):
        with self._lock:
            if self._values() == self._shown:  # two controls that change together need only one picture
                return
            try:
                self.view.value = self._picture()
            except Exception as error:  # nothing else shows an exception in a callback
                self.error = self.error or error
                message = html.escape(f"{type(error).__name__}: {error}")
                self.view.value = f'<p role="alert"><b>No picture for these settings.</b> {message} Set the last control back to go on.</p>'

    def _repr_mimebundle_(self, **kwargs):
        return with_fallback(self.box, self._default, self._text_plain)
