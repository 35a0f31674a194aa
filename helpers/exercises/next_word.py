"""The checks of the exercises of "Suggest the next word as you type"."""

import numpy as np

from helpers import text
from helpers.exercises import compare
from helpers.exercises.compare import NotYet, as_array, call, checking, checking_a_property, shown

SPECIAL = len(text.SPECIAL)
UNKNOWN = text.SPECIAL.index(text.UNK)
END = text.SPECIAL.index(text.END)
WORDS = ["a", "an", "and", "any", "the", "then", "there", "this", "film", "films", "filming", "fun", "is", "it", "its"]
WORDS += ["band", "bathe", "other", "breathe"]


@checking
def complete(function, seed=0):
    """function(typed, words, scores, k) -> the k likeliest words that begin with what was typed."""
    rng = np.random.default_rng([seed, 1])
    words = [str(word) for word in rng.permutation(WORDS)]
    scores = rng.permutation(len(words)) / 4 - 2
    by_score = [words[i] for i in np.argsort(-scores)]
    asked = [("an", 2), ("an", 4), ("th", 3), ("fil", 1), ("film", 5), ("", 3), ("t", 2), ("the", 2), ("x", 3)]

    def by(choose):
        return [choose(typed, k, [word for word in by_score if word.startswith(typed)]) for typed, k in asked]

    bugs = {
        "the least likely words come first.": by(lambda typed, k, fits: fits[::-1][:k]),
        "the words are in alphabetical order; the likeliest comes first.": by(lambda typed, k, fits: sorted(fits)[:k]),
        "those are the first that fit in the list; the likeliest are wanted.": by(
            lambda typed, k, fits: [word for word in words if word in fits][:k]
        ),
        "a word that only contains the letters does not fit; it must begin with them.": by(
            lambda typed, k, fits: [word for word in by_score if typed in word][:k]
        ),
        "the k likeliest words were taken before looking at the letters; other words may fit too.": by(
            lambda typed, k, fits: [word for word in by_score[:k] if word in fits]
        ),
        "the k likeliest words were taken before looking at the letters, and the least likely comes first.": by(
            lambda typed, k, fits: [word for word in by_score[:k] if word in fits][::-1]
        ),
        "what was typed is ignored.": by(lambda typed, k, fits: by_score[:k]),
        "a word that is typed in full is a suggestion too.": by(
            lambda typed, k, fits: [word for word in fits if word != typed][:k]
        ),
        "k is ignored.": by(lambda typed, k, fits: fits),
        "one word too many: k of them.": by(lambda typed, k, fits: fits[: k + 1]),
        "one word too few: k of them.": by(lambda typed, k, fits: fits[: k - 1]),
        "the list is filled up with words that do not fit; it may be shorter than k.": by(
            lambda typed, k, fits: [*fits, *(word for word in by_score if word not in fits)][:k]
        ),
        "the list is filled up with empty strings; it may be shorter than k.": by(
            lambda typed, k, fits: [*fits, *[""] * k][:k]
        ),
        "only the first letter is compared; a word must begin with all that was typed.": by(
            lambda typed, k, fits: [word for word in by_score if word[:1] == typed[:1] or not typed][:k]
        ),
        "a word must begin with what was typed, not end with it.": by(
            lambda typed, k, fits: [word for word in by_score if word.endswith(typed)][:k]
        ),
        "those are the letters still to come; return the whole words.": by(
            lambda typed, k, fits: [word[len(typed) :] for word in fits][:k]
        ),
        "those are the words' numbers; return the words.": by(
            lambda typed, k, fits: [words.index(word) for word in fits[:k]]
        ),
        "each word comes with its score; return the words alone.": by(
            lambda typed, k, fits: [[word, float(scores[words.index(word)])] for word in fits[:k]]
        ),
        "the words that fit are numbered anew, and then the scores of other words are taken.": by(
            lambda typed, k, fits: _numbered_anew(typed, k, words, scores)
        ),
        "the best k are there, but the least likely of them comes first.": by(lambda typed, k, fits: fits[:k][::-1]),
        "where nothing is typed, every word fits.": by(lambda typed, k, fits: fits[:k] if typed else []),
        "a score below 0 is a score like the others.": by(
            lambda typed, k, fits: [word for word in fits if scores[words.index(word)] > 0][:k]
        ),
        "the sign of the scores is lost: is an absolute value taken?": by(
            lambda typed, k, fits: sorted(fits, key=lambda word: -abs(scores[words.index(word)]))[:k]
        ),
    }
    got = [call(function, typed, words, scores, k) for typed, k in asked]
    likely = [", ".join([word for word in by_score if typed in word][:4]) or "none" for typed, _ in asked]
    cases = [
        f"for “{typed}”, k = {k} (the likeliest words with “{typed}” in them: {some})"
        for (typed, k), some in zip(asked, likely, strict=True)
    ]
    compare.check_each_case(cases, got, by(lambda typed, k, fits: fits[:k]), bugs)
    both = compare.as_lists(call(function, "su", ["sum", "sun"], np.array([1.0, 1.0]), 2))
    if both not in (["sum", "sun"], ["sun", "sum"]):
        raise NotYet(
            f"for “su”, k = 2 and the words sum and sun, both with the score 1, you return {shown(both)}; expected both, "
            "in any order: is one lost because the other has the same score?"
        )


def _numbered_anew(typed, k, words, scores):
    """Return what argsort gives if the words that fit are numbered from 0 and the scores are not cut with them."""
    fits = [word for word in words if word.startswith(typed)]
    return [fits[i] for i in np.argsort(-scores[: len(fits)])][:k]


def _hits(scores, targets, k, special=SPECIAL, real=lambda targets: targets > 0, share=np.mean):
    """Return the top-k hit rate; each option that differs from its default is a bug."""
    top = special + np.argsort(-scores[:, :, special:], axis=2)[:, :, :k]
    hits = (top == targets[:, :, None]).any(axis=2)
    return share(hits[real(targets)])


@checking
def hit_rate(function, seed=0, tiny=0):
    """function(scores, targets, k) -> the share of real targets that are among k suggestions."""
    rng = np.random.default_rng([seed, 2])
    examples = []
    sizes = {1: ((1, 2, 6, 1),), 2: ((1, 3, 7, 2),)}.get(tiny) or (
        (5, 7, 12 + seed % 4, 3),
        (6, 5, 15, 2),
        (4, 9, 11, 4),
    )
    for B, T, V, k in sizes:
        lengths = np.array([T - 1]) if tiny else np.r_[T, rng.integers(2, T, B - 2), 1]
        targets = np.where(text.mask(lengths, T), rng.integers(SPECIAL, V, (B, T)), 0)
        targets[0, 1:3] = UNKNOWN
        if not tiny:
            targets[0, 4] = END
        scores = rng.normal(size=(B, T, V)) + text.one_hot(targets, V) * 1.5
        scores[:, :, UNKNOWN] += 2
        scores[:, :, 0] += 2
        scores[:, :, 2:SPECIAL] += 1.5
        if (B, T) == (6, 5):
            scores -= 200  # scores may all be far below 0
        if tiny:
            targets[0, 1:] = (UNKNOWN, 0)[: T - 1] if tiny == 2 else 0
            scores = rng.permuted(np.tile(np.arange(V) / 2, (B, T, 1)), axis=2)
        else:
            third = targets[0, 3]
            scores[0, 3, [*(i for i in range(SPECIAL, V) if i != third)][:2]], scores[0, 3, third] = 9, 8
            scores[0, 4, END] = -9  # so that letting <end> be suggested gains nothing there
        examples.append((scores, targets, k))

    def by(change=lambda scores, targets, k: (scores, targets, k), **bug):
        return [_hits(*change(*example), **bug) for example in examples]

    def everywhere(targets):
        return targets >= 0

    bugs = {
        "padding is counted: where the target is 0 no word came.": by(real=everywhere),
        "padding is counted, and found among the suggestions: leave out the places where the target is 0.": by(
            special=0, real=everywhere
        ),
        f"the {SPECIAL} special tokens must not be suggested: no key says <unk>.": by(special=0),
        "<unk> and <end> as targets are left out; they came and nobody suggested them, so they are misses.": by(
            real=lambda targets: targets >= SPECIAL
        ),
        "<unk> as a target is left out; it came and nobody suggested it, so it is a miss.": by(
            real=lambda targets: (targets > 0) & (targets != UNKNOWN)
        ),
        "<end> as a target is left out; it came and nobody suggested it, so it is a miss.": by(
            real=lambda targets: (targets > 0) & (targets != END)
        ),
        "the special tokens get the score 0, which is more than a score below 0; give them -np.inf.": by(
            lambda s, t, k: (np.where(np.arange(s.shape[2]) < SPECIAL, 0, s), t, k), special=0
        ),
        "the four special tokens get the score 0, which is more than a score below 0; give them -np.inf.": [
            np.mean(
                (np.argsort(np.where(np.arange(s.shape[2]) < SPECIAL, 0, s), axis=2)[:, :, -k:] == t[:, :, None]).any(
                    axis=2
                )[t > 0]
            )
            for s, t, k in examples
        ],
        "k is ignored: only the likeliest word is looked at.": by(lambda s, t, k: (s, t, 1)),
        "k is ignored: three words are always looked at.": by(lambda s, t, k: (s, t, 3)),
        "one suggestion too many: k of them.": by(lambda s, t, k: (s, t, k + 1)),
        "one suggestion too few: k of them.": by(lambda s, t, k: (s, t, k - 1)),
        "those are the k least likely words; argsort sorts upwards.": by(lambda s, t, k: (-s, t, k)),
        "those are the k lowest scores, special tokens and all; argsort sorts upwards.": by(
            lambda s, t, k: (-s, t, k), special=0
        ),
        "that is the mean of each sentence's share; take all places together, for a long sentence has more of them.": [
            np.mean([_hits(s[b : b + 1], t[b : b + 1], k) for b in range(len(s))]) for s, t, k in examples
        ],
        "that is per cent; return a share.": by(share=lambda hits: 100 * np.mean(hits)),
        "that is the share of misses.": by(share=lambda hits: 1 - np.mean(hits)),
        "that looks at the first sentence alone.": [_hits(s[:1], t[:1], k) for s, t, k in examples],
        "that looks at each sentence's last step alone.": [_hits(s[:, -1:], t[:, -1:], k) for s, t, k in examples],
        "a hit counts 1 over its rank there; a hit is a hit.": [
            sum((_hits(s, t, n) - (_hits(s, t, n - 1) if n > 1 else 0)) / n for n in range(1, k + 1))
            for s, t, k in examples
        ],
        "special tokens take some of the k places, and are left out only then; leave them out first.": [
            np.mean(((np.argsort(-s, axis=2)[:, :, :k] == t[:, :, None]).any(axis=2) & (t >= SPECIAL))[t > 0])
            for s, t, k in examples
        ],
        "that is divided by k; each target is looked for among all k.": [_hits(s, t, k) / k for s, t, k in examples],
        "that is the number of hits; divide by the number of real targets.": by(share=np.sum),
        "<unk> counts as a hit; nobody suggested it, so it is a miss.": [
            _hits(s, t, k) + np.mean(t[t > 0] == UNKNOWN) for s, t, k in examples
        ],
        "the first column that you look at gets id 0; it belongs to id 4, so add 4.": by(
            lambda s, t, k: (s, t + 4, k), real=lambda t: t > 4
        ),
        "columns 2 and 3 may be suggested there; <start> and <end> never are.": by(special=2),
        "column 3 may be suggested there; <end> never is.": by(special=3),
        "column 1 may be suggested there; only <pad> is left out.": by(special=1),
        "argsort goes over the steps; it goes over the words, the last axis.": [
            np.mean(((SPECIAL + np.argsort(-s[:, :, SPECIAL:], axis=1)[:, :, :k]) == t[:, :, None]).any(axis=2)[t > 0])
            for s, t, k in examples
        ],
        "all k suggestions would have to be the target; one of them is enough.": [
            float(k == 1) * _hits(s, t, k) for s, t, k in examples
        ],
    }
    for fill in (-1, -2, -5, -10, -20, -50, -100):
        bugs[
            f"the special tokens get a fixed score, such as {fill}; all others may have less, so give them -np.inf."
        ] = by(lambda s, t, k, fill=fill: (np.where(np.arange(s.shape[2]) < SPECIAL, fill, s), t, k), special=0)
    got = [
        call(function, *example, hint=f"scores are (B, T, V) = {example[0].shape}, targets {example[1].shape}.")
        for example in examples
    ]
    cases = [f"for (B, T, V) = {scores.shape}, k = {k}," for scores, _, k in examples]
    if tiny:
        cases = [
            f"for scores = {shown(scores, 200)}, targets = {shown(targets)}, k = {k}" for scores, targets, k in examples
        ]
    compare.check_each_case(cases, got, by(), bugs)


@checking_a_property
def same_hits(function, seed=0):
    """function(p) -> other probabilities with the same three suggestions everywhere and far worse perplexity."""
    rng = np.random.default_rng([seed, 3])
    N, V = 40 + seed, 20
    p = rng.dirichlet(np.full(V, 0.6), size=N) * 0.9 + 0.1 / V
    targets = np.array([rng.choice(V, p=row) for row in p])
    got = call(function, p)
    got = as_array("the answer", got, "(N, V)")
    if got.shape != p.shape:
        raise NotYet(f"you return shape {got.shape}, expected {p.shape} = (N, V).")
    if not (got > 0).all():
        raise NotYet("a probability of 0 (or below) makes the perplexity infinite: too easy; keep all above 0.")
    if not np.allclose(got.sum(axis=1), 1):
        columns = " Its columns do: sum over axis 1." if np.allclose(got.sum(axis=0), 1) else ""
        row = int(np.argmax(~np.isclose(got.sum(axis=1), 1)))
        raise NotYet(f"row {row} adds up to {got[row].sum():.6g}; probabilities add up to 1.{columns}")
    three = np.argsort(-p, axis=1)[:, :3]
    if not np.array_equal(np.sort(three), np.sort(np.argsort(-got, axis=1)[:, :3])):
        raise NotYet("the three suggestions have changed: larger probabilities must stay larger.")
    if (np.diff(np.sort(got)[:, -4:], axis=1)[:, 0] <= 0).any():
        raise NotYet("the third and the fourth word have become equally likely, so the suggestions are a toss.")
    before, after = (np.exp(-np.log(each[np.arange(N), targets]).mean()) for each in (p, got))
    if after < 10 * before:
        flatter = ", and your largest ones are smaller than before" if (got.max(axis=1) < p.max(axis=1)).all() else ""
        raise NotYet(
            f"perplexity goes from {before:.1f} to {after:.1f}; make it at least ten times as large: be far too sure{flatter}."
        )
