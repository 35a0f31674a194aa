"""Drawings of networks, by the lesson that draws them first, in the one visual language of `shared`."""

from helpers.diagrams.backpropagation import ErrorPaths
from helpers.diagrams.chain import Chain
from helpers.diagrams.gates import lstm_cell
from helpers.diagrams.training import text_windows

__all__ = ["Chain", "ErrorPaths", "lstm_cell", "text_windows"]
