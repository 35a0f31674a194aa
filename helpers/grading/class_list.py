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


class Finder:
    """Finds whom of a class list (rows as `read` returns them) a file means."""

    def __init__(self, rows):
        self.ways = [{} for _ in range(4)]
        for row in rows:
            numbered = {(platform, number) for platform in ("moodle", "canvas") for number in numbers(row, platform)}
            keys = numbered, {row["id"].casefold()}, {row["email"].casefold()}, both_orders(row)
            for way, found in zip(self.ways, keys, strict=True):
                for key in found - {""}:
                    way.setdefault(key, []).append(row)

    def find(self, platform, number, name, export=()):
        """Return the ids of the learners whom a file can mean, by the first way that finds any.

        The ways are the platform's number, the id, the e-mail and the full name. Another number is another learner,
        but Moodle's numbers change with each assignment: `export` has those of this one.
        """

        def is_another(row):
            found = numbers(row, platform)
            return bool(set(found) & set(export) if platform == "moodle" else found)

        by_number, by_id, by_mail, by_name = self.ways
        if found := by_number.get((platform, number)):
            return [row["id"] for row in found]
        folded = unicodedata.normalize("NFC", name).casefold()
        for found in (
            by_id.get(folded) or by_id.get(clean(name).casefold()),
            by_mail.get(folded),
            by_name.get(letters(name)),
        ):
            if left := [row["id"] for row in found or () if not is_another(row)]:
                return left
        return []


def both_orders(row):
    return {letters(row["first_name"] + row["last_name"]), letters(row["last_name"] + row["first_name"])}


def numbers(row, platform):
    """Return a learner's numbers on a platform: Moodle gives another one for each assignment."""
    return re.split(r"[\s;,/]+", row[platform]) if platform and row.get(platform) else []
