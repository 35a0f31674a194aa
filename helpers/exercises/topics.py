"""The table of lessons: each lesson's topic, which names everything that belongs to the lesson, and its notebook.

Only the notebook's file name contains the lesson's number, so that lessons can be added and split without renaming
anything else. Explorers, checks, assignments, handouts, board plans, quizzes and answer banks are named by topic.
"""

from typing import NamedTuple


class Lesson(NamedTuple):
    """A lesson's notebook, without .ipynb, and what its assignment was called in version 0.1 ("" for newer lessons)."""

    notebook: str
    was: str = ""


LESSONS = {
    "fixed_networks": Lesson("01_why_a_fixed_network_fails", was="lesson_1"),
    "tokens": Lesson("02_tokens_and_one_hot_vectors", was="lesson_2"),
    "one_cell": Lesson("03_one_rnn_cell", was="lesson_3"),
    "unrolling": Lesson("04_unrolling", was="lesson_4"),
    "backpropagation": Lesson("05_backpropagation_through_time", was="lesson_5"),
    "training": Lesson("06_training_on_a_text"),
    "four_types": Lesson("07_the_four_types", was="lesson_6"),
    "memory": Lesson("08_short_term_memory", was="lesson_7"),
    "gates": Lesson("09_gates", was="lesson_8"),
    "attention": Lesson("10_reading_both_ways_attending_aligning", was="lesson_9"),
    "scans": Lesson("11_recurrence_without_the_loop"),
}


def renamed(name, variable="ASSIGNMENT"):
    """Return a sentence that gives the new name of an assignment for its old one; "" for every other name."""
    topic = of_old_name(name)
    return f"Assignment {name} is called {topic} now: {variable}={topic}." if topic else ""


def of_old_name(name):
    """Return the topic for an assignment's old name, or None."""
    return next((topic for topic, lesson in LESSONS.items() if name and lesson.was == name), None)
