"""helpers.scans: all three ways give the loop's states, the way back is autograd's, and errors name the argument."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from helpers import scans

FAST = [scans.doubling, scans.work_efficient]
every_scan = pytest.mark.parametrize("scan", [scans.loop, *FAST], ids=lambda scan: scan.__name__)
fast = pytest.mark.parametrize("scan", FAST, ids=lambda scan: scan.__name__)


def recurrence(B=2, T=7, H=3, seed=0, dtype=np.float64, low=0.5):
    rng = np.random.default_rng(seed)
    a = rng.uniform(low, 1, (B, T, H)).astype(dtype)
    return a, rng.normal(size=(B, T, H)).astype(dtype), rng.normal(size=(B, H)).astype(dtype)


@every_scan
def test_two_units_of_four_steps_on_paper(scan):
    a = np.array([[[0.5, 1.0], [0.5, 0.0], [0.5, 1.0], [0.5, 0.5]]])
    b = np.array([0.8, 0.2, -0.4, 0.6])[None, :, None].repeat(2, axis=2)
    assert_allclose(scan(a, b)[0].T, [[0.8, 0.6, -0.1, 0.55], [0.8, 0.2, -0.2, 0.5]], atol=1e-15)


@fast
@pytest.mark.parametrize("T", [1, 2, 3, 5, 7, 8, 9, 16, 31, 100, 1000])
def test_a_scan_gives_what_the_loop_gives(scan, T):
    a, b, h_0 = recurrence(T=T)
    assert_allclose(scan(a, b, h_0), scans.loop(a, b, h_0), rtol=0, atol=1e-12)


@fast
@given(T=st.integers(1, 40), seed=st.integers(0, 99), low=st.sampled_from([-1.0, 0.0, 0.9]))
@settings(deadline=None, max_examples=25)
def test_of_any_length_and_any_sign(scan, T, seed, low):
    a, b, h_0 = recurrence(T=T, seed=seed, low=low)
    assert_allclose(scan(a, b, h_0), scans.loop(a, b, h_0), rtol=0, atol=1e-12)


@fast
def test_a_factor_of_0_forgets_all_that_was_before(scan):
    a, b, h_0 = recurrence(T=9)
    a[:, 4] = 0
    assert_array_equal(scan(a, b, h_0)[:, 4], b[:, 4])
    assert_array_equal(scan(a, b, h_0)[:, 4:], scan(a, b, 1e9 * h_0)[:, 4:])


@every_scan
def test_float32_stays_float32_and_complex_numbers_are_allowed(scan):
    a, b, h_0 = recurrence(dtype=np.float32)
    assert scan(a, b, h_0).dtype == np.float32
    turning = np.full((1, 9, 1), 0.9 * np.exp(1j * np.pi / 4))
    assert_allclose(scan(turning, np.ones((1, 9, 1), complex))[0, 1, 0], 1 + turning[0, 0, 0])


@every_scan
@pytest.mark.parametrize("T", [7, 100, 1000])
def test_float32_is_near_float64(scan, T):
    a, b, h_0 = recurrence(T=T, dtype=np.float32)
    exact = scans.loop(*(each.astype(float) for each in (a, b, h_0)))
    assert_allclose(scan(a, b, h_0), exact, rtol=0, atol=2e-5)


@pytest.mark.parametrize(("factor", "dtype"), [(1e200, np.float64), (1e30, np.float32)])
def test_a_product_of_factors_that_overflows_is_reported_where_the_loop_needs_none(factor, dtype):
    a, b = np.full((1, 6, 1), factor, dtype), np.zeros((1, 6, 1), dtype)
    assert not scans.loop(a, b).any()
    for scan in FAST:
        with pytest.raises(ValueError, match=f"product of factors is too large for {np.dtype(dtype)}.*loop"):
            scan(a, b)


@every_scan
@pytest.mark.filterwarnings("error")
def test_a_state_that_overflows_is_reported(scan):
    a, b = np.full((1, 6, 1), 1e100), np.ones((1, 6, 1))
    with pytest.raises(ValueError, match="too large for float64"):
        scan(a, b)
    with pytest.raises(ValueError, match="too large for float64"):
        scan(a[:, :1], b[:, :1], np.full((1, 1), 1e300))
    with pytest.raises(ValueError, match="too large for float64"):
        scans.backward(b, a / 1e100, b * 1e308, np.full((1, 1), 1e308), scan)


@every_scan
def test_arguments_stay_as_they_are(scan):
    given = recurrence(T=6)
    before = [each.copy() for each in given]
    scan(*given)
    for now, then in zip(given, before, strict=True):
        assert_array_equal(now, then)


@every_scan
def test_the_way_back_is_autograds(scan):
    a, b, h_0 = recurrence(T=11)
    dh = np.random.default_rng(1).normal(size=a.shape)
    leaves = [torch.tensor(each, requires_grad=True) for each in (a, b, h_0)]
    h_t, states = leaves[2], []
    for t in range(a.shape[1]):
        h_t = leaves[0][:, t] * h_t + leaves[1][:, t]
        states.append(h_t)
    (torch.stack(states, dim=1) * torch.tensor(dh)).sum().backward()
    ours = scans.backward(dh, a, scans.loop(a, b, h_0), h_0, scan)
    for name, theirs in zip(("da", "db", "dh_0"), leaves, strict=True):
        assert_allclose(ours[name], theirs.grad, rtol=0, atol=1e-10)


def test_passes_and_combinations_are_counted():
    assert [scans.passes(T) for T in (1, 2, 3, 4, 5, 1000, 1024, 1025)] == [0, 1, 2, 2, 3, 10, 10, 11]
    assert [scans.combinations(T) for T in (1, 4, 16, 1024)] == [0, 5, 49, 9217]


GOOD = dict(zip(("a", "b", "h_0"), recurrence(), strict=True))
BAD = [
    (dict(a=np.ones((7, 3))), ["a", "(7, 3)", "(B, T, H)"]),
    (dict(b=np.ones((2, 6, 3))), ["b", "(2, 6, 3)", "(2, 7, 3)"]),
    (dict(h_0=np.ones((2, 4))), ["h_0", "(2, 4)", "(2, 3)"]),
    (dict(h_0=np.ones((2, 3), np.float32)), ["h_0", "float32"]),
    (dict(b=np.full((2, 7, 3), np.nan)), ["b", "NaN"]),
    (dict(a=np.ones((2, 7, 3), int)), ["a", "int64", "float"]),
    (dict(a=np.ones((2, 0, 3)), b=np.ones((2, 0, 3))), ["a", "at least one"]),
]


@every_scan
@pytest.mark.parametrize(("changed", "words"), BAD, ids=[" ".join(words[:2]) for _, words in BAD])
def test_an_error_names_the_argument(scan, changed, words):
    with pytest.raises(ValueError) as error:
        scan(**{**GOOD, **changed})
    assert [word for word in words if word not in str(error.value)] == []
