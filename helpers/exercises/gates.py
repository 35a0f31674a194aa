"""The checks of lesson 9's exercises: half-life, the GRU step, a backward step through gates, and a fading memory."""

import itertools

import numpy as np

from helpers import cells
from helpers.cells.shared import sigmoid
from helpers.exercises.compare import (
    NotYet,
    as_array,
    call,
    check_array,
    check_arrays,
    checking,
    checking_a_property,
    cut_to_whole,
    name_of,
    small,
    two_parts,
)


@checking
def bias_for_half_life(function, seed=0):
    """Exercise 1: function(n) -> the bias of a forget gate whose half-life is n steps."""
    rng = np.random.default_rng(80 + seed)
    cases = []
    for n in (1, 10, 100.0, *rng.uniform(2, 500, 3).round(1)):
        f = 0.5 ** (1 / n)
        want, eighth = np.log(f / (1 - f)), np.exp(-1 / n)
        bugs = {
            "that is the gate f itself; its bias b has sigmoid(b) = f.": f,
            "the sign is wrong: sigmoid(b) = f gives b = log(f / (1 - f)).": -want,
            "after n steps 1/e would be left, not a half: f^n = 1/2.": np.log(eighth / (1 - eighth)),
            "that is log(f); undo the sigmoid: log(f / (1 - f)).": np.log(f),
            "that is -log(f); undo the sigmoid: log(f / (1 - f)).": -np.log(f),
            "that is log(1 - f); undo the sigmoid: log(f / (1 - f)).": np.log(1 - f),
            "that is f / (1 - f); its logarithm is still to come.": f / (1 - f),
            "the logarithm has base 2; the sigmoid is made of e.": want / np.log(2),
            "the logarithm has base 10; the sigmoid is made of e.": want / np.log(10),
            "f is the n-th root of one half; you took one half to the power n.": -np.log(np.expm1(n * np.log(2)))
            if n < 500
            else -n * np.log(2),
            "that is sigmoid(f); the way from f to its bias goes back.": sigmoid(f),
            "that is log(n), a rule of thumb; the half-life is meant exactly.": np.log(n),
            "that is log(n - 1), for which a gate forgets 1 / n a step; here f^n = 1/2.": np.log(n - 1)
            if n > 1
            else -np.inf,
            "that is the half-life of a gate f = n; the question goes the other way.": np.log(2) / -np.log(n)
            if n > 1
            else np.inf,
            "f falls by one half in n equal steps there; it is multiplied: f^n = 1/2.": np.log(
                (1 - 0.5 / n) / (0.5 / n)
            ),
            "that is the inverse of tanh; a gate is a sigmoid.": np.arctanh(f),
            "0.5 ** 1 / n is 0.5 / n; the exponent needs brackets: 0.5 ** (1 / n).": np.log((0.5 / n) / (1 - 0.5 / n)),
            "the logarithm is that of f / (1 + f); it is f / (1 - f).": np.log(f / (1 + f)),
            "half is left after n - 1 steps there; f^n = 1/2.": np.log(1 / (2 ** (1 / (n - 1)) - 1))
            if n > 1
            else -np.inf,
        }
        got = call(function, float(n), hint="First the gate: f^n = 1/2.")
        cases.append((f"for n = {n:.4g}, b", got, np.array(want), bugs))
    check_arrays(cases, "one number")


@checking
def gru_step(function, seed=0, variant="published", tiny=0):
    """Exercise 2: function(x_t, h_prev, W_xh, W_hh, b_h, b_hn) -> h_t, a GRU step, blocks r, u, n."""
    rng = np.random.default_rng(81 + seed)
    B, D, H = {1: (1, 1, 1), 2: (2, 1, 2)}.get(tiny) or (4 + seed % 3, 1 + 2 * (seed % 2), 2)
    x, h = small(rng, B, D), small(rng, B, H)
    W, R, b, b_hn = (small(rng, *s) for s in ((D, 3 * H), (H, 3 * H), (3 * H,), (H,)))
    kinds = {
        "published": dict(join=lambda u, n, h: h + (1 - u) * n),
        "reset before": dict(reset="before"),
        "rectified": dict(candidate=lambda s: np.maximum(s, 0)),
    }

    def a_step(order="run", reset="after", candidate=np.tanh, join=lambda u, n, h: (1 - u) * n + u * h, **change):
        """Return the GRU step with one thing changed."""
        gate = change.get("gate", sigmoid)
        from_x = np.split(change.get("x", x) @ W + change.get("b", b), 3, axis=1)
        U = [change.get("turn", lambda block: block)(block) for block in np.split(R, 3, axis=1)]
        (x_r, x_u, x_n), (U_r, U_u, U_n) = (
            [parts[blocks.index(k)] for k in "run"]
            for parts, blocks in ((from_x, order), (U, change.get("order_of_h", order)))
        )
        b_n, late = change.get("b_hn", b_hn), change.get("late", 0 * b)
        r, u = gate(x_r + change.get("h", h) @ U_r) + late[:H], gate(x_u + change.get("h", h) @ U_u) + late[H : 2 * H]
        s = {
            "after": r * (h @ U_n + b_n),
            "before": (r * h) @ U_n + b_n,
            "none": h @ U_n + b_n,
            "bias out": r * (h @ U_n) + b_n,
            "unseen": 0 * r,
            "all": r * (x_n + h @ U_n + b_n) - x_n,
        }
        u = change.get("u_gate", lambda u: u)(u)
        return join(u, candidate(x_n + s[reset]), h)

    kind = kinds[variant]
    want = a_step(**kind)
    if variant == "published":
        _, u, n = cells.gru_forward(x[:, None], h, W, R, b, b_hn)[1][:, 0].swapaxes(0, 1)
        want = h + (1 - u) * n

    def changed(**change):
        return a_step(**(kind | change))

    def u_of_step():
        return a_step(**(kind | {"join": lambda u, n, h: u}))

    def kind_of_keep(u, h):
        return h if variant == "published" else u * h

    keeps = "h_t = h_prev + (1 - u) n" if variant == "published" else "h_t = (1 - u) n + u h_prev"
    before = variant == "reset before"
    bugs = {
        "the bias b_h is missing.": changed(b=0 * b),
        "the bias b_hn is missing: add it to h_prev @ W_hn.": changed(b_hn=0 * b_hn),
        "the bias b_h is subtracted; add it.": changed(b=-b),
        "the bias b_hn is subtracted; add it.": changed(b_hn=-b_hn),
        "the candidate's tanh is taken twice.": changed(candidate=lambda s: np.tanh(kind.get("candidate", np.tanh)(s))),
        "a sigmoid is taken twice: the gates are sigmoid of the sum alone.": changed(
            gate=lambda u: sigmoid(sigmoid(u))
        ),
        "the whole new state is h_prev; the candidate is missing.": changed(join=lambda u, n, h: h),
        "the gates do not see h_prev; add h_prev @ W_hh to their sums.": changed(h=0 * h),
        "update and reset gate are swapped: the blocks are in the order r, u, n.": changed(order="urn"),
        f"u is the wrong way round; here {keeps}.": changed(join=lambda u, n, h: u * n + (1 - u) * h),
        "the gates have no sigmoid yet.": changed(gate=lambda u: u),
        "the gates went through tanh; they lie between 0 and 1, so sigmoid.": changed(gate=np.tanh),
        "the candidate went through a sigmoid; here it is "
        + ("a rectifier." if variant == "rectified" else "tanh."): changed(candidate=sigmoid),
        "the candidate has no nonlinearity yet.": changed(candidate=lambda s: s),
        "the reset gate is missing: it multiplies what the candidate sees of h_prev.": changed(reset="none"),
        "that is the candidate n; mix it with h_prev by the update gate.": changed(join=lambda u, n, h: n),
        f"the old state is missing; here {keeps}.": changed(join=lambda u, n, h: (1 - u) * n),
        "all of the candidate is added; multiply it by 1 - u.": changed(
            join=lambda u, n, h: n + (h if variant == "published" else u * h)
        ),
        f"the old state stays whole; in this cell {keeps}.": changed(join=kinds["published"]["join"]),
        f"the old state is multiplied by u; in this cell it stays whole, {keeps}.": changed(
            join=lambda u, n, h: (1 - u) * n + u * h
        ),
        "the candidate is added with u; it enters with 1 - u.": changed(join=lambda u, n, h: h + u * n),
        "you reset after the product, though b_hn is outside; here r * h_prev is formed first."
        if before
        else "b_hn is outside the reset gate; here r multiplies all of h_prev @ W_hn + b_hn.": changed(
            reset="bias out"
        ),
        "you reset before the product, (r * h_prev) @ W_hn; here the reset gate acts after it.": changed(
            reset="before"
        ),
        "you reset after the product; here r * h_prev is formed first, then multiplied by W_hn, and b_hn is added.": changed(
            reset="after"
        ),
        "the candidate is a rectifier in your answer; here it is tanh.": changed(
            candidate=kinds["rectified"]["candidate"]
        ),
        "the candidate has tanh in your answer; here it is a rectifier, max(0, s).": changed(candidate=np.tanh),
    }
    bugs |= {
        "the blocks of W_hh look transposed: rows belong to the old state.": changed(turn=np.transpose),
        "the input is missing: add x_t @ W_xh.": changed(x=0 * x),
        "the candidate does not see h_prev; the reset gate lets a part of it in.": changed(reset="unseen"),
        "the reset gate multiplies the input's share too; it acts on the old state's share alone.": changed(
            reset="all"
        ),
        "h_prev's blocks r and u are exchanged, and x_t's are not: both are in the order r, u, n.": changed(
            order_of_h="urn"
        ),
        "x_t's blocks r and u are exchanged, and h_prev's are not: both are in the order r, u, n.": changed(
            order="urn", order_of_h="run"
        ),
        "b_h is added to r and u after the sigmoid; it belongs inside.": changed(
            b=b * (np.arange(3 * H) >= 2 * H), late=b
        ),
        "u has no sigmoid yet.": changed(u_gate=lambda u: np.log(u / (1 - u))),
        f"h_prev and n are both multiplied by 1 - u; here {keeps}.": changed(join=lambda u, n, h: (1 - u) * (h + n)),
        f"the candidate is subtracted; here {keeps}.": changed(join=lambda u, n, h: kind_of_keep(u, h) - (1 - u) * n),
        f"a tanh is taken of the new state; here {keeps}.": np.tanh(want),
        f"h_prev comes in twice; here {keeps}.": want + (u_of_step() * h if variant == "published" else h),
    }
    for order in map("".join, itertools.permutations("run")):
        bugs.setdefault(f"your blocks are in the order {', '.join(order)}; here it is r, u, n.", changed(order=order))
    hint = "np.split(x_t @ W_xh + b_h, 3, axis=1) gives three blocks, and so does h_prev @ W_hh."
    check_array("h_t", call(function, x, h, W, R, b, b_hn, hint=hint), want, "(B, H)", bugs)


@checking
def step_back(function, seed=0, variant="published", tiny=0):
    """Exercise 3: function(dh, dc, c_prev, i, g, o, W_hh) -> dc_prev, dh_prev, one step back through a cell of three blocks.

    Forward: z = x_t W_xh + h_prev W_hh + b_h in blocks i g o, i = sigmoid(z_i), g = tanh(z_g), o = sigmoid(z_o), and
        published      c_t = (1 - i) c_prev + i g,  h_t = o tanh(c_t)
        only adding    c_t = c_prev + i g,          h_t = o tanh(c_t)
        bare output    c_t = (1 - i) c_prev + i g,  h_t = o c_t
    """
    rng = np.random.default_rng(82 + seed)
    B, H = {1: (1, 1), 2: (1, 2)}.get(tiny) or (3 + seed % 3, 2)
    adding, bare = variant == "only adding", variant == "bare output"
    dh, dc, c_prev, h_prev, from_x = (small(rng, *s) for s in ((B, H),) * 4 + ((B, 3 * H),))
    W_hh = small(rng, H, 3 * H)
    i, g, o = np.split(from_x + h_prev @ W_hh, 3, axis=1)
    i, g, o = sigmoid(i), np.tanh(g), sigmoid(o)
    if tiny:
        i, g, o = i.round(2).clip(0.01, 0.99), g.round(2).clip(-0.99, 0.99), o.round(2).clip(0.01, 0.99)
        from_x = np.concatenate([np.log(i / (1 - i)), np.arctanh(g), np.log(o / (1 - o))], axis=1) - h_prev @ W_hh

    hint = "Errors are rows too: dz @ W_hh.T, with dz the blocks dz_i, dz_g, dz_o side by side."
    got = call(function, dh, dc, c_prev, i, g, o, W_hh, hint=hint)
    import torch

    before = [torch.tensor(array, requires_grad=True) for array in (c_prev, h_prev)]
    z_i, z_g, z_o = (torch.tensor(from_x) + before[1] @ torch.tensor(W_hh)).chunk(3, dim=1)
    kept = before[0] if adding else (1 - z_i.sigmoid()) * before[0]
    after = kept + z_i.sigmoid() * z_g.tanh()
    shown = z_o.sigmoid() * (after if bare else after.tanh())
    torch.autograd.backward((shown, after), (torch.tensor(dh), torch.tensor(dc)))
    want_c, want_h = (tensor.grad.numpy() for tensor in before)
    got = two_parts(name_of(function), got, "return dc_prev, dh_prev", (want_c, want_h))

    keep = np.ones_like(i) if adding else 1 - i
    c_t = (c_prev if adding else (1 - i) * c_prev) + i * g
    out, slope = (c_t, np.ones_like(c_t)) if bare else (np.tanh(c_t), 1 - np.tanh(c_t) ** 2)
    all_of_dc = dc + dh * o * slope
    other_c = (1 - i) * c_prev + i * g if adding else c_prev + i * g
    shows = "o * c_t" if bare else "o * tanh(c_t)"
    of_c = {
        f"dc_prev misses what comes from h_t: c_t is shown in h_t = {shows}, so dh adds to dc.": dc * keep,
        "dc_prev misses the dc that the later steps send; add the share of dh to it.": dh * o * slope * keep,
        "the share of dh lacks the slope of tanh at c_t, 1 - tanh(c_t)².": (dc + dh * o) * keep,
        "the share of dh has a slope of tanh; this cell shows c_t itself.": (dc + dh * o * (1 - np.tanh(c_t) ** 2))
        * keep,
        "the slope of tanh at c_t is 1 - tanh(c_t)², not 1 - tanh(c_t).": (dc + dh * o * (1 - np.tanh(c_t))) * keep,
        "tanh is taken once more: the slope at c_t is 1 - tanh(c_t)².": (dc + dh * o * (1 - np.tanh(np.tanh(c_t)) ** 2))
        * keep,
        "the share of dh is subtracted; add it to dc.": (dc - dh * o * slope) * keep,
        "the share of dh has the slope of the output gate; o itself is the factor there.": (
            dc + dh * o * (1 - o) * slope
        )
        * keep,
        "c_t is made of c_prev alone on the way; add i g.": (
            dc + dh * o * (np.ones_like(i) if bare else 1 - np.tanh(keep * c_prev) ** 2)
        )
        * keep,
        "the slope of tanh at c_t is 1 - tanh(c_t)², not 1 - c_t².": (dc + dh * o * (1 - c_t**2)) * keep,
        "the slope of tanh is taken at c_prev; take it at c_t.": (dc + dh * o * (1 - np.tanh(c_prev) ** 2)) * keep,
        "the share of dh lacks its factor o.": (dc + dh * slope) * keep,
        "dc_prev has the factor i; the old state is kept with 1 - i.": all_of_dc * i,
        "dc_prev lacks the factor 1 - i, with which the old state is kept.": all_of_dc,
        "dc_prev has the factor 1 - i; this cell keeps all of its old state.": all_of_dc * (1 - i),
        "that cell keeps all of its old state; this one keeps 1 - i of it."
        if not adding
        else "that cell keeps 1 - i of its old state; this one keeps all of it.": (
            dc + dh * o * (1 - np.tanh(other_c) ** 2)
        )
        * ((1 - i) if adding else 1),
        "c_t is made wrongly on the way: here c_t = " + ("c_prev + i g." if adding else "(1 - i) c_prev + i g."): (
            dc + dh * o * (1 - np.tanh(other_c) ** 2)
        )
        * keep,
    }
    turned = i * c_prev + (1 - i) * g
    of_c["i and 1 - i are exchanged in c_t; here c_t = (1 - i) c_prev + i g."] = (
        dc + dh * o * (np.ones_like(i) if bare else 1 - np.tanh(turned) ** 2)
    ) * (1 - i)
    of_c["i and 1 - i are exchanged everywhere; here c_t = (1 - i) c_prev + i g, and c_prev is kept with 1 - i."] = (
        dc + dh * o * (np.ones_like(i) if bare else 1 - np.tanh(turned) ** 2)
    ) * i
    of_c["dc_prev is made from dh in the place of dc, too: dc and dh's own share are added."] = (
        dh + dh * o * slope
    ) * keep
    of_c["dc_prev holds dh_prev too; what goes through W_hh belongs to dh_prev alone."] = want_c + want_h
    check_array("dc_prev", got[0], want_c, "(B, H)", of_c)

    by_i = g if adding else g - c_prev
    dz = [all_of_dc * by_i * i * (1 - i), all_of_dc * i * (1 - g * g), dh * out * o * (1 - o)]

    def back(blocks):
        return np.concatenate(blocks, axis=1) @ W_hh.T

    dz_i, dz_g, dz_o = dz
    of_h = {
        "dz_i misses that i also closes the old state off: c_t changes by g - c_prev when i does.": back(
            [all_of_dc * g * i * (1 - i), dz_g, dz_o]
        ),
        "dz_i counts c_prev too; in this cell the old state does not depend on i.": back(
            [all_of_dc * (g - c_prev) * i * (1 - i), dz_g, dz_o]
        ),
        "dz_i has the wrong sign for c_prev: c_t changes by g - c_prev when i does.": back(
            [all_of_dc * (g + c_prev) * i * (1 - i), dz_g, dz_o]
        ),
        "dz_i lacks the slope of its sigmoid, i (1 - i).": back([all_of_dc * by_i, dz_g, dz_o]),
        "dz_o lacks the slope of its sigmoid, o (1 - o).": back([dz_i, dz_g, dh * out]),
        "dz_g lacks the slope of its tanh, 1 - g².": back([dz_i, all_of_dc * i, dz_o]),
        "dz_g has a sigmoid's slope; g is a tanh: 1 - g².": back([dz_i, all_of_dc * i * g * (1 - g), dz_o]),
        "dz_i has a sigmoid's slope of what is a gate already: i (1 - i), not sigmoid(i) (1 - sigmoid(i)).": back(
            [all_of_dc * by_i * sigmoid(i) * (1 - sigmoid(i)), dz_g, dz_o]
        ),
        "dz_i, dz_g and dz_o have the slopes of gates once more: i (1 - i), 1 - g² and o (1 - o), as they are.": back(
            [
                all_of_dc * by_i * sigmoid(i) * (1 - sigmoid(i)),
                all_of_dc * i * (1 - np.tanh(g) ** 2),
                dh * out * sigmoid(o) * (1 - sigmoid(o)),
            ]
        ),
        "dz_g is tanh once more: its slope is 1 - g², not 1 - tanh(g)².": back(
            [dz_i, all_of_dc * i * (1 - np.tanh(g) ** 2), dz_o]
        ),
        "dz_o has the slope of a gate once more: o (1 - o), as it is.": back(
            [dz_i, dz_g, dh * out * sigmoid(o) * (1 - sigmoid(o))]
        ),
        "dz_i, dz_g and dz_o lack their slopes: i (1 - i), 1 - g² and o (1 - o).": back(
            [all_of_dc * by_i, all_of_dc * i, dh * out]
        ),
        "dz_i is missing in dh_prev; all three blocks go back through W_hh.": back([0 * dz_i, dz_g, dz_o]),
        "dz_g is missing in dh_prev; all three blocks go back through W_hh.": back([dz_i, 0 * dz_g, dz_o]),
        "dz_o is missing in dh_prev; all three blocks go back through W_hh.": back([dz_i, dz_g, 0 * dz_o]),
        "dz_g lacks its factor i.": back([dz_i, all_of_dc * (1 - g * g), dz_o]),
        "dz_o has o for a slope; it is o (1 - o).": back([dz_i, dz_g, dh * out * o]),
        "dz_o is made from dc; the output gate is only in h_t, so take dh.": back(
            [dz_i, dz_g, all_of_dc * out * o * (1 - o)]
        ),
        f"dz_o needs what the gate multiplies: here h_t = {shows}.": back(
            [dz_i, dz_g, dh * (np.tanh(c_t) if bare else c_t) * o * (1 - o)]
        ),
        "dz_i and dz_g take the dc that came in; take it with the share of dh added.": back(
            [dc * by_i * i * (1 - i), dc * i * (1 - g * g), dz_o]
        ),
        "dz_i and dz_g take dc_prev; take dc at c_t itself, before it is multiplied by 1 - i.": back(
            [all_of_dc * keep * by_i * i * (1 - i), all_of_dc * keep * i * (1 - g * g), dz_o]
        ),
        "the sign of dz_i is wrong: c_t changes by g - c_prev when i does.": back([-dz_i, dz_g, dz_o]),
        "only dz_o goes back; all three blocks go back through W_hh.": back([0 * dz_i, 0 * dz_g, dz_o]),
        "only dz_i goes back; all three blocks go back through W_hh.": back([dz_i, 0 * dz_g, 0 * dz_o]),
        "W_hh's blocks are not transposed on the way back: dz @ W_hh.T.": sum(
            block @ part for block, part in zip(dz, np.split(W_hh, 3, axis=1), strict=True)
        ),
        "dh_prev is more than the way through W_hh: dh itself does not reach h_prev in this cell.": back(dz) + dh,
    }
    for order in itertools.permutations(range(3)):
        names = ", ".join("igo"[k] for k in order)
        of_h.setdefault(
            f"your blocks are in the order {names}; those of W_hh in the order i, g, o.", back([dz[k] for k in order])
        )
    check_array("dh_prev", got[1], want_h, "(B, H)", of_h)


LATCH = (
    np.array([[0.0, 0.0, 1.0, 0.0], [12.0, -16.0, 0.0, 0.0]]),
    np.array([[0.1, 0.2, -0.1, 0.3]]),
    np.array([-6.0, 8.0, 0.0, 2.0]),
)
"""Weights of lesson 9's hand-set cell, columns i f g o, which stores a number that comes with a mark."""


@checking_a_property
def wear_down(function, seed=0):
    """Exercise 4: function(stored) -> unmarked numbers in [-1, 1] that turn the sign of the latch's memory."""
    rng = np.random.default_rng(83 + seed)
    before = None
    for stored in (0.8, -0.8, *(rng.uniform(0.3, 1, 3) * rng.choice([-1, 1], 3)).round(2)):
        stored = float(stored)
        got = call(function, stored, hint="Return a row of numbers, such as np.zeros(100).")
        case = f"for stored = {stored}"
        numbers = as_array(f"{case} the answer", got, "(T,), a row of numbers")
        if numbers.ndim != 1 or not len(numbers):
            raise NotYet(f"{case} the array has shape {numbers.shape}, expected (T,) with at least one number.")
        if len(numbers) > 1000:
            raise NotYet(f"{case} you take {len(numbers):,} steps; 1,000 are allowed, and fewer do.")
        if not (np.abs(numbers) <= 1).all():
            raise NotYet(f"{case} a number lies outside [-1, 1] or is NaN.")
        x = np.zeros((1, len(numbers) + 1, 2))
        x[0, 0], x[0, 1:, 0] = (stored, 1), numbers
        c = cells.lstm_forward(x, None, None, *LATCH)[1][0, :, 0]
        if c[-1] * stored < 0:
            before = stored, numbers
            continue
        told = f"{case} the memory goes from {c[0]:.3f} to {c[-1]:.3f}, the same sign"
        size, push = np.abs(numbers).mean(), -np.sign(stored) * numbers.mean()
        if (c * stored < 0).any():
            raise NotYet(f"{told} again, though it had turned on the way: stop there.")
        if not numbers.any():
            raise NotYet(f"{told}: all of your numbers are 0.{cut_to_whole(got)}")
        if before is not None and before[0] * stored < 0 and np.array_equal(numbers, before[1]):
            raise NotYet(f"{told}: you return the same numbers whatever is stored; a memory below 0 takes others.")
        if push < -0.5 * size:
            raise NotYet(f"{told}: your numbers push it further the way it lies; push against it.")
        if push < 0.5 * size:
            raise NotYet(
                f"{told}: your numbers cancel, some push and some pull; let all of them push against the memory."
            )
        if size < 0.9:
            raise NotYet(
                f"{told}: the direction is right, but the push is too small. Your numbers have a mean size of {size:.2g}, and 1 "
                "is allowed: larger numbers, or more of them, trickle in faster."
            )
        raise NotYet(f"{told}: the direction is right; go on longer.")
