"""helpers.ctc: the sum over all paths, compared with a list of them and with torch, forwards and backwards."""

import itertools
from math import comb

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from helpers import ctc, losses
from helpers.explorers.attention import shares


def log_probabilities(T, K, seed=0):
    return np.log(losses.softmax(np.random.default_rng(seed).normal(size=(T, K))))


def every_path(log_p, label):
    """Return path -> probability for all paths that collapse to the label."""
    T, K = log_p.shape
    found = {}
    for path in itertools.product(range(K), repeat=T):
        if ctc.collapse(path) == list(label):
            found[path] = np.exp(log_p[np.arange(T), path].sum())
    return found


def torch_loss(log_p, label):
    target = torch.tensor([label], dtype=torch.long)
    return torch.nn.functional.ctc_loss(log_p[:, None], target, [len(log_p)], [len(label)], reduction="none")


@pytest.mark.parametrize(
    ("path", "result"),
    [("nno", "no"), ("n-o", "no"), ("non", "non"), ("o-o", "oo"), ("ooo", "o"), ("---", ""), ("", "")],
)
def test_collapse_merges_first_and_drops_blanks_then(path, result):
    assert ctc.collapse(path, "-") == list(result)


labels = st.lists(st.integers(1, 2), max_size=4)


@given(labels, st.integers(1, 5), st.integers(0, 99))
def test_the_sweep_equals_listing_all_paths(label, T, seed):
    log_p = log_probabilities(T, 3, seed)
    listed = sum(every_path(log_p, label).values())
    assert np.exp(-ctc.ctc_loss(log_p, label)) == pytest.approx(listed, abs=1e-12)


@given(st.lists(st.integers(1, 4), max_size=6), st.integers(1, 20), st.integers(0, 99))
def test_the_loss_equals_torch(label, T, seed):
    log_p = log_probabilities(T, 5, seed)
    theirs = torch_loss(torch.tensor(log_p), label).item()
    assert ctc.ctc_loss(log_p, label) == pytest.approx(theirs, abs=1e-10)


@pytest.mark.parametrize(("T", "label"), [(3, [1, 2]), (4, [2, 2]), (5, [1, 2, 2, 1]), (4, [])])
def test_softmax_minus_share_is_the_gradient(T, label):
    """Both ways to compute the shares agree, and give the gradient of finite differences and of autograd."""
    logits = np.random.default_rng(1).normal(size=(T, 3))
    p = losses.softmax(logits)
    weight, steps = shares(np.log(p), label)
    states, _ = ctc.trellis(label)
    share = np.zeros((T, 3))
    np.add.at(share, (slice(None), states), weight)
    listed, paths = np.zeros((T, 3)), every_path(np.log(p), label)
    for path, probability in paths.items():
        listed[np.arange(T), path] += probability / sum(paths.values())
    assert share == pytest.approx(listed, abs=1e-12)

    tensor = torch.tensor(logits, requires_grad=True)
    torch_loss(torch.log_softmax(tensor, dim=-1), label).sum().backward()
    assert p - share == pytest.approx(tensor.grad.numpy(), abs=1e-10)

    nudged = np.zeros_like(logits)
    for at in np.ndindex(logits.shape):
        two = [logits.copy(), logits.copy()]
        two[0][at] += 1e-6
        two[1][at] -= 1e-6
        up, down = (ctc.ctc_loss(np.log(losses.softmax(z)), label) for z in two)
        nudged[at] = (up - down) / 2e-6
    assert p - share == pytest.approx(nudged, abs=1e-8)
    for t in range(T - 1):
        assert sum(of for (at, _, _), of in steps.items() if at == t) == pytest.approx(1)


def test_two_thousand_frames_do_not_underflow():
    log_p = log_probabilities(2000, 4)
    assert np.exp(log_p.max(axis=1).sum()) == 0
    assert ctc.ctc_loss(log_p, [1, 2, 3]) == pytest.approx(torch_loss(torch.tensor(log_p), [1, 2, 3]).item(), rel=1e-12)


def test_paths_of_different_letters_are_counted_by_a_binomial():
    for T, U in ((3, 2), (14, 4), (9, 1)):
        assert np.exp(-ctc.ctc_loss(np.zeros((T, U + 1)), list(range(1, U + 1)))) == pytest.approx(comb(T + U, 2 * U))


def test_too_few_frames_are_impossible_not_an_error():
    assert ctc.ctc_loss(log_probabilities(2, 3), [2, 2]) == np.inf
    weight, steps = shares(log_probabilities(2, 3), [2, 2])
    assert not weight.any() and not steps


@pytest.mark.parametrize(
    ("log_p", "label", "result"),
    [
        (np.zeros((3, 3)), [1, 0], "0 is the blank"),
        (np.zeros((3, 3)), [1, 3], "expected 0 to 2"),
        (np.zeros((3, 3)), [1.5], "expected integers"),
        (np.zeros((1, 3, 3)), [1], r"\(1, 3, 3\)"),
        (np.full((3, 3), -np.inf), [1], "infinity"),
        (np.zeros((3, 3), dtype=int), [1], "dtype int64"),
    ],
)
def test_bad_input_gets_a_sentence(log_p, label, result):
    with pytest.raises(ValueError, match=result):
        ctc.ctc_loss(log_p, label)
