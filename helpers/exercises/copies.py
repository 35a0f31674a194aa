"""Copy the exercises for the learner into notebooks/my_exercises, which git ignores, or into a folder of their choice.

An update of the course brings new starters and never changes what a learner wrote: an edited copy stays as it is, and the
new starter is put next to it under another name.
"""

import hashlib
import json
import shutil
from pathlib import Path

from helpers.exercises import topics

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
RECORD = ".copied.json"


def main(folder=None, here="."):
    """Update the copies in the course that contains the folder `here`, or else in the course these helpers belong to.

    On a class server, the helpers may belong to a shared course that learners cannot write to.

    Args:
        folder: where to put the copies instead of notebooks/my_exercises.
        here: a folder, usually the current one.

    Returns:
        A list of sentences for the learner.
    """
    above = [Path(here).resolve(), *Path(here).resolve().parents]
    notebooks = next((path / "notebooks" for path in above if (path / "notebooks" / "exercises").is_dir()), NOTEBOOKS)
    if not (notebooks / "exercises").is_dir():
        return ["There is no course here: run this in your copy of the course, in the folder that holds notebooks."]
    mine = Path(folder).expanduser() if folder else None
    try:
        return update(notebooks, mine)
    except OSError as error:
        return [
            f"{mine or notebooks / 'my_exercises'} cannot be written to ({error.strerror or error}). Name a folder of your "
            "own for the copies, such as: python -m helpers.exercises ~/my_exercises"
        ]


def update(notebooks=NOTEBOOKS, mine=None):
    """Copy every starter that is new or changed.

    Args:
        notebooks: the folder that holds exercises/.
        mine: the folder for the copies; notebooks / "my_exercises" if None.

    Returns:
        A list of sentences for the learner.

    Raises:
        OSError: if the copies cannot be written.
    """
    where = mine or "notebooks/my_exercises"
    mine = mine or notebooks / "my_exercises"
    mine.mkdir(parents=True, exist_ok=True)
    record = _read(mine / RECORD)
    fresh, messages = 0, []
    for starter in sorted((notebooks / "exercises").glob("*/*.ipynb")):
        name, now = starter.parent.name, _written(starter)
        copy = mine / name / starter.name
        was = topics.LESSONS[name].was if name in topics.LESSONS else ""
        old = mine / was / f"{was}_exercises.ipynb"
        if was and not copy.exists() and old.exists() and _written(old) != record.get(was):
            messages.append(
                f"{was} is called {name} now; your copy {mine.name}/{was}/{old.name} is as you left it and still works, "
                f"an empty one is {mine.name}/{name}/{copy.name}."
            )
        if not copy.exists() or (record.get(name) != now and _written(copy) == record.get(name)):
            _copy(starter, copy)
            fresh += 1
        elif now not in (record.get(name), _written(copy)):
            unused = _free(copy)
            _copy(starter, unused)
            messages.append(
                f"{name} has a new version; your copy is as you left it, the new one is {mine.name}/{name}/{unused.name}."
            )
        record[name] = now
    (mine / RECORD).write_text(json.dumps(record, indent=1, sort_keys=True), encoding="utf-8")
    if fresh:
        messages.insert(0, f"Your copies of the exercises are in {where}: {fresh} new.")
    return messages


def _written(path):
    """Return a hash of a notebook's cells without their outputs, or "no notebook" if the file cannot be read as one."""
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        text = json.dumps([[cell["cell_type"], "".join(cell["source"])] for cell in cells])
    except (ValueError, KeyError, TypeError):
        return "no notebook"
    return hashlib.sha256(text.encode()).hexdigest()


def _read(path):
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return {}


def _copy(starter, copy):
    copy.parent.mkdir(exist_ok=True)
    shutil.copyfile(starter, copy)


def _free(copy):
    """Return the first unused file name for another version next to the copy."""
    number = 2
    while (path := copy.with_name(f"{copy.stem}_version_{number}{copy.suffix}")).exists():
        number += 1
    return path
