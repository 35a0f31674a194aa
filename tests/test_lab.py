"""helpers.lab: JupyterLab does not start where it would end in a traceback, and `make check` says why."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from jupyter_server.services.contents.largefilemanager import LargeFileManager
from traitlets.config import Config

from helpers import __main__ as check
from helpers import install, lab
from helpers.widgets import fallback

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
    [mark] = [i for i, line in enumerate(lines) if re.search(r"^\t.*\bgrading\.formgrader\b", line)]
    assert "python -m helpers.lab --only-settings" in lines[mark - 1]
    [start] = [line for line in lines if line.endswith("python -m helpers.lab $(ARGS)")]
    assert lines[lines.index(start) - 1].startswith("lab: install  ##")
    assert not [line for line in lines if line.startswith("\t") and "jupyter-lab" in line]


@pytest.fixture
def ready(home, tmp_path, monkeypatch):
    """A home, an environment and a course of its own; returns what was started, (arguments of JupyterLab)."""
    home(tmp_path)
    (tmp_path / "course" / "notebooks" / "exercises").mkdir(parents=True)
    lesson = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (tmp_path / "course" / "notebooks" / "01_why.ipynb").write_text(json.dumps(lesson))
    started = []
    monkeypatch.chdir(tmp_path / "course")
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "environment"))
    monkeypatch.setattr(lab.subprocess, "call", lambda command: 0)
    monkeypatch.setattr(lab, "start", started.append)
    return started


def test_it_opens_the_first_lesson_of_the_learners_own_copy(ready, tmp_path, capsys):
    for _ in range(2):
        assert lab.main(["--no-browser"]) is None
    mine = tmp_path / "course" / "my_course" / "01_why.ipynb"
    assert ready == 2 * [[str(mine), "--no-browser"]] and mine.exists()
    assert capsys.readouterr().out.count("Your own copy of the course is in my_course.") == 1


def test_only_settings_starts_and_lays_out_nothing(ready, tmp_path):
    assert lab.main(["--only-settings"]) is None
    assert ready == [] and not (tmp_path / "course" / "my_course").exists()
    assert list((tmp_path / "environment").rglob("jupyter_server_config.json"))


@pytest.mark.parametrize("asked", ["-h", "--help"])
def test_help_says_what_the_command_does_and_does_nothing(ready, tmp_path, capsys, asked):
    assert lab.main([asked]) is None
    assert ready == [] and not (tmp_path / "course" / "my_course").exists()
    said = capsys.readouterr().out
    assert said.startswith("Open the course in JupyterLab") and len(said.splitlines()) < 10
    assert lab.ONLY_SETTINGS in said and "python -m jupyterlab --help" in said


def test_it_starts_nothing_without_data(ready, monkeypatch):
    monkeypatch.setattr(lab.subprocess, "call", lambda command: 3)
    assert lab.main() == 3 and ready == []


def test_an_environment_that_cannot_be_written_is_named_and_does_not_matter(ready, tmp_path, capsys):
    (tmp_path / "environment").write_text("")
    assert lab.main() is None and len(ready) == 1
    assert "Saved notebooks may lose their pictures" in capsys.readouterr().out


def test_jupyter_reads_the_hook_that_keeps_pictures(tmp_path):
    """The setting is a name; what it names must be what Jupyter calls before it saves."""
    install.keep_pictures(tmp_path)
    [setting] = tmp_path.rglob("jupyter_server_config.json")
    setting.write_text(json.dumps({"ServerApp": {"port": 9999}, **json.loads(setting.read_text())}))
    install.keep_pictures(tmp_path)
    assert set(json.loads(setting.read_text())) == {"ServerApp", "ContentsManager"}, "what else is set there stays"
    manager = LargeFileManager(config=Config(json.loads(setting.read_text())))
    assert manager.pre_save_hook is fallback.keep_html


@pytest.mark.skipif(os.name == "nt", reason="Windows knows no permission to execute")
def test_binder_runs_commands_that_exist():
    script = ROOT / "postBuild"
    assert os.access(script, os.X_OK)
    modules = re.findall(r"^python -m helpers\.(\w+)", script.read_text(), re.MULTILINE)
    assert modules == ["data", "lab", "my_course"] and lab.ONLY_SETTINGS in script.read_text()


def test_make_check_says_it_too(monkeypatch, capsys):
    monkeypatch.setattr(lab, "problem", lambda: "JupyterLab cannot write.")
    monkeypatch.setattr(check, "QUESTIONS", {"JupyterLab": check.jupyterlab})
    assert check.main() == 1
    assert capsys.readouterr().out == f"{'not ok':8}{'JupyterLab':12}JupyterLab cannot write.\n"
