"""Answers to lesson 5's exercises: right ones, and wrong ones with the words their feedback must contain."""

import numpy as np
import torch

from helpers import cells


def error(p, labels):
    B, T, K = p.shape
    return (p - np.eye(K)[labels]) / (B * T)


def error_in_place(p, labels):
    for b, row in enumerate(labels):
        for t, label in enumerate(row):
            p[b, t, label] -= 1
    return p / labels.size


def error_by_loop(p, labels):
    return error_in_place(p.copy(), labels)


def residual(dh, x, h, h_0, W_xh, W_hh, tanh=lambda h, old: h - old, straight=1.0, W=None, later=1.0, last=0, **how):
    """Return the backward pass with one thing changed."""
    states = np.concatenate([h[:, -1:] if how.get("wrapped") else h_0[:, None], h], axis=1)
    dz, from_later, T = np.zeros_like(h), np.zeros_like(h_0), h.shape[1]
    for t in reversed(range(T)):
        dh_t = dh[:, t] * (t >= last) + later * from_later
        dz[:, t] = dh_t * (1 - tanh(states[:, t + 1], states[:, t]) ** 2)
        from_later = straight * dh_t + dz[:, t] @ (W_hh.T if W is None else W)
    before = h if how.get("shifted") else states[:, :-1]
    steps = how.get("steps", slice(None))
    return {
        "dW_xh": np.einsum("btd,bth->dh", x[:, steps], dz[:, steps]) / how.get("over", 1),
        "dW_hh": np.einsum("btk,bth->kh", before[:, steps], dz[:, steps]) / how.get("over", 1),
        "db_h": dz[:, steps].sum(axis=(0, 1)) / how.get("over", 1),
        "dh_0": from_later,
    }


def but(**how):
    return lambda *given: residual(*given, **how)


def step_by_step(dh, x, h, h_0, W_xh, W_hh):
    """Treat the residual cell as a tanh cell whose state is the increment, and add the direct path."""
    grads, later = {"dW_xh": 0, "dW_hh": 0, "db_h": 0}, 0
    for t in range(h.shape[1] - 1, -1, -1):
        old = h[:, t - 1] if t else h_0
        arriving = dh[:, t] + later
        of_step = cells.rnn_backward(arriving[:, None], x[:, t : t + 1], (h[:, t] - old)[:, None], old, W_xh, W_hh)
        grads = {name: grads[name] + of_step[name] for name in grads}
        later = arriving + of_step["dh_0"]
    return grads | {"dh_0": later}


def plain(dh, x, h, h_0, W_xh, W_hh):
    return residual(dh, x, h, h_0, W_xh, W_hh, tanh=lambda h, old: h, straight=0.0)


def names(loss, weights, grads, step=1e-5, put_back=True, judge=None, places=lambda found: list(found), two_sided=True):
    judge = judge or (lambda measured, claimed: np.abs(measured - claimed).max() > 1e-3 * np.abs(measured).max())
    wrong = []
    for name, array in weights.items():
        measured = grads[name].copy()
        for index in places(np.ndindex(array.shape)):
            array[index] += step
            up = loss(weights)
            array[index] -= 2 * step if two_sided else step
            down = loss(weights)
            array[index] += step * (put_back and two_sided)
            measured[index] = (up - down) / (2 * step if two_sided else step)
        if judge(measured, grads[name]):
            wrong.append(name)
    return wrong


def catching(**how):
    return lambda loss, weights, grads: names(loss, weights, grads, **how)


RIGHT = {
    "first_error": [error, error_by_loop, lambda p, y: torch.tensor(error(p, y), requires_grad=True)],
    "backward": [residual, step_by_step],
    "wrong_names": [names, catching(two_sided=False, step=1e-6)],
}
WRONG = {
    "first_error": [
        (lambda p, y: error(p, y) * y.size, "not divided yet"),
        (lambda p, y: error(p, y) * len(y), "by T alone"),
        (lambda p, y: -error(p, y), "sign is wrong"),
        (lambda p, y: error(p, y) / p.shape[2], "B * T * K"),
        (lambda p, y: p / y.size, "1 is not taken off"),
        (error_in_place, "changes p in place"),
        (lambda p, y: error(p, y).round(2), "rounded to 2 digits"),
        (lambda p, y: error(p, y) * y.size**2, "multiplied by B * T"),
        (lambda p, y: (p + np.eye(p.shape[2])[y]) / y.size, "take it off"),
    ],
    "backward": [
        (but(straight=0.0), "straight way is missing"),
        (but(tanh=lambda h, old: h), "not h_t"),
        (plain, "h_t = tanh(z_t)"),
        (but(later=0.0), "does not come back"),
        (lambda *given: residual(*given, W=given[-1]), "not transposed"),
        (but(shifted=True), "the state before"),
        (but(wrapped=True), "the last state"),
        (but(tanh=lambda h, old: 0 * h), "slope is missing"),
        (but(steps=[0]), "first step's share alone"),
        (but(steps=slice(1, None)), "must reach t = 0"),
        (lambda *given: residual(*given, last=given[0].shape[1] - 1), "only the last step's loss"),
        (lambda *given: residual(*given, over=len(given[0])), "means over the batch"),
        (lambda *given: residual(*given) | {"dW_hh": residual(*given)["dW_hh"].T}, "dW_hh first differs"),
        (lambda *given: residual(*given)["dW_hh"], "expected a dict"),
        (but(tanh=lambda h, old: np.tanh(h - old)), "tanh of it once more"),
        (but(tanh=lambda h, old: np.tanh(h)), "taken at h_t"),
        (lambda *given: residual(*given) | {"dW_xh": 2 * residual(*given)["dW_xh"]}, "2 times the right one"),
        (lambda *given: residual(*given) | {"db_h": residual(*given)["db_h"] / given[0].shape[1]}, "number of steps"),
        (lambda *given: list(residual(*given).values()), "expected a dict"),
        (lambda *given: residual(*given) | {"db_h": [[1], [1, 2]]}, "of unequal length"),
        (lambda dh, x, h, h_0, W, R: {"dW_xh": dh[:, 0] @ x[:, 0]}, "comes first"),
    ],
    "wrong_names": [
        (lambda loss, w, g: [n for n in w if n not in names(loss, w, g)], "name the wrong ones"),
        (catching(judge=lambda m, c: np.abs(m - c).max() > 1e-3), "with a fixed number"),
        (catching(judge=lambda m, c: np.abs(m - c).max() > 1e-9), "the loss is huge"),
        (
            catching(judge=lambda m, c: (np.abs(np.abs(m) - np.abs(c)) > 1e-3 * np.abs(m).max()).any()),
            "signs of the gradients are lost",
        ),
        (catching(places=lambda found: list(found)[:1]), "expected ['W_hh']"),
        (catching(step=1.0), "step neither large nor tiny"),
        (catching(step=1e-16), "step neither large nor tiny"),
        (catching(put_back=False, step=0.01), "put back"),
        (catching(judge=lambda m, c: abs(np.linalg.norm(m) / np.linalg.norm(c) - 1) > 1e-3), "the transpose"),
        (lambda loss, w, g: "W_hh", "a list of names"),
        (lambda loss, w, g: [0, 1], "the names are"),
        (lambda loss, w, g: [(n, 1.0) for n in w], "the names are"),
    ],
}


def measured(loss, weights, name):
    found = np.empty_like(weights[name])
    for index in np.ndindex(found.shape):
        kept = weights[name][index]
        weights[name][index] = kept + 1e-5
        up = loss(weights)
        weights[name][index] = kept - 1e-5
        found[index] = (up - loss(weights)) / 2e-5
        weights[name][index] = kept
    return found


def naming(differs):
    return lambda loss, weights, grads: [
        name for name in weights if differs(measured(loss, weights, name), np.asarray(grads[name]))
    ]


WRONG["wrong_names"] += [
    (naming(lambda right, mine: np.abs(mine - right).mean() > 0.001 * np.abs(right).max()), "not the mean"),
    (naming(lambda right, mine: not np.allclose(mine, right, rtol=1e-5, atol=0)), "you name"),
    (naming(lambda right, mine: (np.abs(mine - right) > 0.001 * np.abs(right)).any()), "with its own number"),
]


WRONG["wrong_names"] += [
    (naming(lambda right, mine: (right - mine).max() > 0.001 * np.abs(right).max()), "absolute value"),
    (naming(lambda right, mine: (mine - right).max() > 0.001 * np.abs(right).max()), "absolute value"),
    (naming(lambda right, mine: np.abs(mine - 2 * right).max() > 0.002 * np.abs(right).max()), "twice the right one"),
    (naming(lambda right, mine: np.abs(mine - right / 2).max() > 0.0005 * np.abs(right).max()), "half the right one"),
]


WRONG["wrong_names"] += [
    (
        catching(judge=lambda found, claim: np.linalg.norm(found - claim) > 1e-3 * np.linalg.norm(found)),
        "no norm and no sum",
    ),
    (
        catching(judge=lambda found, claim: np.abs(found - claim).sum() > 1e-3 * np.abs(found).sum()),
        "no norm and no sum",
    ),
    (catching(places=lambda found: [index for index in found if len(set(index)) == len(index)]), "look at every place"),
]
WRONG["first_error"] += [
    (lambda p, labels: (p - np.eye(labels.max() + 1)[labels]) / labels.size, "K is p.shape[-1]"),
]


def judging(judge):
    return catching(judge=judge)


WRONG["wrong_names"] += [
    (judging(lambda right, claim: np.abs(right - claim).max() > 0.001 * right.max()), "numbers below 0"),
    (judging(lambda right, claim: np.abs(right - claim).max() > 0.001 * abs(right.max())), "numbers below 0"),
    (judging(lambda right, claim: np.abs(right - claim).max() > 0.01 * np.abs(right).max()), "up to 1 %"),
    (judging(lambda right, claim: np.abs(right - claim).max() > 1e-4), "with a fixed number"),
    (judging(lambda right, claim: abs(right.sum() - claim.sum()) > 0.001 * np.abs(right).max()), "the sums"),
]


def adding_to_later(dh, x, h, h_0, W_xh, W_hh):
    B, T, H = h.shape
    dWx, dWh, db = np.zeros_like(W_xh), np.zeros_like(W_hh), np.zeros(H)
    later = np.zeros((B, H))
    for t in range(T - 1, -1, -1):
        prev = h_0 if t == 0 else h[:, t - 1]
        d = dh[:, t] + later
        dz = d * (1 - (h[:, t] - prev) ** 2)
        dWx += x[:, t].T @ dz
        dWh += prev.T @ dz
        db += dz.sum(0)
        later += d + dz @ W_hh.T
    return {"dW_xh": dWx, "dW_hh": dWh, "db_h": db, "dh_0": later}


def only_the_first_name(loss, weights, grads):
    for name, a in weights.items():
        g = np.zeros_like(a)
        for i in np.ndindex(a.shape):
            old = a[i]
            a[i] = old + 1e-5
            up = loss(weights)
            a[i] = old - 1e-5
            g[i] = (up - loss(weights)) / 2e-5
            a[i] = old
        if np.abs(g - grads[name]).max() > 1e-3 * np.abs(g).max():
            return [name]
    return []


WRONG["backward"] += [(adding_to_later, "piles up")]
WRONG["wrong_names"] += [(only_the_first_name, "name all that are wrong")]


def error_by_put_along_axis(p, labels):
    n = labels.size
    d = p / n
    np.put_along_axis(d, labels[..., None], np.take_along_axis(d, labels[..., None], -1) - 1 / n, -1)
    return d


def names_by_copies(loss, weights, grads):
    def measured(name, index, step=1e-5):
        both = []
        for sign in (1, -1):
            moved = {k: v.copy() for k, v in weights.items()}
            moved[name][index] += sign * step
            both.append(loss(moved))
        return (both[0] - both[1]) / (2 * step)

    found = set()
    for name, g in grads.items():
        m = np.array([measured(name, i) for i in np.ndindex(g.shape)]).reshape(g.shape)
        if (abs(m - g) > abs(m).max() / 1000).any():
            found.add(name)
    return sorted(found)


RIGHT["first_error"] += [error_by_put_along_axis]
RIGHT["wrong_names"] += [names_by_copies]


def piling_up():
    kept = {}

    def backward(dh, x, h, h_0, W_xh, W_hh):
        found = residual(dh, x, h, h_0, W_xh, W_hh)
        for name in set(found) - {"dh_0"}:
            key = name, found[name].shape
            kept[key] = found[name] = kept.get(key, 0) + found[name]
        return found

    return backward


WRONG["backward"] += [(piling_up(), "keep nothing between calls")]
