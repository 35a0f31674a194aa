"""helpers.memory and helpers.paragraphs: the measurements of lessons 7 and 8, and the files their curves are stored in."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import cells, memory, paper, paragraphs
from helpers.explorers import lesson_7


def tanh_states(seed, T, H, sigma):
    """Weights of a given largest singular value, and the states of a random tanh RNN that has them."""
    rng = np.random.default_rng(seed)
    W_hh = rng.normal(size=(H, H))
    W_hh *= sigma / memory.largest_singular_value(W_hh)
    x = rng.normal(scale=rng.uniform(0, 2), size=(1, T, H))
    return W_hh, x, cells.rnn_forward(x, None, rng.normal(size=(H, H)), W_hh, rng.normal(size=H))[0]


# What the state holds


@pytest.mark.parametrize("activation", ["tanh", "relu", "identity"])
def test_jacobian_products_agree_with_finite_differences(activation):
    rng = np.random.default_rng(1)
    W_xh, W_hh, b_h = rng.normal(size=(2, 3)), rng.normal(size=(3, 3)), rng.normal(size=3)
    x, h_0 = rng.normal(size=(1, 5, 2)), rng.normal(size=(1, 3))

    def run(x, h_0):
        return cells.rnn_forward(x, h_0, W_xh, W_hh, b_h, activation=activation)[0]

    h = run(x, h_0)
    products = memory.jacobian_products(memory.step_jacobians(h, W_hh, activation))
    assert products.shape == (6, 3, 3)
    np.testing.assert_array_equal(products[5], np.eye(3))
    for t in range(5):
        start = h_0[0] if t == 0 else h[t - 1]
        moved = [
            (run(x[:, t:], (start + nudge)[None])[-1] - run(x[:, t:], (start - nudge)[None])[-1]) / 2e-6
            for nudge in 1e-6 * np.eye(3)
        ]
        np.testing.assert_allclose(products[t], moved, rtol=1e-6, atol=1e-8)


def test_jacobian_products_agree_with_the_backward_pass():
    W_hh, x, h = tanh_states(2, T=7, H=4, sigma=1.3)
    products = memory.jacobian_products(memory.step_jacobians(h, W_hh))
    for unit in range(4):
        dh = np.zeros((1, 7, 4))
        dh[0, -1, unit] = 1
        grads = cells.rnn_backward(dh, x, h[None], None, np.eye(4), W_hh)
        np.testing.assert_allclose(grads["dh_0"][0], products[0][:, unit], rtol=1e-10)


@given(seed=st.integers(0, 10_000), H=st.integers(1, 8), T=st.integers(1, 20), sigma=st.floats(0.05, 3))
def test_the_largest_singular_value_bounds_every_product(seed, H, T, sigma):
    """Pascanu, Mikolov and Bengio (2013): |dh_T/dh_t| <= sigma^(T - t), so that below 1 gradients vanish."""
    W_hh, _, h = tanh_states(seed, T, H, sigma)
    sizes = np.linalg.norm(memory.jacobian_products(memory.step_jacobians(h, W_hh)), 2, axis=(1, 2))
    assert (sizes <= sigma ** np.arange(T, -1, -1) * (1 + 1e-9)).all()


@given(seed=st.integers(0, 10_000), H=st.integers(1, 8))
def test_the_spectral_radius_is_at_most_the_largest_singular_value(seed, H):
    W = np.random.default_rng(seed).normal(size=(H, H))
    assert memory.spectral_radius(W) <= memory.largest_singular_value(W) * (1 + 1e-9)


def test_both_numbers_agree_for_orthogonal_weights_and_disagree_for_a_chain():
    rng = np.random.default_rng(3)
    orthogonal = memory.recurrent_matrix("orthogonal", 6, 0.8, rng)
    assert memory.spectral_radius(orthogonal) == pytest.approx(0.8)
    assert memory.largest_singular_value(orthogonal) == pytest.approx(0.8)
    random = memory.recurrent_matrix("random", 6, 0.8, rng)
    assert memory.spectral_radius(random) == pytest.approx(0.8)
    assert memory.largest_singular_value(random) > 0.9
    chain = np.array([[0.9, 1.0], [0.0, 0.9]])
    assert memory.spectral_radius(chain) < 1 < memory.largest_singular_value(chain)
    assert memory.largest_singular_value(np.linalg.matrix_power(chain, 9)) > 3


@pytest.mark.parametrize(
    "make, says",
    [
        (lambda: memory.step_jacobians(np.zeros((4, 3)), np.zeros((2, 2))), r"h has shape \(4, 3\); expected \(T, 2\)"),
        (lambda: memory.step_jacobians(np.zeros((4, 3)), np.zeros((3, 2))), "square"),
        (lambda: memory.step_jacobians(np.zeros((4, 3)), np.eye(3), "sigmoid"), "sigmoid"),
        (lambda: memory.recurrent_matrix("sparse", 3, 1, np.random.default_rng()), "sparse"),
        (lambda: memory.adding(1, 2, np.random.default_rng()), "at least 2"),
        (lambda: memory.recurrent_layer("elman", 2, 3), "elman"),
        (lambda: paragraphs.with_neutral_words([[1]], [2], 1, np.random.default_rng(), "inside"), "inside"),
    ],
)
def test_wrong_input_is_named(make, says):
    with pytest.raises(ValueError, match=says):
        make()


@pytest.mark.parametrize("kind", ["orthogonal", "random"])
@pytest.mark.parametrize("activation", ["identity", "tanh"])
@pytest.mark.parametrize("H", [1, 5, 20])
def test_held_out_capacity_is_at_most_the_number_of_units(kind, activation, H):
    rng = np.random.default_rng(H)
    W_hh = memory.recurrent_matrix(kind, H, 0.9, rng)
    found = memory.memory_capacity(W_hh, rng.uniform(-0.5, 0.5, (1, H)), activation=activation, lags=60, fitted=2000)
    assert 0.4 * H < found.held_out.sum() <= H
    assert ((found.held_out >= 0) & (found.held_out <= 1)).all()


def test_in_sample_capacity_breaks_the_bound():
    rng = np.random.default_rng(0)
    W_hh = memory.recurrent_matrix("orthogonal", 20, 0.9, rng)
    found = memory.memory_capacity(W_hh, rng.uniform(-0.5, 0.5, (1, 20)), activation="identity", lags=60, fitted=500)
    assert found.held_out.sum() < 20 < found.in_sample.sum()


def test_a_shift_register_holds_exactly_its_length():
    """Unit i hands its number to unit i + 1: H lags come back whole, none beyond."""
    H = 6
    found = memory.memory_capacity(np.eye(H, k=1), np.eye(1, H), activation="identity", lags=12)
    np.testing.assert_allclose(found.held_out[: H - 1], 1, rtol=1e-9)
    assert found.held_out[H:].max() < 0.01


# The tasks


def test_recall_asks_for_the_first_letter_and_the_rest_is_neutral():
    x, first = memory.recall(4, 200, np.random.default_rng(0))
    ids = x.argmax(axis=2)
    assert x.shape == (200, 5, 16) and (x.sum(axis=2) == 1).all()
    np.testing.assert_array_equal(ids[:, 0], first)
    assert set(first) == set(range(8)) and set(ids[:, 1:].ravel()) == set(range(8, 16))


def test_adding_marks_two_numbers_and_the_baseline_is_a_sixth():
    x, total = memory.adding(7, 20_000, np.random.default_rng(0))
    assert (x[..., 1].sum(axis=1) == 2).all() and set(np.unique(x[..., 1])) == {0, 1}
    assert (x[..., 1].mean(axis=0) > 0.25).all(), "every place is marked now and then"
    np.testing.assert_allclose((x[..., 0] * x[..., 1]).sum(axis=1), total)
    assert total.mean() == pytest.approx(1, abs=0.01)
    assert total.var() == pytest.approx(1 / 6, rel=0.03)


@pytest.mark.parametrize("cell", memory.CELLS)
def test_layers_start_as_their_names_say(cell):
    import torch

    torch.manual_seed(0)
    layer = memory.recurrent_layer(cell, 3, 4)
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


# The stored curves


@pytest.mark.parametrize("task", memory.TASKS)
def test_the_file_holds_every_curve_of_the_design(task):
    job, curves = memory.TASKS[task], memory.stored(task)
    assert sorted(curves) == sorted(memory.design(task))
    for key, curve in curves.items():
        steps, values = curve.T
        np.testing.assert_array_equal(steps, memory.EVERY * np.arange(1, len(steps) + 1), err_msg=str(key))
        learned = values >= job.learned if job.K > 1 else values <= job.learned
        assert not learned[:-1].any(), f"{key} went on after it had learned"
        assert learned[-1] or steps[-1] == job.steps, f"{key} stopped before it had learned or used its budget"
        assert (values >= 0).all() and (job.K == 1 or values.max() <= 1)


@pytest.mark.slow
@pytest.mark.parametrize("task, cell, length", [("recall", "rnn", 2), ("recall", "lstm", 1), ("adding", "gru", 5)])
def test_a_cheap_curve_measured_again_agrees_with_the_file(task, cell, length):
    stored = memory.stored(task)[cell, length, 0][:3]
    again = [(step, value) for step, _, value in memory.learn(task, cell, length, 0, steps=150) if value is not None]
    np.testing.assert_allclose(again, stored, rtol=0.01)


def test_the_reviews_file_holds_every_point():
    stored = memory.stored_reviews()
    assert list(stored) == [
        (kind, place) for kind in ("as they are", "with words after") for place in ("after", "before")
    ]
    for right in stored.values():
        assert right.shape == (len(paragraphs.COUNTS), len(memory.SEEDS))
        assert ((right > 0.4) & (right < 0.9)).all()


def test_neutral_words_stand_where_asked_and_mean_little_to_a_bag_of_words():
    films = paragraphs.films()
    ids, labels = films.held_out
    rng = np.random.default_rng(0)
    after = paragraphs.with_neutral_words(ids[:50], films.neutral, 7, rng)
    before = paragraphs.with_neutral_words(ids[:50], films.neutral, 7, rng, "before")
    for row, behind, in_front in zip(ids[:50], after, before, strict=True):
        assert behind[:-7] == row == in_front[7:]
        assert set(behind[-7:]) | set(in_front[:7]) <= set(films.neutral.tolist())
    counts = [len(row) for row in paragraphs.with_neutral_words(ids, films.neutral, range(3), rng)]
    assert {count - len(row) for count, row in zip(counts, ids, strict=True)} == {0, 1, 2}
    forty = paragraphs.with_neutral_words(ids, films.neutral, 40, rng)
    plain, longer = (films.bag.score(films.counts(rows), labels) for rows in (ids, forty))
    assert plain > 0.77 and longer > plain - 0.03


# The explorers' numbers


def test_sizes_of_all_pairs_agree_with_the_products():
    W_hh = 1.25 * lesson_7.MATRICES["random numbers"]
    logs, products = lesson_7.sizes_of_all_pairs(W_hh, 0.5, 12)
    np.testing.assert_allclose(10 ** logs[:, 12], np.linalg.norm(products, 2, axis=(1, 2)), rtol=1e-10)
    assert np.isnan(logs[5, 4]) and logs[5, 5] == 0
    shorter, _ = lesson_7.sizes_of_all_pairs(W_hh, 0.5, 7)
    np.testing.assert_allclose(shorter, logs[:8, :8], rtol=1e-9, atol=1e-12)


def test_paper_network_over_two_steps():
    h = cells.rnn_forward(paper.x, None, paper.W_xh, paper.W_hh, paper.b_h)[0]
    product = memory.jacobian_products(memory.step_jacobians(h, paper.W_hh))[1]
    np.testing.assert_allclose(product, (paper.W_hh * (1 - h[1] ** 2)) @ (paper.W_hh * (1 - h[2] ** 2)))
