"""Whose a file or folder is, read from its name alone, and learners' ids that are safe everywhere."""

import hashlib
import re
import unicodedata
from datetime import datetime

from helpers.exercises import topics
from helpers.grading.plain import UNSEEN

LONGEST = 60  # characters of a learner's id
PLATFORMS = {  # what a platform writes around a learner's name; the learner's own file name follows
    "moodle": re.compile(r"(?P<name>.+?)_(?P<number>[0-9]+)_assignsubmission_[a-z]+(_|$)", re.DOTALL),
    # The first number is the user. A year is no user: student_2026_101_one_cell_exercises.ipynb is a plain name.
    "canvas": re.compile(
        r"(?P<name>.+?)_(?P<late>LATE_)?(?!(19|20)[0-9]{2}_)(?P<number>[1-9][0-9]*)_[1-9][0-9]*_.", re.DOTALL
    ),
    "blackboard": re.compile(r"(?P<name>.+?)_attempt_(?P<time>[0-9]{4}(-[0-9]{2}){5})([_.]|$)", re.DOTALL),
}
NOTEBOOK = re.compile(r"((\.ipynb)+([ ]?\([0-9]+\))?(\.json|\.txt)?|\.json)$", re.IGNORECASE)
ARCHIVE = re.compile(r"\.(zip|7z|rar|tar|tgz|gz|bz2|xz|zst)$", re.IGNORECASE)
SHADOW = re.compile(  # files that systems and programs leave behind, and names with a dot, which are hidden
    r"\..*|__MACOSX|Thumbs\.db|desktop\.ini|~\$.*|.*\.swp|.*~|.*[:.]Zone\.Identifier|.*\.(tmp|crdownload|part)",
    re.IGNORECASE | re.DOTALL,
)
COPY = re.compile(  # what browsers, systems and Colab write for a copy
    r"^\s*(copy of|kopie von|kopie van|copie de|copia de|cópia de)\s+"
    r"|[ _]*\([0-9]+\)$|\s+-\s+(copy|kopie|copie|copia|cópia)( ?\([0-9]+\))?$|-Copy[0-9]+$|(^|[ _-]+)(copy of|kopie von|kopie van|copie de|copia de|cópia de)$",
    re.IGNORECASE,
)
RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)  # no file names on Windows


def whose(entry, assignment):
    """Return (platform, number, name) for the name of a file or folder; platform and number are None for a plain name.

    The number is what the platform calls the learner: Moodle's participant, Canvas's user, Blackboard's user name.
    The name is in NFC and otherwise as it was given; it is "" if the file does not say whose it is.
    """
    entry = unicodedata.normalize("NFC", entry)
    found = [(match, platform) for platform, form in PLATFORMS.items() if (match := form.match(entry))]
    if not found:
        return None, None, plain_name(entry, assignment)
    match, platform = min(found, key=lambda pair: len(pair[0]["name"]))
    if platform != "blackboard":
        return platform, match["number"], match["name"].strip()
    name = next(
        (match["name"][len(file) + 1 :] for file in files(assignment) if match["name"].startswith(f"{file}_")),
        match["name"].rpartition("_")[2],
    ).strip()
    return platform, name, name


def plain_name(entry, assignment):
    """Return the learner's name in `anna.ipynb`, `anna_one_cell_exercises (2).ipynb` and the like."""
    name = NOTEBOOK.sub("", entry)
    name = re.split(rf"(?:^|[_ -]+)(?:{'|'.join(map(re.escape, files(assignment)))})_exercises", name)[0]
    while (shorter := COPY.sub("", name).strip()) != name:
        name = shorter
    return name


def files(assignment):
    """Return what this assignment's file may be called, without `_exercises`: its name, and the one it had before."""
    was = topics.LESSONS[assignment].was if assignment in topics.LESSONS else ""
    return [name for name in (assignment, was) if name]


def of_another(entry, assignment, others):
    """Return the assignment of `others` that a file's name names in place of this one, or None."""

    def named(assignment):
        return any(re.search(rf"(?:^|[_ -]){re.escape(file)}_exercises", entry) for file in files(assignment))

    return None if named(assignment) else next((other for other in others if named(other)), None)


def before_attempt(entry):
    """Return what stands before Blackboard's word in a name: the assignment and the user."""
    return PLATFORMS["blackboard"].match(unicodedata.normalize("NFC", entry))["name"]


def time_in(entry):
    """Return the time that Blackboard writes into a name, as an aware datetime, or None."""
    match = PLATFORMS["blackboard"].match(entry)
    try:
        return datetime.strptime(match["time"], "%Y-%m-%d-%H-%M-%S").astimezone() if match else None
    except (ValueError, OverflowError, OSError):
        return None


def marked_late(entry):
    """Return whether Canvas marked a file as late in its name."""
    match = PLATFORMS["canvas"].match(entry)
    return bool(match and match["late"])


def clean(name):
    """Return a learner's id for a name: letters, marks, digits and `._-@`, at most 60; "" if nothing of it is left.

    It begins with a letter or digit, so that no spreadsheet takes it for a formula, and it can name a folder.
    """
    name = UNSEEN.sub("", unicodedata.normalize("NFC", name))
    name = "".join(c if fits(c) else "\0" for c in name if unicodedata.category(c) != "Cf")
    name = unicodedata.normalize("NFC", re.sub("\0+", "_", name)).rstrip("._-@")
    while name and not name[0].isalpha() and unicodedata.category(name[0]) != "Nd":
        name = name[1:]
    return cut(f"{name}_id" if RESERVED.fullmatch(name) else name)


def fits(character):
    kind = unicodedata.category(character)
    return kind[0] in "LM" or kind == "Nd" or character in "._-@"


def cut(name, end=""):
    """Return a name and its end in at most 60 characters; a name that is cut ends in a hash of the whole."""
    if len(name) + len(end) <= LONGEST:
        return name + end
    return f"{name[: LONGEST - len(end) - 9]}_{short_hash(name)}{end}"


def distinct(base, name):
    """Return an id for a name whose id `base` belongs to somebody else."""
    return cut(base, f"_{short_hash(name)}")


def short_hash(text):
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def skeleton(name):
    """Return a name without accents, case, punctuation and the order of its words, to find nearly equal names."""
    name = unicodedata.normalize("NFKD", UNSEEN.sub("", name)).casefold()
    name = "".join(c for c in name if not unicodedata.combining(c) and unicodedata.category(c) != "Cf")
    return " ".join(sorted("".join(c if unicodedata.category(c)[0] in "LMN" else " " for c in name).split()))


def letters(name):
    """Return only the letters, marks and digits of a name, without case: Canvas writes Anna Berg as berganna."""
    name = unicodedata.normalize("NFC", name).casefold()
    return "".join(c for c in unicodedata.normalize("NFC", name) if unicodedata.category(c)[0] in "LMN")
