"""Answers to the exercises of sentiment, right and wrong."""

import numpy as np


def masked(h, lengths, fill=-np.inf):
    return np.where((np.arange(h.shape[1]) < lengths[:, None])[:, :, None], h, fill)


def by_sorting(hits, draws):
    shares = np.sort([hits[rows].mean() for rows in draws])
    places = np.array([0.025, 0.975]) * (len(shares) - 1)
    return np.interp(places, np.arange(len(shares)), shares)


def in_place(h, lengths):
    for row, n in zip(h, lengths, strict=True):
        row[n:] = -np.inf
    return h.max(axis=1)


RIGHT = {
    "interval": [lambda hits, draws: np.percentile(hits[draws].mean(axis=1), [2.5, 97.5]), by_sorting],
    "keep_largest": [
        lambda h, n: masked(h, n).max(axis=1),
        lambda h, n: [row[:k].max(axis=0) for row, k in zip(h, n, strict=True)],
    ],
    "twins": [
        lambda: ("service was awful but food was nice", "food was nice but service was awful"),
        lambda: ["the view was dull but the wine was superb", "the wine was superb but the view was dull"],
    ],
}

WRONG = {
    "interval": [
        (
            lambda hits, draws: np.percentile(
                np.random.default_rng(0).choice(hits, draws.shape).mean(axis=1), [2.5, 97.5]
            ),
            "are not used",
        ),
        (lambda hits, draws: 100 * np.percentile(hits[draws].mean(axis=1), [2.5, 97.5]), "per cent"),
        (lambda hits, draws: np.percentile(hits[draws].mean(axis=1), [2.5, 97.5]).round(1), "rounded to 1 digit after"),
        (lambda hits, draws: np.percentile(hits[draws].mean(axis=1), [5, 95]), "5 % on each side"),
        (lambda hits, draws: np.percentile(hits[draws].mean(axis=1), [2, 98]), "2 % on each side"),
        (lambda hits, draws: np.percentile(hits[draws].mean(axis=1), [3, 97]), "3 % on each side"),
        (lambda hits, draws: np.percentile(hits[draws].mean(axis=1), [0.025, 0.975]), "in percent"),
        (lambda hits, draws: np.percentile(hits[draws].mean(axis=0), [2.5, 97.5]), "wrong axis"),
        (lambda hits, draws: np.percentile(hits[draws], [2.5, 97.5]), "mean of each draw first"),
        (lambda hits, draws: (hits.mean(), hits.mean()), "not used"),
        (lambda hits, draws: np.percentile(hits[draws].sum(axis=1), [2.5, 97.5]), "counts"),
        (lambda hits, draws: np.percentile(hits[draws].mean(axis=1), [97.5, 2.5]), "low first"),
        (lambda hits, draws: np.percentile(hits[draws].mean(axis=1), [0, 100]), "smallest and the largest"),
        (lambda hits, draws: np.percentile(draws.mean(axis=1), [2.5, 97.5]), "row numbers"),
        (
            lambda hits, draws: (
                hits[draws].mean() - 1.96 * hits[draws].mean(axis=1).std(),
                hits[draws].mean() + 1.96 * hits[draws].mean(axis=1).std(),
            ),
            "1.96 standard deviations",
        ),
        (lambda hits, draws: hits[draws].mean(axis=1), "shape"),
    ],
    "keep_largest": [
        (lambda h, lengths: h[:, : lengths[0]].max(axis=1), "lengths[0] serves all rows"),
        (lambda h, lengths: h[:, : lengths.min()].max(axis=1), "the smallest length serves all rows"),
        (lambda h, lengths: [row[:n] for row, n in zip(h, lengths, strict=True)], "of unequal length"),
        (lambda h, n: h.max(axis=1), "padding counts"),
        (lambda h, n: masked(h, n, 0).max(axis=1), "put -inf"),
        (lambda h, n: h[np.arange(len(h)), n - 1], "last real state"),
        (lambda h, n: masked(h, n - 1).max(axis=1), "left out"),
        (lambda h, n: masked(h, n + 1).max(axis=1), "one step too many"),
        (lambda h, n: masked(h, n).max(axis=2), "over the units"),
        (lambda h, n: np.abs(masked(h, n, 0)).max(axis=1), "without the sign"),
        (lambda h, n: masked(h, n, 0).sum(axis=1) / n[:, None], "the mean"),
        (lambda h, n: masked(h, n, np.inf).min(axis=1), "smallest"),
        (in_place, "changes h in place"),
    ],
    "twins": [
        (lambda: ("food was nice but service was awful", "service was awful but food was nice"), "wrong order"),
        (lambda: ("food wasn't nice but service was", "food was nice but service wasn't"), "negation"),
        (lambda: ("food was awful but wine was nice", "food was nice but service was awful"), "bag of words"),
        (lambda: ("food was nice but wine was great", "wine was great but food was nice"), "same"),
        (lambda: ("nice", "awful"), "exactly once"),
        (lambda: ("food was awful but nothing matters", "food was nice but all is lost"), "judge one thing"),
        (lambda: "food was nice", "two things"),
    ],
}


def filled(h, n, filler):
    return np.where((np.arange(h.shape[1]) < n[:, None])[:, :, None], h, filler).max(axis=1)


WRONG["keep_largest"] += [
    (lambda h, n: filled(h, n, -1.0), "minus infinity never is"),
    (lambda h, n: filled(h, n, -10.0), "minus infinity never is"),
    (lambda h, n: filled(h, n, np.nan), "nan"),
]


def from_zero(h, lengths):
    largest = np.zeros((len(h), h.shape[2]))
    for row, (states, n) in enumerate(zip(h, lengths, strict=True)):
        for state in states[:n]:
            largest[row] = np.maximum(largest[row], state)
    return largest


WRONG["keep_largest"] += [(from_zero, "as your first value")]


def cut_at(low, high):
    """Return a wrong answer that sorts the accuracies; low and high are how many draws it cuts off too many."""

    def cut(hits, draws):
        shares, off = np.sort(hits[draws].mean(axis=1)), len(draws) // 40
        return shares[off + low], shares[-off - 1 - high]

    return cut


WRONG["interval"] += [
    (cut_at(-1, -1), "one draw too far out"),
    (cut_at(1, 1), "one draw too far in"),
    (cut_at(0, -1), "high is one draw too far out"),
    (cut_at(1, 0), "low is one draw too far in"),
    (cut_at(2, 2), "first differs"),
]


def whole_draws(hits, draws):
    shares = np.sort(hits[draws].mean(axis=1))
    return shares[int(0.025 * len(shares))], shares[int(0.975 * len(shares))]


WRONG["interval"] += [(whole_draws, "goes between two draws")]


def row_numbers_as_shares(hits, draws):
    return np.percentile(draws.mean(axis=1) / len(hits), [2.5, 97.5])


def nothing_cut_below(hits, draws):
    return np.percentile(hits[draws].mean(axis=1), [0, 95])


WRONG["interval"] += [(row_numbers_as_shares, "divided by how many"), (nothing_cut_below, "nothing below")]


def twins_about_music():
    return ["music was poor but soup was superb", "soup was superb but music was poor"]


RIGHT["twins"] += [twins_about_music]
