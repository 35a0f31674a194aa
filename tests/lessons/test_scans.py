"""Check that lesson 11 shows what the helpers do: compare the notebook's definitions with the helpers."""

import numpy as np
from numpy.testing import assert_allclose
from shown import shown

from helpers import cells, models, scans

SHOWN = shown("11_recurrence_without_the_loop.ipynb", "torch")


def recurrence(T=13, seed=0):
    rng = np.random.default_rng(seed)
    return rng.uniform(0.2, 1, (2, T, 3)), rng.normal(size=(2, T, 3))


def test_the_lessons_scan_is_the_helpers():
    a, b = recurrence()
    assert_allclose(SHOWN["scan"](a, b), scans.doubling(a, b), atol=1e-14)


def test_the_lessons_way_back_is_the_helpers():
    a, b = recurrence()
    h, dh = scans.loop(a, b), np.random.default_rng(1).normal(size=a.shape)
    da, db = SHOWN["scan_backward"](dh, a, h)
    helpers = scans.backward(dh, a, h)
    assert_allclose(da, helpers["da"], atol=1e-13)
    assert_allclose(db, helpers["db"], atol=1e-13)


def test_the_lessons_min_gru_is_the_helpers():
    rng = np.random.default_rng(2)
    x, W_xh, b_h = rng.normal(size=(2, 9, 4)), rng.normal(size=(4, 6)), rng.normal(size=6)
    theirs = cells.min_gru_forward(x, None, W_xh, b_h)[0]
    assert_allclose(SHOWN["min_gru"](x, W_xh[:, :3], b_h[:3], W_xh[:, 3:], b_h[3:]), theirs, atol=1e-13)


def test_fixed_factors_stay_fixed():
    network = SHOWN["FixedFactors"](8, 5, 4, np.random.default_rng(0), 2.0)
    ids = np.arange(8).reshape(2, 4)
    grads = network.loss_and_gradients(ids, np.array([4, 4]), np.array([0, 1]))[1]
    assert not grads["W_xh"][:, :5].any() and not network.parameters["W_xh"][:, :5].any()
    assert grads["W_xh"][:, 5:].any() and grads["b_h"][:5].any()


def test_bit_rows_are_labelled_by_their_parity():
    bits, lengths, odd = SHOWN["bit_rows"](50, 9, seed=0)
    assert all(row[:n].sum() % 2 == label for row, n, label in zip(bits, lengths, odd, strict=True))
    assert lengths.min() >= 1 and (SHOWN["bit_rows"](5, 9, seed=0, shortest=9)[1] == 9).all()


def test_on_ones_a_min_gru_turns_round_at_most_once_for_each_unit():
    ones, lengths, turns = np.ones((30, 30), int), np.arange(1, 31), []
    for seed in range(200):
        rng = np.random.default_rng(seed)
        network = models.MinGRUClassifier(2, 3, 2, rng)
        for parameter in network.parameters.values():
            parameter[:] = 2 * rng.normal(size=parameter.shape)
        odd = network.probabilities(ones, lengths)[:, 1] > 0.5
        turns.append(np.count_nonzero(np.diff(odd)))
    assert 2 <= max(turns) <= 3
