"""Check the table of lessons: everything that belongs to a lesson is named by topic, and old names lead to new ones."""

import importlib
import re
from pathlib import Path

import pytest

from helpers import exercises, quizzes
from helpers.exercises import topics
from helpers.grading import derive

ROOT = Path(__file__).parents[2]
GOES_WITH_A_LESSON = [
    "helpers/explorers/{}.py",
    "helpers/exercises/{}.py",
    "notebooks/solutions/{0}/{0}_exercises.ipynb",
    "notebooks/exercises/{0}/{0}_exercises.ipynb",
    "notebooks/exercises/handouts/{}.md",
    "notebooks/exercises/board/{}.md",
    "tests/exercises/bank/{}.py",
]


def test_the_table_has_every_lesson_in_its_order():
    there = sorted(path.stem for path in (ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))
    assert [lesson.notebook for lesson in topics.LESSONS.values()] == there


@pytest.mark.parametrize("topic", topics.LESSONS)
def test_everything_that_goes_with_a_lesson_carries_its_topic(topic):
    assert [path for form in GOES_WITH_A_LESSON if not (ROOT / (path := form.format(topic))).exists()] == []
    assert callable(getattr(quizzes, topic))


def test_no_name_but_a_lessons_notebook_has_a_number():
    found = [path for folder in ("helpers", "notebooks", "tests") for path in (ROOT / folder).rglob("*")]
    ours = [
        path
        for path in found
        if path.is_file() and not {"my_exercises", ".ipynb_checkpoints", "__pycache__"} & set(path.parts)
    ]
    allowed = {f"{lesson.notebook}.ipynb" for lesson in topics.LESSONS.values()}
    assert {path.name for path in ours if re.search(r"lesson_?\d|^\d\d_", path.name)} == allowed


def test_an_old_name_is_refused_with_the_new_one():
    assert topics.renamed("lesson_8") == "Assignment lesson_8 is called gates now: ASSIGNMENT=gates."
    assert [topics.renamed(name) for name in ("gates", "sentiment", "lesson_99", "", None)] == [""] * 5
    assert derive.main(["lesson_8", "lesson_9"]) == (
        "Assignment lesson_8 is called gates now: ARGS=gates. "
        "Assignment lesson_9 is called attention now: ARGS=attention."
    )


def test_copies_of_the_first_version_still_find_their_checks():
    for topic, lesson in topics.LESSONS.items():
        if lesson.was:
            assert getattr(exercises, lesson.was) is importlib.import_module(f"helpers.exercises.{topic}")
    with pytest.raises(ImportError, match="lesson_99"):
        exec("from helpers.exercises import lesson_99")
