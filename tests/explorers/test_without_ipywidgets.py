"""Explorers, cells and the checks of "Your turn" work with NumPy and matplotlib alone, as in the reader's browser."""

import subprocess
import sys

CODE = """
import sys
for name in "ipywidgets IPython pooch tqdm torch sklearn traitlets pandas scipy".split():
    sys.modules[name] = None  # an import of it fails
import importlib, inspect, pkgutil
import numpy as np
from helpers import attention, cells, ctc, decoding, explorers, figures, losses, models, training
from helpers.exercises import your_turn
for module in pkgutil.iter_modules(explorers.__path__):
    importlib.import_module(f"helpers.explorers.{module.name}")
moved = 0
for name, function in inspect.getmembers(explorers, inspect.isfunction):
    if not inspect.signature(function).parameters:
        explorer = function().explorer
        before, status = explorer.pixels.copy(), explorer.status
        for name, control in explorer.controls.items():
            explorer.move(**{name: {"slider": control.low, "text": "nice food", "drawing": ""}.get(control.kind, control.options[-1:] and control.options[-1])})
        assert explorer.error is None, explorer.error
        assert explorer.status and (explorer.pixels != before).any()
        moved += 1
print(moved)
"""


def test_explorers_and_checks_need_numpy_and_matplotlib_alone():
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) >= 8
