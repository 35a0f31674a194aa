"""The explorers of the lessons, each behind its prediction: each function returns one, ready to stand last in a cell."""

from helpers.explorers.lesson_1 import parameter_counts, shuffled_words
from helpers.explorers.lesson_2 import tokens
from helpers.explorers.lesson_3 import one_unit
from helpers.explorers.lesson_4 import influence, influence_by_step, unrolled
from helpers.explorers.listening import spoken_string
from helpers.explorers.translation import translation

__all__ = [
    "influence",
    "influence_by_step",
    "one_unit",
    "parameter_counts",
    "shuffled_words",
    "spoken_string",
    "tokens",
    "translation",
    "unrolled",
]
