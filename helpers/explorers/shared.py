"""Colours, words, sentences and a grid that several explorers share."""

from itertools import zip_longest

import numpy as np
from matplotlib.font_manager import findfont, get_font

from helpers.figures import GREY
from helpers.text import UNK, whole_characters
from helpers.widgets.explorer import Nothing

FONT = get_font(findfont("DejaVu Sans"))
LINE = {"solid_capstyle": "butt", "animated": True}
PLATE = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}
TWO_REVIEWS = ["Delightful place to have dinner", "Food was nice but service wasn't"]
TYPED_REVIEWS = ["great food", "the food was not good", "food wasn't nice but service was", "nothing was good"]
CAN_READ = (
    "It can read short sentences about a restaurant: its food, soup, wine, staff, service, view and the like, and whether they "
    "were good, great, nice, bad, awful or terrible, with “not” and “but”. It knows “didn't”, but not “don't”."
)
"""What `helpers.experiments.trained.restaurant_classifier` can read, as it is said beside its text boxes, and four examples."""


def plural(count, thing):
    """Return a count and its noun, such as "1 word" or "2,000 words"."""
    return f"{count:,} {thing}{'' if count == 1 else 's'}"


def visible(typed):
    """Return a typed text without white space at its ends and without characters that cannot be seen."""
    return "".join(whole_characters(typed)).strip()


def short(word, most=20):
    """Return a word with at most `most` characters: the beginning of a longer one ends in "…"."""
    if len(word) <= most:
        return word
    begin = ""
    for character in whole_characters(word[: 4 * most]):
        if len(begin) + len(character) >= most:
            break
        begin += character
    return begin + "…"


def quoted(words, most=3):
    """Return the first words or characters in quotation marks, each once: “a”, “b”, “c”, ..."""
    different = list(dict.fromkeys(words))
    return ", ".join(f"“{short(word)}”" for word in different[:most]) + (", ..." if len(different) > most else "")


def drawable(word):
    """Replace characters that the font lacks by a box, and escape dollar signs, which would start a formula."""
    return "".join(c if FONT.get_char_index(ord(c)) else "□" for c in word).replace("$", r"\$")


def show_word(label, word, known):
    """Write a word into a matplotlib text: black if the network knows it, else grey italics."""
    label.set(text=drawable(word), color="black" if known else GREY)
    label.set_style("normal" if known else "italic")


class AttentionGrid:
    """Words read across, words written down; the darker a cell, the more the written word looks at the read one.

    Args:
        fig: an empty figure.
        position: left, bottom, width and height of the grid as shares of the figure; the words read stand above it.
        most_written, most_read: rows and columns.

    Attributes:
        ax: the grid's axes; row u is at height u, column t at t.
        written: matplotlib's texts of the words written.
        weights: (most_written, most_read), what the cells show.
    """

    def __init__(self, fig, position, most_written, most_read):
        self.ax = ax = fig.subplots()
        fig.set_layout_engine("none")
        ax.set_position(position)
        ax.set(xlim=(-0.5, most_read - 0.5), ylim=(most_written - 0.5, -0.5), xticks=[], yticks=[])
        ax.spines[:].set_visible(False)
        ax.set_xticks(np.arange(-0.5, most_read), minor=True)
        ax.set_yticks(np.arange(-0.5, most_written), minor=True)
        ax.grid(which="minor", color="#E3E6EA", linewidth=0.8)
        ax.tick_params(which="minor", length=0)
        self.weights = np.zeros((most_written, most_read))
        self._picture = ax.imshow(
            self.weights, cmap="Blues", vmin=0, vmax=1.2, aspect="auto", animated=True, zorder=0.5
        )
        above = dict(ha="left", va="bottom", rotation=40, rotation_mode="anchor", fontsize=11)
        self._read = [ax.text(t - 0.1, -0.65, "", animated=True, **above) for t in range(most_read)]
        left = dict(ha="right", va="center", fontsize=11)
        self.written = [ax.text(-0.65, u, "", animated=True, **left) for u in range(most_written)]

    def show(self, words, vocabulary, written, weights):
        """Write the T words read and the U words written, and colour the cells by the weights, (U, T)."""
        self.weights[:] = 0
        self.weights[: len(written), : len(words)] = weights
        self._picture.set_data(self.weights)
        for label, word in zip_longest(self._read, words):
            label.set_visible(word is not None)
            if word is not None:
                show_word(label, short(word, 12), word in vocabulary)
        for label, word in zip_longest(self.written, written):
            label.set(visible=word is not None, text=word or "")


def unknown_words(words, vocabulary):
    """Return a sentence that names up to three of the words that are not in the vocabulary; "" if all are known."""
    unknown = [word for word in words if word not in vocabulary]
    return f" Not in its vocabulary, so read as {UNK}: {quoted(unknown)}." if unknown else ""


def nothing_to(do, words, vocabulary, ask):
    """Return the sentence for a text without any word that a network knows, or None if there is a word to read.

    Args:
        do: a verb, such as "read".
        words: list of the words typed.
        vocabulary: what the network knows; anything with `in`.
        ask: what to type, a sentence.
    """
    if not words:
        return Nothing(f"Nothing is typed yet, so there is nothing to {do}. {ask}")
    if not any(word in vocabulary for word in words):
        named = quoted(words)
        return Nothing(f"None of these words is in its vocabulary, so there is nothing to {do}: {named}. {ask}")
    return None


def left_out(typed, kept, what):
    """Return a sentence that names up to three characters that a text box does not read; "" if it reads all.

    Args:
        typed: the text in the box; white space in it is never named.
        kept: the characters that are read.
        what: what they are, such as "the digits 0 to 9".
    """
    others = [character for character in whole_characters(typed) if character not in kept and not character.isspace()]
    return f" Left out, because only {what} are read: {quoted(others)}." if others else ""
