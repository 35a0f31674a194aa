"""Check the learner's own copy: an update of the course, by hand or by git, never changes what a learner wrote."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat import v4
from needs import need

from helpers import my_course

ROOT = Path(__file__).parents[1]
LESSON, STARTER = "03_one_rnn_cell.ipynb", "exercises/one_cell/one_cell_exercises.ipynb"
WELCOME = "Your own copy of the course is in my_course. Nothing that you write there is overwritten."


def write(path, *sources, markdown=""):
    path.parent.mkdir(parents=True, exist_ok=True)
    cells = [v4.new_markdown_cell(markdown, id="cell-markdown")] if markdown else []
    cells += [v4.new_code_cell(source, id=f"cell-{number}") for number, source in enumerate(sources)]
    nbformat.write(v4.new_notebook(cells=cells), path)


def sources(path):
    return [cell.source for cell in nbformat.read(path, 4).cells]


@pytest.fixture
def course(tmp_path):
    """A course whose copy has been laid out once."""
    write(tmp_path / "notebooks" / LESSON, "1 + 1", "2 + 2")
    write(tmp_path / "notebooks" / STARTER, "def f():\n    raise NotImplementedError", "check.f(f)")
    assert my_course.main(here=tmp_path) == [WELCOME]
    return tmp_path


def update(course):
    return my_course.update(course / "notebooks")


# What a copy is


def test_a_second_run_does_nothing(course):
    before = {path: path.read_bytes() for path in (course / "my_course").rglob("*.ipynb")}
    assert {path.relative_to(course / "my_course").as_posix() for path in before} == {LESSON, STARTER}
    assert update(course) == []
    assert {path: path.read_bytes() for path in (course / "my_course").rglob("*.ipynb")} == before


def test_a_lesson_is_laid_out_without_outputs_and_with_nothing_hidden_that_they_will_be(tmp_path):
    answer = v4.new_code_cell("print('seen')", metadata={"jupyter": {"outputs_hidden": True, "source_hidden": True}})
    answer.outputs, answer.execution_count = [v4.new_output("stream", name="stdout", text="seen\n")], 7
    original = tmp_path / "notebooks" / LESSON
    (tmp_path / "notebooks" / "exercises").mkdir(parents=True)
    state = {"application/vnd.jupyter.widget-state+json": {"state": {}}}
    nbformat.write(v4.new_notebook(cells=[answer], metadata={"widgets": state}), original)
    before = original.read_bytes()
    update(tmp_path)
    copy = nbformat.read(tmp_path / "my_course" / LESSON, 4)
    [cell] = copy.cells
    assert (cell.source, cell.outputs, cell.execution_count) == (answer.source, [], None)
    assert cell.metadata.jupyter == {"source_hidden": True} and "widgets" not in copy.metadata
    nbformat.validate(copy)
    assert original.read_bytes() == before


def test_what_a_guess_is_told_waits_in_a_fold(tmp_path):
    def answer():
        return v4.new_code_cell("h", metadata={"jupyter": {"outputs_hidden": True}})

    def draws():
        return v4.new_code_cell("figures.bars(h)")

    told = [
        "None, and none can.",
        "It is 3.\n\n# Next\n\nOn.",
        "<details><summary>Why</summary>\n\nSo.\n\n</details>",
        f"It is 4.\n\nFor 2 + 2 is 4.\n\n{my_course.TOLD_TO_HERE}\n\nAnd 5?",
        f"It is 6.\n\nNever 7.\n\n{my_course.TOLD_TO_HERE}",
    ]
    cells = [each for text in told for each in (answer(), draws(), v4.new_markdown_cell(text))]
    explorer = [
        v4.new_code_cell("explorers.one_unit()"),
        v4.new_markdown_cell("What to notice, in order:\n\n- It falls.\n\nNow"),
    ]
    notebook = v4.new_notebook(cells=[*cells, draws(), v4.new_markdown_cell("Read on."), *explorer])
    (tmp_path / "notebooks" / "exercises").mkdir(parents=True)
    (tmp_path / "notebooks" / LESSON).write_text(nbformat.writes(notebook))
    update(tmp_path)
    copy = nbformat.read(tmp_path / "my_course" / LESSON, 4)
    first, headed, own, longer, whole, free, noticed = [
        cell.source for cell in copy.cells if cell.cell_type == "markdown"
    ]
    begin = f"<details class=told><summary>{my_course.CAME_OUT}</summary>\n\n"
    assert first == f"{begin}{told[0]}\n\n</details>"
    assert headed == f"{begin}It is 3.\n\n</details>\n\n# Next\n\nOn."
    assert longer == f"{begin}It is 4.\n\nFor 2 + 2 is 4.\n\n</details>\n\nAnd 5?"
    assert whole == f"{begin}It is 6.\n\nNever 7.\n\n</details>"
    assert (own, free) == (told[2], "Read on.")
    begin = begin.replace(my_course.CAME_OUT, my_course.TO_NOTICE)
    assert noticed == f"{begin}What to notice, in order:\n\n- It falls.\n\n</details>\n\nNow"


def test_a_fold_holds_an_answer_and_no_question_or_formula_that_is_needed_below(tmp_path):
    folded = {}
    my_course.update(mine=tmp_path / "mine")
    for path in (tmp_path / "mine").rglob("*.ipynb"):
        for cell in nbformat.read(path, 4).cells:
            found = re.match(r"<details class=told><summary>(.*?)</summary>(.*?)</details>", cell.source, re.DOTALL)
            if found:
                folded.setdefault(path.stem, []).append(found)
            assert my_course.TOLD_TO_HERE not in cell.source, f"{path.name}: a mark below no hidden output"
    assert len(folded) > 20
    needed = {
        my_course.CAME_OUT: r"[:?]$|\$\$|[Gg]uess ",
        my_course.TO_NOTICE: r"\$\$|[Gg]uess |[Nn]ext cell",
    }
    bad = [
        (name, told[2])
        for name, folds in folded.items()
        for told in folds
        if re.search(needed[told[1]], told[2].strip())
    ]
    assert bad == []


def links(path):
    """Return where the links and pictures of a notebook or a text lead, without those to other websites."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        text = "\n\n".join("".join(c["source"]) for c in json.loads(text)["cells"] if c["cell_type"] == "markdown")
    found = re.findall(r"""\]\(([^)#\s]+)|(?:src|href)=["']([^"'#]+)""", text)
    return [path.parent / target for pair in found if not re.match(r"https?:|mailto:|data:", target := "".join(pair))]


def test_every_link_leads_to_something_inside_the_copy(tmp_path):
    mine = tmp_path / "mine"
    my_course.update(mine=mine)
    laid = [path for path in mine.rglob("*") if path.suffix in (".ipynb", ".md")]
    targets = {target.resolve(): path for path in laid for target in links(path)}
    assert {path.name for target, path in targets.items() if not (target.exists() and mine in target.parents)} == set()
    assert len(laid) > 40 and len(targets) > 30


def test_everything_a_learner_uses_is_laid_out(tmp_path):
    my_course.update(mine=tmp_path)
    notebooks = ROOT / "notebooks"
    wanted = [*notebooks.glob("*.ipynb"), *notebooks.glob("applications/*"), *notebooks.glob("exercises/*/*.ipynb")]
    wanted += notebooks.glob("exercises/handouts/*")
    laid = {
        path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file() and path.parent.name != "images"
    }
    assert laid == {path.relative_to(notebooks) for path in wanted} | {Path(my_course.RECORD)}
    assert not [path for path in tmp_path.rglob("*.ipynb") if '"output_type"' in path.read_text(encoding="utf-8")]


@pytest.mark.kernel
def test_a_copy_finds_helpers_and_data_wherever_it_is(tmp_path):
    my_course.update(mine=tmp_path / "far away")
    code = "from helpers import data, explorers; print(len(data.names()) > 0)"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path / "far away", capture_output=True, text=True)
    assert done.stdout == "True\n", done.stderr


# What a learner changed


def test_an_edited_copy_stays_without_and_with_an_update(course):
    copy = course / "my_course" / STARTER
    write(copy, "def f():\n    return 1", "check.f(f)")
    edited = copy.read_bytes()
    assert update(course) == []
    for number in (2, 3):
        write(course / "notebooks" / STARTER, "def f(x):\n    raise NotImplementedError", f"check.f(f, {number})")
        beside = STARTER.replace(".ipynb", f"_version_{number}.ipynb")
        assert update(course) == [
            f"{STARTER} has a new version; your copy is as you left it, the new one is my_course/{beside}."
        ]
        assert update(course) == []
        assert sources(course / "my_course" / beside) == sources(course / "notebooks" / STARTER)
    assert copy.read_bytes() == edited


def test_a_copy_that_was_run_but_not_edited_is_brought_up_to_date(course):
    copy = course / "my_course" / LESSON
    nb = nbformat.read(copy, 4)
    nb.cells[0].outputs = [v4.new_output("stream", name="stdout", text="2\n")]
    nbformat.write(nb, copy)
    run = copy.read_bytes()
    assert update(course) == [] and copy.read_bytes() == run
    write(course / "notebooks" / LESSON, "1 + 2")
    assert update(course) == ["Brought up to date in my_course, where you had changed nothing: 1 of 2 files."]
    assert sources(copy) == ["1 + 2"]


@pytest.mark.parametrize("broken", ["", "[]", "{", "null"])
def test_without_a_readable_record_nothing_is_overwritten(course, broken):
    write(course / "my_course" / LESSON, "mine")
    (course / "my_course" / my_course.RECORD).write_text(broken)
    assert len(update(course)) == 2
    assert sources(course / "my_course" / LESSON) == ["mine"]


def test_a_copy_that_is_no_notebook_any_more_stays(course):
    copy = course / "my_course" / LESSON
    copy.write_text("<<<<<<< half a merge")
    write(course / "notebooks" / LESSON, "new")
    assert len(update(course)) == 1
    assert copy.read_text() == "<<<<<<< half a merge"


def test_a_learners_own_file_stays_and_a_deleted_copy_comes_back(course):
    (course / "my_course" / "my_poem.txt").write_text("O")
    (course / "my_course" / LESSON).unlink()
    assert update(course) == []
    assert (course / "my_course" / "my_poem.txt").read_text() == "O" and (course / "my_course" / LESSON).exists()


def test_a_run_that_was_stopped_is_continued(course, monkeypatch):
    shutil.rmtree(course / "my_course")
    written, write_one = [], my_course._write

    def stop_at_the_second(path, content):
        written.append(path)
        if len(written) == 2:
            raise KeyboardInterrupt
        write_one(path, content)

    monkeypatch.setattr(my_course, "_write", stop_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        update(course)
    monkeypatch.setattr(my_course, "_write", write_one)
    assert update(course) == [WELCOME] and update(course) == []
    assert not list((course / "my_course").rglob("*version_2*"))


# Other names


@pytest.mark.parametrize("edited", [False, True])
def test_a_lesson_with_another_number_takes_the_place_of_an_unchanged_copy_alone(course, edited):
    old, new = course / "my_course" / LESSON, course / "notebooks" / "04_one_rnn_cell.ipynb"
    if edited:
        write(old, "mine")
    (course / "notebooks" / LESSON).rename(new)
    said = [
        f"{LESSON} is called {new.name} now; your copy my_course/{LESSON} is as you left it, an empty one is my_course/{new.name}."
    ]
    assert update(course) == edited * said
    assert old.exists() == edited and sources(course / "my_course" / new.name) == ["1 + 1", "2 + 2"]
    assert update(course) == []
    assert not edited or sources(old) == ["mine"]


def test_the_exercises_of_version_0_1_are_taken_over(tmp_path):
    write(tmp_path / "notebooks" / STARTER, "blank")
    old = tmp_path / "notebooks" / "my_exercises" / "lesson_3" / "lesson_3_exercises.ipynb"
    write(old, "mine")
    assert update(tmp_path) == [
        WELCOME,
        "Your exercises from before are in my_course/my_exercises; notebooks/my_exercises is as you left it.",
    ]
    assert sources(tmp_path / "my_course" / "my_exercises" / "lesson_3" / old.name) == sources(old) == ["mine"]
    assert update(tmp_path) == []


def test_the_command_of_version_0_1_says_its_new_name():
    done = subprocess.run([sys.executable, "-m", "helpers.exercises"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 1 and "python -m helpers.my_course" in done.stderr and not done.stdout


# git, pytest, and who owns the course


def git(folder, *arguments):
    who = ["user.name=A", "user.email=a@b.example", "init.defaultBranch=main", "commit.gpgsign=false"]
    need("git", None if shutil.which("git") else "none is on PATH")
    command = ["git", *(part for setting in who for part in ("-c", setting)), *arguments]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout


def test_a_pull_that_keeps_the_learners_side_neither_conflicts_nor_touches_the_copies(tmp_path):
    """Do what nbgitpuller does: commit tracked changes, then merge and keep the learner's side in a conflict."""
    teacher, learner = tmp_path / "teacher", tmp_path / "learner"
    write(teacher / "notebooks" / STARTER, "blank", "check")
    (teacher / ".gitignore").write_text((ROOT / ".gitignore").read_text())
    git(teacher, "init", "-q")
    git(teacher, "add", "-A")
    git(teacher, "commit", "-qm", "first")
    git(tmp_path, "clone", "-q", str(teacher), str(learner))
    update(learner)
    write(learner / "my_course" / STARTER, "my answer", "check")
    write(learner / "notebooks" / STARTER, "written into the starter itself", "check")
    assert "my_course" not in git(learner, "status", "--porcelain", "--untracked-files=all")
    before = (learner / "my_course" / STARTER).read_bytes()

    write(teacher / "notebooks" / STARTER, "blank, better", "check")
    write(teacher / "notebooks" / "exercises/unrolling/unrolling_exercises.ipynb", "more")
    git(teacher, "add", "-A")
    git(teacher, "commit", "-qm", "second")

    git(learner, "commit", "-qam", "automatic commit", "--allow-empty")
    git(learner, "fetch", "-q")
    git(learner, "merge", "-q", "-Xours", "-m", "merge", "origin/main")
    assert git(learner, "status", "--porcelain") == ""
    assert sources(learner / "notebooks" / STARTER)[0] == "written into the starter itself"
    update(learner)
    assert (learner / "my_course" / STARTER).read_bytes() == before
    assert (learner / "my_course" / "exercises/unrolling/unrolling_exercises.ipynb").exists()


@pytest.mark.kernel
@pytest.mark.parametrize("folder", ["my_course", "notebooks/my_exercises"])
def test_pytest_collects_no_copy(tmp_path, folder):
    write(tmp_path / folder / "a" / "a.ipynb", "1 / 0")
    write(tmp_path / "exercises" / "b" / "b.ipynb", "1 + 1")
    command = [sys.executable, "-m", "pytest", "-c", ROOT / "pyproject.toml", "--rootdir", tmp_path, "--collect-only"]
    done = subprocess.run([*command, "-q", "--nbval", tmp_path], capture_output=True, text=True, cwd=tmp_path)
    assert "b.ipynb" in done.stdout and "a.ipynb" not in done.stdout


def test_git_leaves_the_copies_alone_and_keeps_the_package_for_grading(tmp_path):
    (tmp_path / ".gitignore").write_text((ROOT / ".gitignore").read_text())
    git(tmp_path, "init", "-q")

    def ignored(path):
        return subprocess.run(["git", "check-ignore", "-q", path], cwd=tmp_path).returncode == 0

    assert (
        ignored(f"my_course/{STARTER}")
        and ignored("notebooks/my_exercises/a.ipynb")
        and ignored("grading/gradebook.db")
    )
    assert not ignored("helpers/grading/new.py") and not ignored("notebooks/exercises/one_cell/new.ipynb")
    assert not ignored("helpers/my_course.py")


def test_the_copy_belongs_to_the_course_you_are_in_whoever_owns_the_helpers(tmp_path):
    clone = tmp_path / "clone"
    write(clone / "notebooks" / STARTER, "blank")
    (clone / "notebooks" / "applications").mkdir()
    assert my_course.main(here=clone / "notebooks" / "applications") == [WELCOME]
    assert sources(clone / "my_course" / STARTER) == ["blank"] and my_course.main(here=clone / "my_course") == []


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
    with pytest.raises(my_course.Stop, match=shared.strerror) as stop:
        my_course.main(here=course)
    assert str(stop.value).endswith("such as: python -m helpers.my_course ~/my_course")
    assert my_course.main(mine, here=course) == [WELCOME.replace("my_course", str(mine))]
    assert my_course.main(mine, here=course) == [] and sorted(course.rglob("*")) == before
    write(mine / STARTER, "my answer")
    write(course / "notebooks" / STARTER, "blank, better")
    beside = STARTER.replace(".ipynb", "_version_2.ipynb")
    assert my_course.main(mine, here=course) == [
        f"{STARTER} has a new version; your copy is as you left it, the new one is mine/{beside}."
    ]
    assert sources(mine / STARTER) == ["my answer"]


def test_helpers_without_a_course_say_where_to_go(tmp_path, monkeypatch):
    monkeypatch.setattr(my_course, "NOTEBOOKS", tmp_path / "notebooks")
    with pytest.raises(my_course.Stop, match="There is no course here"):
        my_course.main(here=tmp_path)
    assert list(tmp_path.iterdir()) == []
