"""Collect submissions as a learning platform exports them (`make collect`)."""

import os
import re
import shutil

from helpers.exercises import topics
from helpers.grading.course import MAX_SUBMISSION_BYTES, Stop

PLATFORMS = r"(_\d+_assignsubmission_file_?|(_LATE)?_\d+_\d+)$"  # what Moodle and Canvas add after a learner's name


def collect(course, assignment, folder):
    """Copy submissions from files or folders named by learner, as a learning platform exports them."""
    course.assigned(assignment)
    if not folder:
        raise Stop(
            f"Name the folder with the submissions: make collect FROM=downloads/{assignment} ASSIGNMENT={assignment}."
        )
    if not os.path.isdir(folder):
        wrong = "is a file; unpack it first if it is an archive" if os.path.exists(folder) else "does not exist"
        raise Stop(f"{folder} {wrong}. FROM is the folder that holds the submissions.")
    found = {}
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        name = learner(entry.name, assignment)
        if entry.is_dir(follow_symlinks=False) and name:
            files = [os.path.join(entry.path, file) for file in os.listdir(entry.path) if file.endswith(".ipynb")]
            found.setdefault(name, []).extend(files)
        elif entry.name.endswith(".ipynb") and name:
            found.setdefault(name, []).append(entry.path)
        elif not entry.name.startswith("."):
            kind = "is not a notebook or folder" if name else "does not say whose it is: put the learner's name first"
            print(f"{entry.name!r} {kind}; it was not collected.")
    if not found:
        raise Stop(f"{folder} has no notebooks: expected files such as anna.ipynb, or a folder for each learner.")
    for name, files in found.items():
        place = course.submitted / name / assignment
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        files = [file for file in files if os.path.isfile(file) and not os.path.islink(file)]
        small = [file for file in files if os.path.getsize(file) <= MAX_SUBMISSION_BYTES]
        newest = max(small, key=os.path.getmtime, default=None)
        if newest:
            shutil.copyfile(newest, place / f"{assignment}_exercises.ipynb")
        if len(files) != 1 or not newest:
            took = (
                f"took {os.path.basename(newest)!r}"
                if newest
                else "took none (links and files over 20 MB are not taken)"
            )
            print(f"{name}: {len(files)} notebooks, {took}.")
    print(f"{assignment}: {len(found)} submissions, from {', '.join(sorted(found))}.")


def learner(name, assignment):
    """Return the learner's name in the name of a file or folder, without the platform's numbers and the assignment."""
    name = name.removesuffix(".ipynb")
    was = topics.LESSONS[assignment].was if assignment in topics.LESSONS else ""
    for file in filter(None, (assignment, was)):
        name = re.sub(rf"[_ -]*{file}_exercises([ -]*\(?\d+\)?)?$", "", name)
    name = re.sub(PLATFORMS, "", name)
    return re.sub(r"[^\w.@+-]+", "_", name).strip("._-")
