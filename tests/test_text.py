"""helpers.text: tokenisers, the vocabulary, one-hot rows, padding and masks."""

import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.testing import assert_array_equal

from helpers.text import (
    END,
    PAD,
    SPECIAL,
    START,
    UNK,
    Vocabulary,
    mask,
    one_hot,
    pad,
    split_characters,
    split_whitespace,
    split_words,
)

token_lists = st.lists(
    st.lists(st.sampled_from(["a", "b", "é", "日", "<pad>", "<end>", "", " "]), max_size=6), max_size=6
)
id_lists = st.lists(st.lists(st.integers(0, 99), max_size=6), min_size=1, max_size=6).filter(any)

FOOD = "Food was nice but service wasn't"
DELIGHTFUL = "Delightful place to have dinner"


# Tokenisers


def test_the_two_sentences_of_the_course():
    assert len(split_whitespace(DELIGHTFUL)) == len(split_words(DELIGHTFUL)) == 5
    assert len(split_whitespace(FOOD)) == len(split_words(FOOD)) == 6
    assert split_words(FOOD)[-1] == "wasn't"


@pytest.mark.parametrize(
    ("text", "whitespace", "words"),
    [
        ("", [], []),
        (" \t\n ", [], []),
        ("Nice dinner.", ["Nice", "dinner."], ["nice", "dinner", "."]),
        ("wasn't", ["wasn't"], ["wasn't"]),
        ("WASN’T", ["WASN’T"], ["wasn’t"]),
        ("'quoted'", ["'quoted'"], ["'", "quoted", "'"]),
        ("rock'n'roll", ["rock'n'roll"], ["rock'n'roll"]),
        ("wow!!!", ["wow!!!"], ["wow", "!", "!", "!"]),
        ("Crème brûlée", ["Crème", "brûlée"], ["crème", "brûlée"]),
        ("НЕ вкусно", ["НЕ", "вкусно"], ["не", "вкусно"]),
        ("美味しい 料理", ["美味しい", "料理"], ["美味しい", "料理"]),
        ("good🍕food", ["good🍕food"], ["good", "🍕", "food"]),
        ("a\u00a0b", ["a", "b"], ["a", "b"]),
        ("<pad> it", ["<pad>", "it"], ["<", "pad", ">", "it"]),
        ("4.5 stars", ["4.5", "stars"], ["4", ".", "5", "stars"]),
        ("a\u200bb", ["a\u200bb"], ["a", "b"]),
    ],
)
def test_white_space_and_words(text, whitespace, words):
    assert split_whitespace(text) == whitespace
    assert split_words(text) == words


def shown(text):
    return unicodedata.normalize("NFD", "".join(c for c in text if unicodedata.category(c) != "Cf"))


@pytest.mark.parametrize(
    "character",
    [
        *("फिल्म", "İstanbul", "مُحَمَّد", "שָׁלוֹם", "กินข้าว", "தமிழ்", "می\u200cخواهم", "q\u0303uick", "e\u0301te\u0301"),
        *(
            "👩\u200d🍳",
            "👍🏽",
            "🇩🇪",
            "🏴\U000e0067\U000e0062\U000e007f",
            "❤\ufe0f",
            "❤\ufe0f\u200d🔥",
            "🙂\u200d↔\ufe0f",
            "1\ufe0f\u20e3",
        ),
    ],
)
def test_what_a_reader_sees_as_one_word_or_picture_is_one_token(character):
    token = unicodedata.normalize("NFC", character.lower())
    assert split_words(character) == [token]
    assert split_words(f"So {character}, {character}!") == ["so", token, ",", token, "!"]
    assert split_words(f"{character}'s")[0].startswith(token)


def test_two_pictures_are_two_tokens():
    assert split_words("🇩🇪🇫🇷🍕🍕") == ["🇩🇪", "🇫🇷", "🍕", "🍕"]


def test_an_accent_is_the_same_in_one_code_point_or_two():
    assert split_words("Zoe\u0308 İPEK") == split_words("Zoë İPEK") == ["zoë", "i\u0307pek"]


@pytest.mark.parametrize("invisible", ["\ufeff", "\u00ad", "\u200e", "\u202e", "\u2060", "\u200d", "\u200c"])
def test_what_has_no_picture_is_no_token(invisible):
    assert split_words(f"{invisible} a {invisible}b {invisible}") == ["a", "b"]


@given(st.text())
def test_tokens_lose_only_white_space_and_capitals(text):
    assert "".join(split_characters(text)) == text
    assert all(len(character) == 1 for character in split_characters(text))
    assert "".join(split_whitespace(text)) == "".join(text.split())
    kept = "".join(c for c in text.lower() if unicodedata.category(c) != "Cf")
    assert shown("".join(split_words(text))) == shown("".join(kept.split()))
    assert not any(token == "" or any(c.isspace() for c in token) for token in split_words(text))


# Vocabulary


def test_special_tokens_first_then_by_count_then_by_name():
    vocabulary = Vocabulary([["b", "c", "a"], ["c", "a", "c"], ["d"]])
    assert vocabulary.tokens == [PAD, UNK, START, END, "c", "a", "b", "d"]
    assert vocabulary.counts == {"c": 3, "a": 2, "b": 1, "d": 1}
    assert [vocabulary.id(token) for token in SPECIAL] == [0, 1, 2, 3]
    assert (len(vocabulary), "a" in vocabulary, "z" in vocabulary, UNK in vocabulary) == (8, True, False, True)


@pytest.mark.parametrize(
    ("options", "kept"),
    [
        (dict(min_count=2), ["c", "a"]),
        (dict(min_count=9), []),
        (dict(max_size=5), ["c"]),
        (dict(max_size=4), []),
        (dict(max_size=100), ["c", "a", "b", "d"]),
        (dict(min_count=2, max_size=5), ["c"]),
    ],
)
def test_min_count_and_max_size(options, kept):
    assert Vocabulary([["b", "c", "a"], ["c", "a", "c"], ["d"]], **options).tokens == [*SPECIAL, *kept]


def test_an_empty_vocabulary_still_knows_the_special_tokens():
    for nothing in ([], [[]], iter(())):
        vocabulary = Vocabulary(nothing)
        assert vocabulary.tokens == list(SPECIAL)
        assert vocabulary.encode(["x", PAD]) == [1, 0]


def test_sequences_may_come_from_a_generator():
    assert Vocabulary(split_words(line) for line in ("a b", "b")).tokens[4:] == ["b", "a"]


@given(token_lists)
def test_each_token_has_one_id_and_comes_back(sequences):
    vocabulary = Vocabulary(sequences)
    assert len(set(vocabulary.tokens)) == len(vocabulary)
    assert vocabulary.tokens[:4] == list(SPECIAL)
    for tokens in sequences:
        ids = vocabulary.encode(tokens)
        assert vocabulary.decode(ids) == tokens
        assert all(0 <= i < len(vocabulary) for i in ids)
    assert Vocabulary(reversed(sequences)).tokens == vocabulary.tokens


@given(token_lists, st.lists(st.text(max_size=3), max_size=6))
def test_encode_keeps_the_length_and_marks_what_is_new(sequences, tokens):
    vocabulary = Vocabulary(sequences)
    decoded = vocabulary.decode(vocabulary.encode(tokens))
    assert decoded == [token if token in vocabulary else UNK for token in tokens]


@pytest.mark.parametrize(
    ("marks", "ids"),
    [
        (dict(), [4, 1]),
        (dict(start=True), [2, 4, 1]),
        (dict(end=True), [4, 1, 3]),
        (dict(start=True, end=True), [2, 4, 1, 3]),
    ],
)
def test_start_and_end(marks, ids):
    assert Vocabulary([["a"]]).encode(["a", "new"], **marks) == ids


def test_encode_and_decode_nothing():
    vocabulary = Vocabulary([["a"]])
    assert vocabulary.encode([]) == []
    assert vocabulary.encode([], start=True, end=True) == [2, 3]
    assert vocabulary.decode([]) == []


def test_decode_takes_arrays():
    assert Vocabulary([["a"]]).decode(np.array([4, 0], dtype=np.uint8)) == ["a", PAD]


@pytest.mark.parametrize(
    ("call", "parts"),
    [
        (lambda: Vocabulary(["not split"]), ["list of tokens", "not split", "split_words"]),
        (lambda: Vocabulary("not split"), ["list of tokens"]),
        (lambda: Vocabulary([["a"]], max_size=3), ["max_size", "3", "4"]),
        (lambda: Vocabulary([["a"]]).encode("a b"), ["list of tokens", "a b", "split_words"]),
        (lambda: Vocabulary([["a"]]).decode([5]), ["ids", "5", "0 to 4"]),
        (lambda: Vocabulary([["a"]]).decode([0, -1]), ["ids", "-1", "0 to 4"]),
        (lambda: Vocabulary([["a"]]).decode([1.7]), ["ids", "float64", "integer"]),
    ],
)
def test_vocabulary_names_what_is_wrong(call, parts):
    with pytest.raises(ValueError) as raised:
        call()
    assert [part for part in parts if part not in str(raised.value)] == [], raised.value


# One-hot rows


@given(hnp.arrays(np.int64, hnp.array_shapes(max_dims=3, max_side=4), elements=st.integers(0, 6)))
def test_one_hot_rows_hold_a_single_one_in_the_ids_column(ids):
    rows = one_hot(ids, 7)
    assert (rows.shape, rows.dtype) == ((*ids.shape, 7), np.float64)
    assert_array_equal(rows.sum(axis=-1), np.ones(ids.shape))
    assert_array_equal(rows.argmax(axis=-1), ids)
    table = np.random.default_rng(0).normal(size=(7, 3))
    assert_array_equal(rows @ table, table[ids])


def test_one_hot_of_one_id_and_of_none():
    assert_array_equal(one_hot(2, 4), [0, 0, 1, 0])
    assert one_hot([], 4).shape == (0, 4)


@pytest.mark.parametrize(
    ("ids", "parts"), [([4], ["4", "0 to 3"]), ([0, -1], ["-1", "0 to 3"]), ([0.5], ["float64", "integer"])]
)
def test_one_hot_names_what_is_wrong(ids, parts):
    with pytest.raises(ValueError) as raised:
        one_hot(ids, 4)
    assert [part for part in [*parts, "ids"] if part not in str(raised.value)] == [], raised.value


# Padding and masks


@given(id_lists, st.integers(0, 3))
def test_padding_keeps_every_id_and_fills_with_zeros(sequences, extra):
    T = max(map(len, sequences)) + extra
    ids, lengths = pad(sequences, length=T)
    assert (ids.shape, ids.dtype, lengths.dtype) == ((len(sequences), T), np.int64, np.int64)
    for row, length, sequence in zip(ids, lengths, sequences, strict=True):
        assert length == len(sequence)
        assert row[:length].tolist() == sequence
        assert not row[length:].any()


@given(id_lists)
def test_padding_to_the_longest_and_its_mask(sequences):
    ids, lengths = pad(sequences)
    T = max(map(len, sequences))
    assert ids.shape == (len(sequences), T)
    real = mask(lengths, T)
    assert (real.shape, real.dtype) == (ids.shape, bool)
    assert_array_equal(real.sum(axis=1), lengths)
    assert not ids[~real].any()
    assert ids[real].tolist() == [i for sequence in sequences for i in sequence]


@given(id_lists, st.integers(1, 4))
def test_truncating_keeps_the_front(sequences, T):
    ids, lengths = pad(sequences, length=T, truncate=True)
    for row, length, sequence in zip(ids, lengths, sequences, strict=True):
        assert row[:length].tolist() == sequence[:T]
        assert length == min(len(sequence), T)


def test_pad_takes_arrays():
    ids, lengths = pad([np.array([5]), np.array([6, 7])])
    assert_array_equal(ids, [[5, 0], [6, 7]])
    assert_array_equal(lengths, [1, 2])


@pytest.mark.parametrize(
    ("call", "parts"),
    [
        (lambda: pad([]), ["0 sequences", "at least one"]),
        (lambda: pad([], length=5), ["0 sequences", "at least one"]),
        (lambda: pad([[], []]), ["0 columns", "at least one"]),
        (lambda: pad([[1]], length=0), ["0 columns", "at least one"]),
        (lambda: pad([[1, 2, 3]], length=2), ["3", "2", "truncate"]),
        (lambda: mask([3], 2), ["lengths", "3", "0 to 2"]),
        (lambda: mask([-1], 2), ["lengths", "-1", "0 to 2"]),
        (lambda: mask([1.0], 2), ["lengths", "float64"]),
        (lambda: mask(2, 3), ["lengths", "()", "(B,)"]),
        (lambda: mask([[1], [2]], 3), ["lengths", "(2, 1)", "(B,)"]),
    ],
)
def test_pad_and_mask_name_what_is_wrong(call, parts):
    with pytest.raises(ValueError) as raised:
        call()
    assert [part for part in parts if part not in str(raised.value)] == [], raised.value


def test_a_mask_may_have_no_column():
    assert mask([0, 0], 0).shape == (2, 0)
