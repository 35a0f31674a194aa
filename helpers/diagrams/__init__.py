"""Drawings of networks, by the lesson that draws them first, in the one visual language of `shared`."""

from helpers.diagrams.attention import asking, attention_decoder, both_ways, lattice, rows_of_cells
from helpers.diagrams.backpropagation import ErrorPaths
from helpers.diagrams.chain import Chain
from helpers.diagrams.fixed_networks import padded_network, rnn
from helpers.diagrams.four_types import encoder_decoder
from helpers.diagrams.gates import gru_step, lstm_steps
from helpers.diagrams.memory import circle_after, words_to_keep
from helpers.diagrams.one_cell import rnn_cell
from helpers.diagrams.scans import asking_gates, scan_rounds
from helpers.diagrams.training import text_windows
from helpers.diagrams.unrolling import Unrolled

__all__ = [
    "Chain",
    "ErrorPaths",
    "Unrolled",
    "asking",
    "asking_gates",
    "attention_decoder",
    "both_ways",
    "circle_after",
    "encoder_decoder",
    "gru_step",
    "lattice",
    "lstm_steps",
    "padded_network",
    "rnn",
    "rnn_cell",
    "rows_of_cells",
    "scan_rounds",
    "text_windows",
    "words_to_keep",
]
