"""The checks of the exercises of "Find people, places and organisations"."""

import itertools
import re

import numpy as np

from helpers.exercises import compare
from helpers.exercises.compare import NotYet, call, checking, checking_a_property, shown

KINDS = ["PER", "LOC", "ORG"]


def _tags(rng, T):
    """Return the tags of one sentence, with adjacent names and with names that begin without a B."""
    tags = []
    while len(tags) < T:
        kind = str(rng.choice(KINDS))
        tags += [["O"], ["O", "O"], [f"B-{kind}"], [f"B-{kind}", f"I-{kind}"], [f"I-{kind}"]][rng.integers(5)]
    return tags[:T]


def _spans(tags, new_at_B=True, new_at_kind=True, stray=True, at_end=True, I_alone=False):
    """Return the spans of a list of tags; each option that differs from its default is a bug."""
    found, first, kind = [], None, None
    for t, tag in enumerate([*tags, *(["O"] if at_end else [])]):
        place, _, now = tag.partition("-")
        goes_on = first is not None and (place == "I" or (place == "B" and not new_at_B))
        goes_on = goes_on and (now == kind or not new_at_kind)
        if goes_on:
            continue
        if first is not None:
            found.append((kind, first, t - 1))
        first, kind = None, None
        if place == "B" or (place == "I" and stray):
            first, kind = t, now
    return found


OPTIONS = {
    "the last name is lost: nothing comes after it to end it.": dict(at_end=False),
    "two names have become one: a B always begins a new name.": dict(new_at_B=False),
    "two names have become one: another kind begins a new name, even with an I.": dict(new_at_kind=False),
    "a name is lost: an I with no name of its kind before it begins one.": dict(stray=False),
}
"""What a mistake means -> the option of `_spans` that makes it."""


def _spans_over_gaps(tags):
    """Return the spans if an I goes on with the last name of its kind, however far back it is."""
    found = []
    for t, tag in enumerate(tags):
        if tag[0] == "I" and found and found[-1][0] == tag[2:]:
            found[-1] = (tag[2:], found[-1][1], t)
        elif tag != "O":
            found.append((tag[2:], t, t))
    return found


@checking
def spans(function, seed=0):
    """function(tags) -> a list of (kind, first, last), the names that BIO tags mark."""
    rng = np.random.default_rng([seed, 1])
    examples = [
        ["B-PER", "I-PER", "O", "B-LOC"],
        ["O", "B-ORG", "I-ORG", "I-ORG", "O"],
        ["B-PER", "B-PER", "O"],
        ["B-PER", "I-LOC", "O"],
        ["O", "I-ORG", "I-ORG", "O"],
        ["B-PER", "O", "I-PER"],
        ["O", "O"],
        ["O", "B-PER", "I-PER"],
        ["B-PER", "I-PRODUCT", "O"],
        *(_tags(rng, 6 + seed % 4) for _ in range(12)),
    ]
    cases = []
    for tags in examples:
        want = _spans(tags)
        case = f"for {' '.join(tags)}"
        bugs = {sentence: _spans(tags, **option) for sentence, option in OPTIONS.items()}
        bugs |= {
            f"there are two mistakes: {one} And {other}": _spans(tags, **OPTIONS[one], **OPTIONS[other])
            for one, other in itertools.combinations(OPTIONS, 2)
        }
        bugs |= {
            "only the first letter of the kind is compared; compare all that stands after B- or I-.": [
                (tags[first][2:], first, last) for _, first, last in _spans([tag[:3] for tag in tags])
            ],
            "last is one too far: it is the index of the name's last word.": [
                (k, first, last + 1) for k, first, last in want
            ],
            "the indices count from 1; they count from 0.": [(k, a + 1, b + 1) for k, a, b in want],
            "the third number is how many words the name has; it should be the index of its last word.": [
                (k, a, b - a + 1) for k, a, b in want
            ],
            "the names are sorted; they come in the order in which they stand.": sorted(want),
            "the names are in reverse order; they come in the order in which they stand.": want[::-1],
            "only a name's first word is taken; last is the index of its last word.": [(k, a, a) for k, a, _ in want],
            "only the first name is there; return all of them.": want[:1],
            "of the kind only the first letter is there.": [(k[:1], a, b) for k, a, b in want],
            "an I goes on with a name that ended before; an O ends a name.": _spans_over_gaps(tags),
            "the kind is that of the name's last word, and another kind begins no new name; it does, even with an I.": [
                (tags[b][2:], a, b) for k, a, b in _spans(tags, new_at_kind=False)
            ],
            "every word is a name of its own; the words of a name belong together.": [
                (tag[2:], t, t) for t, tag in enumerate(tags) if tag != "O"
            ],
            "the kind still has its B- or I- in front: tag[2:] cuts it off.": [(tags[a], a, b) for k, a, b in want],
            "the order should be kind, first, last.": [(a, b, k) for k, a, b in want],
        }
        cases.append(("the list " + case, call(function, tags), want, bugs))
    compare.check_lists(cases, example="[('PER', 0, 1)]")


@checking
def f1(function, seed=0, tiny=0):
    """function(there, said) -> F1 over whole names, both given as a list of spans for each sentence."""
    rng = np.random.default_rng([seed, 2])
    examples = [_there_and_said(rng) for _ in range(3)]
    examples[1] = examples[1][::-1]  # here more was said than is there
    single = [[(str(rng.choice(KINDS)), 0, int(rng.integers(3)))], []]
    examples.append((single, single))
    if tiny:
        first = ([[("PER", 0, 1)], [("LOC", 3, 3)]], [[("PER", 0, 1), ("LOC", 4, 4)], [("LOC", 3, 4)]])
        other = ([[("PER", 0, 1)], [("LOC", 0, 1)]], [[("LOC", 0, 1)], [("PER", 0, 1), ("LOC", 0, 1)]])
        examples = [first] if tiny == 1 else [other, (single, single)]

    def sets(there, said, keep=slice(None)):
        return [({x[keep] for x in t}, {x[keep] for x in s}) for t, s in zip(there, said, strict=True)]

    def harmonic(pairs):
        hits = sum(len(t & s) for t, s in pairs)
        return 2 * hits / max(sum(len(t) + len(s) for t, s in pairs), 1)

    def by(of_pairs):
        return [of_pairs(sets(*example)) for example in examples]

    def hits(pairs):
        return sum(len(t & s) for t, s in pairs)

    def sizes(pairs):
        return np.array([sum(map(len, each)) for each in zip(*pairs, strict=True)])

    want = by(harmonic)
    bugs = {
        "that is the precision, right names among those that were said.": by(lambda p: hits(p) / sizes(p)[1]),
        "that is the recall, right names among those that are there.": by(lambda p: hits(p) / sizes(p)[0]),
        "that is the plain mean of precision and recall; F1 is the harmonic mean.": by(
            lambda p: (hits(p) / sizes(p)).mean()
        ),
        "the kind is ignored: a place that is called a person is wrong.": [
            harmonic(sets(*example, keep=slice(1, 3))) for example in examples
        ],
        "the last index is ignored: half a name counts nothing.": [
            harmonic(sets(*example, keep=slice(0, 2))) for example in examples
        ],
        "names of different sentences are mixed up: a span only says where it is in its own sentence, so compare "
        "sentence by sentence.": by(lambda p: harmonic([tuple(set().union(*each) for each in zip(*p, strict=True))])),
        "names of different sentences are mixed up; compare sentence by sentence.": by(
            lambda p: 2 * len(set.intersection(*(set().union(*each) for each in zip(*p, strict=True)))) / sum(sizes(p))
        ),
        "names of different sentences are mixed up: a name is looked for in all sentences; compare sentence by sentence.": [
            2
            * sum(any(x in row for row in there) for row in said for x in row)
            / max(sum(map(len, there)) + sum(map(len, said)), 1)
            for there, said in examples
        ],
        "that is the mean of the F1 of each sentence; count over all sentences, then divide once.": by(
            lambda p: np.mean([harmonic([each]) for each in p])
        ),
        "that is right names among all that are there or were said; F1 counts the right ones twice.": by(
            lambda p: hits(p) / (sum(sizes(p)) - hits(p))
        ),
        "the factor 2 is missing: 2 · right / (said + there).": by(lambda p: hits(p) / sum(sizes(p))),
        "that is per cent; F1 lies between 0 and 1.": by(lambda p: 100 * harmonic(p)),
        "that is the geometric mean of precision and recall; F1 is the harmonic mean.": by(
            lambda p: np.sqrt((hits(p) / sizes(p)).prod())
        ),
        "that is precision times recall.": by(lambda p: (hits(p) / sizes(p)).prod()),
        "that looks at the first sentence alone.": by(lambda p: harmonic(p[:1])),
        "that is how many names are right.": by(hits),
        "that is the share of sentences without a fault.": by(lambda p: np.mean([t == s for t, s in p])),
    }
    bugs |= {
        "names that overlap count as right; kind, first and last must all be alike.": [
            2
            * sum(
                any(x[0] == y[0] and x[1] <= y[2] and y[1] <= x[2] for y in s)
                for t, s in zip(there, said, strict=True)
                for x in t
            )
            / max(sum(map(len, there)) + sum(map(len, said)), 1)
            for there, said in examples
        ],
        "names are compared place by place in their lists; any place of the same sentence will do.": [
            2
            * sum(x == y for t, s in zip(there, said, strict=True) for x, y in zip(t, s, strict=False))
            / max(sum(map(len, there)) + sum(map(len, said)), 1)
            for there, said in examples
        ],
        "that is F2, which weighs recall more; F1 weighs both alike.": by(
            lambda p: 5 * hits(p) / max(4 * sizes(p)[0] + sizes(p)[1], 1)
        ),
        "the kind alone is compared; first and last must be alike too.": [
            harmonic(sets(*example, keep=slice(0, 1))) for example in examples
        ],
    }
    bugs |= {
        f"a single name that is right has an F1 of 1: max(..., {least}) makes its number of names larger than it is.": by(
            lambda p, total=total: 2 * hits(p) / max(sum(sizes(p)), total)
        )
        for least, total in ((3, 3), (2, 4))
    }
    cases = [f"for there = {shown(there, 200)}, said = {shown(said, 200)}" for there, said in examples]
    if not tiny:
        cases[:3] = [f"for the {which} ten sentences" for which in ("first", "second", "third")]
    compare.check_each_case(cases, [call(function, *example) for example in examples], want, bugs)
    if tiny:
        return
    there = examples[0][0]
    nothing = [[] for _ in there]
    compare.check_number(
        "F1 when nothing was said",
        call(function, there, nothing, hint={"ZeroDivisionError": "Nothing right: F1 is 0"}),
        0,
    )
    compare.check_number(
        "F1 when nothing is there",
        call(function, nothing, there, hint={"ZeroDivisionError": "Nothing right: F1 is 0"}),
        0,
    )
    neither = call(function, nothing, nothing, hint={"ZeroDivisionError": "Nothing right: F1 is 0"})
    compare.check_number("F1 when nothing is there and nothing was said", neither, 0)


def _there_and_said(rng):
    """Return the true names of ten sentences and, slightly different, the predicted ones."""
    there = [_spans(_tags(rng, 12)) for _ in range(8)]
    said = [
        [
            (k if rng.random() < 0.7 else "ORG", a, b if rng.random() < 0.8 else b + 1)
            for k, a, b in row
            if rng.random() < 0.7
        ]
        for row in there
    ]
    return [*there, [("PER", 0, 0)], [("LOC", 4, 5)]], [*said, [], [("PER", 0, 0)]]


@checking_a_property
def almost_right(function, seed=0):
    """function(tags) -> tags of which nearly all are right, with an F1 of 0."""
    from seqeval.metrics import f1_score

    rng = np.random.default_rng([seed, 3])
    sentences = [["O"] * 6 + ["B-LOC", "O"], ["B-PER", "I-PER", "I-PER", "O", "O", "O", "O"]]
    sentences += [["O", "B-PER", "B-PER", "O", "O", "O"], ["B-LOC", "I-LOC", "B-PER", "I-PER", "O"]]  # side by side
    for _ in range(6):
        sentences.append([])
        for _ in range(3):
            kind = str(rng.choice(KINDS))
            sentences[-1] += ["O"] * int(rng.integers(1, 4)) + [f"B-{kind}"] + [f"I-{kind}"] * int(rng.integers(3))
    said = []
    for tags in sentences:
        got = compare.as_lists(call(function, tags))
        if not isinstance(got, list) or len(got) != len(tags):
            raise NotYet(f"for {' '.join(tags)} you return {shown(got)}; expected a list with one tag for each word.")
        if odd := [tag for tag in got if not isinstance(tag, str) or not re.fullmatch(r"O|[BI]-\S+", tag)]:
            raise NotYet(f"{shown(odd[0])} is no tag: O, or B or I with a kind, such as B-PER.")
        said.append(got)
    score = f1_score(sentences, said, zero_division=0)
    names = sum(tag.startswith("B") for tags in sentences for tag in tags)
    wrong = sum(a != b for tags, mine in zip(sentences, said, strict=True) for a, b in zip(tags, mine, strict=True))
    if score > 0:
        tags, mine = next(
            (tags, mine) for tags, mine in zip(sentences, said, strict=True) if set(_spans(tags)) & set(_spans(mine))
        )
        kind, first, last = next(span for span in _spans(tags) if span in _spans(mine))
        raise NotYet(
            f"F1 is {score:.2f}, expected 0: some names are still right. For {' '.join(tags)} you return {' '.join(mine)}, "
            f"and the {kind} from {first} to {last} is there, whole and of the right kind."
        )
    if wrong > names:
        total = sum(map(len, sentences))
        raise NotYet(
            f"F1 is 0, but {wrong} of {total} tags are wrong, more than there are names ({names}): one wrong tag spoils a "
            "whole name."
        )
