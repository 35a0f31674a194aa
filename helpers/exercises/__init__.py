"""Check the graded exercises, one module per assignment. Each check takes the learner's function, not its result.

your_turn    the checks of "Your turn" in the lessons
asking       calls the learner's function, and says what went wrong in it
compare      the comparisons that every check is made of
one_change   the search for one change to the learner's code with which it is right
topics       the table of lessons: topic, notebook, old name
"""


def __getattr__(name):
    """Return a check module by its name of version 0.1, since older copies import lesson_8 instead of gates."""
    from importlib import import_module

    from helpers.exercises.topics import of_old_name

    if topic := of_old_name(name):
        return import_module(f"{__name__}.{topic}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
