"""Bad input to the instructor's commands gets one sentence; each cohort gets its variants."""

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import nbgrader
import pytest
from needs import need

from helpers.grading import __main__ as words
from helpers.grading import pool, sandbox
from helpers.grading.course import Course, Stop
from helpers.grading.derive import derive, render
from helpers.grading.variants import pick, read_secret
from tests.grading import tiny

pytestmark = pytest.mark.kernel

GATES = "Assignment lesson_8 is called gates now: ASSIGNMENT=gates."


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tiny.course(tmp_path_factory.mktemp("words"))


@pytest.fixture
def own_code_alone():
    with tiny.own_code_alone():
        yield


@pytest.mark.parametrize(
    "given, sentence",
    [
        (["assign", "--assignment", "lesson_99"], "no assignment 'lesson_99'; there are: tiny"),
        *(([word, "--assignment", "lesson_8"], GATES) for word in ("assign", "collect", "grade", "feedback")),
        (["assign", "--cohort", "autumn"], "Variants need both"),
        (["assign", "--cohort", "autumn", "--secret-file", "/no/such"], "cannot be read"),
        (["collect", "--assignment", "tiny", "--from", "/tmp"], "not given out yet"),
        (["collect", "--from", "/tmp"], "Name the assignment"),
        (["grade", "--assignment", "tiny"], "not given out yet"),
        (["grade", "--assignment", "tiny", "--workers", "many"], "WORKERS must be a number"),
        (["feedback", "--assignment", "tiny"], "not given out yet"),
        (["scores"], "no submissions yet"),
    ],
)
def test_bad_input_gets_one_sentence(folder, own_code_alone, given, sentence):
    assert sentence in words.main(given, folder)


def test_after_assigning_too(folder, own_code_alone, tmp_path):
    assert words.main(["assign", "--assignment", "tiny"], folder) is None
    assert "no notebooks" in words.main(["collect", "--assignment", "tiny", "--from", str(tmp_path)], folder)
    assert "Name the folder" in words.main(["collect", "--assignment", "tiny"], folder)
    assert "does not exist" in words.main(["collect", "--assignment", "tiny", "--from", "/no/such"], folder)
    assert "is a file; unpack it" in words.main(["collect", "--assignment", "tiny", "--from", __file__], folder)
    assert "Nobody has handed in" in words.main(["grade", "--assignment", "tiny"], folder)
    assert "Nothing of tiny is graded" in words.main(["feedback", "--assignment", "tiny"], folder)


def test_grading_refuses_without_the_sandbox_unless_told(monkeypatch):
    monkeypatch.setattr(sandbox.shutil, "which", lambda name: None)
    assert "bwrap and prlimit and setpriv cannot be found" in sandbox.why_not()
    assert "SANDBOX=no" in sandbox.why_not()
    monkeypatch.setenv(sandbox.UNSANDBOXED, "1")
    assert sandbox.why_not() is None


def test_grading_refuses_where_the_machine_forbids_the_sandbox(folder, monkeypatch, tmp_path):
    bwrap = tmp_path / "bwrap"
    bwrap.write_text("#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2\nexit 1\n")
    bwrap.chmod(0o755)
    for name in ("prlimit", "setpriv"):
        (tmp_path / name).symlink_to("/bin/true")
    monkeypatch.delenv(sandbox.UNSANDBOXED, raising=False)
    monkeypatch.setattr(sandbox.sys, "platform", "linux")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    message = words.main(["grade", "--assignment", "tiny"], folder)
    assert (
        "is not allowed to make a sandbox on this machine" in message
        and "No permissions to create new namespace" in message
    )
    assert "SANDBOX=no" in message and "read and change what you can" in message


def test_a_secret_must_be_long_enough(tmp_path):
    (tmp_path / "short").write_text("tiny")
    with pytest.raises(Stop, match="has 4 characters; it needs 16 or more"):
        read_secret(tmp_path / "short")


def test_cohorts_get_variants_that_are_never_the_published_one():
    picked = [pick(tiny.source(), "tiny", f"cohort {i}", b"0123456789abcdef")["step"] for i in range(40)]
    assert set(picked) == {"leaky", "residual"}
    assert picked == [pick(tiny.source(), "tiny", f"cohort {i}", b"0123456789abcdef")["step"] for i in range(40)]


def test_every_variant_is_solved_by_its_own_solution_alone():
    """The tests of each variant, with the solution of each variant: only the variant's own solution passes."""
    names = [values["name"] for values in tiny.VARIANTS["step"]]
    for tests in names:
        for solution in names:
            tested = tiny.at(render(tiny.source(), {"step": tests}), "step_check").source
            solved = tiny.at(render(tiny.source(), {"step": solution}), "step").source
            assert passes(solved, tested) == (tests == solution), (tests, solution)


def passes(solution, test):
    names = {}
    exec(solution, names)
    try:
        exec(test, names)
    except Exception:
        return False
    return True


def test_a_cohorts_notebook_shows_its_variant_and_grades_by_it(own_code_alone, tmp_path):
    folder = tiny.course(tmp_path / "course")
    (tmp_path / "secret").write_text("0123456789abcdef")
    given = ["assign", "--cohort", "autumn", "--secret-file", str(tmp_path / "secret")]
    assert words.main(given, folder) is None
    name = pick(tiny.source(), "tiny", "autumn", b"0123456789abcdef")["step"]
    code = next(values["code"] for values in tiny.VARIANTS["step"] if values["name"] == name)
    assert code in tiny.at(tiny.released(folder), "step_check").source
    with Course(folder).gradebook() as gradebook:
        assert code in gradebook.find_source_cell("step_check", "tiny_exercises", "tiny").source
    assert code in tiny.at(nbformat.read(folder / "grading" / "solutions" / "tiny" / tiny.FILE, 4), "step").source
    before = (folder / "grading" / "cohort.json").read_text()
    assert "belongs to the cohort autumn" in words.main(["assign"], folder)
    assert "belongs to the cohort autumn" in words.main([*given[:2], "spring", *given[3:]], folder)
    for name_of, handed_in in (("anna", tiny.released(folder)), ("published", derive(tiny.source()))):
        place = folder / "grading" / "submitted" / name_of / "tiny"
        place.mkdir(parents=True)
        nbformat.write(handed_in, place / tiny.FILE)
    results = pool.grade(folder, "tiny", 2, quiet=True)
    assert {whose: result["look"] for whose, result in results.items()} == {
        "anna": [],
        "published": ["changed, and put back: step_check"],
    }
    secrets = (f"another secret {i:02}" for i in range(99))
    other = next(s for s in secrets if pick(tiny.source(), "tiny", "autumn", s.encode())["step"] != name)
    (tmp_path / "secret").write_text(other)
    assert "was given out with other variants" in words.main(given, folder)
    assert (folder / "grading" / "cohort.json").read_text() == before


def test_a_percent_sign_in_the_courses_path_is_no_obstacle(tmp_path):
    odd = tmp_path / "RNN (100%) é #1"
    odd.mkdir()
    (odd / "nbgrader").symlink_to(Path(nbgrader.__file__).parent)
    folder = tiny.course(odd / "course")
    line = f"from helpers.grading import __main__ as words; exit(words.main(['assign'], {str(folder)!r}))"
    environment = os.environ | {"PYTHONPATH": f"{odd}{os.pathsep}{tiny.ROOT}"}
    done = subprocess.run([sys.executable, "-c", line], env=environment, capture_output=True, text=True)
    assert done.returncode == 0 and "tiny: as published." in done.stdout, done.stderr


def test_a_folder_with_a_name_that_cannot_be_written_gets_one_sentence(own_code_alone, tmp_path):
    folder = tiny.course(tmp_path / "course")
    assert words.main(["assign"], folder) is None
    (Course(folder).submitted / os.fsdecode(b"anna\xff") / "tiny").mkdir(parents=True)
    assert r"Rename the folder 'anna\\udcff'" in words.main(["grade", "--assignment", "tiny"], folder)


def test_grading_refuses_where_learners_code_could_read_the_course(monkeypatch):
    monkeypatch.delenv(sandbox.UNSANDBOXED, raising=False)
    need("bubblewrap", sandbox.obstacle())
    monkeypatch.setattr(sandbox.sys, "prefix", str(tiny.ROOT))
    assert f"the course lies in {tiny.ROOT}, which learners' code may read" in sandbox.why_not()
