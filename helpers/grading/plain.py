"""Text that others wrote, made safe to print and to export: learners choose their names and what their code says."""

import re
import unicodedata

HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
"""Unicode's categories of characters that a reader cannot see, or that act on the text around them."""

UNSEEN = re.compile(  # letters and marks that nobody sees
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
FORMULA = tuple("=+-@")


def plain(text):
    r"""Return a text in one line, with each control, format, bidi and broken character shown as \x1b, \u202e ..."""
    return "".join(
        character.encode("unicode_escape").decode()
        if unicodedata.category(character) in HIDDEN or UNSEEN.match(character)
        else character
        for character in str(text)
    )


def cell(text):
    """Return a text as a cell of a CSV file: plain, and with an apostrophe before it if a spreadsheet could run it."""
    text = str(text)
    seen = unicodedata.normalize("NFKC", re.sub(r"^\W+", visible_start, text))
    return f"'{plain(text)}" if seen.startswith(FORMULA) or text.startswith(("\t", "\r")) else plain(text)


def visible_start(match):
    """Return the signs at the start of a text without spaces and hidden characters before and between them."""
    return "".join(sign for sign in match.group() if not sign.isspace() and unicodedata.category(sign) not in HIDDEN)
