"""Cells that need the Brown corpus are skipped by nbval where it is not, and the notebook runs on without it."""

import ast
import importlib.util
import json
from pathlib import Path
from types import SimpleNamespace

import execute_notebooks
import pytest
from nbformat import v4

from helpers import data

PATH = Path(__file__).resolve().parents[1] / "conftest.py"


def skipped(tags):
    spec = importlib.util.spec_from_file_location("root_conftest", PATH)
    hook = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(hook)
    marks = []
    cell = v4.new_code_cell("1", metadata={"tags": tags})
    hook.pytest_collection_modifyitems([SimpleNamespace(cell=cell, add_marker=marks.append), SimpleNamespace()])
    return [mark.kwargs["reason"] for mark in marks]


def test_only_marked_cells_are_skipped_and_only_without_the_corpus(monkeypatch):
    def nowhere(genres):
        raise data.DataUnavailable("The Brown corpus is not here.")

    monkeypatch.setattr(data, "brown_sentences", nowhere)
    assert skipped(["needs-brown"]) == ["The Brown corpus is not here."] and skipped([]) == []
    monkeypatch.setattr(data, "brown_sentences", lambda genres: [])
    assert skipped(["needs-brown"]) == []


def unmarked(cells):
    """Return the names that cells without the tag take from cells with it."""
    here, elsewhere, taken = set(), set(), set()
    for source, is_marked in cells:
        names = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)]
        made = {node.id for node in names if isinstance(node.ctx, ast.Store)}
        made |= {node.name for node in ast.parse(source).body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
        used = {node.id for node in names if isinstance(node.ctx, ast.Load)}
        if is_marked:
            elsewhere |= made - here
        else:
            taken |= (used - made) & (elsewhere - here)
            here |= made
    return taken


def test_a_name_that_only_a_marked_cell_makes_is_found():
    assert unmarked([("a = 1", False), ("a = b = 2", True), ("print(a, b)", False)]) == {"b"}
    assert unmarked([("def f(): ...", True), ("f()", False)]) == {"f"}
    assert unmarked([("def f(): ...", True), ("f()", True), ("f = g = 1", False), ("f + g", False)]) == set()


def marked_cells(path):
    cells = [cell for cell in json.loads(path.read_text("utf-8"))["cells"] if cell["cell_type"] == "code"]
    return [("".join(cell["source"]), "needs-brown" in cell["metadata"].get("tags", [])) for cell in cells]


WITH_MARKS = [path for path in execute_notebooks.notebooks() if '"needs-brown"' in path.read_text("utf-8")]


@pytest.mark.parametrize("path", WITH_MARKS, ids=lambda path: path.stem)
def test_no_other_cell_needs_the_corpus(path):
    assert unmarked(marked_cells(path)) == set()
