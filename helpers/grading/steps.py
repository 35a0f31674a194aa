"""What is done to a submission around nbgrader's own steps; `nbgrader_config.py` says in which order.

Restore puts back what a submission lost or changed of what is not the learner's, Run executes it in the sandbox, and
HideTests makes a feedback page without hidden tests. What a person should look at is kept in the graded notebook's
metadata as a list of sentences: `metadata["rnn_unrolled"]["look"]`.

A learner's code and the tests run in one kernel, so code that sets out to fool the tests can. Four things stand in its
way. `helpers.grading.guard` seals the modules that the tests use and imports the course's own afresh before each test.
A test runs as the learner has it before its hidden part goes into the kernel, and if it fails goes no further.
Canaries, put in while grading and taken out again: an error that must be reported, and behind each test the same test
of a wrong function, which must fail. Where one does not, or somebody tried what is sealed, every point is withheld
until a person has looked. And code that reaches for the machinery (`get_ipython`, frames, a module handed on ...) is
reported, with its points. What remains possible: to change what is inside a check, such as a table, while the test
runs; to change parts of NumPy and IPython that are not sealed; to replace a function's code; to tell from what a hidden
test passed to a function in an earlier exercise. Each needs names that are reported, unless they are well disguised.
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
CHARACTERS = 300_000  # of outputs, for each cell: a few pictures
SENTENCE = 500  # characters of an error, likewise
CUT = "... the rest of this cell's output was cut.\n"


class Vary(Publish):
    """Write into the cells the variants that `make assign` chose for this assignment."""

    cohort = Unicode(help="the file that says which").tag(config=True)

    def preprocess(self, nb, resources):
        if Path(self.cohort).exists():
            assigned = json.loads(Path(self.cohort).read_text())["assignments"]
            self.chosen = assigned.get(resources["nbgrader"]["assignment"], {})
        return super().preprocess(nb, resources)


class Restore(NbGraderPreprocessor):
    """Make every cell that nbgrader knows what it was when it was given out, and the learner's cells plain code.

    Cells that are missing come back at their place. Of copies one stays what it was: the last, or of the learner's own
    cells the last that was changed. Tags go (one of them would keep a test from running).

    Raises:
        ValueError: no cell is known any more, so there is nothing to grade by.
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
        copies, missing, changed = {}, [], []
        for cell in nb.cells:
            told = cell.metadata.get("nbgrader")
            name = told.get("grade_id") if isinstance(told, dict) else None
            cell.metadata = {}
            if isinstance(name, str) and name in known:
                copies.setdefault(name, []).append(cell)
            elif cell.cell_type == "raw":
                cell.cell_type = "markdown"
        if not copies:
            raise ValueError("nbgrader's metadata was stripped: no cell of this notebook is known")
        place = 0
        for name, source in known.items():
            found = copies.get(name, [])
            kept = next(
                (c for c in reversed(found) if source.locked or c.source != source.source), (found or [None])[-1]
            )
            if kept is None:
                kept = new_code_cell(source.source) if source.cell_type == "code" else new_markdown_cell(source.source)
                nb.cells.insert(place, kept)
                missing.append(name)
            elif source.locked and kept.source.strip() not in (source.source.strip(), visible(source).strip()):
                changed.append(name)
            place = next(i for i, cell in enumerate(nb.cells) if cell is kept) + 1
            if source.locked:
                kept.source = source.source
            if kept.cell_type != source.cell_type:
                plain = new_code_cell if source.cell_type == "code" else new_markdown_cell
                kept = nb.cells[place - 1] = plain(kept.source, id=kept.id)
            truth = {"grade_id": name, "grade": name in points, "solution": name in solutions, "task": False}
            truth |= {"locked": source.locked, "cell_type": source.cell_type, "schema_version": 3}
            truth |= {"points": points[name]} if name in points else {}
            kept.metadata = {"nbgrader": truth | {"checksum": source.checksum}}
        told = {"missing": missing, "changed": changed}
        return [f"{what}, and put back: {', '.join(names)}" for what, names in told.items() if names]


class Run(Execute):
    """Execute a submission, keep its outputs small, and let a test's error alone decide whether it failed."""

    def preprocess(self, nb, resources):
        look = nb.metadata.setdefault(OURS, {}).setdefault("look", [])
        look += suspicious(nb)
        self.used, self.canaries, self.visible = Counter(), [], {}
        self.guard, self.given, self.functions = f"c{secrets.token_hex(8)}", given_lines(nb), defined(nb)
        cells = nb.cells
        start = [f"{self.guard} = {{'__name__': 'guard'}}", f"exec({Path(guard.__file__).read_text()!r}, {self.guard})"]
        nb.cells = [self.fresh(*start), *(each for cell in cells for each in self.around(cell))]
        trouble = None
        try:
            nb, resources = super().preprocess(nb, resources)
        except CellTimeoutError:
            trouble = "a cell could not be stopped"
        except DeadKernelError:
            trouble = "the kernel died (an exit, or too much memory or time)"
        nb.cells = cells
        fooled = [cell for cell, right in self.canaries if ran(cell) and not right(cell)]
        if trouble:
            look.append(f"{trouble}; the tests from there on count as failed")
        if fooled:
            tried = {name for cell in fooled for name in re.findall(r"TRIED (\S+)", told(cell))}
            look.append(
                f"tests were made to pass (canary{''.join(f', {name}' for name in sorted(tried))}); points withheld"
            )
        for cell in cells:
            if cell.cell_type == "code":
                self.settle(cell, "points withheld until a person has looked" if fooled else trouble, bool(fooled))
        return nb, resources

    def around(self, cell):
        """What runs for a cell: for a test the part that learners have first, and canaries behind it."""
        if not is_grade(cell) or cell.cell_type != "code":
            return [cell]
        word, functions = f"c{secrets.token_hex(8)}", self.functions & names_in(cell.source)
        first = new_code_cell(visible(cell)) if HIDDEN.search(cell.source) else cell
        error = new_code_cell(
            f"assert not {self.guard}['tried'], 'TRIED ' + ' TRIED '.join({self.guard}['tried'])\n"
            f"raise AssertionError({word!r})"
        )
        self.canaries.append((error, lambda cell: word in told(cell)))
        behind = [error]
        if functions:
            swap = [f"{word} = {{name: globals()[name] for name in {sorted(functions)} if name in globals()}}"]
            swap += [f"def {name}(*args, **kwargs): return {word[1:]!r}" for name in sorted(functions)]
            again = new_code_cell(cell.source)
            self.canaries.append((again, failed))
            behind += [new_code_cell("\n".join(swap)), again, new_code_cell(f"globals().update({word})")]
        if first is not cell:
            behind.insert(0, cell)
        self.visible |= {id(each): first for each in behind}
        return [self.fresh(f"{self.guard}['forget']()"), first, *behind]

    def fresh(self, *lines):
        """A cell that imports afresh what the tests use, and seals it."""
        cell = new_code_cell("\n".join([*lines, *self.given, f"{self.guard}['seal']()"]))
        self.canaries.append((cell, lambda cell: not failed(cell)))
        return cell

    def preprocess_cell(self, cell, resources, index):
        """Execute one cell, without a place in the kernel's history; what is behind a failed test does not run."""
        first = self.visible.get(id(cell))
        if first is None or not failed(first):
            return self.execute_cell(cell, index, store_history=False), resources
        return cell, resources

    def on_cell_executed(self, **done):
        super().on_cell_executed(**done)
        done["cell"].metadata["execution_count"] = done["cell_index"]

    def output(self, outs, msg, display_id, cell_index):
        """Keep an output while its cell has room; an error always."""
        before = self.used[cell_index]
        self.used[cell_index] += len(str(msg["content"]))
        if self.used[cell_index] <= CHARACTERS or msg["msg_type"] == "error":
            return super().output(outs, msg, display_id, cell_index)
        if before <= CHARACTERS:
            outs.append(new_output("stream", name="stdout", text=CUT))
        return None

    def settle(self, cell, sentence, fooled):
        first = self.visible.get(id(cell), cell)
        if first is not cell and (failed(first) or not ran(first)):
            cell.outputs = first.outputs
        elif first is not cell:
            for output in errors(cell):
                output.ename = HIDDEN_TEST
        done = ran(first) and (ran(cell) or failed(first))
        cell.metadata.pop("execution_count", None)
        if is_grade(cell):
            kept = ("error", "display_data", "stream")
            cell.outputs = [o for o in cell.outputs if o.output_type in kept and o.get("name") != "stderr"]
            if sentence and (fooled or not done):
                cell.outputs.append(new_output("error", ename="NotGraded", evalue=sentence, traceback=[sentence]))
        for output in errors(cell):
            output.ename, output.evalue = output.ename[:100], output.evalue[:SENTENCE]
            output.traceback = "\n".join(output.traceback)[-20 * SENTENCE :].split("\n")


class HideTests(NbGraderPreprocessor):
    """Leave on a feedback page what a learner may see: no hidden test, and of outputs only what visible tests say.

    That is one of our own sentences, or the name of an error; never the text of an error that learners' code raises,
    and never what it prints, since it could have got at the hidden tests. The learner's own notebook shows both.
    An answer that waits for a mark by hand says so.
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
        said = [line for line in said_of(cell) if not any(test and test in line for test in hidden)]
        cell.outputs = [new_output("stream", name="stdout", text=f"{line}\n") for line in said]
        return cell, resources


def visible(cell):
    """What learners have of a cell's source."""
    return HIDDEN.sub("", cell.source).rstrip()


def said_of(cell):
    """What a learner reads of the errors of a cell, a line each."""
    if any(error.ename == "CellTimeoutError" for error in errors(cell)):
        return ["This cell took too long and was stopped: an endless loop?"]
    if is_grade(cell):
        return [shown(error) for error in errors(cell)]
    return [f"This cell ended with {known(error.ename)}." for error in errors(cell)]


def shown(error):
    """What a learner reads of an error in a test."""
    if error.ename == HIDDEN_TEST:
        return "A hidden test failed: the same test with other values."
    if error.ename in ("NotYet", "NotGraded"):
        return f"{error.ename}: {re.sub(STOPPED, stopped, error.evalue)}"
    return known(error.ename)


def stopped(match):
    return f"{match['with']}{known(match['name'])}. Run the test in your notebook to see where."


def known(name):
    """The name of an error, unless learners' code made it up."""
    found = getattr(builtins, name, None)
    ours = name == "CellTimeoutError" or (isinstance(found, type) and issubclass(found, BaseException))
    return name if ours else "an error of its own kind"


def errors(cell):
    return [output for output in cell.outputs if output.output_type == "error"]


def failed(cell):
    return bool(errors(cell))


def told(cell):
    return " ".join(error.evalue for error in errors(cell))


def ran(cell):
    return "execution_count" in cell.metadata


def names_in(source):
    return {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)}
