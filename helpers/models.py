"""Small networks for texts in NumPy: classifiers, and an encoder with a decoder.

The classifiers differ only in how words reach the hidden layer. Lesson 1 uses three of them without looking inside;
lessons 3 to 5 explain the recurrent one, lesson 9 adds an LSTM. All end in the same way: hidden state (B, H), scores
logits = hidden W_hy + b_y (B, K). Lesson 10 trains the encoder and decoder with attention and without.

B batch, T time, V vocabulary, E embedding, H hidden, K classes.
"""

import numpy as np

from helpers import attention, cells, losses, text


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

    def back_from_every_step(self, dlogits, ids, h, h_0=None):
        """Go back from scores h W_hy + b_y that were computed after every step, as lesson 7's networks do.

        Args:
            dlogits: (B, T, K), zeros at steps without a loss.
            ids, h: (B, T) and (B, T, H), what was read and the states.
            h_0: (B, H), the first state, or None for zeros.

        Returns:
            gradients: name -> array, for every parameter.
            dh_0: (B, H).
        """
        p = self.parameters
        back = cells.rnn_backward(dlogits @ p["W_hy"].T, ids, h, h_0, p["W_xh"], p["W_hh"])
        grads = {name: back[f"d{name}"] for name in ("W_xh", "W_hh", "b_h")}
        head = {"W_hy": np.einsum("bth,btk->hk", h, dlogits), "b_y": dlogits.sum(axis=(0, 1))}
        return grads | head, back["dh_0"]


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


class Summariser:
    """An encoder that reads a text and a decoder that writes another, started with the encoder's last state.

    Without attention this is lesson 7's network: logits = s W_hy + b_y from the decoder's states s (B, U, H). With it,
    each state asks the encoder's states h, as keys and as values, and the output sees both: [s, context] W_hy + b_y.
    Both cells start with an orthogonal W_hh, as in lesson 7.

    Args:
        V, K, H: words that it reads, words that it writes, units of each cell.
        rng: numpy Generator of the first weights.
        attends: True for attention.

    Attributes:
        parameters: name -> float64 array.

    Source: Bahdanau, Cho and Bengio (2015), arXiv:1409.0473; the dot product as score, and attention after the
    decoder's step: Luong, Pham and Manning (2015), arXiv:1508.04025.
    """

    def __init__(self, V, K, H, rng, attends):
        self.attends = attends

        def uniform(*shape):
            return rng.uniform(-1, 1, shape) / np.sqrt(H)

        def cell(D):
            orthogonal, _ = np.linalg.qr(rng.normal(size=(H, H)))
            return {"W_xh": 0.2 * rng.normal(size=(D, H)), "W_hh": orthogonal, "b_h": np.zeros(H)}

        cells_ = {"encoder": cell(V), "decoder": cell(K)}
        self.parameters = {f"{who} {name}": array for who in cells_ for name, array in cells_[who].items()}
        self.parameters |= {"W_hy": uniform(2 * H if attends else H, K), "b_y": np.zeros(K)}

    def _cell(self, who):
        return [self.parameters[f"{who} {name}"] for name in ("W_xh", "W_hh", "b_h")]

    def read(self, ids, lengths):
        """Return the encoder's states, (B, T, H); padding repeats the state of the last word."""
        return cells.rnn_forward(ids, None, *self._cell("encoder"), lengths)

    def write(self, before, s_0, h, mask):
        """Return logits (B, U, K), the decoder's states (B, U, H), what the output saw, and the weights or None.

        Args:
            before: (B, U) ids, the words up to now.
            s_0: (B, H), the decoder's first state.
            h: (B, T, H), the encoder's states.
            mask: (B, T) booleans, True at words.
        """
        s = cells.rnn_forward(before, s_0, *self._cell("decoder"))
        seen, weights = s, None
        if self.attends:
            context, weights = attention.attend(s, h, h, mask)
            seen = np.concatenate([s, context], axis=-1)
        return seen @ self.parameters["W_hy"] + self.parameters["b_y"], s, seen, weights

    def loss_and_gradients(self, ids, lengths, written):
        """Return the mean cross-entropy of every written word in nats, with the right words as inputs, and its gradients.

        Args:
            ids, lengths: (B, T) and (B,), the texts.
            written: (B, U + 1) ids, from <start> to <end> and padding behind it.
        """
        ids, written = ids[:, : lengths.max()], written[:, : (written > 0).sum(axis=1).max()]
        before, targets = written[:, :-1], written[:, 1:]
        h = self.read(ids, lengths)
        logits, s, seen, weights = self.write(before, h[:, -1], h, text.mask(lengths, ids.shape[1]))
        loss, dlogits = losses.cross_entropy(logits, targets, targets > 0)
        grads = {"W_hy": np.einsum("buh,buk->hk", seen, dlogits), "b_y": dlogits.sum(axis=(0, 1))}

        dseen = dlogits @ self.parameters["W_hy"].T
        ds, dh = dseen[..., : s.shape[-1]], np.zeros_like(h)
        if self.attends:
            dquery, dkeys, dvalues = attention.attend_backward(dseen[..., s.shape[-1] :], s, h, h, weights)
            ds, dh = ds + dquery, dkeys + dvalues
        decoder = cells.rnn_backward(ds, before, s, h[:, -1], *self._cell("decoder")[:2])
        dh[:, -1] += decoder["dh_0"]
        encoder = cells.rnn_backward(dh, ids, h, None, *self._cell("encoder")[:2], lengths)
        for name in ("W_xh", "W_hh", "b_h"):
            grads[f"encoder {name}"], grads[f"decoder {name}"] = encoder[f"d{name}"], decoder[f"d{name}"]
        return loss, grads

    def summarise(self, ids, lengths, start, most):
        """Write alone, always the likeliest word.

        Args:
            ids, lengths: (B, T) and (B,), the texts.
            start: the id of <start>.
            most: how many words to write, <end> and what follows it included.

        Returns:
            said: (B, most) ids.
            weights: (B, most, T), where each looked; None without attention.
        """
        h, mask = self.read(ids, lengths), text.mask(lengths, ids.shape[1])
        state, said, looked = h[:, -1], [np.full((len(ids), 1), start)], []
        for _ in range(most):
            logits, s, _, weights = self.write(said[-1], state, h, mask)
            state = s[:, -1]
            said.append(logits.argmax(axis=-1))
            looked.append(weights)
        return np.concatenate(said[1:], axis=1), np.concatenate(looked, axis=1) if self.attends else None
