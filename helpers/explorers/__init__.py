"""The explorers of the lessons and applications: each function returns one, behind its prediction, ready to stand last in a cell."""

from helpers.explorers.attention import alignments, attention, both_ways
from helpers.explorers.backpropagation import backward_steps, truncation
from helpers.explorers.fixed_networks import parameter_counts, shuffled_words
from helpers.explorers.forecasting import sunspots
from helpers.explorers.four_types import four_types, temperature
from helpers.explorers.gates import forget_gate, letters
from helpers.explorers.image_captioning import captions
from helpers.explorers.memory import capacity, gradients
from helpers.explorers.next_word import next_word
from helpers.explorers.one_cell import one_unit
from helpers.explorers.reviews import movie_rating, sentiment
from helpers.explorers.speech_recognition import spoken_string
from helpers.explorers.tagging import entities, parts_of_speech
from helpers.explorers.text_generation import names, tunes
from helpers.explorers.tokens import tokens
from helpers.explorers.translation import translation
from helpers.explorers.unrolling import influence, unrolled

__all__ = [
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
    "influence",
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
    "truncation",
    "tunes",
    "unrolled",
]
