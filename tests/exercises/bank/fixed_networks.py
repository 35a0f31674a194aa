"""Answers to lesson 1's exercises: right ones, and wrong ones with the words their feedback must contain."""

import itertools

import numpy as np


def permuted(tokens):
    return next((list(p) for p in itertools.permutations(tokens) if list(p) != tokens), tokens)


def swapped(tokens):
    for i in range(len(tokens) - 1):
        if tokens[i] != tokens[i + 1]:
            return [*tokens[:i], tokens[i + 1], tokens[i], *tokens[i + 2 :]]
    return tokens


def searched(V, H, limit):
    T = 0
    while limit >= (T + 1) * V * H + H:
        T += 1
    return T


RIGHT = {
    "longest": [lambda V, H, limit: (limit - H) // (V * H), searched],
    "count": [
        lambda V, E, H, K: V * E + E * H + H * H + H + H * K + K,
        lambda V, E, H, K: sum(map(np.prod, [(V, E), (E, H), (H, H), (H,), (H, K), (K,)])),
    ],
    "tie": [
        lambda dW, T: dW.reshape(T, -1, dW.shape[1]).sum(axis=0),
        lambda dW, T: sum(np.split(dW, T)),
    ],
    "fool": [swapped, permuted],
}


def in_place(tokens):
    tokens.reverse()
    return tokens


WRONG = {
    "longest": [
        (lambda V, H, limit: limit // (V * H), "biases no longer fit"),
        (lambda V, H, limit: (limit - H) / (V * H), "whole number"),
        (lambda V, H, limit: (limit - H) // (V * H) + 1, "one more than fits"),
        (lambda V, H, limit: (limit - H) // H, "V * H weights"),
        (lambda V, H, limit: (limit - 2 * H) // (V * H), "not 2 H"),
        (lambda V, H, limit: (limit - H - 1) // (V * H), "the limit itself is allowed"),
        (lambda V, H, limit: limit // (V * H + H), "not for each position"),
        (lambda V, H, limit: "20", "a str"),
        (lambda V, H, limit: round((limit - H) / (V * H)), "do not round to the nearest"),
        (lambda V, H, limit: (limit - 1) // (V * H), "H of them"),
    ],
    "count": [
        (lambda V, E, H, K: V * E + E * H + H * H + H + H * K, "K biases are missing"),
        (lambda V, E, H, K: V * E + E * H + H * H + H * K + K, "recurrent biases are missing"),
        (lambda V, E, H, K: V * E + E * H + H * H + H * K, "all biases"),
        (lambda V, E, H, K: E * H + H * H + H + H * K + K, "embedding is missing"),
        (lambda V, E, H, K: V * E + E * H + H + H * K + K, "W_hh is missing"),
        (lambda V, E, H, K: V * E + E * H + H * H + H, "output layer is missing"),
        (lambda V, E, H, K: V * E + E * H + H * H + 2 * H + H * K + K, "two bias vectors"),
        (lambda V, E, H, K: V * H + H * H + H + H * K + K, "one-hot words"),
        (lambda V, E, H, K: V * E + 2 * (E * H + H * H + H) + 2 * H * K + K, "one for each direction"),
        (lambda V, E, H, K: V * E + E * H + H * H + 1 + H * K + 1, "not a single one"),
        (lambda V, E, H, K: V * E + H * H + H + H * K + K, "W_xh is missing"),
        (lambda V, E, H, K: V, "each array's shape"),
        (lambda V, E, H, K: [V * E, E * H], "a list"),
    ],
    "tie": [
        (lambda dW, T: dW.reshape(T, -1, dW.shape[1]).mean(axis=0), "mean over the positions"),
        (lambda dW, T: dW[: len(dW) // T], "first position's block alone"),
        (lambda dW, T: dW[-len(dW) // T :], "last position's block alone"),
        (lambda dW, T: dW.reshape(-1, T, dW.shape[1]).sum(axis=1), "rows are mixed up"),
        (lambda dW, T: dW.reshape(T, -1, dW.shape[1]).sum(axis=1), "summed over words"),
        (lambda dW, T: dW, "nothing is shared yet"),
        (lambda dW, T: np.cumsum(dW.reshape(T, -1, dW.shape[1]).sum(axis=0), axis=0), "pile up along axis 0"),
        (lambda dW, T: dW.reshape(T, -1, dW.shape[1]).sum(axis=0).round(), "rounded to whole ones"),
        (lambda dW, T: [[1], [1, 2]], "of unequal length"),
        (lambda dW, T: dW.reshape(T, -1, dW.shape[1]).sum(axis=0).T, "transpose"),
        (lambda dW, T: dW.reshape(T, T, T), "T blocks of V rows"),
    ],
    "fool": [
        (lambda tokens: tokens[::-1], "same order"),
        (lambda tokens: sorted(tokens), "same order"),
        (lambda tokens: sorted(set(tokens), reverse=True), "twice"),
        (lambda tokens: ["not", *tokens], "the bag has changed"),
        (lambda tokens: " ".join(tokens[::-1]), "a list of tokens"),
        (lambda tokens: [*tokens[1::-1], *tokens[2:]], "find two neighbours"),
        (lambda tokens: [*tokens[:-2], *tokens[-2:][::-1]], "find two neighbours"),
        (lambda tokens: sorted(tokens, key=len) if len(tokens) > 1 else tokens, "find two neighbours"),
        (lambda tokens: list(map(list, itertools.permutations(tokens[:3]))), "a list of lists"),
        (lambda tokens: tokens[9], "The call was"),
        (in_place, "changes tokens in place"),
    ],
}


def counting_on(V, H, limit, numbers=range(100)):
    return max((T for T in numbers if limit >= T * V * H + H), default=numbers[0])


def looking_at_three(tokens):
    for i in range(min(3, len(tokens) - 1)):
        if tokens[i] != tokens[i + 1]:
            return [*tokens[:i], tokens[i + 1], tokens[i], *tokens[i + 2 :]]
    return tokens


WRONG["longest"] += [
    (counting_on, "you return 99, expected 1,"),
    (lambda V, H, limit: counting_on(V, H, limit, range(1, 2000)), "you return 1, expected 0"),
    (lambda V, H, limit: max(1, (limit - H) // (V * H)), "you return 1, expected 0"),
]
WRONG["fool"] += [(looking_at_three, "that is the same order")]


def without_brackets(V, H, limit):
    return limit - H // V * H


def with_output_layer(V, H, limit):
    return (limit - H - V - H * V) // (V * H)


def counting_h_0(V, E, H, K):
    return V * E + E * H + H * H + H + H + H * K + K


def summed_over_units(dW, T):
    V = len(dW) // T
    return dW.reshape(T, V, -1).sum(0).sum(1)


WRONG["longest"] += [(without_brackets, "needs brackets too"), (with_output_layer, "an output layer is counted")]
WRONG["count"] += [(counting_h_0, "which is not learned")]
WRONG["tie"] += [(summed_over_units, "summed over the H units")]


def by_divmod(V, H, limit):
    T, rest = divmod(limit, V * H)
    return T if rest >= H else max(T - 1, -1)


def by_matrix_product(dW, T):
    V = dW.shape[0] // T
    gather = np.kron(np.ones((1, T)), np.eye(V))
    return gather @ dW


def rotating(tokens):
    for i in range(len(tokens)):
        rotated = tokens[i:] + tokens[:i]
        if rotated != tokens:
            return rotated
    return tokens[:]


RIGHT["longest"] += [by_divmod]
RIGHT["tie"] += [by_matrix_product]
RIGHT["fool"] += [rotating]


def first_and_last(dW, T):
    V = len(dW) // T
    return dW[:V] + dW[-V:]


WRONG["tie"] += [(first_and_last, "the first and the last block")]
WRONG["count"] += [(lambda V, E, H, K: V * E + E * H + E * E + H + H * K + K, "has E * E numbers")]


def in_two_blocks(dW, T):
    return dW[: len(dW) // 2] + dW[len(dW) // 2 :]


def only_if_there_is_another(tokens):
    for i in range(len(tokens) - 1):
        if tokens[i] != tokens[i + 1]:
            return [*tokens[:i], tokens[i + 1], tokens[i], *tokens[i + 2 :]]


WRONG["tie"] += [(in_two_blocks, "= (V, H).")]
WRONG["count"] += [(lambda V, E, H, K: (V + 1) * E + E * H + H * H + H + H * K + K, "an embedding has V rows")]
WRONG["fool"] += [(only_if_there_is_another, "returns nothing; end it with a return line. The call was")]
