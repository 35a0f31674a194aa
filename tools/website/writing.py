"""Trains a network that writes, on a reader's own text, in the browser's worker: a few updates at a time."""

import json
import time

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from helpers import figures
from helpers.experiments import sonnets
from helpers.training import Adam

UNITS, UPDATES, RATE, B, T = 96, 3000, 0.005, 16, 25
FEWEST, MOST = 200, 300_000
"""Characters of a text that can be learned from; what is beyond the last is left out."""

FOR_TEST = 5000
"""From a text of twice as many characters on, the last tenth, but no more than these, are held out."""

TEST_EVERY = 100
SAMPLE_AFTER = (1, 10, 50, 100, 200, 400, 700, 1000, 1500, 2000, 2500, UPDATES)


class Learner:
    """A network of one layer that learns a text character by character, as lesson 6 does, with Adam as its larger model.

    Attributes:
        weights: dict of float32 arrays.
        alphabet: the characters of the text, in order.
        curves: "training" and "held out" -> list of (update, perplexity).

    Raises:
        ValueError: the text is too short; the message is for the reader.
    """

    def __init__(self, text, updates=UPDATES, seed=0):
        if len(text) < FEWEST:
            raise ValueError(
                f"This text has {len(text)} characters; the network needs {FEWEST} or more, and some thousands to learn well."
            )
        text = text[:MOST]
        held_out = min(len(text) // 10, FOR_TEST) if len(text) >= 2 * FOR_TEST else 0
        self.first, self.alphabet = text[0], sorted(set(text))
        ids = sonnets.encode(text, self.alphabet)
        self.ids, self.held_out = ids[: len(ids) - held_out], ids[len(ids) - held_out :]
        rows = min(B, (len(self.ids) - 1) // T)
        self.windows = sonnets.windows(self.ids, rows, T)
        weights = sonnets.new_weights(len(self.alphabet), UNITS, np.random.default_rng(seed))
        self.weights = {name: array.astype(np.float32) for name, array in weights.items()}
        self.adam, self.updates, self.state = Adam(self.weights), updates, None
        self.curves, self.surprise = {"training": [], "held out": []}, []

    @property
    def done(self):
        """How many updates were made."""
        return self.adam.updates

    def update(self):
        """Make one update, from the next window of the text."""
        place = self.done % len(self.windows)
        if place == 0:
            self.state = None  # where the text begins again there is no state before
        loss, grads, self.state = sonnets.loss_and_gradients(self.weights, *self.windows[place], self.state)
        self.adam.update(grads, RATE * (1 - self.done / self.updates), clip=1.0)
        self.surprise.append(loss)
        if self.done == 1 or self.done % 20 == 0:
            self.curves["training"].append((self.done, float(np.exp(np.mean(self.surprise)))))
            self.surprise = []
        if len(self.held_out) and self.done % TEST_EVERY == 0:
            self.curves["held out"].append((self.done, sonnets.perplexity(self.weights, self.held_out)))

    def write(self, beginning, count, temperature, seed):
        """Return a beginning, without the characters that the text does not have, and `count` characters more."""
        known = "".join(character for character in beginning if character in self.alphabet)
        rng = np.random.default_rng(seed)
        return sonnets.write(self.weights, self.alphabet, known or self.first, count, rng, temperature)

    def draw(self, fig):
        """Draw the curves."""
        ax = fig.subplots()
        for (name, curve), style in zip(self.curves.items(), ("-", "o--"), strict=True):
            if curve:
                ax.plot(*np.transpose(curve), style, label=name, markersize=4)
        ax.set(xlim=(0, self.updates * 1.2), yscale="log", xlabel="update", ylabel="perplexity per character")
        values = [value for curve in self.curves.values() for _, value in curve]
        ax.set_yticks([tick for tick in (1, 2, 3, 5, 10, 20, 50, 100, 200, 500, 1000)])
        ax.set_ylim(max(1, 0.7 * min(values)), 1.2 * max(values))
        ax.yaxis.set_major_formatter("{x:.0f}")
        ax.minorticks_off()
        ax.set_xticks(np.linspace(0, self.updates, 4))
        ax.set_title("How unsure it is of the next character")
        figures.label_lines(ax)


LEARNERS = []
"""The network that learns now; an earlier one is forgotten."""


def begin(text):
    """Begin with new weights. Returns JSON: a problem, or "" and a sentence about the text."""
    try:
        learner = Learner(text.replace("\r\n", "\n"))
    except ValueError as problem:
        return json.dumps({"problem": str(problem)})
    LEARNERS[:] = [learner]
    said = f"{len(learner.ids):,} characters to learn from, {len(learner.alphabet)} different ones"
    said += f"; {len(learner.held_out):,} held out." if len(learner.held_out) else "."
    if len(text) > MOST:
        said += f" What comes after the first {MOST:,} characters is left out."
    elif not len(learner.held_out):
        said += " The text is short: it will soon know it by heart, and write little else."
    return json.dumps({"problem": "", "said": said})


def learn(seconds):
    """Go on learning for some seconds, or up to the next sample. Returns JSON: updates, perplexity, and a sample or null."""
    (learner,) = LEARNERS
    end, sample = time.monotonic() + seconds, None
    while learner.done < learner.updates and time.monotonic() < end:
        learner.update()
        if learner.done in SAMPLE_AFTER:
            sample = learner.write(learner.first, 150, 0.7, seed=1)
            break
    last = {name: curve[-1][1] for name, curve in learner.curves.items() if curve}
    return json.dumps({"done": learner.done, "of": learner.updates, "perplexity": last, "sample": sample})


def picture(sharp):
    """Return the curves as an array (height, width, 4) of bytes, with so many pixels of the screen for each of the page."""
    fig = Figure(figsize=(6.4, 2.6), dpi=100 * sharp)
    FigureCanvasAgg(fig)
    LEARNERS[0].draw(fig)
    fig.canvas.draw()
    return np.array(fig.canvas.buffer_rgba())


def write(beginning, temperature, seed):
    """Return JSON: a text that begins as given, and which characters of the beginning the network has never seen."""
    (learner,) = LEARNERS
    unknown = sorted(set(beginning) - set(learner.alphabet))
    text = learner.write(beginning, 400, temperature, seed)
    return json.dumps({"text": text, "unknown": " ".join(unknown)})
