"""The explorers of lesson 8: how far gradients reach, and how much of the past a state holds."""

import numpy as np

from helpers import cells, memory
from helpers.explorers.shared import LINE, plural
from helpers.figures import BLUE, GREY, ORANGE, PURPLE
from helpers.widgets.explorer import choice, explore, slider
from helpers.widgets.prediction import predict

UNITS, LONGEST, FURTHEST = 8, 40, 80
MATRICES = {
    "random numbers": memory.recurrent_matrix("random", UNITS, 1, np.random.default_rng(2)),
    "orthogonal": memory.recurrent_matrix("orthogonal", UNITS, 1, np.random.default_rng(7)),
    "a chain: each unit also feeds the next": np.eye(UNITS) + 0.5 * np.eye(UNITS, k=1),
}
"""Recurrent matrices of spectral radius 1."""

_INPUTS = np.random.default_rng(8).normal(size=(1, LONGEST, UNITS))


def gradients():
    """Lesson 8: compare the size of dh_T/dh_t with the powers of the spectral radius and of the largest singular value."""
    steps = np.arange(LONGEST + 1)

    def draw(fig):
        fig.set_size_inches(7.2, 3.6)
        ax = fig.subplots()
        ax.set(xlim=(0, LONGEST), ylim=(1e-3, 1e3), yscale="log", xlabel="steps in between", ylabel="size of dh_T/dh_t")
        ax.axhline(1, color=GREY, linewidth=0.8)
        (bound,) = ax.plot([], [], ":", color=ORANGE, label="(singular value)^steps", animated=True)
        (radius,) = ax.plot([], [], "--", color=PURPLE, label="(spectral radius)^steps", animated=True)
        (measured,) = ax.plot([], [], ".-", color=BLUE, label="measured", animated=True)
        (top,) = ax.plot([], [], "o", color="black", markersize=9, markerfacecolor="none", animated=True)
        number = ax.text(0, 0, "", ha="center", va="bottom", fontsize=11, animated=True)
        place = dict(loc="lower left", bbox_to_anchor=(0, 1), borderaxespad=0)
        ax.legend(**place, fontsize=10, ncols=3, columnspacing=1, handlelength=1.6)

        def update(kind, w_hh, size):
            W_hh = w_hh * MATRICES[kind]
            sigma, rho = memory.largest_singular_value(W_hh), memory.spectral_radius(W_hh)
            sizes = sizes_back(W_hh, size)
            for line, powers in ((measured, sizes), (bound, sigma**steps), (radius, rho**steps)):
                line.set_data(steps[powers > 0], powers[powers > 0])
            largest = int(sizes.argmax())
            top.set_data([largest], [sizes[largest]])
            number.set(
                text=f"{sizes[largest]:.3g}", x=min(max(largest, 1), LONGEST - 3), y=min(1.5 * sizes[largest], 300)
            )
            grown = f", largest after {plural(largest, 'step')} with {sizes[largest]:.3g}" if largest else ""
            return (
                f"Largest singular value {sigma:.3g}, spectral radius {rho:.3g}. The size of dh_T/dh_t begins with 1, is "
                f"{sizes[1]:.3g} after one step{grown}, and {sizes[-1]:.2g} after {LONGEST}."
            )

        return update

    return predict(
        "The weights are random numbers with spectral radius 0.875, the states are zero. Can the gradient grow from one step to the next?",
        ["no, it shrinks to 0.875 at most", "yes, it can"],
        answer="yes, it can",
        why="The first step can stretch it by the largest singular value. The ring marks where it is largest. Follow the blue curve from there to the right.",
        then=explore(
            draw,
            "The size of dh_T/dh_t against the steps in between, on a log scale from 1/1000 to 1000, with the powers of the "
            "largest singular value and of the spectral radius, and a ring where it is largest.",
            kind=choice("Recurrent weights", MATRICES),
            w_hh=slider("times (= spectral radius)", 0.0, 2.0, 0.875, 0.0625),
            size=slider("Size of the inputs", 0.0, 1.0, 0.0, 0.125),
        ),
    )


def sizes_back(W_hh, size):
    """Return the largest singular value of dh_T/dh_t for 0, 1, ..., 40 steps between t and T; a tanh RNN reads random numbers.

    Args:
        W_hh: (8, 8) float64.
        size: factor on the inputs.

    Returns:
        (41,) float64.
    """
    h = cells.rnn_forward(size * _INPUTS, None, np.eye(UNITS), W_hh, np.zeros(UNITS))[0]
    products = memory.jacobian_products(memory.step_jacobians(h, W_hh))
    return np.linalg.norm(products, 2, axis=(1, 2))[::-1]


def capacity():
    """Lesson 8: show how well a linear read-out recovers the input of k steps ago; compare the sum over k with H."""

    def draw(fig):
        by_lag, total = fig.subplots(1, 2, width_ratios=[3.2, 1])
        fig.set_size_inches(7.2, 3.8)
        by_lag.set(xlim=(0, FURTHEST), ylim=(0, 1.05), xlabel="lag k", ylabel="MC_k")
        by_lag.set_title("What the read-out gives back", fontsize=11)
        (seen,) = by_lag.plot([], [], "--", color=ORANGE, label="on the steps it was fitted to", animated=True)
        (unseen,) = by_lag.plot([], [], color=BLUE, linewidth=2, label="on steps it has not seen", animated=True)
        by_lag.legend(loc="upper right", fontsize=10)
        total.set(xlim=(-0.6, 1.6), ylim=(0, 50), ylabel="sum over all lags")
        total.set_xticks([0, 1], ["unseen", "fitted"])
        total.set_title("Capacity", fontsize=11)
        bars = [total.plot([i, i], [0, 0], color=c, linewidth=30, **LINE)[0] for i, c in enumerate((BLUE, ORANGE))]
        (bound,) = total.plot([], [], color="black", animated=True)
        note = total.text(-0.55, 0, "", ha="left", va="bottom", fontsize=10, animated=True)

        def update(H, kind, activation, scale, size):
            bound.set_data([-0.6, 1.6], [H, H])
            note.set(text=f"H = {H}", y=H + 0.5)
            if activation == "identity" and scale >= 1:
                for line in (seen, unseen, *bars):
                    line.set_data([], [])
                return f"Without tanh and with spectral radius {scale:g} the state grows without bounds: there is no capacity to measure."
            found = capacity_of(H, kind, activation, scale, size)
            lags = np.arange(1, FURTHEST + 1)
            seen.set_data(lags, found.in_sample)
            unseen.set_data(lags, found.held_out)
            sums = found.held_out.sum(), found.in_sample.sum()
            for place, (line, height) in enumerate(zip(bars, sums, strict=True)):
                line.set_data([place, place], [0, height])
            half = int((found.held_out < 0.5).argmax())
            return (
                f"{H} units hold {sums[0]:.1f} inputs, measured on steps the read-out has not seen; on the steps it was fitted "
                f"to it seems to be {sums[1]:.1f}{', more than the bound of ' + str(H) if sums[1] > H else ''}. At least half of the "
                f"input is given back up to lag {half}."
            )

        return update

    return predict(
        "20 units read independent numbers. For how many past inputs together can a linear read-out account, with the best of weights?",
        ["about 5", "about 20", "without limit"],
        answer="about 20",
        why="One per unit, at most. Here, without tanh, the bound is nearly reached. Choose tanh: what does it cost?",
        then=explore(
            draw,
            "Left, how well a linear read-out gives back the input of k steps ago, against k, on seen and on unseen steps; right, "
            "the sums of both as bars, with a line at H, the number of units.",
            H=slider("Hidden units H", 2, 40, 20),
            kind=choice("Recurrent weights", ["orthogonal", "random"]),
            activation=choice("Activation", ["tanh", "identity"], "identity"),
            scale=slider("Spectral radius", 0.0, 2.0, 0.9375, 0.0625),
            size=slider("Size of the inputs", 0.0, 1.0, 0.5, 0.125),
        ),
    )


def capacity_of(H, kind, activation, scale, size):
    """Return `memory.memory_capacity` of a random network up to lag 80, fitted on 500 steps and tested on 1,000."""
    rng = np.random.default_rng(0)
    W_hh = memory.recurrent_matrix(kind, H, scale, rng)
    W_xh = size * rng.uniform(-1, 1, (1, H))
    return memory.memory_capacity(W_hh, W_xh, activation=activation, lags=FURTHEST, fitted=500, tested=1000)
