"""What lesson 9 shows is what the helpers do: its definitions, taken from the notebook, beside helpers and torch."""

import ast
import itertools
from pathlib import Path

import nbformat
import numpy as np
import pytest
import torch

from helpers import attention, cells, ctc, losses, text

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "09_reading_both_ways_aligning_attending.ipynb"


@pytest.fixture(scope="module")
def shown():
    """The functions that the notebook defines, by name."""
    names = {"np": np, "cells": cells, "text": text, "groupby": itertools.groupby}
    for cell in nbformat.read(NOTEBOOK, as_version=4).cells:
        if cell.cell_type == "code":
            functions = [node for node in ast.parse(cell.source).body if isinstance(node, ast.FunctionDef)]
            exec(compile(ast.Module(functions, []), NOTEBOOK.name, "exec"), names)
    return names


@pytest.mark.parametrize("path", ["", "nno", "n-o", "--", "noon", "no-on-"])
def test_collapse_as_shown(shown, path):
    assert shown["collapse"](path) == ctc.collapse(path, "-")


@pytest.mark.parametrize("label", [[1], [1, 2], [2, 2], [1, 2, 2, 1], [3, 3, 3, 3, 3]])
@pytest.mark.parametrize("T", [1, 2, 9])
def test_ctc_as_shown(shown, label, T):
    log_p = np.log(losses.softmax(np.random.default_rng(T).normal(size=(T, 4))))
    assert np.array_equal(shown["log_alpha"](log_p, label), ctc.log_alpha(log_p, label))
    assert shown["ctc_loss"](log_p, label) == ctc.ctc_loss(log_p, label)


@pytest.mark.parametrize("mask", [None, text.mask(np.array([4, 1]), 4)])
def test_attention_as_shown(shown, mask):
    rng = np.random.default_rng(0)
    given = rng.normal(size=(2, 3, 5)), rng.normal(size=(2, 4, 5)), rng.normal(size=(2, 4, 6)), mask
    for mine, theirs in zip(shown["attend"](*given), attention.attend(*given), strict=True):
        assert mine == pytest.approx(theirs, abs=1e-15)


@pytest.mark.parametrize("lengths", [[5, 5], [3, 1], [1, 5]])
def test_both_ways_as_shown_is_torchs(shown, lengths):
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
    ours = shown["read_both_ways"](x, lengths, *readers)
    assert ours[real] == pytest.approx(theirs.numpy()[real], abs=1e-10)


def test_reversing_twice_changes_nothing(shown):
    x, lengths = np.arange(24).reshape(4, 6), np.array([6, 1, 0, 4])
    assert np.array_equal(shown["reverse"](shown["reverse"](x, lengths), lengths), x)
    assert shown["reverse"](x, lengths)[3].tolist() == [21, 20, 19, 18, 22, 23]
