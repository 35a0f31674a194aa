"""The instructor's side, built on nbgrader: makes starters from sources, and grades a class."""
