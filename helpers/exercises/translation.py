"""The checks of the exercises of "Translate numbers from English to French"."""

import numpy as np

from helpers.exercises import compare
from helpers.exercises.compare import NotYet, as_array, call, check_array, checking, checking_a_property, shown, small


@checking
def masked_softmax(function, seed=0, tiny=0):
    """function(scores, lengths) -> (B, T), attention weights that are 0 on the padding."""
    import torch

    rng = np.random.default_rng([seed, 1])
    B, T = {1: (1, 3), 2: (2, 3)}.get(tiny) or (4, 5 + seed % 3)
    scores = 2 * small(rng, B, T)
    lengths = np.array([2, 1][:B]) if tiny else np.r_[2, 1, T, rng.integers(2, T, B - 3)]
    real = np.arange(T) < lengths[:, None]
    scores[~real] += 3  # without a mask, padding would get most of the weight

    def softmax(z, axis=1):
        e = np.exp(z - z.max(axis=axis, keepdims=True))
        return e / e.sum(axis=axis, keepdims=True)

    held = torch.from_numpy(scores.copy()).masked_fill(torch.from_numpy(~real), -torch.inf)
    want = torch.softmax(held, dim=1).numpy()
    inside = np.where(real, scores, -np.inf)
    bugs = {
        "the padding gets weight too; only the first lengths[b] words of row b are real.": softmax(scores),
        "the weights of the padding are cut off after the softmax, so the rows no longer add up to 1; put -inf into the "
        "scores before it.": softmax(scores) * real,
        "the scores of the padding are 0, and e to the 0 is 1; put -inf there.": softmax(scores * real),
        "the softmax goes over the sentences; it goes over the words of each, axis 1.": softmax(
            np.where(real, scores, -1e30), axis=0
        ),
        "the last real word is left out: row b has lengths[b] of them.": softmax(
            np.where(np.arange(T) < np.maximum(lengths - 1, 1)[:, None], scores, -np.inf)
        ),
        "one word of padding gets weight: the real words of row b are 0 to lengths[b] - 1.": softmax(
            np.where(np.arange(T) <= lengths[:, None], scores, -np.inf)
        ),
        "the real words get 0 and the padding the weight: the mask is the wrong way round.": softmax(
            np.where(real, -1e30, scores)
        ),
        "the weights are the same for all real words; the scores decide.": real / lengths[:, None],
        "all of the weight goes to the largest score; a softmax shares it.": (
            np.arange(T) == inside.argmax(axis=1)[:, None]
        ).astype(float),
        "lengths[0] serves all rows; row b has lengths[b].": softmax(
            np.where(np.arange(T) < lengths[0], scores, -np.inf)
        ),
        "a softmax of the softmax: take it once.": np.where(real, softmax(np.where(real, want, -np.inf)), 0),
        "each score is divided by the sum of the scores; take exp of both first.": scores
        * real
        / (scores * real).sum(axis=1, keepdims=True),
        "the sign of the scores is wrong: the largest score gets the most weight.": softmax(
            np.where(real, -scores, -np.inf)
        ),
        "the rows do not add up to 1: divide by the sum of the exponentials.": np.exp(inside),
        "the exponentials are not divided by their sum; each row must add up to 1.": np.exp(
            inside - inside.max(axis=1, keepdims=True)
        ),
    }
    bugs |= {
        "the scores are divided by a root; here the softmax takes them as they are.": softmax(inside / np.sqrt(T)),
        "the mask is turned round from right to left: the real words come first.": softmax(
            np.where(real[:, ::-1], scores, -np.inf)
        ),
        "the absolute values of the scores are taken; take them as they are.": softmax(
            np.abs(inside) * np.sign(real - 0.5)
        ),
        "those are logarithms of the weights; take exp.": np.where(real, np.log(np.where(real, want, 1)), 0),
        "the sum goes over the whole batch; each row has a sum of its own.": want
        * np.exp(inside).sum(axis=1, keepdims=True)
        / np.exp(inside).sum(),
    }
    got = call(function, scores, lengths, hint="np.arange(T) < lengths[:, None] has shape (B, T).")
    given = as_array("the weights", got, "(B, T)")
    if given.shape == want.shape and np.allclose(given, want, atol=1e-2) and given[~real].any():
        raise NotYet(
            bug=f"the weights of the padding are as large as {np.abs(given[~real]).max():.2g}, and must be exactly 0: a large "
            "negative score is not minus infinity; put -np.inf there."
        )
    if given.shape == want.shape and not tiny and np.array_equal(np.isnan(given).all(axis=1), lengths == T):
        raise NotYet(
            bug="the rows without padding hold NaN: the real scores become -inf there, so the mask is the wrong way round."
        )
    check_array("the weights", got, want, "(B, T)", bugs)
    if tiny:
        return
    large = 600 * scores
    got = as_array("the weights for large scores", call(function, large, lengths), "(B, T)")
    lost = ~np.isfinite(got).all(axis=1) if got.shape == want.shape else np.zeros(len(scores), bool)
    own, row = (600 * inside).max(axis=1), large.max(axis=1)
    too_small = [other - own > 745 for other in (row, own.max(), row.max())]
    too_large = [score > 709 for score in (own, row)]
    if lost.any() and _one_of(lost, too_small) and not _one_of(lost, too_large):
        raise NotYet(
            bug=f"row {lost.argmax()} of scores of a thousand becomes NaN: the score that you subtract, one of the padding or of another "
            "row, is so far above its real ones that every exponential is 0; take the largest of the row's real scores."
        )
    if lost.any():
        first = large - large[:, :1] > 709
        if np.array_equal(lost, (first & real).any(axis=1)) and not np.array_equal(lost, own > 709):
            raise NotYet(
                bug="scores of a thousand overflow: you subtract each row's first score; subtract its largest."
            )
        raise NotYet(bug="scores of a thousand overflow: subtract each row's largest score before the exponential.")
    if got.shape == want.shape and got[~real].any():
        raise NotYet(
            bug="where the real scores are far below 0, the padding gets weight: what you put there must be lower than every "
            "score; only -np.inf is."
        )
    check_array("the weights for large scores", got, softmax(inside * 600), "(B, T)", single=5e-3)


SENTENCES = [[5, 6, 7], [8], [5, 9, 5, 9, 6], [6, 6], [7, 8, 9, 5, 5, 5, 5, 5, 5, 5, 5, 5], []]
"""The words of each row that the stand-in decoder below should give; row 4 is too long to reach its end, and row 5 has none.

After its <end>, a row says another word and <end> again.
"""


def _one_of(rows, others):
    return any(np.array_equal(rows, other) for other in others)


def _decoder(sentences, V, start, end):
    """Return step(words, state) -> scores, state. It continues correctly only if it gets the word it gave before."""

    def step(words, state):
        words, state = np.asarray(words), np.asarray(state)
        if words.shape != (len(state),):
            raise ValueError(f"words has shape {words.shape}, expected ({len(state)},) = (B,)")
        scores = np.arange(V) / V - 9.0 + np.zeros((len(state), 1))  # as a network's: some of them below zero
        for row, (word, (which, place)) in enumerate(zip(words.tolist(), state.tolist(), strict=True)):
            wanted = [start, *sentences[which], end, 4, end, 4, 4, 4, 4, 4]
            fine = place < len(wanted) - 1 and word == wanted[place]
            scores[row, wanted[place + 1] if fine else 4 if word == start else V - 1] = -3.0
        return scores, state + np.array([0, 1])

    return step


def _greedy(
    step,
    state,
    start,
    end,
    longest,
    first=None,
    again=False,
    carry=True,
    cut=True,
    keep_end=False,
    any_=False,
    on=False,
):
    """Decode greedily; each option that differs from its default is a bug."""
    words, written = np.full(len(state), start if first is None else first), []
    for _ in range(longest):
        scores, new = step(words, state)
        state = new if carry else state
        word = scores.argmax(axis=1)
        written.append(word)
        words = words if again else word
        ended = (np.array(written) == end).any(axis=0)
        if not on and (ended.any() if any_ else ended.all()):
            break
    rows = np.transpose(written).tolist()
    return [row[: row.index(end) + keep_end] if cut and end in row else row for row in rows]


def _one_list(rows):
    """Return the words of all rows in the order in which they are said."""
    return [row[t] for t in range(max(map(len, rows))) for row in rows if t < len(row)]


def _filled(rows):
    """Return rows filled with 0 up to the longest."""
    return [row + [0] * (max(map(len, rows)) - len(row)) for row in rows]


@checking
def greedy(function, seed=0, tiny=0):
    """function(step, state, start, end, longest) -> a list of ids for each row, up to its <end>."""
    rng = np.random.default_rng([seed, 2])
    examples = []
    sizes = (10, 8, [0, 1, 2, 3]), (11, 6, [2, 4, 1, 5]), (10, 9, [1]), (12, 7, [3, 4])
    for V, longest, rows in {1: ((9, 3, [1]),), 2: ((9, 4, [0, 1]),)}.get(tiny) or sizes:
        rows = rng.permutation(rows)
        start, end = (int(i) for i in rng.permutation([1, 2, 3])[:2])
        state = np.stack([rows, np.zeros(len(rows), int)], axis=1)
        examples.append((_decoder(SENTENCES, V, start, end), state, start, end, longest))

    def by(**bug):
        return [_greedy(*example, **bug) for example in examples]

    bugs = {
        "the words are not cut at <end>; what a row says after it does not count.": by(cut=False),
        "<end> is still there; it ends a sentence and is no word of it.": by(keep_end=True),
        "every step reads <start>; it should read the word that was said before.": by(again=True),
        "the state is not handed on: each step gets the one that the step before gave back.": by(carry=False),
        "everything stops when the first row has ended; go on until all have.": by(any_=True),
        "everything stops when the first row has ended, and the other rows' words of that step are lost; go on until all "
        "have.": [
            [row[: max(len(row) - any(e[3] in other for other in rows), 0)] for row in rows]
            for e, rows in ((e, _greedy(*e, cut=False, any_=True)) for e in examples)
        ],
        "the first word read is not <start>.": by(first=0),
        "one word too many where no <end> comes: at most `longest` words.": [
            _greedy(*example[:-1], example[-1] + 1) for example in examples
        ],
        "`longest` is ignored: a row that says no <end> ends after so many words.": [
            _greedy(*example[:-1], 12) for example in examples
        ],
        "one word too few where no <end> comes: `longest` words.": [
            _greedy(*example[:-1], example[-1] - 1) for example in examples
        ],
        "<end> is taken out, and the words after it stay; cut the row at its first <end>.": [
            [[word for word in row if word != e[3]] for row in _greedy(*e, cut=False, on=True)] for e in examples
        ],
        "<end> is taken out, and what a row says after it, until all have ended, stays; cut the row at its first <end>.": [
            [[word for word in row if word != e[3]] for row in _greedy(*e, cut=False)] for e in examples
        ],
        "all rows write into one list: [[]] * B holds the same list B times; make B lists.": [
            [_one_list(_greedy(*e))] * len(e[1]) for e in examples
        ],
        "a row whose first word is <end> has said nothing; its list is empty.": [
            [row or uncut for row, uncut in zip(_greedy(*e), _greedy(*e, cut=False), strict=True)] for e in examples
        ],
        "a row is cut at its last <end>; cut it at the first.": [
            [
                row[: len(row) - 1 - row[::-1].index(e[3])] if e[3] in row else row
                for row in _greedy(*e, cut=False, on=True)
            ]
            for e in examples
        ],
        "the words are not cut at <end>; what a row says after it does not count, even if you go on to `longest`.": by(
            cut=False, on=True
        ),
        "the lowest score is taken, or the largest of a column; each row says its word with the highest score: "
        "scores.argmax(axis=1).": [[[0] * e[4] if e[3] else [] for _ in e[1]] for e in examples],
        "the rows are filled up to equal length; a row has its own words and nothing else.": [
            _filled(_greedy(*e)) for e in examples
        ],
        "all rows have the first row's words; each row is a sentence of its own.": [
            [_greedy(*e)[0]] * len(e[1]) for e in examples
        ],
        "<start> is in the answer; it is read, not said.": [[[e[2], *row] for row in _greedy(*e)] for e in examples],
        "the words are in columns; return one list for each row of the batch.": [
            np.transpose([row + [0] * (99 - len(row)) for row in _greedy(*e, cut=False)]).tolist()[:1] for e in examples
        ],
    }
    got = [call(function, *example, hint="step takes words (B,) and state, and gives scores (B, V) and the next state.")
           for example in examples]  # fmt: skip
    cases = [f"for {len(e[1])} sentence{'s' * (len(e[1]) != 1)} and longest = {e[-1]}" for e in examples]
    compare.check_each_case(cases, got, by(), bugs)


@checking_a_property
def endless(function, seed=0):
    """function(V, start, end) -> p (V, V): <end> is likely after every word, and greedy decoding never says it."""
    for V, start, end in ((6, 2, 3), (5 + seed % 4, 0, 4), (4, 1, 2), (5, 3, 1), (4, 2, 0)):
        got = call(function, V, start, end)
        case = f"for V = {V}, start = {start}, end = {end}"
        p = as_array(f"{case} the answer", got, "(V, V)")
        if p.shape != (V, V):
            raise NotYet(f"{case} you return shape {p.shape}, expected {(V, V)}: a row for each word just said.")
        if (p < 0).any() or not np.allclose(p.sum(axis=1), 1):
            columns = (
                " The columns do; try a transpose."
                if (p >= 0).all() and np.allclose(p.sum(axis=0), 1)
                else compare.cut_to_whole(got)
            )
            row = int(np.argmax((p < 0).any(axis=1) | ~np.isclose(p.sum(axis=1), 1)))
            raise NotYet(
                f"{case} row {row} is {shown(p[row])}; every row holds probabilities that add up to 1.{columns}"
            )
        word, path = start, []
        for _ in range(V):
            top = np.flatnonzero(np.isclose(p[word], p[word].max()))
            if len(top) > 1:
                raise NotYet(f"{case} after word {word} two words are equally likely, so greedy decoding is a toss.")
            if p[word, end] < 0.3 - 1e-9:
                raise NotYet(
                    f"{case} after word {word} <end> has probability {p[word, end]:.2g}; it should be at least 0.3."
                )
            word = int(top[0])
            path.append(word)
            if word == end:
                raise NotYet(
                    f"{case} greedy decoding says {path} and has ended: where it said <end>, another word must be a little "
                    "likelier."
                )
        low = [word for word in range(V) if word != end and p[word, end] < 0.3 - 1e-9]
        if low:
            raise NotYet(
                f"{case} after word {low[0]} <end> has probability {p[low[0], end]:.2g}; it should be at least 0.3."
            )
