"""The checks of lesson 3's exercises: one RNN cell."""

import numpy as np

from helpers import losses
from helpers.exercises.compare import (
    NotYet,
    as_array,
    call,
    check_array,
    check_arrays,
    checking,
    checking_a_property,
    close,
    different_sizes,
    latest_call,
    no_softmax,
    shape_of,
    small,
)

UPDATES = {
    "published": (lambda z, h_prev: np.tanh(z), "tanh(z) alone"),
    "leaky": (lambda z, h_prev: 0.75 * h_prev + 0.25 * np.tanh(z), "0.75 h_prev + 0.25 tanh(z)"),
    "residual": (lambda z, h_prev: h_prev + np.tanh(z), "h_prev + tanh(z)"),
    "rectifier": (lambda z, h_prev: np.maximum(z, 0), "max(z, 0)"),
}
"""Variant of `step` -> (function for the new state, its formula)."""


@checking
def one_matrix(function, seed=0):
    """function(W_xh, W_hh) -> W (H + D, H), for the long row [h_prev, x_t]."""
    rng = np.random.default_rng(seed)
    sizes = rng.permutation([(2, 3), (4, 2)])
    on_top = "W_hh on top of W_xh makes (H + D, H): np.concatenate along axis 0."
    cases = []
    for D, H in [*sizes.tolist(), (3, 3)]:
        W_xh, W_hh = small(rng, D, H), small(rng, H, H)
        bugs = {
            "the input's rows are on top; in the long row the old state comes first.": np.concatenate([W_xh, W_hh]),
            "the larger matrix is on top; in the long row the old state comes first, whatever D is.": np.concatenate(
                [W_xh, W_hh] if D > H else [W_hh, W_xh]
            ),
            "the smaller matrix is on top; in the long row the old state comes first, whatever D is.": np.concatenate(
                [W_xh, W_hh] if D < H else [W_hh, W_xh]
            ),
            "W_hh looks transposed; stack it as it is.": np.concatenate([W_hh.T, W_xh]),
            "W_hh is upside down; keep its rows in order.": np.concatenate([W_hh[::-1], W_xh]),
            "the numbers are cut into rows anew; np.concatenate([top, bottom]) keeps the rows as they are.": (
                np.concatenate([W_hh.T, W_xh.T], axis=1).reshape(-1, H)
            ),
        }
        got = call(function, W_xh, W_hh, hint=on_top)
        if cases and close(got, cases[-1][1]):
            raise NotYet(
                bug="W is the same for other weights: make it anew in each call, from this call's W_xh and W_hh."
            )
        if isinstance(got, list | tuple) and len(got) == 2 and {shape_of(part) for part in got} == {(D, H), (H, H)}:
            raise NotYet(f"W is a {type(got).__name__} of two matrices; make one of them. {on_top}")
        if shape_of(got) == (H, H + D):
            raise NotYet(f"W has shape {(H, H + D)}, expected {(H + D, H)} = (H + D, H): it is transposed.")
        if shape_of(got) == (H, H):
            raise NotYet(f"W has shape {(H, H)}: nothing is stacked yet. {on_top}")
        cases.append((f"W for D = {D}, H = {H}", got, np.concatenate([W_hh, W_xh]), bugs))
    check_arrays(cases, "(H + D, H)")


@checking
def step(function, update="published", seed=0, tiny=0):
    """function(x_t, h_prev, W_xh, W_hh, b_h, running) -> h_t; a row that is not running keeps its state."""
    rng = np.random.default_rng(seed)
    B, D, H = {1: (2, 1, 1), 2: (2, 1, 2)}.get(tiny) or different_sizes(rng, 3)
    x_t, h_prev = small(rng, B, D), small(rng, B, H) / 2
    W_xh, W_hh, b_h = small(rng, D, H) / 2, small(rng, H, H) / 2, small(rng, H) / 2
    some = (np.arange(B) < (B + 1) // 2) == (seed % 2 == 1)
    z = x_t @ W_xh + h_prev @ W_hh + b_h
    new, written = UPDATES[update]
    cases = []
    for running in [some] if tiny else [some, ~some, some & False]:

        def ends(z, new=new, other=h_prev, running=running):
            return np.where(running[:, None], new(z, h_prev), other)

        bugs = {
            "running is not used yet: a row whose sentence has ended keeps its h_prev.": new(z, h_prev),
            "running is used the wrong way round: True means that the row goes on.": np.where(
                running[:, None], h_prev, new(z, h_prev)
            ),
            "the rows that have ended became zeros; they keep their h_prev.": ends(z, other=0),
            "the bias b_h is missing.": ends(z - b_h),
            "the previous state is missing: add h_prev @ W_hh.": ends(z - h_prev @ W_hh),
            "the input is missing: add x_t @ W_xh.": ends(z - x_t @ W_xh),
            "W_hh looks transposed: rows belong to the old state, columns to the new one.": ends(
                z - h_prev @ W_hh + h_prev @ W_hh.T
            ),
            "the bias is subtracted; add it.": ends(z - 2 * b_h),
            "the bias is added twice.": ends(z + b_h),
            "the rows that have ended go through tanh too; they keep h_prev as it is.": ends(z, other=np.tanh(h_prev)),
            "the bias comes after the nonlinearity; it belongs into z.": ends(
                z, new=lambda z, h_prev: new(z - b_h, h_prev)
            )
            + b_h * running[:, None],
            "running[0] decides for all rows; row b has running[b].": new(z, h_prev) if running[0] else h_prev,
            "all rows go on if any does; row b has running[b].": new(z, h_prev) if running.any() else h_prev,
            "all rows stop if any does; row b has running[b].": new(z, h_prev) if running.all() else h_prev,
            "the rows that have ended lost their input and the bias only: the whole state stays as it was.": new(
                z - (x_t @ W_xh + b_h) * ~running[:, None], h_prev
            ),
            "running is read from the last row to the first; row b has running[b].": ends(z, running=running[::-1]),
            "a sigmoid is in the place of tanh.": ends(z, new=lambda z, h_prev: 1 / (1 + np.exp(-z))),
            "tanh is taken of the two shares apart; add them up first.": ends(
                z, new=lambda z, h_prev: np.tanh(x_t @ W_xh) + np.tanh(h_prev @ W_hh) + b_h
            ),
            "that is the pre-activation z.": ends(z, new=lambda z, h_prev: z),
            "the rows that have ended lost their input only: the whole state stays as it was.": new(
                z - x_t @ W_xh * ~running[:, None], h_prev
            ),
            "the share of old and new are swapped: this cell's new state is " + written + ".": ends(
                z, new=lambda z, h_prev: 0.25 * h_prev + 0.75 * np.tanh(z)
            ),
        }
        for name, (other, its) in UPDATES.items():
            if name != update:
                bugs[f"the new state of a running row is {its}; in this cell it is {written}."] = ends(z, new=other)
        hint = "running has shape (B,); running[:, None] has (B, 1)."
        got = call(function, x_t, h_prev, W_xh, W_hh, b_h, running, hint=hint)
        name = "h_t" if running is some else f"h_t for running = {running.tolist()}"
        cases.append((name, got, ends(z), bugs))
    check_arrays(cases, "(B, H)")


LOUDEST = 1_000_000


@checking_a_property
def deafening(function, seed=0):
    """function(W_xh) -> x_t (1, D), after which two very different earlier states look the same."""
    rng = np.random.default_rng(seed)
    sizes = [(5, 2), *((int(H + rng.integers(2, 4)), int(H)) for H in rng.permutation([2, 3, 4]))]
    matrices = [small(rng, D, H) for D, H in sizes]
    matrices[1] -= matrices[1].mean(axis=0)  # columns that sum to 0: the same number everywhere cancels
    matrices[2] /= 50  # weights so small that a row that is loud elsewhere is too quiet here
    matrices.append(np.array([[1.0, -0.5], [0.2, 0.5], [0.3, 0.0]]))  # rows of one sign, whose second column cancels
    matrices.append(np.eye(4, 3) * [1.0, -0.5, 2.0])  # no row is heard by more than one unit
    # one row for the first column alone, one for all columns' sizes, and their sum leave some unit at 0
    matrices.append(np.array([[1, 0.5, 0.2], [1, -0.5, -0.2], [-1, 0.5, -0.2], [-1, -0.5, 0.2]]))
    matrices.append(np.array([[1, -1, 0], [0, 1, 0.5], [0, 0, 1], [0, 0.2, 0.4]]))

    def answer_to(W_xh):
        D, H = W_xh.shape
        W_hh, b_h = small(rng, H, H), small(rng, H)
        got = call(function, W_xh, hint="W_xh has shape (D, H); np.linalg.pinv(W_xh) has (H, D).")
        x_t = as_array("x_t", got, f"(1, {D}) = (1, D)")
        if x_t.shape != (1, D):
            raise NotYet(f"x_t has shape {x_t.shape}, expected {(1, D)} = (1, D): one row.")
        if not np.isfinite(x_t).all():
            raise NotYet("x_t holds infinity or NaN; an input is a finite number.")
        if np.abs(x_t).max() > LOUDEST:
            raise NotYet(f"x_t holds {np.abs(x_t).max():.3g}; a row whose numbers stay below {LOUDEST:,} is enough.")
        if not x_t.any():
            raise NotYet("x_t is all zeros: then only the states speak, and the cell hears nothing else.")
        after = np.tanh(x_t @ W_xh + np.array([[0.9], [-0.9]]) * W_hh.sum(axis=0) + b_h)
        apart = np.abs(after[0] - after[1])
        if apart.max() >= 1e-6:
            deaf, worst = int((apart < 1e-6).sum()), int(apart.argmax())
            z = (x_t @ W_xh)[0, worst]
            raise NotYet(
                f"for D = {D} and H = {H}, {deaf} of {H} units are deaf: unit {worst + 1} still tells the two states apart by "
                f"{apart[worst]:.2g}, since its share of the input is {z:.3g}. Every unit's must be far from zero, "
                f"whatever the weights are.{latest_call()}"
            )
        return x_t

    for W_xh in matrices:
        x_t = answer_to(W_xh)
        other = small(rng, *W_xh.shape)
        answer_to(other - x_t.T @ (x_t @ other) / (x_t @ x_t.T))  # to these weights the same row says nothing


@checking
def probabilities(function, seed=0, tiny=0):
    """function(h, W_hy, b_y) -> p (B, K), the softmax of the logits, whatever their size."""
    rng = np.random.default_rng(seed)
    B, H, K = {1: (1, 1, 2), 2: (2, 1, 2)}.get(tiny) or different_sizes(rng, 3)
    h, W_hy, b_y = small(rng, B, H), small(rng, H, K), small(rng, K)
    logits = h @ W_hy + b_y
    e = np.exp(logits)
    bugs = {
        "those are the logits; softmax is still to come.": logits,
        "those are the exponentials; divide each row by its sum.": e,
        "each column sums to 1; a row belongs to one example, so sum over axis=1 and keep the axis.": e
        / e.sum(axis=0, keepdims=True),
        "the whole table sums to 1; every row must: sum over axis=1.": e / e.sum(),
        "the bias b_y is missing.": losses.softmax(h @ W_hy),
        "those are logarithms of probabilities; take exp.": np.log(losses.softmax(logits)),
        "that is a sigmoid of each logit on its own; the classes share one sum.": 1 / (1 + np.exp(-logits)),
        "a softmax of the softmax: take it once.": losses.softmax(losses.softmax(logits)),
        "the bias is subtracted; add it.": losses.softmax(logits - 2 * b_y),
        "the exponentials have the wrong sign: exp(logits), not exp(-logits).": losses.softmax(-logits),
        "each logit is divided by the sum of logits; take exp of both first.": logits
        / logits.sum(axis=1, keepdims=True),
    }
    bugs |= {
        "the logits go through tanh first; softmax takes them as they are.": losses.softmax(np.tanh(logits)),
        "the sum of the exponentials goes over the whole batch; each row has a sum of its own.": np.exp(
            logits - logits.max(axis=1, keepdims=True)
        )
        / np.exp(logits - logits.max(axis=1, keepdims=True)).sum(),
        "each row is divided by its largest logit; subtract it.": losses.softmax(
            logits / logits.max(axis=1, keepdims=True)
        ),
        "all of the probability goes to the largest logit; a softmax shares it.": np.eye(K)[logits.argmax(axis=1)],
    }
    across = logits - logits.max(axis=0)
    bugs[
        "the largest of each column is subtracted, which changes a row's numbers against each other; take each row's: "
        "axis=1, keepdims=True."
    ] = losses.softmax(across)
    keep = "e.sum(axis=1) has shape (B,); keepdims=True makes it (B, 1). And rows are on the left: h @ W_hy."
    got = call(function, h, W_hy, b_y, hint=keep)
    nan = np.isnan(as_array("p", got, "(B, K)"))
    if nan.size and nan.all():
        raise NotYet(
            bug="p is NaN though the logits are small, 0 divided by 0: do you subtract a fixed large number from all of them? "
            "Subtract each row's own largest logit."
        )
    check_array("p", got, losses.softmax(logits), "(B, K)", bugs)
    if tiny:
        return
    far = np.array([[1000.0], [7000.0], [0.0], [-1000.0], [3000.0]])
    h = small(rng, len(far), H)
    small_logits = h @ W_hy + b_y
    large = small_logits + far
    got = call(function, np.hstack([h, 2 * far]), np.vstack([W_hy, np.full(K, 0.5)]), b_y, hint=keep)
    got = as_array("p of large logits", got, "(B, K)")
    if got.shape == large.shape and np.isnan(got).any():
        rows = np.isnan(got).any(axis=1)
        row = int(rows.argmax())
        why = next(
            (why for why, less in SUBTRACTED.items() if np.array_equal(rows, no_softmax(large - less(large)))), ""
        )
        raise NotYet(
            bug=f"right for small logits; but of rows with logits near {', '.join(f'{each:,.0f}' for each in far[:, 0])} "
            f"row {row} becomes NaN{why}. Subtract each row's own largest logit before exp."
        )
    check_array(
        "p of large logits",
        got,
        losses.softmax(small_logits),
        "(B, K)",
        {
            "large logits are cut to a range, so that a row's become equal; subtract the row's largest.": np.where(
                far == 0, losses.softmax(small_logits), 1 / K
            )
        },
        single=1e-2,  # 3,000.1 in float32 is coarse
    )
    both = call(function, np.ones((1, 1)), np.array([[1000.0, -1000.0, 0.0]]), np.zeros(3), hint=keep)
    check_array("p of a row with the logits 1,000, -1,000 and 0", both, np.array([[1.0, 0.0, 0.0]]), "(B, K)")


SUBTRACTED = {
    ", since exp overflows: nothing is subtracted": lambda z: 0 * z,
    ": you subtract the largest logit of the whole batch, and then exp is 0 in a row that lies far below": np.max,
    ": you subtract the largest logit of the first row": lambda z: z[0].max(),
    ": you subtract the largest logit of the last row": lambda z: z[-1].max(),
    ": you subtract a mean of the whole batch": np.mean,
    ": large logits are cut off, and exp of those far below 0 is still 0": lambda z: z - np.minimum(z, 700),
    ": you subtract the smallest logit of the whole batch": np.min,
}
"""What is subtracted from large logits, so that some rows become NaN -> that number."""
