"""Drawings of networks, by the lesson that draws them first, in the one visual language of `shared`."""

from helpers.diagrams.attention import asking, attention_decoder, both_ways, lattice, rows_of_cells
from helpers.diagrams.chain import Chain
from helpers.diagrams.gates import lstm_cell
from helpers.diagrams.one_cell import rnn_cell

__all__ = ["Chain", "asking", "attention_decoder", "both_ways", "lattice", "lstm_cell", "rnn_cell", "rows_of_cells"]
