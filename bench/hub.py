"""Measure the memory per learner of a real JupyterHub with two users: each user's server, and a kernel step by step.

JupyterHub is not part of the course's environment, since every learner would have to install it: twenty packages, 110
MB. It and a proxy written in Python are installed into build/hub, and use the packages of the course's environment.
"""

import contextlib
import json
import math
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
import uuid
from pathlib import Path
from statistics import mean

import nbformat
import psutil
import websocket
from processes import memory

from helpers import data

REPOSITORY = Path(__file__).resolve().parents[1]
PACKAGES = ("jupyterhub==6.1.1", "configurable-http-proxy==0.4.0")
HOME = REPOSITORY / "build" / "hub"
USERS = ("ann", "ben")
SLOW = 300  # seconds
HUNGRIEST = "image_captioning"  # the application whose kernel has the highest peak in the bench `notebooks`
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
    """Return rows of megabytes, means over the users, and the suggested limit for a learner in megabytes.

    PSS times the number of learners is what one machine needs; RSS is what a learner needs in their own container.
    """
    install()
    steps = {
        "kernel, nothing run": "",
        "kernel, imports of lesson 3": code_of("03_one_rnn_cell")[0],
        "kernel, a GRU trained in torch": TRAINING,
    }
    with tempfile.TemporaryDirectory(prefix="hub") as folder, Hub(Path(folder)) as hub:
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
        used["hub and proxy, once for all"] = [
            sum(column) for column in zip(*(memory(process.pid) for process in hub.own()), strict=True)
        ]
    rows = [{"MB per learner": name} | dict(zip(("PSS", "RSS", "peak"), mb, strict=True)) for name, mb in used.items()]
    return rows, limit(used["server"][2], used["kernel, a GRU trained in torch"][2], hungriest[2])


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

    def __init__(self, folder):
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
            "Authenticator.allowed_users": set(USERS),
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
        """Run code in the kernel and wait until it ends."""
        address = f"{self.hub.url.replace('http', 'ws')}/user/{self.user}/api/kernels/{self._id}/channels"
        header = {"msg_id": uuid.uuid4().hex, "msg_type": "execute_request", "session": uuid.uuid4().hex}
        header |= {"username": self.user, "version": "5.3", "date": ""}
        message = {"header": header, "parent_header": {}, "metadata": {}, "channel": "shell"}
        message["content"] = {"code": code, "silent": False, "allow_stdin": False}
        token = f"Authorization: token {self.hub.token}"
        with contextlib.closing(websocket.create_connection(address, SLOW, header=[token])) as channels:
            channels.send(json.dumps(message))
            while True:
                answer = json.loads(channels.recv())
                if answer["parent_header"].get("msg_id") == header["msg_id"] and answer["msg_type"] == "execute_reply":
                    break
        if answer["content"]["status"] != "ok":
            raise RuntimeError(f"{self.user}'s kernel: {answer['content'].get('evalue', answer['content'])}")


def words(process):
    """Return the command line of a process as text."""
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


def free_ports(n):
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(n)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


if __name__ == "__main__":
    print(json.dumps(measure()))
