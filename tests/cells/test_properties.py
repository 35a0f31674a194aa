"""helpers.cells: RNN, LSTM and GRU compared with torch and finite differences, and the properties they share."""

import tracemalloc
import warnings

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from cells.problems import (
    BLOCKS,
    CELLS,
    GATED,
    PARAMETERS,
    STATES,
    arrays,
    as_dtype,
    assert_same_grads,
    backward,
    backward_of,
    batches,
    changed_to,
    every_batch,
    every_cell,
    every_gated_cell,
    first_states,
    loss,
    outputs,
    problem,
    states,
    step,
    with_activations,
)
from helpers import cells
from helpers.text import one_hot

KEPT_BY = {"lstm": [0, 1, 0, 0], "gru": [0, 1, 0]}  # the gates of a step past the end
TORCH = {"tanh": torch.tanh, "relu": torch.relu, "identity": lambda z: z}


# Parity with torch

torch_cells = pytest.mark.parametrize(
    ("cell", "activation"), [("rnn", "tanh"), ("rnn", "relu"), ("lstm", None), ("gru", None)]
)


def leaf(array):
    return torch.tensor(array, requires_grad=True)


def torch_layer(cell, p):
    """Return torch's layer with our weights."""
    Layer = {"rnn": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}[cell]
    named = {"nonlinearity": p.activation} if cell == "rnn" else {}
    layer = Layer(p.x.shape[2], len(p.W_hh), batch_first=True, dtype=torch.float64, **named)
    return with_our_weights(cell, p, layer, "_l0")


def torch_cell(cell, p):
    """Return torch's cell for one step with our weights."""
    Cell = {"rnn": torch.nn.RNNCell, "lstm": torch.nn.LSTMCell, "gru": torch.nn.GRUCell}[cell]
    named = {"nonlinearity": p.activation} if cell == "rnn" else {}
    return with_our_weights(cell, p, Cell(p.x.shape[2], len(p.W_hh), dtype=torch.float64, **named))


def with_our_weights(cell, p, module, suffix=""):
    """Copy the weights into a module of torch; its second bias is zero, except for the GRU's candidate."""
    bias_hh = np.zeros_like(p.b_h)
    if cell == "gru":
        bias_hh[2 * len(p.W_hh) :] = p.b_hn
    with torch.no_grad():
        named = {"weight_ih": p.W_xh.T, "weight_hh": p.W_hh.T, "bias_ih": p.b_h, "bias_hh": bias_hh}
        for name, value in named.items():
            getattr(module, name + suffix).copy_(torch.tensor(value))
    return module


def through_torch(cell, p, lengths=None):
    """Return torch's results for the same problem: h, the last states, and every gradient by our names."""
    layer, x, h_0, c_0 = torch_layer(cell, p), leaf(p.x), leaf(p.h_0), leaf(p.c_0)
    first = (h_0[None], c_0[None]) if cell == "lstm" else h_0[None]
    if lengths is None:
        h, last = layer(x, first)
    else:
        packed = torch.nn.utils.rnn.pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
        out, last = layer(packed, first)
        h, _ = torch.nn.utils.rnn.pad_packed_sequence(out, batch_first=True)
    last = [state[0] for state in (last if cell == "lstm" else [last])]

    real = np.ones(p.x.shape[:2]) if lengths is None else np.arange(p.x.shape[1]) < np.array(lengths)[:, None]
    past_end = torch.tensor(p.dh * (1 - real)[..., None]).sum(dim=1)  # our cells keep the state there, torch pads
    total = (h * torch.tensor(p.dh * real[..., None])).sum() + (last[0] * past_end).sum()
    if cell == "lstm":
        total = total + (last[1] * torch.tensor(p.dc_T)).sum()
    total.backward()
    grads = dict(
        dx=x.grad.numpy(),
        dh_0=h_0.grad.numpy(),
        dW_xh=layer.weight_ih_l0.grad.numpy().T,
        dW_hh=layer.weight_hh_l0.grad.numpy().T,
        db_h=layer.bias_ih_l0.grad.numpy(),
    )
    if cell == "lstm":
        grads["dc_0"] = c_0.grad.numpy()
    if cell == "gru":
        grads["db_hn"] = layer.bias_hh_l0.grad.numpy()[2 * len(p.W_hh) :]
    return h.detach().numpy(), [state.detach().numpy() for state in last], grads


@torch_cells
@pytest.mark.parametrize(("B", "T"), [(1, 1), (1, 7), (4, 1), (4, 7)])
def test_sequence_equals_torch(cell, activation, B, T):
    p = problem(cell, activation, B=B, T=T)
    h, last, grads = through_torch(cell, p)
    ours = outputs(cell, p)
    assert_allclose(ours[0], h, rtol=0, atol=1e-12)
    for state, expected in zip(ours[: STATES[cell]], last, strict=True):
        assert_allclose(state[:, -1], expected, rtol=0, atol=1e-12)
    assert_same_grads(backward(cell, p), grads)


@torch_cells
def test_a_long_sequence_equals_torch(cell, activation):
    p = problem(cell, activation, B=5, T=120, D=3, H=17)
    h, _, grads = through_torch(cell, p)
    assert_allclose(outputs(cell, p)[0], h, rtol=0, atol=1e-11)
    assert_same_grads(backward(cell, p), grads, rtol=1e-9, atol=1e-9)


@torch_cells
def test_lengths_equal_torch_packed_sequence(cell, activation):
    p = problem(cell, activation, B=4, T=6)
    lengths = [6, 1, 3, 5]
    h, last, grads = through_torch(cell, p, lengths)
    ours = outputs(cell, p, lengths)
    real = (np.arange(6) < np.array(lengths)[:, None])[..., None]
    assert_allclose(ours[0] * real, h, rtol=0, atol=1e-12)  # torch pads with zeros, our cells keep the state
    for state, expected in zip(ours[: STATES[cell]], last, strict=True):
        assert_allclose(state[:, -1], expected, rtol=0, atol=1e-12)
    assert_same_grads(backward(cell, p, lengths), grads)


@torch_cells
@pytest.mark.parametrize("B", [1, 3])
def test_step_equals_torch_cell(cell, activation, B):
    p = problem(cell, activation, B=B, T=1)
    x_t, h_prev, c_prev = map(torch.tensor, (p.x[:, 0], p.h_0, p.c_0))
    theirs = torch_cell(cell, p)(x_t, (h_prev, c_prev) if cell == "lstm" else h_prev)
    h, c = theirs if cell == "lstm" else (theirs, None)
    h_t, c_t = step(cell, p, p.x[:, 0], p.h_0, p.c_0)
    assert_allclose(h_t, h.detach(), rtol=0, atol=1e-12)
    if cell == "lstm":
        assert_allclose(c_t, c.detach(), rtol=0, atol=1e-12)
    assert_same_grads(backward(cell, p), through_torch(cell, p)[2])


@every_batch()
def test_any_batch_equals_a_plain_torch_loop(batch):
    cell, p, lengths = batch
    leaves = {name: leaf(getattr(p, name)) for name in PARAMETERS[cell]}
    W_xh, W_hh, b_h, h_t = (leaves[name] for name in ("W_xh", "W_hh", "b_h", "h_0"))
    c_t, all_h = leaves.get("c_0"), []
    for t in range(p.x.shape[1]):
        running = torch.tensor(t < lengths)[:, None]
        from_x, from_h = leaves["x"][:, t] @ W_xh + b_h, h_t @ W_hh
        if cell == "rnn":
            new_h = TORCH[p.activation](from_x + from_h)
        elif cell == "lstm":
            i, f, g, o = (from_x + from_h).chunk(4, dim=1)
            new_c = torch.sigmoid(f) * c_t + torch.sigmoid(i) * torch.tanh(g)
            new_h = torch.sigmoid(o) * torch.tanh(new_c)
            c_t = torch.where(running, new_c, c_t)
        else:
            (xr, xz, xn), (hr, hz, hn) = from_x.chunk(3, dim=1), from_h.chunk(3, dim=1)
            z = torch.sigmoid(xz + hz)
            n = torch.tanh(xn + torch.sigmoid(xr + hr) * (hn + leaves["b_hn"]))
            new_h = (1 - z) * n + z * h_t
        h_t = torch.where(running, new_h, h_t)
        all_h.append(h_t)
    h = torch.stack(all_h, dim=1)
    assert_allclose(outputs(cell, p, lengths)[0], h.detach(), rtol=1e-12, atol=1e-12)

    total = (h * torch.tensor(p.dh)).sum() + ((c_t * torch.tensor(p.dc_T)).sum() if cell == "lstm" else 0)
    total.backward()
    expected = {"d" + n: np.zeros(v.shape) if v.grad is None else v.grad.numpy() for n, v in leaves.items()}
    assert_same_grads(backward(cell, p, lengths), expected)


# Finite differences


@with_activations
@pytest.mark.parametrize("lengths", [None, [4, 0, 2]])
def test_gradients_equal_central_differences(cell, activation, lengths):
    p = problem(cell, activation)
    grads = backward(cell, p, lengths)
    nudge = 1e-5
    for name in PARAMETERS[cell]:
        value = getattr(p, name)
        measured = np.empty_like(value)
        for i in np.ndindex(value.shape):
            up, down = value.copy(), value.copy()
            up[i] += nudge
            down[i] -= nudge
            rise = loss(cell, p, lengths, **{name: up}) - loss(cell, p, lengths, **{name: down})
            measured[i] = rise / (2 * nudge)
        error = np.linalg.norm(grads["d" + name] - measured) / np.linalg.norm(measured)
        assert error < 1e-7, f"d{name} is off by {error:.1e}, relatively"


# Properties


@every_batch()
def test_shapes_and_dtypes(batch):
    cell, p, lengths = batch
    B, T, D = p.x.shape
    H = len(p.W_hh)
    for dtype in (np.float32, np.float64):
        q = as_dtype(p, dtype)
        for of in (None, lengths):
            out = outputs(cell, q, of)
            assert {(state.shape, state.dtype) for state in out[: STATES[cell]]} == {((B, T, H), np.dtype(dtype))}
            gates = [(array.shape, array.dtype) for array in out[STATES[cell] :]]
            assert gates == [((B, T, BLOCKS[cell], H), dtype)] * (cell in GATED)
            grads = backward(cell, q, of)
            assert {grad.dtype for grad in grads.values()} == {np.dtype(dtype)}
        assert {name: grad.shape for name, grad in grads.items()} == {
            "d" + name: getattr(p, name).shape for name in PARAMETERS[cell]
        }
        h_t, c_t = step(cell, q, q.x[:, 0], q.h_0, q.c_0)
        assert h_t.dtype == dtype and (c_t is None or c_t.dtype == dtype)


@every_cell
@pytest.mark.parametrize("lengths", [None, [1, 4, 0]])
@pytest.mark.parametrize("ids", [False, True])
def test_float32_ids_and_missing_states_stay_float32(cell, lengths, ids):
    p = problem(cell, dtype=np.float32)
    changed = dict(x=np.zeros((3, 4), dtype=int) if ids else p.x, h_0=None, c_0=None, dc_T=None)
    assert {out.dtype for out in outputs(cell, p, lengths, **changed)} == {np.dtype(np.float32)}
    grads = backward(cell, p, lengths, **changed)
    assert {grad.dtype for grad in grads.values() if grad is not None} == {np.dtype(np.float32)}


@every_cell
def test_float32_is_close_to_float64(cell):
    p = problem(cell, B=8, T=30, D=6, H=16)
    q, off = as_dtype(p, np.float32), 1e-5 if cell == "rnn" else 1e-4
    assert_allclose(states(cell, q), states(cell, p), atol=off)
    assert_same_grads(backward(cell, q), backward(cell, p), rtol=10 * off, atol=10 * off)


@every_batch()
def test_forward_is_a_step_repeated(batch):
    cell, p, _ = batch
    h_t, c_t, repeated = p.h_0, p.c_0, []
    for t in range(p.x.shape[1]):
        h_t, c_t = step(cell, p, p.x[:, t], h_t, c_t)
        repeated.append(h_t if c_t is None else np.concatenate([h_t, c_t], axis=1))
    assert_allclose(states(cell, p), np.stack(repeated, axis=1), rtol=1e-12, atol=1e-12)


@given(batches(["rnn"]))
def test_concatenated_form_equals_two_products(batch):
    _, p, _ = batch
    together = np.concatenate([p.h_0, p.x[:, 0]], axis=1) @ np.concatenate([p.W_hh, p.W_xh])
    function, _ = cells.ACTIVATIONS[p.activation]
    assert_allclose(
        step("rnn", p, p.x[:, 0], p.h_0, None)[0],
        function(together + p.b_h),
        rtol=1e-12,
        atol=1e-12,
    )


@given(batches(GATED))
def test_the_gates_returned_are_those_that_made_the_states(batch):
    cell, p, lengths = batch
    h, *c, gates = outputs(cell, p, lengths)
    by_name = np.moveaxis(gates, 2, 0)
    if cell == "lstm":
        i, f, g, o = by_name
        c_before = np.concatenate([p.c_0[:, None], c[0][:, :-1]], axis=1)
        assert_allclose(c[0], f * c_before + i * g, rtol=1e-12, atol=1e-12)
        real = np.arange(h.shape[1]) < lengths[:, None]
        assert_allclose(h[real], (o * np.tanh(c[0]))[real], rtol=1e-12, atol=1e-12)
    else:
        _, z, n = by_name
        h_before = np.concatenate([p.h_0[:, None], h[:, :-1]], axis=1)
        assert_allclose(h, (1 - z) * n + z * h_before, rtol=1e-12, atol=1e-12)


@given(batches(GATED))
def test_gates_lie_between_0_and_1_and_candidates_between_minus_1_and_1(batch):
    cell, p, lengths = batch
    gates = outputs(cell, p, lengths)[-1]
    assert (np.abs(gates) <= 1).all()
    assert (np.delete(gates, 2, axis=2) >= 0).all()


@every_batch(st.randoms(use_true_random=False))
def test_batch_order_does_not_matter(batch, random):
    cell, p, lengths = batch
    order = list(range(len(p.x)))
    random.shuffle(order)
    shuffled = {name: getattr(p, name)[order] for name in ("x", "h_0", "c_0", "dh", "dc_T")}
    q = changed_to(p, **shuffled)
    assert_allclose(states(cell, q, lengths[order]), states(cell, p, lengths)[order], rtol=1e-12, atol=1e-12)
    expected = backward(cell, p, lengths)
    for name in {"dx", "dh_0", "dc_0"} & expected.keys():
        expected[name] = expected[name][order]
    assert_same_grads(backward(cell, q, lengths[order]), expected)


@every_batch()
def test_a_sequence_in_a_batch_equals_the_sequence_alone(batch):
    cell, p, lengths = batch
    together = states(cell, p, lengths)
    for b, length in enumerate(lengths):
        if length:
            alone = dict(x=p.x[b : b + 1, :length], h_0=p.h_0[b : b + 1], c_0=p.c_0[b : b + 1])
            assert_allclose(together[b, :length], states(cell, p, **alone)[0], rtol=1e-12, atol=1e-12)


@every_batch()
def test_past_the_end_states_are_carried_and_gates_say_so(batch):
    cell, p, lengths = batch
    carried, first = states(cell, p, lengths), first_states(cell, p)
    for b, length in enumerate(lengths):
        last = carried[b, length - 1] if length else first[b]
        assert_array_equal(carried[b, length:], np.broadcast_to(last, carried[b, length:].shape))
        assert_array_equal(carried[b, -1], last)
        if cell in GATED:
            gates = outputs(cell, p, lengths)[-1][b, length:]
            assert_array_equal(gates, np.broadcast_to(np.array(KEPT_BY[cell])[:, None], gates.shape))


@every_batch(st.sampled_from([0.0, -7.5, 1e308]))
def test_padding_never_changes_anything(batch, filler):
    cell, p, lengths = batch
    padded = np.arange(p.x.shape[1]) >= lengths[:, None]
    other = p.x.copy()
    other[padded] = filler
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for changed, expected in zip(outputs(cell, p, lengths, x=other), outputs(cell, p, lengths), strict=True):
            assert_array_equal(changed, expected)
        expected, changed = backward(cell, p, lengths), backward(cell, p, lengths, x=other)
    for name, grad in expected.items():
        assert_array_equal(changed[name], grad, err_msg=name)
    assert not expected["dx"][padded].any()


@with_activations
def test_length_0_keeps_the_first_states_and_hands_every_gradient_back(cell, activation):
    p = problem(cell, activation)
    lengths = [0, 0, 0]
    assert_array_equal(outputs(cell, p, lengths)[0], np.repeat(p.h_0[:, None], 4, axis=1))
    grads = backward(cell, p, lengths)
    assert_allclose(grads.pop("dh_0"), p.dh.sum(axis=1), rtol=1e-12)
    if cell == "lstm":
        assert_array_equal(grads.pop("dc_0"), p.dc_T)
    assert not any(grad.any() for grad in grads.values())


@every_batch()
def test_full_lengths_equal_no_lengths(batch):
    cell, p, _ = batch
    full = np.full(*p.x.shape[:2])
    assert_array_equal(states(cell, p, full), states(cell, p))
    assert_same_grads(backward(cell, p, full), backward(cell, p))


@every_batch()
def test_a_later_input_never_changes_an_earlier_state(batch):
    cell, p, _ = batch
    for t in range(p.x.shape[1]):
        x = p.x.copy()
        x[:, t] += 1
        assert_array_equal(states(cell, p, x=x)[:, :t], states(cell, p)[:, :t])


@every_batch(st.integers(1, 9), st.sampled_from([np.int64, np.int32, np.uint8]))
def test_ids_equal_one_hot_floats(batch, V, dtype):
    cell, p, lengths = batch
    rng = np.random.default_rng(0)
    ids = rng.integers(0, V, size=p.x.shape[:2]).astype(dtype)
    W_xh = rng.normal(size=(V, p.W_xh.shape[1]))
    floats = dict(x=one_hot(ids, V), W_xh=W_xh)
    assert_allclose(
        states(cell, p, lengths, x=ids, W_xh=W_xh), states(cell, p, lengths, **floats), rtol=1e-12, atol=1e-12
    )
    grads, expected = backward(cell, p, lengths, x=ids, W_xh=W_xh), backward(cell, p, lengths, **floats)
    assert grads.pop("dx") is None
    expected.pop("dx")
    assert_same_grads(grads, expected)


@with_activations
def test_missing_states_mean_zeros(cell, activation):
    p = problem(cell, activation)
    missing = dict(h_0=None, c_0=None, dc_T=None)
    zeros = {name: np.zeros_like(p.h_0) for name in missing}
    assert_array_equal(states(cell, p, **missing), states(cell, p, **zeros))
    assert_same_grads(backward(cell, p, **missing), backward(cell, p, **zeros))


@with_activations
@pytest.mark.parametrize("ids", [False, True])
def test_arguments_are_left_as_they_were(cell, activation, ids):
    for lengths, T in ((None, 1), ([2], 3)):
        p = problem(cell, activation, B=1, T=T)
        if ids:
            p.x = np.zeros((1, T), dtype=int)
        before = {name: value.copy() for name, value in arrays(p).items()}
        backward(cell, p, lengths)
        for name, value in before.items():
            assert_array_equal(getattr(p, name), value, err_msg=name)


def test_backward_leaves_what_forward_returned():
    for cell in CELLS:
        p = problem(cell, B=1, T=1)
        out = outputs(cell, p)
        copies = [array.copy() for array in out]
        backward_of(cell, p, out)
        for array, copy in zip(out, copies, strict=True):
            assert_array_equal(array, copy)


# What gates are for


@given(batches(["lstm"]))
def test_an_lstm_with_open_forget_and_closed_input_gates_keeps_its_cell_state(batch):
    cell, p, _ = batch
    H = len(p.W_hh)
    kept = p.c_0.copy()
    p.W_xh[:], p.W_hh[:] = 0, 0
    p.b_h[:H], p.b_h[H : 2 * H] = -1000, 1000
    _, c, _ = outputs(cell, p)
    assert_array_equal(c, np.broadcast_to(kept[:, None], c.shape))
    assert_array_equal(backward(cell, p, dh=0 * p.dh)["dc_0"], p.dc_T)


def test_the_gradient_along_c_is_the_product_of_forget_gates():
    p = problem("lstm", T=9)
    p.W_hh[:] = 0  # then gradients flow back through c alone
    _, _, gates = outputs("lstm", p)
    assert_allclose(backward("lstm", p, dh=0 * p.dh)["dc_0"], p.dc_T * gates[:, :, 1].prod(axis=1), rtol=1e-12)


# Extreme values


@every_gated_cell
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("sign", [-1, 1])
def test_saturated_gates_stay_finite_and_quiet(cell, dtype, sign):
    p = problem(cell, dtype=dtype)
    p.x[:] = np.finfo(dtype).max / 8
    p.W_xh[:] = sign
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.isfinite(states(cell, p)).all()
        grads = backward(cell, p)
    assert not grads["dW_xh"].any() and not grads["dx"].any()


@every_gated_cell
def test_an_overflowing_pre_activation_saturates_quietly(cell):
    p = problem(cell)
    p.x[:] = 1e308
    p.W_xh[:] = 1e10
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.isfinite(states(cell, p)).all()
        step(cell, p, p.x[:, 0], p.h_0, p.c_0)


@every_gated_cell
def test_infinity_less_infinity_is_reported_by_name(cell):
    p = problem(cell, D=1)
    p.x[:], p.W_xh[:], p.W_hh[:], p.h_0[:] = 1e308, 1e10, -1e308, 1e10
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(ValueError, match=r"h contains NaN, first at index \(0, 0, 0\)"):
            outputs(cell, p)
        with pytest.raises(ValueError, match="h_t contains NaN"):
            step(cell, p, p.x[:, 0], p.h_0, p.c_0)


@every_gated_cell
def test_a_gradient_that_outgrows_its_dtype_is_reported_by_name(cell):
    p = problem(cell)
    p.dh[:] = 1e308
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(ValueError, match=r"d(x|h_0|c_0|W_xh|W_hh|b_h|b_hn) contains (infinity|NaN)"):
            backward(cell, p)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_saturated_tanh_is_one_and_stops_the_gradient(dtype):
    p = problem("rnn", dtype=dtype)
    p.x[:] = np.finfo(dtype).max / 8
    p.W_xh[:] = 1
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert_array_equal(states("rnn", p), np.ones((3, 4, 5)))
        grads = backward("rnn", p)
    assert all(not grad.any() for grad in grads.values())


def test_an_overflowing_pre_activation_saturates_tanh_quietly():
    p = problem("rnn")
    p.x[:] = 1e308
    p.W_xh[:] = 1e10
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert_array_equal(states("rnn", p), np.ones((3, 4, 5)))
        assert_array_equal(step("rnn", p, p.x[:, 0], p.h_0, None)[0], np.ones((3, 5)))


@pytest.mark.parametrize("activation", ["relu", "identity"])
def test_a_state_that_outgrows_its_dtype_is_reported_by_name(activation):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(ValueError, match=r"h contains infinity, first at index \(0, 6, 0\)"):
            cells.rnn_forward(
                np.ones((1, 9, 1), np.float32),
                None,
                np.full((1, 1), 1e6, np.float32),
                np.full((1, 1), 1e6, np.float32),
                np.zeros(1, np.float32),
                activation=activation,
            )
        with pytest.raises(ValueError, match="h_t contains infinity"):
            cells.rnn_step(*(np.full(shape, 1e300) for shape in ((1, 1), (1, 1), (1, 1), (1, 1), (1,))), activation)


def test_a_gradient_of_an_rnn_that_outgrows_its_dtype_is_reported_by_name():
    T = 9
    x, h = np.ones((1, T, 1)), np.ones((1, T, 1))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(ValueError, match=r"(dh_0|dW_hh|dW_xh|db_h|dx) contains infinity"):
            cells.rnn_backward(
                np.ones((1, T, 1)), x, h, None, np.ones((1, 1)), np.full((1, 1), 1e60), activation="identity"
            )


# Cost


def test_no_one_hot_array_is_built_for_ids():
    V, B, T, H = 50_000, 8, 20, 4
    rng = np.random.default_rng(0)
    ids = rng.integers(0, V, size=(B, T))
    W_xh, W_hh, b_h, dh = np.zeros((V, H)), np.zeros((H, H)), np.zeros(H), np.ones((B, T, H))
    tracemalloc.start()
    h = cells.rnn_forward(ids, None, W_xh, W_hh, b_h)
    cells.rnn_backward(dh, ids, h, None, W_xh, W_hh)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4 * W_xh.nbytes, f"{peak:,} bytes; a one-hot array would take {B * T * V * 8:,}"
