"""What learners' code reaches for, read without running it, for a person to look at.

Whoever wants to can hide from it; see `helpers.grading.guard` and the canaries of `helpers.grading.steps`.
"""

import ast
import re

from IPython.core.inputtransformer2 import TransformerManager

LONGEST = 50_000  # characters of a cell; reading more takes long, or all memory
MACHINERY = set(
    re.findall(
        r"\w+",
        "get_ipython IPython ipykernel sys inspect gc ctypes ast builtins importlib subprocess socket os multiprocessing "
        "threading signal setattr delattr getattr exec eval compile globals vars open breakpoint unittest __import__ "
        "In Out _ih _i _ii _iii _oh linecache traceback dir locals NotYet BaseException pickle weakref",
    )
)
INNER = re.compile(r"_getframe|\w+_globals|(f|gi|tb)_\w+")  # of frames
HARMLESS = {"__init__", "__call__", "__name__", "__len__", "__getitem__", "__iter__", "__repr__", "__doc__"}


def trees(nb, locked=False):
    """The syntax trees of the learner's code cells (or of the locked ones), magic commands translated.

    A cell that is no Python is left out, since it cannot run; one that cannot be read for its size or depth is None.
    """
    for cell in nb.cells:
        if cell.cell_type == "code" and bool(cell.metadata.get("nbgrader", {}).get("locked")) == locked:
            if len(cell.source) > LONGEST:
                yield None
                continue
            try:
                yield ast.parse(TransformerManager().transform_cell(cell.source))
            except (SyntaxError, ValueError):
                continue
            except (RecursionError, MemoryError):
                yield None


def defined(nb):
    """Names that the learner's cells give to functions or values at top level, and that were not given."""
    names = set()
    for tree in filter(None, trees(nb)):
        for node in tree.body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                names.add(node.name)
            elif isinstance(node, ast.Assign):
                names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return names - given(nb).keys()


def given(nb):
    """What the locked cells import: the name it has there -> where it is from."""
    return {name: origin for tree in trees(nb, locked=True) for name, origin in imports(tree)}


def given_lines(nb):
    """The same as lines of code."""
    nodes = [node for tree in trees(nb, locked=True) for node in tree.body]
    return [ast.unparse(node) for node in nodes if isinstance(node, ast.Import | ast.ImportFrom)]


def imports(tree):
    """Pairs of a name and where it is imported from."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            for alias in node.names:
                yield (alias.asname or alias.name).split(".")[0], f"{getattr(node, 'module', '')} {alias.name}"


def suspicious(nb):
    """One sentence with the names of the machinery that learners' code reaches for, or nothing."""
    locked = given(nb)
    read = list(trees(nb))
    found = {name for tree in filter(None, read) for name in reached(tree, locked)}
    look = [f"the code reaches for {', '.join(sorted(found))}"] if found else []
    if None in read:
        look.append("a cell is too long or too deeply nested to be read")
    return look


def reached(tree, locked):
    """The names, some with what is done to them; `locked` is what the locked cells import."""
    nodes = list(ast.walk(tree))
    imported = {name for name, _ in imports(tree)} | {"check", "np", "torch", "helpers", "compare"} | locked.keys()
    modules = {name for name, origin in locked.items() if origin.startswith((" ", "helpers "))}
    modules |= {name for name, origin in locked.items() if origin.startswith("helpers.exercises ")}
    asked = {id(node.value) for node in nodes if isinstance(node, ast.Attribute)}
    for name, origin in imports(tree):
        if locked.get(name, origin) != origin:
            yield f"{name} ="
    for node in nodes:
        if isinstance(node, ast.Name):
            if isinstance(node.ctx, ast.Store) and node.id in locked:
                yield f"{node.id} ="
            elif node.id in modules and id(node) not in asked:
                yield f"{node.id} itself"
            yield from {node.id} & MACHINERY
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            if node.name in locked:
                yield f"{node.name} ="
            yield from {node.name} & MACHINERY
        elif isinstance(node, ast.alias):
            yield from {node.name.split(".")[0]} & MACHINERY
        elif isinstance(node, ast.ImportFrom):
            yield from {(node.module or "").split(".")[0]} & MACHINERY
        elif isinstance(node, ast.Attribute):
            root = node
            while isinstance(root, ast.Attribute | ast.Subscript):
                root = root.value
            if isinstance(node.ctx, ast.Store) and isinstance(root, ast.Name) and root.id in imported:
                yield f"{root.id}.{node.attr} ="
            if INNER.fullmatch(node.attr):
                yield node.attr
        name = getattr(node, {ast.Name: "id", ast.FunctionDef: "name", ast.Attribute: "attr"}.get(type(node), ""), "")
        if re.fullmatch(r"__\w+__", name) and name not in HARMLESS:
            yield name
