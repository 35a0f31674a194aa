"""Small text classifiers in NumPy that differ only in how words reach the hidden layer.

Lesson 1 uses three of them without looking inside; lessons 3 to 5 explain the recurrent one, lesson 9 adds an LSTM. All
end in the same way: hidden state (B, H), scores logits = hidden W_hy + b_y (B, K).

B batch, T time, V vocabulary, E embedding, H hidden, K classes.
"""

import numpy as np

from helpers import cells, losses


class Classifier:
    """The common part of all classifiers. A subclass defines `read` and `read_back`.

    `read(ids, lengths)` returns the hidden state (B, H) and what the backward pass needs; `read_back(dhidden, kept,
    ids, lengths)` takes that and returns the gradients by name.

    Attributes:
        parameters: name -> float64 array.
    """

    def __init__(self, H, K, rng):
        self.rng = rng
        self.parameters = {"W_hy": self._uniform(H, K, fan_in=H), "b_y": np.zeros(K)}

    def _uniform(self, *shape, fan_in):
        return self.rng.uniform(-1, 1, shape) / np.sqrt(fan_in)

    def logits(self, ids, lengths):
        """(B, T) ids and (B,) lengths -> (B, K) scores."""
        hidden, _ = self.read(ids, lengths)
        return hidden @ self.parameters["W_hy"] + self.parameters["b_y"]

    def probabilities(self, ids, lengths):
        """(B, T) ids and (B,) lengths -> (B, K) probabilities."""
        return losses.softmax(self.logits(ids, lengths))

    def accuracy(self, ids, lengths, labels):
        """Return the share of sequences whose largest score is at the right label."""
        return float((self.logits(ids, lengths).argmax(axis=1) == labels).mean())

    def loss_and_gradients(self, ids, lengths, labels):
        """Return the mean cross-entropy of a batch in nats, and its gradient for every parameter, by name."""
        hidden, kept = self.read(ids, lengths)
        W_hy = self.parameters["W_hy"]
        loss, dlogits = losses.cross_entropy(hidden @ W_hy + self.parameters["b_y"], labels)
        head = {"W_hy": hidden.T @ dlogits, "b_y": dlogits.sum(axis=0)}
        return loss, head | self.read_back(dlogits @ W_hy.T, kept, ids, lengths)


class PaddedNetwork(Classifier):
    """One-hot words, padded to T and put next to each other: hidden = tanh(one_hot(ids).reshape(B, T*V) W_1 + b_1).

    W_1 is stored as (T, V, H): each position has its own H weights for each word, so the product with one-hot rows
    is a look-up and a sum.
    """

    def __init__(self, T, V, H, K, rng):
        super().__init__(H, K, rng)
        self.parameters |= {"W_1": self._uniform(T, V, H, fan_in=T), "b_1": np.zeros(H)}

    def read(self, ids, lengths):
        positions = np.arange(ids.shape[1])
        hidden = np.tanh(self.parameters["W_1"][positions, ids].sum(axis=1) + self.parameters["b_1"])
        return hidden, hidden

    def read_back(self, dhidden, hidden, ids, lengths):
        dz = dhidden * (1 - hidden**2)
        dW_1 = np.zeros_like(self.parameters["W_1"])
        np.add.at(dW_1, (np.arange(ids.shape[1]), ids), dz[:, None])
        return {"W_1": dW_1, "b_1": dz.sum(axis=0)}


class EmbedThenFlatten(Classifier):
    """One shared row of E numbers per word, T of them next to each other: hidden = tanh(flat W_1 + b_1)."""

    def __init__(self, T, V, H, K, E, rng):
        super().__init__(H, K, rng)
        self.parameters |= {
            "embedding": rng.normal(size=(V, E)),
            "W_1": self._uniform(T * E, H, fan_in=T * E),
            "b_1": np.zeros(H),
        }

    def _flat(self, ids):
        return self.parameters["embedding"][ids].reshape(len(ids), -1)

    def read(self, ids, lengths):
        hidden = np.tanh(self._flat(ids) @ self.parameters["W_1"] + self.parameters["b_1"])
        return hidden, hidden

    def read_back(self, dhidden, hidden, ids, lengths):
        dz = dhidden * (1 - hidden**2)
        dembedding = np.zeros_like(self.parameters["embedding"])
        drows = (dz @ self.parameters["W_1"].T).reshape(*ids.shape, -1)
        np.add.at(dembedding, ids, drows)
        return {"embedding": dembedding, "W_1": self._flat(ids).T @ dz, "b_1": dz.sum(axis=0)}


class RNNClassifier(Classifier):
    """One recurrent cell over the words; the scores are computed from the state after the last real word."""

    def __init__(self, V, H, K, rng):
        super().__init__(H, K, rng)
        self.parameters |= {
            "W_xh": 0.2 * rng.normal(size=(V, H)),
            "W_hh": np.linalg.qr(rng.normal(size=(H, H)))[0],
            "b_h": np.zeros(H),
        }

    def states(self, ids, lengths=None):
        """Return the hidden state after every word, (B, T, H)."""
        p = self.parameters
        return cells.rnn_forward(ids, None, p["W_xh"], p["W_hh"], p["b_h"], lengths)

    def read(self, ids, lengths):
        h = self.states(ids, lengths)
        return h[:, -1], h

    def read_back(self, dhidden, h, ids, lengths):
        dh = np.zeros_like(h)
        dh[:, -1] = dhidden
        p = self.parameters
        grads = cells.rnn_backward(dh, ids, h, None, p["W_xh"], p["W_hh"], lengths)
        return {name: grads[f"d{name}"] for name in ("W_xh", "W_hh", "b_h")}


class LSTMClassifier(Classifier):
    """One LSTM over the tokens; the scores are computed from the hidden state after the last real token.

    Args:
        forget_bias: the value that the bias of the forget gate starts with.
    """

    def __init__(self, V, H, K, rng, forget_bias=1.0):
        super().__init__(H, K, rng)
        self.parameters |= {
            "W_xh": self._uniform(V, 4 * H, fan_in=H),
            "W_hh": self._uniform(H, 4 * H, fan_in=H),
            "b_h": np.repeat([0.0, forget_bias, 0.0, 0.0], H),
        }

    def run(self, ids, lengths=None, **changed):
        """Return the hidden states, cell states and gates of `cells.lstm_forward`; `changed` replaces parameters by name."""
        p = self.parameters | changed
        return cells.lstm_forward(ids, None, None, p["W_xh"], p["W_hh"], p["b_h"], lengths)

    def read(self, ids, lengths):
        h, c, gates = self.run(ids, lengths)
        return h[:, -1], (h, c, gates)

    def read_back(self, dhidden, kept, ids, lengths):
        h, c, gates = kept
        dh = np.zeros_like(h)
        dh[:, -1] = dhidden
        p = self.parameters
        grads = cells.lstm_backward(dh, ids, h, c, gates, None, None, p["W_xh"], p["W_hh"], lengths)
        return {name: grads[f"d{name}"] for name in ("W_xh", "W_hh", "b_h")}


class MinGRUClassifier(Classifier):
    """One minGRU over the tokens, run by a scan; the scores are computed from the state after the last real token.

    Args:
        keep_bias: the value that the bias of the update gate starts with; larger keeps the state for longer.
    """

    def __init__(self, V, H, K, rng, keep_bias=0.0):
        super().__init__(H, K, rng)
        self.parameters |= {
            "W_xh": self._uniform(V, 2 * H, fan_in=H),
            "b_h": np.repeat([float(keep_bias), 0.0], H),
        }

    def run(self, ids, lengths=None):
        """Return the states and gates of `cells.min_gru_forward`."""
        return cells.min_gru_forward(ids, None, self.parameters["W_xh"], self.parameters["b_h"], lengths)

    def read(self, ids, lengths):
        h, gates = self.run(ids, lengths)
        return h[:, -1], (h, gates)

    def read_back(self, dhidden, kept, ids, lengths):
        h, gates = kept
        dh = np.zeros_like(h)
        dh[:, -1] = dhidden
        grads = cells.min_gru_backward(dh, ids, h, gates, None, self.parameters["W_xh"], lengths)
        return {name: grads[f"d{name}"] for name in ("W_xh", "b_h")}
