"""Measure a real JupyterHub: the memory of each user's server and kernel, and how fast a slider answers six at once.

Two users run their kernels step by step, for the memory. Then, on a new hub, six users at once run all of lesson 4 but
the cell that is meant to fail, and each moves a slider, as a browser does: by websocket through the proxy.

JupyterHub is not part of the course's environment, since every learner would have to install it: twenty packages, 110
MB. It and a proxy written in Python are installed into build/hub, and use the packages of the course's environment.
"""

import contextlib
import json
import math
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import mean, median, quantiles

import nbformat
import psutil
import websocket
from processes import free_ports, memory

from helpers import data

REPOSITORY = Path(__file__).resolve().parents[1]
PACKAGES = ("jupyterhub==6.1.1", "configurable-http-proxy==0.4.0")
HOME = REPOSITORY / "build" / "hub"
USERS = ("ann", "ben")
SIX = ("ada", "bob", "cem", "dia", "eva", "fay")
LESSON, BOX = "04_unrolling", "Input weights times"  # the number box beside a slider of the lesson
MOVES, APART, PATIENCE = 20, 0.3, 30  # moves of a slider, seconds between two, seconds until one counts as an error
SLOW = 300  # seconds
HUNGRIEST = "text_generation"  # the application whose kernel has the highest peak in the bench `notebooks`
TRAINING = """
import torch
from helpers import applications, data, explorers, figures, text

applications.make_reproducible(0)
reviews = data.movie_review_split().train
tokens = [text.split_words(review.text) for review in reviews]
vocabulary = text.Vocabulary(tokens, 2)
ids, lengths = map(torch.from_numpy, text.pad([vocabulary.encode(words) for words in tokens]))
targets = torch.tensor([float(review.rating > 0) for review in reviews])
embedding, gru, output = torch.nn.Embedding(len(vocabulary), 50), torch.nn.GRU(50, 64, batch_first=True), torch.nn.Linear(64, 1)


def loss_of(rows):
    h, _ = gru(embedding(ids[rows, : lengths[rows].max()]))
    scores = output(h[torch.arange(len(rows)), lengths[rows] - 1])[:, 0]
    return torch.nn.functional.binary_cross_entropy_with_logits(scores, targets[rows])


applications.train(torch.nn.ModuleList([embedding, gru, output]), loss_of, len(ids), 100, "A GRU")
"""


def measure():
    """Return the rows of `kernels` and `six_at_once`, and the suggested limit for a learner in megabytes."""
    install()
    used = kernels()
    rows = [memory_row(name, mb) for name, mb in used.items()]
    peaks = (used[name][2] for name in ("server", "kernel, a GRU trained in torch", f"kernel, all of {HUNGRIEST}"))
    return rows + six_at_once(), limit(*peaks)


def memory_row(name, mb):
    return {"measured": name} | dict(zip(("PSS MB", "RSS MB", "peak MB"), mb, strict=True))


def kernels():
    """Return what was run -> megabytes (PSS, RSS, peak), means over two users.

    PSS times the number of learners is what one machine needs; RSS is what a learner needs in their own container.
    """
    steps = {
        "kernel, nothing run": "",
        "kernel, imports of lesson 3": code_of("03_one_rnn_cell")[0],
        "kernel, a GRU trained in torch": TRAINING,
    }
    with tempfile.TemporaryDirectory(prefix="hub") as folder, Hub(Path(folder), USERS) as hub:
        learners = [hub.start(user) for user in USERS]
        used = {}
        for name, code in steps.items():
            for learner in learners:
                learner.run(code)
            used[name] = average([memory(learner.kernel().pid) for learner in learners])
        learners[0].run_alone(code_of(f"applications/{HUNGRIEST}"))
        hungriest = memory(learners[0].kernel().pid)
        used = {"server": average([memory(learner.server.pid) for learner in learners])} | used
        for name, kernel in {"server and kernel, lessons 1 to 5": 2, "server and kernel with torch": 3}.items():
            used[name] = [sum(pair) for pair in zip(used["server"], list(used.values())[kernel], strict=True)]
        used[f"kernel, all of {HUNGRIEST}"] = hungriest
        used["hub and proxy, once for all"] = hub.memory()
    return used


def six_at_once():
    """Return rows: six users on one hub start, run a lesson, and move a slider, each all at the same time.

    The time of a move is that from sending the new value to receiving the new picture. A lesson that fails is an error,
    and so is a move without a new picture, or with one after more than 30 seconds.
    """
    with tempfile.TemporaryDirectory(prefix="hub") as folder, Hub(Path(folder), SIX) as hub:
        with ThreadPoolExecutor(len(SIX)) as pool:
            begun = time.perf_counter()
            started = list(pool.map(lambda user: (hub.start(user), time.perf_counter() - begun), SIX))
            learners = [learner for learner, _ in started]
            lessons = list(pool.map(lambda learner: learner.lesson(code_of(LESSON)), learners))
            moved = list(pool.map(lambda learner, lesson: learner.moves(lesson[1]), learners, lessons))
        used = {
            "six at once: server": average([memory(learner.server.pid) for learner in learners]),
            f"six at once: kernel after {LESSON}": average([memory(learner.kernel().pid) for learner in learners]),
            "six at once: hub and proxy": hub.memory(),
        }
    return [memory_row(name, mb) for name, mb in used.items()] + [
        times_row("six at once: start of a server, s", [seconds for _, seconds in started]),
        times_row(f"six at once: {LESSON}, s", [seconds for seconds, _ in lessons]),
        times_row("six at once: a move of a slider, ms", [ms for times in moved for ms in times]),
    ]


def times_row(name, times):
    """Return a row with the median, the 95th percentile and the largest of times; None among them is an error."""
    known = [each for each in times if each is not None]
    row = {"measured": name, "errors": len(times) - len(known), "of": len(times)}
    if len(known) > 1:
        row |= {"p50": median(known), "p95": quantiles(known, n=20, method="inclusive")[-1], "max": max(known)}
    return row


def limit(*peaks):
    """Return the limit for a learner: the sum of the peaks, and a quarter more.

    The peaks are those of a server and two kernels, one with torch and that of the HUNGRIEST application: two kernels,
    because a kernel keeps running when its tab is closed.
    """
    return math.ceil(1.25 * sum(peaks) / 256) * 256


def install():
    """Install JupyterHub and its proxy into build/hub, unless they are there already."""
    if os.name == "nt":
        sys.exit("JupyterHub does not run on Windows: memory on a hub was not measured.")
    lock, record = REPOSITORY / "requirements.txt", HOME / "installed"
    wanted = "\n".join((sys.executable, sys.version, *PACKAGES, lock.read_text()))
    if record.exists() and record.read_text() == wanted:
        return
    shutil.rmtree(HOME, ignore_errors=True)
    options = ["--quiet", "--no-input", "--disable-pip-version-check", "--prefix", HOME]
    options += ["--constraint", lock]  # do not replace packages of the course
    done = subprocess.run([sys.executable, "-m", "pip", "install", *options, *PACKAGES], capture_output=True, text=True)
    if done.returncode:
        sys.exit(
            "Memory on a hub was not measured: JupyterHub could not be installed into build/hub "
            f"({(done.stderr.strip().splitlines() or ['pip printed no reason'])[-1]}). Connect to the network and run it again."
        )
    record.write_text(wanted)


def code_of(notebook):
    """Return the code cells of a notebook, without those that may fail."""
    cells = nbformat.read(REPOSITORY / "notebooks" / f"{notebook}.ipynb", 4).cells
    code = [cell for cell in cells if cell.cell_type == "code"]
    return [cell.source for cell in code if "raises-exception" not in cell.metadata.get("tags", [])]


def average(rows):
    return [mean(column) for column in zip(*rows, strict=True)]


class Hub:
    """A JupyterHub on the loopback address that writes only below `folder`."""

    def __init__(self, folder, users):
        self.folder, self.token = folder, uuid.uuid4().hex
        public, hub, proxy = free_ports(3)
        self.url = f"http://127.0.0.1:{public}"
        roles = [{"name": "bench", "services": ["bench"], "scopes": ["admin:users", "admin:servers", "access:servers"]}]
        config = {
            "JupyterHub.bind_url": self.url,
            "JupyterHub.hub_bind_url": f"http://127.0.0.1:{hub}",
            "JupyterHub.authenticator_class": "dummy",
            "JupyterHub.spawner_class": "simple",
            "JupyterHub.services": [{"name": "bench", "api_token": self.token}],
            "JupyterHub.load_roles": roles,
            "Authenticator.allowed_users": set(users),
            "ConfigurableHTTPProxy.api_url": f"http://127.0.0.1:{proxy}",
            "ConfigurableHTTPProxy.command": [str(HOME / "bin" / "configurable-http-proxy")],
            "SimpleLocalProcessSpawner.home_dir_template": str(folder / "{username}"),
            "Spawner.cmd": [sys.executable, "-m", "jupyterhub.singleuser"],
            "Spawner.args": ["--allow-root"],
            "Spawner.default_url": "/lab",
            "Spawner.start_timeout": SLOW,
            "Spawner.http_timeout": SLOW,
            "Spawner.environment": {"RNN_UNROLLED_DATA": str(data.cache())}
            | {name: value for name, value in os.environ.items() if name.endswith("_NUM_THREADS")},
        }
        lines = [f"c.{name} = {value!r}" for name, value in config.items()]
        (folder / "jupyterhub_config.py").write_text("\n".join(lines) + "\n")

    def __enter__(self):
        [packages] = HOME.glob("lib/python*/site-packages")
        path = os.pathsep.join(filter(None, [str(REPOSITORY), str(packages), os.environ.get("PYTHONPATH")]))
        self.log = self.folder / "hub.log"
        with self.log.open("w") as log:
            self.process = psutil.Popen(
                [sys.executable, "-m", "jupyterhub", "--config", "jupyterhub_config.py"],
                cwd=self.folder,
                env=os.environ | {"PYTHONPATH": path},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        try:
            self.wait(lambda: self.request("GET", "hub/api/"))
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *exception):
        """End the hub, which ends its proxy and its users' servers; then end any process that is left."""
        started = [self.process]
        with contextlib.suppress(psutil.NoSuchProcess):
            started += self.process.children(recursive=True)
            self.process.terminate()
        _, left = psutil.wait_procs(started, timeout=30)
        for process in left:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(left, timeout=10)

    def start(self, user):
        """Start a learner with a copy of the notebooks, a server and a kernel."""
        skip = shutil.ignore_patterns("my_exercises", ".ipynb_checkpoints")
        shutil.copytree(REPOSITORY / "notebooks", self.folder / user / "notebooks", ignore=skip)
        try:
            self.request("POST", f"hub/api/users/{user}/server")
        except OSError as problem:
            raise RuntimeError(f"{user}'s server did not start:\n{self.log.read_text()}") from problem
        self.wait(lambda: self.request("GET", f"user/{user}/api/status"))
        return Learner(self, user)

    def own(self):
        """Return the processes of the hub and its proxy."""
        return [self.process] + [
            child for child in self.process.children() if "configurable-http-proxy" in words(child)
        ]

    def memory(self):
        """Return the megabytes (PSS, RSS, peak) of the hub and its proxy."""
        return [sum(column) for column in zip(*(memory(process.pid) for process in self.own()), strict=True)]

    def request(self, method, path, body=None):
        """Send a request to the hub, or through it to a user's server. Returns the answer, read as JSON."""
        headers = {"Authorization": f"token {self.token}"}
        request = urllib.request.Request(
            f"{self.url}/{path}", None if body is None else json.dumps(body).encode(), headers, method=method
        )
        with urllib.request.urlopen(request, timeout=SLOW) as answer:
            return json.loads(answer.read() or "null")

    def wait(self, ask):
        """Call `ask` until it gets an answer, and return it."""
        deadline = time.monotonic() + SLOW
        while True:
            try:
                return ask()
            except (
                OSError,
                ValueError,
            ) as problem:  # not ready yet: connection refused, an error page or a waiting page
                if self.process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"JupyterHub did not start:\n{self.log.read_text()}") from problem
                time.sleep(0.3)


class Learner:
    """A user's server on a hub, as a psutil process, with one kernel."""

    def __init__(self, hub, user):
        self.hub, self.user = hub, user
        [self.server] = [
            child
            for child in hub.process.children()
            if "jupyterhub.singleuser" in words(child) and child.environ().get("JUPYTERHUB_USER") == user
        ]
        self._id = hub.request("POST", f"user/{user}/api/kernels", {"path": "notebooks"})["id"]

    def kernel(self):
        [kernel] = [child for child in self.server.children() if "ipykernel" in words(child)]
        return kernel

    def run_alone(self, cells):
        """Restart the kernel and run these cells."""
        self.hub.request("POST", f"user/{self.user}/api/kernels/{self._id}/restart")
        for code in cells:
            self.run(code)

    def run(self, code):
        """Run code in the kernel and wait until it ends. Returns the widgets that it made, identifier -> state."""
        with self.channels() as channels:
            number = self.send(channels, "execute_request", {"code": code, "silent": False, "allow_stdin": False})
            made = {}
            for kind, content in answers(channels, number):
                if kind == "comm_open" and content["target_name"] == "jupyter.widget":
                    made[content["comm_id"]] = content["data"]["state"]
                if kind == "execute_reply":
                    break
        if content["status"] != "ok":
            raise RuntimeError(f"{self.user}'s kernel: {content.get('evalue', content)}")
        return made

    def lesson(self, cells):
        """Run the cells of a lesson. Returns the seconds, or None if one failed, and the widgets that were made."""
        begun, made = time.perf_counter(), {}
        try:
            for code in cells:
                made |= self.run(code)
        except (RuntimeError, OSError, websocket.WebSocketException) as problem:
            print(problem, file=sys.stderr)
            return None, made
        return time.perf_counter() - begun, made

    def moves(self, widgets):
        """Move the slider of BOX. Returns milliseconds for each move until its picture is here, None for an error."""
        found = [(number, state) for number, state in widgets.items() if state.get("description") == BOX]
        if not found:
            return [None] * MOVES
        [(box, state)], times = found, []
        with self.channels(PATIENCE) as channels:
            due = time.perf_counter()
            for value in positions(state, MOVES):
                time.sleep(max(0.0, due - time.perf_counter()))
                begun = due = time.perf_counter()
                due += APART
                data = {"method": "update", "state": {"value": value}, "buffer_paths": []}
                number = self.send(channels, "comm_msg", {"comm_id": box, "data": data})
                times.append(picture_after(channels, number, begun))
        return times

    def channels(self, patience=SLOW):
        """Connect to the kernel as a browser does. Returns what closes the connection at the end of its block."""
        address = f"{self.hub.url.replace('http', 'ws')}/user/{self.user}/api/kernels/{self._id}/channels"
        token = f"Authorization: token {self.hub.token}"
        return contextlib.closing(websocket.create_connection(address, patience, header=[token]))

    def send(self, channels, kind, content):
        """Send a message to the kernel and return its number."""
        header = {"msg_id": uuid.uuid4().hex, "msg_type": kind, "session": uuid.uuid4().hex}
        header |= {"username": self.user, "version": "5.3", "date": ""}
        message = {"header": header, "parent_header": {}, "metadata": {}, "channel": "shell", "content": content}
        channels.send(json.dumps(message))
        return header["msg_id"]


def answers(channels, number):
    """Yield the type and the content of each message that answers the message of this number, without end."""
    while True:
        received = channels.recv()
        if isinstance(received, str):  # bytes hold pictures of other widgets
            message = json.loads(received)
            if message["parent_header"].get("msg_id") == number:
                yield message["msg_type"], message["content"]


def picture_after(channels, number, begun):
    """Return the milliseconds from `begun` until a new picture came, or None if the kernel has none for this move."""
    came = None
    try:
        for kind, content in answers(channels, number):
            value = content.get("data", {}).get("state", {}).get("value") if kind == "comm_msg" else None
            if came is None and isinstance(value, str) and value.startswith("<figure"):
                came = 1000 * (time.perf_counter() - begun)
            if kind == "status" and content["execution_state"] == "idle":
                return came
    except (OSError, websocket.WebSocketException):
        return None


def positions(state, n):
    """Return n values for a number box, each other than the one before, from its state: min, max, step and value."""
    steps = round((state["max"] - state["min"]) / state["step"])
    now = round((state["value"] - state["min"]) / state["step"])
    return [state["min"] + state["step"] * ((now + move) % (steps + 1)) for move in range(1, n + 1)]


def words(process):
    """Return the command line of a process as text."""
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


if __name__ == "__main__":
    print(json.dumps(measure()))
