"""helpers.data.marked_news: the marks fit the sentences, follow their rules, and hold none of the text."""

import collections
import re
from pathlib import Path

import pytest
from seqeval.metrics.sequence_labeling import get_entities

from helpers import data

FILE = Path(data.__file__).parent / "marked_news.txt"


@pytest.fixture(scope="module")
def readings():
    try:
        return {reading: data.marked_news(reading) for reading in ("first", "second", "settled")}
    except data.DataUnavailable as problem:
        pytest.skip(str(problem))


def names(sentences):
    return {(i, *name) for i, sentence in enumerate(sentences) for name in get_entities(sentence.tags)}


def test_the_file_says_where_names_are_and_holds_no_text():
    lines = [line for line in FILE.read_text("utf-8").splitlines() if not line.startswith("#")]
    form = re.compile(r"\d+ (PER|LOC|ORG) \d+ \d+( (first|second) (kept|left))?")
    assert len(lines) == 226 and all(map(form.fullmatch, lines))
    places = [tuple(map(int, re.findall(r"\d+", line))) for line in lines]
    assert places == sorted(places) and all(first <= last for _, first, last in places)


def test_there_are_200_sentences_chosen_by_count_alone(readings):
    sentences = readings["settled"]
    ordinary = [sentence for sentence in data.brown_sentences(["news"]) if 8 <= len(sentence.tokens) <= 30]
    assert len(ordinary) == 3_063
    assert [sentence.tokens for sentence in sentences] == [sentence.tokens for sentence in ordinary[:3_000:15]]


def test_the_first_and_the_last_sentence_are_marked_as_a_reader_sees_them(readings):
    named = [sentence for sentence in readings["settled"] if get_entities(sentence.tags)]
    found = [
        [(kind, " ".join(sentence.tokens[first : last + 1])) for kind, first, last in get_entities(sentence.tags)]
        for sentence in (named[0], named[-1])
    ]
    assert found == [[("ORG", "Fulton County Grand Jury"), ("LOC", "Atlanta's")], [("ORG", "Underwood's")]]
    kinds = collections.Counter(kind for _, kind, _, _ in names(named))
    assert kinds == {"PER": 116, "LOC": 72, "ORG": 37}


def test_names_have_capitals_and_no_title_in_front(readings):
    for sentence in readings["settled"]:
        for _, first, last in get_entities(sentence.tags):
            name = sentence.tokens[first : last + 1]
            assert re.match("[A-Z0-9]", name[0]) and re.search("[A-Z]", name[-1] + name[0]), name
            assert name[0] not in ("Mr.", "Mrs.", "Miss", "Dr.", "Judge"), name


def test_what_is_settled_is_what_both_readings_marked_and_the_rules_kept(readings):
    first, second, settled = map(names, (readings["first"], readings["second"], readings["settled"]))
    assert first & second <= settled <= first | second
    assert len(first - second) == len(second - first) == 1 and len(settled) == len(first) == len(second) == 225


def test_nearly_every_proper_noun_in_brown_that_is_no_title_or_month_is_in_a_name(readings):
    inside, outside = 0, []
    for sentence in readings["settled"]:
        for token, tag, own in zip(sentence.tokens, sentence.tags, sentence.brown_tags, strict=True):
            if own.startswith("np") and not re.match("M(r|rs)\\.|Miss|Mister", token):
                inside += tag != "O"
                outside += [token] if tag == "O" else []
    assert inside > 0.9 * (inside + len(outside)), outside


def test_an_unknown_reading_is_named():
    with pytest.raises(ValueError, match="reading is 'third'; choose from 'settled', 'first', 'second'"):
        data.marked_news("third")
