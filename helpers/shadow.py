"""Tell learners that a file of their own hides the course's package, or another that the course needs.

Python looks next to the notebook first, so it takes a file helpers.py there for the course's package `helpers`, or a
numpy.py for NumPy, and the first cell ends in an error that does not say why. `lay` puts a copy of this file among the
packages of the running Python, which loads it at every start. When a part of the course is imported but another
`helpers` is found first, or when a library gets a learner's file in place of its own, the copy says where that file is.
Other projects' modules work as before.

It uses the standard library alone, because the copy must load quickly and on its own; before it is at work it loads
nothing that a learner's file could hide.
"""

import os
import sys
from importlib.machinery import PathFinder

COPY = "rnn_unrolled_shadow"
USED = "IPython helpers ipywidgets jiwer matplotlib num2words numpy pandas pooch sacrebleu scipy seqeval sklearn torch"
"""Packages that lessons, applications and exercises import: a learner's file of that name is always in the way."""
STDLIB = os.path.realpath(os.path.dirname(os.__file__))


class Hidden(ImportError):
    """Another module hides one that is needed; notebooks show this error as one sentence, without a traceback."""

    def _render_traceback_(self, *args, **kwargs):
        return [str(self)]


class Finder:
    """An import hook that Python asks first; it answers only for what a learner's file hides.

    Args:
        course: the folder of the course's package.
        packages: the folder of the installed packages.
    """

    def __init__(self, course, packages):
        self.course, self.packages = str(course), os.path.realpath(packages)

    def find_spec(self, fullname, path=None, target=None):
        package, _, wanted = fullname.partition(".")
        if package != "helpers":
            if not wanted and (file := self.hides(fullname)):
                raise Hidden(advice(file, fullname))
            return None
        if not wanted:
            spec = PathFinder.find_spec(fullname)
            if spec and spec.submodule_search_locations is None and sys.argv[:1] != ["-m"]:
                spec.submodule_search_locations = []  # otherwise Python would not ask for modules inside a file
                return spec
        elif wanted in names(self.course) and not PathFinder.find_spec(fullname, path):
            raise Hidden(sentence(sys.modules["helpers"]))
        return None

    def hides(self, name):
        """Return the learner's file or folder that hides an installed package or a module of Python, or None."""
        if name in sys.builtin_module_names:
            return None
        spec = PathFinder.find_spec(name)
        file = spec and spec.has_location and spec.origin
        if not file or inside(file, STDLIB) or inside(file, self.packages):
            return None
        if name not in sys.stdlib_module_names and not PathFinder.find_spec(name, [self.packages]):
            return None
        place = os.path.dirname(file) if os.path.basename(file) == "__init__.py" else file
        if installed(os.path.dirname(place)):
            return None
        asks = importer()
        theirs = not asks or not (inside(asks, STDLIB) or inside(asks, self.packages) or inside(asks, self.course))
        return None if theirs and name not in USED.split() else place


def inside(file, folder):
    return os.path.realpath(file).startswith(os.path.realpath(folder) + os.sep)


def installed(folder):
    """Whether packages are installed in a folder: what is in it came with a package and is no file of a learner."""
    return any(entry.endswith((".dist-info", ".egg-info")) for entry in os.listdir(folder))


def importer():
    """Return the file of the module that imports, or None where it has none, as a notebook's cell."""
    frame = sys._getframe(1)
    while frame and (frame.f_globals.get("__name__") == __name__ or "importlib" in frame.f_code.co_filename):
        frame = frame.f_back
    return frame.f_globals.get("__file__") if frame else None


def names(course):
    """Return the names of the modules and packages in a folder; none if it is gone."""
    found = os.listdir(course) if os.path.isdir(course) else []
    packages = {name for name in found if os.path.exists(os.path.join(course, name, "__init__.py"))}
    return {name[:-3] for name in found if name.endswith(".py")} | packages


def sentence(module):
    """Return what to do about a module that hides the course."""
    file = getattr(module, "__file__", None)
    if file and os.path.basename(file) != "__init__.py":
        return advice(file)
    return advice(os.path.dirname(file) if file else next(iter(module.__path__)))


def advice(place, name="helpers"):
    kind = "folder" if os.path.isdir(place) else "file"
    return f"The {kind} {place} has the same name as {called(name)} and hides it. Rename it, then restart the kernel."


def called(name):
    """Return what to call a module that is hidden."""
    if name == "helpers":
        return "the course's package helpers"
    return f"Python's module {name}" if name in sys.stdlib_module_names else f"the package {name}"


def in_the_way(notebooks):
    """Return what hides the course, a package it uses or a module of Python from a notebook, as (path, its name).

    Args:
        notebooks: a folder; what is next to a notebook in it, or in folders below, may be in the way.

    Besides those folders it looks into those of PYTHONPATH and of this user's own packages.
    """
    import site
    from pathlib import Path

    below = [Path(folder) for folder, _, _ in os.walk(notebooks) if ".ipynb_checkpoints" not in Path(folder).parts]
    named = [Path(entry).absolute() for entry in os.environ.get("PYTHONPATH", "").split(os.pathsep) if entry]
    own = [Path(site.getusersitepackages())] if site.ENABLE_USER_SITE else []
    course = os.path.realpath(os.path.dirname(__file__))
    found = {path: name for folder in (*below, *named, *own) for path, name in _modules_in(folder)}
    return sorted((path, name) for path, name in found.items() if os.path.realpath(path) != course)


def _modules_in(folder):
    """Return (path, name) of what hides a module that is needed, where Python looks into this folder first."""
    try:
        paths = list(folder.iterdir())
        came_with_packages = installed(folder)
    except OSError:
        return []
    files = [path for path in paths if path.suffix == ".py" and path.is_file()]
    folders = [path for path in paths if (path / "__init__.py").is_file() or (path.name == "helpers" and path.is_dir())]
    taken = {"helpers"} if came_with_packages else {*USED.split(), *sys.stdlib_module_names}
    return [(path, path.stem) for path in (*files, *folders) if path.stem in taken]


def lay(packages=None, course=None):
    """Put the copy among the packages of this Python, if we may write there.

    Args:
        packages: a folder in which Python looks for .pth files; None for those of the running Python.
        course: the folder of the course's package; None for the folder of this file.
    """
    import sysconfig
    from pathlib import Path

    packages = Path(packages or sysconfig.get_path("purelib"))
    text = Path(__file__).read_text(encoding="utf-8")
    text += f"\n\nsys.meta_path.insert(0, Finder({str(course or Path(__file__).resolve().parent)!r}, os.path.dirname(__file__)))\n"
    try:
        (packages / f"{COPY}.py").write_text(text, encoding="utf-8")
        (packages / f"{COPY}.pth").write_text(f"import {COPY}\n", encoding="utf-8")
    except OSError:
        pass  # for example on a class server, where only the administrator may write
