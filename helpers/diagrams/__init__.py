"""Drawings of networks, by the lesson that draws them first, in the one visual language of `shared`."""

from helpers.diagrams.chain import Chain
from helpers.diagrams.gates import lstm_cell
from helpers.diagrams.one_cell import rnn_cell
from helpers.diagrams.unrolling import Unrolled

__all__ = ["Chain", "Unrolled", "lstm_cell", "rnn_cell"]
