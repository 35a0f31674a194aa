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
import json
import re
import secrets
from collections import Counter
from pathlib import Path

from IPython.core.inputtransformer2 import TransformerManager
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output
from nbgrader.api import Gradebook
from nbgrader.preprocessors import Execute
from nbgrader.preprocessors.base import NbGraderPreprocessor
from nbgrader.utils import is_grade
from traitlets import Unicode

from helpers.grading.derive import OURS, Publish

HIDDEN = re.compile(r"^[^\n]*### BEGIN HIDDEN TESTS.*?(### END HIDDEN TESTS[^\n]*|\Z)", re.DOTALL | re.MULTILINE)
CHARACTERS = 300_000  # of outputs, for each cell: a few pictures
SENTENCE = 500  # characters of an error, likewise
CUT = "... the rest of this cell's output was cut.\n"
MACHINERY = set(
    [
        "get_ipython",
        "IPython",
        "ipykernel",
        "sys",
        "inspect",
        "gc",
        "ctypes",
        "ast",
        "builtins",
        "importlib",
        "subprocess",
        "socket",
        "os",
        "multiprocessing",
        "threading",
        "signal",
        "setattr",
        "delattr",
        "getattr",
        "exec",
        "eval",
        "compile",
        "globals",
        "vars",
        "open",
        "breakpoint",
        "unittest",
        "__import__",
    ]
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
            kept = next(
                (c for c in reversed(found) if source.locked or c.source != source.source), (found or [None])[-1]
            )
            if kept is None:
                kept = new_code_cell(source.source) if source.cell_type == "code" else new_markdown_cell(source.source)
                nb.cells.insert(place, kept)
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
        return [f"missing, and put back: {', '.join(changed)}"] if changed else []


class Run(Execute):
    """Execute a submission, keep its outputs small, and let a test's error alone decide whether it failed."""

    def preprocess(self, nb, resources):
        look = nb.metadata.setdefault(OURS, {}).setdefault("look", [])
        look += suspicious(nb)
        self.used, self.canaries = Counter(), []
        cells, functions = nb.cells, defined(nb)
        nb.cells = [each for cell in cells for each in (cell, *self.behind(cell, functions))]
        trouble = None
        try:
            nb, resources = super().preprocess(nb, resources)
        except CellTimeoutError:
            trouble = "a cell could not be stopped"
        except DeadKernelError:
            trouble = "the kernel died (an exit, or too much memory or time)"
        nb.cells = cells
        fooled = [cell for cell, says in self.canaries if "execution_count" in cell.metadata and not failed(cell, says)]
        if trouble:
            look.append(f"{trouble}; the tests from there on count as failed")
        if fooled:
            look.append("tests were made to pass (canary); their points are withheld")
        for cell in cells:
            if cell.cell_type == "code":
                self.settle(cell, "points withheld until a person has looked" if fooled else trouble, bool(fooled))
        return nb, resources

    def behind(self, cell, functions):
        """The canaries that follow a test: an error, and the test of a wrong function."""
        if not is_grade(cell) or cell.cell_type != "code":
            return []
        word = f"c{secrets.token_hex(8)}"
        told = new_code_cell(f"raise AssertionError({word!r})")
        self.canaries.append((told, word))
        tested = sorted(
            {node.id for node in ast.walk(ast.parse(cell.source)) if isinstance(node, ast.Name)} & functions
        )
        if not tested:
            return [told]
        swap = [f"{word} = {{name: globals()[name] for name in {tested} if name in globals()}}"]
        swap += [f"def {name}(*args, **kwargs): return {word[1:]!r}" for name in tested]
        again = new_code_cell(cell.source)
        self.canaries.append((again, ""))
        return [told, new_code_cell("\n".join(swap)), again, new_code_cell(f"globals().update({word})")]

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
        ran = cell.metadata.pop("execution_count", None) is not None
        if is_grade(cell):
            kept = ("error", "display_data", "stream")
            cell.outputs = [o for o in cell.outputs if o.output_type in kept and o.get("name") != "stderr"]
            if sentence and (fooled or not ran):
                cell.outputs.append(new_output("error", ename="NotGraded", evalue=sentence, traceback=[sentence]))
        for output in cell.outputs:
            if output.output_type == "error":
                output.ename, output.evalue = output.ename[:100], output.evalue[:SENTENCE]
                output.traceback = "\n".join(output.traceback)[-20 * SENTENCE :].split("\n")


class HideTests(NbGraderPreprocessor):
    """Leave on a feedback page what a learner may see: no hidden test, and of outputs only what the tests say.

    What the learner's own cells print stays away too, since they could have printed the tests; the learner has it.
    """

    def preprocess_cell(self, cell, resources, index):
        if cell.cell_type != "code":
            return cell, resources
        hidden = [line.strip() for part in HIDDEN.finditer(cell.source) for line in part.group().splitlines()]
        cell.source = HIDDEN.sub("", cell.source).rstrip()
        said = [f"{o.ename}: {o.evalue}" for o in cell.outputs if o.output_type == "error"] if is_grade(cell) else []
        said = [line for line in said if not any(test and test in line for test in hidden)]
        cell.outputs = [new_output("stream", name="stdout", text=f"{line}\n") for line in said]
        return cell, resources


def failed(cell, says):
    return any(output.output_type == "error" and says in output.evalue for output in cell.outputs)


def learners(nb, locked=False):
    """The code cells whose code is the learner's, magic commands translated; those that do not parse are left out."""
    for cell in nb.cells:
        if cell.cell_type == "code" and bool(cell.metadata.get("nbgrader", {}).get("locked")) == locked:
            try:
                yield ast.parse(TransformerManager().transform_cell(cell.source))
            except (SyntaxError, ValueError, RecursionError):
                continue


def defined(nb):
    """Names that the learner's cells give to functions or values at top level, and that were not given."""
    names = set()
    for tree in learners(nb):
        for node in tree.body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                names.add(node.name)
            elif isinstance(node, ast.Assign):
                names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return names - given(nb).keys()


def given(nb):
    """What the locked cells import: the name it has there -> where it is from."""
    return {name: origin for tree in learners(nb, locked=True) for name, origin in imports(tree)}


def imports(tree):
    """Pairs of a name and where it is imported from."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            for alias in node.names:
                yield (alias.asname or alias.name).split(".")[0], f"{getattr(node, 'module', '')} {alias.name}"


def suspicious(nb):
    """One sentence with the names of the machinery that learners' code reaches for, or nothing."""
    found, locked = set(), given(nb)
    for tree in learners(nb):
        nodes = list(ast.walk(tree))
        imported = {name for name, _ in imports(tree)} | {"check", "np", "torch", "helpers", "feedback"} | locked.keys()
        found |= {f"{name} =" for name, origin in imports(tree) if locked.get(name, origin) != origin}
        for node in nodes:
            own = node.name if isinstance(node, ast.FunctionDef) else node.id if isinstance(node, ast.Name) else ""
            bound = isinstance(node, ast.FunctionDef | ast.ClassDef) or isinstance(
                getattr(node, "ctx", None), ast.Store
            )
            if bound and (own or getattr(node, "name", "")) in locked:
                found.add(f"{own or node.name} =")
            if re.fullmatch(r"__\w+__", own) and own not in HARMLESS:
                found.add(own)
            if isinstance(node, ast.Name | ast.alias):
                name = node.id if isinstance(node, ast.Name) else node.name.split(".")[0]
                found |= {name} & MACHINERY
            elif isinstance(node, ast.ImportFrom):
                found |= {(node.module or "").split(".")[0]} & MACHINERY
            elif isinstance(node, ast.Attribute):
                if re.fullmatch(r"__\w+__|_getframe|\w+_globals|f_\w+|gi_\w+", node.attr) and node.attr not in HARMLESS:
                    found.add(node.attr)
                root = node
                while isinstance(root, ast.Attribute | ast.Subscript):
                    root = root.value
                if isinstance(node.ctx, ast.Store) and isinstance(root, ast.Name) and root.id in imported:
                    found.add(f"{ast.unparse(node)} =")
    return [f"the code reaches for {', '.join(sorted(found))}"] if found else []
