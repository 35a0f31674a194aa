"""helpers.applications.abc_music: ABC is read as the standard says, and sounds the same on every machine."""

import re
from pathlib import Path

import nbformat
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import data, sound
from helpers.applications import abc_music


def pitches(abc, key="C"):
    return [note.pitch for note in abc_music.read(abc, key)[0]]


def lengths(abc):
    return [note.length for note in abc_music.read(abc, "C")[0]]


@pytest.mark.parametrize(
    ("abc", "key", "expected"),
    [
        ("A", "C", [69]),
        ("C,Cc c'", "C", [48, 60, 72, 84]),
        ("Ff", "G", [66, 78]),
        ("FC", "D", [66, 61]),
        ("BE", "Bb", [70, 63]),
        ("=F^GG|G", "D", [65, 68, 68, 67]),
        ("^Ff", "C", [66, 77]),
        ("FC", "Edor", [66, 61]),
        ("z", "C", [None]),
    ],
)
def test_pitches(abc, key, expected):
    assert pitches(abc, key) == expected


@pytest.mark.parametrize(
    ("abc", "expected"),
    [
        ("AA2A/A/2A//A3/2", [1, 2, 0.5, 0.5, 0.25, 1.5]),
        ("A>B A<B", [1.5, 0.5, 0.5, 1.5]),
        ("(3ABcA", [2 / 3, 2 / 3, 2 / 3, 1]),
        ("|1 A :|2 B", [1, 1]),
    ],
)
def test_lengths(abc, expected):
    assert lengths(abc) == pytest.approx(expected)


def test_bar_lines_stand_between_notes():
    notes, bars = abc_music.read("A| BA2| c", "C")
    assert bars == [1.0, 4.0]
    assert [note.start for note in notes] == [0, 1, 2, 4]


def test_every_tune_of_the_collection_can_be_read():
    for tune in data.tunes().train:
        notes, bars = abc_music.read(tune.notes, tune.key)
        assert len(notes) > 20 and len(bars) > 4
        assert all(40 < note.pitch < 100 for note in notes if note.pitch is not None)


@given(st.text("ABCabcz^_=',/0123456789><(|:[] 3x", max_size=40))
def test_whatever_a_network_writes_can_be_read(abc):
    notes, bars = abc_music.read(abc, "Am")
    assert all(note.length >= 0 for note in notes)
    assert bars == sorted(bars)


@pytest.mark.parametrize(
    "abc",
    [
        *("d99999", "d" + "9" * 5000, "z100000", "d64>d", "d" + ">" * 5000, "(3d99999dd", "[d99999", "d99999/2"),
        *("d10" * 2000, "d" * 100_000, "d1>" * 2000),
    ],
    ids=lambda abc: abc[:9],
)
def test_whatever_is_typed_the_sound_is_short_and_a_sentence_says_what_was_cut(abc):
    notes, bars, cut = abc_music.parse(abc, "G")
    assert re.match(r"No (note|tune) lasts longer than .* units here", cut)
    assert abc_music.read(abc, "G") == (notes, bars)
    assert max(note.length for note in notes) <= abc_music.LONGEST_NOTE
    assert notes[-1].start + notes[-1].length <= abc_music.LONGEST_TUNE
    assert all(bar <= abc_music.LONGEST_TUNE for bar in bars)


@pytest.mark.parametrize(
    "abc", ["d" + "/" * 5000, "d/" + "9" * 5000, "d" + "'" * 5000, "C" + "," * 5000, "^" * 5000 + "d"]
)
def test_endless_marks_give_a_note_that_can_be_played(abc):
    ((pitch, _, length),), _ = abc_music.read(abc, "C")
    assert 0 <= pitch <= 127 and 0 <= length <= 1


NOTEBOOK = Path(data.__file__).parents[2] / "notebooks" / "applications" / "text_generation.ipynb"


def test_the_notebook_makes_no_sound_longer_than_a_tune(capsys):
    cells = nbformat.read(NOTEBOOK, 4).cells
    (source,) = (cell.source for cell in cells if "def sound" in cell.source)
    names = {"np": np, "abc_music": abc_music, "RATE": sound.RATE, "wav": sound.wav}
    exec(source.partition("def first_bars")[0], names)
    file = names["sound"]("d99999", "G")
    assert "this one is cut: d99999" in capsys.readouterr().out
    assert len(file) <= abc_music.LONGEST_NOTE * 0.14 * sound.RATE + 100


@pytest.mark.parametrize("key", ["", "H", "Gfoo", "g"])
def test_an_unknown_key_is_refused(key):
    with pytest.raises(ValueError, match="expected a letter and a mode"):
        abc_music.read("A", key)
