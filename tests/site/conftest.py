"""The site, built once for all tests, served below a path on this machine, and a Chromium that may reach nothing else."""

import contextlib
import os
import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from website.pages import Site

sys.path.insert(0, str(Path(__file__).parents[1] / "browser"))

ROOT = Path(__file__).parents[2]
BELOW = "courses/rnn"
MICROPHONE = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
"""The browser's own beeps, which a page may hear without asking."""
SLOW = 240_000
"""Milliseconds to wait at most: on a busy machine of two cores Python needs most of a minute to start."""
BLOCKED = "Service Worker registration blocked by Playwright"


@pytest.fixture(scope="session")
def built():
    """The folder of the site. Processes that test at the same time build it once."""
    import fcntl  # not on Windows, where no test drives a browser

    from website import build

    site, run = ROOT / "build" / "site-test", os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    site.parent.mkdir(exist_ok=True)
    with open(site.with_name("site-test.lock"), "a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        stamp = site.with_name("site-test.run")
        if not site.exists() or not stamp.exists() or stamp.read_text() != run:
            build.main(site)
            stamp.write_text(run)
    return site


@pytest.fixture(scope="session")
def address(built, tmp_path_factory):
    """The address of the site, which lies below a path."""
    from website import serve

    root = tmp_path_factory.mktemp("host")
    (root / BELOW).parent.mkdir(parents=True)
    (root / BELOW).symlink_to(built, target_is_directory=True)
    server = serve.server(root)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/{BELOW}/"
    server.shutdown()


@pytest.fixture(scope="session")
def chromium():
    import lab

    lab.with_chromium()
    browser = lab.playwright().chromium.launch(
        executable_path=lab.chromium(), args=["--headless", *MICROPHONE, *lab.FLAGS]
    )
    yield browser
    browser.close()


@contextlib.contextmanager
def visits(chromium, address):
    """Open pages: `visit("04_unrolling", width=360)`. At the end nothing may have gone wrong or been asked of another host."""
    contexts, wrong = [], []

    def open_page(name, width=1280, dark=False, expected=(), offline=False, **options):
        """With `offline`, the page may keep the site, which costs a hundred requests. `page.asked`: addresses asked for."""
        scheme, workers = "dark" if dark else "light", "allow" if offline else "block"
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, service_workers=workers, **options
        )
        contexts.append(context)

        def only_here(route):
            wrong.append(f"asked another host: {route.request.url}")
            route.abort()

        asked = []
        context.on("request", lambda request: asked.append(request.url))
        context.route(lambda url: not url.startswith((address.split("/courses")[0], "data:", "blob:")), only_here)
        page = context.new_page()
        page.asked = asked
        page.set_default_timeout(SLOW)

        def note(what):
            if not any(each in what for each in (*expected, BLOCKED)):
                wrong.append(what)

        page.on("pageerror", lambda error: note(f"{name}: {error}"))
        page.on("console", lambda said: note(f"{name}: {said.text}") if said.type in ("error", "warning") else None)
        page.on("response", lambda got: note(f"{got.status} {got.url}") if got.status >= 400 else None)
        page.goto(f"{address}{name}")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not wrong, "\n".join(wrong)


@pytest.fixture
def visit(chromium, address):
    with visits(chromium, address) as visit:
        yield visit


@pytest.fixture(params=["python -m http.server", "another type for .wasm"])
def host(request, built, monkeypatch):
    """The address of the site on a host of another kind."""
    if request.param.startswith("python"):
        command = [sys.executable, "-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory", built]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
            yield f"http://127.0.0.1:{re.search('port ([0-9]+)', server.stdout.readline())[1]}/"
            server.terminate()
        return
    from website import serve

    types = serve.Handler.extensions_map | {".wasm": "application/octet-stream"}
    monkeypatch.setattr(serve.Handler, "extensions_map", types)
    with serve.server(built) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture
def visit_there(chromium, host):
    with visits(chromium, host) as visit:
        yield visit


@pytest.fixture(scope="module")
def phone(chromium, address):
    """Open pages one after the other in a dark and narrow window, where Python is fetched and compiled only once."""
    with visits(chromium, address) as visit:
        page = visit("index.html", width=360, dark=True)

        def turn_to(name):
            page.goto(f"{address}{name}")
            return page

        yield turn_to


LESSONS = [path.stem for path in Site.lessons_of_the_course()]


@pytest.fixture(scope="module", params=[pytest.param(name, marks=pytest.mark.xdist_group(name)) for name in LESSONS])
def lesson(request, chromium, address):
    """The page of a lesson: all tests of it use the same one, since Python takes seconds to start."""
    with visits(chromium, address) as visit:
        yield visit(f"{request.param}.html", width=360)
