"""The checks of lesson 1's exercises: why a fixed network fails."""

from collections import Counter

import numpy as np

from helpers.exercises.compare import NotYet, call, check_array, different_sizes, one_number, say_right


def longest(function, seed=0):
    """function(V, H, limit) -> the largest T whose padded network stays within `limit` parameters."""
    rng = np.random.default_rng(seed)
    V, H, T = (int(n) for n in rng.integers((50, 3, 5), (900, 12, 40)))
    spare = int(rng.integers(1, H))
    for limit in (T * V * H + H, T * V * H + spare, T * V * H + V * H // 2 + H):
        got = one_number(function, call(function, V, H, limit))
        want = (limit - H) // (V * H)
        if got == want:
            continue
        asked = f"for V = {V}, H = {H} and a limit of {limit:,} you return {got:,}, expected {want}: "
        if got == limit // (V * H):
            raise NotYet(asked + "with that many positions the H biases no longer fit.")
        if abs(got - (limit - H) / (V * H)) < 1e-9 or abs(got - limit / (V * H)) < 1e-9:
            raise NotYet(asked + "a sentence has a whole number of words; round down with //.")
        if got == want + 1:
            raise NotYet(asked + "one more than fits; round down.")
        if got == want - 1:
            raise NotYet(asked + "one more position still fits.")
        if got in (limit // H, (limit - H) // H):
            raise NotYet(asked + "each position takes V one-hot numbers, so V * H weights.")
        raise NotYet(asked + "solve T * V * H + H = limit for T.")
    say_right()


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

    for _ in range(2):
        V, E, H, K = (int(n) for n in rng.choice(np.arange(3, 90), size=4, replace=False))
        want, layers = total(V, E, H, K), 1 if network == "published" else 2
        got = one_number(function, call(function, V, E, H, K))
        bugs = {
            want - K: "the output layer's K biases are missing.",
            want - layers * H: "the recurrent biases are missing: one for each unit of each recurrent layer.",
            want - layers * H - K: "all biases are missing.",
            want - V * E: "the embedding is missing: E numbers for each of the V words.",
            want - layers * H * H: "W_hh is missing: each unit reads all H units of the step before.",
            want - (2 if network == "both_ways" else 1) * H * K - K: "the output layer is missing.",
            want
            + layers
            * H: "that counts two bias vectors for each recurrent layer, as PyTorch stores them; ours has one.",
            want - V * E - E * H + V * H: "that reads one-hot words; here an embedding comes first.",
            V * E
            + 2 * E * H
            + 2 * (H * H + H)
            + 2 * H * K
            + K: "the second layer reads the H states of the first, not the words.",
            V * E + 2 * (E * H + H * H + H) + H * K + K: "the output layer must read both states, 2H numbers.",
        }
        bugs |= {
            total(V, E, H, K, other): f"that is the count for {words[other]}; this network has {words[network]}."
            for other in words
        }
        bugs.pop(want, None)
        if got != want:
            hint = bugs.get(got, "write down each array's shape and add up their sizes.")
            raise NotYet(f"for V = {V}, E = {E}, H = {H}, K = {K} you return {got:,}, expected {want:,}: {hint}")
    say_right()


def tie(function, seed=0):
    """function(dW, T) -> (V, H), the gradient of a matrix that all T positions share."""
    rng = np.random.default_rng(seed)
    T, V, H = different_sizes(rng, 3)
    blocks = rng.normal(size=(T, V, H))
    dW = blocks.reshape(T * V, H)
    bugs = {
        "that is the mean over the positions; a shared weight gets the sum.": blocks.mean(axis=0),
        "that is the first position's block alone; all T of them count.": blocks[0],
        "that is the last position's block alone; all T of them count.": blocks[-1],
        "the rows are mixed up: the first V rows belong to position 1, so reshape to (T, V, H), not (V, T, H).": dW.reshape(
            V, T, H
        ).sum(axis=1),
        "the sign is wrong; a gradient is a plain sum here.": -blocks.sum(axis=0),
    }
    cut = "dW has T blocks of V rows: dW.reshape(T, V, H), with V = len(dW) // T."
    got = call(function, dW, T, hint=cut)
    if np.shape(got) == (T, H):
        raise NotYet(f"dW_shared has shape {(T, H)}, expected {(V, H)} = (V, H): you summed over words, not positions.")
    if np.shape(got) == (T * V, H):
        raise NotYet(f"dW_shared has shape {(T * V, H)}, expected {(V, H)} = (V, H): nothing is shared yet. {cut}")
    check_array("dW_shared", got, blocks.sum(axis=0), "(V, H)", bugs)
    say_right()


def fool(function, seed=0):
    """function(tokens) -> the same words in another order, or tokens where there is no other."""
    rng = np.random.default_rng(seed)
    words = [str(word) for word in rng.permutation(["food", "was", "nice", "but", "service", "slow"])]
    sentences = [
        words,
        words[:2] + words[1::-1],
        sorted(words),
        [words[0]] * 3,
        words[:1],
        [words[0], *words[1:3], words[0]],
    ]
    for tokens in sentences:
        got = call(function, tokens)
        result = f"for {tokens} you return {got!r:.90}: "
        if isinstance(got, str) or not isinstance(got, list | tuple | np.ndarray):
            raise NotYet(result + "expected a list of tokens.")
        got = list(got)
        if set(got) == set(tokens) and Counter(got) != Counter(tokens):
            raise NotYet(result + "a word that occurs twice must occur twice again; a bag counts words.")
        if Counter(got) != Counter(tokens):
            raise NotYet(result + "the bag has changed; use the same words.")
        if got == tokens and len(set(tokens)) > 1:
            raise NotYet(result + "that is the same order. Reversing or sorting is not enough for every sentence.")
    say_right()
