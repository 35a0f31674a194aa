"""The checks of the exercises of "Put into words what an image shows"."""

from collections import Counter

import numpy as np

from helpers.exercises import compare
from helpers.exercises.compare import NotYet, call, check_array, checking, checking_a_property, described, shown

DIGITS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
PLACES = ["on the far left", "on the left", "in the middle", "on the right", "on the far right"]


def _captions(rng, count):
    """Return captions like the notebook's, as lists of words."""
    made = []
    for _ in range(count):
        n = int(rng.integers(1, 5))
        places = np.sort(rng.choice(5, n, replace=False))
        parts = [f"a {rng.choice(['thick', 'thin'])} {rng.choice(DIGITS)} {PLACES[place]}" for place in places]
        listed = parts[0] if n == 1 else ", ".join(parts[:-1]) + " and " + parts[-1]
        number = "one digit" if n == 1 else f"{DIGITS[n]} digits"
        made.append(f"{number}: {listed}".replace(":", " :").replace(",", " ,").split())
    return made


def _runs(words, n):
    return [tuple(words[i : i + n]) for i in range(len(words) - n + 1)]


@checking
def precision(function, seed=0):
    """function(said, truth, n) -> the clipped n-gram precision of BLEU."""
    import sacrebleu

    rng = np.random.default_rng([seed, 1])
    examples = [
        (["the"] * 7, ["the", "cat", "is", "on", "the", "mat"], 1),
        (["a", "cat"], ["a", "cat", "is", "on", "the", "mat"], 3),
        (["mat", "the", "on"], ["on", "the", "mat"], 2),
        (["to", "day", "a"], ["today", "a", "to"], 2),
        (["to", "day"], ["tod", "ay"], 2),
        (["a", "cat"], ["a", "cat", "is"], 2),
        (["a", "cat", "is"], ["a", "cat", "is"], 2),
    ]
    for n in (1, 2, 3):
        said, truth = _captions(rng, 2)
        examples.append((said + said[3:6], truth, n))
        examples.append((truth[:-4] + truth[3:6], truth, n))

    def by(hits, total=lambda said, truth, n: len(_runs(said, n))):
        return [hits(*example) / max(total(*example), 1) for example in examples]

    def clipped(said, truth, n):
        return (Counter(_runs(said, n)) & Counter(_runs(truth, n))).total()

    want = []
    for said, truth, n in examples:
        bleu = sacrebleu.corpus_bleu([" ".join(said)], [[" ".join(truth)]], tokenize="none")
        want.append(bleu.counts[n - 1] / max(bleu.totals[n - 1], 1))
    bugs = {
        "a run may be matched only as often as it occurs in the truth; “the the the” would be perfect otherwise.": by(
            lambda said, truth, n: sum(run in _runs(truth, n) for run in _runs(said, n))
        ),
        "that divides by the runs of the truth, which is a recall; a precision divides by the runs that were said.": by(
            clipped, lambda said, truth, n: len(_runs(truth, n))
        ),
        "runs are taken as a set; one that was said twice counts twice, above and below.": by(
            lambda said, truth, n: len(set(_runs(said, n)) & set(_runs(truth, n))),
            lambda said, truth, n: len(set(_runs(said, n))),
        ),
        "runs that match are counted once each; count them as often as they match.": by(
            lambda said, truth, n: len(set(_runs(said, n)) & set(_runs(truth, n)))
        ),
        "n is ignored: that is the precision of single words.": [clipped(s, t, 1) / len(s) for s, t, _ in examples],
        "that divides by the number of words; there are len(said) - n + 1 runs of n words.": by(
            clipped, lambda said, truth, n: len(said)
        ),
        "in your count runs must be at the same place to match; any place will do.": by(
            lambda said, truth, n: sum(a == b for a, b in zip(_runs(said, n), _runs(truth, n), strict=False))
        ),
        "the last run is left out: there are len(said) - n + 1 of them.": by(
            lambda said, truth, n: (Counter(_runs(said, n)[:-1]) & Counter(_runs(truth, n)[:-1])).total(),
            lambda said, truth, n: len(said) - n,
        ),
        "the order of the words in a run is lost: “mat the” is not “the mat”.": by(
            lambda said, truth, n: (
                Counter(map(frozenset, _runs(said, n))) & Counter(map(frozenset, _runs(truth, n)))
            ).total()
        ),
        "the order of the words in a run is lost, since it is sorted: “mat the” is not “the mat”.": by(
            lambda said, truth, n: (
                Counter(tuple(sorted(run)) for run in _runs(said, n))
                & Counter(tuple(sorted(run)) for run in _runs(truth, n))
            ).total()
        ),
        "the words of a run are glued together, so that “to day” and “tod ay” are one; take a tuple.": by(
            lambda said, truth, n: (
                Counter("".join(run) for run in _runs(said, n)) & Counter("".join(run) for run in _runs(truth, n))
            ).total()
        ),
        "the runs do not overlap there; one begins at every word.": by(
            lambda said, truth, n: (Counter(_runs(said, n)[::n]) & Counter(_runs(truth, n)[::n])).total(),
            lambda said, truth, n: len(_runs(said, n)[::n]),
        ),
        "that is the union of the runs; those that both have are the smaller of each pair of counts.": by(
            lambda said, truth, n: (Counter(_runs(said, n)) | Counter(_runs(truth, n))).total()
        ),
        "at the end stand runs of fewer than n words; the last one begins at index len(words) - n.": [
            (
                Counter(tuple(s[i : i + n]) for i in range(len(s)))
                & Counter(tuple(t[i : i + n]) for i in range(len(t)))
            ).total()
            / max(len(s), 1)
            for s, t, n in examples
        ],
        "that is per cent; return a share.": [
            100 * clipped(*example) / max(len(_runs(example[0], example[2])), 1) for example in examples
        ],
        "that is the geometric mean of the precisions for 1 to n; return that for n alone.": [
            np.prod([clipped(s, t, m) / max(len(_runs(s, m)), 1) for m in range(1, n + 1)]) ** (1 / n)
            for s, t, n in examples
        ],
        "where `said` has no run of n words, the precision is 0.": [
            clipped(s, t, n) / len(_runs(s, n)) if _runs(s, n) else 1.0 for s, t, n in examples
        ],
        "that is the number of runs that match; divide by the number of runs that were said.": [
            clipped(*example) for example in examples
        ],
    }
    got = [
        call(function, *example, hint={"ZeroDivisionError": "No run of n words was said: the precision is 0"})
        for example in examples
    ]
    cases = [f"for said = “{' '.join(said)}”, truth = “{' '.join(truth)}”, n = {n}" for said, truth, n in examples]
    compare.check_each_case(cases, got, want, bugs)


@checking_a_property
def flattering(function, seed=0):
    """function(captions) -> captions that are all wrong and have a BLEU above 80."""
    captions = _captions(np.random.default_rng([seed, 2]), 30)
    shortest = min(map(len, captions))
    _flattered(function, [" ".join(words) for words in captions])
    _flattered(function, [" ".join(words) for words in captions if len(words) == shortest])


def _flattered(function, truth):
    import sacrebleu

    got = compare.as_lists(call(function, truth))
    if not isinstance(got, list) or not all(isinstance(caption, str) for caption in got):
        raise NotYet(f"you return {described(got)}; expected a list of captions, each one string.")
    if len(got) != len(truth):
        raise NotYet(f"you return {len(got)} captions, expected {len(truth)}, one for each.")
    exact = sum(a.split() == b.split() for a, b in zip(got, truth, strict=True))
    if exact:
        raise NotYet(f"{exact} of {len(truth)} captions are still exactly right; every one must be wrong somewhere.")
    bleu = sacrebleu.corpus_bleu(got, [truth], tokenize="none").score
    if bleu <= 80:
        lost = min(range(len(got)), key=lambda i: sacrebleu.corpus_bleu([got[i]], [[truth[i]]], tokenize="none").score)
        raise NotYet(
            f"BLEU is {bleu:.0f}, expected more than 80: change fewer words, and where a change breaks few runs of words. "
            f"“{truth[lost]}” became “{got[lost]}”."
        )


def _voice(rng, P, D):
    """Return a stand-in for the network: a function from what is seen, (P, D), to the probability of one word."""
    weights = rng.normal(size=(P, D))

    def speak(seen):
        return float(1 / (1 + np.exp(-(weights * seen).sum() - np.prod(seen[:2].sum(axis=1)) / 2)))

    return speak


@checking
def reasons(function, seed=0):
    """function(speak, seen, empty) -> (P,), how much the probability of a word falls when a place is covered."""
    rng = np.random.default_rng([seed, 3])
    P, D = 5 + seed % 2, 4
    empty = np.full(D, 0.1)
    empty[-1] = 0.9
    for _ in range(50):  # until some places raise the word's probability and others lower it
        speak, seen = _voice(rng, P, D), rng.dirichlet(np.ones(D), size=P)
        whole = speak(seen)

        def covered(places, value, seen=seen, speak=speak):
            copy = seen.copy()
            copy[places] = value
            return speak(copy)

        falls = np.array([whole - covered(place, empty) for place in range(P)])
        alone = np.array([whole - covered(np.arange(P) != place, empty) for place in range(P)])
        if min(falls.max(), -falls.min(), alone.max()) > 0.02:
            break
    want = np.maximum(falls, 0)

    def by(drop):
        return np.maximum([drop(place) for place in range(P)], 0)

    bugs = {
        "the places stay covered: begin with the whole strip again for every place.": by(
            lambda place: whole - covered(slice(0, place + 1), empty)
        ),
        "the places stay covered, and each is compared with the one before: begin with the whole strip again.": by(
            lambda place: covered(slice(0, place), empty) - covered(slice(0, place + 1), empty)
        ),
        "a covered place is not zeros; to cover it is to put `empty` there, which is what an empty place looks like.": by(
            lambda place: whole - covered(place, 0)
        ),
        "the sign is wrong: how much the probability falls is before minus after.": by(
            lambda place: covered(place, empty) - whole
        ),
        "a word that becomes likelier has no reason there: 0, not a negative number.": falls,
        "that is the size of the change; a rise counts as 0.": np.abs(falls),
        "that is the probability with the place covered; subtract it from the one with nothing covered.": whole - falls,
        "that is divided by the number of places; return the falls themselves.": want / P,
        "the falls are divided by their sum; return them as they are.": want / max(want.sum(), 1e-9),
        "all the other places are covered; cover only one.": np.maximum(alone, 0),
        "that is the share it falls by; return the fall itself.": want / whole,
        "that is the fall of the logarithm; return the fall of the probability.": np.maximum(
            [np.log(whole) - np.log(whole - fall) for fall in falls], 0
        ),
        "that is one minus the probability with the place covered; subtract from the one with nothing covered.": (
            1 - whole + falls
        ),
        "that is the smaller of the fall and 0; take the larger.": np.minimum(falls, 0),
        "a place is covered by the mean of all places; cover it by `empty`.": by(
            lambda place: whole - covered(place, seen.mean(axis=0))
        ),
        "only the first number of the place is covered; all D of them are.": by(
            lambda place: whole - covered((place, 0), empty[0])
        ),
    }
    known = (
        f" Here the word has the probability {whole:.3f}, and with one place covered {shown((whole - falls).round(3))}."
    )
    got = call(function, speak, seen, empty, hint="speak takes (P, D) and gives one number.")
    try:
        check_array("the reasons", got, want, "(P,)", bugs)
    except NotYet as refused:
        if not refused.place:
            raise
        raise NotYet(
            bug=refused.bug, place=refused.place.split(" The call was")[0] + known, slip=refused.slip
        ) from None
