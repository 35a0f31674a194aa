"""The course's folder as nbgrader sees it, for the commands of this package."""

import os
import sys
from pathlib import Path

from nbgrader.api import Gradebook
from nbgrader.apps.api import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from traitlets.config.loader import PyFileConfigLoader

from helpers.exercises import topics
from helpers.grading.plain import plain

ROOT = Path(__file__).resolve().parents[2]
MAX_SUBMISSION_BYTES = 20_000_000
WHY_NOT = "why_not.txt"  # in a submission without a notebook: what make collect says, for the table


def search_path():
    """Return PATH with this Python's commands on it, because nbgrader calls alembic by name."""
    ours, path = str(Path(sys.executable).parent), os.environ["PATH"]
    return path if ours in path.split(os.pathsep) else f"{ours}{os.pathsep}{path}"


class Stop(Exception):
    """One sentence that says what is wrong and how to fix it."""


class Course:
    """A folder with an nbgrader_config.py, its gradebook, and the folders that grading uses."""

    def __init__(self, root=ROOT):
        os.environ["PATH"] = search_path()
        self.root = Path(root).resolve()
        self.work = self.root / "grading"
        self.config = PyFileConfigLoader("nbgrader_config.py", str(self.root)).load_config()
        self.sources = self.root / "notebooks" / "solutions"
        self.submitted = self.work / "submitted"
        self.api = NbGraderAPI(CourseDirectory(config=self.config), config=self.config, log_level="WARN")

    def gradebook(self):
        return Gradebook(self.api.coursedir.db_url)

    def source(self, assignment):
        """Return the path of an assignment's source notebook.

        Raises:
            Stop: there is no such assignment; the message lists those there are.
        """
        if sentence := topics.renamed(assignment):
            raise Stop(sentence)
        path = self.sources / assignment / f"{assignment}_exercises.ipynb"
        if not path.exists():
            there = (
                ", ".join(sorted(folder.name for folder in self.sources.glob("*") if any(folder.glob("*.ipynb"))))
                or "none"
            )
            raise Stop(f"There is no assignment {assignment!r}; there are: {there}.")
        return path

    def assignments(self):
        """Return the names of the assignments in the gradebook that were given out."""
        with self.gradebook() as gradebook:
            return sorted(assignment.name for assignment in gradebook.assignments if assignment.notebooks)

    def students(self, assignment):
        """Return the names of the learners who handed in an assignment.

        Raises:
            Stop: a folder has a name that no gradebook can hold.
        """
        names = sorted(folder.parent.name for folder in self.submitted.glob(f"*/{assignment}") if folder.is_dir())
        for name in names:
            if name != name.encode("utf-8", "replace").decode():
                raise Stop(f"Rename the folder {plain(name)!r} in {self.submitted}: its name cannot be written.")
        return names

    def assigned(self, assignment):
        """Raise Stop unless this assignment was given out."""
        if not assignment:
            raise Stop("Name the assignment, for example ASSIGNMENT=fixed_networks.")
        self.source(assignment)
        if assignment not in self.assignments():
            raise Stop(f"{assignment} was not given out yet. Run: make assign ASSIGNMENT={assignment}")
