"""helpers.attention: equal to torch, weights that sum to 1, and no weight for padding."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from helpers import text
from helpers.attention import attend, attend_backward


def arrays(B=2, U=3, T=4, D=5, H=6, seed=0):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(B, U, D)), rng.normal(size=(B, T, D)), rng.normal(size=(B, T, H))


@given(*(st.integers(1, 5) for _ in range(5)), st.booleans(), st.integers(0, 99))
def test_equal_to_torch(B, U, T, D, H, masked, seed):
    query, keys, values = arrays(B, U, T, D, H, seed)
    mask = text.mask(np.random.default_rng(seed).integers(1, T + 1, size=B), T) if masked else None
    theirs = torch.nn.functional.scaled_dot_product_attention(
        *map(torch.tensor, (query, keys, values)), attn_mask=torch.tensor(mask[:, None]) if masked else None
    )
    context, weights = attend(query, keys, values, mask)
    assert context == pytest.approx(theirs.numpy(), abs=1e-10)
    assert weights.sum(axis=-1) == pytest.approx(1)
    assert (weights >= 0).all()
    if masked:
        assert not weights[~mask[:, None].repeat(U, axis=1)].any()


def test_masked_padding_changes_nothing():
    query, keys, values = arrays(T=4)
    mask = text.mask(np.array([4, 2]), 4)
    rubbish = np.where(mask[:, :, None], keys, 1e6), np.where(mask[:, :, None], values, -1e6)
    assert np.array_equal(attend(query, keys, values, mask)[0], attend(query, *rubbish, mask)[0])
    alone = attend(query[1:], keys[1:, :2], values[1:, :2])[0]
    assert attend(query, keys, values, mask)[0][1:] == pytest.approx(alone, abs=1e-12)


def test_a_zero_query_is_the_mean_and_a_large_one_a_choice():
    _, keys, values = arrays(B=1)
    assert attend(np.zeros((1, 1, 5)), keys, values)[0][0, 0] == pytest.approx(values[0].mean(axis=0))
    chosen = attend(1e4 * keys[:, 2:3], keys, values)[0][0, 0]
    assert chosen == pytest.approx(values[0, (keys[0] @ keys[0, 2]).argmax()])


def test_dtype_in_is_dtype_out():
    float32 = [array.astype(np.float32) for array in arrays()]
    assert {array.dtype for array in attend(*float32)} == {np.dtype(np.float32)}


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda q, k, v: (q[:, :, :4], k, v), r"keys has shape \(2, 4, 5\)"),
        (lambda q, k, v: (q, k, v[:, :3]), r"values has shape \(2, 3, 6\)"),
        (lambda q, k, v: (q[0], k, v), r"query has shape \(3, 5\)"),
        (lambda q, k, v: (q, k[:1], v), r"keys has shape \(1, 4, 5\)"),
        (lambda q, k, v: (q * np.nan, k, v), "query contains NaN"),
        (lambda q, k, v: (q.astype(np.float32), k, v), "dtypes disagree"),
        (lambda q, k, v: (q, k, v, np.ones((2, 3), dtype=bool)), r"mask has shape \(2, 3\)"),
        (lambda q, k, v: (q, k, v, np.ones((2, 4))), "dtype float64"),
        (lambda q, k, v: (q, k, v, text.mask(np.array([2, 0]), 4)), "every step of sequence 1"),
    ],
)
def test_bad_input_gets_a_sentence(spoil, message):
    with pytest.raises(ValueError, match=message):
        attend(*spoil(*arrays()))


def test_the_way_back_is_torchs():
    given = arrays()
    mask = text.mask(np.array([4, 2]), 4)
    tensors = [torch.tensor(array, requires_grad=True) for array in given]
    context = torch.nn.functional.scaled_dot_product_attention(*tensors, attn_mask=torch.tensor(mask[:, None]))
    dcontext = np.random.default_rng(1).normal(size=context.shape)
    context.backward(torch.tensor(dcontext))
    ours = attend_backward(dcontext, *given, attend(*given, mask)[1])
    for mine, theirs in zip(ours, tensors, strict=True):
        assert mine == pytest.approx(theirs.grad.numpy(), abs=1e-12)


def test_a_gradient_of_another_shape_is_refused():
    given = arrays()
    _, weights = attend(*given)
    with pytest.raises(ValueError, match="dcontext"):
        attend_backward(np.ones((2, 3, 5)), *given, weights)
    with pytest.raises(ValueError, match="weights"):
        attend_backward(np.ones((2, 3, 6)), *given, weights[:, :, :3])
