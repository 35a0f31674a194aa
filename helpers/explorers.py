"""The explorers of the lessons, each behind its prediction: each function returns one, ready to stand last in a cell."""

import itertools

import matplotlib
import numpy as np
from matplotlib.patches import Rectangle

from helpers import cells, counting, paper, text
from helpers.explore import choice, explore, predict, slider
from helpers.explore import text as text_box
from helpers.figures import BLUE, GREEN, GREY, ORANGE, PURPLE, STATE_COLOURS

_LINE = {"solid_capstyle": "butt", "animated": True}
_PLATE = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}
TWO_REVIEWS = ["Delightful place to have dinner", "Food was nice but service wasn't"]
MOST_TOKENS = 100


def parameter_counts():
    """Lesson 1: how sentence length, vocabulary and hidden size drive the number of weights."""
    names = ["padded one-hot", "embed, then flatten", "RNN on one-hot", "RNN on embedding"]
    colours = [ORANGE, PURPLE, BLUE, GREEN]

    def draw(fig):
        ax = fig.subplots()
        ax.set(xscale="log", xlim=(1e2, 3e13), ylim=(3.7, -0.9), yticks=range(4))
        ax.set_yticklabels(names, fontsize=12)
        ax.set(xlabel="weights and biases before the output layer (log scale)")
        ax.set_title("Only the padded networks grow with the sentence")
        ax.axvline(counting.padded_network(20, 20_000, 10), color=GREY, linestyle=":")
        ax.text(4.6e6, -0.6, "the article:\n4,000,010", color=GREY, va="center", fontsize=9)
        ax.axvline(1e9, color=GREY, linestyle="--")
        ax.text(1.15e9, -0.6, "a billion", color=GREY, va="center", fontsize=9)
        bars = [ax.plot([1, 1], [i, i], color=colour, linewidth=26, **_LINE)[0] for i, colour in enumerate(colours)]
        labels = [ax.text(1, i, "", va="center", fontsize=11, animated=True, bbox=_PLATE) for i in range(4)]

        def update(T, V, H, E):
            counts = [
                counting.padded_network(T, V, H),
                counting.embed_then_flatten(T, V, H, E),
                counting.rnn(V, H),
                counting.rnn_on_embedding(V, H, E),
            ]
            for bar, label, count in zip(bars, labels, counts, strict=True):
                bar.set_xdata([1, count])
                label.set(text=f"{count:,}", x=count * 1.4)
            padded, recurrent = counts[0], counts[2]
            billion = " That is past a billion." if padded >= 1e9 else ""
            megabytes = f"{padded * 4 / 1e6:,.3g} MB" if padded < 2.5e8 else f"{padded * 4 / 1e9:,.3g} GB"
            return (
                f"{_some(T, 'word')} of a vocabulary of {V:,} into {_some(H, 'hidden unit')}: the padded network has {padded:,} parameters "
                f"({megabytes} as 4-byte numbers), {padded / recurrent:.1f} times the RNN's {recurrent:,}."
                f"{billion} With {_some(E, 'number')} a word, embed-then-flatten has {counts[1]:,}, the RNN on them {counts[3]:,}."
            )

        return update

    return predict(
        "You double the sentence length from 20 to 40. How many parameters does the RNN on one-hot words gain?",
        ["as many again", "one for each new word", "none"],
        answer="none",
        why="Move “Sentence length T” and watch the two lower bars: they stand still.",
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
    """Lesson 1: a review's words in another order, read by a bag of words and by a trained RNN.

    Args:
        vocabulary, rnn: as `helpers.models.restaurant_classifier` returns them.
        bag_of_words: function from a token list to the probability that the review is positive.
    """

    def draw(fig):
        ax = fig.subplots()
        ax.set(xlim=(0, 1), ylim=(-0.7, 3.2), yticks=[0, 1], xlabel="probability that the review is positive")
        ax.set_yticklabels(["RNN", "bag of words"], fontsize=12)
        ax.set_title("Shuffle the words: the bag of words cannot notice, the RNN can")
        ax.axvline(0.5, ymax=0.55, color=GREY, linestyle=":")
        bars = [ax.plot([0, 0], [i, i], color=c, linewidth=30, **_LINE)[0] for i, c in enumerate((BLUE, ORANGE))]
        marks = [ax.plot([0], [i], "k|", markersize=44, markeredgewidth=2, animated=True)[0] for i in range(2)]
        numbers = [ax.text(0, i, "", va="center", fontsize=12, animated=True) for i in range(2)]
        ax.text(0, 1.72, "black mark: the answer to the original order", fontsize=9, color=GREY)
        sentence = ax.text(0.5, 2.6, "", ha="center", va="center", fontsize=13, animated=True, wrap=True)

        def read(tokens):
            ids, lengths = text.pad([vocabulary.encode(tokens)])
            return rnn.probabilities(ids, lengths)[0, 1], bag_of_words(tokens)

        def update(order, review):
            original = text.split_words(review)[:20]
            if not original:
                sentence.set_text("(type a few words)")
                for artist in (*bars, *marks, *numbers):
                    artist.set_visible(False)
                return "There is no word to read yet: type a review."
            tokens = original if order == 0 else list(np.random.default_rng(order).permutation(original))
            half = (len(tokens) + 1) // 2
            lines = [tokens] if len(" ".join(tokens)) < 55 else [tokens[:half], tokens[half:]]
            sentence.set_text("\n".join(" ".join(word[:18] for word in line) for line in lines).replace("$", r"\$"))
            before, now = read(original), read(tokens)
            for bar, mark, number, was, p in zip(bars, marks, numbers, before, now, strict=True):
                bar.set_xdata([0, p])
                mark.set_xdata([was])
                inside = p > 0.8
                number.set(text=f"{p:.2f}", x=p - 0.02 if inside else p + 0.02, ha="right" if inside else "left")
                number.set_color("white" if inside else "black")
                for artist in (bar, mark, number):
                    artist.set_visible(True)
            unknown = sorted({token for token in tokens if token not in vocabulary})
            note = f" Words it has never seen count as <unk>: {', '.join(unknown[:4])}." if unknown else ""
            return (
                f"Order {order}, “{' '.join(tokens)}”: the bag of words says {now[1]:.2f} as for every order, "
                f"the RNN {now[0]:.2f} (original order {before[0]:.2f}).{note}"
            )

        return update

    return predict(
        "You shuffle the six words of “food was nice but service wasn't”. Whose answer changes?",
        ["the bag of words", "the RNN", "both"],
        answer="the RNN",
        why="Move “Shuffle” and compare each bar with its black mark. Then type a review of your own.",
        then=explore(
            draw,
            "A review's words above two bars: the probability of a positive review from a bag of words and from an RNN.",
            order=slider("Shuffle (0 is as written)", 0, 40, 0),
            review=text_box("Review", TWO_REVIEWS[1]),
        ),
    )


def tokens(vocabulary):
    """Lesson 2: any sentence as tokens, ids and one-hot rows, padded or cut to a length."""
    splitters = {
        "white space": text.split_whitespace,
        "words and punctuation": text.split_words,
        "characters": text.split_characters,
    }
    most = 16

    def draw(fig):
        fig.set_size_inches(7.2, 5.0)
        ax = fig.subplots()
        ax.set(xlim=(-0.5, len(vocabulary) - 0.5), ylim=(most - 0.5, -0.5), yticks=[], xticks=[])
        ax.set_xlabel(f"columns: the {len(vocabulary)} tokens of the vocabulary, by id", labelpad=52)
        ax.set_title("One row per step, a single 1 per row, at the token's id", pad=8)
        ax.set_ylabel("token and its id, one row per step", labelpad=112)
        right = len(vocabulary) - 0.5
        ax.hlines(np.arange(most + 1) - 0.5, -0.5, right, color="#C9CFD6", linewidth=0.7)
        ax.vlines(np.arange(len(vocabulary) + 1) - 0.5, -0.5, most - 0.5, color="#E6E8EB", linewidth=0.5)
        (ones,) = ax.plot([], [], "s", color=BLUE, markersize=9, animated=True)
        unused = Rectangle((-0.5, 0), right + 1, most, facecolor="white", animated=True)
        ax.add_patch(unused)
        rows = [ax.text(-1, i, "", ha="right", va="center", fontsize=10, animated=True) for i in range(most)]
        columns = [
            ax.text(0, most - 0.4, "", rotation=90, ha="center", va="top", fontsize=9, animated=True)
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
                label = token if token in vocabulary else f"{token[:12]} → {text.UNK}"
                row.set_visible(i < length)
                if i < length:
                    row.set(text=f"{_plain(label)}  {ids[i]}", color="black" if i < real else GREY)
            used = sorted(set(ids.tolist()))
            free = -np.inf
            for column, i in itertools.zip_longest(columns, used):
                column.set_visible(i is not None)
                if i is not None:
                    free = max(i, free + 1.7)
                    column.set(text=_plain(vocabulary.tokens[i]), x=free)
            cut = max(0, len(found) - length)
            parts = [f"{_some(len(found), 'token')} by {tokeniser}"]
            parts += [_some(length - real, "padded step")] * (real < length) + [f"{_some(cut, 'token')} cut off"] * (
                cut > 0
            )
            unknown = sum(token == text.UNK for token in shown[:real])
            parts += [f"{unknown} unknown"] * (unknown > 0)
            return f"{', '.join(parts)}: the {length} x {len(vocabulary)} matrix holds {_some(length, 'one')}."

        return update

    return predict(
        "You pad a 6-word sentence to length 10. How many 1s does its matrix hold then?",
        ["6", "10"],
        answer="10",
        why="Each padded step is a row too, with its 1 in the column of &lt;pad&gt;. Move “Padded length T” and count.",
        then=explore(
            draw,
            "A grid with one row per step and one column per token of the vocabulary; each row has one dark cell.",
            sentence=text_box("Sentence", TWO_REVIEWS[1]),
            tokeniser=choice("Cut at", splitters, "words and punctuation"),
            length=slider("Padded length T", 1, most, 8),
        ),
    )


def one_unit():
    """Lesson 3: a single hidden unit, its five numbers on sliders, its point on the tanh curve."""

    def draw(fig):
        terms, curve = fig.subplots(1, 2, width_ratios=[1, 1.25])
        terms.set(xlim=(-8.2, 8.2), ylim=(3.6, -0.6), yticks=range(4), xlabel="adds up to z")
        terms.set_yticklabels(["x · w_xh", "h_prev · w_hh", "b", "z"])
        terms.set_title("What goes in")
        terms.axvline(0, color=GREY, linewidth=0.8)
        bars = [
            terms.plot([0, 0], [i, i], color=c, linewidth=22, **_LINE)[0]
            for i, c in enumerate((ORANGE, BLUE, GREEN, "black"))
        ]
        numbers = [terms.text(0, i, "", va="center", fontsize=10, animated=True) for i in range(4)]
        z = np.linspace(-8.2, 8.2, 300)
        curve.set(xlim=(-8.2, 8.2), ylim=(-1.15, 1.15), xlabel="pre-activation z", ylabel="state h = tanh(z)")
        curve.set_title("What comes out: always in -1..1")
        curve.axvspan(-8.2, -2, color="#EEF0F2")
        curve.axvspan(2, 8.2, color="#EEF0F2")
        curve.text(5.1, -0.9, "saturated", ha="center", color=GREY)
        curve.text(-5.1, 0.85, "saturated", ha="center", color=GREY)
        curve.plot(z, np.tanh(z), color=GREY)
        (slope,) = curve.plot([], [], color=PURPLE, linewidth=3, animated=True)
        (point,) = curve.plot([], [], "o", color=ORANGE, markersize=12, animated=True)

        def update(x, h_prev, w_xh, w_hh, b):
            sizes = [x * w_xh, h_prev * w_hh, b]
            total = sum(sizes)
            h = cells.rnn_step(*(np.array([[v]]) for v in (x, h_prev, w_xh, w_hh)), np.array([b]))[0, 0]
            for bar, number, size in zip(bars, numbers, [*sizes, total], strict=True):
                bar.set_xdata([0, size])
                outside = size + 0.3 if size >= 0 else size - 0.3
                number.set(text=f"{size:.2f}", x=np.clip(outside, -6, 6), ha="left" if size >= 0 else "right")
                number.set_color("white" if abs(size) > 6 else "black")
            point.set_data([total], [h])
            steepness = 1 - h * h
            reach = np.array([-0.6, 0.6])
            slope.set_data(total + reach, h + steepness * reach)
            state = "saturated: moving z hardly moves h" if abs(total) >= 2 else "on the steep part: h follows z"
            return f"z = {total:.2f}, h = tanh(z) = {h:.3f}, slope 1 - h² = {steepness:.3f}; {state}."

        return update

    return predict(
        "z grows from 2 to 4, twice as much. By how much does h = tanh(z) grow?",
        ["it doubles", "by about a half", "by less than 0.04"],
        answer="by less than 0.04",
        why="From 0.964 to 0.999. Push the point into the grey part and watch the slope.",
        then=explore(
            draw,
            "Left, bars for x times w_xh, h_prev times w_hh, b and their sum z; right, the point z, h on the tanh curve with "
            "its slope.",
            x=slider("Input x", -2.0, 2.0, 1.0, 0.25),
            h_prev=slider("Previous state h_prev", -1.0, 1.0, 0.5, 0.25),
            w_xh=slider("Input weight w_xh", -2.0, 2.0, 0.75, 0.25),
            w_hh=slider("Recurrent weight w_hh", -2.0, 2.0, 0.5, 0.25),
            b=slider("Bias b", -2.0, 2.0, 0.0, 0.25),
        ),
    )


def unrolled(vocabulary, rnn):
    """Lesson 4: a trained RNN unrolled over a typed sentence: the chain, every state, the reading after each word.

    Args:
        vocabulary, rnn: as `helpers.models.restaurant_classifier` returns them.
    """
    weights = rnn.parameters
    H = weights["W_hh"].shape[0]
    named = 8
    colours = matplotlib.colormaps[STATE_COLOURS]

    def draw(fig):
        fig.set_size_inches(7.2, 4.9)
        chain, heat, reading = fig.subplots(3, 1, height_ratios=[1.25, 1.5, 1.1], sharex=True)
        for ax in (chain, heat):
            ax.set(xticks=[], yticks=[])
            ax.spines[:].set_visible(False)
        chain.set(xlim=(0, 1), ylim=(0, 1))
        chain.set_title("The same cell at every step: the word comes in, the state is handed on", fontsize=11)
        chain.text(0.0, 0.44, "W_xh", fontsize=10, color=ORANGE, ha="right", va="center")
        chain.text(0.0, 0.75, "W_hh", fontsize=10, color=BLUE, ha="right", va="center")
        heat.set_ylabel(f"state h_t\n({H} units)", fontsize=10)
        heat.set_title("State after each step: brown is -1, white 0, dark purple 1", fontsize=11)
        reading.set(ylim=(-0.05, 1.05), yticks=[0, 0.5, 1], xticks=[], xlabel="time →")
        reading.set_ylabel("P(positive)", fontsize=10)
        reading.axhline(0.5, color=GREY, linestyle=":")
        reading.set_title("What the output layer reads from it", fontsize=11)
        plate = {"boxstyle": "round,pad=0.35"}
        label = {"ha": "center", "va": "center", "animated": True}
        no_line = {"linestyle": "", "animated": True}
        boxes = [chain.text(0, 0.75, "", fontsize=11, bbox=plate, **label) for _ in range(named)]
        (handed_on,) = chain.plot([], [], marker=r"$\rightarrow$", color=BLUE, markersize=17, **no_line)
        (fed_in,) = chain.plot([], [], marker=r"$\uparrow$", color=ORANGE, markersize=11, **no_line)
        words = [chain.text(0, 0.18, "", fontsize=11, **label) for _ in range(named)]
        image = heat.imshow(
            np.zeros((H, 1, 3)), aspect="auto", extent=(0, 1, 0, 1), interpolation="nearest", animated=True
        )
        (still_to_come,) = reading.plot([], [], ".-", color="#D5D9DE", animated=True)
        (line,) = reading.plot([], [], ".-", color=BLUE, animated=True)
        cursors = [ax.axvline(0, color="black", linewidth=1.6, animated=True) for ax in (heat, reading)]

        def update(sentence, T, at, w_xh, w_hh):
            typed = text.split_words(sentence) or [text.UNK]
            said = [typed[t % len(typed)] for t in range(T)]
            ids = np.array([vocabulary.encode(said)])
            h = cells.rnn_forward(ids, None, w_xh * weights["W_xh"], w_hh * weights["W_hh"], weights["b_h"])[0]
            scores = h @ weights["W_hy"] + weights["b_y"]
            positive = 1 / (1 + np.exp(np.clip(scores[:, 0] - scores[:, 1], -500, 500)))
            at = min(at, T)
            strength = np.where(np.arange(T) < at, 1.0, 0.2)[:, None]  # what is still to come is pale
            image.set_data(1 - strength * (1 - colours((h.T + 1) / 2)[..., :3]))
            middle = (np.arange(T) + 0.5) / T
            line.set_data(middle[:at], positive[:at])
            still_to_come.set_data(middle[at - 1 :], positive[at - 1 :])
            for cursor in cursors:
                cursor.set_xdata([middle[at - 1]] * 2)

            first = min(max(0, at - named + 1), max(0, T - named))
            count = min(T, named)
            centres = (np.arange(count) + 0.5) / count
            here = at - 1 - first
            fed_in.set_data(centres[: here + 1], [0.44] * len(centres[: here + 1]))
            handed_on.set_data(centres[1 : here + 1] - 0.5 / count, [0.75] * len(centres[1 : here + 1]))
            for i, (box, word) in enumerate(zip(boxes, words, strict=True)):
                for artist in (box, word):
                    artist.set_visible(i < count)
                if i < count:
                    box.set(text=f"h{_small(first + i + 1)}", x=centres[i])
                    box.get_bbox_patch().set(
                        facecolor="#FFD9A8" if i == here else "#E8F1F8" if i < here else "#F4F4F4",
                        edgecolor=BLUE if i <= here else "#C8CCD1",
                    )
                    word.set(text=_plain(said[first + i][:11]), x=centres[i])
                    word.set_color("black" if i <= here else "#9AA0A6")
            saturated = np.mean(np.abs(h[:at]) > 0.95)
            return (
                f"Step {at} of {T}, after “{said[at - 1]}”: P(positive) = {positive[at - 1]:.2f}; "
                f"{saturated:.0%} of the numbers in the states so far are saturated (beyond ±0.95). The same "
                f"{len(vocabulary)} x {H} + {H} x {H} weights served every step."
            )

        return update

    T = slider("Sequence length T", 1, MOST_TOKENS, 6)
    at = slider("Step shown t", 1, 6, 6, play=True)
    T.widget.observe(lambda change: at.limit(max(2, change.new)), "value")  # a slider needs two ends

    return predict(
        "“food was nice but service wasn't”: after which word does the answer turn negative for good?",
        ["was", "but", "service", "wasn't"],
        answer="wasn't",
        why="It dips at “but”, comes back at “service”, and “wasn't” settles it. Press play beside “Step shown t” and watch the bottom curve.",
        then=explore(
            draw,
            "An RNN unrolled over a sentence: a chain of cells with words below, a heat map of all states, and the "
            "probability of a positive review after each word.",
            sentence=text_box("Sentence (repeats to T)", TWO_REVIEWS[1]),
            T=T,
            at=at,
            w_xh=slider("Input weights times", 0.0, 4.0, 1.0, 0.125),
            w_hh=slider("Recurrent weights times", 0.0, 4.0, 1.0, 0.125),
        ),
    )


def influence():
    """Lesson 4: how strongly the last state of the paper-sized network depends on each earlier input."""

    def draw(fig):
        ax = fig.subplots()
        ax.set(xlim=(50, -1), ylim=(1e-20, 1e15), yscale="log")
        ax.set(xlabel="steps before the last (newest at the right)", ylabel="size of dh_T / dx_t")
        ax.set_title("How much the last state would move if an earlier input did")
        (line,) = ax.plot([], [], "o-", color=BLUE, markersize=4, animated=True)
        verdict = ax.text(0.02, 0.93, "", transform=ax.transAxes, fontsize=12, animated=True)

        def update(T, w_hh, size):
            sizes = influence_by_step(T, w_hh, size)
            age = np.arange(T)[::-1]
            line.set_data(age[sizes > 0], sizes[sizes > 0])
            fades = sizes[0] < sizes[-1]
            if T == 1:
                verdict.set_text("")
                return f"One step: dh_T/dx_T has size {sizes[-1]:.3g}."
            verdict.set_text(
                "the oldest weighs less than the newest" if fades else "the oldest weighs MORE than the newest"
            )
            verdict.set_color(BLUE if fades else ORANGE)
            return (
                f"The newest input has influence {sizes[-1]:.3g}, the oldest, {_some(T - 1, 'step')} back, {sizes[0]:.3g}: "
                f"it weighs {'less' if fades else 'more'} than the newest; the largest of all stands "
                f"{_some(int(age[sizes.argmax()]), 'step')} back."
            )

        return update

    return predict(
        "You multiply the recurrent weights by 2 and leave the inputs as they are. What happens to old inputs?",
        ["they weigh more than new ones", "they still weigh less"],
        answer="they still weigh less",
        why="The states saturate, and the flat tanh damps what passes. Now set “Size of inputs and bias” to 0.125 as well.",
        then=explore(
            draw,
            "A curve on a log scale: the size of the derivative of the last state with respect to each input, newest right.",
            T=slider("Sequence length T", 1, 50, 30),
            w_hh=slider("Recurrent weights times", 0.0, 4.0, 1.0, 0.125),
            size=slider("Size of inputs and bias", 0.0, 1.0, 1.0, 0.125),
        ),
    )


def influence_by_step(T, w_hh=1.0, size=1.0):
    """The size (Frobenius norm) of dh_T/dx_t for t = 1..T in the paper-sized network, "food was nice" over and over.

    Args:
        T: steps.
        w_hh: factor on the recurrent weights.
        size: factor on the inputs and the bias.

    Returns:
        (T,) float64.
    """
    x = size * np.eye(3)[np.resize([0, 1, 2], T)][None].repeat(2, axis=0)
    W_hh = w_hh * paper.W_hh
    h = cells.rnn_forward(x, None, paper.W_xh, W_hh, size * paper.b_h)
    dh = np.zeros_like(h)
    dh[[0, 1], -1, [0, 1]] = 1  # one backward pass per unit of the last state, both in one batch
    dx = cells.rnn_backward(dh, x, h, None, paper.W_xh, W_hh)["dx"]
    return np.sqrt((dx**2).sum(axis=(0, 2)))


def _some(count, thing):
    return f"{count:,} {thing}{'' if count == 1 else 's'}"


def _plain(word):
    """Dollar signs would start a formula."""
    return word.replace("$", r"\$")


def _small(number):
    return "".join("₀₁₂₃₄₅₆₇₈₉"[int(digit)] for digit in str(number))
