"""Measure what grading costs: right submissions of an assignment, on one machine and on a Dask cluster (see bench/run.py).

Both have two workers, sandboxes included; the cluster is a scheduler and two workers on the loopback address, which
start before the time counts. Then what comes after: the gradebook, the pages and the scores. How processor time is
counted, and what of it may be missed, says `processes.Watch`. Memory is that of all processes, this one included.

To run it alone: PYTHONPATH=. python bench/grading.py [submissions] [assignment]
"""

import contextlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from processes import Watch, free_ports

from helpers.grading import gradebook, pool, sandbox, scores
from helpers.grading.course import ROOT, Course
from helpers.grading.feedback import feedback

WORKERS = 2
STARTING = 120  # seconds until a cluster has its workers
WITHOUT = "Grading on a cluster was not measured: Dask is missing. Run: make cluster"


def measure(submissions=50, assignment="one_cell"):
    """Return a row for each measurement, with numbers for each submission."""
    if sentence := sandbox.why_not():
        sys.exit(sentence)
    os.environ.pop("SCHEDULER", None)
    os.environ.pop("NBGRADER_DB", None)  # the gradebooks measured are new files
    with tempfile.TemporaryDirectory(prefix="rnn-") as folder, contextlib.redirect_stdout(sys.stderr):
        places = (Path(folder) / name for name in ("here", "there", "written"))
        here, there, written = (class_of(place, submissions, assignment) for place in places)
        row = {"assignment": assignment, "submissions": submissions, "workers": WORKERS}
        found = {"grade, one machine": graded(here, assignment)}
        if importlib.util.find_spec("distributed"):
            with cluster(Path(folder)):
                found["grade, a scheduler and two workers"] = graded(there, assignment)
        else:
            print(WITHOUT, file=sys.stderr)
        replies = [(learner, {"graded": True, "notebook": text}) for learner, text in notebooks_of(here, assignment)]
        found["write into the gradebook, in one process"] = watched(gradebook.write, written, assignment, replies)
        found["feedback, one machine"] = watched(feedback, here, assignment, WORKERS)
        found["scores, in one process"] = watched(scores.write_scores, here)
    return [{"what": what} | row | numbers(watch, submissions) for what, watch in found.items()]


def class_of(root, submissions, assignment):
    """Return a course in which so many learners have handed in the right solution of an assignment."""
    solution = root / "notebooks" / "solutions" / assignment
    shutil.copytree(ROOT / "notebooks" / "solutions" / assignment, solution)
    shutil.copy(ROOT / "nbgrader_config.py", root)
    course = Course(root)
    assert course.api.generate_assignment(assignment)["success"]
    for number in range(submissions):
        shutil.copytree(solution, course.submitted / f"learner-{number:03}" / assignment)
    return course


def graded(course, assignment):
    """Grade the submissions of a course, which must all be right. Returns the watch over it."""
    with Watch() as watch:
        results = pool.grade(course.root, assignment, WORKERS, quiet=True)
    if wrong := {learner: result for learner, result in results.items() if not right(result)}:
        raise RuntimeError(f"Right submissions lost points or were not graded: {wrong}")
    return watch


def right(result):
    """Return whether a result has all points and needs no person."""
    tests = result["tests"].values()
    return (
        result["graded"] and not result["look"] and bool(tests) and all(test["points"] == test["of"] for test in tests)
    )


def notebooks_of(course, assignment):
    """Yield each learner and the text of their graded notebook."""
    for path in sorted((course.work / "autograded").glob(f"*/{assignment}/*.ipynb")):
        yield path.parents[1].name, path.read_text(encoding="utf-8")


def watched(function, *arguments):
    """Call a function. Returns the watch over it."""
    with Watch() as watch:
        function(*arguments)
    return watch


def numbers(watch, submissions):
    """Return the columns of a row that were measured."""
    each = {"seconds each": watch.seconds / submissions, "CPU seconds each": watch.cpu / submissions}
    return each | {"MB at most": watch.megabytes}


@contextlib.contextmanager
def cluster(folder):
    """Start a scheduler and two workers as programs of their own below `folder`, and let grading use them."""
    from distributed import Client

    [port] = free_ports(1)
    address = f"tcp://127.0.0.1:{port}"
    here = ["--host", "127.0.0.1", "--no-dashboard"]
    programs = {"scheduler": ["scheduler", *here, "--port", str(port)]}
    for number in range(WORKERS):
        programs[f"worker-{number}"] = ["worker", *here, "--nthreads", "1", "--nanny", address]
    with contextlib.ExitStack() as stack:
        for name, words in programs.items():
            stack.enter_context(program(folder / name, words))
        with Client(address, timeout=STARTING) as client:
            client.wait_for_workers(WORKERS, timeout=STARTING)
        os.environ["SCHEDULER"] = address
        stack.callback(os.environ.pop, "SCHEDULER")
        yield


@contextlib.contextmanager
def program(folder, words):
    """Run a program of Dask in a folder of its own, until the block ends."""
    folder.mkdir()
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    environment.pop("NBGRADER_DB", None)
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "dask", *words],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


if __name__ == "__main__":
    count, *names = sys.argv[1:] or ["50"]
    print(json.dumps(measure(int(count), *names)))
