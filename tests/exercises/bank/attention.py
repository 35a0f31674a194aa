"""Answers to lesson 10's exercises: right ones, and wrong ones with the words their feedback must contain."""

from itertools import product

import numpy as np

from helpers import ctc


def halves(h):
    return np.split(h, 2, axis=2)


def ends(first, second):
    """Return both halves, from the columns given by `first(lengths)` and `second(lengths)`."""

    def both_ends(h, lengths):
        f, b = halves(h)
        rows = np.arange(len(h))
        return np.concatenate([f[rows, first(lengths)], b[rows, second(lengths)]], axis=1)

    return both_ends


def last(lengths):
    return lengths - 1


def start(lengths):
    return 0 * lengths


def ends_by_loop(h, lengths):
    H = h.shape[2] // 2
    return [np.r_[row[n - 1, :H], row[0, H:]] for row, n in zip(h, lengths, strict=True)]


def an_alignment(add=np.add, skip_equal=False, skip=True, starts=(0, 1), finishes=(-1, -2), stay=True, back=True):
    """Return the best path, found step by step over the states, with one rule changed."""

    def best_alignment(log_p, label):
        states = [0]
        for k in label:
            states += [k, 0]
        T, S = len(log_p), len(states)
        best = [[-np.inf] * S for _ in range(T)]
        came = [[0] * S for _ in range(T)]
        for s in starts:
            best[0][s] = log_p[0, states[s]]
        for t in range(1, T):
            for s in range(S):
                ways = [s] if stay else []
                if s >= 1:
                    ways.append(s - 1)
                if skip and s >= 2 and states[s] and (skip_equal or states[s] != states[s - 2]):
                    ways.append(s - 2)
                if ways:
                    came[t][s] = max(ways, key=lambda w, row=best[t - 1]: row[w])
                    best[t][s] = add(best[t - 1][came[t][s]], log_p[t, states[s]])
        s = max((S + f for f in finishes), key=lambda state: best[-1][state])
        if best[-1][s] == -np.inf:
            return None
        path = []
        for t in range(T - 1, -1, -1):
            path.append(states[s])
            s = came[t][s]
        return path[::-1] if back else path

    return best_alignment


def forward_with_paths(log_p, label):
    """Return the same path; here every state stores its complete path."""
    states, may_skip = ctc.trellis(label)
    kept = {s: (log_p[0, states[s]], (int(states[s]),)) for s in (0, 1)}
    for row in log_p[1:]:
        new = {}
        for s, k in enumerate(states):
            ways = [kept[w] for w in (s, s - 1, s - 2 if may_skip[s] else s) if w in kept]
            if ways:
                score, path = max(ways)
                new[s] = score + row[k], (*path, int(k))
        kept = new
    ends = [kept[s] for s in (len(states) - 1, len(states) - 2) if s in kept]
    return list(max(ends)[1]) if ends else None


def by_products(log_p, label):
    p = np.exp(log_p)
    states, may_skip = ctc.trellis(label)
    T, S = len(p), len(states)
    best, came = np.zeros((T, S)), np.zeros((T, S), dtype=int)
    best[0, :2] = p[0, states[:2]]
    for t in range(1, T):
        for s in range(S):
            ways = [s] + [s - 1] * (s > 0) + [s - 2] * bool(may_skip[s])
            came[t, s] = max(ways, key=lambda w: best[t - 1, w])
            best[t, s] = best[t - 1, came[t, s]] * p[t, states[s]]
    path = [S - 1 if best[-1, -1] > best[-1, -2] else S - 2]
    for t in range(T - 1, 0, -1):
        path.append(came[t, path[-1]])
    return states[path[::-1]].tolist()


def anything(log_p, label):
    T = len(log_p)
    every = [path for path in product(range(3), repeat=T) if ctc.collapse(path) == label]
    return list(min(every, key=lambda path: log_p[np.arange(T), path].sum()))


def an_attention(score=None, masked=None, weigh=None, of=None):
    """Additive attention with one part changed."""

    def additive_attention(query, keys, values, W_q, W_k, v, mask):
        pairs = (query @ W_q)[:, :, None] + (keys @ W_k)[:, None]
        scores = score(pairs, v) if score else np.tanh(pairs) @ v
        scores = masked(scores, mask[:, None]) if masked else np.where(mask[:, None], scores, -np.inf)
        e = np.exp(scores - scores.max(axis=-1, keepdims=True))
        weights = weigh(e, scores, mask[:, None]) if weigh else e / e.sum(axis=-1, keepdims=True)
        return (of(weights, keys, values) if of else weights @ values), weights

    return additive_attention


def attention_by_loop(query, keys, values, W_q, W_k, v, mask):
    context, weights = [], []
    for q, k, x, m in zip(query, keys, values, mask, strict=True):
        rows = np.zeros((len(q), len(k)))
        for u, question in enumerate(q):
            scores = np.array([np.tanh(question @ W_q + key @ W_k) @ v for key in k[m]])
            e = np.exp(scores - scores.max())
            rows[u, m] = e / e.sum()
        context.append(rows @ x)
        weights.append(rows)
    return context, weights


def additive_overflowing(query, keys, values, W_q, W_k, v, mask):
    e = np.exp(np.tanh((query @ W_q)[:, :, None] + (keys @ W_k)[:, None]) @ v) * mask[:, None]
    weights = e / e.sum(axis=-1, keepdims=True)
    return weights @ values, weights


def shares_apart(query, keys, values, W_q, W_k, v, mask):
    scores = (np.tanh(query @ W_q)[:, :, None] + np.tanh(keys @ W_k)[:, None]) @ v
    scores = np.where(mask[:, None], scores, -np.inf)
    e = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights = e / e.sum(axis=-1, keepdims=True)
    return weights @ values, weights


def undecided(count, blank=0.51):
    """Return p with `count` frames in which the blank is just above 1/2; the others are certain blanks."""

    def fool_greedy(T):
        of_blank = np.ones(T)
        of_blank[: count(T)] = blank
        return np.stack([of_blank, 1 - of_blank], axis=1)

    return fool_greedy


def by_listing(log_p, label):
    paths = np.array(list(product(range(log_p.shape[1]), repeat=len(log_p))))
    scores = log_p[np.arange(len(log_p)), paths].sum(axis=1)
    return next((list(path) for path in paths[np.argsort(-scores)] if ctc.collapse(path.tolist()) == label), None)


def by_trying(log_p, label):
    paths = product(range(log_p.shape[1]), repeat=len(log_p))
    said = (path for path in paths if ctc.collapse(path) == label)
    return max(said, key=lambda path: log_p[np.arange(len(path)), path].sum(), default=None)


RIGHT = {
    "both_ends": [ends(last, start), ends_by_loop],
    "best_alignment": [an_alignment(), forward_with_paths],
    "additive_attention": [an_attention(), attention_by_loop],
    "fool_greedy": [undecided(lambda T: 2), lambda T: [[0.505, 0.495]] * min(T, 3) + [[1, 0]] * max(T - 3, 0)],
}

WRONG = {
    "both_ends": [
        (lambda h, n: ends_by_loop(h, np.full(len(h), n[0])), "lengths[0] serves all rows"),
        (lambda h, n: 2 * np.array(ends_by_loop(h, n)), "2 times the right one"),
        (ends(last, last), "seen one word"),
        (lambda h, n: h[:, 0], "first step; there the forward"),
        (lambda h, n: h[:, -1], "padding included"),
        (lambda h, n: np.concatenate([halves(h)[0][:, -1], halves(h)[1][:, 0]], axis=1), "forward half comes from"),
        (ends(start, last), "ends are swapped"),
        (lambda h, n: np.roll(ends(last, start)(h, n), h.shape[2] // 2, axis=1), "halves are swapped"),
        (
            lambda h, n: np.concatenate([ends(last, start)(h, n)[:, : h.shape[2] // 2], halves(h)[1][:, -1]], axis=1),
            "starts there",
        ),
        (lambda h, n: sum(np.split(ends(last, start)(h, n), 2, axis=1)), "side by side"),
        (lambda h, n: h[:, n - 1], "(B, 2H)"),
    ],
    "best_alignment": [
        (by_listing, "all 531,441 paths"),
        (by_trying, "all 531,441 paths"),
        (lambda log_p, label: " ".join(map(str, forward_with_paths(log_p, label) or [])), "expected a list of"),
        (lambda log_p, label: an_alignment(skip_equal=True)(log_p, label), "may not be skipped"),
        (lambda log_p, label: log_p.argmax(axis=1), "does not know the label"),
        (an_alignment(skip_equal=True), "equal letters need a blank between"),
        (an_alignment(skip=False), "may be skipped"),
        (an_alignment(finishes=(-1,)), "end in the last letter, too"),
        (an_alignment(finishes=(-2,)), "end in the last blank, too"),
        (an_alignment(starts=(0,)), "begin in the first letter, too"),
        (an_alignment(starts=(1,)), "begin in the first blank, too"),
        (an_alignment(back=False), "runs backwards"),
        (by_products, "Add logarithms"),
        (anything, "over all paths that say the label"),
        (lambda log_p, label: label, "one for each frame"),
        (lambda log_p, label: an_alignment()(log_p, label) or [0, 1], "return None"),
        (lambda log_p, label: -np.logaddexp.reduce(ctc.log_alpha(log_p, label)[-1, -2:]), "expected a list of"),
    ],
    "additive_attention": [
        (an_attention(masked=lambda s, m: np.where(m, s, -10)), "not minus infinity"),
        (lambda *given: an_attention()(*given)[::-1], "results are swapped"),
        (lambda *given: ([[1], [1, 2]],) * 2, "of unequal length"),
        (an_attention(masked=lambda s, m: s), "mask is ignored"),
        (an_attention(masked=lambda s, m: s * m), "no weight of 0"),
        (an_attention(masked=lambda s, m: s, weigh=lambda e, s, m: m * e / e.sum(axis=-1, keepdims=True)), "before it"),
        (an_attention(masked=lambda s, m: np.where(~m | m.all(axis=-1, keepdims=True), s, -np.inf)), "wrong way round"),
        (an_attention(score=lambda pairs, v: pairs @ v), "tanh is missing"),
        (an_attention(score=lambda pairs, v: np.tanh(pairs) @ v / np.sqrt(len(v))), "goes without"),
        (an_attention(score=lambda pairs, v: np.tanh(pairs).sum(axis=-1)), "v is missing"),
        (an_attention(score=lambda pairs, v: np.tanh(pairs).mean(axis=-1)), "v weighs them"),
        (
            an_attention(weigh=lambda e, s, m: np.where(m, np.exp(s) / np.exp(s).sum(axis=1, keepdims=True), 0)),
            "over the questions",
        ),
        (an_attention(weigh=lambda e, s, m: np.exp(s)), "those are exponentials"),
        (shares_apart, "same weights"),
        (an_attention(of=lambda w, k, v: w @ v / w.shape[-1]), "a mean over the steps"),
        (an_attention(of=lambda w, k, v: w @ k), "sum of values"),
        (an_attention(masked=lambda s, m: np.where(m, s, np.nan)), "hold NaN"),
        (additive_overflowing, "overflows"),
        (lambda *given: attention_by_loop(*given)[::-1], "results are swapped"),
        (lambda *given: attention_by_loop(*given)[0], "return context, weights"),
    ],
    "fool_greedy": [
        (undecided(lambda T: T), "comes twice"),
        (undecided(lambda T: 1), "by a hair only"),
        (undecided(lambda T: 2, 0.75), "by a hair only"),
        (undecided(lambda T: 2, 0.4), "not the larger class at frame 1"),
        (undecided(lambda T: 2, 0.5), "not the larger class at frame 1"),
        (lambda T: undecided(lambda T: 2)(T)[:, 0], "expected (2, 2)"),
        (lambda T: np.full((T, 2), 0.6), "sum to 1"),
        (lambda T: np.array([[0.51, 0.49], [0.51, 0.49]]), "for T = 3"),
    ],
}


def apart(T):
    p = np.tile([1.0, 0.0], (T, 1))
    p[[0, -1]] = 0.51, 0.49
    return p


WRONG["fool_greedy"] += [(apart, "stand apart")]
WRONG["best_alignment"] += [
    (
        lambda log_p, label: None if len(log_p) < 2 * len(label) - 1 else an_alignment()(log_p, label),
        "for label [1, 2] and 2 frames there is a path",
    ),
]


def subtracting(largest, filler=-np.inf):
    """Return attention that subtracts another number before exp."""

    def additive(q, k, values, W_q, W_k, v, mask):
        scores = np.tanh((q @ W_q)[:, :, None] + (k @ W_k)[:, None]) @ v
        held = np.where(mask[:, None], scores, filler)
        e = np.exp(held - largest(scores, held))
        weights = e / e.sum(axis=-1, keepdims=True)
        return weights @ values, weights

    return additive


WRONG["additive_attention"] += [
    (subtracting(lambda scores, held: scores.max(axis=-1, keepdims=True)), "masked ones too"),
    (subtracting(lambda scores, held: held.max()), "of the whole batch"),
    (subtracting(lambda scores, held: 0), "nothing is subtracted"),
    (subtracting(lambda scores, held: held.max(axis=-1, keepdims=True), filler=-1000), "larger than some real scores"),
]


def best_alignment_summing(log_p, label):
    states, may = ctc.trellis(label)
    T, S = len(log_p), len(states)
    a = np.full((T, S), -np.inf)
    a[0, :2] = log_p[0, states[:2]]
    for t in range(1, T):
        for s in range(S):
            v = a[t - 1, s]
            if s > 0:
                v = np.logaddexp(v, a[t - 1, s - 1])
            if s > 1 and may[s]:
                v = np.logaddexp(v, a[t - 1, s - 2])
            a[t, s] = v + log_p[t, states[s]]
    return [int(states[k]) for k in a.argmax(axis=1)]


WRONG["best_alignment"] += [(best_alignment_summing, "you sum over all paths")]


def best_alignment_by_chain(log_p, label):
    seq = [0]
    for c in label:
        seq += [c, 0]
    score = {0: (log_p[0, 0], None), 1: (log_p[0, seq[1]], None)}
    score = {s: (v, (s, None)) for s, (v, _) in score.items()}
    for row in log_p[1:]:
        new = {}
        for s in range(len(seq)):
            before = [s, s - 1] + ([s - 2] if s > 1 and seq[s] != 0 and seq[s] != seq[s - 2] else [])
            before = [q for q in before if q in score]
            if before:
                q = max(before, key=lambda q: score[q][0])
                new[s] = (score[q][0] + row[seq[s]], (s, score[q][1]))
        score = new
    ends = [s for s in (len(seq) - 1, len(seq) - 2) if s in score]
    if not ends:
        return None
    chain = score[max(ends, key=lambda s: score[s][0])][1]
    path = []
    while chain is not None:
        path.append(seq[chain[0]])
        chain = chain[1]
    return path[::-1]


RIGHT["best_alignment"] += [best_alignment_by_chain]


def of_products(log_p, label):
    """Multiply probabilities, which become 0 after some hundred frames."""
    states, may_skip = ctc.trellis(label)
    best = {s: (np.exp(log_p[0, states[s]]), [int(states[s])]) for s in (0, 1)}
    for row in log_p[1:]:
        new = {}
        for s, k in enumerate(states):
            ways = [best[q] for q in (s, s - 1, s - 2) if q in best and (q > s - 2 or may_skip[s])]
            if ways:
                p, path = max(ways)
                new[s] = p * np.exp(row[k]), [*path, int(k)]
        best = new
    p, path = max((best[s] for s in (len(states) - 1, len(states) - 2) if s in best), default=(0, None))
    return path if p > 0 else None


WRONG["best_alignment"] += [(of_products, "do products underflow")]
