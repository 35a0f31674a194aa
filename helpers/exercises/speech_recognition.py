"""The checks of the exercises of "Hear digits in a stream of sound"."""

import itertools
from functools import partial

import numpy as np

from helpers import ctc
from helpers.exercises import compare
from helpers.exercises.compare import NotYet, as_array, call, checking, checking_a_property


@checking
def fewest_steps(function, seed=0):
    """function(digits) -> the fewest steps in which CTC can say these digits."""
    rng = np.random.default_rng([seed, 1])
    examples = [
        [7, 7, 2, 5],
        [3, 3, 3],
        [4, 1, 4],
        [9],
        *(rng.integers(3, size=n).tolist() for n in rng.integers(5, 12, 3)),
    ]
    n = np.array([len(digits) for digits in examples])
    pairs = np.array([sum(a == b for a, b in itertools.pairwise(digits)) for digits in examples])
    different = np.array([len(set(digits)) for digits in examples])
    bugs = {
        "equal neighbours would merge; each such pair needs a blank between.": n,
        "equal neighbours are counted as one digit; each is a digit of its own, with a blank in between.": n - pairs,
        "a blank is needed only between equal neighbours, not round every digit.": 2 * n + 1,
        "a blank is needed only between equal neighbours, not between all.": 2 * n - 1,
        "a blank is needed only between equal neighbours, not after every digit.": 2 * n,
        "that counts digits that occur again anywhere; only neighbours would merge.": 2 * n - different,
        "different neighbours are counted; equal ones need a blank between.": n + n - 1 - pairs,
        "two blanks for each pair are one too many.": n + 2 * pairs,
        "one blank for each run of equal digits is too few; three equal ones need two.": [
            len(digits) + sum(len(list(group)) > 1 for _, group in itertools.groupby(digits)) for digits in examples
        ],
        "one blank in all is too few; each pair of equal neighbours needs one.": n + (pairs > 0),
        "one blank is added where a digit occurs twice anywhere; each pair of equal neighbours needs one.": n
        + (different < n),
        "those are the blanks alone; the digits take steps too.": pairs,
        "that is how many different digits there are.": different,
        "the first digit is compared with the last, digits[-1]; only neighbours would merge.": [
            len(digits) + sum(digits[i] == digits[i - 1] for i in range(len(digits))) for digits in examples
        ],
        "digits two places apart are compared; only neighbours would merge.": [
            len(digits) + sum(a == b for a, b in zip(digits, digits[2:], strict=False)) for digits in examples
        ],
        "pairs are looked at that do not overlap; every two neighbours are a pair.": [
            len(digits) + sum(digits[i] == digits[i + 1] for i in range(0, len(digits) - 1, 2)) for digits in examples
        ],
        "a blank for each two equal digits is too few; three equal ones need two.": [
            len(digits) + sum(len(list(group)) // 2 for _, group in itertools.groupby(digits)) for digits in examples
        ],
        "a blank between all digits is too many where only some are equal.": [
            2 * len(digits) - 1 if pair else len(digits) for digits, pair in zip(examples, pairs, strict=True)
        ],
        "no blank is needed at the beginning or the end.": n + pairs + 1,
        "no blank is needed at the beginning or at the end.": n + pairs + 2,
    }
    got = [call(function, digits) for digits in examples]
    compare.check_each_case([f"for {digits}" for digits in examples], got, n + pairs, bugs)


def _distance(
    a, b, substitution=1, insertion=1, deletion=1, edges=None, equal=0, best=min, late=0, up=1, swap=np.inf, corner=0
):
    """Return the edit distance of two lists, the lowest cost from a to b; each argument that is changed is a bug.

    Args:
        edges: what an entry of the first column and of the first row costs more than the one before it.
        late: how many places too early the digits stand that are compared.
        up: how many rows above stands the entry to which a replacement is added.
        swap: what two neighbours cost that change places.
        corner: how many rows and columns the answer stands before the last.
    """
    table, edges = np.zeros((len(a) + 1, len(b) + 1)), edges or (deletion, insertion)
    table[:, 0], table[0] = edges[0] * np.arange(len(a) + 1), edges[1] * np.arange(len(b) + 1)
    for i, j in itertools.product(range(1, len(a) + 1), range(1, len(b) + 1)):
        differ = a[i - 1 - late] != b[j - 1 - late]
        ways = [table[i - up, j - 1] + (substitution if differ else equal), table[i - 1, j] + deletion]
        ways.append(table[i, j - 1] + insertion)
        if min(i, j) > 1 and (a[i - 1], a[i - 2]) == (b[j - 2], b[j - 1]):
            ways.append(table[i - 2, j - 2] + swap)
        table[i, j] = best(ways)
    return float(table[len(a) - corner, len(b) - corner])


def _common(a, b):
    """Return the length of the longest list that is left of both when digits are left out."""
    return (len(a) + len(b) - _distance(a, b, substitution=2)) / 2


_dearest = partial(_distance, best=max, swap=-np.inf)


@checking
def edit_distance(function, seed=0):
    """function(said, truth) -> the fewest digits to replace, leave out or put in that turn one into the other."""
    import jiwer

    rng = np.random.default_rng([seed, 2])
    examples = [
        ([7, 9, 7, 9], [7, 9, 7, 9]),
        ([7, 2, 5], [7, 7, 2, 5]),
        ([1, 2, 3, 4], [2, 3, 4]),
        ([3, 5, 1], [3, 6, 1]),
        ([], [4, 1]),
        ([4, 1], []),
        ([1, 2], [2, 1]),
        ([5, 1, 2, 3], [1, 2, 3, 4]),
        ([1, 2, 3, 4], [5, 1, 2, 3]),
        ([1], [2, 2, 2, 1, 1]),
        ([1, 2], [2, 2, 1, 1, 1, 2]),
        ([2, 2, 2, 1, 1], [1]),
        ([2, 2, 1, 1, 1, 2], [1, 2]),
        *((rng.integers(3, size=n).tolist(), rng.integers(3, size=m).tolist()) for n, m in rng.integers(2, 8, (12, 2))),
    ]
    want = []
    for said, truth in examples:
        words = jiwer.process_words(" ".join(map(str, truth)), " ".join(map(str, said))) if truth else None
        want.append(words.substitutions + words.deletions + words.insertions if truth else len(said))

    def by(bug):
        return [bug(said, truth) for said, truth in examples]

    def differ(said, truth):
        return sum(a != b for a, b in zip(said, truth, strict=False))

    def longer(said, truth):
        return abs(len(said) - len(truth))

    bugs = {
        "digits are compared place by place, so that one digit too many moves all that follow.": by(
            lambda said, truth: differ(said, truth) + longer(said, truth)
        ),
        "digits are compared place by place, and those beyond the shorter list are not counted.": by(differ),
        "a replacement counts as two faults; it is one.": by(partial(_distance, substitution=2)),
        "only the lengths are compared.": by(longer),
        "leaving out and putting in count as two faults each; each is one.": by(
            partial(_distance, insertion=2, deletion=2)
        ),
        "leaving out costs nothing in your table; it is one fault.": by(partial(_distance, deletion=0)),
        "putting in costs nothing in your table; it is one fault.": by(partial(_distance, insertion=0)),
        "equal digits cost something in your table; they are no fault.": by(
            lambda said, truth: _distance([(a, 0) for a in said], [(b, 1) for b in truth])
        ),
        "the first row and column of the table are 0; they are 0, 1, 2, ...: so many digits to put in or leave "
        "out.": by(partial(_distance, edges=(0, 0))),
        "the first column of the table is 0; it is 0, 1, 2, ...: so many digits to leave out.": by(
            partial(_distance, edges=(0, 1))
        ),
        "the first row of the table is 0; it is 0, 1, 2, ...: so many digits to put in.": by(
            partial(_distance, edges=(1, 0))
        ),
        "one of the three ways is missing, the one that leaves out: table[i - 1, j] + 1.": by(
            partial(_distance, deletion=99, edges=(1, 1))
        ),
        "one of the three ways is missing, the one that puts in: table[i, j - 1] + 1.": by(
            partial(_distance, insertion=99, edges=(1, 1))
        ),
        "leaving out costs nothing but in the first column; it is one fault everywhere.": by(
            partial(_distance, deletion=0, edges=(1, 1))
        ),
        "putting in costs nothing but in the first row; it is one fault everywhere.": by(
            partial(_distance, insertion=0, edges=(1, 1))
        ),
        "the digits compared are one place too early: table[i, j] compares said[i - 1] with truth[j - 1].": by(
            partial(_distance, late=1)
        ),
        "a replacement is added to the entry on the left, not to the one on the left above: with a single row, keep that "
        "one before you write over it.": by(partial(_distance, up=0)),
        "two neighbours that change places count as one fault; here they are two.": by(partial(_distance, swap=1)),
        "that is the entry before the last one of the table, in both directions; the answer is the last.": by(
            partial(_distance, corner=1)
        ),
        "that is the longer length less the longest part that both have in common; a digit left out and another put in "
        "elsewhere are two faults.": by(lambda said, truth: max(len(said), len(truth)) - _common(said, truth)),
        "order is lost: that compares which digits there are, not where.": by(
            lambda said, truth: max(len(said), len(truth)) - sum(min(said.count(k), truth.count(k)) for k in set(said))
        ),
        "the largest of the three ways is taken; take the smallest.": by(_dearest),
        "equal digits cost 1 and different ones 0; it is the other way round.": by(
            lambda said, truth: _distance(said, truth, equal=1, substitution=0)
        ),
        "the smallest number of the last row is taken; the answer is the table's last entry.": by(
            lambda said, truth: min(_distance(said, truth[:j]) for j in range(len(truth) + 1))
        ),
        "that compares which digits occur at all; count the changes.": by(
            lambda said, truth: len(set(said) ^ set(truth))
        ),
        "the digits in `said` that are too many cannot be left out in your table.": by(partial(_distance, deletion=99)),
        "the digits of `truth` that are missing cannot be put in in your table.": by(partial(_distance, insertion=99)),
        "that is a rate, divided by the true digits; here return the count itself.": [
            count / max(len(truth), 1) for count, (_, truth) in zip(want, examples, strict=True)
        ],
    }
    cases = [f"for said = {said}, truth = {truth}" for said, truth in examples]
    empty = {"IndexError": "Where one of the two lists is empty, the distance is the length of the other"}
    got = [call(function, *example, hint=empty) for example in examples]
    compare.check_each_case(cases, got, want, bugs)


@checking_a_property
def misleading(function, seed=0):
    """function() -> p (T, 2), over which the best path says nothing although "one digit" is likelier."""
    p = as_array("p", call(function), "rows of two probabilities, [blank, digit]")
    if p.ndim != 2 or p.shape[1] != 2 or not 1 <= len(p) <= 8:
        raise NotYet(f"p has shape {p.shape}, expected (T, 2), for T from 1 to 8: a blank and one digit at every step.")
    if (p < 0).any() or not np.allclose(p.sum(axis=1), 1):
        raise NotYet("every row of p holds two probabilities that add up to 1.")
    of_string = {}
    for path in itertools.product((0, 1), repeat=len(p)):
        said = len(ctc.collapse(path))
        of_string[said] = of_string.get(said, 0) + np.prod(p[np.arange(len(p)), path])
    best = len(ctc.collapse(p.argmax(axis=1)))
    if best:
        raise NotYet("the best path says a digit already; the blank must be the likelier class at every step.")
    if np.isclose(p, 0.5).any():
        raise NotYet("at one step blank and digit are equally likely, so that the best path is a toss; make it clear.")
    if of_string.get(1, 0) <= of_string[0]:
        raise NotYet(
            f"silence has probability {of_string[0]:.3f} and one digit {of_string.get(1, 0):.3f}: many paths say one "
            "digit; let them together outweigh the one path that says nothing."
        )
