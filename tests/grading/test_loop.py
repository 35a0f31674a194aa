"""The instructor's loop on one batch of submissions of every kind, through the real nbgrader and the real sandbox."""

import csv
import json
import os
import signal
import subprocess
import sys
import time

import nbformat
import psutil
import pytest
from needs import need

from helpers.grading import __main__ as words
from helpers.grading import pool, sandbox, worker
from helpers.grading.course import Course, search_path
from helpers.grading.kit import kit_of
from tests.grading import submissions, tiny

pytestmark = pytest.mark.kernel


def run(folder, *given):
    return words.main([str(word) for word in given], folder)


def hand_in(folder, **notebooks):
    """Collect these notebooks, given by learner."""
    place = folder / "more"
    place.mkdir(exist_ok=True)
    for old in place.iterdir():
        old.unlink()
    for learner, nb in notebooks.items():
        nbformat.write(nb, place / f"{learner}.ipynb")
    assert run(folder, "collect", "--assignment", tiny.NAME, "--from", place) is None


def scores(folder):
    with (folder / "grading" / "scores.csv").open(encoding="utf-8-sig") as file:
        return {row["learner"]: row for row in csv.DictReader(file)}


@pytest.fixture(scope="module", autouse=True)
def short_cells():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CELL_SECONDS", "20")  # long enough for every honest cell; a cell that hangs takes this long
        yield


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """A course in which every kind of submission was graded, after a first run that was killed in the middle."""
    need("bubblewrap", sandbox.obstacle())
    folder = tiny.course(tmp_path_factory.mktemp("course"))
    assert run(folder, "assign", "--assignment", tiny.NAME) is None
    handed_in = submissions.write(folder, tiny.released(folder))
    assert run(folder, "collect", "--assignment", tiny.NAME, "--from", handed_in) is None
    submissions.put_past_collect(Course(folder).submitted)
    kill_in_the_middle(folder)
    assert run(folder, "grade", "--assignment", tiny.NAME, "--workers", "2") is None
    assert run(folder, "feedback", "--assignment", tiny.NAME) is None
    return folder


def workers():
    """Return the process ids of workers, and of what runs in their sandboxes."""
    wanted = ("helpers.grading.worker", "helpers.grading.inside")
    words = ((process.pid, " ".join(process.info["cmdline"] or [])) for process in psutil.process_iter(["cmdline"]))
    return {pid for pid, line in words if any(each in line for each in wanted)}


def kill_in_the_middle(folder):
    call = f"from pathlib import Path; from helpers.grading import pool; pool.grade(Path({str(folder)!r}), 'tiny', 2, quiet=True)"
    before = workers()
    grading = subprocess.Popen([sys.executable, "-c", call], cwd=tiny.ROOT, start_new_session=True)
    results = folder / "grading" / "results" / tiny.NAME
    deadline = time.time() + 900
    while len(list(results.glob("*.json"))) < 3 and time.time() < deadline:
        time.sleep(0.2)
    os.killpg(grading.pid, signal.SIGKILL)
    grading.wait()
    deadline, left = time.time() + 60, workers() - before
    while left and time.time() < deadline:
        time.sleep(0.2)
        left &= workers()  # others, of another process of the tests, may have begun since
    assert not left
    finished = {path.name: path.stat().st_mtime_ns for path in results.glob("*.json")}
    assert 3 <= len(finished) < len(submissions.KINDS)
    (folder / "finished.json").write_text(json.dumps(finished))


@pytest.mark.parametrize("kind", submissions.KINDS)
def test_every_kind_of_submission_gets_what_it_deserves(graded, kind):
    row, wanted = scores(graded)[kind], submissions.KINDS[kind]
    assert row["score"] == wanted.score, row
    assert all(word in row["look"] for word in wanted.look), row
    assert wanted.look or not row["look"]


def test_what_was_graded_before_the_crash_is_not_graded_again(graded):
    for name, when in json.loads((graded / "finished.json").read_text()).items():
        assert (graded / "grading" / "results" / tiny.NAME / name).stat().st_mtime_ns == when


def test_no_released_notebook_and_no_feedback_page_holds_a_secret(graded):
    released = list((graded / "grading" / "release").rglob("*.ipynb"))
    pages = list((graded / "grading" / "feedback").rglob("*.html"))
    assert len(released) == 1 and len(pages) >= 25
    for path in released + pages:
        text = path.read_text()
        assert not [secret for secret in tiny.SECRETS if secret in text or secret[::-1] in text], path
        assert "HIDDEN TESTS" not in text and "BEGIN SOLUTION" not in text, path


def test_a_page_names_the_visible_bug_and_says_that_a_hidden_test_failed(graded):
    pages = graded / "grading" / "feedback"
    assert (
        "NotYet: double(2): you have 0, expected 4."
        in (pages / "modules" / tiny.NAME / "tiny_exercises.html").read_text()
    )
    assert "A hidden test failed" in (pages / "fitted" / tiny.NAME / "tiny_exercises.html").read_text()


def test_a_page_says_what_ended_what_took_too_long_and_what_waits_for_a_mark(graded):
    pages = graded / "grading" / "feedback"
    for kind, sentence in (
        ("syntax", "SyntaxError"),
        ("loop", "This cell took too long and was stopped"),
        ("by-hand", "Not marked yet"),
    ):
        assert sentence in (pages / kind / tiny.NAME / "tiny_exercises.html").read_text(), kind
    assert "Not marked yet" not in (pages / "fitted" / tiny.NAME / "tiny_exercises.html").read_text(), (
        "nothing was answered"
    )


def test_a_forger_changes_nobodys_row(graded):
    with Course(graded).gradebook() as gradebook:
        for submission in gradebook.assignment_submissions(tiny.NAME):
            for grade in (grade for notebook in submission.notebooks for grade in notebook.grades):
                assert grade.manual_score is None and (grade.auto_score or 0) <= grade.max_score, submission.student_id


def test_outputs_and_pages_stay_small(graded):
    for path in [*(graded / "grading" / "autograded").rglob("*"), *(graded / "grading" / "feedback").rglob("*")]:
        assert path.stat().st_size < 1_500_000, path


def test_a_resubmission_gets_what_it_deserves_and_the_rest_is_left_alone(graded):
    starter = tiny.released(graded)
    worse = tiny.answer(starter, double=tiny.RIGHT["double"])
    worse.cells.remove(tiny.at(worse, "step_check"))
    stopped = tiny.answer(starter, **tiny.RIGHT | {"double": "import os\nos._exit(1)"})
    hand_in(graded, right=worse, flood=stopped)
    others = {path: path.stat().st_mtime_ns for path in (graded / "grading" / "results").rglob("*.json")}
    assert run(graded, "grade", "--assignment", tiny.NAME, "--workers", "2") is None
    assert (scores(graded)["right"]["score"], scores(graded)["flood"]["score"]) == ("3", "0")
    assert sum(path.stat().st_mtime_ns != when for path, when in others.items()) == 2


def test_nbgraders_own_commands_work(graded):
    environment = os.environ | {"PATH": search_path(), "PYTHONPATH": str(tiny.ROOT)}
    for line in ("generate_assignment", "autograde", "generate_feedback"):
        whom = [] if line == "generate_assignment" else ["--student", "partly"]
        command = ["nbgrader", line, tiny.NAME, *whom, "--force"]
        done = subprocess.run(command, cwd=graded, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    with Course(graded).gradebook() as gradebook:
        assert gradebook.find_submission(tiny.NAME, "partly").score == 8


def test_nothing_that_lies_beside_a_notebook_is_ever_run(graded, tmp_path):
    place, marker = Course(graded).submitted / "beside" / tiny.NAME, tmp_path / "ran"
    (place / "helpers").mkdir(parents=True)
    nbformat.write(tiny.answer(tiny.released(graded), **tiny.RIGHT), place / tiny.FILE)
    for name in ("psutil", "sitecustomize", "ctypes", "nbformat", "numpy", "IPython", "inside", "helpers/__init__"):
        (place / f"{name}.py").write_text(f"open({str(marker)!r}, 'a').write({name!r})\nraise SystemExit")
    environment = os.environ | {"PATH": search_path(), "PYTHONPATH": str(tiny.ROOT)}
    command = ["nbgrader", "autograde", tiny.NAME, "--student", "beside", "--force"]
    done = subprocess.run(command, cwd=graded, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert run(graded, "grade", "--assignment", tiny.NAME, "--workers", "1") is None
    assert scores(graded)["beside"]["score"] == "9" and not marker.exists()


def test_points_given_by_hand_are_counted_and_stay(graded):
    course = Course(graded)
    with course.gradebook() as gradebook:
        grade = gradebook.find_grade("why_answer", "tiny_exercises", tiny.NAME, "by-hand")
        grade.manual_score, grade.needs_manual_grade = 2.0, False
        gradebook.db.commit()
    assert run(graded, "scores") is None
    assert scores(graded)["by-hand"]["score"] == "11" and not scores(graded)["by-hand"]["look"]


def test_a_stale_result_is_not_trusted(graded):
    course = Course(graded)
    job = pool.Job(course, tiny.NAME, "blank", worker.pack(kit_of(course, tiny.NAME)), "last")
    assert job.stored()["graded"]
    with (course.submitted / "blank" / tiny.NAME / tiny.FILE).open("a") as file:
        file.write("\n")
    assert job.stored() is None


@pytest.mark.parametrize("counted, score", [("last", "0"), ("best", "9")])
def test_of_several_attempts_the_last_or_the_best_counts(tmp_path, counted, score):
    need("bubblewrap", sandbox.obstacle())
    folder = tiny.course(tmp_path)
    assert run(folder, "assign", "--assignment", tiny.NAME) is None
    starter = tiny.released(folder)
    for nb in (tiny.answer(starter, double=tiny.RIGHT["double"]), tiny.answer(starter, **tiny.RIGHT), starter):
        hand_in(folder, anna=nb)
        time.sleep(1.1)  # attempts are told apart by their second
    assert run(folder, "grade", "--assignment", tiny.NAME, "--attempts", counted) is None
    assert scores(folder)["anna"]["score"] == score
    assert run(folder, "grade", "--assignment", tiny.NAME, "--attempts", "worst").startswith("ATTEMPTS must be")
