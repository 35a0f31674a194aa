"""The explorers of lesson 7: a wiring to type, sampling at a temperature, and one cell wired in four ways on a text."""

import numpy as np

from helpers import decoding, text, toy
from helpers.diagrams import Chain
from helpers.explorers.shared import LINE, drawable, left_out, nothing_to, plural, quoted, short
from helpers.figures import BLUE, GREY
from helpers.text import END, START, UNK
from helpers.widgets.explorer import Nothing, choice, explore, slider
from helpers.widgets.explorer import text as text_box
from helpers.widgets.prediction import predict
from helpers.wirings import Wiring, run

LONGEST_WORD, LONGEST_BEGINNING = 14, 12
MOST_READ, MOST_SAID = 12, 8
MOST_STEPS = 8


def wiring():
    """Lesson 7: run the network of `toy` over "food was nice" in any wiring that the learner types."""
    network = {name: getattr(toy, name) for name in ("W_xh", "W_hh", "b_h", "W_hy", "b_y")}

    def draw(fig):
        fig.set_size_inches(7.2, 3.0)
        ax = fig.subplots()
        ax.set_title("P(positive) at each step that speaks", fontsize=11)
        chain = Chain(ax, MOST_STEPS, animated=True)

        def update(speaks, reads):
            typed = Wiring(reads=visible(reads), speaks=visible(speaks))
            if problem := contradiction(typed):
                return Nothing(problem)
            places = np.resize(range(len(toy.WORDS)), typed.reads.count("x"))
            done = run(typed, np.eye(len(toy.WORDS))[places], network)
            answers = [f"{positive:.3f}" for positive in done.p[:, 1]] if done.answers else []
            chain.show(typed, [toy.WORDS[place] for place in places], answers)
            said = f"P(positive) there: {', '.join(answers)}" if answers else "nothing is said"
            return (
                f"{plural(len(typed.reads), 'step')}, {len(places)} of them read and {len(answers)} speak; {said}. "
                f"In training {plural(len(answers), 'step')} would carry a loss."
            )

        return update

    def visible(line):
        return "".join(character for character in line if character.isprintable() and not character.isspace())

    def contradiction(typed):
        if strange := (set(typed.reads) - set("xy-")) | (set(typed.speaks) - set("y-")):
            return f"A wiring is written with x, y and - alone, not with {quoted(sorted(strange))}."
        if not typed.reads or not typed.speaks:
            return "Nothing is typed yet in one of the lines. Type as many characters in both, such as --y and xxx."
        if len(typed.reads) > MOST_STEPS:
            return f"This picture has room for {MOST_STEPS} steps."
        try:
            typed.steps()
        except ValueError as error:
            return short(str(error), 200)
        if "y" in typed.reads:
            return "This network's answers are no words, so it cannot read them. The speller below can."
        return None

    return predict(
        "“food was nice”, xxx below. With --y above, the answer after “nice” is 0.719. Now all three steps speak, yyy. "
        "What is the answer after “nice”?",
        ["less than 0.719", "0.719 again", "more than 0.719"],
        answer="0.719 again",
        why="An answer is computed from a state, and no state is computed from an answer. Type yyy into “speaks”.",
        then=explore(
            draw,
            "A chain of boxes, one for each step, with what is read below and what is spoken above.",
            speaks=text_box("speaks (y or -)", "--y"),
            reads=text_box("reads (x or -)", "xxx"),
        ),
    )


def sampling_temperature(vocabulary, network, real=()):
    """Lesson 7: show the probabilities of the next letter, and eight invented words, at a temperature.

    Args:
        vocabulary, network: as in `decoding.invent`.
        real: a container of real words; each invented word that is in it gets a tick.
    """
    label = [*sorted(vocabulary.tokens[4:]), "end"]
    ids = [vocabulary.id(END if token == "end" else token) for token in label]
    places = np.arange(len(ids)) + 0.7 * (np.array(label) == "end")
    rows = 8

    def draw(fig):
        fig.set_size_inches(7.2, 3.6)
        bars, words = fig.subplots(1, 2, width_ratios=[2.6, 1])
        bars.set(xlim=(-0.8, places[-1] + 0.8), ylim=(0, 1), ylabel="probability", xlabel="next letter")
        bars.set_xticks(places, label, fontsize=10)
        bars.set_title("What comes next", fontsize=11)
        bars.text(0.98, 0.93, "grey: temperature 1", transform=bars.transAxes, ha="right", fontsize=10, color=GREY)
        columns = [bars.plot([x, x], [0, 0], color=BLUE, linewidth=9, **LINE)[0] for x in places]
        (at_one,) = bars.plot([], [], "_", color=GREY, markersize=10, markeredgewidth=2, animated=True)
        words.axis("off")
        words.set(xlim=(0, 1), ylim=(rows - 0.5, -0.5))
        words.set_title("Eight words (✓ real)" if real else "Eight words", fontsize=11)
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
                line.set_text(f"{word} ✓" if word in real else word or "(nothing)")
            nats = float(decoding.entropy(p))
            likely = ", ".join(f"{label[i]} {p[i]:.2f}" for i in np.argsort(-p, kind="stable")[:3])
            where = f"After “{letters}”" if letters else "At the start of a word,"
            notes = left_out(beginning.lower(), vocabulary, "the letters of its vocabulary")
            if len(known) > LONGEST_BEGINNING:
                notes += f" Only the first {LONGEST_BEGINNING} letters are read."
            return (
                f"{where} at temperature {temperature:g}: likeliest next {likely}; entropy {nats:.2f} nats, as open "
                f"as {np.exp(nats):.1f} equal letters. {len(set(invented))} different among the 8 words"
                f"{f', {sum(word in real for word in invented)} of 8 real' if real else ''}: {', '.join(invented[:3])}, ...{notes}"
            )

        return update

    return predict(
        "Eight words that begin with “s”, drawn at temperature 0.5. How many of them are words of the film reviews?",
        ["0 to 2", "3 to 5", "6 to 8"],
        answer="0 to 2",
        why="They sound like English, and few are. Drag “Temperature” down to 0, then up to 2: is there a setting at which more are real?",
        then=explore(
            draw,
            "Left, a bar per letter: the probability that it comes next, with a grey mark for temperature 1; right, eight "
            "words spelled at this temperature.",
            beginning=text_box("Beginning", "s"),
            temperature=slider("Temperature", 0.0, 2.0, 0.5, 0.125),
            seed=slider("Draw number", 1, 30, 1),
        ),
    )


ASK = "Type a review."
COUNTED = "service was bad although food was nice"
"""The review of the question: no picture of the lesson counts its steps."""
TYPES = ["many to one", "one to many", "many to many, equal", "many to many, unequal"]


def four_types(words, letters, replies, tags, classifier, speller, tagger, encoder, decoder):
    """Lesson 7: run one text through four wirings, each with a network trained for it.

    Args:
        words, letters, replies: Vocabulary of review words, of letters, of the words in a summary.
        tags: list of the tagger's tags.
        classifier, speller, tagger, encoder, decoder: dicts of W_xh, W_hh, b_h, W_hy, b_y (encoder: the first three).
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
            T = len(wiring.reads)
            with_loss = T if kind == TYPES[1] else wiring.speaks.count("y")
            counted = f"Steps with a loss in training: {with_loss} of {T}."
            if kind == TYPES[1]:
                counted += f" (In training it also answers at {START}; here your letter stands in for that.)"
            return " ".join([f"{kind.capitalize()}: {finding}. {counted}", *notes])

        return update

    return predict(
        f"“{COUNTED}” is read and summed up as “service bad food good” and an end token. How many steps does the chain have, "
        "and how many of them carry a loss in training?",
        ["7 steps, 4 with a loss", "12 steps, 5 with a loss", "12 steps, all with a loss"],
        answer="12 steps, 5 with a loss",
        why="Seven steps read in silence; five speak, and the first of these reads the start token. Switch “Type” and count again.",
        then=explore(
            draw,
            "A chain of boxes, one per step, with what is read below and what is spoken above; dashed lines feed answers back.",
            kind=choice("Type", TYPES, TYPES[3]),
            sentence=text_box("Your text", COUNTED),
        ),
    )
