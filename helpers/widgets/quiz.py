"""A short quiz at the end of a lesson, offline, with the reason beside every answer."""

import html

import ipywidgets as widgets

from helpers.widgets.fallback import with_fallback
from helpers.widgets.prediction import answer_buttons


def quiz(*questions):
    """Show questions with a button per answer; a click says whether it is right and why.

    Args:
        questions: (question, {answer: why it is right or wrong}, the right answer) each.

    Raises:
        ValueError: the right answer is not among the answers.
    """
    return Quiz(questions)


class Quiz:
    """Questions and buttons; made by `quiz`."""

    def __init__(self, questions):
        rows, static, plain = [], [], []
        for number, (question, answers, right) in enumerate(questions, start=1):
            if right not in answers:
                raise ValueError(f"the right answer is {right!r}; expected one of {list(answers)}.")
            head = f"<p><b>{number}. {question}</b></p>"
            buttons, reply = answer_buttons(
                answers,
                lambda said, answers=answers, right=right: (
                    f"{'Right' if said == right else 'Not quite'}: {answers[said]}"
                ),
            )
            rows += [widgets.HTML(head), buttons, reply]
            offered = "".join(f"<li>{html.escape(answer)}</li>" for answer in answers)
            static.append(
                f"{head}<ul>{offered}</ul><details><summary>Answer</summary>{html.escape(right)}: {answers[right]}</details>"
            )
            plain.append(f"{number}. {question} {' / '.join(answers)}")
        self.box = widgets.VBox(rows)
        self._fallback, self._text_plain = "".join(static), "\n".join(plain)

    def _repr_mimebundle_(self, **kwargs):
        return with_fallback(self.box, self._fallback, self._text_plain)
