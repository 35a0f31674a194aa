"""Measure seconds and megabytes of grading: two workers grade right submissions of an assignment (see bench/run.py).

To run it alone: PYTHONPATH=. python bench/grading.py [submissions] [assignment]
"""

import json
import shutil
import sys
import tempfile
import threading
import time
from pathlib import Path

import psutil

from helpers.grading import pool
from helpers.grading.course import ROOT, Course


def measure(submissions=50, assignment="one_cell", workers=2):
    with tempfile.TemporaryDirectory(prefix="rnn-") as folder:
        root = Path(folder) / "course"
        place = root / "notebooks" / "solutions" / assignment
        shutil.copytree(ROOT / "notebooks" / "solutions" / assignment, place)
        shutil.copy(ROOT / "nbgrader_config.py", root)
        course = Course(root)
        assert course.api.generate_assignment(assignment)["success"]
        for number in range(submissions):
            shutil.copytree(place, course.submitted / f"learner-{number:03}" / assignment)
        most, over, started = [0], threading.Event(), time.perf_counter()
        watch = threading.Thread(target=memory, args=(most, over))
        watch.start()
        before = cpu_seconds()
        results = pool.grade(root, assignment, workers, quiet=True)
        seconds = time.perf_counter() - started
        over.set()
        watch.join()
        assert all(result["graded"] and not result["look"] for result in results.values()), results
    row = {
        "assignment": assignment,
        "submissions": submissions,
        "workers": workers,
        "seconds each": seconds / submissions,
    }
    return [row | {"CPU seconds each": (cpu_seconds() - before) / submissions, "MB at most": most[0] / 1e6}]


def cpu_seconds():
    """Return the processor time of all processes started from here that have ended, sandboxes included."""
    times = psutil.Process().cpu_times()
    return times.children_user + times.children_system


def memory(most, over):
    """Write into most[0] the largest memory of the workers and their kernels together, shared pages counted once."""
    while not over.wait(0.5):
        held = 0
        for process in psutil.Process().children(recursive=True):
            try:
                held += process.memory_full_info().pss
            except psutil.Error:
                continue
        most[0] = max(most[0], held)


if __name__ == "__main__":
    count, *names = sys.argv[1:] or ["50"]
    print(json.dumps(measure(int(count), *names)))
