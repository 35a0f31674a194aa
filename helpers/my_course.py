"""Lay out the learner's own copy of the course: python -m helpers.my_course [FOLDER]

`my_course/`, which git ignores, has every lesson and application without outputs, the exercises and the handouts, in the
same places as in `notebooks/`, so that the links between them work. What a learner changed is never overwritten: a copy
that is as it was laid out is renewed when the course changes, a changed one stays and the new version is put next to it.
"""

import hashlib
import json
import re
import shutil
import sys
from pathlib import Path

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
PARTS = ("*.ipynb", "applications/*.ipynb", "exercises/*/*.ipynb", "exercises/handouts/*.md", "images/*")
RECORD = ".copied.json"
FOLDER = "my_course"
CAME_OUT = "After your guess: what came out"
TO_NOTICE = "After your guess: what to notice"
TOLD_TO_HERE = "<!-- told to here -->"
EXPLORER = re.compile(r"\bexplorers\.\w+\(")


class Stop(Exception):
    """Why there is no copy, and what to do, in one sentence."""


def main(folder=None, here="."):
    """Update the copy that belongs to the course around the folder `here`, or else to the course of these helpers.

    On a class server, the helpers may belong to a shared course that learners cannot write to.

    Args:
        folder: where to put the copy instead of my_course, next to notebooks.
        here: a folder, usually the current one.

    Returns:
        A list of sentences for the learner.

    Raises:
        Stop: there is no course here, or the copy cannot be written.
    """
    notebooks = course(here)
    mine = Path(folder).expanduser() if folder else None
    try:
        return update(notebooks, mine)
    except OSError as error:
        raise Stop(
            f"{mine or notebooks.parent / FOLDER} cannot be written to ({error.strerror or error}). Name a folder of "
            "your own for the copy, such as: python -m helpers.my_course ~/my_course"
        ) from None


def course(here="."):
    """Return the folder of notebooks of the course around the folder `here`, or else of the course of these helpers.

    Raises:
        Stop: there is none.
    """
    above = [Path(here).resolve(), *Path(here).resolve().parents]
    notebooks = next((path / "notebooks" for path in above if (path / "notebooks" / "exercises").is_dir()), NOTEBOOKS)
    if not (notebooks / "exercises").is_dir():
        raise Stop("There is no course here: run this in your copy of the course, in the folder that holds notebooks.")
    return notebooks


def update(notebooks=NOTEBOOKS, mine=None):
    """Lay out everything that is new or changed.

    Args:
        notebooks: the course's folder of notebooks.
        mine: the folder for the copy; FOLDER next to `notebooks` if None.

    Returns:
        A list of sentences for the learner.

    Raises:
        OSError: if the copy cannot be written.
    """
    where = mine or FOLDER
    mine = mine or notebooks.parent / FOLDER
    mine.mkdir(parents=True, exist_ok=True)
    record = _read(mine / RECORD)
    messages = [] if record else _welcome(notebooks, mine, where)
    originals = [path for part in PARTS for path in sorted(notebooks.glob(part)) if path.is_file()]
    names = [path.relative_to(notebooks).as_posix() for path in originals]
    gone = {_title(name): name for name in record if name not in names}
    renewed = 0
    for name, original in zip(names, originals, strict=True):
        content, copy = _without_outputs(original), mine / name
        now, then = _written(content), record.get(name)
        if not copy.exists() and (old := gone.get(_title(name))):
            messages += _leave(mine, old, name, record.pop(old))
        there = _written(copy.read_bytes()) if copy.exists() else None
        if there is None or (there == then != now):
            _write(copy, content)
            renewed += there is not None
        elif now not in (then, there):
            beside = _free(copy)
            _write(beside, content)
            place = beside.relative_to(mine).as_posix()
            messages.append(
                f"{name} has a new version; your copy is as you left it, the new one is {mine.name}/{place}."
            )
        record[name] = now
    _write(mine / RECORD, json.dumps(record, indent=1, sort_keys=True).encode())
    if renewed:
        messages.append(
            f"Brought up to date in {where}, where you had changed nothing: {renewed} of {len(names)} files."
        )
    return messages


def _welcome(notebooks, mine, where):
    """Return what to say the first time; take over the copies of the exercises that version 0.1 made."""
    said = [f"Your own copy of the course is in {where}. Nothing that you write there is overwritten."]
    before = notebooks / "my_exercises"
    if before.is_dir() and not (mine / "my_exercises").exists():
        shutil.copytree(before, mine / "my_exercises")
        said.append(
            f"Your exercises from before are in {mine.name}/my_exercises; notebooks/my_exercises is as you left it."
        )
    return said


def _leave(mine, old, name, laid):
    """Remove the copy of a file that has another name now, unless it was changed; return what to say about it."""
    copy = mine / old
    if not copy.exists():
        return []
    if _written(copy.read_bytes()) == laid:
        copy.unlink()
        return []
    return [
        f"{old} is called {name} now; your copy {mine.name}/{old} is as you left it, an empty one is {mine.name}/{name}."
    ]


def _title(name):
    """Return a file's name without the number of its lesson."""
    return re.sub(r"(^|/)\d+_", r"\1", name)


def _without_outputs(path):
    """Return a file as it is laid out, in bytes: a notebook without outputs, and with nothing that hides what they will be.

    What tells the answer of a guess is folded: the reader has not guessed yet.
    """
    if path.suffix != ".ipynb":
        return path.read_bytes()
    notebook = json.loads(path.read_text(encoding="utf-8"))
    notebook["metadata"].pop("widgets", None)
    fold_what_is_told(notebook["cells"])
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
            cell["metadata"].get("jupyter", {}).pop("outputs_hidden", False)
    return (json.dumps(notebook, indent=1, ensure_ascii=False) + "\n").encode()


def fold_what_is_told(cells):
    """Fold the text that tells what a guess was about, in a notebook's cells, in place.

    It stands first below a cell with an explorer, or with an output that is hidden until the reader has guessed.
    """
    summary = None
    for cell in cells:
        source = "".join(cell["source"])
        if cell["cell_type"] == "code":
            if EXPLORER.search(source):
                summary = TO_NOTICE
            elif cell["metadata"].get("jupyter", {}).get("outputs_hidden"):
                summary = CAME_OUT
        elif summary:
            cell["source"], summary = _folded(source, summary), None


def _folded(text, summary):
    """Fold a text up to TOLD_TO_HERE, or else its first paragraph with the list or table that it leads to; the rest leads on."""
    if text.startswith(("<details>", "#")):
        return text
    end = re.escape(TOLD_TO_HERE) if TOLD_TO_HERE in text else r"(?<!:)\n\s*\n"
    told, *more = (part.strip("\n") for part in re.split(end, text, maxsplit=1))
    return "\n\n".join([f"<details class=told><summary>{summary}</summary>", told, "</details>", *filter(None, more)])


def _written(content):
    """Return a hash of what is written in a file: of a notebook's cells without their outputs, of everything in another."""
    try:
        cells = json.loads(content)["cells"]
        content = json.dumps([[cell["cell_type"], "".join(cell["source"])] for cell in cells]).encode()
    except (ValueError, KeyError, TypeError):
        pass
    return hashlib.sha256(content).hexdigest()


def _read(path):
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return {}


def _write(path, content):
    """Write a file at once, so that a run that is stopped leaves no half of one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.new")
    unfinished.write_bytes(content)
    unfinished.replace(path)


def _free(copy):
    """Return the first unused file name for another version next to the copy."""
    number = 2
    while (path := copy.with_name(f"{copy.stem}_version_{number}{copy.suffix}")).exists():
        number += 1
    return path


if __name__ == "__main__":
    try:
        for sentence in main(*sys.argv[1:2]):
            print(sentence)
    except Stop as stop:
        sys.exit(str(stop))
