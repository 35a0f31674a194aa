"""helpers.cells: the minGRU against a loop in torch, with lengths, ids and both widths of floats."""

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal

from helpers import cells, scans
from helpers.text import one_hot


def problem(B=3, T=6, D=4, H=5, seed=0, dtype=np.float64):
    rng = np.random.default_rng(seed)
    shapes = dict(x=(B, T, D), h_0=(B, H), W_xh=(D, 2 * H), b_h=(2 * H,))
    return {name: rng.normal(size=shape).astype(dtype) for name, shape in shapes.items()}


def in_torch(p, dh, lengths):
    leaves = {name: torch.tensor(value, requires_grad=True) for name, value in p.items()}
    H, states, h_t = p["h_0"].shape[1], [], leaves["h_0"]
    for t in range(p["x"].shape[1]):
        z, n = (leaves["x"][:, t] @ leaves["W_xh"] + leaves["b_h"]).split(H, dim=1)
        z = torch.sigmoid(z)
        h_t = torch.where(torch.tensor(lengths)[:, None] > t, z * h_t + (1 - z) * n, h_t)
        states.append(h_t)
    h = torch.stack(states, dim=1)
    (h * torch.tensor(dh)).sum().backward()
    return h.detach(), {f"d{name}": leaf.grad for name, leaf in leaves.items()}


@pytest.mark.parametrize("scan", [scans.loop, scans.doubling, scans.work_efficient])
@pytest.mark.parametrize("lengths", [[6, 6, 6], [6, 2, 0]])
def test_both_passes_are_those_of_autograd(scan, lengths):
    p, dh = problem(), np.random.default_rng(1).normal(size=(3, 6, 5))
    theirs, grads = in_torch(p, dh, lengths)
    h, gates = cells.min_gru_forward(**p, lengths=lengths, scan=scan)
    assert_allclose(h, theirs, rtol=0, atol=1e-12)
    ours = cells.min_gru_backward(dh, p["x"], h, gates, p["h_0"], p["W_xh"], lengths, scan)
    assert ours.keys() == grads.keys()
    for name, grad in grads.items():
        assert_allclose(ours[name], grad, rtol=0, atol=1e-10, err_msg=name)


def test_steps_one_by_one_give_the_forward_pass():
    p = problem()
    h_t = p["h_0"]
    for t in range(6):
        h_t = cells.min_gru_step(p["x"][:, t], h_t, p["W_xh"], p["b_h"])
        assert_allclose(h_t, cells.min_gru_forward(**p)[0][:, t], rtol=0, atol=1e-14)


def test_ids_are_one_hot_rows():
    p, ids = problem(), np.array([[0, 3, 1], [2, 2, 0]])
    rows = one_hot(ids, 4)
    (h, gates), (h_ids, gates_ids) = (
        cells.min_gru_forward(x, None, p["W_xh"], p["b_h"]) for x in (rows.astype(float), ids)
    )
    assert_allclose(h, h_ids)
    back = [cells.min_gru_backward(np.ones_like(h), x, h, gates, None, p["W_xh"]) for x in (rows.astype(float), ids)]
    assert_allclose(back[0]["dW_xh"], back[1]["dW_xh"])
    assert back[1]["dx"] is None and gates_ids.shape == (2, 3, 2, 5)


def test_past_the_end_the_state_is_kept():
    p = problem()
    h, gates = cells.min_gru_forward(**p, lengths=[6, 2, 0])
    assert_array_equal(h[1, 2:], h[1, 1:2].repeat(4, axis=0))
    assert_array_equal(h[2], p["h_0"][2:].repeat(6, axis=0))
    assert_array_equal(gates[2, :, 0], 1)


def test_float32_stays_float32():
    p = problem(dtype=np.float32)
    h, gates = cells.min_gru_forward(**p)
    grads = cells.min_gru_backward(h, p["x"], h, gates, p["h_0"], p["W_xh"])
    assert {h.dtype, gates.dtype, *(grad.dtype for grad in grads.values())} == {np.dtype(np.float32)}


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        (dict(W_xh=np.zeros((4, 9))), ["W_xh", "(4, 9)", "(D, 2H)"]),
        (dict(b_h=np.zeros(5)), ["b_h", "(5,)", "(10,)"]),
        (dict(x=np.zeros((3, 6, 7))), ["x", "(3, 6, 7)", "(B, T, 4)"]),
        (dict(h_0=np.zeros((3, 4))), ["h_0", "(3, 4)", "(3, 5)"]),
        (dict(lengths=[7, 1, 1]), ["lengths", "7", "0 to 6"]),
        (dict(b_h=np.full(10, np.inf)), ["b_h", "infinity"]),
    ],
)
def test_an_error_names_the_argument(changed, words):
    with pytest.raises(ValueError) as error:
        cells.min_gru_forward(**{**problem(), **changed})
    assert [word for word in words if word not in str(error.value)] == []
