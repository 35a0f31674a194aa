"""What is done to a submission around nbgrader's own steps; `nbgrader_config.py` says in which order.

Restore puts back what a submission lost or changed of what is not the learner's, Run executes it in the sandbox, and
HideTests makes a feedback page without hidden tests. What a person should look at is kept in the graded notebook's
metadata as a list of sentences: `metadata["rnn_unrolled"]["look"]`.

A learner's code and the tests run in one kernel, so code that sets out to fool the tests can; two things watch it.
Canaries, put in while grading and taken out again: an error that must be reported, and behind each test the same test
of a wrong function, which must fail. Where one does not, every point is withheld until a person has looked. And code
that reaches for the machinery (`get_ipython`, frames, assignments to imported modules ...) is reported, with its points.
"""

import ast
import copy
import json
import re
import secrets
from pathlib import Path

from IPython.core.inputtransformer2 import TransformerManager
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output
from nbgrader.api import Gradebook
from nbgrader.preprocessors import Execute
from nbgrader.preprocessors.base import NbGraderPreprocessor
from nbgrader.utils import compute_checksum, is_grade, is_solution
from traitlets import Unicode

from helpers.grading.derive import OURS, Publish

HIDDEN = re.compile(r"^[^\n]*### BEGIN HIDDEN TESTS.*?(### END HIDDEN TESTS[^\n]*|\Z)", re.DOTALL | re.MULTILINE)
CHARACTERS = 300_000  # of outputs, for each cell: a few pictures
SENTENCE = 500  # characters of an error, likewise
CUT = "... the rest of this cell's output was cut.\n"
MACHINERY = set(
    "get_ipython IPython ipykernel sys inspect gc ctypes ast builtins importlib subprocess socket os multiprocessing "
    "threading signal setattr delattr getattr exec eval compile globals vars open breakpoint unittest __import__".split()
)
HARMLESS = {"__init__", "__call__", "__name__", "__len__", "__getitem__", "__iter__", "__repr__", "__doc__"}


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
        copies, changed = {}, []
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
            kept = next((c for c in reversed(found) if source.locked or c.source != source.source), (found or [None])[-1])
            if kept is None:
                kept = new_code_cell(source.source) if source.cell_type == "code" else new_markdown_cell(source.source)
                nb.cells.insert(place, kept)
                changed.append(f"the cell {name} was missing")
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
        return [] if not changed else [f"{', '.join(changed)} and came back"]


class Run(Execute):
    """Execute a submission, keep its outputs small, and let a test's error alone decide whether it failed."""

    def preprocess(self, nb, resources):
        look = nb.metadata.setdefault(OURS, {}).setdefault("look", [])
        look += suspicious(nb)
        own, with_canaries, alarms = nb.cells, [], []
        wrong = mistaken(nb)
        for cell in own:
            with_canaries.append(cell)
            if is_grade(cell) and cell.cell_type == "code":
                with_canaries += alarms_for(cell, wrong, alarms)
        nb.cells = with_canaries
        trouble = None
        try:
            nb, resources = super().preprocess(nb, resources)
        except (CellTimeoutError, DeadKernelError, RuntimeError) as error:
            if isinstance(error, RuntimeError) and not isinstance(error, DeadKernelError) and "ernel" not in str(error):
                raise
            timeout = isinstance(error, CellTimeoutError)
            trouble = "a cell could not be stopped (timeout)" if timeout else "the kernel died: memory, time or an exit"
            look.append(f"{trouble}; tests from there on count as failed")
        nb.cells = own
        fooled = any(not failed_as_it_must(cell, word) for cell, word in alarms if trouble is None or cell.outputs)
        if fooled:
            look.append("a test that must fail passed (canary): points are withheld")
        for cell in own:
            self.settle(cell, fooled, trouble)
        return nb, resources

    def settle(self, cell, fooled, trouble):
        if cell.cell_type != "code":
            return
        if is_grade(cell):
            ran = cell.get("execution_count") is not None
            cell.outputs = [o for o in cell.outputs if o.output_type not in ("execute_result",) and o.get("name") != "stderr"]
            if fooled or (trouble and not ran):
                sentence = "withheld until a person has looked" if fooled else trouble
                cell.outputs.append(new_output("error", ename="NotGraded", evalue=sentence, traceback=[sentence]))
        for output in cell.outputs:
            if output.output_type == "error":
                output.ename, output.evalue = output.ename[:100], output.evalue[:SENTENCE]
                output.traceback = "\n".join(output.traceback)[-20 * SENTENCE :].split("\n")

    def output(self, outs, msg, display_id, cell_index):
        """Keep an output message while the cell has room for it; errors always."""
        if msg["msg_type"] != "error":
            used = sum(len(str(out)) for out in outs[-1:]) + self._used.get(id(outs), 0)
            size = len(str(msg["content"]))
            if used + size > CHARACTERS:
                if self._used.get(id(outs)) != CHARACTERS:
                    self._used[id(outs)] = CHARACTERS
                    outs.append(new_output("stream", name="stdout", text=CUT))
                return None
            self._used[id(outs)] = self._used.get(id(outs), 0) + size
        return super().output(outs, msg, display_id, cell_index)
