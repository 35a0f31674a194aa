"""The explorers of lesson 4: the unrolled chain, and how far an input reaches."""

import matplotlib
import numpy as np

from helpers import cells, memory, text
from helpers.explorers.shared import TWO_REVIEWS, drawable, nothing_to, plural, short, unknown_words
from helpers.figures import BLUE, GREY, ORANGE, STATE_COLOURS, subscript
from helpers.widgets.explorer import explore, slider
from helpers.widgets.explorer import text as text_box
from helpers.widgets.prediction import predict

MOST_TOKENS = 100


def unrolled(vocabulary, rnn):
    """Lesson 4: unroll a trained RNN over a typed sentence; show the chain, every state, and the answer after each word.

    Args:
        vocabulary, rnn: as `helpers.experiments.trained.restaurant_classifier` returns them.
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
            typed = text.split_words(sentence)[:T]
            if nothing := nothing_to("read", typed, vocabulary, "Type a review."):
                return nothing
            words_read = [typed[t % len(typed)] for t in range(T)]
            ids = np.array([vocabulary.encode(words_read)])
            h = cells.rnn_forward(ids, None, w_xh * weights["W_xh"], w_hh * weights["W_hh"], weights["b_h"])[0]
            scores = h @ weights["W_hy"] + weights["b_y"]
            positive = 1 / (1 + np.exp(np.clip(scores[:, 0] - scores[:, 1], -500, 500)))
            at = min(at, T)
            strength = np.where(np.arange(T) < at, 1.0, 0.2)[:, None]  # future steps are pale
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
                    box.set(text=f"h{subscript(first + i + 1)}", x=centres[i])
                    box.get_bbox_patch().set(
                        facecolor="#FFD9A8" if i == here else "#E8F1F8" if i < here else "#F4F4F4",
                        edgecolor=BLUE if i <= here else "#C8CCD1",
                    )
                    word.set(text=drawable(short(words_read[first + i], 11)), x=centres[i])
                    word.set_color("black" if i <= here else "#9AA0A6")
            saturated = np.mean(np.abs(h[:at]) > 0.95)
            return (
                f"Step {at} of {T}, after “{short(words_read[at - 1])}”: P(positive) = {positive[at - 1]:.2f}; "
                f"{saturated:.0%} of the numbers in the states so far are saturated (beyond ±0.95). The same "
                f"{len(vocabulary)} x {H} + {H} x {H} weights served every step.{unknown_words(words_read, vocabulary)}"
            )

        return update

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
            T=slider("Sequence length T", 1, MOST_TOKENS, 6),
            at=slider("Step shown t", 1, 6, 6, play=True, up_to="T"),
            w_xh=slider("Input weights times", 0.0, 4.0, 1.0, 0.125),
            w_hh=slider("Recurrent weights times", 0.0, 4.0, 1.0, 0.125),
        ),
    )


def influence():
    """Lesson 4: show how strongly the last state of the paper-sized network depends on each earlier input."""

    def draw(fig):
        ax = fig.subplots()
        ax.set(xlim=(50, -1), ylim=(1e-20, 1e15), yscale="log")
        ax.set(xlabel="steps before the last (newest at the right)", ylabel="size of dh_T / dx_t")
        ax.set_title("How much the last state would move if an earlier input did")
        (line,) = ax.plot([], [], "o-", color=BLUE, markersize=4, animated=True)
        verdict = ax.text(0.02, 0.93, "", transform=ax.transAxes, fontsize=12, animated=True)

        def update(T, w_hh, size):
            sizes = memory.influence_by_step(T, w_hh, size)
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
                f"The newest input has influence {sizes[-1]:.3g}, the oldest, {plural(T - 1, 'step')} back, {sizes[0]:.3g}: "
                f"it weighs {'less' if fades else 'more'} than the newest; the largest of all stands "
                f"{plural(int(age[sizes.argmax()]), 'step')} back."
            )

        return update

    return predict(
        "You multiply the recurrent weights by 2 and leave the inputs as they are. What about the oldest of the 30 words?",
        ["it weighs more than the newest", "it still weighs less"],
        answer="it still weighs less",
        why="The states are large, and where tanh is flatter it damps what passes. (The word before the newest weighs a little more.) Now set “Size of inputs and bias” to 0.125 as well.",
        then=explore(
            draw,
            "A curve on a log scale: the size of the derivative of the last state with respect to each input, newest right.",
            T=slider("Sequence length T", 1, 50, 30),
            w_hh=slider("Recurrent weights times", 0.0, 4.0, 1.0, 0.125),
            size=slider("Size of inputs and bias", 0.0, 1.0, 1.0, 0.125),
        ),
    )
