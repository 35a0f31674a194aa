"""The character model of lesson 5, which reads and writes Shakespeare's sonnets character by character.

B batch, T time, H hidden, V characters.
"""

import numpy as np

from helpers import cells, losses
from helpers.data import shakespeare

LARGER = dict(H=128, steps=6000, B=8, T=50, rate=2.0)
"""Hidden units and training settings of the larger model."""


def sonnets():
    """Return two texts: sonnets 1 to 138 to learn from, and the last 16 to test on."""
    text = shakespeare()["Sonnets"]
    text = text[text.index("I\n\nFrom fairest") :]
    cut = text.index("CXXXIX\n")
    return text[:cut], text[cut:]


def new_weights(V, H, rng):
    """Return small random weights; the recurrent ones are 0.9 times an orthogonal matrix."""
    return {
        "W_xh": 0.5 * rng.normal(size=(V, H)),
        "W_hh": 0.9 * np.linalg.qr(rng.normal(size=(H, H)))[0],
        "b_h": np.zeros(H),
        "W_hy": rng.uniform(-1, 1, size=(H, V)) / np.sqrt(H),
        "b_y": np.zeros(V),
    }


def forward(weights, x, state):
    """Return states (B, T, H) and logits (B, T, V) for ids (B, T) and the state before them, (B, H) or None."""
    h = cells.rnn_forward(x, state, weights["W_xh"], weights["W_hh"], weights["b_h"])
    return h, h @ weights["W_hy"] + weights["b_y"]


def loss_and_gradients(weights, x, targets, state):
    """Return the mean loss of predicting targets (B, T) from x (B, T), its gradients by name, and the state after the last step."""
    h, logits = forward(weights, x, state)
    loss, dlogits = losses.cross_entropy(logits, targets)
    grads = cells.rnn_backward(dlogits @ weights["W_hy"].T, x, h, state, weights["W_xh"], weights["W_hh"])
    return (
        loss,
        {
            "W_xh": grads["dW_xh"],
            "W_hh": grads["dW_hh"],
            "b_h": grads["db_h"],
            "W_hy": np.einsum("bth,btv->hv", h, dlogits, optimize=True),
            "b_y": dlogits.sum(axis=(0, 1)),
        },
        h[:, -1],
    )


def clip_by_norm(grads, limit):
    """Scale all gradients by one factor, so that their joint Euclidean norm is at most `limit`."""
    norm = np.sqrt(sum(np.sum(grad**2) for grad in grads.values()))
    factor = min(1, limit / max(norm, 1e-12))
    return {name: factor * grad for name, grad in grads.items()}


def windows(ids, B, T):
    """Go through a text again and again: it is cut into B rows, and T columns of all rows are one window.

    Yields:
        x, y: (B, T) ids, and the ids one place later; first: True for the first window of the text.
    """
    n = (len(ids) - 1) // B
    x, y = ids[: B * n].reshape(B, n), ids[1 : B * n + 1].reshape(B, n)
    while True:
        for start in range(0, n - T + 1, T):
            yield x[:, start : start + T], y[:, start : start + T], start == 0


def perplexity(weights, ids):
    """Return exp of the mean loss over a text that is read as one sequence."""
    _, logits = forward(weights, ids[None, :-1], None)
    return float(np.exp(losses.cross_entropy(logits, ids[None, 1:])[0]))


def train(weights, ids, steps, B, T, rate):
    """Train in place with truncated backpropagation through time and plain gradient descent; the rate falls to zero.

    Yields:
        the loss of each window, after the update made from it.
    """
    state = None
    for step, (x, y, first) in zip(range(steps), windows(ids, B, T), strict=False):
        state = None if first else state
        loss, grads, state = loss_and_gradients(weights, x, y, state)
        for name, grad in clip_by_norm(grads, 1.0).items():
            weights[name] -= rate * (1 - step / steps) * grad
        yield loss


def sample(weights, characters, start, count, rng):
    """Continue `start` with `count` characters, each drawn from the model's probabilities."""
    written = list(start)
    state, x = None, np.array([[characters.index(c) for c in start]])
    for _ in range(count):
        h, logits = forward(weights, x, state)
        drawn = rng.choice(len(characters), p=losses.softmax(logits[0, -1]))
        written.append(characters[drawn])
        state, x = h[:, -1], np.array([[drawn]])
    return "".join(written)


def train_larger(add, steps=LARGER["steps"]):
    """Train the larger model of lesson 5. Calls `add(perplexity)` after each update, with `held_out` every 100 updates."""
    training, held_out = sonnets()
    characters = sorted(set(training))
    ids, held_out_ids = (np.array([characters.index(c) for c in text]) for text in (training, held_out))
    settings = {name: value for name, value in LARGER.items() if name != "H"}
    weights = new_weights(len(characters), LARGER["H"], np.random.default_rng(5))
    for step, loss in enumerate(train(weights, ids, **settings), start=1):
        measured = {"held_out": perplexity(weights, held_out_ids)} if step % 100 == 0 else {}
        add(float(np.exp(loss)), **measured)
        if step == steps:
            return
