"""The learner's own copies of the exercises, in notebooks/my_exercises, which git leaves alone.

An update of the course brings new starters and never touches what a learner wrote: a copy that was edited stays, and the new
starter is put beside it under a name of its own.
"""

import hashlib
import json
import shutil
from pathlib import Path

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
RECORD = ".copied.json"


def update(notebooks=NOTEBOOKS):
    """Copy every starter that is new or changed.

    Args:
        notebooks: the folder that holds exercises/ and my_exercises/.

    Returns:
        A list of sentences for the learner.
    """
    mine = notebooks / "my_exercises"
    mine.mkdir(exist_ok=True)
    record = _read(mine / RECORD)
    fresh, said = 0, []
    for starter in sorted((notebooks / "exercises").glob("*/*.ipynb")):
        name, now = starter.parent.name, _written(starter)
        copy = mine / name / starter.name
        if not copy.exists() or (record.get(name) != now and _written(copy) == record.get(name)):
            _copy(starter, copy)
            fresh += 1
        elif now not in (record.get(name), _written(copy)):
            beside = _free(copy)
            _copy(starter, beside)
            said.append(
                f"{name} has a new version; your copy is as you left it, the new one is my_exercises/{name}/{beside.name}."
            )
        record[name] = now
    (mine / RECORD).write_text(json.dumps(record, indent=1, sort_keys=True), encoding="utf-8")
    if fresh:
        said.insert(0, f"Your copies of the exercises are in notebooks/my_exercises: {fresh} new.")
    return said


def _written(path):
    """A fingerprint of what is written in a notebook, outputs aside; None for a file that is no notebook."""
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
    """The first name beside the copy that nothing has yet."""
    number = 2
    while (path := copy.with_name(f"{copy.stem}_version_{number}{copy.suffix}")).exists():
        number += 1
    return path
