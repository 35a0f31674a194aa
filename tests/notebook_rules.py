"""Rules for notebooks: each takes a notebook (a dict in format 4) and returns a list of complaints."""

import json
import re
import symtable

from pages import images

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
MAX_NOTEBOOK_BYTES = 1_000_000
MACHINE_PATH = re.compile(
    r"""(?<![\w.~:/-])/(?:home|root|tmp|Users|work|usr|var|opt|mnt|private|workspaces?|builds?)/[^\s'"<>)]+"""
    r"""|\b[A-Z]:\\+(?:Users|Windows|Program|Temp)\w*|\bsite-packages\b"""
)
ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{8,}\b")
DURATION = re.compile(
    r"\b\d+\.\d+ ?(?:s|ms|µs|us|ns)\b|\b\d+ ?(?:ms|µs|ns)\b|\b(?:took|in|after) \d+(?:\.\d+)? (?:s|sec|seconds|minutes)\b"
    r"|\d ?(?:it/s|s/it)\b|\d\d:\d\d<\d\d:\d\d|\bWall time\b|\bCPU times\b"
)


def headings_in_order(nb):
    """The first cell starts with the only h1, and no level is skipped after it."""
    headings = list(_headings(nb))
    if not headings or not nb["cells"] or not _source(nb["cells"][0]).lstrip().startswith("# "):
        return ["The first cell does not start with a title, a line that begins with '# '."]
    complaints = [f"'{title}' is a second title; use '## '." for level, title in headings[1:] if level == 1]
    for (above, _), (level, title) in zip(headings, headings[1:], strict=False):
        if level > above + 1:
            complaints.append(f"'{title}' is a level {level} heading directly under a level {above} one.")
    return complaints


def lesson_anatomy(nb):
    """A lesson starts with what you will do, then what you need, and ends with takeaways."""
    text = "\n".join(_source(cell) for cell in _cells(nb, "markdown"))
    found = {
        part: re.search(rf"^\W*(?:#+ |\*\*)(?:\d+\.? )?{part}\b", text, re.MULTILINE)
        for part in ("You will", "You need", "Takeaways")
    }
    complaints = [f"The lesson has no '{part}' in bold or as a heading." for part, match in found.items() if not match]
    places = [match.start() for match in found.values() if match]
    if places != sorted(places):
        complaints.append("'You will', 'You need' and 'Takeaways' are not in this order.")
    return complaints


def no_empty_text(nb):
    """No text cell is empty: JupyterLab would show a prompt to type in it."""
    cells = enumerate(nb["cells"], start=1)
    return [f"Cell {n} is empty." for n, cell in cells if cell["cell_type"] == "markdown" and not _source(cell).strip()]


def alt_text_on_every_picture(nb):
    """Every <img>, in text or output, and every Markdown picture has an alt text of five words or more."""
    complaints = []
    for number, cell in enumerate(nb["cells"], start=1):
        sources = [_source(cell)] if cell["cell_type"] == "markdown" else []
        for text in sources:
            if re.search(r"!\[\s*\]", text):
                complaints.append(f"Cell {number}: a Markdown picture has no alt text.")
        sources += [_joined(data["text/html"]) for data in _data(cell) if "text/html" in data]
        for attributes in images("\n".join(sources)):
            alt = attributes.get("alt") or ""
            if len(alt.split()) < 5:
                complaints.append(f"Cell {number}: an <img> has the alt text {alt!r}, fewer than five words.")
    return complaints


def no_bare_pictures(nb):
    """A picture is shown as an <img alt> in text/html, never as image/png, SVG or another image type alone."""
    complaints = []
    for number, cell in enumerate(nb["cells"], start=1):
        for data in _data(cell):
            shown = _joined(data.get("text/html", ""))
            bare = [kind for kind in data if kind.startswith("image/")]
            if bare and not any(images(shown)):
                complaints.append(f"Cell {number}: {', '.join(bare)} without an <img alt>; use show(fig, alt).")
            if "<svg" in shown:
                complaints.append(f"Cell {number}: an inline <svg>, which has no alt text; use show(fig, alt).")
    return complaints


def executed_in_order(nb):
    """Code cells that are not empty were run in order 1, 2, ... n, and their results have the same numbers."""
    cells = [cell for cell in _cells(nb, "code") if _source(cell).strip()]
    counts = [cell["execution_count"] for cell in cells]
    if counts != list(range(1, len(cells) + 1)):
        return [f"The code cells were executed as {counts}; expected 1 to {len(cells)} in order."]
    return [
        f"Cell [{cell['execution_count']}] stores a result of [{output['execution_count']}]."
        for cell in cells
        for output in cell["outputs"]
        if output["output_type"] == "execute_result" and output["execution_count"] != cell["execution_count"]
    ]


def no_errors(nb):
    """No cell ends in an error, except cells tagged raises-exception."""
    return [
        f"Cell {number} ends in {output['ename']}: {output['evalue']}"
        for number, cell in enumerate(nb["cells"], start=1)
        for output in cell.get("outputs", [])
        if output["output_type"] == "error" and "raises-exception" not in _tags(cell)
    ]


def nothing_on_stderr(nb):
    """No warnings and no logs are stored."""
    return [
        f"Cell {number} wrote to stderr: {_joined(output['text'])[:100]!r}"
        for number, cell in enumerate(nb["cells"], start=1)
        for output in cell.get("outputs", [])
        if output["output_type"] == "stream" and output["name"] == "stderr"
    ]


def no_widget_state(nb):
    """Neither widget state nor widget views are stored: without a kernel they hide the stored picture."""
    complaints = ["The metadata stores widget state."] if "widgets" in nb["metadata"] else []
    for number, cell in enumerate(nb["cells"], start=1):
        if any(WIDGET_VIEW in data for data in _data(cell)):
            complaints.append(f"Cell {number} stores a widget view.")
    return complaints


def no_machine_paths(nb):
    """Code, prose and outputs have no absolute path of the machine that ran the notebook."""
    return _complain_of(nb, MACHINE_PATH, "a path of this machine", sources=True)


def no_memory_addresses(nb):
    """No memory addresses are in outputs: they change with every run."""
    return _complain_of(nb, ADDRESS, "a memory address")


def no_durations(nb):
    """No timings in outputs: they change with every run. The length of a sound is written as 0.53 seconds."""
    return _complain_of(nb, DURATION, "a duration")


def no_ignored_outputs(nb):
    """No cell is marked to be skipped or ignored by nbval."""
    complaints = []
    for number, cell in enumerate(nb["cells"], start=1):
        marks = re.findall(r"(?:NBVAL|PYTEST_VALIDATE)_(?:SKIP|IGNORE_OUTPUT)", _source(cell))
        marks += [tag for tag in _tags(cell) if re.fullmatch(r"nbval[-_](skip|ignore[-_]output)", tag.lower())]
        complaints += [f"Cell {number} is marked {mark}." for mark in marks]
    return complaints


def no_pyplot(nb):
    """Figures come from helpers.figures, which gives them alt text; pyplot would show them without."""
    return [
        f"Cell {number} uses {match.group()}; use helpers.figures.new and show(fig, alt)."
        for number, cell in enumerate(nb["cells"], start=1)
        if cell["cell_type"] == "code"
        for match in [re.search(r"\bplt\.show\b|\bpyplot\b|%matplotlib|\bpylab\b", _source(cell))]
        if match
    ]


def only_drawings_folded(nb):
    """Folded in JupyterLab and by tag: what only draws, or what the text above says to unfold; outputs; no import."""
    complaints = []
    above = ""
    for number, cell in enumerate(nb["cells"], start=1):
        asked, above = "unfold the next cell" in above, _source(cell)
        folds = cell["metadata"].get("jupyter", {})
        folded = folds.get("source_hidden", False)
        if folded != ("hide-input" in _tags(cell)):
            complaints.append(f"Cell {number}: it needs both source_hidden and the tag hide-input, or neither.")
        draws = "show(" in _source(cell) or "live.curve(" in _source(cell)
        if folded and not draws and not asked:
            complaints.append(f"Cell {number} is folded, but does not draw.")
        if folded and re.search(r"^(import|from) ", _source(cell), re.MULTILINE):
            complaints.append(f"Cell {number} folds an import.")
        if set(folds) - {"source_hidden", "outputs_hidden"}:
            complaints.append(f"Cell {number} hides more than its source or its outputs: {', '.join(folds)}.")
    return complaints


def optional_may_be_skipped(nb):
    """No cell reads a name that was last given a value in an optional section, except a cell of the same section."""
    complaints, given_in = [], {}
    for number, cell, section in _sections(nb):
        if cell["cell_type"] == "code":
            given, read = _global_names(_source(cell))
            complaints += [
                f"Cell {number} reads {name!r} from the optional section of cell {given_in[name]}, which may be skipped."
                for name in sorted(read - given)
                if given_in.get(name) not in (None, section)
            ]
            given_in |= dict.fromkeys(given, section)
    return complaints


def small(nb):
    """A notebook is smaller than 1 MB."""
    size = len(json.dumps(nb, indent=1, ensure_ascii=False).encode())
    return (
        [f"The notebook has {size:,} bytes; expected less than {MAX_NOTEBOOK_BYTES:,}."]
        if size >= MAX_NOTEBOOK_BYTES
        else []
    )


def python3_kernel(nb):
    """The kernel is called python3, which every installation has."""
    name = nb["metadata"].get("kernelspec", {}).get("name")
    return [] if name == "python3" else [f"The kernel is {name!r}; expected 'python3'."]


def cells_have_ids(nb):
    """Every cell has its own id, so that edits and reviews can refer to it."""
    ids = [cell.get("id") for cell in nb["cells"]]
    complaints = [f"Cell {number} has no id." for number, name in enumerate(ids, start=1) if not name]
    twice = sorted({name for name in ids if name and ids.count(name) > 1})
    return complaints + [f"The id {name!r} is used more than once." for name in twice]


def exercise_anatomy(nb):
    """Exercises are numbered and state kind and minutes; each has hints, a number, and nbgrader's graded cells."""
    complaints, minutes = [], 0
    exercises = _exercises(nb)
    if [int(number) for number, *_ in exercises] != list(range(1, len(exercises) + 1)) or not exercises:
        complaints.append(f"The exercises are numbered {[number for number, *_ in exercises]}; expected 1, 2, ...")
    for number, kind, lasts, cells in exercises:
        minutes += int(lasts)
        name = f"Exercise {number}"
        statement, graded = _source(cells[0]), [_graded(cell) for cell in cells if _graded(cell)]
        prose, *hints = re.split(r"^<details><summary>Hint \d</summary>", statement, flags=re.MULTILINE)
        if kind == "explain it":
            wanted = [("markdown", True, True, False)]
        else:
            wanted = [("code", False, True, False), ("code", True, False, True)]
            if len(hints) not in (2, 3):
                complaints.append(f"{name} has {len(hints)} hints in <details>; expected two or three.")
            if not re.search(r"^Worked number: .*\d", prose, re.MULTILINE):
                complaints.append(f"{name} has no paragraph 'Worked number: ...'.")
        if [tuple(shape) for shape, *_ in graded] != wanted:
            complaints.append(f"{name} does not have the graded cells that its kind, {kind}, needs.")
        for (_, grade, *_), grade_id, points, tags in graded:
            if grade and not (isinstance(points, int) and points > 0):
                complaints.append(f"{name}: {grade_id} gives {points} points; expected a whole number.")
            if grade_id.endswith("_check") != ("raises-exception" in tags):
                complaints.append(f"{name}: {grade_id} needs the tag raises-exception if and only if it is a check.")
        stem = graded[0][1].removesuffix("_answer") if graded else ""
        if [grade_id for _, grade_id, *_ in graded] not in ([stem, f"{stem}_check"], [f"{stem}_answer"]):
            complaints.append(f"{name}: its cells are called {[grade_id for _, grade_id, *_ in graded]}.")
    ids = [_graded(cell)[1] for cell in nb["cells"] if _graded(cell)]
    complaints += [f"The grade_id {twice} is used twice." for twice in {name for name in ids if ids.count(name) > 1}]
    if not any(name.endswith("_answer") for name in ids):
        complaints.append("There is no question to answer in words.")
    total = re.search(r"about (\d+) minutes", _source(nb["cells"][0]))
    if not total or int(total.group(1)) != minutes:
        complaints.append(f"The exercises take {minutes} minutes; the first cell must say 'about {minutes} minutes'.")
    return complaints


def no_solutions(nb):
    """A starter has no solution, no hidden test and no variant."""
    text = json.dumps(nb)
    words = ("BEGIN SOLUTION", "END SOLUTION", "HIDDEN TESTS", "rnn_unrolled", '"solution"]')
    return [f"The starter holds {word!r}." for word in words if word in text]


RULES = [
    headings_in_order,
    no_empty_text,
    alt_text_on_every_picture,
    no_bare_pictures,
    executed_in_order,
    no_errors,
    nothing_on_stderr,
    no_widget_state,
    no_machine_paths,
    no_memory_addresses,
    no_durations,
    no_ignored_outputs,
    no_pyplot,
    only_drawings_folded,
    optional_may_be_skipped,
    small,
    python3_kernel,
    cells_have_ids,
]
"""For every notebook."""

LESSON_RULES = [lesson_anatomy]
"""For numbered lessons, NN_*.ipynb."""

EXERCISE_RULES = [exercise_anatomy]
"""For exercises, with and without solutions."""

STARTER_RULES = [no_solutions]
"""For the starters that learners get, under exercises/."""


def _joined(text):
    return text if isinstance(text, str) else "".join(text)


def _source(cell):
    return _joined(cell["source"])


def _tags(cell):
    return cell["metadata"].get("tags", [])


def _cells(nb, kind):
    return [cell for cell in nb["cells"] if cell["cell_type"] == kind]


def _data(cell):
    """Return the data of each output that has any, as dicts mime type -> content."""
    return [output["data"] for output in cell.get("outputs", []) if "data" in output]


def _exercises(nb):
    """Return (number, kind, minutes, cells) of every exercise."""
    found = []
    for cell in nb["cells"]:
        heading = re.match(
            r"## Exercise (\d+): .+ \((warm-up|build it|break it|explain it), (\d+) minutes\)$", _first(cell)
        )
        if heading:
            found.append((*heading.groups(), []))
        elif _first(cell).startswith("## Exercise"):
            found.append((0, f"unreadable heading {_first(cell)!r}", 0, []))
        if found:
            found[-1][3].append(cell)
    return found


def _first(cell):
    return _source(cell).partition("\n")[0]


def _graded(cell):
    """Return ((cell type, grade, solution, locked), grade_id, points, tags) of a graded or solution cell, else None."""
    meta = cell["metadata"].get("nbgrader")
    if not meta or not (meta["grade"] or meta["solution"]):
        return None
    shape = (cell["cell_type"], meta["grade"], meta["solution"], meta["locked"])
    return shape, meta["grade_id"], meta.get("points"), _tags(cell)


def _headings(nb):
    """Yield (level, title) of every Markdown heading outside code fences."""
    for cell in _cells(nb, "markdown"):
        prose = re.sub(r"^(```|~~~).*?^\1", "", _source(cell), flags=re.MULTILINE | re.DOTALL)
        for marks, title in re.findall(r"^(#{1,6})\s+(.+)$", prose, re.MULTILINE):
            yield len(marks), title.strip()


def _sections(nb):
    """Yield (number, cell, number of the cell that folds its section, or None) of every cell, from 1 on."""
    folds, level = None, 0
    for number, cell in enumerate(nb["cells"], start=1):
        levels = [level for level, _ in _headings({"cells": [cell]})]
        if levels and (folds is None or min(levels) <= level):
            folds = number if cell["metadata"].get("jp-MarkdownHeadingCollapsed") else None
            level = min(levels)
        yield number, cell, folds


def _global_names(source):
    """Return the names that a cell gives a value, and those it reads, in its functions too; both sets."""
    given, read = set(), set()
    tables = [symtable.symtable(re.sub(r"^[%!].*", "", source, flags=re.MULTILINE), "cell", "exec")]
    for table in tables:  # grows by the functions, classes and comprehensions inside
        whole = table.get_type() == "module"
        for symbol in table.get_symbols():
            if whole and (symbol.is_assigned() or symbol.is_imported()):
                given.add(symbol.get_name())
            if symbol.is_referenced() and (whole or symbol.is_global()):
                read.add(symbol.get_name())
        tables += table.get_children()
    return given, read


def _texts(cell):
    """Yield the texts in a cell's outputs, without the bytes of pictures."""
    for output in cell.get("outputs", []):
        parts = [output.get("text", ""), output.get("evalue", ""), "\n".join(output.get("traceback", []))]
        parts += [content for content in output.get("data", {}).values() if isinstance(content, str | list)]
        for part in parts:
            yield re.sub(r"data:image/\w+;base64,[A-Za-z0-9+/=\s]+", "", _joined(part))


def _complain_of(nb, pattern, what, sources=False):
    complaints = []
    for number, cell in enumerate(nb["cells"], start=1):
        texts = [*_texts(cell), *([_source(cell)] if sources else [])]
        found = sorted({match.group() for text in texts for match in pattern.finditer(text)})
        complaints += [f"Cell {number} holds {what}: {text}" for text in found]
    return complaints
