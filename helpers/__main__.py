"""`python -m helpers`: check that everything a lesson needs is installed, and say how to fix what is not."""

import sys
from pathlib import Path

from helpers import lab, shadow
from helpers.install import OLDEST, ROOT, VENV


def main():
    """Print one line for each question. Returns 0 if everything is ok, else 1."""
    wrong = 0
    for name, question in QUESTIONS.items():
        try:
            answer, state = question(), "ok"
        except Stop as error:
            answer, state = "; to fix this: ".join(error.args), "not ok"
        except Exception as error:
            answer, state = f"{type(error).__name__}: {error}; to fix this: {repair_command()}", "not ok"
        wrong += state != "ok"
        print(f"{state:8}{name:12}{answer}")
    return min(wrong, 1)


class Stop(Exception):
    """What is wrong, and what to do about it, unless the first says it already."""


def python():
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] < OLDEST:
        raise Stop(f"{version}, but the course needs 3.11 or newer", "make lab PYTHON=python3.12")
    return f"{version} in {Path(sys.prefix).name}"


def packages():
    """Check that every locked package that this computer needs is installed, in its locked version."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        from packaging.requirements import Requirement
    except ImportError:
        raise Stop("the course's packages are not installed in this Python", repair_command()) from None

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
        raise Stop(", ".join(other[:3]) + more, repair_command())
    return f"all {len(locked)} of requirements.txt, in the right versions"


def pytorch():
    try:
        import torch
    except ImportError:
        raise Stop("PyTorch cannot be imported", repair_command()) from None
    if torch.ones(2, 3).sum().item() != 6:
        raise Stop(f"PyTorch {torch.__version__} cannot add", repair_command())
    return f"{torch.__version__} computes on the processor"


def data():
    try:
        from helpers.data.archives import DataUnavailable, missing
    except ImportError as error:
        raise Stop(f"the data cannot be checked without {error.name}", repair_command()) from None
    try:
        absent = missing()
    except DataUnavailable as problem:
        raise Stop(str(problem)) from None
    if absent:
        raise Stop(f"missing or damaged: {', '.join(absent)}", repair_command("data"))
    return "every data set is here and complete"


def jupyterlab():
    from importlib.metadata import PackageNotFoundError, files, version

    try:
        found = {name: version(name) for name in ("jupyterlab", "ipywidgets", "jupyterlab-widgets")}
    except PackageNotFoundError as error:
        raise Stop(f"{error.name} is missing", repair_command()) from None
    for file in files("jupyterlab-widgets"):  # the browser loads this to draw sliders
        if file.name == "package.json" and not file.locate().exists():
            raise Stop("JupyterLab cannot show sliders: a part of jupyterlab-widgets is missing", repair_command())
    if problem := lab.problem():
        raise Stop(problem)
    return f"{found['jupyterlab']}, sliders by ipywidgets {found['ipywidgets']}"


def names():
    """Check that no file of the learner is imported instead of the course's package or another that is needed."""
    found = [each for folder in ("notebooks", "my_course") for each in shadow.in_the_way(ROOT / folder)]
    if found:
        path, name = found[0]
        raise Stop(f"{path} hides {shadow.called(name)}", "rename it")
    return "no file hides the course's helpers or a package"


QUESTIONS = {
    "Python": python,
    "Packages": packages,
    "PyTorch": pytorch,
    "Data": data,
    "JupyterLab": jupyterlab,
    "Names": names,
}


def repair_command(what="install"):
    """Return the command that installs what is missing, for the Python that is running."""
    if what == "install" and (Path(sys.prefix) / "conda-meta").exists():
        return "conda env update -f environment.yml"
    if sys.prefix not in (sys.base_prefix, str(VENV)):
        return "python -m pip install -r requirements.txt -e ." if what == "install" else f"python -m helpers.{what}"
    if sys.platform == "win32":
        return "py -m helpers.install" if what == "install" else rf".venv\Scripts\python -m helpers.{what}"
    return f"make {what}"


if __name__ == "__main__":
    sys.exit(main())
