"""The checks of the graded exercises, a module for each assignment; each takes the learner's function, never its result.

your_turn    the checks of "Your turn" in the lessons
compare      what every check is made of
topics       the one table of lessons: topic, notebook, old name
copies       the learner's own copies of the exercises
"""


def __getattr__(name):
    """The checks by the names of version 0.1, for learners' copies that import lesson_8 in place of gates."""
    from importlib import import_module

    from helpers.exercises.topics import of_old_name

    if topic := of_old_name(name):
        return import_module(f"{__name__}.{topic}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
