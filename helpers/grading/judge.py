"""Judge a submission: its cells run in a box, its tests here, where no line of the learner's code ever runs.

A test is the course's own code. Each name in it that the course does not define is the learner's: if it is a function,
a stand-in takes its place that sends the arguments into the box and brings back the value. So what compares and what
reports is out of the learner's reach.

There are two runs, each in a new box. In the first one only the visible part of each test is known, and everything that
a learner will read comes from it. The second one has the hidden parts, and one bit of each test is kept: passed or not.
"""

import ast
import builtins
import contextlib
import importlib
import inspect
import io
import sys
import time
import warnings

import nbformat
from nbformat.v4 import new_output
from nbgrader.utils import compute_checksum

from helpers.grading import restore
from helpers.grading.box import Box, Gone, MachineFault, Missing
from helpers.grading.clean import clean
from helpers.grading.derive import OURS
from helpers.grading.restore import visible
from helpers.grading.values import MAX_ERROR_CHARACTERS
from helpers.grading.worker import TOTAL_CELLS
from helpers.grading.worker import failed as failed_reply

HIDDEN_TEST = ("HiddenTest", "A hidden test failed: the same test with other values.")


def grade(kit, data):
    """Grade the bytes of a submission.

    Returns:
        dict with `graded`, whether there is a grade; `look`, sentences for the instructor; `again`, whether a fault of
        this machine is why there is no grade; and if there is one, `notebook`, the graded notebook as text, and
        `tests`, for each test its `points`, what they are `of`, and what was `said`.
    """
    try:
        nb = restore.read(data)
        look = restore.restore(nb, kit)
        look += run(nb, kit)
    except restore.Unreadable as error:
        return failed_reply(str(error))
    except MachineFault as error:
        return failed_reply(str(error)) | {"again": True}
    tests = {
        name_of(cell): {
            "points": 0.0 if errors(cell) else points_of(cell),
            "of": points_of(cell),
            "said": "".join(f"{error.ename}: {error.evalue}" for error in errors(cell)),
        }
        for cell in nb.cells
        if is_test(cell)
    }
    clean_all(nb)
    nb.metadata[OURS] = {"look": look}
    return {"graded": True, "again": False, "look": look, "tests": tests, "notebook": nbformat.writes(nb)}


def clean_all(nb):
    """Clean the notebook, and keep it true which answers are as they were given out: cleaning can change their text."""
    answers = [cell for cell in nb.cells if cell.metadata.get("nbgrader", {}).get("solution")]
    untouched = [cell for cell in answers if cell.metadata["nbgrader"]["checksum"] == compute_checksum(cell)]
    clean(nb)
    for cell in untouched:
        cell.metadata["nbgrader"]["checksum"] = compute_checksum(cell)


def run(nb, kit):
    """Run a restored submission and write the outcome of each test into its cell. Returns sentences for the instructor."""
    names, look = course_names(kit), []
    with Box(kit["seconds"], time.monotonic() + TOTAL_CELLS * kit["seconds"]) as box:
        ended = first_run(nb, box, dict(names))
    passed = [cell for cell in nb.cells if is_test(cell) and not errors(cell) and visible(cell.source) != cell.source]
    if passed:
        with Box(kit["seconds"], time.monotonic() + TOTAL_CELLS * kit["seconds"]) as box:
            if again := second_run(nb, box, dict(names), passed):
                look = [f"{again}, with the hidden tests only; the hidden tests from there on count as failed"]
    return [f"{ended}; the tests from there on count as failed"] if ended else look


def first_run(nb, box, names):
    """Run the cells, and the visible part of each test. Returns why the code was ended, if it was."""
    ended = None
    for cell in nb.cells:
        if cell.cell_type != "code":
            continue
        cell.outputs = []
        try:
            if ended:
                raise Gone(ended)
            cell.outputs = test(visible(cell.source), box, names) if is_test(cell) else box.run(cell.source)
        except Gone as error:
            ended = str(error)
            if is_test(cell):
                cell.outputs = [failure("NotGraded", ended)]
    return box.gone


def second_run(nb, box, names, passed):
    """Run the cells again with all of each test. A test fails whose visible part passed and whose hidden part does not.

    Returns why the code was ended, if it was.
    """
    left = {cell.id: cell for cell in passed}
    with contextlib.suppress(Gone):
        for cell in nb.cells:
            if not left:
                break
            if is_test(cell) and not errors(cell) and not failed(test(cell.source, box, names)):
                left.pop(cell.id, None)
            elif cell.cell_type == "code" and not is_test(cell):
                box.run(cell.source)
    for cell in left.values():
        cell.outputs = [failure(*HIDDEN_TEST)]
    return box.gone


def test(source, box, names):
    """Run a test, here, and return its outputs: what it printed, and the error that it raised, if it did.

    Args:
        names: what the course's cells define, and the tests before this one; this test's definitions are added.

    Raises:
        Gone: the learner's code was ended.
    """
    printed = io.StringIO()
    box.begin()
    try:
        learners = {name: box.get(name) for name in loaded(source) - names.keys() if not hasattr(builtins, name)}
    except Missing as error:
        return [failure("NameError", str(error))]
    scope = names | learners
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(printed):
            warnings.simplefilter("ignore")
            exec(compile(source, "test", "exec"), scope)
    except Gone:
        raise
    except Exception as error:
        return [failure(type(error).__name__, str(error))]
    finally:
        names |= {name: value for name, value in scope.items() if name not in learners}
    text = printed.getvalue()[:MAX_ERROR_CHARACTERS]
    return [new_output("stream", name="stdout", text=text)] if text else []


def course_names(kit):
    """Return what the cells that learners cannot edit define, tests aside."""
    names = {"__name__": "__main__"}
    for cell in kit["cells"]:
        if cell["cell_type"] == "code" and cell["locked"] and cell["points"] is None:
            exec(compile(cell["source"], cell["name"], "exec"), names)
    return names


def import_what_checks_need():
    """Import what the checks import when they are called."""
    for name in [name for name in sys.modules if name.startswith("helpers.exercises.")]:
        tree = ast.parse(inspect.getsource(sys.modules[name]))
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    importlib.import_module(alias.name)


def loaded(source):
    """Return the names that a test uses and does not define itself."""
    nodes = list(ast.walk(ast.parse(source)))
    names = [node for node in nodes if isinstance(node, ast.Name)]
    own = {node.id for node in names if not isinstance(node.ctx, ast.Load)}
    own |= {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    own |= {node.arg for node in nodes if isinstance(node, ast.arg)}
    return {node.id for node in names} - own


def failure(name, text):
    """Return an output that says that a test failed."""
    text = text[:MAX_ERROR_CHARACTERS]
    return new_output("error", ename=name[:100], evalue=text, traceback=[f"{name}: {text}"])


def failed(outputs):
    return any(output.output_type == "error" for output in outputs)


def errors(cell):
    return [output for output in cell.get("outputs", []) if output.output_type == "error"]


def is_test(cell):
    return cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("grade", False)


def name_of(cell):
    return cell.metadata["nbgrader"]["grade_id"]


def points_of(cell):
    return float(cell.metadata["nbgrader"]["points"])
