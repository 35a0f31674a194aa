"""The explorers of lesson 7: sampling at a temperature, and one cell wired in four ways on the learner's own text."""

import numpy as np

from helpers import decoding, text
from helpers.diagrams import Chain
from helpers.explorers.shared import LINE, TWO_REVIEWS, drawable, left_out, nothing_to, plural, quoted, short
from helpers.figures import BLUE, GREY
from helpers.text import END, START, UNK
from helpers.widgets.explorer import Nothing, choice, explore, slider
from helpers.widgets.explorer import text as text_box
from helpers.widgets.prediction import predict
from helpers.wirings import Wiring, run

LONGEST_WORD, LONGEST_BEGINNING = 14, 12
MOST_READ, MOST_SAID = 12, 8


def sampling_temperature(vocabulary, network):
    """Lesson 7: show the probabilities of the next letter, and eight invented words, at a temperature.

    Args:
        vocabulary, network: as in `decoding.invent`.
    """
    label = [*sorted(vocabulary.tokens[4:]), "end"]
    ids = [vocabulary.id(END if token == "end" else token) for token in label]
    places = np.arange(len(ids)) + 0.7 * (np.array(label) == "end")
    rows = 8

    def draw(fig):
        fig.set_size_inches(7.2, 4.0)
        bars, words = fig.subplots(1, 2, width_ratios=[2.6, 1])
        bars.set(xlim=(-0.8, places[-1] + 0.8), ylim=(0, 1), ylabel="probability", xlabel="next letter")
        bars.set_xticks(places, label, fontsize=9)
        bars.set_title("Cold: one letter takes all. Hot: all alike", fontsize=11)
        bars.text(0.98, 0.93, "grey: temperature 1", transform=bars.transAxes, ha="right", fontsize=9, color=GREY)
        columns = [bars.plot([x, x], [0, 0], color=BLUE, linewidth=9, **LINE)[0] for x in places]
        (at_one,) = bars.plot([], [], "_", color=GREY, markersize=10, markeredgewidth=2, animated=True)
        words.axis("off")
        words.set(xlim=(0, 1), ylim=(rows - 0.5, -0.5))
        words.set_title("Eight words it invents", fontsize=11)
        lines = [words.text(0.0, i, "", va="center", fontsize=12, animated=True) for i in range(rows)]

        def update(beginning, temperature, seed):
            known = "".join(letter for letter in text.whole_characters(beginning.lower()) if letter in vocabulary)
            letters = known[:LONGEST_BEGINNING]
            invented, logits = decoding.invent(vocabulary, network, letters, rows, temperature, seed)
            p = decoding.probabilities(logits, temperature)[ids]
            for column, height in zip(columns, p, strict=True):
                column.set_ydata([0, height])
            at_one.set_data(places, decoding.probabilities(logits)[ids])
            for line, word in zip(lines, invented, strict=True):
                line.set_text(word or "(nothing)")
            nats = float(decoding.entropy(p))
            likely = ", ".join(f"{label[i]} {p[i]:.2f}" for i in np.argsort(-p, kind="stable")[:3])
            where = f"After “{letters}”" if letters else "At the start of a word,"
            notes = left_out(beginning.lower(), vocabulary, "the letters of its vocabulary")
            if len(known) > LONGEST_BEGINNING:
                notes += f" Only the first {LONGEST_BEGINNING} letters are read."
            return (
                f"{where} at temperature {temperature:g}: likeliest next {likely}; entropy {nats:.2f} nats, as open "
                f"as {np.exp(nats):.1f} equal letters. {len(set(invented))} different among the 8 words: {', '.join(invented[:3])}, ...{notes}"
            )

        return update

    return predict(
        "The same beginning eight times, at temperature 0. How many different words come out?",
        ["1", "a few", "8"],
        answer="1",
        why="At 0 the largest score always wins: greedy. Drag “Temperature” to 2 and watch the bars level out.",
        then=explore(
            draw,
            "Left, a bar per letter: the probability that it comes next, with a grey mark for temperature 1; right, eight "
            "words spelled at this temperature.",
            beginning=text_box("Beginning", "s"),
            temperature=slider("Temperature", 0.0, 2.0, 0.25, 0.125),
            seed=slider("Draw number", 1, 30, 1),
        ),
    )


ASK = "Type a review."
TYPES = ["many to one", "one to many", "many to many, equal", "many to many, unequal"]


def four_types(words, classifier, letters, speller, tagger, tags, replies, encoder, decoder):
    """Lesson 7: run one text through four wirings, each with a network trained for it.

    Args:
        words, letters, replies: Vocabulary of review words, of letters, of the words in a summary.
        classifier, speller, tagger, encoder, decoder: dicts of W_xh, W_hh, b_h, W_hy, b_y (encoder: the first three).
        tags: list of the tagger's tags.
    """

    def rows(vocabulary, tokens):
        return text.one_hot(vocabulary.encode(tokens), len(vocabulary))

    def verdict(typed):
        T = len(typed)
        wiring = Wiring(reads="x" * T, speaks="-" * (T - 1) + "y")
        done = run(wiring, rows(words, typed), classifier)
        answers = [f"{('negative', 'positive')[done.answers[0]]} {done.p[0].max():.2f}"]
        return wiring, typed, answers, None, f"{plural(T, 'word')} read, one answer, {answers[0]}"

    def spell(typed):
        first = next(letter for letter in "".join(typed) if letter in letters)
        wiring = Wiring(reads="xx" + "y" * (LONGEST_WORD - 2), speaks="-" + "y" * (LONGEST_WORD - 1))
        done = run(wiring, rows(letters, [START, first]), speller, end=letters.id(END))
        T = len(done.states)
        answers = letters.decode(done.answers)
        word = first + "".join(letter for letter in answers if letter != END)
        wiring = Wiring(wiring.reads[:T], wiring.speaks[:T])
        return wiring, [START, first], answers, None, f"your first letter read, a word invented greedily, “{word}”"

    def tag(typed):
        T = len(typed)
        wiring = Wiring(reads="x" * T, speaks="y" * T)
        answers = [tags[i] for i in run(wiring, rows(words, typed), tagger).answers]
        return wiring, typed, answers, None, f"{plural(T, 'word')} read, as many tags: {', '.join(answers)}"

    def summarise(typed):
        T = len(typed)
        read = run(Wiring("x" * T, "-" * T), rows(words, typed), encoder)
        wiring = Wiring(reads="x" + "y" * (MOST_SAID - 1), speaks="y" * MOST_SAID)
        done = run(wiring, rows(replies, [START]), decoder, h_0=read.states[-1:], end=replies.id(END))
        S, answers = len(done.answers), replies.decode(done.answers)
        wiring = Wiring("x" * (T + 1) + "y" * (S - 1), "-" * T + "y" * S)
        return (
            wiring,
            [*typed, START],
            answers,
            T,
            f"{plural(T, 'word')} read, {plural(S, 'token')} spoken: {' '.join(answers)}",
        )

    def nothing_to_answer(typed):
        return nothing_to("read", typed, words, ASK)

    def nothing_to_spell(typed):
        if typed and not any(letter in letters for letter in "".join(typed)):
            return Nothing(f"None of its letters is in this text, so there is nothing to spell: {quoted(typed)}. {ASK}")
        return nothing_to("spell", typed, typed, ASK)

    runs = dict(zip(TYPES, (verdict, spell, tag, summarise), strict=True))

    def draw(fig):
        fig.set_size_inches(7.2, 3.9)
        ax = fig.subplots()
        ax.set_title("The same loop; what differs is who reads and who speaks", fontsize=11)
        chain = Chain(ax, MOST_READ + MOST_SAID + 1, animated=True)

        def update(kind, sentence):
            every = text.split_words(sentence)
            typed = every[:MOST_READ]
            if nothing := (nothing_to_spell if kind == TYPES[1] else nothing_to_answer)(typed):
                return nothing
            wiring, read, answers, second_cell_from, finding = runs[kind](typed)
            chain.show(
                wiring, [drawable(short(token, 11)) for token in read], answers, second_cell_from=second_cell_from
            )
            notes = [f"Only the first {MOST_READ} words are read."] * (len(every) > MOST_READ)
            unknown = [token for token in typed if token not in words]
            if unknown and kind != TYPES[1]:
                notes.append(f"Words it never saw count as {UNK}: {', '.join(map(short, unknown[:4]))}.")
            spoken = wiring.speaks.count("y")
            return " ".join(
                [
                    f"{kind.capitalize()}: {finding}. Steps with a loss in training: {spoken} of {len(wiring.reads)}.",
                    *notes,
                ]
            )

        return update

    return predict(
        "“Food was nice but service wasn't” has six words. Which type can answer it with four words and an end token?",
        TYPES,
        answer=TYPES[3],
        why="Only there the answer's length is free of the question's. Switch “Type” and count the green arrows.",
        then=explore(
            draw,
            "A chain of boxes, one per step, with what is read below and what is spoken above; dashed lines feed answers back.",
            kind=choice("Type", TYPES, TYPES[3]),
            sentence=text_box("Your text", TWO_REVIEWS[1]),
        ),
    )
