"""The checks of lesson 8's exercises: how far a gradient reaches, and how much a state holds."""

import math

import numpy as np

from helpers import cells, memory
from helpers.exercises.compare import (
    NotYet,
    as_array,
    call,
    chain,
    check_array,
    check_arrays,
    check_each_case,
    checking,
    checking_a_property,
    cut_to_whole,
    name_of,
    one_number,
    shape_of,
    shown,
    small,
    two_parts,
)


@checking
def vanishes_after(function, seed=0):
    """Exercise 1: function(W_hh, share) -> the fewest steps after which the bound on the gradient is at most share."""
    rng = np.random.default_rng(70 + seed)
    examples = [(np.diag([0.5, 0.2]), 0.1), (np.diag([0.5, 0.25]), 0.25)]
    while len(examples) < 6:
        W = rng.normal(size=(2 + len(examples) % 2,) * 2)
        W = (W * rng.uniform(0.8, 0.95) / memory.largest_singular_value(W)).round(2)
        radius, frobenius = memory.spectral_radius(W), np.linalg.norm(W)
        real = np.linalg.eigvals(W).real
        apart = -real.min() > 1.2 * real.max() if len(W) == 3 else real.max() < 0.8 * radius
        sums = [np.abs(W).sum(axis=axis).max() for axis in (0, 1)]
        if np.isclose(sums, 1).any():
            continue  # the logarithm of such a sum is 0
        if radius < 0.95 * memory.largest_singular_value(W) and frobenius > 1 and real.max() > 0.05 and apart:
            examples.append((W, float(rng.choice([0.1, 0.01, 0.001]))))
    examples.append((np.diag([0.99, 0.5]), 0.1))

    def steps(size, share, rounded=math.ceil):
        return rounded(math.log(share) / math.log(size) - 1e-9) if size > 0 and size != 1 else 0

    def by(size, **how):
        return [steps(size(W), share, **how) for W, share in examples]

    largest = memory.largest_singular_value
    want = by(largest)
    bugs = {
        "that follows the spectral radius, which bounds no single step; take the largest singular value.": by(
            memory.spectral_radius
        ),
        "that follows the smallest singular value; take the largest.": by(lambda W: np.linalg.svd(W)[1].min()),
        "that follows the largest entry; take the largest singular value.": by(lambda W: np.abs(W).max()),
        "that follows the Frobenius norm; take the largest singular value.": by(np.linalg.norm),
        "that follows the square of the largest singular value; take the value itself.": by(lambda W: largest(W) ** 2),
        "that follows the root of the largest singular value; take the value itself.": by(lambda W: largest(W) ** 0.5),
        "that follows the eigenvalues' real parts; take the largest singular value.": by(
            lambda W: np.linalg.eigvals(W).real.max()
        ),
        "that follows the sizes of the eigenvalues' real parts; take the largest singular value.": by(
            lambda W: np.abs(np.linalg.eigvals(W).real).max()
        ),
        "that follows the determinant; take the largest singular value.": by(lambda W: abs(np.linalg.det(W))),
        "that follows the mean of the singular values; take the largest.": by(lambda W: np.linalg.svd(W)[1].mean()),
        "that follows the largest sum of a row; take the largest singular value.": by(
            lambda W: np.abs(W).sum(axis=1).max()
        ),
        "that follows the largest sum of a column; take the largest singular value.": by(
            lambda W: np.abs(W).sum(axis=0).max()
        ),
        "that follows 1 minus the largest singular value; the bound is the value itself to the power k.": by(
            lambda W: 1 - largest(W)
        ),
        "that is one step too many: at most the share is enough, equal to it too.": [n + 1 for n in want],
        "that is one step too many where the bound equals the share: at most the share is enough.": by(
            largest, rounded=lambda k: math.floor(k + 1e-8) + 1
        ),
        "one step too few: after it the bound is still above the share; round up.": [n - 1 for n in want],
        "one step too few: after it the bound is still above the share; round up, not down.": by(
            largest, rounded=lambda k: math.floor(k + 1e-8)
        ),
        "round up, not to the nearest number of steps: the bound must have fallen to the share.": by(
            largest, rounded=lambda k: round(k)
        ),
        "steps are whole: round up.": by(largest, rounded=lambda k: k + 1e-9),
        "the sign is wrong: log(share) and log(sigma) are both negative, and so their quotient is positive.": [
            -n for n in want
        ],
        "that is log(sigma) / log(share); it is the other way round.": by(largest, rounded=lambda k: 1 / k),
        "that is log(sigma) / log(share), rounded up; it is the other way round.": by(
            largest, rounded=lambda k: math.ceil(1 / k)
        ),
        "that looks at the powers of this W_hh; the bound is the largest singular value to the power k.": [
            next(k for k in range(10_000) if largest(np.linalg.matrix_power(W, k)) <= share * (1 + 1e-9))
            for W, share in examples
        ],
        "that takes 1 - share; the bound must fall to share itself.": [
            math.ceil(math.log(1 - share) / math.log(largest(W)) - 1e-9) for W, share in examples
        ],
        "the bound falls by the same amount each step there; it is multiplied by sigma.": [
            math.ceil((1 - share) / (1 - largest(W)) - 1e-9) for W, share in examples
        ],
    }
    got = []
    for W_hh, share in examples:
        value = call(function, W_hh, share, hint="np.linalg.norm(W, 2) is the largest singular value.")
        if isinstance(value, complex | np.complexfloating):
            raise NotYet(
                f"{name_of(function)} returns a complex number; singular values are real, eigenvalues need not be."
            )
        got.append(one_number(function, value))
        if not math.isfinite(got[-1]):
            raise NotYet(
                f"for W_hh = {shown(W_hh)} and share {share} you return {got[-1]}; expected a whole number: is it the "
                "logarithm of something below 0, or above 1?"
            )
    cases = [
        f"for W_hh = {shown(W_hh)} (largest singular value {largest(W_hh):.3f}) and share {share}"
        for W_hh, share in examples
    ]
    check_each_case(cases, got, want, bugs, "Solve sigma^k = share for k and round up.")


@checking
def first_to_last(function, seed=0, variant="published"):
    """Exercise 2: function(z, W_hh, a) -> (H, H), dh_T/dh_0 of a cell that keeps part of its state; z (T, H)."""
    rng = np.random.default_rng(71 + seed)
    H, T, a = 2 + seed % 2, 3 + seed % 3, float(rng.choice([0.2, 0.3, 0.4]))
    W_xh, W_hh, x = small(rng, 2, H) / 2, small(rng, H, H), small(rng, T, 2)
    rectified, keep = variant == "rectified", 1.0 if variant == "residual" else 1 - a

    def run(h_t):
        z = []
        for x_t in x:
            z.append(x_t @ W_xh + h_t @ W_hh)
            c_t = z[-1] * (z[-1].real > 0) if rectified else np.tanh(z[-1])
            h_t = keep * h_t + a * c_t
        return h_t, np.array(z)

    z = run(np.zeros(H))[1]
    # complex step, Im f(h + 1e-20 i) / 1e-20: a derivative without the round-off of a difference; Squire and Trapp
    # 1998, https://doi.org/10.1137/S003614459631241X
    want = np.array([run(1e-20j * row)[0].imag / 1e-20 for row in np.eye(H)])

    slope, eye = (z > 0) * 1.0 if rectified else 1 - np.tanh(z) ** 2, np.eye(H)
    other_slope = 1 - np.tanh(z) ** 2 if rectified else (z > 0) * 1.0

    steps = [keep * eye + a * W_hh * s for s in slope]
    kept = "all of h_prev" if variant == "residual" else "(1 - a) h_prev"
    bugs = {
        f"the straight way is missing: {kept} goes into h_t too, so each factor has a share of the identity.": chain(
            a * W_hh * s for s in slope
        ),
        "the way through W_hh lacks its factor a.": chain(keep * eye + W_hh * s for s in slope),
        "the way through W_hh has the factor a; you took 1 - a.": chain(keep * eye + (1 - a) * W_hh * s for s in slope),
        "a and 1 - a are swapped: the old state is kept with 1 - a.": chain(
            a * eye + (1 - a) * W_hh * s for s in slope
        ),
        "the straight way has the factor a in your answer; that belongs to the way through W_hh.": chain(
            a * eye + a * W_hh * s for s in slope
        ),
        "that cell keeps all of its old state; this one keeps 1 - a of it.": chain(eye + a * W_hh * s for s in slope),
        "that cell keeps 1 - a of its old state; this one keeps all of it.": chain(
            (1 - a) * eye + a * W_hh * s for s in slope
        ),
        "your slopes are those of tanh; this cell is rectified: slope 1 above zero, else 0."
        if rectified
        else "your slopes are those of a rectifier; this cell has tanh.": chain(
            keep * eye + a * W_hh * s for s in other_slope
        ),
        "the slope is 1 - tanh(z)²; z itself is squared in your answer.": chain(
            keep * eye + a * W_hh * s for s in 1 - z * z
        ),
        "tanh is taken twice: the slope is 1 - tanh(z)².": chain(
            keep * eye + a * W_hh * s for s in 1 - np.tanh(np.tanh(z)) ** 2
        ),
        "the slope is tanh(z)² in your answer; it is 1 - tanh(z)².": chain(
            keep * eye + a * W_hh * s for s in np.tanh(z) ** 2
        ),
        "that is tanh(z) in the place of its slope, 1 - tanh(z)².": chain(
            keep * eye + a * W_hh * s for s in np.tanh(z)
        ),
        "your slopes are those of a sigmoid; this cell has tanh.": chain(
            keep * eye + a * W_hh * s for s in 1 / (1 + np.exp(-z)) * (1 - 1 / (1 + np.exp(-z)))
        ),
        "the straight way is added to every number; it is a share of the identity, on the diagonal alone.": chain(
            keep + a * W_hh * s for s in slope
        ),
        "the slopes of z[-1] serve every step; step t has z[t].": chain(steps[-1:] * T),
        "one mean slope serves every step; step t has that of z[t].": np.linalg.matrix_power(
            keep * eye + a * W_hh * slope.mean(axis=0), T
        ),
        "the slopes of z[0] serve every step; step t has z[t].": chain(steps[:1] * T),
        "that is the last step's factor alone.": steps[-1],
        "that is the first step's factor alone.": steps[0],
        "the straight way is subtracted; the two ways add up.": chain(a * W_hh * s - keep * eye for s in slope),
        "the slope is 1 - tanh(z)², not 1 - tanh(z).": chain(keep * eye + a * W_hh * s for s in 1 - np.tanh(z)),
        "the slopes are missing: each column of W_hh is multiplied by its unit's slope.": chain(
            keep * eye + a * W_hh for _ in z
        ),
        "the slope scales the rows of W_hh; it belongs to the new state, so to the columns.": chain(
            keep * eye + a * W_hh * s[:, None] for s in slope
        ),
        "the slope multiplies the straight way too; only what went through z_t has it.": chain(
            (keep * eye + a * W_hh) * s for s in slope
        ),
        "the steps are multiplied in reverse order: with row vectors the first step is on the left.": chain(
            steps[::-1]
        ),
        "W_hh looks transposed: with rows on the left of it, dz_t/dh_{t-1} is W_hh itself.": chain(
            keep * eye + a * W_hh.T * s for s in slope
        ),
        "that is the transpose: rows belong to h_0, columns to h_T.": want.T,
        "one step is missing at the start: h_0 goes through z[0] too, so there are T factors.": chain(steps[1:]),
        "the last step is missing: z[-1] has a factor too.": chain(steps[:-1]),
        "the factors are added; a chain of steps multiplies them, with @.": sum(steps),
        "the product begins with zeros, and stays zero; begin with np.eye(H).": 0 * want,
        "the way through W_hh has the factor a twice.": chain(keep * eye + a * a * W_hh * s for s in slope),
        "the factors are multiplied entry by entry; join matrices with @.": np.prod(steps, axis=0),
    }
    hint = "Each factor is (H, H): a share of np.eye(H), and W_hh times a row of slopes."
    got = call(function, z, W_hh, a, hint=hint)
    check_array("dh_T/dh_0", got, want, "(H, H)", bugs)
    one = call(function, z[:1], W_hh, a, hint="Here T = 1: a single factor.")
    check_array("dh_T/dh_0 for T = 1, a single factor,", one, steps[0], "(H, H)")


@checking
def delay_line(function, seed=0):
    """Exercise 3: function(H) -> W_xh (1, H), W_hh (H, H) of a linear cell whose unit j holds the input of j steps ago."""
    rng = np.random.default_rng(72 + seed)
    for H in (3, 1, 4 + seed % 3):
        u = small(rng, 2 * H + 3)
        want = np.stack([np.r_[np.zeros(j), u[: len(u) - j]] for j in range(H)], axis=1)

        def states(W_xh, W_hh, u=u, H=H):
            return cells.rnn_forward(u[None, :, None], None, W_xh, W_hh, np.zeros(H), activation="identity")[0]

        found = call(function, H, hint="np.eye(H, k=1) has its ones just above the diagonal.")
        found = two_parts(name_of(function), found, "return W_xh, W_hh", (np.zeros((1, H)), np.zeros((H, H))))
        found = [
            as_array(f"for H = {H} {name}", given, "") for name, given in zip(("W_xh", "W_hh"), found, strict=True)
        ]
        for name, given, shape in (("W_xh", found[0], (1, H)), ("W_hh", found[1], (H, H))):
            if given.shape != shape:
                raise NotYet(f"for H = {H} {name} has shape {given.shape}, expected {shape}.")
        said = f"for H = {H} with your W_xh = {shown(found[0])} and W_hh = {shown(found[1])}"
        first, on = np.eye(1, H), np.eye(H, k=1)
        line = {
            "W_hh is transposed: with row vectors row j of W_hh says where unit j goes, so the ones are above the diagonal.": on.T,
            "the line is closed to a ring: the last unit feeds the first again, so old inputs are added to new ones.": np.roll(
                np.eye(H), 1, axis=1
            ),
            "each unit feeds itself, so inputs pile up; unit j must feed unit j + 1.": np.eye(H),
            "each unit feeds all units behind it; unit j feeds unit j + 1 alone.": np.triu(np.ones((H, H)), 1),
            "each unit feeds the one after the next; unit j feeds unit j + 1.": np.eye(H, k=2),
            "each unit also feeds itself, so inputs pile up; unit j feeds unit j + 1 and nothing else.": np.eye(H) + on,
            "each unit feeds itself and all units behind it; unit j feeds unit j + 1 alone.": np.triu(np.ones((H, H))),
            "each unit feeds all others; unit j feeds unit j + 1 alone.": np.ones((H, H)),
            "row j of W_hh piles up the rows before it: is there += for =?": np.cumsum(on, axis=0),
        }
        into = {
            "the input enters at the last unit; it enters at unit 0 and is handed on.": np.eye(1, H, H - 1),
            "the input enters every unit; it enters unit 0 alone.": np.ones((1, H)),
            "the input enters every unit but the first; it enters unit 0 alone.": 1 - first,
        }
        bugs = {sentence: states(first, W_hh) for sentence, W_hh in line.items()}
        bugs |= {sentence: states(W_xh, on) for sentence, W_xh in into.items()}
        bugs |= {
            "W_xh is 1 too large everywhere: begin with zeros, not with ones.": states(first + 1, on),
            "W_hh is 1 too large everywhere: begin with zeros, not with ones.": states(first, on + 1),
        }
        bugs["the line runs from the last unit to the first; unit 0 holds the newest input."] = states(
            np.eye(1, H, H - 1), on.T
        )
        if H > 1 and not np.any(found[1]):
            raise NotYet("nothing is handed on: W_hh is zero.")
        for name, given, right in (("W_xh", found[0], first), ("W_hh", found[1], on)):
            where = np.argwhere((right == 1) & (given != 1))
            if np.array_equal(given != 0, right != 0) and len(where):
                index = tuple(map(int, where[0]))
                at = f"{name}[{', '.join(map(str, index))}] is {given[index]:g}"
                at += ": is it added to, += for =?" if given[index] > 1 and given[index] % 1 == 0 else "."
                bugs[f"the ones of {name} stand where they should, but they must be 1, and {at}"] = states(*found)
        check_array(f"{said}, the state", states(*found), want, "(T, H)", bugs)


@checking
def capacity_at_lag(function, seed=0, tiny=0):
    """Exercise 4: function(states, u, k, fitted) -> MC_k on the steps that the read-out was not fitted to."""
    rng = np.random.default_rng(73 + seed)
    H, T, fitted = (1, 7 + tiny, 3) if tiny else (4, 90, 40 - 2 * (seed % 3))
    W_hh = memory.recurrent_matrix("orthogonal", H, 0.8, rng)
    u = 1 + rng.uniform(-1, 1, T)
    states = cells.rnn_forward(u[None, :, None], None, rng.uniform(-0.4, 0.4, (1, H)), W_hh, np.zeros(H))[0]
    states = states + 0.05 * rng.normal(size=states.shape)
    if tiny:
        u, states = u.round(1), states.round(1) + 0.1 * rng.integers(-1, 2, states.shape)

    def read(now, ago, fit, test, constant=True, of=lambda r, _: r * r):
        rows = np.concatenate([now, np.ones((len(now), 1))], axis=1) if constant else now
        weights = np.linalg.lstsq(rows[fit], ago[fit], rcond=None)[0]
        read, wanted = rows[test] @ weights, ago[test]
        return np.array(of(np.corrcoef(read, wanted)[0, 1], 1 - ((wanted - read) ** 2).mean() / wanted.var()))

    early, late, all_of_them = slice(0, fitted), slice(fitted, None), slice(None)
    cases = []
    for k in (1,) if tiny else (2, 1, 5):
        now, ago = states[k:], u[: T - k]
        bugs = {
            "measured on the steps it was fitted to, where noise counts as memory; use the pairs after the first `fitted`.": read(
                now, ago, early, early
            ),
            "fitted to all pairs, also those it is tested on.": read(now, ago, all_of_them, late),
            "fitted to all pairs and measured on all of them; keep the later ones for the test.": read(
                now, ago, all_of_them, all_of_them
            ),
            "measured on all pairs, also those it was fitted to.": read(now, ago, early, all_of_them),
            "`fitted` is ignored, half of the pairs are: fit to the first `fitted` of them.": read(
                now, ago, slice(0, len(now) // 2), slice(len(now) // 2, None)
            ),
            "`fitted` is ignored, half of the series is: fit to the first `fitted` pairs.": read(
                now, ago, slice(0, T // 2), slice(T // 2, None)
            ),
            "the first `fitted` steps are taken, not the first `fitted` pairs, which begin at step k.": read(
                now, ago, slice(0, fitted - k), slice(fitted - k, None)
            ),
            "the first k of the later pairs are left out; all of them count.": read(
                now, ago, early, slice(fitted + k, None)
            ),
            "tested on as many pairs as fitted; all the later ones count.": read(
                now, ago, early, slice(fitted, 2 * fitted)
            ),
            "that is one minus the squared correlation.": read(now, ago, early, late, of=lambda r, _: 1 - r * r),
            "that is the mean squared error; here it is the squared correlation.": read(
                now, ago, early, late, of=lambda _, share, k=k: (1 - share) * u[: T - k][late].var()
            ),
            "fitted and tested the other way round: the first `fitted` pairs are for the fit.": read(
                now, ago, late, early
            ),
            "that reads the input of k steps later; pair states[t] with u[t - k].": read(
                states[: T - k], u[k:], early, late
            ),
            "lag off by one: that is k + 1; pair states[t] with u[t - k].": read(
                states[k + 1 :], u[: T - k - 1], early, late
            ),
            "lag off by one: that is k - 1; pair states[t] with u[t - k].": read(
                states[k - 1 :], u[: T - k + 1], early, late
            ),
            "the lag is ignored: that pairs states[t] with u[t].": read(states, u, early, late),
            "the first k are cut off both, so that states[t] is paired with u[t]; pair it with u[t - k].": read(
                states[k:], u[k:], early, late
            ),
            "the last k are cut off both, so that states[t] is paired with u[t]; pair it with u[t - k].": read(
                states[: T - k], u[: T - k], early, late
            ),
            "np.roll wraps round: the first k states are paired with the last inputs.": read(
                states, np.roll(u, k), early, late
            ),
            "only the first unit is read; the read-out weighs all H of them.": read(now[:, :1], ago, early, late),
            "the read-out is fitted to one pair too few.": read(now, ago, slice(0, fitted - 1), late),
            "the read-out is fitted to one pair too many.": read(now, ago, slice(0, fitted + 1), late),
            "the correlation is not squared yet.": read(now, ago, early, late, of=lambda r, _: r),
            "that is the share of explained variance; here it is the squared correlation.": read(
                now, ago, early, late, of=lambda _, share: share
            ),
            "the read-out lacks its constant: add a column of ones to the states.": read(now, ago, early, late, False),
        }
        pairs = "What is read and what was fed in must belong to the same pairs, both in the fit and in the test"
        hint = {
            "LinAlgError": pairs,
            "ValueError": f"{pairs}; and np.linalg.lstsq(rows, wanted, rcond=None)[0], with its [0], are the weights",
        }
        got = call(function, states, u, k, fitted, hint=hint)
        cases.append((f"for T = {T}, fitted = {fitted} and k = {k}, MC_k", got, read(now, ago, early, late), bugs))
    check_arrays(cases, "one number")
    hint = "Is u[:-k] what you want for k = 0? It is empty; u[:len(u) - k] is not."
    if tiny:
        return
    got = call(function, states, u, 0, fitted, hint=hint)
    here = f"for T = {T}, fitted = {fitted} and k = 0, MC_k"
    if shape_of(got) == () and not np.isfinite(as_array(here, got, "one number")):
        raise NotYet(f"{here} is {shown(got)}. {hint}")
    check_array(here, got, read(states, u, early, late), "one number")
    other = fitted + 7
    got = call(function, states, u, 3, other, hint=hint)
    want = read(states[3:], u[: T - 3], slice(0, other), slice(other, None))
    check_array(f"for T = {T}, fitted = {other} and k = 3, MC_k", got, want, "one number")


@checking_a_property
def grows_before_it_decays(function, seed=0):
    """Exercise 5: function(radius, times) -> (2, 2), of that spectral radius, whose powers reach `times` in size first."""
    rng = np.random.default_rng(74 + seed)
    cases = [
        (0.9, 5.0),
        (0.5, 20.0),
        (0.8, 5000.0),
        *zip(rng.uniform(0.2, 0.95, 3).round(2), rng.uniform(3, 60, 3).round(1), strict=True),
    ]
    for radius, times in cases:
        radius, times = float(radius), float(times)
        got = call(function, radius, times)
        case = f"for radius {radius} and {times:g} times"
        W = as_array(f"{case} the answer", got, "two rows of two")
        if W.shape != (2, 2):
            raise NotYet(f"{case} the matrix has shape {W.shape}, expected (2, 2).")
        if not np.isfinite(W).all():
            raise NotYet(f"{case} the matrix holds NaN or infinity.")
        found = memory.spectral_radius(W)
        if abs(found - radius) > 1e-6:
            why = cut_to_whole(got)
            if why:
                raise NotYet(f"{case} the spectral radius is {found:.3f}.{why}")
            if W[0, 1] and W[1, 0]:
                why = " Beside the diagonal one of the two numbers must be 0; else the eigenvalues do not stand on it."
            elif found > 1:
                why = " A number on the diagonal is too large; only the one next to the diagonal may be large."
            raise NotYet(f"{case} the spectral radius is {found:.3f}: put the eigenvalues on the diagonal.{why}")
        power, largest = np.eye(2), 0.0
        for _ in range(200):
            power = power @ W
            largest = max(largest, memory.largest_singular_value(power))
        if largest >= times * (1 - 1e-9):
            continue
        if np.allclose(W @ W.T, W.T @ W):
            raise NotYet(
                f"{case} the powers never exceed {largest:.3g}: your matrix is normal, its singular values are its "
                "eigenvalues' sizes. Let one unit feed the other and not the other way round."
            )
        raise NotYet(f"{case} the powers reach only {largest:.3g}: make the entry next to the diagonal larger.")
