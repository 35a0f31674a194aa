"""The checks of the exercises of "Judge a review, word by word"."""

from collections import Counter

import numpy as np

from helpers import text
from helpers.data import restaurant
from helpers.exercises import compare
from helpers.exercises.compare import (
    NotYet,
    call,
    check_array,
    checking,
    checking_a_property,
    described,
    name_of,
    shape_of,
    small,
)

NOT_USED = "the draws that are given are not used: other draws, and the same interval; draw none of your own."


@checking
def interval(function, seed=0, tiny=0):
    """function(hits, draws) -> (low, high), the 95 % bootstrap interval of an accuracy."""
    rng = np.random.default_rng([seed, 1])
    n, R = (3, 2 + tiny) if tiny else (300 + 70 * (seed % 3), 90 + 43 * (seed % 2))
    hits = np.array([1, 1, 0]) if tiny else (rng.random(n) < 0.7).astype(int)
    draws = rng.integers(n, size=(R, n)) if tiny else _draws_without_ties(rng, hits, R)
    shares = hits[draws].mean(axis=1)

    def ends(values, low=2.5, high=97.5):
        return np.percentile(values, [low, high])

    want, middle, spread = ends(shares), shares.mean(), 1.96 * shares.std()
    bugs = {
        "the two ends are swapped: low first.": want[::-1],
        "that leaves out 5 % on each side; the middle 95 % leave out 2.5 % on each.": ends(shares, 5, 95),
        "np.percentile counts in percent: 2.5 and 97.5, not 0.025 and 0.975.": ends(shares, 0.025, 0.975),
        "that is the smallest and the largest share; take the middle 95 %.": ends(shares, 0, 100),
        "those are percentiles of single reviews, not of accuracies; take the mean of each draw first.": ends(
            hits[draws]
        ),
        "the mean goes over the wrong axis: one accuracy for each row of draws.": ends(hits[draws].mean(axis=0)),
        "those are counts; the accuracy of a draw is its mean.": ends(hits[draws].sum(axis=1)),
        "those are percentiles of the row numbers in draws; look up the hits first: hits[draws].": ends(
            draws.mean(axis=1)
        ),
        "those are percentiles of the row numbers in draws, divided by how many there are; look up the hits: hits[draws].": ends(
            draws.mean(axis=1) / n
        ),
        "that leaves out 5 % above and nothing below; the middle 95 % leave out 2.5 % on each side.": ends(
            shares, 0, 95
        ),
        "that leaves out 5 % below and nothing above; the middle 95 % leave out 2.5 % on each side.": ends(
            shares, 5, 100
        ),
        "that is the mean and 1.96 standard deviations to each side; a bootstrap interval takes the percentiles "
        "themselves.": np.array([middle - spread, middle + spread]),
        "that is 1.96 standard deviations round the accuracy itself; take the percentiles of the draws.": np.array(
            [hits.mean() - spread, hits.mean() + spread]
        ),
    }
    drawn = np.zeros((R, n))
    np.put_along_axis(drawn, draws, 1, axis=1)
    hint = "hits[draws] has the shape of draws."
    got = call(function, hits, draws, hint=hint)
    bugs |= {
        "that is per cent; return shares.": 100 * want,
        "those are the ends' distances from the accuracy; return the ends themselves.": np.abs(want - hits.mean()),
        "that is sorted and cut at the wrong places: 2.5 % of the draws lie below low.": np.sort(shares)[
            [min(25, R - 1), -min(25, R)]
        ],
        "the interval is that of the errors, 1 - accuracy.": 1 - want[::-1],
    }
    cut = R // 40  # so many whole draws lie below low
    for wrong, bounds in {
        "both ends are one draw too far out": (cut - 1, -cut),
        "both ends are one draw too far in": (cut + 1, -cut - 2),
        "high is one draw too far out": (cut, -cut),
        "high is one draw too far in": (cut, -cut - 2),
        "low is one draw too far out": (cut - 1, -cut - 1),
        "low is one draw too far in": (cut + 1, -cut - 1),
    }.items():
        bugs[f"{wrong}: 2.5 % of the draws lie below low, and 2.5 % above high; np.percentile finds both places."] = (
            np.sort(shares)[list(bounds)]
        )
    bugs["both ends are accuracies of single draws; np.percentile goes between two draws, as in the worked number."] = (
        np.sort(shares)[[cut, -cut - 1]]
    )
    bugs |= {
        "the middle half is from 25 to 75; the middle 95 % is from 2.5 to 97.5.": ends(shares, 25, 75),
        "that leaves out 2 % on each side; the middle 95 % leave out 2.5 % on each.": ends(shares, 2, 98),
        "that leaves out 3 % on each side; the middle 95 % leave out 2.5 % on each.": ends(shares, 3, 97),
        "that leaves out 1.25 % on each side; the middle 95 % leave out 2.5 % on each.": ends(shares, 1.25, 98.75),
        "that leaves out 0.5 % on each side; the middle 95 % leave out 2.5 % on each.": ends(shares, 0.5, 99.5),
        "that is the accuracy and half of the width; return the two ends.": np.array(
            [hits.mean(), (want[1] - want[0]) / 2]
        ),
        "the draws are averaged before the percentiles are taken; each draw has an accuracy of its own.": ends(
            shares.mean()
        ),
        "reviews that were drawn twice count once there; they count twice.": ends(drawn @ hits / drawn.sum(axis=1)),
        "that is the median of each draw; its accuracy is the mean.": ends(np.median(hits[draws], axis=1)),
        "the accuracy is subtracted; return the ends as they are.": want - hits.mean(),
        "both ends are the same draw's; low is the percentile 2.5, high 97.5.": want[[0, 0]],
    }
    if not tiny and not compare.close(got, want) and compare.close(got, call(function, hits, 0 * draws, hint=hint)):
        bugs = {NOT_USED: compare.as_array("the interval", got, "(low, high)")} | bugs
    check_array("the interval", got, want, "(low, high)", bugs)


def _draws_without_ties(rng, hits, R):
    """Draw R rows of review numbers with accuracies that all differ, so that an end that is one draw off shows."""
    n, right, wrong = len(hits), np.flatnonzero(hits == 1), np.flatnonzero(hits == 0)
    counts = rng.choice(np.arange(n // 2, n), R, replace=False)
    rows = [np.r_[rng.choice(right, count), rng.choice(wrong, n - count)] for count in counts]
    return rng.permuted(rows, axis=1)


def _numbers(got):
    """Return an answer as a row of numbers; an empty one if it is none."""
    try:
        return np.real(np.asarray(got)).astype(float).ravel()
    except (TypeError, ValueError):
        return np.zeros(0)


@checking
def keep_largest(function, seed=0, tiny=0):
    """function(h, lengths) -> (B, H), each unit's largest value over the real steps."""
    rng = np.random.default_rng([seed, 2])
    B, T, H = {1: (1, 3, 1), 2: (2, 3, 2)}.get(tiny) or (4 + seed % 2, 6 + seed % 3, 2)
    h = small(rng, B, T, H) / 2
    lengths = np.array([2, 3][:B]) if tiny else np.r_[3, 2, rng.integers(2, T - 1, B - 3), T]
    first = lengths[0]
    h[0, :first] = -np.abs(h[0, :first])  # a maximum below zero, so that zeros in the padding would be larger
    h[0, first:] = np.abs(h[0, first:])
    if not tiny:
        h[-1, 0, 0] = h[-1, -1, 1] = 0.96  # in the last row, the first step and the last hold the largest values
    real = text.mask(lengths, T)[:, :, None]

    def largest(lengths):
        return np.array([row[:n].max(axis=0) for row, n in zip(h, lengths, strict=True)])

    rows = np.arange(B)
    where = np.where(real, np.abs(h), -1).argmax(axis=1)
    bugs = {
        "the padding counts too; only the first lengths[b] steps of row b are real.": h.max(axis=1),
        "0 takes part, from the padding or as your first value; a unit may be negative all the time, so put -inf there.": (
            np.maximum((h * real).max(axis=1), 0)
        ),
        "that is the last real state, not the largest value of each unit.": h[rows, lengths - 1],
        "the last real step is left out: row b has lengths[b] of them.": largest(lengths - 1),
        "that is one step too many: the steps of row b are 0 to lengths[b] - 1.": largest(lengths + 1),
        "that is the mean; take the largest.": (h * real).sum(axis=1) / lengths[:, None],
        "that takes the value farthest from zero; take the largest, even if it is negative.": np.take_along_axis(
            h, where[:, None], axis=1
        )[:, 0],
        "that is the largest of the sizes, without the sign; take the largest value as it is.": np.where(
            real, np.abs(h), -1
        ).max(axis=1),
        "that is the smallest value of each unit.": np.where(real, h, np.inf).min(axis=1),
    }
    bugs |= {
        "lengths[0] serves all rows; row b has lengths[b].": h[:, : lengths[0]].max(axis=1),
        "the smallest length serves all rows; row b has lengths[b].": h[:, : lengths.min()].max(axis=1),
        "that is the sum over the real steps; take the largest.": (h * real).sum(axis=1),
    }
    bugs |= {
        "that is the place of the largest value; return the value itself.": np.where(real, h, -np.inf).argmax(axis=1),
        "the first step is left out; it is a real one.": np.array(
            [row[min(1, n - 1) : n].max(axis=0) for row, n in zip(h, lengths, strict=True)]
        ),
        "all units have the values of one step, that at which the first is largest; each unit has a largest of its own.": (
            np.array([row[row[:n, 0].argmax()] for row, n in zip(h, lengths, strict=True)])
        ),
        "that is the state with the largest norm; each unit has a largest value of its own.": np.array(
            [row[np.linalg.norm(row[:n], axis=1).argmax()] for row, n in zip(h, lengths, strict=True)]
        ),
        "zeros are taken for the beginning, so that no value below 0 can be the largest; begin with -inf.": np.maximum(
            largest(lengths), 0
        ),
    }
    got = call(function, h, lengths, hint="Steps are on axis 1.")
    values = _numbers(got)
    if shape_of(got) == (B, H) and np.isnan(values).any():
        raise NotYet(bug="nan is larger than nothing and wins every maximum; put -np.inf on the padding.")
    if shape_of(got) == (B, H) and np.isinf(values).any():
        raise NotYet(bug="-inf is left over: it is on the real steps, not on the padding. Is the mask turned round?")
    if not tiny and shape_of(got) == (B, T):
        raise NotYet(f"you return shape {(B, T)}: the maximum went over the units; it goes over the steps, axis 1.")
    check_array("the largest values", got, largest(lengths), "(B, H)", bugs)
    if not tiny:
        low = np.array([[[-30.0], [-40.0], [0.5]]])
        only = call(function, low, np.array([2]), hint="Steps are on axis 1.")
        check_array(
            "the largest values, all far below 0",
            only,
            np.array([[-30.0]]),
            "(B, H)",
            {
                "what you put on the padding is larger than the real values here; minus infinity never is.": _numbers(
                    only
                ).reshape(1, -1)
            },
        )


@checking_a_property
def twins(function, seed=0):
    """function() -> (praise, blame), two reviews with the same words and opposite verdicts."""
    got = compare.two_parts(name_of(function), call(function), "the review that praises, then the one that blames")
    bags, verdicts = [], []
    for which, review in zip(("first", "second"), got, strict=True):
        if not isinstance(review, str):
            raise NotYet(f"the {which} review is {described(review)}; expected a string.")
        tokens = text.split_words(review)
        bags.append(Counter(tokens))
        if tokens.count("but") != 1:
            raise NotYet(f"the {which} review, “{review}”, needs “but” exactly once.")
        if {"not", "wasn't"} & set(tokens):
            raise NotYet(f"the {which} review, “{review}”, holds a negation; here the order alone must decide.")
        after = restaurant.annotated(tokens[tokens.index("but") + 1 :])[1]
        if len(after) != 2:
            raise NotYet(
                f"after “but” the {which} review, “{review}”, should judge one thing, in words of the lists above: "
                "“service was awful”, say."
            )
        verdicts.append(after[1])
    if bags[0] != bags[1]:
        odd = sorted((bags[0] - bags[1]) + (bags[1] - bags[0]))
        raise NotYet(f"a bag of words tells them apart: “{odd[0]}” is not equally often in both.")
    if verdicts[0] == verdicts[1]:
        raise NotYet(
            f"what comes after “but” is {verdicts[0]} in both, so the verdict is the same; exchange the two judgements."
        )
    if verdicts != ["good", "bad"]:
        raise NotYet("the two are in the wrong order: the one that praises first.")
