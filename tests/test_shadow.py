"""Learners with their own helpers.py or folder helpers next to a notebook get a message, and nobody else does."""

import os
import subprocess
import sys
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


sys.meta_path.insert(sys.meta_path.index(importlib.machinery.PathFinder) + 1, Editable)
site.addsitedir({packages!r})
"""


def started_with(packages):
    """Return what Python runs at its start with this folder of packages and the course installed by `pip install -e`."""
    return START.format(init=str(COURSE / "__init__.py"), packages=str(packages))


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
    lesson = nbformat.read(COURSE.parent / "notebooks" / "08_gates.ipynb", 4)
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
    assert check.names() == "no file hides the course's helpers"
    (mine / "helpers.py").write_text("")
    with pytest.raises(check.Stop) as caught:
        check.names()
    assert caught.value.args[0] == f"{mine / 'helpers.py'} hides the course's package helpers"
    (mine / "helpers.py").unlink()
    (tmp_path / "notebooks" / "helpers").mkdir()
    with pytest.raises(check.Stop, match="notebooks.helpers hides"):
        check.names()
