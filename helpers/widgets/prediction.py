"""A prediction that a learner makes before an explorer opens, and the row of buttons that quizzes also use."""

import html

import ipywidgets as widgets

from helpers.widgets.fallback import with_fallback


def predict(question, choices, answer, why, then):
    """Ask for a prediction before an explorer opens, then show prediction and answer. Nothing is stored.

    Args:
        question: what the learner is about to see.
        choices: two to five answers, one button each, with a button to skip.
        answer: the right one of `choices`.
        why: a sentence about what to look for; HTML, like `question`, while `choices` are plain text.
        then: the Explorer that opens.

    Raises:
        ValueError: `answer` is not one of `choices`.
    """
    return Prediction(question, choices, answer, why, then)


class Prediction:
    """A question with buttons in front of an explorer; made by `predict`."""

    def __init__(self, question, choices, answer, why, then):
        if answer not in choices:
            raise ValueError(f"answer is {answer!r}; expected one of {list(choices)}.")
        ask = f"<p><b>Predict:</b> {question}</p>"
        self.explorer = then
        then.box.layout.display = "none"
        self.buttons, self.reply = answer_buttons(
            [*choices, "Skip"],
            lambda chosen: f"{_you_said(chosen, answer)} {why}",
            then=lambda: setattr(then.box.layout, "display", None),
        )
        self.box = widgets.VBox([widgets.HTML(ask), self.buttons, self.reply, then.box])
        offered = "".join(f"<li>{html.escape(choice)}</li>" for choice in choices)
        self._fallback = f"{ask}<ul>{offered}</ul>{then._default}"
        self._text_plain = f"Predict: {question} {' / '.join(choices)}. {then._text_plain}"

    def _repr_mimebundle_(self, **kwargs):
        return with_fallback(self.box, self._fallback, self._text_plain)


def _you_said(chosen, answer):
    it_is = f"It is: {html.escape(answer)}."
    if chosen == "Skip":
        return it_is
    return f"You said: {html.escape(chosen)}. {f'{it_is} Right.' if chosen == answer else it_is}"


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
