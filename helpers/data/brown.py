"""The Brown corpus: American prose of 1961 in fifteen genres, with a part of speech for every word, checked by hand."""

import hashlib
import tarfile
import zipfile
from typing import NamedTuple

from helpers.data.archives import DataUnavailable, cache, fetch

NAME = "Brown corpus"
TEXTS_SHA256 = "cbc711696316d4aa801b51d6a062c4bc5a2c5f85abdf4ca5a51f6e11a50c1bc8"
GENRES = [
    "news",
    "editorial",
    "reviews",
    "religion",
    "hobbies",
    "lore",
    "belles_lettres",
    "government",
    "learned",
    "fiction",
    "mystery",
    "science_fiction",
    "adventure",
    "romance",
    "humor",
]
COARSE_TAGS = ["NOUN", "VERB", "ADJ", "ADV", "PRON", "DET", "ADP", "CONJ", "PRT", "NUM", "X", "."]
"""The twelve universal tags of Petrov, Das and McDonald (2012), arXiv:1104.2086; auxiliaries are verbs here."""

_KIND = (
    dict.fromkeys(["nn", "nns", "np", "nps", "nr", "nrs"], "NOUN")
    | dict.fromkeys(
        [
            "vb",
            "vbd",
            "vbg",
            "vbn",
            "vbz",
            "md",
            "be",
            "bed",
            "bedz",
            "beg",
            "bem",
            "ben",
            "ber",
            "bez",
            "do",
            "dod",
            "doz",
            "hv",
            "hvd",
            "hvg",
            "hvn",
            "hvz",
        ],
        "VERB",
    )
    | dict.fromkeys(["jj", "jjr", "jjs", "jjt", "od"], "ADJ")
    | dict.fromkeys(["rb", "rbr", "rbt", "rn", "ql", "qlp", "wrb", "wql", "*"], "ADV")
    | dict.fromkeys(["ppss", "pps", "ppo", "ppl", "ppls", "pn", "wps", "wpo", "ex", "pp", "pp$", "pp$$", "wp$"], "PRON")
    | dict.fromkeys(["at", "dt", "dti", "dts", "dtx", "abn", "abl", "abx", "ap", "wdt"], "DET")
    | dict.fromkeys(["in", "cs"], "ADP")
    | {"cc": "CONJ", "to": "PRT", "rp": "PRT", "cd": "NUM", "uh": "X", "nil": "X"}
    | dict.fromkeys([".", ",", ":", "--", "(", ")", "``", "''", "'"], ".")
)


class BrownSentence(NamedTuple):
    """A sentence of the Brown corpus.

    Attributes:
        text: the name of its text, such as "ca01"; sentences of one text belong together.
        genre: one of GENRES.
        tokens, tags: its words, and a tag of COARSE_TAGS for each.
        brown_tags: the corpus's own tags, such as "np-tl".
    """

    text: str
    genre: str
    tokens: list
    tags: list
    brown_tags: list


def brown_sentences(genres=None):
    """Return the sentences of the Brown corpus, text by text.

    Args:
        genres: names from GENRES; None for all.

    Returns:
        list of BrownSentence.

    Raises:
        DataUnavailable: the corpus is not on this machine; the message says how to get it.

    Source: Francis and Kucera (1964, revised 1979), A standard corpus of present-day edited American English; 500 texts
    of about 2,000 words, printed in 1961. Its own note: distributed with the permission of the copyright holder,
    redistribution permitted; others list it for non-commercial use. The tags were checked by hand; the twelve tags here
    are made from them by rule, after Petrov, Das and McDonald (2012).
    """
    files = _files()
    genre_of = dict(line.split() for line in files["cats.txt"].decode().splitlines() if line.strip())
    found = []
    for name in sorted(genre_of):
        if genres is not None and genre_of[name] not in genres:
            continue
        for line in files[name].decode("utf-8").splitlines():
            if pairs := [token.rsplit("/", 1) for token in line.split() if "/" in token]:
                tokens, own = map(list, zip(*pairs, strict=True))
                found.append(BrownSentence(name, genre_of[name], tokens, list(map(coarse, own)), own))
    return found


def coarse(tag):
    """Return the tag of COARSE_TAGS for one of the corpus's own: "np-tl" -> "NOUN", "ppss+md" -> "PRON"."""
    if tag.startswith("fw-"):
        return "X"
    if tag in _KIND:
        return _KIND[tag]
    first = tag.partition("+")[0]
    plain = "--" if first.startswith("--") else first.partition("-")[0]
    for kind in (plain, plain.rstrip("*"), plain.rstrip("$*")):
        if kind in _KIND:
            return _KIND[kind]
    return "X"


def _files():
    """Return name -> bytes of the corpus's texts and its list of genres, after checking the texts."""
    by_hand = cache() / "brown.zip"  # NLTK's published file, for machines without npm
    path = by_hand if by_hand.exists() else fetch(NAME)
    if str(path).endswith(".zip"):
        with zipfile.ZipFile(path) as opened:
            files = {name.rpartition("/")[2]: opened.read(name) for name in opened.namelist()}
    else:
        with tarfile.open(path) as opened:
            files = {each.name.rpartition("/")[2]: opened.extractfile(each).read() for each in opened if each.isfile()}
    texts = sorted(name for name in files if len(name) == 4 and name[0] == "c" and name[2:].isdigit())
    digest = hashlib.sha256(b"".join(files[name] for name in texts)).hexdigest()
    if digest != TEXTS_SHA256:
        raise DataUnavailable(
            f"The texts in {path} are not those of the Brown corpus; delete the file and run: python -m helpers.data"
        )
    return files
