"""A worker that dies, a sandbox that does not start, Ctrl-C and a machine's odd folders cost nobody a grade."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from types import SimpleNamespace

import nbformat
import psutil
import pytest
from needs import need

from helpers.grading import __main__ as words
from helpers.grading import box, feedback, gradebook, judge, kit, pool, sandbox, worker
from helpers.grading.course import Course
from tests.grading import attacks, tiny

pytestmark = pytest.mark.kernel
LEARNERS = [f"learner-{number}" for number in range(6)]


@pytest.fixture
def folder(tmp_path):
    need("bubblewrap", sandbox.obstacle())
    folder = tiny.course(tmp_path)
    assert words.main(["assign"], folder) is None
    nb = tiny.answer(tiny.released(folder), **tiny.RIGHT)
    for learner in LEARNERS:
        place = Course(folder).submitted / learner / tiny.NAME
        place.mkdir(parents=True)
        nbformat.write(nb, place / tiny.FILE)
    return folder


def points(results):
    return {learner: sum(test["points"] for test in result["tests"].values()) for learner, result in results.items()}


def workers_of(pid, busy=False):
    """Return a process's workers; with `busy`, those that have a submission in hand."""
    found = []
    for process in psutil.Process(pid).children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            if "helpers.grading.worker" in process.cmdline() and (process.children() or not busy):
                found.append(process)
    return found


def test_a_killed_worker_costs_a_second_try_and_nothing_else(folder):
    killed = []

    def kill():
        while not killed:
            for process in workers_of(os.getpid(), busy=True)[:1]:
                process.kill()
                killed.append(process.pid)
            time.sleep(0.05)

    killer = threading.Thread(target=kill)
    killer.start()
    results = pool.grade(folder, tiny.NAME, 2, quiet=True)
    killer.join()
    assert killed and points(results) == dict.fromkeys(LEARNERS, 9)
    assert all(result["fingerprint"] and result["look"] == [] for result in results.values())


def test_a_submission_whose_worker_dies_each_time_is_tried_three_times_and_again_later(folder, monkeypatch):
    tried, real = [], worker.grade_attempts

    def fragile(packed, attempts):
        if b"learner-3" in attempts[0]:
            tried.append(1)
            raise worker.Died("a worker was killed, perhaps because memory ran out")
        return real(packed, attempts)

    place = Course(folder).submitted / "learner-3" / tiny.NAME / tiny.FILE
    nb = nbformat.read(place, 4)
    nb.cells[0].source += "  # learner-3"
    nbformat.write(nb, place)
    monkeypatch.setattr(worker, "grade_attempts", fragile)
    results = pool.grade(folder, tiny.NAME, 2, quiet=True)
    assert len(tried) == pool.TRIES and points(results) == dict.fromkeys(LEARNERS, 9) | {"learner-3": 0}
    assert "a worker was killed" in results["learner-3"]["look"][0] and results["learner-3"]["fingerprint"] is None
    monkeypatch.setattr(worker, "grade_attempts", real)
    assert points(pool.grade(folder, tiny.NAME, 2, quiet=True)) == dict.fromkeys(LEARNERS, 9)


def test_ctrl_c_keeps_what_is_in_hand_and_the_same_command_goes_on(folder):
    line = f"from helpers.grading import __main__ as words; print(words.main(['grade', '--workers', '2'], {str(folder)!r}))"
    environment = os.environ | {"PYTHONPATH": str(tiny.ROOT)}
    grading = subprocess.Popen(
        [sys.executable, "-c", line],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # in the background it is ignored
    )
    until = time.time() + 60
    while not workers_of(grading.pid, busy=True) and time.time() < until:
        time.sleep(0.02)
    grading.send_signal(signal.SIGINT)
    said, trouble = (part.decode() for part in grading.communicate(timeout=120))
    assert "Stopped. What was graded is kept" in said and "Traceback" not in trouble
    done = [path.stem for path in (folder / "grading" / "results" / tiny.NAME).glob("*.json")]
    assert 1 <= len(done) < len(LEARNERS)
    assert points(pool.grade(folder, tiny.NAME, 2, quiet=True)) == dict.fromkeys(LEARNERS, 9)


def test_no_worker_knows_the_gradebook(monkeypatch):
    monkeypatch.setenv("NBGRADER_DB", "postgresql://grader:secret@db/grades")
    held = worker.Worker()
    assert held.ask("grade", kit=attacks.kit(), data="")["look"] == [
        "not graded: the file is not a notebook (broken JSON)"
    ]
    assert "NBGRADER_DB" not in psutil.Process(held.process.pid).environ()
    held.end()


def test_a_sandbox_that_does_not_start_is_the_machines_fault(monkeypatch):
    need("bubblewrap", sandbox.obstacle())
    monkeypatch.setattr(sandbox, "PROGRAM", ["/bin/false"])
    reply = judge.grade(attacks.kit(), nbformat.writes(attacks.answered()).encode())
    assert reply["again"] and reply["look"] == ["not graded: the sandbox did not start"]


@pytest.mark.parametrize("name", ["x", "with space and é", "l" * 90 + "/" + "l" * 90])
def test_the_folder_of_temporary_files_may_be_anywhere(tmp_path, monkeypatch, name):
    need("bubblewrap", sandbox.obstacle())
    place = tmp_path / name
    place.mkdir(parents=True)
    place.chmod(0o700)
    monkeypatch.setenv("TMPDIR", str(place))
    monkeypatch.setattr("tempfile.tempdir", None)
    assert sandbox.obstacle() is None
    with box.Box(20.0) as held:
        assert held.run("print(6 * 7)")[0].text == "42\n"


def test_a_gradebook_is_written_as_nbgrader_writes_it(folder):
    pool.grade(folder, tiny.NAME, 2, quiet=True)
    course = Course(folder)

    def stored():
        with course.gradebook() as book:
            [notebook] = book.find_submission(tiny.NAME, LEARNERS[0]).notebooks
            grades = {grade.name: (grade.auto_score, grade.needs_manual_grade) for grade in notebook.grades}
            return grades, {comment.name: comment.auto_comment for comment in notebook.comments}

    ours = stored()
    assert course.api.autograde(tiny.NAME, LEARNERS[0], force=True)["success"]
    assert stored() == ours


def test_marks_given_by_hand_wait_again_only_if_the_answer_changed(folder):
    course, place = Course(folder), Course(folder).submitted / LEARNERS[0] / tiny.NAME / tiny.FILE
    nb = nbformat.read(place, 4)
    tiny.at(nb, "why_answer").source = "Because."
    nbformat.write(nb, place)
    pool.grade(folder, tiny.NAME, 2, quiet=True)
    with course.gradebook() as book:
        grade = book.find_grade("why_answer", "tiny_exercises", tiny.NAME, LEARNERS[0])
        grade.manual_score, grade.needs_manual_grade = 2.0, False
        book.db.commit()

    def waits():
        with course.gradebook() as book:
            grade = book.find_grade("why_answer", "tiny_exercises", tiny.NAME, LEARNERS[0])
            return grade.manual_score, grade.needs_manual_grade

    pool.grade(folder, tiny.NAME, 2, quiet=True, again=True)
    assert waits() == (2.0, False)
    tiny.at(nb, "why_answer").source = "Because of something else."
    nbformat.write(nb, place)
    pool.grade(folder, tiny.NAME, 2, quiet=True)
    assert waits() == (2.0, True)


def test_what_cannot_be_graded_any_more_loses_its_page_and_its_points(folder):
    pool.grade(folder, tiny.NAME, 2, quiet=True)
    course = Course(folder)
    feedback.feedback(course, tiny.NAME, 2)
    assert feedback.place(course, tiny.NAME, LEARNERS[1]).exists()
    (course.submitted / LEARNERS[1] / tiny.NAME / tiny.FILE).write_text("{")
    pool.grade(folder, tiny.NAME, 2, quiet=True)
    assert not feedback.place(course, tiny.NAME, LEARNERS[1]).exists()
    feedback.feedback(course, tiny.NAME, 2)
    assert not feedback.place(course, tiny.NAME, LEARNERS[1]).exists()
    assert not (course.work / "autograded" / LEARNERS[1] / tiny.NAME).exists()
    with course.gradebook() as book:
        assert book.find_submission(tiny.NAME, LEARNERS[1]).score == 0


def test_an_error_of_the_gradebook_changes_nothing(folder):
    course = Course(folder)
    reply = worker.grade_attempts(
        worker.pack(kit.kit_of(course, tiny.NAME)),
        [(course.submitted / LEARNERS[0] / tiny.NAME / tiny.FILE).read_bytes()],
    )
    with pytest.raises(TypeError):
        gradebook.write(course, tiny.NAME, [(LEARNERS[0], reply), (SimpleNamespace(), reply)])
    with course.gradebook() as book:
        assert not book.assignment_submissions(tiny.NAME)
