"""The course's own steps between nbgrader's; `nbgrader_config.py` gives the order.

Vary writes a cohort's variants, Judge grades a submission in a worker's process (`helpers.grading.judge`), so that
`nbgrader autograde` grades as `make grade` does, and HideTests makes a feedback page without hidden tests.
"""

import json
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook
from nbgrader.preprocessors.base import NbGraderPreprocessor
from nbgrader.utils import is_solution
from traitlets import Unicode

from helpers.grading import worker
from helpers.grading.course import Course
from helpers.grading.derive import Publish
from helpers.grading.kit import kit_of
from helpers.grading.pages import say_not_marked
from helpers.grading.restore import visible


class Vary(Publish):
    """Write the variants that `make assign` chose for this assignment into its cells."""

    cohort = Unicode(help="the file with the chosen variants").tag(config=True)

    def preprocess(self, nb, resources):
        if Path(self.cohort).exists():
            assigned = json.loads(Path(self.cohort).read_text())["assignments"]
            self.chosen = assigned.get(resources["nbgrader"]["assignment"], {})
        return super().preprocess(nb, resources)


class Judge(NbGraderPreprocessor):
    """Grade a submission in a worker's process.

    Raises:
        ValueError: it cannot be graded; the message says why.
    """

    root = Unicode(help="the course's folder").tag(config=True)

    def preprocess(self, nb, resources):
        packed = worker.pack(kit_of(Course(self.root), resources["nbgrader"]["assignment"]))
        reply = worker.grade_attempts(packed, [nbformat.writes(nb).encode()])
        if not reply["graded"]:
            raise ValueError(" ".join(reply["look"]))
        return nbformat.reads(reply["notebook"], 4), resources


class HideTests(NbGraderPreprocessor):
    """Remove the hidden tests from a feedback page, and say which answers are not marked yet."""

    def preprocess(self, nb, resources):
        names = resources["nbgrader"]
        with Gradebook(names["db_url"]) as gradebook:
            marks = gradebook.find_submission_notebook(names["notebook"], names["assignment"], names["student"]).grades
            self.waiting = {mark.name for mark in marks if mark.needs_manual_grade}
        return super().preprocess(nb, resources)

    def preprocess_cell(self, cell, resources, index):
        if cell.metadata.get("nbgrader", {}).get("grade_id") in self.waiting and is_solution(cell):
            say_not_marked(cell)
        cell.source = visible(cell.source)
        return cell, resources
