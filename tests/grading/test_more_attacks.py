"""Attacks on the machine, the time and the judge of a submission; and honest submissions that met one of the defences."""

import json
import subprocess
import sys
import time

import pytest
from nbformat.v4 import new_code_cell, new_notebook
from needs import need

from helpers.grading import box, judge, pages, sandbox
from tests.grading.attacks import RIGHT, answered
from tests.grading.test_judge import graded, points
from tests.grading.tiny import ROOT

pytestmark = pytest.mark.kernel

AS_SOMEBODY = ["setpriv", "--reuid", "54321", "--regid", "54321", "--clear-groups"]


@pytest.fixture(scope="module", autouse=True)
def in_the_sandbox():
    need("bubblewrap", sandbox.obstacle())


WRITES = (
    "for d in / /dev /usr /etc /home; do echo x > $d/mine && echo wrote in $d; done; echo x > /tmp/mine && echo done"
)
LAUNCH = "import subprocess\nfrom helpers.grading import sandbox\n"
LAUNCH += f"made = sandbox.launch(['/bin/sh', '-c', {WRITES!r}], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)\n"
LAUNCH += "print(made.communicate(timeout=60)[0].decode())"


@pytest.mark.parametrize("user", [[], AS_SOMEBODY], ids=["as-this-user", "as-another"])
def test_only_the_small_disks_can_be_written(user, tmp_path):
    """Not as root, the learner's code owns the sandbox's root folder, which has half of the machine's memory."""
    if user and sandbox.os.geteuid():
        pytest.skip("only root can be another user")
    environment = {"PYTHONPATH": str(ROOT), "HOME": "/tmp", "PATH": "/usr/bin:/bin"}
    words = [*user, sys.executable, "-P", "-c", LAUNCH]
    ran = subprocess.run(words, env=environment, cwd="/", capture_output=True, text=True)
    assert ran.stdout.split("\n")[:1] == ["done"], ran.stdout + ran.stderr


WRITER = """
import json, os, signal, threading, time

signal.setitimer(signal.ITIMER_REAL, 0)

def frame(message):
    text = json.dumps(message).encode()
    return len(text).to_bytes(4, "big") + text

def hold(megabytes):
    if os.fork() == 0:
        held = bytearray(megabytes * 1_000_000)
        held[::4096] = bytes(len(held[::4096]))
        time.sleep(20)
        os._exit(0)
"""
FLOOD = """
def ask(function):
    signal.setitimer(signal.ITIMER_REAL, 0)
    asked = frame({"callback": 0, "arguments": [1], "named": {"dict": []}}) * 200
    def read_all():
        while True:
            os.read(3, 65536)
    threading.Thread(target=read_all, daemon=True).start()
    hold(MEGABYTES)
    ends = time.monotonic() + 12
    while time.monotonic() < ends:
        left = asked
        while left:
            left = left[os.write(4, left):]
    os.write(4, frame({"value": 5}))
"""


@pytest.mark.parametrize(
    ("megabytes", "why"), [(0, "could not be stopped"), (500, "more than 0 GB of memory")], ids=["time", "memory"]
)
def test_who_never_stops_writing_has_the_same_limits(megabytes, why, monkeypatch):
    monkeypatch.setattr(sandbox, "new_group", tuple)
    monkeypatch.setattr(sandbox, "TOTAL_MEMORY", 300_000_000)
    with box.Box(2.0) as held:
        held.run(WRITER + FLOOD.replace("MEGABYTES", str(megabytes)))
        ask, began = held.get("ask"), time.monotonic()
        held.begin()
        with pytest.raises(box.Gone, match=why):
            ask(lambda x: x)
        assert time.monotonic() - began < 12  # the code itself writes for as long


def test_who_writes_byte_by_byte_is_looked_at(monkeypatch):
    monkeypatch.setattr(sandbox, "new_group", tuple)
    monkeypatch.setattr(sandbox, "TOTAL_MEMORY", 300_000_000)
    slowly = "hold(500)\nos.write(4, (40).to_bytes(4, 'big'))\nfor _ in range(40):\n    os.write(4, b' ')\n    time.sleep(0.05)"
    with box.Box(10.0) as held, pytest.raises(box.Gone, match="memory"):
        held.run(WRITER + slowly)


def test_files_are_counted_whatever_process_came_last():
    source = "import os, time\nif os.fork() == 0:\n    os._exit(0)\ntime.sleep(0.3)\n"
    source += "for i in range(30_000):\n    open(f'/tmp/{i}', 'w').close()\ntime.sleep(40)"
    reply = graded(answered(before=source), seconds=60.0)
    assert points(reply) == 0 and "more than 20,000 files" in reply["look"][0], reply


def test_each_of_the_two_runs_has_the_whole_time(monkeypatch):
    """An honest notebook that takes more than half of it passed the visible tests and failed every hidden one."""
    monkeypatch.setattr(judge, "TOTAL_CELLS", 1)
    nb = answered()
    nb.cells[2:2] = [new_code_cell("import time\ntime.sleep(7)")]
    reply = graded(nb, seconds=13.0)
    assert points(reply) == 13 and reply["look"] == []


def test_code_that_ends_in_the_second_run_alone_is_reported():
    """A check calls the function three times for each of two draws and once more; the eighth call is a hidden test's first."""
    calls = "calls = 0\n" + RIGHT["one_matrix"].replace(
        "    return",
        "    global calls\n    calls += 1\n    if calls > 7:\n        __import__('os')._exit(0)\n    return",
    )
    reply = graded(answered(one_matrix=calls))
    assert points(reply) == 0 and "with the hidden tests only" in reply["look"][0], reply


def test_code_that_ends_in_the_last_test_is_reported():
    reply = graded(answered(probabilities="def probabilities(*a):\n    __import__('os')._exit(0)"))
    assert points(reply) == 9 and "ended its own process" in reply["look"][0], reply


@pytest.mark.parametrize(
    "error", ["ExceptionGroup('e', [ValueError('v')])", "UnicodeDecodeError('u', b'x', 0, 1, 'e')", "StopIteration"]
)
def test_an_error_of_any_type_costs_its_own_test_alone(error):
    reply = graded(answered(one_matrix=f"def one_matrix(*a):\n    raise {error}"))
    assert points(reply) == 11 and reply["look"] == [], reply


def deep(levels):
    return json.loads('{"a":' * levels + "1" + "}" * levels)


@pytest.mark.parametrize(
    "attached", [{"a": 5}, {"b": {"image/png": [1, 2]}}, {"c": {"image/png": {"x": 1}}}, deep(900)]
)
def test_odd_attachments_and_metadata_are_left_out(attached):
    nb = json.loads(json.dumps(answered()))
    nb["cells"].append({"cell_type": "markdown", "source": "hello", "attachments": attached})
    next(cell for cell in nb["cells"] if "nbgrader" in cell["metadata"])["metadata"]["nbgrader"]["deep"] = attached
    reply = graded(nb)
    assert reply["graded"] and points(reply) == 13 and "hello" in reply["notebook"]


def test_an_old_notebook_whose_sheet_is_no_list_says_why():
    reply = graded(b'{"nbformat": 3, "worksheets": [{"cells": 5}]}')
    assert not reply["graded"] and "no cell can be identified" in reply["look"][0]


@pytest.mark.parametrize("part", ["a.", "..", "\n ", "%(", "a?", "x"])
def test_no_code_makes_a_page_slow(part):
    nb = new_notebook(cells=[new_code_cell(part * (20_000 // len(part)))])
    points, began = {"score": 0, "of": 0, "late days": 0, "cells": {}}, time.process_time()
    assert part.strip() * 2 in pages.feedback_page(nb, points, "anna", "one_cell")
    assert time.process_time() - began < 4
