"""Banks that hold right answers for variants: each passes its own variant under every seed, and fails every other."""

import contextlib
import importlib
import io

import pytest

from helpers.exercises.compare import NotYet
from helpers.grading import derive

SEEDS = (0, 1, 7)
CASES = [
    (assignment, exercise)
    for assignment in derive.assignments()
    for exercise in getattr(importlib.import_module(f"exercises.bank.{assignment}"), "VARIANTS", {})
]


@pytest.mark.parametrize(("assignment", "exercise"), CASES)
def test_right_answers_pass_their_own_variant_and_no_other(assignment, exercise):
    check = getattr(importlib.import_module(f"helpers.exercises.{assignment}"), exercise)
    answers = importlib.import_module(f"exercises.bank.{assignment}").VARIANTS[exercise]
    for own, functions in answers.items():
        assert len(functions) > 1
        for other in answers:
            for function in functions:
                for seed in SEEDS:
                    if own == other:
                        with contextlib.redirect_stdout(io.StringIO()):
                            check(function, seed=seed, variant=own)
                    else:
                        with pytest.raises(NotYet):
                            check(function, seed=seed, variant=other)
