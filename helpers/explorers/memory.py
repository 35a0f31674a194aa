"""The explorers of lesson 8: how far gradients reach, and how much of the past a state holds."""

import matplotlib
import numpy as np

from helpers import cells, memory
from helpers.explorers.shared import LINE, plural
from helpers.figures import BLUE, GREY, ORANGE, PURPLE, STATE_COLOURS
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
    """Lesson 8: compare the size of all dh_t/dh_s with the spectral radius and the largest singular value."""

    def draw(fig):
        fig.set_size_inches(7.2, 5.4)
        grid = fig.add_gridspec(2, 2, height_ratios=[1.15, 1], width_ratios=[1.35, 1])
        pairs, matrix = fig.add_subplot(grid[0, 0]), fig.add_subplot(grid[0, 1])
        curve = fig.add_subplot(grid[1, :])
        colours = matplotlib.colormaps[STATE_COLOURS].with_extremes(bad="#EEF0F2")
        pairs.set_title("|dh_t/dh_s|, all pairs of steps", fontsize=11)
        pairs.set(xlim=(0, 1), ylim=(1, 0), xticks=[], yticks=[])
        pairs.set_xlabel("to step t (T at the right)", fontsize=10)
        pairs.set_ylabel("from step s\n(0 at the top)", fontsize=10)
        on_pairs = {"extent": (0, 1, 1, 0), "aspect": "auto", "interpolation": "nearest", "animated": True}
        image = pairs.imshow(np.zeros((2, 2)), cmap=colours, vmin=-3, vmax=3, **on_pairs)
        bar = fig.colorbar(image, ax=pairs, ticks=[-3, 0, 3], fraction=0.05)
        bar.ax.set_yticklabels(["1/1000", "1", "1000"], fontsize=9)
        at_lag = {"dash_capstyle": "butt", "animated": True}
        # white and black, so that one is visible on dark and the other on light
        diagonals = [pairs.plot([], [], style, **at_lag)[0] for style in ("w-", "k--")]
        matrix.set_title(r"$dh_T/dh_{T-\mathrm{lag}}$, from -1 to 1", fontsize=11)
        matrix.set(xticks=[], yticks=[])
        matrix.set_xlabel("unit of $h_T$", fontsize=10)
        matrix.set_ylabel(r"unit of $h_{T-\mathrm{lag}}$", fontsize=10)
        product = matrix.imshow(np.eye(UNITS), cmap=STATE_COLOURS, vmin=-1, vmax=1, aspect="auto", animated=True)
        curve.set(xlim=(0, LONGEST), ylim=(1e-9, 1e9), yscale="log", yticks=[1e-6, 1e-3, 1, 1e3, 1e6])
        curve.set_xlabel("steps in between", fontsize=10)
        curve.set_ylabel("size of dh_T/dh_t", fontsize=10)
        curve.axhline(1, color=GREY, linewidth=0.8)
        (bound,) = curve.plot([], [], ":", color=ORANGE, label="largest singular value, to that power", animated=True)
        (radius,) = curve.plot([], [], "--", color=PURPLE, label="spectral radius, to that power", animated=True)
        (sizes,) = curve.plot([], [], ".-", color=BLUE, label="measured", animated=True)
        (here,) = curve.plot([], [], "o", color="black", markersize=8, markerfacecolor="none", animated=True)
        curve.legend(
            loc="lower left",
            bbox_to_anchor=(0, 1),
            fontsize=9,
            ncols=3,
            borderaxespad=0,
            columnspacing=1,
            handlelength=1.6,
        )

        def update(kind, w_hh, size, T, lag):
            W_hh, lag = w_hh * MATRICES[kind], min(lag, T)
            logs, products = sizes_of_all_pairs(W_hh, size, T)
            steps = np.arange(T + 1)
            sigma, rho = memory.largest_singular_value(W_hh), memory.spectral_radius(W_hh)
            image.set_data(logs)
            at = (steps[: T + 1 - lag] + 0.5) / (T + 1)
            for diagonal in diagonals:
                diagonal.set_data(at + lag / (T + 1), at)
            product.set_data(products[T - lag])
            measured = 10 ** logs[::-1, T]
            for line, powers in ((sizes, measured), (bound, sigma**steps), (radius, rho**steps)):
                line.set_data(steps[powers > 0], powers[powers > 0])
            here.set_data([lag], [max(measured[lag], 1e-300)])
            largest = int(measured.argmax())
            grown = "" if largest == 0 else f", with its largest, {measured[largest]:.3g}, at {plural(largest, 'step')}"
            return (
                f"Spectral radius {rho:.3g}, largest singular value {sigma:.3g}: they "
                f"{'agree' if abs(rho - sigma) < 0.005 else 'differ'}. Over {plural(lag, 'step')} dh_T/dh_t has size "
                f"{measured[lag]:.3g}, and cannot exceed {sigma:.3g}^{lag} = {sigma**lag:.3g}; over all {T} it has "
                f"{measured[T]:.3g}{grown}."
            )

        return update

    return predict(
        "The weights are random numbers with spectral radius 0.875, the states are zero. Can the gradient grow from one step to the next?",
        ["no, it shrinks to 0.875 at most", "yes, it can"],
        answer="yes, it can",
        why="One step can stretch it by the largest singular value, here 1.7. In the long run the spectral radius wins: compare the blue curve with both lines.",
        then=explore(
            draw,
            "Above, a triangular heat map of the size of dh_t/dh_s for all pairs of steps, and the matrix dh_T/dh_t at the chosen "
            "lag; below, its size against the steps in between, on a log scale, with the powers of the largest singular "
            "value and of the spectral radius.",
            kind=choice("Recurrent weights", MATRICES),
            w_hh=slider("times (= spectral radius)", 0.0, 2.0, 0.875, 0.0625),
            size=slider("Size of the inputs", 0.0, 1.0, 0.0, 0.125),
            T=slider("Sequence length T", 1, LONGEST, 30),
            lag=slider("Lag", 0, LONGEST, 10),
        ),
    )


def sizes_of_all_pairs(W_hh, size, T):
    """Return log10 of the largest singular value of dh_t/dh_s, 0 <= s <= t <= T; a tanh RNN reads random numbers.

    Args:
        W_hh: (8, 8) float64.
        size: factor on the inputs.
        T: steps, up to 40.

    Returns:
        logs: (T + 1, T + 1), rows from step s, columns to step t; NaN where t < s.
        products: (T + 1, 8, 8), dh_T/dh_t.
    """
    h = cells.rnn_forward(size * _INPUTS[:, :T], None, np.eye(UNITS), W_hh, np.zeros(UNITS))[0]
    J = memory.step_jacobians(h, W_hh)
    logs = np.full((T + 1, T + 1), np.nan)
    np.fill_diagonal(logs, 0)
    reached = np.broadcast_to(np.eye(UNITS), (T + 1, UNITS, UNITS))  # reached[s] is dh_{s+lag}/dh_s
    for lag in range(1, T + 1):
        reached = J[: T + 1 - lag] @ reached[1:]
        with np.errstate(divide="ignore"):  # with zero weights log10(0) = -inf is what we want to draw
            logs[np.arange(T + 1 - lag), np.arange(lag, T + 1)] = np.log10(np.linalg.norm(reached, 2, axis=(1, 2)))
    return logs, memory.jacobian_products(J)


def capacity():
    """Lesson 8: show how well a linear read-out recovers the input of k steps ago; compare the sum over k with H."""

    def draw(fig):
        by_lag, total = fig.subplots(1, 2, width_ratios=[3.2, 1])
        by_lag.set(xlim=(0, FURTHEST), ylim=(0, 1.05), xlabel="lag k", ylabel="share of the input of k steps ago, MC_k")
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
        why="One per unit, at most. With tanh 13.6 are left here; choose identity, and the bound is nearly reached.",
        then=explore(
            draw,
            "Left, how well a linear read-out gives back the input of k steps ago, against k, on seen and on unseen steps; right, "
            "the sums of both as bars, with a line at H, the number of units.",
            H=slider("Hidden units H", 2, 40, 20),
            kind=choice("Recurrent weights", ["orthogonal", "random"]),
            activation=choice("Activation", ["tanh", "identity"]),
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
