"""Scores as files that Canvas and Moodle import.

A learner's number on the platform stands in grading/students.csv (columns id, last_name, first_name, email, canvas,
moodle; the last two may be missing) or in grading/learners.json, where `make collect` writes what the names of the
handed-in files said. The list of the class counts more. Whoever has no number is left out, and named.
"""

import csv
import json
import re
from collections import Counter

from helpers.grading.course import Stop
from helpers.grading.plain import cell, plain
from helpers.grading.scores import scores_of

CANVAS = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
CANVAS_POINTS = "Points Possible"
MOODLE = ["Identifier", "Full name", "Email address", "Grade", "Maximum Grade", "Last modified (grade)"]


def write_canvas(course):
    """Write grading/canvas.csv, for Canvas: Grades, Import. Returns its path.

    The format is that of the gradebook's own export, which the Canvas Instructor Guide describes under "How do I import
    grades in the Gradebook?": after the header a row "Points Possible", then a row for each learner, found by ID, which
    is the number in the names of downloaded files. Canvas finds an assignment by its name in the header, else it offers
    to make a new one. A learner without a score in an assignment has an empty cell.
    """
    rows, people = scored(course), People(course, "canvas")
    assignments = {row["assignment"]: row["of"] for row in rows}
    learners = {}
    for row in people.numbered(rows):
        learners.setdefault(row["learner"], {})[row["assignment"]] = row["score"]
    table = [[*CANVAS, *map(cell, assignments)], [CANVAS_POINTS, "", "", "", "", *assignments.values()]]
    for learner, points in learners.items():
        table.append([cell(people.surname_first(learner)), people.number(learner), "", "", ""])
        table[-1] += [points.get(assignment, "") for assignment in assignments]
    return write(course.work / "canvas.csv", table)


def write_moodle(course):
    """Write grading/moodle/<assignment>.csv, for Moodle's assignment: Upload grading worksheet. Returns the paths.

    The format is that of the offline grading worksheet, which MoodleDocs describes under "Assignment settings, Feedback
    types", with the columns that Moodle needs. "Participant 201" is the number in the names of downloaded files; it
    belongs to one assignment, so Moodle leaves out a row with a number of another one. There are no comments, because
    an empty one would delete what stands in Moodle. To replace grades that Moodle already has, tick "Allow updating
    records that have been modified more recently in Moodle than in the spreadsheet".
    """
    people, paths = People(course, "moodle"), []
    rows = scored(course)
    tables = {row["assignment"]: [MOODLE] for row in rows}
    for row in people.numbered(rows):
        who, learner = f"Participant {people.number(row['learner'])}", row["learner"]
        known = [cell(people.name(learner)), cell(people.listed(learner, "email"))]
        tables[row["assignment"]].append([who, *known, row["score"], row["of"], "-"])
    for assignment, table in tables.items():
        paths.append(write(course.work / "moodle" / f"{assignment}.csv", table))
    return paths


def scored(course):
    """Return the rows of all assignments for the submissions that have a score."""
    rows = [row for name in course.assignments() for row in scores_of(course, name)]
    if not rows:
        raise Stop("There are no submissions yet. Run make assign, then make collect.")
    if not (graded := [row for row in rows if row["score"] != "-"]):
        raise Stop("Nothing is graded yet. Run make grade.")
    return graded


def write(path, table):
    """Write the rows of a table, without a mark that says UTF-8, which both platforms expect anyway."""
    path.parent.mkdir(exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(table)
    print(f"To import: {path}")
    return path


class People:
    """The names of learners, and their numbers on one platform.

    Raises:
        Stop: a list of learners cannot be read, or one number stands for two learners.
    """

    def __init__(self, course, platform):
        self.platform = platform
        self.students = read_students(course.work / "students.csv")
        self.collected = read_collected(course.work / "learners.json")
        self.owners = {}
        for learner in self.students:
            self.give(digits(self.listed(learner, platform)), learner)
        taken, listed = set(self.owners), set(self.owners.values())
        for learner, found in self.collected.items():
            number = digits(found.get("number", "")) if found.get("platform") == platform else ""
            if learner not in listed and number not in taken:
                self.give(number, learner)
        self.numbers = {learner: number for number, learner in self.owners.items()}

    def give(self, number, learner):
        """Note whose number this is, if it is one."""
        if number in self.owners:
            raise Stop(
                f"The {self.platform.title()} number {number} stands for {plain(self.owners[number])} and {plain(learner)}. "
                f"Put the right numbers into grading/students.csv, column {self.platform}."
            )
        if number:
            self.owners[number] = learner

    def listed(self, learner, column):
        """Return what the list of the class says of a learner, or ""."""
        return (self.students.get(learner, {}).get(column) or "").strip()

    def number(self, learner):
        """Return a learner's number on the platform as digits, or ""."""
        return self.numbers.get(learner, "")

    def name(self, learner):
        full = f"{self.listed(learner, 'first_name')} {self.listed(learner, 'last_name')}".strip()
        return full or str(self.collected.get(learner, {}).get("name") or learner)

    def surname_first(self, learner):
        """Return a learner's name as Canvas writes it, but never the words that mark its row of points."""
        parts = [self.listed(learner, "last_name"), self.listed(learner, "first_name")]
        name = ", ".join(filter(None, parts)) or self.name(learner)
        return learner if CANVAS_POINTS in name else name

    def numbered(self, rows):
        """Return the rows of learners with a number. Prints who has none, and which marks by hand are missing."""
        without = sorted({row["learner"] for row in rows if not self.number(row["learner"])})
        if without:
            have = "learner has" if len(without) == 1 else "learners have"
            print(
                f"{len(without)} {have} no {self.platform.title()} number and {'is' if len(without) == 1 else 'are'} left "
                f"out: {', '.join(map(plain, without))}. Put it into grading/students.csv, column {self.platform}."
            )
        rows = [row for row in rows if self.number(row["learner"])]
        if waiting := [f"{plain(row['learner'])}: {row['assignment']}" for row in rows if row["by hand"]]:
            print(f"These scores still wait for marks by hand (make mark): {', '.join(waiting)}.")
        return rows


def digits(text):
    """Return the number in "201" or "Participant 201" as digits, "" for every other text."""
    return "".join(re.findall(r"^(?:Participant *)?([0-9]+)$", str(text)))


def read_students(path):
    """Return learner -> row of the list of the class; empty if there is none."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            table = csv.DictReader(file)
            rows = list(table)
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, csv.Error) as error:
        raise Stop(f"{path} cannot be read ({error}). Save it as CSV with the encoding UTF-8.") from None
    if "id" not in (table.fieldnames or ()):
        raise Stop(f"{path} has no column id. Expected: id,last_name,first_name,email and, if you like, moodle,canvas.")
    repeated = [name for name, times in Counter(row["id"] for row in rows).items() if times > 1]
    if repeated:
        raise Stop(f"{path} lists {plain(repeated[0])} more than once. Each learner needs one row.")
    return {row["id"]: row for row in rows}


def read_collected(path):
    """Return learner -> what `make collect` read in the name of the learner's file; empty if it wrote nothing."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or not all(isinstance(each, dict) for each in found.values()):
        raise Stop(f"{path} cannot be read. Delete it and run make collect again, which writes it.")
    return found
