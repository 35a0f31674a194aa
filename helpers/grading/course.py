"""The course directory as nbgrader sees it, for the commands of this package."""

import os
import sys
from pathlib import Path

from nbgrader.api import Gradebook
from nbgrader.apps.api import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from traitlets.config.loader import PyFileConfigLoader

from helpers.exercises import topics

ROOT = Path(__file__).resolve().parents[2]
LARGEST = 20_000_000  # bytes of a submission


def search_path():
    """PATH with this Python's commands on it: nbgrader calls alembic by its name."""
    ours, path = str(Path(sys.executable).parent), os.environ["PATH"]
    return path if ours in path.split(os.pathsep) else f"{ours}{os.pathsep}{path}"


class Stop(Exception):
    """What is wrong and how to mend it, in one sentence."""


class Course:
    """A folder with an nbgrader_config.py, its gradebook, and the places that grading uses."""

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
        """The source notebook of an assignment; Stop says which there are."""
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
        """Names of the assignments that were given out, in the gradebook."""
        with self.gradebook() as gradebook:
            return sorted(assignment.name for assignment in gradebook.assignments if assignment.notebooks)

    def students(self, assignment):
        """Names of the learners who handed in an assignment."""
        return sorted(folder.parent.name for folder in self.submitted.glob(f"*/{assignment}") if folder.is_dir())
