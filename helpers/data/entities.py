"""Sentences with their people, places and organisations marked."""

import random
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

from helpers.data.archives import members
from helpers.data.split import Split, by_hash, cut_list, part_by_hash
from helpers.data.word_lists import word_lists

LISTS = dict(
    FIRST=("person", ["first_names", "first_names_male", "first_names_female", "first_names_unisex"]),
    LAST=("person", ["last_names", "last_names_male", "last_names_female", "last_names_unisex"]),
    CITY=("address", ["cities"]),
    COUNTRY=("address", ["countries"]),
    FIRM=("company", ["large_companies"]),
)
LOCALES = (
    "cs_CZ|da_DK|de_AT|de_DE|en|en_GB|en_IN|en_KE|en_NZ|en_PK|es_CL|es_ES|es_MX|fi_FI|fr_BE|fr_DZ|fr_FR|hr_HR|hu_HU|"
    "id_ID|it_IT|nl_NL|no_NO|pl_PL|pt_BR|pt_PT|ro_RO|sl_SI|sv_SE|tr_TR|tw_GH|uz_UZ|yo_NG"
)
ORGANISATIONS = [
    *["FIRM"] * 4,
    "LAST GmbH",
    "LAST & LAST",
    "LAST Ltd",
    "LAST Group",
    "LAST Industries",
    "LAST and Sons",
    "LAST Foundation",
    "University of CITY",
    "CITY University",
    "CITY United",
    "FC CITY",
    "CITY City Council",
    "Bank of COUNTRY",
    "Radio CITY",
    "CITY Airlines",
    "Hotel LAST",
    "COUNTRY Telecom",
    "CITY Times",
    "Museum of CITY",
]
LATIN = "[A-Za-zÀ-ɏḀ-ỿ]"
KINDS = dict(PER="PER", FIRST="PER", LAST="PER", LOC="LOC", CITY="LOC", COUNTRY="LOC", ORG="ORG")


class TaggedSentence(NamedTuple):
    """The tokens of a sentence, and a tag for each."""

    tokens: list
    tags: list


def named_entities(train=4000, validation=500, test=600):
    """Generate sentences with their people (PER), places (LOC) and organisations (ORG) marked, one tag for each token.

    Args:
        train, validation, test: how many sentences to generate for each part.

    Returns:
        Split of lists of TaggedSentence. "B-PER" begins a name, "I-PER" continues it, "O" is outside all names.

    No template and no name is in two parts, so the test has new names in new sentences. The names are real, from lists
    of 33 languages and countries. Some organisations are real, most are composed ("University of" a city).

    Size and split: as asked, from 55 / 15 / 20 templates (`entity_templates`). Weakness: the templates are fewer and
    tidier than real sentences, and people, places and organisations are drawn independently.
    Generated for this course: the templates are ours (licence of the texts of this course), the names are from
    the package faker (MIT).
    """
    parts = []
    for part, (written, count) in enumerate(zip(entity_templates(), (train, validation, test), strict=True)):
        rng = random.Random(part)
        names = _names()[part]
        parts.append([_sentence(written[i % len(written)], names, rng) for i in range(count)])
    return Split(*parts)


def entity_templates():
    """Return the patterns that `named_entities` fills with names.

    Returns:
        Split of lists of str: 55 to train, 15 to choose and 20 to test with; none is in two parts. A word in capitals
        such as PER is replaced by a name, and [a|b] is a choice. Written for this course (licence of its texts).
    """
    return cut_list(by_hash((Path(__file__).parent / "entity_templates.txt").read_text("utf-8").splitlines()), 15, 20)


def _sentence(template, names, rng):
    text = re.sub(r"\[([^\]]+)\]", lambda options: rng.choice(options[1].split("|")), template)
    tokens, tags = [], []
    for word in text.split():
        if word in KINDS:
            name = _name(word, names, rng).split()
            tokens += name
            tags += [f"{'I' if i else 'B'}-{KINDS[word]}" for i in range(len(name))]
        else:
            tokens.append(word)
            tags.append("O")
    return TaggedSentence(tokens, tags)


def _name(kind, names, rng):
    if kind == "LOC":
        kind = rng.choice(["CITY", "COUNTRY"])
    if kind == "ORG":
        return re.sub("[A-Z]{4,}", lambda slot: _name(slot[0], names, rng), rng.choice(ORGANISATIONS))
    if kind == "PER":
        people = rng.choice([people for people in names["FIRST"] if people in names["LAST"]])
        return f"{rng.choice(names['FIRST'][people])} {rng.choice(names['LAST'][people])}"
    return rng.choice(names[kind][rng.choice(list(names[kind]))])


@cache
def _names():
    """Return, for each part, kind -> locale -> names in Latin letters. No name is in two parts."""
    form = re.compile(rf"(?=[A-ZÀ-ÞĀ-Ɏ]{LATIN}*[a-zà-ÿ]){LATIN}+(?:[ '’&.-]+{LATIN}+){{0,2}}")
    parts = [{kind: {} for kind in LISTS} for _ in range(3)]
    for path, source in members("names", rf"faker/providers/(person|address|company)/({LOCALES})/__init__\.py").items():
        provider, locale = path.split("/")[2:4]
        lists = word_lists(source.decode())
        for kind, (where, wanted) in LISTS.items():
            if where != provider or (kind == "COUNTRY" and locale != "en"):
                continue
            found = sorted({name for each in wanted for name in lists.get(each, []) if form.fullmatch(name)})
            for name in found if len(found) > 20 else []:
                words = [name, *name.split()] if provider == "person" else [name]
                part = part_by_hash(name)
                if all(part_by_hash(word) == part for word in words):  # no word of a person's name is in another part
                    parts[part][kind].setdefault(locale, []).append(name)
    return parts
