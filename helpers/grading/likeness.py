"""Which submissions are alike (`make likeness`), found on this machine alone.

Code is compared without names, comments, docstrings, annotations and layout, so that renamed variables and reordered
functions do not hide a copy; answers in words without case and punctuation. Every run of a few tokens gets a number,
and winnowing keeps some of these numbers, a submission's fingerprints, so that a run that two submissions share is
found wherever it stands. What was given out has no fingerprints, nor has what many learners wrote.

Source: Schleimer, Wilkerson and Aiken (2003), Winnowing: local algorithms for document fingerprinting,
doi:10.1145/872757.872770.
"""

import ast
import builtins
import heapq
import io
import json
import keyword
import re
import tokenize
import unicodedata
from collections import Counter, defaultdict
from hashlib import blake2b

from helpers.grading.course import MAX_SUBMISSION_BYTES, Stop
from helpers.grading.plain import plain

MAX_SOURCE_CHARACTERS = 2_000_000  # of one submission
MAX_CELL_CHARACTERS = 50_000  # parsing more can take long, or all memory
MAX_PARTS = 1_000_000  # of a notebook's JSON, which can take a hundred times the memory of its text
LENGTHS = {"code": 8, "words": 5}  # tokens in a run
WINDOW = 4  # so a shared run of LENGTHS + WINDOW - 1 tokens is found for certain
SHORTEST = {"code": 24, "words": 20}  # tokens of one's own; two honest answers that are shorter are often the same
FEWEST = 8  # fingerprints in common, below which nothing is said
COMMON = 1 / 3  # what more of the class wrote is the obvious answer
MOST_WRITERS = 50  # in a large class, what so many wrote says nothing about two of them
BESIDE = "cells of their own"  # where learners write besides the exercises
LENIENT = re.compile(r"[^\W\d]\w*|[\d.]+\w*|[^\w\s]")
WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W_]+")  # signs of Chinese, Japanese, Korean one by one


def most_alike(course, assignment, most=20):
    """Return the pairs of submissions that are most alike, a list of (share, learner, other, where).

    `share` is the part of the smaller submission's fingerprints that the other one has too, from 0 to 1; `where` names
    up to three exercises in which they agree most. A submission that cannot be read is left out.

    Raises:
        Stop: the assignment was not given out, so nobody can say what learners wrote themselves.
    """
    release = course.work / "release" / assignment / f"{assignment}_exercises.ipynb"
    try:
        given = documents(release)
    except (OSError, ValueError):
        raise Stop(f"{assignment} was not given out yet. Run: make assign ASSIGNMENT={assignment}") from None
    runs = {number for kind, _, text in given for number in numbers(kind, tokens(kind, text))}
    kinds = {where: kind for kind, where, _ in given if where != BESIDE}
    prints = {}
    for learner in course.students(assignment):
        path = course.submitted / learner / assignment / release.name
        prints[learner] = of_submission(path, kinds, runs)
    return pairs(prints, most)


def print_likeness(course, assignment):
    """Print the submissions that are most alike, and what this does not show."""
    course.assigned(assignment)
    found = most_alike(course, assignment)
    if not found:
        print(f"{assignment}: no two submissions agree in more than was given out or than many wrote.")
        return
    print(
        f"{assignment}: how much of the smaller submission stands in the other one too, without what was given out\n\n"
        f"{'alike':>6}  {'learner':24}{'other':24}where"
    )
    for share, learner, other, where in found:
        print(f"{share:>6.0%}  {plain(learner):23} {plain(other):23} {plain(where)}")
    print(
        "\nLikeness is no proof: two learners may have used the same source, or had the same idea. Read both, then ask."
    )


# Submissions


def of_submission(path, kinds, given):
    """Return a submission's fingerprints, number -> exercise; empty if it cannot be read, whatever is wrong with it."""
    try:
        return fingerprints(documents(path, kinds), given)
    except Exception:  # one submission must not stop the others
        return {}


def documents(path, kinds=None):
    """Return what a notebook says, a list of (kind, exercise, text), where the kind is code or words.

    Args:
        kinds: exercise -> kind, of the notebook that was given out; cells of exercises are read first.

    Raises:
        ValueError: the file is a link, too large or no notebook.
    """
    kinds = kinds or {}
    if path.is_symlink() or path.stat().st_size > MAX_SUBMISSION_BYTES:
        raise ValueError(f"{path.name} is a link, or too large.")
    raw = path.read_bytes()
    if raw.count(b"{") + raw.count(b"[") > MAX_PARTS:
        raise ValueError(f"{path.name} has too many parts.")
    try:
        cells = json.loads(raw.decode("utf-8-sig", "replace"))["cells"]
    except (KeyError, TypeError, RecursionError) as error:
        raise ValueError(f"{path.name} is no notebook.") from error
    found = defaultdict(list)
    for cell in filter(lambda cell: isinstance(cell, dict), cells):
        text, name = source(cell), exercise(cell)
        where = name if name in kinds or not kinds else BESIDE
        kind = kinds.get(where) or ("code" if cell.get("cell_type") == "code" else "words")
        if 0 < len(text) <= MAX_CELL_CHARACTERS:
            found[kind, where].append(text)
    left, kept = MAX_SOURCE_CHARACTERS, []
    for (kind, where), texts in sorted(found.items(), key=lambda item: item[0][1] == BESIDE):
        for text in texts:
            if len(text) <= left:
                kept.append((kind, where, text))
                left -= len(text)
    return kept


def source(cell):
    text = cell.get("source", "")
    return "".join(map(str, text)) if isinstance(text, list) else str(text)


def exercise(cell):
    """Return the name of a cell's exercise, which is BESIDE for a cell that belongs to none."""
    metadata = cell.get("metadata")
    ours = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    name = ours.get("grade_id") if isinstance(ours, dict) else None
    return name.removesuffix("_answer") if isinstance(name, str) and name else BESIDE


# Fingerprints


def fingerprints(texts, given):
    """Return number -> exercise for the fingerprints of documents, without the numbers that are `given`."""
    found, own = {}, defaultdict(list)
    for kind, where, text in texts:
        run = numbers(kind, tokens(kind, text))
        own[kind, where].append(run)
    for (kind, where), runs in own.items():
        if sum(number not in given for run in runs for number in run) >= SHORTEST[kind] - LENGTHS[kind] + 1:
            for run in runs:
                found |= {number: where for number in winnowed(run) if number not in given and number not in found}
    return found


def numbers(kind, parts):
    """Return the number of each run of tokens, in order; the same run has the same number on every machine."""
    length = LENGTHS[kind]
    runs = ("\0".join([kind, *parts[at : at + length]]) for at in range(len(parts) - length + 1))
    return [int.from_bytes(blake2b(run.encode("utf-8", "replace"), digest_size=8).digest()) for run in runs]


def winnowed(run):
    """Return the smallest number of each window of WINDOW numbers."""
    return {min(run[at : at + WINDOW]) for at in range(max(len(run) - WINDOW + 1, bool(run)))}


def tokens(kind, text):
    return code_tokens(text) if kind == "code" else WORD.findall(unicodedata.normalize("NFKC", text).casefold())


def code_tokens(text):
    """Return the tokens of Python code, with `v` for each name, a quote for each text, and no layout."""
    text = re.sub(r"^[ \t]*[%!].*$", "", text, flags=re.MULTILINE)  # magic commands
    try:
        tree = ast.parse(text)
        for node in ast.walk(tree):
            strip(node)
        return neutral(ast.unparse(tree))
    except (SyntaxError, ValueError, RecursionError, MemoryError, tokenize.TokenError):
        return lenient(text)


def strip(node):
    """Remove a node's docstring, or other texts that stand alone, and its annotations."""
    for field in ("body", "orelse", "finalbody"):
        if isinstance(body := getattr(node, field, None), list):
            setattr(node, field, [each for each in body if not is_text(each)] or [ast.Pass()])
    for name in ("annotation", "returns"):
        if hasattr(node, name) and not isinstance(node, ast.AnnAssign):
            setattr(node, name, None)


def is_text(node):
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def neutral(text):
    """Return the tokens of valid Python code."""
    kinds = {tokenize.NAME, tokenize.NUMBER, tokenize.OP, tokenize.STRING}
    found = []
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type in kinds or tokenize.tok_name[token.type] in ("FSTRING_START", "TSTRING_START"):
            is_text = token.type not in kinds or token.type == tokenize.STRING
            found.append("'" if is_text else token.string)
    return nameless(found)


def lenient(text):
    """Return the tokens of code that is no valid Python."""
    text = re.sub(r'"""[^"]*"""|' + r"'''[^']*'''", " ", text)
    text = re.sub(r"\"[^\"\n]*\"|'[^'\n]*'", " ' ", text)
    return nameless(LENIENT.findall(re.sub(r"#[^\n]*", "", text)))


def nameless(parts):
    """Return tokens with `v` for each name that a learner can choose.

    Keywords stay, and what is called, if it is a method or built in.
    """
    around = zip(["", *parts], parts, [*parts[1:], ""], strict=False)
    return [
        "v" if is_name(part) and not (after == "(" and (before == "." or is_built_in(before, part))) else part
        for before, part, after in around
    ]


def is_name(part):
    return (part[0].isalpha() or part[0] == "_") and not keyword.iskeyword(part)


def is_built_in(before, part):
    return hasattr(builtins, part) and before not in ("def", "class")


# Pairs


def pairs(prints, most):
    """Return the `most` pairs that share most, as `most_alike` does; `prints` maps a learner to number -> exercise."""
    writers = defaultdict(list)
    for learner, mine in prints.items():
        for number in mine:
            writers[number].append(learner)
    usual = min(max(2, COMMON * len(prints)), MOST_WRITERS)
    telling = {number: names for number, names in writers.items() if len(names) <= usual}
    sizes = {learner: sum(number in telling for number in mine) for learner, mine in prints.items()}
    best = heapq.nlargest(most, found_pairs(prints, telling, sizes))
    return [(share, learner, other, where) for share, _, learner, other, where in best]


def found_pairs(prints, telling, sizes):
    """Yield (share, how many, learner, other, where) for the pairs with enough in common, found by their fingerprints."""
    for learner, mine in prints.items():
        shared = defaultdict(list)
        for number in mine:
            for other in telling.get(number, ()):
                if other > learner:
                    shared[other].append(number)
        for other, numbers_shared in shared.items():
            if len(numbers_shared) >= FEWEST:
                places = Counter(mine[number] for number in numbers_shared)
                where = ", ".join(name for name, _ in places.most_common(3))
                share = len(numbers_shared) / min(sizes[learner], sizes[other])
                yield share, len(numbers_shared), learner, other, where
