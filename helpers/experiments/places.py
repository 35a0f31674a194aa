"""Lesson 1: does a network that learned a word in one place of a sentence know it in another place?"""

from itertools import groupby

import numpy as np

from helpers import models
from helpers.data.telling_words import EARLY, LATE, MAX_WORDS, telling_reviews, telling_vocabulary
from helpers.live import progress
from helpers.training import train

DIRECTIONS = {"learned early, asked late": (EARLY, LATE), "learned late, asked early": (LATE, EARLY)}


def three_networks(V):
    """Return name -> function from a generator to a new network with 16 hidden units for a vocabulary of V words."""
    return {
        "padded one-hot": lambda rng: models.PaddedNetwork(T=MAX_WORDS, V=V, H=16, K=2, rng=rng),
        "embed, then flatten": lambda rng: models.EmbedThenFlatten(T=MAX_WORDS, V=V, H=16, K=2, E=8, rng=rng),
        "RNN": lambda rng: models.RNNClassifier(V=V, H=16, K=2, rng=rng),
    }


def accuracies(new_network, learn, ask, seed, words_after=False):
    """Train a network on 3,000 reviews with the telling word at `learn`; test it on 1,000 there and 1,000 at `ask`.

    Args:
        new_network: function from a generator to a classifier of `helpers.models`.
        learn, ask: places of the telling word, such as EARLY and LATE.
        seed: of network, reviews and batches.
        words_after: as in `telling_reviews`.

    Returns:
        two accuracies: at the place it learned, and at the other place.
    """
    vocabulary = telling_vocabulary()
    network = new_network(np.random.default_rng(seed))
    train(network, *telling_reviews(vocabulary, learn, 3000, seed, words_after), 200, batch_size=64, seed=seed)
    return tuple(
        network.accuracy(*telling_reviews(vocabulary, places, 1000, 100 + seed, words_after)) for places in (learn, ask)
    )


def both_directions(label, names=("padded one-hot", "embed, then flatten", "RNN"), seeds=range(3), words_after=False):
    """Train each network in both directions with several seeds, and show a progress bar; yield each result when it is there.

    Args:
        label: of the progress bar.
        names: some of `three_networks`.
        seeds, words_after: as in `accuracies`; one network for each seed.

    Yields:
        (name, direction) and (seeds, 2) float64: accuracy at the place it learned, and at the other place.
    """
    networks = three_networks(len(telling_vocabulary()))
    runs = progress([(name, way, seed) for name in names for way in DIRECTIONS for seed in seeds], label)
    for (name, way), same in groupby(runs, key=lambda run: run[:2]):
        found = [accuracies(networks[name], *DIRECTIONS[way], seed, words_after) for _, _, seed in same]
        yield (name, way), np.array(found)
