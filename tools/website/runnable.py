"""Which code cells of a lesson run in the page: those that need no more than NumPy, matplotlib and `helpers`."""

import ast
import json
import re
import symtable

from website.explorers import calls, plain_source
from website.stored import MODULES

LESSONS = ("02", "03", "04", "05")
"""The numbers of the lessons whose code can be edited and run in the page."""

HERE = MODULES | {"helpers", "matplotlib"}
ALIVE_BY_ITSELF = re.compile(r"\bcheck\.\w+\(|\bquizzes\.\w+\(\)|raise NotImplementedError")
DATA = re.compile(r"\bdata\.(\w+)\(\)")


LAST = "targets body orelse"
"""The parts of a statement that Python comes to last, in order; "target" is found in the first."""


def cells(path):
    """Return id -> source of the cells of a lesson that run in the page, in order.

    A cell stays as it is stored if it imports what the browser does not have, if it uses a name that such a cell makes,
    or if the page brings it to life in another way: explorers, quizzes and "Your turn".
    """
    found, missing = {}, set()
    for cell in json.loads(path.read_text("utf-8"))["cells"]:
        if cell["cell_type"] != "code":
            continue
        source = plain_source(cell)
        makes, uses = _names(source)
        alone = calls(source) or ALIVE_BY_ITSELF.search(source)
        if alone or not _imported(source) <= HERE or uses & missing:
            missing |= makes
        else:
            missing -= makes
            found[cell["id"]] = source.rstrip()
    return found


def data_sets(sources):
    """Return the names of the functions of helpers.data, without arguments, that some sources call."""
    return sorted({name for source in sources for name in DATA.findall(source)})


def _imported(source):
    """Return the packages that a source imports."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        found |= {name.partition(".")[0] for name in names}
    return found


def _names(source):
    """Return the notebook's names that a cell makes, and those that it takes from cells above, also in its functions."""
    top = symtable.symtable(source, "<cell>", "exec")
    makes = {each.get_name() for each in top.get_symbols() if each.is_assigned() or each.is_imported()}
    uses = {each.get_name() for each in top.get_symbols() if each.is_referenced()}
    tables = top.get_children()
    for table in tables:
        uses |= {each.get_name() for each in table.get_symbols() if each.is_global()}
        tables.extend(table.get_children())
    first = _first(source)
    return makes, {name for name in uses | set(first) if not first.get(name)}


def _first(source):
    """Return name -> whether a cell gives it a value before it reads it."""
    first = {}

    def visit(node):
        if isinstance(node, ast.Name):
            first.setdefault(node.id, isinstance(node.ctx, ast.Store))
        elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            first.setdefault(node.target.id, False)
            visit(node.value)
        elif not isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Lambda | ast.ListComp | ast.GeneratorExp):
            parts = dict(ast.iter_fields(node))
            for name in sorted(parts, key=LAST.find):  # Python computes what is assigned before it assigns
                for each in parts[name] if isinstance(parts[name], list) else [parts[name]]:
                    if isinstance(each, ast.AST):
                        visit(each)

    visit(ast.parse(source))
    return first
