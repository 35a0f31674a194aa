"""The explorers of the lessons, each behind its prediction: each function returns one, ready to stand last in a cell."""

from helpers.explorers.lesson_1 import parameter_counts, shuffled_words
from helpers.explorers.lesson_2 import tokens
from helpers.explorers.lesson_3 import one_unit
from helpers.explorers.lesson_4 import influence, influence_by_step, unrolled
from helpers.explorers.lesson_6 import four_types, invent, temperature

__all__ = [
    "four_types",
    "influence",
    "influence_by_step",
    "invent",
    "one_unit",
    "parameter_counts",
    "shuffled_words",
    "temperature",
    "tokens",
    "unrolled",
]
