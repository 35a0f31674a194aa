"""A cleaned notebook: no text of a learner becomes an element that acts, and what honest learners write stays."""

import base64
import io
import json
import re
import time
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from hypothesis import example, given, settings
from hypothesis import strategies as st
from nbconvert.exporters import HTMLExporter
from nbformat import from_dict
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, new_raw_cell
from PIL import Image

from helpers.grading.clean import CUT, MAX_OUTPUTS, MAX_TEXT, MAX_TEXTS, clean, clean_text, plain

ROOT = Path(__file__).resolve().parents[2]


def picture(kind="PNG", width=1, height=1):
    """Return a white picture's base64."""
    made = io.BytesIO()
    Image.new("1" if kind == "PNG" else "L", (width, height), 1).save(made, kind)
    return base64.b64encode(made.getvalue()).decode()


def png():
    return picture()


def cleaned(*cells, **metadata):
    nb = new_notebook(cells=list(cells), metadata=metadata)
    clean(nb)
    nbformat.validate(nb)
    return nb


# What no page may hold

EXPORTER = HTMLExporter(template_name="basic")
EXPORTER.register_filter("strip_files_prefix", lambda text: text)  # as on our pages: it is quadratic in "["
ELEMENTS = set(
    [
        "html",
        "body",
        "div",
        "p",
        "br",
        "hr",
        "a",
        "em",
        "strong",
        "del",
        "code",
        "pre",
        "span",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "ul",
        "ol",
        "li",
        "blockquote",
        "img",
        "input",
        "section",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "details",
        "summary",
        "sub",
        "sup",
        "kbd",
        "dl",
        "dt",
        "dd",
    ]
)
ATTRIBUTES = {
    "class": r"[\w =-]*",
    "id": r"[^<>]*",
    "title": r"[\w .,:;!?-]*",
    "alt": r"[^<>]*",
    "href": r"(https?://|#)[^\s\"'<>]*",
    "src": r"data:image/(png|jpeg|gif);base64,[\w+/=]*",
    "style": r"text-align:(left|right|center)",  # of a table's column
    "type": r"checkbox",  # of a list of tasks
    "disabled": "",
    "start": r"\d+",
    "tabindex": r"-?\d",
}


def harm(html):
    """Return the elements and attributes of a page that are not harmless, as two parsers find them."""
    found = []
    for parser in ("html.parser", "lxml"):
        for element in BeautifulSoup(html, parser).find_all(True):
            found += [] if element.name in ELEMENTS else [element.name]
            for name, value in element.attrs.items():
                value = " ".join(value) if isinstance(value, list) else value
                if not re.fullmatch(ATTRIBUTES.get(name, r"(?!)"), value):
                    found.append(f"{element.name} {name}={value[:80]}")
    return found


def page(nb):
    return EXPORTER.from_notebook_node(nb)[0]


HOSTILE = [
    "<script>document.title='X'</script>",
    "<img src=x onerror=\"document.title+='X'\">",
    '<svg onload="alert(1)"></svg>',
    '<iframe src="https://x.org"></iframe>',
    '<a href="javascript:alert(1)">x</a>',
    "<details open ontoggle=alert(1)>",
    "<details>",
    "</summary>",
    "<code onclick=1>",
    "<br/onclick=1>",
    "<!-- ",
    "<![CDATA[",
    "<?php",
    "</div>",
    "<style>*{display:none}</style>",
    "<form action=https://x.org><input name=a>",
    "<\x00script>",
    "<\x1b[0mscript>alert(1)</script>",
    "<\u2028img src=x onerror=1>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;",
    "&#x3c;img src=x onerror=1&#x3e;",
    "&amp;lt;script&amp;gt;",
    "&#00000000000000000000000000000000000060;script>",
    "[a](javascript:alert(1))",
    "[a](JaVaScRiPt:alert(1))",
    "[a](java\tscript:alert(1))",
    "[a](java\nscript:alert(1))",
    "[a]( javascript:alert(1) )",
    "[a](<javascript:alert(1)>)",
    "[a](&#106;avascript:alert(1))",
    "[a](javascript&colon;alert(1))",
    "[a](java%73cript:alert(1))",
    "[a](\x01javascript:alert(1))",
    "[a](data:text/html;base64,PHNjcmlwdD4=)",
    "[a](vbscript:x)",
    "[a](//x.org)",
    "[a](../../api/shutdown)",
    "[a](file:///etc/passwd)",
    "[a](https://x.org/\"onmouseover='alert(1)')",
    '[a](https://x.org "x" onmouseover="alert(1)")',
    "[a](https://x.org 'x\" onclick=\"alert(1)')",
    "[a](https://x.org&quot;onclick=&quot;alert(1))",
    "[a\\](https://x.org)](javascript:alert(1))",
    "![a](javascript:alert(1))",
    "![a](https://x.org/count.png)",
    "![a](x.png)",
    "!![a](x.png)",
    "![a](attachment:gone.png)",
    '![a" onerror="alert(1)](attachment:a.png)',
    "![a](attachment:a.png)",
    "![a](attachment:evil.svg)",
    "![[x]](attachment:a.png)",
    "[a]: javascript:alert(1)",
    "[a]:\njavascript:alert(1)",
    "> [a]: javascript:alert(1)",
    "[a][]",
    "[a]",
    "[b][a]",
    "![b][a]",
    "[^a]: <script>",
    "<javascript:alert(1)>",
    "<https://x.org/onclick=1>",
    "https://x.org/<script>",
    "javascript:alert(1)",
    "```mermaid\n<script>alert(1)</script>\n```",
    "~~~ mermaid `\n<img src=x onerror=1>\n~~~",
    "```html\n<script>\n```",
    '```"onclick=alert(1)\nx\n```',
    "```",
    "~~~",
    "`",
    "``",
    "$\\href{javascript:alert(1)}{x}$",
    "$\\style{x}{y}$",
    "$",
    "$$",
    "\\\\(",
    "\\\\[",
    "\\begin{a}",
    "\\end{a}",
    "\\",
    "|a|b|\n|:-|-:|\n|<script>|[x](javascript:1)|",
    "- [ ] <input onfocus=1>",
    "# <img src=x onerror=1>",
    '# a"onclick=alert(1)',
    ": <script>",
    "    <script>",
    "\t",
    "> ",
    "* ",
    "\n",
    "\n\n",
    " ",
    "<",
    "</",
    "&",
    "&#",
    "!",
    "[",
    "](",
    "]",
    "(",
    ")",
    '"',
    "'",
    ">",
    "a",
    "_",
    "**",
    "\ud800",
    "\r",
]
ATTACHED = {
    "a.png": {"image/png": png()},
    "evil.svg": {"image/svg+xml": "<svg onload=alert(1)>"},
    'x" onerror="alert(1).png': {"image/png": png()},
    "b.png": {"image/png": '" onerror="alert(1)', "text/html": "<script>"},
}
sources = st.lists(st.sampled_from(HOSTILE), min_size=1, max_size=8).map("".join)


def everywhere(source):
    """Return a notebook with a text at every place where a learner can put one."""
    data = {"text/plain": source, "text/html": source, "text/markdown": source, "image/svg+xml": source}
    data |= {"application/javascript": source, "image/png": source, "text/latex": source, "image/jpeg": source}
    evil = {"width": '1 onerror="alert(1)"', "alt": source, "filenames": {"image/png": source}}
    outputs = [
        new_output("stream", name="stdout", text=source),
        new_output("error", ename=source, evalue=source, traceback=[source]),
        new_output("display_data", data=data, metadata={"image/png": evil, "text/html": {"isolated": True}} | evil),
        new_output("display_data", data={"image/png": png()}, metadata={"image/png": evil} | evil),
        new_output("execute_result", data=data, execution_count=1),
    ]
    cells = [new_markdown_cell(), new_raw_cell(), new_code_cell(), new_markdown_cell()]
    nb = new_notebook(cells=cells)
    for cell in nb.cells:
        cell.source = source
        cell.metadata = from_dict({"tags": [source], "alt": source, "raw_mimetype": "text/html"})
    nb.metadata = from_dict({"title": source, "widgets": {"application/vnd.jupyter.widget-state+json": {"a": source}}})
    nb.cells[0].attachments = from_dict(ATTACHED)
    nb.cells[2].outputs = outputs
    nb.cells[3].metadata.nbgrader = from_dict({"grade_id": source, "solution": True})
    nb.cells[2].id = source
    nb.cells[2].execution_count = source
    return nb


@settings(max_examples=150, deadline=None)
@given(sources)
@example("".join(HOSTILE))
def test_no_page_of_a_cleaned_notebook_acts(source):
    nb = everywhere(source)
    clean(nb)
    nbformat.validate(nb)
    json.dumps(nb).encode()
    assert harm(page(nb)) == []


@pytest.mark.parametrize("source", HOSTILE, ids=repr)
def test_no_hostile_text_acts(source):
    nb = everywhere(source)
    clean(nb)
    assert harm(page(nb)) == []


@pytest.mark.parametrize("source", [*HOSTILE[:6], "[a](javascript:alert(1))", "[a]: javascript:alert(1)\n\n[a]"])
def test_without_cleaning_they_do(source):
    assert harm(page(new_notebook(cells=[new_markdown_cell(source)])))


@settings(max_examples=300, deadline=None)
@given(sources)
def test_a_cleaned_text_stays_harmless_whatever_reads_it(source):
    text = clean_text(source)
    tags = re.findall(r"<[A-Za-z/!?][^>]*>?", text)
    assert set(tags) <= {
        f"<{close}{tag}>" for tag in ["details", "summary", "code", "br", "sub", "sup", "kbd"] for close in ("", "/")
    }
    assert not re.search(r"&#|&\w+;|!\[|\]:|[\x00-\x08\x0b-\x1f\x7f-\x9f]", text)
    assert all(
        re.match(r"\]\((https?://|#)[^\s\"'<>()]*( \"[\w .,:;!?-]*\")?\)", text[m.start() :])
        for m in re.finditer(r"\]\(", text)
    )


@pytest.mark.parametrize(
    "command", ["href", "url", "require", "class", "cssId", "style", "htmlClass", "data", "mmlToken"]
)
@pytest.mark.parametrize("around", ["${}$", "$${}$$", "\\\\({}\\\\)", "`{}`", "\\\\{}"])
def test_formulas_cannot_link_load_or_set_attributes(command, around):
    text = clean_text(around.format(f"\\{command}{{a}}{{b}}"))
    assert f"\\{command}" not in text and f"\\ {command}{{a}}{{b}}" in text


# What honest learners write

HONEST = [
    "a < b, 1 <2 and 3<4, a <= b, x <- y, a << b",
    "**All** units are *twins*: they get the same `gradient`, ~~never~~ always.",
    "$h_t = \\tanh(W_{xh} x_t + b)$ and $$\\begin{bmatrix} a & b \\\\ c & d \\end{bmatrix}$$",
    "\\begin{align} a &= b \\\\ c &< d \\end{align}",
    "$\\mathrm{class} \\dataset \\newcommand{\\x}{1} \\frac{\\partial L}{\\partial W} \\text{url}$",
    "| a | b |\n|:--|--:|\n| 1 | 2 |",
    "# A title\n\n- one\n- two\n  1. three\n\n> a quote\n\n---",
    "```python\ndef f(x: list[int]) -> dict:\n    return {'a': x[0]}\n```",
    "    indented = code",
    "[The paper](https://arxiv.org/abs/1406.1078?a=1&b=2#c) [see](http://x.org/a_b-c%20d) [above](#A-title)",
    'https://x.org and [x](https://x.org "A title, too")',
    'R&D, AT&T, "quoted", it\'s 100 % «good» 🙂 e\u0301 مرحبا',
    "<details><summary>Hint</summary>\n\nUse H<sub>2</sub>O<br><code>x</code>\n\n</details>",
    "- [x] done\n- [ ] open",
]


@pytest.mark.parametrize("text", HONEST)
def test_honest_text_is_left_alone(text):
    assert clean_text(text) == text


@pytest.mark.parametrize(
    "text, shown",
    [
        ("if x<y then", "if x< y then"),
        ("`dict<String, List<int>>`", "`dict< String, List< int>>`"),
        ("a &lt; b &amp; caf&eacute;&nbsp;x", "a < b & café\xa0x"),
        ("[lesson](../04.ipynb)", "[lesson] (../04.ipynb)"),
        ("![plot](https://x.org/a.png)", "[plot](https://x.org/a.png)"),
        ("[1]: https://x.org", "[1] : https://x.org"),
        ("```java\nf(x)\n```", "```text java\nf(x)\n```"),
        ("a\r\nb\rc", "a\nc"),
    ],
)
def test_what_changes_still_reads_well(text, shown):
    assert clean_text(text) == shown
    assert clean_text(shown) == shown


def test_a_text_too_deep_for_nbconvert_is_shown_as_code():
    deep = "- a\n\n> a\n(- [ ] a\n" * 1_000
    with pytest.raises(RecursionError):
        page(new_notebook(cells=[new_markdown_cell(deep[:MAX_TEXT])]))
    assert harm(page(cleaned(new_markdown_cell(deep)))) == []


def test_pasted_pictures_are_shown():
    attached = {
        "Bild 1.png": {"image/png": png()},
        "b.jpg": {"image/jpeg": picture("JPEG")},
    }
    nb = cleaned(new_markdown_cell("![a](attachment:Bild%201.png) ![b](attachment:b.jpg)", attachments=attached))
    html = page(nb)
    assert html.count('src="data:image/png;base64,') == 1 and html.count('src="data:image/jpeg;base64,') == 1
    assert harm(html) == []


@pytest.mark.parametrize(
    "path", sorted((ROOT / "notebooks" / "solutions").glob("*/*.ipynb")), ids=lambda path: path.stem
)
def test_the_exercises_read_as_before(path):
    nb = nbformat.read(path, 4)
    before = [cell.source for cell in nb.cells]
    clean(nb)
    for old, cell in zip(before, nb.cells, strict=True):
        squeeze = str.maketrans("", "", " ")
        new = cell.source if cell.cell_type == "code" else cell.source.replace("```text", "```")
        assert old.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").translate(squeeze) == new.translate(
            squeeze
        )
        assert old.count("<details>") == new.count("<details>")


# Outputs and limits


def test_outputs_keep_text_errors_and_pictures_only():
    data = {"text/plain": "<Figure>", "text/html": "<b>", "image/png": png() + "\n"}
    cell = new_code_cell(
        "x<y",
        outputs=[
            new_output("stream", name="stdout", text="\x1b[31mred\x1b[0m\x07 0%\r 99%\r100%\n\ttab\x9b\n"),
            new_output("display_data", data=data, metadata={"image/png": {"width": 5}}),
            new_output("display_data", data={"text/html": "<b>"}),
            new_output("error", ename="ValueError", evalue="a" * 1000, traceback=["\x1b[0;31mx\x1b[0m", "y" * 20_000]),
        ],
    )
    cell.outputs.append(from_dict({"output_type": "update_display_data", "data": {"text/plain": "x"}, "metadata": {}}))
    nb = new_notebook()
    nb.cells = [cell]
    clean(nb)
    made = nb.cells[0]
    text, shown, error = made.outputs
    assert made.source == "x<y"
    assert text.text == "100%\n\ttab\n"
    assert shown.data == {"text/plain": "<Figure>", "image/png": png()} and shown.metadata == {}
    assert len(error.evalue) < 600 and sum(map(len, error.traceback)) <= 10_000


@pytest.mark.parametrize(
    "data",
    [
        "no base64",
        base64.b64encode(b"<svg>").decode(),
        picture("PNG", 5_000, 5_000),
        "A" * 2_000_000,
        png()[:8],
        picture("JPEG"),
    ],
    ids=["text", "svg", "pixels", "long", "short", "jpeg"],
)
def test_what_is_no_picture_of_fair_size_goes(data):
    cell = new_code_cell("", outputs=[new_output("display_data", data={"image/png": data})])
    assert cleaned(cell).cells[0].outputs == []


def test_an_escape_a_surrogate_and_a_control_character_leave_nothing():
    hostile = "\x1b[2J\x1b[H\x1b]0;title\x07\x1b[8mNothing needs a person.\ud800\x00"
    assert plain(hostile) == "Nothing needs a person.?"


def test_a_notebook_has_limits_and_says_where_it_was_cut():
    error = {"ename": "E" * 200, "evalue": "x" * 600, "traceback": ["y" * 9_000]}
    cells = [new_code_cell("", outputs=[new_output("error", **error)]) for _ in range(1_000)]
    test = new_code_cell("assert x", metadata={"nbgrader": {"grade_id": "a", "grade": True, "locked": True}})
    test.outputs = [new_output("error", ename="HiddenTest", evalue="A hidden test failed.", traceback=[])]
    texts = [new_markdown_cell("a" * 100_000) for _ in range(20)]
    nb = cleaned(*cells, *texts, new_code_cell("x" * 300_000), test)
    assert len(json.dumps([cell.get("outputs") for cell in nb.cells])) < MAX_OUTPUTS * 1.1
    assert nb.cells[-1].outputs[0].ename == "HiddenTest"
    assert nb.cells[1000].source == "a" * MAX_TEXT + "\n\n" + CUT
    assert sum(len(cell.source) for cell in nb.cells if cell.cell_type == "markdown") < MAX_TEXTS + 2_000
    assert len(nb.cells[-2].source) < 200_100 and nb.cells[-2].source.endswith(CUT)


@pytest.mark.slow
@pytest.mark.parametrize(
    "unit",
    [
        "\\\\(",
        "\\\\[",
        "[",
        "[a](",
        "*_",
        "*a",
        "`",
        "`a` ",
        "$",
        "$a",
        "\\begin{a}",
        "> ",
        "- ",
        "#\n",
        "a\n=\n",
        "a|b\n-|-\n",
        "~~~",
        "``` ",
        "<",
        "<\\",
        "&",
        "!",
        "![",
        "&lt;",
    ],
)
def test_no_text_holds_up_a_page(unit):
    page(new_notebook())  # the first page loads what all need
    begin = time.process_time()
    nb = cleaned(new_markdown_cell(unit * 1_000_000))
    page(nb)
    assert time.process_time() - begin < 4  # seconds; a half usually, and without the limits hours


def test_metadata_ids_and_kernels_of_ones_own_go():
    good = {"grade_id": "double_check", "grade": True, "solution": False, "locked": True, "task": False, "points": 3}
    first = new_code_cell("", metadata={"nbgrader": good | {"checksum": "a1", "more": "<b>"}, "tags": ["x"]})
    second = new_code_cell("", metadata={"nbgrader": {"grade_id": '"><script>', "grade": True}})
    first.id, second.id = "a_valid-id", '"><script>'
    nb = new_notebook(metadata={"kernelspec": {"name": "evil", "display_name": "<b>"}, "title": "<b>"})
    nb.metadata.rnn_unrolled = {"look": ["x"]}
    nb.cells = [first, second]
    clean(nb)
    nbformat.validate(nb)
    assert nb.cells[0].metadata == {"nbgrader": good | {"checksum": "a1"}} and nb.cells[0].id == "a_valid-id"
    assert nb.cells[1].metadata == {} and re.fullmatch(r"\w{8}", nb.cells[1].id)
    assert nb.metadata.kernelspec.name == "python3" and nb.metadata.rnn_unrolled == {"look": ["x"]}
    assert set(nb.metadata) == {"kernelspec", "rnn_unrolled"}
