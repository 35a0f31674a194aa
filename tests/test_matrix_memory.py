"""helpers.matrix_memory: the rules on paper, what each can and cannot hold, and errors that name the argument."""

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose

from helpers import attention, matrix_memory

KEYS = np.array([[1.0, 0.0], [0.6, 0.8], [1.0, 0.0]])
VALUES = np.array([[0.8], [-0.4], [0.2]])


@pytest.mark.parametrize(
    ("rule", "states"),
    [("sum", [[0.8, 0], [0.56, -0.32], [0.76, -0.32]]), ("delta", [[0.8, 0], [0.272, -0.704], [0.2, -0.704]])],
)
def test_a_key_that_is_written_twice_on_paper(rule, states):
    assert_allclose(matrix_memory.write(KEYS, VALUES, rule)[:, :, 0], states, atol=1e-15)


def test_the_delta_rule_reads_the_newest_pair_exactly():
    rng = np.random.default_rng(0)
    keys, values = rng.normal(size=(20, 4)), rng.normal(size=(20, 3))
    keys /= np.linalg.norm(keys, axis=1, keepdims=True)
    S = matrix_memory.write(keys, values, "delta")
    assert_allclose(np.einsum("td,tdh->th", keys, S), values, atol=1e-12)


def test_the_sum_is_attention_without_softmax():
    rng = np.random.default_rng(1)
    keys, values, query = rng.normal(size=(5, 4)), rng.normal(size=(5, 3)), rng.normal(size=(2, 4))
    assert_allclose(query @ matrix_memory.write(keys, values)[-1], query @ keys.T @ values, atol=1e-12)


def test_a_sum_that_fades_forgets_the_oldest():
    S = matrix_memory.write(np.eye(2), np.eye(2), "fading", keep=0.5)[-1]
    assert_allclose(S, [[0.5, 0], [0, 1]])


@pytest.mark.parametrize(
    ("given", "kept", "forgotten", "written"),
    [
        (dict(rule="sum"), 1.0, 0.0, 1.0),
        (dict(rule="fading", keep=0.7), 0.7, 0.0, 1.0),
        (dict(rule="delta"), 1.0, 1.0, 1.0),
        (dict(rule="delta", rate=0.3), 1.0, 0.3, 0.3),
    ],
    ids=["sum", "fading", "delta", "delta, rate 0.3"],
)
def test_every_rule_is_a_recurrence_with_a_matrix_as_its_factor(given, kept, forgotten, written):
    keys, values = np.split(np.random.default_rng(3).normal(size=(9, 7)), [4], axis=1)
    S, states = torch.zeros(4, 3, dtype=torch.float64), []
    for k, v in zip(torch.tensor(keys), torch.tensor(values), strict=True):
        S = (kept * torch.eye(4, dtype=torch.float64) - forgotten * torch.outer(k, k)) @ S + written * torch.outer(k, v)
        states.append(S)
    assert_allclose(matrix_memory.write(keys, values, **given), torch.stack(states), rtol=1e-10, atol=1e-10)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("rule", matrix_memory.RULES)
def test_a_matrix_that_overflows_is_reported(rule):
    with pytest.raises(ValueError, match="S contains"):
        matrix_memory.write(np.full((9, 2), 1e155), np.full((9, 1), 1e155), rule)


def test_softmax_is_attention():
    rng = np.random.default_rng(2)
    keys, values, query = rng.normal(size=(5, 4)), rng.normal(size=(5, 3)), rng.normal(size=(2, 4))
    context, _ = attention.attend(query[None], keys[None], values[None])
    assert_allclose(matrix_memory.read_softmax(query, keys, values, sharpness=0.5), context[0], atol=1e-12)


def test_float32_stays_float32():
    keys, values = KEYS.astype(np.float32), VALUES.astype(np.float32)
    assert all(matrix_memory.write(keys, values, rule).dtype == np.float32 for rule in matrix_memory.RULES)
    assert matrix_memory.read_softmax(keys, keys, values).dtype == np.float32


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        (dict(rule="product"), ["rule", "product", "sum"]),
        (dict(values=np.zeros((2, 1))), ["values", "(2, 1)", "(3, H)"]),
        (dict(keys=np.zeros((0, 2))), ["keys", "at least one pair"]),
        (dict(keys=KEYS.astype(np.float32)), ["float32", "float64"]),
        (dict(values=VALUES * np.nan), ["values", "NaN"]),
    ],
)
def test_an_error_names_the_argument(changed, words):
    with pytest.raises(ValueError) as error:
        matrix_memory.write(**{**dict(keys=KEYS, values=VALUES), **changed})
    assert [word for word in words if word not in str(error.value)] == []
