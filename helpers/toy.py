"""The network of lessons 3 to 8, small enough to compute on paper.

It has three words, two hidden units, two classes, and weights with one decimal.

The words "food was nice" are read one by one (T = 3, D = 3 one-hot, H = 2). After each word the network answers
whether the review is positive so far (K = 2: 0 no, 1 yes). The right answers are 0, 0, 1.
"""

import numpy as np

WORDS = ["food", "was", "nice"]
x = np.eye(3)[None]  # (1, 3, 3): one sentence, one one-hot row per word
labels = np.array([[0, 0, 1]])

W_xh = np.array([[0.5, -0.3], [-0.2, 0.4], [0.9, 0.6]])  # (D, H), one row per word
W_hh = np.array([[0.6, -0.4], [0.3, 0.5]])  # (H, H)
b_h = np.array([0.1, -0.1])
W_hy = np.array([[-0.8, 0.8], [-0.6, 0.7]])  # (H, K)
b_y = np.array([0.4, -0.4])


def random_problem(lengths, rng, D=3, H=4):
    """Return random numbers to check a backward pass with.

    Args:
        lengths: list of B lengths.
        rng: numpy.random.Generator.

    Returns:
        problem: dict of x (B, T, D), h_0 (B, H), W_xh (D, H), W_hh (H, H) and b_h (H,), float64; T is the largest length.
        dh: (B, T, H), the derivative of a loss with respect to each state, later steps left out.
    """
    B, T = len(lengths), max(lengths)
    sizes = {"x": (B, T, D), "h_0": (B, H), "W_xh": (D, H), "W_hh": (H, H), "b_h": (H,)}
    problem = {name: rng.normal(size=size) for name, size in sizes.items()}
    return problem, rng.normal(size=(B, T, H))
