"""The explorer of the translation application: a typed number, its French words, and where attention looked."""

import numpy as np

from helpers import text
from helpers.explorers.shared import nothing_to, short, show_word, unknown_words
from helpers.figures import BLUE, GREY, ORANGE
from helpers.widgets.explorer import choice, explore
from helpers.widgets.explorer import text as text_box
from helpers.widgets.prediction import predict

MOST_READ, MOST_WRITTEN = 10, 12


def translation(vocabulary, networks, truths):
    """Show what a network writes in French for a number typed in English, and which English words it looks at.

    Args:
        vocabulary: the Vocabulary of the English words.
        networks: name -> function from T >= 1 ids to (words, probabilities, weights): at most 12 French words, how sure
            each was, and (words, T) attention weights or None where there is no attention.
        truths: English -> French for the numbers whose translation can be checked.
    """

    def draw(fig):
        fig.set_size_inches(7.2, 4.2)
        ax = fig.subplots()
        fig.set_layout_engine("none")
        ax.set_position([0.27, 0.02, 0.65, 0.71])
        ax.set(xlim=(-0.5, MOST_READ - 0.5), ylim=(MOST_WRITTEN - 0.5, -0.5), xticks=[], yticks=[])
        ax.spines[:].set_visible(False)
        ax.set_xticks(np.arange(-0.5, MOST_READ), minor=True)
        ax.set_yticks(np.arange(-0.5, MOST_WRITTEN), minor=True)
        ax.grid(which="minor", color="#E3E6EA", linewidth=0.8)
        ax.tick_params(which="minor", length=0)
        fig.text(0.02, 0.94, "What each French word looks at", fontsize=12)
        fig.text(0.98, 0.94, "across: English words read", ha="right", color=GREY, fontsize=10)
        fig.text(0.02, 0.77, "down: French words\nwritten, and how sure", va="bottom", color=GREY, fontsize=10)
        cells = np.zeros((MOST_WRITTEN, MOST_READ))
        picture = ax.imshow(cells, cmap="Blues", vmin=0, vmax=1.2, aspect="auto", animated=True, zorder=0.5)
        (most,) = ax.plot([], [], "o", color=ORANGE, markersize=7, animated=True)
        above = dict(ha="left", va="bottom", rotation=40, rotation_mode="anchor", fontsize=11)
        read = [ax.text(i - 0.1, -0.65, "", animated=True, **above) for i in range(MOST_READ)]
        left = dict(ha="right", va="center", fontsize=11)
        written = [ax.text(-0.65, i, "", animated=True, **left) for i in range(MOST_WRITTEN)]

        def update(network, sentence):
            typed = text.split_words(sentence)
            words = typed[:MOST_READ]
            if nothing := nothing_to("translate", words, vocabulary, "Type a number in English words."):
                return nothing
            french, sure, weights = networks[network](vocabulary.encode(words))
            grid = np.zeros((MOST_WRITTEN, MOST_READ))
            grid[: len(french), : len(words)] = np.eye(len(words))[[-1] * len(french)] if weights is None else weights
            picture.set_data(grid)
            most.set_data(grid[: len(french)].argmax(axis=1), range(len(french)))
            for i, label in enumerate(read):
                label.set_visible(i < len(words))
                if i < len(words):
                    known = words[i] in vocabulary
                    show_word(label, short(words[i], 12), known)
            for i, label in enumerate(written):
                label.set_visible(i < len(french))
                if i < len(french):
                    label.set(text=f"{french[i]}  {sure[i]:.2f}", color=BLUE if sure[i] > 0.5 else ORANGE)
            return _status(vocabulary, truths, typed, french, weights)

        return update

    return predict(
        "With attention, the plain RNN translates 4,791. Where does it look when it writes the “vingt” of “quatre-vingt-onze”?",
        ["at “ninety”, hardly elsewhere", "at “one”, hardly elsewhere", "at several places, at none much"],
        answer="at several places, at none much",
        why="The “vingt” has no English word of its own, and its row is pale: it spreads over “ninety”, the hyphen and “one”. The rows of “quatre” and “onze” have one dark cell each.",
        then=explore(
            draw,
            "A grid with English words across and French words down; the darker a cell, the more attention; a dot marks each row's largest.",
            network=choice("Network", networks),
            sentence=text_box("A number in English words", "four thousand seven hundred and ninety-one"),
        ),
    )


def _status(vocabulary, truths, typed, french, weights):
    truth = truths.get(" ".join(typed).replace(" - ", "-"))
    written = " ".join(french).replace(" - ", "-") or "nothing at all"
    if truth is None:
        verdict = "This is no number from 0 to 9,999 as the data spell it, so there is no answer to compare with."
    else:
        verdict = "Right." if written == truth else f"Wrong: it is “{truth}”."
    sentence = f"It writes “{written}”. {verdict}"
    if weights is None:
        sentence += " Without attention, only the state after the last word is handed over."
    sentence += unknown_words(typed[:MOST_READ], vocabulary)
    if len(typed) > MOST_READ:
        sentence += f" Only the first {MOST_READ} words were read."
    return sentence
