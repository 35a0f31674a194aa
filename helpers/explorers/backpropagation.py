"""The explorers of lesson 5: the backward pass through the unrolled chain, and what truncating it costs."""

import numpy as np

from helpers import cells, losses, memory, toy
from helpers.explorers.shared import plural
from helpers.figures import BLUE, GREY, ORANGE, PURPLE, subscript
from helpers.widgets.explorer import buttons, choice, explore, slider
from helpers.widgets.prediction import predict

WEIGHTS = {
    "W_xh": ["food,1", "food,2", "was,1", "was,2", "nice,1", "nice,2"],
    "W_hh": ["1,1", "1,2", "2,1", "2,2"],
    "b_h": ["1", "2"],
    "W_hy": ["1,not yet", "1,positive", "2,not yet", "2,positive"],
    "b_y": ["not yet", "positive"],
}
"""The paper-sized network's weights: matrix -> its entries as "row,column"."""

ALL, LAST = "all three, their mean", "the last one alone"


def way_back(w_hh=1.0, last_only=False):
    """Run the paper-sized network forward and backward and return every intermediate value.

    Args:
        w_hh: factor on the recurrent weights.
        last_only: count only the loss of the last step instead of the mean over all three.

    Returns:
        dict: h, dh_out, dh_later, dz (3, 2), L (3,), the loss of each step; and shares, matrix -> (3, entries): what each
        step adds to the gradient of the matrix. The sum over the steps is the gradient.
    """
    T, W_hh = 3, w_hh * toy.W_hh
    h = cells.rnn_forward(toy.x, None, toy.W_xh, W_hh, toy.b_h)
    logits = h @ toy.W_hy + toy.b_y
    mask = np.array([[not last_only, not last_only, True]])
    _, dlogits = losses.cross_entropy(logits, toy.labels, mask)
    step_losses = -np.log(losses.softmax(logits)[0, range(T), toy.labels[0]])
    dlogits, h, x = dlogits[0], h[0], toy.x[0]
    dh_out = dlogits @ toy.W_hy.T
    dh_later, dz = np.zeros((T, 2)), np.zeros((T, 2))
    for t in reversed(range(T)):
        if t + 1 < T:
            dh_later[t] = dz[t + 1] @ W_hh.T
        dz[t] = (dh_out[t] + dh_later[t]) * (1 - h[t] ** 2)
    h_before = np.concatenate([np.zeros((1, 2)), h[:-1]])
    shares = {
        "W_xh": x[:, :, None] * dz[:, None],
        "W_hh": h_before[:, :, None] * dz[:, None],
        "b_h": dz,
        "W_hy": h[:, :, None] * dlogits[:, None],
        "b_y": dlogits,
    }
    shares = {name: share.reshape(T, -1) for name, share in shares.items()}
    return dict(h=h, L=step_losses, dh_out=dh_out, dh_later=dh_later, dz=dz, shares=shares)


def backward_steps():
    """Lesson 5: show a step's forward and backward values in the paper-sized network, and its share of each gradient."""
    names = [f"{name}[{entry}]" for name, entries in WEIGHTS.items() for entry in entries]
    starts = np.cumsum([0, *(len(entries) + 1 for entries in WEIGHTS.values())])
    places = np.concatenate(
        [start + np.arange(len(entries)) for start, entries in zip(starts, WEIGHTS.values(), strict=False)]
    )
    steps = [f"t = {t}: {word}" for t, word in enumerate(toy.WORDS, start=1)]

    def draw(fig):
        fig.set_size_inches(7.2, 5.0)
        chain, bars = fig.subplots(2, 1, height_ratios=[1.25, 1])
        chain.set(xlim=(0, 3), ylim=(0, 1), xticks=[], yticks=[])
        chain.spines[:].set_visible(False)
        chain.set_title("Forward along the top, the error back along the bottom", fontsize=11)
        for t, word in enumerate(toy.WORDS):
            chain.text(t + 0.5, 0.03, f"“{word}”", ha="center", fontsize=11)
        for t in range(2):
            arrow = dict(xytext=(t + 0.86, 0.68), arrowprops={"arrowstyle": "->", "color": BLUE, "lw": 2})
            chain.annotate("", (t + 1.14, 0.68), **arrow)
            arrow = dict(xytext=(t + 1.14, 0.34), arrowprops={"arrowstyle": "->", "color": ORANGE, "lw": 2, "ls": "--"})
            chain.annotate("", (t + 0.86, 0.34), **arrow)
        chain.text(0.0, 0.68, "state", fontsize=10, color=BLUE, ha="right", va="center")
        chain.text(0.0, 0.34, "error", fontsize=10, color=ORANGE, ha="right", va="center")
        label = {"ha": "center", "va": "center", "animated": True}
        plate = {"boxstyle": "round,pad=0.35"}
        losses_ = [chain.text(t + 0.5, 0.93, "", fontsize=10, **label) for t in range(3)]
        states = [chain.text(t + 0.5, 0.68, "", fontsize=10, bbox=plate, **label) for t in range(3)]
        errors = [chain.text(t + 0.5, 0.34, "", fontsize=10, bbox=plate, **label) for t in range(3)]
        bars.set(xlim=(-0.8, places[-1] + 0.8), ylim=(-0.65, 0.55), yticks=[-0.5, -0.25, 0, 0.25])
        bars.set_xticks(places, [entry for entries in WEIGHTS.values() for entry in entries], rotation=90, fontsize=8)
        bars.tick_params(axis="x", length=0)
        bars.axhline(0, color=GREY, linewidth=0.8)
        for start, (name, entries) in zip(starts, WEIGHTS.items(), strict=False):
            bars.text(start + (len(entries) - 1) / 2, 0.44, name, ha="center", fontsize=10)
        for start in starts[1:-1]:
            bars.axvline(start - 1, color="#D5D9DE", linewidth=0.8)
        bars.set_title("Each weight's gradient: grey the whole, orange what the chosen step adds", fontsize=11)
        whole = bars.vlines(places, 0, 0, color="#C3C8CE", linewidth=13, animated=True)
        share = bars.vlines(places, 0, 0, color=ORANGE, linewidth=6, animated=True)

        def upright(heights):
            return [[(x, 0), (x, height)] for x, height in zip(places, heights, strict=True)]

        def update(step, counted, w_hh):
            at = steps.index(step)
            found = way_back(w_hh, counted == LAST)
            h, dz, L = found["h"], found["dz"], found["L"]
            for t in range(3):
                counts = counted == ALL or t == 2
                losses_[t].set(text=f"loss {L[t]:.3f}" if counts else "not counted", color="black" if counts else GREY)
                states[t].set_text(f"h{subscript(t + 1)} = ({h[t, 0]:.2f}, {h[t, 1]:.2f})")
                errors[t].set_text(f"dz{subscript(t + 1)} = ({dz[t, 0]:.3f}, {dz[t, 1]:.3f})")
                for box, colour in ((states[t], "#E8F1F8"), (errors[t], "#FCEBDD")):
                    chosen = {"edgecolor": "black", "linewidth": 2}
                    box.get_bbox_patch().set(facecolor=colour, **(chosen if t == at else {"edgecolor": colour}))
            shares = np.concatenate([found["shares"][name] for name in WEIGHTS], axis=1)
            whole.set_segments(upright(shares.sum(axis=0)))
            share.set_segments(upright(shares[at]))
            recurrent = np.abs(shares[at, : 6 + 4 + 2])
            top = int(recurrent.argmax())
            pair = "({0:.3f}, {1:.3f})".format
            return (
                f"Step {at + 1}, “{toy.WORDS[at]}”: forward h = {pair(*h[at])}; backward: from its own output "
                f"{pair(*found['dh_out'][at])}, from later {pair(*found['dh_later'][at])}, through tanh dz = {pair(*dz[at])}. "
                f"Its largest share in the cell: {shares[at, top]:.3f} of the {shares[:, top].sum():.3f} of {names[top]}."
            )

        return update

    return predict(
        "The loss of the last step alone counts. Which steps add something to the gradient of W_xh?",
        ["the last one", "all three"],
        answer="all three",
        why="The error of the last step walks back through W_hh. Choose “the last one alone”, then click the steps.",
        then=explore(
            draw,
            "Three cells in a row with state and error of each, arrows forward above and back below; under them one bar "
            "for each of 18 weights, its whole gradient and the chosen step's share.",
            step=buttons("Step", steps, steps[2]),
            counted=choice("Losses that count", [ALL, LAST]),
            w_hh=slider("Recurrent weights times", 0.0, 1.0, 1.0, 0.125),
        ),
    )


def error_and_cosine(truncated, full):
    """Return |truncated - full| / |full| for each truncated gradient, and the cosine of its angle to the full one."""
    truncated, full = truncated.reshape(len(truncated), -1), full.ravel()
    length = np.linalg.norm(full)
    error = np.linalg.norm(truncated - full, axis=1) / length
    return error, truncated @ full / (np.linalg.norm(truncated, axis=1) * length)


def truncation():
    """Lesson 5: plot the error and the direction of the truncated gradient against the window."""
    most = 30

    def draw(fig):
        sizes, turns = fig.subplots(1, 2)
        sizes.set(xlim=(0, most + 1), ylim=(1e-4, 10), yscale="log", xlabel="window k", ylabel="relative error")
        sizes.set_title("How far off it is")
        sizes.axhline(1, color=GREY, linestyle=":")
        sizes.text(most, 1.3, "error as long as the gradient", color=GREY, fontsize=9, ha="right")
        turns.set(xlim=(0, most + 1), ylim=(-1.1, 1.1), xlabel="window k", ylabel="cosine with the whole gradient")
        turns.set_title("Which way it points")
        turns.axhspan(-1.1, 0, color="#FBE7DC")
        turns.text(most, -1.02, "the wrong way", color=ORANGE, ha="right")
        lines = [ax.plot([], [], ".-", color=BLUE, markersize=4, animated=True)[0] for ax in (sizes, turns)]
        points = [ax.plot([], [], "D", color=PURPLE, markersize=9, animated=True)[0] for ax in (sizes, turns)]

        def update(T, cut, w_hh, window):
            gradients = memory.truncated_gradients(T, w_hh, cut)
            found = error_and_cosine(gradients, gradients[-1])
            shown = (np.where(found[0] > 0, found[0], np.nan), found[1])
            for line, point, values in zip(lines, points, shown, strict=True):
                line.set_data(np.arange(1, T + 1), values)
                point.set_data([min(window, T)], [values[min(window, T) - 1]])
            if window >= T:
                whole = np.linalg.norm(gradients[-1])
                return f"Length {T}, window {window}: nothing is cut off, this is the whole gradient of W_hh, {whole:.3g} long."
            error, cosine = found[0][window - 1], found[1][window - 1]
            way = "the wrong way" if cosine < 0 else "nearly the right way" if cosine > 0.95 else "somewhat aside"
            where = cut.replace("k steps", plural(window, "step"))
            return (
                f"Length {T}, the way back cut, {where}: relative error {error:.2g}, cosine {cosine:.3f}: the truncated "
                f"gradient of W_hh points {way if error else 'exactly the right way'}."
            )

        return update

    return predict(
        "With a window of 1 each loss moves weights by its own step only. Can such a gradient point away from the whole one?",
        ["no, it is only shorter", "yes"],
        answer="yes",
        why="Set “Recurrent weights times” to 3.5 and “Window k” to 1, and look at the right-hand picture.",
        then=explore(
            draw,
            "Two curves over the window, the truncated gradient's relative error (log scale) and its cosine with the whole "
            "gradient; a diamond marks the chosen window.",
            T=slider("Sequence length T", 2, most, most),
            cut=choice("The way back is cut", [memory.EVERY_K, memory.K_BACK]),
            w_hh=slider("Recurrent weights times", 0.0, 4.0, 1.0, 0.125),
            window=slider("Window k", 1, most, 3),
        ),
    )
