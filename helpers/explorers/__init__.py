"""The explorers of the lessons, each behind its prediction: each function returns one, ready to stand last in a cell."""

from helpers.explorers.attention import alignments, attention, both_ways
from helpers.explorers.backpropagation import backward_steps, truncated_gradients, truncation
from helpers.explorers.fixed_networks import parameter_counts, shuffled_words
from helpers.explorers.forecasting import sunspots
from helpers.explorers.four_types import four_types, invent, temperature
from helpers.explorers.gates import forget_gate, half_life, letters
from helpers.explorers.image_captioning import captions
from helpers.explorers.memory import capacity, gradients
from helpers.explorers.next_word import next_word
from helpers.explorers.one_cell import one_unit
from helpers.explorers.reviews import movie_rating, sentiment
from helpers.explorers.speech_recognition import spoken_string
from helpers.explorers.tagging import entities, parts_of_speech
from helpers.explorers.text_generation import LETTERS, names, tunes
from helpers.explorers.tokens import tokens
from helpers.explorers.translation import translation
from helpers.explorers.unrolling import influence, influence_by_step, unrolled

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
