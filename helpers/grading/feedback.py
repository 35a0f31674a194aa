"""A page for each graded learner (`make feedback`)."""

from tqdm import tqdm

from helpers.grading import late, pool, scores, worker
from helpers.grading.course import Stop
from helpers.grading.plain import plain

FILES = ("timestamp.txt", "submission_secret.txt")  # of a submission; `nbgrader release_feedback` asks for them


def feedback(course, assignment, workers):
    """Write a page for each graded learner to grading/feedback/, and remove the pages of what has no grade any more."""
    course.assigned(assignment)
    rows = {row["learner"]: row for row in scores.scores_of(course, assignment)}
    graded = {learner: row for learner, row in rows.items() if row["score"] != "-"}
    for learner in rows.keys() - graded.keys():
        place(course, assignment, learner).unlink(missing_ok=True)
    if not graded:
        raise Stop(f"Nothing of {assignment} is graded yet. Run: make grade ASSIGNMENT={assignment}")
    known = points_of(course, assignment)
    jobs = [Page(course, assignment, learner, known[learner]) for learner in graded if learner in known]
    with pool.executor(workers) as executor:
        for page, reply in tqdm(pool.answers(executor, jobs, workers), f"Feedback on {assignment}", len(jobs)):
            page.write(reply)
    if waiting := [learner for learner, row in graded.items() if row["by hand"]]:
        print(f"{len(waiting)} pages have answers that are not marked yet, and say so. Run make mark, then this again.")
    print(f"To give back: {course.work / 'feedback'}")


def place(course, assignment, learner):
    return course.work / "feedback" / learner / assignment / f"{assignment}_exercises.html"


def points_of(course, assignment):
    """Return learner -> points, as `helpers.grading.pages.feedback_page` takes them."""
    with course.gradebook() as gradebook:
        cells = scores.graded_cells(gradebook, course, assignment)
        marks = scores.marks_of(gradebook, assignment)
        comments = scores.comments_of(gradebook, assignment)
    found = {}
    for learner, given in marks.items():
        rows = {
            name: {
                "question": question,
                "points": float(given[name][0] or 0),
                "of": float(of),
                "comment": " ".join(filter(None, comments.get(learner, {}).get(question, ()))),
                "waiting": bool(given[name][1]),
            }
            for name, (question, of) in cells.items()
            if name in given
        }
        together = {"score": sum(row["points"] for row in rows.values()), "of": sum(row["of"] for row in rows.values())}
        found[learner] = together | {"late days": late.days_late(course, assignment, learner), "cells": rows}
    return found


class Page:
    """The making of one learner's page."""

    def __init__(self, course, assignment, learner, points):
        self.course, self.assignment, self.learner, self.points, self.tries = course, assignment, learner, points, 0
        self.folder = course.work / "autograded" / learner / assignment

    def begin(self, pool):
        try:
            notebook = (self.folder / f"{self.assignment}_exercises.ipynb").read_text(encoding="utf-8")
        except OSError:
            return worker.failed("the graded notebook is missing: make grade AGAIN=yes")
        return pool.submit(worker.page_bytes, notebook, self.points, self.learner, self.assignment)

    def write(self, reply):
        """Write the page, or say why there is none."""
        path = place(self.course, self.assignment, self.learner)
        path.parent.mkdir(parents=True, exist_ok=True)
        if not reply["page"]:
            path.unlink(missing_ok=True)
            print(f"{plain(self.learner)}: no page: {plain(reply['why'])}")
            return
        path.write_text(reply["page"], encoding="utf-8")
        for name in FILES:
            given = self.course.submitted / self.learner / self.assignment / name
            if given.is_file():
                (path.parent / name).write_bytes(given.read_bytes())
