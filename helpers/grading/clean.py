"""Make a graded notebook harmless, whatever page shows it later and whatever reads its Markdown.

`clean` runs once, at the end of grading. It works on the text itself and needs no Markdown parser, because each page has
another one and a sentence that is text for one is a tag for the next. So it changes a text also inside code: in Markdown
`x<y` becomes `x< y`, and `List[int](x)` becomes `List[int] (x)`. Code cells are kept as they are.
"""

import base64
import html
import io
import re
from itertools import count
from urllib.parse import unquote
from uuid import uuid4

from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from PIL import Image

from helpers.grading.derive import OURS

MAX_TEXT = 20_000  # characters of a Markdown cell; nbconvert needs less than a second for any such text
MAX_TEXTS = 200_000  # of all Markdown cells
MAX_CODE = 200_000  # of a code cell
MAX_CODES = 1_000_000
MAX_OUTPUTS = 3_000_000  # of all outputs of a notebook, pictures and errors too
MAX_NAME, MAX_MESSAGE, MAX_TRACEBACK = 100, 500, 10_000
MAX_PICTURE = 1_500_000  # characters of base64
MAX_PIXELS = 20_000_000
MAX_FORMULAS = 300  # openings of formulas; nbconvert searches the end of each in the whole text
CUT = "... the rest was cut: it is too long."

KERNEL = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
TAGS = ("details", "summary", "code", "br", "sub", "sup", "kbd")
"""Allowed in Markdown, without attributes: the hints of the exercises have them."""
LANGUAGES = "python|py|python3|ipython|ipython3|text|txt|console|bash|sh|json|pycon"
TEX = (
    "href|url|require|class|cssId|style|html[A-Za-z]*|data|mmlToken|bbox|enclose|includegraphics|texttip|mathtip|toggle"
)
TEX += "|action|csname|special|input|include"
PICTURES = {"image/png": "PNG", "image/jpeg": "JPEG", "image/gif": "GIF"}

ANSI = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b\n]*(?:\x07|\x1b\\)?|\x1b[@-_]")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]")
TAG = re.compile(rf"<(/?)({'|'.join(TAGS)})>")
TAG_OPENS = re.compile(rf"<(?!/?(?:{'|'.join(TAGS)})>)(?=\\*[A-Za-z/!?])")
ENTITY = re.compile(r"&#?\w{1,32};")
LINK = r"""\]\((?:https?://|\#)[\w\-.~/?\#@!+,;:=%&]*(?:[ ]"[\w .,:;!?-]*")?\)"""
FENCE = re.compile(
    rf"((?:(?<!`)`{{3,}}+(?=[^`\n]+$)|(?<!~)~{{3,}}+(?=[^\n]+$))[ \t]*+)(?!(?:{LANGUAGES})?[ \t]*$|text )", re.MULTILINE
)
COMMAND = re.compile(rf"\\(?=(?:{TEX})(?![A-Za-z]))")
FORMULA = re.compile(r"\\\\(?=[(\[])|\\begin(?=\{)")
CELL_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
MARKS = {"grade_id", "grade", "solution", "task", "locked", "points", "checksum", "cell_type", "schema_version"}
OUTPUTS = ("stream", "error", "display_data", "execute_result")


def clean(nb):
    """Change a graded notebook in place, so that no page that shows it can run, load or leak anything.

    Markdown keeps emphasis, lists, tables, code, formulas, links to https and http, and pasted pictures. Everything else
    that a page would act on becomes text. Of outputs, text, errors and PNG pictures are kept.
    """
    kept = {OURS: nb.metadata[OURS]} if OURS in nb.metadata else {}
    nb.metadata.clear()
    nb.metadata.update({"kernelspec": dict(KERNEL)} | kept)
    texts, codes, outputs = Budget(MAX_TEXTS), Budget(MAX_CODES), Budget(MAX_OUTPUTS)
    for cell in sorted(nb.cells, key=whose):
        cell.source = whole(joined(cell.source))
        if cell.cell_type == "code":
            cell.source = codes.cut(cell.source, MAX_CODE, "\n# ")
            cell.outputs = [kept for each in cell.outputs if (kept := clean_output(each, outputs))]
            cell.execution_count = cell.execution_count if type(cell.execution_count) is int else None
        else:
            cell.cell_type = "markdown"
            pictures = clean_attachments(cell.get("attachments"), outputs)
            cell.source = clean_text(texts.cut(cell.source, MAX_TEXT, "\n\n"), pictures)
            cell.attachments = {name: picture for name, picture in pictures.values()}
        cell.metadata = clean_metadata(cell.metadata)
        keep_known(cell)
    taken = set()
    for cell in (cell for cell in nb.cells if "id" in cell or nb.nbformat_minor >= 5):
        known = isinstance(cell.get("id"), str) and CELL_ID.fullmatch(cell.id) and cell.id not in taken
        cell.id = cell.id if known else uuid4().hex[:8]
        taken.add(cell.id)


def whose(cell):
    """Return 0 for a test, 1 for another cell that nbgrader knows, 2 for the rest: the limits are used up in this order."""
    marks = cell.metadata.get("nbgrader")
    return (0 if marks.get("locked") else 1) if isinstance(marks, dict) else 2


class Budget:
    """How many characters are left for all texts of one kind."""

    def __init__(self, characters):
        self.left = characters

    def cut(self, text, most, before="\n"):
        """Return as much of the text as is allowed, and say if that is not all of it."""
        most = min(most, self.left)
        self.left -= min(len(text), most)
        return text if len(text) <= most else f"{text[:most]}{before}{CUT}"

    def take(self, characters):
        """Return whether so many are left, and if so take them."""
        enough = characters <= self.left
        self.left -= characters * enough
        return enough


def clean_text(text, pictures=None):
    """Return Markdown from which no page can make anything but harmless HTML.

    Args:
        text: Markdown.
        pictures: dict, an attachment's name -> (its new name, the attachment); images of others become links or text.
    """
    pictures = pictures or {}
    text = plain(ENTITY.sub(lambda entity: html.unescape(entity[0]), text))
    text = re.sub(r"&(?=#|\w+;)", "& ", text)
    text = TAG_OPENS.sub("< ", text)
    if not well_nested(text):
        text = re.sub(r"<(?=\\*[A-Za-z/!?])", "< ", text)
    text = clean_links(text, pictures)
    text = FENCE.sub(r"\1text ", text)
    text = COMMAND.sub(r"\\ ", text)
    number = count(1)
    return readable(FORMULA.sub(lambda opening: opening[0] + " " * (next(number) > MAX_FORMULAS), text), pictures)


def readable(text, pictures):
    """Return Markdown, as a block of code if nbconvert fails on it: some quotes in lists in quotes are too deep for it."""
    attachments = dict(pictures.values())
    try:
        MarkdownWithMath(IPythonRenderer(attachments=attachments, exclude_anchor_links=True)).render(text)
    except Exception:
        return "".join(f"    {line}\n" for line in text.split("\n"))
    return text


def clean_links(text, pictures):
    """Keep links to web pages and into this page, and images that are attached. An image from elsewhere becomes a link."""
    names = {name: new for old, (new, _) in pictures.items() for name in (old, old.replace(" ", "%20"), unquote(old))}
    allowed = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True)) or "(?!)"
    image = rf"(?P<alt>(?<!\\)!\[[^\[\]\n]*\]\()attachment:(?P<name>{allowed})\)"

    def keep(match):
        if match["name"]:
            return f"{match['alt']}attachment:{names[match['name']]})"
        return match[0] if match["link"] else {"](": "] (", "]:": "] :"}.get(match[0], "")

    return re.sub(rf"{image}|(?P<link>{LINK})|(?<!!)!++(?=\[)|\]\(|\]:", keep, text)


def well_nested(text):
    """Return whether each tag of a text that opens is closed, in the right order."""
    opened = []
    for closes, name in TAG.findall(text):
        if closes and (not opened or opened.pop() != name):
            return False
        if not closes and name != "br":
            opened.append(name)
    return not opened


def clean_attachments(attachments, budget):
    """Return a dict of the pictures: name -> (its new name, {type: base64}). The new names need no quoting in a link."""
    kept = {}
    for name, found in (attachments if isinstance(attachments, dict) else {}).items():
        for kind, data in (found if isinstance(found, dict) else {}).items():
            picture = clean_picture(data, kind, budget) if kind in PICTURES else None
            if picture and name not in kept:
                kept[name] = (f"picture{len(kept) + 1}.{kind.removeprefix('image/')}", {kind: picture})
    return kept


def clean_picture(data, kind, budget):
    """Return a picture's base64 without white space, or None if it is none of this kind, or is too large."""
    data = "".join(joined(data).split())
    try:
        content = base64.b64decode(data, validate=True) if len(data) <= MAX_PICTURE else b""
    except ValueError:
        return None
    return data if is_picture(content, PICTURES[kind]) and budget.take(len(data)) else None


def is_picture(content, kind):
    """Return whether these bytes are a picture that a browser can unpack: a small file may hold one of any size."""
    try:
        with Image.open(io.BytesIO(content), formats=[kind]) as picture:
            return picture.width * picture.height <= MAX_PIXELS
    except Exception:  # Pillow raises whatever a broken file makes it stumble over
        return False


def clean_output(output, budget):
    """Return an output as it is kept, or None. Changes the output."""
    kind = output.get("output_type")
    if kind not in OUTPUTS or not budget.left:
        return None
    if kind == "stream":
        name = "stderr" if output.get("name") == "stderr" else "stdout"
        return remade(output, name=name, text=budget.cut(plain(joined(output.get("text"))), MAX_OUTPUTS))
    if kind == "error":
        name, message = (plain(joined(output.get(key))) for key in ("ename", "evalue"))
        lines = plain("\n".join(map(joined, output.get("traceback") or [])))
        shown = {"ename": budget.cut(name[:MAX_NAME], MAX_NAME), "evalue": budget.cut(message, MAX_MESSAGE)}
        last = lines[-MAX_TRACEBACK:]  # the end of a traceback says what went wrong
        return remade(output, **shown, traceback=budget.cut(last, MAX_TRACEBACK).split("\n") if last else [])
    data, kept = output.get("data") or {}, {}
    if "text/plain" in data:
        kept["text/plain"] = budget.cut(plain(joined(data["text/plain"])), MAX_OUTPUTS)
    if picture := clean_picture(data.get("image/png", ""), "image/png", budget):
        kept["image/png"] = picture
    number = output.get("execution_count")
    more = {"execution_count": number if type(number) is int else None} if kind == "execute_result" else {}
    return remade(output, data=kept, metadata={}, **more) if kept else None


def remade(output, **fields):
    """Return the output with these fields and no others."""
    kind = output["output_type"]
    output.clear()
    output.update({"output_type": kind} | fields)
    return output


def clean_metadata(metadata):
    """Return a cell's metadata: nbgrader's, if all of it is what nbgrader writes, and ours."""
    kept = {OURS: metadata[OURS]} if OURS in metadata else {}
    marks = metadata.get("nbgrader")
    if isinstance(marks, dict) and re.fullmatch(r"[\w.-]{1,200}", str(marks.get("grade_id", ""))):
        kept["nbgrader"] = {key: value for key, value in marks.items() if key in MARKS and is_simple(value)}
    return kept


def is_simple(value):
    return isinstance(value, (bool, int, float)) or (isinstance(value, str) and re.fullmatch(r"[\w.-]{0,200}", value))


def keep_known(cell):
    """Remove what a cell of this type has no use for."""
    known = {"cell_type", "id", "metadata", "source"}
    if cell.cell_type == "code":
        known |= {"outputs", "execution_count"}
    elif cell.get("attachments"):
        known.add("attachments")
    for key in set(cell) - known:
        del cell[key]


def plain(text):
    """Return a text as a terminal would show it in the end: no escapes, no control characters but tab and line break."""
    text = ANSI.sub("", whole(text).replace("\r\n", "\n"))
    lines = (line.rstrip("\r").rsplit("\r", 1)[-1] for line in text.split("\n"))  # a progress bar starts its line anew
    return CONTROL.sub("", "\n".join(lines))


def whole(text):
    """Return a text in which half characters (surrogates), which no file can hold, are question marks."""
    return text.encode("utf-8", "replace").decode()


def joined(text):
    """Return a text that may be given as a list of lines, or as something else."""
    return "".join(map(str, text)) if isinstance(text, list) else str("" if text is None else text)
