"""helpers.memory: Jacobians, capacity and truncated gradients, compared with other ways to compute them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import cells, memory, toy


def tanh_states(seed, T, H, sigma):
    """Weights with a given largest singular value, and the states of a random tanh RNN with these weights."""
    rng = np.random.default_rng(seed)
    W_hh = rng.normal(size=(H, H))
    W_hh *= sigma / memory.largest_singular_value(W_hh)
    x = rng.normal(scale=rng.uniform(0, 2), size=(1, T, H))
    return W_hh, x, cells.rnn_forward(x, None, rng.normal(size=(H, H)), W_hh, rng.normal(size=H))[0]


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
    """Pascanu, Mikolov and Bengio (2013): |dh_T/dh_t| <= sigma^(T - t), so gradients vanish if sigma < 1."""
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
    """Unit i passes its number to unit i + 1: lags 1 to H are remembered exactly, longer ones not at all."""
    H = 6
    found = memory.memory_capacity(np.eye(H, k=1), np.eye(1, H), activation="identity", lags=12)
    np.testing.assert_allclose(found.held_out[: H - 1], 1, rtol=1e-9)
    assert found.held_out[H:].max() < 0.01


def test_paper_network_over_two_steps():
    h = cells.rnn_forward(toy.x, None, toy.W_xh, toy.W_hh, toy.b_h)[0]
    product = memory.jacobian_products(memory.step_jacobians(h, toy.W_hh))[1]
    np.testing.assert_allclose(product, (toy.W_hh * (1 - h[1] ** 2)) @ (toy.W_hh * (1 - h[2] ** 2)))


def test_a_linear_readout_loses_inputs_that_tanh_mixes_although_no_unit_is_near_its_flat_part():
    held = {}
    for kind in ("orthogonal", "random"):
        rng = np.random.default_rng(0)
        W_hh, W_xh = memory.recurrent_matrix(kind, 20, 0.9, rng), 0.125 * rng.uniform(-1, 1, (1, 20))
        for activation in ("identity", "tanh"):
            found = memory.memory_capacity(W_hh, W_xh, activation=activation, lags=80, fitted=500, tested=4000)
            held[kind, activation] = found.held_out.sum()
    u = np.random.default_rng(2).uniform(-1, 1, (1, 2000, 1))
    slope = (1 - cells.rnn_forward(u, None, W_xh, W_hh, np.zeros(20)) ** 2).mean()
    assert slope > 0.99
    assert held["orthogonal", "identity"] - held["orthogonal", "tanh"] < 0.2
    assert held["random", "identity"] - held["random", "tanh"] > 5
