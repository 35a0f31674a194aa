"""What a learner gets back: a page made of the graded notebook and its points. Nothing here reads the gradebook.

Nothing of a learner's can act on a page, for two reasons that do not need each other: the notebook is cleaned, and the
page's policy lets a browser run no script but MathJax and send or load nothing else. MathJax stays, from the host that
nbgrader's template loads it from, because the statements of the exercises hold formulas and nothing that is installed
turns LaTeX into MathML.
"""

import base64
import copy
import hashlib
import re
from functools import cache
from html import escape
from pathlib import Path

import nbgrader
from jinja2 import ChoiceLoader, DictLoader
from nbconvert.exporters import HTMLExporter
from nbconvert.filters.highlight import Highlight2HTML
from nbconvert.preprocessors import Preprocessor
from nbformat.v4 import new_output
from traitlets.config import Config

from helpers.grading.clean import clean, clean_text, plain
from helpers.grading.restore import visible

TEMPLATES = Path(nbgrader.__file__).parent / "server_extensions" / "formgrader"
MATHJAX = "https://cdnjs.cloudflare.com/ajax/libs/mathjax/2.7.7/"
MATHJAX_FILE = f"{MATHJAX}MathJax.js?config=TeX-AMS_CHTML-full,Safe"
MATHJAX_SET_UP = """window.MathJax = {
  TeX: {equationNumbers: {autoNumber: "AMS", useLabelIds: true}},
  tex2jax: {
    inlineMath: [["$", "$"], ["\\\\(", "\\\\)"]], displayMath: [["$$", "$$"], ["\\\\[", "\\\\]"]],
    processEscapes: true, processEnvironments: true
  },
  displayAlign: "center", messageStyle: "none", showMathMenu: false,
  CommonHTML: {linebreaks: {automatic: true}}
};"""
MATHJAX_TEMPLATE = f"""{{%- macro mathjax() -%}}
<script>{{% raw %}}{MATHJAX_SET_UP}{{% endraw %}}</script>
<script async src="{MATHJAX_FILE}"></script>
{{%- endmacro %}}"""
WRAPPED = "<style>.output pre, .output_subarea pre { white-space: pre-wrap; overflow-wrap: anywhere; }</style>"
SLOW = re.compile(r"\s{500}|[\w.*]{500}|[^\n]{5000}")  # what the colouring of code takes quadratic time for
NOT_MARKED = "Not marked yet: its points are still to come."
TOO_LONG = "This cell took too long and was stopped: an endless loop?"
NO_RESPONSE = "No response."  # nbgrader writes it for a cell that is as given out, also if the answer stands below it


def feedback_page(graded, points, student, assignment):
    """Return a learner's page as HTML.

    Args:
        graded: the graded notebook; its tests hold only outputs that a learner may see. It stays as it is.
        points: {"score": 9.0, "of": 16.0, "late days": 0, "cells": {"step_check": {"points": 4.0, "of": 4.0,
            "comment": "", "waiting": False}, ...}}; `waiting` is an answer that a person must still mark.
        student, assignment: their names.
    """
    nb, student, assignment = copy.deepcopy(graded), plain(student), plain(assignment)
    clean(nb)
    for cell in nb.cells:
        finish_cell(cell, points["cells"])
    summary = {"notebook": escape(assignment), "score": points["score"], "max_score": points["of"], "late_penalty": 0}
    html, _ = exporter("feedback").from_notebook_node(nb, {"nbgrader": summary})
    html = html.replace("<head>", f"<head>\n{policy()}{WRAPPED}", 1)
    return html.replace("<body>", f"<body>{table(points, student, assignment)}", 1)


def finish_cell(cell, known):
    """Write into a cell what the template shows: points, comment, and outputs in words. Remove its hidden tests."""
    marks = cell.metadata.get("nbgrader", {})
    row = known.get(marks.get("grade_id"), {})
    if cell.cell_type == "code":
        cell.source = visible(cell.source)
        is_test = bool(marks.get("grade")) and not marks.get("solution")
        cell.outputs = [shown(output, is_test) for output in cell.outputs]
    if row.get("waiting") and marks.get("solution"):
        say_not_marked(cell)
    if marks:
        comment = row.get("comment") or ""
        marks["comment"] = "" if comment.strip() == NO_RESPONSE else clean_text(comment)
        marks["score"], marks["points"] = row.get("points", 0), row.get("of", marks.get("points", 0))


def say_not_marked(cell):
    """Write below an answer that it is not marked yet."""
    cell.source += f"\n\n{'# ' if cell.cell_type == 'code' else ''}{NOT_MARKED}"


def shown(output, is_test):
    """Return an output as the page shows it: a test's error as a sentence, a learner's own error with its traceback."""
    if output.output_type != "error":
        return output
    if output.ename == "CellTimeoutError":
        line = TOO_LONG
    else:
        line = output.evalue if output.ename == "HiddenTest" else f"{output.ename}: {output.evalue}".rstrip(": ")
    if is_test or output.ename == "CellTimeoutError":
        return new_output("stream", name="stdout", text=f"{line}\n")
    output.traceback = output.traceback or [line]
    return output


def table(points, student, assignment):
    """Return the table at the top of the page: the points of each question."""
    rows = []
    for name, row in points["cells"].items():
        given = "not marked yet" if row["waiting"] else f"{row['points']:g}"
        rows.append(
            f'<tr><td><a href="#{escape(name)}">{escape(row.get("question", name))}</a></td><td>{given}</td><td>{row["of"]:g}</td></tr>'
        )
    late = points.get("late days", 0)
    days = f"<p>Handed in {late:g} {'day' if late == 1 else 'days'} late.</p>" if late else ""
    return (
        f'<div class="container"><h3>{escape(assignment)}: {escape(student)}</h3>{days}'
        '<table class="table table-condensed" id="points"><thead><tr><th>question</th><th>points</th><th>of</th></tr></thead>'
        f"<tbody>{''.join(rows)}</tbody><tfoot><tr><th>together</th><th>{points['score']:g}</th>"
        f"<th>{points['of']:g}</th></tr></tfoot></table></div>"
    )


@cache
def exporter(template):
    """Return what makes HTML of a notebook with one of nbgrader's two templates, "feedback" or "formgrade"."""
    settings = Config()
    settings.HTMLExporter.template_name = template
    settings.HTMLExporter.extra_template_basedirs = [str(TEMPLATES / "templates")]
    settings.HTMLExporter.extra_template_paths = [str(TEMPLATES / "static/node_modules/bootstrap/dist/css")]
    settings.HTMLExporter.preprocessors = ["nbconvert.preprocessors.CSSHTMLHeaderPreprocessor"]
    settings.HTMLExporter.filters = {"highlight_code": highlighted}
    settings.HTMLExporter.exclude_anchor_links = True  # no heading of a learner's may have the id of an answer's field
    settings.HighlightMagicsPreprocessor.enabled = False  # a magic would choose the language, and some are slow
    made = HTMLExporter(config=settings)
    made.environment.loader = ChoiceLoader([DictLoader({"mathjax.html.j2": MATHJAX_TEMPLATE}), made.environment.loader])
    made.register_filter("strip_files_prefix", lambda text: text)  # for notebooks of 2013, and quadratic in "["
    return made


def highlighted(source, language=None, metadata=None):
    """Return code as HTML with colours, or without them where they could take minutes."""
    return Highlight2HTML(pygments_lexer="ipython3")(source, language="text" if SLOW.search(source) else "ipython3")


class Clean(Preprocessor):
    """`clean` as a step of nbconvert's, for pages that are made of stored notebooks."""

    def preprocess(self, nb, resources):
        clean(nb)
        return nb, resources


def policy():
    """Return the element that tells the browser what this page may do. It must come first in the head."""
    rules = [
        "default-src 'none'",
        f"script-src {digest(MATHJAX_SET_UP)} {MATHJAX}",
        f"style-src 'unsafe-inline' {MATHJAX}",
        f"font-src data: {MATHJAX}",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
    ]
    return f'<meta http-equiv="Content-Security-Policy" content="{"; ".join(rules)}">'


def digest(script):
    """Return a script's name in a Content-Security-Policy."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
