"""The explorers of lesson 11: an eigenvalue as a memory, and how many pairs a matrix holds."""

import numpy as np

from helpers import matrix_memory, scans
from helpers.explorers.shared import plural
from helpers.figures import BLUE, GREY, ORANGE
from helpers.widgets.explorer import buttons, explore, slider
from helpers.widgets.prediction import predict

STEPS = 100
EVERY = 8
ONE_TAP, TAPS = "one tap", f"a tap every {EVERY} steps"
CODES = 64
RULES = {"sum": "sum", "delta rule": "delta", "keep everything": None}


def half_life(radius):
    """Return the steps after which |lambda|^n has fallen to 1/2: n = ln 2 / -ln |lambda|; infinity from radius 1 on."""
    return float(np.log(2) / -np.log(radius)) if radius < 1 else np.inf


def eigenvalue_memory():
    """Lesson 11: one eigenvalue as a memory; its radius and angle on sliders, its answer to taps over 100 steps."""
    taps = {ONE_TAP: np.eye(STEPS)[0], TAPS: (np.arange(STEPS) % EVERY == 0).astype(float)}

    def draw(fig):
        fig.set_size_inches(7.2, 3.6)
        plane, ax = fig.subplots(1, 2, width_ratios=[1, 1.9])
        turn = np.linspace(0, 2 * np.pi, 200)
        plane.plot(np.cos(turn), np.sin(turn), color=GREY)
        plane.plot([-1.15, 1.15], [0, 0], color=GREY, linewidth=0.7)
        plane.set(xlim=(-1.2, 1.2), ylim=(-1.2, 1.2), aspect="equal", xticks=[-1, 0, 1], yticks=[-1, 0, 1])
        plane.set_title("λ and its mirror image")
        plane.set_xlabel("radius 1 keeps for ever")
        ax.set(
            xlim=(-1, STEPS),
            xlabel="step (heights beyond ±1 are compressed)",
            ylim=(-10, 10),
            yscale="symlog",
            yticks=[-10, -1, 0, 1, 10],
        )
        ax.set_yticklabels(["-10", "-1", "0", "1", "10"])
        ax.axhline(0, color=GREY, linewidth=0.7)
        ax.set_title("State (real part) after each step; bars: taps")
        (points,) = plane.plot([], [], "o", color=ORANGE, markersize=11, animated=True)
        (line,) = ax.plot([], [], ".-", color=BLUE, markersize=5, animated=True)
        (tapped,) = ax.plot([], [], "|", color=ORANGE, markersize=16, markeredgewidth=2.5, animated=True)

        def update(radius, angle, given):
            factor = radius * np.exp(1j * np.deg2rad(angle))
            b = taps[given]
            a = np.full((1, STEPS, 1), factor)
            h = scans.doubling(a, b[None, :, None].astype(complex))[0, :, 0].real
            points.set_data([factor.real] * 2, [factor.imag, -factor.imag])
            line.set_data(np.arange(STEPS), h.clip(-10, 10))
            tapped.set_data(np.flatnonzero(b), np.full(int(b.sum()), -7.0))
            half = half_life(radius)
            if radius > 1:
                kept = f"It grows: {radius**STEPS:.1f} times after {STEPS} steps"
            elif radius == 1:
                kept = "Nothing is lost"
            else:
                kept = f"Half is left after {half:.1f} steps"
            if angle == 0:
                turning = "it does not turn"
            elif angle == 180:
                turning = "it changes its sign at every step, which is what parity needs"
            else:
                turning = f"a full turn takes {360 / angle:.1f} steps"
            largest = np.abs(h).max()
            return (
                f"{kept}; {turning}. {plural(int(b.sum()), 'tap')}: the state is at most "
                f"{f'{largest:.1f}' if largest <= 10 else 'far over 10'} in size, and {h[-1] + 0.0:.2f} at the end."
            ).replace("-0.00", "0.00")

        return update

    return predict(
        "λ = 0.9 keeps half of a tap for 6.6 steps. Which λ keeps half of it for 100 steps?",
        ["0.95", "0.993", "0.9999"],
        answer="0.993",
        why="The half-life is ln 2 / -ln λ, near 1 about 0.69 / (1 - λ). Set the radius to 0.993. Then give a tap every "
        "8 steps, and compare the angles 24 and 45.",
        then=explore(
            draw,
            "Left, the unit circle with an eigenvalue and its mirror image. Right, the real part of a state that is "
            "multiplied by the eigenvalue at each of 100 steps, with taps coming in.",
            given=buttons("Input", [ONE_TAP, TAPS]),
            radius=slider("Radius |λ|", 0.5, 1.02, 0.9, 0.001),
            angle=slider("Angle (degrees)", 0, 180, 0, 3),
        ),
    )


def random_pairs(D, pairs, twice=False, seed=0):
    """Return random keys and values, and which of CODES value codes each pair has.

    Args:
        D: numbers in a key and in a value; signs divided by sqrt(D), so that every key has length 1.
        pairs: how many keys.
        twice: write every key twice, each time with another value; only the newest counts.
        seed: of the generator.

    Returns:
        keys (T, D), values (T, D) in the order of writing; codes (CODES, D); newest (pairs,), the place of each key's
        last pair; right (pairs,), the code of that value.
    """
    rng = np.random.default_rng(seed)

    def signs(count):
        return rng.choice([-1.0, 1.0], size=(count, D)) / np.sqrt(D)

    keys, codes = signs(pairs), signs(CODES)
    order = np.concatenate([rng.permutation(pairs) for _ in range(1 + twice)])
    said = rng.integers(CODES, size=len(order))
    newest = np.array([np.flatnonzero(order == key)[-1] for key in range(pairs)])
    return keys[order], codes[said], codes, newest, said[newest]


def read_right(keys, values, codes, newest, right, rule):
    """Return the last matrix (None if all pairs are kept) and whether each key reads its newest value's code.

    Of codes that fit equally well the first counts, so the last bits of a sum decide nothing.
    """
    if rule is None:  # softmax, sharp enough to tell any two keys apart; equal keys have equal weights
        state = None
        read = matrix_memory.read_softmax(keys[newest], keys, values, sharpness=keys.shape[1] * len(keys))
    else:
        state = matrix_memory.write(keys, values, rule)[-1]
        read = keys[newest] @ state
    fits = read @ codes.T
    return state, (fits > fits.max(axis=1, keepdims=True) - 1e-9).argmax(axis=1) == right


def matrix_state():
    """Lesson 11: write random pairs into a matrix by two rules, or keep them all, and see which are read back right."""

    def draw(fig):
        fig.set_size_inches(7.2, 3.4)
        heat, dots = fig.subplots(1, 2, width_ratios=[1, 1.6])
        heat.set(xticks=[], yticks=[], xlim=(0, 1), ylim=(0, 1), aspect="equal")
        heat.set_title("The state S")
        heat.set_xlabel("purple above 0, orange below")
        heat.spines[:].set_visible(False)
        dots.set(xlim=(-0.7, 7.7), ylim=(8.2, -0.7), xticks=[], yticks=[])
        dots.spines[:].set_visible(False)
        dots.set_title("Each pair: filled if it is read back right")
        image = heat.imshow(
            np.zeros((1, 1)),
            cmap="PuOr",
            vmin=-0.6,
            vmax=0.6,
            extent=(0, 1, 0, 1),
            interpolation="nearest",
            animated=True,
        )
        growing = heat.text(0.5, 0.5, "", ha="center", va="center", fontsize=11, animated=True)
        (good,) = dots.plot([], [], "o", color=BLUE, markersize=13, animated=True)
        (bad,) = dots.plot(
            [],
            [],
            "o",
            markerfacecolor="white",
            markeredgecolor=ORANGE,
            markeredgewidth=2,
            markersize=12,
            animated=True,
        )

        def update(rule, written, D, pairs):
            D = 2**D
            drawn = random_pairs(D, pairs, written == "twice")
            state, hit = read_right(*drawn, RULES[rule])
            image.set_data(np.zeros((1, 1)) if state is None else state)
            places = np.arange(pairs)
            for artist, chosen in ((good, hit), (bad, ~hit)):
                artist.set_data(places[chosen] % 8, places[chosen] // 8)
            kept = 2 * D * len(drawn[0])
            growing.set_text(f"no matrix: {len(drawn[0])} keys\nand values are kept" if state is None else "")
            size = f"keeping everything takes {kept:,} numbers" if state is None else f"{D} x {D} = {D * D:,} numbers"
            return f"{size.capitalize()}, {plural(pairs, 'key')} written {written}: {hit.sum()} of {pairs} read back right."

        return update

    return predict(
        "A sum of 16 by 16 numbers reads 8 random pairs back without many mistakes. How many of 32?",
        ["nearly all", "about half", "hardly any"],
        answer="about half",
        why="Keys that are not at right angles answer for each other, and the more pairs, the louder they are together. "
        "Now write each key twice and compare the sum with the delta rule; then keep everything.",
        then=explore(
            draw,
            "Left, a matrix as coloured cells. Right, a dot for each pair, filled if its value is read back right.",
            rule=buttons("Rule", list(RULES)),
            written=buttons("Each key is written", ["once", "twice"]),
            D=slider("Numbers in a key: 2 to the power", 4, 6, 4),
            pairs=slider("Pairs", 1, CODES, 16),
        ),
    )
