"""The instructor's guide says what is so: its minutes, points, variants, commands and sections."""

import re
from pathlib import Path

import nbformat
import pytest

from helpers.exercises import topics
from helpers.grading import derive

ROOT = Path(__file__).parents[1]
EXERCISES = ROOT / "notebooks" / "exercises"
GUIDE = EXERCISES / "README.md"
LESSONS = sorted((ROOT / "notebooks").glob("0*.ipynb"))


def rows(page, heading):
    """The rows below the header of the first table whose first column has this heading."""
    table = re.search(rf"^\| {re.escape(heading)} \|.*\n\|[-|]+\n((?:\|.*\n)+)", page.read_text(), re.MULTILINE)
    return [[field.strip() for field in line.strip("|").split("|")] for line in table.group(1).splitlines()]


def prose(notebook):
    return "\n".join(cell.source for cell in nbformat.read(notebook, 4).cells if cell.cell_type == "markdown")


def minutes(notebook):
    return int(re.search(r"about (\d+) minutes", prose(notebook)).group(1))


def lesson_or_application(assignment):
    if assignment in topics.LESSONS:
        return ROOT / "notebooks" / f"{topics.LESSONS[assignment].notebook}.ipynb"
    return ROOT / "notebooks" / "applications" / f"{assignment}.ipynb"


def listed():
    """Assignment -> its row in the guide's two tables."""
    guide = GUIDE.read_text()
    return {
        match[1]: [field.strip() for field in match[2].split("|")]
        for match in re.finditer(r"^\| `(\w+)` \|(.*)\|$", guide, re.MULTILINE)
    }


def test_every_assignment_is_listed():
    assert sorted(listed()) == derive.assignments()


@pytest.mark.parametrize("assignment", derive.assignments())
def test_minutes_points_and_variants_are_those_of_the_notebooks(assignment):
    nb, row = nbformat.read(derive.source_path(assignment), 4), listed()[assignment]
    told = [cell.metadata.nbgrader for cell in nb.cells if cell.metadata.get("nbgrader", {}).get("grade")]
    by_hand = sum(cell.points for cell in told if cell.solution)
    by_tests = sum(cell.points for cell in told) - by_hand
    here = minutes(lesson_or_application(assignment)), minutes(derive.source_path(assignment))
    assert row[:4] == [str(number) for number in (*here, by_tests, by_hand)]
    if assignment in topics.LESSONS:
        assert re.findall(r"`(\w+)`", row[4]) == list(derive.variants(nb))


def named(text, kind):
    """Assignments in a phrase such as `lessons 1, 2`, `the same three` aside."""
    found = [list(topics.LESSONS)[int(number) - 1] for number in re.findall(r"\b\d\b", text)]
    return found + [kind[words] for words in kind if words in text]


@pytest.mark.parametrize("heading, last", [("day", "both applications"), ("week", "the same three")])
def test_the_syllabus_adds_up(heading, last):
    spoken = {each.replace("_", " "): each for each in derive.assignments() if each not in topics.LESSONS}
    *days, sums = [row[1:] for row in rows(GUIDE, heading)]
    for in_class, first, assigned, second, together in days:
        held = named(in_class, spoken)
        worked_on = named(assigned, spoken) + ([a for a in held if a not in topics.LESSONS] if last in assigned else [])
        assert int(first) == sum(minutes(lesson_or_application(each)) for each in held)
        assert int(second) == sum(minutes(derive.source_path(each)) for each in worked_on)
        assert int(together) == int(first) + int(second)
    for column in (1, 3, 4):
        assert int(sums[column].replace(",", "")) == sum(int(day[column]) for day in days)


def test_the_afternoon_adds_up():
    lasts = [int(field) for _, field in rows(GUIDE, "what")]
    stated = re.search(r"\*\*One afternoon\*\*, (\d+) minutes", GUIDE.read_text())
    assert sum(lasts) == int(stated.group(1)) and lasts[0] == sum(map(minutes, LESSONS[:2]))
    assert lasts[2] == sum(map(minutes, LESSONS[2:4]))


@pytest.mark.parametrize("topic", topics.LESSONS)
def test_a_plan_for_the_board_follows_its_lesson(topic):
    sections = rows(EXERCISES / "board" / f"{topic}.md", "section")
    headings = re.findall(r"^## (.+)$", prose(lesson_or_application(topic)), re.MULTILINE)
    planned = [section for section, *_ in sections]
    assert planned == [heading for heading in headings if heading not in ("Takeaways", "Notation", "Onward")]
    assert sum(int(lasts) for _, lasts, _ in sections) == minutes(lesson_or_application(topic))


@pytest.mark.parametrize("topic", topics.LESSONS)
def test_exercises_and_sections_named_on_the_board_exist(topic):
    text = (EXERCISES / "board" / f"{topic}.md").read_text()
    statements = prose(derive.source_path(topic))
    for which, title in re.findall(
        r"[Ee]xercise (\d), ([A-Z][^.;:|]*?)(?=[.;:|]|, (?:which|where|whose|name|that))", text
    ):
        assert re.search(rf"^## Exercise {which}: {re.escape(title.strip(' ?'))}", statements, re.MULTILINE), title


@pytest.mark.parametrize("topic", topics.LESSONS)
def test_a_handout_is_one_page_without_answers(topic):
    text = (EXERCISES / "handouts" / f"{topic}.md").read_text()
    assert len(text) < 3000 and "## Answers" not in text
    assert re.findall(r"^(\d)\. ", text.partition("## With your pencil")[2], re.MULTILINE) == ["1", "2", "3"]


def test_commands_of_nbgrader_exist():
    from nbgrader.apps import NbGraderApp

    words = set(re.findall(r"`nbgrader (\w+)", GUIDE.read_text()))
    assert {"generate_assignment", "autograde", "export"} <= words <= set(NbGraderApp.subcommands), words
