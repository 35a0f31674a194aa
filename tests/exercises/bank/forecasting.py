"""Answers to the exercises of forecasting, right and wrong."""

import numpy as np


def row_by_row(x, P, h):
    times = range(h + P - 1, len(x))
    return [[x[t - h - p] for p in range(P)] + [1] for t in times], [x[t] for t in times]


def by_windows(x, P, h):
    windows = np.lib.stride_tricks.sliding_window_view(x[: len(x) - h], P)
    return np.c_[windows[:, ::-1], np.ones(len(windows))], x[h + P - 1 :]


def wrapping(x, P, h):
    return np.c_[np.stack([np.roll(x, h + p) for p in range(P)], axis=1), np.ones(len(x))], x


def lags_from(first):
    def lagged(x, P, h):
        t = np.arange(h + P - 1, len(x))
        return np.c_[x[t[:, None] - first(h) - np.arange(P)], np.ones(len(t))], x[t]

    return lagged


def changed(wrong_X=lambda X: X, wrong_y=lambda x, y, h: y):
    def lagged(x, P, h):
        X, y = by_windows(x, P, h)
        return wrong_X(X), wrong_y(x, y, h)

    return lagged


def detector(change, look=lambda before, after, t: np.isclose(before[t], after[t], equal_nan=True)):
    """Return a detector of peeking; `change(x, t, h)` returns a series with another future."""

    def peeks(forecast, x, h):
        before = forecast(x, h)
        return not all(look(before, forecast(change(x, t, h), h), t) for t in range(len(x)))

    return peeks


def future_from(first, what=lambda part: part + np.random.default_rng(1).normal(size=len(part))):
    def change(x, t, h):
        x = x.copy()
        start = max(first(t, h), 0)
        x[start:] = what(x[start:])
        return x

    return change


def every_start_again(forecast, x, h):
    other = x[::-1] * 3 + np.arange(len(x))
    for known in range(len(x) - h):
        mixed = np.where(np.arange(len(x)) <= known, x, other)
        a, b = forecast(x, h)[: known + h + 1], forecast(mixed, h)[: known + h + 1]
        if not np.allclose(a, b, equal_nan=True):
            return True
    return False


def one_value(x, t, h):
    x = x.copy()
    x[t] += 1
    return x


def last_value_only(x, t, h):
    x = x.copy()
    x[-1] += 1
    return x


RIGHT = {
    "last_value": [
        lambda x, h: np.abs(x[h:] - x[:-h]).mean(),
        lambda x, h: sum(abs(x[t] - x[t - h]) for t in range(h, len(x))) / (len(x) - h),
    ],
    "lagged": [row_by_row, by_windows],
    "peeks": [detector(future_from(lambda t, h: t - h + 1)), every_start_again],
}

WRONG = {
    "last_value": [
        (lambda x, h: [[1], [1, 2]], "expected one number"),
        (lambda x, h: np.abs(np.roll(x, h) - x).mean(), "wraps round"),
        (lambda x, h: (x[h:] - x[:-h]).mean(), "cancel"),
        (lambda x, h: ((x[h:] - x[:-h]) ** 2).mean(), "squared"),
        (lambda x, h: np.abs(x[1:] - x[:-1]).mean(), "h is ignored"),
        (lambda x, h: np.abs(x[h:] - x[:-h]).sum(), "the sum"),
        (lambda x, h: np.abs(x[h:] - x[:-h]).sum() / len(x), "have a forecast"),
        (lambda x, h: np.abs(x[h + 1 :] - x[: -h - 1]).mean(), "too far"),
        (lambda x, h: np.abs(x[h:] - x[:-h]), "mean is still to come"),
    ],
    "lagged": [
        (lambda x, P, h: row_by_row(x, P, h)[::-1], "results are swapped"),
        (lambda x, P, h: ([[1], [1, 2]], x), "of unequal length"),
        (changed(lambda X: np.c_[X[:, -2::-1], X[:, -1]]), "newest value comes first"),
        (changed(lambda X: X[:, :-1]), "column of ones"),
        (changed(lambda X: np.c_[X[:, -1], X[:, :-1]]), "ones come first"),
        (wrapping, "wrap round"),
        (lags_from(lambda h: 1), "into the future"),
        (lags_from(lambda h: h - 1), "into the future"),
        (changed(wrong_y=lambda x, y, h: x[len(x) - h - len(y) : len(x) - h]), "newest value that was read"),
        (lambda x, P, h: tuple(part[:-1] for part in by_windows(x, P, h)), "one row is lost"),
        (lambda x, P, h: by_windows(x, P, h)[0], "two things"),
        (lambda x, P, h: tuple(part[1:] for part in by_windows(x, P, h)), "one row is lost"),
    ],
    "peeks": [
        (lambda forecast, x, h: True, "did you change x[t - h] itself"),
        (lambda forecast, x, h: False, "every forecaster is cleared"),
        (detector(future_from(lambda t, h: t - h)), "did you change x[t - h] itself"),
        (detector(one_value), "x[t - 1]"),
        (detector(last_value_only), "x[t - 1]"),
        (detector(future_from(lambda t, h: t - h + 2)), "x[t - h + 1]"),
        (
            detector(future_from(lambda t, h: t - h + 1), lambda a, b, t: a[t] == b[t] and not np.isnan(a).any()),
            "nan is not equal to nan",
        ),
        (detector(future_from(lambda t, h: t - h + 1, lambda part: part + 1)), "the same number is added"),
        (lambda forecast, x, h: np.nanmean(np.abs(forecast(x, h) - x)) < 1, "you clear"),
        (lambda forecast, x, h: np.abs(forecast(x, h) - x), "True or False"),
    ],
}


def seen_through(other):
    def detect(forecast, x, h):
        said = forecast(x, h)
        known = [np.arange(len(x)) <= t - h for t in range(len(x))]
        again = [forecast(np.where(known[t], x, other(x)), h)[t] for t in range(len(x))]
        return not np.allclose(said, again, equal_nan=True)

    return detect


WRONG["peeks"] += [
    (seen_through(lambda x: 2 * x), "moves no ratio"),
    (seen_through(lambda x: -x), "changes its sign"),
    (seen_through(lambda x: -x / 2), "multiplied by one number"),
]


def trusting_nan(forecast, x, h):
    """Leave the forecasters that say nan alone."""
    return not np.isnan(forecast(x, h)).any() and every_start_again(forecast, x, h)


WRONG["peeks"] += [(trusting_nan, "says nan at first, and is then one step too new")]


def looking_at(times, first=lambda x, t, h: t - h + 1):
    def peeks(forecast, x, h):
        said = forecast(x, h)
        for t in times(len(x), h):
            other = x.copy()
            other[max(first(x, t, h), 0) :] += np.random.default_rng(t).normal(size=len(x) - max(first(x, t, h), 0))
            if not np.allclose(said[t], forecast(other, h)[t], equal_nan=True):
                return True
        return False

    return peeks


WRONG["peeks"] += [
    (looking_at(lambda T, h: [T - 1]), "the last time alone"),
    (looking_at(lambda T, h: [T // 2]), "one time in the middle alone"),
    (looking_at(lambda T, h: range(T), lambda x, t, h: len(x) - 1), "only the last value of the series is changed"),
    (looking_at(lambda T, h: range(T), lambda x, t, h: t), "only x[t] and what comes after"),
]


def one_step_times_h(x, h):
    return np.abs(np.diff(x)).mean() * h


def wrapping_errors(x, h):
    errors = [abs(x[t] - x[t - h]) for t in range(len(x))]
    return sum(errors) / len(errors)


def largest_error(x, h):
    return max(abs(x[t] - x[t - h]) for t in range(h, len(x)))


def cut_off_once(forecast, x, h):
    n = len(x) - h
    a = forecast(x, h)[:n]
    b = forecast(x[:n], h)
    return not np.allclose(a, b, equal_nan=True)


WRONG["last_value"] += [
    (one_step_times_h, "times h"),
    (wrapping_errors, "wraps round"),
    (largest_error, "largest of the errors"),
]
WRONG["peeks"] += [(cut_off_once, "cut off once")]


def by_windows_cut_later(x, P, h):
    W = np.lib.stride_tricks.sliding_window_view(x, P)[:, ::-1]
    W = W[: len(x) - h - P + 1]
    return np.column_stack([W, np.ones(len(W))]), x[h + P - 1 :]


def each_value_then_the_future(forecast, x, h):
    rng = np.random.default_rng(3)
    base = forecast(x, h)
    for s in range(len(x)):
        for _ in range(3):
            y = x.copy()
            y[s] += rng.normal() + 7
            moved = ~np.isclose(base, forecast(y, h), equal_nan=True)
            if moved[: s + h].any():
                return True
    for t in range(len(x)):
        y = x.copy()
        y[max(0, t - h + 1) :] += rng.uniform(1, 9, len(x) - max(0, t - h + 1))
        if not np.isclose(forecast(y, h)[t], base[t], equal_nan=True):
            return True
    return False


RIGHT["lagged"] += [by_windows_cut_later]
RIGHT["peeks"] += [each_value_then_the_future]
WRONG["last_value"] += [(lambda x, h: np.abs(np.abs(x[h:]) - np.abs(x[:-h])).mean(), "below 0, too")]


def the_other_way_round(forecast, x, h):
    return not every_start_again(forecast, x, h)


def turned_round(forecast, x, h):
    """Reverse the future, which leaves its mean and its spread as they are."""
    said = forecast(x, h)
    for t in range(len(x)):
        first = max(t - h + 1, 0)
        again = forecast(np.concatenate([x[:first], np.flip(x[first:])]), h)
        if not np.isclose(said[t], again[t], equal_nan=True):
            return True
    return False


def no_last_value(forecast, x, h):
    """Accuse whoever does not say the last known value."""
    return not np.allclose(forecast(x, h)[h:], x[:-h])


WRONG["peeks"] += [
    (the_other_way_round, "True and False are the wrong way round"),
    (turned_round, "put in another order"),
    (no_last_value, "which are known by then"),
]
WRONG["lagged"] += [
    (lambda x, P, h: ([[1.0] * (P + 1)] * (len(x) - h - P + 2), x[h + P - 2 :]), "one row too many"),
]
