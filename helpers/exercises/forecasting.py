"""The checks of the exercises of "Forecast sunspots"."""

import itertools

import numpy as np

from helpers.exercises import compare
from helpers.exercises.compare import NotYet, call, check_array, checking, described, name_of, shape_of


@checking
def last_value(function, seed=0, tiny=0):
    """function(x, h) -> the mean absolute error of saying, h steps ahead, that nothing changes."""
    rng = np.random.default_rng([seed, 1])
    x, h = rng.normal(0, 30, size=12 + seed % 5), 3 + seed % 3
    if tiny:
        x, h = np.r_[-12.0, x[1:3].round(), 20.0, x[3:].round()][: 3 + tiny], 2
        x[2] = 7

    def error(said, came):
        return np.abs(said - came).mean()

    change = x[h:] - x[:-h]
    wrapped = error(np.roll(x, h), x)
    filled = np.abs(np.r_[x[:h], change]).mean()
    bugs = {
        "the values may be below 0, too: take the absolute value of the errors alone.": np.abs(
            np.abs(x[h:]) - np.abs(x[:-h])
        ).mean(),
        "the series wraps round, by np.roll or by x[t - h] where t is below h: the first h values are compared with the end "
        "of the series, their own future.": wrapped,
        "that is the error one step ahead, times h.": h * error(x[:-1], x[1:]),
        "that is the largest of the errors; return their mean.": np.abs(change).max(),
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
        "that is the error of the first value for every time; the forecast for x[t] is x[t - h].": np.abs(
            x[h:] - x[0]
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
    sizes = ((5, 2, 2),) if tiny else ((12 + seed % 4, 3 + seed % 2, 3), (9, 2, 2), (8, 3, 1))
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
                len(of)
                + 1: "one row too many: all that a row reads must stand at or after index 0, and y must be inside x",
                T - P: "as many rows as for h = 1; the newest value is h back and the oldest P - 1 before it",
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
        answers[i] = bool(answers[i])
    wrong = [i for i, (_, (_, guilty, _)) in enumerate(cases) if answers[i] != guilty]
    if not wrong:
        return
    (_, (does, guilty, forecast)), got = cases[wrong[0]], answers[wrong[0]]
    told = f"you {'clear' if guilty else 'accuse'} a forecaster that {'' if guilty else 'peeks at nothing: it '}{does}"
    for sentence, detector in DETECTORS.items():
        if all(answers[i] == detector(forecast, x, h) for i, ((x, h), (_, _, forecast)) in enumerate(cases)):
            raise NotYet(bug=sentence, place=f"{told[0].upper()}{told[1:]}.")
    if got:
        why = {
            _lag: "did you change x[t - h] itself, which may be read? Or compare forecasts for later times too, which may "
            "read what you changed?",
            _past_mean: "its first forecasts are nan, which is not equal to nan, and the others read x[0] to x[t - h], which "
            "are known by then.",
        }.get(forecast, "it reads x[t - h - 1] and x[t - h], which are known by then.")
        raise NotYet(f"{told}; {why}")
    why = {
        "says the true value": "change the series after t - h: does the forecast for t move?",
        "adds the change to come after t": "adding one number to the whole future moves no difference; change "
        "each value by another amount.",
        "multiplies by the ratio to come, x[t] / x[t - 1]": "multiplying the whole future by one number moves no "
        "ratio; change each value by another amount.",
        "adds the size of the true value, abs(x[t])": "turning the signs round moves no size; change each value "
        "by another amount.",
    }.get(does, "change everything after t - h, and look at the forecast for every t.")
    raise NotYet(f"{told}: {why}")


def _moved(x, first, last=None):
    """Return a series whose values from one place on are changed, each by another amount."""
    other = x.copy()
    other[max(first, 0) : last] += (1 + np.sqrt(np.arange(len(x))))[max(first, 0) : last]
    return other


def _differ(a, b, equal_nan=True):
    return not np.allclose(a, b, equal_nan=equal_nan)


def _at(times, change, equal_nan=True):
    """Return a detector that looks at the forecasts for some times, after a change of the series for each."""

    def detector(forecast, x, h):
        said = forecast(x, h)
        return any(_differ(said[t], forecast(change(x, t, h), h)[t], equal_nan) for t in times(len(x), h))

    return detector


def _future(x, t, h):
    return _moved(x, t - h + 1)


_peeks = _at(lambda T, h: range(T), _future)

DETECTORS = {
    "every forecaster is accused: did you change x[t - h] itself, which may be read? Or compare forecasts for later times "
    "too, which may read what you changed?": lambda forecast, x, h: True,
    "every forecaster is cleared.": lambda forecast, x, h: False,
    "True and False are the wrong way round: True is for a forecaster that peeks.": lambda forecast, x, h: (
        not _peeks(forecast, x, h)
    ),
    "that looks at the forecast for the last time alone; a forecaster may look ahead at any other time.": _at(
        lambda T, h: [T - 1], _future
    ),
    "that looks at the forecast for one time in the middle alone; a forecaster may look ahead at any other time.": _at(
        lambda T, h: [T // 2], _future
    ),
    "that looks at the first forecast alone; a forecaster may look ahead at any other time.": _at(
        lambda T, h: [h], _future
    ),
    "only the last value of the series is changed; a forecast for an earlier time may look ahead at the values before "
    "it.": lambda forecast, x, h: _differ(forecast(x, h), forecast(_moved(x, len(x) - 1), h)),
    "only the last value of the series is changed, and the forecast for the last time is left out; change all that comes "
    "after t - h, for every t.": lambda forecast, x, h: _differ(
        forecast(x, h)[:-1], forecast(_moved(x, len(x) - 1), h)[:-1]
    ),
    "for the forecast at t only x[t] is changed; x[t - h + 1] to x[t - 1] and all after t are the future, too.": _at(
        lambda T, h: range(T), lambda x, t, h: _moved(x, t, t + 1)
    ),
    "only x[t] and what comes after it is changed; x[t - h + 1] to x[t - 1] must not be known either.": _at(
        lambda T, h: range(T), lambda x, t, h: _moved(x, t)
    ),
    "only what comes after t is changed; x[t - h + 1] to x[t] must not be known either.": _at(
        lambda T, h: range(T), lambda x, t, h: _moved(x, t + 1)
    ),
    "the series is cut off once, and forecasts before the cut are compared; x[t - h + 1] to x[t] stay known there.": (
        lambda forecast, x, h: _differ(forecast(x, h)[: len(x) - h], forecast(x[: len(x) - h], h))
    ),
    "x[t - h] is changed too, and that may be read.": _at(lambda T, h: range(T), lambda x, t, h: _moved(x, t - h)),
    "nan is not equal to nan, so that a forecast that says nothing seems to move.": _at(
        lambda T, h: range(T), _future, equal_nan=False
    ),
    "the forecasts for the first h times are left out; a forecaster may look ahead there, too.": _at(
        lambda T, h: range(h, T), _future
    ),
    "the forecast for the last time is left out; a forecaster may look ahead there, too.": _at(
        lambda T, h: range(T - 1), _future
    ),
    "that asks whether a forecast is the true value; one that looks ahead need not be right.": (
        lambda forecast, x, h: bool(np.isclose(forecast(x, h), x)[h:].all())
    ),
    "that asks whether some forecast is the true value; one that looks ahead need not be right.": (
        lambda forecast, x, h: bool(np.isclose(forecast(x, h), x)[h:].any())
    ),
    "the same number is added to the whole future, which moves no difference; change each value by another amount.": _at(
        lambda T, h: range(T), lambda x, t, h: x + 100.0 * (np.arange(len(x)) > t - h)
    ),
    "the whole future becomes 0, which a forecaster may not notice; change each value by another amount, at several "
    "times.": _at(lambda T, h: range(T), lambda x, t, h: np.where(np.arange(len(x)) > t - h, 0.0, x)),
    "the future is put in another order, which moves no mean and no spread; change each value by another amount.": _at(
        lambda T, h: range(T), lambda x, t, h: np.r_[x[: max(t - h + 1, 0)], x[max(t - h + 1, 0) :][::-1]]
    ),
    "the whole future changes its sign, which moves no size and no ratio; change each value by another amount.": _at(
        lambda T, h: range(T), lambda x, t, h: np.where(np.arange(len(x)) > t - h, -x, x)
    ),
    "the whole future is multiplied by one number, which moves no ratio; change each value by another amount.": _at(
        lambda T, h: range(T), lambda x, t, h: np.where(np.arange(len(x)) > t - h, 3 * x, x)
    ),
    "one time in the middle is chosen, and forecasts for other times are compared too; for the forecast at t change what "
    "comes after t - h, for every t.": lambda forecast, x, h: _differ(
        forecast(x, h)[: len(x) // 2], forecast(_moved(x, len(x) // 2), h)[: len(x) // 2]
    ),
}
"""What is wrong in a detector -> that detector."""
