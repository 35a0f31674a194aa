"""The glossary: every term that a lesson sets in bold, with the sentence that says what it is."""

import json
import re

NO_TERMS = {
    "You will",
    "You need",
    "Why",
    "Claim",
    "To run a cell",
    "To start again",
    "To get a cell back",
    "Without a mouse",
    "1.00 right on its test, and wrong for you: why?",
    "A weight",
    "The bias",
    "The old state",
    "sum of the copies' derivatives, one contribution per step",
    "The forget gates",
    "The cell state",
    "The memory moves, in a way that carries the letter",
    "The answer",
    "Attention made them easier to learn",
    "such a sum changes its sign at most H times",
}
"""What else is set in bold."""

TERM = re.compile(r"\*\*([^*\n]+(?:\n[^*\n]+)?)\*\*")
SENTENCE = re.compile(r"(?<=[.?:])\s+(?=[A-ZÀ-Ý“`*(]|\$(?!\$))|(?<=[.?])\s+(?=\$\$)|(?<=\$\$)\s+(?=[A-ZÀ-Ý])")

GOES_ON = r"(?!- \*\*[a-z])"
PARAGRAPH = re.compile(rf"\n\s*\n(?!\$\$)(?<!\$\$\n\n){GOES_ON}|\n(?=[-|#>] |\d+\. ){GOES_ON}")
"""Between two paragraphs. A formula on lines of its own belongs to the sentence round it, and so does a list of small letters."""

SHORT = 14
"""A sentence with fewer words seldom says enough: the next one is added."""

ASIDE = re.compile(r"^\([^()]*\.\) ")

REFERS = re.compile(r"(?:This is|These|That is|They|Such (?!a\b)|Its|Their|It|So)\b")
"""Such a beginning points to the sentence before, which is said too."""


def terms(lessons):
    """Return [(term, sentence in Markdown, lesson's path, title of the section)], by alphabet.

    Args:
        lessons: paths of notebooks, in the order of the course; the first definition of a term counts.
    """
    found = {}
    for path in lessons:
        section = ""
        for cell in json.loads(path.read_text("utf-8"))["cells"]:
            if cell["cell_type"] != "markdown":
                continue
            for paragraph in PARAGRAPH.split("".join(cell["source"])):
                if heading := re.match(r"#+ (.*)", paragraph):
                    section = heading[1]
                paragraph = re.sub(r"^(?:-|\d+\.) ", "", paragraph)
                if paragraph.lstrip().startswith(("|", "<details", "#", ">")):
                    continue
                sentences = SENTENCE.split(" ".join(paragraph.split()))
                for before, sentence, after in zip(["", *sentences], sentences, [*sentences[1:], ""], strict=False):
                    before, sentence = (ASIDE.sub("", each.replace(" - **", " **")) for each in (before, sentence))
                    if after.count("(") > after.count(")"):  # an aside of several sentences
                        sentence, after = f"{before} {sentence}".strip(), ""
                    elif REFERS.match(sentence) and not before.startswith("("):
                        sentence = f"{before} {sentence}".strip()
                    for match in TERM.finditer(sentence):
                        term = match[1].strip()
                        if term.strip(".:") in NO_TERMS:
                            continue
                        more = f" {after}" if len(sentence.split()) < SHORT and not after.endswith(":") else ""
                        found.setdefault(term.lower(), (term, sentence + more, path, section))
    return sorted(found.values(), key=lambda entry: entry[0].strip("`<>").lower())


def page(lessons, documents):
    """Return the glossary's page in Markdown."""
    lines = ["# Glossary", "", "Every term with the sentence that introduces it, and the lesson where it stands.", ""]
    for term, sentence, path, _ in terms(lessons):
        shown = term if term.startswith("`") else term[0].lower() + term[1:] if term[1:2].islower() else term
        number = int(path.name[:2])
        sentence = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", sentence).strip()
        sentence = re.sub("[:;]$", ".", sentence)
        lines += [shown, f": {sentence} [Lesson {number}]({documents[path]}.ipynb)", ""]
    return "\n".join(lines)
