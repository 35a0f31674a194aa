"""Grade all submissions of an assignment with several workers over one gradebook; stop and go on at any time.

Each submission is graded by nbgrader's own `autograde`. The result is then written to grading/results/ in one step,
with a fingerprint of the submission and its assignment. A submission that has such a result is not graded again: after
a crash or Ctrl-C, only the submissions that were not finished are graded, each from its beginning.
"""

import functools
import hashlib
import json
import multiprocessing
import os
import re
import signal
import stat
import sys
import warnings
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool

import nbformat
from tqdm import tqdm

from helpers.grading import sandbox
from helpers.grading.course import MAX_SUBMISSION_BYTES, Course
from helpers.grading.derive import OURS

REASONS = (  # (pattern in nbgrader's log, what the instructor reads); the first that matches is used
    (
        r"metadata was stripped",
        "nbgrader's metadata was stripped, so no cell can be identified: copy the answers into a fresh starter",
    ),
    (
        r"NotJSONError|JSONDecodeError|does not appear to be JSON|UnicodeDecodeError",
        "the file is not a notebook (broken JSON)",
    ),
    (r"ValidationError|reads_json|KeyError|AttributeError", "the file is not a complete notebook"),
    (r"No notebooks? (found|were matched)|Skipping unknown notebook", "the notebook is missing or has another name"),
    (r"Kernel died|kernel_info|Kernel didn't respond", "the kernel did not start or died"),
)


def grade(root, assignment, workers, again=False, quiet=False):
    """Grade the submissions that are not graded yet. Returns {student: result} for all submissions of the assignment.

    A result is a dict with `fingerprint`, `graded` (whether there is a grade) and `look`, sentences for the instructor.
    """
    sandbox.sweep()
    course = Course(root)
    students = course.students(assignment)
    results = {student: None if again else stored(course, assignment, student) for student in students}
    todo = [student for student, result in results.items() if result is None]
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), start_worker) as pool:
        jobs = {pool.submit(grade_one, course.root, assignment, student): student for student in todo}
        try:
            for job in tqdm(as_completed(jobs), f"Grading {assignment}", len(todo), disable=quiet or not todo):
                results[jobs[job]] = job.result()
        except (KeyboardInterrupt, BrokenProcessPool) as stop:
            if isinstance(stop, KeyboardInterrupt):
                tqdm.write("Stopping after the submissions that are being graded now.", sys.stderr)
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return results


def start_worker():
    """Prepare a worker process. It ignores Ctrl-C: the main process handles it and waits for the workers."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    warnings.simplefilter("ignore")  # nbgrader's own, about its sessions


@functools.cache  # a worker grades many submissions of one course
def open_course(root):
    return Course(root)


def grade_one(root, assignment, student):
    """Grade one submission, store the result and return it. An error is part of the result and stops no other one."""
    course = open_course(root)
    try:
        clear_old_points(course, assignment, student)
        fingerprint = fingerprint_of(course, assignment, student)
        look = why_not_opened(course.submitted / student / assignment) or autograde(course, assignment, student)
    except Exception as error:
        fingerprint, look = None, [f"not graded: {type(error).__name__}: {str(error)[:200]}"]
    graded = not any(sentence.startswith("not graded") for sentence in look)
    result = {"fingerprint": fingerprint, "graded": graded, "look": look}
    place = result_path(course, assignment, student)
    place.parent.mkdir(parents=True, exist_ok=True)
    unfinished = place.with_suffix(f".{os.getpid()}")
    unfinished.write_text(json.dumps(result, indent=1))
    unfinished.replace(place)
    return result


def autograde(course, assignment, student):
    """Let nbgrader grade a submission. Returns sentences for the instructor."""
    outcome = course.api.autograde(assignment, student, force=True)
    path = course.work / "autograded" / student / assignment / f"{assignment}_exercises.ipynb"
    if outcome["success"] and path.exists():
        return nbformat.read(path, 4).metadata.get(OURS, {}).get("look", [])
    return [why_failed(outcome)]


def why_not_opened(folder):
    """Return a list of sentences, empty if a submission can be opened: links and large files are not."""
    for path in (folder, *folder.rglob("*")):
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            return [f"not graded: {path.name!r} is a link or another special file"]
        if path.stat().st_size > MAX_SUBMISSION_BYTES:
            return [f"not graded: {path.name!r} has {path.stat().st_size / 1e6:.0f} MB"]
    return []


def clear_old_points(course, assignment, student):
    """Delete the automatic points of an earlier submission before the new one is graded; marks given by hand stay."""
    with course.gradebook() as gradebook:
        if student in {submission.student_id for submission in gradebook.assignment_submissions(assignment)}:
            for notebook in gradebook.find_submission(assignment, student).notebooks:
                for grade in notebook.grades:
                    grade.auto_score, grade.needs_manual_grade = None, True
            gradebook.db.commit()


def stored(course, assignment, student):
    """Return the stored result if the submission and its tests have not changed since, else None."""
    try:
        result = json.loads(result_path(course, assignment, student).read_text())
        return result if result["fingerprint"] == fingerprint_of(course, assignment, student) else None
    except (OSError, ValueError):
        return None


def result_path(course, assignment, student):
    return course.work / "results" / assignment / f"{student}.json"


def fingerprint_of(course, assignment, student):
    """Return a hash of a submission and of the tests that grade it."""
    digest = hashlib.sha256()
    with course.gradebook() as gradebook:
        for notebook in gradebook.find_assignment(assignment).notebooks:
            for cell in sorted(notebook.source_cells, key=lambda cell: cell.name):
                digest.update(f"{cell.name} {cell.checksum}".encode())
    for path in sorted((course.submitted / student / assignment).rglob("*")):
        status = path.lstat()
        digest.update(os.fsencode(path.name))
        if not stat.S_ISREG(status.st_mode) or status.st_size > MAX_SUBMISSION_BYTES:
            digest.update(f"{status.st_mode} {status.st_size}".encode())
        else:
            digest.update(path.read_bytes())
    return digest.hexdigest()


def why_failed(outcome):
    log = f"{outcome.get('log', '')} {outcome.get('error', '')}"
    for pattern, sentence in REASONS:
        if re.search(pattern, log):
            return f"not graded: {sentence}"
    error = re.findall(r"^\w[\w.]*Error: .*", log, re.MULTILINE) or ["nbgrader does not say why"]
    return f"not graded: {error[-1][:200]}"
