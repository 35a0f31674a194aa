"""Check what the explorers of the memory lesson compute."""

import numpy as np

from helpers import explorers, memory
from helpers.explorers.memory import LONGEST, MATRICES, sizes_back


def test_at_zero_states_the_sizes_are_those_of_the_powers():
    W_hh = 1.25 * MATRICES["random numbers"]
    powers = [memory.largest_singular_value(np.linalg.matrix_power(W_hh, k)) for k in range(LONGEST + 1)]
    np.testing.assert_allclose(sizes_back(W_hh, 0.0), powers, rtol=1e-8)


def test_with_inputs_no_step_exceeds_the_bound():
    W_hh = 1.25 * MATRICES["random numbers"]
    sizes = sizes_back(W_hh, 0.5)
    assert np.all(sizes <= memory.largest_singular_value(W_hh) ** np.arange(LONGEST + 1) * (1 + 1e-9))


def test_the_ring_stands_at_the_largest_size():
    explorer = explorers.gradients().explorer
    explorer.controls["kind"].widget.value = "a chain: each unit also feeds the next"
    sizes = sizes_back(0.875 * MATRICES["a chain: each unit also feeds the next"], 0.0)
    assert f"largest after {sizes.argmax()} steps with {sizes.max():.3g}" in explorer.status
    explorer.controls["w_hh"].widget.value = 0.0
    assert explorer.error is None
