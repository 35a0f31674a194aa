"""The checks of lesson 11's exercises: steps combined, the minGRU, the way back, a short cut that breaks, a matrix written."""

import itertools

import numpy as np

from helpers import cells, matrix_memory, scans
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
    shape_of,
    small,
    two_parts,
)


@checking
def combine(function, seed=0):
    """Exercise 1: function(steps) -> the single step (a, b) that does what a list of steps (a, b) does, in their order."""
    rng = np.random.default_rng(110 + seed)
    lists = [[(0.5, 0.8), (0.5, 0.2)], [(0.5, 1.0)]]
    lists += [[tuple(map(float, pair)) for pair in small(rng, n, 2)] for n in (3, 4)]
    lists.append([(0.5, 0.8), (0.0, 0.3), (2.0, 0.5)])  # a factor of 0, by which nothing can be divided

    def joined(steps):
        a, b = 1.0, 0.0
        for next_a, next_b in steps:
            a, b = next_a * a, next_a * b + next_b
        return a, b

    def a_first(steps):
        a, b = 1.0, 0.0
        for next_a, next_b in steps:
            a = next_a * a
            b = a * b + next_b
        return a, b

    cases = []
    for steps in lists:
        want = np.array(joined(steps))
        bugs = {
            "the order is the wrong way round: the step that is made first stands first, and a later a multiplies an earlier b.": joined(
                steps[::-1]
            ),
            "a is changed before b is: b needs the factor of this step alone.": a_first(steps),
            "the b are only added; each earlier b is multiplied by the a of the steps after it.": (
                want[0],
                sum(b for _, b in steps),
            ),
            "the a are added; the factors of steps after each other multiply.": (sum(a for a, _ in steps), want[1]),
            "the b are multiplied; each earlier b is multiplied by the a of the steps after it, and then they add up.": (
                want[0],
                np.prod([b for _, b in steps]),
            ),
            "the pair that you carry along begins with a = 0; a step that changes nothing has a = 1 and b = 0.": (
                0.0,
                want[1],
            ),
            "that is the last step alone.": steps[-1],
            "that is the first step alone.": steps[0],
            "only two steps are combined; go on to the end of the list.": joined(steps[:2]),
        }
        got = call(function, list(steps), hint="Go through the list with one pair (a, b) that you carry along.")
        parts = two_parts("combine", got, "return a, b", joined(steps))
        pair = [as_array(f"{name} in your answer", part, "one number") for name, part in zip("ab", parts, strict=True)]
        if any(part.size != 1 for part in pair):
            raise NotYet(f"For the steps {steps} a or b is no single number; return two numbers, a and b.")
        got = np.array([part.reshape(()) for part in pair])
        cases.append((f"For the steps {steps}: (a, b)", got, want, {k: np.array(v) for k, v in bugs.items()}))
    check_arrays(cases, "(2,)")


MIN_GRUS = {
    "published": lambda u, n: (u, (1 - u) * n),
    "as in the paper": lambda u, n: (1 - u, u * n),
    "with tanh": lambda u, n: (u, (1 - u) * np.tanh(n)),
}


@checking
def min_gru(function, seed=0, variant="published"):
    """Exercise 2: function(x, h_0, W_xh, b_h) -> (B, T, H), the states of a minGRU, blocks u, n."""
    rng = np.random.default_rng(111 + seed)
    lets_in = variant == "as in the paper"
    cases = []
    for B, T, D, H in ((1, 2, 1, 1), (2, 5, 3, 2), (3, 4, 2, 3)):
        x, h_0, W, b = small(rng, B, T, D), small(rng, B, H), small(rng, D, 2 * H), small(rng, 2 * H)
        u, n = np.split(x @ W + b, 2, axis=2)

        def states(u=u, n=n, h_0=h_0, gate=sigmoid, join=MIN_GRUS[variant]):
            return scans.loop(*join(gate(u), n), h_0)

        want = cells.min_gru_forward(x, h_0, W, b)[0] if variant == "published" else states()
        bare, bare_n = np.split(x @ W, 2, axis=2)
        bugs = {
            "the first state h_0 is missing: begin with it.": states(h_0=0 * h_0),
            "the bias b_h is missing.": states(u=bare, n=bare_n),
            "u and n are swapped: the blocks are in the order u, n.": states(u=n, n=u),
            "every second number goes to u; the first H numbers are u's, the last H are n's.": states(
                u=(x @ W + b)[..., ::2], n=(x @ W + b)[..., 1::2]
            ),
            "the gate has no sigmoid yet.": states(gate=lambda u: u),
            "the gate went through tanh; it takes a sigmoid.": states(gate=np.tanh),
            "u is the wrong way round: here it " + ("lets the candidate in." if lets_in else "keeps the old state."): (
                states(gate=lambda u: 1 - sigmoid(u))
            ),
            "the candidate has a tanh; here it has none."
            if variant != "with tanh"
            else "the candidate's tanh is missing.": states(
                join=MIN_GRUS["with tanh" if variant != "with tanh" else "published"]
            ),
            "all of the candidate is added; it comes in with " + ("u." if lets_in else "1 - u."): states(
                join=lambda u, n: (MIN_GRUS[variant](u, n)[0], np.tanh(n) if variant == "with tanh" else n)
            ),
            "the old state is missing.": states(join=lambda u, n: (0 * u, MIN_GRUS[variant](u, n)[1])),
            "the old state is kept whole; multiply it by its gate.": states(
                join=lambda u, n: (np.ones_like(u), MIN_GRUS[variant](u, n)[1])
            ),
        }
        got = call(function, x, h_0, W, b, hint="x @ W_xh + b_h is (B, T, 2H): cut it in two along its last axis.")
        if shape_of(got) == (B, T + 1, H):
            raise NotYet(f"h has {T + 1} states where T is {T}: h_0 is not one of them.")
        cases.append((f"For B = {B}, T = {T}, D = {D}, H = {H}: h", got, want, bugs))
    check_arrays(cases, "(B, T, H)")


@checking
def scan_backward(function, seed=0):
    """Exercise 3: function(dh, a, h, h_0) -> da, db (B, T, H) and dh_0 (B, H) of h_t = a_t h_{t-1} + b_t."""
    rng = np.random.default_rng(112 + seed)
    gathered = {name: [] for name in ("da", "db", "dh_0")}
    for B, T, H in ((1, 3, 1), (1, 1, 2), (2, 5, 3)):
        dh, a, b, h_0 = (small(rng, *shape) for shape in ((B, T, H), (B, T, H), (B, T, H), (B, H)))
        if B == 2:
            a[0, 2, 0] = 0  # nothing can be divided by it
        h = scans.loop(a, b, h_0)

        def back(next_a, dh=dh):
            g = np.zeros_like(dh)
            for t in reversed(range(dh.shape[1])):
                g[:, t] = dh[:, t] + (next_a[:, t] * g[:, t + 1] if t + 1 < dh.shape[1] else 0)
            return g

        moved = np.concatenate([a[:, 1:], np.zeros_like(a[:, :1])], axis=1)
        want = scans.backward(dh, a, h, h_0, scans.loop)
        before = np.concatenate([h_0[:, None], h[:, :-1]], axis=1)
        g, same_place = back(moved), back(a)
        zero_first = np.concatenate([0 * h_0[:, None], h[:, :-1]], axis=1)
        wrong = {
            "db": {
                "h_t reaches h_{t+1} by a_{t+1}; you took a_t.": same_place,
                "that is dh, the error from each step's own output; add what comes back from later steps.": dh,
                "only the next step's own error comes back; it brings those of all later steps: take g_{t+1}.": dh
                + moved * np.concatenate([dh[:, 1:], 0 * dh[:, :1]], axis=1),
                "the a are missing on the way back: g_t = dh_t + a_{t+1} g_{t+1}.": back(np.ones_like(a)),
                "the sum runs the wrong way: errors come from later steps.": scans.loop(a, dh, 0 * h_0),
                "the result is still turned round in time; turn it back.": g[:, ::-1],
            },
            "da": {
                "da_t needs the state before, h_{t-1}; you took h_t.": g * h,
                "before the first step stands h_0; you took 0.": g * zero_first,
                "at t = 0, h[:, t - 1] is the last state; before the first stands h_0.": g * np.roll(h, 1, axis=1),
                "da_t is g_t times h_{t-1}; you took dh_t.": dh * before,
                "that is g; multiply it by the state before, h_{t-1}.": g,
            },
            "dh_0": {
                "dh_0 is a_1 g_1: h_0 reaches the loss through the first step. The factor a_1 is missing.": g[:, 0],
                "that is g of the first step times h_0; dh_0 is a_1 g_1.": g[:, 0] * h_0,
                "dh_0 takes g of the first step; you took dh of it.": a[:, 0] * dh[:, 0],
                "dh_0 comes from the first step, not from the last.": a[:, -1] * g[:, -1],
            },
        }
        got = call(function, dh, a, h, h_0, hint="First g, from the last step to the first.")
        if not isinstance(got, tuple | list) or len(got) != 3:
            raise NotYet("scan_backward must return three arrays: return da, db, dh_0.")
        for name, part in zip(gathered, got, strict=True):
            gathered[name].append((f"For B = {B}, T = {T}, H = {H}: {name}", part, want[name], wrong[name]))
    if _in_another_order(gathered):
        raise NotYet(bug="the three results are in another order: return da, db, dh_0.")
    for name in ("db", "da", "dh_0"):
        check_arrays(gathered[name], "(B, H)" if name == "dh_0" else "(B, T, H)")


def _in_another_order(gathered):
    """Return whether every case's results are right, but not in the order da, db, dh_0."""
    for order in list(itertools.permutations(range(3)))[1:]:
        pairs = [
            (np.asarray(case[order[i]][1], dtype=object), case[i][2])
            for case in zip(*gathered.values(), strict=True)
            for i in range(3)
        ]
        if all(got.shape == want.shape and np.allclose(got.astype(float), want) for got, want in pairs):
            return True
    return False


def by_division(a, b):
    """The short cut h_t = A_t sum_s b_s / A_s with A_t = a_1 ... a_t, in float32; a and b are rows (T,)."""
    with np.errstate(all="ignore"):
        A = np.cumprod(np.asarray(a, np.float32))
        return A * np.cumsum(np.asarray(b, np.float32) / A)


LOW, MOST = 0.1, 400


@checking_a_property
def breaking_factors(function, seed=0):
    """Exercise 4: function(n) -> factors in [0.1, 1], a row, for which `by_division` is finite for n steps, then never."""
    rng = np.random.default_rng(113 + seed)
    for n in (60, *map(int, rng.integers(80, 200, 3))):
        got = call(function, n, hint="Return a row of factors, such as np.full(300, 0.5).")
        case = f"for n = {n}"
        a = as_array(f"{case} the answer", got, "(T,), a row of factors")
        if a.ndim != 1 or len(a) <= n:
            raise NotYet(f"{case} the array has shape {a.shape}; expected a row (T,) of more than {n} factors.")
        if len(a) > MOST:
            raise NotYet(f"{case} the row has {len(a):,} factors; at most {MOST} are allowed.")
        if not ((a >= LOW) & (a <= 1)).all():
            raise NotYet(f"{case} a factor lies outside 0.1 to 1.{cut_to_whole(got)}")
        finite = np.isfinite(by_division(a, np.ones(len(a))))
        first = int(np.argmin(finite)) if not finite.all() else len(a)
        if first == n and not finite[n:].any():
            continue
        if finite.all():
            raise NotYet(
                f"{case} the short cut stays finite for all {len(a)} steps: the product of your factors is too large."
            )
        if first != n:
            raise NotYet(
                f"{case} the short cut is finite for {first} steps, and the question asks for {n}: the product falls too "
                f"{'early' if first < n else 'late'}."
            )
        raise NotYet(f"{case} the short cut is finite again after step {n + 1}; once broken it must stay broken.")


RULES = {
    "published": dict(rule="delta"),
    "half a step": dict(rule="delta", rate=0.5),
    "fading": dict(rule="fading", keep=0.5),
}


@checking
def matrix_write(function, seed=0, variant="published"):
    """Exercise 5: function(keys, values) -> (D, H), the matrix after all pairs (T, D), (T, H) are written by a rule."""
    rng = np.random.default_rng(114 + seed)
    cases = []
    for T, D, H in ((2, 2, 1), (1, 3, 2), (4, 2, 3), (5, 4, 1)):
        keys, values = small(rng, T, D), small(rng, T, H)

        def last(**change):
            return matrix_memory.write(keys, values, **(RULES[variant] | change))[-1]  # noqa: B023

        bugs = {
            "that is the plain sum of the products.": matrix_memory.write(keys, values)[-1],
            "the matrix is transposed: rows belong to the key, columns to the value.": last().T if D == H else None,
            "that is the least-squares solution for all pairs at once; the rule writes them one after the other.": (
                np.linalg.pinv(keys) @ values
            ),
            "only the last pair is written.": np.outer(keys[-1], values[-1]),
            "the pairs are written in the wrong order: the first pair first.": matrix_memory.write(
                keys[::-1], values[::-1], **RULES[variant]
            )[-1],
        }
        if variant == "fading":
            bugs |= {
                "the new pair fades too: first multiply the old matrix by 0.5, then add the pair.": last() * 0.5,
                "the delta rule is another one: here the pair itself is added.": last(rule="delta", rate=1.0),
            }
        else:
            bugs |= {
                "the whole difference is written; here half of it."
                if variant != "published"
                else "half of the difference is written; here all of it.": last(
                    rate=1.0 if variant != "published" else 0.5
                ),
                "the difference has the wrong sign: v - k S.": _written(
                    keys, values, lambda S, k, v: np.outer(k, k @ S - v)
                ),
                "what the key reads is added; it is taken off: v - k S.": _written(
                    keys, values, lambda S, k, v: np.outer(k, v + k @ S)
                ),
                "that is divided by the key's squared length; the rule has no such divisor.": _written(
                    keys, values, lambda S, k, v: np.outer(k, v - k @ S) / (k @ k)
                ),
                "each value is added before the key's old value is taken off; read with the old S.": _written(
                    keys, values, lambda S, k, v: np.outer(k, v - k @ (S + np.outer(k, v)))
                ),
                "only the old value is taken off; the new one is missing.": _written(
                    keys, values, lambda S, k, v: -np.outer(k, k @ S)
                ),
            }
        hint = (
            "Begin with np.zeros((D, H)) and go through the pairs; np.outer(k, v) has that shape, with the key first."
        )
        got = call(function, keys, values, hint=hint)
        kept = {sentence: gives for sentence, gives in bugs.items() if gives is not None and gives.shape == (D, H)}
        cases.append((f"For {T} pairs, D = {D}, H = {H}: S", got, last(), kept))
    check_arrays(cases, "(D, H)")


def _written(keys, values, change):
    S = np.zeros((keys.shape[1], values.shape[1]))
    for key, value in zip(keys, values, strict=True):
        S = S + change(S, key, value)
    return S


@checking
def parity_factor(function, seed=0):
    """Exercise 6: function(bits) -> a (T,), factors with which h_t = a_t h_{t-1}, h_0 = 1, is 1 after an even count, else -1."""
    rng = np.random.default_rng(115 + seed)
    rows = [np.array([1, 0, 1, 1]), np.array([0]), rng.integers(2, size=9), np.ones(1000, int)]
    for bits in rows:
        shown = f"for the bits {bits.tolist()}" if len(bits) < 10 else f"for {len(bits):,} ones"
        got = call(function, bits, hint="One factor for each bit, such as np.ones(len(bits)).")
        want = np.where(bits == 1, -1.0, 1.0)
        bugs = {
            "0 and 1 are the wrong way round: a 1 turns the state, a 0 keeps it.": -want,
            "that is the state; return the factors, one for each bit.": np.cumprod(want),
            "a factor of 0 at a 0 wipes the state out; keep it with 1.": -bits.astype(float),
            "every factor turns the state; a 0 keeps it.": np.full(len(bits), -1.0),
            "those are the bits; the factor of a 1 must turn the state round.": bits.astype(float),
            "the factor at a 1 forgets; it must turn the state round.": 1.0 - bits,
        }
        check_array(f"{shown} a", got, want, "(T,)", bugs)
