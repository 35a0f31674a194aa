"""Which explorers a notebook has, and what each is given by the cells above it.

    python -m website.explorers NOTEBOOK

runs a notebook's cells up to its last explorer, and keeps for each what the page needs: its controls and its prediction
as JSON, and its arguments as `stored` writes them. So does `make outputs` (conftest.py), which runs every notebook anyway.
What was kept is taken until a cell or a module changes.
"""

import ast
import contextlib
import functools
import hashlib
import inspect
import json
import linecache
import os
import shutil
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path

from helpers import data
from website.stored import NotStorable, Writer

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / "build" / "site-cache"


def of_notebook(path):
    """Return cell id -> what `record` returns, for each explorer of a notebook; run it only if nothing is kept of it."""
    if not code_cells(path):
        return {}
    if not is_kept(path):
        environment = os.environ | {
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tools")]),
            "MPLBACKEND": "agg",
            **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"),
        }
        command = [sys.executable, "-m", "website.explorers", str(path)]
        done = subprocess.run(command, env=environment, cwd=path.parent, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"{path.name} could not be run up to its explorers:\n{done.stderr[-3000:]}")
    return json.loads((folder(path) / "explorers.json").read_text())


def folder(path):
    """Return where it is kept what a notebook's explorers are given."""
    return CACHE / path.stem


def is_kept(path):
    """Return whether it is kept what a notebook's explorers are given, and no cell and no module has changed since."""
    stamp = folder(path) / "stamp.json"
    if not stamp.exists():
        return False
    then = json.loads(stamp.read_text())
    return then["cells"] == _hash_of(code_cells(path)) and then["files"] == _hashes(then["files"])


def _hash_of(cells):
    return hashlib.sha256(json.dumps(cells).encode()).hexdigest()


def _hashes(names):
    found = [(name, ROOT / name) for name in names]
    return {name: hashlib.sha256(file.read_bytes()).hexdigest() if file.exists() else None for name, file in found}


def code_cells(path):
    """Return (id, source) of the code cells up to the last explorer; only the explorers' own cells if none has arguments."""
    cells = [
        (cell["id"], plain_source(cell))
        for cell in json.loads(path.read_text("utf-8"))["cells"]
        if cell["cell_type"] == "code" and runs(cell["metadata"].get("tags", []))
    ]
    shown = [i for i, (_, source) in enumerate(cells) if calls(source)]
    if not shown:
        return []
    if any(has_arguments for _, source in cells for _, has_arguments in calls(source)):
        return cells[: shown[-1] + 1]
    return [("before", "from helpers import explorers"), *(cells[i] for i in shown)]


def runs(tags):
    """Return whether a cell with these tags runs here, without an error that it is meant to show."""
    return "raises-exception" not in tags and ("needs-brown" not in tags or has_brown())


@functools.cache
def has_brown():
    """Return whether the corpus is here that not all can fetch."""
    try:
        return bool(data.brown_sentences(data.GENRES[-1:]))
    except data.DataUnavailable:
        return False


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


def again(path, cell):
    """Return the explorer of a notebook's cell, made again from what is kept."""
    from website import in_page

    made = of_notebook(path)[cell]
    return in_page.made(made["name"], (folder(path) / made["file"]).read_bytes() if made["file"] else None)


def keep(path, names):
    """From now on keep what this process's explorers are given; once the last one of the notebook is made, it counts.

    Args:
        path: of the notebook.
        names: the notebook's names.
    """
    from helpers import explorers

    cells = code_cells(path)
    places, found, files = [cell for cell, source in cells for _ in calls(source)], {}, {}

    def kept(name, function):
        @functools.wraps(function)
        def call(*arguments, **named):
            made = function(*arguments, **named)
            file = why_not = ""
            if arguments or named:
                try:
                    content = Writer(names).bytes({"arguments": arguments, "named": named})
                    file = f"{name}-{zlib.crc32(content):08x}.zip"
                    files[file] = content
                except NotStorable as problem:
                    why_not = f"{problem} cannot be stored"
            found[places[len(found)]] = record(name, made, file, why_not)
            if len(found) == len(places):
                stamp = {"cells": _hash_of(cells), "files": _hashes(_modules())}
                files["explorers.json"], files["stamp.json"] = json.dumps(found).encode(), json.dumps(stamp).encode()
                _replace(folder(path), files)
            return made

        return call

    for name, function in inspect.getmembers(explorers, inspect.isfunction):
        setattr(explorers, name, kept(name, function))


def _replace(where, files):
    """Put files into a folder of their own, in place of what it holds; another process may do so at the same time."""
    CACHE.mkdir(parents=True, exist_ok=True)
    new = Path(tempfile.mkdtemp(dir=CACHE))
    for name, content in files.items():
        (new / name).write_bytes(content)
    shutil.rmtree(where, ignore_errors=True)
    with contextlib.suppress(OSError):  # the other was faster, and has kept the same
        new.rename(where)
        return
    shutil.rmtree(new)


def _modules():
    """Return the files of the course's modules that are loaded now, below the repository."""
    loaded = {str(getattr(module, "__file__", "") or "") for module in list(sys.modules.values())}
    ours = (str(ROOT / "helpers"), str(ROOT / "tools"))
    return sorted(str(Path(file).relative_to(ROOT)) for file in loaded if file.startswith(ours))


def main(path):
    """Run a notebook up to its last explorer and keep what its explorers are given."""
    names = {"__name__": "__main__", "display": lambda *shown, **options: None}
    keep(path, names)
    for number, (cell, source) in enumerate(code_cells(path)):
        filename = f"<{number:03} {cell}>"
        linecache.cache[filename] = (len(source), None, source.splitlines(True), filename)
        exec(compile(source, filename, "exec"), names)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
