import json
import os
import subprocess
import sys

import numpy as np
import pytest
from scipy import sparse

from helpers.experiments.jitter import Jitter

TRAINED = """
import json, sys
import numpy as np, torch
from sklearn.linear_model import Ridge
from helpers import cells, losses

found = {"loaded": "helpers.experiments.jitter" in sys.modules}
rng = np.random.default_rng(0)
x, W_xh, W_hh, b_h = (rng.normal(size=shape) for shape in ((2, 3, 4), (4, 5), (5, 5), (5,)))
h = cells.rnn_forward(x, None, W_xh, W_hh, b_h)
found["drawn weights"], found["states"] = W_xh.tolist(), h.tolist()
found["gradients"] = cells.rnn_backward(np.ones_like(h), x, h, None, W_xh, W_hh)["dW_hh"].tolist()
found["loss gradient"] = losses.cross_entropy(np.arange(6.0).reshape(2, 3), np.array([0, 1]))[1].tolist()
found["decomposition"] = np.linalg.qr(W_hh)[0].tolist()
found["ridge"] = Ridge().fit(np.array(x[0]), np.arange(3)).coef_.tolist()
torch.manual_seed(0)
layer = torch.nn.Linear(3, 2, dtype=torch.float64)
found["torch, drawn"] = layer.weight.tolist()
optimiser = torch.optim.SGD(layer.parameters(), 0.1)
layer.weight.data.fill_(0.3)
layer(torch.ones(1, 3, dtype=torch.float64)).sum().backward()
optimiser.step()
found["torch, updated"] = layer.weight.tolist()
print(json.dumps(found))
"""


def trained(**environment):
    """Return the results of a training in a new process, with or without a jitter seed."""
    environment = {"RNN_UNROLLED_JITTER": "", **environment}
    answer = subprocess.run(
        [sys.executable, "-c", TRAINED], env=os.environ | environment, capture_output=True, text=True
    )
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout)


def test_every_number_changes_by_at_most_its_last_bits():
    x = np.random.default_rng(0).normal(size=10_000)
    e = Jitter(1)(x) / x - 1
    assert 0.9e-13 < np.abs(e).max() < 1.01e-13
    assert abs(e.mean()) < 2e-15


def test_the_same_number_always_changes_in_the_same_way():
    x = np.random.default_rng(0).normal(size=(4, 5))
    assert (Jitter(1)(x)[::-1] == Jitter(1)(x[::-1].copy())).all()
    assert Jitter(1)(float(x[0, 0])) == Jitter(1)(x)[0, 0]


def test_another_seed_changes_in_another_way():
    x = np.random.default_rng(0).normal(size=1000)
    one, two = (Jitter(seed)(x) / x - 1 for seed in (1, 2))
    assert abs(np.corrcoef(one, two)[0, 1]) < 0.1


@pytest.mark.parametrize("value", [0.0, 3, "word", None, np.array([1, 2]), np.zeros(3)], ids=repr)
def test_zeros_and_what_is_no_float_stay_as_they_are(value):
    assert np.array_equal(np.asarray(Jitter(1)(value)), np.asarray(value))


def test_parts_of_tuples_dicts_and_sparse_matrices_change():
    matrix = sparse.csr_matrix(np.eye(3))
    given = ({"W": np.ones(2)}, matrix, np.float32(1))
    changed = Jitter(1)(given)
    assert (changed[0]["W"] != 1).all()
    assert (changed[1].data != 1).all() and (matrix.data == 1).all()
    assert changed[2].dtype == np.float32


@pytest.mark.slow
def test_without_a_seed_nothing_is_jittered():
    assert not trained()["loaded"]


@pytest.mark.slow
def test_whatever_reaches_a_trained_number_is_jittered():
    plain, one, again, two = trained(), *(trained(RNN_UNROLLED_JITTER=seed) for seed in ("1", "1", "2"))
    assert one == again
    for name in plain.keys() - {"loaded"}:
        assert np.allclose(plain[name], one[name], rtol=1e-11, atol=1e-12), name
        assert plain[name] != one[name] != two[name], name
