"""A process that grades, apart from the one that has the gradebook; submissions go in as bytes and come back as bytes.

`Worker` is its outside. Inside, one process waits for tasks; for each it forks a child, with a deadline and a limit on
memory, so that nothing in a submission can hold up or end more than its own grading. It knows no gradebook and no
learner's name.
"""

import base64
import contextlib
import ctypes
import functools
import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
import zlib

from helpers.grading import sandbox, values
from helpers.grading.version import version

TOTAL_CELLS = 10  # all cells and tests together may take as long as so many cells, in each of the two runs
BESIDE_RUNS = 300  # seconds for the rest of what is done with a submission, or for one page
MEMORY = 4_000_000_000  # bytes of address space for the child; torch alone takes 1.2 GB


class Died(Exception):
    """The worker's process ended while it had a task."""


class Worker:
    """A process that grades. It starts when it is first needed, and again if it died."""

    def __init__(self):
        self.process = None

    def ask(self, task, **given):
        """Do a task and return what it returns; see `TASKS`.

        Raises:
            Died: the process ended.
        """
        if self.process is None or self.process.poll() is not None:
            self._start()
        try:
            values.send(self.process.stdin.fileno(), {"task": task, "given": given})
            answer = values.receive(self.process.stdout.fileno())
        except (BrokenPipeError, values.Broken):
            answer = None
        if answer is None:
            self.end()
            raise Died("a worker was killed, perhaps because memory ran out")
        return answer

    def _start(self):
        kept = {name: value for name, value in os.environ.items() if name != "NBGRADER_DB"}
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "helpers.grading.worker"],
            env=kept | {"PYTHONPATH": str(sandbox.ROOT)},
            cwd="/",
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            start_new_session=True,  # Ctrl-C is for the process that has the gradebook
        )

    def end(self):
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process.stdin.close()
            self.process.stdout.close()
            self.process = None


_of_thread = threading.local()


def mine():
    """Return the worker of this thread."""
    if not hasattr(_of_thread, "worker"):
        _of_thread.worker = Worker()
    return _of_thread.worker


def pack(kit):
    """Return a kit as bytes."""
    return zlib.compress(json.dumps(kit).encode())


def grade_attempts(packed, attempts):
    """Grade the bytes of each attempt with a packed kit, in this thread's worker.

    Returns what `helpers.grading.judge.grade` returns, for the attempt with the most points by tests, the last of equals.
    """
    kit = json.loads(zlib.decompress(packed))
    if kit["course"] != version():
        raise RuntimeError("a worker has another version of the course: update its clone to the same commit")
    replies = [mine().ask("grade", kit=kit, data=base64.b64encode(data).decode()) for data in attempts]
    return max(
        reversed(replies), key=lambda reply: (reply["graded"], sum(test["points"] for test in reply["tests"].values()))
    )


def grade(kit, data):
    from helpers.grading import judge

    return judge.grade(kit, base64.b64decode(data))


def page_bytes(notebook, points, learner, assignment):
    """Return the feedback page of a graded notebook, as text; see `helpers.grading.pages.feedback_page`."""
    return mine().ask("page", notebook=notebook, points=points, learner=learner, assignment=assignment)


def page(notebook, points, learner, assignment):
    import nbformat

    from helpers.grading import pages

    return {"again": False, "page": pages.feedback_page(nbformat.reads(notebook, 4), points, learner, assignment)}


TASKS = {"grade": grade, "page": page}


@functools.cache
def prepare_pages():
    """Compile the templates of pages, so that no child has to compile them again."""
    from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

    from helpers.grading import pages

    texts = new_markdown_cell("# A *heading* $x$\n\n- `a`\n\n|a|\n|-|\n|b|\n")
    code = new_code_cell("x = 1", outputs=[new_output("stream", text="a")])
    pages.feedback_page(new_notebook(cells=[texts, code]), {"score": 0.0, "of": 0.0, "cells": {}}, "", "")


_prepared = set()


def prepare_grading(kit):
    """Import what the course's cells and checks need, and look at the machine, so that no child has to do it again."""
    from helpers.grading import judge

    if (prepared := (kit["assignment"], kit["course"])) in _prepared:
        return
    sandbox.seccomp_rules(), sandbox.groups(), sandbox.by_systemd()
    with contextlib.suppress(Exception):  # the child meets the same error, and says so
        judge.course_names(kit)
        judge.import_what_checks_need()
    _prepared.add(prepared)


def serve(source, sink):
    """Answer tasks until the other side is gone."""
    while (request := values.receive(source)) is not None:
        task, given = request["task"], request["given"]
        if task == "grade" and (why := why_not()):
            values.send(sink, failed(why) | {"again": True})
            continue
        if task == "page":
            prepare_pages()
            seconds = BESIDE_RUNS
        else:
            prepare_grading(given["kit"])
            seconds = BESIDE_RUNS + 2 * TOTAL_CELLS * given["kit"]["seconds"]
        values.send(sink, in_a_child(task, given, source, seconds))


@functools.cache
def why_not():
    return sandbox.why_not()


def in_a_child(task, given, source, seconds):
    """Return what a task returns, or a sentence about why the child that did it was ended."""
    too_long = failed(f"it took more than {seconds / 60:.0f} minutes")
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        _work(task, given, writing)
    os.close(writing)
    ends = time.monotonic() + seconds
    try:
        while not select.select([reading], [], [], 0.5)[0]:
            if select.select([source], [], [], 0)[0]:  # nothing is asked meanwhile, so it can only be closed
                raise SystemExit
            if time.monotonic() > ends:
                return too_long
        answer = values.receive(reading, ends)
        return answer if answer is not None else failed("reading it took too much memory")
    except values.Broken:
        return too_long
    finally:
        os.close(reading)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        sandbox.remove_groups_of(pid)


def _work(task, given, writing):
    try:
        bound_this_process()
        try:
            answer = TASKS[task](**given)
        except Exception as error:
            answer = failed(f"{type(error).__name__}: {str(error)[:200]}")
        values.send(writing, answer)
    finally:
        os._exit(0)


def bound_this_process():
    """End this process with its parent, and bound its memory (on Linux)."""
    if sys.platform == "linux":
        import resource

        ctypes.CDLL(None).prctl(sandbox.PR_SET_PDEATHSIG, signal.SIGKILL)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def failed(why):
    """Return the answer about a submission that could not be graded or have its page made."""
    return {"graded": False, "again": False, "look": [f"not graded: {why}"], "tests": {}, "page": None, "why": why}


if __name__ == "__main__":
    here = [os.dup(descriptor) for descriptor in (0, 1)]
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(nowhere, 1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.suppress(BrokenPipeError, values.Broken):
        serve(*here)
