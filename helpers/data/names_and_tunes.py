"""Names, and dance tunes written as text, for a model that learns to continue a text character by character."""

import re
from string import capwords
from typing import NamedTuple

from helpers.data.archives import member, members
from helpers.data.split import by_hash, connected_groups, cut_groups, cut_list, similar_pairs
from helpers.data.word_lists import word_lists

LETTERS = "abcdefghijklmnopqrstuvwxyz"
"""The letters of the names, in lower case."""


class Tune(NamedTuple):
    """A tune in ABC notation: title, kind of dance, meter, unit of length, key, and its notes on one line."""

    title: str
    rhythm: str
    meter: str
    unit: str
    key: str
    notes: str

    @property
    def abc(self):
        """The tune in a form that any ABC program can read."""
        return f"X:1\nT:{self.title}\nR:{self.rhythm}\nM:{self.meter}\nL:{self.unit}\nK:{self.key}\n{self.notes}\n"


def names():
    """Return first names that are used in English.

    Returns:
        Split of lists of str: each name once, with its capital, in the letters a to z.

    Size and split: 5,424 / 700 / 700. Weakness: spellings of one name ("Ashlee", "Ashleigh") may be in two parts.
    Licence: MIT (the archive's). Origin: the English lists of the package faker, which does not say where they
    come from.
    """
    lists = word_lists(member("names", "faker/providers/person/en/__init__.py").decode())
    found = {*lists["first_names_male"], *lists["first_names_female"]}
    return cut_list(by_hash(sorted(name for name in found if re.fullmatch("[A-Z][a-z]+", name))), 700, 700)


def tunes():
    """Return reels, hornpipes, jigs and other fiddle tunes from a collection printed in Boston in 1883.

    Returns:
        Split of lists of Tune. Only melody and rhythm are kept: fingerings, bowings, slurs, ornaments and
        words are removed, of two notes at once only the first is kept, and tunes that change key or meter are left out.

    Two tunes are in the same part if they share a tenth of their runs of eight intervals, in any key.

    Size and split: 776 / 100 / 101, 194,000 characters of notes. Weakness: dance tunes are made of common figures,
    so every split has the same figures in all parts.
    Licence: public domain. Origin: William Bradbury Ryan, Ryan's Mammoth Collection, Elias Howe, Boston 1883; written
    out in ABC by Ray Davies, John Chambers and others; archived in the package music21.
    """
    texts = members("tunes", r"music21/corpus/ryansMammoth/.*\.abc").values()
    found = [_tune(text.decode("latin-1")) for text in texts]
    kept = [tune for tune in found if tune]
    pairs = similar_pairs([_intervals(tune.notes) for tune in kept], 0.1, common=25)
    return cut_groups(kept, connected_groups(len(kept), pairs), 100, 100)


_NOTE = r"[\^_=]{0,2}[A-Ga-g][,']*\d*(?:/+\d*)?|z\d*(?:/+\d*)?"
_BAR = r"(?:\[\||[|:\]]+)(?:\[?[12](?=[\s\[(A-Ga-g^_=z]))?|\[[12]"
_TUNE = re.compile(rf"(?:{_NOTE}|{_BAR}|[<>]|\(3| )+")
_SIMPLER = {
    r'"[^"]*"': "",  # fingerings and words
    r"\{[^}]*\}": "",  # grace notes
    r"![^!]*!|%.*|\\": "",  # marks, remarks, ends of lines
    rf"\[({_NOTE})[^\]]*\]": r"\1",  # two notes at once
    r"\((?!3)|[)uvT.~\-SHkPRMO]|\(3(?=:)": "",  # slurs, bowings, ornaments; "(3" is a triplet
    rf"\s*({_BAR})\s*": r"\1 ",
    r"\s+": " ",
}


def _tune(text):
    """Return the tune in an ABC file, or None if it changes key or meter or cannot be simplified."""
    head = dict(reversed(re.findall(r"^([A-Z]):[ \t]*(.*?)[ \t]*$", text, re.MULTILINE)))
    changes = any(len(re.findall(f"^{field}:|\\[{field}:", text, re.MULTILINE)) != 1 for field in "KML")
    key = re.match(r"([A-G][b#]?) ?(m\b|min|dor|mix|lyd|phr|$|M\b|Minor)", head.get("K", ""), re.IGNORECASE)
    notes = " ".join(re.findall(r"^(?![A-Za-z]:|%).+", text, re.MULTILINE))
    for pattern, simpler in _SIMPLER.items():
        notes = re.sub(pattern, simpler, notes)
    if changes or not key or not _TUNE.fullmatch(notes.strip()):
        return None
    rhythm = head.get("R", "").lower().replace("slipjig", "slip jig")
    return Tune(_title(head["T"]), rhythm, head["M"], head["L"], key[1] + _mode(key[2]), notes.strip())


def _mode(written):
    if written in ("", "M"):
        return ""
    return "m" if written.lower() in ("m", "min", "minor") else written.lower()


def _title(text):
    return capwords(re.split(r"\s+--|\s-\s|\.$", text.replace("t:", "t"))[0])


def _intervals(notes, run=8):
    letters = re.findall(r"([A-Ga-g])([,']*)", notes)
    steps = ["CDEFGABcdefgab".index(letter) + 7 * (up.count("'") - up.count(",")) for letter, up in letters]
    moves = [b - a for a, b in zip(steps, steps[1:], strict=False)]
    return {tuple(moves[i : i + run]) for i in range(len(moves) - run + 1)}
