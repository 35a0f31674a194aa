"""Deadlines, extensions and days late, from grading/deadlines.csv (columns assignment, learner, deadline)."""

from datetime import UTC, datetime, time, timedelta
from functools import lru_cache

from helpers.grading.attempts import arrived
from helpers.grading.course import Stop
from helpers.grading.names import clean
from helpers.grading.tables import read_table

COLUMNS = ("assignment", "learner", "deadline")
FILE = "deadlines.csv"


def deadline(course, assignment, learner):
    """Return when an assignment was due for a learner, as an aware datetime, or None if it has no deadline.

    A row without a learner is for everybody, a row with one is that learner's own.

    Raises:
        Stop: a row cannot be read; the message gives its line number.
    """
    due = deadlines(course)
    return due.get((assignment, clean(learner)), due.get((assignment, "")))


def days_late(course, assignment, learner):
    """Return how many days late a submission arrived: 0 in time or without a deadline; a started day counts as one.

    A day ends at the deadline's time on the clock, also where the clocks change.
    """
    due, came = deadline(course, assignment, learner), arrived(course, assignment, learner)
    if not due or not came or came <= due:
        return 0
    on_the_clock = due.astimezone().replace(tzinfo=None)
    days = max(1, (came - due).days)
    while instant(on_the_clock + timedelta(days)) < came:
        days += 1
    return days


def deadlines(course):
    """Return {(assignment, learner or ""): aware datetime}."""
    path = course.work / FILE
    return read_deadlines(path, path.stat().st_mtime_ns if path.exists() else None)


@lru_cache(maxsize=8)  # a class asks for each of its learners
def read_deadlines(path, changed):
    due = {}
    for line, row in read_table(path, COLUMNS):
        key = (row["assignment"], clean(row["learner"]))
        if not row["assignment"]:
            raise Stop(f"{path}, line {line}: the assignment is missing.")
        if key in due:
            whom = key[1] or "everybody"
            raise Stop(f"{path}, line {line}: {key[0]} has a deadline for {whom} already. Delete one of the two rows.")
        try:
            due[key] = read_time(row["deadline"])
        except (ValueError, OverflowError, OSError):
            raise Stop(
                f"{path}, line {line}: {row['deadline']!r} is not a time. Write it as 2026-12-01 18:00, "
                "with an offset such as +01:00 if it is not in this machine's time zone."
            ) from None
    return due


def read_time(text):
    """Return the aware datetime of a text such as 2026-12-01 18:00; a day without a time ends at midnight.

    Raises:
        ValueError: the text is not a time.
    """
    when = datetime.fromisoformat(text)
    if len(text) <= len("2026-12-01"):
        when = datetime.combine(when + timedelta(days=1), time())
    return when.astimezone(UTC) if when.tzinfo else instant(when)


def instant(local):
    """Return the moment of a local time. Where the clocks change it can be two: the later one counts."""
    return max(local.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
