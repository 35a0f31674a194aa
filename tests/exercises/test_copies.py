"""Check the learner's copies: an update of the course, by hand or by git, never changes what a learner wrote."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat import v4
from needs import need

from helpers.exercises import copies

ROOT = Path(__file__).parents[2]
STARTER, COPY = "exercises/one_cell/one_cell_exercises.ipynb", "my_exercises/one_cell/one_cell_exercises.ipynb"


def write(path, *sources):
    path.parent.mkdir(parents=True, exist_ok=True)
    cells = [v4.new_code_cell(source, id=f"cell-{number}") for number, source in enumerate(sources)]
    nbformat.write(v4.new_notebook(cells=cells), path)


def sources(path):
    return [cell.source for cell in nbformat.read(path, 4).cells]


@pytest.fixture
def notebooks(tmp_path):
    write(tmp_path / STARTER, "def f():\n    raise NotImplementedError", "check.f(f)")
    assert copies.update(tmp_path) == ["Your copies of the exercises are in notebooks/my_exercises: 1 new."]
    return tmp_path


def test_a_copy_is_the_starter_and_a_second_run_does_nothing(notebooks):
    assert (notebooks / COPY).read_bytes() == (notebooks / STARTER).read_bytes()
    assert copies.update(notebooks) == []
    assert sorted(path.name for path in (notebooks / COPY).parent.iterdir()) == ["one_cell_exercises.ipynb"]


@pytest.mark.parametrize("edited", [False, True])
def test_a_copy_under_an_old_name_stays_and_the_new_name_is_laid_next_to_it(tmp_path, edited):
    write(tmp_path / "exercises/lesson_8/lesson_8_exercises.ipynb", "def f():\n    raise NotImplementedError")
    copies.update(tmp_path)
    old = tmp_path / "my_exercises/lesson_8/lesson_8_exercises.ipynb"
    if edited:
        write(old, "def f():\n    return 1")
    (tmp_path / "exercises/lesson_8").rename(tmp_path / "exercises/gates")
    starter = tmp_path / "exercises/gates/gates_exercises.ipynb"
    (tmp_path / "exercises/gates/lesson_8_exercises.ipynb").rename(starter)
    before = old.read_bytes()
    said = copies.update(tmp_path)
    assert said[:1] == ["Your copies of the exercises are in notebooks/my_exercises: 1 new."]
    assert said[1:] == edited * [
        "lesson_8 is called gates now; your copy my_exercises/lesson_8/lesson_8_exercises.ipynb is as you left it and "
        "still works, an empty one is my_exercises/gates/gates_exercises.ipynb."
    ]
    assert old.read_bytes() == before
    assert (tmp_path / "my_exercises/gates/gates_exercises.ipynb").read_bytes() == starter.read_bytes()
    assert copies.update(tmp_path) == []


def test_an_edited_copy_stays_without_and_with_an_update(notebooks):
    write(notebooks / COPY, "def f():\n    return 1", "check.f(f)")
    edited = (notebooks / COPY).read_bytes()
    assert copies.update(notebooks) == []
    for number in (2, 3):
        write(notebooks / STARTER, "def f(x):\n    raise NotImplementedError", f"check.f(f, {number})")
        assert copies.update(notebooks) == [
            "one_cell has a new version; your copy is as you left it, the new one is "
            f"my_exercises/one_cell/one_cell_exercises_version_{number}.ipynb."
        ]
        assert copies.update(notebooks) == []
        beside = notebooks / COPY.replace(".ipynb", f"_version_{number}.ipynb")
        assert beside.read_bytes() == (notebooks / STARTER).read_bytes()
    assert (notebooks / COPY).read_bytes() == edited


def test_a_copy_that_was_run_but_not_edited_is_brought_up_to_date(notebooks):
    nb = nbformat.read(notebooks / COPY, 4)
    nb.cells[1].outputs = [v4.new_output("stream", name="stdout", text="Right.\n")]
    nbformat.write(nb, notebooks / COPY)
    assert copies.update(notebooks) == []
    write(notebooks / STARTER, "def f(x):\n    raise NotImplementedError")
    assert copies.update(notebooks) == ["Your copies of the exercises are in notebooks/my_exercises: 1 new."]
    assert sources(notebooks / COPY) == ["def f(x):\n    raise NotImplementedError"]


@pytest.mark.parametrize("broken", ["", "[]", "{", "null"])
def test_without_a_readable_record_nothing_is_overwritten(notebooks, broken):
    write(notebooks / COPY, "mine")
    (notebooks / "my_exercises" / copies.RECORD).write_text(broken)
    assert len(copies.update(notebooks)) == 1
    assert sources(notebooks / COPY) == ["mine"]


def test_a_copy_that_is_no_notebook_any_more_stays(notebooks):
    (notebooks / COPY).write_text("<<<<<<< half a merge")
    write(notebooks / STARTER, "new")
    assert len(copies.update(notebooks)) == 1
    assert (notebooks / COPY).read_text() == "<<<<<<< half a merge"


def git(folder, *arguments):
    who = [
        "-c",
        "user.name=A",
        "-c",
        "user.email=a@b.example",
        "-c",
        "init.defaultBranch=main",
        "-c",
        "commit.gpgsign=false",
    ]
    need("git", None if shutil.which("git") else "none is on PATH")
    return subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True, text=True).stdout


def test_a_pull_that_keeps_the_learners_side_neither_conflicts_nor_touches_the_copies(tmp_path):
    """Do what nbgitpuller does: commit tracked changes, then merge and keep the learner's side in a conflict."""
    teacher, learner = tmp_path / "teacher", tmp_path / "learner"
    write(teacher / "notebooks" / STARTER, "blank", "check")
    (teacher / ".gitignore").write_text((ROOT / ".gitignore").read_text())
    git(teacher, "init", "-q")
    git(teacher, "add", "-A")
    git(teacher, "commit", "-qm", "first")
    git(tmp_path, "clone", "-q", str(teacher), str(learner))
    copies.update(learner / "notebooks")
    write(learner / "notebooks" / COPY, "my answer", "check")
    write(learner / "notebooks" / STARTER, "written into the starter itself", "check")
    assert "my_exercises" not in git(learner, "status", "--porcelain", "--untracked-files=all")
    before = (learner / "notebooks" / COPY).read_bytes()

    write(teacher / "notebooks" / STARTER, "blank, better", "check")
    write(teacher / "notebooks" / "exercises/unrolling/unrolling_exercises.ipynb", "more")
    git(teacher, "add", "-A")
    git(teacher, "commit", "-qm", "second")

    git(learner, "commit", "-qam", "automatic commit", "--allow-empty")
    git(learner, "fetch", "-q")
    git(learner, "merge", "-q", "-Xours", "-m", "merge", "origin/main")
    assert git(learner, "status", "--porcelain") == ""
    assert (learner / "notebooks" / COPY).read_bytes() == before
    assert sources(learner / "notebooks" / STARTER)[0] == "written into the starter itself"
    copies.update(learner / "notebooks")
    assert (learner / "notebooks" / COPY).read_bytes() == before
    assert (learner / "notebooks" / "my_exercises/unrolling/unrolling_exercises.ipynb").exists()


@pytest.mark.kernel
def test_pytest_collects_no_copy(tmp_path):
    write(tmp_path / "my_exercises" / "a" / "a.ipynb", "1 / 0")
    write(tmp_path / "exercises" / "b" / "b.ipynb", "1 + 1")
    command = [sys.executable, "-m", "pytest", "-c", ROOT / "pyproject.toml", "--rootdir", tmp_path, "--collect-only"]
    done = subprocess.run([*command, "-q", "--nbval", tmp_path], capture_output=True, text=True, cwd=tmp_path)
    assert "b.ipynb" in done.stdout and "a.ipynb" not in done.stdout


def test_git_leaves_the_copies_alone_and_keeps_the_package_for_grading(tmp_path):
    (tmp_path / ".gitignore").write_text((ROOT / ".gitignore").read_text())
    git(tmp_path, "init", "-q")

    def ignored(path):
        return subprocess.run(["git", "check-ignore", "-q", path], cwd=tmp_path).returncode == 0

    assert ignored("notebooks/my_exercises/one_cell/one_cell_exercises.ipynb") and ignored("grading/gradebook.db")
    assert not ignored("helpers/grading/new.py") and not ignored("notebooks/exercises/one_cell/new.ipynb")


def test_the_record_is_readable(notebooks):
    assert list(json.loads((notebooks / "my_exercises" / copies.RECORD).read_text())) == ["one_cell"]


def test_the_copies_belong_to_the_course_you_are_in_whoever_owns_the_helpers(tmp_path):
    clone = tmp_path / "clone"
    write(clone / "notebooks" / STARTER, "blank")
    (clone / "notebooks" / "applications").mkdir()
    assert copies.main(here=clone / "notebooks" / "applications") == [
        "Your copies of the exercises are in notebooks/my_exercises: 1 new."
    ]
    assert sources(clone / "notebooks" / COPY) == ["blank"] and copies.main(here=clone) == []


@pytest.mark.parametrize(
    "shared", [PermissionError(13, "Permission denied"), OSError(30, "Read-only file system")], ids=str
)
def test_a_shared_course_that_cannot_be_written_to_asks_for_a_folder(tmp_path, monkeypatch, shared):
    course, mine, mkdir = tmp_path / "course", tmp_path / "home" / "mine", Path.mkdir
    write(course / "notebooks" / STARTER, "blank")
    before = sorted(course.rglob("*"))

    def refuse(path, *arguments, **options):
        if course in path.parents and not path.exists():
            raise shared
        mkdir(path, *arguments, **options)

    monkeypatch.setattr(Path, "mkdir", refuse)
    [sentence] = copies.main(here=course)
    assert shared.strerror in sentence and sentence.endswith("such as: python -m helpers.exercises ~/my_exercises")
    assert copies.main(mine, here=course) == [f"Your copies of the exercises are in {mine}: 1 new."]
    assert copies.main(mine, here=course) == [] and sorted(course.rglob("*")) == before
    write(mine / "one_cell" / "one_cell_exercises.ipynb", "my answer")
    write(course / "notebooks" / STARTER, "blank, better")
    assert copies.main(mine, here=course) == [
        "one_cell has a new version; your copy is as you left it, the new one is mine/one_cell/one_cell_exercises_version_2.ipynb."
    ]
    assert sources(mine / "one_cell" / "one_cell_exercises.ipynb") == ["my answer"]


def test_helpers_without_a_course_say_where_to_go(tmp_path, monkeypatch):
    monkeypatch.setattr(copies, "NOTEBOOKS", tmp_path / "notebooks")
    assert copies.main(here=tmp_path) == [
        "There is no course here: run this in your copy of the course, in the folder that holds notebooks."
    ]
    assert list(tmp_path.iterdir()) == []
