"""A gradebook filled by bulk insert, as if a class of any size had been graded, without grading anything."""

import json
import shutil

from nbgrader.api import (
    Comment,
    Grade,
    GradeCell,
    Notebook,
    SolutionCell,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
)

from helpers.grading import __main__ as words
from helpers.grading.course import Course
from tests.grading import tiny


def assigned(folder):
    """Make the tiny course in this folder, give out its assignment, and return the course."""
    assert words.main(["assign", "--assignment", tiny.NAME], tiny.course(folder)) is None
    return Course(folder)


def copied(folder, place):
    """Return the course in a copy of this folder."""
    shutil.copytree(folder, place)
    return Course(place)


def graded(course, points, comments=None, waiting=()):
    """Fill the gradebook and grading/ for learners who handed in the tiny assignment.

    Args:
        points: learner -> {graded cell: points}; None stands for a learner who is in no gradebook and has no result.
        comments: learner -> {solution cell: (nbgrader's comment, the marker's)}.
        waiting: the graded cells that wait for a mark by hand.
    """
    rows = {table: [] for table in (Student, SubmittedAssignment, SubmittedNotebook, Grade, Comment)}
    with course.gradebook() as gradebook:
        notebook = gradebook.db.query(Notebook).one()
        grade_cells = {each.name: each for each in gradebook.db.query(GradeCell)}
        solution_cells = {each.name: each.id for each in gradebook.db.query(SolutionCell)}
        for number, (learner, given) in enumerate(points.items()):
            (course.submitted / learner / tiny.NAME).mkdir(parents=True, exist_ok=True)
            if given is None:
                continue
            handed, paper = f"handed{number}", f"paper{number}"
            rows[Student].append({"id": learner})
            rows[SubmittedAssignment].append(
                {"id": handed, "assignment_id": notebook.assignment_id, "student_id": learner}
            )
            rows[SubmittedNotebook].append({"id": paper, "assignment_id": handed, "notebook_id": notebook.id})
            for name, each in grade_cells.items():
                row = {"id": f"{paper}-{name}", "cell_id": each.id, "notebook_id": paper}
                row |= {"auto_score": given.get(name), "needs_manual_grade": name in waiting}
                rows[Grade].append(row)
            for name, (ours, theirs) in (comments or {}).get(learner, {}).items():
                row = {"id": f"{paper}-{name}", "cell_id": solution_cells[name], "notebook_id": paper}
                rows[Comment].append(row | {"auto_comment": ours, "manual_comment": theirs})
            store(course, learner)
        for table, made in rows.items():
            if made:
                gradebook.db.execute(table.__table__.insert(), made)
        gradebook.db.commit()


def store(course, learner, graded=True, look=(), tests=None):
    """Write the result of one submission, as grading does."""
    result = {"fingerprint": None, "graded": graded, "look": list(look)} | ({"tests": tests} if tests else {})
    place = course.work / "results" / tiny.NAME / f"{learner}.json"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(json.dumps(result))
