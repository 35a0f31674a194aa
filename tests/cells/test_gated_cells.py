"""helpers.cells, LSTM and GRU: the numeric contract against torch, finite differences and itself."""

import warnings
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from helpers import cells
from helpers.text import one_hot

CELLS = ["lstm", "gru"]
BLOCKS = {"lstm": 4, "gru": 3}
KEPT_BY = {"lstm": [0, 1, 0, 0], "gru": [0, 1, 0]}  # the gates of a step past the end
PARAMETERS = {
    "lstm": ["x", "h_0", "c_0", "W_xh", "W_hh", "b_h"],
    "gru": ["x", "h_0", "W_xh", "W_hh", "b_h", "b_hn"],
}
every_cell = pytest.mark.parametrize("cell", CELLS)


def problem(cell, B=3, T=4, D=2, H=5, seed=0, dtype=np.float64):
    """Inputs, states, weights, and what the loss sends back to every h and to the last c, all standard normal."""
    rng = np.random.default_rng(seed)

    def normal(*shape):
        return rng.normal(size=shape).astype(dtype)

    columns = BLOCKS[cell] * H
    return SimpleNamespace(
        x=normal(B, T, D),
        h_0=normal(B, H),
        c_0=normal(B, H),
        W_xh=normal(D, columns),
        W_hh=normal(H, columns) / dtype(2 * np.sqrt(H)),
        b_h=normal(columns),
        b_hn=normal(H),
        dh=normal(B, T, H),
        dc_T=normal(B, H),
    )


def outputs(cell, p, lengths=None, **changed):
    """(h, c, gates) of an LSTM, (h, gates) of a GRU."""
    p = SimpleNamespace(**{**vars(p), **changed})
    if cell == "lstm":
        return cells.lstm_forward(p.x, p.h_0, p.c_0, p.W_xh, p.W_hh, p.b_h, lengths)
    return cells.gru_forward(p.x, p.h_0, p.W_xh, p.W_hh, p.b_h, p.b_hn, lengths)


def states(cell, p, lengths=None, **changed):
    """All states side by side: (B, T, 2H) h and c of an LSTM, (B, T, H) of a GRU."""
    return np.concatenate(outputs(cell, p, lengths, **changed)[:-1], axis=2)


def backward(cell, p, lengths=None, **changed):
    p = SimpleNamespace(**{**vars(p), **changed})
    out = outputs(cell, p, lengths)
    if cell == "lstm":
        return cells.lstm_backward(p.dh, p.x, *out, p.h_0, p.c_0, p.W_xh, p.W_hh, lengths, p.dc_T)
    return cells.gru_backward(p.dh, p.x, *out, p.h_0, p.W_xh, p.W_hh, p.b_hn, lengths)


def step(cell, p, x_t, h_prev, c_prev):
    """(h_t, c_t); c_t is None for a GRU."""
    if cell == "lstm":
        return cells.lstm_step(x_t, h_prev, c_prev, p.W_xh, p.W_hh, p.b_h)
    return cells.gru_step(x_t, h_prev, p.W_xh, p.W_hh, p.b_h, p.b_hn), None


def loss(cell, p, lengths, **changed):
    """The scalar whose gradient is dh at every h and dc_T at the last c."""
    h, *rest = outputs(cell, p, lengths, **changed)
    return (h * p.dh).sum() + ((rest[0][:, -1] * p.dc_T).sum() if cell == "lstm" else 0)


@st.composite
def batches(draw):
    """A cell and a problem of any small size, with lengths from 0 to T."""
    cell = draw(st.sampled_from(CELLS))
    B, T, D, H = (draw(st.integers(1, size)) for size in (4, 6, 3, 4))
    p = problem(cell, B, T, D, H, seed=draw(st.integers(0, 2**32 - 1)))
    return cell, p, np.array(draw(st.lists(st.integers(0, T), min_size=B, max_size=B)))


def assert_same_grads(grads, expected, rtol=1e-10, atol=1e-10):
    assert grads.keys() == expected.keys()
    for name in expected:
        assert_allclose(grads[name], expected[name], rtol=rtol, atol=atol, err_msg=name)


# Parity with torch


def leaf(array):
    return torch.tensor(array, requires_grad=True)


def torch_layer(cell, p):
    """torch's layer with our weights; the second bias is zero, except for the GRU's candidate."""
    Layer = {"lstm": torch.nn.LSTM, "gru": torch.nn.GRU}[cell]
    D, H = p.x.shape[2], len(p.W_hh)
    layer = Layer(D, H, batch_first=True, dtype=torch.float64)
    with torch.no_grad():
        layer.weight_ih_l0.copy_(torch.tensor(p.W_xh.T))
        layer.weight_hh_l0.copy_(torch.tensor(p.W_hh.T))
        layer.bias_ih_l0.copy_(torch.tensor(p.b_h))
        layer.bias_hh_l0.zero_()
        if cell == "gru":
            layer.bias_hh_l0[2 * H :] = torch.tensor(p.b_hn)
    return layer


def through_torch(cell, p, lengths=None):
    """What torch makes of the same problem: h, the last states, and every gradient by our names."""
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
    past_end = torch.tensor(p.dh * (1 - real)[..., None]).sum(dim=1)  # ours carries the state there, torch pads
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
    else:
        grads["db_hn"] = layer.bias_hh_l0.grad.numpy()[2 * len(p.W_hh) :]
    return h.detach().numpy(), [state.detach().numpy() for state in last], grads


@every_cell
@pytest.mark.parametrize(("B", "T"), [(1, 1), (1, 7), (4, 1), (4, 7)])
def test_sequence_equals_torch(cell, B, T):
    p = problem(cell, B=B, T=T)
    h, last, grads = through_torch(cell, p)
    ours = outputs(cell, p)
    assert_allclose(ours[0], h, rtol=0, atol=1e-12)
    for state, expected in zip(ours[:-1], last, strict=True):
        assert_allclose(state[:, -1], expected, rtol=0, atol=1e-12)
    assert_same_grads(backward(cell, p), grads)


@every_cell
def test_a_long_sequence_equals_torch(cell):
    p = problem(cell, B=5, T=120, D=3, H=17)
    h, _, grads = through_torch(cell, p)
    assert_allclose(outputs(cell, p)[0], h, rtol=0, atol=1e-11)
    assert_same_grads(backward(cell, p), grads, rtol=1e-9, atol=1e-9)


@every_cell
def test_lengths_equal_torch_packed_sequence(cell):
    p = problem(cell, B=4, T=6)
    lengths = [6, 1, 3, 5]
    h, last, grads = through_torch(cell, p, lengths)
    ours = outputs(cell, p, lengths)
    real = (np.arange(6) < np.array(lengths)[:, None])[..., None]
    assert_allclose(ours[0] * real, h, rtol=0, atol=1e-12)  # torch pads with zeros, ours carries the state
    for state, expected in zip(ours[:-1], last, strict=True):
        assert_allclose(state[:, -1], expected, rtol=0, atol=1e-12)
    assert_same_grads(backward(cell, p, lengths), grads)


@every_cell
@pytest.mark.parametrize("B", [1, 3])
def test_step_equals_torch_cell(cell, B):
    p = problem(cell, B=B, T=1)
    h, last, _ = through_torch(cell, p)
    h_t, c_t = step(cell, p, p.x[:, 0], p.h_0, p.c_0)
    assert_allclose(h_t, h[:, 0], rtol=0, atol=1e-12)
    if cell == "lstm":
        assert_allclose(c_t, last[1], rtol=0, atol=1e-12)


@given(batches())
def test_any_batch_equals_a_plain_torch_loop(batch):
    cell, p, lengths = batch
    leaves = {name: leaf(getattr(p, name)) for name in PARAMETERS[cell]}
    W_xh, W_hh, b_h, h_t = (leaves[name] for name in ("W_xh", "W_hh", "b_h", "h_0"))
    c_t, all_h = leaves.get("c_0"), []
    for t in range(p.x.shape[1]):
        running = torch.tensor(t < lengths)[:, None]
        from_x, from_h = leaves["x"][:, t] @ W_xh + b_h, h_t @ W_hh
        if cell == "lstm":
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


@every_cell
@pytest.mark.parametrize("lengths", [None, [4, 0, 2]])
def test_gradients_equal_central_differences(cell, lengths):
    p = problem(cell)
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


@given(batches())
def test_shapes_and_dtypes(batch):
    cell, p, lengths = batch
    B, T, D = p.x.shape
    H, columns = p.W_hh.shape
    for dtype in (np.float32, np.float64):
        q = SimpleNamespace(**{name: value.astype(dtype) for name, value in vars(p).items()})
        for of in (None, lengths):
            *kept, gates = outputs(cell, q, of)
            assert {(state.shape, state.dtype) for state in kept} == {((B, T, H), np.dtype(dtype))}
            assert (gates.shape, gates.dtype) == ((B, T, BLOCKS[cell], H), dtype)
            grads = backward(cell, q, of)
            assert {grad.dtype for grad in grads.values()} == {np.dtype(dtype)}
        assert {name: grad.shape for name, grad in grads.items()} == {
            "d" + name: getattr(p, name).shape for name in PARAMETERS[cell]
        }
        h_t, c_t = step(cell, q, q.x[:, 0], q.h_0, q.c_0)
        assert h_t.dtype == dtype and (c_t is None or c_t.dtype == dtype)


@every_cell
@pytest.mark.parametrize("lengths", [None, [1, 4, 0]])
def test_float32_ids_and_missing_states_stay_float32(cell, lengths):
    p = problem(cell, dtype=np.float32)
    changed = dict(x=np.zeros((3, 4), dtype=int), h_0=None, c_0=None, dc_T=None)
    assert {out.dtype for out in outputs(cell, p, lengths, **changed)} == {np.dtype(np.float32)}
    grads = backward(cell, p, lengths, **changed)
    assert {grad.dtype for grad in grads.values() if grad is not None} == {np.dtype(np.float32)}


@every_cell
def test_float32_is_close_to_float64(cell):
    p = problem(cell, B=8, T=30, D=6, H=16)
    q = SimpleNamespace(**{name: value.astype(np.float32) for name, value in vars(p).items()})
    assert_allclose(states(cell, q), states(cell, p), atol=1e-4)
    assert_same_grads(backward(cell, q), backward(cell, p), rtol=1e-3, atol=1e-3)


@given(batches())
def test_forward_is_a_step_repeated(batch):
    cell, p, _ = batch
    h_t, c_t, repeated = p.h_0, p.c_0, []
    for t in range(p.x.shape[1]):
        h_t, c_t = step(cell, p, p.x[:, t], h_t, c_t)
        repeated.append(h_t if c_t is None else np.concatenate([h_t, c_t], axis=1))
    assert_allclose(states(cell, p), np.stack(repeated, axis=1), rtol=1e-12, atol=1e-12)


@given(batches())
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


@given(batches())
def test_gates_lie_between_0_and_1_and_candidates_between_minus_1_and_1(batch):
    cell, p, lengths = batch
    gates = outputs(cell, p, lengths)[-1]
    assert (np.abs(gates) <= 1).all()
    assert (np.delete(gates, 2, axis=2) >= 0).all()


@given(batches(), st.randoms(use_true_random=False))
def test_batch_order_does_not_matter(batch, random):
    cell, p, lengths = batch
    order = list(range(len(p.x)))
    random.shuffle(order)
    shuffled = {name: getattr(p, name)[order] for name in ("x", "h_0", "c_0", "dh", "dc_T")}
    q = SimpleNamespace(**{**vars(p), **shuffled})
    assert_allclose(states(cell, q, lengths[order]), states(cell, p, lengths)[order], rtol=1e-12, atol=1e-12)
    expected = backward(cell, p, lengths)
    for name in {"dx", "dh_0", "dc_0"} & expected.keys():
        expected[name] = expected[name][order]
    assert_same_grads(backward(cell, q, lengths[order]), expected)


@given(batches())
def test_a_sequence_in_a_batch_equals_the_sequence_alone(batch):
    cell, p, lengths = batch
    together = states(cell, p, lengths)
    for b, length in enumerate(lengths):
        if length:
            alone = dict(x=p.x[b : b + 1, :length], h_0=p.h_0[b : b + 1], c_0=p.c_0[b : b + 1])
            assert_allclose(together[b, :length], states(cell, p, **alone)[0], rtol=1e-12, atol=1e-12)


@given(batches())
def test_past_the_end_states_are_carried_and_gates_say_so(batch):
    cell, p, lengths = batch
    carried, gates = states(cell, p, lengths), outputs(cell, p, lengths)[-1]
    first = np.concatenate([p.h_0, p.c_0] if cell == "lstm" else [p.h_0], axis=1)
    for b, length in enumerate(lengths):
        last = carried[b, length - 1] if length else first[b]
        assert_array_equal(carried[b, length:], np.broadcast_to(last, carried[b, length:].shape))
        closed = np.broadcast_to(np.array(KEPT_BY[cell])[:, None], gates[b, length:].shape)
        assert_array_equal(gates[b, length:], closed)


@given(batches(), st.sampled_from([0.0, -7.5, 1e308]))
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


@every_cell
def test_length_0_keeps_the_first_states_and_hands_every_gradient_back(cell):
    p = problem(cell)
    lengths = [0, 0, 0]
    assert_array_equal(outputs(cell, p, lengths)[0], np.repeat(p.h_0[:, None], 4, axis=1))
    grads = backward(cell, p, lengths)
    assert_allclose(grads.pop("dh_0"), p.dh.sum(axis=1), rtol=1e-12)
    if cell == "lstm":
        assert_array_equal(grads.pop("dc_0"), p.dc_T)
    assert not any(grad.any() for grad in grads.values())


@given(batches())
def test_full_lengths_equal_no_lengths(batch):
    cell, p, _ = batch
    full = np.full(*p.x.shape[:2])
    assert_array_equal(states(cell, p, full), states(cell, p))
    assert_same_grads(backward(cell, p, full), backward(cell, p))


@given(batches())
def test_a_later_input_never_changes_an_earlier_state(batch):
    cell, p, _ = batch
    for t in range(p.x.shape[1]):
        x = p.x.copy()
        x[:, t] += 1
        assert_array_equal(states(cell, p, x=x)[:, :t], states(cell, p)[:, :t])


@given(batches(), st.integers(1, 9), st.sampled_from([np.int64, np.int32, np.uint8]))
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


@every_cell
def test_missing_states_mean_zeros(cell):
    p = problem(cell)
    missing = dict(h_0=None, c_0=None, dc_T=None)
    zeros = {name: np.zeros_like(p.h_0) for name in missing}
    assert_array_equal(states(cell, p, **missing), states(cell, p, **zeros))
    assert_same_grads(backward(cell, p, **missing), backward(cell, p, **zeros))


@every_cell
@pytest.mark.parametrize("ids", [False, True])
def test_arguments_are_left_as_they_were(cell, ids):
    for lengths, T in ((None, 1), ([2], 3)):
        p = problem(cell, B=1, T=T)
        if ids:
            p.x = np.zeros((1, T), dtype=int)
        before = {name: value.copy() for name, value in vars(p).items()}
        backward(cell, p, lengths)
        for name, value in before.items():
            assert_array_equal(getattr(p, name), value, err_msg=name)


def test_backward_leaves_what_forward_returned():
    for cell in CELLS:
        p = problem(cell, B=1, T=1)
        out = outputs(cell, p)
        copies = [array.copy() for array in out]
        if cell == "lstm":
            cells.lstm_backward(p.dh, p.x, *out, p.h_0, p.c_0, p.W_xh, p.W_hh)
        else:
            cells.gru_backward(p.dh, p.x, *out, p.h_0, p.W_xh, p.W_hh, p.b_hn)
        for array, copy in zip(out, copies, strict=True):
            assert_array_equal(array, copy)


# What gates are for


@given(batches())
def test_an_lstm_with_open_forget_and_closed_input_gates_keeps_its_cell_state(batch):
    cell, p, _ = batch
    if cell == "lstm":
        H = len(p.W_hh)
        kept = p.c_0.copy()
        p.W_xh[:], p.W_hh[:] = 0, 0
        p.b_h[:H], p.b_h[H : 2 * H] = -1000, 1000
        _, c, _ = outputs(cell, p)
        assert_array_equal(c, np.broadcast_to(kept[:, None], c.shape))
        assert_array_equal(backward(cell, p, dh=0 * p.dh)["dc_0"], p.dc_T)


def test_the_gradient_along_c_is_the_product_of_forget_gates():
    p = problem("lstm", T=9)
    p.W_hh[:] = 0  # c is then the only way back
    _, _, gates = outputs("lstm", p)
    assert_allclose(backward("lstm", p, dh=0 * p.dh)["dc_0"], p.dc_T * gates[:, :, 1].prod(axis=1), rtol=1e-12)


# Extreme values


@every_cell
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


@every_cell
def test_an_overflowing_pre_activation_saturates_quietly(cell):
    p = problem(cell)
    p.x[:] = 1e308
    p.W_xh[:] = 1e10
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.isfinite(states(cell, p)).all()
        step(cell, p, p.x[:, 0], p.h_0, p.c_0)


@every_cell
def test_infinity_less_infinity_is_reported_by_name(cell):
    p = problem(cell, D=1)
    p.x[:], p.W_xh[:], p.W_hh[:], p.h_0[:] = 1e308, 1e10, -1e308, 1e10
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(ValueError, match=r"h contains NaN, first at index \(0, 0, 0\)"):
            outputs(cell, p)
        with pytest.raises(ValueError, match="h_t contains NaN"):
            step(cell, p, p.x[:, 0], p.h_0, p.c_0)


@every_cell
def test_a_gradient_that_outgrows_its_dtype_is_reported_by_name(cell):
    p = problem(cell)
    p.dh[:] = 1e308
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(ValueError, match=r"d(x|h_0|c_0|W_xh|W_hh|b_h|b_hn) contains (infinity|NaN)"):
            backward(cell, p)


# Errors


def call(cell, way, **changed):
    """Any of the six functions with good arguments, except for those changed."""
    p = problem(cell)
    out = dict(zip(("h", "c", "gates") if cell == "lstm" else ("h", "gates"), outputs(cell, p), strict=True))
    weights = {name: getattr(p, name) for name in PARAMETERS[cell] if name[0] in "Wb"}
    first = {name: getattr(p, name) for name in ("h_0", "c_0") if name in PARAMETERS[cell]}
    if way == "step":
        given = dict(x_t=p.x[:, 0], **{name.replace("0", "prev"): value for name, value in first.items()}, **weights)
    elif way == "forward":
        given = dict(x=p.x, **first, **weights)
    else:
        weights.pop("b_h")
        given = dict(dh=p.dh, x=p.x, **out, **first, **weights)
    return getattr(cells, f"{cell}_{way}")(**{**given, **changed})


def holding(value, *shape):
    array = np.zeros(shape)
    array.flat[-1] = value
    return array


BOTH = [
    ("step", dict(x_t=np.zeros((3, 7))), ["x_t", "(3, 7)", "(B, 2)"]),
    ("step", dict(x_t=np.zeros(2)), ["x_t", "(2,)", "(B, 2)"]),
    ("step", dict(x_t=holding(np.nan, 3, 2)), ["x_t", "NaN", "(2, 1)"]),
    ("step", dict(x_t=np.zeros((3, 2), int)), ["x_t", "int64", "float"]),
    ("step", dict(x_t=np.zeros((3, 2), np.float32)), ["x_t", "float32", "float64"]),
    ("step", dict(h_prev=np.zeros((1, 5))), ["h_prev", "(1, 5)", "(3, 5)"]),
    ("step", dict(h_prev=None), ["h_prev", "object", "float"]),
    ("step", dict(h_prev=holding(np.inf, 3, 5)), ["h_prev", "infinity", "(2, 4)"]),
    ("forward", dict(x=np.zeros((3, 4, 7))), ["x", "(3, 4, 7)", "(B, T, 2)"]),
    ("forward", dict(x=np.zeros((4, 2))), ["x", "(4, 2)", "(B, T, D)", "(B, T)"]),
    ("forward", dict(x=np.zeros((0, 4, 2)), h_0=None), ["x", "(0, 4, 2)", "at least one"]),
    ("forward", dict(x=np.full((3, 4), 2)), ["x", "2", "0 to 1"]),
    ("forward", dict(x=holding(np.nan, 3, 4, 2)), ["x", "NaN", "(2, 3, 1)"]),
    ("forward", dict(h_0=np.zeros((1, 5))), ["h_0", "(1, 5)", "(3, 5)"]),
    ("forward", dict(h_0=np.zeros((3, 5), np.float32)), ["h_0", "float32", "W_xh", "float64"]),
    ("forward", dict(W_xh=np.zeros(5)), ["W_xh", "(5,)", "(D, "]),
    ("forward", dict(W_hh=np.zeros((5, 5))), ["W_hh", "(5, 5)", "W_xh"]),
    ("forward", dict(W_hh=np.zeros((5, 5), np.float32)), ["W_hh"]),
    ("forward", dict(b_h=np.zeros(5)), ["b_h", "(5,)", "W_xh"]),
    ("forward", dict(lengths=[4, 4]), ["lengths", "(2,)", "(3,)"]),
    ("forward", dict(lengths=[4, 5, 1]), ["lengths", "5", "0 to 4"]),
    ("forward", dict(lengths=[4.0, 3.0, 1.0]), ["lengths", "float64", "integer"]),
    ("backward", dict(dh=np.zeros((3, 5))), ["dh", "(3, 5)", "(3, 4, 5)"]),
    ("backward", dict(dh=holding(np.nan, 3, 4, 5)), ["dh", "NaN", "(2, 3, 4)"]),
    ("backward", dict(dh=np.zeros((3, 4, 5), np.float32)), ["dh", "float32", "float64"]),
    ("backward", dict(h=np.zeros((3, 3, 5))), ["h", "(3, 3, 5)", "(3, 4, 5)"]),
    ("backward", dict(gates=np.zeros((3, 4, 5))), ["gates", "(3, 4, 5)", "(3, 4, "]),
    ("backward", dict(h_0=np.zeros((2, 5))), ["h_0", "(2, 5)", "(3, 5)"]),
    ("backward", dict(lengths=[1, 2]), ["lengths", "(2,)", "(3,)"]),
]
ONE = [
    ("lstm", "step", dict(W_xh=np.zeros((2, 7))), ["W_xh", "(2, 7)", "(D, 4H)", "i, f, g, o"]),
    ("lstm", "step", dict(c_prev=np.zeros((1, 5))), ["c_prev", "(1, 5)", "(3, 5)"]),
    ("lstm", "forward", dict(c_0=np.zeros(5)), ["c_0", "(5,)", "(3, 5)"]),
    ("lstm", "forward", dict(c_0=holding(np.inf, 3, 5)), ["c_0", "infinity", "(2, 4)"]),
    ("lstm", "forward", dict(W_hh=np.zeros((5, 5))), ["W_hh", "(5, 5)", "(2, 20)", "(5, 20)"]),
    ("lstm", "forward", dict(b_h=np.zeros(5)), ["b_h", "(5,)", "(2, 20)", "(20,)"]),
    ("lstm", "backward", dict(c=np.zeros((3, 4, 1))), ["c", "(3, 4, 1)", "(3, 4, 5)"]),
    ("lstm", "backward", dict(gates=np.zeros((3, 4, 20))), ["gates", "(3, 4, 20)", "(3, 4, 4, 5)"]),
    ("lstm", "backward", dict(dc_T=np.zeros((3, 4, 5))), ["dc_T", "(3, 4, 5)", "(3, 5)"]),
    ("lstm", "backward", dict(dc_T=holding(np.nan, 3, 5)), ["dc_T", "NaN", "(2, 4)"]),
    ("gru", "step", dict(W_xh=np.zeros((2, 7))), ["W_xh", "(2, 7)", "(D, 3H)", "r, z, n"]),
    ("gru", "step", dict(b_hn=np.zeros(15)), ["b_hn", "(15,)", "(5,)"]),
    ("gru", "forward", dict(b_hn=np.zeros(5, np.float32)), ["b_hn", "float32", "W_xh", "float64"]),
    ("gru", "forward", dict(b_h=np.zeros(5)), ["b_h", "(5,)", "(2, 15)", "(15,)"]),
    ("gru", "backward", dict(b_hn=holding(np.nan, 5)), ["b_hn", "NaN", "(4,)"]),
    ("gru", "backward", dict(gates=np.zeros((3, 4, 4, 5))), ["gates", "(3, 4, 4, 5)", "(3, 4, 3, 5)"]),
]


@pytest.mark.parametrize(("cell", "way", "changed", "said"), [(cell, *case) for cell in CELLS for case in BOTH] + ONE)
def test_wrong_arguments_are_named(cell, way, changed, said):
    with pytest.raises(ValueError) as raised:
        call(cell, way, **changed)
    message = str(raised.value)
    assert [part for part in said if part not in message] == [], message


@every_cell
@pytest.mark.parametrize("way", ["step", "forward", "backward"])
def test_good_arguments_are_taken(cell, way):
    call(cell, way)
