"""The explorers of the translation application: a typed sentence, its translation, and where attention looked."""

import numpy as np

from helpers import text
from helpers.explorers.shared import AttentionGrid, nothing_to, unknown_words
from helpers.figures import BLUE, GREY, ORANGE
from helpers.widgets.explorer import choice, explore
from helpers.widgets.explorer import text as text_box
from helpers.widgets.prediction import predict

ALT = "A grid with English words across and {} words down; the darker a cell, the more attention; a dot marks each row's largest."


def translation(vocabulary, networks, truths):
    """Show what a network writes in French for a number typed in English, and which English words it looks at.

    Args:
        vocabulary: the Vocabulary of the English words.
        networks: name -> function from T >= 1 ids to (words, probabilities, weights): at most 12 French words, how sure
            each was, and (words, T) attention weights or None where there is no attention.
        truths: English -> French for the numbers whose translation can be checked.
    """

    def verdict(typed, written):
        truth = truths.get(_joined(typed))
        if truth is None:
            return " This is no number from 0 to 9,999 as the data spell it, so there is no answer to compare with."
        return " Right." if written == truth else f" Wrong: it is “{truth}”."

    return predict(
        "With attention, the plain RNN translates 4,791. Where does it look when it writes the “vingt” of “quatre-vingt-onze”?",
        ["at “ninety”, hardly elsewhere", "at “one”, hardly elsewhere", "at several places, at none much"],
        answer="at several places, at none much",
        why="The “vingt” has no English word of its own, and its row is pale: it spreads over “ninety”, the hyphen and “one”. The rows of “quatre” and “onze” have one dark cell each.",
        then=explore(
            _grid("French", 10, 12, "Type a number in English words.", vocabulary, networks, verdict),
            ALT.format("French"),
            network=choice("Network", networks),
            sentence=text_box("A number in English words", "four thousand seven hundred and ninety-one"),
        ),
    )


def german(vocabulary, networks):
    """Show what a network writes in German for an English sentence, and which English words it looks at.

    Args:
        vocabulary: the Vocabulary of the English words.
        networks: name -> function as in `translation`, with at most 14 German words.
    """
    return predict(
        "In the training data only people act: “dog” is always the one that is seen or found, “den Hund”. What does the network make of “the dog sees the man”?",
        ["der Hund sieht den Mann", "den Hund sieht der Mann", "a person sees the man"],
        answer="a person sees the man",
        why="It puts a person there, often with an adjective that nobody wrote, and is less sure than usual: in training “Hund” never follows “der”. Type the sentence and look at how sure it is of each word.",
        then=explore(
            _grid(
                "German", 12, 14, "Type a sentence of the words that stand above.", vocabulary, networks, lambda *_: ""
            ),
            ALT.format("German"),
            network=choice("Network", networks),
            sentence=text_box("An English sentence", "she says that the old man can see the dog"),
        ),
    )


def _grid(language, most_read, most_written, ask, vocabulary, networks, verdict):
    """Return the function that draws a grid with the English words across and the words written down."""

    def draw(fig):
        fig.set_size_inches(7.2, 4.2)
        grid = AttentionGrid(fig, [0.27, 0.02, 0.65, 0.71], most_written, most_read)
        fig.text(0.02, 0.94, f"What each {language} word looks at", fontsize=12)
        fig.text(0.98, 0.94, "across: English words read", ha="right", color=GREY, fontsize=10)
        fig.text(0.02, 0.77, f"down: {language} words\nwritten, and how sure", va="bottom", color=GREY, fontsize=10)
        (most,) = grid.ax.plot([], [], "o", color=ORANGE, markersize=7, animated=True)

        def update(network, sentence):
            typed = text.split_words(sentence.rstrip(" .!?"))
            words = typed[:most_read]
            if nothing := nothing_to("translate", words, vocabulary, ask):
                return nothing
            said, sure, weights = networks[network](vocabulary.encode(words))
            looks = np.eye(len(words))[[-1] * len(said)] if weights is None else weights
            most.set_data(looks.argmax(axis=1), range(len(said)))
            lines = [f"{word}  {p:.2f}" for word, p in zip(said, sure, strict=True)]
            grid.show(words, vocabulary, lines, looks)
            for label, p in zip(grid.written, sure, strict=False):
                label.set_color(BLUE if p > 0.5 else ORANGE)
            status = f"It writes “{_joined(said) or 'nothing at all'}”.{verdict(typed, _joined(said))}"
            if weights is None:
                status += " Without attention, only the state after the last word is handed over."
            status += unknown_words(words, vocabulary)
            if len(typed) > most_read:
                status += f" Only the first {most_read} words were read."
            return status

        return update

    return draw


def _joined(words):
    return " ".join(words).replace(" - ", "-").replace(" ,", ",")
