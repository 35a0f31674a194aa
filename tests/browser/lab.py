"""Start a real JupyterLab and a headless Chromium, open a notebook in them, run it and look at it."""

import contextlib
import functools
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from needs import HOW, need
from playwright.sync_api import sync_playwright

from helpers import install

REPOSITORY = Path(__file__).resolve().parents[2]
SLOW = 60_000  # milliseconds that a busy two-core machine may need for what usually takes one second
BELOW = "/user/learner"
WINDOW = {"width": 1280, "height": 900}
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SETTINGS = {
    "@jupyterlab/apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyterlab/notebook-extension/tracker": {"windowingMode": "none"},
    "@jupyterlab/docmanager-extension/plugin": {"autosave": False},
}
NO_CHROMIUM = f"There is no Chromium here ({HOW['Chromium']})."

# Messages that JupyterLab writes to the console as errors although nothing is wrong in a notebook.
LAB_NOISE = ("Canceled future for ",)  # when a kernel is restarted or ended before it answered


def chromium():
    """Return the path of an installed Chromium or Chrome, or None."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@functools.cache
def playwright():
    """Return this process's playwright. There can be only one: a second would find the first one's loop running."""
    return sync_playwright().start()


def with_chromium():
    """Skip the test if there is no Chromium; in CI, fail."""
    need("Chromium", None if chromium() else "none is on PATH")


class Lab:
    """A JupyterLab server for the folder `root`, with its own settings and trust, and a browser for it.

    Its address has a path, as a user's server on a JupyterHub has, so that links that are not relative fail here.
    """

    def __init__(self, root, private, *options):
        self.root, self._private, self._options = Path(root), Path(private), options
        self.data = self._private / "data"
        self.environment = os.environ | {
            "JUPYTER_CONFIG_DIR": str(self._private / "config"),
            "JUPYTER_CONFIG_PATH": str(self._private / "etc/jupyter"),
            "JUPYTER_DATA_DIR": str(self.data),
            "JUPYTER_RUNTIME_DIR": str(self._private / "runtime"),
            "JUPYTERLAB_SETTINGS_DIR": str(self._private / "settings"),
            "JUPYTERLAB_WORKSPACES_DIR": str(self._private / "workspaces"),
            "IPYTHONDIR": str(self._private / "ipython"),
            "PYTHONPATH": os.pathsep.join(str(REPOSITORY / part) for part in ("", "tools", "tests/browser")),
        }
        install.keep_pictures(self._private)
        for name, value in SETTINGS.items():
            file = self._private / "settings" / f"{name}.jupyterlab-settings"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(json.dumps(value))

    def __enter__(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self._token, self._url = os.urandom(12).hex(), f"http://127.0.0.1:{port}{BELOW}"
        command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--expose-app-in-browser", "--allow-root"]
        command += ["--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}", "--ServerApp.port_retries=0"]
        command += [f"--ServerApp.base_url={BELOW}/"]
        command += [f"--IdentityProvider.token={self._token}", f"--ServerApp.root_dir={self.root}", *self._options]
        self.log = self._private / "jupyterlab.log"
        with contextlib.ExitStack() as stack:
            log = stack.enter_context(self.log.open("w"))
            self._server = subprocess.Popen(command, cwd=self.root, env=self.environment, stdout=log, stderr=log)
            stack.callback(self._end_server)
            self._wait_for_server()
            browser = playwright().chromium.launch(executable_path=chromium(), headless=True, args=FLAGS)
            stack.callback(browser.close)
            self.window = browser.new_context(viewport=WINDOW)
            self.page, self._notebook = self.window.new_page(), None
            self.page.set_default_timeout(SLOW)
            self.page.goto(self.address("lab"))
            self.page.wait_for_function("() => window.jupyterapp?.restored.then(() => true)")
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *exception):
        self._stack.close()

    def open(self, path):
        """Open the notebook at `path` and start its kernel, without running it. Closes the notebook open before."""
        if self._notebook:
            self._notebook.close()
        self._notebook = Notebook(self, path)
        return self._notebook

    def request(self, method, path):
        """Send a request to the server. Returns the answer, read as JSON."""
        headers = {"Authorization": f"token {self._token}"}
        request = urllib.request.Request(f"{self._url}/{path}", method=method, headers=headers)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read() or "null")

    def address(self, path):
        return f"{self._url}/{path}?token={self._token}&reset"

    def _wait_for_server(self):
        deadline = time.monotonic() + SLOW / 1000
        while True:
            try:
                return self.request("GET", "api/status")
            except OSError as problem:
                if self._server.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"JupyterLab did not start:\n{self.log.read_text()}") from problem
                time.sleep(0.2)

    def _end_server(self):
        self._server.terminate()
        try:
            self._server.wait(20)
        except subprocess.TimeoutExpired:
            self._server.kill()
            self._server.wait()


class Notebook:
    """A notebook open in the browser.

    Attributes:
        path: where it is in the server's folder.
        page: the playwright page.
        patience: milliseconds in which a control that was moved must show its effect.
        complaints: console errors and uncaught errors so far, without JupyterLab's own messages.
    """

    def __init__(self, lab, path):
        self._lab, self.path, self.page, self.patience, self.complaints = lab, path, lab.page, SLOW, []
        self._listeners = {
            "console": lambda line: line.type == "error" and self._complain(line.text, line.location),
            "pageerror": lambda error: self._complain(str(error)),
        }
        for event, listener in self._listeners.items():
            self.page.on(event, listener)
        self.page.evaluate("path => void window.jupyterapp.commands.execute('docmanager:open', { path })", path)
        self.wait(
            """path => {
                const panel = window.jupyterapp.shell.currentWidget;
                return panel?.context?.path === path && panel.content?.widgets && panel.sessionContext.isReady
                    && panel.sessionContext.session?.kernel?.status === 'idle';
            }""",
            path,
        )

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.close()

    def close(self):
        """Close the notebook without saving and end its kernel. A second call does nothing."""
        if not self._listeners:
            return
        self.page.evaluate("() => void window.jupyterapp.shell.currentWidget.dispose()")
        for session in self._lab.request("GET", "api/sessions"):
            if session["path"] == self.path:
                self._lab.request("DELETE", f"api/sessions/{session['id']}")
        while self._listeners:
            self.page.remove_listener(*self._listeners.popitem())

    def wait(self, condition, argument=None, milliseconds=SLOW, every="raf"):
        """Wait until a JavaScript condition is true. It is checked at each frame, or `every` so many milliseconds."""
        self.page.wait_for_function(condition, arg=argument, timeout=milliseconds, polling=every)

    def unfold(self):
        """Open the optional sections, and the outputs that wait for a guess."""
        for command in ("notebook:expand-all-headings", "notebook:show-all-cell-outputs"):
            self.page.evaluate("command => window.jupyterapp.commands.execute(command)", command)

    def run_all(self, restart=False, milliseconds=10 * SLOW):
        """Unfold everything and run every cell, after a restart of the kernel if asked, until the kernel is idle again."""
        self.unfold()
        command = "notebook:restart-run-all" if restart else "notebook:run-all-cells"
        self.page.evaluate(
            """command => {
                window.ended = false;
                // the command ends at the first check that says "Not yet"; the kernel answers after all cells
                window.jupyterapp.commands.execute(command)
                    .finally(() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.requestKernelInfo())
                    .finally(() => { window.ended = true; });
            }""",
            command,
        )
        if restart:
            self.page.locator(".jp-Dialog .jp-mod-accept").click()
        self.wait(  # the command ends at the first error, even if a tag allows it and later cells have not run yet
            """() => window.ended
                && window.jupyterapp.shell.currentWidget.sessionContext.session?.kernel?.status === 'idle'
                && ![...window.jupyterapp.shell.currentWidget.content.model.cells]
                    .some(cell => cell.executionState === 'running')""",
            milliseconds=milliseconds,
            every=500,  # checking at each frame takes a third of a core from the kernel
        )
        self.wait(
            """() => ![...document.querySelectorAll('.jp-OutputArea-output')]
                .some(output => output.textContent.includes('Loading widget'))"""
        )

    def settled(self):
        """Wait until the page has taken its new size or colours."""
        self.page.evaluate("() => new Promise(done => setTimeout(() => requestAnimationFrame(() => done()), 150))")

    def theme(self, name):
        self.page.evaluate("theme => window.jupyterapp.commands.execute('apputils:change-theme', { theme })", name)
        self.wait("name => document.body.dataset.jpThemeName === name", name)
        self.settled()

    def save(self):
        self.page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
        self.wait("() => !window.jupyterapp.shell.currentWidget.context.model.dirty")

    def cells(self):
        """Return the notebook's cells in the stored format, with their outputs."""
        return self.page.evaluate("() => window.jupyterapp.shell.currentWidget.content.model.toJSON().cells")

    def trusted(self):
        """Return whether JupyterLab trusts every code cell."""
        return self.page.evaluate(
            """() => [...window.jupyterapp.shell.currentWidget.content.model.cells]
                .filter(cell => cell.type === 'code').every(cell => cell.trusted)"""
        )

    def screenshots(self, folder):
        """Save screenshots of the notebook from top to bottom, one for each window. Returns how many."""
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        self.wait("() => document.fonts.status === 'loaded'")
        scroll = """number => {
            const panel = document.querySelector('.jp-Notebook .jp-WindowedPanel-outer');
            const page = panel.clientHeight - 60;
            const cells = panel.querySelectorAll('.jp-Cell');
            const top = panel.getBoundingClientRect().top - panel.scrollTop;
            const height = cells[cells.length - 1].getBoundingClientRect().bottom - top;
            panel.scrollTop = number * page;
            return Math.ceil((height - 60) / page);
        }"""
        pages, number = 1, 0
        while number < pages:
            pages = self.page.evaluate(scroll, number)
            self.page.screenshot(path=folder / f"{number + 1:02}.png")
            number += 1
        return pages

    def _complain(self, text, location=""):
        if not any(noise in text for noise in LAB_NOISE):
            self.complaints.append(f"{text} {location}".strip())
