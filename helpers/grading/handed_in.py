"""Find a learner's notebook among the files that were handed in. Links and devices are never followed or opened."""

import itertools
import os
import re
import stat
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from helpers.grading import slim
from helpers.grading.course import MAX_SUBMISSION_BYTES
from helpers.grading.names import ARCHIVE, NOTEBOOK, SHADOW, of_another, time_in
from helpers.grading.names import files as names_of

LARGEST = 200_000_000  # bytes; above MAX_SUBMISSION_BYTES the outputs are dropped
SECONDS = 120
DEEPEST, MOST = 8, 10_000  # folders below a learner's, files in all
ZIP_BEGAN = datetime(1981, 1, 1, tzinfo=UTC)  # a zip file without times gives its files one in 1980


@dataclass
class File:
    """A file that was handed in."""

    path: Path
    entry: str  # the name of the file or folder in FROM that it came in
    size: int
    when: datetime
    regular: bool = True

    @property
    def name(self):
        return self.path.name

    @property
    def is_notebook(self):
        if not self.regular or not NOTEBOOK.search(self.name):
            return False
        return ".ipynb" in self.name.casefold() or all(word in self.read() for word in (b'"nbformat"', b'"cells"'))

    def read(self):
        """Return the bytes, b"" if the file is too large or cannot be read."""
        try:
            with self.open() as file:
                return file.read(LARGEST) if self.size <= LARGEST else b""
        except OSError:
            return b""

    def open(self):
        """Open the file.

        Raises:
            OSError: it cannot be read, or has become a link or a device.
        """
        file = os.open(self.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        if not stat.S_ISREG(os.fstat(file).st_mode):
            os.close(file)
            raise OSError("not a regular file")
        return os.fdopen(file, "rb")

    def what(self):
        """Return what this is, for a sentence."""
        if not self.regular:
            return f"{self.name!r} (a link, a special file, or not readable)"
        return f"{self.name!r} (an archive: unpack it)" if ARCHIVE.search(self.name) else repr(self.name)


@dataclass
class HandedIn:
    """What a learner handed in: the notebooks, oldest first, of which the last counts, or why there is none."""

    notebooks: list[File] = field(default_factory=list)
    why_not: str = ""
    notes: list[str] = field(default_factory=list)


def files_of(folder, entry):
    """Return the files of an entry of a folder: itself, or all below it in any folder."""
    path = Path(folder) / entry
    status = path.lstat()
    if stat.S_ISDIR(status.st_mode):
        return list(itertools.islice(below(path, entry), MOST))
    return [file_at(path, entry, status)]


def below(folder, entry, depth=0):
    """Yield the files in a folder and, to a depth, in those below it."""
    try:
        items = sorted(os.scandir(folder), key=lambda item: item.name) if depth <= DEEPEST else []
    except OSError:
        yield File(Path(folder), entry, 0, datetime.now(UTC), regular=False)
        return
    for item in items:
        if SHADOW.fullmatch(item.name):
            continue
        if item.is_dir(follow_symlinks=False):
            yield from below(item.path, entry, depth + 1)
        else:
            yield file_at(Path(item.path), entry, item.stat(follow_symlinks=False))


def file_at(path, entry, status):
    when = datetime.fromtimestamp(status.st_mtime, UTC)
    return File(
        path,
        entry,
        status.st_size,
        time_in(entry) or (when if when > ZIP_BEGAN else datetime.now(UTC)),
        stat.S_ISREG(status.st_mode),
    )


def choose(files, assignment, ids, others):
    """Return a HandedIn for all files of a learner: of each entry the newest notebook that belongs to the assignment.

    Args:
        ids: the names of the cells that only this assignment has, set of bytes.
        others: the names of the other assignments.
    """
    notebooks = [file for file in files if file.is_notebook]
    if not notebooks:
        return HandedIn(why_not=f"the notebook is missing: {there(files)}")
    ranks = [belongs(file, assignment, ids, others) for file in notebooks]
    best = [file for file, rank in zip(notebooks, ranks, strict=True) if rank == max(ranks)]
    newest = {file.entry: file for file in sorted(best, key=lambda file: (file.when, counted(file.name), file.name))}
    kept = sorted(newest.values(), key=lambda file: (file.when, counted(file.entry), file.entry))
    notes = [f"{len(notebooks)} notebooks, took {kept[-1].name!r}"] if len(notebooks) > 1 else []
    notes += [f"{kept[-1].name!r} seems to be of another assignment"] if max(ranks) == 0 else []
    notes += [f"left {file.what()}" for file in files if not file.regular or ARCHIVE.search(file.name)]
    return HandedIn(kept, "", notes)


def counted(name):
    """Return the numbers in a name, so that attempt 10 comes after attempt 9."""
    return [int(digits[-18:]) for digits in re.findall(r"[0-9]+", name)]


def belongs(file, assignment, ids, others):
    """Return 2 if a notebook is of this assignment by its cells or its name, 0 if it is of another one, else 1."""
    if found := set(re.findall(rb'"grade_id"\s*:\s*"([^"\\]+)"', file.read())):
        return 2 if found & ids else 0
    if any(f"{name}_exercises" in file.name for name in names_of(assignment)):
        return 2
    return 0 if of_another(file.name, assignment, others) else 1


def there(files):
    """Return what a learner handed in where there is no notebook."""
    if not files:
        return "the folder is empty"
    more = f" and {len(files) - 5} more" if len(files) > 5 else ""
    return f"handed in: {', '.join(file.what() for file in files[:5])}{more}"


def fetch(file, target):
    """Copy a notebook to a path, without its outputs if it is large. Returns why it cannot be copied, else ""."""
    megabytes = f"{file.name!r} has {file.size / 1e6:.0f} MB"
    if file.size > LARGEST:
        return f"{megabytes}; at most {LARGEST // 10**6} MB are read. Ask for the notebook without its outputs"
    try:
        with file.open() as source, target.open("wb") as copy:
            if file.size <= MAX_SUBMISSION_BYTES:
                copy.write(source.read(MAX_SUBMISSION_BYTES))
                return ""
            done = subprocess.run(
                [sys.executable, "-I", slim.__file__],
                stdin=source,
                stdout=copy,
                stderr=subprocess.DEVNULL,
                timeout=SECONDS,
            )
    except subprocess.TimeoutExpired:
        return f"{megabytes} and took more than {SECONDS} seconds to read"
    except OSError as error:
        return f"{file.name!r} cannot be read ({error.strerror or error})"
    if done.returncode:
        return f"{megabytes} and is not a notebook (broken JSON), or too large to read"
    if target.stat().st_size > MAX_SUBMISSION_BYTES:
        return f"{megabytes}, and more than {MAX_SUBMISSION_BYTES // 10**6} MB without its outputs"
    return ""
