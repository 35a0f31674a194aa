"""The checks of lesson 2's exercises: tokens and one-hot vectors."""

import re

import numpy as np

from helpers import text
from helpers.exercises.compare import (
    NotYet,
    as_lists,
    call,
    check_array,
    check_each_case,
    checking,
    checking_a_property,
    described,
    name_of,
    of_kind,
    one_number,
    shape_of,
    shown,
    small,
    two_parts,
)

PAD, UNK, START, END = range(4)


@checking
def unknown_share(function, seed=0):
    """function(ids) -> the share of <unk> among the tokens of a padded batch that are real."""
    rng = np.random.default_rng(seed)
    examples = [_distinct(rng, B, T) for B, T in rng.permutation([(3, 5), (2, 4), (4, 3)])]
    bugs = {sentence: [its_bugs[sentence] for _, _, its_bugs in examples] for sentence in examples[0][2]}
    got = [one_number(function, call(function, ids)) for ids, _, _ in examples]
    check_each_case([f"for {ids.tolist()}" for ids, _, _ in examples], got, [share for _, share, _ in examples], bugs)


def _distinct(rng, B, T):
    """Return padded ids, the share of <unk> in them, and what mistakes give, no two of them the same."""
    share, bugs = 0, {"": 0}
    while not len(bugs) == len({share, *bugs.values()}) - 1 == 13:
        lengths = rng.integers(1, T + 1, size=B)
        ids = np.where(text.mask(lengths, T), rng.choice([UNK, 5, 6, 7, 8], size=(B, T)), PAD)
        unknown, real = (ids == UNK).sum(), (ids != PAD).sum()
        share = unknown / real
        bugs = {
            "that divides by padding too; only real tokens count.": unknown / ids.size,
            "that is how many; divide by the number of real tokens.": unknown,
            "that is the share of padding, id 0; <unk> has id 1.": (ids == PAD).mean(),
            "that counts padding, id 0; <unk> has id 1.": (ids == PAD).sum() / real,
            "that is the share of known tokens.": 1 - share,
            "that divides by the known tokens; divide by all real ones.": unknown / max(1, (ids > UNK).sum()),
            "that is the mean of each row's share; a token is a token.": np.mean((ids == UNK).sum(axis=1) / lengths),
            "that is per cent; give a share between 0 and 1.": 100 * share,
            "that looks at the first row alone.": (ids[0] == UNK).sum() / lengths[0],
            "that divides by the number of rows.": unknown / B,
            "that counts <unk> and padding together.": (ids <= UNK).sum() / real,
            "that is the share of sentences with an <unk>; count tokens.": (ids == UNK).any(axis=1).mean(),
            "that adds up ids; count how many of them are 1.": ids.sum() / real,
        }
    return ids, share, bugs


SENTENCES = (
    "Delightful place to have dinner",
    "Food was nice but service wasn't",
    "The dinner, the wine: nice.",
    "We'll be back! Won't you?",
    "  Two   spaces\tand a tab ",
    "table 12 (upstairs)",
    "NO. No! no?",
    "'Nice' they said",
    "",
    "nice... really?!",
    "rock'n'roll - y'all'd've come",
    "A café in 2nd Straße, 10.5 km",
    "Soupe de l'été",
    "a well-known 5'11 chef,\r\nso''so",
    "''so''",
    "my_name is __init__",
    "so-so, a well-known bar",
    "5'11 tall in '90",
    "at my friends'",
)


@checking
def cut(function, seed=0):
    """function(text) -> list of lower-case words and single punctuation marks."""
    rng = np.random.default_rng(seed)
    sentences = [*SENTENCES, " ".join(str(word) for word in rng.permutation(" ".join(SENTENCES).split()))]
    for sentence in sentences:
        want, got = re.findall(r"[^\W_]+(?:'[^\W_]+)*|\S", sentence.lower()), call(function, sentence)
        result = f"{sentence!r:.70} gives {shown(got)}: "
        if not isinstance(as_lists(got), list) or isinstance(got, str):
            raise NotYet(result + "expected a list of tokens.")
        got = as_lists(got)
        if not all(isinstance(token, str) for token in got):
            raise NotYet(result + "every token is a string.")
        if got == want:
            continue
        if "" in got:
            raise NotYet(result + "an empty string is no token.")
        if any(token != token.strip() for token in got):
            raise NotYet(result + "white space separates tokens and belongs to none.")
        if [token.lower() for token in got] == want:
            raise NotYet(result + "not in lower case.")
        if got == [token for token in want if token[0].isalnum()]:
            raise NotYet(result + "the punctuation is gone; each mark is a token of its own.")
        if "".join(got) == "".join(want):
            if "_" in sentence and any("_" in token and len(token) > 1 for token in got):
                raise NotYet(result + "an underscore is neither a letter nor a digit, so it is a token of its own.")
            for token in want:
                if "'" in token[1:-1] and token not in got:
                    raise NotYet(result + f"an apostrophe inside a word stays in it: {token!r} is one token.")
            for token in got:
                if len(token) > 1 and not any(map(str.isalnum, token)):
                    raise NotYet(result + f"{token!r} is several marks; each one is a token of its own.")
                if len(token) > 1 and not (token[0].isalnum() and token[-1].isalnum()):
                    raise NotYet(result + f"{token!r} still has punctuation glued to it.")
            if len(got) > len(want):
                raise NotYet(result + "that cuts too finely; a word is one token.")
            raise NotYet(result + "a mark between words separates them.")
        if len(got) < len(want) and got == want[: len(got)]:
            raise NotYet(result + f"the end is lost: after these comes {want[len(got)]!r}.")
        lost = [sign for sign in sentence.lower() if sign.isalpha() and sign not in "".join(got)]
        if lost:
            raise NotYet(result + f"{lost[0]!r} is lost; it is a letter too, and stays in its word.")
        if sorted(got) == sorted(want):
            raise NotYet(result + "the tokens are right, their order is not.")
        if set(got) == set(want):
            raise NotYet(result + "a token that comes twice is in the list twice.")
        raise NotYet(result + f"expected {want!r:.110}.")


@checking
def batch(function, seed=0, tiny=0):
    """function(sequences, ids_of, T) -> ids (B, T) and mask (B, T), each row <start> tokens <end>, cut to T."""
    rng = np.random.default_rng(seed)
    words = ["food", "was", "nice", "slow", "wine", "good"]
    ids_of = {"<pad>": PAD, "<unk>": UNK, "<start>": START, "<end>": END}
    ids_of |= {word: int(i) for word, i in zip(words, 4 + rng.permutation(len(words)), strict=True)}
    sequences = [[str(word) for word in rng.choice([*words, "unseen"], size=n)] for n in (3, 7, 1, 4, 0)]
    sequences[0][1] = sequences[1][2] = "never"
    sequences[3][0] = "Nice"  # the table holds it in small letters only
    T = 6
    rows = [[START, *(ids_of.get(token, UNK) for token in tokens), END] for tokens in sequences]
    cut_rows = [row if len(row) <= T else [*row[: T - 1], END] for row in rows]
    ids, lengths = text.pad(cut_rows)
    mask = text.mask(lengths, T)

    def padded(rows):
        return text.pad(rows, T, truncate=True)[0]

    front = np.zeros_like(ids)
    for place, row in zip(front, cut_rows, strict=True):
        place[T - len(row) :] = row
    end_last = np.where(ids == END, PAD, ids)
    end_last[:, -1] = END
    wrong_ids = {
        "<end> is lost where a sentence was cut; the last column of a cut row is <end>.": padded(rows),
        "a sentence that is too long keeps its last words; it keeps its first.": padded(
            [row if len(row) <= T else [START, *row[1 - T :]] for row in rows]
        ),
        "<start> is missing.": padded([row[1:] if len(row) <= T + 1 else [*row[1:T], END] for row in rows]),
        "<start> is missing, the first of each row.": padded([row[1:] for row in cut_rows]),
        "<start> is missing, and <end> where a sentence was cut.": padded([row[1:] for row in rows]),
        "<end> is missing.": padded([row[:-1] for row in rows]),
        "<start> and <end> are both missing.": padded([row[1:-1] for row in rows]),
        "<start> and <end> are swapped.": np.where(ids == START, END, np.where(ids == END, START, ids)),
        "the padding comes first; put it at the end.": front,
        "words that the table does not hold must become <unk>, id 1; yours became padding.": np.where(
            ids == UNK, PAD, ids
        ),
        "unknown words were left out; each becomes <unk>, id 1.": padded(
            [
                (kept if len(kept) <= T else [*kept[: T - 1], END])
                for kept in ([i for i in row if i != UNK] for row in rows)
            ]
        ),
        "<end> stands in the last column of every row; it comes right after the tokens, and then the padding.": end_last,
        "the padding is filled with <end>; it is <pad>, id 0.": np.where(mask, ids, END),
    }
    wrong_mask = {
        "the mask is the wrong way round: True at real tokens.": ~mask,
        "the mask is True everywhere; it is False at padding.": np.ones_like(mask),
        "the mask leaves out <unk>; an unknown word is a real token.": mask & (ids != UNK),
        "the mask leaves out <start> and <end>; they are real tokens.": mask & (ids != START) & (ids != END),
        "the mask leaves out <start>; it is a real token.": mask & (ids != START),
        "the mask leaves out <end>; it is a real token.": mask & (ids != END),
        "the mask counts only the words' number; <start> and <end> take two more columns.": text.mask(
            [min(len(tokens), T) for tokens in sequences], T
        ),
    }
    got = call(
        function,
        sequences,
        ids_of,
        T,
        hint={"KeyError": "A token that is not in the table: ids_of.get(token, ids_of['<unk>'])"},
    )
    got = two_parts(name_of(function), got, "return ids, mask", (ids, mask))
    if shape_of(got[0]) == (len(sequences), longest := max(map(len, rows))):
        raise NotYet(f"ids has {longest} columns, expected T = {T}: cut the longer sentences.")
    check_array("ids", got[0], ids, "(B, T)", wrong_ids)
    of_kind("ids", got[0], int, "ids are integers: np.zeros((B, T), dtype=int)")
    check_array("mask", got[1], mask, "(B, T)", wrong_mask)
    of_kind("mask", got[1], bool, "expected booleans, True and False")
    for T in (2, 10):
        cut_rows = [row if len(row) <= T else [*row[: T - 1], END] for row in rows]
        ids, lengths = text.pad(cut_rows, T)
        got = two_parts(name_of(function), call(function, sequences, ids_of, T), "return ids, mask")
        check_array(f"ids for T = {T}", got[0], ids, "(B, T)")
        check_array(f"mask for T = {T}", got[1], text.mask(lengths, T), "(B, T)")


@checking
def table_gradient(function, seed=0, tiny=0):
    """function(dx, ids, V) -> dE (V, E): each table row gets the sum over all places of its word."""
    rng = np.random.default_rng(seed)
    B, T, E = {1: (1, 3, 1), 2: (2, 3, 2)}.get(tiny) or (int(size) for size in rng.permutation([2, 3, 4]))
    V = 3 + tiny if tiny else 9 + int(rng.integers(3))
    ids = rng.integers(1, V - 1, size=(B, T))
    ids[0, :2] = ids[-1, 0] = 2 if tiny else 4
    ids[-1, -1] = PAD
    if not tiny:
        ids.flat[2] = UNK  # which learns as every other word does
    dx = small(rng, B, T, E)
    rows, place = dx.reshape(-1, E), ids.reshape(-1)
    real = place != PAD
    every = text.one_hot(place, V).T @ rows
    want = every.copy()
    want[PAD] = 0
    last = np.zeros((V, E))
    last[place] = rows
    last_real = last.copy()
    last_real[PAD] = 0
    counts = np.maximum(text.one_hot(place, V).sum(axis=0), 1)[:, None]
    once = "a word that occurs twice gets only its last place's share; dE[ids] += ... adds once for each row, np.add.at adds all."
    bugs = {
        "the row of <pad>, id 0, must stay zero: padding is not a word.": every,
        once: last_real,
        once + " And the row of <pad> must stay zero.": last,
        "that is the mean over a word's places; the gradient is their sum.": want / counts,
        "each place adds the sum of its whole sentence; it adds dx[b, t] alone.": _without_pad(
            text.one_hot(place, V).T @ np.repeat(dx.sum(axis=1), T, axis=0)
        ),
        "that is the mean over a word's places, padding included; the gradient is their sum.": every / counts,
        "that is divided by the number of tokens; the gradient is a plain sum.": want / real.sum(),
        "that is divided by the batch; the gradient is a plain sum.": want / B,
        "the rows are one too low: word v has row v, not v - 1.": _without_pad(np.roll(every, -1, axis=0)),
        "the rows are one too high: word v has row v.": _without_pad(np.roll(every, 1, axis=0)),
        "only the first sentence counts; every place of the batch does.": _without_pad(
            text.one_hot(ids[0], V).T @ dx[0]
        ),
        "only the last sentence counts; every place of the batch does.": _without_pad(
            text.one_hot(ids[-1], V).T @ dx[-1]
        ),
        "the sums are cut to whole numbers: np.zeros without dtype=int holds fractions.": _without_pad(
            text.one_hot(place, V).T @ np.trunc(rows)
        ),
    }
    got = call(function, dx, ids, V, hint="np.add.at(dE, ids, dx) takes ids (B, T) and dx (B, T, E) as they are.")
    if shape_of(got) == (B, T, E):
        raise NotYet(f"dE has shape {(B, T, E)}, expected {(V, E)} = (V, E): one row per word of the table.")
    check_array("dE", got, want, "(V, E)", bugs)
    if tiny:
        return
    edge = ids.copy()
    edge[0, 0] = V - 1
    want = _without_pad(text.one_hot(edge.reshape(-1), V).T @ rows)
    check_array(f"dE where the table's last word, {V - 1}, occurs,", call(function, dx, edge, V), want, "(V, E)")


def _without_pad(table):
    """Return a copy of a table whose row of <pad> is zero."""
    table = table.copy()
    table[PAD] = 0
    return table


@checking_a_property
def twin(function, seed=0):
    """function(text) -> another text that `helpers.text.split_words` cuts into the same tokens."""
    rng = np.random.default_rng(seed)
    texts = [
        "Food was nice",
        "food was nice.",
        "FOOD  WAS NICE!",
        "12 3",
        "12",
        "7 ",
        " 12 3",
        "\n8 9\n",
        "",
        " ".join(map(str, rng.integers(10, 99, size=3))),
    ]
    for original in texts:
        got = call(function, original)
        if not isinstance(got, str):
            raise NotYet(f"{name_of(function)} returns {described(got)}; expected a text.")
        if got == original:
            raise NotYet(f"{original!r} comes back as it is; this rule does not change every text.")
        if text.split_words(got) != text.split_words(original):
            raise NotYet(
                f"{original!r} became {got!r:.60}, which has other tokens: {text.split_words(got)!r:.90} in place of "
                f"{text.split_words(original)!r:.90}."
            )
