"""How long a lesson takes: `python tests/reading_minutes.py notebooks/03_one_rnn_cell.ipynb` counts it.

Calibrated on a second-year student who worked through nine lessons with English as a second language: 100 words of prose
and 7 lines of code a minute, a minute and a half for a picture, three minutes for an explorer, the minutes that "Your
turn" states, and three for the quiz. Not counted is what a reader who is in a hurry does not open: folds
(`<details>`), sections whose heading is collapsed, the code of cells whose source is hidden, and takeaways' links.
"""

import json
import re
import sys

WORDS, LINES, PICTURE, EXPLORER, QUIZ = 100, 7, 1.5, 3, 3
DRAWING = re.compile(r"""^\s*(?:(?:ax|axes|fig|left|right|middle|top|bottom|figures|diagrams|from|import)\b|[)"]|f")""")
STATED = re.compile(r"\babout (\d+) minutes\b")
EXERCISE = re.compile(r"\((?:about )?(\d+) minutes\)")


def stated(nb):
    """Return the minutes that a lesson says it takes."""
    return int(STATED.search(_prose(nb["cells"])).group(1))


def counted(nb):
    """Return the minutes that a lesson takes by the rule above."""
    cells = list(core(nb["cells"]))
    prose = _without_folds(_prose(cells))
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    lines = sum(_lines(cell) for cell in code)
    explorers = sum(bool(re.search(r"^explorers\.\w+\(", _source(cell), re.MULTILINE)) for cell in code)
    quiz = any("quizzes." in _source(cell) for cell in code)
    pictures = sum(_pictures(cell) for cell in code) - explorers
    exercise = sum(map(int, EXERCISE.findall(prose)))
    words = len(re.sub(r"\$[^$]*\$", " formula ", prose).split())
    return words / WORDS + lines / LINES + pictures * PICTURE + explorers * EXPLORER + QUIZ * quiz + exercise


def core(cells):
    """Yield the cells outside collapsed sections."""
    closed = None
    for cell in cells:
        level = re.match(r"(#+) ", _source(cell)) if cell["cell_type"] == "markdown" else None
        if level and (closed is None or len(level[1]) <= closed):
            closed = len(level[1]) if cell["metadata"].get("jp-MarkdownHeadingCollapsed") else None
        if closed is None:
            yield cell


def _lines(cell):
    if cell["metadata"].get("jupyter", {}).get("source_hidden"):
        return 0
    lines = [line for line in _source(cell).splitlines() if line.strip() and not line.strip().startswith("#")]
    return sum(not DRAWING.match(line) for line in lines)


def _pictures(cell):
    return sum("<img" in "".join(output.get("data", {}).get("text/html", "")) for output in cell.get("outputs", []))


def _prose(cells):
    return "\n\n".join(_source(cell) for cell in cells if cell["cell_type"] == "markdown")


def _without_folds(text):
    return re.sub(r"<details>.*?</details>|\]\([^)]*\)", " ", text, flags=re.DOTALL)


def _source(cell):
    return "".join(cell["source"])


if __name__ == "__main__":
    for path in sys.argv[1:]:
        with open(path, encoding="utf-8") as file:
            notebook = json.load(file)
        print(f"{path}: says {stated(notebook)}, counted {counted(notebook):.0f}")
