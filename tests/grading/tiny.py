"""A tiny course in its own folder: one assignment of 12 points (9 by tests, 3 by hand), and submissions to it."""

import contextlib
import copy
import shutil
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from helpers.grading import sandbox

ROOT = Path(__file__).resolve().parents[2]
NAME = "tiny"
FILE = f"{NAME}_exercises.ipynb"
SECRETS = ("SECRET_SOLUTION", "SECRET_TEST", "SECRET_ANSWER")  # none may reach a learner

VARIANTS = {
    "step": [
        {"name": "published", "code": "w * h + x"},
        {"name": "leaky", "code": "0.5 * h + 0.5 * (w * h + x)"},
        {"name": "residual", "code": "h + w * h + x"},
    ]
}
STEP = "def step(x, h, w):\n    ### BEGIN SOLUTION\n    SECRET_SOLUTION = [[ code ]]\n    return SECRET_SOLUTION\n    ### END SOLUTION"
STEP_CHECK = (
    "def right(x, h, w):\n    return [[ code ]]\nassert step(1.0, 2.0, 3.0) == right(1.0, 2.0, 3.0)\n"
    "### BEGIN HIDDEN TESTS\nSECRET_TEST = 5.0\nassert step(SECRET_TEST, 7.0, 0.25) == right(SECRET_TEST, 7.0, 0.25)\n"
    "### END HIDDEN TESTS"
)


def cell(kind, name, source, points=None, template=None):
    """Return a cell of the source notebook; `kind` is locked, solution, test or text."""
    metadata = {"grade_id": name, "schema_version": 3, "task": False, "grade": points is not None}
    metadata |= {"solution": kind in ("solution", "text"), "locked": kind in ("locked", "test")}
    metadata |= {"cell_type": "markdown" if kind == "text" else "code"} | (
        {"points": points} if points is not None else {}
    )
    made = new_markdown_cell(source) if kind == "text" else new_code_cell(source)
    made.metadata = {"nbgrader": metadata, "tags": ["raises-exception"] if kind == "test" else []}
    if template:
        made.metadata["rnn_unrolled"] = {"exercise": "step", "template": template}
    return made


def source():
    published = VARIANTS["step"][0]["code"]
    double = "def double(x):\n    ### BEGIN SOLUTION\n    SECRET_SOLUTION = 2 * x\n    return SECRET_SOLUTION\n    ### END SOLUTION"
    double_check = (
        "check.check_number('double(2)', double(2), 4)\n### BEGIN HIDDEN TESTS\nSECRET_TEST = 7\n"
        "check.check_number('double(7)', double(SECRET_TEST), 14)\n### END HIDDEN TESTS"
    )
    last = "def last(items):\n    ### BEGIN SOLUTION\n    return items[-1]\n    ### END SOLUTION"
    cells = [
        cell("locked", "setup", "import math\n\nfrom helpers.exercises import compare as check"),
        cell("solution", "double", double),
        cell("test", "double_check", double_check, 3),
        cell("solution", "last", last),
        cell("test", "last_check", "assert last([1, 2]) == 2\nassert last('abc') == 'c'", 1),
        cell("solution", "step", STEP.replace("[[ code ]]", published), None, STEP),
        cell("test", "step_check", STEP_CHECK.replace("[[ code ]]", published), 5, STEP_CHECK),
        cell("text", "why_answer", "SECRET_ANSWER", 3),
    ]
    for index, each in enumerate(cells):
        each.id = f"cell{index}"
    kernel = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernel, "rnn_unrolled": {"variants": VARIANTS}})


def course(folder):
    """Make the course in this folder, and return the folder."""
    place = folder / "notebooks" / "solutions" / NAME
    place.mkdir(parents=True)
    nbformat.write(source(), place / FILE)
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    return folder


@contextlib.contextmanager
def own_code_alone():
    """Allow grading where there is no sandbox, because only the course's own code is graded, or nothing."""
    with pytest.MonkeyPatch.context() as patch:
        if sandbox.obstacle():
            patch.setenv(sandbox.UNSANDBOXED, "1")
        yield


def released(folder):
    return nbformat.read(folder / "grading" / "release" / NAME / FILE, 4)


RIGHT = {
    "double": "def double(x):\n    return x + x",
    "last": "def last(items):\n    return items[len(items) - 1]",
    "step": "def step(x, h, w):\n    return w * h + x",
}


def at(nb, name):
    return next(c for c in nb.cells if c.metadata.get("nbgrader", {}).get("grade_id") == name)


def answer(starter, **answers):
    """Return a copy of a starter with these answers written into its solution cells."""
    nb = copy.deepcopy(starter)
    for name, text in answers.items():
        at(nb, name).source = text
    return nb
