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
    described,
    name_of,
    shape_of,
    small,
)

NOT_USED = "the draws that are given are not used: other draws, and the same interval; draw none of your own."


@checking
def interval(function, seed=0):
    """function(hits, draws) -> (low, high), the 95 % bootstrap interval of an accuracy."""
    rng = np.random.default_rng([seed, 1])
    n, R = 300 + 70 * (seed % 3), 401 + 200 * (seed % 2)
    hits = (rng.random(n) < 0.7).astype(int)
    draws = rng.integers(n, size=(R, n))
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
        "that is the mean and 1.96 standard deviations to each side; a bootstrap interval takes the percentiles "
        "themselves.": np.array([middle - spread, middle + spread]),
        "that is 1.96 standard deviations round the accuracy itself; take the percentiles of the draws.": np.array(
            [hits.mean() - spread, hits.mean() + spread]
        ),
    }
    hint = "hits[draws] has the shape of draws."
    got = call(function, hits, draws, hint=hint)
    bugs |= {
        "that is per cent; return shares.": 100 * want,
        "those are the ends' distances from the accuracy; return the ends themselves.": np.abs(want - hits.mean()),
        "that is sorted and cut at the wrong places: 2.5 % of the draws lie below low.": np.sort(shares)[[25, -25]],
        "the interval is that of the errors, 1 - accuracy.": 1 - want[::-1],
    }
    if not compare.close(got, want) and compare.close(got, call(function, hits, 0 * draws, hint=hint)):
        bugs[NOT_USED] = compare.as_array("the interval", got, "(low, high)")
    check_array("the interval", got, want, "(low, high)", bugs)


@checking
def keep_largest(function, seed=0):
    """function(h, lengths) -> (B, H), each unit's largest value over the real steps."""
    rng = np.random.default_rng([seed, 2])
    B, T, H = 4 + seed % 2, 6 + seed % 3, 2
    h = small(rng, B, T, H) / 2
    lengths = np.r_[2, rng.integers(2, T - 1, B - 2), T]
    h[0, :2] = -np.abs(h[0, :2])  # a maximum below zero, so that zeros in the padding would be larger
    h[0, 2:] = np.abs(h[0, 2:])
    real = text.mask(lengths, T)[:, :, None]

    def largest(lengths):
        return np.array([row[:n].max(axis=0) for row, n in zip(h, lengths, strict=True)])

    rows = np.arange(B)
    where = np.where(real, np.abs(h), -1).argmax(axis=1)
    bugs = {
        "the padding counts too; only the first lengths[b] steps of row b are real.": h.max(axis=1),
        "the padding has zeros, which are larger than a unit that was negative all the time; put -inf there.": (
            h * real
        ).max(axis=1),
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
        "that is the sum over the real steps; take the largest.": (h * real).sum(axis=1),
    }
    got = call(function, h, lengths, hint="Steps are on axis 1.")
    if shape_of(got) == (B, T):
        raise NotYet(f"you return shape {(B, T)}: the maximum went over the units; it goes over the steps, axis 1.")
    check_array("the largest values", got, largest(lengths), "(B, H)", bugs)


@checking
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
