"""What a worker needs to grade an assignment, as plain values: no gradebook, no learner's name, no other submission."""

import os

import nbformat

from helpers.grading.version import version

SECONDS = 30  # for each cell and each test


def kit_of(course, assignment):
    """Return the kit of an assignment that was given out.

    Returns:
        dict with `assignment`; `cells`, the cells that nbgrader knows in their order, with tests in full; `given`, the
        texts that were given out; `seconds` for each cell; and `course`, the version of the course's code.
    """
    with course.gradebook() as gradebook:
        [notebook] = gradebook.find_assignment(assignment).notebooks
        points = {cell.name: cell.max_score for cell in notebook.grade_cells}
        solutions = {cell.name for cell in notebook.solution_cells}
        cells = [
            {
                "name": cell.name,
                "source": cell.source,
                "cell_type": cell.cell_type,
                "locked": cell.locked,
                "points": points.get(cell.name),
                "solution": cell.name in solutions,
                "checksum": cell.checksum,
            }
            for cell in notebook.source_cells
        ]
    path = course.work / "release" / assignment / f"{assignment}_exercises.ipynb"
    given = nbformat.read(path, 4).cells if path.exists() else []
    return {
        "assignment": assignment,
        "cells": cells,
        "given": sorted({cell.source.strip() for cell in given if cell.cell_type == "markdown"}),
        "seconds": float(os.environ.get("CELL_SECONDS") or SECONDS),
        "course": version(),
    }
