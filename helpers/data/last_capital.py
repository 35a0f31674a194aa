"""A task that needs memory: read a row of letters, then name the last capital.

Made for this course. A row has 30 letters, drawn at random from a to d; one to three of the first ten are replaced by
capitals A to D. To answer, a network must let capitals in, keep small letters out, drop an old capital
when a new one comes, and hold the last one for at least 20 steps.
"""

import numpy as np

LETTERS = "ABCDabcd"
CAPITALS = 4
LENGTH, EARLY = 30, 10


def letter_rows(count, seed):
    """Generate rows of letters and their last capital.

    Args:
        count, seed: how many rows, and the seed of the generator.

    Returns:
        ids (count, 30), places in LETTERS; lengths (count,), all 30; labels (count,), 0 to 3 for A to D,
        equally likely.
    """
    rng = np.random.default_rng(seed)
    ids = CAPITALS + rng.integers(CAPITALS, size=(count, LENGTH))
    place_in_line = rng.random((count, EARLY)).argsort(axis=1)
    capital = place_in_line < rng.integers(1, 4, size=(count, 1))
    ids[:, :EARLY][capital] = rng.integers(CAPITALS, size=capital.sum())
    last = EARLY - 1 - capital[:, ::-1].argmax(axis=1)
    return ids, np.full(count, LENGTH), ids[np.arange(count), last]
