"""What a submission gets, whatever it tries: the judge runs here, the submission in the real sandbox."""

import contextlib
import json
import os
import re
import threading
import time
from pathlib import Path

import nbformat
import numpy as np
import psutil
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell
from needs import need

from helpers.grading import box, judge, restore, sandbox, worker
from tests.grading import attacks
from tests.grading.attacks import RIGHT, answered, at

pytestmark = pytest.mark.kernel


@pytest.fixture(scope="module", autouse=True)
def in_the_sandbox():
    need("bubblewrap", sandbox.obstacle())


def graded(nb, **more):
    data = nb if isinstance(nb, bytes) else json.dumps(nb).encode("utf-8", "surrogatepass")
    return judge.grade(attacks.kit(**more), data)


def points(reply):
    return sum(test["points"] for test in reply["tests"].values())


def printed(reply):
    return "\n".join(str(cell.get("outputs", "")) for cell in nbformat.reads(reply["notebook"], 4).cells)


@pytest.mark.parametrize("kind", attacks.CHEATS)
def test_no_work_gets_no_points(kind):
    reply = graded(attacks.CHEATS[kind], seconds=5.0)
    assert reply["graded"] and points(reply) == 0, reply["tests"]


@pytest.mark.parametrize("kind", attacks.LEAKS)
def test_no_hidden_test_reaches_a_page(kind):
    reply, visible_only = graded(attacks.LEAKS[kind]), attacks.kit()
    for cell in visible_only["cells"]:
        cell["source"] = restore.visible(cell["source"])
    again = judge.grade(visible_only, json.dumps(attacks.LEAKS[kind]).encode())
    shown, honest = (printed(each).replace(judge.HIDDEN_TEST[1], "") for each in (reply, again))
    strip = re.compile(r"0x[0-9a-f]+|HiddenTest[^}]*|'id': '\w+'")
    assert re.findall(r"\d\.\d{4,}", strip.sub("", shown)) == re.findall(r"\d\.\d{4,}", strip.sub("", honest))
    assert "seed" not in shown and "5=dees" not in shown


def test_code_in_the_box_sees_no_variable_of_ours(monkeypatch):
    monkeypatch.setenv("NBGRADER_DB", "postgresql://grader:TOP_SECRET@db/grades")
    reply = graded(answered(before=attacks.BOX["environment"]))
    assert points(reply) == 13 and "TOP_SECRET" not in printed(reply) and "NBGRADER_DB" not in printed(reply)


def test_code_in_the_box_makes_no_namespace_no_hidden_memory_and_no_mount():
    shown = printed(graded(answered(before=attacks.BOX["namespaces"])))
    assert shown.count("unshare -1") == 4 and "memfd -1" in shown and "mount -1" in shown and "ptrace -1" in shown


def test_code_in_the_box_fills_its_own_disk_only():
    shown = printed(graded(answered(before=attacks.BOX["disk"])))
    written = int(re.search(r"stopped at (\d+)", shown).group(1))
    assert written <= sandbox.DISK and "True" not in shown


def test_a_submission_that_makes_too_many_files_is_ended():
    source = "import time\nfor i in range(30_000):\n    open(f'/tmp/{i}', 'w').close()\ntime.sleep(40)"
    reply = graded(answered(before=source), seconds=60.0)
    assert points(reply) == 0 and "more than 20,000 files" in reply["look"][0], reply


def test_the_memory_of_all_processes_together_is_bounded():
    fork = "import os, time\nfor _ in range(4):\n    if os.fork() == 0:\n        held = bytearray(1_500_000_000)\n"
    fork += "        held[::4096] = bytes(len(held[::4096]))\n        time.sleep(4)\n        os._exit(0)\n"
    fork += "for _ in range(4):\n    os.wait()"
    most, over = [0], threading.Event()
    watch = threading.Thread(
        target=lambda: [most.append(resident_of_boxes()) for _ in iter(lambda: over.wait(0.1), True)]
    )
    watch.start()
    reply = graded(answered(before=fork), seconds=60.0)
    over.set()
    watch.join()
    assert 1e9 < max(most) < 1.2 * sandbox.TOTAL_MEMORY
    assert points(reply) in (0, 13)  # the kernel ends the processes that are too many, or all of them are ended


def resident_of_boxes():
    boxes = []
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            boxes += [process.pid] if "helpers.grading.inside" in process.cmdline() else []
    return sum(map(box.resident, boxes))


def test_the_sum_of_all_cells_is_bounded(monkeypatch):
    monkeypatch.setattr(judge, "TOTAL_CELLS", 1)  # a cell may take long: a busy machine must not end one
    nb = answered()
    nb.cells[2:2] = [new_code_cell("import time\ntime.sleep(4)") for _ in range(9)]
    began = time.monotonic()
    reply = graded(nb, seconds=10.0)
    assert time.monotonic() - began < 36 and points(reply) == 0
    assert reply["look"] == ["everything together took too long; the tests from there on count as failed"]


def test_a_child_that_takes_too_long_or_too_much_is_ended(monkeypatch):
    monkeypatch.setitem(worker.TASKS, "sleep", lambda: time.sleep(60))
    monkeypatch.setitem(worker.TASKS, "eat", lambda: [bytearray(10**10)])
    source, _ = worker.os.pipe()
    assert "it took more than" in worker.in_a_child("sleep", {}, source, 1)["look"][0]
    assert "MemoryError" in worker.in_a_child("eat", {}, source, 30)["look"][0]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda nb: nb.update(nbformat_minor=0) or [cell.pop("id") for cell in nb.cells], id="4.0"),
        pytest.param(lambda nb: nb.update(metadata={}), id="no-metadata"),
        pytest.param(lambda nb: nb.update(metadata={"kernelspec": {"name": "python3"}}), id="kernel-name-only"),
        pytest.param(lambda nb: nb.update(metadata={"language_info": {"name": "python"}}), id="no-kernel-chosen"),
        pytest.param(lambda nb: at(nb, "step").update(cell_type="raw"), id="raw"),
        pytest.param(lambda nb: at(nb, "step").update(cell_type="markdown"), id="markdown"),
        pytest.param(lambda nb: [cell.update(id="same") for cell in nb.cells], id="equal-ids"),
        pytest.param(lambda nb: [cell.update(id="<script>") for cell in nb.cells], id="script-as-id"),
        pytest.param(lambda nb: [cell.update(source=cell.source.splitlines(True)) for cell in nb.cells], id="lines"),
        pytest.param(lambda nb: [cell.update(source=cell.source.replace("\n", "\r\n")) for cell in nb.cells], id="CRLF"),
        pytest.param(lambda nb: nb.cells.append(new_code_cell("# half an emoji \ud83d")), id="surrogate"),
        pytest.param(lambda nb: at(nb, "step").update(source="%matplotlib inline\n!pip list\n%time 1\n" + RIGHT["step"]), id="magics"),
        pytest.param(lambda nb: at(nb, "step").update(source="import torch as np\n" + RIGHT["step"] + "\nimport numpy as np"), id="own-np"),
    ],
)  # fmt: skip
def test_honest_work_gets_its_points_whatever_saved_it(change):
    reply = graded(attacks.edited(change))
    assert points(reply) == 13 and reply["look"] == [], reply


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "latin-1"])
def test_honest_work_gets_its_points_in_any_encoding(encoding):
    nb = answered()
    nb.cells.append(new_markdown_cell("Müller"))
    assert points(graded(json.dumps(nb, ensure_ascii=False).encode(encoding))) == 13


def test_a_notebook_of_format_3_is_graded():
    nb = json.loads(json.dumps(answered()))
    for cell in nb["cells"]:
        if cell["cell_type"] == "code":
            cell["input"] = cell.pop("source")
    old = {"metadata": {"name": ""}, "nbformat": 3, "nbformat_minor": 0, "worksheets": [{"cells": nb["cells"]}]}
    assert points(graded(json.dumps(old).encode())) == 13


@pytest.mark.parametrize(
    "data, why",
    [
        (b"", "broken JSON"),
        (b"PK\x03\x04", "broken JSON"),
        (b"<<<<<<< HEAD", "broken JSON"),
        (b"[" * 100_000 + b"]" * 100_000, "nested too deeply"),
        (b"[1]", "JSON of another kind"),
        (b'{"nbformat": 4}', "no cells"),
        (json.dumps({"nbformat": 4, "cells": [{}] * 50_000}).encode(), "50,000 cells"),
        (json.dumps({"nbformat": 4, "cells": [{"source": "x" * 2_000_000}]}).encode(), "characters"),
        (
            json.dumps({"nbformat": 4, "cells": [{"cell_type": "code", "source": "1"}]}).encode(),
            "metadata was stripped",
        ),
    ],
    ids=range(9),
)
def test_what_cannot_be_graded_says_why(data, why):
    reply = graded(data)
    assert not reply["graded"] and not reply["again"] and why in reply["look"][0]


def lost_metadata(nb):
    name = next(cell for cell in nb.cells if cell.metadata.get("nbgrader", {}).get("cell_type") == "markdown")
    name.source, name.metadata = "Because the old state comes first.", {}


@pytest.mark.parametrize("change", [attacks.text_below, lost_metadata])
def test_an_answer_in_words_is_found_in_another_cell(change):
    nb = nbformat.reads(graded(attacks.edited(change))["notebook"], 4)
    [cell] = [
        cell
        for cell in nb.cells
        if cell.metadata.get("nbgrader", {}).get("points") == 3.0 and cell.cell_type == "markdown"
    ]
    assert "the old state comes first" in cell.source
    assert sum("the old state comes first" in each.source for each in nb.cells) == 1


HONEST = {
    "many-magics": "!a\n" * 20 + "y = 1; " * 300,
    "detached": "import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'], start_new_session=True)",
    "daemon": "import threading, time\nthreading.Thread(target=time.sleep, args=(600,), daemon=True).start()",
    "swarm": "import os\nfor _ in range(24):\n    if os.fork() == 0:\n        while True: pass",
    "odd-objects": "class Odd:\n    def __repr__(self): raise KeyboardInterrupt\n    __class__ = property(lambda s: int)\nOdd()",
    "odd-output": "print('\\ud800 \\x1b[2J \\x00')\nraise ValueError('\\udfff')",
    "pictures": "import matplotlib.pyplot as plt\n%matplotlib inline\nfor _ in range(5):\n    plt.figure(); plt.plot([1, 2])",
    "own-names": "Right = NotYet = print = sum = 3",
}
"""Cells that cost nobody a point, whatever they leave behind."""


@pytest.mark.parametrize("kind", HONEST)
def test_what_else_a_cell_does_costs_no_point_and_leaves_nothing(kind):
    before = set(psutil.pids())
    assert points(graded(answered(before=HONEST[kind]), seconds=30.0)) == 13
    ours = f"rnn-{os.getpid()}-"  # another process of the tests may be grading too
    assert not [pid for pid in set(psutil.pids()) - before if ours in group_of(pid)]


def group_of(pid):
    try:
        return Path(f"/proc/{pid}/cgroup").read_text()
    except OSError:
        return ""


def test_a_cell_that_stops_its_process_costs_what_comes_after_it():
    reply = graded(answered(deafening="import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)"), seconds=3.0)
    assert points(reply) == 6 and "a cell could not be stopped" in reply["look"][0]


def test_input_has_a_name_on_the_page():
    assert "input() finds nobody" in printed(graded(answered(step="input()\n" + RIGHT["step"])))


def test_outputs_of_a_submission_stay_small():
    loud = "from IPython.display import display\nfor i in range(3000):\n    display('x' * 10_000)\nprint('y' * 10**7)"
    wrong = "\n".join(
        "try:\n    get_ipython().showtraceback((ValueError, ValueError('z' * 9_000), None))\nexcept Exception: pass"
        for _ in range(200)
    )
    nb = answered(before=loud)
    nb.cells[2:2] = [new_code_cell(wrong) for _ in range(5)]
    reply = graded(nb)
    assert points(reply) == 13 and len(reply["notebook"]) < 4_000_000


def too_far(x):
    raise ValueError("too far")


def test_numbers_survive_the_way_into_the_box_and_back():
    source = "def ask(f, x):\n    return f(x)\ndef same(x):\n    return x\ndef change(x, y):\n    x[0] = 5\n    y.append(1)\n    return None"
    with box.Box(20.0) as held:
        held.run(source)
        same, change, ask = map(held.get, ("same", "change", "ask"))
        assert ask(lambda x: x + 1, 2) == 3
        with pytest.raises(ValueError, match="too far"):
            ask(too_far, 2)
        for value in (None, True, 3, 10**30, -0.0, 1e-320, 2 + 3j, "é\ud800", b"\0", (1, [2, {"a": {3}}]), range(3)):
            assert repr(same(value)) == repr(value) and type(same(value)) is type(value)
        for value in (
            np.arange(6.0).reshape(2, 3),
            np.zeros((0, 4)),
            np.array(True),
            np.array(["a", "bc"]),
            np.float32(0.1),
        ):
            assert same(value).dtype == value.dtype and np.array_equal(same(value), value)
        array, listed = np.zeros(3), [0]
        change(array, listed)
        assert array.tolist() == [5, 0, 0] and listed == [0, 1]
        assert repr(same(x for x in ())).startswith("<generator") and type(same(iter([]))).__name__ == "list_iterator"
