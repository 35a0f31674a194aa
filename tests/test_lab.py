"""helpers.lab: JupyterLab does not start where it would end in a traceback, and `make check` says why."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from helpers import __main__ as check
from helpers import lab

ROOT = Path(lab.__file__).resolve().parents[1]
FIX = "Set HOME or JUPYTER_DATA_DIR to a folder that can be written."


@pytest.fixture
def home(tmp_path, monkeypatch):
    """Return a function that sets HOME, with none of Jupyter's own variables."""
    for name in ("JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "JUPYTER_PLATFORM_DIRS", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    return lambda folder: monkeypatch.setenv("HOME", str(folder))


def test_a_home_to_write_in_needs_no_sentence(home, tmp_path):
    home(tmp_path)
    assert lab.problem() is None
    home(tmp_path / "not made yet")
    assert lab.problem() is None and list(tmp_path.iterdir()) == []


def test_a_home_that_is_no_folder_is_named(home, tmp_path):
    (tmp_path / "file").write_text("")
    home(tmp_path / "file")
    assert lab.problem() == f"JupyterLab cannot write its files to {lab_folder(tmp_path / 'file')}. {FIX}"


def lab_folder(home):
    return home.joinpath(
        *(["Library", "Jupyter"] if sys.platform == "darwin" else [".local", "share", "jupyter"]), "runtime"
    )


def test_a_home_that_may_not_be_written_is_named(home, tmp_path, monkeypatch):
    home(tmp_path / "nonexistent")
    monkeypatch.setattr(lab.os, "access", lambda path, mode, **_: False)
    monkeypatch.setattr(lab.os, "supports_effective_ids", {lab.os.access})
    assert lab.problem() == f"JupyterLab cannot write its files to {lab_folder(tmp_path / 'nonexistent')}. {FIX}"


def test_jupyters_own_folder_is_enough(home, tmp_path, monkeypatch):
    home("/dev/null")
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path))
    assert lab.problem() is None


def test_a_user_without_home_and_name_gets_a_sentence(home, monkeypatch):
    def no_home(path):
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "expanduser", no_home)
    assert lab.problem() == f"JupyterLab finds no home folder for its files. {FIX}"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no /dev/null")
@pytest.mark.kernel
def test_the_command_ends_with_the_sentence_alone(tmp_path):
    env = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "XDG"))}
    done = subprocess.run(
        [sys.executable, "-m", "helpers.lab"],
        cwd=ROOT,
        env={**env, "HOME": "/dev/null"},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout) == (1, "") and done.stderr.endswith(f"{FIX}\n")
    assert len(done.stderr.splitlines()) == 1


def test_make_asks_before_each_start_of_jupyterlab():
    lines = (ROOT / "Makefile").read_text().splitlines()
    starts = [i for i, line in enumerate(lines) if re.search(r"^\t.*(\bjupyter-lab\b|grading\.formgrader\b)", line)]
    assert len(starts) == 2
    assert all("python -m helpers.lab" in lines[i - 1] for i in starts)


def test_make_check_says_it_too(monkeypatch, capsys):
    monkeypatch.setattr(lab, "problem", lambda: "JupyterLab cannot write.")
    monkeypatch.setattr(check, "QUESTIONS", {"JupyterLab": check.jupyterlab})
    assert check.main() == 1
    assert capsys.readouterr().out == f"{'not ok':8}{'JupyterLab':12}JupyterLab cannot write.\n"
