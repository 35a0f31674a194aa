"""`python -m helpers`: is everything in place that a lesson needs? Six lines, and how to mend what is not."""

import sys
from pathlib import Path

from helpers import shadow
from helpers.install import OLDEST, ROOT, VENV


def main():
    """Print one line per question. Returns 0 if all are ok, else 1."""
    wrong = 0
    for name, question in QUESTIONS.items():
        try:
            answer, trouble = question(), ""
        except Trouble as error:
            answer, trouble = error.args[0], f"; mend it with: {error.args[1]}"
        except Exception as error:
            answer, trouble = f"{type(error).__name__}: {error}", f"; mend it with: {mend()}"
        wrong += bool(trouble)
        print(f"{'not ok' if trouble else 'ok':8}{name:12}{answer}{trouble}")
    return min(wrong, 1)


class Trouble(Exception):
    """What is wrong, and the command that mends it."""


def python():
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] < OLDEST:
        raise Trouble(f"{version}, but the course needs 3.11 or newer", "make lab PYTHON=python3.12")
    return f"{version} in {Path(sys.prefix).name}"


def packages():
    """Whether every package of the lock that this computer needs is there, in the version the lock names."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        from packaging.requirements import Requirement
    except ImportError:
        raise Trouble("the course's packages are not installed in this Python", mend()) from None

    locked = [Requirement(line) for line in (ROOT / "requirements.txt").read_text().splitlines()]
    locked = [package for package in locked if package.marker is None or package.marker.evaluate()]
    other = []
    for package in [*locked, Requirement("rnn-unrolled")]:
        try:
            found = version(package.name)
        except PackageNotFoundError:
            other.append(f"{package.name} is missing")
            continue
        if found not in package.specifier:
            other.append(f"{package.name} is {found} instead of {package.specifier}".replace("==", ""))
    if other:
        more = f" and {len(other) - 3} more" if len(other) > 3 else ""
        raise Trouble(", ".join(other[:3]) + more, mend())
    return f"all {len(locked)} of requirements.txt, in its versions"


def pytorch():
    try:
        import torch
    except ImportError:
        raise Trouble("PyTorch cannot be imported", mend()) from None
    if torch.ones(2, 3).sum().item() != 6:
        raise Trouble(f"PyTorch {torch.__version__} cannot add", mend())
    return f"{torch.__version__} computes on the processor"


def data():
    try:
        from helpers.data import missing
    except ImportError as error:
        raise Trouble(f"the data cannot be looked at without {error.name}", mend()) from None
    absent = missing()
    if absent:
        raise Trouble(f"missing or damaged: {', '.join(absent)}", mend("data"))
    return "every data set is here and whole"


def jupyterlab():
    from importlib.metadata import PackageNotFoundError, files, version

    try:
        found = {name: version(name) for name in ("jupyterlab", "ipywidgets", "jupyterlab-widgets")}
    except PackageNotFoundError as error:
        raise Trouble(f"{error.name} is missing", mend()) from None
    for file in files("jupyterlab-widgets"):  # what the browser loads, so that sliders are drawn
        if file.name == "package.json" and not file.locate().exists():
            raise Trouble("JupyterLab cannot show sliders: a part of jupyterlab-widgets is missing", mend())
    return f"{found['jupyterlab']}, sliders by ipywidgets {found['ipywidgets']}"


def names():
    """Whether a learner's own file next to a notebook is imported in place of the course's package."""
    found = shadow.in_the_way(ROOT / "notebooks")
    if found:
        raise Trouble(f"{found[0]} hides the course's package helpers", "another name for it")
    return "no file hides the course's helpers"


QUESTIONS = {
    "Python": python,
    "Packages": packages,
    "PyTorch": pytorch,
    "Data": data,
    "JupyterLab": jupyterlab,
    "Names": names,
}


def mend(what="install"):
    """The command that brings what is missing, for the kind of Python that asks."""
    if what == "install" and (Path(sys.prefix) / "conda-meta").exists():
        return "conda env update -f environment.yml"
    if sys.prefix not in (sys.base_prefix, str(VENV)):
        return "python -m pip install -r requirements.txt -e ." if what == "install" else f"python -m helpers.{what}"
    if sys.platform == "win32":
        return "py -m helpers.install" if what == "install" else rf".venv\Scripts\python -m helpers.{what}"
    return "make check" if what == "install" else f"make {what}"


if __name__ == "__main__":
    sys.exit(main())
