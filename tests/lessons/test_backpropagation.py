"""Check that lesson 5 shows what the helpers do, and check the backward pass and its truncation in the explorers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shown import shown

from helpers import cells, losses, toy
from helpers.experiments import sonnets
from helpers.explorers import backpropagation
from helpers.memory import K_BACK, truncated_gradients

SHOWN = shown("05_backpropagation_through_time.ipynb", "torch")


def case(seed, lengths, D=3, H=4):
    rng = np.random.default_rng(seed)
    lengths = np.array(lengths)
    B, T = len(lengths), max(1, lengths.max())
    x, h_0, W_xh, W_hh, b_h, dh = (
        rng.normal(size=size) for size in ((B, T, D), (B, H), (D, H), (H, H), (H,), (B, T, H))
    )
    return dh, x, cells.rnn_forward(x, h_0, W_xh, W_hh, b_h, lengths), h_0, W_xh, W_hh, lengths


def equal(shown, helper):
    for name, grad in shown.items():
        np.testing.assert_allclose(grad, helper[name], rtol=1e-10, atol=1e-12, err_msg=name)


@given(st.integers(0, 2**32), st.lists(st.integers(0, 6), min_size=1, max_size=4))
def test_the_last_rung_is_the_helper(seed, lengths):
    given = case(seed, lengths)
    equal(SHOWN["batch_backward"](*given), cells.rnn_backward(*given))


@pytest.mark.parametrize("rung, T", [("two_steps_backward", 2), ("sequence_backward", 1), ("sequence_backward", 7)])
def test_the_lower_rungs_are_the_helper_on_what_they_can(rung, T):
    *given, _ = case(1, [T, T, T])
    equal(SHOWN[rung](*given), cells.rnn_backward(*given))


def test_one_step_back_is_the_helper():
    dh, x, h, h_0, W_xh, W_hh, _ = case(2, [1, 1])
    one = SHOWN["step_backward"](dh[:, 0], x[:, 0], h_0, h[:, 0], W_xh, W_hh)
    helper = cells.rnn_backward(dh, x, h, h_0, W_xh, W_hh)
    equal(one, helper | {"dx": helper["dx"][:, 0]})


def test_the_step_of_lesson_3_is_the_helper():
    dh, x, h, h_0, W_xh, W_hh, _ = case(3, [1, 1])
    step = shown("03_one_rnn_cell.ipynb", "torch")["rnn_step"]
    given = (x[:, 0], h_0, W_xh, W_hh, np.ones(4))
    np.testing.assert_array_equal(step(*given), cells.rnn_step(*given))


def test_training_shown_is_training_stored():
    training, _ = sonnets.sonnets()
    alphabet = sorted(set(training))
    ids = np.array([alphabet.index(c) for c in training[:2000]])
    ours, theirs = (sonnets.new_weights(len(alphabet), 8, np.random.default_rng(0)) for _ in range(2))
    stored = sonnets.train(theirs, ids, steps=12, B=4, T=50, rate=2.0)
    state = None
    for step, (x, y, first) in zip(range(12), sonnets.windows(ids, 4, 50), strict=False):
        state = None if first else state
        loss, grads, state = SHOWN["loss_and_gradients"](ours, x, y, state)
        for name, grad in SHOWN["clip_by_norm"](grads, 1.0).items():
            ours[name] -= 2.0 * (1 - step / 12) * grad
        assert loss == pytest.approx(next(stored), rel=1e-12)


def test_clipping():
    grads = {"a": np.array([3.0]), "b": np.array([[-4.0]])}
    for clip in (SHOWN["clip_by_norm"], sonnets.clip_by_norm):
        np.testing.assert_allclose([clip(grads, 1.0)["a"][0], clip(grads, 1.0)["b"][0, 0]], [0.6, -0.8])
        np.testing.assert_array_equal(clip(grads, 9.0)["b"], grads["b"])
        np.testing.assert_array_equal(clip({"a": np.zeros(2)}, 1.0)["a"], np.zeros(2))
    assert SHOWN["clip_by_value"](grads, 1.0) == {"a": [1.0], "b": [[-1.0]]}


# the explorers


@pytest.mark.parametrize("w_hh", [0.0, 1.0, 1.5])
@pytest.mark.parametrize("last_only", [False, True])
def test_shares_of_the_steps_add_up_to_the_gradient_by_finite_differences(w_hh, last_only):
    names = {name: getattr(toy, name).copy() for name in backpropagation.WEIGHTS}
    names["W_hh"] *= w_hh
    mask = np.array([[not last_only, not last_only, True]])

    def loss():
        h = cells.rnn_forward(toy.x, None, names["W_xh"], names["W_hh"], names["b_h"])
        return losses.cross_entropy(h @ names["W_hy"] + names["b_y"], toy.labels, mask)[0]

    found = backpropagation.way_back(w_hh, last_only)
    for name, array in names.items():
        moved = SHOWN["finite_differences"](loss, array)
        np.testing.assert_allclose(found["shares"][name].sum(axis=0), moved.ravel(), atol=1e-9, err_msg=name)


def test_with_the_last_loss_alone_earlier_steps_contribute_through_w_hh_only():
    assert np.abs(backpropagation.way_back(1.0, last_only=True)["dz"][:2]).min() > 1e-3
    assert not backpropagation.way_back(0.0, last_only=True)["dz"][:2].any()


def dh_and_states(T, W_hh):
    ids = np.resize([0, 1, 2], (1, T))
    h = cells.rnn_forward(ids, None, toy.W_xh, W_hh, toy.b_h)
    _, dlogits = losses.cross_entropy(h @ toy.W_hy + toy.b_y, np.resize([0, 0, 1], (1, T)))
    return dlogits @ toy.W_hy.T, np.eye(3)[ids], h


@pytest.mark.parametrize("T, w_hh", [(2, 1.0), (7, 3.5), (30, 1.0)])
def test_truncated_gradients_are_those_of_the_lesson(T, w_hh):
    W_hh = w_hh * toy.W_hh
    dh, x, h = dh_and_states(T, W_hh)
    h_0 = np.zeros((1, 2))
    for k, gradient in enumerate(truncated_gradients(T, w_hh), start=1):
        shown = SHOWN["truncated_backward"](dh, x, h, h_0, toy.W_xh, W_hh, k)["dW_hh"]
        np.testing.assert_allclose(gradient, shown, rtol=1e-10, atol=1e-15)


@pytest.mark.parametrize("T, w_hh", [(2, 1.0), (7, 3.5)])
def test_each_loss_reaches_k_steps_is_one_walk_for_each_loss(T, w_hh):
    W_hh = w_hh * toy.W_hh
    dh, x, h = dh_and_states(T, W_hh)
    before = np.concatenate([np.zeros((1, 1, 2)), h], axis=1)
    for k, gradient in enumerate(truncated_gradients(T, w_hh, K_BACK), start=1):
        total = 0
        for s in range(T):
            reach = slice(max(0, s - k + 1), s + 1)
            alone = np.zeros_like(dh[:, reach])
            alone[:, -1] = dh[:, s]
            grads = cells.rnn_backward(alone, x[:, reach], h[:, reach], before[:, reach.start], toy.W_xh, W_hh)
            total = total + grads["dW_hh"]
        np.testing.assert_allclose(gradient, total, rtol=1e-10, atol=1e-15)


def test_following_a_gradient_that_points_the_wrong_way_raises_the_loss():
    gradients = truncated_gradients(30, 3.5)
    _, cosine = backpropagation.error_and_cosine(gradients, gradients[-1])
    assert cosine[0] < -0.5 and cosine[-1] == pytest.approx(1)

    def loss(W_hh):
        h = cells.rnn_forward(np.resize([0, 1, 2], (1, 30)), None, toy.W_xh, W_hh, toy.b_h)
        return losses.cross_entropy(h @ toy.W_hy + toy.b_y, np.resize([0, 0, 1], (1, 30)))[0]

    start = 3.5 * toy.W_hh
    assert loss(start - 0.01 * gradients[0]) > loss(start) > loss(start - 0.01 * gradients[-1])
