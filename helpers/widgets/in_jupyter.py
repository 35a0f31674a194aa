"""Explorers and predictions in JupyterLab: their plain data shown with ipywidgets."""

import base64
import html
import threading
import time

import ipywidgets as widgets

from helpers.figures import png_element
from helpers.widgets import fast_canvas
from helpers.widgets.fallback import with_fallback

NAME = {"description_width": "190px"}


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
        handle = Slider(**range_, readout=False, continuous_update=True, layout={"width": "260px"})
        box = Box(**range_, description=control.label, style=NAME, layout={"width": "290px"})
        self.links = [widgets.jslink((handle, "value"), (box, "value"))]
        self.widget = box  # the page sends the box's value first, the slider's 20 ms later
        self.row = widgets.HBox([box, handle, *([_player(box)] if control.play else [])])

    def _choice(self):
        self.widget = self.row = widgets.Dropdown(
            description=self.control.label,
            options=self.control.options,
            value=self.control.value,
            style=NAME,
            layout={"width": "560px"},
        )

    def _buttons(self):
        # not shown; it holds the value that the buttons set
        self.widget = widgets.Dropdown(options=self.control.options, value=self.control.value)
        caption = widgets.Label(f"{self.control.label}:", layout={"width": "190px"})
        row = [widgets.Button(description=name, layout={"width": "auto"}) for name in self.control.options]

        def mark(_change=None):
            for index, button in enumerate(row):
                chosen = index == self.widget.index
                button.button_style, button.icon = ("info", "check") if chosen else ("", "")

        for button in row:
            button.on_click(lambda clicked: setattr(self.widget, "value", clicked.description))
        self.widget.observe(mark, "value")
        mark()
        self.row = widgets.HBox([caption, *row])
        self.row.add_class("one-of")  # the browser tests find it by this name

    def _text(self):
        self.widget = widgets.Text(
            value=self.control.value,
            description=self.control.label,
            continuous_update=True,
            style=NAME,
            layout={"width": "680px"},
        )
        examples = [widgets.Button(description=text, layout={"width": "auto"}) for text in self.control.options]
        for button in examples:
            button.on_click(lambda clicked: setattr(self.widget, "value", clicked.description))
        caption = widgets.Label("or try:", layout={"width": "190px"})
        offered = widgets.HBox([caption, *examples], layout={"flex_flow": "row wrap"})
        self.row = widgets.VBox([self.widget, offered]) if examples else self.widget

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
    """The widgets of one Explorer: a row for each control, and below them `view`, its picture and sentence."""

    def __init__(self, explorer):
        self.explorer = explorer
        self.first = self._element(explorer.first_pixels, explorer.first_status)
        self.plain = f"{explorer.alt} {explorer.first_status}"
        self.view = widgets.HTML(layout={"min_height": f"{explorer.height + 64}px"})
        self._show()
        explorer.redrawn.append(self._show)
        rows = [control.row for control in explorer.controls.values()]
        self.box = widgets.VBox([*rows, self.view, *([_listen(*explorer.listen)] if explorer.listen else [])])

    def _element(self, pixels, status):
        explorer = self.explorer
        picture = png_element(fast_canvas.png(pixels), f"{explorer.alt} {status}", explorer.width, explorer.height)
        sentence = f'<p role="status" style="max-width:{explorer.width}px">{html.escape(status)}</p>'
        return f'<figure style="margin:0">{picture}</figure>{sentence}'

    def _show(self):
        problem = self.explorer.problem
        if problem is None:
            self.view.value = self._element(self.explorer.pixels, self.explorer.status)
            return
        message = html.escape(f"{type(problem).__name__}: {problem}")
        self.view.value = (
            f'<p role="alert"><b>No picture for these settings.</b> {message} Set the last control back to go on.</p>'
        )

    def bundle(self):
        return with_fallback(self.box, self.first, self.plain)


def _listen(label, sound):
    """Return a button that puts an audio player with the sound on the page."""
    button = widgets.Button(description=label, icon="music", layout={"width": "auto", "align_self": "flex-start"})
    player = widgets.HTML("<p>The player appears here.</p>")

    def clicked(_button):
        source = base64.b64encode(sound()).decode()
        player.value = f'<audio controls autoplay aria-label="the sound" src="data:audio/wav;base64,{source}"></audio>'

    button.on_click(clicked)
    return widgets.VBox([button, player])


class Asked:
    """The widgets of one Prediction: question, buttons, reply, and the explorer, hidden until a button is pressed."""

    def __init__(self, prediction):
        explorer = prediction.explorer.in_jupyter
        ask = f"<p><b>Predict:</b> {prediction.question}</p>"
        explorer.box.layout.display = "none"
        self.buttons, self.reply = answer_buttons(
            [*prediction.choices, "Skip"],
            prediction.reply_to,
            then=lambda: setattr(explorer.box.layout, "display", None),
        )
        self.box = widgets.VBox([widgets.HTML(ask), self.buttons, self.reply, explorer.box])
        offered = "".join(f"<li>{html.escape(choice)}</li>" for choice in prediction.choices)
        self._first = f"{ask}<ul>{offered}</ul>{explorer.first}"
        self._plain = f"Predict: {prediction.question} {' / '.join(prediction.choices)}. {explorer.plain}"

    def bundle(self):
        return with_fallback(self.box, self._first, self._plain)


def answer_buttons(choices, reply_to, then=lambda: None):
    """Return a row of buttons and a line that answers a click; screen readers read the line aloud."""
    reply = widgets.HTML("<p></p>")
    buttons = [widgets.Button(description=choice, layout={"width": "auto"}) for choice in choices]

    def clicked(button):
        for other in buttons:
            other.button_style = "info" if other is button else ""
        reply.value = f'<p role="alert">{reply_to(button.description)}</p>'
        then()

    for button in buttons:
        button.on_click(clicked)
    return widgets.HBox(buttons, layout={"flex_flow": "row wrap"}), reply
