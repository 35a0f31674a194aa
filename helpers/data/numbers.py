"""Numbers in English and French words: a translation that can be checked exactly."""

from typing import NamedTuple

from helpers.data.split import Split, by_hash


class Translation(NamedTuple):
    """A number, and its words in English and in French."""

    number: int
    english: str
    french: str


def number_words():
    """Return the numbers from 0 to 9,999 in English and in French words; complete hundreds are held out.

    Returns:
        Split of lists of Translation. English commas are left out: "two thousand one hundred and five". Each
        hundred, such as 4,200 to 4,299, is in one part. The numbers below 1,000 are in the training set, so all the
        words of both languages occur there.

    Size and split: 8,500 / 500 / 1,000. Weakness: there are no sentences, only numbers, and every number has one
    translation. The difficulty is French counting (ninety-two is "quatre-vingt-douze") and words that change or go
    (eighty is "quatre-vingts" or "quatre-vingt", hundred "cent" or "cents", the one of one thousand nothing).
    Generated for this course by the library num2words, from its rules for either language. Licence: the library
    has LGPL 2.1; number words belong to nobody.
    """
    hundreds = by_hash(range(10, 100))
    parts = Split([*range(10), *hundreds[15:]], hundreds[10:15], hundreds[:10])
    return Split(*([_translate(100 * h + rest) for h in sorted(part) for rest in range(100)] for part in parts))


def _translate(number):
    from num2words import num2words

    return Translation(number, num2words(number).replace(",", ""), num2words(number, lang="fr"))
