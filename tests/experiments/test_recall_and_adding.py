"""helpers.experiments.recall_and_adding: the two tasks that need memory, and the first weights of the layers."""

import numpy as np
import pytest

from helpers.experiments import recall_and_adding


def test_recall_asks_for_the_first_letter_and_the_rest_is_neutral():
    x, first = recall_and_adding.recall(4, 200, np.random.default_rng(0))
    ids = x.argmax(axis=2)
    assert x.shape == (200, 5, 16) and (x.sum(axis=2) == 1).all()
    np.testing.assert_array_equal(ids[:, 0], first)
    assert set(first) == set(range(8)) and set(ids[:, 1:].ravel()) == set(range(8, 16))


def test_adding_marks_two_numbers_and_the_baseline_is_a_sixth():
    x, total = recall_and_adding.adding(7, 20_000, np.random.default_rng(0))
    assert (x[..., 1].sum(axis=1) == 2).all() and set(np.unique(x[..., 1])) == {0, 1}
    assert (x[..., 1].mean(axis=0) > 0.25).all(), "every place is marked now and then"
    np.testing.assert_allclose((x[..., 0] * x[..., 1]).sum(axis=1), total)
    assert total.mean() == pytest.approx(1, abs=0.01)
    assert total.var() == pytest.approx(1 / 6, rel=0.03)


@pytest.mark.parametrize("cell", recall_and_adding.CELLS)
def test_layers_start_as_their_names_say(cell):
    import torch

    torch.manual_seed(0)
    layer = recall_and_adding.recurrent_layer(cell, 3, 4)
    weights = {name.removesuffix("_l0"): p.detach().numpy() for name, p in layer.named_parameters()}
    assert layer(torch.zeros(2, 5, 3, dtype=torch.float64))[0].shape == (2, 5, 4)
    if cell == "orthogonal":
        np.testing.assert_allclose(weights["weight_hh"] @ weights["weight_hh"].T, np.eye(4), atol=1e-12)
    if cell == "irnn":
        np.testing.assert_array_equal(weights["weight_hh"], np.eye(4))
        assert np.abs(weights["weight_ih"]).max() < 0.01 and layer.nonlinearity == "relu"
        assert not weights["bias_ih"].any() and not weights["bias_hh"].any()
    if cell == "lstm_1":
        np.testing.assert_array_equal((weights["bias_ih"] + weights["bias_hh"])[4:8], 1)


@pytest.mark.parametrize(
    "make, says",
    [
        (lambda: recall_and_adding.adding(1, 2, np.random.default_rng()), "at least 2"),
        (lambda: recall_and_adding.recurrent_layer("elman", 2, 3), "elman"),
    ],
)
def test_wrong_input_is_named(make, says):
    with pytest.raises(ValueError, match=says):
        make()
