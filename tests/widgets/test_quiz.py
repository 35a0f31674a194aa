"""helpers.widgets.quiz: a button for each answer, its reason, and the same content without a kernel."""

import html
import re

import ipywidgets as widgets
import pytest

from helpers.widgets.quiz import quiz

QUESTIONS = (
    ("How many?", {"One": "No, two.", "Two": "As counted."}, "Two"),
    ("Which?", {"W_hh": "It meets the state.", "W_xh": "It meets the input.", "x < y": "No."}, "W_hh"),
)


def words(source):
    return html.unescape(re.sub(r"<[^>]*>", " ", source))


def rows(shown):
    """Return (heading, buttons, reply) for each question."""
    children = shown.box.children
    return list(zip(children[::3], children[1::3], children[2::3], strict=True))


@pytest.mark.parametrize(
    ("question", "label", "expected"),
    [
        (0, "One", "✗ Not quite. No, two."),
        (0, "Two", "✓ Right. As counted."),
        (1, "W_hh", "✓ Right. It meets the state."),
        (1, "W_xh", "✗ Not quite. It meets the input."),
    ],
)
def test_a_click_says_whether_and_why(question, label, expected):
    questions = rows(quiz(*QUESTIONS))
    _, buttons, reply = questions[question]
    _, _, other = questions[1 - question]
    (button,) = (button for button in buttons.children if button.description == label)
    assert words(reply.value).strip() == ""
    button.click()
    assert " ".join(words(reply.value).split()) == expected
    assert 'role="alert"' in reply.value
    assert words(other.value).strip() == ""


def test_every_answer_is_a_button_and_every_question_is_numbered():
    for number, ((heading, buttons, _), (question, answers, _)) in enumerate(
        zip(rows(quiz(*QUESTIONS)), QUESTIONS, strict=True), start=1
    ):
        assert f"{number}. {question}" in words(heading.value)
        assert [button.description for button in buttons.children] == list(answers)
        assert all(isinstance(button, widgets.Button) for button in buttons.children)


def test_without_a_kernel_questions_and_folded_answers_remain():
    bundle = quiz(*QUESTIONS)._repr_mimebundle_(include=None, exclude=None)
    assert set(bundle) == {"application/vnd.jupyter.widget-view+json", "text/html", "text/plain"}
    assert bundle["text/html"].count("<details>") == 2
    folded = re.findall("<details>.*?</details>", bundle["text/html"])
    assert ["Two" in folded[0] and "As counted." in folded[0], "W_hh" in folded[1]] == [True, True]
    for question, answers, _ in QUESTIONS:
        for part in (question, *answers):
            assert part in words(bundle["text/html"])
            assert part in bundle["text/plain"]
    assert "As counted." not in bundle["text/plain"]


def test_answers_are_text_not_markup():
    shown = quiz(("Which?", {"a <b> c": "It is.", "d": "No."}, "a <b> c"))
    assert words(shown._repr_mimebundle_()["text/html"]).count("a <b> c") == 2


def test_a_right_answer_that_was_not_offered_is_refused():
    with pytest.raises(ValueError, match=r"Three.*One.*Two"):
        quiz(QUESTIONS[0], ("How many?", {"One": "", "Two": ""}, "Three"))
