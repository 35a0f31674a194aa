"""Memory and processor time of processes."""

import contextlib
import socket
import threading
import time
from pathlib import Path

import psutil

LOOKS = 0.02  # seconds between two looks at processor times
SEARCHES = 0.1  # seconds between two searches for new processes, which take longer
WEIGHINGS = 0.5  # seconds between two looks at memory, which take longest


def memory(pid):
    """Return (PSS, RSS, highest RSS so far) of a process in MB.

    PSS divides the pages that several processes use among those processes. Where the system does not report PSS or the
    highest RSS, RSS is returned in its place.
    """
    used = psutil.Process(pid).memory_full_info()
    peak = used.rss
    with contextlib.suppress(OSError):
        status = Path(f"/proc/{pid}/status").read_text()
        peak = max(peak, 1024 * int(status.split("VmHWM:")[1].split()[0]))
    return getattr(used, "pss", used.rss) / 1e6, used.rss / 1e6, peak / 1e6


def free_ports(n):
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(n)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


class Watch:
    """Measures what this process and all its descendants use while a `with` block runs.

    Processor times are looked at fifty times a second, because a process adds those of its children to its own only
    when it waits for them, and nobody waits for what runs in a sandbox that is killed. The largest times seen of each
    process are added up. Where a process says that the children it has waited for took more than was seen of them, that
    counts.

    Missed is, of each process that nobody waits for, what it used after the last look at it, at most 0.02 s, or all if
    it ended before it was found, within 0.1 s: about 4 % of grading, by the count of a Linux control group. The time of
    the looks themselves is not counted.

    Attributes, once the block has ended:
        seconds: how long it took.
        cpu: processor seconds.
        megabytes: the most memory at a time, looked at every 0.5 s, pages that processes share counted once.
    """

    def __enter__(self):
        self.seen, self.alive, self.weights, self.looking = {}, set(), [], 0.0
        self._over, self._started = threading.Event(), time.perf_counter()
        self._search()
        for seen in self.seen.values():
            seen.first = seen.last
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()
        return self

    def __exit__(self, *error):
        self.seconds = time.perf_counter() - self._started
        self._over.set()
        self._thread.join()
        parents = {process: seen.parent for process, seen in self.seen.items()}
        self.cpu = together(self._used(), parents, self.alive) - self.looking
        self.megabytes = max(self.weights)

    def _watch(self):
        searched = weighed = time.monotonic()
        while not self._over.wait(LOOKS):
            if time.monotonic() - searched > SEARCHES:
                self._search()
                searched = time.monotonic()
            else:
                self._look()
            if time.monotonic() - weighed > WEIGHINGS:
                self._weigh()
                weighed = time.monotonic()
        self._weigh()
        self._search()
        self.looking = time.thread_time()

    def _search(self):
        """Find the processes that there are now, and look at them."""
        root = psutil.Process()
        family = {process.pid: process for process in (root, *root.children(recursive=True))}
        for process in family.values():
            with contextlib.suppress(psutil.Error):
                self.seen.setdefault(process, Seen(family.get(process.ppid())))
        self.alive = set(family.values())
        self._look()

    def _look(self):
        """Note the times of each process."""
        for process in self.alive & self.seen.keys():
            with contextlib.suppress(psutil.Error):
                times = process.cpu_times()
                self.seen[process].last = times.user + times.system, times.children_user + times.children_system

    def _used(self):
        """Return process -> what it and the children that it has waited for used in the block.

        When a process waits for a child, it gets all of the child's time, also that from before the block.
        """
        used = {process: [*seen.used()] for process, seen in self.seen.items()}
        for process in self.seen.keys() - self.alive:
            if self.seen[process].parent in used:
                used[self.seen[process].parent][1] -= sum(self.seen[process].first)
        return {process: (own, max(0.0, waited)) for process, (own, waited) in used.items()}

    def _weigh(self):
        self.weights.append(sum(map(weight, self.alive)))


class Seen:
    """The processor times of a process at the first and the last look: pairs of its own, and its children's if waited for."""

    def __init__(self, parent):
        self.parent, self.first, self.last = parent, (0.0, 0.0), (0.0, 0.0)

    def used(self):
        return tuple(last - first for last, first in zip(self.last, self.first, strict=True))


def together(used, parents, alive):
    """Return the processor seconds of all processes.

    Args:
        used: process -> (its own seconds, those of the children that it has waited for, and of theirs).
        parents: process -> the process that started it, or None.
        alive: the processes that nobody can have waited for yet.
    """
    children = {}
    for process, parent in parents.items():
        children.setdefault(parent, []).append(process)

    def not_waited_for(process):
        ended = [child for child in children.get(process, ()) if child not in alive]
        more = sum(sum(used[child]) for child in ended) - used[process][1]
        return max(0.0, more) + sum(map(not_waited_for, ended))

    counted = [process for process in used if process in alive or parents[process] is None]
    return sum(sum(used[process]) + not_waited_for(process) for process in counted)


def weight(process):
    """Return the memory of a process in MB, its share of the pages that it shares; 0 if it has ended."""
    try:
        used = process.memory_full_info()
    except psutil.Error:
        return 0.0
    return getattr(used, "pss", used.rss) / 1e6
