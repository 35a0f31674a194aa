"""Code that the application notebooks share: a reproducible start, a training loop, a table of results, one of phrases."""

from helpers.applications.phrases import phrase_table
from helpers.applications.results import Results, interval
from helpers.applications.training import make_reproducible, parameter_count, show_losses, train

__all__ = ["Results", "interval", "make_reproducible", "parameter_count", "phrase_table", "show_losses", "train"]
