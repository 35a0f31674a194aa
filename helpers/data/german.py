"""English sentences and their German translations, in which words change places and several orders may be right."""

import random
from itertools import product
from typing import NamedTuple

from helpers.data.split import Split, by_hash

PEOPLE = {
    "man": "m Mann",
    "woman": "f Frau",
    "child": "n Kind",
    "teacher": "m Lehrer",
    "aunt": "f Tante",
    "girl": "n Mädchen",
}
THINGS = {
    "book": "n Buch",
    "letter": "m Brief",
    "newspaper": "f Zeitung",
    "dog": "m Hund",
    "cat": "f Katze",
    "picture": "n Bild",
}
ADJECTIVES = {"old": "alt", "small": "klein", "famous": "berühmt", "beautiful": "schön", "strange": "seltsam"}
VERBS = {
    "sees see seen": "sieht sehen gesehen",
    "finds find found": "findet finden gefunden",
    "draws draw drawn": "zeichnet zeichnen gezeichnet",
    "brings bring brought": "bringt bringen gebracht",
    "carries carry carried": "trägt tragen getragen",
    "describes describe described": "beschreibt beschreiben beschrieben",
}
ADVERBS = {"today": "heute", "here": "hier"}
OPENERS = {"we know that": "wir wissen, dass", "she says that": "sie sagt, dass"}
ARTICLES = {"nominative": {"m": "der", "f": "die", "n": "das"}, "accusative": {"m": "den", "f": "die", "n": "das"}}


class Sentence(NamedTuple):
    """An English sentence, the German one that is given with it, and all German ones that count as right."""

    english: str
    german: str
    right: tuple


def german_sentences():
    """Return English sentences about who does what, in German; some people never do some things but in the test.

    Returns:
        Split of lists of Sentence, no sentence twice. Of the 36 pairs of a person who acts and a verb, 6 are in the test
        only and 3 in validation only. Where an English sentence ends with "today" or "here", three German
        orders count as right, of which one is given, drawn at random.

    Size and split: 6,000 / 300 / 1,000. Weakness: 45 English words and a grammar of one clause; nobody would say most
    of the sentences.
    German order: the verb is second in a main clause, "heute hat der Mann den Hund gesehen", and its last part last; after
    "dass" the whole verb is last, "dass der Mann den Hund gesehen hat".
    Generated for this course by a rule. Licence: that of the course.
    """
    rng = random.Random(0)
    pairs = by_hash(product(PEOPLE, VERBS))
    parts = []
    for pairs_of_part, count in ((pairs[9:], 6000), (pairs[6:9], 300), (pairs[:6], 1000)):
        found = {}
        while len(found) < count:
            english, right = _sentence(rng, *rng.choice(pairs_of_part))
            found.setdefault(english, Sentence(english, rng.choice(right), tuple(right)))
        parts.append(list(found.values()))
    return Split(*parts)


def _sentence(rng, person, verb):
    """Return a random sentence with this person and verb: English, and the list of right German ones."""
    adjectives = [None, None, *ADJECTIVES]
    what = rng.choice([noun for noun in [*PEOPLE, *THINGS] if noun != person])
    who_en, who_de = _noun(person, rng.choice(adjectives), "nominative")
    what_en, what_de = _noun(what, rng.choice(adjectives), "accusative")
    (does, do, done), (tut, tun, getan) = verb.split(), VERBS[verb].split()
    verb_en, finite, last = rng.choice([(does, tut, ""), (f"has {done}", "hat", getan), (f"can {do}", "kann", tun)])
    opener, adverb = rng.choice([None, None, *OPENERS]), rng.choice([None, *ADVERBS])
    english = " ".join(filter(None, [opener, who_en, verb_en, what_en, adverb]))

    def german(*parts):
        words = [*parts, last, finite] if opener else [parts[0], finite, *parts[1:], last]
        return " ".join(filter(None, [OPENERS.get(opener), *words]))

    if adverb is None:
        return english, [german(who_de, what_de)]
    when = ADVERBS[adverb]
    return english, [german(when, who_de, what_de), german(who_de, when, what_de), german(who_de, what_de, when)]


def _noun(noun, adjective, case):
    gender, german = (PEOPLE | THINGS)[noun].split()
    ending = "en" if (gender, case) == ("m", "accusative") else "e"
    english = " ".join(filter(None, ["the", adjective, noun]))
    described = adjective and ADJECTIVES[adjective] + ending
    return english, " ".join(filter(None, [ARTICLES[case][gender], described, german]))
