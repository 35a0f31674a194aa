"""Check what the explorers of the memory lesson compute."""

import numpy as np

from helpers.explorers.memory import MATRICES, sizes_of_all_pairs


def test_sizes_of_all_pairs_agree_with_the_products():
    W_hh = 1.25 * MATRICES["random numbers"]
    logs, products = sizes_of_all_pairs(W_hh, 0.5, 12)
    np.testing.assert_allclose(10 ** logs[:, 12], np.linalg.norm(products, 2, axis=(1, 2)), rtol=1e-10)
    assert np.isnan(logs[5, 4]) and logs[5, 5] == 0
    shorter, _ = sizes_of_all_pairs(W_hh, 0.5, 7)
    np.testing.assert_allclose(shorter, logs[:8, :8], rtol=1e-9, atol=1e-12)
