"""A notebook becomes a page: its stored outputs, with explorers, quizzes and "Your turn" as plain HTML.

What is written here works by itself, without the engine and even without JavaScript; static/page.js brings it to life.
"""

import base64
import copy
import hashlib
import html
import json
import os
import re
import zlib
from pathlib import Path, PurePosixPath

from helpers import data
from helpers.experiments import sonnets
from helpers.my_course import fold_what_is_told
from website import explorers, runnable, stored, writing

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = ROOT / "notebooks"
PICTURE = re.compile(r'src="data:image/png;base64,([^"]+)"')
LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^()\s]+)\)")
CHECK = re.compile(r"check\.(\w+)\((\w+)\)")
QUIZ = re.compile(r"quizzes\.(\w+)\(\)")

WRITES = "06_training_on_a_text"
"""The lesson on whose page a network learns to write from the reader's own text."""

WRITER = """## Train one here, on your own text

Paste a text that you like: a diary, song texts, code, any language. A network with {units} hidden units starts from random
weights and learns it in your browser, by the gradients of this lesson and Adam's updates. Your text goes nowhere else. Watch
the samples change, pause when you like, and let it write.

<div class="writer"><p class="only-text">With JavaScript, in a newer browser, you can train a network here.</p>
<script type="application/json">{plan}</script></div>
"""

MOVES = '<p class="only-text">With JavaScript, in a newer browser, you can move this picture.</p>'

ONLY_IN_JUPYTER = (
    "After a restart, or on another day:",
    "If that cell runs, the course is in place.",
    "**To run a cell**, click it",
    "A grey line that ends in three dots,",
)
"""How paragraphs begin that a page leaves out."""


class Site:
    """The pages that are being written, and what they need besides.

    Attributes:
        folder: where Sphinx reads them.
        documents: path of a source file -> name of its page, such as "applications/sentiment".
        folds: page -> titles of the sections that are folded.
        explorers: path of a notebook -> what `explorers.of_notebook` returns.
        downloads: source files that pages link to and that are no pages.
    """

    def __init__(self, folder):
        self.folder, self.folds, self.downloads, self.still = folder, {}, set(), []
        self.explorers = {}
        self.lessons = self.lessons_of_the_course()
        self.applications = self.applications_in_order()
        self.handouts = self._in_order(NOTEBOOKS / "exercises" / "handouts")
        self.boards = self._in_order(NOTEBOOKS / "exercises" / "board")
        self.documents = {path: path.stem for path in self.lessons}
        self.documents |= {path: f"applications/{path.stem}" for path in self.applications}
        self.documents |= {path: f"handouts/{path.stem}" for path in self.handouts}
        self.documents |= {path: f"board/{path.stem}" for path in self.boards}
        self.documents[NOTEBOOKS / "exercises" / "README.md"] = "guide"

    @staticmethod
    def lessons_of_the_course():
        return sorted(path for path in NOTEBOOKS.glob("*.ipynb") if re.match(r"\d\d_", path.name))

    @staticmethod
    def applications_in_order():
        """Return the applications as the README lists them."""
        listed = (ROOT / "README.md").read_text("utf-8")
        return sorted(
            NOTEBOOKS.glob("applications/*.ipynb"), key=lambda path: listed.index(f"applications/{path.name}")
        )

    @staticmethod
    def _in_order(folder):
        number = re.compile(r"# \D*(\d+)")
        return sorted(folder.glob("*.md"), key=lambda path: int((number.match(path.read_text("utf-8")) or [0, 99])[1]))

    def write(self):
        for path, name in self.documents.items():
            target = self.folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if path.suffix == ".ipynb":
                page = Page(self, path).notebook()
                target.with_suffix(".ipynb").write_text(json.dumps(page), "utf-8")
            else:
                target.with_suffix(".md").write_text(self.links(path.read_text("utf-8"), path, name), "utf-8")
        (self.folder / "folds.json").write_text(json.dumps(self.folds))

    def links(self, text, source, page):
        """Return Markdown whose links lead to pages or downloads; a link to any other file keeps its words only."""

        def lead(match):
            picture, words, target = match.groups()
            address, _, part = target.partition("#")
            if not address or re.match(r"\w+:", target):
                return match[0]
            file = Path(os.path.normpath(source.parent / address))
            up = "../" * page.count("/")
            if file in self.documents:
                suffix = ".ipynb" if file.suffix == ".ipynb" else ".md"
                return f"{picture}[{words}]({up}{self.documents[file]}{suffix}{'#' + part if part else ''})"
            if picture and file.exists():
                return f"![{words}]({up}{self._picture(file.read_bytes())})"
            if file.suffix == ".ipynb" and file.exists():
                return f'<a href="{up}{self.download(file)}" download>{words}</a>'
            return words

        return LINK.sub(lead, text)

    def download(self, file):
        """Return the address of a file that readers can save, from the site's root."""
        self.downloads.add(file)
        return f"notebooks/{PurePosixPath(file.relative_to(NOTEBOOKS).as_posix())}"

    def _picture(self, content):
        name = f"pictures/{hashlib.sha256(content).hexdigest()[:16]}.png"
        (self.folder / "extra" / "pictures").mkdir(parents=True, exist_ok=True)
        (self.folder / "extra" / name).write_bytes(content)
        return name

    def data(self, name):
        """Write what `helpers.data.NAME()` returns to a file of the site. Returns its address from the site's root."""
        return self.file(f"data-{name}", ".zip", stored.Writer({}).bytes(getattr(data, name)()))

    def file(self, name, suffix, content):
        """Write a file that pages fetch. Returns its address from the site's root, which changes with its content."""
        file = f"arguments/{name}-{zlib.crc32(content):08x}{suffix}"
        (self.folder / "extra" / "arguments").mkdir(parents=True, exist_ok=True)
        (self.folder / "extra" / file).write_bytes(content)
        return file

    def pictures(self, source, page):
        """Return HTML whose pictures are files of the site."""
        up = "../" * page.count("/")
        return PICTURE.sub(lambda found: f'src="{up}{self._picture(base64.b64decode(found[1]))}"', source)


class Page:
    """One notebook on its way to a page."""

    def __init__(self, site, path):
        self.site, self.path, self.name = site, path, site.documents[path]
        self.cells = json.loads(path.read_text("utf-8"))["cells"]
        fold_what_is_told(self.cells)
        self.explorers = site.explorers.get(path, {})
        runs = path in site.lessons and path.name.startswith(runnable.LESSONS)
        self.runs = runnable.cells(path) if runs else {}

    def notebook(self):
        """Return the notebook that Sphinx reads."""
        cells = [each for number, cell in enumerate(self.cells) if (each := self._cell(number, copy.deepcopy(cell)))]
        if self.name == WRITES:
            turn = next(i for i, cell in enumerate(cells) if cell["source"].startswith("## Your turn"))
            cells.insert(turn, _markdown(self._writer(), "writer"))
        cells.insert(1, _markdown(self._as_notebook(), "as-notebook"))
        metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
        return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}

    def _as_notebook(self):
        up = "../" * self.name.count("/")
        file = self.site.download(self.path)
        return f'<p class="as-notebook"><a href="{up}{file}" download>This page as a notebook</a></p>{self._may_run()}{self._data()}'

    def _may_run(self):
        """Return a sentence about the code that runs in the page, for readers who have JavaScript."""
        if not self.runs:
            return ""
        return (
            '<p class="as-notebook with-scripts">You can change the code of this page and run it: press “Edit and run” below '
            "it. A cell without this button, such as one that needs PyTorch, shows what is stored.</p>"
        )

    def _writer(self):
        text = self.site.file("sonnets", ".txt", sonnets.sonnets()[0].encode())
        return WRITER.format(units=writing.UNITS, plan=json.dumps({"text": text}))

    def _data(self):
        """Return the data sets that the page's code reads, as the names of files."""
        files = {name: self.site.data(name) for name in runnable.data_sets(self.runs.values())}
        return f'<script type="application/json" class="data">{json.dumps(files)}</script>' if files else ""

    def _cell(self, number, cell):
        cell["source"] = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            paragraphs = cell["source"].split("\n\n")
            source = "\n\n".join(each for each in paragraphs if not each.startswith(ONLY_IN_JUPYTER))
            if not source:
                return None
            cell["source"] = self.site.links(source, self.path, self.name)
            if cell["metadata"].get("jp-MarkdownHeadingCollapsed"):
                title = re.match(r"#+ *(.*)", cell["source"])[1]
                self.site.folds.setdefault(self.name, []).append(title)
            cell["metadata"] = {}
            return cell
        if cell["cell_type"] != "code":
            return None
        if check := self._check_after(number):
            return _shown(cell, self._your_turn(cell["source"], *check))
        if "raises-exception" in cell["metadata"].get("tags", []) and CHECK.search(cell["source"]):
            return None  # part of "Your turn"
        jupyter, tags = cell["metadata"].get("jupyter", {}), set(cell["metadata"].get("tags", []))
        tags |= {"hide-input"} if jupyter.get("source_hidden") else set()
        tags |= {"hide-output"} if jupyter.get("outputs_hidden") else set()
        cell["outputs"] = [self._output(each) for each in cell["outputs"] if each["output_type"] != "error"]
        if made := self.explorers.get(cell["id"]):
            cell["outputs"] = [
                *cell["outputs"][:-1],
                _html_output(self._explorer(made, cell["outputs"][-1], cell["id"])),
            ]
            tags -= {"hide-output"}
            if len(cell["source"].splitlines()) == 1:
                tags |= {"remove-input"}
        elif found := QUIZ.search(cell["source"]):
            cell["outputs"] = [_html_output(_quiz(found[1]))]
            tags |= {"remove-input"}
        if not any(each["cell_type"] == "code" for each in self.cells[:number]):
            tags |= {"hide-input"}  # the set-up
        if cell["id"] in self.runs:
            tags |= {"runs", f"runs-{cell['id']}"}
        cell["metadata"] = {"tags": sorted(tags)}
        return cell

    def _output(self, output):
        if source := output.get("data", {}).get("text/html"):
            return _html_output(self.site.pictures("".join(source), self.name))
        return output

    def explorer(self, name):
        """Return the HTML of one of the notebook's explorers."""
        cell = next(cell for cell in self.cells if self.explorers.get(cell["id"], {}).get("name") == name)
        return self._explorer(self.explorers[cell["id"]], self._output(cell["outputs"][-1]), cell["id"])

    def _explorer(self, made, output, cell):
        """Return an explorer as HTML: the stored picture, the question with its answer, and its controls as data."""
        if not made["why_not"]:
            file = f"arguments/{made['file']}" if made["file"] else ""
            if file:
                content = (explorers.folder(self.path) / made["file"]).read_bytes()
                (self.site.folder / "extra" / "arguments").mkdir(parents=True, exist_ok=True)
                (self.site.folder / "extra" / file).write_bytes(content)
            data = {key: made[key] for key in ("name", "alt", "controls", "listen", "size", "replies", "answer")} | {
                "file": file
            }
            plan = json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")
        else:
            self.site.still.append(f"{self.name}: {made['name']} stays a picture ({made['why_not']})")
            plan = ""
        picture = re.search(r"<img [^>]*>", "".join(output["data"]["text/html"]))[0]
        offered = "".join(f"<li>{html.escape(choice)}</li>" for choice, _ in made["replies"][:-1])
        answer = made["replies"][-1][1]
        return (
            f'<div class="explorer" id="explorer-{cell}">'
            f'<div class="question"><p><b>Predict:</b> {made["question"]}</p><ul>{offered}</ul>'
            f"<details><summary>Answer</summary><p>{answer}</p></details></div>"
            f'<div class="explorer-body"><div class="controls"></div>'
            f'<figure class="stored">{picture.replace("<img ", "<img class=stored ")}</figure>'
            f'<p class="sentence">{html.escape(made["status"])}</p></div>'
            + (f'{MOVES}<script type="application/json">{plan}</script>' if plan else "")
            + "</div>"
        )

    def _check_after(self, number):
        """Return (check, function) if the next code cell checks what this cell asks for."""
        after = next((cell for cell in self.cells[number + 1 :] if cell["cell_type"] == "code"), None)
        if after and "raises-exception" in after["metadata"].get("tags", []):
            found = CHECK.search("".join(after["source"]))
            if found and f"def {found[2]}(" in "".join(self.cells[number]["source"]):
                return found.groups()
        return None

    def _your_turn(self, source, check, function):
        begin = source[source.index("def ") :] if "def " in source else source
        names = "\n".join(_imports("".join(cell["source"]) for cell in self.cells if cell["cell_type"] == "code"))
        plan = json.dumps({"check": check, "function": function, "names": names}).replace("<", "\\u003c")
        rows = begin.count("\n") + 6
        return (
            f'<div class="your-turn"><label>Your code<textarea rows="{rows}" spellcheck="false" autocapitalize="off" '
            f'autocomplete="off">{html.escape(begin.strip())}\n</textarea></label>'
            f'<p class="only-text">With JavaScript, in a newer browser, you can write and check your answer here.</p>'
            f'<script type="application/json">{plan}</script></div>'
        )


def _imports(sources):
    """Yield the import statements of a lesson that work in the browser; they are tried one by one."""
    for source in sources:
        for found in re.finditer(r"^(?:import|from) (?:numpy|helpers)\b[^(\n]*(?:\([^)]*\))?", source, re.MULTILINE):
            if "quizzes" not in found[0] or "," in found[0]:
                yield " ".join(found[0].replace("(", "").replace(")", "").split()).rstrip(",")


def _quiz(topic):
    """Return a quiz as HTML: every answer with its reason, folded; static/page.js makes buttons of it."""
    from helpers import quizzes

    parts = []
    for number, (question, answers, right) in enumerate(getattr(quizzes, topic)().questions, start=1):
        offered = "".join(f"<li>{html.escape(answer)}</li>" for answer in answers)
        reasons = "".join(
            f'<li data-answer="{html.escape(answer)}"{" data-right" if answer == right else ""}>'
            f"<b>{html.escape(answer)}</b> ({'right' if answer == right else 'not quite'}): <span>{why}</span></li>"
            for answer, why in answers.items()
        )
        parts.append(
            f'<div class="quiz"><p><b>{number}. {question}</b></p><ul class="offered">{offered}</ul>'
            f"<details><summary>Answers</summary><ul>{reasons}</ul></details></div>"
        )
    return "".join(parts)


def _html_output(source):
    return {"output_type": "display_data", "data": {"text/html": source}, "metadata": {}}


def _shown(cell, source):
    return cell | {"outputs": [_html_output(source)], "metadata": {"tags": ["remove-input"]}}


def _markdown(source, name):
    return {"cell_type": "markdown", "id": name, "metadata": {}, "source": source}
