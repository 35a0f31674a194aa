"""Read tunes in ABC notation as notes to draw and to hear."""

import re
from typing import NamedTuple

import numpy as np

LONGEST_NOTE, LONGEST_TUNE = 64, 1000
"""At most so many units of length in a note and in a tune, whatever is typed.

The longest note of the collection has 8 units, the longest tune 462.
"""

FIFTHS = {"C": 0, "G": 1, "D": 2, "A": 3, "E": 4, "B": 5, "F#": 6, "F": -1, "Bb": -2, "Eb": -3, "Ab": -4}
MODES = {"": 0, "lyd": 1, "mix": -1, "dor": -2, "m": -3, "phr": -4}
SEMITONES = dict(zip("CDEFGAB", (0, 2, 4, 5, 7, 9, 11), strict=True))
TOKEN = re.compile(r"([\^_=]*)([A-Ga-gz])([,']*)(\d*)(/*)(\d*)|(\(3)|([<>])|([|:\[\]]+)[12]?")


class Note(NamedTuple):
    """A note: MIDI pitch (69 is the A of 440 Hz; None is a rest), its start and its length, in units of length."""

    pitch: int | None
    start: float
    length: float


def read(abc, key):
    """Return the notes of a line of ABC, and the times of its bar lines.

    It reads accidentals (until the next bar line), octaves, lengths, broken rhythm (> <), triplets, rests. Repeats are
    not played twice. What cannot be read is skipped, so that everything a network writes can be played. Notes and tunes
    that are too long are cut; `parse` says which.

    Args:
        abc: the notes, such as "D>E FA|".
        key: such as "G", "Bb", "Am" or "Edor".

    Returns:
        notes: list of Note, one after the other.
        bars: list of the times of the bar lines, in units of length.

    Raises:
        ValueError: the key is not known.

    Source: the ABC music standard 2.1, https://abcnotation.com/wiki/abc:standard:v2.1.
    """
    return parse(abc, key)[:2]


def parse(abc, key):
    """Return what `read` does, and a sentence that says what was too long and cut; "" if nothing was."""
    signature = _signature(key)
    pitches, lengths, written, bars, altered = [], [], [], [], {}
    triplet, pending = 0, 1.0
    for match in TOKEN.finditer(abc):
        accidental, letter, octave, number, slashes, divisor, three, broken, bar = match.groups()
        if letter:
            divided = _number(divisor or "2") if len(slashes) == 1 else 2 ** min(len(slashes), 20)
            length = pending * _number(number or "1") / max(divided, 1)
            pending = 1.0
            if triplet:
                triplet, length = triplet - 1, length * 2 / 3
            name = letter.upper()
            if accidental:
                altered[name, octave, letter] = accidental.count("^") - accidental.count("_")
            shift = altered.get((name, octave, letter), signature.get(name, 0))
            high = 12 * (letter.islower() + octave.count("'") - octave.count(","))
            pitches.append(None if letter == "z" else min(max(0, 60 + SEMITONES[name] + shift + high), 127))
            lengths.append(length)
            written.append(match.group())
        elif three:
            triplet = 3
        elif broken and lengths:
            first, pending = (1.5, 0.5) if broken == ">" else (0.5, 1.5)
            lengths[-1] *= first
        elif bar:
            bars.append(len(lengths))
            altered = {}
    cut = ""
    if too_long := [abc for abc, length in zip(written, lengths, strict=True) if length > LONGEST_NOTE]:
        cut = f"No note lasts longer than {LONGEST_NOTE} units here, so this one is cut: {too_long[0][:20]}."
    lengths = [min(length, LONGEST_NOTE) for length in lengths]
    starts = [0.0, *np.cumsum(lengths).tolist()]
    if starts[-1] > LONGEST_TUNE:
        count = int(np.searchsorted(starts, LONGEST_TUNE, side="right")) - 1
        lengths, starts, bars = lengths[:count], starts[: count + 1], [i for i in bars if i <= count]
        cut = f"{cut} No tune lasts longer than {LONGEST_TUNE:,} units here, so its end is left out.".strip()
    return [Note(*note) for note in zip(pitches, starts, lengths, strict=False)], [starts[i] for i in bars], cut


def _number(digits):
    """Return the number of some digits, all of a very long row of them being more than any limit."""
    return int(digits.lstrip("0")[:6] or 0)


def _signature(key):
    """Return the signature of a key: letter -> 1 (sharp) or -1 (flat)."""
    match = re.fullmatch(r"([A-G][b#]?)(\w*)", key)
    if not match or match[1] not in FIFTHS or match[2] not in MODES:
        raise ValueError(f"key is {key!r}; expected a letter and a mode, such as 'G', 'Bb', 'Am' or 'Edor'.")
    sharps = FIFTHS[match[1]] + MODES[match[2]]
    return dict.fromkeys("FCGDAEB"[:sharps], 1) if sharps > 0 else dict.fromkeys("BEADGCF"[:-sharps], -1)
