"""The explorers of the lessons, each behind its prediction: each function returns one, ready to stand last in a cell."""

from helpers.explorers.forecasting import sunspots
from helpers.explorers.image_captioning import captions
from helpers.explorers.lesson_1 import parameter_counts, shuffled_words
from helpers.explorers.lesson_2 import tokens
from helpers.explorers.lesson_3 import one_unit
from helpers.explorers.lesson_4 import influence, influence_by_step, unrolled
from helpers.explorers.lesson_5 import backward_steps, truncated_gradients, truncation
from helpers.explorers.lesson_6 import four_types, invent, temperature
from helpers.explorers.lesson_7 import capacity, gradients
from helpers.explorers.lesson_8 import forget_gate, half_life, letters
from helpers.explorers.lesson_9 import alignments, attention, both_ways
from helpers.explorers.listening import spoken_string
from helpers.explorers.next_word import next_word
from helpers.explorers.reviews import movie_rating, sentiment
from helpers.explorers.tagging import entities, parts_of_speech
from helpers.explorers.text_generation import LETTERS, names, tunes
from helpers.explorers.translation import translation

__all__ = [
    "LETTERS",
    "alignments",
    "attention",
    "backward_steps",
    "both_ways",
    "capacity",
    "captions",
    "entities",
    "forget_gate",
    "four_types",
    "gradients",
    "half_life",
    "influence",
    "influence_by_step",
    "invent",
    "letters",
    "movie_rating",
    "names",
    "next_word",
    "one_unit",
    "parameter_counts",
    "parts_of_speech",
    "sentiment",
    "shuffled_words",
    "spoken_string",
    "sunspots",
    "temperature",
    "tokens",
    "translation",
    "truncated_gradients",
    "truncation",
    "tunes",
    "unrolled",
]
