"""Explorers and predictions in JupyterLab: their plain data shown with ipywidgets."""

import base64
import html
import threading
import time
from functools import cached_property

import ipywidgets as widgets
from PIL import Image

from helpers import figures
from helpers.figures import BLUE, GREY
from helpers.widgets import fast_canvas
from helpers.widgets.fallback import with_fallback
from helpers.widgets.prediction import FOLD, SKIP

TEXT = "margin:4px 0;max-width:720px;line-height:1.5;font-size:var(--jp-content-font-size1,inherit)"
"""The style of a paragraph: that of the text around it."""

LONG_BUTTONS = (
    "<style>.long-buttons .widget-button { white-space: normal; text-align: left; height: auto; min-height: 28px; "
    "padding-block: 4px; line-height: 1.4; }</style>"
)

WRAP = {"flex_flow": "row wrap", "margin": "0", "min_width": "0"}
WHOLE = WRAP | {"width": "100%"}
NAME = {"description_width": "190px"}
CAPTION = {"width": "190px", "display": "flex", "justify_content": "flex-end"}
# two short controls stand side by side where there is room; in a narrow window each moves below its name
HALF = WRAP | {"flex": "1 1 390px", "max_width": "430px"}
LINE = WRAP | {"flex": "1 1 100%", "max_width": "720px"}
BUTTON = {"width": "auto", "max_width": "100%"}
LONG = 24  # characters of a name that no longer fits in the column of names
SHORT = 30  # characters that a menu or a row of buttons has room for in half a line


def prose(content, role=""):
    """Return a paragraph of HTML; screen readers read one with the role "alert" aloud."""
    return widgets.HTML(paragraph(content, role), layout={"margin": "0", "min_width": "0"})


def question(content):
    """Return the question above a row of `answer_buttons`, with the style that lets long answers have several lines."""
    shown = prose(content)
    shown.value += LONG_BUTTONS
    return shown


def paragraph(content, role=""):
    spoken = f' role="{role}"' if role else ""
    return f'<p{spoken} style="{TEXT}">{content}</p>'


def column(*rows):
    return widgets.VBox(rows, layout={"width": "100%", "min_width": "0"})


class Row:
    """The widgets of one Control: `widget` holds its value, `row` is what the page shows."""

    def __init__(self, control):
        self.control, self.links = control, ()
        getattr(self, f"_{control.kind}")()
        self.widget.observe(lambda change: control.set(change.new), "value")
        control.limited.append(self._limit)

    def _slider(self):
        control = self.control
        Slider, Box = (
            (widgets.IntSlider, widgets.BoundedIntText)
            if control.whole
            else (widgets.FloatSlider, widgets.BoundedFloatText)
        )
        range_ = dict(min=control.low, max=control.high, step=control.step, value=control.value)
        handle = Slider(**range_, readout=False, layout={"width": "auto", "flex": "1 1 110px"})
        long = len(control.label) > LONG
        style, width = ({"description_width": "initial"}, "300px") if long else (NAME, "272px")
        box = Box(
            **range_, description=control.label, style=style, layout={"width": width, "max_width": "calc(100% - 4px)"}
        )
        self.links = [widgets.jslink((handle, "value"), (box, "value"))]
        self.widget = box  # the page sends the box's value first, the slider's 20 ms later
        player = [_player(box)] if control.play else []
        self.row = widgets.HBox([box, handle, *player], layout=LINE if control.play else HALF)

    def _choice(self):
        self.widget = self.row = widgets.Dropdown(
            description=self.control.label,
            options=self.control.options,
            value=self.control.value,
            style=NAME,
            layout=(HALF if max(map(len, self.control.options)) <= SHORT else LINE) | {"flex_flow": "row"},
        )

    def _buttons(self):
        # not shown; it holds the value that the buttons set
        self.widget = widgets.Dropdown(options=self.control.options, value=self.control.value)
        caption = widgets.Label(self.control.label, layout=CAPTION)
        row = [widgets.Button(description=name, layout=BUTTON) for name in self.control.options]

        def mark(_change=None):
            for index, button in enumerate(row):
                look(button, *(CHOSEN if index == self.widget.index else PLAIN))

        for button in row:
            button.on_click(lambda clicked: setattr(self.widget, "value", clicked.description))
        self.widget.observe(mark, "value")
        mark()
        short = sum(len(name) + 4 for name in self.control.options) <= SHORT
        self.row = widgets.HBox([caption, *row], layout=HALF if short else WHOLE)
        self.row.add_class("one-of")  # the browser tests find it by this name

    def _text(self):
        self.widget = widgets.Text(
            value=self.control.value,
            description=self.control.label,
            continuous_update=True,
            style=NAME,
            layout=(HALF if self.control.short else LINE) | {"height": "auto"},
        )
        examples = [widgets.Button(description=text, layout=BUTTON) for text in self.control.options]
        for button in examples:
            button.on_click(lambda clicked: setattr(self.widget, "value", clicked.description))
        caption = widgets.Label("or try:", layout=CAPTION)
        offered = widgets.HBox([caption, *examples], layout=WHOLE)
        offered.add_class("long-buttons")
        self.row = widgets.HBox([self.widget, offered], layout=WHOLE) if examples else self.widget

    def _nothing(self):
        self.widget = widgets.Label(self.control.value)
        self.row = widgets.VBox()

    _drawing = _recording = _nothing  # ipywidgets has no field to draw in and no microphone

    def _limit(self):
        for part in self.row.children:
            if part.has_trait("max"):
                part.max = self.control.high
        self.widget.value = self.control.value


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


class Front:
    """The widgets of one Explorer: its controls, and below them `view`, its picture and sentence.

    A slider that can be played is the last control, so that its button is next to the picture.
    """

    def __init__(self, explorer):
        self.explorer = explorer
        self.view = widgets.HTML(layout={"width": "100%", "margin": "1px 0 0", "min_width": "0"})
        self._show()
        explorer.redrawn.append(self._show)
        rows = [control.row for control in sorted(explorer.controls.values(), key=lambda control: control.play)]
        controls = widgets.HBox(rows, layout=WHOLE | {"max_width": "880px"})
        self.box = column(controls, self.view, *([_listen(*explorer.listen)] if explorer.listen else []))

    @cached_property
    def first(self):
        """The picture and the sentence at the start, as HTML for a page without a kernel."""
        png = figures.small_png(Image.fromarray(self.explorer.first_pixels))
        return self._element(png, self.explorer.first_status)

    @property
    def plain(self):
        return f"{self.explorer.alt} {self.explorer.first_status}"

    def _element(self, png, status):
        explorer = self.explorer
        picture = figures.png_element(png, f"{explorer.alt} {status}", explorer.width, explorer.height)
        # two lines of text have room, so that what is below stays where it is
        style = f"{TEXT};min-height:3em"
        return f'{figures.framed(picture)}<p role="status" style="{style}">{html.escape(status)}</p>'

    def _show(self):
        problem = self.explorer.problem
        if problem is None:
            self.view.value = self._element(fast_canvas.png(self.explorer.pixels), self.explorer.status)
            return
        message = html.escape(f"{type(problem).__name__}: {problem}")
        self.view.value = paragraph(
            f"<b>No picture for these settings.</b> {message} Set the last control back to go on.", "alert"
        )

    def bundle(self):
        return with_fallback(self.box, self.first, self.plain)


def _listen(label, sound):
    """Return a button that puts an audio player with the sound on the page."""
    button = widgets.Button(description=label, icon="music", layout=BUTTON | {"align_self": "flex-start"})
    player = prose("The player appears here.")

    def clicked(_button):
        source = base64.b64encode(sound()).decode()
        player.value = f'<audio controls autoplay aria-label="the sound" src="data:audio/wav;base64,{source}"></audio>'

    button.on_click(clicked)
    return widgets.VBox([button, player])


class Asked:
    """The widgets of one Prediction: question, buttons, reply, and the explorer, hidden until a button is pressed."""

    def __init__(self, prediction):
        self.prediction, self.front = prediction, prediction.explorer.in_jupyter
        self._ask = f"<b>Predict:</b> {prediction.question}"
        self.front.box.layout.display = "none"
        self.buttons, self.reply = answer_buttons(
            [*prediction.choices, SKIP],
            prediction.reply_to,
            prediction.is_right,
            then=lambda: setattr(self.front.box.layout, "display", None),
        )
        self.box = column(question(self._ask), self.buttons, self.reply, self.front.box)

    def bundle(self):
        offered = "".join(f"<li>{html.escape(choice)}</li>" for choice in self.prediction.choices)
        folded = f"<details><summary>{FOLD}</summary>{self.front.first}</details>"
        plain = f"Predict: {self.prediction.question} {' / '.join(self.prediction.choices)}. {self.front.plain}"
        return with_fallback(self.box, f"{paragraph(self._ask)}<ul>{offered}</ul>{folded}", plain)


def answer_buttons(choices, reply_to, is_right, then=lambda: None):
    """Return a row of buttons and a line that answers a click; screen readers read the line aloud.

    Args:
        choices: what the buttons say.
        reply_to: what a button says -> the reply, HTML.
        is_right: what a button says -> True, False, or None for neither.
        then: is called after each reply.
    """
    reply = prose("")
    buttons = [widgets.Button(description=choice, layout=BUTTON) for choice in choices]

    def clicked(button):
        for other in buttons:
            look(other, *PLAIN)
        look(button, *LOOK[is_right(button.description)])
        reply.value = paragraph(reply_to(button.description), "alert")
        then()

    for button in buttons:
        button.on_click(clicked)
    row = widgets.HBox(buttons, layout=WHOLE)
    row.add_class("long-buttons")
    return row, reply


def look(button, style, icon, tooltip, colour):
    button.button_style, button.icon, button.tooltip = style, icon, tooltip
    button.style.button_color, button.style.text_color = colour, "white" if colour else None


PLAIN = ("", "", None, None)
CHOSEN = ("info", "check", "chosen", BLUE)
LOOK = {
    True: ("success", "check", "right", "#00704F"),
    False: ("warning", "times", "not quite", "#A84300"),
    None: ("info", "", "skipped", GREY),
}
"""Whether an answer is right -> style, icon, tooltip and colour of its button. White letters can be read on all three."""
