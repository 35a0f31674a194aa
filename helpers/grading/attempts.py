"""Every attempt of every learner, kept in grading/attempts, and when the one that counts arrived."""

import hashlib
import json
from datetime import UTC, datetime

from nbgrader.utils import parse_utc

STAMP = "%Y%m%dT%H%M%S"  # of an attempt's file
TIMESTAMP = "%Y-%m-%d %H:%M:%S.%f %Z"  # of nbgrader's timestamp.txt


def folder_of(course, assignment, learner):
    return course.work / "attempts" / assignment / learner


def attempts(course, assignment, learner):
    """Return [(aware datetime, path)] of a learner's attempts, oldest first."""
    paths = folder_of(course, assignment, learner).glob("*.ipynb")
    found = [(datetime.strptime(path.stem[:15], STAMP).replace(tzinfo=UTC), order(path), path) for path in paths]
    return [(when, path) for when, _, path in sorted(found)]


def order(path):
    """Return the place of a file among those of the same second: 20261128T101500.ipynb, 20261128T101500-2.ipynb ..."""
    return int(path.stem[16:] or 1)


def arrived(course, assignment, learner):
    """Return when the submission that counts arrived, as an aware datetime, or None if that is not known."""
    try:
        text = (course.submitted / learner / assignment / "timestamp.txt").read_text(encoding="utf-8").strip()
        return parse_utc(text).replace(tzinfo=UTC) if text else None
    except (OSError, ValueError, OverflowError):
        return None


def timestamp(when):
    """Return the text of nbgrader's timestamp.txt for an aware datetime."""
    return when.astimezone(UTC).strftime(TIMESTAMP)


def digest(path):
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def keep(course, assignment, learner, source, when, **facts):
    """Keep a notebook as an attempt, and facts about it such as late=True, unless the same bytes are kept already."""
    place = folder_of(course, assignment, learner)
    place.mkdir(parents=True, exist_ok=True)
    if digest(source) in {digest(path) for _, path in attempts(course, assignment, learner)}:
        return
    stamp = when.astimezone(UTC).strftime(STAMP)
    same = [order(path) for path in place.glob(f"{stamp}*.ipynb")]
    target = place / (f"{stamp}-{max(same) + 1}.ipynb" if same else f"{stamp}.ipynb")
    target.write_bytes(source.read_bytes())
    told = place / "facts.json"
    stored = json.loads(told.read_text(encoding="utf-8")) if told.exists() else {}
    told.write_text(json.dumps(stored | {target.name: facts}, indent=1), encoding="utf-8")


def facts(course, assignment, learner):
    """Return {name of an attempt's file: {"entry": name it was collected under, "late": whether Canvas says so}}."""
    told = folder_of(course, assignment, learner) / "facts.json"
    return json.loads(told.read_text(encoding="utf-8")) if told.exists() else {}
