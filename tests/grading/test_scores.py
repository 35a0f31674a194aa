"""The table of scores, the file for a spreadsheet, and the files that Canvas and Moodle import."""

import csv
import json
import os

import pytest
from nbgrader.api import Grade
from sqlalchemy import event
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Engine

from helpers.grading import learners, platforms, pool, scores, worker
from helpers.grading.course import Stop
from helpers.grading.kit import kit_of
from helpers.grading.plain import cell, plain
from tests.grading import big, tiny

pytestmark = pytest.mark.kernel

RIGHT = {"double_check": 3, "last_check": 1, "step_check": 5, "why_answer": 2.5}


LATE_DAYS = scores.late_days


@pytest.fixture(autouse=True)
def in_time(monkeypatch):
    monkeypatch.setattr(scores, "late_days", lambda course, assignment, learner: 2 if learner == "late" else 0)


def rows_of(course, results=None):
    return {row["learner"]: row for row in scores.scores_of(course, tiny.NAME, results)}


def read(path, encoding="utf-8"):
    with path.open(newline="", encoding=encoding) as file:
        return list(csv.DictReader(file))


# The table


def test_a_row_has_its_columns_in_order_and_each_question(course):
    big.graded(course, {"anna": RIGHT, "late": {"double_check": 3, "last_check": 0}})
    found = rows_of(course)
    assert list(found["anna"]) == (
        ["learner", "assignment", "score", "of", "by hand", "double", "last", "step", "why", "late days", "look"]
    )
    assert list(found["anna"].values()) == ["anna", "tiny", "11.5", "12", 0, "3", "1", "5", "2.5", 0, ""]
    assert list(found["late"].values()) == ["late", "tiny", "3", "12", 0, "3", "0", "0", "0", 2, ""]


def test_late_days_come_from_the_deadlines(course, monkeypatch):
    monkeypatch.setattr(scores, "late_days", LATE_DAYS)
    big.graded(course, dict.fromkeys(["anna", "ben"], RIGHT))
    for name in ("anna", "ben"):
        (course.submitted / name / tiny.NAME / "timestamp.txt").write_text("2026-12-03 12:00:00.0 UTC")
        big.store(course, name)
    assert [row["late days"] for row in rows_of(course).values()] == [0, 0]
    lines = ["assignment,learner,deadline", "tiny,,2026-12-01 12:30Z", "tiny,ben,2026-12-03 12:00Z"]
    (course.work / "deadlines.csv").write_text("\n".join(lines))
    assert [row["late days"] for row in rows_of(course).values()] == [2, 0]


def test_a_question_that_waits_for_its_mark_has_no_points_yet(course):
    big.graded(course, {"anna": RIGHT | {"why_answer": None}}, waiting=["why_answer"])
    row = rows_of(course)["anna"]
    assert (row["score"], row["by hand"], row["why"], row["step"]) == ("9", 1, "", "5")
    assert row["look"] == "marks by hand: why_answer"


def test_points_by_hand_and_extra_points_count(course):
    big.graded(course, {"anna": RIGHT})
    with course.gradebook() as gradebook:
        for grade in gradebook.db.query(Grade).where(Grade.auto_score == 5):
            grade.manual_score, grade.extra_credit = 4.0, 0.5
        gradebook.db.commit()
    row = rows_of(course)["anna"]
    assert (row["score"], row["step"]) == ("11", "4.5")


def test_only_what_is_graded_has_a_score(course):
    big.graded(course, {"anna": RIGHT, "broken": RIGHT, "new": None})
    big.store(course, "broken", graded=False, look=["not graded: the file is not a notebook (broken JSON)"])
    found = rows_of(course)
    assert (found["broken"]["score"], found["broken"]["step"]) == ("-", "")
    assert found["broken"]["look"] == "not graded: the file is not a notebook (broken JSON)"
    assert (found["new"]["score"], found["new"]["look"]) == ("-", "not graded yet: make grade")
    assert found["anna"]["score"] == "11.5"


def test_a_learner_collected_while_grading_runs_is_not_graded_yet(course):
    big.graded(course, {"anna": RIGHT, "new": None})
    found = rows_of(course, {"anna": {"graded": True, "look": []}})
    assert found["new"]["look"] == "not graded yet: make grade" and found["anna"]["score"] == "11.5"


def test_a_graded_learner_whom_the_gradebook_does_not_know_is_named(course):
    big.graded(course, {"anna": RIGHT, "lost": None})
    big.store(course, "lost")
    row = rows_of(course)["lost"]
    assert row["score"] == "-" and "AGAIN=yes" in row["look"]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"graded": true}', "[" * 100_000, '{"look": 3, "graded": true}'])
def test_a_result_that_cannot_be_read_is_no_result(course, text):
    big.graded(course, {"anna": RIGHT, "bad": RIGHT})
    (course.work / "results" / tiny.NAME / "bad.json").write_text(text)
    assert set(scores.results_of(course, tiny.NAME)) == {"anna"}
    assert rows_of(course)["bad"]["score"] == "-"


def test_what_was_handed_in_since_is_not_graded_yet(course):
    big.graded(course, {"anna": RIGHT, "again": RIGHT, "same": RIGHT})
    for name in ("again", "same"):
        (course.submitted / name / tiny.NAME / tiny.FILE).write_text("{}")
        job = pool.Job(course, tiny.NAME, name, worker.pack(kit_of(course, tiny.NAME)), "last")
        result = {"fingerprint": job.fingerprint(), "graded": True, "look": []}
        path = course.work / "results" / tiny.NAME / f"{name}.json"
        path.write_text(json.dumps(result))
        os.utime(path, (1, 1))
    (course.submitted / "again" / tiny.NAME / tiny.FILE).write_text("{ }")
    found = {name: row["score"] for name, row in rows_of(course).items()}
    assert found == {"anna": "11.5", "again": "-", "same": "11.5"}


def test_a_question_never_hides_another_column():
    assert [scores.question(name) for name in ("step_check", "why_answer", "look_check", "score_answer", "_check")] == (
        ["step", "why", "look_check", "score_answer", "_check"]
    )


def test_the_points_for_a_learners_own_page(course):
    comments = {"anna": {"step": ("", "Nicely short."), "why_answer": ("No response.", "")}}
    big.graded(course, {"anna": RIGHT, "ben": RIGHT}, comments, waiting=["why_answer"])
    assert scores.points_table(course, tiny.NAME, "anna") == [
        ("double", 3, 3, ""),
        ("last", 1, 1, ""),
        ("step", 5, 5, "Nicely short."),
        ("why", None, 3, ""),
    ]
    assert scores.points_table(course, tiny.NAME, "nobody") == []


@pytest.fixture
def statements():
    """The SQL statements that were executed."""
    executed = []

    def count(connection, cursor, statement, *rest):
        executed.append(statement)

    event.listen(Engine, "before_cursor_execute", count)
    yield executed
    event.remove(Engine, "before_cursor_execute", count)


@pytest.mark.slow
def test_a_class_of_2000_takes_as_few_statements_as_a_class_of_2(given_out, tmp_path, statements):
    counts = {}
    for size in (2, 2000):
        course = big.copied(given_out, tmp_path / str(size))
        big.graded(course, {f"learner{number}": RIGHT for number in range(size)})
        statements.clear()
        rows = scores.scores_of(course, tiny.NAME)
        counts[size] = len(statements)
        assert [row["score"] for row in rows] == ["11.5"] * size
    assert counts[2000] == counts[2] <= 25, statements


def test_the_queries_are_valid_for_postgresql(course, monkeypatch):
    big.graded(course, {"anna": RIGHT})
    asked = []
    with course.gradebook() as gradebook:
        execute = gradebook.db.execute
        monkeypatch.setattr(gradebook.db, "execute", lambda query: asked.append(query) or execute(query), raising=False)
        scores.graded_cells(gradebook, course, tiny.NAME)
        scores.marks_of(gradebook, tiny.NAME)
        scores.comments_of(gradebook, tiny.NAME, "anna")
    texts = [str(query.compile(dialect=postgresql.dialect())) for query in asked]
    assert len(texts) == 3 and all(text.count("FROM") == 1 and ", " in text for text in texts)


# Text that learners chose


@pytest.mark.parametrize(
    "text, wanted",
    [
        ("Zoë 王小明", "Zoë 王小明"),
        ("\x1b[2J\x1b[H", r"\x1b[2J\x1b[H"),
        ("a\nb\r\tc", r"a\nb\r\tc"),
        ("a\u2028b\u2029\x85", r"a\u2028b\u2029\x85"),
        ("\u202egnp.exe\u202c", r"\u202egnp.exe\u202c"),
        ("an\u200bna", r"an\u200bna"),
        ("half \ud83d", r"half \ud83d"),
        ("\U000e0041", r"\U000e0041"),
        ("\x9b31m", r"\x9b31m"),
        (7, "7"),
    ],
)
def test_what_a_terminal_would_obey_is_shown(text, wanted):
    assert plain(text) == wanted
    assert plain(text).encode("utf-8").decode() == wanted


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+A1",
        "-1",
        "@SUM(A1)",
        "  =1",
        "\u00a0=1",
        "＝1",
        "＋1",
        "－1",
        "＠A",
        "﹢1",
        "\t=1",
        "\ta",
        "\ra",
        "\u200b=1",
    ],
)
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(text):
    assert cell(text) == f"'{plain(text)}"


@pytest.mark.parametrize("text", ["anna", "a=1", "1-2", "", " x", "'=1", "(=1)", "müller-lüdenscheidt"])
def test_other_text_stays_as_it_is(text):
    assert cell(text) == text


def test_the_file_opens_in_a_spreadsheet(course):
    names = ["Zoë", "王小明", "+A1+A2", "anna"]
    big.graded(course, dict.fromkeys(names, RIGHT))
    big.store(course, "anna", look=['tried \x1b[2J, "x"', "=cmd"])
    big.store(course, "Zoë", graded=False, look=["=cmd|' /C calc'!A0"])
    path = scores.write_scores(course)
    assert path == course.work / "scores.csv" and path.read_bytes().startswith(b"\xef\xbb\xbflearner,")
    found = {row["learner"]: row for row in read(path, "utf-8-sig")}
    assert set(found) == {"Zoë", "王小明", "'+A1+A2", "anna"}
    assert found["anna"]["look"] == r'tried \x1b[2J, "x"; =cmd' and found["anna"]["step"] == "5"
    assert found["Zoë"]["look"].startswith("'=cmd") and found["Zoë"]["score"] == "-"


def test_nothing_handed_in_gets_one_sentence(course):
    for write in (scores.write_scores, platforms.write_canvas, platforms.write_moodle):
        with pytest.raises(Stop, match="no submissions yet"):
            write(course)


# Platforms


@pytest.fixture
def numbered(course):
    """Graded learners, two of Moodle, one of Canvas and one of neither; and one of each platform who is not graded."""
    big.graded(course, dict.fromkeys(["anna", "ben", "carla", "dan"], RIGHT) | {"eva": None, "finn": None})
    known = {
        "moodle 201": ("anna", "Anna Berg", ["tiny"]),
        "moodle 199": ("anna", "Anna Berg", ["other"]),
        "moodle 202": ("ben", "=Ben", ["tiny"]),
        "canvas 77": ("carla", "Points Possible", ["other"]),
        "moodle 203": ("eva", "Eva", ["tiny"]),
        "canvas 78": ("finn", "Finn", ["tiny"]),
        "moodle 204": ("", "", []),
        "name dan": ("dan", "dan", ["tiny"]),
    }
    learners.write_known(
        course, {key: dict(zip(("id", "name", "assignments"), row, strict=True)) for key, row in known.items()}
    )
    return course


def listed(course, text):
    (course.work / "students.csv").write_text("id,last_name,first_name,email,moodle,canvas\n" + text, "utf-8-sig")


def test_canvas_gets_a_row_for_the_points_and_one_for_each_graded_learner_with_a_number(numbered, capsys):
    path = platforms.write_canvas(numbered)
    with path.open(newline="", encoding="utf-8") as file:
        assert list(csv.reader(file)) == [
            ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "tiny"],
            ["Points Possible", "", "", "", "", "12"],
            ["carla", "77", "", "", "", "11.5"],
        ]
    printed = capsys.readouterr().out
    assert (
        "tiny: 3 learners have no Canvas number and are left out: anna, ben, dan." in printed and "eva" not in printed
    )


def test_moodle_gets_its_worksheet(numbered, capsys):
    [path] = platforms.write_moodle(numbered)
    assert path == numbered.work / "moodle" / "tiny.csv"
    wanted = {"Full name": "Anna Berg", "Email address": "", "Grade": "11.5", "Maximum Grade": "12"}
    first, second = read(path)
    assert first == {"Identifier": "Participant 201"} | wanted | {"Last modified (grade)": "-"}
    assert (second["Identifier"], second["Full name"]) == ("Participant 202", "'=Ben")
    assert "left out: carla, dan." in capsys.readouterr().out


def test_the_list_of_the_class_gives_names_and_the_numbers_that_no_file_had(numbered):
    listed(numbered, "anna,Bèrg,Anna,anna@example.org,199,\ndan,Diaz,Dan,,199 Participant 302,81\ncarla,,,,x1,\n")
    found = {row["Identifier"]: row for row in read(platforms.write_moodle(numbered)[0])}
    assert set(found) == {"Participant 201", "Participant 202", "Participant 302"}
    anna = found["Participant 201"]
    assert (anna["Full name"], anna["Email address"]) == ("Anna Bèrg", "anna@example.org")
    assert [(row["Student"], row["ID"]) for row in read(platforms.write_canvas(numbered))[1:]] == (
        [("carla", "77"), ("Diaz, Dan", "81")]
    )


def test_a_number_of_which_nobody_knows_the_assignment_is_not_guessed(numbered, capsys):
    listed(numbered, "dan,,,,301 302,\ncarla,,,,202,\n")
    assert [row["Identifier"] for row in read(platforms.write_moodle(numbered)[0])] == [
        "Participant 201",
        "Participant 202",
    ]
    assert "left out: carla, dan." in capsys.readouterr().out


def test_a_number_of_two_learners_gets_one_sentence(numbered):
    listed(numbered, "carla,,,,301,\ndan,,,,301,\n")
    with pytest.raises(Stop, match="Moodle's number 301 stands for carla and dan in students.csv"):
        platforms.write_moodle(numbered)
    assert platforms.write_canvas(numbered).exists()


def test_without_any_list_everybody_is_left_out_and_named(course, capsys):
    big.graded(course, {"anna": RIGHT})
    assert len(read(platforms.write_canvas(course))) == 1
    assert "1 learner has no Canvas number and is left out: anna." in capsys.readouterr().out


def test_a_learner_without_a_score_in_one_of_two_assignments_has_an_empty_cell(numbered, monkeypatch):
    monkeypatch.setattr(numbered, "assignments", lambda: ["tiny", "other"])
    rows = {"other": [{"learner": "finn", "assignment": "other", "score": "0", "of": "7", "by hand": 0}]}
    scores_of = platforms.scores_of
    monkeypatch.setattr(platforms, "scores_of", lambda course, name: rows.get(name) or scores_of(course, name))
    with platforms.write_canvas(numbered).open(newline="", encoding="utf-8") as file:
        assert [row[1:2] + row[5:] for row in csv.reader(file)] == (
            [["ID", "tiny", "other"], ["", "12", "7"], ["77", "11.5", ""], ["78", "", "0"]]
        )


def test_a_mark_that_is_missing_is_said(numbered, capsys):
    with numbered.gradebook() as gradebook:
        gradebook.db.query(Grade).update({"needs_manual_grade": True})
        gradebook.db.commit()
    platforms.write_canvas(numbered)
    assert "tiny: these scores still wait for marks by hand (make mark): carla." in capsys.readouterr().out
