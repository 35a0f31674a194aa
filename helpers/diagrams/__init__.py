"""Drawings of networks, by the lesson that draws them first, in the one visual language of `shared`."""

from helpers.diagrams.attention import asking, attention_decoder, both_ways, lattice, rows_of_cells
from helpers.diagrams.chain import Chain
from helpers.diagrams.four_types import encoder_decoder
from helpers.diagrams.gates import gru_step, lstm_steps
from helpers.diagrams.one_cell import rnn_cell
from helpers.diagrams.unrolling import Unrolled

__all__ = [
    "Chain",
    "Unrolled",
    "asking",
    "attention_decoder",
    "both_ways",
    "encoder_decoder",
    "gru_step",
    "lstm_steps",
    "lattice",
    "rnn_cell",
    "rows_of_cells",
]
