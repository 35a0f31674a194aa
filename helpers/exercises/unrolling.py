"""The checks of lesson 4's exercises: unrolling."""

import numpy as np

from helpers import losses, text
from helpers.exercises.compare import NotYet, call, check_array, different_sizes, one_number, say_right

CELLS = {
    "published": (lambda z, h_prev: np.tanh(z), 1, "tanh(z_t)"),
    "leaky": (lambda z, h_prev: 0.75 * h_prev + 0.25 * np.tanh(z), 1, "0.75 h_{t-1} + 0.25 tanh(z_t)"),
    "skip": (lambda z, h_prev: np.tanh(z), 2, "tanh(z_t), with h_{t-2} inside z_t"),
}
"""Variant of `forward` -> (function for the new state, how many steps back z reads, its formula)."""


def first_difference(function, seed=0):
    """function(h, other) -> the first t, from 0, at which two runs (T, H) differ; T if they never do."""
    rng = np.random.default_rng(seed)
    T, H = 6, 4
    for t in (2, 0, T - 1, T):
        h = rng.normal(size=(T, H))
        other = h.copy()
        other[t:, t % H] += 0.5
        if t == 2:
            other[4] = h[4]  # the two meet again
        got = one_number(function, call(function, h, other, hint="h and other have shape (T, H)."))
        asked = f"two runs of T = {T} steps that first differ at index {t}: you return {got}. "
        if t == T:
            asked = f"two runs of T = {T} steps that never differ: you return {got}, expected {T}. "
        if got == t:
            continue
        if t == T:
            raise NotYet(asked + "What does your code do when it finds nothing?")
        if got == t + 1:
            raise NotYet(asked + "Steps are counted from 0 here, as Python does.")
        if got in (T - 1, T - 1 - t) and t != T - 1:
            raise NotYet(asked + "That looks from the end; the first difference is wanted.")
        raise NotYet(asked + "A step differs if any of its H numbers does.")
    say_right()


def forward(function, cell="published", seed=0):
    """function(x, lengths, W_xh, W_hh, b_h) -> h (B, T, H), from zeros; past its length a row keeps its state."""
    rng = np.random.default_rng(seed)
    B, D, H, T = *different_sizes(rng, 3), 7
    x, W_xh, b_h = rng.normal(size=(B, T, D)), rng.normal(size=(D, H)), rng.normal(size=H)
    W_hh, lengths = rng.normal(size=(H, H)), rng.integers(2, T - 1, size=B)
    lengths[0] = T
    run = {"x": x, "W_xh": W_xh, "W_hh": W_hh, "b_h": b_h, "lengths": lengths}

    def states(cell=cell, start=0.0, past="keep", carry=1.0, **changed):
        new, back, _ = CELLS[cell]
        given = run | changed
        h = [np.full((B, H), start)] * 2
        for t in range(T):
            z = given["x"][:, t] @ given["W_xh"] + carry * h[-back] @ given["W_hh"] + given["b_h"]
            other = {"keep": h[-1], "zeros": np.zeros((B, H)), "go on": new(z, h[-1])}[past]
            h.append(np.where((t < given["lengths"])[:, None], new(z, h[-1]), other))
        return np.stack(h[2:], axis=1)

    want = states()
    bugs = {
        "lengths is not used yet: past its length a row keeps its state.": states(past="go on"),
        "past its length a row's states are zeros, as PyTorch pads them; here it keeps its last state.": states(
            past="zeros"
        ),
        "a row stops one step too early: steps 0 to length - 1 are real.": states(lengths=lengths - 1),
        "a row stops one step too late: steps 0 to length - 1 are real.": states(lengths=lengths + 1),
        "the state is not handed on: each step starts from zeros.": states(carry=0.0),
        "the first state is ones; it is zeros.": states(start=1.0),
        "the bias b_h is missing.": states(b_h=np.zeros(H)),
        "W_hh looks transposed: rows belong to the old state, columns to the new one.": states(W_hh=W_hh.T),
        "the states are in reverse order.": want[:, ::-1],
        "the first state of h is h_0; h[:, 0] is the state after the first word.": np.concatenate(
            [np.zeros((B, 1, H)), want[:, :-1]], axis=1
        ),
        "every column holds the last state; append a new array at each step.": np.repeat(want[:, -1:], T, axis=1),
        "the sentences are read from their end.": states(x=x[:, ::-1]),
    }
    for other, (*_, written) in CELLS.items():
        if other != cell:
            bugs[f"the states follow {written}; this cell's are {CELLS[cell][2]}."] = states(cell=other)
    got = call(function, x, lengths, W_xh, W_hh, b_h, hint="x[:, t] has shape (B, D): one step of all rows.")
    if np.shape(got) == (T, B, H):
        raise NotYet(
            f"h has shape {(T, B, H)}, expected {(B, T, H)} = (B, T, H): time comes first; np.stack(..., axis=1)."
        )
    if np.shape(got) == (B, H):
        raise NotYet(
            f"h has shape {(B, H)}, expected {(B, T, H)} = (B, T, H): that is one state; all of them are wanted."
        )
    if np.shape(got) == (B, T + 1, H):
        raise NotYet(f"h has {T + 1} steps, expected {T}: h_0 is not one of the states after a word.")
    check_array("h", got, want, "(B, T, H)", bugs)
    say_right()


WEIGHTINGS = {
    "published": "the mean over all real steps of the batch",
    "per_sentence": "first the mean over each sentence's real steps, then the mean over the sentences",
    "summed": "the sum over each sentence's real steps, then the mean over the sentences",
}
"""Variant of `masked_loss` -> its description in words."""


def masked_loss(function, weighting="published", seed=0):
    """function(logits, targets, mask) -> a number, cross-entropy weighted as asked, padding left out."""
    rng = np.random.default_rng(seed)
    B, T, K = different_sizes(rng, 3)
    logits, targets = 2 * rng.normal(size=(B, T, K)), rng.integers(K, size=(B, T))
    mask = text.mask(np.arange(B) % (T - 1) + 1, T)
    logits[-1, 0] += 1000
    each = -np.log(losses.softmax(logits))
    each = np.take_along_axis(each, targets[..., None], axis=2)[..., 0]  # (B, T)
    real = each * mask

    def weighted(of, name, mask=mask):
        of = of * mask
        return {
            "published": of.sum() / mask.sum(),
            "per_sentence": (of.sum(axis=1) / mask.sum(axis=1)).mean(),
            "summed": of.sum(axis=1).mean(),
        }[name]

    want, p = weighted(each, weighting), losses.softmax(logits)
    of_target = np.take_along_axis(p, targets[..., None], axis=2)[..., 0]
    everything = np.ones_like(mask)
    bugs = [
        ("padding is counted: multiply each step's loss by the mask.", weighted(each, weighting, everything)),
        ("padding is left out of the sum but not of the count: divide by the number of real steps.", real.mean()),
        (
            "padding is left out of the sum but not of the count: divide by each sentence's own length.",
            real.mean(axis=1).mean(),
        ),
        ("the mask is the wrong way round; True means real.", (each * ~mask).sum() / max(1, (~mask).sum())),
        ("the sign is wrong: a loss is minus the logarithm.", -want),
        ("the logarithm is missing: that is the mean probability.", weighted(of_target, weighting)),
        ("that is one minus the probability; take minus its logarithm.", weighted(1 - of_target, weighting)),
        ("that is in bits; take the natural logarithm.", want / np.log(2)),
        ("that is the sum over everything.", real.sum()),
        ("that sums over the steps and divides by the number of steps T.", real.sum() / T),
    ]
    bugs += [
        (f"that is {words}; here it is {WEIGHTINGS[weighting]}.", weighted(each, name))
        for name, words in WEIGHTINGS.items()
        if name != weighting
    ]
    got = call(
        function, logits, targets, mask, hint="np.take_along_axis(p, targets[..., None], axis=-1) picks the targets."
    )
    if np.ndim(got):
        raise NotYet(f"the loss has shape {np.shape(got)}; expected one number.")
    got = float(one_number(function, got))
    if np.isnan(got) or np.isinf(got):
        raise NotYet(
            "the loss is not finite, since one row of logits is near 1,000: subtract each row's largest first."
        )
    if not np.isclose(got, want):
        hint = next((hint for hint, wrong in bugs if np.isclose(got, wrong)), "compare one step by hand.")
        raise NotYet(f"the loss is {got:.4g}, expected {want:.4g}: {hint}")
    say_right()


def flips_after(function, seed=0):
    """function(h, W_hh, b_h, w, most) -> after how many padded steps the sign of h @ w changes; 0 for never."""
    rng = np.random.default_rng(seed)

    def signs(h, W_hh, b_h, w, steps):
        found = [h @ w > 0]
        for _ in range(steps):
            h = np.tanh(h @ W_hh + b_h)
            found.append(h @ w > 0)
        return found

    cases = {}
    while set(cases) != {0, 1, 3}:
        h, W_hh, b_h, w = (
            np.tanh(rng.normal(size=3)),
            rng.normal(size=(3, 3)),
            0.3 * rng.normal(size=3),
            rng.normal(size=3),
        )
        found = signs(h, W_hh, b_h, w, 8)
        first = next((n for n, sign in enumerate(found) if sign != found[0]), 0)
        if first in (0, 1) or (first == 3 and found[8] == found[0]):
            cases.setdefault(first, (h, W_hh, b_h, w, 8))
    for want in (3, 1, 0):
        got = one_number(function, call(function, *cases[want], hint="h has shape (H,), and so has h @ W_hh."))
        if got == want:
            continue
        if want == 0:
            raise NotYet(f"the answer never changes within 8 padded steps, and you return {got}; expected 0.")
        asked = f"the answer first changes after {want} padded steps, and you return {got}: "
        if got == want - 1:
            raise NotYet(asked + "that is how long it stayed. After how many steps has it changed?")
        if got == want + 1:
            raise NotYet(asked + "one too many: count the steps already taken.")
        if got == 0:
            raise NotYet(asked + "compare with the sign before any padding, after every step.")
        raise NotYet(asked + "a padded step is h = tanh(h @ W_hh + b_h): a zero input adds nothing.")
    h, W_hh, b_h, w, _ = cases[3]
    if one_number(function, call(function, h, W_hh, b_h, w, 2)) != 0:
        raise NotYet("`most` is ignored: with most = 2 an answer that changes after 3 steps gives 0.")
    say_right()
