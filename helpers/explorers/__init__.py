"""Pictures with sliders for the lessons and applications.

Each function returns an explorer that appears once the learner has made a prediction. Call it on a cell's last line.
"""

from helpers.explorers.attention import alignments, attention, both_ways, summaries
from helpers.explorers.backpropagation import backward_steps
from helpers.explorers.fixed_networks import parameter_counts, shuffled_words
from helpers.explorers.forecasting import sunspots
from helpers.explorers.four_types import four_types, sampling_temperature, wiring
from helpers.explorers.gates import forget_gate, last_capital
from helpers.explorers.image_captioning import canvas_captions, digit_captions
from helpers.explorers.memory import capacity, gradients
from helpers.explorers.next_word import keyboards, next_word
from helpers.explorers.one_cell import one_unit, state_plane
from helpers.explorers.reviews import movie_rating, sentiment
from helpers.explorers.scans import eigenvalue_memory, matrix_state
from helpers.explorers.speech_recognition import spoken_string
from helpers.explorers.tagging import entities, entities_in_news, parts_of_speech
from helpers.explorers.text_generation import next_letter, tunes
from helpers.explorers.tokens import one_hot_rows
from helpers.explorers.training import truncation, writer
from helpers.explorers.translation import german, translation
from helpers.explorers.unrolling import influence, unrolled
from helpers.widgets import interrupts

__all__ = [
    "alignments",
    "attention",
    "backward_steps",
    "both_ways",
    "canvas_captions",
    "capacity",
    "digit_captions",
    "eigenvalue_memory",
    "entities",
    "entities_in_news",
    "forget_gate",
    "four_types",
    "german",
    "gradients",
    "influence",
    "keyboards",
    "last_capital",
    "matrix_state",
    "movie_rating",
    "next_letter",
    "next_word",
    "one_hot_rows",
    "one_unit",
    "parameter_counts",
    "parts_of_speech",
    "sampling_temperature",
    "sentiment",
    "shuffled_words",
    "spoken_string",
    "state_plane",
    "summaries",
    "sunspots",
    "translation",
    "truncation",
    "tunes",
    "unrolled",
    "wiring",
    "writer",
]

interrupts.listen()  # in the lessons that train nothing long, too
