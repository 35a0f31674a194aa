"""helpers.cells: the numeric contract of the recurrent cell, against torch, finite differences and itself."""

import subprocess
import sys
import tracemalloc
import warnings
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from helpers.cells import ACTIVATIONS, rnn_backward, rnn_forward, rnn_step
from helpers.text import one_hot

every_activation = pytest.mark.parametrize("activation", ACTIVATIONS)
torch_activation = pytest.mark.parametrize("activation", ["tanh", "relu"])
TORCH = {"tanh": torch.tanh, "relu": torch.relu, "identity": lambda z: z}


def problem(B=3, T=4, D=2, H=5, seed=0, dtype=np.float64):
    """Inputs, weights and a dh for one batch, all standard normal, with recurrent weights that keep states small."""
    rng = np.random.default_rng(seed)

    def normal(*shape):
        return rng.normal(size=shape).astype(dtype)

    return SimpleNamespace(
        x=normal(B, T, D),
        h_0=normal(B, H),
        W_xh=normal(D, H),
        W_hh=normal(H, H) / dtype(2 * np.sqrt(H)),
        b_h=normal(H),
        dh=normal(B, T, H),
    )


def forward(p, lengths=None, activation="tanh", **changed):
    p = SimpleNamespace(**{**vars(p), **changed})
    return rnn_forward(p.x, p.h_0, p.W_xh, p.W_hh, p.b_h, lengths, activation)


def backward(p, lengths=None, activation="tanh", **changed):
    p = SimpleNamespace(**{**vars(p), **changed})
    h = rnn_forward(p.x, p.h_0, p.W_xh, p.W_hh, p.b_h, lengths, activation)
    return rnn_backward(p.dh, p.x, h, p.h_0, p.W_xh, p.W_hh, lengths, activation)


def loss(p, lengths, activation, **changed):
    """The scalar whose gradient with respect to every state is dh."""
    return (forward(p, lengths, activation, **changed) * p.dh).sum()


@st.composite
def batches(draw):
    """A problem of any small size, with lengths from 0 to T and an activation."""
    B, T, D, H = (draw(st.integers(1, size)) for size in (4, 6, 3, 4))
    p = problem(B, T, D, H, seed=draw(st.integers(0, 2**32 - 1)))
    lengths = np.array(draw(st.lists(st.integers(0, T), min_size=B, max_size=B)))
    return p, lengths, draw(st.sampled_from(list(ACTIVATIONS)))


def assert_same_grads(grads, expected, rtol=1e-10, atol=1e-10):
    assert grads.keys() == expected.keys()
    for name in expected:
        assert_allclose(grads[name], expected[name], rtol=rtol, atol=atol, err_msg=name)


# Parity with torch


def our_weights_in(layer, p, suffix=""):
    """Copy W_xh, W_hh, b_h into a torch layer; its second bias becomes zero."""
    with torch.no_grad():
        for name, value in (
            ("weight_ih", p.W_xh.T),
            ("weight_hh", p.W_hh.T),
            ("bias_ih", p.b_h),
            ("bias_hh", 0 * p.b_h),
        ):
            getattr(layer, name + suffix).copy_(torch.tensor(value))
    return layer


def torch_grads(layer, x, h_0, suffix=""):
    return dict(
        dx=x.grad.numpy(),
        dh_0=h_0.grad.numpy(),
        dW_xh=getattr(layer, "weight_ih" + suffix).grad.numpy().T,
        dW_hh=getattr(layer, "weight_hh" + suffix).grad.numpy().T,
        db_h=getattr(layer, "bias_ih" + suffix).grad.numpy(),
    )


def leaf(array):
    return torch.tensor(array, requires_grad=True)


@torch_activation
@pytest.mark.parametrize("B", [1, 3])
def test_step_equals_torch_rnn_cell(activation, B):
    p = problem(B=B, T=1)
    cell = our_weights_in(torch.nn.RNNCell(2, 5, nonlinearity=activation, dtype=torch.float64), p)
    x, h_0 = leaf(p.x), leaf(p.h_0)
    h_t = cell(x[:, 0], h_0)
    ours = rnn_step(p.x[:, 0], p.h_0, p.W_xh, p.W_hh, p.b_h, activation)
    assert_allclose(ours, h_t.detach(), rtol=0, atol=1e-12)

    h_t.backward(torch.tensor(p.dh[:, 0]))
    assert_same_grads(backward(p, activation=activation), torch_grads(cell, x, h_0))


@torch_activation
@pytest.mark.parametrize(("B", "T"), [(1, 1), (1, 7), (4, 1), (4, 7)])
def test_sequence_equals_torch_rnn(activation, B, T):
    p = problem(B=B, T=T)
    layer = torch.nn.RNN(2, 5, nonlinearity=activation, batch_first=True, dtype=torch.float64)
    our_weights_in(layer, p, "_l0")
    x, h_0 = leaf(p.x), leaf(p.h_0)
    h, h_n = layer(x, h_0[None])
    ours = forward(p, activation=activation)
    assert_allclose(ours, h.detach(), rtol=0, atol=1e-12)
    assert_allclose(ours[:, -1], h_n[0].detach(), rtol=0, atol=1e-12)

    (h * torch.tensor(p.dh)).sum().backward()
    assert_same_grads(backward(p, activation=activation), torch_grads(layer, x, h_0, "_l0"))


@torch_activation
def test_lengths_equal_torch_packed_sequence(activation):
    p = problem(B=4, T=6)
    lengths = np.array([6, 1, 3, 5])
    real = (np.arange(6) < lengths[:, None])[..., None]
    layer = torch.nn.RNN(2, 5, nonlinearity=activation, batch_first=True, dtype=torch.float64)
    our_weights_in(layer, p, "_l0")
    x, h_0 = leaf(p.x), leaf(p.h_0)
    packed = torch.nn.utils.rnn.pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
    out, h_n = layer(packed, h_0[None])
    h, _ = torch.nn.utils.rnn.pad_packed_sequence(out, batch_first=True)
    ours = forward(p, lengths, activation)
    assert_allclose(ours * real, h.detach(), rtol=0, atol=1e-12)  # torch pads with zeros, ours carries the state
    assert_allclose(ours[:, -1], h_n[0].detach(), rtol=0, atol=1e-12)

    d_last = np.random.default_rng(1).normal(size=(4, 5))
    ((h * torch.tensor(p.dh)).sum() + (h_n[0] * torch.tensor(d_last)).sum()).backward()
    dh = p.dh * real
    dh[:, -1] += d_last
    assert_same_grads(backward(p, lengths, activation, dh=dh), torch_grads(layer, x, h_0, "_l0"))


@given(batches())
def test_any_batch_equals_a_plain_torch_loop(batch):
    p, lengths, activation = batch
    x, h_0, W_xh, W_hh, b_h = map(leaf, (p.x, p.h_0, p.W_xh, p.W_hh, p.b_h))
    h_t, states = h_0, []
    for t in range(p.x.shape[1]):
        new = TORCH[activation](x[:, t] @ W_xh + h_t @ W_hh + b_h)
        h_t = torch.where(torch.tensor(t < lengths)[:, None], new, h_t)
        states.append(h_t)
    h = torch.stack(states, dim=1)
    assert_allclose(forward(p, lengths, activation), h.detach(), rtol=1e-12, atol=1e-12)

    h.backward(torch.tensor(p.dh))
    expected = {
        name: np.zeros(v.shape) if v.grad is None else v.grad.numpy()
        for name, v in dict(dx=x, dh_0=h_0, dW_xh=W_xh, dW_hh=W_hh, db_h=b_h).items()
    }
    assert_same_grads(backward(p, lengths, activation), expected)


# Finite differences


@every_activation
@pytest.mark.parametrize("lengths", [None, [4, 0, 2]])
def test_gradients_equal_central_differences(activation, lengths):
    p = problem()
    grads = backward(p, lengths, activation)
    step = 1e-5
    for name in ("x", "h_0", "W_xh", "W_hh", "b_h"):
        value = getattr(p, name)
        measured = np.empty_like(value)
        for i in np.ndindex(value.shape):
            up, down = value.copy(), value.copy()
            up[i] += step
            down[i] -= step
            rise = loss(p, lengths, activation, **{name: up}) - loss(p, lengths, activation, **{name: down})
            measured[i] = rise / (2 * step)
        error = np.linalg.norm(grads["d" + name] - measured) / np.linalg.norm(measured)
        assert error < 1e-7, f"d{name} is off by {error:.1e}, relatively"


# Properties


@given(batches())
def test_shapes_and_dtypes(batch):
    p, lengths, activation = batch
    B, T, D = p.x.shape
    H = len(p.b_h)
    for dtype in (np.float32, np.float64):
        q = SimpleNamespace(**{name: value.astype(dtype) for name, value in vars(p).items()})
        h, grads = forward(q, lengths, activation), backward(q, lengths, activation)
        assert (h.shape, h.dtype) == ((B, T, H), dtype)
        shapes = dict(dx=(B, T, D), dh_0=(B, H), dW_xh=(D, H), dW_hh=(H, H), db_h=(H,))
        assert {name: grad.shape for name, grad in grads.items()} == shapes
        assert {grad.dtype for grad in grads.values()} == {np.dtype(dtype)}
        assert rnn_step(q.x[:, 0], q.h_0, q.W_xh, q.W_hh, q.b_h, activation).dtype == dtype


@pytest.mark.parametrize("lengths", [None, [1, 4, 0]])
@pytest.mark.parametrize("ids", [False, True])
def test_float32_ids_and_missing_h_0_stay_float32(lengths, ids):
    p = problem(dtype=np.float32)
    x = np.zeros((3, 4), dtype=int) if ids else p.x
    h = rnn_forward(x, None, p.W_xh, p.W_hh, p.b_h, lengths)
    grads = rnn_backward(p.dh, x, h, None, p.W_xh, p.W_hh, lengths)
    assert h.dtype == np.float32
    assert {grad.dtype for grad in grads.values() if grad is not None} == {np.dtype(np.float32)}


def test_float32_is_close_to_float64():
    p = problem(B=8, T=30, D=6, H=16)
    q = SimpleNamespace(**{name: value.astype(np.float32) for name, value in vars(p).items()})
    assert_allclose(forward(q), forward(p), atol=1e-5)
    assert_same_grads(backward(q), backward(p), rtol=1e-4, atol=1e-4)


@given(batches())
def test_forward_is_a_step_repeated(batch):
    p, _, activation = batch
    h_t, states = p.h_0, []
    for t in range(p.x.shape[1]):
        h_t = rnn_step(p.x[:, t], h_t, p.W_xh, p.W_hh, p.b_h, activation)
        states.append(h_t)
    assert_allclose(forward(p, activation=activation), np.stack(states, axis=1), rtol=1e-12, atol=1e-12)


@given(batches())
def test_concatenated_form_equals_two_products(batch):
    p, _, activation = batch
    together = np.concatenate([p.h_0, p.x[:, 0]], axis=1) @ np.concatenate([p.W_hh, p.W_xh])
    function, _ = ACTIVATIONS[activation]
    assert_allclose(
        rnn_step(p.x[:, 0], p.h_0, p.W_xh, p.W_hh, p.b_h, activation),
        function(together + p.b_h),
        rtol=1e-12,
        atol=1e-12,
    )


@given(batches(), st.randoms(use_true_random=False))
def test_batch_order_does_not_matter(batch, random):
    p, lengths, activation = batch
    order = list(range(len(p.x)))
    random.shuffle(order)
    shuffled = dict(x=p.x[order], h_0=p.h_0[order])
    assert_allclose(
        forward(p, lengths[order], activation, **shuffled),
        forward(p, lengths, activation)[order],
        rtol=1e-12,
        atol=1e-12,
    )
    expected = backward(p, lengths, activation)
    expected["dx"], expected["dh_0"] = expected["dx"][order], expected["dh_0"][order]
    assert_same_grads(backward(p, lengths[order], activation, dh=p.dh[order], **shuffled), expected)


@given(batches())
def test_a_sequence_in_a_batch_equals_the_sequence_alone(batch):
    p, lengths, activation = batch
    h = forward(p, lengths, activation)
    for b, length in enumerate(lengths):
        if length:
            alone = rnn_forward(p.x[b : b + 1, :length], p.h_0[b : b + 1], p.W_xh, p.W_hh, p.b_h, activation=activation)
            assert_allclose(h[b, :length], alone[0], rtol=1e-12, atol=1e-12)


@given(batches())
def test_the_last_column_is_the_last_real_state(batch):
    p, lengths, activation = batch
    h = forward(p, lengths, activation)
    for b, length in enumerate(lengths):
        last = h[b, length - 1] if length else p.h_0[b]
        assert_array_equal(h[b, length:], np.broadcast_to(last, h[b, length:].shape))
        assert_array_equal(h[b, -1], last)


@given(batches(), st.sampled_from([0.0, -7.5, 1e308]))
def test_padding_never_changes_anything(batch, filler):
    p, lengths, activation = batch
    padded = np.arange(p.x.shape[1]) >= lengths[:, None]
    other = p.x.copy()
    other[padded] = filler
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert_array_equal(forward(p, lengths, activation, x=other), forward(p, lengths, activation))
        expected = backward(p, lengths, activation)
        changed = backward(p, lengths, activation, x=other)
    for name, grad in expected.items():
        assert_array_equal(changed[name], grad, err_msg=name)
    assert not expected["dx"][padded].any()


@every_activation
def test_length_0_keeps_h_0_and_hands_every_dh_back_to_it(activation):
    p = problem()
    lengths = [0, 0, 0]
    assert_array_equal(forward(p, lengths, activation), np.repeat(p.h_0[:, None], 4, axis=1))
    grads = backward(p, lengths, activation)
    assert_allclose(grads.pop("dh_0"), p.dh.sum(axis=1), rtol=1e-12)
    assert not any(grad.any() for grad in grads.values())


@given(batches())
def test_full_lengths_equal_no_lengths(batch):
    p, _, activation = batch
    B, T, _ = p.x.shape
    assert_array_equal(forward(p, np.full(B, T), activation), forward(p, None, activation))
    assert_same_grads(backward(p, np.full(B, T), activation), backward(p, None, activation))


@given(batches())
def test_a_later_input_never_changes_an_earlier_state(batch):
    p, _, activation = batch
    for t in range(p.x.shape[1]):
        x = p.x.copy()
        x[:, t] += 1
        assert_array_equal(forward(p, activation=activation, x=x)[:, :t], forward(p, activation=activation)[:, :t])


@given(batches(), st.integers(1, 9), st.sampled_from([np.int64, np.int32, np.uint8]))
def test_ids_equal_one_hot_floats(batch, V, dtype):
    p, lengths, activation = batch
    rng = np.random.default_rng(0)
    ids = rng.integers(0, V, size=p.x.shape[:2]).astype(dtype)
    W_xh = rng.normal(size=(V, len(p.b_h)))
    floats = dict(x=one_hot(ids, V), W_xh=W_xh)
    assert_allclose(
        forward(p, lengths, activation, x=ids, W_xh=W_xh),
        forward(p, lengths, activation, **floats),
        rtol=1e-12,
        atol=1e-12,
    )
    grads, expected = backward(p, lengths, activation, x=ids, W_xh=W_xh), backward(p, lengths, activation, **floats)
    assert grads.pop("dx") is None
    expected.pop("dx")
    assert_same_grads(grads, expected)


@every_activation
def test_missing_h_0_means_zeros(activation):
    p = problem()
    zeros = np.zeros_like(p.h_0)
    assert_array_equal(forward(p, activation=activation, h_0=None), forward(p, activation=activation, h_0=zeros))
    assert_same_grads(backward(p, None, activation, h_0=None), backward(p, None, activation, h_0=zeros))


@every_activation
def test_inputs_are_left_as_they_were(activation):
    p = problem(B=1, T=3)
    before = {name: value.copy() for name, value in vars(p).items()}
    backward(p, [2], activation)
    for name, value in before.items():
        assert_array_equal(getattr(p, name), value, err_msg=name)


# Extreme values


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_saturated_tanh_is_one_and_stops_the_gradient(dtype):
    p = problem(dtype=dtype)
    p.x[:] = np.finfo(dtype).max / 8
    p.W_xh[:] = 1
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert_array_equal(forward(p), np.ones((3, 4, 5)))
        grads = backward(p)
    assert all(not grad.any() for grad in grads.values())


def test_an_overflowing_pre_activation_saturates_tanh_quietly():
    p = problem()
    p.x[:] = 1e308
    p.W_xh[:] = 1e10
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert_array_equal(forward(p), np.ones((3, 4, 5)))
        assert_array_equal(rnn_step(p.x[:, 0], p.h_0, p.W_xh, p.W_hh, p.b_h), np.ones((3, 5)))


@pytest.mark.parametrize("activation", ["relu", "identity"])
def test_a_state_that_outgrows_its_dtype_is_reported_by_name(activation):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(ValueError, match=r"h contains infinity, first at index \(0, 6, 0\)"):
            rnn_forward(
                np.ones((1, 9, 1), np.float32),
                None,
                np.full((1, 1), 1e6, np.float32),
                np.full((1, 1), 1e6, np.float32),
                np.zeros(1, np.float32),
                activation=activation,
            )
        with pytest.raises(ValueError, match="h_t contains infinity"):
            rnn_step(*(np.full(shape, 1e300) for shape in ((1, 1), (1, 1), (1, 1), (1, 1), (1,))), activation)


def test_a_gradient_that_outgrows_its_dtype_is_reported_by_name():
    T = 9
    x, h = np.ones((1, T, 1)), np.ones((1, T, 1))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(ValueError, match=r"(dh_0|dW_hh|dW_xh|db_h|dx) contains infinity"):
            rnn_backward(np.ones((1, T, 1)), x, h, None, np.ones((1, 1)), np.full((1, 1), 1e60), activation="identity")


# Errors


def call_step(**changed):
    p = problem()
    given = {**dict(x_t=p.x[:, 0], h_prev=p.h_0, W_xh=p.W_xh, W_hh=p.W_hh, b_h=p.b_h), **changed}
    return rnn_step(**given)


def call_forward(**changed):
    p = problem()
    given = {**dict(x=p.x, h_0=p.h_0, W_xh=p.W_xh, W_hh=p.W_hh, b_h=p.b_h), **changed}
    return rnn_forward(**given)


def call_backward(**changed):
    p = problem()
    given = {**dict(dh=p.dh, x=p.x, h=forward(p), h_0=p.h_0, W_xh=p.W_xh, W_hh=p.W_hh), **changed}
    return rnn_backward(**given)


def holding(value, *shape):
    array = np.zeros(shape)
    array.flat[-1] = value
    return array


@pytest.mark.parametrize(
    ("call", "changed", "said"),
    [
        (call_step, dict(x_t=np.zeros((3, 7))), ["x_t", "(3, 7)", "(B, 2)"]),
        (call_step, dict(x_t=np.zeros(2)), ["x_t", "(2,)", "(B, 2)"]),
        (call_step, dict(h_prev=np.zeros((3, 4))), ["h_prev", "(3, 4)", "(3, 5)"]),
        (call_step, dict(h_prev=np.zeros((1, 5))), ["h_prev", "(1, 5)", "(3, 5)"]),
        (call_step, dict(h_prev=np.zeros(5)), ["h_prev", "(5,)", "(3, 5)"]),
        (call_step, dict(W_hh=np.zeros((2, 5))), ["W_hh", "(2, 5)", "W_xh", "(5, 5)"]),
        (call_step, dict(b_h=np.zeros(1)), ["b_h", "(1,)", "W_xh", "(2, 5)", "(5,)"]),
        (call_step, dict(W_xh=np.zeros(5)), ["W_xh", "(5,)", "(D, H)"]),
        (call_step, dict(x_t=holding(np.nan, 3, 2)), ["x_t", "NaN", "(2, 1)"]),
        (call_step, dict(h_prev=holding(np.inf, 3, 5)), ["h_prev", "infinity", "(2, 4)"]),
        (call_step, dict(x_t=np.zeros((3, 2), int)), ["x_t", "int64", "float"]),
        (call_step, dict(x_t=np.zeros((3, 2), np.float32)), ["x_t", "float32", "float64"]),
        (call_step, dict(activation="sigmoid"), ["sigmoid", "tanh", "relu", "identity"]),
        (call_forward, dict(x=np.zeros((3, 4, 7))), ["x", "(3, 4, 7)", "(B, T, 2)"]),
        (call_forward, dict(x=np.zeros((4, 2))), ["x", "(4, 2)", "(B, T, D)", "(B, T)"]),
        (call_forward, dict(x=np.zeros(2)), ["x", "(2,)", "(B, T, 2)"]),
        (call_forward, dict(x=np.zeros((0, 4, 2)), h_0=None), ["x", "(0, 4, 2)", "at least one"]),
        (call_forward, dict(x=np.zeros((3, 0, 2))), ["x", "(3, 0, 2)", "at least one"]),
        (call_forward, dict(x=np.full((3, 4), 2)), ["x", "2", "0 to 1"]),
        (call_forward, dict(x=np.full((3, 4), -1)), ["x", "-1", "0 to 1"]),
        (call_forward, dict(x=np.zeros((3, 4, 2), bool)), ["x", "bool", "float"]),
        (call_forward, dict(x=holding(np.nan, 3, 4, 2)), ["x", "NaN", "(2, 3, 1)"]),
        (call_forward, dict(x=holding(-np.inf, 3, 4, 2)), ["x", "infinity", "(2, 3, 1)"]),
        (call_forward, dict(h_0=np.zeros((1, 5))), ["h_0", "(1, 5)", "(3, 5)"]),
        (call_forward, dict(h_0=np.zeros((3, 5), np.float32)), ["h_0", "float32", "W_xh", "float64"]),
        (call_forward, dict(h_0=holding(np.nan, 3, 5)), ["h_0", "NaN"]),
        (call_forward, dict(W_xh=holding(np.nan, 2, 5)), ["W_xh", "NaN", "(1, 4)"]),
        (call_forward, dict(W_hh=np.zeros((5, 4))), ["W_hh", "(5, 4)", "(2, 5)", "(5, 5)"]),
        (call_forward, dict(W_hh=holding(np.inf, 5, 5)), ["W_hh", "infinity"]),
        (call_forward, dict(W_hh=np.zeros((5, 5), np.float32)), ["W_hh", "float32", "W_xh", "float64"]),
        (call_forward, dict(b_h=np.zeros((1, 5))), ["b_h", "(1, 5)", "(5,)"]),
        (call_forward, dict(b_h=holding(np.nan, 5)), ["b_h", "NaN", "(4,)"]),
        (call_forward, dict(lengths=[4, 4]), ["lengths", "(2,)", "(3,)"]),
        (call_forward, dict(lengths=[[4, 4, 4]]), ["lengths", "(1, 3)", "(3,)"]),
        (call_forward, dict(lengths=4), ["lengths", "()", "(3,)"]),
        (call_forward, dict(lengths=[4, 5, 1]), ["lengths", "5", "0 to 4"]),
        (call_forward, dict(lengths=[4, -1, 1]), ["lengths", "-1", "0 to 4"]),
        (call_forward, dict(lengths=[4.0, 3.0, 1.0]), ["lengths", "float64", "integer"]),
        (call_forward, dict(activation=None), ["None", "tanh", "relu", "identity"]),
        (call_backward, dict(dh=np.zeros((3, 5))), ["dh", "(3, 5)", "(3, 4, 5)"]),
        (call_backward, dict(dh=np.zeros((3, 1, 5))), ["dh", "(3, 1, 5)", "(3, 4, 5)"]),
        (call_backward, dict(dh=holding(np.nan, 3, 4, 5)), ["dh", "NaN", "(2, 3, 4)"]),
        (call_backward, dict(dh=np.zeros((3, 4, 5), np.float32)), ["dh", "float32", "float64"]),
        (call_backward, dict(h=np.zeros((3, 3, 5))), ["h", "(3, 3, 5)", "(3, 4, 5)"]),
        (call_backward, dict(h=holding(np.inf, 3, 4, 5)), ["h", "infinity"]),
        (call_backward, dict(h_0=np.zeros((2, 5))), ["h_0", "(2, 5)", "(3, 5)"]),
        (call_backward, dict(W_hh=np.zeros((4, 4))), ["W_hh", "(4, 4)", "(2, 5)", "(5, 5)"]),
        (call_backward, dict(W_hh=np.zeros((5, 5), np.float32)), ["W_hh", "float32", "W_xh", "float64"]),
        (call_backward, dict(lengths=[1, 2]), ["lengths", "(2,)", "(3,)"]),
        (call_backward, dict(activation="tan"), ["tan", "relu", "identity"]),
    ],
)
def test_wrong_arguments_are_named(call, changed, said):
    with pytest.raises(ValueError) as raised:
        call(**changed)
    message = str(raised.value)
    assert [part for part in said if part not in message] == [], message


def test_lengths_are_called_lengths_not_ids():
    with pytest.raises(ValueError) as raised:
        call_forward(lengths=[4, 5, 1])
    assert "ids" not in str(raised.value)


# Cost


def test_no_one_hot_array_is_built_for_ids():
    V, B, T, H = 50_000, 8, 20, 4
    rng = np.random.default_rng(0)
    ids = rng.integers(0, V, size=(B, T))
    W_xh, W_hh, b_h, dh = np.zeros((V, H)), np.zeros((H, H)), np.zeros(H), np.ones((B, T, H))
    tracemalloc.start()
    h = rnn_forward(ids, None, W_xh, W_hh, b_h)
    rnn_backward(dh, ids, h, None, W_xh, W_hh)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4 * W_xh.nbytes, f"{peak:,} bytes; a one-hot array would take {B * T * V * 8:,}"


@pytest.mark.parametrize("module", ["", ".expect", ".cells", ".losses", ".text", ".counting"])
def test_import_loads_neither_torch_nor_matplotlib(module):
    heavy = "{'torch', 'matplotlib', 'ipywidgets', 'IPython', 'sklearn', 'pandas'}"
    code = f"import sys, helpers{module}; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
