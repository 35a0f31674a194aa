"""The explorers of the lessons, each behind its prediction: each function returns one, ready to stand last in a cell."""

from helpers.explorers.image_captioning import captions
from helpers.explorers.lesson_1 import parameter_counts, shuffled_words
from helpers.explorers.lesson_2 import tokens
from helpers.explorers.lesson_3 import one_unit
from helpers.explorers.lesson_4 import influence, influence_by_step, unrolled
from helpers.explorers.lesson_5 import backward_steps, truncated_gradients, truncation
from helpers.explorers.lesson_7 import capacity, gradients
from helpers.explorers.lesson_8 import forget_gate, half_life, letters
from helpers.explorers.lesson_9 import alignments, attention, both_ways
from helpers.explorers.next_word import next_word
from helpers.explorers.text_generation import LETTERS, names, tunes

__all__ = [
    "LETTERS",
    "alignments",
    "attention",
    "backward_steps",
    "both_ways",
    "capacity",
    "captions",
    "forget_gate",
    "gradients",
    "half_life",
    "influence",
    "influence_by_step",
    "letters",
    "names",
    "next_word",
    "one_unit",
    "parameter_counts",
    "shuffled_words",
    "tokens",
    "truncated_gradients",
    "truncation",
    "tunes",
    "unrolled",
]
