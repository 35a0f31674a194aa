"""The class list grading/students.csv, and whom in it a file's name means."""

import re
import unicodedata

from helpers.grading.course import Stop
from helpers.grading.names import clean, letters
from helpers.grading.tables import read_table

COLUMNS = ("id", "last_name", "first_name", "email")
FILE = "students.csv"


def read(course):
    """Return the rows of the class list, each a dict with at least COLUMNS; [] if there is no list.

    Raises:
        Stop: a row has no id that is safe as the name of a folder, or an id stands in two rows.
    """
    path, seen, rows = course.work / FILE, {}, []
    for line, row in read_table(path, COLUMNS):
        row["id"] = unicodedata.normalize("NFC", row["id"])
        if not row["id"] or clean(row["id"]) != row["id"]:
            raise Stop(
                f"{path}, line {line}: {row['id']!r} cannot be an id. Use up to 60 letters, digits and . _ - @, "
                "beginning with a letter or digit."
            )
        if row["id"].casefold() in seen:
            raise Stop(f"{path}, line {line}: the id {row['id']!r} is in line {seen[row['id'].casefold()]} too.")
        seen[row["id"].casefold()] = line
        rows.append(row)
    return rows


def match(rows, platform, number, name, export=()):
    """Return the ids of the learners whom a file can mean: by the platform's number, else id, e-mail, or full name.

    Another number is another learner, but Moodle's numbers change with each assignment: `export` has those of this one.
    """
    if platform and (found := [row["id"] for row in rows if number in numbers(row, platform)]):
        return found
    others = [
        set(numbers(row, platform)) & set(export) if platform == "moodle" else numbers(row, platform) for row in rows
    ]
    rows = [row for row, other in zip(rows, others, strict=True) if not other]
    folded = unicodedata.normalize("NFC", name).casefold()
    ways = (
        lambda row: row["id"].casefold() in (folded, clean(name).casefold()),
        lambda row: row["email"] and row["email"].casefold() == folded,
        lambda row: letters(name) in both_orders(row) - {""},
    )
    return next((found for way in ways if (found := [row["id"] for row in rows if way(row)])), [])


def both_orders(row):
    return {letters(row["first_name"] + row["last_name"]), letters(row["last_name"] + row["first_name"])}


def numbers(row, platform):
    """Return a learner's numbers on a platform: Moodle gives another one for each assignment."""
    return re.split(r"[\s;,/]+", row[platform]) if platform and row.get(platform) else []
