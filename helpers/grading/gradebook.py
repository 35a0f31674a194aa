"""Write graded submissions into nbgrader's gradebook, many in one transaction, as nbgrader's own steps do one by one."""

import contextlib
import shutil
import warnings

import nbformat
from nbgrader.utils import compute_checksum, determine_grade, is_grade, is_solution
from sqlalchemy.exc import SAWarning


def write(course, assignment, graded):
    """Write the grades and notebooks of submissions.

    Args:
        graded: list of (learner, reply) with replies as `helpers.grading.judge.grade` returns them. A submission that
            could not be graded loses the points, the notebook and the page of an earlier one; marks given by hand stay.
    """
    with quiet(), course.gradebook() as gradebook, in_one_transaction(gradebook):
        for learner, reply in graded:
            folder = course.work / "autograded" / learner / assignment
            file = folder / f"{assignment}_exercises.ipynb"
            before = nbformat.read(file, 4).cells if file.exists() else []
            for old in (folder, course.work / "feedback" / learner / assignment):
                shutil.rmtree(old, ignore_errors=True)
            gradebook.update_or_create_student(learner)
            time = course.api.coursedir.get_existing_timestamp(str(course.submitted / learner / assignment))
            submission = gradebook.update_or_create_submission(
                assignment, learner, **({"timestamp": time} if time else {})
            )
            [notebook] = submission.notebooks
            if not reply["graded"]:
                for grade in notebook.grades:
                    grade.auto_score, grade.needs_manual_grade = None, True
                continue
            folder.mkdir(parents=True)
            file.write_text(reply["notebook"], encoding="utf-8")
            save(nbformat.reads(reply["notebook"], 4), notebook, before)


def save(nb, notebook, before):
    """Give the grades and comments of a submitted notebook in the gradebook what the graded notebook says.

    An answer that is marked by hand waits for its mark again only if it differs from the one in `before`, the cells of
    the notebook that was graded last.
    """
    grades, comments = ({each.name: each for each in part} for part in (notebook.grades, notebook.comments))
    same = {(name_of(cell), cell.source) for cell in before if is_grade(cell)}
    for cell in nb.cells:
        if is_grade(cell):
            grade = grades[name_of(cell)]
            grade.auto_score, _ = determine_grade(cell)
            if grade.manual_score is None or (name_of(cell), cell.source) not in same:
                grade.needs_manual_grade = grade.manual_score is not None or grade.auto_score is None
        if is_solution(cell):
            unchanged = cell.metadata.nbgrader.get("checksum") == compute_checksum(cell)
            comments[name_of(cell)].auto_comment = "No response." if unchanged else None


def name_of(cell):
    return cell.metadata.nbgrader["grade_id"]


@contextlib.contextmanager
def quiet():
    """Hide the database library's warnings about the order in which nbgrader adds things."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)
        yield


@contextlib.contextmanager
def in_one_transaction(gradebook):
    """Let nbgrader's many commits write nothing until the end, since each takes as long as a hundred changes."""
    commit, gradebook.db.commit = gradebook.db.commit, gradebook.db.flush
    try:
        yield
        commit()
    except BaseException:
        gradebook.db.rollback()
        raise
    finally:
        gradebook.db.commit = commit
