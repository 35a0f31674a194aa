"""The course's own grading steps, run between nbgrader's; `nbgrader_config.py` gives the order.

Restore puts back the course's cells where a submission lost or changed them, Run executes the submission in the
sandbox, and HideTests makes a feedback page without hidden tests. The graded notebook's metadata holds a list of
sentences for the instructor: `metadata["rnn_unrolled"]["look"]`.

A learner's code and the tests run in one kernel, so code that is written to fool the tests can do so. Four things make
this hard. (1) `helpers.grading.guard` seals the modules that the tests use, and imports the course's own again before
each test. (2) The part of a test that the learner can see runs first; the hidden part is sent to the kernel only if the
visible part passes. (3) Canaries, added for grading and then removed: an error that must be reported, and after each
test the same test of a wrong function, which must fail. If a canary does not fail, or the code tried to change a sealed
name, all points are withheld until a person has looked. (4) Code that uses the machinery (`get_ipython`, frames, a
module assigned to another name ...) is reported, and keeps its points.

What remains possible: to change data inside a check, such as a table, while the test runs; to change parts of NumPy and
IPython that are not sealed; to replace a function's code; to store what a hidden test passed to a function and use it
in a later exercise. Each of these needs names that are reported, unless they are well disguised.
"""

import ast
import builtins
import json
import re
import secrets
from collections import Counter
from pathlib import Path

from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output
from nbgrader.api import Gradebook
from nbgrader.preprocessors import Execute
from nbgrader.preprocessors.base import NbGraderPreprocessor
from nbgrader.utils import is_grade, is_solution
from traitlets import Unicode

from helpers.grading import guard
from helpers.grading.derive import OURS, Publish
from helpers.grading.scan import defined, given_lines, suspicious

HIDDEN = re.compile(r"^[^\n]*### BEGIN HIDDEN TESTS.*?(### END HIDDEN TESTS[^\n]*|\Z)", re.DOTALL | re.MULTILINE)
HIDDEN_TEST = "HiddenTest"
STOPPED = re.compile(r"(?P<with>\bstopped with )(?P<name>\w+):.*", re.DOTALL)
MAX_OUTPUT_CHARACTERS = 300_000  # for each cell: enough for a few pictures
MAX_ERROR_CHARACTERS = 500
CUT = "... the rest of this cell's output was cut.\n"


class Vary(Publish):
    """Write the variants that `make assign` chose for this assignment into its cells."""

    cohort = Unicode(help="the file with the chosen variants").tag(config=True)

    def preprocess(self, nb, resources):
        if Path(self.cohort).exists():
            assigned = json.loads(Path(self.cohort).read_text())["assignments"]
            self.chosen = assigned.get(resources["nbgrader"]["assignment"], {})
        return super().preprocess(nb, resources)


class Restore(NbGraderPreprocessor):
    """Restore every cell that nbgrader knows to what was given out, and turn cells of type raw into text.

    A missing cell is inserted again at its place. If a cell was copied, one copy counts: of an answer cell the last one
    that the learner changed, otherwise the last one. Tags are removed, because a tag can stop a test from running.

    Raises:
        ValueError: the submission has no cell that nbgrader knows, so there is nothing to grade.
    """

    def preprocess(self, nb, resources):
        names = resources["nbgrader"]
        with Gradebook(names["db_url"]) as gradebook:
            notebook = gradebook.find_notebook(names["notebook"], names["assignment"])
            points = {cell.name: cell.max_score for cell in notebook.grade_cells}
            solutions = {cell.name for cell in notebook.solution_cells}
            known = {cell.name: cell for cell in notebook.source_cells}
            look = self.restore(nb, known, points, solutions)
        nb.metadata = {"kernelspec": nb.metadata.get("kernelspec", {}), OURS: {"look": look}}
        return nb, resources

    def restore(self, nb, known, points, solutions):
        copies = self.find_copies(nb, known)
        if not copies:
            raise ValueError("nbgrader's metadata was stripped: no cell of this notebook can be identified")
        missing, changed = [], []
        place = 0
        for name, source in known.items():
            cell = self.choose_copy(copies.get(name, []), source)
            if cell is None:
                cell = new_cell(source, source.source)
                nb.cells.insert(place, cell)
                missing.append(name)
            elif source.locked and cell.source.strip() not in (source.source.strip(), visible(source).strip()):
                changed.append(name)
            place = next(i for i, each in enumerate(nb.cells) if each is cell) + 1
            nb.cells[place - 1] = self.put_back(cell, source, points.get(name), name in solutions)
        outcomes = {"missing": missing, "changed": changed}
        return [f"{outcome}, and put back: {', '.join(names)}" for outcome, names in outcomes.items() if names]

    def find_copies(self, nb, known):
        """Return a dict name -> its cells in the submission. Clears the metadata of every cell."""
        copies = {}
        for cell in nb.cells:
            metadata = cell.metadata.get("nbgrader")
            name = metadata.get("grade_id") if isinstance(metadata, dict) else None
            cell.metadata = {}
            if isinstance(name, str) and name in known:
                copies.setdefault(name, []).append(cell)
            elif cell.cell_type == "raw":
                cell.cell_type = "markdown"
        return copies

    def choose_copy(self, copies, source):
        """Return the copy that counts: of an answer the last one that was changed, otherwise the last; None if none."""
        last = copies[-1] if copies else None
        return next((cell for cell in reversed(copies) if source.locked or cell.source != source.source), last)

    def put_back(self, cell, source, points, is_answer):
        """Return the cell with the source (if locked), type and nbgrader metadata that were given out."""
        if source.locked:
            cell.source = source.source
        if cell.cell_type != source.cell_type:
            cell = new_cell(source, cell.source, id=cell.id)
        truth = {"grade_id": source.name, "grade": points is not None, "solution": is_answer, "task": False}
        truth |= {"locked": source.locked, "cell_type": source.cell_type, "schema_version": 3}
        truth |= {"points": points} if points is not None else {}
        cell.metadata = {"nbgrader": truth | {"checksum": source.checksum}}
        return cell


class Run(Execute):
    """Execute a submission and keep its outputs small. A test fails only if its cell raises an error."""

    def preprocess(self, nb, resources):
        look = nb.metadata.setdefault(OURS, {}).setdefault("look", [])
        look += suspicious(nb)
        self.used, self.canaries, self.visible = Counter(), [], {}
        self.guard, self.given, self.functions = f"c{secrets.token_hex(8)}", given_lines(nb), defined(nb)
        cells = nb.cells
        start = [f"{self.guard} = {{'__name__': 'guard'}}", f"exec({Path(guard.__file__).read_text()!r}, {self.guard})"]
        nb.cells = [self.fresh(*start), *(each for cell in cells for each in self.with_canaries(cell))]
        trouble = None
        try:
            nb, resources = super().preprocess(nb, resources)
        except CellTimeoutError:
            trouble = "a cell could not be stopped"
        except DeadKernelError:
            trouble = "the kernel died (an exit, or too much memory or time)"
        nb.cells = cells
        fooled = [cell for cell, right in self.canaries if was_run(cell) and not right(cell)]
        if trouble:
            look.append(f"{trouble}; the tests from there on count as failed")
        if fooled:
            tried = {name for cell in fooled for name in re.findall(r"TRIED (\S+)", error_text(cell))}
            look.append(
                f"tests were made to pass (canary{''.join(f', {name}' for name in sorted(tried))}); points withheld"
            )
        for cell in cells:
            if cell.cell_type == "code":
                self.finish_cell(cell, "points withheld until a person has looked" if fooled else trouble, bool(fooled))
        return nb, resources

    def with_canaries(self, cell):
        """Return the cells to run for a cell. For a test: its visible part, then all of it, then its canaries."""
        if not is_grade(cell) or cell.cell_type != "code":
            return [cell]
        word, functions = f"c{secrets.token_hex(8)}", self.functions & names_in(cell.source)
        first = new_code_cell(visible(cell)) if HIDDEN.search(cell.source) else cell
        error = new_code_cell(
            f"assert not {self.guard}['tried'], 'TRIED ' + ' TRIED '.join({self.guard}['tried'])\n"
            f"raise AssertionError({word!r})"
        )
        self.canaries.append((error, lambda cell: word in error_text(cell)))
        after = [error]
        if functions:
            swap = [f"{word} = {{name: globals()[name] for name in {sorted(functions)} if name in globals()}}"]
            swap += [f"def {name}(*args, **kwargs): return {word[1:]!r}" for name in sorted(functions)]
            again = new_code_cell(cell.source)
            self.canaries.append((again, failed))
            after += [new_code_cell("\n".join(swap)), again, new_code_cell(f"globals().update({word})")]
        if first is not cell:
            after.insert(0, cell)
        self.visible |= {id(each): first for each in after}
        return [self.fresh(f"{self.guard}['forget']()"), first, *after]

    def fresh(self, *lines):
        """Return a cell that imports again what the tests use, and seals it."""
        cell = new_code_cell("\n".join([*lines, *self.given, f"{self.guard}['seal']()"]))
        self.canaries.append((cell, lambda cell: not failed(cell)))
        return cell

    def preprocess_cell(self, cell, resources, index):
        """Execute one cell, without an entry in the kernel's history. Skip what follows a visible test that failed."""
        first = self.visible.get(id(cell))
        if first is None or not failed(first):
            return self.execute_cell(cell, index, store_history=False), resources
        return cell, resources

    def on_cell_executed(self, **done):
        super().on_cell_executed(**done)
        done["cell"].metadata["execution_count"] = done["cell_index"]

    def output(self, outs, msg, display_id, cell_index):
        """Keep an output while the cell's outputs are below their limit. Always keep an error."""
        before = self.used[cell_index]
        self.used[cell_index] += len(str(msg["content"]))
        if self.used[cell_index] <= MAX_OUTPUT_CHARACTERS or msg["msg_type"] == "error":
            return super().output(outs, msg, display_id, cell_index)
        if before <= MAX_OUTPUT_CHARACTERS:
            outs.append(new_output("stream", name="stdout", text=CUT))
        return None

    def finish_cell(self, cell, sentence, fooled):
        first = self.visible.get(id(cell), cell)
        if first is not cell and (failed(first) or not was_run(first)):
            cell.outputs = first.outputs
        elif first is not cell:
            for output in errors(cell):
                output.ename = HIDDEN_TEST
        done = was_run(first) and (was_run(cell) or failed(first))
        cell.metadata.pop("execution_count", None)
        if is_grade(cell):
            kept = ("error", "display_data", "stream")
            cell.outputs = [o for o in cell.outputs if o.output_type in kept and o.get("name") != "stderr"]
            if sentence and (fooled or not done):
                cell.outputs.append(new_output("error", ename="NotGraded", evalue=sentence, traceback=[sentence]))
        for output in errors(cell):
            output.ename, output.evalue = output.ename[:100], output.evalue[:MAX_ERROR_CHARACTERS]
            output.traceback = "\n".join(output.traceback)[-20 * MAX_ERROR_CHARACTERS :].split("\n")


class HideTests(NbGraderPreprocessor):
    """Remove what a learner may not see from a feedback page: hidden tests, and all outputs but those of visible tests.

    What stays of an output is one of our own sentences or the name of an error. The text of an error that learners'
    code raises and what it prints are removed, because the code could have read the hidden tests. Learners see both in
    their own notebook. An answer that is not marked by hand yet gets a note that says so.
    """

    def preprocess(self, nb, resources):
        names = resources["nbgrader"]
        with Gradebook(names["db_url"]) as gradebook:
            marks = gradebook.find_submission_notebook(names["notebook"], names["assignment"], names["student"]).grades
            self.waiting = {mark.name for mark in marks if mark.needs_manual_grade}
        return super().preprocess(nb, resources)

    def preprocess_cell(self, cell, resources, index):
        if cell.metadata.get("nbgrader", {}).get("grade_id") in self.waiting and is_solution(cell):
            cell.source += (
                f"\n\n{'# ' if cell.cell_type == 'code' else ''}Not marked yet: its points are still to come."
            )
        if cell.cell_type != "code":
            return cell, resources
        hidden = [line.strip() for part in HIDDEN.finditer(cell.source) for line in part.group().splitlines()]
        cell.source = visible(cell)
        lines = [line for line in public_lines(cell) if not any(test and test in line for test in hidden)]
        cell.outputs = [new_output("stream", name="stdout", text=f"{line}\n") for line in lines]
        return cell, resources


def new_cell(source, text, **more):
    """Return a cell with this text, of the type that the source cell has."""
    return (new_code_cell if source.cell_type == "code" else new_markdown_cell)(text, **more)


def visible(cell):
    """Return the part of a cell's source that learners have."""
    return HIDDEN.sub("", cell.source).rstrip()


def public_lines(cell):
    """Return what the learner reads about the errors of a cell, one line for each error."""
    if any(error.ename == "CellTimeoutError" for error in errors(cell)):
        return ["This cell took too long and was stopped: an endless loop?"]
    if is_grade(cell):
        return [public_message(error) for error in errors(cell)]
    return [f"This cell ended with {public_error_name(error.ename)}." for error in errors(cell)]


def public_message(error):
    """Return what the learner reads about an error in a test."""
    if error.ename == HIDDEN_TEST:
        return "A hidden test failed: the same test with other values."
    if error.ename in ("NotYet", "NotGraded"):
        return f"{error.ename}: {re.sub(STOPPED, hide_error_detail, error.evalue)}"
    return public_error_name(error.ename)


def hide_error_detail(match):
    return f"{match['with']}{public_error_name(match['name'])}. Run the test in your notebook to see where."


def public_error_name(name):
    """Return the name of an error if it is a built-in one. Learners' code could choose any other name."""
    found = getattr(builtins, name, None)
    ours = name == "CellTimeoutError" or (isinstance(found, type) and issubclass(found, BaseException))
    return name if ours else "an error of its own kind"


def errors(cell):
    return [output for output in cell.outputs if output.output_type == "error"]


def failed(cell):
    return bool(errors(cell))


def error_text(cell):
    return " ".join(error.evalue for error in errors(cell))


def was_run(cell):
    return "execution_count" in cell.metadata


def names_in(source):
    return {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)}
