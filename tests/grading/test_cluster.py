"""A Dask cluster without a shared disk, and a gradebook in PostgreSQL, give what one machine gives, whatever is killed."""

import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import psutil
import pytest
from needs import need

from helpers.grading import __main__ as words
from helpers.grading import pool, sandbox, worker
from helpers.grading.course import Course
from helpers.grading.kit import kit_of
from tests.grading import tiny
from tests.grading.submissions import KINDS

pytestmark = pytest.mark.kernel
CHOSEN = ("blank", "right", "partly", "fitted", "syntax", "exits", "deleted", "tampered", "broken", "by-hand", "equal")
CALL = "import sys; from pathlib import Path; from helpers.grading import pool; pool.grade(Path(sys.argv[1]), 'tiny', 2, quiet=True)"


@pytest.fixture(scope="module", autouse=True)
def needed():
    need("bubblewrap", sandbox.obstacle())
    need("Dask", None if importlib.util.find_spec("distributed") else "it is not installed")


class Cluster:
    """A scheduler and two workers, each in a folder of its own with its own copy of the course's code."""

    def __init__(self, folder):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
        self.folder, self.processes = folder, []
        self.start("scheduler", "--host", self.address, "--no-dashboard", "--no-show")
        self.workers = [self.worker(name) for name in ("one", "two")]

    def worker(self, name):
        clone = self.folder / name
        if not clone.exists():
            shutil.copytree(tiny.ROOT / "helpers", clone / "helpers", ignore=shutil.ignore_patterns("__pycache__"))
        options = ["--nthreads", "1", "--nanny", "--no-dashboard", "--local-directory", str(clone / "work")]
        return self.start("worker", self.address, *options, cwd=clone)

    def start(self, *given, cwd="/"):
        environment = {name: value for name, value in os.environ.items() if name != "SCHEDULER"}
        process = subprocess.Popen(
            [sys.executable, "-m", "dask", *given],
            cwd=cwd,
            env=environment | {"PYTHONPATH": str(cwd)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.processes.append(process)
        return process

    def end(self):
        for process in reversed(self.processes):
            for child in psutil.Process(process.pid).children(recursive=True) if process.poll() is None else ():
                child.kill()
            process.kill()
            process.wait()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    made = Cluster(tmp_path_factory.mktemp("cluster"))
    from distributed import Client

    with Client(made.address, timeout=60) as client:
        client.wait_for_workers(2, timeout=60)
    yield made
    made.end()


@pytest.fixture(scope="module")
def wanted(tmp_path_factory):
    """What one machine gives: learner -> outcome, of the chosen kinds."""
    folder = handed_in(tmp_path_factory.mktemp("alone"))
    pool.grade(folder, tiny.NAME, 2, quiet=True)
    return outcomes(folder)


def handed_in(folder):
    with tiny.own_code_alone():
        tiny.course(folder)
        assert words.main(["assign"], folder) is None
    starter = tiny.released(folder)
    for name in CHOSEN:
        made = KINDS[name].make(starter) if callable(KINDS[name].make) else KINDS[name].make
        place = Course(folder).submitted / name / tiny.NAME
        place.mkdir(parents=True)
        (place / tiny.FILE).write_text(nbformat.writes(made) if isinstance(made, dict) else made)
    return folder


def outcomes(folder):
    """Return learner -> score, automatic comments, and what the result says."""
    course, found = Course(folder), {}
    packed = worker.pack(kit_of(course, tiny.NAME))
    with course.gradebook() as gradebook:
        for name in CHOSEN:
            [notebook] = gradebook.find_submission(tiny.NAME, name).notebooks
            comments = sorted((comment.name, comment.auto_comment) for comment in notebook.comments)
            result = pool.stored(course, tiny.NAME, name, packed)
            found[name] = notebook.score, comments, result["graded"], result["look"], result["tests"]
    return found


def test_a_cluster_gives_what_one_machine_gives(cluster, wanted, tmp_path, monkeypatch):
    folder = handed_in(tmp_path)
    monkeypatch.setenv("SCHEDULER", cluster.address)
    pool.grade(folder, tiny.NAME, 2, quiet=True)
    assert words.main(["feedback", "--assignment", tiny.NAME], folder) is None
    assert outcomes(folder) == wanted
    pages = {path.parts[-3] for path in (folder / "grading" / "feedback").glob("*/*/*.html")}
    assert pages == {name for name in CHOSEN if wanted[name][2]}


def test_a_killed_worker_and_a_killed_nanny_cost_a_second_try(cluster, wanted, tmp_path):
    folder = handed_in(tmp_path)
    grading = begin(folder, cluster)
    after(folder, 1)
    [child] = [
        process for process in psutil.Process(cluster.workers[0].pid).children() if "spawn" in str(process.cmdline())
    ][:1]
    child.kill()
    after(folder, 2)
    nanny = cluster.workers[1]
    for process in psutil.Process(nanny.pid).children(recursive=True):
        process.kill()
    nanny.kill()
    assert grading.wait(timeout=300) == 0
    assert outcomes(folder) == wanted
    cluster.workers[1] = cluster.worker("two")


def test_a_client_that_is_stopped_goes_on_where_it_was(cluster, wanted, tmp_path):
    folder = handed_in(tmp_path)
    grading = begin(folder, cluster)
    after(folder, 2)
    grading.send_signal(signal.SIGKILL)
    grading.wait()
    finished = {path: path.stat().st_mtime_ns for path in results(folder)}
    assert begin(folder, cluster).wait(timeout=300) == 0
    assert outcomes(folder) == wanted
    assert all(path.stat().st_mtime_ns == when for path, when in finished.items())


def test_a_gradebook_in_postgresql_holds_the_same(cluster, wanted, tmp_path, monkeypatch):
    with postgresql(tmp_path) as address:
        monkeypatch.setenv("NBGRADER_DB", address)
        folder = handed_in(tmp_path / "course")
        monkeypatch.setenv("SCHEDULER", cluster.address)
        pool.grade(folder, tiny.NAME, 2, quiet=True)
        assert outcomes(folder) == wanted
        assert not (folder / "grading" / "gradebook.db").exists()


def test_a_scheduler_that_is_not_there_gets_a_sentence(tmp_path, monkeypatch):
    folder = handed_in(tmp_path)
    monkeypatch.setattr(pool, "PATIENCE", 1)
    monkeypatch.setenv("SCHEDULER", "tcp://127.0.0.1:9")
    assert "tcp://127.0.0.1:9 cannot be reached" in words.main(["grade", "--assignment", tiny.NAME], folder)


def test_a_worker_with_another_version_grades_nothing(wanted, tmp_path, monkeypatch):
    folder = handed_in(tmp_path)
    monkeypatch.setattr(pool, "kit_of", lambda *given: {"cells": [], "given": [], "seconds": 5.0, "course": "another"})
    results = pool.grade(folder, tiny.NAME, 2, quiet=True)
    assert all("another version of the course" in result["look"][0] for name, result in results.items())
    assert not any(result["graded"] or result["fingerprint"] for result in results.values())


def begin(folder, cluster):
    environment = os.environ | {"SCHEDULER": cluster.address, "PYTHONPATH": str(tiny.ROOT)}
    return subprocess.Popen([sys.executable, "-c", CALL, str(folder)], env=environment, stderr=subprocess.DEVNULL)


def results(folder):
    return list((folder / "grading" / "results" / tiny.NAME).glob("*.json"))


def after(folder, count):
    """Wait until so many submissions are graded."""
    deadline = time.time() + 120
    while len(results(folder)) < count and time.time() < deadline:
        time.sleep(0.05)
    assert len(results(folder)) >= count


class postgresql:
    """Run a PostgreSQL server on loopback, in a folder of its own, and give the address of its database."""

    def __init__(self, folder):
        programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl")) or [shutil.which("pg_ctl")]
        need("PostgreSQL", None if programs[-1] else "it is not installed")
        need("PostgreSQL", None if importlib.util.find_spec("psycopg") else "psycopg is not installed")
        self.programs, self.folder = Path(programs[-1]).parent, folder / "database"

    def run(self, program, *given):
        user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        subprocess.run([*user, self.programs / program, *given], check=True, cwd="/", stdout=subprocess.DEVNULL)

    def __enter__(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.folder.mkdir()
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres")
            for parent in self.folder.parents:
                if parent.stat().st_mode & 0o005 != 0o005 and parent.is_relative_to("/tmp"):
                    parent.chmod(0o755)
        self.run("initdb", "-D", self.folder / "data", "-U", "grader", "--auth=trust")
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off"
        self.run("pg_ctl", "-D", self.folder / "data", "-l", self.folder / "log", "-o", options, "-w", "start")
        self.run("createdb", "-h", "127.0.0.1", "-p", str(port), "-U", "grader", "grades")
        return f"postgresql+psycopg://grader@127.0.0.1:{port}/grades"

    def __exit__(self, *error):
        self.run("pg_ctl", "-D", self.folder / "data", "-m", "immediate", "stop")
