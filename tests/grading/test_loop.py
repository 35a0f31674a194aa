"""The instructor's loop on one batch of submissions of every kind, through the real nbgrader and the real sandbox."""

import csv

import pytest

from helpers.grading import __main__ as words
from helpers.grading import sandbox
from tests.grading import submissions, tiny


def run(folder, *words_given):
    return words.main(list(words_given), folder)


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    assert sandbox.why_not() is None
    folder = tiny.course(tmp_path_factory.mktemp("course"))
    assert run(folder, "assign", "--assignment", tiny.NAME) is None
    handed_in = submissions.write(folder, tiny.released(folder))
    assert run(folder, "collect", "--assignment", tiny.NAME, "--from", str(handed_in)) is None
    assert run(folder, "grade", "--assignment", tiny.NAME, "--workers", "2") is None
    assert run(folder, "feedback", "--assignment", tiny.NAME) is None
    return folder


@pytest.fixture(scope="module")
def rows(graded):
    with (graded / "grading" / "scores.csv").open() as file:
        return {row["learner"]: row for row in csv.DictReader(file)}


@pytest.mark.parametrize("kind", submissions.KINDS)
def test_every_kind_of_submission_gets_what_it_deserves(rows, kind):
    wanted = submissions.KINDS[kind]
    assert rows[kind]["score"] == wanted.score, rows[kind]
    for words_wanted in wanted.look:
        assert words_wanted in rows[kind]["look"]
    if not wanted.look:
        assert rows[kind]["look"] in ("", "marks by hand: why_answer")
