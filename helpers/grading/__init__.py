"""The instructor's side, on top of nbgrader: starters derived from sources, and what grading a class needs."""
