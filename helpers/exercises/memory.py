"""The checks of lesson 7's exercises: how far a gradient reaches, and how much a state holds."""

import math

import numpy as np

from helpers import cells, memory
from helpers.exercises.compare import NotYet, call, chain, check_array, say_right


def vanishes_after(function, seed=0):
    """Exercise 1: function(W_hh, share) -> the fewest steps after which the bound on the gradient is at most share."""
    rng = np.random.default_rng(70 + seed)
    cases = [(np.diag([0.5, 0.2]), 0.1), (np.diag([0.5, 0.25]), 0.25)]
    while len(cases) < 5:
        W = rng.normal(size=(3, 3))
        W *= rng.uniform(0.8, 0.95) / memory.largest_singular_value(W)
        radius, frobenius = memory.spectral_radius(W), np.linalg.norm(W)
        if radius < 0.95 * memory.largest_singular_value(W) and frobenius > 1:
            cases.append((W, float(rng.choice([0.1, 0.01, 0.001]))))
    for W_hh, share in cases:
        sigma = memory.largest_singular_value(W_hh)

        def steps(size, share=share):
            return math.ceil(math.log(share) / math.log(size) - 1e-9) if size < 1 else None

        want = steps(sigma)
        wrong = {
            steps(
                memory.spectral_radius(W_hh)
            ): "that follows the spectral radius, which bounds no single step; take the largest singular value.",
            steps(np.linalg.svd(W_hh)[1].min()): "that follows the smallest singular value; take the largest.",
            steps(np.abs(W_hh).max()): "that follows the largest entry; take the largest singular value.",
            steps(np.linalg.norm(W_hh)): "that follows the Frobenius norm; take the largest singular value.",
            steps(
                1 - sigma
            ): "that follows 1 minus the largest singular value; the bound is the value itself to the power k.",
            want + 1: "that is one step too many: at most the share is enough, equal to it too.",
            want - 1: "one step too few: after it the bound is still above the share; round up.",
        }
        got = call(function, W_hh, share, hint="np.linalg.norm(W, 2) is the largest singular value.")
        if isinstance(got, bool) or np.shape(got) != () or not np.issubdtype(np.asarray(got).dtype, np.number):
            raise NotYet(f"{function.__name__} returns {got!r}; expected one number of steps.")
        case = f"with largest singular value {sigma:.3f} and share {share}"
        if got != int(got):
            raise NotYet(f"{case} you return {got:.4g}; steps are whole: round up.")
        if got != want:
            raise NotYet(
                f"{case} you return {int(got)}, expected {want}: {wrong.get(int(got), 'solve sigma^k = share for k.')}"
            )
    say_right()


def first_to_last(function, seed=0, variant="published"):
    """Exercise 2: function(z, W_hh, a) -> (H, H), dh_T/dh_0 of a cell that keeps part of its state; z (T, H)."""
    rng = np.random.default_rng(71 + seed)
    H, T, a = 3, 4 + seed % 3, float(rng.choice([0.2, 0.3, 0.4]))
    W_xh, W_hh, x = rng.normal(size=(2, H)), rng.normal(size=(H, H)), rng.normal(size=(T, 2))
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
        "the factors are multiplied entry by entry; join matrices with @.": np.prod(steps, axis=0),
    }
    hint = "Each factor is (H, H): a share of np.eye(H), and W_hh times a row of slopes."
    got = call(function, z, W_hh, a, hint=hint)
    check_array("dh_T/dh_0", got, want, "(H, H)", bugs)
    nothing = call(function, z[:0], W_hh, a, hint=hint)
    check_array("dh_T/dh_0 for T = 0, which is the identity", nothing, eye, "(H, H)")
    say_right()


def delay_line(function, seed=0):
    """Exercise 3: function(H) -> W_xh (1, H), W_hh (H, H) of a linear cell whose unit j holds the input of j steps ago."""
    rng = np.random.default_rng(72 + seed)
    for H in (3, 1, 4 + seed % 3):
        u = rng.normal(size=2 * H + 3)
        want = np.stack([np.r_[np.zeros(j), u[: len(u) - j]] for j in range(H)], axis=1)

        def states(W_xh, W_hh, u=u, H=H):
            return cells.rnn_forward(u[None, :, None], None, W_xh, W_hh, np.zeros(H), activation="identity")[0]

        found = call(function, H, hint="np.eye(H, k=1) has its ones just above the diagonal.")
        if not isinstance(found, tuple | list) or len(found) != 2:
            raise NotYet(
                f"{function.__name__} returns a {type(found).__name__}; expected two arrays: return W_xh, W_hh."
            )
        for name, given, shape in (("W_xh", found[0], (1, H)), ("W_hh", found[1], (H, H))):
            if np.shape(given) != shape:
                raise NotYet(f"for H = {H} {name} has shape {np.shape(given)}, expected {shape}.")
        first, on = np.eye(1, H), np.eye(H, k=1)
        bugs = {
            "W_hh is transposed: with row vectors row j of W_hh says where unit j goes, so the ones are above the diagonal.": states(
                first, on.T
            ),
            "the line runs from the last unit to the first; unit 0 holds the newest input.": states(
                np.eye(1, H, H - 1), on.T
            ),
            "the input enters at the last unit; it enters at unit 0 and is handed on.": states(np.eye(1, H, H - 1), on),
            "the input enters every unit; it enters unit 0 alone.": states(np.ones((1, H)), on),
            "the line is closed to a ring: the last unit feeds the first again, so old inputs are added to new ones.": states(
                first, np.roll(np.eye(H), 1, axis=1)
            ),
            "each unit feeds itself, so inputs pile up; unit j must feed unit j + 1.": states(first, np.eye(H)),
            "each unit also feeds itself, so inputs pile up; unit j feeds unit j + 1 and nothing else.": states(
                first, np.eye(H) + on
            ),
        }
        if H > 1 and not np.any(found[1]):
            raise NotYet("nothing is handed on: W_hh is zero.")
        got = states(*(np.asarray(given, dtype=float) for given in found))
        check_array(f"for H = {H}, states", got, want, "(T, H)", bugs)
    say_right()


def capacity_at_lag(function, seed=0):
    """Exercise 4: function(states, u, k, fitted) -> MC_k on the steps that the read-out was not fitted to."""
    rng = np.random.default_rng(73 + seed)
    H, T, fitted = 4, 90, 45
    W_hh = memory.recurrent_matrix("orthogonal", H, 0.8, rng)
    u = 1 + rng.uniform(-1, 1, T)
    states = cells.rnn_forward(u[None, :, None], None, rng.uniform(-0.4, 0.4, (1, H)), W_hh, np.zeros(H))[0]
    states = states + 0.05 * rng.normal(size=states.shape)

    def read(now, ago, fit, test, constant=True, of=lambda r, _: r * r):
        rows = np.concatenate([now, np.ones((len(now), 1))], axis=1) if constant else now
        weights = np.linalg.lstsq(rows[fit], ago[fit], rcond=None)[0]
        read, wanted = rows[test] @ weights, ago[test]
        return np.array(of(np.corrcoef(read, wanted)[0, 1], 1 - ((wanted - read) ** 2).mean() / wanted.var()))

    early, late, all_of_them = slice(0, fitted), slice(fitted, None), slice(None)
    for k in (2, 1, 5):
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
            "the correlation is not squared yet.": read(now, ago, early, late, of=lambda r, _: r),
            "that is the share of explained variance; here it is the squared correlation.": read(
                now, ago, early, late, of=lambda _, share: share
            ),
            "the read-out lacks its constant: add a column of ones to the states.": read(now, ago, early, late, False),
        }
        got = call(function, states, u, k, fitted, hint="np.linalg.lstsq(rows, wanted, rcond=None)[0] are the weights.")
        check_array(f"MC_{k}", got, read(now, ago, early, late), "one number", bugs)
    hint = "Is u[:-k] what you want for k = 0? It is empty; u[:len(u) - k] is not."
    got = call(function, states, u, 0, fitted, hint=hint)
    check_array("MC_0", got, read(states, u, early, late), "one number")
    say_right()


def grows_before_it_decays(function, seed=0):
    """Exercise 5: function(radius, times) -> (2, 2), of that spectral radius, whose powers reach `times` in size first."""
    rng = np.random.default_rng(74 + seed)
    cases = [
        (0.9, 5.0),
        (0.5, 20.0),
        *zip(rng.uniform(0.2, 0.95, 3).round(2), rng.uniform(3, 60, 3).round(1), strict=True),
    ]
    for radius, times in cases:
        radius, times = float(radius), float(times)
        W = call(function, radius, times)
        case = f"for radius {radius} and {times:g} times"
        try:
            W = np.asarray(W, dtype=float)
        except (TypeError, ValueError):
            raise NotYet(f"{case} you return no matrix of numbers; expected two rows of two.") from None
        if W.shape != (2, 2):
            raise NotYet(f"{case} the matrix has shape {W.shape}, expected (2, 2).")
        if not np.isfinite(W).all():
            raise NotYet(f"{case} the matrix holds NaN or infinity.")
        found = memory.spectral_radius(W)
        if abs(found - radius) > 1e-6:
            kept = (
                " You scaled all of the matrix; only the entry next to the diagonal may be large." if found > 1 else ""
            )
            raise NotYet(f"{case} the spectral radius is {found:.3f}: put the eigenvalues on the diagonal.{kept}")
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
    say_right()
