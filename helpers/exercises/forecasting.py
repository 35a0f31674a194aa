"""The checks of the exercises of "Forecast sunspots"."""

import itertools

import numpy as np

from helpers.exercises import compare
from helpers.exercises.compare import NotYet, call, check_array, checking, described, name_of, shape_of


@checking
def last_value(function, seed=0, tiny=0):
    """function(x, h) -> the mean absolute error of saying, h steps ahead, that nothing changes."""
    rng = np.random.default_rng([seed, 1])
    x, h = rng.gamma(2, 20, size=12 + seed % 5).round(), 3 + seed % 3
    if tiny:
        x, h = x[: 3 + tiny], 2

    def error(said, came):
        return np.abs(said - came).mean()

    change = x[h:] - x[:-h]
    wrapped = error(np.roll(x, h), x)
    filled = np.abs(np.r_[x[:h], change]).mean()
    bugs = {
        "np.roll wraps round: the first h values are compared with the end of the series, their own future.": wrapped,
        "the first h values have no forecast; leave them out, do not count them as forecast by 0.": filled,
        "that divides by the length of the series; only len(x) - h values have a forecast.": np.abs(change).sum()
        / len(x),
        "the plus and minus cancel: take the absolute value of each error.": change.mean(),
        "the plus and minus cancel before the absolute value is taken; take it of each error.": abs(change.mean()),
        "that is the mean squared error.": (change**2).mean(),
        "that is the root of the mean squared error.": np.sqrt((change**2).mean()),
        "h is ignored: that is the error one step ahead.": error(x[:-1], x[1:]),
        "one step short: the forecast for x[t] is x[t - h].": error(x[: 1 - h], x[h - 1 :]),
        "one step too far: the forecast for x[t] is x[t - h].": error(x[: -h - 1], x[h + 1 :]),
        "that is the sum; divide by how many there are.": np.abs(change).sum(),
        "that is the median of the errors.": np.median(np.abs(change)),
        "that is the error of the mean of the series; the forecast for x[t] is x[t - h].": np.abs(x - x.mean()).mean(),
        "that is the error of the last value for every time; the forecast for x[t] is x[t - h].": np.abs(
            x - x[-1]
        ).mean(),
        "that divides by one too few: len(x) - h values have a forecast.": np.abs(change).sum() / (len(change) - 1),
        "that divides by one too many: len(x) - h values have a forecast.": np.abs(change).sum() / (len(change) + 1),
        "the last value is left out; it has a forecast too.": np.abs(change[:-1]).mean(),
        "the first value that has a forecast is left out; x[h] has one.": np.abs(change[1:]).mean(),
        "each error is divided by what came; return the errors themselves.": np.abs(
            change / np.where(x[h:] == 0, 1, x[h:])
        ).mean(),
        "np.diff(x, n=h) takes differences of differences; the forecast error is x[t] - x[t - h].": np.abs(
            np.diff(x, n=h)
        ).mean(),
    }
    got = call(function, x, h, hint="x[h:] came, x[:-h] was said.")
    if shape_of(got) == change.shape:
        raise NotYet(f"you return {len(change)} errors; their mean is still to come.")
    compare.check_number("the error", got, np.abs(change).mean(), bugs)


@checking
def lagged(function, seed=0, tiny=0):
    """function(x, P, h) -> X (N, P + 1), y (N,), what an autoregression reads and what it should say."""
    rng = np.random.default_rng([seed, 2])
    sizes = ((5, 2, 2),) if tiny else ((12 + seed % 4, 3 + seed % 2, 2), (9, 2, 3), (8, 3, 1))
    for T, P, h in sizes:
        x = rng.normal(size=T).round(1 if tiny else 2)
        of = np.arange(h + P - 1, T)  # times that have a forecast

        def rows(first, of=of, x=x, P=P):
            return np.c_[x[of[:, None] - first - np.arange(P)], np.ones(len(of))]

        want = rows(h)
        bugs = {
            "the rows have the oldest value first; the newest value comes first.": np.c_[want[:, -2::-1], want[:, -1]],
            f"the ones come first; they belong in the last column (T = {T}, P = {P}, h = {h}).": np.c_[
                want[:, -1], want[:, :-1]
            ],
            f"that looks into the future: for h = {h} the newest value is x[t - {h}], but you read x[t - 1].": rows(1),
            f"that looks into the future: for h = {h} the newest value is x[t - {h}], but you read x[t - {h - 1}].": rows(
                h - 1
            ),
            f"h is ignored: for h = {h} the newest value is x[t - {h}].": rows(0),
            f"the rows are one step too old: for h = {h} the newest value is x[t - {h}].": np.c_[
                np.stack([x[np.maximum(of - h - p - 1, -T)] for p in range(P)], axis=1), np.ones(len(of))
            ],
            "the rows are in reverse order; the first time that can be forecast comes first.": want[::-1],
            "the last column should be ones.": np.c_[want[:, :-1], np.zeros(len(of))],
        }
        X, y = compare.two_parts(name_of(function), call(function, x, P, h), "return X, y", (want, x[of]))
        case = f"X for T = {T}, P = {P}, h = {h}"
        if shape_of(X) == (len(of), P):
            raise NotYet(f"{case} has {P} columns, expected {P + 1}: a column of ones, for the constant, comes last.")
        if len(shape_of(X) or ()) == 2 and shape_of(X)[1] == P + 1 and len(X) != len(of):
            why = {
                T: "as many as values: those that reach before the start of the series must go, or they wrap round",
                len(of) - 1: "one row is lost: t goes from h + P - 1, the first, to T - 1, the last",
                len(of) + 1: "one row too many: is everything you read at or after index 0, and y inside x?",
                T - P: "as many rows as for h = 1; the newest value is h back and the oldest P - 1 before it",
                T - P - h: "one row is lost: t goes from h + P - 1, the first, to T - 1, the last",
            }.get(len(X), "forecasts exist for t from h + P - 1 to T - 1")
            raise NotYet(f"{case} has {len(X)} rows, expected {len(of)}: {why}.")
        check_array(case, X, want, "(N, P + 1)", bugs)
        of_y = {
            "y holds the newest value that was read; it should hold the value h steps later.": x[of - h],
            "y holds the value one step after the newest that was read, whatever h is.": x[of - h + 1],
        }
        check_array(f"y for T = {T}, P = {P}, h = {h}", y, x[of], "(N,)", of_y)


def _past_mean(x, h):
    said = np.full(len(x), np.nan)
    said[h:] = np.cumsum(x)[:-h] / np.arange(1, len(x) - h + 1)
    return said


def _lag(x, h):
    said = np.zeros(len(x))
    said[h:] = x[: len(x) - h]
    return said


def _later(x, steps):
    return np.r_[x[steps:], np.full(steps, x[-1])]


FORECASTERS = [
    ("says the last value that is known", False, _lag),
    ("says the mean of all that is known, and nan before that", False, _past_mean),
    ("says the last known value plus the last known change", False, lambda x, h: 2 * _lag(x, h) - _lag(x, h + 1)),
    ("says the true value", True, lambda x, h: x.copy()),
    ("says the value before, x[t - 1], though h is larger", True, lambda x, h: _lag(x, 1)),
    ("is one step too new, x[t - h + 1]", True, lambda x, h: _lag(x, h - 1)),
    ("says nan at first, and is then one step too new, x[t - h + 1]",
     True, lambda x, h: np.where(np.arange(len(x)) < h, np.nan, _lag(x, h - 1))),
    ("subtracts the mean of the whole series", True, lambda x, h: 0.5 * _lag(x, h) + 0.5 * x.mean()),
    ("divides by the spread of the whole series", True, lambda x, h: _lag(x, h) / x.std()),
    ("adds the change to come after t", True, lambda x, h: _lag(x, h) + _later(x, 2) - _later(x, 1)),
    ("multiplies by the ratio to come, x[t] / x[t - 1]", True, lambda x, h: _lag(x, h) * x / np.r_[1.0, x[:-1]]),
    ("adds the size of the true value, abs(x[t])", True, lambda x, h: _lag(x, h) + np.abs(x)),
    ("adds the largest value of the whole series at its very last forecast",
     True, lambda x, h: _lag(x, h) + np.r_[np.zeros(len(x) - 1), x[-1]]),
    ("says the true value once, at its first forecast", True, lambda x, h: _lag(x, h) + np.where(np.arange(len(x)) == h, x, 0)),
    ("wraps round with np.roll", True, lambda x, h: np.roll(x, h)),
]  # fmt: skip
"""Forecasters that a detector must tell apart: (what it does, whether it reads the future, the forecaster)."""


@checking
def peeks(function, seed=0):
    """function(forecast, x, h) -> True if a forecast for time t depends on anything after time t - h."""
    rng = np.random.default_rng([seed, 3])
    series = (rng.gamma(2, 20, size=16 + seed % 4), 3 + seed % 2), (rng.normal(size=9), 2)
    cases, answers = list(itertools.product(series, FORECASTERS)), {}
    for i in rng.permutation(len(cases)).tolist():
        (x, h), (does, _, forecast) = cases[i]
        hint = f"forecast(x, h) gives one number for each time. This forecaster {does}."
        answers[i] = call(function, forecast, x, h, hint=hint)
        if not isinstance(answers[i], bool | np.bool_):
            raise NotYet(f"{name_of(function)} returns {described(answers[i])}; expected True or False.")
    for i, (_, (does, guilty, forecast)) in enumerate(cases):
        got = answers[i]
        if got and not guilty:
            why = {
                _lag: "did you change x[t - h] itself, which may be read? Or compare forecasts for later times too, which may "
                "read what you changed?",
                _past_mean: "nan is not equal to nan: compare with np.allclose(..., equal_nan=True).",
            }.get(forecast, "it reads x[t - h - 1] and x[t - h], which are known by then.")
            raise NotYet(f"you accuse a forecaster that peeks at nothing: it {does}; {why}")
        if guilty and not got:
            why = {
                "says the true value": "change the series after t - h: does the forecast for t move?",
                "adds the change to come after t": "adding one number to the whole future moves no difference; change "
                "each value by another amount.",
                "multiplies by the ratio to come, x[t] / x[t - 1]": "multiplying the whole future by one number moves no "
                "ratio; change each value by another amount.",
                "adds the size of the true value, abs(x[t])": "turning the signs round moves no size; change each value "
                "by another amount.",
            }.get(does, "change everything after t - h, and look at the forecast for every t.")
            raise NotYet(f"you clear a forecaster that {does}: {why}")
