"""helpers.applications.abc_music: ABC is read as the standard says, and sounds the same on every machine."""

import io
import wave

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import data
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


@pytest.mark.parametrize("key", ["", "H", "Gfoo", "g"])
def test_an_unknown_key_is_refused(key):
    with pytest.raises(ValueError, match="expected a letter and a mode"):
        abc_music.read("A", key)


def test_wav_holds_the_samples():
    with wave.open(io.BytesIO(abc_music.wav([0, 1, -1, 2]))) as sound:
        assert (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) == (abc_music.RATE, 1, 1)
        assert np.frombuffer(sound.readframes(9), np.uint8).tolist() == [128, 255, 1, 255]
