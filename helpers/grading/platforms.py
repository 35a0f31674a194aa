"""Scores as files that Canvas and Moodle import.

A learner's number on the platform is the one that stood in the name of the collected file (grading/learners.json), else
the one in the list of the class (grading/students.csv, columns canvas and moodle). Whoever has none is left out, and
named.
"""

import csv
import re
from itertools import groupby
from operator import itemgetter

from helpers.grading import class_list, learners
from helpers.grading.course import Stop
from helpers.grading.plain import cell, plain
from helpers.grading.scores import scores_of

CANVAS = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
CANVAS_POINTS = "Points Possible"
DIGITS = re.compile(r"[0-9]+")
MOODLE = ["Identifier", "Full name", "Email address", "Grade", "Maximum Grade", "Last modified (grade)"]


def write_canvas(course):
    """Write grading/canvas.csv, for Canvas: Grades, Import. Returns its path.

    The format is that of the gradebook's own export, which the Canvas Instructor Guide describes under "How do I import
    grades in the Gradebook?": after the header a row "Points Possible", then a row for each learner, found by ID, which
    is the number in the names of downloaded files. Canvas finds an assignment by its name in the header, else it offers
    to make a new one. A learner without a score in an assignment has an empty cell.
    """
    people, points, scores, numbers = People(course, "canvas"), {}, {}, {}
    for assignment, rows in by_assignment(course):
        points[assignment] = rows[0]["of"]
        for number, row in people.numbered(rows, assignment):
            scores.setdefault(row["learner"], {})[assignment] = row["score"]
            numbers[row["learner"]] = number
    table = [[*CANVAS, *map(cell, points)], [CANVAS_POINTS, "", "", "", "", *points.values()]]
    for learner, own in scores.items():
        who = [cell(people.surname_first(learner)), numbers[learner], "", "", ""]
        table.append(who + [own.get(assignment, "") for assignment in points])
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
    for assignment, rows in by_assignment(course):
        table = [MOODLE]
        for number, row in people.numbered(rows, assignment):
            who = [cell(people.name(row["learner"])), cell(people.listed(row["learner"], "email"))]
            table.append([f"Participant {number}", *who, row["score"], row["of"], "-"])
        paths.append(write(course.work / "moodle" / f"{assignment}.csv", table))
    return paths


def by_assignment(course):
    """Return a list of (assignment, rows of the submissions that have a score), for the assignments with any."""
    rows = [row for name in course.assignments() for row in scores_of(course, name)]
    if not rows:
        raise Stop("There are no submissions yet. Run make assign, then make collect.")
    if not (graded := [row for row in rows if row["score"] != "-"]):
        raise Stop("Nothing is graded yet. Run make grade.")
    return [(name, list(own)) for name, own in groupby(graded, itemgetter("assignment"))]


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
        Stop: the list of the class or what `make collect` wrote cannot be read.
    """

    def __init__(self, course, platform):
        self.platform = platform
        self.rows = {row["id"]: row for row in class_list.read(course)}
        known = {key: record for key, record in learners.read_known(course).items() if record["id"]}
        self.names = {record["id"]: record["name"] for record in known.values()}
        keys = [(*key.partition(" ")[::2], record) for key, record in known.items()]
        self.collected = [(number, record) for whose, number, record in keys if whose == platform]

    def numbers(self, assignment):
        """Return learner -> number on the platform, as digits.

        Raises:
            Stop: the list of the class gives one number to two learners.
        """
        own = {
            record["id"]: number
            for number, record in self.collected
            if self.platform in learners.USERS or assignment in record["assignments"]
        }
        elsewhere = {number for number, _ in self.collected}
        owners = {number: learner for learner, number in own.items()}
        for learner, row in self.rows.items():
            left = [number for number in class_list.numbers(row, self.platform) if DIGITS.fullmatch(number)]
            left = [number for number in left if number not in elsewhere]
            if learner not in own and len(left) == 1:
                if left[0] in owners:
                    raise Stop(
                        f"{self.platform.title()}'s number {left[0]} stands for {plain(owners[left[0]])} and "
                        f"{plain(learner)} in {class_list.FILE}, column {self.platform}. Correct one of them."
                    )
                owners[left[0]] = learner
        return {learner: number for number, learner in owners.items()}

    def numbered(self, rows, assignment):
        """Return the (number, row) of learners with a number. Prints who has none, and whose marks are missing."""
        numbers = self.numbers(assignment)
        if without := sorted({row["learner"] for row in rows if row["learner"] not in numbers}):
            have, are = ("learner has", "is") if len(without) == 1 else ("learners have", "are")
            print(
                f"{assignment}: {len(without)} {have} no {self.platform.title()} number and {are} left out: "
                f"{', '.join(map(plain, without))}. Put it into grading/{class_list.FILE}, column {self.platform}."
            )
        found = [(numbers[row["learner"]], row) for row in rows if row["learner"] in numbers]
        if waiting := [plain(row["learner"]) for _, row in found if row["by hand"]]:
            print(f"{assignment}: these scores still wait for marks by hand (make mark): {', '.join(waiting)}.")
        return found

    def listed(self, learner, column):
        """Return what the list of the class says of a learner, or ""."""
        return self.rows.get(learner, {}).get(column, "")

    def name(self, learner):
        full = f"{self.listed(learner, 'first_name')} {self.listed(learner, 'last_name')}".strip()
        return full or self.names.get(learner) or learner

    def surname_first(self, learner):
        """Return a learner's name as Canvas writes it, but never the words that mark its row of points."""
        parts = [self.listed(learner, "last_name"), self.listed(learner, "first_name")]
        name = ", ".join(filter(None, parts)) or self.name(learner)
        return learner if CANVAS_POINTS in name else name
