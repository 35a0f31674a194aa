"""A short quiz for the end of a lesson, with a reason for every answer. It needs no network."""

import html

from helpers.widgets import in_jupyter
from helpers.widgets.fallback import with_fallback
from helpers.widgets.prediction import verdict


def quiz(*questions):
    """Return questions with a button for each answer; a click says whether the answer is right and why.

    Args:
        questions: one (question, {answer: why it is right or wrong}, the right answer) each. Questions and reasons are
            HTML; answers are plain text.

    Raises:
        ValueError: the right answer is not among the answers.
    """
    return Quiz(questions)


class Quiz:
    """Questions and buttons; made by `quiz`."""

    def __init__(self, questions):
        self.questions = questions
        rows, static, plain = [], [], []
        for number, (question, answers, right) in enumerate(questions, start=1):
            if right not in answers:
                raise ValueError(f"the right answer is {right!r}; expected one of {list(answers)}.")
            head = f"<p><b>{number}. {question}</b></p>"
            buttons, reply = in_jupyter.answer_buttons(
                answers,
                lambda chosen, answers=answers, right=right: f"{verdict(chosen == right)}{answers[chosen]}",
                lambda chosen, right=right: chosen == right,
            )
            rows += [in_jupyter.question(f"<b>{number}. {question}</b>"), buttons, reply]
            offered = "".join(f"<li>{html.escape(answer)}</li>" for answer in answers)
            static.append(
                f"{head}<ul>{offered}</ul><details><summary>Answer</summary>{html.escape(right)}: {answers[right]}</details>"
            )
            plain.append(f"{number}. {question} {' / '.join(answers)}")
        self.box = in_jupyter.column(*rows)
        self._fallback, self._text_plain = "".join(static), "\n".join(plain)

    def _repr_mimebundle_(self, **kwargs):
        return with_fallback(self.box, self._fallback, self._text_plain)
