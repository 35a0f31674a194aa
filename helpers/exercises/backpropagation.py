"""The checks of lesson 5's exercises: backpropagation through time."""

import numpy as np

from helpers import cells, losses
from helpers.exercises.compare import NotYet, call, check_array, different_sizes, one_number, say_right


def first_error(function, seed=0):
    """function(p, labels) -> dlogits (B, T, K) of the mean cross-entropy over all B * T steps."""
    rng = np.random.default_rng(seed)
    B, T, K = different_sizes(rng, 3)
    p, labels = losses.softmax(rng.normal(size=(B, T, K))), rng.integers(K, size=(B, T))
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
        "only the right class has a gradient there; the others get theirs through the softmax.": (p - one_hot)
        * one_hot
        / (B * T),
    }
    got = call(function, p, labels, hint="np.eye(K)[labels] has shape (B, T, K).")
    check_array("dlogits", got, (p - one_hot) / (B * T), "(B, T, K)", bugs)
    say_right()


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


def backward(function, cell="published", seed=0):
    """function(dh, x, h, h_0, W_xh, W_hh) -> dict of dW_xh, dW_hh, db_h, dh_0, through a whole sequence."""
    rng = np.random.default_rng(seed)
    B, D, H, T = *different_sizes(rng, 3), 6
    new, slope, straight = CELLS[cell]
    weights = {
        "W_xh": 0.5 * rng.normal(size=(D, H)),
        "W_hh": 0.5 * rng.normal(size=(H, H)),
        "b_h": rng.normal(size=H),
        "h_0": rng.normal(size=(B, H)),
    }
    x, dh = rng.normal(size=(B, T, D)), rng.normal(size=(B, T, H))

    def run(W_xh, W_hh, b_h, h_0):
        h = [h_0]
        for t in range(T):
            h.append(new(x[:, t] @ W_xh + h[-1] @ W_hh + b_h, h[-1]))
        return np.stack(h[1:], axis=1)

    h, h_0, W_hh = run(**weights), weights["h_0"], weights["W_hh"]
    want = {"d" + name: _derivative(lambda **given: np.sum(dh * run(**given)), weights, name) for name in weights}
    before = np.concatenate([h_0[:, None], h[:, :-1]], axis=1)

    def way_back(slope=slope, straight=straight, W=W_hh.T, later=1.0, before=before, outer=dh, steps=range(T)):
        dz, from_later = np.zeros_like(h), np.zeros((B, H))
        for t in reversed(range(T)):
            dh_t = outer[:, t] + later * from_later
            dz[:, t] = dh_t * slope(h[:, t], np.concatenate([h_0[:, None], h], axis=1)[:, t])
            from_later = straight * dh_t + dz[:, t] @ W
        used = dz[:, steps]
        return {
            "dW_xh": np.einsum("btd,bth->dh", x[:, steps], used),
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
        "the slope is missing: dz_t is dh_t times the derivative of h_t by z_t.": way_back(slope=lambda h, old: 1.0),
    }
    if cell != "rectifier":
        inside = {"published": "h_t - h_{t-1}", "leaky": "(h_t - 0.75 h_{t-1}) / 0.25"}[cell]
        bugs |= {
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
    for sentence, wrong in bugs.items():
        fits = all(np.shape(got[n]) == wrong[n].shape and np.allclose(got[n], wrong[n], rtol=1e-6) for n in NAMES)
        if fits and not all(np.allclose(wrong[n], want[n], rtol=1e-6) for n in NAMES):
            raise NotYet(sentence)
    for name, axes in NAMES.items():
        check_array(name, got[name], want[name], axes)
    say_right()


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
    return (
        f"a dict with {', '.join(map(str, got)) or 'nothing'}" if isinstance(got, dict) else f"a {type(got).__name__}"
    )


def reaching(function, seed=0):
    """function(dh, x, h, h_0, W_xh, W_hh, k) -> dW_hh, each step's loss going back through k steps and no further."""
    rng = np.random.default_rng(seed)
    B, D, H, T = *different_sizes(rng, 3), 8
    W_xh, W_hh, b_h = rng.normal(size=(D, H)), rng.normal(size=(H, H)), rng.normal(size=H)
    x, h_0, dh = rng.normal(size=(B, T, D)), rng.normal(size=(B, H)), rng.normal(size=(B, T, H))
    h = cells.rnn_forward(x, h_0, W_xh, W_hh, b_h)
    states = np.concatenate([h_0[:, None], h], axis=1)

    def back(first, last, start=None, outer=None):
        """Return dW_hh of steps first to last - 1, from the loss of the last of them; with `outer`, from all losses."""
        window, only = slice(first, last), np.zeros((B, last - first, H))
        only[:, -1] = dh[:, last - 1]
        start = states[:, first] if start is None else start
        return cells.rnn_backward(
            only if outer is None else outer[:, window], x[:, window], h[:, window], start, W_xh, W_hh
        )["dW_hh"]

    def each(k, **how):
        return sum(back(max(0, t - k), t, **how) for t in range(1, T + 1) if t > max(0, t - k))

    for k in (3, 1, T):
        bugs = {
            "that cuts the sequence into windows of k steps; here every loss goes back k steps of its own.": sum(
                back(first, min(first + k, T), outer=dh) for first in range(0, T, k)
            ),
            "that is the whole gradient; each loss may go back through k steps only.": back(0, T, outer=dh),
            "off by one: your losses go back through k + 1 steps; k = 1 means its own step alone.": each(k + 1),
            "off by one: your losses go back through k - 1 steps; k = 1 means its own step alone.": each(k - 1)
            + 0 * W_hh,
            "each window starts from zeros; the state is handed on, only the error stops.": each(
                k, start=np.zeros((B, H))
            ),
            "each window starts from h_0; it starts from the state just before it.": each(k, start=h_0),
            "only the last step's loss is sent back; every step has one.": back(T - k, T),
            "the first k - 1 losses are left out; they go back as far as the beginning.": sum(
                back(t - k, t) for t in range(k, T + 1)
            ),
            "inside a window all losses are sent back, so that most count several times; only the last step's.": sum(
                back(max(0, t - k), t, outer=dh) for t in range(1, T + 1)
            ),
            "that is the mean over the losses; the gradient is their sum.": each(k) / T,
        }
        got = call(
            function,
            dh,
            x,
            h,
            h_0,
            W_xh,
            W_hh,
            k,
            hint="cells.rnn_backward takes slices: dh[:, a:b], x[:, a:b], h[:, a:b].",
        )
        check_array(f"dW_hh for k = {k}", got, each(k), "(H, H)", bugs)
    say_right()


def clip(function, seed=0):
    """function(grads, limit) -> (clipped, norm): one factor for all arrays, and the joint norm before clipping."""
    rng = np.random.default_rng(seed)
    grads = {"W_xh": rng.normal(size=(3, 2)), "W_hh": 5 * rng.normal(size=(2, 2)), "b_h": 0.1 * rng.normal(size=2)}
    norm = np.sqrt(sum(np.sum(g**2) for g in grads.values()))
    for limit in (norm / 3, 2 * norm):
        factor = min(1, limit / norm)
        want = {name: factor * g for name, g in grads.items()}
        clipped, length = _two(function, call(function, grads, limit))

        def all_fit(wrong, clipped=clipped):
            return all(np.allclose(clipped[name], wrong[name]) for name in grads)

        def own(g, limit=limit):
            return g * min(1, limit / np.linalg.norm(g))

        bugs = {
            "each array is clipped by a norm of its own; one factor for all keeps the direction.": {
                n: own(g) for n, g in grads.items()
            },
            "that clips each number by value; multiply all of them by one factor.": {
                n: np.clip(g, -limit, limit) for n, g in grads.items()
            },
            "the gradients are shorter than the limit and must stay as they are; yours became longer.": {
                n: g * limit / norm for n, g in grads.items()
            },
            "the square root is missing: the norm is the root of the sum of squares.": {
                n: g * min(1, limit / norm**2) for n, g in grads.items()
            },
            "nothing is clipped: multiply by limit / norm where the norm is larger.": grads,
            "the factor is upside down: it is limit / norm.": {n: g * norm / limit for n, g in grads.items()},
            "the result has norm 1; it should have the limit as its norm.": {n: g / norm for n, g in grads.items()},
        }
        for sentence, wrong in bugs.items():
            if all_fit(wrong) and not all_fit(want):
                raise NotYet(sentence)
        for name in grads:
            check_array(f"clipped[{name!r}]", clipped[name], want[name], str(grads[name].shape))
        length = float(one_number(function, length))
        if not np.isclose(length, norm):
            why = {
                limit: "that is the norm after clipping; the one before says how wild the step was.",
                norm**2: "the square root is missing.",
                factor: "that is the factor.",
                sum(np.linalg.norm(g) for g in grads.values()): "norms do not add; their squares do.",
            }
            hint = next(
                (hint for wrong, hint in why.items() if np.isclose(length, wrong)), "count every number of every array."
            )
            raise NotYet(f"norm is {length:.4g}, expected {norm:.4g}: {hint}")
    zero = {name: 0 * g for name, g in grads.items()}
    clipped, length = _two(function, call(function, zero, 1.0))
    if not all(np.isfinite(clipped[name]).all() for name in zero):
        raise NotYet("gradients that are all zero become NaN: 0 divided by 0.")
    say_right()


def _two(function, got):
    if not isinstance(got, tuple | list) or len(got) != 2 or not isinstance(got[0], dict):
        raise NotYet(f"{function.__name__} returns a {type(got).__name__}; expected two things: return clipped, norm.")
    return got


def wrong_names(function, seed=0):
    """function(loss, weights, grads) -> the names of the gradients that finite differences contradict."""
    rng = np.random.default_rng(seed)
    x, labels = rng.normal(size=(2, 3, 3)), rng.integers(2, size=(2, 3))
    shapes = {"W_xh": (3, 2), "W_hh": (2, 2), "b_h": (2,), "W_hy": (2, 2)}
    weights = {name: rng.normal(size=shape) for name, shape in shapes.items()}

    def scaled(factor):
        def loss(weights):
            h = cells.rnn_forward(x, None, weights["W_xh"], weights["W_hh"], weights["b_h"])
            return factor * losses.cross_entropy(h @ weights["W_hy"], labels)[0]

        return loss

    h = cells.rnn_forward(x, None, weights["W_xh"], weights["W_hh"], weights["b_h"])
    _, dlogits = losses.cross_entropy(h @ weights["W_hy"], labels)
    found = cells.rnn_backward(dlogits @ weights["W_hy"].T, x, h, None, weights["W_xh"], weights["W_hh"])
    grads = {name: found["d" + name] for name in ("W_xh", "W_hh", "b_h")}
    grads["W_hy"] = np.einsum("bth,btk->hk", h, dlogits)
    last = grads["W_xh"].copy()
    last[-1, -1] += 0.2 * np.abs(last).max()
    cases = [
        (
            1,
            {},
            "all four are right. Is every number put back before the next one moves, and is the step neither large nor tiny?",
        ),
        (1, {"W_hh": grads["W_hh"].T}, "W_hh's is the transpose."),
        (1, {"b_h": -grads["b_h"]}, "b_h's has the wrong sign."),
        (1, {"W_xh": last}, "W_xh's is wrong in its last number alone; every number must be checked."),
        (1, {"W_hy": 1.05 * grads["W_hy"], "b_h": 0 * grads["b_h"]}, "W_hy's is 5 % too long and b_h's is zero."),
        (
            1e-6,
            {"W_hh": 2 * grads["W_hh"]},
            "the loss is tiny, and W_hh's is twice too long: compare relative to the largest number.",
        ),
        (
            1e6,
            {"W_hh": 2 * grads["W_hh"]},
            "the loss is huge, so right ones differ by more too: compare relative to the largest number.",
        ),
    ]

    def on_copies(loss, weights, grads):
        return function(loss, {name: array.copy() for name, array in weights.items()}, grads)

    on_copies.__name__ = function.__name__

    def named(factor, changed):
        claimed = {name: factor * array for name, array in (grads | changed).items()}
        places = "np.ndindex(array.shape) walks all places."
        got = call(on_copies, scaled(factor), weights, claimed, hint=places)
        if isinstance(got, str) or not isinstance(got, list | tuple | set):
            raise NotYet(
                f"{function.__name__} returns a {type(got).__name__}; expected a list of names, empty if all are right."
            )
        return set(map(str, got))

    if named(1, {"W_hh": grads["W_hh"].T}) == set(weights) - {"W_hh"}:
        raise NotYet("those are the names of the right ones; name the wrong ones.")
    for factor, changed, reason in cases:
        got = named(factor, changed)
        if got != set(changed):
            raise NotYet(f"you name {sorted(got) or 'none'}, expected {sorted(changed) or 'none'}: {reason}")
    say_right()
