"""Read a submission, whatever wrote it, and put the course's cells back where it lost or changed them."""

import json
import re
import uuid

from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from helpers.grading.derive import OURS

KERNEL = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
MAX_CELLS = 2_000
MAX_SOURCE_CHARACTERS = 1_000_000  # of all cells together
HIDDEN = re.compile(r"^[^\n]*### BEGIN HIDDEN TESTS.*?(### END HIDDEN TESTS[^\n]*|\Z)", re.DOTALL | re.MULTILINE)
STRIPPED = "nbgrader's metadata was stripped, so no cell can be identified: copy the answers into a fresh starter"


class Unreadable(Exception):
    """The file cannot be graded; the message says why."""


def read(data):
    """Return the notebook in the bytes of a file, in today's format, without outputs.

    Any encoding, any version of the format and any missing or doubled cell id that Jupyter can open is taken.

    Raises:
        Unreadable: it is no notebook.
    """
    try:
        raw = json.loads(_text(data))
    except RecursionError:
        raise Unreadable("the file is nested too deeply to be read") from None
    except ValueError:
        raise Unreadable("the file is not a notebook (broken JSON)") from None
    if not isinstance(raw, dict) or not isinstance(raw.get("nbformat", 4), int):
        raise Unreadable("the file is not a notebook (JSON of another kind)")
    cells = _cells(raw)
    if len(cells) > MAX_CELLS:
        raise Unreadable(f"it has {len(cells):,} cells, more than {MAX_CELLS:,}")
    nb = new_notebook(cells=[_cell(cell) for cell in cells if isinstance(cell, dict)])
    if sum(len(cell.source) for cell in nb.cells) > MAX_SOURCE_CHARACTERS:
        raise Unreadable(f"its cells have more than {MAX_SOURCE_CHARACTERS:,} characters")
    return nb


def _text(data):
    """Return the text of a file in UTF-8, UTF-16 or, failing both, in a Western one-byte encoding."""
    encodings = ["utf-16"] if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ["utf-8-sig"]
    for encoding in [*encodings, "cp1252", "latin-1"]:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return ""


def _cells(raw):
    """Return the cells of a notebook of any format as dicts."""
    if raw.get("nbformat", 4) >= 4:
        cells = raw.get("cells")
    else:
        sheets = raw.get("worksheets") if isinstance(raw.get("worksheets"), list) else [raw]
        found = [sheet.get("cells") for sheet in sheets if isinstance(sheet, dict)]
        cells = [cell for part in found if isinstance(part, list) for cell in part]
    if not isinstance(cells, list):
        raise Unreadable("the file is not a complete notebook: it has no cells")
    return cells


def _cell(raw):
    source = raw.get("source", raw.get("input", ""))
    lines = source if isinstance(source, list) else [source]
    text = "".join(line for line in lines if isinstance(line, str)).replace("\r\n", "\n")
    text = text.encode("utf-8", "replace").decode()  # half of a surrogate pair becomes ?
    kind, level = raw.get("cell_type"), raw.get("level")
    if kind == "heading" and isinstance(level, int):
        text = "#" * min(max(level, 1), 6) + " " + text
    cell = new_code_cell(text) if kind == "code" else new_markdown_cell(text)
    metadata = raw.get("metadata")
    if isinstance(metadata, dict) and isinstance(metadata.get("nbgrader"), dict):
        cell.metadata["nbgrader"] = {"grade_id": metadata["nbgrader"].get("grade_id")}
    if kind == "markdown" and isinstance(raw.get("attachments"), dict):
        cell.attachments = _attachments(raw["attachments"])
    cell.id = uuid.uuid4().hex[:8]
    return cell


def _attachments(raw):
    """Return the attachments of a cell that may be pictures, name -> {type: base64}."""
    kept = {}
    for name, found in raw.items():
        for kind, data in (found if isinstance(found, dict) else {}).items():
            lines = data if isinstance(data, list) else [data]
            if all(isinstance(line, str) for line in lines):
                kept.setdefault(name, {})[kind] = "".join(lines)
    return kept


def restore(nb, kit):
    """Put every cell of the kit back to what was given out, in place. Returns sentences for the instructor.

    A missing cell is inserted again at its place. If a cell was copied, one copy counts: of an answer cell the last one
    that the learner changed, otherwise the last one. Tags are removed, because a tag can stop a test from running. An
    answer in words that stands in a cell of its own, near an answer cell that was left as it was, moves into that cell.

    Args:
        nb: a notebook from `read`.
        kit: as `helpers.grading.kit` makes it.

    Raises:
        Unreadable: the submission has no cell that was given out, so there is nothing to grade.
    """
    copies = _find_copies(nb, {source["name"] for source in kit["cells"]})
    if not copies:
        raise Unreadable(STRIPPED)
    missing, changed, moved, place = [], [], [], 0
    for source in kit["cells"]:
        cell = _choose_copy(copies.get(source["name"], []), source)
        if cell is None:
            cell = _new(source, source["source"])
            nb.cells.insert(place, cell)
            missing.append(source["name"])
        elif source["locked"] and cell.source.strip() not in (source["source"].strip(), visible(source["source"])):
            changed.append(source["name"])
        place = next(i for i, each in enumerate(nb.cells) if each is cell) + 1
        nb.cells[place - 1] = _put_back(cell, source)
    for source in kit["cells"]:
        if (
            source["cell_type"] == "markdown"
            and source["points"] is not None
            and _move_answer(nb, source, kit["given"])
        ):
            moved.append(source["name"])
    nb.metadata = {"kernelspec": KERNEL, OURS: {}}
    found = {"missing, and put back": missing, "changed, and put back": changed, "found in a cell beside it": moved}
    return [f"{words}: {', '.join(names)}" for words, names in found.items() if names]


def _find_copies(nb, known):
    """Return a dict name -> its cells in the submission. Clears the metadata of every cell."""
    copies = {}
    for cell in nb.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        cell.metadata = {}
        if isinstance(name, str) and name in known:
            copies.setdefault(name, []).append(cell)
    return copies


def _choose_copy(copies, source):
    """Return the copy that counts: of an answer the last one that was changed, otherwise the last; None if none."""
    last = copies[-1] if copies else None
    return next((cell for cell in reversed(copies) if source["locked"] or cell.source != source["source"]), last)


def _put_back(cell, source):
    """Return the cell with the source (if locked), type and nbgrader metadata that were given out."""
    if source["locked"]:
        cell.source = source["source"]
    if cell.cell_type != source["cell_type"]:
        cell = _new(source, cell.source)
    truth = {"grade_id": source["name"], "grade": source["points"] is not None, "solution": source["solution"]}
    truth |= {"locked": source["locked"], "cell_type": source["cell_type"], "schema_version": 3, "task": False}
    truth |= {"points": source["points"]} if source["points"] is not None else {}
    cell.metadata = {"nbgrader": truth | {"checksum": source["checksum"]}}
    return cell


def _new(source, text):
    return (new_code_cell if source["cell_type"] == "code" else new_markdown_cell)(text)


def _move_answer(nb, source, given):
    """Move text that the learner wrote into cells of its own into an answer that was left as it was, if there is any."""
    place = next(
        i for i, cell in enumerate(nb.cells) if cell.metadata.get("nbgrader", {}).get("grade_id") == source["name"]
    )
    if nb.cells[place].source.strip() != source["source"].strip():
        return False
    after, before, elsewhere = [], [], []
    for part, numbers in ((after, range(place + 1, len(nb.cells))), (before, range(place - 1, -1, -1))):
        for number in numbers:
            if "nbgrader" in nb.cells[number].metadata:
                break
            if _own_words(nb.cells[number], given):
                part.append(number)
    elsewhere = [number for number, cell in enumerate(nb.cells) if _own_words(cell, given)]
    chosen = sorted(after or before or elsewhere)
    if not chosen:
        return False
    nb.cells[place].source = "\n\n".join(nb.cells[number].source for number in chosen)
    for number in chosen:
        nb.cells[place].attachments = nb.cells[place].get("attachments", {}) | nb.cells[number].get("attachments", {})
    nb.cells = [cell for number, cell in enumerate(nb.cells) if number not in chosen]
    return True


def _own_words(cell, given):
    """Return whether a cell is text that was not given out."""
    return (
        cell.cell_type == "markdown"
        and "nbgrader" not in cell.metadata
        and bool(cell.source.strip())
        and cell.source.strip() not in given
    )


def visible(source):
    """Return the part of a test that learners have."""
    return HIDDEN.sub("", source).rstrip() if "### BEGIN HIDDEN TESTS" in source else source
