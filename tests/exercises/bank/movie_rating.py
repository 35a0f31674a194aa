"""Answers to the exercises of movie rating, right and wrong."""

import numpy as np


def with_error(answer, error=lambda off: np.abs(off).mean()):
    return lambda stars: (answer(stars), error(stars - answer(stars)))


def by_trying(stars):
    """Try every rating as the constant, since the best constant is one of the ratings."""
    errors = [np.abs(stars - each).mean() for each in stars]
    return stars[np.argmin(errors)], min(errors)


def smooth(loss=None, slope=None, total=np.mean):
    """Smooth L1 with one piece changed; pieces are functions of the differences."""

    def function(answers, stars):
        d = answers - stars
        pieces = (loss or (lambda d: np.where(np.abs(d) < 1, d * d / 2, np.abs(d) - 0.5)))(d)
        slopes = (slope or (lambda d: np.clip(d, -1, 1) / len(d)))(d)
        return total(pieces), slopes

    return function


def one_by_one(answers, stars):
    losses, slopes = [], []
    for answer, star in zip(answers, stars, strict=True):
        d = answer - star
        losses.append(d * d / 2 if -1 < d < 1 else abs(d) - 0.5)
        slopes.append((d if -1 < d < 1 else 1.0 if d > 0 else -1.0) / len(stars))
    return sum(losses) / len(losses), slopes


def middle(values, low=2.5, high=97.5):
    return np.percentile(values, [low, high])


def by_sorting(a, b, draws):
    gains = sorted((a[rows] - b[rows]).mean() for rows in draws)
    cut = len(draws) // 40
    return gains[cut], gains[-cut - 1]


RIGHT = {
    "best_constant": [with_error(np.median), by_trying],
    "smooth_l1": [smooth(), one_by_one],
    "paired_gain": [lambda a, b, draws: middle((a - b)[draws].mean(axis=1)), by_sorting],
}

WRONG = {
    "best_constant": [
        (lambda stars: (np.abs(stars - np.median(stars)).mean(), np.median(stars)), "results are swapped"),
        (lambda stars: (stars.max(), np.abs(stars - stars.max()).mean()), "the highest rating"),
        (with_error(np.mean), "that is the mean"),
        (with_error(lambda stars: 3), "middle of the scale"),
        (with_error(lambda stars: stars[len(stars) // 2]), "sort it first"),
        (with_error(np.median, lambda off: np.sqrt((off**2).mean())), "root of the mean squared"),
        (with_error(np.median, lambda off: np.abs(off).sum()), "the sum"),
        (with_error(lambda stars: (stars.min() + stars.max()) / 2), "half-way"),
        (np.median, "two things"),
    ],
    "smooth_l1": [
        (lambda answers, stars: (np.sign(answers - stars), 1.0), "results are swapped"),
        (smooth(loss=lambda d: d * d / 2), "parabola everywhere"),
        (smooth(loss=np.abs), "plain absolute"),
        (smooth(loss=lambda d: np.where(np.abs(d) < 1, d * d, np.abs(d) - 0.5)), "½ is missing"),
        (smooth(loss=lambda d: np.where(np.abs(d) < 1, d * d / 2, np.abs(d))), "jumps"),
        (smooth(loss=lambda d: np.where(d < 1, d * d / 2, np.abs(d) - 0.5)), "compare |d| with 1"),
        (smooth(total=np.sum), "the sum"),
        (smooth(slope=lambda d: -np.clip(d, -1, 1) / len(d)), "wrong sign"),
        (smooth(slope=lambda d: np.clip(d, -1, 1)), "divided by B"),
        (smooth(slope=lambda d: d / len(d)), "parabola everywhere"),
        (smooth(slope=lambda d: np.sign(d) / len(d)), "sign everywhere"),
        (smooth(slope=lambda d: np.minimum(d, 1) / len(d)), "first differs"),
        (lambda answers, stars: smooth()(answers, stars)[0], "two things"),
    ],
    "paired_gain": [
        (
            lambda a, b, draws: np.percentile(
                np.random.default_rng(0).choice(a - b, draws.shape).mean(axis=1), [2.5, 97.5]
            ),
            "are not used",
        ),
        (lambda a, b, draws: 100 * np.percentile((a - b)[draws].mean(axis=1), [2.5, 97.5]), "per cent"),
        (lambda a, b, draws: middle((b - a)[draws].mean(axis=1)), "sign is wrong"),
        (lambda a, b, draws: middle(a[draws].mean(axis=1)) - middle(b[draws].mean(axis=1)), "end by end"),
        (
            lambda a, b, draws: middle(a[draws].mean(axis=1)) - middle(b[draws].mean(axis=1))[::-1],
            "different reviews",
        ),
        (lambda a, b, draws: middle(a[draws].mean(axis=1) - b[draws[::-1]].mean(axis=1)), "drawn apart"),
        (lambda a, b, draws: middle((a - b)[draws]), "single reviews"),
        (lambda a, b, draws: middle((a - b)[draws].mean(axis=0)), "wrong axis"),
        (lambda a, b, draws: middle((a - b)[draws].mean(axis=1), 5, 95), "5 % on each side"),
        (lambda a, b, draws: middle(a[draws].mean(axis=1)), "a's error alone"),
    ],
}


def quantile_in_percent(errors_a, errors_b, draws):
    g = (errors_a[draws] - errors_b[draws]).mean(axis=1)
    return np.quantile(g, 2.5), np.quantile(g, 97.5)


WRONG["paired_gain"] += [(quantile_in_percent, "np.quantile takes shares")]
WRONG["paired_gain"] += [
    (lambda a, b, draws: middle(np.abs((a - b)[draws].mean(axis=1))), "do not take the absolute value"),
]
