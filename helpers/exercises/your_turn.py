"""Check the exercises inside the lessons, "Your turn": say what is wrong with an answer and, if possible, name the bug.

Each check takes the learner's function, never its result, and returns None.
"""

import itertools

import numpy as np

from helpers import cells, counting, losses, scans, text
from helpers.cells.shared import sigmoid
from helpers.exercises.compare import (
    NotYet,
    as_array,
    call,
    chain,
    check_array,
    check_arrays,
    check_each_case,
    checking,
    close,
    described,
    name_of,
    of_kind,
    one_number,
    shape_of,
    shown,
    small,
    two_parts,
)


@checking
def count_parameters(function, seed=0):
    """Lesson 1: function(T, V, H, E) -> parameters of embed-then-flatten before its output layer."""
    drawn = np.random.default_rng(seed).choice(np.arange(2, 40), size=4, replace=False).tolist()
    examples = [(5, 7, 3, 2), (4, 9, 2, 3), (20, 20_000, 10, 50), tuple(drawn)]
    want = [counting.embed_then_flatten(*example) for example in examples]

    def by(count):
        return [count(*example) for example in examples]

    def less(missing):
        return [right - missing(*example) for right, example in zip(want, examples, strict=True)]

    bugs = {
        "the biases are missing: each of the H units has one.": less(lambda T, V, H, E: H),
        "that counts a single bias; each of the H units has one.": less(lambda T, V, H, E: H - 1),
        "that counts a bias for each position; each hidden unit has one.": less(lambda T, V, H, E: H - T * H),
        "E too many: an embedding has V rows of E numbers, and no biases.": less(lambda T, V, H, E: -E),
        "the embedding itself is missing: one row of E numbers for each of the V words.": less(
            lambda T, V, H, E: V * E
        ),
        "the layer's weights are missing: it reads T * E numbers.": less(lambda T, V, H, E: T * E * H),
        "that gives the layer one word; it reads T of them side by side.": by(lambda T, V, H, E: V * E + E * H + H),
        "that counts an embedding for each position; one serves them all.": by(
            lambda T, V, H, E: T * V * E + T * E * H + H
        ),
        "that is the padded one-hot network; here each word has E numbers.": by(
            lambda T, V, H, E: counting.padded_network(T, V, H)
        ),
        "that is the RNN on an embedding.": by(lambda T, V, H, E: counting.rnn_on_embedding(V, H, E)),
    }
    got = [one_number(function, call(function, *example)) for example in examples]
    cases = [f"for T = {T}, V = {V:,}, H = {H}, E = {E}" for T, V, H, E in examples]
    check_each_case(cases, got, want, bugs, "Write down each array's shape and add up their sizes.")


@checking
def pad_left(function, seed=0):
    """Lesson 2: function(sequences, T) -> (B, T) ids with the padding in front."""
    rng = np.random.default_rng(seed)
    sequences = [rng.integers(2, 2_000, size=n).tolist() for n in (3, 1, 4)]
    behind, lengths = text.pad(sequences)
    want = np.array([[0] * (4 - len(row)) + row for row in sequences])
    real = want > 0
    bugs = {
        "the padding comes after the words; put it in front.": behind,
        "the words are in reverse order.": behind[:, ::-1],
        "the rows are in reverse order.": want[::-1],
        "that is 1 where a word is; keep its id.": real.astype(int),
        "the padding is 1; it is 0, the id of <pad>.": np.where(real, want, 1),
        "the padding is -1; it is 0, the id of <pad>.": np.where(real, want, -1),
        "half of the padding is in front and half behind; all of it goes in front.": np.array(
            [np.roll(row, -((4 - n + 1) // 2)) for row, n in zip(want, lengths, strict=True)]
        ),
        "the first word of each row is lost.": np.array([[0] * (5 - len(row)) + row[1:] for row in sequences]),
        "the rows end one place too early; the last column is always a word.": np.roll(want, -1, axis=1)
        * (np.arange(4) < 3),
    }
    got = call(function, sequences, 4)
    check_array("ids", got, want, "(B, T)", bugs)
    of_kind("ids", got, int, "ids are integers: give np.zeros the argument dtype=int")
    got = call(function, sequences, 6)
    if shape_of(got) == want.shape:
        raise NotYet("T is ignored: for T = 6 your array still has 4 columns.")
    check_array("ids", got, np.pad(want, ((0, 0), (2, 0))), "(B, T)")
    hint = {
        "ValueError": "A list may be empty, and row[-0:] is the whole row; row[T - len(sequence):] is right for it too"
    }
    got = call(function, [*sequences, []], 4, hint=hint)
    check_array("ids with an empty list", got, np.pad(want, ((0, 1), (0, 0))), "(B, T)")


@checking
def rnn_step(function, seed=0, tiny=0):
    """Lesson 3: function(x_t, h_prev, W_xh, W_hh, b_h) -> h_t, a tanh RNN step."""
    rng = np.random.default_rng(3 + seed)
    B, D, H = {1: (1, 1, 1), 2: (2, 1, 2)}.get(tiny, (4, 3, 2))
    x_t, h_prev = small(rng, B, D), small(rng, B, H) / 2
    W_xh, W_hh, b_h = small(rng, D, H) / 2, small(rng, H, H) / 2, small(rng, H) / 2
    from_x, from_h = x_t @ W_xh, h_prev @ W_hh
    z = from_x + from_h + b_h
    swapped = np.concatenate([h_prev, x_t], axis=1) @ np.concatenate([W_xh, W_hh])
    bugs = {
        "W_hh looks transposed: rows belong to the old state, columns to the new one.": np.tanh(
            z - from_h + h_prev @ W_hh.T
        ),
        "the bias b_h is missing.": np.tanh(z - b_h),
        "the previous state is missing: add h_prev @ W_hh.": np.tanh(from_x + b_h),
        "the input is missing: add x_t @ W_xh.": np.tanh(from_h + b_h),
        "that is the pre-activation z; tanh is still to come.": z,
        "that looks like a logistic sigmoid; this cell uses tanh.": 1 / (1 + np.exp(-z)),
        "the bias is subtracted; add it.": np.tanh(z - 2 * b_h),
        "tanh is taken twice.": np.tanh(np.tanh(z)),
        "a rectifier is in the place of tanh.": np.maximum(z, 0),
        "np.tan is another function; the cell takes np.tanh.": np.tan(z),
        "h_prev is added to the new state; this cell's new state is tanh(z) alone.": h_prev + np.tanh(z),
        "the state's share is subtracted; add it.": np.tanh(z - 2 * from_h),
        "the input's share is subtracted; add it.": np.tanh(z - 2 * from_x),
        "the two shares are multiplied; add them.": np.tanh(from_x * from_h + b_h),
        "tanh is around the input's share, and around the rest apart; add everything up first.": np.tanh(from_x)
        + np.tanh(from_h + b_h),
        "tanh is around the two shares apart, the bias outside; add everything up first.": np.tanh(from_x)
        + np.tanh(from_h)
        + b_h,
        "the mean over the rows' states is taken; each row has a state of its own.": np.tanh(
            from_x + h_prev.mean(axis=0) @ W_hh + b_h
        ),
        "a softmax is taken in the place of tanh.": np.exp(z) / np.exp(z).sum(axis=1, keepdims=True),
        "the bias is added twice.": np.tanh(z + b_h),
        "the bias is added after tanh; it belongs inside.": np.tanh(z - b_h) + b_h,
        "tanh is around the input's share alone; add everything up first.": np.tanh(from_x) + from_h + b_h,
        "tanh is around the state's share alone; add everything up first.": np.tanh(from_h) + from_x + b_h,
        "tanh is around each summand; add everything up first.": np.tanh(from_x) + np.tanh(from_h) + np.tanh(b_h),
        "state and input are not in the same order as W_xh and W_hh.": np.tanh(swapped + b_h),
    }
    got = call(
        function,
        x_t,
        h_prev,
        W_xh,
        W_hh,
        b_h,
        hint="A row times a matrix is @, not *, and the row is on the left: x_t @ W_xh.",
    )
    check_array("h_t", got, cells.rnn_step(x_t, h_prev, W_xh, W_hh, b_h), "(B, H)", bugs)


@checking
def last_real_state(function, seed=0, tiny=0):
    """Lesson 4: function(h, lengths) -> (B, H), each sequence's state after its last real step."""
    B, T, H = {1: (1, 3, 1), 2: (2, 3, 1)}.get(tiny, (3, 6, 2))
    h = small(np.random.default_rng(4 + seed), B, T, H) / 2
    lengths, rows = np.array([2, 1][:B] if tiny else [3, 5, 2]), np.arange(B)
    real = text.mask(lengths, T)[:, :, None]
    bugs = {
        "that is the state after the last column, padding included; use lengths.": h[:, -1],
        "off by one: a sequence of length n has its last real state at index n - 1.": h[rows, lengths],
        "that is the state before the last real one.": h[rows, lengths - 2],
        "lengths[0] serves all rows; row b has lengths[b].": h[:, lengths[0] - 1],
        "that is the first state of each row, not the last real one.": h[:, 0],
        "that is the sum over the real steps, not the last of them.": (h * real).sum(axis=1),
        "that is the mean over all steps, not one state.": h.mean(axis=1),
        "the largest length serves all rows; row b has lengths[b].": h[:, lengths.max() - 1],
        "the smallest length serves all rows; row b has lengths[b].": h[:, lengths.min() - 1],
        "the steps are counted from the end; the last real one has index length - 1.": h[rows, -lengths],
        "that is each unit's largest value, not one state.": h.max(axis=1),
        "all states come from the first row; row b of h is sequence b.": h[0, lengths - 1],
        "the rows are sorted by length; keep their order.": h[np.argsort(lengths), np.sort(lengths) - 1],
        "that is the mean over the real steps, not the last of them.": (h * real).sum(axis=1) / lengths[:, None],
    }
    two_arrays = "Each row needs one column of its own: give two index arrays, h[rows, columns]."
    got = call(function, h, lengths, hint=two_arrays)
    if not tiny and shape_of(got) == (3, 3, 2):
        raise NotYet(f"states has shape (3, 3, 2), expected (3, 2) = (B, H). {two_arrays}")
    if not tiny and shape_of(got) == (2,):
        first, last = h[0, lengths[0] - 1], h[-1, lengths[-1] - 1]
        why = {
            "Only row 0 comes back: does your return line stand inside the loop?": close(got, first),
            "Only the last row comes back: keep the state of every row.": close(got, last),
        }
        why = next((said for said, holds in why.items() if holds), "Return a state for each row.")
        raise NotYet(f"states has shape (2,), expected (3, 2) = (B, H). {why}")
    check_array("states", got, h[rows, lengths - 1], "(B, H)", bugs)
    if tiny:
        return
    full = np.array([6, 1, 4])
    check_array("states", call(function, h, full, hint=two_arrays), h[rows, full - 1], "(B, H)")


@checking
def lstm_step(function, seed=0, tiny=0):
    """Lesson 9: function(x_t, h_prev, c_prev, W_xh, W_hh, b_h) -> h_t, c_t, an LSTM step."""
    rng = np.random.default_rng(8 + seed)
    B, D, H = {1: (1, 1, 1), 2: (2, 1, 2)}.get(tiny, (4, 3, 2))
    x_t, h_prev, c_prev = small(rng, B, D), small(rng, B, H), small(rng, B, H)
    weights = small(rng, D, 4 * H), small(rng, H, 4 * H), small(rng, 4 * H)
    from_x, from_h = x_t @ weights[0], h_prev @ weights[1]
    z = from_x + from_h + weights[2]

    def cell_state(z, order="ifgo", candidate=np.tanh):
        i, f, g = (np.split(z, 4, axis=1)[order.index(gate)] for gate in "ifg")
        return sigmoid(f) * c_prev + sigmoid(i) * candidate(g)

    i, f, g, o = np.split(z, 4, axis=1)
    i, f, g, o = sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)
    h_t, c_t = cells.lstm_step(x_t, h_prev, c_prev, *weights)
    in_order = "the blocks are in the order i, f, g, o"
    wrong_c = {
        "the bias b_h is missing.": cell_state(from_x + from_h),
        "the previous hidden state is missing: add h_prev @ W_hh.": cell_state(from_x + weights[2]),
        "the input is missing: add x_t @ W_xh.": cell_state(from_h + weights[2]),
        "input and forget gate are swapped: " + in_order + ".": cell_state(z, "figo"),
        "candidate and output gate are swapped: " + in_order + ".": cell_state(z, "ifog"),
        "the candidate g went through a sigmoid; it takes tanh, so that it can be negative.": cell_state(
            z, candidate=sigmoid
        ),
        "the candidate g has no tanh yet.": cell_state(z, candidate=lambda g: g),
        "the forget gate is missing: that is the LSTM of 1997, c_prev + i * g.": c_prev + i * g,
        "the input gate is missing: the candidate enters as i * g.": f * c_prev + g,
        "the old cell state is missing: add f * c_prev.": i * g,
        "the gate on c_prev is 1 - i; here it is f, a gate of its own.": (1 - i) * c_prev + i * g,
        "the gates act on h_prev; the cell state is c_prev.": f * h_prev + i * g,
        "tanh is around c_t itself; it belongs in h_t, and c_t is passed on without it.": np.tanh(c_t),
        "h_prev and c_prev are the other way round: z is made from h_prev, and f keeps c_prev.": _swapped_lstm(
            x_t, h_prev, c_prev, weights
        ),
        "the bias is subtracted; add it.": cell_state(z - 2 * weights[2]),
        "i and f went through tanh; a gate takes a sigmoid.": np.tanh(np.split(z, 4, axis=1)[1]) * c_prev
        + np.tanh(np.split(z, 4, axis=1)[0]) * g,
        "tanh is taken of i * g; the candidate alone has it.": f * c_prev + np.tanh(i * np.split(z, 4, axis=1)[2]),
        "i and f have no sigmoid yet.": np.split(z, 4, axis=1)[1] * c_prev + np.split(z, 4, axis=1)[0] * g,
        "your i and f are 1 / (1 + exp(z)); the minus in exp(-z) is missing.": (1 - f) * c_prev + (1 - i) * g,
    }
    for order in sorted(set(map("".join, itertools.permutations("ifgo"))) - {"ifgo"}):
        wrong_c.setdefault(f"your blocks are in the order {', '.join(order)}; {in_order}.", cell_state(z, order))
    u_i, u_f, u_g, u_o = np.split(z, 4, axis=1)
    turned = from_x + weights[2] + h_prev @ np.concatenate([part.T for part in np.split(weights[1], 4, axis=1)], axis=1)
    wrong_c |= {
        "the blocks of W_hh look transposed: rows belong to the old state.": cell_state(turned),
        "z is made from c_prev; it is made from x_t and h_prev.": cell_state(from_x + c_prev @ weights[1] + weights[2]),
        "the numbers of z are dealt out one by one to i, f, g, o; each block has H numbers side by side.": sigmoid(
            z[:, 1::4]
        )
        * c_prev
        + sigmoid(z[:, 0::4]) * np.tanh(z[:, 2::4]),
        "f is added to c_prev; multiply the two.": f + c_prev + i * g,
        "f has no sigmoid yet.": u_f * c_prev + i * g,
        "i has no sigmoid yet.": f * c_prev + u_i * g,
        "the bias is added twice.": cell_state(z + weights[2]),
        "i * g is subtracted; add it.": f * c_prev - i * g,
        "that is h_t; c_t is what is handed on without the output gate.": h_t,
    }
    wrong_h = {
        "h_t is tanh(c_prev), without gate and new cell state.": np.tanh(c_prev),
        "the output gate goes through a sigmoid twice.": sigmoid(o) * np.tanh(c_t),
        "a sigmoid is around c_t; take tanh.": o * sigmoid(c_t),
        "tanh is taken of c_t twice.": o * np.tanh(np.tanh(c_t)),
        "o is added to tanh(c_t); multiply the two.": o + np.tanh(c_t),
        "the gate in h_t is f; it is o.": f * np.tanh(c_t),
        "the gate in h_t is i; it is o.": i * np.tanh(c_t),
        "tanh around c_t is missing: h_t = o * tanh(c_t).": o * c_t,
        "tanh is around the product; it belongs around c_t alone: o * tanh(c_t).": np.tanh(o * c_t),
        "the output gate is missing: h_t = o * tanh(c_t).": np.tanh(c_t),
        "h_t is made from c_prev; take the new cell state.": o * np.tanh(c_prev),
        "the output gate went through tanh; a gate takes a sigmoid.": np.tanh(np.split(z, 4, axis=1)[3]) * np.tanh(c_t),
        "the output gate has no sigmoid yet.": np.split(z, 4, axis=1)[3] * np.tanh(c_t),
        "your o is 1 / (1 + exp(z)); the minus in exp(-z) is missing.": (1 - o) * np.tanh(c_t),
    }
    hint = "Rows stand on the left of their matrix: x_t @ W_xh. Cut z into four with np.split(z, 4, axis=1)."
    got = call(function, x_t, h_prev, c_prev, *weights, hint=hint)
    got = two_parts(name_of(function), got, "return h_t, c_t", (h_t, c_t))
    check_array("c_t", got[1], c_t, "(B, H)", wrong_c)
    check_array("h_t", got[0], h_t, "(B, H)", wrong_h)


def _swapped_lstm(x_t, h_prev, c_prev, weights):
    """Return c_t of an LSTM step that takes its two states for each other."""
    return cells.lstm_step(x_t, c_prev, h_prev, *weights)[1]


@checking
def last_by_first(function, seed=0, tiny=0):
    """Lesson 8: function(h, W_hh) -> (H, H), dh_T/dh_1 of a tanh RNN from its states h (T, H)."""
    rng = np.random.default_rng(7 + seed)
    H, T = {1: (1, 3), 2: (2, 3)}.get(tiny, (3, 5))
    W_hh, x = small(rng, H, H) / 2, small(rng, 1, T, H) / 2
    h = cells.rnn_forward(x, None, np.eye(H), W_hh, np.zeros(H))[0].round(2)
    slope = 1 - h * h

    bugs = {
        "that goes one step too far: h[0] is h_1 itself, so its own slope has no part in dh_T/dh_1.": chain(
            W_hh * s for s in slope
        ),
        "the last step is missing: multiply up to the slope of h[-1].": chain(W_hh * s for s in slope[1:-1]),
        "each step's slope is that of the state it starts from; take that of the state it ends in.": chain(
            W_hh * s for s in slope[:-1]
        ),
        "the steps are multiplied in reverse order: with row vectors the first step is on the left.": chain(
            W_hh * s for s in slope[:0:-1]
        ),
        "the slope scales the rows of W_hh; it belongs to the new state, so to the columns.": chain(
            W_hh * s[:, None] for s in slope[1:]
        ),
        "the slopes 1 - h² are missing; that is W_hh to a power.": chain(W_hh for _ in slope[1:]),
        "that is the transpose: rows belong to h_1, columns to h_T.": chain(W_hh * s for s in slope[1:]).T,
        "the factors are multiplied entry by entry; join matrices with @.": np.prod(
            [W_hh * s for s in slope[1:]], axis=0
        ),
        "the factors are added; a chain of steps multiplies them, with @.": sum(W_hh * s for s in slope[1:]),
        "h is a tanh already: its slope is 1 - h², not 1 - tanh(h)².": chain(
            W_hh * (1 - np.tanh(s) ** 2) for s in h[1:]
        ),
        "the slope is h² in your answer; it is 1 - h².": chain(W_hh * s**2 for s in h[1:]),
        "your slopes are those of a sigmoid, h (1 - h); this cell has tanh.": chain(W_hh * s * (1 - s) for s in h[1:]),
        "that is the last step's factor alone.": W_hh * slope[-1],
        "that is the first step's factor alone.": W_hh * slope[1],
        "the slope of tanh is 1 - h², not 1 - h.": chain(W_hh * (1 - s) for s in h[1:]),
        "the slope of tanh is 1 - h², not 1 - 2h: a power is written h_t**2.": chain(W_hh * (1 - 2 * s) for s in h[1:]),
        "the slope of tanh is 1 - h², not 1 + h².": chain(W_hh * (1 + s * s) for s in h[1:]),
        "the slope is h in your answer; it is 1 - h².": chain(W_hh * s for s in h[1:]),
        "the slopes of h[-1] serve every step; each step has those of the state it ends in.": chain(
            W_hh * slope[-1] for _ in slope[1:]
        ),
        "the slopes of h[0] serve every step; each step has those of the state it ends in.": chain(
            W_hh * slope[0] for _ in slope[1:]
        ),
        "W_hh stands in the product once; each step brings its own.": W_hh * np.prod(slope[1:], axis=0),
        "the first step is missing: the slopes begin with those of h[1].": chain(
            [np.eye(H), *(W_hh * s for s in slope[2:])]
        ),
        "the product begins with W_hh; begin with the identity, np.eye(H).": chain(
            [W_hh, *(W_hh * s for s in slope[1:])]
        ),
        "the product begins with ones; begin with the identity, np.eye(H).": np.ones((H, H))
        @ chain(W_hh * s for s in slope[1:]),
        "the product begins with zeros, and stays zero; begin with np.eye(H).": 0 * W_hh,
        "the off-diagonal numbers are lost: join W_hh and np.diag(slopes) with @, not *.": chain(
            W_hh * np.diag(s) for s in slope[1:]
        ),
        "W_hh looks transposed: with rows on the left of it, dz_t/dh_{t-1} is W_hh itself.": chain(
            W_hh.T * s for s in slope[1:]
        ),
    }
    hint = "Each factor is (H, H), W_hh times a row of slopes; join factors with @."
    got = call(function, h, W_hh, hint=hint)
    check_array("dh_T/dh_1", got, chain(W_hh * s for s in slope[1:]), "(H, H)", bugs)
    if tiny:
        return
    two = call(function, h[:2], W_hh, hint="Here T = 2, and one step lies between: a single factor.")
    check_array("dh_T/dh_1 for T = 2, a single factor,", two, W_hh * slope[1], "(H, H)")


@checking
def answer_to(function, seed=0, tiny=0):
    """Lesson 10: function(query, keys, values, mask) -> (H,), attention for one query over one padded sentence."""
    rng = np.random.default_rng(10 + seed)
    T, D, real = {1: (2, 1, 1), 2: (3, 2, 2)}.get(tiny) or (6 + seed % 2, 3 + seed % 3, 4)
    query, keys, values = small(rng, D), small(rng, T, D), small(rng, T, D)
    mask = np.arange(T) < real
    scores = keys @ query

    def softmax(scores, counts=mask):
        e = np.where(counts, np.exp(scores), 0)
        return e / e.sum()

    weights = softmax(scores / D**0.5)
    bugs = {
        "the scores are not divided by √D yet; D is the length of the query.": softmax(scores) @ values,
        "the scores are divided by D; divide by its square root.": softmax(scores / D) @ values,
        "the scores are divided by √T; divide by √D, the length of the query.": softmax(scores / T**0.5) @ values,
        "the scores are always divided by √2; divide by √D, with D the length of this query.": (
            softmax(scores / 2**0.5) @ values
        ),
        "padding takes part: the mask is not used.": softmax(scores / D**0.5, True) @ values,
        "masked scores are 0, and e⁰ is 1: make them minus infinity.": softmax(mask * scores / D**0.5, True) @ values,
        "the mask comes after the softmax, so the weights no longer sum to 1; mask the scores.": (
            mask * softmax(scores / D**0.5, True) @ values
        ),
        "the mask is the other way round: it is True where there is a word.": softmax(scores / D**0.5, ~mask) @ values,
        "you hand out the keys; the weighted sum is of the values.": weights @ keys,
        "the query is compared with the values; compare it with the keys.": softmax(values @ query / D**0.5) @ values,
        "the scores are not through a softmax yet.": np.where(mask, scores / D**0.5, 0) @ values,
        "the weights do not sum to 1: divide by the sum of the exponentials.": (
            np.where(mask, np.exp(scores / D**0.5), 0) @ values
        ),
        "that is the value of the best step alone; the answer is the sum of all values by their weights.": values[
            np.argmax(weights)
        ],
        "that is the plain mean of the values; weight them.": values[mask].mean(axis=0),
    }
    hint = "keys @ query gives one score for each step."
    check_array("the answer", call(function, query, keys, values, mask, hint=hint), weights @ values, "(H,)", bugs)
    if tiny:
        return
    wider = small(rng, T, 2 * D)
    bugs = {
        "the scores are divided by √H; divide by √D, the length of the query.": softmax(scores / (2 * D) ** 0.5) @ wider
    }
    got = call(function, query, keys, wider, mask, hint=hint)
    check_array(f"the answer for D = {D} and H = {2 * D}", got, weights @ wider, "(H,)", bugs)


@checking
def leaky_step_backward(function, seed=0, tiny=0):
    """Lesson 5: function(dh_t, c_t, W_hh, a) -> (dz_t, dh_prev), one step of a leaky cell taken back."""
    rng = np.random.default_rng(5 + seed)
    B, H = {1: (1, 1), 2: (1, 2)}.get(tiny, (3, 2))
    dh_t, W_hh, a = small(rng, B, H), small(rng, H, H), float(rng.choice([0.2, 0.3, 0.4]))
    c_t = small(rng, B, H) / 2
    slope = 1 - c_t**2
    dz_t = a * dh_t * slope
    keeps = (1 - a) * dh_t
    found = call(function, dh_t, c_t, W_hh, a, hint="Errors are rows too: dz_t @ W_hh.T. The slope takes *, not @.")
    found = two_parts(name_of(function), found, "return dz_t, dh_prev", (dz_t, keeps + dz_t @ W_hh.T))
    of_dz = {
        "the factor a is missing in dz_t: c_t goes into h_t times a.": dh_t * slope,
        "c_t is a tanh already: the slope is 1 - c_t², not 1 - tanh(c_t)².": a * dh_t * (1 - np.tanh(c_t) ** 2),
        "the slope is c_t² in your answer; it is 1 - c_t².": a * dh_t * c_t**2,
        "your slope is that of a sigmoid, c_t (1 - c_t); this cell has tanh.": a * dh_t * c_t * (1 - c_t),
        "the factor a is squared in dz_t.": a * dz_t,
        "the slope is 1 + c_t² in your answer; it is 1 - c_t².": a * dh_t * (1 + c_t**2),
        "dz_t is divided by a; c_t goes into h_t times a.": dh_t * slope / a,
        "the sign of dz_t is wrong.": -dz_t,
        "the slope of tanh is missing in dz_t: multiply by 1 - c_t².": a * dh_t,
        "the slope is not 1 - c_t; it is 1 - c_t².": a * dh_t * (1 - c_t),
        "c_t goes into h_t with the factor a, the old state with 1 - a: you took them the other way round.": keeps
        * slope,
    }
    check_array("dz_t", found[0], dz_t, "(B, H)", of_dz)
    of_dh = {
        "dh_prev has only the way through W_hh; the old state also went straight into the new one, times 1 - a.": dz_t
        @ W_hh.T,
        "dh_prev has only the straight way; the old state also went into z_t, through W_hh.": keeps,
        "the straight way keeps the factor 1 - a, not all of dh_t.": dh_t + dz_t @ W_hh.T,
        "the straight way has the factor 1 - a; you took a.": a * dh_t + dz_t @ W_hh.T,
        "W_hh looks transposed: forward h_prev @ W_hh, so back dz_t @ W_hh.T.": keeps + dz_t @ W_hh,
        "the way through W_hh begins at dz_t, after the slope, not at dh_t.": keeps + dh_t @ W_hh.T,
        "the way through W_hh begins at dz_t, after the slope and the factor a, not at a dh_t.": keeps
        + a * dh_t @ W_hh.T,
        "dz_t has its factor a already; dh_prev has it twice.": keeps + a * dz_t @ W_hh.T,
        "the straight way is subtracted; the two ways add up.": dz_t @ W_hh.T - keeps,
        "the way through W_hh is subtracted; the two ways add up.": keeps - dz_t @ W_hh.T,
        "the straight way takes dz_t; it takes dh_t, before the slope.": (1 - a) * dz_t + dz_t @ W_hh.T,
        "the straight way has the slope too; it takes dh_t as it is.": keeps * slope + dz_t @ W_hh.T,
        "the factor 1 - a belongs to the straight way alone.": (1 - a) * (dh_t + dz_t @ W_hh.T),
    }
    check_array("dh_prev", found[1], keeps + dz_t @ W_hh.T, "(B, H)", of_dh)


@checking
def draw_character(function, seed=0, tiny=0):
    """Lesson 6: function(logits, temperature, u) -> the id that a number u, from 0 to below 1, draws."""
    rng = np.random.default_rng(seed)
    logits = rng.permutation([1.0, -0.5, 2.0, 0.3, -2.0]) + rng.choice([-0.2, 0.0, 0.2], 5)
    of_each = [
        np.roll(each, each.argmax() == 0) for each in (logits, rng.permutation(logits))
    ]  # the likeliest is not first
    temperatures = 1.0, 1.0, 0.5, 2.0, 2.0, 0.5, 4.0, 4.0, 0.25, 0.1, 0.1
    numbers = 0.05, 0.5, 0.9, 0.35, 0.97, 0.15, 0.3, 0.75, 0.3, 0.03, 0.97
    cases = [(of_each[i % 2], t, u) for i, (t, u) in enumerate(zip(temperatures, numbers, strict=True))]
    cases = [cases[i] for i in rng.permutation(len(cases))]
    if tiny:
        cases = [(small(rng, 1 + tiny), t, u) for t, u in ((2.0, 0.7), (0.5, 0.2), (2.0, 0.4))]

    def shares(logits, temperature):
        return losses.softmax(logits / temperature)

    def drawn(p, u):
        return int((np.cumsum(p) <= u).sum())

    def by(choose):
        return [choose(*case) for case in cases]

    bugs = {
        "the temperature is ignored: divide the logits by it.": by(lambda z, t, u: drawn(shares(z, 1), u)),
        "the logits are multiplied by the temperature; divide.": by(lambda z, t, u: drawn(shares(z, 1 / t), u)),
        "that is always the likeliest one; u decides which one is drawn.": by(lambda z, t, u: int(z.argmax())),
        "off by one, too high: the right id is the first whose running sum is above u.": by(
            lambda z, t, u: drawn(shares(z, t), u) + 1
        ),
        "off by one, too low: the right id is the first whose running sum is above u.": by(
            lambda z, t, u: drawn(shares(z, t), u) - 1
        ),
        "the probabilities are not added up: the first whose sum, not whose probability, is above u.": by(
            lambda z, t, u: int((shares(z, t) > u).argmax())
        ),
        "u is taken from the other end; begin with the first character.": by(
            lambda z, t, u: drawn(shares(z, t), 1 - u)
        ),
        "p is divided by the temperature; the logits are, before the softmax.": by(
            lambda z, t, u: drawn(shares(z, 1) / t, u)
        ),
        "the logits are added up as they are; first make probabilities of them, by a softmax.": by(
            lambda z, t, u: drawn(z / t, u)
        ),
        "all are drawn with equal chances; the logits decide how large each share is.": by(
            lambda z, t, u: int(u * len(z))
        ),
    }
    got = [one_number(function, call(function, *case)) for case in cases]
    names = [f"for logits {shown(z)}, temperature {t} and u = {u}" for z, t, u in cases]
    check_each_case(
        names, got, by(lambda z, t, u: drawn(shares(z, t), u)), bugs, "Print np.cumsum(p), and find u in it."
    )
    if tiny:
        return
    edge = np.r_[-2000.0, 0.0], 1.0, 0.0
    if (got := one_number(function, call(function, *edge))) != 1:
        raise NotYet(
            f"for logits [-2000, 0], temperature 1 and u = 0 you return {got}, expected 1: id 0 has probability 0, and its piece "
            "ends at u. Count the pieces that end at or below u."
        )


@checking
def teacher_forcing(function, seed=0):
    """Lesson 7: function(sequences, start, end) -> inputs, targets, mask, each (B, T)."""
    rng = np.random.default_rng(seed)
    sequences = [rng.permutation(np.arange(10, 30))[:n].tolist() for n in (3, 1, 2)]
    start, end = rng.permutation([1, 4, 5, 6, 7, 8])[:2].tolist()
    full, lengths = text.pad([[start, *row, end] for row in sequences])
    inputs, targets = np.where(full == end, 0, full)[:, :-1], full[:, 1:]
    mask = text.mask(lengths - 1, 4)
    got = call(function, sequences, start, end, hint="text.pad([[...], [...]]) gives ids and lengths.")
    if not isinstance(got, tuple | list) or len(got) != 3:
        raise NotYet(f"{name_of(function)} returns {described(got)}; return three arrays: inputs, targets, mask.")
    rights = (inputs, targets, mask)
    if not all(map(close, got, rights)) and any(
        all(map(close, got, order)) for order in itertools.permutations(rights)
    ):
        raise NotYet("the three results are in the wrong order: return inputs, targets, mask.")
    if close(got[0], full[:, :-1]):
        inputs = full[:, :-1]  # reading <end> at a masked step changes nothing
    bare = text.pad(sequences, 4)[0]
    plain = text.pad(sequences)[0]
    if close(got[0], plain) or close(got[0], plain[:, :-1]):
        raise NotYet("T is the longest length plus one: start goes before each sequence, end behind it.")
    check_array(
        "inputs",
        got[0],
        inputs,
        "(B, T)",
        {
            "the inputs have no <start>: before the first word there is nothing else to read.": bare,
            "the inputs are the targets: shift them one step later, after <start>.": targets,
            "the inputs begin with <end>; they begin with <start>.": np.where(inputs == start, end, inputs),
            "the inputs are the targets rolled round; their first column is <start> in every row.": np.roll(
                targets, 1, axis=1
            ),
            "the padding of the inputs is <end>; it is 0.": np.where(inputs == 0, end, inputs),
            "<start> and <end> are the ids 2 and 3 there; take the start and end that are given.": np.where(
                inputs == start, 2, inputs
            ),
        },
    )
    no_end = "the targets have no <end>, so the network never learns to stop."
    if close(got[1], plain):
        raise NotYet(no_end)
    check_array(
        "targets",
        got[1],
        targets,
        "(B, T)",
        {
            "the targets equal the inputs, so the network learns to repeat; shift them: the target is the next token.": inputs,
            no_end: bare,
            "<end> stands in the last column of every row; it comes right behind the last word.": np.c_[
                bare[:, :-1], np.full(len(bare), end)
            ],
            "the padding of the targets is <end>; it is 0.": np.where(targets == 0, end, targets),
            "the targets end with <start>; they end with <end>.": np.where(targets == end, start, targets),
        },
    )
    as_array("mask", got[2], "(B, T)")
    of_kind("mask", got[2], bool, "expected booleans, True where a target counts")
    check_array(
        "mask",
        got[2],
        mask,
        "(B, T)",
        {
            "the mask counts padding too; only real targets carry a loss.": np.ones_like(mask),
            "the mask leaves out <end>; it is a target like any other.": bare != 0,
            "the mask says where something is read; it is True where a target counts.": full[:, :-1] != 0,
            "the mask is the wrong way round: True where a target counts.": ~mask,
            "the mask leaves out the first step, where <start> is read; its target counts.": (inputs != 0)
            & (inputs != start),
        },
    )


@checking
def scan(function, seed=0):
    """Lesson 11: function(a, b, h_0) -> (B, T, H), the states of h_t = a_t h_{t-1} + b_t in p passes, 2^p at least T."""
    rng = np.random.default_rng(11 + seed)
    cases = []
    for B, T, H in ((1, 3, 1), (1, 1, 1), (2, 5, 2), (1, 8, 3), (2, 13, 1)):
        a, b, h_0 = small(rng, B, T, H), small(rng, B, T, H), small(rng, B, H)
        if T == 5:
            a[0, 2, 0] = 0  # nothing can be divided by it
        got = call(function, a, b, h_0, hint="a and b are (B, T, H), h_0 is (B, H); time is the middle axis.")
        cases.append((f"h for T = {T}", got, scans.loop(a, b, h_0), _scan_bugs(a, b, h_0)))
    check_arrays(cases, "(B, T, H)")
    _check_passes(function)


def _scan_bugs(a, b, h_0):
    def doubled(a, b, h_0, passes=None, swap=False, a_first=False, keep_a=False, grow=False):
        a, b, back, made = a.copy(), b.copy(), 1, 0
        b[:, 0] = b[:, 0] + a[:, 0] * h_0
        while back < a.shape[1] and made != passes:
            old = a.copy()
            new_a = old.copy()
            if not keep_a:
                new_a[:, back:] = old[:, back:] * old[:, :-back]
            factor = new_a if a_first else old
            before = b.copy()
            if swap:
                b[:, back:] = before[:, back:] * old[:, :-back] + before[:, :-back]
            else:
                b[:, back:] = factor[:, back:] * before[:, :-back] + before[:, back:]
            a, back, made = new_a, back + 1 if grow else 2 * back, made + 1
        return b

    T = a.shape[1]
    stopped = max(0, scans.passes(T) - 1)
    before = np.concatenate([np.ones_like(a[:, :1]), a[:, :-1]], axis=1)
    return {
        "h_0 is missing: take it into the first step, b_1 + a_1 h_0.": scans.loop(a, b, 0 * h_0),
        "h_0 is added to the first b as it is; it comes in times a_1.": scans.loop(a, b, h_0 / a[:, 0]),
        "that is one pass too few: go on while back is less than T.": doubled(a, b, h_0, stopped),
        "one pass is made, whatever T is: go on with back = 2, 4, ... while it is less than T.": doubled(a, b, h_0, 1),
        "two passes are made, whatever T is: go on with back = 4, 8, ... while it is less than T.": doubled(
            a, b, h_0, 2
        ),
        "unless T is a power of 2, that is one pass too few: go on while back is less than T.": doubled(
            a, b, h_0, T.bit_length() - 1
        ),
        "back grows by 1 from pass to pass; it doubles: 1, 2, 4, ...": doubled(a, b, h_0, grow=True),
        "a stays as it is; each pass has to make a' a as well, after it has made the new b.": doubled(
            a, b, h_0, keep_a=True
        ),
        "a is changed before b: in each pass b needs the old a.": doubled(a, b, h_0, a_first=True),
        "the two steps are combined in the wrong order: first (a, b), then (a', b') is (a' a, a' b + b').": doubled(
            a, b, h_0, swap=True
        ),
        "the factor of the step before is used: h_t = a_t h_{t-1} + b_t.": scans.loop(before, b, h_0),
        "a is missing: that is the running sum of b.": scans.loop(np.ones_like(a), b, h_0),
        "b is weighed with 1 - a; here it comes in as it is.": scans.loop(a, (1 - a) * b, h_0),
        "b is missing; only the old state is kept.": scans.loop(a, 0 * b, h_0),
        "time runs backwards: step t takes in the steps before it.": scans.loop(a[:, ::-1], b[:, ::-1], h_0)[:, ::-1],
        "that is what each step gets from its own input; the steps before are missing.": b,
    }


class _Counted(np.ndarray):
    """An array that counts the multiplications with it and with what is made of it; `idle` of them are of empty arrays."""

    count = idle = 0

    def __array_ufunc__(self, ufunc, method, *inputs, out=None, **kwargs):
        _Counted.count += ufunc is np.multiply
        plain = [each.view(np.ndarray) if isinstance(each, _Counted) else each for each in inputs]
        if out is not None:
            kwargs["out"] = tuple(each.view(np.ndarray) if isinstance(each, _Counted) else each for each in out)
        result = getattr(ufunc, method)(*plain, **kwargs)
        _Counted.idle += ufunc is np.multiply and np.size(result) == 0
        return result.view(_Counted) if isinstance(result, np.ndarray) else result


def _check_passes(function):
    """Say so if an answer stops too early for 512 steps, or walks over them one by one: a scan multiplies rarely."""
    a, b, h_0 = np.full((1, 512, 1), 0.999), np.ones((1, 512, 1)), np.zeros((1, 1))
    _Counted.count = _Counted.idle = 0
    got = call(function, a.view(_Counted), b.view(_Counted), h_0, hint="The same with T = 512.")
    check_array("h for T = 512, where 9 passes are needed,", got, scans.loop(a, b, h_0), "(B, T, H)")
    if _Counted.idle >= 256:
        raise NotYet(
            f"the states are right, but for 512 steps your function multiplies {_Counted.count} times, {_Counted.idle} of "
            "them nothing by nothing: after 9 passes every step has heard all. Go on only while back is less than T."
        )
    if _Counted.count >= 256 and (chain := _longest_chain(function)) > 64:
        followed = np.isfinite(chain)
        waiting = f", and {chain} of them wait for each other" if followed else ""
        halves = "" if followed else " (If it halves the steps: make its arrays like a, with np.zeros_like(a).)"
        raise NotYet(
            f"the states are right, but for 512 steps your function multiplies {_Counted.count} times{waiting}. "
            "In passes it takes about 20: let every step take in the one 1, then 2, then 4, ... places back." + halves
        )


class _Chained:
    """A number that knows how many multiplications, one waiting for the other, it took; it does not become a float."""

    longest = 0

    def __init__(self, value, length=0):
        self.value, self.length = value, length

    def __eq__(self, other):
        return self.value == getattr(other, "value", other)

    def __mul__(self, other):
        length = 1 + max(self.length, getattr(other, "length", 0))
        _Chained.longest = max(_Chained.longest, length)
        return _Chained(self.value * getattr(other, "value", other), length)

    def __add__(self, other):
        longer = max(self.length, getattr(other, "length", 0))
        return _Chained(self.value + getattr(other, "value", other), longer)

    __rmul__, __radd__, __hash__ = __mul__, __add__, None


def _longest_chain(function):
    """Return how many multiplications wait for each other in 512 steps; infinity for a function that needs floats.

    Recursive halving multiplies often, but only a few of its multiplications wait for each other.
    """
    _Chained.longest = 0
    chained = np.frompyfunc(_Chained, 1, 1)
    try:
        call(function, chained(np.full((1, 512, 1), 0.999)), chained(np.ones((1, 512, 1))), chained(np.zeros((1, 1))))
    except NotYet:
        return np.inf
    return _Chained.longest
