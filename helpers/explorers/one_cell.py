"""The explorer of lesson 3: one hidden unit."""

import numpy as np

from helpers import cells
from helpers.explorers.shared import LINE
from helpers.figures import BLUE, GREEN, GREY, ORANGE, PURPLE
from helpers.widgets.explorer import explore, slider
from helpers.widgets.prediction import predict


def one_unit():
    """Lesson 3: a single hidden unit with its five numbers on sliders, and its point on the tanh curve."""

    def draw(fig):
        terms, curve = fig.subplots(1, 2, width_ratios=[1, 1.25])
        terms.set(xlim=(-8.2, 8.2), ylim=(3.6, -0.6), yticks=range(4), xlabel="adds up to z")
        terms.set_yticklabels(["x · w_xh", "h_prev · w_hh", "b", "z"])
        terms.set_title("What goes in")
        terms.axvline(0, color=GREY, linewidth=0.8)
        bars = [
            terms.plot([0, 0], [i, i], color=c, linewidth=22, **LINE)[0]
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
            "its tangent.",
            x=slider("Input x", -2.0, 2.0, 1.0, 0.25),
            h_prev=slider("Previous state h_prev", -1.0, 1.0, 0.5, 0.25),
            w_xh=slider("Input weight w_xh", -2.0, 2.0, 0.75, 0.25),
            w_hh=slider("Recurrent weight w_hh", -2.0, 2.0, 0.5, 0.25),
            b=slider("Bias b", -2.0, 2.0, 0.0, 0.25),
        ),
    )
