"""The one table of lessons: the topic, which names everything that goes with a lesson, and the lesson's notebook.

A lesson's number is only in its notebook's file name, so that lessons can be added and split without renaming anything
else: explorers, checks, assignments, handouts, plans for the board, quizzes and banks of answers carry the topic.
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
    "four_types": Lesson("06_the_four_types", was="lesson_6"),
    "memory": Lesson("07_short_term_memory", was="lesson_7"),
    "gates": Lesson("08_gates", was="lesson_8"),
    "attention": Lesson("09_reading_both_ways_aligning_attending", was="lesson_9"),
}
