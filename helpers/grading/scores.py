"""The scores of a class, as a table and as files (`make scores`)."""

import csv
import json
import os

from nbgrader.api import Assignment, BaseCell, Comment, Grade, GradeCell, Notebook, SubmittedAssignment, TaskCell
from nbgrader.api import SubmittedNotebook as Handed
from sqlalchemy import func, select

from helpers.grading import pool, worker
from helpers.grading.course import Stop
from helpers.grading.kit import kit_of
from helpers.grading.plain import cell

FIRST = ("learner", "assignment", "score", "of", "by hand")
LAST = ("late days", "look")
WORDS = ("learner", "assignment", "look")  # columns whose text others may have written
NOT_GRADED = "not graded yet: make grade"


def scores_of(course, assignment, results=None):
    """Return a row for each submission: learner, assignment, score, of, by hand, each question, late days, look.

    `by hand` counts the marks still to be given, `look` says why a person must look at the submission. Only a
    submission whose result is `graded` has a score. A question that still waits for its mark has none.

    Args:
        results: learner -> result, as `pool.grade` returns it; by default what is stored and still true.
    """
    learners = course.students(assignment)
    if results is None:
        results = true_results(course, assignment, learners)
    with course.gradebook() as gradebook:
        cells = graded_cells(gradebook, course, assignment)
        marks = marks_of(gradebook, assignment)
    return [row_of(course, assignment, name, results.get(name), cells, marks.get(name)) for name in learners]


def row_of(course, assignment, learner, result, cells, marks):
    """Return one learner's row; `marks` is None if the gradebook has none."""
    look = list(result["look"]) if result else [NOT_GRADED]
    row = {"learner": learner, "assignment": assignment, "score": "-", "of": "-", "by hand": 0}
    row |= {"of": f"{sum(of for _, of in cells.values()):g}"} if cells else {}
    row |= {question: "" for question, _ in cells.values()}
    if result and result["graded"] and marks is None:
        look.append("the gradebook has no score: make grade AGAIN=yes")
    elif result and result["graded"]:
        waiting = [name for name in cells if name in marks and marks[name][1]]
        row |= {"score": f"{sum(points for points, _ in marks.values()):g}", "by hand": len(waiting)}
        row |= {question: f"{points:g}" for question, points in by_question(cells, marks).items()}
        look += [f"marks by hand: {', '.join(waiting)}"] if waiting else []
    return row | {"late days": late_days(course, assignment, learner), "look": "; ".join(look)}


def by_question(cells, marks):
    """Return question -> points, without the questions of which every cell waits for a mark."""
    points = {}
    for name, (question, _) in cells.items():
        if name in marks and not marks[name][1]:
            points[question] = points.get(question, 0) + marks[name][0]
    return points


def late_days(course, assignment, learner):
    """Return how many days late a submission came."""
    from helpers.grading import late

    return late.days_late(course, assignment, learner)


# What is stored


def results_of(course, assignment):
    """Return learner -> stored result, for every result in grading/results/ that can be read.

    The files are believed as they are. `pool.stored` also asks whether the submission has changed since.
    """
    return {learner: result for learner, (result, _) in read_results(course, assignment).items()}


def read_results(course, assignment):
    """Return learner -> (stored result, when it was stored, in nanoseconds)."""
    folder, found = course.work / "results" / assignment, {}
    for entry in os.scandir(folder) if folder.is_dir() else ():
        if entry.name.endswith(".json"):
            try:
                with open(entry.path, encoding="utf-8") as file:
                    result = json.load(file)
            except (OSError, ValueError, RecursionError):
                continue
            if isinstance(result, dict) and isinstance(result.get("look"), list) and "graded" in result:
                found[entry.name.removesuffix(".json")] = result, entry.stat().st_mtime_ns
    return found


def true_results(course, assignment, learners):
    """Return learner -> stored result, without those of an earlier submission.

    A fingerprint is only computed for what was handed in after its result was stored.
    """
    found = read_results(course, assignment)
    since = [
        name for name in learners if name in found and handed_in(course.submitted / name / assignment) > found[name][1]
    ]
    packed = worker.pack(kit_of(course, assignment)) if since else None
    for name in since:
        if not pool.stored(course, assignment, name, packed):
            del found[name]
    return {name: result for name, (result, _) in found.items()}


def handed_in(folder):
    """Return when a submission's folder or a file in it was last written, in nanoseconds; 0 if there is none."""
    try:
        files = [entry.stat(follow_symlinks=False).st_mtime_ns for entry in os.scandir(folder)]
        return max(os.lstat(folder).st_mtime_ns, *files, 0)
    except OSError:
        return 0


# What the gradebook knows, each in one query


def graded_cells(gradebook, course, assignment):
    """Return the graded cells as a dict, name -> (question, points it can give), in the order of the notebook."""
    points = func.coalesce(GradeCell.max_score, TaskCell.max_score)
    query = (
        select(BaseCell.name, points)
        .select_from(BaseCell.__table__.outerjoin(GradeCell.__table__).outerjoin(TaskCell.__table__))
        .join(Notebook, Notebook.id == BaseCell.notebook_id)
        .join(Assignment, Assignment.id == Notebook.assignment_id)
        .where(Assignment.name == assignment, points.is_not(None))
    )
    found = dict(gradebook.db.execute(query).all())
    place = {name: number for number, name in enumerate(released_names(course, assignment))}
    ordered = sorted(found, key=lambda name: (place.get(name, len(place)), name))
    return {name: (question(name), found[name]) for name in ordered}


def question(name):
    """Return a graded cell's name as a column's name: without its ending, unless this is the name of another column."""
    short = name.removesuffix("_check").removesuffix("_answer")
    return name if short in (*FIRST, *LAST, "") else short


def released_names(course, assignment):
    """Return the names of nbgrader's cells in the notebook that was given out, in its order; empty if it is not there."""
    try:
        text = (course.work / "release" / assignment / f"{assignment}_exercises.ipynb").read_text(encoding="utf-8")
    except OSError:
        return []
    cells = [each["metadata"].get("nbgrader", {}) for each in json.loads(text)["cells"]]
    return list(dict.fromkeys(each["grade_id"] for each in cells if "grade_id" in each))


def marks_of(gradebook, assignment, learner=None):
    """Return learner -> {name of a graded cell: (points so far, whether it waits for a mark)}, of all or of one."""
    query = of_one(
        handed_cells(Grade, Grade.score, Grade.needs_manual_grade).where(Assignment.name == assignment), learner
    )
    marks = {}
    for name, cell_name, points, waits in gradebook.db.execute(query):
        marks.setdefault(name, {})[cell_name] = (points, waits)
    return marks


def comments_of(gradebook, assignment, learner=None):
    """Return learner -> {question: (nbgrader's own comment, the marker's comment)}, each "" if there is none."""
    query = handed_cells(Comment, Comment.auto_comment, Comment.manual_comment).where(Assignment.name == assignment)
    comments = {}
    for name, cell_name, ours, theirs in gradebook.db.execute(of_one(query, learner)):
        comments.setdefault(name, {})[question(cell_name)] = (ours or "", theirs or "")
    return comments


def handed_cells(table, *columns):
    """Return the query for columns of grades or comments, after the learner and the cell that they belong to."""
    return (
        select(SubmittedAssignment.student_id, BaseCell.__table__.c.name, *columns)
        .select_from(table)
        .join(BaseCell.__table__, BaseCell.__table__.c.id == table.cell_id)
        .join(Handed, Handed.id == table.notebook_id)
        .join(SubmittedAssignment, SubmittedAssignment.id == Handed.assignment_id)
        .join(Assignment, Assignment.id == SubmittedAssignment.assignment_id)
    )


def of_one(query, learner):
    return query if learner is None else query.where(SubmittedAssignment.student_id == learner)


# What is made of it


def points_table(course, assignment, learner):
    """Return (question, points, of, comment) for each question, in the notebook's order; empty if nothing is graded.

    The comment is the marker's, or "". A question that waits for its mark has None for its points.
    """
    with course.gradebook() as gradebook:
        marks = marks_of(gradebook, assignment, learner).get(learner)
        if marks is None:
            return []
        cells = graded_cells(gradebook, course, assignment)
        comments = comments_of(gradebook, assignment, learner).get(learner, {})
    points, of = by_question(cells, marks), {}
    for name, most in cells.values():
        of[name] = of.get(name, 0) + most
    return [(name, points.get(name), of[name], comments.get(name, ("", ""))[1]) for name in of]


def write_scores(course):
    """Write all scores to grading/scores.csv, for a spreadsheet: UTF-8 with a mark that says so, and no formulas."""
    rows = [row for name in course.assignments() for row in scores_of(course, name)]
    if not rows:
        raise Stop("There are no submissions yet. Run make assign, then make collect.")
    questions = [name for name in dict.fromkeys(name for row in rows for name in row) if name not in FIRST + LAST]
    path = course.work / "scores.csv"
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        table = csv.DictWriter(file, [*FIRST, *questions, *LAST], restval="")
        table.writeheader()
        table.writerows(row | {name: cell(row[name]) for name in WORDS} for row in rows)
    print(f"{len(rows)} rows in {path}")
    return path
