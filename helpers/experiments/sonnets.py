"""The character models of lesson 6, which read and write Shakespeare's verse character by character.

B batch, T time, H hidden, V characters.
"""

import numpy as np

from helpers import cells, decoding, losses
from helpers.data import shakespeare
from helpers.training import Adam

WRITER = dict(H=256, readings=40, B=32, T=50, rate=0.002, dropout=0.1)
"""Hidden units and training settings of the larger model: `rate` is Adam's, and falls to zero; `dropout` is the share of
the state's numbers that the output layer does not get to see, others at each step (Srivastava and others 2014)."""

OTHER_VERSE = (
    "King John",
    "King Richard II",
    "Romeo and Juliet",
    "A Midsummer Night's Dream",
    "The Rape of Lucrece",
    "A Lover's Complaint",
)
"""What the larger model reads besides the sonnets."""

LETTERS_AND_SIGNS = "\n !'(),-.:;?ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
"""The larger model's characters."""


def sonnets():
    """Return two texts: sonnets 1 to 138 to learn from, and the last 16 to test on."""
    text = shakespeare()["Sonnets"]
    text = text[text.index("I\n\nFrom fairest") :]
    cut = text.index("CXXXIX\n")
    return text[:cut], text[cut:]


def verse():
    """Return the text that the larger model learns from: lines of verse from four plays and two poems, then sonnets 1 to 138.

    A line counts as verse if it has 30 to 55 characters, all of LETTERS_AND_SIGNS, begins with a capital letter, and is
    not all in capitals, as headings are. (Prose goes on to the edge of the page, and stage directions are in brackets.)
    """
    works, kept = shakespeare(), set(LETTERS_AND_SIGNS)
    lines = [line.strip() for title in OTHER_VERSE for line in works[title].splitlines()]
    found = [
        line
        for line in lines
        if 30 <= len(line) <= 55 and line[0].isupper() and line != line.upper() and kept.issuperset(line)
    ]
    return "\n".join(found) + "\n\n" + sonnets()[0]


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


def loss_and_gradients(weights, x, targets, state, seen=1):
    """Return the mean loss of predicting targets (B, T) from x (B, T), its gradients by name, and the state after the last step.

    seen: factors (B, T, H) on what the output layer reads of the states; 1 for all of it.
    """
    h = cells.rnn_forward(x, state, weights["W_xh"], weights["W_hh"], weights["b_h"])
    loss, dlogits = losses.cross_entropy(seen * h @ weights["W_hy"] + weights["b_y"], targets)
    dh = seen * (dlogits @ weights["W_hy"].T)
    grads = cells.rnn_backward(dh, x, h, state, weights["W_xh"], weights["W_hh"])
    return (
        loss,
        {
            "W_xh": grads["dW_xh"],
            "W_hh": grads["dW_hh"],
            "b_h": grads["db_h"],
            "W_hy": np.einsum("bth,btv->hv", seen * h, dlogits, optimize=True),
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
    """Cut a text into B rows of equal length, and these into windows of T columns.

    Returns:
        list of (x, targets), both (B, T): ids, and the ids one place later, from the first columns to the last. What does
        not fill a window is left out.
    """
    columns = (len(ids) - 1) // B
    x, targets = ids[: B * columns].reshape(B, columns), ids[1 : B * columns + 1].reshape(B, columns)
    return [(x[:, at : at + T], targets[:, at : at + T]) for at in range(0, columns - T + 1, T)]


def perplexity(weights, ids):
    """Return exp of the mean loss over a text that is read as one sequence."""
    _, logits = forward(weights, ids[None, :-1], None)
    return float(np.exp(losses.cross_entropy(logits, ids[None, 1:])[0]))


def train(weights, ids, readings, B, T, rate):
    """Train in place with truncated backpropagation through time and plain gradient descent; the rate falls to zero.

    Yields:
        the loss of each window, after the update made from it.
    """
    all_windows, updates = windows(ids, B, T), 0
    for _ in range(readings):
        state = None
        for x, targets in all_windows:
            loss, grads, state = loss_and_gradients(weights, x, targets, state)
            now = rate * (1 - updates / (readings * len(all_windows)))
            for name, grad in clip_by_norm(grads, 1.0).items():
                weights[name] -= now * grad
            updates += 1
            yield loss


def train_writer(add, readings=WRITER["readings"]):
    """Train the larger model on `verse()`, in float32 with Adam; calls `add(reading, perplexity, held_out)` after each reading.

    Args:
        add: it gets how many times the text was read, the perplexity of the windows of the last reading, and that of the
            sonnets held out.
        readings: fewer than all to stop early.

    Returns:
        dict of the weights, float32; row k of W_xh is of LETTERS_AND_SIGNS[k].
    """
    ids, held_out = (encode(text, LETTERS_AND_SIGNS) for text in (verse(), sonnets()[1]))
    rng = np.random.default_rng(5)
    H, B, T, kept = WRITER["H"], WRITER["B"], WRITER["T"], 1 - WRITER["dropout"]
    weights = new_weights(len(LETTERS_AND_SIGNS), H, rng)
    weights["W_xh"] *= 0.6  # smaller inputs leave more room for the state before
    weights = {name: array.astype(np.float32) for name, array in weights.items()}
    adam, last = Adam(weights), WRITER["readings"] * len(windows(ids[T:], B, T))
    for reading in range(1, readings + 1):
        state, surprise = None, []
        for x, targets in windows(ids[rng.integers(T) :], B, T):  # other borders each time
            seen = (rng.random((B, T, H), dtype=np.float32) < kept) / np.float32(kept)
            loss, grads, state = loss_and_gradients(weights, x, targets, state, seen)
            adam.update(grads, WRITER["rate"] * max(0, 1 - adam.updates / last), clip=1.0)
            surprise.append(loss)
        add(reading, float(np.exp(np.mean(surprise))), perplexity(weights, held_out))
    return weights


def encode(text, alphabet):
    """Return the ids of a text's characters, (n,); characters that the alphabet lacks are left out."""
    places = {character: place for place, character in enumerate(alphabet)}
    return np.array([places[character] for character in text if character in places], dtype=int)


def write(weights, alphabet, beginning, count, rng, temperature=1.0):
    """Continue a text with `count` characters, each drawn from the model's probabilities.

    Args:
        beginning: any text; characters that the alphabet lacks are left out. If nothing is left, a new line begins.
        temperature: as in `decoding.probabilities`.

    Returns:
        str: what was read of the beginning, and `count` characters more.
    """
    ids = list(encode(beginning, alphabet)) or [alphabet.index("\n")]
    x, state = np.array([ids]), None
    for _ in range(count):
        h, logits = forward(weights, x, state)
        drawn = decoding.sample(logits[0, -1], rng, temperature)
        ids.append(int(drawn))
        x, state = np.array([[drawn]]), h[:, -1]
    return "".join(alphabet[i] for i in ids)
