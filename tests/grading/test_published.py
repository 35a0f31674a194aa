"""Every assignment, graded by nbgrader: its own solution gets every automatic point, and nothing in it is reported."""

import shutil

import nbformat
import pytest
from nbgrader.utils import is_grade

from helpers.grading import __main__ as words
from helpers.grading import derive, pool
from helpers.grading.course import Course
from tests.grading import tiny

pytestmark = pytest.mark.kernel


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("published")
    with tiny.own_code_alone():
        yield assign_all(folder)


def assign_all(folder):
    shutil.copy(tiny.ROOT / "nbgrader_config.py", folder)
    for assignment in derive.assignments():
        shutil.copytree(derive.SOURCES / assignment, folder / "notebooks" / "solutions" / assignment)
    assert words.main(["assign"], folder) is None
    return folder


@pytest.mark.parametrize("assignment", derive.assignments())
def test_the_solution_gets_every_point(folder, assignment):
    course, source = Course(folder), derive.source_path(assignment)
    place = course.submitted / "author" / assignment
    place.mkdir(parents=True)
    shutil.copy(source, place)
    assert pool.grade(folder, assignment, 1, quiet=True)["author"]["look"] == []
    points = [
        c.metadata["nbgrader"]["points"]
        for c in nbformat.read(source, 4).cells
        if is_grade(c) and c.cell_type == "code"
    ]
    with course.gradebook() as gradebook:
        assert gradebook.find_submission(assignment, "author").score == sum(points)
    released = (course.work / "release" / assignment / source.name).read_text()
    assert "BEGIN HIDDEN" not in released and "BEGIN SOLUTION" not in released
