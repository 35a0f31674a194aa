"""Small text classifiers in NumPy that differ only in how words reach the hidden layer.

Lesson 1 uses three as sealed boxes; lessons 3 to 5 open the recurrent one, lesson 8 adds an LSTM. All end alike: hidden state (B, H), scores
logits = hidden W_hy + b_y (B, K). B batch, T time, V vocabulary, E embedding, H hidden, K classes.
"""

import numpy as np

from helpers import cells, losses
from helpers.data.restaurant import restaurant_reviews
from helpers.text import Vocabulary, pad, split_words
from helpers.training import train


class Classifier:
    """What they share. A subclass gives `read`, ids -> hidden state, and `read_back`, its gradients.

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
        return self.read(ids, lengths) @ self.parameters["W_hy"] + self.parameters["b_y"]

    def probabilities(self, ids, lengths):
        """(B, T) ids and (B,) lengths -> (B, K) probabilities."""
        return losses.softmax(self.logits(ids, lengths))

    def accuracy(self, ids, lengths, labels):
        """The share of sequences whose largest score stands at the right label."""
        return float((self.logits(ids, lengths).argmax(axis=1) == labels).mean())

    def loss_and_gradients(self, ids, lengths, labels):
        """Mean cross-entropy of a batch in nats, and its gradient for every parameter, by name."""
        hidden = self.read(ids, lengths)
        W_hy = self.parameters["W_hy"]
        loss, dlogits = losses.cross_entropy(hidden @ W_hy + self.parameters["b_y"], labels)
        head = {"W_hy": hidden.T @ dlogits, "b_y": dlogits.sum(axis=0)}
        return loss, head | self.read_back(dlogits @ W_hy.T, hidden, ids, lengths)


class PaddedNetwork(Classifier):
    """One-hot words padded to T and laid side by side: hidden = tanh(one_hot(ids).reshape(B, T*V) W_1 + b_1).

    W_1 is kept as (T, V, H): each position has a weight of its own for each word, so a product with one-hot rows
    is a look-up and a sum.
    """

    def __init__(self, T, V, H, K, rng):
        super().__init__(H, K, rng)
        self.parameters |= {"W_1": self._uniform(T, V, H, fan_in=T), "b_1": np.zeros(H)}

    def read(self, ids, lengths):
        positions = np.arange(ids.shape[1])
        return np.tanh(self.parameters["W_1"][positions, ids].sum(axis=1) + self.parameters["b_1"])

    def read_back(self, dhidden, hidden, ids, lengths):
        dz = dhidden * (1 - hidden**2)
        dW_1 = np.zeros_like(self.parameters["W_1"])
        np.add.at(dW_1, (np.arange(ids.shape[1]), ids), dz[:, None])
        return {"W_1": dW_1, "b_1": dz.sum(axis=0)}


class EmbedThenFlatten(Classifier):
    """One shared row of E numbers per word, T of them laid side by side: hidden = tanh(flat W_1 + b_1)."""

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
        return np.tanh(self._flat(ids) @ self.parameters["W_1"] + self.parameters["b_1"])

    def read_back(self, dhidden, hidden, ids, lengths):
        dz = dhidden * (1 - hidden**2)
        dembedding = np.zeros_like(self.parameters["embedding"])
        drows = (dz @ self.parameters["W_1"].T).reshape(*ids.shape, -1)
        np.add.at(dembedding, ids, drows)
        return {"embedding": dembedding, "W_1": self._flat(ids).T @ dz, "b_1": dz.sum(axis=0)}


class RNNClassifier(Classifier):
    """One recurrent cell over the words; the state after the last real word is the hidden state that is scored."""

    def __init__(self, V, H, K, rng):
        super().__init__(H, K, rng)
        self.parameters |= {
            "W_xh": 0.2 * rng.normal(size=(V, H)),
            "W_hh": np.linalg.qr(rng.normal(size=(H, H)))[0],
            "b_h": np.zeros(H),
        }

    def states(self, ids, lengths=None):
        """The hidden state after every word, (B, T, H)."""
        p = self.parameters
        return cells.rnn_forward(ids, None, p["W_xh"], p["W_hh"], p["b_h"], lengths)

    def read(self, ids, lengths):
        self._states = self.states(ids, lengths)
        return self._states[:, -1]

    def read_back(self, dhidden, hidden, ids, lengths):
        dh = np.zeros_like(self._states)
        dh[:, -1] = dhidden
        p = self.parameters
        grads = cells.rnn_backward(dh, ids, self._states, None, p["W_xh"], p["W_hh"], lengths)
        return {name: grads[f"d{name}"] for name in ("W_xh", "W_hh", "b_h")}


class LSTMClassifier(Classifier):
    """One LSTM over the tokens; the hidden state after the last real one is scored. Its forget bias starts where you say."""

    def __init__(self, V, H, K, rng, forget_bias=1.0):
        super().__init__(H, K, rng)
        self.parameters |= {
            "W_xh": self._uniform(V, 4 * H, fan_in=H),
            "W_hh": self._uniform(H, 4 * H, fan_in=H),
            "b_h": np.repeat([0.0, forget_bias, 0.0, 0.0], H),
        }

    def run(self, ids, lengths=None, **changed):
        """What `cells.lstm_forward` gives: hidden states, cell states and gates; `changed` parameters in place of its own."""
        p = self.parameters | changed
        return cells.lstm_forward(ids, None, None, p["W_xh"], p["W_hh"], p["b_h"], lengths)

    def read(self, ids, lengths):
        self._kept = self.run(ids, lengths)
        return self._kept[0][:, -1]

    def read_back(self, dhidden, hidden, ids, lengths):
        dh = np.zeros_like(self._kept[0])
        dh[:, -1] = dhidden
        p = self.parameters
        grads = cells.lstm_backward(dh, ids, *self._kept, None, None, p["W_xh"], p["W_hh"], lengths)
        return {name: grads[f"d{name}"] for name in ("W_xh", "W_hh", "b_h")}


def restaurant_classifier(steps=800, seed=0):
    """An RNNClassifier trained on generated restaurant reviews: 2,400 to learn from, 600 others to be tested on.

    Returns:
        vocabulary: Vocabulary of the training reviews.
        model: RNNClassifier, 16 hidden units, class 1 is positive.
        accuracy: on the held-out reviews.
    """
    reviews = restaurant_reviews(3000, seed)
    tokens = [split_words(text) for text, _ in reviews]
    labels = np.array([label for _, label in reviews])
    vocabulary = Vocabulary(tokens[:2400])
    ids, lengths = pad([vocabulary.encode(sentence) for sentence in tokens])
    model = RNNClassifier(len(vocabulary), 16, 2, np.random.default_rng(seed))
    train(model, ids[:2400], lengths[:2400], labels[:2400], steps, seed=seed)
    return vocabulary, model, model.accuracy(ids[2400:], lengths[2400:], labels[2400:])
