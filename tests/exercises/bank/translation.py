"""Answers to the exercises of translation, right and wrong."""

import numpy as np

from helpers.exercises.translation import _greedy


def softmax(z, axis=1):
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def real(scores, lengths):
    return np.arange(scores.shape[1]) < lengths[:, None]


def row_by_row(scores, lengths):
    weights = np.zeros_like(scores)
    for row, z, n in zip(weights, scores, lengths, strict=True):
        row[:n] = softmax(z[None, :n])[0]
    return weights


def naive(scores, lengths):
    e = np.exp(scores) * real(scores, lengths)
    return e / e.sum(axis=1, keepdims=True)


def in_place(scores, lengths):
    scores[~real(scores, lengths)] = -np.inf
    return softmax(scores)


def until_all_end(step, state, start, end, longest):
    said = [[] for _ in state]
    running, words = np.ones(len(state), bool), np.full(len(state), start)
    for _ in range(longest):
        scores, state = step(words, state)
        words = np.argmax(scores, axis=1)
        running &= words != end
        for row in np.flatnonzero(running):
            said[row].append(int(words[row]))
        if not running.any():
            break
    return said


def without_limit(step, state, start, end, longest):
    said, words = [], np.full(len(state), start)
    while not said or not (np.array(said) == end).any(axis=0).all():
        scores, state = step(words, state)
        words = scores.argmax(axis=1)
        said.append(words)
    rows = np.transpose(said).tolist()
    return [row[: row.index(end)] for row in rows]


def softmax_of_one_largest(scores, lengths):
    """Subtract the largest of all real scores, whichever row it is in."""
    inside = np.where(np.arange(scores.shape[1]) < np.array(lengths)[:, None], scores, -np.inf)
    e = np.exp(inside - inside.max())
    return e / e.sum(axis=1, keepdims=True)


def row_after_row(step, state, start, end, longest):
    said = []
    for row in range(len(state)):
        own, word, sentence = state[row : row + 1], start, []
        while len(sentence) < longest:
            scores, own = step(np.array([word]), own)
            word = int(scores[0].argmax())
            if word == end:
                break
            sentence.append(word)
        said.append(sentence)
    return said


def wrongly(**bug):
    return lambda *given: _greedy(*given, **bug)


def circle(V, start, end):
    """Return p that leads from every word to the first other word that is not <end> (0.6), or to <end> (0.4)."""
    p = np.zeros((V, V))
    others = [word for word in range(V) if word != end]
    for word in range(V):
        p[word, end] += 0.4
        p[word, next(other for other in others if other != word)] += 0.6
    return p


def one_word(V, start, end):
    p = np.full((V, V), 0.05 / (V - 2))
    p[:, end], p[:, start] = 0.45, 0.5
    return p.tolist()


def never_ending(V, start, end):
    p = np.zeros((V, V))
    p[:, start] = 1
    return p


def even(V, start, end):
    p = np.zeros((V, V))
    p[:, start] = p[:, end] = 0.5
    return p


def towards(word, V, end):
    """Return p that leads from every word to one and the same word."""
    p = 0.45 * np.eye(V)[[end] * V]
    p[:, word] += 0.55
    return p


RIGHT = {
    "masked_softmax": [lambda z, n: softmax(np.where(real(z, n), z, -np.inf)), row_by_row],
    "greedy": [until_all_end, row_after_row],
    "endless": [circle, one_word],
}

WRONG = {
    "masked_softmax": [
        (softmax_of_one_largest, "or of another row"),
        (lambda scores, lengths: softmax_of_one_largest(1.0 * scores, lengths.tolist()), "or of another row"),
        (lambda scores, lengths: softmax(np.where(real(scores, lengths), scores, -12.0)), "not minus infinity"),
        (
            lambda scores, lengths: softmax(np.where(real(scores, np.full_like(lengths, lengths[0])), scores, -1e30)),
            "lengths[0] serves all rows",
        ),
        (
            lambda s, n: (lambda e: e / e.sum(1, keepdims=True))(np.exp(s - s.max(1, keepdims=True)) * real(s, n)),
            "one of the padding",
        ),
        (lambda scores, lengths: [[1.0]] * 3 + [[1.0, 2.0]], "of unequal length"),
        (lambda z, n: softmax(z), "padding gets weight too"),
        (lambda z, n: softmax(z) * real(z, n), "before it"),
        (lambda z, n: softmax(z * real(z, n)), "e to the 0"),
        (lambda z, n: softmax(np.where(real(z, n), z, -1e30), axis=0), "over the sentences"),
        (lambda z, n: softmax(np.where(real(z, n), -1e30, z)), "wrong way round"),
        (lambda z, n: softmax(np.where(real(z, n + 1), z, -np.inf)), "one word of padding"),
        (naive, "overflow"),
        (lambda z, n: real(z, n) / n[:, None], "same for all real words"),
        (in_place, "changes scores in place"),
    ],
    "greedy": [
        (lambda *given: _greedy(*given[:-1], 99), "`longest` is ignored"),
        (without_limit, "`longest` is ignored"),
        (wrongly(cut=False), "not cut at <end>"),
        (wrongly(keep_end=True), "is still there"),
        (wrongly(again=True), "every step reads <start>"),
        (wrongly(carry=False), "not handed on"),
        (wrongly(any_=True), "until all have"),
        (wrongly(first=0), "is not <start>"),
        (lambda step, state, start, end, longest: _greedy(step, state, start, end, longest - 1), "too few"),
        (lambda *given: [[given[2], *row] for row in _greedy(*given)], "read, not said"),
        (lambda step, state, start, end, longest: step(start, state), "(B,)"),
    ],
    "endless": [
        (lambda V, start, end: towards(1, V, end), "start = 3, end = 1"),
        (lambda V, start, end: towards(0, V, end), "start = 2, end = 0"),
        (lambda V, start, end: np.eye(V), "for V = 6, start = 2, end = 3"),
        (never_ending, "at least 0.3"),
        (lambda V, start, end: np.full((V, V), 1 / V), "a toss"),
        (even, "a toss"),
        (lambda V, start, end: np.eye(V)[[end] * V], "has ended"),
        (lambda V, start, end: circle(V, start, end).T, "transpose"),
        (lambda V, start, end: circle(V, start, end)[0], "shape"),
    ],
}


def cut_at_the_last(step, state, start, end, longest):
    words, said = np.full(len(state), start), []
    for _ in range(longest):
        scores, state = step(words, state)
        words = scores.argmax(axis=1)
        said.append(words.tolist())
    rows = [list(row) for row in zip(*said, strict=True)]
    return [row[: len(row) - 1 - row[::-1].index(end)] if end in row else row for row in rows]


WRONG["greedy"] += [(cut_at_the_last, "cut at its last")]


def empty_is_whole(step, state, start, end, longest):
    uncut = _greedy(step, state, start, end, longest, cut=False)
    return [row[: row.index(end) if end in row else None] or row for row in uncut]


WRONG["greedy"] += [(empty_is_whole, "its list is empty")]


def first_score_subtracted(scores, lengths):
    m = np.arange(scores.shape[1]) < lengths[:, None]
    z = np.where(m, scores, -np.inf)
    e = np.exp(z - z[:, :1])
    return e / e.sum(axis=1, keepdims=True)


def until_one_ends(step, state, start, end, longest):
    words = np.full(len(state), start)
    rows = [[] for _ in state]
    for _ in range(longest):
        scores, state = step(words, state)
        words = scores.argmax(axis=1)
        if end in words:
            break
        for r, w in zip(rows, words, strict=True):
            r.append(int(w))
    return rows


WRONG["masked_softmax"] += [(first_score_subtracted, "first score")]
WRONG["greedy"] += [(until_one_ends, "words of that step are lost")]


def by_takewhile(step, state, start, end, longest):
    from itertools import takewhile

    said = [np.array([start] * len(state))]
    while len(said) <= longest:
        scores, state = step(said[-1], state)
        said.append(np.argmax(scores, axis=-1))
    return [list(takewhile(lambda w: w != end, (int(w) for w in row))) for row in zip(*said[1:], strict=False)]


def staying(V, start, end):
    rows = []
    for a in range(V):
        stay = a if a != end else start
        rows.append([0.35 if b == end else 0.65 if b == stay else 0.0 for b in range(V)])
    return rows


RIGHT["greedy"] += [by_takewhile]
RIGHT["endless"] += [staying]


def one_list_for_all(step, state, start, end, longest):
    said, words, running = [[]] * len(state), np.full(len(state), start), np.ones(len(state), bool)
    for _ in range(longest):
        scores, state = step(words, state)
        words = scores.argmax(axis=1)
        running &= words != end
        for row in np.flatnonzero(running):
            said[row].append(int(words[row]))
    return said


def all_but_ends(step, state, start, end, longest):
    said, words, ended = [[] for _ in state], np.full(len(state), start), np.zeros(len(state), bool)
    for _ in range(longest):
        scores, state = step(words, state)
        words = scores.argmax(axis=1)
        ended |= words == end
        for row, word in zip(said, words.tolist(), strict=True):
            row += [word] if word != end else []
        if ended.all():
            break
    return said


def only_exponentials(scores, lengths):
    z = np.where(real(scores, lengths), scores, -np.inf)
    return np.exp(z - z.max(axis=1, keepdims=True))


WRONG["greedy"] += [(one_list_for_all, "[[]] * B"), (all_but_ends, "until all have ended")]
WRONG["masked_softmax"] += [
    (only_exponentials, "not divided by their sum"),
    (lambda z, n: softmax(np.where(real(z, n), -np.inf, z)), "the mask is the wrong way round"),
    (lambda z, n: softmax(np.where(real(z, n), z, -1000.0)), "only -np.inf is"),
]
