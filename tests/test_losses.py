"""helpers.losses: softmax and cross-entropy, compared with torch and finite differences, also for extreme scores."""

import warnings

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.testing import assert_allclose, assert_array_equal

from helpers.losses import cross_entropy, softmax

dtypes = st.sampled_from([np.float32, np.float64])


@st.composite
def scores(draw, max_magnitude=None):
    """An array of finite scores with 1 to 3 axes, in float32 or float64."""
    dtype = draw(dtypes)
    largest = max_magnitude or float(np.finfo(dtype).max)
    shape = draw(hnp.array_shapes(min_dims=1, max_dims=3, max_side=5))
    width = np.finfo(dtype).bits
    return draw(hnp.arrays(dtype, shape, elements=st.floats(-largest, largest, width=width)))


def example(shape=(3, 4), K=5, seed=0):
    """Logits, targets and a mask that has both True and False."""
    rng = np.random.default_rng(seed)
    mask = rng.random(shape) < 0.6
    mask.flat[:2] = True, False
    return rng.normal(size=(*shape, K)), rng.integers(0, K, size=shape), mask


# softmax


@given(scores())
def test_softmax_is_a_distribution_for_any_finite_scores(z):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        p = softmax(z)
    assert (p.shape, p.dtype) == (z.shape, z.dtype)
    assert (p >= 0).all() and (p <= 1).all()
    assert_allclose(p.sum(axis=-1), 1, rtol=1e-6 if z.dtype == np.float32 else 1e-12)


@given(scores(max_magnitude=64))
def test_softmax_equals_torch(z):
    assert_allclose(softmax(z), torch.softmax(torch.tensor(z), dim=-1), rtol=1e-5, atol=1e-12)
    z = z.astype(float)
    assert_allclose(softmax(z), torch.softmax(torch.tensor(z), dim=-1), rtol=0, atol=1e-12)


@given(scores(max_magnitude=64), st.floats(-1e6, 1e6))
def test_softmax_ignores_a_constant_added_to_every_score(z, constant):
    z = z.astype(float)
    assert_allclose(softmax(z + constant), softmax(z), atol=1e-8)


@pytest.mark.parametrize(
    ("z", "p"),
    [
        ([0, 0], [0.5, 0.5]),
        ([1e308, -1e308], [1, 0]),
        ([-1e308, -1e308], [0.5, 0.5]),
        ([1e308, 1e308, -1e308], [0.5, 0.5, 0]),
        ([np.log(1), np.log(3)], [0.25, 0.75]),
        ([7], [1]),
    ],
)
def test_softmax_of_known_scores(z, p):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert_allclose(softmax(np.array(z, dtype=float)), p, rtol=1e-15)


def test_softmax_of_float32_extremes():
    assert_array_equal(softmax(np.array([3e38, -3e38], np.float32)), np.array([1, 0], np.float32))


@pytest.mark.parametrize(
    ("z", "parts"),
    [
        (np.float64(1), ["()", "(..., K)"]),
        (np.zeros((3, 0)), ["(3, 0)", "at least one class"]),
        (np.array([1, 2]), ["int64", "float"]),
        (np.array([0, np.nan]), ["NaN", "(1,)"]),
        (np.array([[0, -np.inf]]), ["infinity", "(0, 1)"]),
    ],
)
def test_softmax_names_what_is_wrong(z, parts):
    with pytest.raises(ValueError) as raised:
        softmax(z)
    assert [part for part in parts if part not in str(raised.value)] == [], raised.value


# cross-entropy


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("shape", [(6,), (3, 4), (2, 3, 2), (1, 2)])
def test_cross_entropy_equals_torch(shape, masked):
    logits, targets, mask = example(shape)
    theirs = torch.tensor(logits, requires_grad=True)
    wanted = torch.tensor(np.where(mask, targets, -100) if masked else targets)
    expected = torch.nn.functional.cross_entropy(theirs.reshape(-1, 5), wanted.reshape(-1))
    expected.backward()
    loss, dlogits = cross_entropy(logits, targets, mask if masked else None)
    assert isinstance(loss, float)
    assert abs(loss - expected.item()) < 1e-12
    assert_allclose(dlogits, theirs.grad, rtol=0, atol=1e-10)


@pytest.mark.parametrize("masked", [False, True])
def test_gradient_equals_central_differences(masked):
    logits, targets, mask = example()
    mask = mask if masked else None
    measured, step = np.empty_like(logits), 1e-5
    for i in np.ndindex(logits.shape):
        up, down = logits.copy(), logits.copy()
        up[i] += step
        down[i] -= step
        measured[i] = (cross_entropy(up, targets, mask)[0] - cross_entropy(down, targets, mask)[0]) / (2 * step)
    _, dlogits = cross_entropy(logits, targets, mask)
    assert np.linalg.norm(dlogits - measured) / np.linalg.norm(measured) < 1e-7


def test_masked_positions_change_nothing():
    logits, targets, mask = example()
    loss, dlogits = cross_entropy(logits, targets, mask)
    other = np.where(mask[..., None], logits, 1e308)
    other_loss, other_dlogits = cross_entropy(other, np.where(mask, targets, 0), mask)
    assert other_loss == loss
    assert_array_equal(other_dlogits, dlogits)
    assert not dlogits[~mask].any()


def test_the_mean_is_over_positions_that_count():
    logits, targets, mask = example()
    loss, dlogits = cross_entropy(logits, targets, mask)
    alone, dalone = cross_entropy(logits[mask], targets[mask])
    assert_allclose(loss, alone, rtol=1e-14)
    assert_allclose(dlogits[mask], dalone, rtol=1e-14)


@pytest.mark.parametrize("K", [1, 2, 10])
def test_equal_scores_cost_the_logarithm_of_the_number_of_classes(K):
    loss, _ = cross_entropy(np.zeros((2, 3, K)), np.zeros((2, 3), int))
    assert_allclose(loss, np.log(K), atol=1e-15)
    assert str(loss)[0] != "-", "the smallest loss prints as 0.0, not -0.0"


@given(scores(), st.data())
def test_finite_logits_give_a_finite_loss_and_gradient(logits, data):
    targets = data.draw(hnp.arrays(np.int64, logits.shape[:-1], elements=st.integers(0, logits.shape[-1] - 1)))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        loss, dlogits = cross_entropy(logits, targets)
    assert np.isfinite(loss) and loss >= 0
    assert np.isfinite(dlogits).all()
    assert dlogits.dtype == logits.dtype
    assert_allclose(dlogits.sum(axis=-1), 0, atol=1e-6)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_two_positions_wrong_beyond_the_range_of_the_dtype_still_cost_a_finite_loss(dtype):
    large = np.finfo(dtype).max
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        loss, _ = cross_entropy(np.array([[large, -large]] * 3, dtype), [1, 1, 1])
    assert np.isfinite(loss)


def test_a_confident_right_answer_keeps_its_small_gradient():
    _, dlogits = cross_entropy(np.array([[40.0, 0.0]]), [0])
    assert_allclose(dlogits[0, 1], np.exp(-40), rtol=1e-12)


def test_inputs_are_left_as_they_were():
    logits, targets, mask = example()
    before = logits.copy(), targets.copy(), mask.copy()
    cross_entropy(logits, targets, mask)
    softmax(logits)
    for now, then in zip((logits, targets, mask), before, strict=True):
        assert_array_equal(now, then)


@pytest.mark.parametrize(
    ("changed", "parts"),
    [
        (dict(targets=np.zeros((3, 5), int)), ["targets", "(3, 5)", "logits", "(3, 4, 5)", "(3, 4)"]),
        (dict(targets=np.zeros(4, int)), ["targets", "(4,)", "(3, 4)"]),
        (dict(targets=np.zeros((3, 1), int)), ["targets", "(3, 1)", "(3, 4)"]),
        (dict(targets=np.full((3, 4), 5)), ["targets", "5", "0 to 4"]),
        (dict(targets=np.full((3, 4), -1)), ["targets", "-1", "0 to 4"]),
        (dict(targets=np.zeros((3, 4))), ["targets", "float64", "integer"]),
        (dict(mask=np.ones((3, 1), bool)), ["mask", "(3, 1)", "(3, 4)"]),
        (dict(mask=np.ones((3, 4))), ["mask", "float64", "booleans"]),
        (dict(mask=np.zeros((3, 4), bool)), ["mask", "no position"]),
        (dict(logits=np.zeros((3, 4, 0))), ["(3, 4, 0)", "at least one class"]),
        (dict(logits=np.full((3, 4, 5), np.nan)), ["logits", "NaN", "(0, 0, 0)"]),
        (dict(logits=np.full((3, 4, 5), np.inf)), ["logits", "infinity"]),
        (dict(logits=np.zeros((3, 4, 5), int)), ["logits", "int64", "float"]),
    ],
)
def test_cross_entropy_names_what_is_wrong(changed, parts):
    logits, targets, mask = example()
    with pytest.raises(ValueError) as raised:
        cross_entropy(**{**dict(logits=logits, targets=targets, mask=mask), **changed})
    assert [part for part in parts if part not in str(raised.value)] == [], raised.value
