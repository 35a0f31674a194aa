"""Which explorers a notebook has, and what each needs from the cells above it.

    python -m website.explorers NOTEBOOK FOLDER [IMPORTS...]

runs a notebook's cells up to its last explorer, and writes for each explorer what the page needs: its controls and its
prediction as JSON, and its arguments as `stored` writes them. What was written is kept until a cell or a module changes.
"""

import ast
import collections
import hashlib
import inspect
import json
import linecache
import os
import subprocess
import symtable
import sys
import zlib
from pathlib import Path

from website.stored import NotStorable, Writer, names_read

ROOT = Path(__file__).resolve().parents[2]
NO_DATA = 3
"""The exit status if a data set that not all can fetch is not on this machine."""

IN_PLACE = {"shuffle", "train"}
"""Functions that change what they are given; no other that the notebooks call does."""

GENERATORS = {"rng"}
"""What notebooks call a generator of random numbers that several cells draw from."""


def of_notebook(path, cache):
    """Return cell id -> what `record` returns, for each explorer of a notebook; run it only if something has changed."""
    cells = code_cells(path)
    if not cells:
        return {}
    kept = cache / path.stem
    stamp = kept / "stamp.json"
    key = hashlib.sha256(json.dumps(cells).encode()).hexdigest()
    if stamp.exists():
        then = json.loads(stamp.read_text())
        if then["cells"] == key and all(_hash(ROOT / name) == sha for name, sha in then["files"].items()):
            return json.loads((kept / "explorers.json").read_text())
    kept.mkdir(parents=True, exist_ok=True)
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tools")]),
        "MPLBACKEND": "agg",
        **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"),
    }
    command = [sys.executable, "-m", "website.explorers", str(path), str(kept)]
    done = subprocess.run(command, env=environment, cwd=path.parent, capture_output=True, text=True)
    if done.returncode == NO_DATA:
        print(f"{path.stem} keeps its stored pictures. {done.stderr.strip()}")
        return {}
    if done.returncode:
        raise RuntimeError(f"{path.name} could not be run up to its explorers:\n{done.stderr[-3000:]}")
    files = json.loads((kept / "files.json").read_text())
    stamp.write_text(json.dumps({"cells": key, "files": {name: _hash(ROOT / name) for name in files}}))
    return json.loads((kept / "explorers.json").read_text())


def _hash(path):
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else None


def code_cells(path):
    """Return (id, source) of the code cells up to the last explorer; only the explorers' own cells if none has arguments."""
    cells = [
        (cell["id"], plain_source(cell))
        for cell in json.loads(path.read_text("utf-8"))["cells"]
        if cell["cell_type"] == "code" and "raises-exception" not in cell["metadata"].get("tags", [])
    ]
    shown = [i for i, (_, source) in enumerate(cells) if calls(source)]
    if not shown:
        return []
    if any(has_arguments for _, source in cells for _, has_arguments in calls(source)):
        cells = cells[: shown[-1] + 1]
        return needed(cells) if path.parent.name == "applications" else cells  # those train longer than a lesson
    return [("before", "from helpers import explorers"), *(cells[i] for i in shown)]


def needed(cells):
    """Return the (id, source) cells of an application that its explorers need, without the statements that they do not.

    Going back from the explorers' calls, a statement is needed if it makes or changes a name that is used later. A
    generator's state hangs on everything that draws from it, so all that uses one stays, and so does the first cell.
    """
    kept, wanted = collections.defaultdict(list), set()
    imported = {name for _, source in cells for name in _imported(source)}
    set_up = cells[0]
    statements = [set_up] + [(cell, part) for cell, source in cells[1:] for part in _statements(source)]
    tables = [symtable.symtable(part, cell, "exec") for cell, part in statements]
    inside = collections.defaultdict(set)  # function or class -> names it reads, which later statements may have made
    for table in tables:
        for inner in table.get_children():
            inside[inner.get_name()] |= set(names_read(inner))
    for (cell, part), table in reversed(list(zip(statements, tables, strict=True))):
        made = {each.get_name() for each in table.get_symbols() if each.is_assigned() or each.is_imported()}
        used, more = set(), set(names_read(table)) - _of_loop(part)
        while more:
            used |= more
            more = set().union(*(inside[name] for name in more)) - used
        changed = (set(_changed(part)) - imported) | (used & GENERATORS)
        if calls(part) or (made | changed) & wanted or cell == set_up[0]:
            kept[cell].insert(0, part)
            wanted = wanted - (made - changed if _always(part) else set()) | used
    return [(cell, "\n".join(kept[cell])) for cell, _ in cells if kept[cell]]


def _statements(source):
    """Return the source of each statement of a cell that is not inside another."""
    lines = source.splitlines()
    for node in ast.parse(source).body:
        first = min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", []))])
        yield "\n".join(lines[first - 1 : node.end_lineno])


def _always(statement):
    """Return whether a statement surely makes its names anew, which one with other statements inside may not."""
    kinds = ast.Assign | ast.AnnAssign | ast.FunctionDef | ast.ClassDef | ast.Import | ast.ImportFrom
    return isinstance(ast.parse(statement).body[0], kinds)


def _of_loop(statement):
    """Return the names that a loop sets itself before it reads them."""
    loop = ast.parse(statement).body[0]
    return _names(loop.target) - _names(loop.iter) if isinstance(loop, ast.For) else set()


def _imported(source):
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.alias):
            yield (node.asname or node.name).partition(".")[0]


def _changed(source):
    """Yield names whose values a statement may change: `a += 1`, `a[0] = 1`, `a.append(1)`, `rng.shuffle(a)`, and a loop over
    `a` that changes what it goes through."""
    for node in ast.walk(ast.parse(source)):
        stored = isinstance(node, ast.Attribute | ast.Subscript) and not isinstance(node.ctx, ast.Load)
        called = isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
        if isinstance(node, ast.AugAssign):
            yield from _names(node.target)
        elif stored or called:
            part = node if stored else node.value.func
            if called and getattr(part, "attr", getattr(part, "id", "")) in IN_PLACE:
                yield from (name for each in node.value.args for name in _names(each))
            while isinstance(part, ast.Attribute | ast.Subscript | ast.Call):
                part = part.func if isinstance(part, ast.Call) else part.value
                if isinstance(part, ast.Name):
                    yield part.id
        elif isinstance(node, ast.For):
            body = "\n".join(map(ast.unparse, node.body))
            if _names(node.target) & set(_changed(body)):
                yield from _names(node.iter)


def _names(node):
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}


def plain_source(cell):
    """Return a cell's source without IPython's commands."""
    return "".join(
        line for line in "".join(cell["source"]).splitlines(True) if not line.lstrip().startswith(("%", "!"))
    )


def calls(source):
    """Return (name, whether it has arguments) for each call of `explorers.NAME` in a cell."""
    return [
        (node.func.attr, bool(node.args or node.keywords))
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "explorers"
    ]


def record(name, prediction, file, why_not):
    """Return what a page needs to show an explorer, as plain data.

    Args:
        name: of the function in helpers.explorers.
        prediction: what it returned.
        file: the name of the file with its arguments; "" if it has none.
        why_not: a sentence if its arguments could not be stored, so that it stays a picture; else "".
    """
    from helpers.widgets.prediction import SKIP

    explorer = prediction.explorer
    fields = ("kind", "label", "value", "low", "high", "step", "options", "play")
    return {
        "name": name,
        "file": file,
        "why_not": why_not,
        "question": prediction.question,
        "replies": [[choice, prediction.reply_to(choice)] for choice in [*prediction.choices, SKIP]],
        "answer": prediction.answer,
        "alt": explorer.alt,
        "status": explorer.first_status,
        "size": [explorer.width, explorer.height],
        "listen": explorer.listen and explorer.listen[0],
        "controls": {
            name: {field: getattr(control, field) for field in fields}
            | {"whole": control.kind == "slider" and control.whole}
            for name, control in explorer.controls.items()
        },
    }


def main(path, folder):
    """Run a notebook up to its last explorer and write what its explorers need."""
    from helpers import explorers

    found, at, names = {}, [None], {"__name__": "__main__"}

    def recorded(name, function):
        def call(*arguments, **named):
            made = function(*arguments, **named)
            file = why_not = ""
            if arguments or named:
                try:
                    content = Writer(names).bytes({"arguments": arguments, "named": named})
                    file = f"{name}-{zlib.crc32(content):08x}.zip"
                    (folder / file).write_bytes(content)
                except NotStorable as problem:
                    why_not = f"{problem} cannot be stored"
            found[at[0]] = record(name, made, file, why_not)
            return made

        return call

    functions = inspect.getmembers(explorers, inspect.isfunction)
    for name, function in functions:
        setattr(explorers, name, recorded(name, function))
    names["display"] = lambda *shown, **options: None
    for number, (cell, source) in enumerate(code_cells(path)):
        at[0] = cell
        filename = f"<{number:03} {cell}>"
        linecache.cache[filename] = (len(source), None, source.splitlines(True), filename)
        exec(compile(source, filename, "exec"), names)
    loaded = {str(getattr(module, "__file__", "") or "") for name, module in list(sys.modules.items())}
    inside = sorted(
        str(Path(file).relative_to(ROOT))
        for file in loaded
        if file.startswith((str(ROOT / "helpers"), str(ROOT / "tools")))
    )
    (folder / "files.json").write_text(json.dumps(inside))
    (folder / "explorers.json").write_text(json.dumps(found))


if __name__ == "__main__":
    from helpers.data import DataUnavailable

    try:
        main(Path(sys.argv[1]), Path(sys.argv[2]))
    except DataUnavailable as problem:
        print(problem, file=sys.stderr)
        sys.exit(NO_DATA)
