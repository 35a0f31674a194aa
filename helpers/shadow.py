"""A sentence for learners whose own helpers.py hides the course's package.

Python looks next to the notebook first, so a file helpers.py there is taken for the course's package `helpers`, and the
first cell would end in an ImportError that does not say so. `lay` puts a copy of this file among the packages of the
running Python, which loads it at every start. When something of the course is asked for and another `helpers` is in its
place, the copy says where that is. Other projects' helpers work as before.

Standard library only: the copy must load quickly and on its own.
"""

import sys
import sysconfig
from importlib.machinery import PathFinder
from pathlib import Path

COPY = "rnn_unrolled_shadow"


class Hidden(ImportError):
    """Something else is in the place of the course's package; notebooks show it as one sentence, without a traceback."""

    def _render_traceback_(self, *args, **kwargs):
        return [str(self)]


class Finder:
    """Asked first for every import; answers only for `helpers` and what is in it.

    Args:
        course: the folder of the course's package.
    """

    def __init__(self, course):
        self.course = Path(course)

    def find_spec(self, fullname, path=None, target=None):
        package, _, wanted = fullname.partition(".")
        if package != "helpers":
            return None
        if not wanted:
            spec = PathFinder.find_spec(fullname)
            if spec and spec.submodule_search_locations is None and sys.argv[:1] != ["-m"]:
                spec.submodule_search_locations = []  # else Python would not ask here for what the file lacks
                return spec
        elif wanted in names(self.course) and not PathFinder.find_spec(fullname, path):
            raise Hidden(sentence(sys.modules["helpers"]))
        return None


def names(course):
    """The modules and packages in a folder."""
    return {path.stem for path in course.glob("*.py")} | {path.parent.name for path in course.glob("*/__init__.py")}


def sentence(module):
    """What to do about a module that hides the course."""
    file = getattr(module, "__file__", None)
    if file and Path(file).name != "__init__.py":
        return advice(Path(file))
    return advice(Path(file).parent if file else Path(next(iter(module.__path__))))


def advice(place):
    kind = "folder" if place.is_dir() else "file"
    return (
        f"The {kind} {place} has the same name as the course's package helpers and hides it. "
        "Rename it, then restart the kernel."
    )


def in_the_way(folder):
    """Files and folders below a folder that would hide the course from a notebook next to them."""
    found = [*folder.rglob("helpers.py"), *(path for path in folder.rglob("helpers") if path.is_dir())]
    return sorted(path for path in found if ".ipynb_checkpoints" not in path.parts)


def lay(packages=None, course=None):
    """Put the copy among the packages of this Python, where that may be written.

    Args:
        packages: a folder in which Python looks for .pth files; the running Python's own if None.
        course: the folder of the course's package; the one of this file if None.
    """
    packages = Path(packages or sysconfig.get_path("purelib"))
    text = Path(__file__).read_text(encoding="utf-8")
    text += f"\n\nsys.meta_path.insert(0, Finder({str(course or Path(__file__).resolve().parent)!r}))\n"
    try:
        (packages / f"{COPY}.py").write_text(text, encoding="utf-8")
        (packages / f"{COPY}.pth").write_text(f"import {COPY}\n", encoding="utf-8")
    except OSError:
        pass  # a class server's Python, which only its administrator may change
