"""What the application notebooks share: a reproducible start, one training loop, a table of results with intervals."""

from helpers.applications.results import Results, interval
from helpers.applications.training import count, start, train

__all__ = ["Results", "count", "interval", "start", "train"]
