"""Every check of the course: those of the assignments' exercises and those of "Your turn"."""

import importlib
import inspect

from helpers.exercises import your_turn
from helpers.grading import derive


def _of(module):
    """Return the checks that a module defines: what takes the learner's function first."""
    return {
        name: value
        for name, value in inspect.getmembers(module, inspect.isfunction)
        if value.__module__ == module.__name__
        and not name.startswith("_")
        and next(iter(inspect.signature(value).parameters), "") == "function"
    }


CHECKS = {
    f"{assignment}.{name}": check
    for assignment in derive.assignments()
    for name, check in _of(importlib.import_module(f"helpers.exercises.{assignment}")).items()
}
CHECKS |= {f"your_turn.{name}": check for name, check in _of(your_turn).items()}
"""Name -> check; "gates.gru_step", say."""
