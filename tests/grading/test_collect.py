"""Whose a submission is, what is doubtful and said before anything is written, and what is kept of every attempt."""

import io
import json
import os
import sys
import time
import unicodedata
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import nbformat
import pytest
from nbgrader.utils import parse_utc

from helpers.grading import __main__ as words
from helpers.grading import class_list, handed_in, late, slim
from helpers.grading.attempts import arrived, attempts, facts
from helpers.grading.course import Course, Stop
from helpers.grading.learners import plan_learners
from helpers.grading.names import clean, of_another, whose
from helpers.grading.plain import plain
from tests.grading import submissions, tiny

MOODLE = "_assignsubmission_file_"
NFD = unicodedata.normalize("NFD", "Zoë Ruiz")
NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)


# Whose it is


@pytest.mark.parametrize(
    "entry, expected",
    [
        ("anna.ipynb", (None, None, "anna")),
        ("anna", (None, None, "anna")),
        ("anna.IPYNB", (None, None, "anna")),
        ("anna.ipynb.json", (None, None, "anna")),
        ("anna.ipynb.txt", (None, None, "anna")),
        ("anna (1).ipynb", (None, None, "anna")),
        ("anna - Copy.ipynb", (None, None, "anna")),
        ("Kopie von anna.ipynb", (None, None, "anna")),
        ("anna_tiny_exercises.ipynb", (None, None, "anna")),
        ("anna tiny_exercises (2).ipynb", (None, None, "anna")),
        ("anna_tiny_exercises_final.ipynb", (None, None, "anna")),
        ("anna_Copy of tiny_exercises.ipynb", (None, None, "anna")),
        ("tiny_exercises.ipynb", (None, None, "")),
        ("Copy of tiny_exercises (3).ipynb", (None, None, "")),
        ("student_2026_001.ipynb", (None, None, "student_2026_001")),
        ("student_2026_101_tiny_exercises.ipynb", (None, None, "student_2026_101")),
        ("a.berg@school.org.ipynb", (None, None, "a.berg@school.org")),
        (f"{NFD}.ipynb", (None, None, "Zoë Ruiz")),
        (f"Anna Berg_12345{MOODLE}tiny_exercises.ipynb", ("moodle", "12345", "Anna Berg")),
        (f"Anna Berg_12345{MOODLE}Copy of tiny_exercises.ipynb", ("moodle", "12345", "Anna Berg")),
        (f"Anna Berg_12345{MOODLE}x_1_2_y.ipynb", ("moodle", "12345", "Anna Berg")),
        (f"Anna Berg_12345{MOODLE}", ("moodle", "12345", "Anna Berg")),
        ("Anna Berg_12345_assignsubmission_file", ("moodle", "12345", "Anna Berg")),
        ("Ida Jo_501_assignsubmission_onlinetext", ("moodle", "501", "Ida Jo")),
        ("मीना_111_assignsubmission_file_a.ipynb", ("moodle", "111", "मीना")),
        ("berganna_LATE_123_456_tiny_exercises-1.ipynb", ("canvas", "123", "berganna")),
        ("diazmaria_77_88_tiny_exercises_final.ipynb", ("canvas", "77", "diazmaria")),
        ("eriksen_78_90_homework.ipynb", ("canvas", "78", "eriksen")),
        (f"eriksen_78_90_Eva_5{MOODLE}x.ipynb", ("canvas", "78", "eriksen")),
        ("tiny_mia_attempt_2026-11-28-12-00-00_tiny_exercises.ipynb", ("blackboard", "mia", "mia")),
        ("Week 3_mia_attempt_2026-11-28-12-00-00.txt", ("blackboard", "mia", "mia")),
        ("tiny_m_lee_attempt_2026-11-28-12-00-00_x.ipynb", ("blackboard", "m_lee", "m_lee")),
    ],
)
def test_a_name_says_whose_a_file_is(entry, expected):
    assert whose(entry, "tiny") == expected


@pytest.mark.parametrize(
    "file", ["anna_gates_exercises", "anna_lesson_8_exercises.ipynb", "anna_lesson_8_exercises (2)"]
)
def test_a_copy_from_before_the_new_name_is_its_learners(file):
    assert whose(file, "gates") == (None, None, "anna")
    assert of_another(file, "gates", ["memory"]) is None and of_another(file, "memory", ["gates"]) == "gates"


@pytest.mark.parametrize(
    "name, learner",
    [
        ("Anna Berg", "Anna_Berg"),
        ("मीना", "मीना"),
        ("กูต", "กูต"),
        (NFD, "Zoë_Ruiz"),
        ("Mary O'Brien", "Mary_O_Brien"),
        ("../../etc", "etc"),
        ("..", ""),
        ("anna\udcff berg", "anna_berg"),
        ("=cmd|' -C calc'!A0", "cmd_-C_calc_A0"),
        ("+A1+A2", "A1_A2"),
        ("@SUM(1)", "SUM_1"),
        ("-2", "2"),
        ("\u0301anna", "anna"),
        ("\u202egnp.\u200bevil", "gnp.evil"),
        ("anna\ufe0f\u3164", "anna"),
        ("two\nlines", "two_lines"),
        ("\x1b[2Jred", "2Jred"),
        ("a.berg@school.org", "a.berg@school.org"),
        ("CON", "CON_id"),
        ("🙂", ""),
    ],
)
def test_ids_are_safe(name, learner):
    assert clean(name) == learner


def test_long_names_stay_apart_in_60_characters():
    one, other = clean("l" * 251 + "a"), clean("l" * 251 + "b")
    assert one != other and len(one) == len(other) == 60
    plan = plan_learners([f"{'l' * 200}_{number}{MOODLE}a.ipynb" for number in (1, 2)], "tiny")
    assert len(plan.learners) == 2 and all(len(learner) <= 60 for learner in plan.learners)


def test_what_is_printed_cannot_steer_the_terminal():
    assert plain("a\x1b[2J\u202eb\ud83dc 王") == r"a\x1b[2J\u202eb\ud83dc 王"


# The plan


def planned(entries, assignment="tiny", **given):
    plan = plan_learners(entries, assignment, **given)
    return plan.learners, plan


def test_clean_names_are_planned_without_a_word():
    learners, plan = planned(["anna.ipynb", "bert_tiny_exercises.ipynb", "carl", f"Dora Lee_5{MOODLE}x.ipynb"])
    assert list(learners) == ["Dora_Lee", "anna", "bert", "carl"] and not plan.notes and not plan.stops


def test_namesakes_with_two_numbers_are_two_learners_for_good():
    one, other = f"Anna Berg_201{MOODLE}a.ipynb", f"Anna Berg_202{MOODLE}a.ipynb"
    learners, plan = planned([one, other])
    assert learners == {"Anna_Berg_201": [one], "Anna_Berg_202": [other]}
    assert "Nearly the same name, taken for 2 learners" in plan.notes[0] and not plan.stops
    alone, first = planned([one])
    assert alone == {"Anna_Berg": [one]}
    learners, plan = planned([one, other], known=first.known)
    assert learners == {"Anna_Berg": [one], "Anna_Berg_202": [other]} and not plan.stops
    assert planned([other], known=plan.known)[0] == {"Anna_Berg_202": [other]}


def test_one_number_is_one_learner_whatever_the_files_are_called():
    entries = ["lee_7_88_tiny_exercises.ipynb", "lee_7_89_tiny_exercises-1.ipynb", "lee_LATE_7_90_homework.ipynb"]
    assert planned(entries)[0] == {"lee": sorted(entries)}
    online = [f"Ida Jo_501{MOODLE}", "Ida Jo_501_assignsubmission_onlinetext"]
    assert planned(online)[0] == {"Ida_Jo": online}


def test_moodles_numbers_of_another_assignment_do_not_make_new_learners():
    _, plan = planned([f"Anna Berg_201{MOODLE}a.ipynb"], "tiny")
    learners, plan = planned([f"Anna Berg_317{MOODLE}a.ipynb"], "next", known=plan.known)
    assert list(learners) == ["Anna_Berg"] and not plan.notes and not plan.stops
    assert list(planned([f"Anna Berg_201{MOODLE}b.ipynb"], "tiny", known=plan.known)[0]) == ["Anna_Berg"]
    learners, plan = planned([f"Anna Berg_{n}{MOODLE}a.ipynb" for n in (401, 402)], "third", known=plan.known)
    assert list(learners) == ["Anna_Berg_401", "Anna_Berg_402"] and len(plan.stops) == 1
    assert "Anna Berg (Moodle 401) can be Anna_Berg, who handed in other assignments, or" in plan.stops[0]


def test_another_user_of_canvas_is_another_learner_in_every_assignment():
    _, plan = planned(["lee_7_88_a.ipynb"])
    learners, plan = planned(["lee_8_99_a.ipynb"], "next", known=plan.known)
    assert list(learners) == ["lee_8"] and not plan.stops


@pytest.mark.parametrize(
    "one, other",
    [
        ("Mary O'Brien", "Mary O Brien"),
        ("anna", "\u200banna"),
        ("anna", "ANNA"),
        ("anna", "anna²"),
        ("anna", "anna🙂"),
        ("straße", "STRASSE"),
    ],
)
def test_names_that_come_out_equal_stay_two_learners_and_it_is_said(one, other):
    learners, plan = planned([f"{one}.ipynb", f"{other}.ipynb"])
    assert len({learner.casefold() for learner in learners}) == 2 and plan.notes and not plan.stops
    for order in ([one], [other]):
        _, first = planned([f"{name}.ipynb" for name in order])
        assert planned([f"{one}.ipynb", f"{other}.ipynb"], known=first.known)[0].keys() >= first.learners.keys()


def test_the_same_name_in_two_normal_forms_is_one_learner():
    entries = sorted([f"{NFD}.ipynb", "Zoë Ruiz (1).ipynb"])
    assert planned(entries)[0] == {"Zoë_Ruiz": entries}


def test_a_number_and_a_plain_name_are_two_ways_and_a_person_decides():
    entries = [f"anna_12{MOODLE}a.ipynb", "anna.ipynb"]
    learners, plan = planned(entries)
    assert "two ways" in plan.stops[0] and learners == {"anna_12": entries[:1], "anna": entries[1:]}
    for first, then in (entries, reversed(entries)):
        _, plan = planned([first])
        learners, plan = planned([then], known=plan.known)
        assert "two ways" in plan.stops[0] and "anna" not in learners
        assert list(planned([then], "next", known=planned([first])[1].known)[0]) == ["anna"]


def test_a_number_that_stands_at_many_names_proves_nothing():
    entries = [f"{name}_12345{MOODLE}a.ipynb" for name in ("anna", "bert", "carl")]
    learners, plan = planned(entries)
    assert list(learners) == ["anna", "bert", "carl"] and "at 3 different names" in plan.notes[0]
    assert planned(entries[:1], known=plan.known)[0] == {"anna": entries[:1]}
    _, plan = planned(entries[:1])
    assert len(planned(entries, known=plan.known)[0]) == 3


def test_a_number_whose_name_has_changed_is_for_a_person():
    _, plan = planned(["lee_7_88_a.ipynb"])
    learners, plan = planned(["meyer_7_99_a.ipynb"], known=plan.known)
    assert "number 7 was lee and is meyer now" in plan.stops[0] and list(learners) == ["lee"]


def test_learners_from_before_there_was_a_learners_json_keep_their_ids():
    learners, plan = planned([f"Anna Berg_201{MOODLE}a.ipynb"], folders=["Anna_Berg"])
    assert list(learners) == ["Anna_Berg"] and not plan.stops
    learners, plan = planned([f"Anna Berg_{n}{MOODLE}a.ipynb" for n in (201, 202)], folders=["Anna_Berg"])
    assert "Anna_Berg" not in learners and "may be Anna_Berg, who was collected before" in plan.stops[0]


def test_users_of_blackboard_stay_apart_where_the_assignment_has_an_unknown_name():
    entries = [f"Week 3_{user}_attempt_2026-11-28-12-00-00_a.ipynb" for user in ("a_7", "b_7", "mia")]
    learners, plan = planned([*entries, "lee_7_88_a.ipynb"])
    assert sorted(learners) == ["Week_3_a_7", "Week_3_b_7", "lee", "mia"] and not plan.stops
    again = [entries[2].replace("12-00", "13-00"), entries[2]]
    assert list(planned(again, known=plan.known)[0]) == ["mia"]


def test_a_file_named_by_a_learners_id_is_that_learners():
    _, plan = planned([f"Anna Berg_{n}{MOODLE}a.ipynb" for n in (1, 2)])
    assert list(planned(["Anna_Berg_2.ipynb"], "next", known=plan.known)[0]) == ["Anna_Berg_2"]
    learners, again = planned(["Anna_Berg_2.ipynb"], known=plan.known)
    assert "two ways" in again.stops[0] and "Anna_Berg_2" not in learners
    learners, again = planned(["Anna Berg.ipynb"], "next", known=plan.known)
    assert "can be Anna_Berg_1 or Anna_Berg_2" in again.stops[0] and list(learners) == ["Anna_Berg"]


def test_names_that_say_nothing_are_listed():
    learners, plan = planned(["tiny_exercises.ipynb", "...ipynb"])
    assert not learners and len(plan.notes) == 2 and "does not say whose it is" in plan.notes[0]


# The class list

CLASS = [
    {"id": "aberg", "last_name": "Berg", "first_name": "Anna", "email": "a@x.org", "moodle": "201 305", "canvas": "7"},
    {"id": "aberg2", "last_name": "Berg", "first_name": "Anna", "email": "b@x.org", "moodle": "202", "canvas": ""},
    {"id": "zruiz", "last_name": "Ruiz", "first_name": NFD[: -len(" Ruiz")], "email": "z@x.org"},
]


@pytest.mark.parametrize(
    "entry, learner",
    [
        (f"Anna Berg_201{MOODLE}a.ipynb", "aberg"),
        (f"Anna Berg_305{MOODLE}a.ipynb", "aberg"),
        (f"Anna Berg_202{MOODLE}a.ipynb", "aberg2"),
        ("berganna_7_99_a.ipynb", "aberg"),
        ("berganna_8_99_a.ipynb", "aberg2"),
        ("ABERG.ipynb", "aberg"),
        ("B@x.org.ipynb", "aberg2"),
        ("Zoë Ruiz.ipynb", "zruiz"),
        ("ruiz, zoë.ipynb", "zruiz"),
        ("ruizzoë_55_66_a.ipynb", "zruiz"),
        ("tiny_z@x.org_attempt_2026-11-28-12-00-00_a.ipynb", "zruiz"),
    ],
)
def test_entries_are_matched_to_the_class_list(entry, learner):
    learners, plan = planned([entry], students=CLASS)
    assert list(learners) == [learner] and not plan.notes and not plan.stops


def test_who_is_not_in_the_list_or_can_be_several_is_doubtful():
    learners, plan = planned(["Carl Diaz.ipynb"], students=CLASS)
    assert list(learners) == ["Carl_Diaz"] and plan.notes == ["Carl Diaz is not in students.csv."] and not plan.stops
    learners, plan = planned(["Anna Berg.ipynb"], students=CLASS)
    assert "can be aberg or aberg2" in plan.stops[0] and list(learners) == ["Anna_Berg"]


def test_one_learner_of_the_list_by_two_ways_is_for_a_person():
    learners, plan = planned(["a@x.org.ipynb", f"Anna Berg_201{MOODLE}a.ipynb"], students=CLASS)
    assert list(learners) == ["aberg"] and "aberg handed in by two ways" in plan.stops[0]


def test_a_new_class_list_changes_no_id_silently():
    _, plan = planned([f"Anna Berg_201{MOODLE}a.ipynb"])
    learners, plan = planned([f"Anna Berg_201{MOODLE}a.ipynb"], students=CLASS, known=plan.known)
    assert list(learners) == ["Anna_Berg"] and "keeps this id; students.csv says aberg" in plan.notes[0]


def at(folder):
    (folder / "submitted").mkdir(exist_ok=True)
    return SimpleNamespace(work=folder, submitted=folder / "submitted")


HEAD = "id,last_name,first_name,email,Group\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_the_class_list_is_read_as_spreadsheets_save_it(tmp_path, encoding, mark):
    text = (HEAD + "zruiz,Ruiz,Zoë,z@x.org,A\n\n,,,,\n").replace(",", mark)
    (tmp_path / "students.csv").write_text(text, encoding=encoding)
    (row,) = class_list.read(at(tmp_path))
    assert (row["id"], row["first_name"], row["group"]) == ("zruiz", "Zoë", "A")


@pytest.mark.parametrize(
    "text, sentence",
    [
        ("", "has no column id, last_name"),
        (HEAD + "a" * 200_000, "is not a table in CSV"),
        ("id,name\nanna,Anna\n", "has no column last_name, first_name, email"),
        (HEAD + "=anna,a,b,c\n", "line 2: '=anna' cannot be an id"),
        (HEAD + "anna,a,b,c\n,a,b,c\n", "line 3: '' cannot be an id"),
        (HEAD + "anna,a,b,c\nANNA,a,b,c\n", "line 3: the id 'ANNA' is in line 2 too"),
    ],
)
def test_a_bad_class_list_gets_one_sentence(tmp_path, text, sentence):
    (tmp_path / "students.csv").write_text(text)
    with pytest.raises(Stop, match=sentence):
        class_list.read(at(tmp_path))


# Deadlines


@pytest.fixture
def berlin(monkeypatch):
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def due(folder, rows, learner="anna", came=None):
    (folder / "deadlines.csv").write_text("assignment,learner,deadline\n" + rows)
    course = at(folder)
    if came:
        place = course.submitted / learner / "tiny"
        place.mkdir(parents=True, exist_ok=True)
        (place / "timestamp.txt").write_text(f"{came:%Y-%m-%d %H:%M:%S.%f} UTC")
    return late.days_late(course, "tiny", learner) if came else late.deadline(course, "tiny", learner)


@pytest.mark.parametrize(
    "text, utc",
    [
        ("2026-12-01 18:00", "2026-12-01T17:00"),
        ("2026-07-01 18:00", "2026-07-01T16:00"),
        ("2026-12-01 18:00+00:00", "2026-12-01T18:00"),
        ("2026-12-01T18:00Z", "2026-12-01T18:00"),
        ("2026-12-01", "2026-12-01T23:00"),
        ("2026-03-29 02:30", "2026-03-29T01:30"),  # the clocks are put forward: there is no such time
        ("2026-10-25 02:30", "2026-10-25T01:30"),  # they are put back: there are two, and the later one counts
    ],
)
def test_deadlines_are_in_local_time_unless_they_say_so(tmp_path, berlin, text, utc):
    assert due(tmp_path, f"tiny,,{text}\n") == datetime.fromisoformat(utc).replace(tzinfo=UTC)


def test_an_extension_is_one_learners(tmp_path, berlin):
    assert due(tmp_path, "tiny,Anna Berg,2026-12-01 18:00\n", "Anna_Berg") == datetime(2026, 12, 1, 17, tzinfo=UTC)
    rows = "tiny,,2026-12-01 18:00\ntiny,anna,2026-12-03 18:00\nnext,,2026-12-09 18:00\n"
    assert due(tmp_path, rows) == datetime(2026, 12, 3, 17, tzinfo=UTC)
    assert due(tmp_path, rows, "bert") == datetime(2026, 12, 1, 17, tzinfo=UTC)
    assert due(tmp_path, "next,,2026-12-09 18:00\n") is None


@pytest.mark.parametrize(
    "deadline, came, days",
    [
        ("2026-12-01 18:00", datetime(2026, 12, 1, 17, 0), 0),
        ("2026-12-01 18:00", datetime(2026, 12, 1, 17, 0, 1), 1),
        ("2026-12-01 18:00", datetime(2026, 12, 2, 17, 0), 1),
        ("2026-12-01 18:00", datetime(2026, 12, 2, 17, 1), 2),
        ("2026-12-01 18:00", datetime(2027, 12, 1, 17, 0), 365),
        ("2026-10-24 18:00", datetime(2026, 10, 25, 16, 59), 1),  # 18 o'clock of a day with 25 hours
        ("2026-10-24 18:00", datetime(2026, 10, 25, 17, 1), 2),
        ("2026-03-28 18:00", datetime(2026, 3, 29, 16, 0), 1),  # and with 23
        ("2026-03-28 18:00", datetime(2026, 3, 29, 16, 1), 2),
    ],
)
def test_a_started_day_counts_and_ends_at_the_time_on_the_clock(tmp_path, berlin, deadline, came, days):
    assert due(tmp_path, f"tiny,,{deadline}\n", came=came) == days


def test_nothing_is_late_without_a_deadline_or_a_time(tmp_path):
    assert due(tmp_path, "next,,2026-12-01 18:00\n", came=datetime(2027, 1, 1)) == 0
    assert late.days_late(at(tmp_path), "next", "bert") == 0


@pytest.mark.parametrize(
    "rows, sentence",
    [
        (
            "tiny,,2026-12-01 18:00\ntiny,anna,01.12.2026\n",
            "line 3: '01.12.2026' is not a time. Write it as 2026-12-01",
        ),
        ("tiny,,\n", "line 2: '' is not a time"),
        (",,2026-12-01\n", "line 2: the assignment is missing"),
        ("tiny,,2026-12-01\n\ntiny,,2026-12-02\n", "line 4: tiny has a deadline for everybody already"),
    ],
)
def test_a_bad_deadline_gets_one_sentence_with_its_line(tmp_path, rows, sentence):
    with pytest.raises(Stop, match=sentence):
        due(tmp_path, rows)


# Collecting into a course


@pytest.fixture(scope="module")
def assigned(tmp_path_factory):
    folder = tiny.course(tmp_path_factory.mktemp("assigned"))
    assert words.main(["assign"], folder) is None
    return folder


class Class:
    """A course with its folder of downloads; `collect` returns what main returns and what was printed."""

    def __init__(self, folder, capsys):
        self.folder, self.capsys, self.down = folder, capsys, folder / "downloads"
        self.down.mkdir()
        self.course = Course(folder)

    def put(self, name, text="{}", when=NOON):
        path = self.down / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        os.utime(path, (when.timestamp(), when.timestamp()))
        return path

    def collect(self, *more):
        self.capsys.readouterr()
        stopped = words.main(["collect", "--assignment", "tiny", "--from", str(self.down), *more], self.folder)
        return stopped, self.capsys.readouterr().out

    def counts(self, learner):
        path = self.course.submitted / learner / "tiny" / tiny.FILE
        return path.read_text() if path.exists() else None

    def why_not(self, learner):
        return (self.course.submitted / learner / "tiny" / "why_not.txt").read_text()

    def learners(self):
        return self.course.students("tiny")


@pytest.fixture
def school(assigned, tmp_path, capsys):
    folder = tiny.course(tmp_path / "course")
    (folder / "grading").mkdir()
    for name in ("gradebook.db", "cohort.json"):
        (folder / "grading" / name).write_bytes((assigned / "grading" / name).read_bytes())
    return Class(folder, capsys)


def test_a_folder_of_clean_names_gets_one_line_also_the_second_time(school):
    for name in ("anna", "bert"):
        school.put(f"{name}.ipynb", name)
    line = "tiny: 2 submissions, from anna, bert.\n"
    assert school.collect() == (None, line)
    before = {path: path.stat().st_mtime_ns for path in (school.folder / "grading").rglob("*.*") if path.is_file()}
    assert school.collect() == (None, line)
    changed = {path.name for path, when in before.items() if path.stat().st_mtime_ns != when}
    assert changed <= {"learners.json"} and school.counts("anna") == "anna"


def test_nothing_is_written_while_a_person_should_decide(school):
    school.put("anna.ipynb", "by mail")
    school.put(f"anna_12{MOODLE}a.ipynb", "by Moodle")
    stopped, _ = school.collect()
    assert "two ways" in stopped and "Nothing was written. To go on as said, add SURE=yes." in stopped
    assert not school.learners() and not (school.course.work / "learners.json").exists()
    assert not list(school.course.work.glob("collecting-*"))
    assert school.collect("--sure", "yes")[0] is None
    assert (school.counts("anna"), school.counts("anna_12")) == ("by mail", "by Moodle")


SHADOWS = [
    *("._hanna.ipynb", "__MACOSX/._hanna.ipynb", ".DS_Store", "Thumbs.db", "desktop.ini", "~$hanna.ipynb"),
    *(".~lock.hanna.ipynb#", "hanna.ipynb.swp", "hanna.ipynb~", ".ipynb_checkpoints/hanna.ipynb", "hanna.ipynb.tmp"),
    *("hanna.ipynb:Zone.Identifier", "hanna.ipynb.crdownload", "kim/._a.ipynb", "kim/__MACOSX/a.ipynb"),
    "kim/.ipynb_checkpoints/a-checkpoint.ipynb",
]


def test_shadow_files_are_left_silently(school):
    for name in SHADOWS:
        school.put(name, "shadow", NOON + timedelta(days=1))
    school.put("hanna.ipynb", "hanna")
    school.put("kim/a.ipynb", "kim")
    assert school.collect() == (None, "tiny: 2 submissions, from hanna, kim.\n")
    assert (school.counts("hanna"), school.counts("kim")) == ("hanna", "kim")


NB = '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'


def test_the_notebook_is_found_wherever_and_whatever_it_is_called(school):
    for name in ("a/tiny/deep/er/homework.ipynb", "b.IPYNB", "c.ipynb.json", "d.ipynb.txt", "e/x.json", "f.json"):
        school.put(name, NB)
    school.put("e/settings.json", '{"editor": 1}', NOON + timedelta(days=1))
    school.put("g.json", "{}")
    stopped, said = school.collect()
    assert stopped is None and said.splitlines() == [
        "'g.json' is not a notebook or folder; it was not collected.",
        "tiny: 6 submissions, from a, b, c, d, e, f.",
    ]
    assert {school.counts(name) for name in "abcdef"} == {NB}


def test_of_several_the_newest_of_this_assignment_is_taken_and_it_is_said(school):
    mine = nbformat.writes(tiny.source())
    other = '{"cells": [{"metadata": {"nbgrader": {"grade_id": "foreign"}}}]}'
    school.put("anna/homework.ipynb", mine, NOON)
    school.put("anna/old_tiny_exercises.ipynb", mine + " ", NOON - timedelta(days=1))
    school.put("anna/tiny_exercises.ipynb", other, NOON + timedelta(days=1))
    school.put("bert/gates_exercises.ipynb", other)
    _, said = school.collect()
    assert said.splitlines()[:2] == [
        "anna: 3 notebooks, took 'homework.ipynb'.",
        "bert: 'gates_exercises.ipynb' seems to be of another assignment.",
    ]
    assert school.counts("anna") == mine


def test_every_kind_of_submission_is_its_own_learners(school):
    released = nbformat.from_dict(tiny.source())
    handed_in = submissions.write(school.folder, released)
    school.down = handed_in
    stopped, said = school.collect()
    assert stopped is None and "number 12345 stands at" in said and "'some.zip' is an archive" in said
    assert school.learners() == sorted(submissions.KINDS)
    assert school.why_not("nothing") == "the notebook is missing: the folder is empty"


def test_links_and_special_files_are_never_followed(school):
    secret = school.folder / "secret.ipynb"
    secret.write_text("secret")
    (school.down / "link.ipynb").symlink_to(secret)
    (school.down / "folder").symlink_to(school.folder)
    (school.down / "eve").mkdir()
    (school.down / "eve" / "a.ipynb").symlink_to(secret)
    (school.down / "eve" / "inner").symlink_to(school.folder)
    os.mkfifo(school.down / "pipe.ipynb")
    os.mkfifo(school.down / "eve" / "pipe.ipynb")
    stopped, said = school.collect()
    assert stopped is None and said.count("is a link or another special file; it was not collected") == 3
    assert school.learners() == ["eve"] and school.counts("eve") is None
    assert "the notebook is missing: handed in: 'a.ipynb' (a link" in school.why_not("eve")


def test_without_a_notebook_it_is_said_what_there_is(school):
    (school.down / "empty").mkdir()
    school.put("anna/report.pdf")
    school.put("bert/homework.zip")
    school.put("lee_7_88_homework.tar.gz")
    school.put("Ida Jo_5_assignsubmission_onlinetext/onlinetext.html")
    school.put("more.7z")
    _, said = school.collect()
    assert "'more.7z' is an archive: unpack it. It was not collected." in said
    assert school.learners() == ["Ida_Jo", "anna", "bert", "empty", "lee"]
    for learner, words_ in (
        ("empty", "the folder is empty"),
        ("anna", "handed in: 'report.pdf'"),
        ("bert", "'homework.zip' (an archive: unpack it)"),
        ("lee", "'lee_7_88_homework.tar.gz' (an archive: unpack it)"),
        ("Ida_Jo", "'onlinetext.html'"),
    ):
        assert words_ in school.why_not(learner) and school.why_not(learner) in said
    school.put("anna/a.ipynb", "now")
    school.collect()
    assert school.counts("anna") == "now" and not (school.course.submitted / "anna" / "tiny" / "why_not.txt").exists()


def test_work_is_never_replaced_by_nothing(school):
    path = school.put("anna/a.ipynb", "work")
    school.put("bert.ipynb")
    school.collect()
    path.unlink()
    _, said = school.collect()
    assert "what was collected before stays" in said and school.counts("anna") == "work"


def test_the_export_of_a_class_in_one_folder_is_not_one_learner(school):
    for number in (1, 2):
        school.put(f"export/Anna {number}_{number}{MOODLE}a.ipynb", str(number))
    stopped, _ = school.collect()
    assert "'export' seems to hold the files of several learners" in stopped and not school.learners()


def test_a_file_of_another_assignment_is_left(school):
    other = school.course.sources / "gates"
    other.mkdir()
    (other / "gates_exercises.ipynb").write_text("{}")
    school.put("anna_tiny_exercises.ipynb")
    school.put("anna_gates_exercises.ipynb")
    assert "'anna_gates_exercises.ipynb' is of the assignment gates" in school.collect()[1]
    assert school.learners() == ["anna"]


# Large files


def big(megabytes, source="x = 1", where="outputs"):
    cell = {"cell_type": "code", "source": source, "outputs": [], "metadata": {}, "execution_count": 1}
    nb = {"cells": [cell], "metadata": {"widgets": {}, "kernelspec": {}}, "nbformat": 4, "nbformat_minor": 5}
    output = {"output_type": "stream", "name": "stdout", "text": "x" * megabytes * 10**6}
    if where == "outputs":
        cell["outputs"] = [output]
    else:
        nb["metadata"]["widgets"] = output
    return json.dumps(nb)


@pytest.mark.parametrize("where", ["outputs", "widgets"])
def test_a_large_notebook_is_taken_without_its_outputs(school, where):
    school.put("anna.ipynb", "\ufeff" + big(25, "y = '\ud83d'.encode()", where))
    assert school.collect()[0] is None
    nb = json.loads(school.counts("anna"))
    assert nb["cells"][0]["source"] == "y = '\ud83d'.encode()" and nb["cells"][0]["outputs"] == []
    assert nb["metadata"] == {"kernelspec": {}}


def test_outputs_are_dropped_from_old_notebooks_too():
    nb = {"worksheets": [{"cells": [{"outputs": [1]}, {"source": "a"}]}]}
    assert slim.slim(nb) == {"worksheets": [{"cells": [{"outputs": []}, {"source": "a"}]}]}


def test_what_is_too_large_says_so_in_the_table(school, monkeypatch):
    with school.put("sparse.ipynb", "{").open("r+b") as file:
        file.truncate(300_000_000)
    school.put("source.ipynb", big(0, "x" * 25_000_000))
    school.put("broken.ipynb", "{" * 25_000_000)
    assert school.collect()[0] is None
    assert "'sparse.ipynb' has 300 MB; at most 200 MB are read" in school.why_not("sparse")
    assert "has 25 MB, and more than 20 MB without its outputs" in school.why_not("source")
    assert "has 25 MB and is not a notebook (broken JSON), or too large to read" in school.why_not("broken")
    monkeypatch.setattr(handed_in, "SECONDS", 0.01)
    school.put("source.ipynb", big(0, "x" * 25_000_000))
    school.collect()
    assert "took more than 0.01 seconds to read" in school.why_not("source")


@pytest.mark.slow
def test_reading_a_large_file_takes_limited_memory(tmp_path):
    path = tmp_path / "a.ipynb"
    path.write_bytes(b"[" + b"{}," * 60_000_000 + b"{}]")
    file = handed_in.file_at(path, "a.ipynb", path.stat())
    assert "too large to read" in handed_in.fetch(file, tmp_path / "copy")


def test_a_byte_order_mark_is_kept(school):
    school.put("anna.ipynb", b"\xef\xbb\xbf{}")
    school.collect()
    assert (school.course.submitted / "anna" / "tiny" / tiny.FILE).read_bytes() == b"\xef\xbb\xbf{}"


# Times and attempts


def test_every_attempt_is_kept_and_the_last_one_counts(school):
    school.put("lee_7_88_a.ipynb", "one", NOON)
    school.put("lee_LATE_7_89_a-1.ipynb", "two", NOON + timedelta(hours=1))
    assert school.collect() == (
        None,
        "lee: 2 notebooks, took 'lee_LATE_7_89_a-1.ipynb'.\ntiny: 1 submissions, from lee.\n",
    )
    school.put("lee_LATE_7_90_a-2.ipynb", "three", NOON + timedelta(hours=2))
    said = school.collect()[1]
    assert "lee: handed in again, 2026-11-28" in said and "this replaces what was collected before" in said
    school.collect()
    found = attempts(school.course, "tiny", "lee")
    assert [path.read_text() for _, path in found] == ["one", "two", "three"]
    assert [when for when, _ in found] == [NOON + timedelta(hours=hours) for hours in range(3)]
    assert found[1][1].name == "20261128T130000.ipynb" and school.counts("lee") == "three"
    assert facts(school.course, "tiny", "lee")["20261128T130000.ipynb"]["late"] is True
    assert facts(school.course, "tiny", "lee")["20261128T120000.ipynb"]["late"] is False
    assert arrived(school.course, "tiny", "lee") == NOON + timedelta(hours=2)
    assert attempts(school.course, "tiny", "nobody") == [] and arrived(school.course, "tiny", "nobody") is None


def test_attempts_of_the_same_second_stay_two_and_equal_bytes_are_kept_once(school):
    for name, text in (("1", "one"), ("2", "two"), ("3", "two")):
        school.put(f"lee_7_8{name}_a.ipynb", text)
    school.collect()
    found = attempts(school.course, "tiny", "lee")
    assert [(when, path.read_text()) for when, path in found] == [(NOON, "one"), (NOON, "two")]
    assert school.counts("lee") == "two"


def test_blackboards_time_is_in_the_name(school, berlin):
    for hour in (13, 12):
        school.put(f"tiny_mia_attempt_2026-11-28-{hour}-00-00_a.ipynb", str(hour), NOON + timedelta(days=13 - hour))
    school.put("tiny_mia_attempt_2026-11-28-13-00-00.txt", "receipt")
    school.collect()
    assert school.learners() == ["mia"] and school.counts("mia") == "13"
    assert arrived(school.course, "tiny", "mia") == NOON
    text = (school.course.submitted / "mia" / "tiny" / "timestamp.txt").read_text()
    assert text == "2026-11-28 12:00:00.000000 UTC" and parse_utc(text) == datetime(2026, 11, 28, 12)


def test_an_older_file_or_an_earlier_attempt_does_not_count_unless_a_person_is_sure(school):
    school.put("anna.ipynb", "new", NOON)
    school.collect()
    school.put("anna.ipynb", "old", NOON - timedelta(days=1))
    stopped, _ = school.collect()
    assert "older than what counts" in stopped and school.counts("anna") == "new"
    assert school.collect("--sure", "yes")[0] is None and school.counts("anna") == "old"
    school.put("anna.ipynb", "new", NOON)
    stopped, _ = school.collect()
    assert "is an earlier attempt again" in stopped and school.counts("anna") == "old"
    assert school.collect("--sure", "yes")[0] is None and school.counts("anna") == "new"
    assert len(attempts(school.course, "tiny", "anna")) == 2


def test_what_another_way_collected_before_is_kept_as_an_attempt(school):
    place = school.course.submitted / "anna" / "tiny"
    place.mkdir(parents=True)
    (place / tiny.FILE).write_text("by the exchange")
    (place / "timestamp.txt").write_text("2026-11-27 10:00:00.000000 UTC")
    (place / "submission_secret.txt").write_text("her secret")
    school.put("anna.ipynb", "by mail")
    assert "handed in again" in school.collect()[1]
    texts = [path.read_text() for _, path in attempts(school.course, "tiny", "anna")]
    assert texts == ["by the exchange", "by mail"] and school.counts("anna") == "by mail"
    assert (place / "submission_secret.txt").read_text() == "her secret"


def test_a_new_attempt_deletes_the_page_about_the_old_one(school):
    school.put("noa.ipynb", "right")
    school.put("bert.ipynb")
    school.collect()
    pages = [school.course.work / "feedback" / name / "tiny" / "tiny_exercises.html" for name in ("noa", "bert")]
    for page in pages:
        page.parent.mkdir(parents=True)
        page.write_text("Score: 13.0 / 16.0")
    school.collect()
    assert all(page.exists() for page in pages)
    with school.put("noa.ipynb", "{", NOON + timedelta(days=1)).open("r+b") as file:
        file.truncate(300_000_000)
    os.utime(school.down / "noa.ipynb", (NOON.timestamp() + 99,) * 2)
    school.collect()
    assert [page.exists() for page in pages] == [False, True]
    assert school.counts("noa") is None and "has 300 MB" in school.why_not("noa")
    assert [path.read_text() for _, path in attempts(school.course, "tiny", "noa")] == ["right"]


@pytest.mark.filterwarnings("ignore:Passing unrecognized arguments")  # nbgrader's own
def test_a_collected_submission_does_not_stop_nbgrader_from_releasing_feedback(school, tmp_path):
    school.put("anna.ipynb")
    school.collect()
    feedback = school.course.work / "feedback" / "anna" / "tiny"
    feedback.mkdir(parents=True)
    (feedback / "tiny_exercises.html").write_text("page")
    (tmp_path / "exchange").mkdir()
    (tmp_path / "exchange").chmod(0o777)
    school.course.api.config.Exchange.root = str(tmp_path / "exchange")
    assert not school.course.api.release_feedback("tiny")["success"]
    for name in ("timestamp.txt", "submission_secret.txt"):  # as nbgrader copies them from step to step
        (feedback / name).write_bytes((school.course.submitted / "anna" / "tiny" / name).read_bytes())
    outcome = school.course.api.release_feedback("tiny")
    assert outcome["success"], outcome
    (page,) = (tmp_path / "exchange").rglob("*.html")
    assert page.read_text() == "page"


def test_a_terminal_that_cannot_show_a_name_gets_an_escape(school, monkeypatch):
    school.put("王小明.ipynb")
    screen = io.TextIOWrapper(io.BytesIO(), encoding="latin-1")
    monkeypatch.setattr(sys, "stdout", screen)
    assert words.main(["collect", "--assignment", "tiny", "--from", str(school.down)], school.folder) is None
    screen.flush()
    assert screen.buffer.getvalue() == b"tiny: 1 submissions, from \\u738b\\u5c0f\\u660e.\n"


def test_a_broken_learners_json_gets_one_sentence(school):
    school.put("anna.ipynb")
    (school.course.work / "learners.json").write_text("{")
    assert "learners.json cannot be read. Restore it from a copy" in school.collect()[0]
