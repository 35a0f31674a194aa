"""The checks of lesson 4's exercises: unrolling."""

import numpy as np

from helpers import losses, text
from helpers.exercises.compare import (
    NotYet,
    as_array,
    call,
    check_array,
    check_each_case,
    checking,
    described,
    different_sizes,
    name_of,
    one_number,
    shape_of,
    shown,
    small,
)

CELLS = {
    "published": (lambda z, h_prev: np.tanh(z), 1, "tanh(z_t)"),
    "leaky": (lambda z, h_prev: 0.75 * h_prev + 0.25 * np.tanh(z), 1, "0.75 h_{t-1} + 0.25 tanh(z_t)"),
    "skip": (lambda z, h_prev: np.tanh(z), 2, "tanh(z_t), with h_{t-2} inside z_t"),
}
"""Variant of `forward` -> (function for the new state, how many steps back z reads, its formula)."""


@checking
def first_difference(function, seed=0):
    """function(h, other) -> the first t, from 0, at which two runs (T, H) differ; T if they never do."""
    rng = np.random.default_rng(seed)
    examples = []
    sizes = [(4, 2, 2), (5, 2, 0), (3, 3, 1), (4, 3, 4), (5, 2, 3), (6, 3, 5), (7, 3, int(rng.integers(1, 6)))]
    for T, H, t in rng.permutation(sizes).tolist():
        h = small(rng, T, H)
        if T == 3:
            h[t] = 0
        other = h.copy()
        other[t:, 0 if T == 7 else (t + (T == 4)) % H] += {3: 1e-9, 7: -0.5}.get(T, 0.5)
        if (T, t) == (5, 3):
            h[t], other[t] = (1.0, -0.5), (-0.5, 1.0)  # the same numbers, so the same sum, size and largest
            other[4] = h[4] + 2  # a larger difference comes later
        if t == 2 and T == 4:
            other[3] = h[3]  # the two meet again
        examples.append((h, other))
    want = np.array([next(iter(np.flatnonzero((h != other).any(axis=1))), len(h)) for h, other in examples])
    lengths = [len(h) for h, _ in examples]
    last = [max(np.flatnonzero((h != other).any(axis=1)), default=len(h)) for h, other in examples]
    bugs = {
        "Steps are counted from 0 here, as Python does.": np.minimum(want + 1, lengths),
        "Steps are counted from 0 here; T alone stands for never.": want + 1,
        "That is the last step at which they differ; the first difference is wanted.": last,
        "That is the step before the first difference.": want - 1,
        "That looks at the first of the H numbers alone; a step differs if any of them does.": [
            next(iter(np.flatnonzero(h[:, 0] != other[:, 0])), len(h)) for h, other in examples
        ],
        "That looks at the last of the H numbers alone; a step differs if any of them does.": [
            next(iter(np.flatnonzero(h[:, -1] != other[:, -1])), len(h)) for h, other in examples
        ],
        "A step differs if any of its H numbers does; you ask for all of them.": [
            next(iter(np.flatnonzero((h != other).all(axis=1))), len(h)) for h, other in examples
        ],
        "That is how many steps differ; the index of the first one is wanted.": [
            (h != other).any(axis=1).sum() for h, other in examples
        ],
        "That is how many numbers differ; the index of the first step is wanted.": [
            (h != other).sum() for h, other in examples
        ],
        "That counts numbers, not steps: which step does the number belong to?": [
            next(iter(np.flatnonzero(h != other)), len(h)) for h, other in examples
        ],
        "That is the first step at which they are equal.": [
            next(iter(np.flatnonzero((h == other).all(axis=1))), len(h)) for h, other in examples
        ],
        "Small differences are overlooked there; a difference of 0.000001 is one too.": [
            len(h) if len(h) == 3 else t for (h, _), t in zip(examples, want, strict=True)
        ],
        "any(axis=0) asks which of the H numbers differ; which steps differ is any(axis=1).": [
            next(iter(np.flatnonzero((h != other).any(axis=0))), len(h)) for h, other in examples
        ],
        "That is where the difference is largest; the first one is wanted.": [
            int(np.abs(h - other).sum(axis=1).argmax()) for h, other in examples
        ],
        "Your loop ends at its first step, whatever it finds: return T after the loop, not in it.": [
            0 if (h[0] != other[0]).any() else len(h) for h, other in examples
        ],
        "You compare sums, or something else that does not know the order of the H numbers; compare number by number.": [
            next(iter(np.flatnonzero(h.sum(axis=1) != other.sum(axis=1))), len(h)) for h, other in examples
        ],
        "That looks from the end; count from the beginning.": [
            len(h) - 1 - t for (h, _), t in zip(examples, want, strict=True)
        ],
    }
    for never, found in (("T - 1", [n - 1 for n in lengths]), ("-1", [-1] * 7), ("0", [0] * 7)):
        bugs[f"What does your code do when it finds nothing? Two runs that never differ give T, not {never}."] = [
            other if t == T else t for t, T, other in zip(want, lengths, found, strict=True)
        ]
        bugs[f"That is the last step at which they differ, or {never}; the first difference is wanted, or T."] = [
            other if t == T else t for t, T, other in zip(last, lengths, found, strict=True)
        ]
    hint = "h and other have shape (T, H); where they never differ, there is nothing to find."
    got = [
        one_number(function, call(function, *example, hint=hint, nothing="where the two never differ, return T"))
        for example in examples
    ]
    cases = [f"for h = {shown(h.tolist(), 150)} and other = {shown(other.tolist(), 150)}" for h, other in examples]
    check_each_case(cases, got, want, bugs)


@checking
def forward(function, cell="published", seed=0, tiny=0):
    """function(x, lengths, W_xh, W_hh, b_h) -> h (B, T, H), from zeros; past its length a row keeps its state."""
    rng = np.random.default_rng(seed)
    B, D, H, T = {1: (1, 1, 1, 3), 2: (2, 1, 2, 3)}.get(tiny) or (4, *rng.permutation([2, 3]).tolist(), 6)
    x, W_xh, b_h = small(rng, B, T, D), small(rng, D, H) / 2, small(rng, H) / 2
    W_hh, lengths = small(rng, H, H) / 2, rng.integers(2, max(3, T - 1), size=B)
    if B > 1:
        lengths[-1] = T
    if B > 2:
        lengths[:3] = 3, 2, 1  # lengths[0] is neither the smallest nor the largest
    run = {"x": x, "W_xh": W_xh, "W_hh": W_hh, "b_h": b_h, "lengths": lengths}

    def states(cell=cell, start=0.0, past="keep", carry=1.0, steps=range(T), new=None, first_row=False, **changed):
        its, back, _ = CELLS[cell]
        new, given = new or its, run | changed
        h = [np.full((B, H), start)] * 2
        for t in steps:
            before = np.repeat(h[-back][:1], B, axis=0) if first_row else h[-back]
            z = given["x"][:, t] @ given["W_xh"] + carry * before @ given["W_hh"] + given["b_h"]
            other = {
                "keep": h[-1],
                "zeros": np.zeros((B, H)),
                "go on": new(z, h[-1]),
                "squash": np.tanh(h[-1]),
                "alone": new(before @ W_hh, h[-1]),
            }[past]
            h.append(np.where((t < given["lengths"])[:, None], new(z, h[-1]), other))
        return np.stack(h[2:], axis=1)

    def one_after_the_other():
        h_t, found = np.zeros(H), []
        for b, t in np.ndindex(B, T):
            if t < lengths[b]:
                h_t = CELLS[cell][0](x[b, t] @ W_xh + h_t @ W_hh + b_h, h_t)
            found.append(h_t)
        return np.reshape(found, (B, T, H))

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
        "the bias is subtracted; add it.": states(b_h=-b_h),
        "the input is missing: add x[:, t] @ W_xh.": states(x=0 * x),
        "every step reads the first word; step t reads x[:, t].": states(x=np.repeat(x[:, :1], T, axis=1)),
        "lengths[0] decides for all rows; row b has lengths[b].": states(lengths=np.full(B, lengths[0])),
        "the states pile up: is there += for =?": np.cumsum(want, axis=1),
        "W_hh looks transposed: rows belong to the old state, columns to the new one.": states(W_hh=W_hh.T),
        "the states are in reverse order.": want[:, ::-1],
        "the first state of h is h_0; h[:, 0] is the state after the first word.": np.concatenate(
            [np.zeros((B, 1, H)), want[:, :-1]], axis=1
        ),
        "every column holds the last state; append a new array at each step.": np.repeat(want[:, -1:], T, axis=1),
        "the sentences are read from their end.": states(x=x[:, ::-1]),
        "the loop runs from the last step to the first; begin at t = 0.": states(steps=range(T)[::-1]),
        "the bias is added twice.": states(b_h=2 * b_h),
        "a sigmoid is in the place of tanh.": states(new=lambda z, h: 1 / (1 + np.exp(-z))),
        "there is no tanh yet.": states(new=lambda z, h: z),
        "tanh is taken of what you return, and not of the state that is handed on; each step hands on tanh(z_t).": np.tanh(
            states(new=lambda z, h: z)
        ),
        "tanh is taken twice.": states(new=lambda z, h: np.tanh(np.tanh(z))),
        "past its length a row reads zeros and goes on; it keeps its last state.": states(
            x=x * (np.arange(T) < lengths[:, None])[:, :, None], past="go on"
        ),
        "past its length a row goes on without its input and the bias; it keeps its last state.": states(past="alone"),
        "past its length tanh is taken of a row's state again and again; it keeps its last state as it is.": states(
            past="squash"
        ),
        "a sentence begins with the last state of the one before; every row begins with zeros.": (
            one_after_the_other()
        ),
        "the smallest length serves all rows; row b has lengths[b].": states(lengths=np.full(B, lengths.min())),
        "a rectifier is in the place of tanh.": states(new=lambda z, h: np.maximum(z, 0)),
        "h_{t-1} is added to the new state; this cell's new state is tanh(z_t) alone.": states(
            new=lambda z, h: h + np.tanh(z)
        ),
        "step t reads the input of the step before; it reads x[:, t].": states(x=np.roll(x, 1, axis=1)),
        "the first row's state serves all rows; row b has a state of its own.": states(first_row=True),
        "the states are multiplied by W_hh entry by entry; take @.": states(W_hh=np.diag(np.diag(W_hh))),
    }
    for other, (*_, written) in CELLS.items():
        if other != cell:
            bugs[f"the states follow {written}; this cell's are {CELLS[cell][2]}."] = states(cell=other)
    got = call(
        function,
        x,
        lengths,
        W_xh,
        W_hh,
        b_h,
        hint="x[:, t] has shape (B, D); a condition for each row needs (B, 1): [:, None].",
    )
    if shape_of(got) == (T, B, H):
        raise NotYet(
            f"h has shape {(T, B, H)}, expected {(B, T, H)} = (B, T, H): time comes first; np.stack(..., axis=1)."
        )
    if shape_of(got) == (B, H):
        raise NotYet(
            f"h has shape {(B, H)}, expected {(B, T, H)} = (B, T, H): that is one state; all of them are wanted."
        )
    if shape_of(got) == (B, T + 1, H):
        raise NotYet(f"h has {T + 1} steps, expected {T}: h_0 is not one of the states after a word.")
    check_array("h", got, want, "(B, T, H)", bugs)
    if tiny:
        return
    shorter = np.minimum(lengths, T - 2)
    got = call(function, x, shorter, W_xh, W_hh, b_h, hint="h has T states for each row, even if every row is shorter.")
    if shape_of(got) == (B, T - 2, H):
        raise NotYet(
            f"h has {T - 2} states where the longest row has {T - 2} words; T is {T}: go on to the last column."
        )
    check_array("h where every row is shorter than T", got, states(lengths=shorter), "(B, T, H)")


WEIGHTINGS = {
    "published": "the mean over all real steps of the batch",
    "per_sentence": "first the mean over each sentence's real steps, then the mean over the sentences",
    "summed": "the sum over each sentence's real steps, then the mean over the sentences",
}
"""Variant of `masked_loss` -> its description in words."""
SMALL = 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-12, 1e-15
"""What is often put into a logarithm, so that it is finite."""


@checking
def masked_loss(function, weighting="published", seed=0, tiny=0):
    """function(logits, targets, mask) -> a number, cross-entropy weighted as asked, padding left out."""
    rng = np.random.default_rng(seed)
    B, K, T = {1: (1, 2, 2), 2: (2, 2, 3)}.get(tiny) or (*different_sizes(rng, 2), 6)
    logits, targets = small(rng, B, T, K), rng.integers(K, size=(B, T))
    mask = text.mask(np.arange(B) + (1 if tiny else 2), T)
    if not tiny:
        logits[-1, 0] += 1000
        logits[0, 0, targets[0, 0]] -= 30  # a target whose probability is next to 0
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
        (
            "that is the logarithm of the mean; take the mean of the logarithms.",
            -np.log(weighted(of_target, weighting)),
        ),
        ("that is one minus the probability; take minus its logarithm.", weighted(1 - of_target, weighting)),
        ("that is in bits; take the natural logarithm.", want / np.log(2)),
        ("that is the sum over everything.", real.sum()),
        ("padding is counted as a loss of 0: divide by the number of real steps.", real.mean()),
        ("mask[0] serves all sentences; sentence b has mask[b].", each[:, mask[0]].mean()),
        ("that is the largest class's loss; take the target's.", weighted(-np.log(p.max(axis=2)), weighting)),
        (
            "the class of the very first target serves all steps; each step has a target of its own.",
            weighted(-_log_softmax(logits, 2)[:, :, targets[0, 0]], weighting),
        ),
        (
            "that is the mean loss of all classes; take the target's.",
            weighted(-np.log(np.maximum(p, 1e-300)).mean(axis=2), weighting),
        ),
        (
            "that adds up the losses of all classes; take the target's.",
            weighted(-_log_softmax(logits, 2).sum(axis=2), weighting),
        ),
        (
            "that is minus the target's logit; the logarithm of the softmax is still to come.",
            weighted(-np.take_along_axis(logits, targets[..., None], axis=2)[..., 0], weighting),
        ),
        ("that sums over the steps and divides by the number of steps T.", real.sum() / T),
        (
            "the softmax runs over the steps; it runs over the classes, the last axis.",
            weighted(-np.take_along_axis(_log_softmax(logits, 1), targets[..., None], axis=2)[..., 0], weighting),
        ),
        (
            "that divides by the largest number of real steps of a sentence; divide by the number of all real steps.",
            real.sum() / mask.sum(axis=1).max(),
        ),
        ("that is exp of the loss, the perplexity.", np.exp(want)),
        ("that is in decimal digits, log10; take the natural logarithm.", want / np.log(10)),
    ]
    small_number = "a small number, {:g}, inside the logarithm cuts large losses off."
    bugs += [(small_number.format(eps), weighted(-np.log(of_target + eps), weighting)) for eps in SMALL]
    bugs += [
        (
            f"a probability counts as {eps:g} at least, which cuts large losses off.",
            weighted(-np.log(np.maximum(of_target, eps)), weighting),
        )
        for eps in SMALL
        if of_target.min() < eps / 2
    ]
    bugs += [
        (f"that is {words}; here it is {WEIGHTINGS[weighting]}.", weighted(each, name))
        for name, words in WEIGHTINGS.items()
        if name != weighting
    ]
    got = call(
        function, logits, targets, mask, hint="np.take_along_axis(p, targets[..., None], axis=-1) picks the targets."
    )
    if isinstance(got, tuple | list) and len(got) == 2 and shape_of(got[0]) == ():
        raise NotYet(
            f"{name_of(function)} returns {described(got)}; expected one number: here the loss alone, no gradient."
        )
    number = as_array("the loss", got, "one number")
    if number.shape == () and not np.isfinite(number):
        raise NotYet(
            "the loss is not finite, since one row of logits is near 1,000: subtract each row's largest first."
        )
    check_array("the loss", got, np.array(want), "one number", dict(bugs))
    certain = np.array([[[1000.0, 0.0]]]), np.array([[1]]), np.array([[True]])
    check_array(
        "the loss of one step with the logits (1000, 0) and target 1",
        call(function, *certain),
        np.array(1000.0),
        "one number",
        {
            "the softmax is 0 there, and 0 has no logarithm: take log p = z - log(sum(exp(z))), where z are the logits less "
            "their largest.": np.array(np.inf)
        }
        | {small_number.format(eps): -np.log(eps) for eps in SMALL},
    )


def _log_softmax(logits, axis):
    z = logits - logits.max(axis=axis, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=axis, keepdims=True))


@checking
def flips_after(function, seed=0):
    """function(h, W_hh, b_h, w, most) -> after how many padded steps the sign of h @ w changes; 0 for never."""
    rng = np.random.default_rng(seed)

    examples, want, bugs = _flips(rng)
    while want in bugs.values() or len(set(map(tuple, bugs.values()))) < len(bugs):  # until each mistake shows
        examples, want, bugs = _flips(rng)
    got = [
        one_number(
            function,
            call(
                function,
                *example,
                hint="h has shape (H,), and so has h @ W_hh.",
                nothing="return 0 where the answer never changes",
            ),
        )
        for example in examples
    ]
    cases = [
        f"before padding the answer is “{'positive' if example[0] @ example[3] > 0 else 'not positive'}”, and it "
        f"{f'first changes after {n} padded step' + 's' * (n != 1) if n else 'never changes'} within most = {example[-1]}: "
        f"for h = {shown(example[0])}, W_hh = {shown(example[1])}, b_h = {shown(example[2])}, w = {shown(example[3])}"
        for n, example in zip(want, examples, strict=True)
    ]
    check_each_case(cases, got, want, bugs)


def _padded(h, W_hh, b_h, steps):
    """Return the states after so many padded steps."""
    states = []
    for _ in range(steps):
        h = np.tanh(h @ W_hh + b_h)
        states.append(h)
    return states


def _linear(examples):
    """Return after how many steps the answer changes if tanh is left out."""
    found = []
    for start, W_hh, b_h, w, most in examples:
        h, signs = start, [start @ w > 0]
        for _ in range(most):
            h = h @ W_hh + b_h
            signs.append(h @ w > 0)
        found.append(next((n for n, sign in enumerate(signs) if sign != signs[0]), 0))
    return found


def _flips(rng):
    """Draw cases. Return them, after how many steps the answer changes in each, and what mistakes give."""

    def signs(h, W_hh, b_h, w, steps):
        return [bool(state @ w > 0) for state in (h, *_padded(h, W_hh, b_h, steps))]

    def three_signs(example):
        h, W_hh, b_h, w, most = example
        return [np.sign(state @ w) for state in (h, *_padded(h, W_hh, b_h, most))]

    def zero_is_positive(h, W_hh, b_h, w, most):
        return [bool(state @ w >= 0) for state in (h, *_padded(h, W_hh, b_h, most))]

    cases = {}
    while set(cases) != {0, 1, 3}:
        h, W_hh, b_h, w = (
            small(rng, 3) / 2,
            small(rng, 3, 3),
            small(rng, 3) / 2,
            small(rng, 3),
        )
        found = signs(h, W_hh, b_h, w, 8)
        first = next((n for n, sign in enumerate(found) if sign != found[0]), 0)
        if first in (0, 1) or (first == 3 and found[8] == found[0]):
            cases.setdefault(first, (h, W_hh, b_h, w, 8))
    examples = [*cases.values(), (*cases[3][:4], 2), (*cases[3][:4], 3)]
    examples += [(small(rng, 3) / 2, small(rng, 3, 3), small(rng, 3) / 2, small(rng, 3), 6) for _ in range(8)]
    first = np.eye(3)[0]
    examples.append((np.array([0.5, 0.2, -0.3]), np.eye(3), -0.08 * first, first, 8))  # the answer changes late
    bias = small(rng, 3) / 2
    examples.append((np.zeros(3), small(rng, 3, 3), bias, 2 * bias, 1))  # h @ w is 0 before padding, and then above 0
    examples.append((np.zeros(3), small(rng, 3, 3), bias, -2 * bias, 1))  # h @ w is 0 before padding, and then below 0
    runs = [signs(*example) for example in examples]
    want = [next((n for n, sign in enumerate(run) if sign != run[0]), 0) for run in runs]

    def by(change=lambda h, W_hh, b_h, w, most: (h, W_hh, b_h, w, most)):
        """Return the right search after some change of its input."""
        found = []
        for example in examples:
            h, W_hh, b_h, w, most = change(*example)
            seen = [h @ w > 0] + [state @ w > 0 for state in _padded(h, W_hh, b_h, most)]
            found.append(next((n for n, sign in enumerate(seen) if sign != seen[0]), 0))
        return found

    bugs = {
        "that is how long it stayed. After how many steps has it changed?": [max(n - 1, 0) for n in want],
        "0 for every input: compare with the sign before any padding, after every step.": [0] * len(want),
        "one too many: count the steps already taken.": [n + (n > 0) for n in want],
        "if it never changes, the result is 0.": [n or example[-1] for n, example in zip(want, examples, strict=True)],
        "if it never changes, the result is 0, not -1.": [n or -1 for n in want],
        "`most` is ignored: with most = 2 an answer that changes after 3 steps gives 0.": [
            next((n for n, sign in enumerate(signs(*example[:4], 8)) if sign != run[0]), 0)
            for example, run in zip(examples, runs, strict=True)
        ],
        "the last step is left out: most steps are allowed, not most - 1.": [
            n * (n < example[-1]) for n, example in zip(want, examples, strict=True)
        ],
        "that is the last step at which the answer differs; the first one is wanted.": [
            max((n for n, sign in enumerate(run[: example[-1] + 1]) if sign != run[0]), default=0)
            for run, example in zip(runs, examples, strict=True)
        ],
        "h @ w = 0 is not positive: the answer is “positive” if h @ w is above 0.": [
            next((n for n, sign in enumerate(run) if sign != run[0]), 0)
            for run in (zero_is_positive(*example) for example in examples)
        ],
        "0 and below 0 are one answer, “not positive”; np.sign tells them apart.": [
            next((n for n, sign in enumerate(row) if sign != row[0]), 0) for row in map(three_signs, examples)
        ],
        "h @ w = 0 is not positive, but a product with 0 is never below 0; compare the two answers themselves.": [
            next((n for n, sign in enumerate(row) if sign * row[0] < 0), 0) for row in map(three_signs, examples)
        ],
        "compare with the answer before padding; you ask whether h @ w is 0 or below.": [
            next((n for n, sign in enumerate(run[: example[-1] + 1]) if n and not sign), 0)
            for run, example in zip(runs, examples, strict=True)
        ],
        "compare with the sign before any padding, not with that of the first padded state.": [
            next((n for n, sign in enumerate(run) if n > 1 and sign != run[1]), 0) for run in runs
        ],
        "that is how many of the padded steps have another answer; the first one's number is wanted.": [
            sum(sign != run[0] for sign in run) for run in runs
        ],
        "that is how often the answer changes.": [
            sum(a != b for a, b in zip(run, run[1:], strict=False)) for run in runs
        ],
        "that looks at the state after the last step alone.": [
            example[-1] * int(run[-1] != run[0]) for run, example in zip(runs, examples, strict=True)
        ],
        "the bias is missing: a padded step is h = tanh(h @ W_hh + b_h), a zero input adds nothing else.": by(
            lambda h, W_hh, b_h, w, most: (h, W_hh, 0 * b_h, w, most)
        ),
        "the bias is subtracted; add it.": by(lambda h, W_hh, b_h, w, most: (h, W_hh, -b_h, w, most)),
        "W_hh looks transposed: a padded step is h = tanh(h @ W_hh + b_h).": by(
            lambda h, W_hh, b_h, w, most: (h, W_hh.T, b_h, w, most)
        ),
        "only the first padded step counts there: does every step start from the same h, or does the loop end at once?": [
            int(len(run) > 1 and run[1] != run[0]) for run in runs
        ],
        "tanh is missing: a padded step is h = tanh(h @ W_hh + b_h).": _linear(examples),
        "w takes no part: the answer is whether h @ w is above 0.": by(
            lambda h, W_hh, b_h, w, most: (h, W_hh, b_h, np.ones(3), most)
        ),
    }
    order = rng.permutation(len(examples))
    examples, want = [examples[i] for i in order], [want[i] for i in order]
    bugs = {sentence: [list(gives)[i] for i in order] for sentence, gives in bugs.items()}
    return examples, want, {sentence: [int(n) for n in gives] for sentence, gives in bugs.items()}
