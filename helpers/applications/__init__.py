"""Code that the application notebooks share: a reproducible start, a training loop, a table of results."""

from helpers.applications.results import Results, interval
from helpers.applications.training import make_reproducible, parameter_count, show_losses, train

__all__ = ["Results", "interval", "make_reproducible", "parameter_count", "show_losses", "train"]
