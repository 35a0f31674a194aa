"""The explorer of lesson 5: the backward pass through the unrolled chain."""

import numpy as np

from helpers import cells, losses, toy
from helpers.diagrams import ErrorPaths
from helpers.diagrams.shared import BACK, INPUT, RECURRENT
from helpers.figures import BLUE, GREY, subscript
from helpers.widgets.explorer import buttons, choice, explore, slider
from helpers.widgets.prediction import predict

WEIGHTS = {
    "W_xh": ["food → 1", "food → 2", "was → 1", "was → 2", "nice → 1", "nice → 2"],
    "W_hh": ["1 → 1", "1 → 2", "2 → 1", "2 → 2"],
    "b_h": ["→ 1", "→ 2"],
}
"""The weights of the paper-sized network's cell: matrix -> its entries, each as "from → to"."""

ALL, LAST = "all three, a third each", "the last one alone"


def way_back(w_hh=1.0, last_only=False):
    """Run the paper-sized network forward and backward and return every intermediate value.

    Args:
        w_hh: factor on the recurrent weights.
        last_only: count only the last step's third of the mean instead of all three.

    Returns:
        dict: h, dh_out, dh_later, dz (3, 2), L (3,), the loss of each step; and shares, matrix -> (3, entries): what each
        step adds to the gradient of the matrix. The sum over the steps is the gradient.
    """
    T, W_hh = 3, w_hh * toy.W_hh
    h = cells.rnn_forward(toy.x, None, toy.W_xh, W_hh, toy.b_h)
    logits = h @ toy.W_hy + toy.b_y
    _, dlogits = losses.cross_entropy(logits, toy.labels)
    if last_only:
        dlogits[:, :-1] = 0
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
    }
    shares = {name: share.reshape(T, -1) for name, share in shares.items()}
    return dict(h=h, L=step_losses, dh_out=dh_out, dh_later=dh_later, dz=dz, shares=shares)


def backward_steps():
    """Lesson 5: show a step's forward and backward values in the paper-sized network, and its share of each gradient."""
    names = [f"{name}[{entry}]" for name, entries in WEIGHTS.items() for entry in entries]
    starts = np.cumsum([0, *(len(entries) + 0.6 for entries in WEIGHTS.values())])
    places = np.concatenate(
        [start + np.arange(len(entries)) for start, entries in zip(starts, WEIGHTS.values(), strict=False)]
    )
    steps = [f"t = {t}: {word}" for t, word in enumerate(toy.WORDS, start=1)]

    def draw(fig):
        chain, bars = fig.subplots(2, 1, height_ratios=[1.6, 1])
        chain.set_title("Solid: forward. Dashed: the error, back", fontsize=11)
        paths = ErrorPaths(chain, toy.WORDS, reach=1.02, animated=True)
        bars.set(xlim=(-0.6, places[-1] + 0.6), ylim=(-0.3, 0.48), yticks=[0, 0.3])
        bars.set_xticks(
            places,
            [entry.replace(" →", "\n→") for entries in WEIGHTS.values() for entry in entries],
            fontsize=10,
        )
        bars.tick_params(axis="x", length=0)
        bars.axhline(0, color=GREY, linewidth=0.8)
        for start, (name, entries), colour in zip(starts, WEIGHTS.items(), (INPUT, RECURRENT, "black"), strict=False):
            middle = start + (len(entries) - 1) / 2
            bars.text(middle, 0.37, name, ha="center", fontsize=10, color=colour)
        bars.set_title("Gradients: grey the whole, purple what the chosen step adds", fontsize=11)
        whole = bars.vlines(places, 0, 0, color="#C3C8CE", linewidth=16, animated=True)
        share = bars.vlines(places, 0, 0, color=BACK, linewidth=7, animated=True)
        pair = "({0:.3f}, {1:.3f})".format

        def upright(heights):
            return [[(x, 0), (x, height)] for x, height in zip(places, heights, strict=True)]

        def update(step, counted, w_hh):
            at = steps.index(step)
            found = way_back(w_hh, counted == LAST)
            h, dz, L, own, later = (found[name] for name in ("h", "dz", "L", "dh_out", "dh_later"))
            for t in range(3):
                counts = counted == ALL or t == 2
                paths.losses[t].set(
                    text=f"loss {L[t]:.3f}" if counts else "not counted", color="black" if counts else GREY
                )
                number = subscript(t + 1)
                paths.states[t].set_text(f"h{number} = ({h[t, 0]:.2f}, {h[t, 1]:.2f})\ndz{number} = {pair(*dz[t])}")
                edge = {"edgecolor": "black", "linewidth": 2.5} if t == at else {"edgecolor": BLUE, "linewidth": 1}
                paths.states[t].get_bbox_patch().set(**edge)
                paths.own[t].set_text(pair(*own[t]) if counts else "")
                paths.later[t].set_text(pair(*later[t]) if t < 2 and later[t].any() else "")
                paths.fade(paths.from_loss[t], counts)
                paths.fade(paths.to_word[t], dz[t].any())
            for t in range(2):
                paths.fade(paths.forward[t], w_hh)
                paths.fade(paths.back[t], w_hh if dz[t + 1].any() else 0)
            shares = np.concatenate([found["shares"][name] for name in WEIGHTS], axis=1)
            whole.set_segments(upright(shares.sum(axis=0)))
            share.set_segments(upright(shares[at]))
            top = int(np.abs(shares[at]).argmax())
            status = (
                f"Step {at + 1}, “{toy.WORDS[at]}”: from its own loss {pair(*own[at])}, from later {pair(*later[at])}, "
                f"together through tanh dz = {pair(*dz[at])}."
            )
            if not shares[at].any():
                return f"{status} It adds nothing to any weight."
            return (
                f"{status} It adds most to {names[top]}, {shares[at, top]:.3f}; "
                f"all steps together add {shares[:, top].sum():.3f}."
            )

        return update

    return predict(
        "The loss of the last step alone counts. Which steps add something to the gradient of W_xh?",
        ["the last one", "all three"],
        answer="all three",
        why="The error of the last step runs back along W_hh. Click the other two steps and look at the purple bars.",
        then=explore(
            draw,
            "Three cells in a row with their words below and losses above, solid arrows forward and dashed arrows back; "
            "under them one bar for each of 12 weights, its whole gradient and the chosen step's share.",
            counted=choice("Losses that count", [ALL, LAST], LAST),
            w_hh=slider("Recurrent weights times", 0.0, 1.0, 1.0, 0.125),
            step=buttons("Step", steps, steps[2]),
        ),
    )
