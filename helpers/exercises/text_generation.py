"""The checks of the exercises of "Write names and tunes"."""

import numpy as np

from helpers.exercises import compare
from helpers.exercises.compare import NotYet, call, checking, checking_a_property, shown


def _sequences(rng, V, count):
    """Return sequences of ids that start with 1, end with 2, and have ids from 3 in between."""
    p = rng.dirichlet(np.full(V - 3, 0.4), size=V)
    made = []
    for _ in range(count):
        row = [1]
        for _ in range(rng.integers(2, 7)):
            row.append(3 + int(rng.choice(V - 3, p=p[row[-1]])))
        made.append([*row, 2])
    return made


def _counts(sequences, V):
    counts = np.zeros((V, V))
    for row in sequences:
        np.add.at(counts, (row[:-1], row[1:]), 1)
    return counts


@checking
def bigram_perplexity(function, seed=0, tiny=0):
    """function(train, test, V, k) -> perplexity per character of a bigram with add-k smoothing."""
    rng = np.random.default_rng([seed, 1])
    examples = []
    for V, k in ((9 + seed % 3, 0.5), (12, 0.25)):
        made = _sequences(rng, V - 2, 16)  # the last two ids do not occur
        made[0] = [1, 3, 4, 3, 4, 2]  # one pair twice
        examples.append((made[:12], made[12:] * (50 if V == 12 else 1), V, k))
    if tiny:
        examples = [
            ([[1, 3, 2]], [[1, 3, 3, 2]], 5, 0.5),
            ([[1, 3, 3, 2], [1, 4, 2]], [[1, 4, 3, 2], [1, 3, 2]], 6, 0.5),
        ]
        examples = examples[tiny - 1 : tiny]

    def surprises(test, p):
        return [-np.log(p[row[:-1], row[1:]]) for row in test]

    def smoothed(counts, k, kV, total=None):
        return (counts + k) / ((counts.sum(axis=1) if total is None else total)[:, None] + kV)

    def by(p_of, mean=lambda each: np.exp(np.concatenate(each).mean())):
        with np.errstate(divide="ignore"):
            return [mean(surprises(test, p_of(train, V, k))) for train, test, V, k in examples]

    def good(train, V, k):
        return smoothed(_counts(train, V), k, k * V)

    def steps(each):
        return np.exp(np.sum([part.sum() for part in each]) / sum(len(part) + 1 for part in each))

    bugs = {
        "k is missing below: the row of a has V counts, so its sum grows by k · V.": by(
            lambda train, V, k: smoothed(_counts(train, V), k, 0)
        ),
        "below, k is added once; the row of a has V counts, and every one grows by k.": by(
            lambda train, V, k: smoothed(_counts(train, V), k, k)
        ),
        "below, V is added; every count grows by k, so the sum by k · V.": by(
            lambda train, V, k: smoothed(_counts(train, V), k, V)
        ),
        "k is ignored: that adds 1.": by(lambda train, V, k: smoothed(_counts(train, V), 1, V)),
        "the pairs are the wrong way round: p(b | a) divides by how often a came before anything.": by(
            lambda train, V, k: smoothed(_counts(train, V).T, k, k * V).T
        ),
        "that divides by the number of all pairs; p(b | a) divides by how often a came before anything.": by(
            lambda train, V, k: smoothed(_counts(train, V), k, k * V, np.full(V, _counts(train, V).sum()))
        ),
        "rows and columns of the counts are swapped: p(b | a) needs count(a, b), not count(b, a).": by(
            lambda train, V, k: smoothed(_counts(train, V).T, k, k * V)
        ),
        "the pairs are counted in test; count them in train.": [
            np.exp(np.concatenate(surprises(test, good(test, V, k))).mean()) for _, test, V, k in examples
        ],
        "the sequences are joined to one text, so that <start> seems to follow <end>; go through them one by one.": [
            np.exp(np.mean(surprises([sum(test, [])], good([sum(train, [])], V, k)))) for train, test, V, k in examples
        ],
        "that is the perplexity of the training data.": [
            np.exp(np.concatenate(surprises(train, good(train, V, k))).mean()) for train, _, V, k in examples
        ],
        "that is the mean surprise; perplexity is exp of it.": by(good, lambda each: np.concatenate(each).mean()),
        "that is the mean of each sequence's perplexity; take the mean surprise over all characters first.": by(
            good, lambda each: np.mean([np.exp(part.mean()) for part in each])
        ),
        "that averages sequence by sequence; a long one has more characters: take the mean over all of them.": by(
            good, lambda each: np.exp(np.mean([part.mean() for part in each]))
        ),
        "that is exp of the sum; per character it is exp of the mean.": by(
            good, lambda each: np.exp(np.concatenate(each).sum())
        ),
        "<start> is counted as a prediction: a sequence of n ids has n - 1 of them.": by(good, steps),
        "that leaves out the step to <end>, which is predicted like every character.": by(
            good, lambda each: np.exp(np.concatenate([part[:-1] for part in each]).mean())
        ),
        "a pair counts once, however often it comes.": by(
            lambda train, V, k: smoothed(np.minimum(_counts(train, V), 1), k, k * V)
        ),
        "p(a, b) is the share of all pairs; p(b | a) divides by what came after a.": by(
            lambda train, V, k: (_counts(train, V) + k) / (_counts(train, V) + k).sum()
        ),
        "that is the share of each character by itself; the one before it is ignored.": by(
            lambda train, V, k: np.tile((_counts(train, V).sum(axis=0) + k) / (_counts(train, V).sum() + k * V), (V, 1))
        ),
        "that leaves out the first step, from <start>; it is predicted too.": by(
            good, lambda each: np.exp(np.concatenate([part[1:] for part in each]).mean())
        ),
        "that leaves out the steps from <start> and to <end>; both are predicted.": by(
            good, lambda each: np.exp(np.concatenate([part[1:-1] for part in each]).mean())
        ),
        "that is one over the mean probability; perplexity takes the mean of the logarithms.": by(
            good, lambda each: 1 / np.exp(-np.concatenate(each)).mean()
        ),
        "that is 2 to the power of natural logarithms; e needs exp.": by(
            good, lambda each: 2 ** np.concatenate(each).mean()
        ),
        "the test is counted too; only the training data are.": [
            np.exp(np.concatenate(surprises(test, good(train + test, V, k))).mean()) for train, test, V, k in examples
        ],
        "k is added as often as there are pairs seen after a; it is added for all V.": by(
            lambda train, V, k: (
                (_counts(train, V) + k)
                / (_counts(train, V).sum(axis=1) + k * (_counts(train, V) > 0).sum(axis=1) + 1e-12)[:, None]
            )
        ),
        "k · V is k · (V - 1) there.": by(lambda train, V, k: smoothed(_counts(train, V), k, k * (V - 1))),
        "counts are not smoothed: a pair that was never seen has probability next to 0.": by(
            lambda train, V, k: np.maximum(smoothed(_counts(train, V), 0, 1e-12), 1e-12)
        ),
        "counts[row[:-1], row[1:]] += 1 counts a pair once per sequence; np.add.at counts it every time.": by(
            lambda train, V, k: smoothed(sum(np.minimum(_counts([row], V), 1) for row in train), k, k * V)
        ),
        "logarithms to base 2 need 2 to the power, not exp.": by(
            good, lambda each: np.exp(np.concatenate(each).mean() / np.log(2))
        ),
        "that is the mean of 1 / p; perplexity takes the mean of the logarithms.": by(
            good, lambda each: np.exp(np.concatenate(each)).mean()
        ),
    }
    for seen, ids in {
        "the largest id of the training data": lambda train, test: train,
        "the largest id of all": lambda train, test: train + test,
    }.items():
        bugs[f"V is taken from {seen}; the V that is given may be larger, for some characters may not occur."] = [
            np.exp(
                np.concatenate(
                    surprises(test, smoothed(_counts(train, V), k, k * (max(map(max, ids(train, test))) + 1)))
                ).mean()
            )
            for train, test, V, k in examples
        ]
    bugs["the product of so many probabilities is 0 for a computer: add up logarithms."] = by(
        good, lambda each: np.exp(-np.concatenate(each)).prod() ** (-1 / sum(map(len, each)))
    )
    hints = "A sequence is a list of ids.", {"ZeroDivisionError": "A product of many probabilities is 0 for a computer"}
    got = [call(function, *example, hint=hint) for example, hint in zip(examples, hints, strict=False)]
    explained = any(all(map(compare.close, got, gives)) for gives in bugs.values())
    if not explained and any(isinstance(each, float) and not np.isfinite(each) for each in got):
        raise NotYet("the perplexity is infinite: a pair never seen has probability 0; add k above and k · V below.")
    cases = [
        f"for train = {train}, test = {test}, V = {V}, k = {k}" if tiny else f"for V = {V}, k = {k}"
        for train, test, V, k in examples
    ]
    compare.check_each_case(cases, got, by(good), bugs)


@checking
def in_every_key(function, seed=0):
    """function(notes, low, high) -> the tune in every key in which it fits between low and high, lowest first."""
    rng = np.random.default_rng([seed, 2])
    examples = [([60, 64, 67], 59, 69), ([70, 65, 65, 72, 67], 60, 76)]
    for n in (4, 6):
        notes = rng.integers(60, 72, size=n).tolist()
        examples.append((notes, min(notes) - 2 - seed % 3, max(notes) + 3))
    examples.append(([60, 90], 55, 80))
    examples.append(([60, 62], 40, 72))

    def shifted(notes, shifts):
        return [[note + shift for note in notes] for shift in shifts]

    def by(more=(0, 0), leave_out=False, backwards=False):
        found = []
        for notes, low, high in examples:
            shifts = range(low - min(notes) - more[0], high - max(notes) + more[1] + 1)
            found.append(shifted(notes, [s for s in shifts if not (leave_out and s == 0)][:: -1 if backwards else 1]))
        return found

    bugs = {
        "its own key is one of them; do not leave it out.": by(leave_out=True),
        "the highest key is left out: the highest note may be `high` itself (range stops one before its end).": by(
            (0, -1)
        ),
        "the lowest key is left out: the lowest note may be `low` itself.": by((-1, 0)),
        "the lowest and the highest key are left out: notes may be `low` and `high` themselves.": by((-1, -1)),
        "one key too many at each end: notes may not go below `low` or above `high`.": by((1, 1)),
        "one key too many: the highest note may not go above `high`.": by((0, 1)),
        "one key too many: the lowest note may not go below `low`.": by((1, 0)),
        "the lowest key comes first.": by(backwards=True),
        "only keys above are there; a tune can move down too.": [
            shifted(notes, range(0, high - max(notes) + 1)) for notes, low, high in examples
        ],
        "notes outside are pushed back inside, which bends the tune; leave such keys out.": [
            np.clip(shifted(notes, range(low - max(notes), high - min(notes) + 1)), low, high).tolist()
            for notes, low, high in examples
        ],
        "only the first note is held between low and high; every note must be.": [
            shifted(notes, range(low - notes[0], high - notes[0] + 1)) for notes, low, high in examples
        ],
        "the first note begins at `low`, and only the highest is held below `high`; the lowest note sets the lowest key.": [
            shifted(notes, range(low - notes[0], high - max(notes) + 1)) for notes, low, high in examples
        ],
        "only keys below are there; a tune can move up too.": [
            shifted(notes, range(low - min(notes), 1)) for notes, low, high in examples
        ],
        "the shifts go from low - max(notes) to high - min(notes); the lowest note sets the lowest shift.": [
            shifted(notes, range(low - max(notes), high - min(notes) + 1)) for notes, low, high in examples
        ],
        "the first note sets the lowest shift and the last one the highest; the lowest and the highest note do.": [
            shifted(notes, range(low - notes[0], high - notes[-1] + 1)) for notes, low, high in examples
        ],
        "the twelve keys round its own are there; the limits are low and high.": [
            shifted(notes, range(-6, 6)) for notes, low, high in examples
        ],
        "the notes are sorted; a tune keeps their order.": [
            [sorted(row) for row in shifted(notes, range(low - min(notes), high - max(notes) + 1))]
            for notes, low, high in examples
        ],
        "those are the shifts; return the notes.": [
            list(range(low - min(notes), high - max(notes) + 1)) for notes, low, high in examples
        ],
        "all is in one list; each key is a list of its own.": [
            sum(shifted(notes, range(low - min(notes), high - max(notes) + 1)), []) for notes, low, high in examples
        ],
        "a tune that fits in no key gives an empty list.": [
            shifted(notes, range(low - min(notes), high - max(notes) + 1)) or [notes] for notes, low, high in examples
        ],
        "single notes outside are dropped; leave out every key in which one does not fit.": [
            [[note for note in row if low <= note <= high] for row in shifted(notes, range(low - min(notes), 1))]
            for notes, low, high in examples
        ],
    }
    got = [call(function, *example) for example in examples]
    cases = [f"for notes = {notes}, low = {low}, high = {high}" for notes, low, high in examples]
    compare.check_each_case(cases, got, by(), bugs)


@checking_a_property
def impossible(function, seed=0):
    """function(train) -> (a, b), two ids that training knows, and a pair that it makes impossible without smoothing."""
    rng = np.random.default_rng([seed, 3])
    also = []
    for V in (8 + seed % 3, 12):
        train = _sequences(rng, V, 10) + also
        if also:  # what is new in the first sequence is not new in all of them
            first = train[0]
            train += [[1, a, b, 2] for a in first[:-1] for b in first[1:]]
        counts = _counts(train, V)
        got = call(function, train)
        found = compare.whole_numbers(got, 2)
        if found is None:
            raise NotYet(f"you return {shown(got)}; expected two ids: return a, b.")
        a, b = found
        known = counts.sum(axis=0) + counts.sum(axis=1) > 0
        if not (0 <= a < V and known[a]):
            raise NotYet(f"a = {a} does not occur in the training data; take an id that does.")
        if counts[a].sum() == 0:
            raise NotYet(
                f"a = {a} is <end>, which nothing follows: that is 0 / 0, not 0; take an id that something follows."
            )
        if not (0 <= b < V and known[b]):
            raise NotYet(
                f"b = {b} does not occur in the training data; both ids should be known, and only the pair new."
            )
        if counts[:, b].sum() == 0:
            raise NotYet("b is <start>, which no model has to predict; take an id that can come next.")
        if times := int(counts[a, b]):
            raise NotYet(
                f"{b} follows {a} in the training data, {times} time{'s' * (times > 1)}; find a pair that never occurs in what is given."
            )
        if (a, b) != (1, 2):  # the next training data have this pair
            also = [[1, *[a] * (a != 1), *[b] * (b != 2), 2]]
