"""Answers to the exercises of next word, right and wrong."""

import numpy as np


def likeliest_first(typed, words, scores, k):
    return [words[i] for i in np.argsort(-scores) if words[i].startswith(typed)][:k]


def by_dictionary(typed, words, scores, k):
    fits = {word: score for word, score in zip(words, scores, strict=True) if word[: len(typed)] == typed}
    return tuple(sorted(fits, key=fits.get, reverse=True)[:k])


def rate(scores, targets, k, special=4, real=lambda t: t > 0, sign=-1, per_sentence=False):
    order = np.argsort(sign * scores[:, :, special:], axis=2)[:, :, :k] + special
    hits = (order == targets[:, :, None]).any(axis=2)
    if per_sentence:
        return np.mean([row[keep].mean() for row, keep in zip(hits, real(targets), strict=True)])
    return hits[real(targets)].mean()


def by_loops(scores, targets, k):
    hits = places = 0
    for row, wanted in zip(scores, targets, strict=True):
        for s, target in zip(row, wanted, strict=True):
            if target == 0:
                continue
            places += 1
            hits += target >= 4 and (s[4:] > s[target]).sum() < k
    return hits / places


def in_place(scores, targets, k):
    scores[:, :, :4] = -np.inf
    return rate(scores, targets, k)


def sharpened(p, power=12):
    q = p**power
    return q / q.sum(axis=1, keepdims=True)


def nearly_all_to_three(p):
    """Give nearly all probability to the three likeliest words; the order of all words stays the same."""
    q = np.where(np.argsort(np.argsort(-p)) < 3, p, p * 1e-9)
    return q / q.sum(axis=1, keepdims=True)


RIGHT = {
    "complete": [likeliest_first, by_dictionary],
    "hit_rate": [rate, by_loops],
    "same_hits": [sharpened, nearly_all_to_three],
}

WRONG = {
    "complete": [
        (lambda typed, words, scores, k: likeliest_first(typed, words, -scores, k), "least likely"),
        (lambda typed, words, scores, k: sorted(w for w in words if w.startswith(typed))[:k], "alphabetical"),
        (lambda typed, words, scores, k: [w for w in words if w.startswith(typed)][:k], "first that fit"),
        (lambda typed, words, scores, k: [words[i] for i in np.argsort(-scores) if typed in words[i]][:k], "contains"),
        (
            lambda typed, words, scores, k: [words[i] for i in np.argsort(-scores)[:k] if words[i].startswith(typed)],
            "before looking",
        ),
        (lambda typed, words, scores, k: [w for w in likeliest_first(typed, words, scores, 99) if w != typed][:k],
         "in full"),
        (lambda typed, words, scores, k: likeliest_first("", words, scores, k), "is ignored"),
    ],
    "hit_rate": [
        (lambda s, t, k: rate(s, t, k, real=lambda t: t >= 0), "padding is counted: where"),
        (lambda s, t, k: rate(s, t, k, special=0, real=lambda t: t >= 0), "padding is counted, and found"),
        (lambda s, t, k: rate(s, t, k, special=0), "special tokens"),
        (lambda s, t, k: rate(s, t, k, real=lambda t: t >= 4), "they are misses"),
        (lambda s, t, k: rate(s, t, 1), "k is ignored"),
        (lambda s, t, k: rate(s, t, k, sign=1), "least likely"),
        (lambda s, t, k: rate(s, t, k, per_sentence=True), "each sentence's share"),
        (lambda s, t, k: rate(s, t, k + 1), "too many"),
        (in_place, "changes scores in place"),
    ],
    "same_hits": [
        (lambda p: np.vstack([p[:1], 2 * p[1:]]), "row 1 adds up to 2"),
        (lambda p: p, "ten times"),
        (lambda p: p**12, "add up to 1"),
        (lambda p: p**12 / (p**12).sum(axis=0), "sum over axis 1"),
        (lambda p: sharpened(1 / p), "suggestions have changed"),
        (lambda p: (p == p.max(axis=1, keepdims=True)) * 1.0, "infinite"),
        (lambda p: np.full_like(p, 1 / p.shape[1]), "suggestions"),
        (lambda p: p[0], "shape"),
    ],
}  # fmt: skip


WRONG["hit_rate"] += [(lambda s, t, k: rate(s, t, 3), "three words are always looked at")]
WRONG["same_hits"] += [(lambda p: p**0.1 / (p**0.1).sum(axis=1, keepdims=True), "smaller than before")]
WRONG["hit_rate"] += [
    (lambda s, t, k: rate(s, t, k, real=lambda t: (t > 0) & (t != 3)), "<end> as a target is left out"),
    (lambda s, t, k: rate(s, t, k, real=lambda t: (t > 0) & (t != 1)), "<unk> as a target is left out"),
]


def least_likely_first(typed, words, scores, k):
    top = np.argsort(scores)[-k:]
    return [words[i] for i in top if words[i].startswith(typed)]


def specials_at_zero(scores, targets, k):
    s = scores.copy()
    s[:, :, :4] = 0
    top = np.argsort(s, axis=2)[:, :, -k:]
    return (top == targets[..., None]).any(-1)[targets > 0].mean()


WRONG["complete"] += [(least_likely_first, "the least likely comes first")]
WRONG["hit_rate"] += [(specials_at_zero, "give them -np.inf")]


def by_rank(scores, targets, k):
    own = np.take_along_axis(scores, targets[..., None], axis=2)
    better = (scores[:, :, 4:] > own).sum(axis=2)
    hit = (better < k) & (targets >= 4)
    return hit.sum() / np.count_nonzero(targets)


RIGHT["hit_rate"] += [by_rank]


def filled(value):
    return lambda s, t, k: rate(np.where(np.arange(s.shape[2]) < 4, value, s), t, k, special=0)


WRONG["hit_rate"] += [(filled(-1), "get a fixed score"), (filled(-10), "get a fixed score")]


def by_score(typed, words, scores, k):
    of_score = dict(zip(scores, words, strict=True))
    return [of_score[s] for s in sorted(of_score, reverse=True) if of_score[s].startswith(typed)][:k]


WRONG["complete"] += [(by_score, "has the same score")]


def left_out_afterwards(scores, targets, k):
    top = np.argsort(-scores, axis=2)[:, :, :k]
    hits = ((top == targets[:, :, None]) & (top >= 4)).any(axis=2)
    return hits[targets > 0].mean()


WRONG["hit_rate"] += [(left_out_afterwards, "take some of the k places")]
