"""The benchmarks continue if one lacks something, what they measure is counted once and in full, and errors count."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest
from nbformat import v4

REPOSITORY = Path(__file__).parents[1]
BENCH = REPOSITORY / "bench"


@pytest.fixture
def bench(monkeypatch):
    monkeypatch.syspath_prepend(BENCH)
    for name in ("run", "hub", "applications", "grading", "processes", "pages", "sliders"):
        monkeypatch.delitem(sys.modules, name, raising=False)


def test_a_bench_that_lacks_something_says_so_and_the_next_one_runs(bench, monkeypatch, tmp_path, capsys):
    import run

    monkeypatch.setattr(run, "RESULTS", tmp_path / "build" / "bench.json")
    monkeypatch.setitem(run.BENCHES, "sliders", lambda: sys.exit("No browser."))
    monkeypatch.setitem(run.BENCHES, "passes", lambda: ("Passes", [{"pass": "forward", "ms": 1.5}]))
    run.main(["sliders", "passes"])
    output = capsys.readouterr().out
    assert output.index("No browser.") < output.index("Passes")
    assert list(json.loads(run.RESULTS.read_text())) == ["passes"]


def test_a_bench_that_fails_is_an_error_and_the_next_one_runs(bench, monkeypatch, tmp_path, capsys):
    import run

    monkeypatch.setattr(run, "RESULTS", tmp_path / "build" / "bench.json")
    monkeypatch.setitem(run.BENCHES, "sliders", lambda: 1 / 0)
    monkeypatch.setitem(run.BENCHES, "passes", lambda: ("Passes", [{"pass": "forward", "ms": 1.5, "was": "MISSED"}]))
    with pytest.raises(SystemExit, match=r"Failed: sliders\.$"):
        run.main(["sliders", "passes"])
    assert "ZeroDivisionError" in capsys.readouterr().err
    assert list(json.loads(run.RESULTS.read_text())) == ["passes"]
    run.main(["passes"])


def test_an_explorer_that_fails_has_a_row_and_is_an_error(bench, monkeypatch, tmp_path, capsys):
    import pages
    import run
    import sliders

    failed = sliders.attempt(lambda: 1 / 0)
    pressed, dragged = {"press": [40.0] * 4, "drag": []}, {"press": [300.0] * 4, "drag": [70.0]}
    there = {"sample": failed, "wiring": {"explore": pressed, "interact": dragged}}
    times = {name: [100.0] for name in ("text", "picture", "cold", "cached", "offline")}
    page = {"page": [40.0] * 4, "computes": [5.0]}
    shown = {"capacity": failed, "tunes": page, "unrolled": page | failed, "wiring": page | {"explore": [60.0] * 4}}
    monkeypatch.setattr(run, "RESULTS", tmp_path / "build" / "bench.json")
    monkeypatch.setattr(sliders, "measure", lambda: there)
    monkeypatch.setattr(pages, "measure", lambda: (times, shown, [50.0] * 4, 1.2))
    with pytest.raises(SystemExit, match="Failed: sliders: sample; site: [^;]*capacity; site: [^;]*unrolled\\.$"):
        run.main(["sliders", "site"])
    kept = json.loads(run.RESULTS.read_text())
    was = {row["explorer"]: row["was"] for row in kept["sliders"]["rows"]}
    assert was == {"sample": "FAILED: ZeroDivisionError: division by zero", "wiring": "met"}
    was = {row["what"].rpartition(": ")[2]: row["was"] for row in kept["site"]["rows"]}
    assert [was[name][:6] for name in shown] == ["FAILED", "", "FAILED", "met"]
    assert capsys.readouterr().out.count("division by zero") == 3


def test_every_explorer_of_the_lessons_has_a_slider_or_a_text_box():
    from explorers.test_text_boxes import MAKE
    from website import explorers as of_site

    from helpers import explorers

    make = {name.partition(",")[0]: made for name, made in MAKE.items()}
    shown = {
        name
        for path in (REPOSITORY / "notebooks").glob("[0-9]*.ipynb")
        for _, source in of_site.code_cells(path)
        for name, _ in of_site.calls(source)
    }
    assert {"summaries", "wiring"} < shown
    for name in shown:
        controls = make.get(name, getattr(explorers, name))().explorer.controls.values()
        assert {"slider", "text"} & {control.kind for control in controls}, name


def test_without_a_network_the_hub_says_what_it_lacks_in_one_sentence(bench, monkeypatch, tmp_path):
    import hub

    monkeypatch.setattr(hub, "HOME", tmp_path / "hub")
    failed = subprocess.CompletedProcess([], 1, "", "WARNING: retrying\nERROR: no network\n")
    monkeypatch.setattr(hub.subprocess, "run", lambda *_, **__: failed)
    with pytest.raises(SystemExit, match=r"^Memory on a hub was not measured: .*\(ERROR: no network\)\. Connect .*\.$"):
        hub.install()


def test_a_learners_limit_holds_a_server_and_two_kernels(bench):
    import hub

    assert hub.limit(100, 200, 200) == 768 >= 1.25 * (100 + 2 * 200)
    assert hub.limit(165, 466, 894) == 2048
    assert (REPOSITORY / "notebooks" / "applications" / f"{hub.HUNGRIEST}.ipynb").exists()


def test_a_model_that_only_one_seed_chose_has_a_row_with_gaps(bench):
    import applications

    def run(seed, model, value):
        return "names", seed, 10 + seed, [(1, "perplexity", {"model": model, "value": value, "low": 1.0, "high": 2.0})]

    first, other = applications.side_by_side([run(0, "4-gram", 5.0), run(1, "5-gram", 6.0), run(2, "4-gram", 5.5)])
    assert [first[f"seed {seed}"] for seed in applications.SEEDS] == [5.0, "", 5.5]
    assert [other[f"seed {seed}"] for seed in applications.SEEDS] == ["", 6.0, ""]
    assert (first["spread"], first["seconds of a run"]) == (0.5, 11)


def test_a_notebook_whose_stored_rows_were_deleted_can_be_measured(bench):
    import applications

    code = [
        "seed = 0",
        "results.show('one')",
        "print(stored.three_seeds('names', 1))",
        "results_2.show('two')",
        "draw()",
    ]
    nb = v4.new_notebook(cells=[v4.new_markdown_cell("results.show(3)"), *map(v4.new_code_cell, code)])
    assert applications.up_to_the_last_table(nb) == [code[0], code[1], code[3]]


# Processor time of a tree of processes

BURN = """
import sys, time
while time.process_time() < 0.6:
    pass
print("burnt", flush=True)
sys.stdin.read()
"""
STARTS_ONE_THAT_BURNS = f"""
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", {BURN!r}], stdin=sys.stdin, start_new_session=True)
print(child.pid, flush=True)
sys.stdin.read()
"""


def until(true, seconds=30):
    ends = time.monotonic() + seconds
    while not true() and time.monotonic() < ends:
        time.sleep(0.02)


def begin(code):
    pipe = subprocess.PIPE
    return subprocess.Popen([sys.executable, "-c", code], stdin=pipe, stdout=pipe, text=True)


def test_the_time_of_a_process_that_nobody_waits_for_is_counted_once(bench):
    import processes

    before = os.times().children_user
    with processes.Watch() as watch, begin(STARTS_ONE_THAT_BURNS) as child:
        grandchild = int(child.stdout.readline())
        assert child.stdout.readline() == "burnt\n"
        burner = psutil.Process(grandchild)
        until(lambda: burner in watch.seen and watch.seen[burner].last[0] > 0.55)
        child.kill()  # it is gone, and has not waited for its own child
        child.wait()
        os.kill(grandchild, signal.SIGKILL)
    assert os.times().children_user - before < 0.3, "waiting should not see it, or this test shows nothing"
    assert 0.5 < watch.cpu < 1.1
    assert watch.seconds > 0.5 and watch.megabytes > 5


def test_what_a_process_used_before_is_not_counted(bench):
    import processes

    with begin(BURN) as child:
        assert child.stdout.readline() == "burnt\n"
        with processes.Watch() as watch:
            child.communicate()
    assert watch.cpu < 0.3


@pytest.mark.parametrize(
    ("used", "parents", "alive", "seconds"),
    [
        ({"root": (1, 2), "short": (0.5, 0)}, {"short": "root"}, {"root"}, 3),  # waiting saw more than looking
        ({"root": (1, 0.1), "lost": (0.5, 0)}, {"lost": "root"}, {"root"}, 1.5),  # nobody waited for it
        ({"root": (1, 2), "running": (0.5, 0)}, {"running": "root"}, {"root", "running"}, 3.5),
        (
            {"root": (1, 0), "worker": (2, 0.4), "judge": (0.3, 0), "bwrap": (0, 0), "inside": (0.2, 0)},
            {"worker": "root", "judge": "worker", "bwrap": "judge", "inside": "bwrap"},
            {"root", "worker"},
            3.6,
        ),
        (
            {"root": (1, 0), "left": (0.5, 0), "orphan": (0.25, 0)},
            {"left": "root", "orphan": "left"},
            {"root", "orphan"},
            1.75,
        ),
    ],
)
def test_looking_and_waiting_are_not_added(bench, used, parents, alive, seconds):
    import processes

    assert processes.together(used, {"root": None} | parents, alive) == pytest.approx(seconds)


# Grading

RIGHT = {"graded": True, "look": [], "tests": {"step_check": {"points": 3.0, "of": 3.0, "said": ""}}}


@pytest.mark.parametrize(
    "wrong",
    [
        {"graded": False},
        {"look": ["see"]},
        {"tests": {}},
        {"tests": {"step_check": {"points": 0.0, "of": 3.0, "said": ""}}},
    ],
)
def test_submissions_that_lose_points_are_not_measured(bench, monkeypatch, wrong):
    import grading

    found = {"ann": RIGHT, "ben": RIGHT}
    monkeypatch.setattr(grading.pool, "grade", lambda *_, **__: found)
    assert grading.graded(SimpleNamespace(root=None), "one_cell").seconds < 5
    found["ben"] = RIGHT | wrong
    with pytest.raises(RuntimeError, match="ben"):
        grading.graded(SimpleNamespace(root=None), "one_cell")


@pytest.fixture
def without_work(bench, monkeypatch):
    """The grading bench without anything that takes time. Returns the values of SCHEDULER when it graded."""
    import grading

    schedulers = []
    watch = SimpleNamespace(seconds=2.0, cpu=3.0, megabytes=4.0)

    def graded(course, assignment):
        schedulers.append(os.environ.get("SCHEDULER"))
        return watch

    @contextlib.contextmanager
    def cluster(folder):
        monkeypatch.setenv("SCHEDULER", "tcp://here")
        yield

    for name, stand_in in {
        "class_of": lambda *_: None,
        "notebooks_of": lambda *_: [],
        "graded": graded,
        "cluster": cluster,
        "watched": lambda *_: watch,
    }.items():
        monkeypatch.setattr(grading, name, stand_in)
    monkeypatch.setattr(grading.sandbox, "why_not", lambda: None)
    monkeypatch.setenv("SCHEDULER", "tcp://of-the-instructor")
    return schedulers


def test_grading_is_measured_here_and_on_a_cluster(without_work, monkeypatch):
    import grading

    monkeypatch.setattr(grading.importlib.util, "find_spec", lambda name: name)
    rows = grading.measure(10)
    assert without_work == [None, "tcp://here"]
    assert [row["what"] for row in rows[:2]] == ["grade, one machine", "grade, a scheduler and two workers"]
    assert {(row["seconds each"], row["CPU seconds each"], row["MB at most"]) for row in rows} == {(0.2, 0.3, 4.0)}


def test_without_dask_one_machine_is_measured_and_a_sentence_says_so(without_work, monkeypatch, capsys):
    import grading

    monkeypatch.setattr(grading.importlib.util, "find_spec", lambda name: None)
    rows = grading.measure(10)
    assert without_work == [None]
    assert not any("scheduler" in row["what"] for row in rows) and len(rows) == 4
    said = capsys.readouterr()
    assert said.err == f"{grading.WITHOUT}\n" and said.out == ""


def test_a_cluster_does_not_know_the_gradebook_and_is_ended(bench, monkeypatch, tmp_path):
    import grading

    started, begin = [], subprocess.Popen

    def popen(words, **options):
        started.append((words, options))
        return begin([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)

    monkeypatch.setattr(grading.subprocess, "Popen", popen)
    monkeypatch.setenv("NBGRADER_DB", "postgresql://secret")
    with grading.program(tmp_path / "worker-0", ["worker", "tcp://here"]) as process:
        assert process.poll() is None
    assert process.poll() is not None
    [(words, options)] = started
    assert words[1:] == ["-m", "dask", "worker", "tcp://here"]
    assert options["cwd"] == tmp_path / "worker-0" and options["env"]["PYTHONPATH"] == str(REPOSITORY)
    assert "NBGRADER_DB" not in options["env"]


def test_only_grading_has_a_floor(bench, monkeypatch):
    import run

    rows = [("grade, one machine", 1.2), ("grade, a scheduler and two workers", 1.3), ("scores, in one process", 9.0)]
    monkeypatch.setattr(run, "rows_of", lambda script: [{"what": what, "seconds each": each} for what, each in rows])
    assert [row["at most 1.2 s"] for row in run.grading()[1]] == ["met", "MISSED", ""]


# Six users on a hub


def test_the_lesson_on_the_hub_has_the_slider_that_is_moved(bench):
    import hub

    from helpers import explorers
    from helpers.experiments import trained

    cells = hub.code_of(hub.LESSON)
    assert any("explorers.unrolled(vocabulary, rnn)" in source for source in cells)
    assert not any("check.last_real_state" in source for source in cells), "a cell that is meant to fail"
    vocabulary, rnn, *_ = trained.restaurant_classifier()
    explorer = explorers.unrolled(vocabulary, rnn).explorer
    [box] = [each.widget for each in explorer.controls.values() if each.widget.description == hub.BOX]
    state = box.get_state()
    assert explorer.view.value.startswith("<figure"), "hub.picture_after looks for it"
    for value in hub.positions(state, hub.MOVES):
        before, box.value = explorer.view.value, value
        assert box.value == value and explorer.view.value != before


@pytest.mark.parametrize("value", [0.0, 0.5, 1.0])
def test_each_move_of_a_slider_leads_elsewhere(bench, value):
    import hub

    moves = hub.positions({"min": 0.0, "max": 1.0, "step": 0.25, "value": value}, 12)
    assert len(moves) == 12 and set(moves) == {0.0, 0.25, 0.5, 0.75, 1.0}
    assert all(a != b for a, b in zip([value, *moves], moves, strict=False))


def message(kind, content, number="ours"):
    return json.dumps({"msg_type": kind, "parent_header": {"msg_id": number}, "content": content})


def update(value, number="ours"):
    return message("comm_msg", {"data": {"method": "update", "state": {"value": value}}}, number)


IDLE = message("status", {"execution_state": "idle"})
BUSY = message("status", {"execution_state": "busy"})


@pytest.mark.parametrize(
    ("received", "counts"),
    [
        ([BUSY, update(0.5), update("<figure>new"), IDLE], True),
        ([b"another widget's picture", update("<figure>new"), IDLE], True),
        ([BUSY, IDLE], False),
        ([update('<p role="alert">No picture'), IDLE], False),
        ([update("<figure>of another move", "theirs"), IDLE], False),
        ([BUSY, TimeoutError()], False),
        ([update("<figure>new"), ConnectionError()], False),
    ],
)
def test_a_move_counts_if_its_own_picture_comes(bench, received, counts):
    import hub

    left = iter(received)

    def recv():
        each = next(left)
        if isinstance(each, Exception):
            raise each
        return each

    ms = hub.picture_after(SimpleNamespace(recv=recv), "ours", hub.time.perf_counter() - 1)
    assert (ms is not None) == counts
    assert ms is None or 1000 <= ms < 5000


def test_a_learner_whose_lesson_has_no_slider_has_an_error_for_each_move(bench):
    import hub

    learner = object.__new__(hub.Learner)
    assert learner.moves({"1": {"description": "Another"}}) == [None] * hub.MOVES


def test_errors_are_counted_and_have_no_time(bench):
    import hub

    row = hub.times_row("moves", [10.0, 30.0, None, 20.0])
    assert row == {"measured": "moves", "errors": 1, "of": 4, "p50": 20.0, "p95": pytest.approx(29), "max": 30.0}
    assert hub.times_row("moves", [None, None]) == {"measured": "moves", "errors": 2, "of": 2}


def test_the_table_of_the_hub_has_memory_times_and_errors(bench, monkeypatch):
    import hub
    import run

    rows = [hub.memory_row("server", (1.5, 2.5, 3.5)), hub.times_row("moves", [11.0, 12.0, None])]
    monkeypatch.setattr(hub, "measure", lambda: (rows, 2048))
    title, found = run.hub()
    assert "'2G'" in title
    lines = run.table(title, found).splitlines()[2:]
    assert lines[1].split() == ["server", "1.5", "2.5", "3.5"]
    assert lines[2].split() == ["moves", "11.5", "11.9", "12", "1", "3"]


def test_only_networks_are_stored_with_three_seeds(bench):
    import applications

    more = {"value": 0.5, "low": 0.4, "high": 0.6, "gain": 0.1, "weights": 7, "BLEU": "99.1"}
    rows = [(1, "F1", {"model": name, "kind": kind} | more) for name, kind in (("GRU", "recurrent"), ("list", ""))]
    assert applications.networks(rows) == [(1, "F1", "GRU", 0.5), (1, "gain", "GRU", 0.1)]


def test_a_bench_of_the_applications_stores_what_is_missing(bench, monkeypatch, tmp_path):
    import applications

    from helpers.experiments import stored

    asked = []

    def run(*arguments):
        asked.append(arguments)
        return [(1, "F1", {"model": "GRU", "kind": "recurrent", "value": 0.5, "low": 0.4, "high": 0.6})]

    monkeypatch.setattr(stored, "MEASURED", tmp_path)
    monkeypatch.setattr(applications, "run", run)
    stored.add_application("names", 1, [(1, "F1", "GRU", 0.75)])
    (row,) = applications.measure(["names"])
    assert asked == [("names", seed) for seed in applications.SEEDS]
    assert row["seed 1"] == 0.5, "what it measured now"
    assert sorted((int(kept["seed"]), float(kept["value"])) for kept in stored._rows("applications")) == [
        (0, 0.5),
        (1, 0.75),
        (2, 0.5),
    ]


def test_of_a_notebook_only_what_is_defined_is_run(bench):
    import applications

    cells = ["import math\nseed = 0\nROOMS = {'a': 4}", "trained = 1 / 0\ndef half():\n    return seed / ROOMS['a']"]
    defined = applications.definitions(cells)
    assert "trained" not in defined and "seed" not in defined
    defined["seed"] = 2
    assert defined["half"]() == 0.5
    assert defined["math"].sqrt(4) == 2


def test_what_speech_recognition_measures_of_a_voice_that_is_held_out_is_defined(bench):
    import applications
    import nbformat

    cells = nbformat.read(applications.FOLDER / "speech_recognition.ipynb", 4).cells
    defined = applications.definitions([cell.source for cell in cells if cell.cell_type == "code"])
    defined["hold_out"] = lambda voice: (defined["data"].Split([], [], [("sound", [1, 2])]), lambda sound: [1], {})
    assert defined["held_out_errors"](0) == {"hidden Markov": 0.5}


def test_the_site_is_held_against_its_first_visit_and_an_empty_round_trip(bench):
    import pages

    times = {"text": [100.0], "picture": [200.0], "cold": [8000.0, 9000.0], "cached": [4000.0], "offline": [4500.0]}
    explorers = {
        "one_unit": {"page": [40.0] * 4, "computes": [5.0], "explore": [60.0] * 4, "interact": [300.0] * 4},
        "capacity": {"page": [70.0] * 4, "computes": [19.0], "explore": [80.0] * 4, "interact": [300.0] * 4},
        "unrolled": {"page": [70.0] * 4, "computes": [21.0], "explore": [80.0] * 4, "interact": [300.0] * 4},
        "scan": {"page": [70.0] * 4, "computes": [5.0]},
    }
    made = pages.rows(times, explorers, [50.0] * 4, 1.2, max)
    rows = {row["what"].rpartition(" to picture")[2]: row for row in made}
    assert (rows[", second visit"]["floor"], rows[", second visit"]["was"]) == (4250, "met")
    assert rows[": one_unit"]["was"] == "met" and rows[": one_unit"]["interact ms"] == 300
    assert [rows[f": {name}"]["was"] for name in ("capacity", "unrolled", "scan")] == ["MISSED", "", ""]
    assert rows[": scan"]["JupyterLab ms"] == "" and rows[": scan"]["Python ms"] == 5
    assert rows["second visit, the aim on a laptop"]["was"] == "MISSED"
    assert rows["heaviest page without its engine, MB"]["was"] == "met"
    assert rows[", first visit"]["was"] == "" and rows[", first visit"]["p95"] == 9000
    assert rows["an empty round trip"]["JupyterLab ms"] == 50
