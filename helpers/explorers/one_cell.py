"""The explorers of lesson 3: one hidden unit, and the state of two units as a point in a plane."""

import numpy as np

from helpers import cells, toy
from helpers.explorers.shared import LINE, plural
from helpers.figures import BLUE, GREY, ORANGE, PURPLE, subscript
from helpers.widgets.explorer import buttons, explore, slider
from helpers.widgets.prediction import predict


def one_unit():
    """Lesson 3: a single hidden unit with its five numbers on sliders, and its point on the tanh curve."""

    def draw(fig):
        fig.set_size_inches(7.2, 3.3)
        terms, curve = fig.subplots(1, 2, width_ratios=[1, 1.25])
        terms.set(xlim=(-8.2, 8.2), ylim=(3.6, -0.6), yticks=range(4), xlabel="adds up to z")
        terms.set_yticklabels(["x · w_xh", "h_prev · w_hh", "b", "z"])
        terms.set_title("What goes in")
        terms.axvline(0, color=GREY, linewidth=0.8)
        bars = [
            terms.plot([0, 0], [i, i], color=c, linewidth=22, **LINE)[0]
            for i, c in enumerate((ORANGE, BLUE, GREY, "black"))
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
        (point,) = curve.plot([], [], "o", color=BLUE, markersize=12, animated=True)

        def update(x, h_prev, w_xh, w_hh, b):
            sizes = [x * w_xh, h_prev * w_hh, b]
            total = sum(sizes)
            h = cells.rnn_step(*(np.array([[v]]) for v in (x, h_prev, w_xh, w_hh)), np.array([b]))[0, 0]
            for bar, number, size in zip(bars, numbers, [*sizes, total], strict=True):
                bar.set_xdata([0, size])
                sign, inside = (1 if size >= 0 else -1), abs(size) > 6
                number.set(text=f"{size:.2f}", x=size + sign * (-0.3 if inside else 0.3))
                number.set(ha="left" if (sign > 0) != inside else "right", color="white" if inside else "black")
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
            "its tangent.",
            x=slider("Input x", -2.0, 2.0, 1.0, 0.25),
            h_prev=slider("Previous state h_prev", -1.0, 1.0, 0.5, 0.25),
            w_xh=slider("Input weight w_xh", -2.0, 2.0, 0.75, 0.25),
            w_hh=slider("Recurrent weight w_hh", -2.0, 2.0, 0.5, 0.25),
            b=slider("Bias b", -2.0, 2.0, 0.0, 0.25),
        ),
    )


STARTS = {"none": None, "(1, 1)": (1, 1), "(-1, 1)": (-1, 1), "(-1, -1)": (-1, -1)}
MOST_STEPS = 12


def state_plane():
    """Lesson 3: let the paper-sized network read three words of your choice; its state walks in a plane."""

    def draw(fig):
        fig.set_size_inches(7.2, 3.3)
        plane, table = fig.subplots(1, 2, width_ratios=[1, 1.05])
        plane.set(xlim=(-1.08, 1.08), ylim=(-1.08, 1.08), aspect="equal", xlabel="unit 1", ylabel="unit 2")
        plane.set(xticks=[-1, 0, 1], yticks=[-1, 0, 1])
        plane.axhline(0, color="#D5D9DE", linewidth=1, zorder=0)
        plane.axvline(0, color="#D5D9DE", linewidth=1, zorder=0)
        plane.plot([-1, 1, 1, -1, -1], [-1, -1, 1, 1, -1], color="#D5D9DE", linewidth=1, zorder=0)
        plane.set_title("The state after each word, a point")
        table.set(xlim=(0, 1), ylim=(0, 1))
        table.axis("off")
        paths = [
            plane.plot([], [], marker, color=colour, linestyle=style, markersize=9, fillstyle=fill, animated=True)[0]
            for marker, colour, style, fill in (("s", ORANGE, "--", "none"), ("o", BLUE, "-", "full"))
        ]
        grid = np.zeros(MOST_STEPS)
        heads = plane.quiver(
            *[grid] * 4, color=BLUE, angles="xy", scale_units="xy", scale=1, width=0.012, headwidth=5, animated=True
        )
        (now,) = plane.plot([], [], "o", color="black", markersize=15, fillstyle="none", linestyle="", animated=True)
        names = [plane.text(0, 0, "", fontsize=10, color=BLUE, animated=True) for _ in range(4)]
        says = dict(va="top", fontsize=10.5, linespacing=1.35, animated=True)
        columns = [
            table.text(x, 1, "", color=colour, **says) for x, colour in ((0, "black"), (0.3, BLUE), (0.74, ORANGE))
        ]

        def update(first, second, third, start, steps):
            words = [(first, second, third)[t % 3] for t in range(MOST_STEPS)]
            h_0s = np.array([h for h in ((0, 0), STARTS[start]) if h is not None], dtype=float)
            ids = np.array([[toy.WORDS.index(word) for word in words]] * len(h_0s))
            h = cells.rnn_forward(ids, h_0s, toy.W_xh, toy.W_hh, toy.b_h)
            h = np.concatenate([h_0s[:, None], h], axis=1)[:, : steps + 1]  # (1 or 2, steps + 1, 2)
            for path, states in zip(paths[::-1], (*h, np.empty((0, 2))), strict=False):
                path.set_data(states.T)
            way = np.zeros((MOST_STEPS, 2))
            way[:steps] = 0.6 * np.diff(h[0], axis=0)
            heads.set_offsets(h[0, np.minimum(np.arange(MOST_STEPS), steps)])
            heads.set_UVC(*way.T)
            for t, name in enumerate(names):
                name.set_visible(t <= steps)
                x, y = h[0, min(t, steps)]
                name.set(
                    text=f"h{subscript(t)}",
                    position=(x + (0.06, 0.06, -0.2, 0.06)[t], y + (0.06, 0.06, -0.06, 0.06)[t]),
                )
            now.set_data(h[:, -1].T)
            last = max(0, steps - 8)
            rows = range(last, steps + 1)
            columns[0].set_text("\n".join(["read", *(words[t - 1] if t else "(start)" for t in rows)]))
            columns[1].set_text("\n".join(["state", *(_point(h[0, t]) for t in rows)]))
            apart = np.linalg.norm(h[-1] - h[0], axis=1)
            two = len(h) == 2
            columns[2].set_text("\n".join(["apart", *(f"{apart[t]:.3f}" for t in rows)]) if two else "")
            read = f"After “{' '.join(words[:steps])}”" if 0 < steps <= 3 else f"After {plural(steps, 'word')}"
            alone = f"{read} the state is {_point(h[0, -1])}."
            if not two:
                return alone
            return f"{alone} From the start {start} it is {_point(h[1, -1])}; the two are {apart[-1]:.3f} apart."

        return update

    return predict(
        "You change one word of “food was nice” into another of the three. Which change moves the last state, h₃, most?",
        ["of the first word", "of the second word", "of the third word"],
        answer="of the third word",
        why="It moves by 0.86 or more; changing the second word moves it by at most 0.49, the first by at most 0.26. Press the buttons and see. Lesson 4 asks whether it is always so.",
        then=explore(
            draw,
            "Left, a square with unit 1 to the right and unit 2 upwards, each from -1 to 1, and the path of the state from "
            "its start through a point for each word; right, the numbers.",
            first=buttons("Word 1", toy.WORDS, "food"),
            second=buttons("Word 2", toy.WORDS, "was"),
            third=buttons("Word 3", toy.WORDS, "nice"),
            start=buttons("A second start", list(STARTS)),
            steps=slider("Words read (again and again)", 0, MOST_STEPS, 3, play=True),
        ),
    )


def _point(state):
    return f"({state[0]:.3f}, {state[1]:.3f})"
