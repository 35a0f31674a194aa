"""For every exercise with variants: the tests of a variant pass its own solution and fail that of every other."""

import contextlib
import io

import nbformat
import pytest

from helpers.grading import derive

pytestmark = pytest.mark.slow

MATRIX = [
    (assignment, exercise)
    for assignment in derive.assignments()
    for exercise in derive.variants(nbformat.read(derive.source_path(assignment), 4))
]


@pytest.mark.parametrize("assignment, exercise", MATRIX)
def test_only_its_own_solution_passes_a_variants_tests(assignment, exercise):
    nb = nbformat.read(derive.source_path(assignment), 4)
    names = [values["name"] for values in derive.variants(nb)[exercise]]
    rendered = {name: cells_of(derive.render(nb, {exercise: name}), exercise) for name in names}
    for tests in names:
        for solution in names:
            setup, _, check = rendered[tests]
            assert passes(setup, rendered[solution][1], check) == (tests == solution), (tests, solution)


def cells_of(nb, exercise):
    """Return the sources of the set-up cells, of the solution and of its test."""
    cells = {c.metadata["nbgrader"]["grade_id"]: c for c in nb.cells if "nbgrader" in c.metadata}
    setup = [
        c.source for c in cells.values() if c.metadata["nbgrader"]["locked"] and not c.metadata["nbgrader"]["grade"]
    ]
    return "\n".join(setup), cells[exercise].source, cells[f"{exercise}_check"].source


def passes(*sources):
    names = {}
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            for source in sources:
                exec(source, names)
    except AssertionError:
        return False
    return True
