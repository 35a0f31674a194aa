"""The explorers of the review applications: a network's answer after every word of a typed review."""

import numpy as np

from helpers import text
from helpers.explorers.shared import nothing_to, plural, short, show_word, unknown_words
from helpers.figures import BLUE, GREY, ORANGE
from helpers.widgets.explorer import choice, explore
from helpers.widgets.explorer import text as text_box
from helpers.widgets.prediction import predict

MOST_WORDS = 22


def sentiment(networks):
    """Show how likely a typed review is positive, after every word.

    Args:
        networks: name -> (vocabulary, probabilities): a Vocabulary and a function from T >= 1 ids to T numbers, the
            probability of a positive review after each word.
    """

    def verdict(value):
        return f"P(positive) = {value:.2f}, so {'positive' if value > 0.5 else 'negative'}"

    return predict(
        "“The film is predictable in the reassuring manner of a beautifully sung holiday carol.” Which word moves the GRU's answer most?",
        ["predictable", "reassuring", "beautifully", "carol"],
        answer="beautifully",
        why="“predictable” pulls the answer down first. Replace “beautifully” by “badly”, then read with the other networks.",
        then=_word_by_word(
            networks,
            "The film is predictable in the reassuring manner of a beautifully sung holiday carol.",
            dict(ylim=(-0.04, 1.04), yticks=[0, 0.5, 1], ylabel="P(positive)"),
            0.5,
            verdict,
            "The probability that a review is positive after each of its words, as a line from left to right.",
        ),
    )


def movie_rating(networks):
    """Show how many stars a network gives a typed review, after every word.

    Args:
        networks: name -> (vocabulary, stars): a Vocabulary and a function from T >= 1 ids to T numbers from 1 to 5.
    """

    def verdict(value):
        return f"{value:.1f} stars"

    return predict(
        "“not a masterpiece, but a lot of fun” has words of blame and of praise. What will the GRU give it?",
        ["less than 2.5 stars", "2.5 to 3.5 stars", "more than 3.5 stars"],
        answer="more than 3.5 stars",
        why="“masterpiece” lifts it in spite of the “not”, and “fun” lifts it once more. Try “a masterpiece, but not a lot of fun”.",
        then=_word_by_word(
            networks,
            "not a masterpiece, but a lot of fun",
            dict(ylim=(0.9, 5.1), yticks=[1, 2, 3, 4, 5], ylabel="stars"),
            3,
            verdict,
            "The stars a network gives to a review after each of its words, as a line from left to right.",
        ),
    )


def _word_by_word(networks, sentence, axes, middle, verdict, alt):
    """Return an explorer with a text box, a choice of networks, and a line: the network's answer after every word.

    Args:
        networks: as in `sentiment`.
        sentence: the text in the box at first.
        axes: arguments for matplotlib's `Axes.set`.
        middle: an answer above it counts as good.
        verdict: function from an answer to the words for it.
        alt: a description of the picture.
    """

    def draw(fig):
        fig.set_size_inches(7.2, 4.0)
        ax = fig.subplots()
        ax.set(xlim=(-0.6, MOST_WORDS - 0.4), xticks=[], **axes)
        ax.set_title("The answer after every word", pad=8)
        ax.axhline(middle, color=GREY, linestyle=":")
        ax.set_xlabel("words, in the order they are read", labelpad=78)
        (line,) = ax.plot([], [], color=GREY, linewidth=1.2, animated=True)
        (good,) = ax.plot([], [], "o", color=BLUE, markersize=8, animated=True)
        (bad,) = ax.plot([], [], "s", color=ORANGE, markersize=7, animated=True)
        below = dict(transform=ax.get_xaxis_transform(), ha="right", va="top", rotation=50, rotation_mode="anchor")
        words = [ax.text(i + 0.25, -0.04, "", fontsize=10, animated=True, **below) for i in range(MOST_WORDS)]

        def update(network, sentence):
            vocabulary, answers_of = networks[network]
            typed = text.split_words(sentence)
            if nothing := nothing_to("read", typed, vocabulary, "Type a review."):
                return nothing
            answers = np.asarray(answers_of(vocabulary.encode(typed)))
            first = max(0, len(typed) - MOST_WORDS)
            seen, at = answers[first:], np.arange(len(answers) - first)
            line.set_data(at, seen)
            good.set_data(at[seen > middle], seen[seen > middle])
            bad.set_data(at[seen <= middle], seen[seen <= middle])
            for i, label in enumerate(words):
                label.set_visible(i < len(at))
                if i < len(at):
                    word = typed[first + i]
                    show_word(label, short(word, 14), word in vocabulary)
            status = f"After {plural(len(typed), 'word')}: {verdict(answers[-1])}."
            if len(typed) > 1:
                turn = 1 + int(np.abs(np.diff(answers)).argmax())
                change = f"from {answers[turn - 1]:.2f} to {answers[turn]:.2f}"
                status += f" The largest turn came at word {turn + 1}, “{short(typed[turn])}”: {change}."
            status += unknown_words(typed, vocabulary)
            return status + (f" The picture shows the last {MOST_WORDS} words." if first else "")

        return update

    return explore(
        draw,
        alt,
        network=choice("Network", networks),
        sentence=text_box("Your review", sentence),
    )
