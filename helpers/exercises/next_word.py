"""The checks of the exercises of "Suggest the next word as you type"."""

import numpy as np

from helpers import text
from helpers.exercises import compare
from helpers.exercises.compare import NotYet, as_array, call, checking

SPECIAL = len(text.SPECIAL)
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
        "what was typed is ignored.": by(lambda typed, k, fits: by_score[:k]),
        "a word that is typed in full is a suggestion too.": by(
            lambda typed, k, fits: [word for word in fits if word != typed][:k]
        ),
        "k is ignored.": by(lambda typed, k, fits: fits),
    }
    got = [call(function, typed, words, scores, k) for typed, k in asked]
    cases = [f"for “{typed}”, k = {k}" for typed, k in asked]
    compare.check_each_case(cases, got, by(lambda typed, k, fits: fits[:k]), bugs)


def _hits(scores, targets, k, special=SPECIAL, real=lambda targets: targets > 0, share=np.mean):
    """Return the top-k hit rate; each option that differs from its default is a bug."""
    top = special + np.argsort(-scores[:, :, special:], axis=2)[:, :, :k]
    hits = (top == targets[:, :, None]).any(axis=2)
    return share(hits[real(targets)])


@checking
def hit_rate(function, seed=0):
    """function(scores, targets, k) -> the share of real targets that are among k suggestions."""
    rng = np.random.default_rng([seed, 2])
    examples = []
    for B, T, V, k in ((5, 7, 12 + seed % 4, 3), (6, 5, 15, 2), (4, 9, 11, 4)):
        lengths = np.r_[T, rng.integers(2, T, B - 2), 1]
        targets = np.where(text.mask(lengths, T), rng.integers(SPECIAL, V, (B, T)), 0)
        targets[0, 1:3] = text.SPECIAL.index(text.UNK)
        scores = rng.normal(size=(B, T, V)) + text.one_hot(targets, V) * 1.5
        scores[:, :, text.SPECIAL.index(text.UNK)] += 2
        scores[:, :, 0] += 2
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
        "<unk> as a target is left out; it came and nobody suggested it, so it is a miss.": by(
            real=lambda targets: targets >= SPECIAL
        ),
        "k is ignored: only the likeliest word is looked at.": by(lambda s, t, k: (s, t, 1)),
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
        "that is divided by k; each target is looked for among all k.": [_hits(s, t, k) / k for s, t, k in examples],
        "that is the number of hits; divide by the number of real targets.": by(share=np.sum),
    }
    got = [
        call(function, *example, hint=f"scores are (B, T, V) = {example[0].shape}, targets {example[1].shape}.")
        for example in examples
    ]
    cases = [f"for (B, T, V) = {scores.shape}, k = {k}," for scores, _, k in examples]
    compare.check_each_case(cases, got, by(), bugs)


@checking
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
        raise NotYet(
            f"perplexity goes from {before:.1f} to {after:.1f}; make it at least ten times as large: be far too sure."
        )
