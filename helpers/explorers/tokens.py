"""The explorer of lesson 2: from a typed sentence to its one-hot matrix."""

import itertools

import numpy as np
from matplotlib.patches import Rectangle

from helpers import text
from helpers.explorers.shared import TWO_REVIEWS, drawable, plural, quoted, short
from helpers.figures import BLUE, GREY
from helpers.widgets.explorer import choice, explore, slider
from helpers.widgets.explorer import text as text_box
from helpers.widgets.prediction import predict

EXAMPLES = ["great food", "Food was nice but sushi wasn't", "not a bad place"]


def one_hot_rows(vocabulary):
    """Lesson 2: show a typed sentence as tokens, ids and one-hot rows, padded or cut to a length."""
    splitters = {
        "white space": text.split_whitespace,
        "words and punctuation": text.split_words,
        "characters": text.split_characters,
    }
    most = 12

    def draw(fig):
        fig.set_size_inches(7.2, 3.9)
        ax = fig.subplots()
        ax.set(xlim=(-0.5, len(vocabulary) - 0.5), ylim=(most - 0.5, -0.5), yticks=[], xticks=[])
        ax.set_xlabel(" ", labelpad=56)  # room for the columns' names
        ax.set_title(f"The one-hot rows of a sentence; columns: the {len(vocabulary)} tokens, by id", pad=8)
        ax.spines[["left", "bottom"]].set_visible(False)
        ax.set_ylabel("token and its id, one row per step", labelpad=112)
        right = len(vocabulary) - 0.5
        ax.hlines(np.arange(most + 1) - 0.5, -0.5, right, color="#C9CFD6", linewidth=0.7)
        ax.vlines(np.arange(len(vocabulary) + 1) - 0.5, -0.5, most - 0.5, color="#E6E8EB", linewidth=0.5)
        (ones,) = ax.plot([], [], "s", color=BLUE, markersize=9, animated=True)
        unused = Rectangle((-0.5, 0), right + 1, most, facecolor="white", animated=True)
        ax.add_patch(unused)
        rows = [ax.text(-1, i, "", ha="right", va="center", fontsize=10, animated=True) for i in range(most)]
        columns = [
            ax.text(0, most - 0.4, "", rotation=90, ha="center", va="top", fontsize=10, animated=True)
            for _ in range(most)
        ]

        def update(sentence, tokeniser, length):
            found = splitters[tokeniser](sentence)
            ids, lengths = text.pad([vocabulary.encode(found)], length=length, truncate=True)
            real, ids = int(lengths[0]), ids[0]
            ones.set_data(ids, range(length))
            unused.set_y(length - 0.48)
            shown = vocabulary.decode(ids)
            for i, row in enumerate(rows):
                token = found[i] if i < real else text.PAD
                label = token if token in vocabulary else f"{short(token, 12)} → {text.UNK}"
                row.set_visible(i < length)
                if i < length:
                    row.set(text=f"{drawable(label)}  {ids[i]}", color="black" if i < real else GREY)
            used = sorted(set(ids.tolist()))
            free = -np.inf
            for column, i in itertools.zip_longest(columns, used):
                column.set_visible(i is not None)
                if i is not None:
                    free = max(i, free + 2)
                    column.set(text=drawable(vocabulary.tokens[i]), x=free, y=length - 0.3)
            if not found:
                return f"Nothing is typed yet, so {'the only step is' if length == 1 else f'all {length} steps are'} padding. Type a sentence."
            cut = max(0, len(found) - length)
            parts = [f"{plural(len(found), 'token')} by {tokeniser}"]
            parts += [plural(length - real, "padded step")] * (real < length) + [f"{plural(cut, 'token')} cut off"] * (
                cut > 0
            )
            unknown = sum(token == text.UNK for token in shown[:real])
            parts += [f"{unknown} unknown"] * (unknown > 0)
            sentence = f"{', '.join(parts)}: the {length} x {len(vocabulary)} matrix holds {plural(length, 'one')}."
            if unknown == real:
                sentence += f" None of these tokens is in its vocabulary, so each is read as {text.UNK}: {quoted(found[:real])}."
            return sentence

        return update

    return predict(
        "You pad a 6-word sentence to length 10. How many 1s does its matrix hold then?",
        ["6", "10"],
        answer="10",
        why="Each padded step is a row too, with its 1 in the column of &lt;pad&gt;. Set “Padded length T” to 10 and count.",
        then=explore(
            draw,
            "A grid with one row per step and one column per token of the vocabulary; each row has one dark cell.",
            sentence=text_box("Sentence", TWO_REVIEWS[1], EXAMPLES),
            tokeniser=choice("Cut at", splitters, "words and punctuation"),
            length=slider("Padded length T", 1, most, 8),
        ),
    )
