"""Check statements of lessons 1 to 5 and of their exercises that no cell prints."""

import numpy as np
import pytest
from shown import shown

from helpers import cells, losses, memory, models, toy

FULL, NONE = 1.0, 0.0
STOPS = np.arange(0.125, 4.01, 0.125)
"""The stops of the slider `Recurrent weights times`."""


def newest_first(factor, size, T=30):
    return memory.influence_by_step(T, factor, size)[::-1]


# Lesson 1


def test_a_padded_network_with_tied_positions_is_a_bag_of_words():
    rng = np.random.default_rng(0)
    network = models.PaddedNetwork(T=5, V=7, H=4, K=2, rng=rng)
    ids, lengths = rng.permutation(7)[None, :5], np.array([5])
    free = network.logits(ids, lengths), network.logits(ids[:, ::-1], lengths)
    network.parameters["W_1"][:] = network.parameters["W_1"][0]
    tied = network.logits(ids, lengths), network.logits(ids[:, ::-1], lengths)
    assert np.abs(np.subtract(*free)).max() > 0.01
    np.testing.assert_allclose(*tied, rtol=1e-12)


# Lesson 2


@pytest.mark.parametrize(
    ("sentence", "tokens"),
    [("a_b", ["a", "_", "b"]), ("_x_", ["_", "x", "_"]), ("It's 'ok'", ["it's", "'", "ok", "'"])],
)
def test_the_tokeniser_of_exercise_2_makes_a_token_of_every_mark(sentence, tokens):
    assert shown("solutions/tokens/tokens_exercises.ipynb")["cut"](sentence) == tokens


# Lesson 3


def test_one_loud_input_needs_independent_columns():
    deafening = shown("solutions/one_cell/one_cell_exercises.ipynb")["deafening"]
    W_xh = np.random.default_rng(0).normal(size=(4, 3))
    np.testing.assert_allclose(np.linalg.pinv(W_xh) @ W_xh, np.eye(3), atol=1e-12)
    assert np.abs(deafening(W_xh) @ W_xh).min() > 15
    opposite = np.array([[1.0, -1.0], [2.0, -2.0], [0.5, -0.5]])
    assert np.abs(deafening(opposite) @ opposite).max() < 1e-6


def test_twins_stay_twins_and_the_first_update_moves_only_the_output_layer():
    rng = np.random.default_rng(0)
    D, H, K = 3, 4, 2
    W_xh, W_hh, b_h, W_hy = (np.full(size, 0.1) for size in ((D, H), (H, H), H, (H, K)))
    x, labels = np.eye(D)[rng.integers(D, size=(5, 6))], rng.integers(K, size=(5, 6))
    for update in range(100):
        h = cells.rnn_forward(x, None, W_xh, W_hh, b_h)
        _, dlogits = losses.cross_entropy(h @ W_hy, labels)
        grads = cells.rnn_backward(dlogits @ W_hy.T, x, h, None, W_xh, W_hh)
        dW_hy = np.einsum("bth,btk->hk", h, dlogits)
        moved = max(np.abs(grads[name]).max() for name in ("dW_xh", "dW_hh", "db_h"))
        assert (moved < 1e-15) == (update == 0)
        assert np.abs(dW_hy).max() > 1e-6
        W_xh, W_hh, b_h = W_xh - grads["dW_xh"], W_hh - grads["dW_hh"], b_h - grads["db_h"]
        W_hy = W_hy - dW_hy
    np.testing.assert_allclose(h, h[..., :1].repeat(H, axis=-1), atol=1e-12)


# Lessons 4 and 8


def test_below_a_singular_value_of_1_every_step_shrinks_and_below_a_radius_of_1_the_long_run_does():
    assert 1.38 * memory.largest_singular_value(toy.W_hh) < 1 < 1.39 * memory.largest_singular_value(toy.W_hh)
    assert (np.diff(newest_first(1.38, NONE)) < 0).all()
    assert 1.5 * memory.spectral_radius(toy.W_hh) < 1 < 1.55 * memory.spectral_radius(toy.W_hh)
    sizes = newest_first(1.5, NONE)
    assert sizes.argmax() == 2 and sizes[-1] < sizes[0]
    assert newest_first(1.55, NONE)[-1] > newest_first(1.55, NONE)[0]


@pytest.mark.parametrize("factor", STOPS)
def test_with_full_inputs_the_oldest_of_30_weighs_less_and_from_2_on_the_word_before_the_newest_weighs_more(factor):
    sizes = newest_first(factor, FULL)
    assert sizes[-1] < sizes[0]
    assert (sizes[1] > sizes[0]) == (factor >= 2)


def test_at_3_five_older_words_outweigh_the_newest():
    assert (newest_first(3, FULL)[1:6] > newest_first(3, FULL)[0]).all()


@pytest.mark.parametrize(("factor", "more"), [(1.5, False), (1.625, True)])
def test_the_board_names_the_stops_between_which_the_oldest_takes_over(factor, more):
    sizes = newest_first(factor, NONE)
    assert (sizes[-1] > sizes[0]) == more
