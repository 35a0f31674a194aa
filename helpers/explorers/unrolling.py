"""The explorers of lesson 4: the unrolled chain, and how far an input reaches."""

import matplotlib
import numpy as np
from matplotlib.patches import Rectangle

from helpers import cells, memory, text
from helpers.diagrams.unrolling import LEFT, Unrolled
from helpers.explorers.shared import (
    CAN_READ,
    TWO_REVIEWS,
    TYPED_REVIEWS,
    drawable,
    nothing_to,
    plural,
    short,
    unknown_words,
)
from helpers.figures import BLUE, GREY, ORANGE, STATE_COLOURS
from helpers.widgets.explorer import explore, slider
from helpers.widgets.explorer import text as text_box
from helpers.widgets.prediction import predict

MOST_STEPS = 100


def unrolled(vocabulary, rnn):
    """Lesson 4: unroll a trained RNN over a typed sentence; show the chain, every state, and the answer after each word.

    Args:
        vocabulary, rnn: as `helpers.experiments.trained.restaurant_classifier` returns them, and trained.
    """
    weights = rnn.parameters
    H = weights["W_hh"].shape[0]
    columns = 8
    colours = matplotlib.colormaps[STATE_COLOURS]

    def draw(fig):
        fig.set_size_inches(7.2, 3.3)
        top, heat, reading = fig.subplots(3, 1, height_ratios=[2.1, 0.8, 0.6], sharex=True)
        chain = Unrolled(top, columns, animated=True)
        heat.set(xticks=[], yticks=[])
        heat.spines[:].set_visible(False)
        heat.set_ylabel(f"state\n({H} units)", fontsize=10)
        heat.set_title("Each column a state: brown is -1, white 0, dark purple 1", fontsize=11, pad=8)
        reading.set(ylim=(-0.1, 1.1), yticks=[0, 1], xticks=[])
        reading.set_ylabel("P(pos.)", fontsize=10)
        reading.axhline(0.5, color=GREY, linestyle=":")
        reading.set_title("P(positive) after each step; time runs to the right", fontsize=11)
        image = heat.imshow(
            np.zeros((H, 1, 4), np.uint8), aspect="auto", extent=(0, 1, 0, 1), interpolation="nearest", animated=True
        )
        heat.set_xlim(LEFT, 1)
        (still_to_come,) = reading.plot([], [], ".-", color="#D5D9DE", animated=True)
        (line,) = reading.plot([], [], ".-", color=BLUE, animated=True)
        (in_the_chain,) = heat.plot([], [], color="black", linewidth=2, clip_on=False, animated=True)
        frames = [
            ax.add_patch(Rectangle((0, low), 1, high - low, fill=False, linewidth=1.8, animated=True))
            for ax, low, high in ((heat, 0.01, 0.99), (reading, -0.1, 1.1))
        ]

        def update(sentence, times, w_xh, w_hh, at):
            typed = text.split_words(sentence)
            if nothing := nothing_to("read", typed, vocabulary, "Type a review."):
                return nothing
            T = steps_read(sentence, times)
            words = [typed[t % len(typed)] for t in range(T)]
            ids = np.array([vocabulary.encode(words)])
            h = cells.rnn_forward(ids, None, w_xh * weights["W_xh"], w_hh * weights["W_hh"], weights["b_h"])[0]
            scores = h @ weights["W_hy"] + weights["b_y"]
            positive = 1 / (1 + np.exp(np.clip(scores[:, 0] - scores[:, 1], -500, 500)))
            at = min(at, T)
            strength = np.where(np.arange(T) < at, 1.0, 0.2)[:, None]  # future steps are pale
            image.set_data(np.uint8(255 * (1 - strength * (1 - colours((h.T + 1) / 2)))))
            middle = (np.arange(T) + 0.5) / T
            line.set_data(middle[:at], positive[:at])
            still_to_come.set_data(middle[at - 1 :], positive[at - 1 :])
            for frame in frames:
                frame.set(x=(at - 1) / T, width=1 / T)

            first = min(max(0, at - columns), max(0, T - columns))
            shown = slice(first, first + columns)
            ends = [first / T, (first + columns) / T] if columns < T else []  # else the columns stand below their words
            in_the_chain.set_data(ends, [1.05] * len(ends))
            chain.show(
                [drawable(short(word, 11)) for word in words[shown]],
                [f"{p:.2f}" for p in positive[shown]],
                first=first + 1,
                now=at,
                w_xh=w_xh,
                w_hh=w_hh,
            )
            saturated = np.mean(np.abs(h[:at]) > 0.95)
            cut = f" Only the first {MOST_STEPS} steps are read." if len(typed) * times > MOST_STEPS else ""
            return (
                f"Step {at} of {T}, after “{short(words[at - 1])}”: P(positive) = {positive[at - 1]:.2f}; "
                f"{saturated:.0%} of the numbers in the states so far are saturated (beyond ±0.95). The same "
                f"three matrices, {len(vocabulary)} x {H}, {H} x {H} and {H} x 2, served every step."
                f"{cut}{unknown_words(words, vocabulary)}"
            )

        return update

    return predict(
        "“food was nice but service wasn't”: after which word does the answer turn negative?",
        ["was", "but", "service", "wasn't"],
        answer="wasn't",
        why=f"Up to “service” the answer stays positive: “but” alone does not turn it, “wasn't” does. Press Play beside “Step shown t” and watch the bottom curve. Then type a review of your own. {CAN_READ}",
        then=explore(
            draw,
            "An RNN unrolled over a sentence: a chain of cells with words below and the probability of a positive review "
            "above, a heat map of all states, and a curve of that probability after each word.",
            sentence=text_box("Sentence", TWO_REVIEWS[1], TYPED_REVIEWS),
            times=slider("Times it is read", 1, 20, 1),
            w_xh=slider("Input weights times", 0.0, 4.0, 1.0, 0.125),
            w_hh=slider("Recurrent weights times", 0.0, 4.0, 1.0, 0.125),
            at=slider(
                "Step shown t", 1, 6, 6, play=True, up_to=lambda given: steps_read(given["sentence"], given["times"])
            ),
        ),
    )


def steps_read(sentence, times):
    """Return the steps of a typed sentence that is read several times, at most MOST_STEPS."""
    return min(MOST_STEPS, times * len(text.split_words(sentence)))


def round_logs(low, high):
    """Return the logarithms of two to eight round numbers between 10**low and 10**high, for the ticks of an axis."""
    if high - low < 2.4:
        places = np.log10([1, 2, 5] if high - low > 0.8 else [1, 1.5, 2, 3, 4, 6, 8])
        every = np.add.outer(np.arange(np.floor(low), high), places).ravel()
    else:
        every = np.arange(np.ceil(low), high, np.ceil((high - low) / 7))
    return every[(low <= every) & (every <= high)]


def power_of_ten(log):
    """Return 10**log as a short label."""
    return f"{10**log:.4g}" if -3 <= log <= 3 else f"$10^{{{round(log)}}}$"


def influence():
    """Lesson 4: show how strongly the last state of the paper-sized network depends on each earlier input."""

    def draw(fig):
        fig.set_size_inches(7.2, 3.9)
        ax = fig.subplots()
        ax.set(
            xlim=(30, -1),
            ylim=(0, 1),
            yticks=[0],
            yticklabels=["10⁻²⁰"],
            xlabel="steps before the last (newest at the right)",
        )
        ax.set_ylabel("size of dh_T / dx_t, log scale")
        ax.tick_params(axis="y", length=0, labelcolor="white")  # keeps room for the labels that move
        ax.set_title("How much the last state would move if an earlier input did")
        right_of_axis = dict(transform=ax.get_yaxis_transform(), ha="right", va="center", fontsize=10, animated=True)
        ticks = [ax.text(-0.012, 0, "", **right_of_axis) for _ in range(8)]
        newest = ax.axhline(0, color=GREY, linestyle="--", linewidth=1.2, animated=True)
        (line,) = ax.plot([], [], "o-", color=BLUE, markersize=4, animated=True)
        name = ax.text(29.5, 0, "the newest's size", fontsize=10, color=GREY, animated=True)
        verdict = ax.text(0.02, 0.93, "", transform=ax.transAxes, fontsize=12, animated=True)

        def update(T, w_hh, size):
            sizes = memory.influence_by_step(T, w_hh, size)
            age = np.arange(T)[::-1]
            logs = np.log10(sizes[sizes > 0])
            low, high = logs.min() - 0.08, logs.max() + 0.08
            span = max(high - low, 0.3)

            def height(log):
                return 0.04 + 0.8 * (log - low) / span  # above it stands the verdict

            line.set_data(age[sizes > 0], height(logs))
            newest.set_ydata([height(logs[-1])] * 2)
            name.set_position((29.5, height(logs[-1]) + 0.03))
            marks = round_logs(low, low + span)
            for i, tick in enumerate(ticks):
                tick.set_visible(i < len(marks))
                if i < len(marks):
                    tick.set(text=power_of_ten(marks[i]), y=height(marks[i]))
            fades = sizes[0] < sizes[-1]
            if T == 1:
                verdict.set_text("")
                return f"One step: dh_T/dx_T has size {sizes[-1]:.3g}."
            verdict.set_text(
                "the oldest weighs less than the newest" if fades else "the oldest weighs MORE than the newest"
            )
            verdict.set_color(BLUE if fades else ORANGE)
            return (
                f"The newest input has influence {sizes[-1]:.3g}, the oldest, {plural(T - 1, 'step')} back, {sizes[0]:.3g}: "
                f"it weighs {'less' if fades else 'more'} than the newest; the largest of all stands "
                f"{plural(int(age[sizes.argmax()]), 'step')} back."
            )

        return update

    return predict(
        "You multiply the recurrent weights by 2 and leave the inputs as they are. What about the oldest of the 30 words?",
        ["it weighs more than the newest", "it still weighs less"],
        answer="it still weighs less",
        why="The states are large. There tanh is nearly flat, and lets less of a change through. (The word before the newest weighs a little more.) Now set “Size of inputs and bias” to 0.125 as well.",
        then=explore(
            draw,
            "A curve on a log scale: the size of the derivative of the last state with respect to each input, newest right.",
            T=slider("Sequence length T", 1, 30, 30),
            w_hh=slider("Recurrent weights times", 0.0, 4.0, 1.0, 0.125),
            size=slider("Size of inputs and bias", 0.0, 1.0, 1.0, 0.125),
        ),
    )
