"""Cells that need the Brown corpus are skipped by nbval where it is not, and the notebook runs on without it."""

import importlib.util
from pathlib import Path
from types import SimpleNamespace

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
