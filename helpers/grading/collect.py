"""Collect submissions as a learning platform exports them (`make collect`).

First everything is planned and whatever is doubtful is printed; only then is anything written:
grading/submitted (what counts), grading/attempts (everything that was handed in) and grading/learners.json (whose is what).
"""

import os
import re
import secrets
import shutil
import stat
import sys
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from helpers.grading import class_list, learners
from helpers.grading.attempts import arrived, attempts, digest, keep, timestamp
from helpers.grading.course import WHY_NOT, Stop
from helpers.grading.handed_in import choose, fetch, files_of
from helpers.grading.names import ARCHIVE, NOTEBOOK, SHADOW, marked_late, of_another, whose
from helpers.grading.plain import plain

CLASS = 10  # so many notebooks in one folder are more than one learner's
TIMESTAMP, SECRET = "timestamp.txt", "submission_secret.txt"  # nbgrader's; without them it releases nobody's feedback


@dataclass
class Kept:
    """A notebook that was copied to a safe place and is ready to be stored."""

    path: Path
    entry: str
    when: datetime


def collect(course, assignment, folder, sure=False):
    """Copy submissions from files or folders named by learner, as a learning platform exports them.

    Raises:
        Stop: something cannot be done, or a person should decide (unless `sure`); nothing was written then.
    """
    course.assigned(assignment)
    check_folder(assignment, folder)
    others = sorted({path.parent.name for path in course.sources.glob("*/*.ipynb")} - {assignment})
    entries, skipped = sort_out(folder, assignment, others)
    plan = learners.plan_learners(
        entries,
        assignment,
        learners.read_known(course),
        class_list.read(course),
        [path.name for path in course.submitted.glob("*") if path.is_dir()],
    )
    plan.notes[:0] = skipped
    with tempfile.TemporaryDirectory(prefix="collecting-", dir=course.work) as scratch:
        ready = prepare(course, assignment, folder, plan, others, Path(scratch))
        for note in plan.notes:
            say(note)
        if not ready:
            raise Stop(f"{folder} has no notebooks: expected files such as anna.ipynb, or a folder for each learner.")
        if plan.stops and not sure:
            raise Stop(shown_lines([*plan.stops, f"Nothing was written. To go on as said, add {learners.SURE}."]))
        for stop in plan.stops:
            say(stop)
        learners.write_known(course, plan.known)
        for learner, (kept, why_not) in ready.items():
            write(course, assignment, learner, kept, why_not, Path(scratch) / "new")
    say(f"{assignment}: {len(ready)} submissions, from {', '.join(sorted(ready))}.")


def check_folder(assignment, folder):
    if not folder:
        raise Stop(
            f"Name the folder with the submissions: make collect FROM=downloads/{assignment} ASSIGNMENT={assignment}."
        )
    if not os.path.isdir(folder):
        wrong = "is a file; unpack it first if it is an archive" if os.path.exists(folder) else "does not exist"
        raise Stop(f"{folder} {wrong}. FROM is the folder that holds the submissions.")


def sort_out(folder, assignment, others):
    """Return the names in a folder that are somebody's, and sentences about those that are left."""
    entries, skipped = [], []
    for item in sorted(os.scandir(folder), key=lambda item: item.name):
        platform, _, name = whose(item.name, assignment)
        regular = stat.S_ISREG(item.stat(follow_symlinks=False).st_mode)
        if SHADOW.fullmatch(item.name):
            continue
        if item.is_dir(follow_symlinks=False) or (regular and platform):
            entries.append(item.name)
        elif not regular:
            skipped.append(f"{item.name!r} is a link or another special file; it was not collected.")
        elif ARCHIVE.search(item.name):
            skipped.append(f"{item.name!r} is an archive: unpack it. It was not collected.")
        elif not NOTEBOOK.search(item.name) or not files_of(folder, item.name)[0].is_notebook:
            skipped.append(f"{item.name!r} is not a notebook or folder; it was not collected.")
        elif other := of_another(item.name, assignment, others):
            skipped.append(f"{item.name!r} is of the assignment {other}; it was not collected.")
        else:
            entries.append(item.name)
    return entries, skipped


def prepare(course, assignment, folder, plan, others, scratch):
    """Copy everybody's notebooks to a safe place. Returns {learner: ([Kept], why there is none, else "")}.

    Sentences about what is doubtful are added to the plan.
    """
    ids, ready = own_cells(course, assignment), {}
    for learner, entries in plan.learners.items():
        files = [file for entry in entries for file in files_of(folder, entry)]
        plan.stops += [wrapped for entry in entries if (wrapped := of_several(folder, entry, files, assignment))]
        handed_in = choose(files, assignment, ids, others)
        kept, why_not = [], handed_in.why_not
        for number, file in enumerate(handed_in.notebooks):
            target = scratch / f"{len(ready)}-{number}"
            why_not = fetch(file, target)
            if not why_not:
                kept.append(Kept(target, file.entry, file.when))
        notes, stops = compare(course, assignment, learner, kept, why_not, bool(handed_in.notebooks))
        plan.notes += [f"{learner}: {note}." for note in handed_in.notes + notes]
        plan.stops += [f"{learner}: {stop}" for stop in stops]
        if not (why_not and not handed_in.notebooks and submission(course, assignment, learner).exists()):
            ready[learner] = kept, why_not
    return ready


def of_several(folder, entry, files, assignment):
    """Return a sentence if a folder seems to hold the files of a whole class, else ""."""
    parts = {part for file in files if file.entry == entry for part in file.path.relative_to(folder).parts[1:]}
    people = {found[:2] for part in parts if (found := whose(part, assignment))[0]}
    notebooks = [file for file in files if file.entry == entry and file.is_notebook]
    if whose(entry, assignment)[0] or (len(people) < 2 and len(notebooks) < CLASS):
        return ""
    return (
        f"{entry!r} seems to hold the files of several learners. If so: FROM={os.path.join(folder, entry)!r}; "
        f"{learners.SURE} takes it for one learner's folder."
    )


def own_cells(course, assignment):
    """Return the names of the cells that only this assignment has, as a set of bytes."""
    named = {
        path: set(re.findall(rb'"grade_id"\s*:\s*"([^"\\]+)"', path.read_bytes()))
        for path in course.sources.glob("*/*_exercises.ipynb")
    }
    own = course.source(assignment)
    return named[own].difference(*(ids for path, ids in named.items() if path != own))


def submission(course, assignment, learner):
    return course.submitted / learner / assignment / f"{assignment}_exercises.ipynb"


def compare(course, assignment, learner, kept, why_not, new):
    """Return notes and stops about what a learner hands in now and what counts so far."""
    path = submission(course, assignment, learner)
    counts = is_regular(path)
    if why_not:
        if counts and not new:
            return [f"{why_not}; what was collected before stays"], []
        return [f"not taken: {why_not}"], []
    if not counts or digest(path) == digest(kept[-1].path):
        return [], []
    before, now = arrived(course, assignment, learner), kept[-1].when
    if digest(kept[-1].path) in {digest(attempt) for _, attempt in attempts(course, assignment, learner)}:
        return [], [f"{kept[-1].entry!r} is an earlier attempt again; {learners.SURE} makes it the one that counts."]
    if before and now < before:
        return [], [
            f"{kept[-1].entry!r} is from {local(now)}, older than what counts ({local(before)}); "
            f"{learners.SURE} makes it the one that counts."
        ]
    return [f"handed in again, {local(now)}; this replaces what was collected before, which is kept as an attempt"], []


def local(when):
    return when.astimezone().strftime("%Y-%m-%d %H:%M")


def write(course, assignment, learner, kept, why_not, new):
    """Store the attempts of a learner and let the last one count, or say why there is none.

    The submission is built in the folder `new` and then moved to its place.
    """
    path = submission(course, assignment, learner)
    place = path.parent
    if counts := is_regular(path):
        when = arrived(course, assignment, learner) or datetime.fromtimestamp(path.stat().st_mtime).astimezone()
        keep(course, assignment, learner, path, when)
    for each in kept:
        keep(course, assignment, learner, each.path, each.when, entry=each.entry, late=marked_late(each.entry))
    if not why_not and counts and digest(path) == digest(kept[-1].path):
        if not (place / TIMESTAMP).exists():
            sign(place, kept[-1].when, place)
        return
    new.mkdir()
    if why_not:
        (new / WHY_NOT).write_text(plain(why_not), encoding="utf-8")
    else:
        shutil.copyfile(kept[-1].path, new / path.name)
        sign(new, kept[-1].when, place)
    if place.is_symlink():
        place.unlink()
    shutil.rmtree(place, ignore_errors=True)
    place.parent.mkdir(parents=True, exist_ok=True)
    new.replace(place)
    shutil.rmtree(course.work / "feedback" / learner / assignment, ignore_errors=True)  # it is about the old one


def is_regular(path):
    return path.is_file() and not path.is_symlink()


def sign(place, when, old):
    """Write what nbgrader's exchange writes into a submission: its time, and the secret that its feedback is found by.

    The secret of the old submission is kept, so that a learner who used the exchange finds the new feedback too.
    """
    (place / TIMESTAMP).write_text(timestamp(when), encoding="utf-8")
    secret = (old / SECRET).read_text() if is_regular(old / SECRET) else secrets.token_hex(64)
    (place / SECRET).write_text(secret)


def shown_lines(lines):
    return "\n".join(map(plain, lines))


def say(sentence):
    """Print a sentence, with escapes for what the terminal cannot show."""
    encoding = sys.stdout.encoding or "utf-8"
    print(plain(sentence).encode(encoding, "backslashreplace").decode(encoding))
