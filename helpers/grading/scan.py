"""Find names in learners' code that could be used to fool the tests, without running it. A person then reads the code.

Code can be written to hide from this; see also `helpers.grading.guard` and the canaries of `helpers.grading.steps`.
"""

import ast
import re

from IPython.core.inputtransformer2 import TransformerManager

MAX_CELL_CHARACTERS = 50_000  # parsing more can take long, or all memory
MACHINERY = set(
    re.findall(
        r"\w+",
        "get_ipython IPython ipykernel sys inspect gc ctypes ast builtins importlib subprocess socket os multiprocessing "
        "threading signal setattr delattr getattr exec eval compile globals vars open breakpoint unittest __import__ "
        "In Out _ih _i _ii _iii _oh linecache traceback dir locals NotYet BaseException pickle weakref",
    )
)
INNER = re.compile(r"_getframe|\w+_globals|(f|gi|tb)_\w+")  # attributes that lead to frames
HARMLESS = {"__init__", "__call__", "__name__", "__len__", "__getitem__", "__iter__", "__repr__", "__doc__"}


def trees(nb, locked=False):
    """Yield the syntax tree of each of the learner's code cells (or of the locked ones), magic commands translated.

    A cell that is not valid Python is left out, since it cannot run. For a cell that is too long or too deeply nested
    to parse, None is yielded.
    """
    for cell in nb.cells:
        if cell.cell_type == "code" and bool(cell.metadata.get("nbgrader", {}).get("locked")) == locked:
            if len(cell.source) > MAX_CELL_CHARACTERS:
                yield None
                continue
            try:
                yield ast.parse(TransformerManager().transform_cell(cell.source))
            except (SyntaxError, ValueError):
                continue
            except (RecursionError, MemoryError):
                yield None


def defined(nb):
    """Return the top-level names that the learner's cells define and the locked cells do not import."""
    names = set()
    for tree in filter(None, trees(nb)):
        for node in tree.body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                names.add(node.name)
            elif isinstance(node, ast.Assign):
                names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return names - given(nb).keys()


def given(nb):
    """Return what the locked cells import, as a dict name -> where it is imported from."""
    return {name: origin for tree in trees(nb, locked=True) for name, origin in imports(tree)}


def given_lines(nb):
    """Return the import statements of the locked cells, as lines of code."""
    nodes = [node for tree in trees(nb, locked=True) for node in tree.body]
    return [ast.unparse(node) for node in nodes if isinstance(node, ast.Import | ast.ImportFrom)]


def imports(tree):
    """Yield pairs of an imported name and where it is imported from."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            for alias in node.names:
                yield (alias.asname or alias.name).split(".")[0], f"{getattr(node, 'module', '')} {alias.name}"


def suspicious(nb):
    """Return a list of sentences about learners' code for the instructor; empty if there is nothing to report."""
    locked = given(nb)
    read = list(trees(nb))
    found = {name for tree in filter(None, read) for name in reached(tree, locked)}
    look = [f"the code uses {', '.join(sorted(found))}"] if found else []
    if None in read:
        look.append("a cell is too long or too deeply nested to be checked")
    return look


def reached(tree, locked):
    """Return the set of reported names, some with what is done to them; `locked` is what the locked cells import."""
    finder = Finder(tree, locked)
    for node in ast.walk(tree):  # not generic_visit: it would exceed the recursion limit on deeply nested code
        finder.visit(node)
    return finder.found


class Finder(ast.NodeVisitor):
    """Collects in `found` the names that learners' code should not need."""

    def __init__(self, tree, locked):
        self.locked, self.found = locked, set()
        self.imported = (
            {name for name, _ in imports(tree)} | {"check", "np", "torch", "helpers", "compare"} | locked.keys()
        )
        self.modules = {name for name, origin in locked.items() if origin.startswith((" ", "helpers "))}
        self.modules |= {name for name, origin in locked.items() if origin.startswith("helpers.exercises ")}
        self.owners = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        self.found |= {f"{name} =" for name, origin in imports(tree) if locked.get(name, origin) != origin}

    def generic_visit(self, node):
        pass

    def visit_Name(self, node):
        self.add_name(node.id)
        if isinstance(node.ctx, ast.Store) and node.id in self.locked:
            self.found.add(f"{node.id} =")
        elif node.id in self.modules and id(node) not in self.owners:  # `module.name` uses it, and does not pass it on
            self.found.add(f"{node.id} itself")

    def visit_FunctionDef(self, node):
        self.add_definition(node)
        self.add_special(node.name)

    def visit_ClassDef(self, node):
        self.add_definition(node)

    def visit_Import(self, node):
        self.found |= {alias.name.split(".")[0] for alias in node.names} & MACHINERY

    def visit_ImportFrom(self, node):
        self.visit_Import(node)
        self.found |= {(node.module or "").split(".")[0]} & MACHINERY

    def visit_Attribute(self, node):
        root = node
        while isinstance(root, ast.Attribute | ast.Subscript):
            root = root.value
        if isinstance(node.ctx, ast.Store) and isinstance(root, ast.Name) and root.id in self.imported:
            self.found.add(f"{root.id}.{node.attr} =")
        if INNER.fullmatch(node.attr):
            self.found.add(node.attr)
        self.add_special(node.attr)

    def add_definition(self, node):
        if node.name in self.locked:
            self.found.add(f"{node.name} =")
        self.found |= {node.name} & MACHINERY

    def add_name(self, name):
        self.found |= {name} & MACHINERY
        self.add_special(name)

    def add_special(self, name):
        if re.fullmatch(r"__\w+__", name) and name not in HARMLESS:
            self.found.add(name)
