"""Learners with their own helpers.py or folder helpers next to a notebook get a message, and nobody else does."""

import ast
import os
import re
import site
import subprocess
import sys
import tomllib
from pathlib import Path

import nbformat
import pytest
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import KernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

import helpers
from helpers import __main__ as check
from helpers import shadow

COURSE = Path(helpers.__file__).parent


@pytest.fixture
def packages(tmp_path):
    """A folder of packages with the copy in it, and the course."""
    folder = tmp_path / "packages"
    folder.mkdir()
    shadow.lay(folder)
    return folder


START = """
import importlib.machinery, importlib.util, site, sys


class Editable:
    @staticmethod
    def find_spec(name, path=None, target=None):
        return importlib.util.spec_from_file_location(name, {init!r}) if name == "helpers" else None


sys.modules.pop({copy!r}, None)  # the copy of the Python that runs the tests
sys.meta_path[:] = [finder for finder in sys.meta_path if type(finder).__module__ != {copy!r}]
sys.meta_path.insert(sys.meta_path.index(importlib.machinery.PathFinder) + 1, Editable)
site.addsitedir({packages!r})
"""


def started_with(packages):
    """Return what Python runs at its start with this folder of packages and the course installed by `pip install -e`."""
    return START.format(init=str(COURSE / "__init__.py"), packages=str(packages), copy=shadow.COPY)


def say(packages, folder, code, *options):
    """Return what a Python started in a folder prints, and the last line of its error."""
    command = [sys.executable, *options, "-c", f"{started_with(packages)}\n{code}"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, env=without_path())
    return done.stdout + "".join(done.stderr.splitlines()[-1:])


def without_path():
    return {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}


@pytest.mark.parametrize(
    "code",
    [
        "from helpers import text",
        "import helpers.cells",
        "from helpers.exercises import gates as check",
        "from helpers import mine, text",
        "def later():\n    from helpers import losses\nlater()",
    ],
)
@pytest.mark.parametrize(
    "kind, place", [("file", "helpers.py"), ("folder", "helpers/__init__.py"), ("folder", "helpers")]
)
def test_who_asks_for_the_course_is_told_what_hides_it(packages, tmp_path, code, kind, place):
    folder = tmp_path / "my notebooks"
    path = folder / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("mine = 1\n") if path.suffix else path.mkdir()
    if place == "helpers":
        (path / "mine.py").write_text("")
    hides = path.parent if path.name == "__init__.py" else path
    assert say(packages, folder, code).endswith(
        f"The {kind} {hides} has the same name as the course's package helpers and hides it. "
        "Rename it, then restart the kernel."
    )


def test_without_one_the_course_is_imported_as_ever(packages, tmp_path):
    assert say(packages, tmp_path, "from helpers import text; print(text.split_words('a b'))") == "['a', 'b']\n"


@pytest.mark.parametrize(
    "code, output",
    [
        ("import helpers; print(helpers.mine)", "1\n"),
        ("from helpers import mine; print(mine)", "1\n"),
        ("from helpers import text_of; print(text_of())", "text\n"),
        ("from helpers import nothing", "ImportError: cannot import name 'nothing' from 'helpers'"),
        ("import runpy; runpy.run_module('helpers')", ""),
    ],
)
def test_other_projects_keep_their_own(packages, tmp_path, code, output):
    (tmp_path / "helpers.py").write_text("mine = 1\ndef text_of():\n    return 'text'\n")
    assert output in say(packages, tmp_path, code)


def test_another_projects_package_keeps_what_it_has(packages, tmp_path):
    (tmp_path / "helpers").mkdir()
    (tmp_path / "helpers" / "__init__.py").write_text("")
    (tmp_path / "helpers" / "text.py").write_text("mine = 1\n")
    assert say(packages, tmp_path, "from helpers import text; print(text.mine)") == "1\n"


def test_when_the_course_is_gone_the_copy_keeps_still(tmp_path):
    shadow.lay(tmp_path, tmp_path / "gone")
    (tmp_path / "helpers.py").write_text("")
    assert "cannot import name 'text'" in say(tmp_path, tmp_path, "from helpers import text", "-S")


def test_a_folder_that_may_not_be_written_is_left_alone(tmp_path):
    shadow.lay(tmp_path / "no such folder")


# Other packages, and modules of Python


@pytest.fixture
def library(packages):
    """A folder of packages with a NumPy of its own, and a library that imports a module of Python, and a file of ours."""
    (packages / "numpy").mkdir()
    (packages / "numpy" / "__init__.py").write_text("whose = 'the package'\n")
    (packages / "library.py").write_text("import colorsys\n")
    return packages


@pytest.mark.parametrize("place", ["numpy.py", "numpy/__init__.py"])
def test_a_file_with_the_name_of_a_package_is_told(library, tmp_path, place):
    folder = tmp_path / "my notebooks"
    (folder / place).parent.mkdir(parents=True)
    (folder / place).write_text("")
    kind, path = ("file", folder / place) if place == "numpy.py" else ("folder", folder / "numpy")
    assert say(library, folder, "import numpy as np", "-S").endswith(
        f"The {kind} {path} has the same name as the package numpy and hides it. Rename it, then restart the kernel."
    )


def test_a_file_that_a_library_takes_for_a_module_of_python_is_told(library, tmp_path):
    (tmp_path / "colorsys.py").write_text("")
    assert say(library, tmp_path, "import library", "-S").endswith(
        f"The file {tmp_path / 'colorsys.py'} has the same name as Python's module colorsys and hides it. "
        "Rename it, then restart the kernel."
    )


@pytest.mark.parametrize(
    "file, code, output",
    [
        ("colorsys.py", "import colorsys; print(colorsys.whose)", "mine"),
        ("mine.py", "import mine, library; print(mine.whose)", "mine"),
        ("torch.py", "import torch; print(torch.whose)", "mine"),
        ("numpy/mine.py", "import numpy; print(numpy.whose)", "the package"),
        ("numpy.txt", "import numpy; print(numpy.whose)", "the package"),
    ],
    ids=["for themselves", "another name", "not installed", "a folder that is no package", "no module"],
)
def test_what_hides_nothing_is_imported(library, tmp_path, file, code, output):
    (tmp_path / file).parent.mkdir(exist_ok=True)
    (tmp_path / file).write_text("whose = 'mine'\n")
    assert say(library, tmp_path, code, "-S") == f"{output}\n"


def test_a_package_that_was_installed_elsewhere_is_no_file_of_a_learner(library, tmp_path):
    (tmp_path / "numpy").mkdir()
    (tmp_path / "numpy" / "__init__.py").write_text("whose = 'the cluster'\n")
    (tmp_path / "numpy-2.0.dist-info").mkdir()
    assert say(library, tmp_path, "import numpy; print(numpy.whose)", "-S") == "the cluster\n"


def test_the_packages_that_are_looked_after_are_those_of_the_course():
    project = tomllib.loads((COURSE.parent / "pyproject.toml").read_text())["project"]
    tools = {"jupyter_core", "jupyterlab", "packaging", "pip", "pillow", "tqdm", "scikit_learn"}
    declared = {re.match(r"[\w-]+", text)[0].replace("-", "_") for text in project["dependencies"]}
    assert declared - tools - {"ipython"} <= set(shadow.USED.split()) and "sklearn" in shadow.USED


def test_the_copy_loads_nothing_that_a_file_could_hide():
    code = "import sys; before = set(sys.modules); import shadow; print(sorted(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-S", "-c", code], cwd=COURSE, capture_output=True, text=True, check=True)
    new = set(ast.literal_eval(done.stdout)) - {"shadow"}
    assert {name.partition(".")[0] for name in new} <= {
        "importlib",
        "os",
        "stat",
        "posixpath",
        "ntpath",
        "genericpath",
        "abc",
        "_collections_abc",
        "warnings",
        "_abc",
        "_stat",
        "nt",
        "types",
    }


class OfTheCourse(KernelManager):
    """A kernel of a Python with the copy among its packages."""

    packages = None

    @property
    def kernel_spec(self):
        start = (
            f"{started_with(self.packages)}\nfrom ipykernel.kernelapp import launch_new_instance\nlaunch_new_instance()"
        )
        return KernelSpec(argv=[sys.executable, "-c", start, "-f", "{connection_file}"], language="python")


@pytest.mark.kernel
def test_the_first_cell_of_a_notebook_next_to_one_is_a_sentence(packages, tmp_path, monkeypatch):
    monkeypatch.delenv("PYTHONPATH", raising=False)
    folder = tmp_path / "my_exercises" / "gates"
    folder.mkdir(parents=True)
    (folder / "helpers.py").write_text("def plot():\n    pass\n")
    lesson = nbformat.read(COURSE.parent / "notebooks" / "09_gates.ipynb", 4)
    first = next(cell for cell in lesson.cells if cell.cell_type == "code")
    nb = nbformat.v4.new_notebook(cells=[first])
    client = NotebookClient(nb, resources={"metadata": {"path": str(folder)}}, timeout=60)
    monkeypatch.setattr(OfTheCourse, "packages", packages)
    client.kernel_manager_class = OfTheCourse
    with pytest.raises(CellExecutionError):
        client.execute()
    (error,) = nb.cells[0].outputs
    assert error.traceback == [shadow.advice(folder / "helpers.py")]


# make check


def test_make_check_finds_them(tmp_path, monkeypatch):
    monkeypatch.setattr(check, "ROOT", tmp_path)
    mine = tmp_path / "notebooks" / "my_exercises" / "gates"
    (mine / ".ipynb_checkpoints").mkdir(parents=True)
    (mine / ".ipynb_checkpoints" / "helpers.py").write_text("")
    assert check.names() == "no file hides the course's helpers or a package"
    (mine / "helpers.py").write_text("")
    with pytest.raises(check.Stop) as caught:
        check.names()
    assert caught.value.args[0] == f"{mine / 'helpers.py'} hides the course's package helpers"
    (mine / "helpers.py").unlink()
    (tmp_path / "my_course").mkdir()
    (tmp_path / "my_course" / "numpy.py").write_text("")
    with pytest.raises(check.Stop, match="my_course.numpy.py hides"):
        check.names()
    (tmp_path / "my_course" / "numpy.py").unlink()
    (tmp_path / "notebooks" / "helpers").mkdir()
    with pytest.raises(check.Stop, match="notebooks.helpers hides"):
        check.names()


@pytest.fixture
def notebooks(tmp_path, monkeypatch):
    """A course's folder of notebooks, for `make check`."""
    monkeypatch.setattr(check, "ROOT", tmp_path)
    monkeypatch.setattr(site, "ENABLE_USER_SITE", False)
    monkeypatch.setenv("PYTHONPATH", str(COURSE.parent))
    (tmp_path / "notebooks" / "applications").mkdir(parents=True)
    return tmp_path / "notebooks"


@pytest.mark.parametrize(
    "file, hidden",
    [
        ("helpers.py", "the course's package helpers"),
        ("applications/torch.py", "the package torch"),
        ("numpy.py", "the package numpy"),
        ("sklearn/__init__.py", "the package sklearn"),
        ("random.py", "Python's module random"),
    ],
)
def test_make_check_is_not_ok_next_to_any_of_them(notebooks, capsys, monkeypatch, file, hidden):
    path = notebooks / file
    path.parent.mkdir(exist_ok=True)
    path.write_text("")
    monkeypatch.setattr(check, "QUESTIONS", {"Names": check.names})
    assert check.main() == 1
    place = path.parent if path.name == "__init__.py" else path
    assert capsys.readouterr().out == f"{'not ok':8}{'Names':12}{place} hides {hidden}; to fix this: rename it\n"


@pytest.mark.parametrize("file", ["torch/notes.py", "mine.py", "numpy.txt", ".ipynb_checkpoints/torch.py"])
def test_make_check_is_ok_with_what_hides_nothing(notebooks, file):
    (notebooks / file).parent.mkdir(exist_ok=True)
    (notebooks / file).write_text("")
    assert "no file hides" in check.names()


@pytest.mark.parametrize("place", ["helpers.py", "helpers/mine.py", "torch.py", "random.py"])
def test_make_check_looks_into_pythonpath(notebooks, tmp_path, monkeypatch, place):
    mine = tmp_path / "mine" / place
    mine.parent.mkdir(parents=True)
    mine.write_text("")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(["", str(tmp_path / "gone"), str(tmp_path / "mine")]))
    with pytest.raises(check.Stop) as caught:
        check.names()
    hides = mine.parent if place == "helpers/mine.py" else mine
    assert caught.value.args[0].startswith(f"{hides} hides ") and caught.value.args[1] == "rename it"


def test_make_check_looks_into_the_users_own_packages(notebooks, tmp_path, monkeypatch):
    mine = tmp_path / "site-packages"
    (mine / "numpy-2.0.dist-info").mkdir(parents=True)
    (mine / "numpy.py").write_text("")
    monkeypatch.setattr(site, "ENABLE_USER_SITE", True)
    monkeypatch.setattr(site, "getusersitepackages", lambda: str(mine))
    assert "no file hides" in check.names()
    (mine / "helpers.py").write_text("")
    with pytest.raises(check.Stop, match="hides the course's package helpers"):
        check.names()
