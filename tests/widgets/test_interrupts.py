"""A stopped cell says one sentence, and its bars end; other errors are shown as ever."""

import importlib

import nbformat
import pytest
from nbclient import NotebookClient

from helpers.widgets import interrupts


def test_only_interrupts_and_half_imported_packages_become_a_sentence():
    assert interrupts.in_one_sentence(KeyboardInterrupt()) == "Stopped. Run this cell again before you go on."
    half = AttributeError("partially initialized module 'torch' has no attribute 'fx' (most likely ...)")
    assert "Restart Kernel" in interrupts.in_one_sentence(half)
    assert (
        interrupts.in_one_sentence(AttributeError("x")) is None and interrupts.in_one_sentence(ValueError("x")) is None
    )


def test_an_interrupt_while_a_package_loads_asks_for_a_restart(tmp_path, monkeypatch):
    (tmp_path / "stopped_while_it_loads.py").write_text("raise KeyboardInterrupt")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(KeyboardInterrupt) as stopped:
        importlib.import_module("stopped_while_it_loads")
    assert "Restart Kernel" in interrupts.in_one_sentence(stopped.value)


@pytest.mark.kernel
def test_a_stopped_cell_says_one_sentence_and_closes_its_bars_and_other_errors_are_as_ever():
    cells = [
        "from helpers import live\nfrom helpers.widgets import interrupts\nfor run in live.progress('abc', 'Runs'):\n    if run == 'b':\n        raise KeyboardInterrupt",
        "each = live.bar('Training', 1500)\neach(0.1)\nbars = [*interrupts.bars]\nraise KeyboardInterrupt",
        "bars[0].disable, bars[0].container.children[1].bar_style, interrupts.bars",
        "raise AttributeError(\"partially initialized module 'torch' has no attribute 'fx'\")",
        "import no_such_package",
    ]
    nb = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    NotebookClient(nb, allow_errors=True).execute()
    stopped, in_training, half, other = (
        cell.outputs[-1].traceback for cell in nb.cells if cell.outputs[-1].get("traceback")
    )
    assert stopped == ["Stopped after 1 of 3. Run this cell again before you go on."]
    assert in_training == ["Stopped after 1 of 1,500. Run this cell again before you go on."]
    assert nb.cells[2].outputs[-1].data["text/plain"] == "(True, 'danger', [])"
    assert len(half) == 1 and "Restart Kernel" in half[0]
    assert len(other) > 1 and "No module named 'no_such_package'" in other[-1]
