"""Grade all submissions of an assignment with several workers over one gradebook; stop and go on at any time.

Each submission is graded by nbgrader's own `autograde`. What came out is written to grading/results/ in one stroke
after that, with a fingerprint of the submission and its assignment, and a submission with such a result is not graded
again: after a crash or Ctrl-C only what was not finished is done, from its beginning.
"""

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
from helpers.grading.course import LARGEST, Course
from helpers.grading.derive import OURS

REASONS = (  # what nbgrader's log says -> what a person reads; the first that fits
    (
        r"metadata was stripped",
        "nbgrader's metadata was stripped, so no cell is known: copy the answers into a fresh starter",
    ),
    (
        r"NotJSONError|JSONDecodeError|does not appear to be JSON|UnicodeDecodeError",
        "the file is not a notebook (broken JSON)",
    ),
    (r"ValidationError|reads_json|KeyError|AttributeError", "the file is not a whole notebook"),
    (r"No notebooks? (found|were matched)|Skipping unknown notebook", "the notebook is missing or has another name"),
    (r"Kernel died|kernel_info|Kernel didn't respond", "the kernel did not start or died"),
)


def grade(root, assignment, workers, again=False, quiet=False):
    """Grade what is not graded yet. Returns {student: result}, for all submissions of the assignment.

    A result is a dict with `fingerprint`, `graded` (whether there is a grade) and `look`, sentences for a person.
    """
    sandbox.sweep()
    course = Course(root)
    students = course.students(assignment)
    results = {student: None if again else stored(course, assignment, student) for student in students}
    todo = [student for student, result in results.items() if result is None]
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), prepare, (str(course.root),)) as pool:
        jobs = {pool.submit(grade_one, assignment, student): student for student in todo}
        try:
            for job in tqdm(as_completed(jobs), f"Grading {assignment}", len(todo), disable=quiet or not todo):
                results[jobs[job]] = job.result()
        except (KeyboardInterrupt, BrokenProcessPool) as stop:
            if isinstance(stop, KeyboardInterrupt):
                tqdm.write("Stopping: the submissions that are being graded now are finished first.", sys.stderr)
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return results


def prepare(root):
    """Begin a worker: Ctrl-C is for the one who waits for it, and the course is read once."""
    global course
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    warnings.simplefilter("ignore")  # nbgrader's own, about its sessions
    course = Course(root)


def grade_one(assignment, student):
    """Grade one submission in this worker and keep the result; whatever goes wrong with it is its own affair."""
    try:
        withhold(assignment, student)
        fingerprint = fingerprint_of(course, assignment, student)
        look = unfit(course.submitted / student / assignment) or attempt(assignment, student)
    except Exception as error:
        fingerprint, look = None, [f"not graded: {type(error).__name__}: {str(error)[:200]}"]
    graded = not any(sentence.startswith("not graded") for sentence in look)
    result = {"fingerprint": fingerprint, "graded": graded, "look": look}
    place = result_path(course, assignment, student)
    place.parent.mkdir(parents=True, exist_ok=True)
    half = place.with_suffix(f".{os.getpid()}")
    half.write_text(json.dumps(result, indent=1))
    half.replace(place)
    return result


def attempt(assignment, student):
    """Let nbgrader grade a submission; returns sentences for a person."""
    told = course.api.autograde(assignment, student, force=True)
    path = course.work / "autograded" / student / assignment / f"{assignment}_exercises.ipynb"
    if told["success"] and path.exists():
        return nbformat.read(path, 4).metadata.get(OURS, {}).get("look", [])
    return [reason(told)]


def unfit(folder):
    """Why a submission is not even opened, as a list of sentences: links and large files stay closed."""
    for path in (folder, *folder.rglob("*")):
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            return [f"not graded: {path.name!r} is a link or something else that is no file"]
        if path.stat().st_size > LARGEST:
            return [f"not graded: {path.name!r} has {path.stat().st_size / 1e6:.0f} MB"]
    return []


def withhold(assignment, student):
    """Forget the points of an earlier submission before the new one is graded; marks given by hand stay."""
    with course.gradebook() as gradebook:
        if student in {submission.student_id for submission in gradebook.assignment_submissions(assignment)}:
            for notebook in gradebook.find_submission(assignment, student).notebooks:
                for grade in notebook.grades:
                    grade.auto_score, grade.needs_manual_grade = None, True
            gradebook.db.commit()


def stored(course, assignment, student):
    """The result that is kept for a submission as it is now, or None."""
    try:
        result = json.loads(result_path(course, assignment, student).read_text())
        return result if result["fingerprint"] == fingerprint_of(course, assignment, student) else None
    except (OSError, ValueError):
        return None


def result_path(course, assignment, student):
    return course.work / "results" / assignment / f"{student}.json"


def fingerprint_of(course, assignment, student):
    """One short text for a submission and the tests it is graded by."""
    digest = hashlib.sha256()
    with course.gradebook() as gradebook:
        for notebook in gradebook.find_assignment(assignment).notebooks:
            for cell in sorted(notebook.source_cells, key=lambda cell: cell.name):
                digest.update(f"{cell.name} {cell.checksum}".encode())
    for path in sorted((course.submitted / student / assignment).rglob("*")):
        status = path.lstat()
        digest.update(os.fsencode(path.name))
        if not stat.S_ISREG(status.st_mode) or status.st_size > LARGEST:
            digest.update(f"{status.st_mode} {status.st_size}".encode())
        else:
            digest.update(path.read_bytes())
    return digest.hexdigest()


def reason(told):
    said = f"{told.get('log', '')} {told.get('error', '')}"
    for pattern, sentence in REASONS:
        if re.search(pattern, said):
            return f"not graded: {sentence}"
    error = re.findall(r"^\w[\w.]*Error: .*", said, re.MULTILINE) or ["nbgrader does not say why"]
    return f"not graded: {error[-1][:200]}"
