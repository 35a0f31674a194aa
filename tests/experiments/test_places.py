"""helpers.experiments.places: the experiment of lesson 1 on early and late words."""

import numpy as np

from helpers.data.telling_words import EARLY, LATE
from helpers.experiments import places


def test_an_rnn_knows_a_word_at_a_place_it_never_learned_from_and_a_padded_network_does_not():
    networks = places.three_networks(V=len(places.telling_vocabulary()))
    here, there = places.accuracies(networks["padded one-hot"], EARLY, LATE, seed=0)
    assert here > 0.95 and 0.4 < there < 0.6
    here, there = places.accuracies(networks["RNN"], EARLY, LATE, seed=0)
    assert here > 0.95 and there > 0.95


def test_both_directions_keep_each_seed():
    found = dict(places.both_directions("Two networks", names=["embed, then flatten"], seeds=[4]))
    assert list(found) == [("embed, then flatten", way) for way in places.DIRECTIONS]
    networks = places.three_networks(V=len(places.telling_vocabulary()))
    again = places.accuracies(networks["embed, then flatten"], LATE, EARLY, seed=4)
    assert np.array_equal(found["embed, then flatten", "learned late, asked early"], [again])
