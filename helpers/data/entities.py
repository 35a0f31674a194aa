"""Sentences with their people, places and organisations marked."""

import random
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

from helpers.data.archives import members
from helpers.data.source import strings
from helpers.data.split import Split, by_hash, cut, part_of

PEOPLE = (
    "cs_CZ da_DK de_AT de_DE en_GB en_IE en_IN en_KE en_NZ en_PK es_CL es_CO es_ES es_MX fi_FI fr_BE fr_CA fr_DZ fr_FR "
    "hr_HR hu_HU id_ID it_IT nl_NL no_NO pt_BR pt_PT ro_RO sl_SI sv_SE tr_TR tw_GH uz_UZ yo_NG"
).split()
FIRST = ("first_names", "first_names_male", "first_names_female", "first_names_unisex")
LAST = ("last_names", "last_names_male", "last_names_female", "last_names_unisex")
CITIES = "cs_CZ da_DK de_AT de_CH de_DE en_BD en_IN fi_FI fr_DZ hr_HR id_ID nl_NL pl_PL pt_PT sl_SI sv_SE".split()
FIRMS = ("nl_NL", "tr_TR", "az_AZ")
ORGANISATIONS = (
    "FIRM|FIRM|FIRM|FIRM|LAST GmbH|LAST & LAST|LAST Ltd|LAST Group|LAST Industries|LAST and Sons|LAST Foundation|"
    "University of CITY|CITY University|CITY United|FC CITY|CITY City Council|Bank of COUNTRY|Radio CITY|CITY Airlines|"
    "Hotel LAST|COUNTRY Telecom|CITY Times|Museum of CITY"
).split("|")
KINDS = dict(PER="PER", FIRST="PER", LAST="PER", LOC="LOC", CITY="LOC", COUNTRY="LOC", ORG="ORG")


class TaggedSentence(NamedTuple):
    """The tokens of a sentence and one tag for each."""

    tokens: list
    tags: list


def named_entities(train=4000, validation=500, test=600):
    """Sentences with their people (PER), places (LOC) and organisations (ORG) marked, one tag a token.

    Args:
        train, validation, test: how many sentences to generate for each part.

    Returns:
        Split of lists of TaggedSentence. "B-PER" begins a name, "I-PER" goes on with it, "O" is outside any.

    No template and no name is in two parts: what is tested are new names in new sentences. The names are real and come
    from 34 countries' lists; of organisations some are real, most are put together ("University of" a city).

    Size and split: as asked; 90 templates, SIZES. Weakness: written templates are fewer and tidier than what people
    write, and who, where and what are drawn independently of each other.
    Generated for this course: the templates are ours (licence of the texts of this course), the names stand in the
    package faker (MIT), which collected them from public registers.
    """
    templates = cut(by_hash((Path(__file__).parent / "entity_templates.txt").read_text("utf-8").splitlines()), 15, 20)
    parts = []
    for part, (written, count) in enumerate(zip(templates, (train, validation, test), strict=True)):
        rng = random.Random(part)
        names = _names()[part]
        parts.append([_sentence(written[i % len(written)], names, rng) for i in range(count)])
    return Split(*parts)


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
        pattern = rng.choice(ORGANISATIONS)
        return re.sub("FIRM|LAST|CITY|COUNTRY", lambda slot: _name(slot[0], names, rng), pattern)
    if kind == "PER":
        people = rng.choice([people for people in PEOPLE if names["FIRST", people] and names["LAST", people]])
        return f"{rng.choice(names['FIRST', people])} {rng.choice(names['LAST', people])}"
    lists = [found for (what, _), found in names.items() if what == kind and found]
    return rng.choice(rng.choice(lists))


@cache
def _names():
    """For each part, (kind, locale) -> names, no name in two parts."""
    wanted = {("FIRST", people): ("person", people, FIRST) for people in PEOPLE}
    wanted |= {("LAST", people): ("person", people, LAST) for people in PEOPLE}
    wanted |= {("CITY", country): ("address", country, ("cities",)) for country in CITIES}
    wanted |= {("CITY", country): ("address", country, ("states",)) for country in ("en_US", "es_ES")}
    wanted |= {("COUNTRY", "en"): ("address", "en", ("countries",))}
    wanted |= {("FIRM", country): ("company", country, ("large_companies",)) for country in FIRMS}
    sources = members("names", r"faker/providers/(person|address|company)/\w+/__init__\.py")
    parts = ({}, {}, {})
    for key, (provider, locale, lists) in wanted.items():
        source = sources[f"faker/providers/{provider}/{locale}/__init__.py"].decode()
        found = {" ".join(name.split()) for each in lists for name in strings(source, each)}
        found = sorted(name for name in found if re.fullmatch(r"[^\W\d_a-z][^\W\d_]*(?:[ '’&.-]+[^\W\d_]+){0,2}", name))
        for part, names in enumerate(parts):
            names[key] = [name for name in found if _whole_in(part, name, words=provider == "person")]
    return parts


def _whole_in(part, name, words):
    """Whether a name belongs to a part; a person's also with every word of it, so that none is met before."""
    return all(part_of(each) == part for each in ([name, *name.split()] if words else [name]))
