"""The data sets: sizes, no leaks between parts, the same rows on every machine, and complete docstrings."""

import hashlib
import re
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import data
from helpers.data import split, word_lists
from helpers.data.captions import PLACES, WORDS
from helpers.data.entities import KINDS
from helpers.data.names_and_tunes import _intervals
from helpers.data.reviews import _names, _neighbours

pytestmark = pytest.mark.slow

LOADERS = [
    data.digit_images,
    data.movie_review_split,
    data.named_entities,
    data.names,
    data.german_sentences,
    data.number_words,
    data.parts_of_speech,
    data.spoken_digit_split,
    data.tunes,
]


@pytest.fixture(scope="module")
def loaded():
    """The parts from each loader, loaded once."""
    return {loader.__name__: loader() for loader in LOADERS}


def digest(rows):
    return hashlib.sha256(repr(rows).encode()).hexdigest()[:12]


def shared(parts, key):
    """Return what is in two parts at once."""
    train, validation, test = ({key(item) for item in part} for part in parts)
    return train & validation | train & test | validation & test


@pytest.mark.parametrize(
    ("name", "sizes"),
    [
        ("digit_images", [1024, 142, 305]),
        ("movie_review_split", [7968, 1335, 1300]),
        ("named_entities", [4000, 500, 600]),
        ("names", [5424, 700, 700]),
        ("german_sentences", [6000, 300, 1000]),
        ("number_words", [8500, 500, 1000]),
        ("parts_of_speech", [4000, 500, 170]),
        ("spoken_digit_split", [2100, 300, 600]),
        ("tunes", [776, 100, 101]),
    ],
)
def test_sizes(loaded, name, sizes):
    assert [len(part) for part in loaded[name]] == sizes


@pytest.mark.parametrize(
    "loader", [*LOADERS, data.movie_reviews, data.shakespeare, data.spoken_digits, data.sunspots, data.temperatures]
)
def test_docstrings_say_where_the_data_is_from_and_what_is_wrong_with_it(loader):
    described = loader.__doc__
    assert "SIZES" not in described
    for owed in ("Returns:", "plit", "Weakness:", "icence"):
        assert owed in described
    assert "Origin" in described or "origin" in described or "for this course" in described


@pytest.mark.parametrize(
    "maker",
    [
        data.digit_canvases,
        data.digit_strips,
        data.digit_strings,
        data.german_sentences,
        data.named_entities,
        data.number_words,
    ],
)
def test_what_is_generated_says_so(maker):
    assert re.search(r"([Gg]enerated|[Mm]ade) for this\s+course", maker.__doc__)


def test_the_first_rows_are_the_same_everywhere(loaded):
    names = ("german_sentences", "named_entities", "names", "number_words", "tunes")
    rows = {name: [part[:3] for part in loaded[name]] for name in names}
    rows["movie_review_split"] = [[review.text for review in part[:3]] for part in loaded["movie_review_split"]]
    rows["parts_of_speech"] = [part[:3] for part in loaded["parts_of_speech"]]
    rows["digit_images"] = [
        [(image.digit, float(image.pixels.sum())) for image in p[:5]] for p in loaded["digit_images"]
    ]
    rows["spoken_digit_split"] = [
        [(one.digit, one.voice, len(one.frames)) for one in part[:5]] for part in loaded["spoken_digit_split"]
    ]
    rows["digit_canvases"] = [placed for _, placed in data.digit_canvases(loaded["digit_images"].test, 5, seed=0)]
    rows["digit_strips"] = [text for _, text in data.digit_strips(loaded["digit_images"].test, 5, seed=0)]
    rows["digit_strings"] = [digits for _, digits in data.digit_strings(loaded["spoken_digit_split"].test, 5, seed=0)]
    assert {name: digest(found) for name, found in rows.items()} == DIGESTS


DIGESTS = {
    "digit_canvases": "ef00a89f455f",
    "digit_images": "58d42ead218b",
    "digit_strings": "649b752d8c2d",
    "digit_strips": "ec80b9d7a438",
    "german_sentences": "ea0143491ade",
    "movie_review_split": "2a8c050922db",
    "named_entities": "b276ee2be26d",
    "names": "a06956bdf637",
    "number_words": "588d8555998a",
    "parts_of_speech": "ca0022a4d237",
    "spoken_digit_split": "9f318c4b015a",
    "tunes": "e7aa91792628",
}


def test_reviews_that_are_nearly_equal_or_name_the_same_stand_together(loaded):
    parts = loaded["movie_review_split"]
    assert not shared(parts, lambda review: re.sub(r"\W", "", review.text.lower()))
    sides = [side for side, part in enumerate(parts) for _ in part]
    texts = [review.text for part in parts for review in part]
    pairs = split.similar_pairs([_neighbours(text) for text in texts], 0.2)
    pairs += split.similar_pairs([_names(text) for text in texts], 0, common=12)
    assert len(pairs) > 1000
    assert all(sides[a] == sides[b] for a, b in pairs)


def test_stars_span_one_to_five():
    assert [data.stars(rating) for rating in (-4, 0, 4)] == [1, 3, 5]


def test_sunspots_follow_month_by_month():
    months, numbers = data.sunspots()
    assert months.shape == numbers.shape == (3120,)
    assert set(np.diff(months).astype(int)) == {1}
    assert numbers[:2].tolist() == [58.0, 62.6] and numbers[-1] == 0.8
    assert numbers.min() == 0 and 200 < numbers.max() < 300


def test_by_year_cuts_where_years_begin():
    parts = data.by_year(*data.sunspots(), validation=1900, test=1950)
    assert [len(part.values) for part in parts] == [151 * 12, 50 * 12, 59 * 12]
    assert [str(part.dates[0]) for part in parts] == ["1749-01", "1900-01", "1950-01"]
    assert [len(part.dates) for part in data.by_year(*data.temperatures(), 2014, 2015)] == [731, 365, 365]


@pytest.mark.parametrize("years", [(1749, 1950), (1950, 1900), (1950, 1950), (1950, 2009)])
def test_by_year_leaves_no_part_empty(years):
    with pytest.raises(ValueError, match="expected 1749 < validation < test <= 2008"):
        data.by_year(*data.sunspots(), *years)


def test_entities_share_no_name_and_no_template(loaded):
    parts = loaded["named_entities"]

    def names(sentence):
        marked = " ".join(f"{word}_{tag}" for word, tag in zip(*sentence, strict=True))
        return re.findall(r"\S+_B-\S+(?: \S+_I-\S+)*", marked)

    found = [{name for sentence in part for name in names(sentence)} for part in parts]
    assert not found[0] & found[2] and not found[0] & found[1] and not found[1] & found[2]
    people = [
        {word for sentence in part for word, tag in zip(*sentence, strict=True) if "PER" in tag} for part in parts
    ]
    assert not people[0] & people[2] and not people[1] & people[2]
    frames = [{" ".join(w for w, tag in zip(*s, strict=True) if tag == "O") for s in part} for part in parts]
    assert not frames[0] & frames[2] and not frames[1] & frames[2]


def test_entity_tags_are_well_formed(loaded):
    for part in loaded["named_entities"]:
        for tokens, tags in part:
            assert len(tokens) == len(tags) and all(tokens)
            assert not set(tokens) & set(KINDS), tokens
            assert not any(re.search(r"[\[\]|]", token) for token in tokens), tokens
            for before, tag in zip(["O", *tags], tags, strict=False):
                assert tag == "O" or tag[:2] == "B-" or before[2:] == tag[2:], (tokens, tags)
    kinds = Counter(tag for _, tags in loaded["named_entities"].test for tag in tags if tag[0] == "B")
    assert set(kinds) == {"B-PER", "B-LOC", "B-ORG"} and min(kinds.values()) > 300


def test_tagged_sentences_are_well_formed_and_differ(loaded):
    parts = loaded["parts_of_speech"]
    for part in parts:
        for tokens, tags in part:
            assert len(tokens) == len(tags) > 0 and all(tokens)
            assert set(tags) <= set(data.TAGS)
    assert not shared(parts, lambda sentence: " ".join(sentence.tokens))
    places = Counter((w, tag) for tokens, tags in parts.train for w, tag in zip(tokens, tags, strict=True))
    assert places["watch", "NOUN"] and places["watch", "VERB"]
    assert not any(
        tokens[i] == "a" and tokens[i + 1][0] in "aeiou" for tokens, _ in parts.train for i in range(len(tokens) - 1)
    )


def test_names_are_single_words_in_one_part(loaded):
    assert not shared(loaded["names"], str)
    assert all(re.fullmatch("[A-Z][a-z]+", name) for part in loaded["names"] for name in part)


def test_tunes_hold_nothing_but_notes_and_bars(loaded):
    for tune in [tune for part in loaded["tunes"] for tune in part]:
        assert re.fullmatch(r"[A-Ga-gz\d/^_=,'<>|:\[\]( ]+", tune.notes), tune
        assert re.fullmatch(r"[A-G][b#]?(m|dor|mix|lyd|phr)?", tune.key), tune
        assert re.fullmatch(r"C\|?|\d+/\d+", tune.meter) and tune.unit in ("1/8", "1/16"), tune
        assert f"\nK:{tune.key}\n{tune.notes}\n" in tune.abc


def test_tunes_that_share_a_tenth_stand_together(loaded):
    sides = [side for side, part in enumerate(loaded["tunes"]) for _ in part]
    marks = [_intervals(tune.notes) for part in loaded["tunes"] for tune in part]
    pairs = split.similar_pairs(marks, 0.1, common=25)
    assert len(pairs) > 50
    assert all(sides[a] == sides[b] for a, b in pairs)


def test_a_tune_in_another_key_has_the_same_intervals():
    assert (
        _intervals("G2 AB cdef gf", run=3) == _intervals("D2 EF GABc dc", run=3) != _intervals("D2 EF GFED CD", run=3)
    )


def test_numbers_hold_out_whole_hundreds(loaded):
    assert not shared(loaded["number_words"], lambda pair: pair.number // 100)
    numbers = sorted(pair.number for part in loaded["number_words"] for pair in part)
    assert numbers == list(range(10_000))
    known = {word for pair in loaded["number_words"].train for word in re.split("[ -]", pair.french)}
    assert {word for pair in loaded["number_words"].test for word in re.split("[ -]", pair.french)} <= known


def test_french_counts_by_twenties(loaded):
    words = {pair.number: (pair.english, pair.french) for part in loaded["number_words"] for pair in part}
    assert words[1992] == ("one thousand nine hundred and ninety-two", "mille neuf cent quatre-vingt-douze")
    assert words[280][1] == "deux cent quatre-vingts" and words[71][1] == "soixante et onze"


def test_digit_images_are_in_one_part_and_thick_ones_have_more_ink(loaded):
    parts = loaded["digit_images"]
    assert not shared(parts, lambda image: image.pixels.tobytes())
    for digit in range(10):
        ink = {"thick": [], "thin": []}
        for image in [image for part in parts for image in part if image.digit == digit]:
            ink[image.stroke].append(image.pixels.sum())
        assert max(ink["thin"]) < min(ink["thick"])


def test_captions_say_what_is_on_the_strip(loaded):
    pairs = data.digit_strips(loaded["digit_images"].train, 200, seed=1)
    for strip, caption in pairs:
        assert strip.shape == (8, 40) and 0 <= strip.min() <= strip.max() <= 1
        inked = [place for place, name in enumerate(PLACES) if strip[:, 8 * place : 8 * place + 8].any()]
        count, _, listed = caption.partition(" digit")
        described = re.findall(r"an? (thick|thin) (\w+) (?:on|in) the (far left|left|middle|right|far right)", listed)
        assert WORDS.index(count) == len(described) == len(inked)
        assert [PLACES.index(place) for _, _, place in described] == inked
    assert {len(re.findall("thick|thin", caption)) for _, caption in pairs} == {1, 2, 3, 4}


def test_canvases_hold_digits_that_do_not_overlap_from_left_to_right(loaded):
    canvases = data.digit_canvases(loaded["digit_images"].train, 200, seed=1)
    stacked = 0
    for canvas, placed in canvases:
        assert canvas.shape == (20, 32) and 0 <= canvas.min() <= canvas.max() <= 1
        covered = np.zeros(canvas.shape)
        for row, column, digit in placed:
            covered[row : row + 8, column : column + 8] += 1
            images = [image.pixels for image in loaded["digit_images"].train if image.digit == digit]
            assert any(np.array_equal(canvas[row : row + 8, column : column + 8], pixels) for pixels in images)
        assert covered.max() == 1 and not canvas[covered == 0].any()
        steps = np.diff([column for _, column, _ in placed])
        assert (steps >= 3).all()
        stacked += (steps < 8).any()
    assert {len(placed) for _, placed in canvases} == {1, 2, 3, 4} and stacked > 10


@pytest.mark.parametrize("held_out", ["recordings", "voice"])
def test_recordings_are_in_one_part(held_out):
    parts = data.spoken_digit_split(held_out)
    assert not shared(parts, lambda one: one.frames.tobytes())
    assert sum(len(part) for part in parts) == 3000
    if held_out == "voice":
        assert not shared(parts, lambda one: one.voice)
        assert [len(part) for part in parts] == [2000, 500, 500]
    else:
        assert set(Counter((one.digit, one.voice) for one in parts.test).values()) == {10}


@pytest.mark.parametrize("tested", range(6))
def test_each_voice_can_be_held_out(tested):
    parts = data.spoken_digit_split("voice", tested)
    train, validation, test = ({one.voice for one in part} for part in parts)
    assert (test, validation) == ({tested}, {(tested + 1) % 6})
    assert train == set(range(6)) - test - validation


def test_held_out_is_one_of_two_words():
    with pytest.raises(ValueError, match="tested is 6; expected a voice from 0 to 5"):
        data.spoken_digit_split("voice", 6)
    with pytest.raises(ValueError, match='held_out is "?\'?speaker.*expected "recordings" or "voice"'):
        data.spoken_digit_split("speaker")


def test_the_voices_can_be_found_again():
    from sklearn.mixture import GaussianMixture

    recordings, digits = data.spoken_digits()
    features = np.array([[*frames.mean(axis=0), *frames.std(axis=0), np.log(len(frames))] for frames in recordings])
    for digit in range(10):
        features[digits == digit] -= features[digits == digit].mean(axis=0)
    mixture = GaussianMixture(6, reg_covar=1e-2, random_state=3)
    found = mixture.fit_predict(features / features.std(axis=0))
    stored = {one.frames.tobytes(): one.voice for part in data.spoken_digit_split() for one in part}
    both = Counter(zip(found, [stored[frames.tobytes()] for frames in recordings], strict=True))
    assert sum(max(both[group, voice] for voice in range(6)) for group in range(6)) > 2900


def test_digit_strings_join_recordings_of_one_voice(loaded):
    recordings = loaded["spoken_digit_split"].validation
    strings = data.digit_strings(recordings, 50, seed=2)
    by_length = {len(digits) for _, digits in strings}
    assert by_length == {1, 2, 3, 4, 5}
    starts = {one.frames[:3].tobytes(): one for one in recordings}
    for frames, digits in strings:
        first = starts[frames[:3].tobytes()]
        assert first.digit == digits[0] and frames.shape[1] == 13
        if len(digits) == 1:
            assert len(frames) == len(first.frames)


def test_alike_finds_what_shares_enough():
    marks = [{1, 2, 3, 4}, {1, 2, 3, 5}, {1, 9}, {7}]
    assert split.similar_pairs(marks, 0.5) == [(0, 1)]
    assert split.similar_pairs(marks, 0.5, common=1) == []


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=12))
def test_groups_keep_every_pair_together(pairs):
    found = split.connected_groups(10, pairs)
    assert sorted(index for members in found for index in members) == list(range(10))
    at = {index: where for where, members in enumerate(found) for index in members}
    assert all(at[a] == at[b] for a, b in pairs)


@given(st.lists(st.text(max_size=5), max_size=8, unique=True))
def test_order_by_hash_depends_on_the_items_alone(items):
    assert split.by_hash(items) == split.by_hash(sorted(items))
    assert sorted(split.by_hash(items)) == sorted(items)


def test_word_lists_are_read_not_run():
    text = 'class A:\n    names = ("Ann", "Bob")\n    more: tuple = (("Cy", 0.5),)\n    late = open("nowhere")\n1 / 0\n'
    assert word_lists.word_lists(text) == {"names": ["Ann", "Bob"], "more": ["Cy"], "late": ["nowhere"]}
