"""The explorers of lesson 1: how many weights a fixed network needs, and what a bag of words cannot notice."""

import textwrap

import numpy as np

from helpers import counting, text
from helpers.explorers.shared import (
    CAN_READ,
    LINE,
    PLATE,
    TWO_REVIEWS,
    TYPED_REVIEWS,
    drawable,
    nothing_to,
    plural,
    short,
)
from helpers.figures import BLUE, GREEN, GREY, ORANGE, PURPLE
from helpers.widgets.explorer import explore, slider
from helpers.widgets.explorer import text as text_box
from helpers.widgets.prediction import predict

MOST_WORDS = 20


def parameter_counts():
    """Lesson 1: show how the number of weights depends on sentence length, vocabulary and hidden size."""
    names = ["padded one-hot", "embed, then flatten", "RNN on one-hot", "RNN on embedding"]
    colours = [ORANGE, PURPLE, BLUE, GREEN]

    def draw(fig):
        ax = fig.subplots()
        ax.set(xscale="log", xlim=(1e2, 3e14), ylim=(3.7, -0.9), yticks=range(4))
        ax.set_yticklabels(names, fontsize=12)
        ax.set(xlabel="weights and biases before the output layer (log scale)")
        ax.set_title("Parameters of four networks")
        ax.axvline(counting.padded_network(20, 20_000, 10), color=GREY, linestyle=":")
        ax.text(4.6e6, -0.6, "as above:\n4,000,010", color=GREY, va="center", fontsize=10)
        ax.axvline(1e9, color=GREY, linestyle="--")
        ax.text(1.15e9, -0.6, "a billion", color=GREY, va="center", fontsize=10)
        bars = [ax.plot([1, 1], [i, i], color=colour, linewidth=26, **LINE)[0] for i, colour in enumerate(colours)]
        labels = [ax.text(1, i, "", va="center", fontsize=11, animated=True, bbox=PLATE) for i in range(4)]

        def update(T, V, H, E):
            counts, at_20 = (
                [
                    counting.padded_network(length, V, H),
                    counting.embed_then_flatten(length, V, H, E),
                    counting.rnn(V, H),
                    counting.rnn_on_embedding(V, H, E),
                ]
                for length in (T, 20)
            )
            for bar, label, count, before in zip(bars, labels, counts, at_20, strict=True):
                bar.set_xdata([1, count])
                against = "" if T == 20 else f"\n{count / before:.2f} times T = 20's"
                label.set(text=f"{count:,}{against}", x=count * 1.4)
            padded, recurrent = counts[0], counts[2]
            billion = " That is past a billion." if padded >= 1e9 else ""
            return (
                f"{plural(T, 'word')} of a vocabulary of {V:,} into {plural(H, 'hidden unit')}: the padded network has {padded:,} "
                f"parameters, {padded / recurrent:.1f} times the RNN's {recurrent:,}.{billion} With {plural(E, 'number')} a word, "
                f"embed-then-flatten has {counts[1]:,}, the RNN on them {counts[3]:,}."
            )

        return update

    return predict(
        "You double the sentence length T from 20 to 40. Which of these networks get more parameters?",
        ["only the padded one", "the padded one and embed-then-flatten", "all four"],
        answer="the padded one and embed-then-flatten",
        why="Move “Sentence length T” and read the numbers at the bars: the lower two do not change.",
        then=explore(
            draw,
            "Four horizontal bars on a log scale: parameters of a padded network, of embedding then flattening, of an RNN on "
            "one-hot words and of an RNN on embedded words.",
            T=slider("Sentence length T", 1, 200, 20),
            V=slider("Vocabulary V", 1000, 200_000, 20_000, 1000),
            H=slider("Hidden units H", 1, 512, 10),
            E=slider("Embedding size E", 1, 300, 50),
        ),
    )


def shuffled_words(vocabulary, rnn, bag_of_words):
    """Lesson 1: shuffle the words of a review and let a bag of words and a trained RNN read it.

    Args:
        vocabulary, rnn: as `helpers.experiments.trained.restaurant_classifier` returns them, and trained.
        bag_of_words: function from a token list to the probability that the review is positive.
    """

    def draw(fig):
        fig.set_size_inches(7.2, 3.9)
        ax = fig.subplots()
        ax.set(xlim=(0, 1), ylim=(-0.7, 3.2), yticks=[0, 1], xlabel="probability that the review is positive")
        ax.set_yticklabels(["RNN", "bag of words"], fontsize=12)
        ax.set_title("What two readers of the same words answer")
        ax.axvline(0.5, ymax=0.55, color=GREY, linestyle=":")
        bars = [ax.plot([0, 0], [i, i], color=c, linewidth=30, **LINE)[0] for i, c in enumerate((BLUE, ORANGE))]
        marks = [ax.plot([0], [i], "k|", markersize=44, markeredgewidth=2, animated=True)[0] for i in range(2)]
        numbers = [ax.text(0, i, "", va="center", fontsize=12, animated=True) for i in range(2)]
        ax.text(0.01, 1.72, "black mark: the answer to the original order", fontsize=10, color=GREY)
        sentence = ax.text(0.5, 2.6, "", ha="center", va="center", fontsize=13, animated=True)

        def read(tokens):
            ids, lengths = text.pad([vocabulary.encode(tokens)])
            return rnn.probabilities(ids, lengths)[0, 1], bag_of_words(tokens)

        def update(order, review):
            every = text.split_words(review)
            original = every[:MOST_WORDS]
            if nothing := nothing_to("read", original, vocabulary, "Type a review."):
                return nothing
            tokens = original if order == 0 else list(np.random.default_rng(order).permutation(original))
            sentence.set_text(drawable(textwrap.fill(" ".join(short(word, 18) for word in tokens), 55)))
            before, now = read(original), read(tokens)
            for bar, mark, number, was, p in zip(bars, marks, numbers, before, now, strict=True):
                bar.set_xdata([0, p])
                mark.set_xdata([was])
                inside = p > 0.8
                number.set(text=f"{p:.2f}", x=p - 0.02 if inside else p + 0.02, ha="right" if inside else "left")
                number.set_color("white" if inside else "black")
            unknown = sorted({token for token in tokens if token not in vocabulary})
            note = f" Words it has never seen count as <unk>: {', '.join(map(short, unknown[:4]))}." if unknown else ""
            if len(every) > MOST_WORDS:
                note += f" Only the first {MOST_WORDS} words are read."
            return (
                f"Order {order}, “{' '.join(map(short, tokens))}”: the bag of words says {now[1]:.2f} as for every order, "
                f"the RNN {now[0]:.2f} (original order {before[0]:.2f}).{note}"
            )

        return update

    return predict(
        "You shuffle the six words of “food was nice but service wasn't”, again and again. What will the RNN say?",
        ["negative, as the words are the same", "something near 0.5", "now negative, now positive"],
        answer="now negative, now positive",
        why=f"Move “Shuffle” and compare each bar with its black mark. Then set it back to 0 and type a review of your own. {CAN_READ}",
        then=explore(
            draw,
            "A review's words above two bars: the probability of a positive review from a bag of words and from an RNN.",
            order=slider("Shuffle (0 is as written)", 0, 40, 0),
            review=text_box("Review", TWO_REVIEWS[1], TYPED_REVIEWS),
        ),
    )
