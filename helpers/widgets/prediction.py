"""A prediction that a learner makes before an explorer opens."""

import html
from functools import cached_property

SKIP = "Skip"
FOLD = "Commit first, then open the picture"
"""What a page without a kernel shows in place of a prediction's picture and its sentence, until it is opened."""


def verdict(right):
    """Return the first words of a reply, as HTML: None for neither right nor wrong."""
    return {True: "<b>✓ Right.</b> ", False: "<b>✗ Not quite.</b> ", None: ""}[right]


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
    """A question in front of an explorer, as plain data; made by `predict`."""

    def __init__(self, question, choices, answer, why, then):
        if answer not in choices:
            raise ValueError(f"answer is {answer!r}; expected one of {list(choices)}.")
        self.question, self.choices, self.answer, self.why, self.explorer = question, choices, answer, why, then

    def reply_to(self, chosen):
        """Return what a learner reads after a choice or SKIP, as HTML."""
        right = self.is_right(chosen)
        said = f"You said: {html.escape(chosen)}. " if right is False else ""
        return f"{verdict(right)}{said}It is: {html.escape(self.answer)}. {self.why}"

    def is_right(self, chosen):
        """Return whether a choice is right, or None for SKIP."""
        return None if chosen == SKIP else chosen == self.answer

    @cached_property
    def in_jupyter(self):
        """The ipywidgets that show it."""
        from helpers.widgets import in_jupyter

        return in_jupyter.Asked(self)

    @property
    def box(self):
        return self.in_jupyter.box

    @property
    def buttons(self):
        return self.in_jupyter.buttons

    @property
    def reply(self):
        return self.in_jupyter.reply

    def _repr_mimebundle_(self, **kwargs):
        return self.in_jupyter.bundle()
