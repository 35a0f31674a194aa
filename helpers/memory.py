"""What a recurrent network remembers, and how far gradients reach back: the measurements of lessons 4, 6 and 8.

B batch, T time, D input, H hidden.
"""

from typing import NamedTuple

import numpy as np

from helpers import cells, losses, toy, validate


def step_jacobians(h, W_hh, activation="tanh"):
    """Return how each state depends on the one before: dh_t/dh_{t-1} = W_hh diag(f'(z_t)), with f' computed from h_t.

    Row vectors: entry [i, j] is d h_t[j] / d h_{t-1}[i], and a small row dh_{t-1} becomes dh_{t-1} @ Jacobian.

    Args:
        h: (T, H) float64, the states of one sequence, as `cells.rnn_forward` returns them.
        W_hh: (H, H).
        activation: "tanh", "relu" or "identity".

    Returns:
        (T, H, H), one Jacobian for each step.

    Raises:
        ValueError: shapes disagree, or the activation is unknown.
    """
    h, W_hh = validate.floats("h", h), validate.floats("W_hh", W_hh)
    if W_hh.ndim != 2 or W_hh.shape[0] != W_hh.shape[1]:
        raise ValueError(f"W_hh has shape {W_hh.shape}; expected a square matrix, (H, H).")
    validate.shape("h", h, T=None, H=len(W_hh))
    return W_hh * cells.slope(activation)(h)[:, None, :]


def jacobian_products(steps):
    """Return dh_T/dh_t for t = 0..T: the Jacobians of the steps between, multiplied in the order of the steps.

    Args:
        steps: (T, H, H) from `step_jacobians`.

    Returns:
        (T + 1, H, H): [t] is dh_T/dh_t = J_{t+1} J_{t+2} ... J_T, and [T] is the identity.

    Source: Pascanu, Mikolov and Bengio (2013), arXiv:1211.5063, who use columns where we use rows.
    """
    products = [np.eye(steps.shape[1])]
    for J in steps[::-1]:
        products.append(J @ products[-1])
    return np.array(products[::-1])


def spectral_radius(W):
    """Return the largest absolute value of an eigenvalue of W: the growth per step over many steps."""
    return float(np.abs(np.linalg.eigvals(W)).max())


def largest_singular_value(W):
    """Return the most that one multiplication with W can stretch a row."""
    return float(np.linalg.norm(W, 2))


def recurrent_matrix(kind, H, scale, rng):
    """Return a recurrent matrix: "orthogonal" (times scale), or "random", normal numbers with spectral radius `scale`.

    Raises:
        ValueError: the kind is neither.
    """
    normal = rng.normal(size=(H, H))
    if kind == "orthogonal":
        return scale * np.linalg.qr(normal)[0]
    if kind == "random":
        return scale * normal / spectral_radius(normal)
    raise ValueError(f"kind is {kind!r}; expected 'orthogonal' or 'random'.")


class Capacity(NamedTuple):
    """Memory capacity for lags 1, 2, ..., on inputs the read-out has not seen and on those it was fitted to."""

    held_out: np.ndarray
    in_sample: np.ndarray


def memory_capacity(W_hh, W_xh, b_h=None, activation="tanh", lags=None, fitted=2000, tested=2000, seed=0):
    """Measure how well a linear read-out of the state gives the input of k steps ago.

    MC_k = cov²(u_{t-k}, y_t) / (var u var y)

    The input at each step is one number u_t, uniform in [-1, 1] and independent of the others. For each lag k a
    read-out y_t = h_t w_k + c_k is fitted by least squares on `fitted` steps. MC_k is between 0 and 1. The sum of all
    MC_k is the memory capacity, at most H for independent inputs. This bound holds for the true covariance. Estimated
    on the `fitted` steps the capacity is too high, so it is measured again on `tested` more steps.

    Args:
        W_hh, W_xh: (H, H), (1, H) float64; the state must not grow without bounds.
        b_h: (H,) or None for zeros.
        activation: "tanh", "relu" or "identity".
        lags: how many lags, from 1 on; None for 2 H.
        fitted, tested, seed: steps to fit and to test on, and the seed of the inputs.

    Returns:
        Capacity, two arrays (lags,).

    Source: Jaeger (2001), Short term memory in echo state networks, GMD report 152.
    """
    H = len(W_hh)
    lags = 2 * H if lags is None else lags
    start = max(100, lags)  # the first states still remember the zeros they began with
    rng = np.random.default_rng(seed)
    u = rng.uniform(-1, 1, start + fitted + tested)
    b_h = np.zeros(H) if b_h is None else b_h
    h = cells.rnn_forward(u[None, :, None], None, W_xh, W_hh, b_h, activation=activation)[0, start:]
    wanted = np.stack([u[start - k : len(u) - k] for k in range(1, lags + 1)], axis=1)
    with_one = np.concatenate([h, np.ones((len(h), 1))], axis=1)
    weights = np.linalg.lstsq(with_one[:fitted], wanted[:fitted], rcond=1e-10)[0]
    read = with_one @ weights
    return Capacity(
        _squared_correlation(read[fitted:], wanted[fitted:]), _squared_correlation(read[:fitted], wanted[:fitted])
    )


def _squared_correlation(a, b):
    a, b = a - a.mean(axis=0), b - b.mean(axis=0)
    spread = (a * a).sum(axis=0) * (b * b).sum(axis=0)
    return np.where(spread > 0, (a * b).sum(axis=0) ** 2 / np.where(spread > 0, spread, 1), 0.0)


def influence_by_step(T, w_hh=1.0, size=1.0):
    """Return the size (Frobenius norm) of dh_T/dx_t for t = 1..T in the network of `toy`.

    The inputs are "food was nice" again and again.

    Args:
        T: steps.
        w_hh: factor on the recurrent weights.
        size: factor on the inputs and the bias.

    Returns:
        (T,) float64.
    """
    x = size * np.eye(3)[np.resize([0, 1, 2], T)][None].repeat(2, axis=0)
    W_hh = w_hh * toy.W_hh
    h = cells.rnn_forward(x, None, toy.W_xh, W_hh, size * toy.b_h)
    dh = np.zeros_like(h)
    dh[[0, 1], -1, [0, 1]] = 1  # one backward pass per unit of the last state, both in one batch
    dx = cells.rnn_backward(dh, x, h, None, toy.W_xh, W_hh)["dx"]
    return np.sqrt((dx**2).sum(axis=(0, 2)))


EVERY_K, K_BACK = "after every k steps", "each loss reaches k steps"


def truncated_gradients(T, w_hh=1.0, cut=EVERY_K):
    """Return the gradient of W_hh for every window from 1 to T, in the network of `toy`.

    The inputs are "food was nice" again and again, the labels 0, 0, 1 again and again; the loss is the mean over the steps.

    Args:
        T: steps.
        w_hh: factor on the recurrent weights.
        cut: EVERY_K stops the backward pass after every k steps, counted from the start; K_BACK lets each step's loss
            reach its own step and the k - 1 before it.

    Returns:
        (T, 2, 2) float64; the last one, window T, is the complete gradient.
    """
    W_hh = w_hh * toy.W_hh
    h = cells.rnn_forward(np.resize([0, 1, 2], (1, T)), None, toy.W_xh, W_hh, toy.b_h)
    _, dlogits = losses.cross_entropy(h @ toy.W_hy + toy.b_y, np.resize([0, 0, 1], (1, T)))
    dh_out, h = (dlogits @ toy.W_hy.T)[0], h[0]
    h_before = np.concatenate([np.zeros((1, 2)), h[:-1]])
    window, step = np.arange(1, T + 1), np.arange(T)
    if cut == K_BACK:  # row s of the batch: the loss of step s alone
        dh_out = np.eye(T)[:, :, None] * dh_out
    dz, dh_later = np.empty((T, T, 2)), np.zeros((T, 2))  # row k - 1 of the batch: window k
    for t in reversed(range(T)):
        dz[:, t] = (dh_out[..., t, :] + dh_later) * (1 - h[t] ** 2)
        dh_later = dz[:, t] @ W_hh.T
        if cut == EVERY_K:
            dh_later[t % window == 0] = 0
    if cut == EVERY_K:
        return h_before.T @ dz
    shares = h_before[:, :, None] * dz[:, :, None]  # (loss, step, 2, 2)
    by_age = [shares[step[age:], step[: T - age]].sum(axis=0) for age in range(T)]
    return np.cumsum(by_age, axis=0)
