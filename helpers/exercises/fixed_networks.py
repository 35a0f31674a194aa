"""The checks of lesson 1's exercises: why a fixed network fails."""

from collections import Counter

import numpy as np

from helpers.exercises.compare import (
    NotYet,
    as_lists,
    call,
    check_array,
    check_each_case,
    checking,
    checking_a_property,
    close,
    one_number,
    shape_of,
    shown,
    small,
)


@checking
def longest(function, seed=0):
    """function(V, H, limit) -> the largest T whose padded network stays within `limit` parameters."""
    rng = np.random.default_rng(seed)
    V, H, T = (int(n) for n in rng.integers((50, 3, 5), (900, 12, 40)))
    spare = int(rng.integers(1, H))
    few = rng.integers(20, 40, 2)  # so few words that biases weigh much
    limits = np.array(
        [T * V * H + H, T * V * H + spare, T * V * H + V * H // 2 + H, T * V * H + 3 * V * H // 4 + H, (T + 1) * V * H]
        + [few[0] * 5 * 9 + 9, few[0] * 5 * 9 + 9 + 5, few[1] * 4 * 7 + 7 + 3]
        + [(1000 + T) * 3 * 2 + 5, 7 * 6 + 5]  # very many words, and none
    )
    V, H = np.array([V] * 5 + [5, 5, 4, 3, 7]), np.array([H] * 5 + [9, 9, 7, 2, 6])
    want = (limits - H) // (V * H)
    bugs = {
        "with that many positions the H biases no longer fit.": limits // (V * H),
        "a sentence has a whole number of words; round down with //.": (limits - H) / (V * H),
        "a sentence has a whole number of words; round down with //, and the H biases must fit too.": limits / (V * H),
        "one more than fits; round down.": want + 1,
        "one more than fits; round down, do not round to the nearest.": np.round((limits - H) / (V * H)),
        "one more position still fits.": want - 1,
        "one more position still fits: there are H biases for the layer, not for each position.": limits // (V * H + H),
        'one more position still fits: the limit itself is allowed, "at most".': (limits - H - 1) // (V * H),
        "one more position still fits: the layer has H biases, not 2 H.": (limits - 2 * H) // (V * H),
        "one more position still fits: this layer has no recurrent weights, H * H.": (limits - H - H * H) // (V * H),
        "there are as many biases as hidden units, H, not as words, V.": (limits - V) // (V * H),
        "each word takes V * H weights; you leave the H out.": (limits - H) // V,
        "the biases are added to the limit; take them off.": (limits + H) // (V * H),
        "round down, not up: a part of a position does not fit.": -(-(limits - H) // (V * H)),
        "each position takes V one-hot numbers, so V * H weights.": (limits - H) // H,
        "each position takes V one-hot numbers, so V * H weights; and the H biases come off first.": limits // H,
        "each position takes V * H weights, a weight for each one-hot number and unit.": (limits - H) // (V + H),
        "one bias is taken off; there are H of them.": (limits - 1) // (V * H),
        "an output layer is counted, too; only the hidden layer is asked for.": (limits - H - H * V - V) // (V * H),
        "// binds more strongly than -, and V * H needs brackets too: (limit - H) // (V * H).": limits - H // V * H,
        "// binds more strongly than -: (limit - H) // (V * H).": limits - H // (V * H),
        "limit - H is divided by V and then multiplied by H: V * H needs brackets.": (limits - H) // V * H,
    }
    examples = list(zip(V.tolist(), H.tolist(), limits.tolist(), strict=True))
    got = [one_number(function, call(function, *example)) for example in examples]
    cases = [f"for V = {words}, H = {units} and a limit of {limit:,}" for words, units, limit in examples]
    check_each_case(cases, got, want, bugs, "Solve T * V * H + H = limit for T.")


@checking
def count(function, network="published", seed=0):
    """function(V, E, H, K) -> all parameters of embedding, recurrent part and output layer."""
    rng = np.random.default_rng(seed)
    cell = {
        "published": lambda E, H: E * H + H * H + H,
        "two_layers": lambda E, H: E * H + H * H + H + H * H + H * H + H,
        "both_ways": lambda E, H: 2 * (E * H + H * H + H),
    }
    words = {
        "published": "one recurrent layer",
        "two_layers": "two recurrent layers, one on top of the other",
        "both_ways": "two recurrent layers, one for each direction, side by side",
    }

    def total(V, E, H, K, network=network):
        read = 2 * H if network == "both_ways" else H
        return V * E + cell[network](E, H) + read * K + K

    examples = [tuple(int(n) for n in rng.choice(np.arange(3, 90), size=4, replace=False)) for _ in range(3)]
    want, layers = [total(*example) for example in examples], 1 if network == "published" else 2

    def less(missing):
        return [right - missing(*example) for right, example in zip(want, examples, strict=True)]

    bugs = {
        "the output layer's K biases are missing.": less(lambda V, E, H, K: K),
        "the recurrent biases are missing: one for each unit of each recurrent layer.": less(
            lambda V, E, H, K: layers * H
        ),
        "all biases are missing.": less(lambda V, E, H, K: layers * H + K),
        "a layer has a bias for each of its units, not a single one.": less(
            lambda V, E, H, K: layers * (H - 1) + K - 1
        ),
        "the embedding is missing: E numbers for each of the V words.": less(lambda V, E, H, K: V * E),
        "W_hh is missing: each unit reads all H units of the step before.": less(lambda V, E, H, K: layers * H * H),
        "W_hh has E * E numbers there; each of the H units reads all H units of the step before.": less(
            lambda V, E, H, K: layers * (H * H - E * E)
        ),
        "W_xh is missing: each unit reads the E numbers of a word.": less(lambda V, E, H, K: layers * E * H),
        "the output layer reads E numbers there; it reads the states.": less(
            lambda V, E, H, K: ((2 if network == "both_ways" else 1) * H - E) * K
        ),
        "the output layer is missing.": less(lambda V, E, H, K: (2 if network == "both_ways" else 1) * H * K + K),
        "H too many for each recurrent layer: that counts two bias vectors, as PyTorch stores them, and ours has one; or a "
        "first state, which is not learned.": less(lambda V, E, H, K: -layers * H),
        "that reads one-hot words; here an embedding comes first.": less(lambda V, E, H, K: V * E + E * H - V * H),
        "that reads one-hot words and has an embedding too; the recurrent layer reads E numbers.": less(
            lambda V, E, H, K: E * H - V * H
        ),
        "E too many: an embedding has V rows of E numbers, and no biases.": less(lambda V, E, H, K: -E),
        "that has four blocks, an LSTM; this is the plain recurrent layer.": less(
            lambda V, E, H, K: -3 * (E * H + H * H + H)
        ),
    }
    if network != "published":
        bugs |= {
            "the second layer reads the H states of the first, not the words.": [
                V * E + 2 * (E * H + H * H + H) + 2 * H * K + K for V, E, H, K in examples
            ],
            "the output layer must read both states, 2H numbers.": [
                V * E + 2 * (E * H + H * H + H) + H * K + K for V, E, H, K in examples
            ],
        }
    bugs |= {
        f"that is the count for {words[other]}; this network has {words[network]}.": [
            total(*example, other) for example in examples
        ]
        for other in words
        if other != network
    }
    got = [one_number(function, call(function, *example)) for example in examples]
    cases = [f"for V = {V}, E = {E}, H = {H}, K = {K}" for V, E, H, K in examples]
    check_each_case(cases, got, want, bugs, "Write down each array's shape and add up their sizes.")


@checking
def tie(function, seed=0, tiny=0):
    """function(dW, T) -> (V, H), the gradient of a matrix that all T positions share."""
    rng = np.random.default_rng(seed)
    T, V, H = {1: (2, 3, 1), 2: (3, 2, 2)}.get(tiny) or (3 + seed % 3, *rng.permutation([2, 6]).tolist())
    blocks = small(rng, T, V, H)
    dW = blocks.reshape(T * V, H)
    bugs = {
        "that is the mean over the positions; a shared weight gets the sum.": blocks.mean(axis=0),
        "that is the first position's block alone; all T of them count.": blocks[0],
        "that is the last position's block alone; all T of them count.": blocks[-1],
        "the rows are mixed up: the first V rows belong to position 1, so reshape to (T, V, H), not (V, T, H).": dW.reshape(
            V, T, H
        ).sum(axis=1),
        "the sign is wrong; a gradient is a plain sum here.": -blocks.sum(axis=0),
        "the blocks are multiplied; add them up.": blocks.prod(axis=0),
        "the first position's block is left out; all T of them count.": blocks[1:].sum(axis=0),
        "the last position's block is left out; all T of them count.": blocks[:-1].sum(axis=0),
        "that is the largest of the T numbers; add them up.": blocks.max(axis=0),
        "the first and the last block are added; all T of them count.": blocks[0] + blocks[-1],
    }
    cut = "dW has T blocks of V rows: dW.reshape(T, V, H), with V = len(dW) // T."
    got = call(function, dW, T, hint=cut)
    if close(got, blocks.sum(axis=1)):
        raise NotYet(f"dW_shared has shape {(T, H)}, expected {(V, H)} = (V, H): you summed over words, not positions.")
    if shape_of(got) == (V,):
        raise NotYet(f"dW_shared has shape {(V,)}, expected {(V, H)} = (V, H): you summed over the H units, too.")
    if shape_of(got) == (T * V, H):
        raise NotYet(f"dW_shared has shape {(T * V, H)}, expected {(V, H)} = (V, H): nothing is shared yet. {cut}")
    check_array("dW_shared", got, blocks.sum(axis=0), "(V, H)", bugs)


@checking_a_property
def fool(function, seed=0):
    """function(tokens) -> the same words in another order, or tokens where there is no other."""
    rng = np.random.default_rng(seed)
    words = [str(word) for word in rng.permutation(["food", "was", "nice", "but", "service", "slow"])]
    a, b, c = words[:3]
    sentences = [words, words[:2] + words[1::-1], sorted(words), sorted(words, reverse=True), [a] * 3, [a]]
    sentences += [
        [a, b, c, a],
        [a, b, a],
        [a, b, a, b],
        [c, a, b, c, a, b],
        [a, a, b, a, a],
        [a, b, b, b, a],
        [a, a, b, b],
        [a, a, a, a, b],
        [c, a, b, a, c],
    ]
    sentences += [
        ["food", "nice", "slow"],
        ["slow", "nice", "food"],
        ["nice", "slow"],
        ["slow", "nice"],
        ["not", "bad"],
    ]
    sentences += [
        [a, a, b],
        [b, a, a],
        [a, b],
    ] * 8  # again and again, for what is shuffled comes out right now and then
    for tokens in sentences:
        got = call(function, tokens)
        result = f"for {tokens} you return {shown(got)}: "
        if not isinstance(got, list | tuple | np.ndarray) or shape_of(got) == ():
            raise NotYet(result + "expected a list of tokens.")
        got = as_lists(got)
        if got and all(isinstance(each, list) for each in got):
            raise NotYet(result + "that is a list of lists; return one list of tokens.")
        if not all(isinstance(each, str) for each in got):
            raise NotYet(result + "expected a list of tokens, each a string.")
        if set(got) == set(tokens) and Counter(got) != Counter(tokens):
            raise NotYet(result + "a word that occurs twice must occur twice again; a bag counts words.")
        if Counter(got) != Counter(tokens):
            raise NotYet(result + "the bag has changed; use the same words.")
        if got == tokens and len(set(tokens)) > 1:
            raise NotYet(
                result
                + "that is the same order. Reversing, sorting or one fixed swap is not enough for every sentence; "
                "find two neighbours that differ."
            )
