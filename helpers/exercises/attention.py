"""The checks of lesson 10's exercises: both ends of a batch, the best alignment, additive attention, and a misled greedy decoder."""

import functools
import time
from itertools import product

import numpy as np

from helpers import ctc, text
from helpers.exercises.compare import (
    NotYet,
    as_array,
    as_lists,
    call,
    check_array,
    checking,
    checking_a_property,
    cut_to_whole,
    name_of,
    no_softmax,
    shape_of,
    shown,
    small,
    two_parts,
    whole_numbers,
)


@checking
def both_ends(function, seed=0, tiny=0):
    """Exercise 1: function(h, lengths) -> (B, 2H), from each reader the state that has read the whole sequence."""
    rng = np.random.default_rng(90 + seed)
    B, T, H = {1: (1, 3, 1), 2: (2, 3, 2)}.get(tiny) or (4, 6 + seed % 3, 5)
    lengths = np.array([2, 3][:B]) if tiny else np.r_[3, rng.permutation([T - 1, 2, 2])]
    h, rows = small(rng, B, T, 2 * H), np.arange(B)
    f, b = h[:, :, :H], h[:, :, H:]
    last_f, last_b = f[rows, lengths - 1], b[rows, lengths - 1]

    def joined(first, second):
        return np.concatenate([first, second], axis=1)

    want = joined(last_f, b[:, 0])
    bugs = {
        "both halves come from the last real step; there the backward reader has seen one word.": joined(
            last_f, last_b
        ),
        "both halves come from the first step; there the forward reader has seen one word.": h[:, 0],
        "both halves come from the last column, padding included; use lengths.": h[:, -1],
        "the forward half comes from the last column, padding included; use lengths.": joined(f[:, -1], b[:, 0]),
        "the ends are swapped: the forward reader is done at the last real step, the backward reader at the first.": joined(
            f[:, 0], last_b
        ),
        "the halves are swapped: forward first, then backward.": joined(b[:, 0], last_f),
        "the backward half comes from the last column; that reader starts there and is done at the first step.": joined(
            last_f, b[:, -1]
        ),
        "those are means over the real steps; the two states that have read everything are wanted.": (
            h * text.mask(lengths, T)[:, :, None]
        ).sum(axis=1)
        / lengths[:, None],
        "the states lie side by side unit by unit; put the whole forward half first.": np.stack(
            [last_f, b[:, 0]], axis=2
        ).reshape(B, -1),
        "lengths[0] serves all rows; row b has lengths[b].": joined(f[:, lengths[0] - 1], b[:, 0]),
        "the forward half is one step late: the last real step has index length - 1.": joined(
            f[rows, np.minimum(lengths, T - 1)], b[:, 0]
        ),
        "the forward half is one step early: the last real step has index length - 1.": joined(
            f[rows, lengths - 2], b[:, 0]
        ),
        "the two readers are exchanged: the first H numbers of h are the forward reader's.": joined(last_b, f[:, 0]),
        "the last state and the first are added; take the forward half of one and the backward half of the other.": h[
            rows, lengths - 1
        ]
        + h[:, 0],
        "those are the largest values; the two states that have read everything are wanted.": h.max(axis=1),
        "those are means over all steps; the two states that have read everything are wanted.": h.mean(axis=1),
        "the backward half is that of the second step; its reader is done at the first.": joined(last_f, b[:, 1]),
        "the forward reader's numbers are the first H of each 2H, not every second one.": joined(
            h[rows, lengths - 1, ::2], h[:, 0, 1::2]
        ),
    }
    hint = "h[np.arange(B), columns] takes one column from each row."
    got = call(function, h, lengths, hint=hint)
    if shape_of(got) == (B, H):
        raise NotYet(f"states has shape {(B, H)}, expected {(B, 2 * H)} = (B, 2H): lay the two halves side by side.")
    if isinstance(got, list | tuple) and len(got) == 2 != B and {shape_of(part) for part in got} == {(B, H)}:
        raise NotYet("you return the two halves apart; lay them side by side: np.concatenate([...], axis=1).")
    check_array("states", got, want, "(B, 2H)", bugs)
    full = np.full(B, T)
    if not tiny:
        one = call(function, h, np.ones_like(lengths), hint=hint)
        check_array("states of sequences with one step", one, h[:, 0], "(B, 2H)")
    check_array(
        "states where nothing is padded", call(function, h, full, hint=hint), joined(f[:, -1], b[:, 0]), "(B, 2H)"
    )


MOST_SECONDS = 0.1  # for 12 frames, in one of three attempts; going over the states takes a hundredth of that


@checking
def best_alignment(function, seed=0):
    """Exercise 2: function(log_p, label) -> the T classes of the likeliest path that says the label; class 0 is the blank."""
    rng = np.random.default_rng(91 + seed)

    def frames(T, K):
        z = 2 * rng.normal(size=(T, K))
        return z - np.log(np.exp(z).sum(axis=1, keepdims=True))

    leaning = (
        ([1, 2, 1, 1], [2, 1]),
        ([1, 1, 2, 2], [1, 2]),
        ([0, 1, 2, 0], [1, 2]),
        ([1, 1, 1, 1], [1, 1]),
        ([0, 2, 2], [2]),
    )
    cases = [(_leaning(path, rng), label) for path, label in leaning]
    cases += [(frames(6, 3), [1, 2]), (frames(6, 3), [1, 1]), (frames(5, 3), [2, 1, 2]), (frames(4, 3), [2])]
    paths = [_path_of(function, log_p, label) for log_p, label in cases]
    for (log_p, label), path in zip(cases, paths, strict=True):
        T, K = log_p.shape
        wanted = max(
            (path for path in product(range(K), repeat=T) if ctc.collapse(path) == label),
            key=lambda path: log_p[np.arange(T), path].sum(),
        )
        if path == list(wanted):
            continue
        p_yours, p_best = (np.exp(log_p[np.arange(T), list(k)].sum()) for k in (path, wanted))
        if ctc.collapse(path) == label and np.isclose(p_yours, p_best):
            continue
        outcome = f"for label {label} and {T} frames your path {path} says {ctc.collapse(path)}"
        worse = f"{outcome}, with {p_yours:.3g}, but {list(wanted)} has {p_best:.3g}: "
        for sentence, rules in RULES.items():
            if all(mine == _viterbi(*case, **rules) for case, mine in zip(cases, paths, strict=True)):
                raise NotYet(bug=(worse if ctc.collapse(path) == label else f"{outcome}: ") + sentence)
        doubled = any(a == b for a, b in zip(label, label[1:], strict=False))
        if path == log_p.argmax(axis=1).tolist() and not doubled:
            raise NotYet(f"{outcome}: that is the largest class of each frame, which does not know the label.")
        if ctc.collapse(path) != label:
            if doubled:
                raise NotYet(f"{outcome}: equal letters need a blank between them, so that state may not be skipped.")
            if ctc.collapse(path) == label[:-1]:
                raise NotYet(f"{outcome}: a path ends in the last letter or the last blank, nowhere else.")
            if ctc.collapse(path) == label[1:]:
                raise NotYet(f"{outcome}: a path begins in the first blank or the first letter, nowhere else.")
            if path[::-1] == list(wanted):
                raise NotYet(f"{outcome}: it runs backwards; turn it round after tracing it back.")
            raise NotYet(f"{outcome}: every step stays, goes one state on, or skips a blank between different letters.")
        raise NotYet(worse + "is it the sum of logarithms that you make largest, over all paths that say the label?")
    path = _path_of(function, frames(2, 3), [1, 2])
    if path != [1, 2]:
        raise NotYet(f"for label [1, 2] and 2 frames only the path [1, 2] says the label; you return {path}.")
    few = frames(12, 3)
    if all(_seconds(function, few, [1, 2]) > MOST_SECONDS for _ in range(3)):
        raise NotYet(
            "for 12 frames your function works as long as if it went through all 531,441 paths; for 1,000 frames it would never "
            "end. Keep the best path into each state alone."
        )
    log_p, label = frames(1000, 5), [1, 2, 2, 3, 4, 1]
    path = _path_of(function, log_p, label, "; do products underflow? Add logarithms instead")
    if ctc.collapse(path) != label or _score(log_p, path) < _score(log_p, _viterbi(log_p, label)) - 1e-6:
        raise NotYet("for 1,000 frames your path is not the best; do products underflow? Add logarithms instead.")

    @functools.wraps(function)
    def in_a_list(*arguments):
        return [function(*arguments)]  # None is an answer here

    nothing = call(in_a_list, log_p[:2], [1, 1], hint="Return None where no path says the label.")[0]
    if nothing is not None:
        raise NotYet(f"two frames cannot say [1, 1]: return None where no path says the label; you return {nothing!r}.")


RULES = {
    "a blank between two different letters may be skipped.": dict(skip=False),
    "equal letters need a blank between them, so that state may not be skipped.": dict(always=True),
    "a path may end in the last letter, too, not in the last blank alone.": dict(ends=(-1,)),
    "a path may end in the last blank, too, not in the last letter alone.": dict(ends=(-2,)),
    "a path may begin in the first letter, too, not in the first blank alone.": dict(starts=1),
    "a path may begin in the first blank, too, not in the first letter alone.": dict(starts=2),
    "a letter may last several frames, and so may a blank: staying is a step too.": dict(stay=False),
    "you keep the path of the best beginning at each frame; keep the best for each state, and trace back from the end.": dict(
        greedy=True
    ),
    "you sum over all paths into a state and take the best state of each frame; keep the best way into each state, and "
    "trace it back from the end.": dict(greedy=True, summed=True),
    "every state may begin a path there; it begins in the first blank or the first letter.": dict(starts=3),
    "every state may end a path there; it ends in the last letter or the last blank.": dict(anywhere=True),
    "it runs backwards; turn it round after tracing it back.": dict(backwards=True),
}
"""What a mistake means -> the rules that `_viterbi` follows with it."""


def _leaning(path, rng):
    p = 0.05 + 0.8 * text.one_hot(np.array(path), 3) + 0.05 * rng.random((len(path), 3))
    return np.log(p / p.sum(axis=1, keepdims=True))


def _seconds(function, log_p, label):
    began = time.monotonic()
    _path_of(function, log_p, label)
    return time.monotonic() - began


def _path_of(function, log_p, label, why=""):
    hint = "The states of the label are blank, letter, blank, letter, ..., blank, as in the lesson."
    there_is = f"for label {label} and {len(log_p)} frames there is a path{why}"
    got = call(function, log_p, label, hint=hint, nothing=there_is)
    path = whole_numbers(got, len(as_lists(got))) if isinstance(as_lists(got), list) else None
    if path is None:
        raise NotYet(
            f"for label {label} you return {shown(got)}; expected a list of {len(log_p)} classes, one for each frame."
        )
    if len(path) != len(log_p):
        raise NotYet(f"you return {len(path)} classes for {len(log_p)} frames; expected one for each frame.")
    if not all(0 <= k < log_p.shape[1] for k in path):
        raise NotYet(
            f"your path {path} holds states of the label; return the class of each, from 0 to {log_p.shape[1] - 1}."
        )
    return path


def _score(log_p, path):
    return log_p[np.arange(len(path)), path].sum()


def _viterbi(
    log_p,
    label,
    skip=True,
    stay=True,
    ends=(-1, -2),
    starts=0,
    greedy=False,
    always=False,
    anywhere=False,
    backwards=False,
    summed=False,
):
    """Return the best path under rules, some of which may be left out; None if there is no path."""
    states, may_skip = ctc.trellis(label)
    T, S = len(log_p), len(states)
    best, came = np.full((T, S), -np.inf), np.zeros((T, S), dtype=int)
    allowed = {0: (0, 1), 1: (0,), 2: (1,), 3: range(S)}[starts]
    if always:
        may_skip = (np.arange(S) > 1) & (np.arange(S) % 2 == 1)
    best[0, list(allowed)] = log_p[0, states[list(allowed)]]
    for t in range(1, T):
        for s in range(S):
            ways = [s] * stay + [s - 1] * (s > 0) + [s - 2] * bool(skip and may_skip[s])
            if ways:
                came[t, s] = max(ways, key=lambda way: best[t - 1, way])
                before = np.logaddexp.reduce(best[t - 1, ways]) if summed else best[t - 1, came[t, s]]
                best[t, s] = before + log_p[t, states[s]]
    if greedy:
        return states[best.argmax(axis=1)].tolist()
    s = max(range(S) if anywhere else (S + end for end in ends), key=lambda state: best[-1, state])
    if best[-1, s] == -np.inf:
        return None
    path = [s]
    for t in range(T - 1, 0, -1):
        path.append(came[t, path[-1]])
    return states[path if backwards else path[::-1]].tolist()


@checking
def additive_attention(function, seed=0, tiny=0):
    """Exercise 3: function(query, keys, values, W_q, W_k, v, mask) -> context (B, U, H), weights (B, U, T)."""
    rng = np.random.default_rng(92 + seed)
    B, U, T, D, A, H = {1: (1, 1, 2, 1, 1, 1), 2: (1, 2, 3, 1, 1, 1)}.get(tiny) or (4, 2, 6, 3, 6, 5)
    query, keys, values = (small(rng, *s) for s in ((B, U, D), (B, T, H), (B, T, H)))
    W_q, W_k, v = small(rng, D, A), small(rng, H, A), small(rng, A)
    lengths = np.array([2]) if tiny else rng.permutation([T, 1, 3, 4])
    mask = text.mask(lengths, T)

    def attended(scores, mask=mask):
        weights = np.zeros((B, U, T))
        for b in range(B):
            for u in range(U):
                real = scores[b, u, mask[b]]
                e = np.exp(real - real.max())
                weights[b, u, mask[b]] = e / e.sum()
        return weights

    def scored(inside=np.tanh, by=v):
        return np.array(
            [
                [[inside(query[b, u] @ W_q + keys[b, t] @ W_k) @ by for t in range(T)] for u in range(U)]
                for b in range(B)
            ]
        )

    def paired(join):
        return np.tanh(join((query @ W_q)[:, :, None], (keys @ W_k)[:, None])) @ v

    scores, everything = scored(), np.ones((B, T), dtype=bool)
    weights = attended(scores)
    unmasked = attended(scores, everything)
    exponentials = np.exp(scores)
    over_questions = np.where(mask[:, None], exponentials / exponentials.sum(axis=1, keepdims=True), 0)
    of_weights = {
        "the mask is ignored: padding takes its share.": unmasked,
        "the masked scores are set to 0, which is no weight of 0; set them to minus infinity.": attended(
            np.where(mask[:, None], scores, 0), everything
        ),
        "the scores are multiplied by the mask, so padding scores 0; set those scores to minus infinity.": attended(
            scores * mask[:, None], everything
        ),
        "the mask comes after the softmax, so the weights no longer sum to 1; mask the scores before it.": unmasked
        * mask[:, None],
        "the mask is the wrong way round: it is True where a step counts.": attended(
            scores, ~mask | (lengths == T)[:, None]
        ),
        "tanh is missing in the score.": attended(scored(lambda z: z)),
        "the score is divided by a square root; that belongs to the dot product, the additive score goes without.": attended(
            scores / np.sqrt(A)
        ),
        "the score is divided by a square root; the additive score goes without.": attended(scores / np.sqrt(D)),
        "v is missing: the A numbers of each pair are summed with the weights v.": attended(scored(by=np.ones(A))),
        "that is the mean over the A numbers; v weighs them.": attended(scored(by=np.full(A, 1 / A))),
        "the softmax runs over the questions; it runs over the steps, the last axis.": over_questions,
        "those are the scores; a softmax comes next.": scores,
        "those are exponentials; divide them by their sum over the steps.": np.where(mask[:, None], exponentials, 0),
        "every step gets the same weight: add keys @ W_k to the question's share inside tanh.": attended(0 * scores),
        "every question gets the same weights: add query @ W_q to keys @ W_k first, then take tanh of the sum.": attended(
            np.broadcast_to((np.tanh(keys @ W_k) @ v)[:, None], scores.shape)
        ),
        "the two shares are multiplied; add them, then take tanh.": attended(paired(np.multiply)),
        "the two shares are subtracted; add them.": attended(paired(np.subtract)),
        "a sigmoid is in the place of tanh.": attended(scored(lambda z: 1 / (1 + np.exp(-z)))),
        "a rectifier is in the place of tanh.": attended(scored(lambda z: np.maximum(z, 0))),
        "tanh is taken of the score once more.": attended(np.tanh(scores)),
        "tanh is taken of the score in the place of the sum; v comes after tanh.": attended(
            np.tanh(scored(lambda z: z))
        ),
        "the first question serves all questions.": np.repeat(weights[:, :1], U, axis=1),
        "mask[0] serves all rows; row b has mask[b].": attended(scores, np.broadcast_to(mask[:1], mask.shape)),
        "those are logarithms of the weights; take exp.": np.log(np.maximum(weights, 1e-30)),
        "all of the weight goes to the largest score; a softmax shares it.": np.eye(T)[
            np.where(mask[:, None], scores, -np.inf).argmax(axis=-1)
        ],
        "the mask is added to the scores; masked scores must become minus infinity.": attended(
            scores + mask[:, None], everything
        ),
        "those are exponentials, less the largest; divide them by their sum over the steps.": np.where(
            mask[:, None], np.exp(scores - np.where(mask[:, None], scores, -np.inf).max(axis=-1, keepdims=True)), 0
        ),
    }
    hint = "(query @ W_q)[:, :, None] is (B, U, 1, A) and (keys @ W_k)[:, None] is (B, 1, T, A)."
    got = call(function, query, keys, values, W_q, W_k, v, mask, hint=hint)
    got = two_parts(name_of(function), got, "return context, weights", (weights @ values, weights))
    given = as_array("weights", got[1], "(B, U, T)")
    padded = np.broadcast_to(~mask[:, None], weights.shape)
    if given.shape == weights.shape and np.isnan(given).any():
        _unmasked(function, (query, keys, values, W_q, W_k, v, everything), unmasked, scores)
        raise NotYet(
            "weights hold NaN: minus infinity times 0, or 0 divided by 0? Use np.where(mask[:, None], scores, -np.inf)."
        )
    if not tiny and given.shape == weights.shape and given[padded].any() and np.allclose(given, weights, atol=1e-2):
        raise NotYet(
            bug=f"weights of masked steps are as large as {given[padded].max():.2g}, and must be exactly 0: a large negative "
            "score is not minus infinity; np.where(mask[:, None], scores, -np.inf)."
        )
    of_weights |= {
        f"the masked scores are set to {filler}, which is not minus infinity; use -np.inf.": attended(
            np.where(mask[:, None], scores, filler), everything
        )
        for filler in (-1, -5, -10)
    }
    check_array("weights", got[1], weights, "(B, U, T)", of_weights)
    of_context = {
        "the weights are right, but the context is made of keys; it is a weighted sum of values.": weights @ keys,
        "the context is made without the mask; use the same weights that you return.": unmasked @ values,
        "the context is a mean over the steps; multiply by the weights and add up.": weights @ values / T,
    }
    check_array("context", got[0], weights @ values, "(B, U, H)", of_context)
    for far in (5000 * v, -5000 * v):
        large = call(function, query, keys, values, W_q, W_k, far, mask, hint=hint)
        large = two_parts(name_of(function), large, "return context, weights")
        given, scores = as_array("weights", large[1], "(B, U, T)"), scored(by=far)
        name = "weights for scores in the thousands"
        if given.shape == weights.shape and np.isnan(given).any():
            lost = np.isnan(given).any(axis=-1)
            inside = np.where(mask[:, None], scores, -np.inf)
            why = next(
                (
                    why
                    for why, of in SUBTRACTED.items()
                    if np.array_equal(lost, no_softmax(inside - of(scores, inside)))
                ),
                "",
            )
            raise NotYet(
                bug=f"{name} hold NaN{why}. Subtract the largest score of each question's real steps before exp."
            )
        if given.shape == weights.shape and given[padded].any():
            raise NotYet(
                bug=f"{name} are not 0 at masked steps: what you put there is larger than some real scores, which are as low as "
                f"{scores.min():,.0f}. Only -np.inf is always smaller: np.where(mask[:, None], scores, -np.inf)."
            )
        check_array(
            name, large[1], attended(scores), "(B, U, T)", single=2e-2
        )  # scores of thousands in float32 are coarse


SUBTRACTED = {
    ", since exp overflows: nothing is subtracted": lambda scores, inside: 0,
    ": the score that you subtract is the largest of all steps, masked ones too, and may be far above the real ones": (
        lambda scores, inside: scores.max(axis=-1, keepdims=True)
    ),
    ": you subtract the largest score of the whole batch": lambda scores, inside: inside.max(),
    ": you subtract the largest score of the whole batch, masked steps and all": lambda scores, inside: scores.max(),
    ": you subtract the largest over the questions; the steps are the last axis": (
        lambda scores, inside: inside.max(axis=1, keepdims=True)
    ),
    ": you subtract the largest over the questions, masked steps and all; the steps are the last axis": (
        lambda scores, inside: scores.max(axis=1, keepdims=True)
    ),
    ": you subtract the largest score of each sequence; each question has a largest of its own": (
        lambda scores, inside: inside.max(axis=(1, 2), keepdims=True)
    ),
}
"""What is subtracted from large scores, so that some questions get NaN -> that score, of all scores and the real ones."""


def _unmasked(function, given, want, scores):
    """Raise NotYet if the weights are wrong even where no step is masked."""
    got = call(function, *given)
    weights = as_array("weights", got[1], "(B, U, T)") if isinstance(got, list | tuple) and len(got) == 2 else want
    if np.isnan(weights).any():
        raise NotYet("weights hold NaN even where no step is masked: is the mask the wrong way round? True counts.")
    over_questions = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    bugs = {"the softmax runs over the questions; it runs over the steps, the last axis.": over_questions}
    check_array("weights where no step is masked", weights, want, "(B, U, T)", bugs)


@checking_a_property
def fool_greedy(function, seed=0):
    """Exercise 4: function(T) -> p (T, 2), blank and one letter: the best path says nothing, yet the letter has 0.6 or more."""
    rng = np.random.default_rng(93 + seed)
    for T in (2, 3, 8, 20, int(rng.integers(4, 60))):
        got = call(function, T, hint="Two columns: the blank's probability and the letter's.")
        p = as_array(f"for T = {T} the answer", got, "(T, 2)")
        if p.shape != (T, 2):
            swapped = " The axes look swapped." if p.shape == (2, T) else ""
            raise NotYet(f"for T = {T} the array has shape {p.shape}, expected {(T, 2)} = (T, K).{swapped}")
        if not ((p >= 0) & (p <= 1)).all() or not np.allclose(p.sum(axis=1), 1):
            raise NotYet(
                f"for T = {T} the rows are no probabilities: each holds two numbers from 0 to 1 that sum to 1."
                + cut_to_whole(got)
            )
        if not (p[:, 0] > p[:, 1]).all():
            t = int(np.argmin(p[:, 0] > p[:, 1])) + 1
            raise NotYet(
                f"for T = {T} the blank is not the larger class at frame {t}, so greedy does not say nothing there."
            )
        before, letter, after = 1.0, 0.0, 0.0  # paths with no letter yet, now in the letter, after it
        for blank, one in p:
            before, letter, after = before * blank, (before + letter) * one, (letter + after) * blank
        chance = letter + after
        if chance >= 0.6 - 1e-9:
            continue
        told = f"for T = {T} the letter has {chance:.3f} in all, nothing {before:.3f}, two letters or more {1 - chance - before:.3f}"
        if before > 0.4:
            raise NotYet(f"{told}: let one or two frames lean to the blank by a hair only, 0.51 against 0.49.")
        if (p[:, 1] > 0.1).sum() == 2:
            raise NotYet(
                f"{told}: your two undecided frames stand apart, and so the letter may come twice; side by side they merge."
            )
        raise NotYet(
            f"{told}: too many frames are undecided, and the letter comes twice; make most of them sure blanks."
        )
