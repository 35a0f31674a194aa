"""Tell learners that their own helpers.py hides the course's package.

Python looks next to the notebook first, so it takes a file helpers.py there for the course's package `helpers`, and the
first cell ends in an ImportError that does not say why. `lay` puts a copy of this file among the packages of the
running Python, which loads it at every start. When a part of the course is imported but another `helpers` is found
first, the copy says where that one is. Other projects' helpers work as before.

It uses the standard library alone, because the copy must load quickly and on its own.
"""

import sys
import sysconfig
from importlib.machinery import PathFinder
from pathlib import Path

COPY = "rnn_unrolled_shadow"


class Hidden(ImportError):
    """Another `helpers` hides the course's package; notebooks show this error as one sentence, without a traceback."""

    def _render_traceback_(self, *args, **kwargs):
        return [str(self)]


class Finder:
    """An import hook that Python asks first; it answers only for `helpers` and its modules.

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
                spec.submodule_search_locations = []  # otherwise Python would not ask for modules inside a file
                return spec
        elif wanted in names(self.course) and not PathFinder.find_spec(fullname, path):
            raise Hidden(sentence(sys.modules["helpers"]))
        return None


def names(course):
    """Return the names of the modules and packages in a folder."""
    return {path.stem for path in course.glob("*.py")} | {path.parent.name for path in course.glob("*/__init__.py")}


def sentence(module):
    """Return what to do about a module that hides the course."""
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
    """Return the files and folders below a folder that hide the course from a notebook next to them."""
    found = [*folder.rglob("helpers.py"), *(path for path in folder.rglob("helpers") if path.is_dir())]
    return sorted(path for path in found if ".ipynb_checkpoints" not in path.parts)


def lay(packages=None, course=None):
    """Put the copy among the packages of this Python, if we may write there.

    Args:
        packages: a folder in which Python looks for .pth files; None for those of the running Python.
        course: the folder of the course's package; None for the folder of this file.
    """
    packages = Path(packages or sysconfig.get_path("purelib"))
    text = Path(__file__).read_text(encoding="utf-8")
    text += f"\n\nsys.meta_path.insert(0, Finder({str(course or Path(__file__).resolve().parent)!r}))\n"
    try:
        (packages / f"{COPY}.py").write_text(text, encoding="utf-8")
        (packages / f"{COPY}.pth").write_text(f"import {COPY}\n", encoding="utf-8")
    except OSError:
        pass  # for example on a class server, where only the administrator may write
