"""The checks of the graded exercises, a module for each assignment; each takes the learner's function, never its result."""
