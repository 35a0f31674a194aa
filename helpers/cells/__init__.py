"""Recurrent cells in NumPy: one step, the forward pass over a sequence, and the backward pass.

Row vectors, batch first. B batch, T time, D input, H hidden.
"""

from helpers.cells.gru import gru_backward, gru_forward, gru_step
from helpers.cells.lstm import lstm_backward, lstm_forward, lstm_step
from helpers.cells.min_gru import min_gru_backward, min_gru_forward, min_gru_step
from helpers.cells.rnn import ACTIVATIONS, rnn_backward, rnn_forward, rnn_step, slope

__all__ = [
    "ACTIVATIONS",
    "gru_backward",
    "gru_forward",
    "gru_step",
    "lstm_backward",
    "lstm_forward",
    "lstm_step",
    "min_gru_backward",
    "min_gru_forward",
    "min_gru_step",
    "rnn_backward",
    "rnn_forward",
    "rnn_step",
    "slope",
]
