"""The minutes that a lesson or application states are those that the rule of `reading_minutes` counts."""

import json

import execute_notebooks
import pytest
from nbformat import v4
from reading_minutes import counted, stated

NOTEBOOKS = [path for path in execute_notebooks.notebooks() if "_exercises" not in path.stem]


def is_true(nb):
    """Whether the label is within a seventh of what is counted."""
    return abs(stated(nb) - counted(nb)) <= counted(nb) / 7


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_label_is_true(path):
    nb = json.loads(path.read_text(encoding="utf-8"))
    assert is_true(nb), f"{path.stem} says {stated(nb)} minutes, counted are {counted(nb):.0f}"


def test_a_fold_a_collapsed_section_and_hidden_code_take_no_time():
    words = "word " * 100
    nb = v4.new_notebook(cells=[v4.new_markdown_cell(f"# Title\n\nabout 3 minutes\n\n{words}")])
    assert 1 <= counted(nb) <= 1.1 and not is_true(nb)
    nb.cells.append(v4.new_markdown_cell(f"<details><summary>More</summary>{words}</details>"))
    assert counted(nb) < 1.1
    nb.cells += [v4.new_markdown_cell("## Deeper", metadata={"jp-MarkdownHeadingCollapsed": True})]
    nb.cells += [v4.new_markdown_cell(words), v4.new_code_cell("a = 1\n" * 70)]
    assert counted(nb) < 1.1
    nb.cells += [v4.new_markdown_cell("## On"), v4.new_code_cell("a = 1\n" * 14)]
    assert 3 <= counted(nb) <= 3.2 and is_true(nb)
    nb.cells[-1].metadata["jupyter"] = {"source_hidden": True}
    assert counted(nb) < 1.2
