"""Choose from scores: the next token, the likeliest or drawn with a temperature; or the best row of states (Viterbi).

`free_run` and `invent` let a network read what it has chosen.
"""

import numpy as np

from helpers import cells, losses, validate
from helpers.text import END, PAD, START, UNK

MAX_LETTERS = 14
"""`invent` stops a word after this many letters."""


def probabilities(logits, temperature=1.0):
    """Softmax of logits divided by a temperature: p_k = exp(z_k / temperature) / sum_j exp(z_j / temperature).

    Below 1 likely tokens become more likely, above 1 unlikely ones do. A temperature of 0 gives probability 1 to the
    largest logit (the first one if several are equal), which is the limit for small temperatures.

    Args:
        logits: (..., K) float32 or float64.
        temperature: a number from 0 up.

    Returns:
        p: (..., K), same dtype, each row summing to 1.

    Raises:
        ValueError: the temperature is negative or not finite, or logits are not rows of finite floats.

    Source: Ackley, Hinton and Sejnowski (1985), doi:10.1207/s15516709cog0901_7, for the temperature.
    """
    logits = _scores(logits)
    if not (np.isfinite(temperature) and temperature >= 0):
        raise ValueError(f"temperature is {temperature}; expected 0 (greedy) or a positive number.")
    if temperature == 0:
        p = np.zeros_like(logits)
        np.put_along_axis(p, greedy(logits)[..., None], 1, axis=-1)
        return p
    lowest = np.finfo(logits.dtype).min / 2
    with np.errstate(over="ignore"):
        below_largest = (logits - logits.max(axis=-1, keepdims=True)) / logits.dtype.type(temperature)
    return losses.softmax(np.maximum(below_largest, lowest))


def greedy(logits):
    """Return the id of each row's largest logit: (..., K) -> (...) integers; the first one if several are equal."""
    return _scores(logits).argmax(axis=-1)


def sample(logits, rng, temperature=1.0):
    """Draw one id per row from `probabilities(logits, temperature)`.

    Args:
        logits: (..., K) float32 or float64.
        rng: numpy.random.Generator; the same generator state draws the same ids.
        temperature: a number from 0 up; 0 draws nothing and is `greedy`.

    Returns:
        ids: (...) integers.

    Raises:
        ValueError: as `probabilities`.
    """
    p = probabilities(logits, temperature)
    up_to_here = np.cumsum(p, axis=-1)
    draw = rng.random((*p.shape[:-1], 1)) * up_to_here[..., -1:]
    return np.minimum((up_to_here <= draw).sum(axis=-1), p.shape[-1] - 1)


def viterbi(start, step, scores):
    """Return the row of states k_1 ... k_T with the largest start[k_1] + sum_t step[k_(t-1), k_t] + sum_t scores[t, k_t].

    The best row that ends with a state goes on from the best row that ends with one of the K states before it, so K * K
    sums for each t will do, where there are K to the power of T rows.

    Args:
        start: (K,) floats, what it scores to begin with a state; minus infinity forbids it.
        step: (K, K) floats, what it scores to go from a state (down) to a state (across); minus infinity forbids it.
        scores: (T, K) float32 or float64 with T >= 1, what each state scores at each t.

    Returns:
        list of T integers; of several rows that are equally good, one.

    Raises:
        ValueError: the shapes do not fit, or scores are not finite floats.

    Sources: Viterbi (1967), doi:10.1109/TIT.1967.1054010; Forney (1973), doi:10.1109/PROC.1973.9030.
    """
    start, step, scores = np.asarray(start), np.asarray(step), _scores(scores)
    validate.shape("scores", scores, T=None, K=None)
    if len(scores) == 0:
        raise ValueError("scores has no rows; expected T >= 1.")
    K = scores.shape[1]
    validate.shape("start", start, K=K)
    validate.shape("step", step, K=K, K_next=K)
    best, came_from = start + scores[0], []
    for score in scores[1:]:
        ways = best[:, None] + step
        came_from.append(ways.argmax(axis=0))
        best = ways.max(axis=0) + score
    path = [int(best.argmax())]
    for before in reversed(came_from):
        path.append(int(before[path[-1]]))
    return path[::-1]


def free_run(network, h_0, start, most):
    """Let a decoder read its own greedy answers, many sequences at once: `wirings.run` for a batch, without an end.

    Args:
        network: dict of W_xh (K, H), W_hh (H, H), b_h (H,), W_hy (H, K), b_y (K,).
        h_0: (B, H), the first states.
        start: the id that every sequence reads first.
        most: how many answers to give.

    Returns:
        said: (B, most) ids.
    """
    W_xh, W_hh, b_h = (network[name] for name in ("W_xh", "W_hh", "b_h"))
    h_t, said = h_0, [np.full(len(h_0), start)]
    for _ in range(most):
        h_t = cells.rnn_forward(said[-1][:, None], h_t, W_xh, W_hh, b_h)[:, 0]
        said.append(greedy(h_t @ network["W_hy"] + network["b_y"]))
    return np.stack(said[1:], axis=1)


def entropy(p):
    """Return how uncertain a choice is, in nats: -sum_k p_k log p_k over the last axis; log n for n equal chances.

    Source: Shannon (1948), doi:10.1002/j.1538-7305.1948.tb01338.x.
    """
    p = validate.floats("p", p)
    return 0.0 - np.sum(p * np.log(np.where(p > 0, p, 1)), axis=-1)


def _scores(logits):
    logits = validate.floats("logits", logits)
    if logits.ndim == 0 or logits.shape[-1] == 0:
        raise ValueError(f"logits has shape {logits.shape}; expected (..., K) with at least one token.")
    return logits


def invent(vocabulary, network, beginning, count, temperature=1.0, seed=0):
    """Invent words with a network that was trained on letters, `count` at once.

    Args:
        vocabulary: Vocabulary of letters.
        network: dict of W_xh, W_hh, b_h, W_hy, b_y.
        beginning: the letters every word starts with.
        count, temperature, seed: how many words, the temperature of `sample`, the seed of the generator.

    Returns:
        words: list of `count` texts, with at most MAX_LETTERS letters after the beginning.
        logits: (V,), the scores of the letter after the beginning; <pad>, <unk> and <start> are ruled out.
    """
    rng = np.random.default_rng(seed)
    ids = np.array([vocabulary.encode(list(beginning), start=True)])
    W_xh, W_hh, b_h = (network[name] for name in ("W_xh", "W_hh", "b_h"))
    h_t = cells.rnn_forward(ids, None, W_xh, W_hh, b_h)[:, -1].repeat(count, axis=0)
    never = [vocabulary.id(token) for token in (PAD, UNK, START)]
    spelled = []
    for _ in range(MAX_LETTERS):
        logits = h_t @ network["W_hy"] + network["b_y"]
        logits[:, never] = -1e9
        if not spelled:
            first = logits[0]
        spelled.append(sample(logits, rng, temperature))
        h_t = cells.rnn_forward(spelled[-1][:, None], h_t, W_xh, W_hh, b_h)[:, 0]
    words = [vocabulary.decode(row) for row in np.transpose(spelled)]
    return [beginning + "".join(word[: word.index(END)] if END in word else word) for word in words], first
