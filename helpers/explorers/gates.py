"""The explorers of lesson 9: how a forget gate's bias changes a memory, and the gates of a trained LSTM."""

import numpy as np

from helpers import losses
from helpers.data import last_capital as task
from helpers.explorers.shared import LINE, left_out, plural
from helpers.figures import BLUE, GREY, ORANGE, STATE_COLOURS
from helpers.widgets.explorer import explore, slider
from helpers.widgets.explorer import text as text_box
from helpers.widgets.prediction import predict

STEPS = 100
NUMBER = 0.8
MOST_LETTERS = 100
FAR = 3.0
"""A cell state this far from 0 has the darkest colour."""


def half_life(b_f):
    """Return the steps after which a memory with forget gate f = sigmoid(b_f) is halved: f^n = 1/2, n = ln 2 / -ln f."""
    return float(np.log(2) / np.log1p(np.exp(-b_f)))


def forget_gate():
    """Lesson 9: one memory cell for 100 steps, gate biases on sliders; show what is left of a number and what noise came in."""
    marks = np.eye(STEPS)[0]
    noise = 0.5 * np.random.default_rng(8).uniform(-1, 1, STEPS) * (1 - marks)

    def memory(f, i, g):
        c, kept = 0.0, np.empty(STEPS)
        for t in range(STEPS):
            c = f * c + i[t] * g[t]
            kept[t] = c
        return kept

    def draw(fig):
        fig.set_size_inches(7.2, 3.8)
        gate, ax = fig.subplots(2, 1, height_ratios=[1, 3.2], sharex=True)
        gate.set(ylim=(-0.15, 1.15), yticks=[0, 1], ylabel="input\ngate")
        gate.set_title("One memory cell for 100 steps: c = f c + i g")
        ax.set(xlim=(0, STEPS + 1), ylim=(-2.2, 1.6), xlabel="step", ylabel="cell state c")
        ax.axhline(NUMBER, color=GREY, linestyle=":")
        ax.axhline(0, color=GREY, linewidth=0.8)
        ax.text(STEPS + 1, NUMBER + 0.08, f"the number to keep, {NUMBER}", color=GREY, ha="right", fontsize=10)
        looks = (dict(color=BLUE, linewidth=3), dict(color=ORANGE, linewidth=1.4))
        labels = "left of the number", "c, with the noise that came in after it"
        for look, label in zip(looks, labels, strict=True):
            ax.plot([], [], label=label, **look)
        fig.legend(loc="outside lower center", ncols=2, fontsize=10)
        step = np.arange(1, STEPS + 1)
        (opened,) = gate.plot([], [], ".-", color=GREY, markersize=4, animated=True)
        (share,), (state,) = (ax.plot([], [], **look, **LINE) for look in looks)
        (half,) = ax.plot([], [], "--", color="black", linewidth=1.2, animated=True)
        note = ax.text(0, 1.3, "", fontsize=10.5, animated=True)

        def update(b_f, b_i, w_i):
            f = 1 / (1 + np.exp(-b_f))
            i = 1 / (1 + np.exp(-(b_i + w_i * marks)))
            alone = memory(f, i, NUMBER * marks)
            c = memory(f, i, NUMBER * marks + noise)
            opened.set_data(step, i)
            share.set_data(step, alone)
            state.set_data(step, c)
            n = half_life(b_f)
            half.set_data([1 + n] * 2, [-2.2, 1.6])
            steps = f"{f'{n:,.0f}' if n > 100 else f'{n:.3g}'} step{'' if n == 1 else 's'}"
            note.set(text=f"half-life {steps}", x=min(2 + n, 70))
            off = abs(c[-1] - NUMBER)
            if off < 0.1:
                verdict = "kept"
            elif alone[-1] < 0.1:
                verdict = "lost"
            else:
                verdict = "noise has come in" if abs(c[-1] - alone[-1]) > 0.1 else "fading"
            return (
                f"Forget gate {f:.4f}: half-life {steps}. Input gate {i[0]:.3f} at the number, {i[1]:.3f} after it. "
                f"After {STEPS} steps {abs(alone[-1]):.2f} is left of the {NUMBER}, and c = {c[-1] + 0.0:.2f}: {verdict}."
            ).replace("-0.00", "0.00")

        return update

    return predict(
        "A forget gate is f = sigmoid(b). At b = 0 it halves the memory at every step. Which bias holds half of it for 300 steps?",
        ["about 6", "about 8", "about 15"],
        answer="about 6",
        why="Each unit of bias multiplies the half-life by about e: 103 steps at 5 become about 280 at 6. Set the forget bias "
        "to 6; then try to keep the noise out.",
        then=explore(
            draw,
            "Above, the input gate at each of 100 steps. Below, a cell state over these steps: the share of a number "
            "that came in at the first step, the state with noise that came in later, and a dashed line at the half-life.",
            b_f=slider("Forget gate's bias", -4.0, 12.0, 0.0, 0.25),
            b_i=slider("Input gate's bias", -8.0, 8.0, 0.0, 0.25),
            w_i=slider("Input weight on the mark", 0.0, 16.0, 0.0, 0.25),
        ),
    )


def last_capital(lstm):
    """Lesson 9: run a trained LSTM over typed letters; show forget gates, cell state and the answer after each letter.

    Args:
        lstm: `models.LSTMClassifier` trained on `helpers.data.last_capital.letter_rows`.
    """
    H = len(lstm.parameters["W_hh"])
    ids, lengths, _ = task.letter_rows(50, seed=2)
    forget = np.moveaxis(lstm.run(ids, lengths)[2], 2, 0)[1]
    at_capital = ids < task.CAPITALS
    # units that forget most at capitals come first
    order = np.argsort(forget[at_capital].mean(axis=0) - forget[~at_capital].mean(axis=0))

    def draw(fig):
        fig.set_size_inches(7.2, 3.9)
        row, kept, memory, answer = fig.subplots(4, 1, height_ratios=[0.35, 1.5, 1.5, 1], sharex=True)
        for ax in (row, kept, memory, answer):
            ax.set(xlim=(0, 1), xticks=[], yticks=[])
            ax.spines[:].set_visible(False)
        row.set(ylim=(0, 1))
        row.set_title("The row: capitals are to be kept, small letters are noise", fontsize=11)
        kept.set_title("Forget gate: dark keeps, pale drops", fontsize=11)
        memory.set_title("Cell state c: purple above 0, orange below, dark is far from 0", fontsize=11)
        answer.set_title("Answer after each letter: dark is probable; dots mark the last capital", fontsize=11)
        for ax in (kept, memory):
            ax.set_ylabel(f"{H} units", fontsize=10)
        answer.set(yticks=np.arange(4) + 0.5, yticklabels="DCBA", xlabel="time →")
        answer.tick_params(length=0)
        seen = dict(linestyle="", markeredgewidth=0, animated=True)
        shown = [
            row.plot([], [], marker=rf"$\mathrm{{{letter}}}$", markersize=size, color=colour, **seen)[0]
            for letter, size, colour in zip(
                task.LETTERS, [11] * 4 + [5, 7, 5, 7], ["black"] * 4 + [GREY] * 4, strict=True
            )
        ]
        show = dict(cmap="Purples", vmin=0, vmax=1, aspect="auto", interpolation="nearest", animated=True)
        forget_image = kept.imshow(np.zeros((H, 1)), extent=(0, 1, 0, 1), **show)
        signed = show | dict(cmap=STATE_COLOURS, vmin=-FAR, vmax=FAR)
        memory_image = memory.imshow(np.zeros((H, 1)), extent=(0, 1, 0, 1), **signed)
        answer_image = answer.imshow(np.zeros((4, 1)), extent=(0, 1, 0, 4), **show)
        (right,) = answer.plot([], [], ".", color=ORANGE, markersize=7, animated=True)
        for ax in (kept, memory):
            ax.set(ylim=(0, 1))
        answer.set(ylim=(0, 4))

        def update(typed, T, b_f):
            known = [letter for letter in typed if letter in task.LETTERS][:T]
            letters = known + ["abcd"[t % 4] for t in range(T - len(known))]
            ids = np.array([[task.LETTERS.index(letter) for letter in letters]])
            p = lstm.parameters
            bias = p["b_h"].copy()
            bias[H : 2 * H] += b_f
            h, c, gates = lstm.run(ids, b_h=bias)
            f = gates[0, :, 1]
            probabilities = losses.softmax(h[0] @ p["W_hy"] + p["b_y"])
            forget_image.set_data(f[:, order].T)
            memory_image.set_data(c[0][:, order].T)
            answer_image.set_data(probabilities.T)
            middle = (np.arange(T) + 0.5) / T
            for k, line in enumerate(shown):
                here = middle[ids[0] == k]
                line.set_data(here, np.full(len(here), 0.5))
                line.set_visible(T <= 60 or k < task.CAPITALS)
            places = np.flatnonzero(ids[0] < task.CAPITALS)
            if len(places):
                last = ids[0][places[np.searchsorted(places, np.arange(places[0], T), side="right") - 1]]
                right.set_data(middle[places[0] :], 3.5 - last)
            else:
                right.set_data([], [])
            best = probabilities[-1].argmax()
            ignored = left_out(typed, task.LETTERS, "the letters A to D and a to d")
            if not known:
                nothing = "None of its letters is typed" if ignored else "Nothing is typed yet"
                return (
                    f"{nothing}, so the row has only the letters that fill it: there was no capital to keep.{ignored}"
                )
            answer_now = (
                f"After {plural(T, 'letter')} the answer is {task.LETTERS[best]} ({probabilities[-1, best]:.2f})"
            )
            if not len(places):
                return f"{answer_now}; there was no capital to keep.{ignored}"
            small = ids[0] >= task.CAPITALS
            gate_means = f"Forget gates average {f[~small].mean():.2f} on capitals"
            if small.any():
                gate_means += f" and {f[small].mean():.2f} on small letters"
            verdict = "right" if best == ids[0, places[-1]] else "wrong"
            back = T - 1 - places[-1]
            return (
                f"{answer_now}; the last capital was {task.LETTERS[ids[0, places[-1]]]}, {plural(int(back), 'step')} back: "
                f"{verdict}. {gate_means}.{ignored}"
            )

        return update

    return predict(
        "The C is the last capital, and 22 small letters follow. In these 22 steps, what will the 12 numbers of the cell state do?",
        ["stay as they are", "fade towards 0", "move, and some change their sign"],
        answer="move, and some change their sign",
        why="Follow a row of the third strip from the C to the end. Then lower the forget bias and watch it fade, and lengthen the row.",
        then=explore(
            draw,
            "Four strips over time: a row of letters; heat maps of an LSTM's forget gates and cell states, one column per "
            "letter; and a heat map of its answer among A to D, with dots at the last capital.",
            typed=text_box("Letters A-D, a-d (filled to T)", "abAcdbaCdb"),
            T=slider("Length T", 1, MOST_LETTERS, 30),
            b_f=slider("Added to the forget bias", -4.0, 4.0, 0.0, 0.25),
        ),
    )
