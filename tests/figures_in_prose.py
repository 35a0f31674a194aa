"""The rule on numbers: every figure in prose, alt text and quiz reasons is printed or coded in its section.

A figure is a number in digits. A section goes from one heading to the next; one without numbers of its own, such as the
takeaways, may use those of the whole notebook. A figure is shown if an output or a number in the code is the same once
it is rounded to the figure's decimals (or, for 86,000, to its zeros; for 40%, as a share too). One with a single digit,
such as 0.4, is near too much: it must be printed so, or as 0.40. The rule misses a wrong figure that happens to be near
another number of its section. Not asked for are years, the numbers of lessons, exercises, questions, hints and rungs,
minutes, whole numbers up to `COUNTED`, which count what stands there, numbers in words, and what a list of exceptions
names.
"""

import ast
import html
import math
import re

COUNTED = 10
"""Whole numbers up to here count words, units or steps that stand in the sentence."""

FIGURE = re.compile(r"(?<![\w.^_{-])-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:e-?\d+)?(?![\w}])(?!-[a-z])%?")
NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?(?:e[-+]?\d+)?")
NAMES = re.compile(
    r"\b(?:lessons?|exercises?|chapters?|questions?|hint|rung|report|sonnets) \d+(?:(?:, | to | and )\d+)*"
    r"|\b(?:1[89]|20)\d\d\b(?!,\d)|\b\d+ minutes?\b",
    re.IGNORECASE,
)
HIDDEN = re.compile(
    r"```.*?```|`[^`]*`|<code>.*?</code>|\]\((?:[^()]|\([^()]*\))*\)|https?://\S+|[_^]\{[^{}]*\}|[_^]\d+|</?\w[^>]*>",
    re.DOTALL,
)

WORKED = re.compile(r"^Worked number.*?(?=\n\n|<details>|\Z)", re.DOTALL | re.MULTILINE)


def figures_are_shown(nb, named=()):
    """Complain of every figure that is not `named` and that neither outputs nor code of its section hold."""
    complaints = []
    for section, known in _sections(nb):
        for number, cell in section:
            for where, text, given in _claims(cell):
                for figure in figures_of(text):
                    if figure not in named and not is_shown(figure, known | given):
                        complaints.append(
                            f"Cell {number}: {figure} in its {where} is neither printed nor in the code of its section."
                        )
    return complaints


def _sections(nb):
    """Yield (numbered cells, numbers known there) of each section; a section without code of its own knows them all."""
    sections = [[]]
    for number, cell in enumerate(nb["cells"], start=1):
        before, *begun = [cell] if cell["cell_type"] == "code" else _parts(cell)
        sections[-1].append((number, before))
        sections += [[(number, part)] for part in begun]
    everything = _known(nb["cells"])
    for section in sections:
        own = _known([cell for _, cell in section])
        yield section, own or everything


def _parts(cell):
    """Return a cell with text as one for each section: what stands before its first heading ends the section before."""
    return [cell | {"source": text} for text in re.split(r"^(?=## )", "".join(cell["source"]), flags=re.MULTILINE)]


def _claims(cell):
    """Yield (what it is, its text, the numbers it starts from) of everything in a cell that a reader takes on trust."""
    if cell["cell_type"] == "markdown":
        yield "text", "".join(cell["source"]), set()
    for shown in _html(cell):
        if "<b>Predict:" in shown:
            continue
        if "<details>" in shown:
            questions = re.sub(r"<details>.*?</details>", " ", shown, flags=re.DOTALL)
            yield "quiz", " ".join(re.findall(r"<details>.*?</details>", shown, re.DOTALL)), _of_text(questions)
        else:
            alts = re.findall(r'alt="([^"]*)"', shown)
            yield from (("alt text", alt, _computed(alt, "".join(cell["source"]))) for alt in alts)


def exercises_figures_are_shown(nb, lesson, named=()):
    """Complain of every figure of an assignment that neither its code nor its `lesson`'s notebook hold.

    Not asked for are the worked numbers of a statement: they are arithmetic that the reader is told to redo.
    """
    known = _known(nb["cells"]) | _known(lesson["cells"])
    complaints = []
    for number, cell in enumerate(nb["cells"], start=1):
        if cell["cell_type"] == "markdown":
            asked = WORKED.sub(" ", "".join(cell["source"]))
            missing = [figure for figure in figures_of(asked) if figure not in named and not is_shown(figure, known)]
            complaints += [
                f"Cell {number}: {figure} in its text stands in no code and in no output." for figure in missing
            ]
    return complaints


def reasons(source):
    """Return (function, why its prediction's answer is right) for each `predict` of a module of explorers."""
    return [
        (function.name, _spelled(given.value))
        for function in ast.parse(source).body
        for call in ast.walk(function)
        if isinstance(call, ast.Call) and _name(call.func) == "predict"
        for given in call.keywords
        if given.arg == "why"
    ]


def _spelled(text):
    """Return what a text in code spells out; an f-string's values come from elsewhere."""
    parts = text.values if isinstance(text, ast.JoinedStr) else [text]
    return " ".join(part.value for part in parts if not isinstance(part, ast.FormattedValue))


def _computed(alt, source):
    """Return the numbers of an alt text that its cell does not spell out, so that they come from values."""
    strings = [node.value for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant)]
    spelled = {figure for string in strings if isinstance(string, str) for figure in figures_of(string)}
    return {abs(number) for figure in {*figures_of(alt)} - spelled for number in _of_text(figure)}


def figures_of(text):
    """Return the figures of a text, in order."""
    text = NAMES.sub(" ", HIDDEN.sub(" ", html.unescape(text).replace("−", "-").replace("{,}", ",")))
    return [match.group().lstrip("-") for match in FIGURE.finditer(text)]


def is_shown(figure, known):
    share = figure.endswith("%")
    digits = figure.rstrip("%").replace(",", "")
    value = float(digits)
    if value == int(value) and value <= COUNTED and "." not in digits and not share:
        return True
    if "e" in digits:
        return any(math.isclose(value, number, rel_tol=1e-9) for number in known)
    zeros = len(digits) - len(digits.rstrip("0")) if "." not in digits and value >= 1000 else 0
    rounded = "." in digits and len(digits.replace(".", "").lstrip("0")) > 1
    half = 0.5 * 10.0 ** (zeros if zeros else -len(digits.partition(".")[2])) if zeros or rounded else 0
    return any(
        abs(number * factor - value) <= half * (1 + 1e-9) + 1e-9
        for number in known
        for factor in ((1, 100) if share else (1,))
    )


def _known(cells):
    """Return the sizes of all numbers in the outputs, but for alt texts and quizzes, and of those in the code."""
    known = set()
    for cell in cells:
        if cell["cell_type"] != "code":
            continue
        known |= _of_code("".join(cell["source"]))
        for output in cell["outputs"]:
            known |= _of_text("".join(output.get("text", "")))
            data = output.get("data", {})
            shown = "".join(data.get("text/html", ""))
            if "<b>Predict:" in shown or not ("<figure" in shown or "<details>" in shown):
                known |= _of_text("".join(data.get("text/plain", "")))
    return known


def _of_text(text):
    return {float(number.replace(",", "")) for number in NUMBER.findall(text)}


def _of_code(source):
    """Return the sizes of the numbers in the code, and the last numbers of its ranges."""
    nodes = list(ast.walk(ast.parse(source)))
    ranges = [node for node in nodes if isinstance(node, ast.Call) and _name(node.func) in ("range", "arange")]
    last = {number - 1 for node in ranges for number in map(_number, node.args) if number is not None}
    return last | {abs(number) for number in map(_number, nodes) if number is not None}


def _number(node):
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        return float(node.value)
    return None


def _name(function):
    return getattr(function, "attr", getattr(function, "id", ""))


def _html(cell):
    return ["".join(output.get("data", {}).get("text/html", "")) for output in cell.get("outputs", [])]
