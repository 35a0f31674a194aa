"""The checks of the exercises of "Read how many stars a review gives"."""

import numpy as np

from helpers.exercises import compare
from helpers.exercises.compare import call, check_array, check_arrays, checking, name_of, shape_of

NOT_USED = "the draws that are given are not used: other draws, and the same interval; draw none of your own."


@checking
def best_constant(function, seed=0, tiny=0):
    """function(stars) -> (answer, error), the constant answer with the smallest mean absolute error."""
    rng = np.random.default_rng([seed, 1])
    answers, errors = [], []
    for n in (5,) if tiny else (9 + 2 * (seed % 3), 12, 5):
        stars = np.r_[rng.uniform(1, 2.5, n // 2), rng.uniform(4, 5, n - n // 2 - 2), 1.25, 1.25].round(2)
        middle = np.sort(stars)[[(n - 1) // 2, n // 2]]
        error = np.abs(stars - np.median(stars)).mean()
        answer, its_error = compare.two_parts(
            name_of(function), call(function, stars), "return answer, error", (np.median(stars), error)
        )
        values, counts = np.unique(stars, return_counts=True)
        bugs = {
            "that is the mean, which has the smallest squared error; a few low ratings pull it away.": stars.mean(),
            "that lies half-way between the lowest and the highest rating.": (stars.min() + stars.max()) / 2,
            "that is the middle of the scale, 3 stars, whatever people gave.": 3.0,
            "that is the most frequent rating.": values[counts.argmax()],
            "that is the middle of the unsorted list; sort it first.": stars[n // 2],
            "that is the lowest rating.": stars.min(),
            "that is the highest rating.": stars.max(),
            "that is the rating after the middle of the sorted list, whose indices count from 0.": np.sort(stars)[
                n // 2 + 1
            ],
            "that is the rating before the middle of the sorted list.": np.sort(stars)[(n - 1) // 2 - 1],
            "your numbers are rounded to whole stars; return the answer as it is.": np.round(np.median(stars)),
        }
        number = compare.as_array(f"the answer for {n} ratings", answer, "one number")
        fine = number.shape == () and middle[0] - 1e-6 <= number <= middle[1] + 1e-6
        answers.append((f"the answer for {n} ratings", answer, number if fine else np.median(stars), bugs))
        if shape_of(answer) == ():
            off = stars - number
            of_error = {
                "that is the root of the mean squared error; here take absolute values.": np.sqrt((off**2).mean()),
                "that is the mean squared error; here take absolute values.": (off**2).mean(),
                "the plus and minus cancel: take the absolute value of each error.": off.mean(),
                "the plus and minus cancel: take the absolute value of each error, stars - answer.": -off.mean(),
                "the plus and minus cancel before the absolute value is taken; take it of each error.": abs(off.mean()),
                "that is the sum of the errors; divide by how many there are.": np.abs(off).sum(),
                "that is the median of the errors; return their mean.": np.median(np.abs(off)),
                "that is the standard deviation; here take the mean of the absolute errors.": stars.std(),
                "that divides by one too few: there are as many errors as ratings.": np.abs(off).sum()
                / (len(stars) - 1),
                "that is the largest of the errors; return their mean.": np.abs(off).max(),
                "that is the smallest of the errors; return their mean.": np.abs(off).min(),
                "that is the error of the mean rating; here it is that of your answer.": np.abs(
                    stars - stars.mean()
                ).mean(),
            }
            errors.append((f"the error of your answer for {n} ratings", its_error, np.abs(off).mean(), of_error))
    check_arrays(answers, "one number")
    check_arrays(errors, "one number")


@checking
def smooth_l1(function, seed=0, tiny=0):
    """function(answers, stars) -> (loss, d_answers), the smooth absolute error and its gradient."""
    import torch

    rng = np.random.default_rng([seed, 2])
    answers, stars = rng.uniform(1, 5, 7 + seed % 3).round(1), rng.uniform(1, 5, 7 + seed % 3).round(1)
    answers[:2] = stars[:2] + (2.5, -2.5)  # both signs beyond one star
    answers[2:4] = stars[2:4] + (0.5, -0.25)  # and within
    answers[4:6] = stars[4:6] + (1.5, -1.25)
    if tiny:
        answers, stars = answers[tiny % 2 : 4 : 2].round(2), stars[tiny % 2 : 4 : 2]
    leaf = torch.from_numpy(answers.copy()).requires_grad_()
    loss = torch.nn.functional.smooth_l1_loss(leaf, torch.from_numpy(stars))
    loss.backward()
    off, B = answers - stars, len(answers)
    size, near = np.abs(off), np.abs(off) < 1
    got = call(function, answers, stars, hint="np.where(condition, a, b) takes from a where the condition is True.")
    got = compare.two_parts(name_of(function), got, "return loss, d_answers", (loss.item(), leaf.grad.numpy()))

    def either(inside, outside):
        return np.where(near, inside, outside)

    of_loss = {
        "that is the sum; the loss is the mean over the reviews.": either(off**2 / 2, size - 0.5).sum(),
        "the ½ is missing in the parabola, ½ d².": either(off**2, size - 0.5).mean(),
        "the lines have no - ½, so the curve jumps at one star.": either(off**2 / 2, size).mean(),
        "that is the parabola everywhere; beyond one star the loss is a line.": (off**2 / 2).mean(),
        "that is the mean squared error.": (off**2).mean(),
        "that is the plain absolute error; within one star the loss is a parabola.": size.mean(),
        "parabola and lines are exchanged: the parabola is near 0.": either(size - 0.5, off**2 / 2).mean(),
        "an error below -1 takes the parabola too: compare |d| with 1, not d.": np.where(
            off < 1, off**2 / 2, size - 0.5
        ).mean(),
        "the parabola is ½ there, without d²; it is ½ d².": either(0.5, size - 0.5).mean(),
        "one rule is chosen for all reviews, by their mean error; each review has its own.": (
            (off**2 / 2).mean() if size.mean() < 1 else (size - 0.5).mean()
        ),
        "the lines are |d| + ½; they are |d| - ½, so that they meet the parabola.": either(
            off**2 / 2, size + 0.5
        ).mean(),
        "the lines are d - ½; below -1 they must be |d| - ½.": either(off**2 / 2, off - 0.5).mean(),
    }
    compare.check_number("the loss", got[0], loss.item(), of_loss)
    slope = either(off, np.sign(off))
    of_slope = {
        "the gradient has the wrong sign: it points up the loss, d = answers - stars.": -slope / B,
        "the loss is a mean over B reviews, so each gradient is divided by B.": slope,
        "that is the slope of the parabola everywhere; a line has slope 1 or -1.": off / B,
        "that is the sign everywhere; within one star the slope is d.": np.sign(off) / B,
        "the lines have slope 1 above and -1 below.": either(off, 1) / B,
        "the slope is cut off at 0 and 1; below, it goes down to -1.": np.clip(off, 0, 1) / B,
        "the signs are lost; an answer that is too low has a negative slope.": np.abs(slope) / B,
        "that is the loss of each review, not its slope.": either(off**2 / 2, size - 0.5) / B,
        "within one star the slope is d, not 2 d: the parabola is ½ d².": either(2 * off, np.sign(off)) / B,
        "lines that have slope d are no lines, and the parabola's slope is d; you exchanged them.": either(
            np.sign(off), off
        )
        / B,
    }
    check_array("d_answers", got[1], leaf.grad.numpy(), "(B,)", of_slope)


@checking
def paired_gain(function, seed=0, tiny=0):
    """function(errors_a, errors_b, draws) -> (low, high), how much smaller b's mean error is than a's."""
    rng = np.random.default_rng([seed, 3])
    n, R = (2, 2 + tiny) if tiny else (60 + 10 * (seed % 3), 401)
    hard = rng.gamma(2, 0.4, n)
    a, b = hard + rng.normal(0.02, 0.1, n), hard + rng.normal(0, 0.1, n)
    b += (a - b).mean() - 0.005  # some draws gain and some lose
    if tiny:
        a, b = a.round(1), b.round(1)
    draws = rng.integers(n, size=(R, n))
    of_a, of_b = a[draws].mean(axis=1), b[draws].mean(axis=1)

    def ends(values, low=2.5, high=97.5):
        return np.percentile(values, [low, high])

    want = ends(of_a - of_b)
    bugs = {
        "the sign is wrong: a gain is a's error minus b's.": ends(of_b - of_a),
        "those are the intervals of a and b, subtracted end by end; take the difference in each draw.": ends(of_a)
        - ends(of_b),
        "that subtracts far ends of two intervals, as if a and b had read different reviews; take the difference in "
        "each draw.": np.array([ends(of_a)[0] - ends(of_b)[1], ends(of_a)[1] - ends(of_b)[0]]),
        "a and b are drawn apart: each draw must have the same reviews for both.": ends(of_a - of_b[::-1]),
        "that is sorted before subtracting, so the draws no longer belong together.": ends(
            np.sort(of_a) - np.sort(of_b)
        ),
        "those are percentiles of single reviews, not of means; take the mean of each draw first.": ends(
            (a - b)[draws]
        ),
        "the mean goes over the wrong axis: one mean for each row of draws.": ends((a - b)[draws].mean(axis=0)),
        "that leaves out 5 % on each side; the middle 95 % leave out 2.5 % on each.": ends(of_a - of_b, 5, 95),
        "that is the interval of a's error alone.": ends(of_a),
        "that is the interval of b's error alone.": ends(of_b),
        "the two ends are swapped: low first.": want[::-1],
        "np.percentile counts in percent: 2.5 and 97.5, not 0.025 and 0.975.": ends(of_a - of_b, 0.025, 0.975),
        "that is per cent; return the gain as it is.": 100 * want,
        "those are a's and b's mean errors, not an interval.": np.array([a.mean(), b.mean()]),
        "that is the mean gain and 1.96 standard deviations to each side; take the percentiles of the draws.": (
            of_a - of_b
        ).mean()
        + 1.96 * (of_a - of_b).std() * np.array([-1, 1]),
        "that is the smallest and the largest gain; take the middle 95 %.": ends(of_a - of_b, 0, 100),
        "the gain is divided by a's error; return the difference itself.": ends((of_a - of_b) / of_a),
        "an error larger or smaller is a gain or a loss; do not take the absolute value.": ends(
            np.abs(a - b)[draws].mean(axis=1)
        ),
        "in some draws b's error is the larger one, and then the gain is below 0; do not take the absolute value.": ends(
            np.abs(of_a - of_b)
        ),
    }
    gains = np.sort(of_a - of_b)
    bugs |= {
        "that is the quotient of the errors; the gain is their difference.": ends(of_a / of_b),
        "that is the median of each draw; take its mean.": ends(np.median((a - b)[draws], axis=1)),
        "those are sums; the error of a draw is its mean.": ends((a - b)[draws].sum(axis=1)),
        "that leaves out 0.5 % on each side; the middle 95 % leave out 2.5 % on each.": ends(of_a - of_b, 0.5, 99.5),
        "the middle half is from 25 to 75; the middle 95 % is from 2.5 to 97.5.": ends(of_a - of_b, 25, 75),
        "single draws are taken for the ends; np.percentile goes between two draws where it must.": np.array(
            [gains[int(0.025 * R)], gains[int(0.975 * R) - 1]]
        ),
        "single draws are taken for the ends; np.percentile goes between two where it must.": np.array(
            [gains[int(0.025 * R)], gains[int(0.975 * R)]]
        ),
        "the draws are used for a alone; each draw has the same reviews for both.": ends(of_a - b.mean()),
    }
    hint = "errors_a[draws] has the shape of draws."
    got = call(function, a, b, draws, hint=hint)
    if not tiny and not compare.close(got, want) and compare.close(got, call(function, a, b, 0 * draws, hint=hint)):
        bugs = {NOT_USED: compare.as_array("the interval", got, "(low, high)")} | bugs
    check_array("the interval", got, want, "(low, high)", bugs)
