"""The applications' trained networks in NumPy: PyTorch trains, and the cells of lessons 3 and 9 read what it has learned.

A class here copies the arrays of the notebook's network that has the same name, and answers as it does, without dropout,
which is for training only. The explorers use these copies, so that they also answer on the course's web pages, where
there is no PyTorch. B batch, T time, D input, E embedding, H hidden, V vocabulary; all is computed in float64.
"""

import numpy as np

from helpers import attention, cells, decoding, losses
from helpers.data.names_and_tunes import LETTERS
from helpers.text import END, SPECIAL, START

# Layers


def array(parameter):
    """Return a copy of a PyTorch parameter as float64."""
    return parameter.detach().numpy().astype(float)


class Rows:
    """torch.nn.Embedding: ids (...) -> their rows, (..., E). They are kept as float32, which halves what a page must fetch."""

    def __init__(self, layer):
        self.table = array(layer.weight).astype(np.float32)

    def __call__(self, ids):
        return self.table[ids].astype(float)


class Linear:
    """torch.nn.Linear: y = x W + b, (..., D) -> (..., K); or a convolution, where x is what lies in a window, as a row."""

    def __init__(self, layer):
        self.W, self.b = array(layer.weight).reshape(len(layer.weight), -1).T, array(layer.bias)

    def __call__(self, x):
        return x @ self.W + self.b


class Cell:
    """torch.nn.RNN or torch.nn.GRU with one layer, read forwards, or both ways; or torch.nn.GRUCell.

    PyTorch keeps two biases for each number of the state. Where both are only added, `helpers.cells` has their sum; the
    GRU's candidate has one inside the reset gate, b_hn.
    """

    def __init__(self, layer):
        self.gated = type(layer).__name__.startswith("GRU")
        one_step = type(layer).__name__.endswith("Cell")
        ways = [""] if one_step else ["_l0", "_l0_reverse"][: 1 + layer.bidirectional]
        self.ways = [self._weights(layer, way) for way in ways]

    def _weights(self, layer, way):
        names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        W_ih, W_hh, b_ih, b_hh = (array(getattr(layer, f"{name}{way}")) for name in names)
        if not self.gated:
            return [W_ih.T, W_hh.T, b_ih + b_hh]
        H = len(b_hh) // 3
        return [W_ih.T, W_hh.T, b_ih + np.append(b_hh[: 2 * H], np.zeros(H)), b_hh[2 * H :]]

    def __call__(self, x, h_0=None):
        """Return the states after every step: x (B, T, D), h_0 (B, H) or None -> (B, T, H), both ways (B, T, 2H)."""
        read = [self._read(x, h_0, *self.ways[0])]
        if len(self.ways) == 2:
            read.append(self._read(x[:, ::-1], h_0, *self.ways[1])[:, ::-1])
        return np.concatenate(read, axis=-1)

    def _read(self, x, h_0, *weights):
        return cells.gru_forward(x, h_0, *weights)[0] if self.gated else cells.rnn_forward(x, h_0, *weights)


# Networks


class Reader:
    """Sentiment: ids of T words -> the probability of praise after each, (T,)."""

    def __init__(self, model):
        self.rows, self.cell, self.output = Rows(model.embedding), Cell(model.cell), Linear(model.output)
        self.keep_largest = model.keep_largest

    def __call__(self, ids):
        h = self.cell(self.rows([ids]))[0]
        seen = np.maximum.accumulate(h) if self.keep_largest else h
        return 1 / (1 + np.exp(-self.output(seen)[:, 0]))


class Rater:
    """Movie rating: ids of T words -> stars from 1 to 5 after each, (T,)."""

    def __init__(self, model):
        self.rows, self.cell, self.output = Rows(model.embedding), Cell(model.cell), Linear(model.output)

    def __call__(self, ids):
        return 3 + 2 * np.tanh(self.output(self.cell(self.rows([ids]))[0])[:, 0])


class Tagger:
    """Parts of speech, named entities: T tokens -> probabilities of the tags, (T, K).

    Args:
        model: the notebook's network.
        encoder: helpers.applications.tagging.Encoder.
    """

    def __init__(self, model, encoder):
        self.encoder, self.rows = encoder, [Rows(rows) for rows in model.rows]
        self.cell, self.output = Cell(model.cell), Linear(model.output)

    def __call__(self, tokens):
        words, clues, _ = self.encoder.encode([tokens])
        ids = np.concatenate([words[..., None], clues], axis=-1)
        x = np.concatenate([rows(ids[..., i]) for i, rows in enumerate(self.rows)], axis=-1)
        return losses.softmax(self.output(self.cell(x)))[0]


class Suggester:
    """Next word: T words -> probabilities of the next, (V,).

    The embedding's rows serve twice: they are the inputs, and what the state, brought down to E numbers, is compared with.
    """

    def __init__(self, model, vocabulary):
        self.vocabulary, self.rows, self.bias = vocabulary, Rows(model.embedding), array(model.bias)
        self.cell, self.down = Cell(model.cell), Linear(model.down)

    def __call__(self, tokens):
        ids = self.vocabulary.encode(tokens, start=True)
        h = self.cell(self.rows([ids]))[0, -1]
        return losses.softmax(self.down(h) @ self.rows.table.T + self.bias)


class Writer:
    """Text generation: tokens -> the next ones, drawn one after the other.

    Args:
        model: the notebook's network.
        vocabulary: Vocabulary of its tokens.
        seed: of the generator that draws, made anew for every text.
    """

    def __init__(self, model, vocabulary, seed=0):
        self.vocabulary, self.seed, self.rows = vocabulary, seed, Rows(model.embedding)
        self.cell, self.output = Cell(model.cell), Linear(model.output)

    def logits(self, tokens):
        """Return the scores of every next token after the last one, (V,), and the state there, (1, H)."""
        h_t = self.cell(self.rows([self.vocabulary.encode(tokens, start=True)]))[:, -1]
        return self.output(h_t)[0], h_t

    def write(self, tokens, count, temperature, longest):
        """Return `count` texts that follow the tokens, up to the end that the network sets or `longest` tokens."""
        rng = np.random.default_rng(self.seed)
        logits, h_t = self.logits(tokens)
        logits, h_t, written = logits[None].repeat(count, axis=0), h_t.repeat(count, axis=0), []
        while True:
            written.append(decoding.sample(logits, rng, temperature))
            if len(written) == longest or (np.array(written) < len(SPECIAL)).any(axis=0).all():
                return ["".join(self.vocabulary.decode(_before_special(ids))) for ids in np.transpose(written)]
            h_t = self.cell(self.rows(written[-1][:, None]), h_t)[:, 0]
            logits = self.output(h_t)


def _before_special(ids):
    special = np.flatnonzero(ids < len(SPECIAL))
    return ids[: special[0]] if len(special) else ids


class NameWriter(Writer):
    """Names: (beginning, temperature, count) -> probabilities of the 26 letters and the end, (27,), and whole names."""

    def __call__(self, beginning, temperature, count):
        places = [self.vocabulary.id(token) for token in [*LETTERS, END]]
        p = decoding.probabilities(self.logits(list(beginning))[0])[places]
        return p, [beginning + rest for rest in self.write(list(beginning), count, temperature, longest=16)]


class TuneWriter(Writer):
    """Tunes: (kind of dance, key, beginning, temperature) -> the notes that follow, in ABC."""

    def __call__(self, kind, key, beginning, temperature):
        return self.write([kind, key, *beginning], 1, temperature, longest=70)[0]


class Translator:
    """Translation: ids of T English words -> at most `longest` words of the other language, the likeliest each time, until the end.

    Args:
        model: the notebook's network.
        vocabulary: Vocabulary of the words that it writes.
        longest: how many words it writes at most.
    """

    def __init__(self, model, vocabulary, longest=12):
        self.vocabulary, self.longest, self.attention = vocabulary, longest, model.attention
        self.read_rows, self.write_rows = Rows(model.read_embedding), Rows(model.write_embedding)
        self.encoder, self.decoder, self.output = Cell(model.encoder), Cell(model.decoder), Linear(model.output)

    def __call__(self, ids):
        """Return words (list of U), how sure each is (U,), and attention weights (U, T), or None without attention."""
        h = self.encoder(self.read_rows([ids]))
        s, word, end = h[:, -1], self.vocabulary.id(START), self.vocabulary.id(END)
        words, sure, looked = [], [], []
        for _ in range(self.longest):
            s = self.decoder(self.write_rows([[word]]), s)[:, -1]
            seen = s
            if self.attention:
                context, weights = attention.attend(s[:, None], h, h)
                seen = np.concatenate([s, context[:, 0]], axis=-1)
                looked.append(weights[0, 0])
            p = losses.softmax(self.output(seen))[0]
            word = int(p.argmax())
            if word == end:
                break
            words.append(word)
            sure.append(p[word])
        U = len(words)
        return self.vocabulary.decode(words), np.array(sure), np.array(looked[:U]).reshape(U, -1) if looked else None


class Forecaster:
    """Forecasting: t numbers -> forecasts of the next 8, (8,), or three quantiles of each, (8, 3).

    Inside, a number is its root, minus the centre, over the spread.
    """

    def __init__(self, model, centre, spread):
        self.cell, self.output, self.centre, self.spread = Cell(model.cell), Linear(model.output), centre, spread

    def __call__(self, numbers):
        x = (np.sqrt(numbers) - self.centre) / self.spread
        change = self.output(self.cell(x[None, :, None])[0, -1])
        said = x[-1] + (change if len(change) == 8 else change.reshape(8, -1))
        return (said * self.spread + self.centre).clip(0) ** 2


class Speaker:
    """Image captioning: a strip (8, 40) -> T words, and how much less likely each is when a place is covered, (T, 5).

    Args:
        model, eye: the notebook's networks that speak and see.
        vocabulary: Vocabulary of the captions.
    """

    def __init__(self, model, eye, vocabulary, longest=40):
        _, first, _, _, second = eye.layers
        self.eye, self.first, self.vocabulary, self.longest = (
            (Linear(first), Linear(second)),
            Linear(model.first),
            vocabulary,
            longest,
        )
        self.rows, self.cell, self.output = Rows(model.embedding), Cell(model.cell), Linear(model.output)
        self.look_again = model.look_again

    def see(self, strip):
        """Return which of 21 kinds each place holds, one-hot (5, 21); the last kind is an empty place."""
        pieces = strip.reshape(8, 5, 8).swapaxes(0, 1).reshape(5, 64)
        ink = (pieces.sum(axis=1, keepdims=True) - 20) / 4
        first, second = self.eye
        scores = second(np.maximum(first(np.concatenate([pieces, ink], axis=1)), 0))
        return np.eye(21)[scores.argmax(axis=1)]

    def begin(self, seen):
        """Return the first state: (B, 5, 21) -> (B, H)."""
        return np.tanh(self.first(seen.reshape(len(seen), -1)))

    def states(self, seen, ids, h_0):
        """Return the states while reading words: (B, 5, 21), (B, T), (B, H) -> (B, T, H)."""
        x = self.rows(ids)
        if self.look_again:
            again = np.broadcast_to(seen.reshape(len(seen), 1, -1), (*ids.shape, 5 * 21))
            x = np.concatenate([x, again], axis=-1)
        return self.cell(x, h_0)

    def __call__(self, strip):
        seen = self.see(strip)[None]
        h_t, word, words, end = self.begin(seen), self.vocabulary.id(START), [], self.vocabulary.id(END)
        for _ in range(self.longest):
            h_t = self.states(seen, np.array([[word]]), h_t)[:, -1]
            word = end + int(self.output(h_t)[0, end:].argmax())  # <end>, the last of the special tokens, or a word
            if word == end:
                break
            words.append(word)
        return self.vocabulary.decode(words), self._reasons(seen, words) if words else np.zeros((0, 5))

    def _reasons(self, seen, words):
        six = seen.repeat(6, axis=0)
        six[range(5), range(5)] = np.eye(21)[20]  # row i: place i is covered; the last row: none
        ids = np.array([[self.vocabulary.id(START), *words[:-1]]] * 6)
        p = losses.softmax(self.output(self.states(six, ids, self.begin(six))))
        of_words = p[:, range(len(words)), words]
        return np.maximum(of_words[5] - of_words[:5], 0).T


class Captioner:
    """Image captioning on a canvas: (20, 32) -> T words, and where it looks before each word and before the end, (U, 7, 13).

    U = T + 1, or T where it comes to no end.

    Args:
        model, seer: the notebook's networks that speak, with attention, and find.
        vocabulary: Vocabulary of the captions.
    """

    def __init__(self, model, seer, vocabulary, longest=6):
        first, _, _, second = seer.layers
        self.seer, self.vocabulary, self.longest = (Linear(first), Linear(second)), vocabulary, longest
        self.rows, self.cell, self.output = Rows(model.embedding), Cell(model.cell), Linear(model.output)
        self.key, self.query, self.score = Linear(model.key), Linear(model.query), Linear(model.score)

    def find(self, canvas):
        """Return the probabilities of the ten digits and of nothing in each window, (91, 11)."""
        windows = np.lib.stride_tricks.sliding_window_view(canvas, (8, 8))[::2, ::2].reshape(-1, 64)
        first, second = self.seer
        return losses.softmax(second(np.maximum(first(windows), 0)))

    def __call__(self, canvas):
        passed = np.tile(np.tri(13, k=-1), (7, 1))  # for each window, 1 for each column that lies to its left
        values = np.concatenate([self.find(canvas), passed], axis=1)
        keys, h_t = self.key(values), np.zeros((1, len(self.query.W)))
        word, end, words, looked = self.vocabulary.id(START), self.vocabulary.id(END), [], []
        for _ in range(self.longest):
            weights = losses.softmax(self.score(np.tanh(keys + self.query(h_t))).T)[0]
            context = weights @ values
            h_t = self.cell(np.concatenate([self.rows(word), context])[None, None], h_t)[:, 0]
            looked.append(weights.reshape(7, 13))
            word = end + int(self.output(np.append(h_t, context))[end:].argmax())
            if word == end:
                break
            words.append(word)
        return self.vocabulary.decode(words), np.array(looked)


class Listener:
    """Speech: frames (T, 13) -> probabilities of the blank and the ten digits at every second frame, (T / 2, 11)."""

    def __init__(self, model):
        self.kernel, self.bias, self.spread = array(model.window.weight), array(model.window.bias), model.spread
        self.cell, self.output = Cell(model.cell), Linear(model.output)

    def __call__(self, sound):
        frames = np.pad((sound - sound.mean(axis=0)) / self.spread, [(2, 2), (0, 0)])
        windows = np.lib.stride_tricks.sliding_window_view(frames, 5, axis=0)[::2]  # (T / 2, 13, 5)
        x = np.maximum(np.einsum("tdk,cdk->tc", windows, self.kernel) + self.bias, 0)
        return losses.softmax(self.output(self.cell(x[None])))[0]
