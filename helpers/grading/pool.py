"""Grade all submissions of an assignment with several workers; stop and go on at any time.

A worker gets the bytes of a submission and a kit, and returns the graded notebook. Only this process has the gradebook;
it writes many results at a time. Each result is also stored in grading/results/, with a fingerprint of the submission
and of what graded it. A submission that has such a result is not graded again: after a crash or Ctrl-C, only the
submissions that were not finished are graded, each from its beginning.
"""

import collections
import concurrent.futures
import contextlib
import hashlib
import json
import os
import stat
import sys
import time
from contextlib import closing

from tqdm import tqdm

from helpers.grading import gradebook, worker
from helpers.grading.attempts import attempts as attempts_of
from helpers.grading.course import MAX_SUBMISSION_BYTES, WHY_NOT, Course, Stop
from helpers.grading.kit import kit_of

TRIES = 3  # of a submission whose worker died or whose sandbox did not start
BATCH_SECONDS = 2  # results are written so often
PATIENCE = 20  # seconds for the scheduler to answer
WAITING = 200  # submissions sent to a cluster's scheduler at a time


def grade(root, assignment, workers, again=False, quiet=False, attempts="last"):
    """Grade the submissions that are not graded yet. Returns {learner: result} for all submissions of the assignment.

    A result is a dict with `fingerprint`; `graded`, whether there is a grade; `look`, sentences for the instructor; and
    `tests`, for each test its points and what was said.

    Args:
        attempts: "last", or "best": then every attempt is graded, and the one with the most points by tests counts.
    """
    course = Course(root)
    packed = worker.pack(kit_of(course, assignment))
    jobs = {learner: Job(course, assignment, learner, packed, attempts) for learner in course.students(assignment)}
    results = {learner: None if again else job.stored() for learner, job in jobs.items()}
    todo = [jobs[learner] for learner, result in results.items() if result is None]
    with executor(workers) as pool, closing(Writer(course, assignment)) as writer:
        graded = answers(pool, todo, workers)
        for job, reply in tqdm(graded, f"Grading {assignment}", len(todo), disable=quiet or not todo):
            results[job.learner] = writer.add(job, reply)
    return results


class Job:
    """One learner's submission of one assignment, with the attempts that may count."""

    def __init__(self, course, assignment, learner, packed, attempts):
        self.learner, self.packed, self.tries = learner, packed, 0
        self.folder = course.submitted / learner / assignment
        self.result_path = result_path(course, assignment, learner)
        self.files = [path for _, path in attempts_of(course, assignment, learner)] if attempts == "best" else []
        self.files = self.files or [self.folder / f"{assignment}_exercises.ipynb"]

    def stored(self):
        """Return the stored result if the submission and what grades it have not changed since, else None."""
        try:
            result = json.loads(self.result_path.read_text(encoding="utf-8"))
            return result if result["fingerprint"] == self.fingerprint() else None
        except (OSError, ValueError, KeyError):
            return None

    def fingerprint(self):
        """Return a hash of the submission and of what grades it."""
        digest = hashlib.sha256(self.packed)
        for path in (*self.files, self.folder / WHY_NOT):
            with contextlib.suppress(OSError):
                status = path.lstat()
                digest.update(f"{path.name} {status.st_mode} {status.st_size}".encode())
                if stat.S_ISREG(status.st_mode) and status.st_size <= MAX_SUBMISSION_BYTES:
                    digest.update(path.read_bytes())
        return digest.hexdigest()

    def begin(self, pool):
        """Begin to grade. Returns a future, or a reply if there is nothing to grade."""
        try:
            why = self.why_not_opened()
            return worker.failed(why) if why else pool.submit(worker.grade_attempts, self.packed, self.bytes())
        except OSError as error:
            return worker.failed(f"the file cannot be read ({error.strerror})")

    def bytes(self):
        return [path.read_bytes() for path in self.files]

    def why_not_opened(self):
        """Return why a submission is not opened, such as a link or a large file, or None."""
        if not any(os.path.lexists(path) for path in self.files) and (self.folder / WHY_NOT).is_file():
            return (self.folder / WHY_NOT).read_text(encoding="utf-8", errors="replace").strip()[:500]
        for path in self.files:
            if path.is_symlink() or path.exists() and not path.is_file():
                return f"{path.name!r} is a link or another special file"
            if not path.exists():
                return "the notebook is missing"
            if path.stat().st_size > MAX_SUBMISSION_BYTES:
                return f"{path.name!r} has {path.stat().st_size / 1e6:.0f} MB"
        return None


def answers(pool, jobs, workers):
    """Yield each job with the reply about it, as they come. A job whose worker died is tried again.

    With Ctrl-C, no more are begun, those that a worker has still come, and then KeyboardInterrupt is raised.

    Args:
        jobs: objects with `begin(pool)`, which returns a future or at once a reply, and `tries`, which begins at 0.
    """
    left, waiting, stopped = collections.deque(jobs), {}, None
    window = 2 * workers if local() else WAITING
    while left or waiting:
        done = []
        try:
            while left and len(waiting) < window:
                job = left.popleft()
                job.tries += 1
                begun = job.begin(pool)
                if isinstance(begun, dict):
                    yield job, begun
                else:
                    waiting[begun] = job
            done, _ = concurrent.futures.wait(waiting, return_when=concurrent.futures.FIRST_COMPLETED)
        except KeyboardInterrupt as stop:
            tqdm.write("Stopping after the submissions that are being graded now.", sys.stderr)
            stopped = stop
            left.clear()
            waiting = {future: job for future, job in waiting.items() if not future.cancel()}
        for future in done:
            job = waiting.pop(future)
            reply = reply_of(future)
            if reply["again"] and job.tries < TRIES and not stopped:
                left.append(job)
            else:
                yield job, reply
    if stopped:
        raise stopped


def reply_of(future):
    try:
        return future.result()
    except Exception as error:  # the worker or its machine, never the submission
        why = f"{str(error)[:200] or type(error).__name__}; the same command tries it again"
        return worker.failed(why) | {"again": True}


class Writer:
    """Writes graded submissions into the gradebook and the folder of results, many at a time."""

    def __init__(self, course, assignment):
        self.course, self.assignment, self.waiting, self.since = course, assignment, [], time.monotonic()

    def add(self, job, reply):
        """Take a reply, and return the result that will be stored."""
        fingerprint = None if reply["again"] else job.fingerprint()
        result = {"fingerprint": fingerprint, "graded": reply["graded"], "look": reply["look"], "tests": reply["tests"]}
        self.waiting.append((job, reply, result))
        if time.monotonic() - self.since > BATCH_SECONDS:
            self.write()
        return result

    def write(self):
        gradebook.write(self.course, self.assignment, [(job.learner, reply) for job, reply, _ in self.waiting])
        for job, _, result in self.waiting:
            job.result_path.parent.mkdir(parents=True, exist_ok=True)
            unfinished = job.result_path.with_suffix(f".{os.getpid()}")
            unfinished.write_text(json.dumps(result, indent=1), encoding="utf-8")
            unfinished.replace(job.result_path)
        self.waiting, self.since = [], time.monotonic()

    def close(self):
        if self.waiting:
            self.write()


def local():
    """Return whether the workers run on this machine, rather than on the cluster of SCHEDULER=tcp://..."""
    return not os.environ.get("SCHEDULER")


@contextlib.contextmanager
def executor(workers):
    """Give an executor of workers: threads here, each with a worker's process of its own, or those of a cluster.

    Threads, because a thread only waits for its process. If that one is killed, nothing else is lost, whereas the death
    of a process of a ProcessPoolExecutor breaks the whole pool.
    """
    if local():
        pool = concurrent.futures.ThreadPoolExecutor(workers)
        try:
            yield pool
        finally:
            pool.shutdown(cancel_futures=True)
        return
    try:
        from distributed import Client
    except ImportError:
        raise Stop("SCHEDULER needs Dask. Run: make cluster") from None
    try:
        client = Client(os.environ["SCHEDULER"], timeout=PATIENCE)
    except (OSError, ValueError) as error:
        raise Stop(f"The scheduler {os.environ['SCHEDULER']} cannot be reached: {error}.") from None
    try:
        if not client.scheduler_info()["workers"]:
            raise Stop(f"The scheduler {os.environ['SCHEDULER']} has no workers. Start some: dask worker tcp://...")
        yield client.get_executor(pure=False, retries=TRIES)
    finally:
        client.close()


def stored(course, assignment, learner, packed):
    """Return a learner's stored result, or None if the submission or its packed kit has changed since."""
    return next(
        filter(None, (Job(course, assignment, learner, packed, each).stored() for each in ("last", "best"))), None
    )


def result_path(course, assignment, learner):
    return course.work / "results" / assignment / f"{learner}.json"
