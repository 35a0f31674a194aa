"""The plan of `helpers`: which module may import which, what the mathematics may load, and that the maps are complete."""

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

import helpers

ROOT = Path(__file__).resolve().parents[1]
HELPERS = ROOT / "helpers"
LAYERS = [
    "text counting losses scans cells models training decoding wirings attention matrix_memory ctc sound ngrams memory toy rounding validate",
    "data",
    "figures diagrams",
    "widgets",
    "live quizzes",
    "experiments applications",
    "explorers exercises",
    "grading",
    "install my_course lab shadow __main__",
]
LAYER = {name: number for number, names in enumerate(LAYERS) for name in names.split()}
ON_ITS_OWN = {"install": {"shadow"}, "shadow": set()}
"""Modules that must work before anything is installed, and what each may import; every module may import them."""
ROOMS = {path.parent.name for path in HELPERS.glob("*/__init__.py")}
HEAVY = {"torch", "ipywidgets", "IPython", "matplotlib", "sklearn", "pandas"}


# Which module imports which


def imports(source, module):
    """Yield what a module imports from `helpers`, also inside functions: dotted names such as "cells.rnn"."""
    package = module.split(".")[:-1]
    for node in ast.walk(ast.parse(source)):
        found = []
        if isinstance(node, ast.Import):
            found = [name.name for name in node.names]
        elif isinstance(node, ast.ImportFrom):
            above = ["helpers", *package][: len(package) + 2 - node.level] if node.level else []
            base = ".".join([*above, *filter(None, [node.module])])
            found = [f"{base}.{name.name}" for name in node.names]
        elif isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in (
            "import_module",
            "__import__",
        ):
            found = [part.value for part in node.args if isinstance(part, ast.Constant) and isinstance(part.value, str)]
        yield from (name.partition(".")[2] for name in found if name.startswith("helpers."))


def complaints(sources):
    """Return what breaks the plan.

    Args:
        sources: dict, a module's dotted name below `helpers` ("cells.rnn", "cells.__init__") -> its Python.
    """
    for module, source in sources.items():
        own = module.partition(".")[0]
        if own == "__init__":
            if set(imports(source, module)) - {
                "experiments.jitter"
            }:  # imported only if its environment variable is set
                yield "helpers/__init__.py imports something"
            continue
        if own not in LAYER:
            yield f"{own} has no place in LAYERS"
            continue
        for target in imports(source, module):
            other = target.partition(".")[0]
            if other not in LAYER:
                yield f"{module} imports {other}, which has no place in LAYERS"
            elif own in ON_ITS_OWN and other not in ON_ITS_OWN[own]:
                yield f"{module} imports {other}, but must work on its own"
            elif LAYER[other] > LAYER[own] and other not in ON_ITS_OWN:
                yield f"{module} imports {other}, which is above it"
            elif other != own and LAYER[other] == LAYER[own] and {own, other} <= ROOMS:
                yield f"{module} imports {other}, a room of its own layer"


def modules():
    """Return dotted name below `helpers` -> source, for every module."""
    paths = sorted(HELPERS.rglob("*.py"))
    return {".".join(path.relative_to(HELPERS).with_suffix("").parts): path.read_text("utf-8") for path in paths}


@pytest.mark.parametrize(
    "module, source, complaint",
    [
        ("text", "from helpers import figures", "text imports figures, which is above it"),
        ("cells.rnn", "import helpers.live as live", "cells.rnn imports live, which is above it"),
        ("cells.rnn", "from .. import data", "cells.rnn imports data, which is above it"),
        ("cells.rnn", "from ..data.split import cut_list", "cells.rnn imports data, which is above it"),
        (
            "models",
            "def f():\n    from helpers.explorers.gates import last_capital",
            "models imports explorers, which is above it",
        ),
        (
            "live",
            "import importlib\nimportlib.import_module('helpers.grading.pool')",
            "live imports grading, which is above it",
        ),
        (
            "explorers.gates",
            "from helpers.exercises import gates",
            "explorers.gates imports exercises, a room of its own layer",
        ),
        ("paper", "", "paper has no place in LAYERS"),
        ("text", "from helpers import paper", "text imports paper, which has no place in LAYERS"),
        ("install", "from helpers.text import pad", "install imports text, but must work on its own"),
        ("__init__", "from helpers import text", "helpers/__init__.py imports something"),
    ],
)
def test_an_import_that_breaks_the_plan_is_found(module, source, complaint):
    assert list(complaints({module: source})) == [complaint]


@pytest.mark.parametrize(
    "module, source",
    [
        (
            "explorers.gates",
            "from helpers import cells, figures\nfrom helpers.explorers.shared import plural\nimport numpy",
        ),
        ("cells.__init__", "from .rnn import rnn_step\nfrom . import gru\nfrom helpers.cells import lstm"),
        ("decoding", "from helpers import losses, validate"),
        ("data.__main__", "from helpers import shadow"),
        ("grading.pool", "from helpers.exercises import topics\nfrom . import sandbox"),
    ],
)
def test_an_import_that_keeps_the_plan_is_not(module, source):
    assert list(complaints({module: source})) == []


def test_every_module_keeps_the_plan():
    assert list(complaints(modules())) == []


# What is loaded


def loaded(*names):
    """Return which of HEAVY and numpy are loaded after importing each of these modules in a new process."""
    code = "import importlib, json, sys; importlib.import_module(sys.argv[1]); print(json.dumps(sorted(sys.modules)))"
    started = [
        subprocess.Popen([sys.executable, "-c", code, name], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for name in names
    ]
    return {
        name: (HEAVY | {"numpy"}) & set(json.loads(process.communicate()[0]))
        for name, process in zip(names, started, strict=True)
    }


def test_the_mathematics_loads_nothing_but_numpy():
    found = loaded(*(f"helpers.{name}" for name in LAYERS[0].split()))
    assert {name: heavy - {"numpy"} for name, heavy in found.items() if heavy - {"numpy"}} == {}


def test_a_module_that_loads_more_is_found():
    found = loaded("helpers.figures", "helpers.live", "torch")
    assert found["helpers.figures"] == {"matplotlib", "numpy"}
    assert found["helpers.live"] >= {"ipywidgets", "IPython"} and "torch" not in found["helpers.live"]
    assert "torch" in found["torch"]


def test_importing_the_package_loads_nothing():
    assert loaded("helpers") == {"helpers": set()}


def test_the_explorers_load_nothing_but_numpy_and_matplotlib():
    assert loaded("helpers.explorers") == {"helpers.explorers": {"matplotlib", "numpy"}}


# The maps


def groups(text):
    """Return the names in a map, a list for each group."""
    found = []
    for line in text.splitlines():
        if name := re.match(r"    (\w+/?) +\S", line):
            found[-1].append(name[1])
        elif line:
            found.append([])
    return [names for names in found if names]


def inside(folder):
    """Return what the map of a package must name: its folders and its modules."""
    rooms = {f"{path.parent.name}/" for path in folder.glob("*/__init__.py")}
    return rooms | {path.stem for path in folder.glob("*.py") if path.stem != "__init__"}


def lines(text):
    """Return the lines of the map in a text."""
    return text[text.index("The mathematics that the lessons build") :].partition("```")[0].strip().splitlines()


def missing_or_too_many(text, there):
    return {name for names in groups(text) for name in names} ^ there


def test_a_map_that_lacks_a_room_or_names_one_too_many_is_found(tmp_path):
    (tmp_path / "cells").mkdir()
    for path in ("__init__.py", "text.py", "cells/__init__.py", "cells/rnn.py"):
        (tmp_path / path).write_text("")
    assert missing_or_too_many("Mathematics\n    text    words\n    cells/  steps\n", inside(tmp_path)) == set()
    assert missing_or_too_many("Mathematics\n    text    words\n", inside(tmp_path)) == {"cells/"}
    gone = "Mathematics\n    text    words\n    cells/  steps\nMore\n    paper   a network\n"
    assert missing_or_too_many(gone, inside(tmp_path)) == {"paper"}


def test_the_map_names_what_there_is():
    assert missing_or_too_many(helpers.__doc__, inside(HELPERS)) == set()


def test_the_map_has_the_layers_in_their_order():
    assert [[name.rstrip("/") for name in names] for names in groups(helpers.__doc__)] == [
        row.split() for row in LAYERS
    ]


def test_the_contributors_map_is_the_same():
    assert lines((ROOT / "CONTRIBUTING.md").read_text("utf-8")) == lines(helpers.__doc__)
