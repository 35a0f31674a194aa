"""Check that lesson 10 shows what the helpers do: compare the notebook's definitions with the helpers and torch."""

import numpy as np
import pytest
import torch
from shown import shown

from helpers import attention, ctc, losses, text

SHOWN = shown("10_reading_both_ways_attending_aligning.ipynb", "torch")


@pytest.mark.parametrize("path", ["", "nno", "n-o", "--", "noon", "no-on-"])
def test_collapse_as_shown(path):
    assert SHOWN["collapse"](path) == ctc.collapse(path, "-")


@pytest.mark.parametrize("label", [[1], [1, 2], [2, 2], [1, 2, 2, 1], [3, 3, 3, 3, 3]])
@pytest.mark.parametrize("T", [1, 2, 9])
def test_ctc_as_shown(label, T):
    log_p = np.log(losses.softmax(np.random.default_rng(T).normal(size=(T, 4))))
    assert np.array_equal(SHOWN["log_alpha"](log_p, label), ctc.log_alpha(log_p, label))
    assert SHOWN["ctc_loss"](log_p, label) == ctc.ctc_loss(log_p, label)


@pytest.mark.parametrize("mask", [None, text.mask(np.array([4, 1]), 4)])
def test_attention_as_shown(mask):
    rng = np.random.default_rng(0)
    given = rng.normal(size=(2, 3, 5)), rng.normal(size=(2, 4, 5)), rng.normal(size=(2, 4, 6)), mask
    for mine, theirs in zip(SHOWN["attend"](*given), attention.attend(*given), strict=True):
        assert mine == pytest.approx(theirs, abs=1e-15)


@pytest.mark.parametrize("lengths", [[5, 5], [3, 1], [1, 5]])
def test_both_ways_as_shown_is_torchs(lengths):
    rng, lengths = np.random.default_rng(1), np.array(lengths)
    x = rng.normal(size=(2, 5, 3))
    readers = [[rng.normal(size=size) for size in ((3, 4), (4, 4), (4,))] for _ in range(2)]
    layer = torch.nn.RNN(3, 4, batch_first=True, bidirectional=True, dtype=torch.float64)
    with torch.no_grad():
        arrays = [a for W_xh, W_hh, b in readers for a in (W_xh.T, W_hh.T, b, 0 * b)]
        for parameter, array in zip(layer.parameters(), arrays, strict=True):
            parameter.copy_(torch.tensor(array))
        pack = torch.nn.utils.rnn.pack_padded_sequence
        packed = pack(torch.tensor(x), torch.tensor(lengths), batch_first=True, enforce_sorted=False)
        theirs, _ = torch.nn.utils.rnn.pad_packed_sequence(layer(packed)[0], batch_first=True, total_length=5)
    real = text.mask(lengths, 5)
    ours = SHOWN["read_both_ways"](x, lengths, *readers)
    assert ours[real] == pytest.approx(theirs.numpy()[real], abs=1e-10)


def test_reversing_twice_changes_nothing():
    x, lengths = np.arange(24).reshape(4, 6), np.array([6, 1, 0, 4])
    assert np.array_equal(SHOWN["reverse"](SHOWN["reverse"](x, lengths), lengths), x)
    assert SHOWN["reverse"](x, lengths)[3].tolist() == [21, 20, 19, 18, 22, 23]
