"""Colours, words and sentences that several explorers share."""

from matplotlib.font_manager import findfont, get_font

from helpers.figures import GREY
from helpers.text import UNK

FONT = get_font(findfont("DejaVu Sans"))
LINE = {"solid_capstyle": "butt", "animated": True}
PLATE = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}
TWO_REVIEWS = ["Delightful place to have dinner", "Food was nice but service wasn't"]


def plural(count, thing):
    """Return a count and its noun, such as "1 word" or "2,000 words"."""
    return f"{count:,} {thing}{'' if count == 1 else 's'}"


def drawable(word):
    """Replace characters that the font lacks by a box, and escape dollar signs, which would start a formula."""
    return "".join(c if FONT.get_char_index(ord(c)) else "□" for c in word).replace("$", r"\$")


def show_word(label, word, known):
    """Write a word into a matplotlib text: black if the network knows it, else grey italics."""
    label.set(text=drawable(word), color="black" if known else GREY)
    label.set_style("normal" if known else "italic")


def unknown_words(words, vocabulary):
    """Return a sentence that names up to three of the words that are not in the vocabulary; "" if all are known."""
    unknown = list(dict.fromkeys(word for word in words if word not in vocabulary))
    if not unknown:
        return ""
    named = ", ".join(f"“{word[:20]}”" for word in unknown[:3]) + (", ..." if len(unknown) > 3 else "")
    return f" Not in its vocabulary, so read as {UNK}: {named}."
