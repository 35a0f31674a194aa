"""The scores of a class, as a table and as files (`make scores`)."""

import csv

from nbgrader.api import MissingEntry

from helpers.grading import pool
from helpers.grading.course import Stop


def scores_of(course, assignment, results=None):
    """Return a row for each submission: learner, assignment, score, of, by hand, look.

    `by hand` counts the marks still to be given, `look` says why a person must look at the submission.
    """
    rows = []
    with course.gradebook() as gradebook:
        for student in course.students(assignment):
            result = pool.stored(course, assignment, student) if results is None else results[student]
            look = list(result["look"]) if result else ["not graded yet: make grade"]
            row = {"learner": student, "assignment": assignment, "score": "-", "of": "-", "by hand": 0}
            try:
                submission = gradebook.find_submission(assignment, student)
            except MissingEntry:
                pass
            else:
                waiting = [g.name for n in submission.notebooks for g in n.grades if g.needs_manual_grade]
                row["of"] = f"{submission.max_score:g}"
                if result and result["graded"]:
                    row |= {"score": f"{submission.score:g}", "by hand": len(waiting)}
                    look += [f"marks by hand: {', '.join(waiting)}"] if waiting else []
            rows.append(row | {"look": "; ".join(look)})
    return rows


def write_scores(course):
    """Write all scores to grading/scores.csv."""
    rows = [row for name in course.assignments() for row in scores_of(course, name)]
    if not rows:
        raise Stop("There are no submissions yet. Run make assign, then make collect.")
    path = course.work / "scores.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, list(rows[0]))
        table.writeheader()
        table.writerows(rows)
    print(f"{len(rows)} rows in {path}")
