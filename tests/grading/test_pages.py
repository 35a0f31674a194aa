"""The page that a learner gets: points, sentences, outputs, no hidden test, and a policy that lets no script run."""

import base64
import hashlib
import re

import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from helpers.grading import pages
from helpers.grading.pages import feedback_page
from tests.grading import tiny
from tests.grading.test_clean import HOSTILE, everywhere, png

TEST = "assert step(1.0, 2.0, 3.0) == 7\n### BEGIN HIDDEN TESTS\nSECRET_TEST = 5.0\n### END HIDDEN TESTS"


def graded():
    """Return a graded notebook: a learner's cell, an answer, its test, an answer in words."""
    nb = new_notebook()
    nb.cells = [
        new_markdown_cell("A statement with $x_t$."),
        new_code_cell("print(1)", outputs=[new_output("stream", name="stdout", text="one\n")]),
        tiny.cell("solution", "step", "def step(x, h, w):\n    return 7"),
        tiny.cell("test", "step_check", TEST, 5),
        tiny.cell("text", "why_answer", "Because.", 3),
    ]
    return nb


def points(**changes):
    cells = {
        "step_check": {"points": 4.0, "of": 5.0, "comment": "", "waiting": False},
        "why_answer": {"points": 0.0, "of": 3.0, "comment": "", "waiting": True},
    }
    for name, change in changes.items():
        cells[name] = cells.get(name, {"points": 0.0, "of": 0.0, "comment": "", "waiting": False}) | change
    return {"score": 4.0, "of": 8.0, "late days": 0, "cells": cells}


def page(nb=None, known=None, student="anna", assignment="tiny"):
    return feedback_page(nb or graded(), known or points(), student, assignment)


def text(html):
    return BeautifulSoup(html, "lxml").get_text(" ", strip=True)


def with_error(place, *given, **more):
    nb = graded()
    nb.cells[place].outputs = [
        new_output("error", ename=given[0], evalue=given[1], traceback=more.get("traceback", []))
    ]
    return nb


def test_the_table_holds_the_points_of_each_question():
    table = BeautifulSoup(page(known=points() | {"late days": 2}), "lxml").find(id="points")
    rows = [[each.get_text() for each in row.find_all(["td", "th"])] for row in table.find_all("tr")]
    assert rows[1:] == [["step_check", "4", "5"], ["why_answer", "not marked yet", "3"], ["together", "4", "8"]]
    assert "Handed in 2 days late." in table.parent.get_text()
    assert "late" not in text(page())


def test_each_question_shows_its_points_as_nbgraders_page_does():
    shown = text(page())
    assert "Score: 4.0 / 5.0" in shown and "tiny (Score: 4.0 / 8.0)" in shown and "Student's answer" in shown
    links = {link["href"] for link in BeautifulSoup(page(), "lxml").find_all("a", href=True)}
    names = {link["name"] for link in BeautifulSoup(page(), "lxml").find_all("a", attrs={"name": True})}
    assert {"#step_check", "#why_answer"} <= links and {"step_check", "why_answer"} <= names


@pytest.mark.parametrize("end", ["\n### END HIDDEN TESTS", "\n    ### END HIDDEN TESTS\nx = 1", ""])
def test_hidden_tests_are_on_no_page(end):
    nb = graded()
    nb.cells[3].source = f"assert True\n### BEGIN HIDDEN TESTS\nSECRET_TEST = 5.0{end}"
    html = page(nb)
    assert "SECRET_TEST" not in html and "HIDDEN TESTS" not in html and "assert" in html
    assert nb.cells[3].source.startswith("assert True\n### BEGIN HIDDEN"), "the notebook itself was changed"


@pytest.mark.parametrize(
    "name, message, line",
    [
        ("NotYet", "the bias b_h is missing.", "NotYet: the bias b_h is missing."),
        ("HiddenTest", "A hidden test failed: the same test with other values.", "A hidden test failed: the same"),
        ("NotGraded", "the kernel died", "NotGraded: the kernel died"),
        ("CellTimeoutError", "anything", pages.TOO_LONG),
        ("KeyError", "'x'", "KeyError: 'x'"),
        ("AssertionError", "", "AssertionError"),
    ],
)
def test_a_test_that_failed_says_why_in_one_line(name, message, line):
    html = page(with_error(3, name, message, traceback=["a traceback of no use"]))
    assert line in text(html) and "of no use" not in html and "HiddenTest:" not in html


def test_a_learners_own_outputs_are_shown_in_full():
    nb = with_error(
        1, "ValueError", "too <b>short", traceback=["Traceback:\n", "line 3, in step", "ValueError: too <b>short"]
    )
    nb.cells[1].outputs += [
        new_output("stream", name="stdout", text="printed\n"),
        new_output("display_data", data={"image/png": png(), "text/plain": "<Figure>"}),
    ]
    html = page(nb)
    assert "line 3, in step" in html and "too &lt;b&gt;short" in html and "printed" in html
    assert f"data:image/png;base64,{png()}" in html
    assert "StdinNotImplementedError: no input" in text(page(with_error(1, "StdinNotImplementedError", "no input")))
    assert pages.TOO_LONG in text(page(with_error(1, "CellTimeoutError", "x", traceback=["x"])))


def test_an_answer_that_waits_for_a_mark_says_so():
    assert pages.NOT_MARKED in text(page())
    assert pages.NOT_MARKED not in text(page(known=points(why_answer={"waiting": False})))
    waiting_code = page(known=points(step={"waiting": True}, why_answer={"waiting": False}))
    assert f"# {pages.NOT_MARKED}" in text(waiting_code)


def test_comments_are_a_persons_and_no_response_never_stands_above_an_answer():
    nb = graded()
    nb.cells[4].metadata.nbgrader["comment"] = "No response."
    assert "No response" not in page(nb) and "Comments" not in text(page(nb))
    assert "No response" not in page(nb, points(why_answer={"comment": "No response."}))
    html = page(nb, points(why_answer={"comment": "**Good**, but <script>alert(1)</script>"}))
    assert "<strong>Good</strong>" in html and "<script>alert" not in html


def test_the_policy_comes_first_and_allows_the_set_up_of_mathjax_alone():
    html = page()
    head = html[html.index("<head>") + 6 :].lstrip()
    assert head.startswith('<meta http-equiv="Content-Security-Policy" content="')
    content = re.match(r'<meta [^>]*content="([^"]*)"', head)[1]
    rules = dict(rule.split(" ", 1) for rule in content.split("; "))
    assert rules["default-src"] == "'none'" and rules["img-src"] == "data:" and rules["form-action"] == "'none'"
    assert not re.search(r"unsafe|data:|\*|blob|'self'", rules["script-src"])
    inline, loaded = BeautifulSoup(html, "lxml").find_all("script")
    digest = base64.b64encode(hashlib.sha256(inline.string.encode()).digest()).decode()
    assert rules["script-src"].split() == [f"'sha256-{digest}'", pages.MATHJAX]
    assert loaded["src"].startswith(pages.MATHJAX) and not re.search(r"""(src|href)=["']?(https?:)?//(?!cdnjs)""", html)


@pytest.mark.parametrize("source", [*HOSTILE, "".join(HOSTILE)], ids=lambda source: repr(source)[:30])
def test_a_hostile_notebook_adds_no_script(source):
    plain = BeautifulSoup(page(everywhere("a")), "lxml")
    soup = BeautifulSoup(page(everywhere(source), student=source, assignment=source), "lxml")
    for name in ("script", "style", "meta", "iframe", "svg", "object", "embed", "form", "link", "base"):
        assert len(soup.find_all(name)) == len(plain.find_all(name)), name
    assert not [each for each in soup.find_all(True) for key in each.attrs if key.startswith("on")]
    assert all(re.match(r"https?://|#", link["href"]) for link in soup.find_all("a", href=True))


def test_without_cleaning_a_hostile_notebook_adds_scripts(monkeypatch):
    monkeypatch.setattr(pages, "clean", lambda nb: None)
    nb = new_notebook(cells=[new_markdown_cell(HOSTILE[0])])
    assert len(BeautifulSoup(page(nb), "lxml").find_all("script")) == 3
