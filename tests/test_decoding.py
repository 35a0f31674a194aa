"""helpers.decoding: temperatures, greedy and sampled choices, rows of states; compared with libraries, limits, brute force."""

from itertools import product

import numpy as np
import pytest
import torch
import torchcrf
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.testing import assert_allclose, assert_array_equal

from helpers import wirings
from helpers.decoding import entropy, free_run, greedy, probabilities, sample, viterbi

logits = hnp.arrays(np.float64, hnp.array_shapes(max_dims=3, max_side=5), elements=st.floats(-50, 50))


@given(logits, st.floats(0.1, 10))
def test_probabilities_equal_torch(z, temperature):
    assert_allclose(probabilities(z, temperature), torch.softmax(torch.tensor(z) / temperature, -1), atol=1e-12)


@given(logits, st.sampled_from([0, 1e-300, 1e-9, 1, 1e300]))
def test_probabilities_are_a_distribution_at_any_temperature(z, temperature):
    p = probabilities(z, temperature)
    assert (p >= 0).all()
    assert_allclose(p.sum(axis=-1), 1, rtol=1e-12)


@given(logits)
def test_temperature_zero_is_greedy_and_draws_nothing_else(z):
    assert_array_equal(greedy(z), z.argmax(axis=-1))
    assert_array_equal(probabilities(z, 0).argmax(axis=-1), greedy(z))
    assert_array_equal(sample(z, np.random.default_rng(0), 0), greedy(z))


def test_a_small_temperature_comes_close_to_greedy():
    z = np.array([1.0, 1.1, 0.5])
    assert_allclose(probabilities(z, 1e-3), probabilities(z, 0), atol=1e-12)


def test_dtype_in_is_dtype_out():
    for temperature in (0, 0.5):
        assert probabilities(np.zeros(3, dtype=np.float32), temperature).dtype == np.float32


@given(logits, st.floats(0.2, 5), st.floats(1.01, 3))
def test_entropy_grows_with_temperature(z, temperature, factor):
    assert (entropy(probabilities(z, factor * temperature)) >= entropy(probabilities(z, temperature)) - 1e-9).all()


def test_entropy_of_equal_and_of_certain_choices():
    assert_allclose(entropy(np.full(8, 1 / 8)), np.log(8))
    assert entropy(np.array([0.0, 1.0, 0.0])) == 0
    assert not np.signbit(entropy(np.array([0.0, 1.0])))


def test_samples_come_as_often_as_they_are_likely():
    z = np.log(np.array([0.1, 0.6, 0.3]))
    for temperature in (0.5, 1, 2):
        ids = sample(np.tile(z, (20_000, 1)), np.random.default_rng(0), temperature)
        assert_allclose(np.bincount(ids, minlength=3) / 20_000, probabilities(z, temperature), atol=0.015)


def test_an_impossible_token_is_never_drawn():
    z = np.tile([-1e9, 0.0, -1e9], (5000, 1))
    assert (sample(z, np.random.default_rng(1)) == 1).all()


def test_the_same_generator_state_draws_the_same():
    z = np.random.default_rng(0).normal(size=(50, 4))
    assert_array_equal(sample(z, np.random.default_rng(5)), sample(z, np.random.default_rng(5)))


@pytest.mark.parametrize("temperature", [-1, np.nan, np.inf])
def test_impossible_temperatures_are_refused(temperature):
    with pytest.raises(ValueError, match="temperature is"):
        probabilities(np.zeros(3), temperature)


@pytest.mark.parametrize("z", [np.zeros((2, 0)), np.array(1.0), np.array([1, 2]), np.array([np.nan])])
def test_scores_that_are_none_are_refused(z):
    for function in (greedy, probabilities):
        with pytest.raises(ValueError, match="logits"):
            function(z)


def test_a_free_run_of_a_batch_is_one_wired_run_for_each_row():
    rng = np.random.default_rng(0)
    shapes = {"W_xh": (4, 3), "W_hh": (3, 3), "b_h": (3,), "W_hy": (3, 4), "b_y": (4,)}
    network = {name: rng.normal(size=shape) for name, shape in shapes.items()}
    h_0, wiring = rng.normal(size=(5, 3)), wirings.Wiring(reads="xyyy", speaks="yyyy")
    said = free_run(network, h_0, start=2, most=4)
    for row, first in zip(said, h_0, strict=True):
        assert list(row) == wirings.run(wiring, np.eye(4)[[2]], network, h_0=first[None]).answers
    assert len({tuple(row) for row in said}) > 1


@pytest.mark.parametrize("T, K", [(1, 1), (1, 3), (2, 2), (4, 3), (6, 3)])
@pytest.mark.parametrize("forbidden", [0, 0.3])
def test_viterbi_finds_what_trying_every_row_finds(T, K, forbidden):
    rng = np.random.default_rng(10 * T + K)
    start, step, scores = (rng.normal(size=size) for size in (K, (K, K), (T, K)))
    step[rng.random((K, K)) < forbidden] = -np.inf
    step[range(K), range(K)] = 0  # at least the rows that stay where they are may be written

    def total(row):
        return start[row[0]] + sum(step[a, b] for a, b in zip(row, row[1:], strict=False)) + scores[range(T), row].sum()

    assert viterbi(start, step, scores) == list(max(product(range(K), repeat=T), key=total))


@pytest.mark.parametrize("T", [1, 2, 7, 60])
@pytest.mark.parametrize("K", [1, 2, 12])
def test_viterbi_finds_what_a_library_finds(T, K):
    rng = np.random.default_rng(10 * T + K)
    start, step, scores = (rng.normal(size=size) for size in (K, (K, K), (T, K)))
    library = torchcrf.CRF(K, batch_first=True).double()
    library.load_state_dict(
        {name: torch.from_numpy(value) for name, value in (("transitions", step), ("start_transitions", start))}
        | {"end_transitions": torch.zeros(K, dtype=torch.float64)}
    )
    [path] = library.decode(torch.from_numpy(scores)[None], torch.ones(1, T, dtype=torch.bool))
    assert viterbi(start, step, scores) == path


@pytest.mark.parametrize(
    "start, step, scores, said",
    [
        (np.zeros(2), np.zeros((2, 2)), np.zeros(2), "scores has shape"),
        (np.zeros(2), np.zeros((2, 2)), np.zeros((0, 2)), "expected T >= 1"),
        (np.zeros(3), np.zeros((2, 2)), np.zeros((4, 2)), "start has shape"),
        (np.zeros(2), np.zeros((2, 3)), np.zeros((4, 2)), "step has shape"),
        (np.zeros(2), np.zeros((2, 2)), np.full((4, 2), -np.inf), "infinity"),
    ],
)
def test_viterbi_says_what_it_expects(start, step, scores, said):
    with pytest.raises(ValueError, match=said):
        viterbi(start, step, scores)
