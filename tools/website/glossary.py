"""The glossary: every term that a lesson sets in bold, with the sentence that says what it is."""

import json
import re

NO_TERMS = {
    "You will",
    "You need",
    "Predict",
    "Why",
    "Claim",
    "Outlook",
    "Given",
    "Packed",
    "Unpacked",
    "Next to the paper",
    "To run a cell",
    "To start again",
    "To get a cell back",
    "Without a mouse",
}
TERM = re.compile(r"\*\*([^*\n]+(?:\n[^*\n]+)?)\*\*")
SENTENCE = re.compile(r"(?<=[.?:])\s+(?=[A-ZÀ-Ý“`*(]|\$(?!\$))|(?<=[.?])\s+(?=\$\$)|(?<=\$\$)\s+(?=[A-ZÀ-Ý])")

PARAGRAPH = re.compile(r"\n\s*\n(?!\$\$)(?<!\$\$\n\n)|\n(?=[-|#>] |\d+\. )")
"""Between two paragraphs. A formula on lines of its own belongs to the sentence round it."""

SHORT = 14
"""A sentence with fewer words seldom says enough: the next one is added."""


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
                paragraph = re.sub(r"^- (?=\*\*`<)", "", paragraph)
                if paragraph.lstrip().startswith(("|", "<details", "#", "-", "1.", ">")):
                    continue
                sentences = SENTENCE.split(" ".join(paragraph.split()))
                for sentence, after in zip(sentences, [*sentences[1:], ""], strict=True):
                    for match in TERM.finditer(sentence):
                        term = match[1].strip()
                        if term.strip(".:") in NO_TERMS or term.endswith((".", ":")) or len(term.split()) > 5:
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
