"""The checks of lesson 5's exercises: backpropagation through time."""

import numpy as np

from helpers import cells, losses
from helpers.exercises.compare import (
    NotYet,
    as_lists,
    call,
    check_array,
    checking,
    close,
    described,
    different_sizes,
    name_of,
    shape_of,
    shown,
    small,
)


@checking
def first_error(function, seed=0, tiny=0):
    """function(p, labels) -> dlogits (B, T, K) of the mean cross-entropy over all B * T steps."""
    rng = np.random.default_rng(seed)
    B, T, K = {1: (1, 1, 2), 2: (2, 3, 2)}.get(tiny) or (int(size) for size in rng.permutation([3, 4, 5]))
    p = (1 + rng.multinomial(20 - K, losses.softmax(small(rng, B, T, K)))) / 20
    labels = rng.integers(K, size=(B, T))
    one_hot = np.eye(K)[labels]
    bugs = {
        "that is not divided yet: the loss is a mean over B * T steps.": p - one_hot,
        "that is divided by T alone; the loss is a mean over B * T steps.": (p - one_hot) / T,
        "that is divided by B alone; the loss is a mean over B * T steps.": (p - one_hot) / B,
        "that is divided by B * T * K; each of the B * T steps has one loss.": (p - one_hot) / (B * T * K),
        "the sign is wrong: the right class must get a negative number.": (one_hot - p) / (B * T),
        "that is minus 1/p at the right class, the derivative for p; go on through the softmax.": -one_hot
        / p
        / (B * T),
        "the 1 is not taken off at the right class.": p / (B * T),
        "the 1 is added at the right class; take it off.": (p + one_hot) / (B * T),
        "that is multiplied by B * T; divide.": (p - one_hot) * B * T,
        "a softmax is taken of p, which is one already.": (losses.softmax(p) - one_hot) / (B * T),
        "that is the softmax's own slope, p (1 - p), of each class alone.": p * (1 - p) / (B * T),
        "only the right class has a gradient there; the others get theirs through the softmax.": (p - one_hot)
        * one_hot
        / (B * T),
    }
    everywhere = p.copy()
    everywhere[:, :, labels] -= 1
    bugs |= {
        "the label is subtracted as a number; subtract its one-hot row.": (p - labels[..., None]) / (B * T),
        "the one-hot rows alone are divided by B * T; divide the whole difference.": p - one_hot / (B * T),
        "p alone is divided by B * T; divide the whole difference.": p / (B * T) - one_hot,
        "that is twice too large; -log p has no square.": 2 * (p - one_hot) / (B * T),
        "that is divided by K alone; the loss is a mean over B * T steps.": (p - one_hot) / K,
        "the labels are not used: 1 is taken off at the largest class of each step.": (p - np.eye(K)[p.argmax(axis=2)])
        / (B * T),
        "1 is taken off at the class after the label; the first class is 0.": (p - np.eye(K)[(labels + 1) % K])
        / (B * T),
        "the difference is multiplied by p; softmax and -log together give p minus one-hot.": p
        * (p - one_hot)
        / (B * T),
        "p[:, :, labels] takes the labels of all steps at every step; each step has one label.": everywhere / (B * T),
    }
    got = call(function, p, labels, hint="np.eye(K)[labels] has shape (B, T, K).")
    check_array("dlogits", got, (p - one_hot) / (B * T), "(B, T, K)", bugs)
    if tiny:
        return
    labels = labels % (K - 1)
    got = call(function, p, labels, hint="K is p.shape[-1]; the largest label may be smaller than K - 1.")
    check_array("dlogits where the last class does not occur", got, (p - np.eye(K)[labels]) / (B * T), "(B, T, K)")


CELLS = {
    "published": (lambda z, h: h + np.tanh(z), lambda h, old: 1 - (h - old) ** 2, 1.0),
    "leaky": (
        lambda z, h: 0.75 * h + 0.25 * np.tanh(z),
        lambda h, old: 0.25 * (1 - ((h - 0.75 * old) / 0.25) ** 2),
        0.75,
    ),
    "rectifier": (lambda z, h: np.where(np.real(z) > 0, z, 0), lambda h, old: (h > 0) * 1.0, 0.0),
}
"""Variant of `backward` -> (function for the new state, its slope by z from the states, the direct share of h_{t-1})."""
NAMES = {"dW_xh": "(D, H)", "dW_hh": "(H, H)", "db_h": "(H,)", "dh_0": "(B, H)"}


@checking
def backward(function, cell="published", seed=0, tiny=0):
    """function(dh, x, h, h_0, W_xh, W_hh) -> dict of dW_xh, dW_hh, db_h, dh_0, through a whole sequence."""
    rng = np.random.default_rng(seed)
    B, D, H, T = {1: (1, 1, 1, 2), 2: (2, 1, 2, 3)}.get(tiny) or (*different_sizes(rng, 3), 6)
    new, slope, straight = CELLS[cell]
    weights = {
        "W_xh": small(rng, D, H) / 2,
        "W_hh": small(rng, H, H) / 4,
        "b_h": small(rng, H) / 2,
        "h_0": small(rng, B, H) / 2,
    }
    x, dh = small(rng, B, T, D), small(rng, B, T, H)

    def run(W_xh, W_hh, b_h, h_0):
        h = [h_0]
        for t in range(T):
            h.append(new(x[:, t] @ W_xh + h[-1] @ W_hh + b_h, h[-1]))
        return np.stack(h[1:], axis=1)

    h, h_0, W_hh = run(**weights), weights["h_0"], weights["W_hh"]
    want = {"d" + name: _derivative(lambda **given: np.sum(dh * run(**given)), weights, name) for name in weights}
    before = np.concatenate([h_0[:, None], h[:, :-1]], axis=1)

    def way_back(
        slope=slope,
        straight=straight,
        W=W_hh.T,
        later=1.0,
        before=before,
        outer=dh,
        steps=range(T),
        inputs=x,
        forwards=False,
        old=None,
        through_slope=False,
        piling=0.0,
    ):
        old = np.concatenate([h_0[:, None], h], axis=1) if old is None else old
        dz, from_later = np.zeros_like(h), np.zeros((B, H))
        for t in range(T) if forwards else reversed(range(T)):
            dh_t = outer[:, t] + later * from_later
            dz[:, t] = dh_t * slope(h[:, t], old[:, t])
            back = straight * (dz[:, t] if through_slope else dh_t) + dz[:, t] @ W
            from_later = back + piling * from_later
        used = dz[:, steps]
        return {
            "dW_xh": np.einsum("btd,bth->dh", inputs[:, steps], used),
            "dW_hh": np.einsum("btk,bth->kh", before[:, steps], used),
            "db_h": used.sum(axis=(0, 1)),
            "dh_0": from_later,
        }

    bugs = {
        "the error does not come back from later steps: add what step t + 1 hands back to dh[:, t].": way_back(
            later=0.0
        ),
        "W_hh is not transposed on the way back: dz @ W_hh.T.": way_back(W=W_hh),
        "dW_hh is made from h_t; each dz_t meets the state before, h_{t-1}.": way_back(before=h),
        "h_0 is taken as zeros in dW_hh; the first step reads the h_0 that is given.": way_back(
            before=np.concatenate([0 * h_0[:, None], h[:, :-1]], axis=1)
        ),
        "only the last step's loss is sent back; every dh[:, t] counts.": way_back(
            outer=dh * (np.arange(T) == T - 1)[:, None]
        ),
        "the weights get the first step's share alone; add up all T of them.": way_back(steps=[0]),
        "the weights get the last step's share alone; add up all T of them.": way_back(steps=[T - 1]),
        "the first step's share of the weights is missing; the loop must reach t = 0.": way_back(steps=range(1, T)),
        "the loop runs forwards; begin at t = T - 1 and go down to 0.": way_back(forwards=True),
        "dh[:, t] is counted twice at each step.": way_back(outer=2 * dh),
        "the error from later steps is subtracted; add it.": way_back(later=-1.0),
        "what a step hands back piles up from step to step: is there += for =?": way_back(piling=1.0),
        "dW_xh is made from the input of another step; each dz_t meets x[:, t].": way_back(
            inputs=np.roll(x, 1, axis=1)
        ),
        "dW_xh is made from the input of another step; dz_t meets x[:, t].": way_back(inputs=np.roll(x, -1, axis=1)),
        "the slope is missing: dz_t is dh_t times the derivative of h_t by z_t.": way_back(slope=lambda h, old: 1.0),
    }
    wrapped = np.concatenate([h[:, -1:], h[:, :-1]], axis=1)
    all_zero = np.concatenate([0 * h_0[:, None], h[:, :-1]], axis=1)
    bugs |= {
        "at t = 0, h[:, t - 1] is the last state; the state before the first step is h_0.": way_back(
            before=wrapped, old=wrapped
        ),
        "h_0 is taken as zeros; the first step reads the h_0 that is given.": way_back(before=all_zero, old=all_zero),
        "h_0 stands before every step; before step t stands h[:, t - 1].": way_back(
            before=np.repeat(h_0[:, None], T, axis=1), old=np.repeat(h_0[:, None], T, axis=1)
        ),
        "the way through W_hh is missing: dz_t @ W_hh.T goes back too.": way_back(W=0 * W_hh),
        "the straight way goes through the slope too; it takes dh_t itself.": way_back(through_slope=True),
        "dh_0 is only the first step's dh; the error from later steps is missing in it.": way_back()
        | {"dh_0": dh[:, 0]},
        "dh_0 is zero: it is what step 0 hands back.": way_back() | {"dh_0": 0 * h_0},
    }
    if cell != "rectifier":
        inside = {"published": "h_t - h_{t-1}", "leaky": "(h_t - 0.75 h_{t-1}) / 0.25"}[cell]
        bugs |= {
            f"the slope of tanh takes tanh(z_t) = {inside} as it is; you took tanh of it once more.": way_back(
                slope=lambda h, old: (
                    (0.25 if cell == "leaky" else 1.0)
                    * (1 - np.tanh((h - straight * old) / (0.25 if cell == "leaky" else 1.0)) ** 2)
                )
            ),
            f"the slope of tanh is 1 - tanh², and tanh(z_t) is {inside}; yours is 1 - tanh.": way_back(
                slope=lambda h, old: (
                    (0.25 if cell == "leaky" else 1.0) * (1 - (h - straight * old) / (0.25 if cell == "leaky" else 1.0))
                )
            ),
            "the slope of tanh is taken at h_t: 1 - tanh(h_t)²; h_t is no pre-activation.": way_back(
                slope=lambda h, old: (0.25 if cell == "leaky" else 1.0) * (1 - np.tanh(h) ** 2)
            ),
            f"the slope of tanh is 1 - tanh², and tanh(z_t) is {inside} here, not h_t.": way_back(
                slope=lambda h, old: (0.25 if cell == "leaky" else 1.0) * (1 - h**2)
            ),
            f"the straight way is missing: h_{{t-1}} also reaches h_t directly, with factor {straight:g}.": way_back(
                straight=0
            ),
            "the slope is that of sigmoid; this cell has tanh.": way_back(
                slope=lambda h, old: (c := (h - straight * old) / (1.25 - straight if cell == "leaky" else 1)) * (1 - c)
            ),
        }
    if cell == "leaky":
        bugs |= {
            "the factor 0.25 is missing: h_t takes a quarter of tanh(z_t).": way_back(
                slope=lambda h, old: 4 * slope(h, old)
            ),
            "all of dh_t goes straight back; only 0.75 of it does.": way_back(straight=1.0),
        }
    bugs |= {
        f"that is the way back of {_written(name)}; this cell is {_written(cell)}.": way_back(
            slope=other, straight=back
        )
        for name, (_, other, back) in CELLS.items()
        if name != cell
    }
    bugs["that is the way back of h_t = tanh(z_t); this cell is " + _written(cell) + "."] = way_back(
        slope=lambda h, old: 1 - h**2, straight=0
    )
    exact = way_back()
    bugs["those are means over the batch; the weights' gradients are sums."] = exact | {
        name: exact[name] / B for name in ("dW_xh", "dW_hh", "db_h")
    }
    bugs["those are means over the steps; the weights' gradients are sums."] = exact | {
        name: exact[name] / T for name in ("dW_xh", "dW_hh", "db_h")
    }
    given = dh, x, h, h_0, weights["W_xh"], W_hh
    got = call(function, *given, hint="The transposed factor of a weight's gradient comes first: x[:, t].T @ dz_t.")
    if not isinstance(got, dict) or set(NAMES) - set(got):
        raise NotYet(f"{function.__name__} returns {_listed(got)}; expected a dict with {', '.join(NAMES)}.")
    wrong_names = [] if tiny else [name for name in NAMES if not close(got[name], want[name])]
    for sentence, wrong in bugs.items():
        if wrong_names and all(close(got[name], wrong[name]) for name in NAMES):
            raise NotYet(bug=sentence)
    for name, axes in NAMES.items():
        its = {
            f"of the four, {', '.join(wrong_names)} are wrong. In {name} " + sentence: wrong[name]
            for sentence, wrong in bugs.items()
            if len(wrong_names) > 1
        }
        its |= {
            f"{name} is the last step's share alone; is there = for +=?": way_back(steps=[0])[name],
            f"{name} is divided by the number of steps; it is a sum.": want[name] / T,
            f"{name} is divided by the batch; it is a sum.": want[name] / B,
        }
        check_array(name, got[name], want[name], axes, its)


def _written(cell):
    return {
        "published": "h_t = h_{t-1} + tanh(z_t)",
        "leaky": "h_t = 0.75 h_{t-1} + 0.25 tanh(z_t)",
        "rectifier": "h_t = max(z_t, 0)",
    }[cell]


def _derivative(loss, given, name):
    """Return dloss/dgiven[name] by complex steps, Im loss(a + i e) / e, which subtract nothing and so lose no digits."""
    gradient = np.empty_like(given[name])
    for index in np.ndindex(gradient.shape):
        moved = given[name].astype(complex)
        moved[index] += 1e-30j
        gradient[index] = np.imag(loss(**given | {name: moved})) / 1e-30
    return gradient


def _listed(got):
    return f"a dict with {', '.join(map(str, got)) or 'nothing'}" if isinstance(got, dict) else described(got)


SIGNED = "differences of one sign alone are found; take the absolute value of each before you look for the largest."
SHARE = (
    "0.001 is a share of the largest number, and you compare with a fixed number, whatever the size of the gradient."
)
OF_EACH = "each difference is compared with its own number; compare it with the largest of the array."
SIZE = "the largest number is meant by its size: np.abs(measured).max(), for numbers below 0 may be the largest."


def _largest(difference):
    return np.abs(difference).max()


WRONG_COMPARISONS = (
    (SIGNED, lambda claim, right: (right - claim).max() > 0.001 * _largest(right)),
    (SIGNED, lambda claim, right: (claim - right).max() > 0.001 * _largest(right)),
    (SIZE, lambda claim, right: _largest(claim - right) > 0.001 * right.max()),
    (SIZE, lambda claim, right: _largest(claim - right) > 0.001 * abs(right.max())),
    (SIZE, lambda claim, right: _largest(claim - right) > 0.001 * claim.max()),
    (
        "the signs of the gradients are lost: take the absolute value of the difference, not of the numbers before.",
        lambda claim, right: _largest(np.abs(claim) - np.abs(right)) > 0.001 * _largest(right),
    ),
    (OF_EACH, lambda claim, right: (np.abs(claim - right) > 0.001 * np.abs(right)).any()),
    (OF_EACH, lambda claim, right: (np.abs(claim - right) > 0.001 * np.abs(claim)).any()),
    (OF_EACH, lambda claim, right: not np.allclose(claim, right, rtol=0.001, atol=0)),
    (OF_EACH, lambda claim, right: not np.allclose(claim, right, rtol=0.001)),
    *(
        (SHARE, lambda claim, right, most=most: _largest(claim - right) > most)
        for most in (0.1, 0.01, 0.001, 1e-4, 1e-5, 1e-6, 1e-7)
    ),
    *(
        (SHARE, lambda claim, right, most=most: not np.allclose(claim, right, atol=most))
        for most in (0.001, 1e-4, 1e-5)
    ),
    (
        "differences up to 1 % of the largest number are let through; 0.1 % is the limit.",
        lambda claim, right: _largest(claim - right) > 0.01 * _largest(right),
    ),
    (
        "differences up to 10 % of the largest number are let through; 0.1 % is the limit.",
        lambda claim, right: _largest(claim - right) > 0.1 * _largest(right),
    ),
    (
        "differences below 0.1 % of the largest number are found too; those are allowed.",
        lambda claim, right: _largest(claim - right) > 0.0001 * _largest(right),
    ),
    (
        "the largest numbers of the two arrays are compared, wherever they stand; compare place by place.",
        lambda claim, right: abs(_largest(claim) - _largest(right)) > 0.001 * _largest(right),
    ),
    (
        "the sums of the two arrays are compared; compare place by place.",
        lambda claim, right: abs(claim.sum() - right.sum()) > 0.001 * _largest(right),
    ),
    (
        "every place would have to be wrong; one is enough: np.any, or the largest difference.",
        lambda claim, right: (np.abs(claim - right) > 0.001 * _largest(right)).all(),
    ),
    (
        "one wrong place is enough, so compare the largest difference, not the mean.",
        lambda claim, right: np.abs(claim - right).mean() > 0.001 * _largest(right),
    ),
    (
        "one wrong number is missed: look at every place, and compare the largest difference, no norm and no sum.",
        lambda claim, right: np.linalg.norm(claim - right) > 0.001 * np.linalg.norm(right),
    ),
    (
        "only the first number of each array is compared; every one may be the wrong one.",
        lambda claim, right: np.abs(claim - right).flat[0] > 0.001 * _largest(right),
    ),
    (
        "only the last number of each array is compared; every one may be the wrong one.",
        lambda claim, right: np.abs(claim - right).flat[-1] > 0.001 * _largest(right),
    ),
    (
        "your central difference is twice the right one: divide by twice the step.",
        lambda claim, right: _largest(claim - 2 * right) > 0.002 * _largest(right),
    ),
    (
        "your central difference is half the right one: divide by twice the step, once.",
        lambda claim, right: _largest(claim - right / 2) > 0.0005 * _largest(right),
    ),
    (
        "your central difference has the wrong sign: the loss after the step up, minus the one after the step down.",
        lambda claim, right: _largest(claim + right) > 0.001 * _largest(right),
    ),
    (
        "every name is accused: is the step neither large nor tiny, and is every number put back before the next one moves?",
        lambda claim, right: True,
    ),
    ("no name is accused.", lambda claim, right: False),
)
"""(what is wrong in a comparison, the comparison: of a claim and the right gradient)."""


@checking
def wrong_names(function, seed=0):
    """function(loss, weights, grads) -> the names of the gradients that finite differences contradict."""
    rng = np.random.default_rng(seed)
    x, labels = rng.normal(size=(2, 3, 3)), rng.integers(2, size=(2, 3))
    shapes = {"W_xh": (3, 2), "W_hh": (2, 2), "b_h": (2,), "W_hy": (2, 2)}

    def scaled(factor):
        def loss(weights):
            h = cells.rnn_forward(x, None, weights["W_xh"], weights["W_hh"], weights["b_h"])
            return factor * losses.cross_entropy(h @ weights["W_hy"], labels)[0]

        return loss

    def one_sided(array):
        """Return how large the largest number of the rarer sign is, relative to the largest."""
        return min(array.max(), -array.min()) / _largest(array)

    lopsided, grads = "W_xh", {"W_xh": np.array([1.0, -1.0])}
    while one_sided(grads[lopsided]) > 0.5:  # until a number below 0 is by far the largest, or one above 0
        weights = {name: rng.normal(size=shape) for name, shape in shapes.items()}
        h = cells.rnn_forward(x, None, weights["W_xh"], weights["W_hh"], weights["b_h"])
        _, dlogits = losses.cross_entropy(h @ weights["W_hy"], labels)
        found = cells.rnn_backward(dlogits @ weights["W_hy"].T, x, h, None, weights["W_xh"], weights["W_hh"])
        grads = {name: found["d" + name] for name in ("W_xh", "W_hh", "b_h")}
        grads["W_hy"] = np.einsum("bth,btk->hk", h, dlogits)
        lopsided = min(("W_xh", "W_hh", "b_h"), key=lambda name: one_sided(grads[name]))
    last, little, fine = (grads["W_xh"].copy() for _ in range(3))
    largest, smallest = np.abs(last).max(), np.unravel_index(np.abs(last).argmin(), last.shape)
    last[-1, -1] -= 0.2 * largest
    little[0, 1] += 0.003 * largest
    fine[smallest] += 0.0005 * largest
    nearly = grads[lopsided].copy()
    nearly.flat[np.abs(nearly).argmin()] += 0.0008 * _largest(nearly)
    tolerable = (
        f"one number of {lopsided}'s differs by 0.08 % of the largest, and only more than 0.1 % of the largest counts, "
        "whatever the signs are."
    )
    flat = max(grads, key=lambda name: np.linalg.norm(grads[name]) / np.abs(grads[name]).max())
    bent, most = grads[flat].copy(), np.abs(grads[flat]).max()
    bent.flat[0] += (0.001 * most + 0.001 * np.linalg.norm(bent)) / 2
    cases = [
        (
            1,
            {},
            "all four are right. Is every number put back before the next one moves, is the step neither large nor tiny, and "
            "is the largest number the one farthest from 0, whatever its sign?",
        ),
        (1, {"W_hh": grads["W_hh"].T}, "W_hh's is the transpose."),
        (1, {"b_h": -grads["b_h"]}, "b_h's has the wrong sign."),
        (1, {"W_xh": last}, "W_xh's is wrong in its last number alone; every number must be checked."),
        (1, {"b_h": 1.005 * grads["b_h"]}, "b_h's is 0.5 % too long; more than 0.1 % of the largest number is wrong."),
        (
            1,
            {"W_hy": 1.05 * grads["W_hy"], "b_h": 0 * grads["b_h"]},
            "W_hy's is 5 % too long and b_h's is zero: name all that are wrong.",
        ),
        (
            1e-6,
            {"W_hh": 2 * grads["W_hh"]},
            "the loss is tiny, and W_hh's is twice too long: compare relative to the largest number.",
        ),
        (
            1e6,
            {"W_hh": 0.5 * grads["W_hh"]},
            "the loss is huge, so right ones differ by more too: compare relative to the largest number.",
        ),
        (
            1,
            {"W_xh": little},
            "one number of W_xh's is wrong by 0.3 % of the largest: one place is enough, not the mean.",
        ),
        (
            1,
            {flat: bent},
            f"the first number of {flat}'s is wrong by more than 0.1 % of the largest, and that is enough.",
        ),
        (
            1,
            {"W_xh": fine},
            "one number of W_xh's differs by 0.05 % of the largest, and only more than 0.1 % of the largest counts, however "
            "small that number itself is.",
        ),
        (1, {lopsided: nearly}, tolerable),
        (-1, {lopsided: nearly}, tolerable),
    ]

    used = {}

    def on_copies(loss, weights, grads):
        used.update({name: array.copy() for name, array in weights.items()})
        return function(loss, used, grads)

    on_copies.__name__ = name_of(function)

    def named(factor, changed):
        claimed = {name: factor * array for name, array in (grads | changed).items()}
        places = "np.ndindex(array.shape) walks all places."
        got = call(on_copies, scaled(factor), weights, claimed, hint=places)
        if moved := [name for name in weights if not np.allclose(used[name], weights[name], rtol=0, atol=1e-9)]:
            raise NotYet(
                f"after your search {moved[0]} is not what it was: every number must be put back before you move the next one."
            )
        if not isinstance(got, list | tuple | set | np.ndarray) or shape_of(got) == () and not isinstance(got, set):
            raise NotYet(
                f"{name_of(function)} returns {described(got)}; expected a list of names, empty if all are right."
            )
        if odd := [name for name in as_lists(got) if not isinstance(name, str) or name not in weights]:
            raise NotYet(f"{name_of(function)} names {shown(odd[0])}; the names are {', '.join(weights)}.")
        if len(got) > len(set(got)):
            raise NotYet("you name one of them twice; each wrong one once.")
        return set(got)

    def compared(differs):
        """Return the names that a wrong comparison of the claims with the right gradients gives, case by case."""
        return {
            i: {name for name in grads if differs((grads | changed)[name] * factor, grads[name] * factor)}
            for i, (factor, changed, _) in enumerate(cases)
        }

    if named(1, {"W_hh": grads["W_hh"].T}) == set(weights) - {"W_hh"}:
        raise NotYet("those are the names of the right ones; name the wrong ones.")
    answers = {i: named(*cases[i][:2]) for i in rng.permutation(len(cases)).tolist()}
    mistake = next((told for told, differs in WRONG_COMPARISONS if answers == compared(differs)), "")
    for i, (_, changed, reason) in enumerate(cases):
        got = answers[i]
        want = {name for name in changed if _largest(changed[name] - grads[name]) > 0.001 * _largest(grads[name])}
        if got != want:
            told = f"you name {sorted(got) or 'none'}, expected {sorted(want) or 'none'}"
            raise NotYet(bug=mistake, place=f"Here {told}.") if mistake else NotYet(f"{told}: {reason}")
