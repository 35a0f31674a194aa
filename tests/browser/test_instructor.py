"""nbgrader in the browser: formgrader alone on its server, what a learner writes runs nowhere, and Validate in JupyterLab."""

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import nbformat
import pytest
from checks import none
from grading import tiny
from lab import REPOSITORY, SLOW, Lab, with_chromium
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from helpers.grading.course import Course, search_path
from helpers.grading.pages import feedback_page

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("instructor")]

ON = {
    "jupyter_server_config.d/nbgrader.json": {
        "ServerApp": {
            "jpserver_extensions": {"nbgrader.server_extensions.validate_assignment": True},
        }
    },
    "labconfig/page_config.json": {"disabledExtensions": {"@jupyter/nbgrader": False}},
}
"""The settings that a hub switches on for Validate; `make install` leaves them off."""
SCRIPT = """<script>
document.title = 'RAN';
fetch('/api/contents/written_by_script.txt', {method: 'PUT', headers: {'Content-Type': 'application/json',
 'X-XSRFToken': (document.cookie.match('_xsrf=([^;]*)') || [])[1]},
 body: JSON.stringify({type: 'file', format: 'text', content: 'written by a submission'})})
</script>""".replace("\n", " ")
HOSTILE = f"""All units are twins. {SCRIPT}
<img src=x onerror="document.title='RAN'"> <svg onload="document.title='RAN'"></svg> [a](javascript:document.title='RAN')
[b](/formgrader) ![c](/formgrader?path=grading/submitted/eve/tiny)
# why_answer-comment
"""


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course with a submission handed in by anna, and one by eve that is graded and was never cleaned."""
    with_chromium()
    folder = tiny.course(tmp_path_factory.mktemp("course"))
    assign = [sys.executable, "-m", "nbgrader", "generate_assignment", tiny.NAME]
    subprocess.run(assign, cwd=folder, env=os.environ | {"PATH": search_path()}, check=True)
    released = tiny.released(folder)
    hostile = tiny.answer(released, **tiny.RIGHT, why_answer=HOSTILE)
    hostile.cells.insert(1, new_markdown_cell(HOSTILE))
    shown = [new_output("display_data", data={"text/html": SCRIPT, "application/javascript": "document.title = 'RAN'"})]
    hostile.cells.insert(1, new_code_cell("1", outputs=shown))
    for place, nb in {"submitted/anna": tiny.answer(released, **tiny.RIGHT), "autograded/eve": hostile}.items():
        path = folder / "grading" / place / tiny.NAME / tiny.FILE
        path.parent.mkdir(parents=True)
        nbformat.write(nb, path)
    (path.parent / "other.html").write_text("<script>document.title = 'RAN'</script>")
    nbformat.write(released, folder / tiny.FILE)
    with Course(folder).gradebook() as gradebook:
        gradebook.add_student("eve")
        gradebook.add_submission(tiny.NAME, "eve")
        answer(gradebook).needs_manual_grade = True
        gradebook.db.commit()
    return folder


def answer(gradebook):
    """Return the gradebook's entry of eve's answer in words."""
    return gradebook.find_grade("why_answer", tiny.FILE.removesuffix(".ipynb"), tiny.NAME, "eve")


class Marking:
    """The server of `make mark`, and a browser's window for it."""

    def __init__(self, course, log):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.token, self.url, self.asked = os.urandom(12).hex(), f"http://127.0.0.1:{port}/below/", []
        command = [sys.executable, "-m", "helpers.grading.formgrader", "--no-browser", "--allow-root", f"--port={port}"]
        command += [
            "--ServerApp.base_url=/below/",
            f"--IdentityProvider.token={self.token}",
            "--ServerApp.port_retries=0",
        ]
        with log.open("w") as file:
            environment = os.environ | {"PYTHONPATH": str(REPOSITORY)}
            self.server = subprocess.Popen(command, cwd=course, env=environment, stdout=file, stderr=file)
        deadline = time.monotonic() + 60
        while self.request("formgrader/api/status")[0] != 200:
            assert self.server.poll() is None and time.monotonic() < deadline, log.read_text()
            time.sleep(0.2)

    def request(self, path, method="GET"):
        """Send a request with the token. Returns the answer's status (0: there is no server yet) and headers."""
        headers = {"Authorization": f"token {self.token}"}
        request = urllib.request.Request(
            self.url + path, method=method, headers=headers, data=b"{}" if method != "GET" else None
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as reply:
                return reply.status, dict(reply.headers)
        except urllib.error.HTTPError as reply:
            return reply.code, dict(reply.headers)
        except OSError:
            return 0, {}


@pytest.fixture(scope="module")
def lab(course, tmp_path_factory):
    private = tmp_path_factory.mktemp("private")
    for name, content in ON.items():
        (private / "on" / name).parent.mkdir(parents=True, exist_ok=True)
        (private / "on" / name).write_text(json.dumps(content))
    lab = Lab(course, private)
    lab.environment |= {"JUPYTER_CONFIG_PATH": str(private / "on"), "PATH": search_path()}
    with lab:
        yield lab


@pytest.fixture(scope="module")
def marking(course, lab, tmp_path_factory):
    made = Marking(course, tmp_path_factory.mktemp("marking") / "log.txt")
    try:
        made.window = lab.window.browser.new_context()
        made.window.set_default_timeout(SLOW)
        yield made
    finally:
        made.server.terminate()
        made.server.wait(30)


@pytest.fixture
def page(marking):
    """A page that is logged in, and `page.errors`: what its browser complained of."""
    page = marking.window.new_page()
    page.errors = []
    page.on("console", lambda line: line.type == "error" and page.errors.append(line.text))
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    page.goto(f"{marking.url}formgrader?token={marking.token}")
    yield page
    page.close()


def only_network(errors):
    """Return the complaints that are not about the host of MathJax, which a test does not need."""
    return [line for line in errors if "net::ERR" not in line]


def to_submission(page, marking):
    """Go to eve's submission as an instructor does."""
    page.get_by_role("link", name="Manual Grading").click()
    page.get_by_role("link", name=tiny.NAME, exact=True).click()
    page.get_by_role("link", name=tiny.FILE.removesuffix(".ipynb"), exact=True).click()
    page.get_by_role("link", name="Submission #1").click()
    page.wait_for_function("() => window.formgrader?.loaded && formgrader.grades.loaded && formgrader.comments.loaded")


def test_formgrader_shows_the_assignment_and_what_was_handed_in(page):
    row = page.locator("tr", has_text=tiny.NAME)
    row.wait_for()
    row.locator("td.num-submissions a").click()
    page.locator("tr", has_text="anna").wait_for()
    none(only_network(page.errors))


def test_a_mark_and_a_comment_given_in_formgrader_are_in_the_gradebook(course, marking, page):
    to_submission(page, marking)
    answered = page.locator(".nbgrader_cell", has_text="All units are twins.")
    answered.locator("input.score").fill("2")
    answered.locator("textarea").fill("Well said.")
    with page.expect_response(lambda reply: "/api/comment/" in reply.url and reply.request.method == "PUT") as saved:
        answered.locator("input.score").focus()
    assert saved.value.ok
    page.wait_for_function(
        "() => formgrader.grades.findWhere({name: 'why_answer'}).get('needs_manual_grade') === false"
    )
    with Course(course).gradebook() as gradebook:
        mark = answer(gradebook)
        comment = gradebook.find_comment("why_answer", tiny.FILE.removesuffix(".ipynb"), tiny.NAME, "eve")
        assert (mark.manual_score, mark.needs_manual_grade, comment.comment) == (2.0, False, "Well said.")
    none(only_network(page.errors))


def test_the_buttons_of_formgraders_pages_work(page, marking):
    page.get_by_role("link", name="Add new assignment...").click()
    page.locator("#create-assignment-modal, .modal.in").first.wait_for()
    page.goto(f"{marking.url}formgrader/gradebook/{tiny.NAME}/{tiny.FILE.removesuffix('.ipynb')}")
    page.get_by_role("link", name="Submission #1").wait_for()
    page.get_by_role("button", name="Show All Names").click()
    page.get_by_role("link", name="eve").wait_for()
    none(only_network(page.errors))


def test_what_a_submission_holds_does_not_run_and_writes_no_file(course, marking, page):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    to_submission(page, marking)
    page.get_by_text("All units are twins.").first.wait_for()
    page.wait_for_timeout(500)
    assert page.title() == tiny.FILE.removesuffix(".ipynb")
    assert "< script>" in page.locator(".nbgrader_cell", has_text="All units are twins.").inner_text()
    assert not [url for url in asked if "api/contents" in url or "path=" in url]
    assert not list(course.rglob("written_by_script.txt"))


@pytest.mark.parametrize(
    "code",
    [
        "document.body.insertAdjacentHTML('beforeend', `<img src=x onerror=\"document.title = 'RAN'\">`)",
        "document.body.append(Object.assign(document.createElement('script'), {text: \"document.title = 'RAN'\"}))",
        "document.body.append(Object.assign(document.createElement('script'), {src: 'other.js'}))",
        "setTimeout(\"document.title = 'RAN'\")",
    ],
)
def test_the_policy_stops_scripts_that_cleaning_would_miss(marking, page, code):
    to_submission(page, marking)
    page.route(
        "**/other.js", lambda route: route.fulfill(body="document.title = 'RAN'", content_type="text/javascript")
    )
    page.evaluate(f"() => {{ {code} }}")
    deadline = time.monotonic() + 60
    while not any("Content Security Policy" in line for line in page.errors):
        assert time.monotonic() < deadline, page.errors
        page.wait_for_timeout(100)
    assert page.title() != "RAN"


def test_a_name_in_an_address_runs_nothing(marking, page):
    page.goto(f"{marking.url}formgrader/manage_students/%22;document.title='RAN';%22")
    page.wait_for_timeout(300)
    assert page.title() != "RAN"


@pytest.mark.parametrize(
    "path",
    [
        f"api/{name}"
        for name in [
            "contents",
            "contents/a.txt",
            "terminals",
            "kernels",
            "kernelspecs",
            "sessions",
            "config/a",
            "nbconvert",
            "shutdown",
        ]
    ]
    + [
        f"files/{tiny.FILE}",
        f"edit/{tiny.FILE}",
        f"view/{tiny.FILE}",
        "nbconvert/html/a.ipynb",
        "lab",
        "tree",
        "terminals/1",
        "lsp/status",
    ],
)
def test_the_server_has_no_files_kernels_or_terminals(marking, path):
    for method in ("GET", "PUT", "POST"):
        assert marking.request(path, method)[0] == 404, method


def test_the_server_gives_no_other_file_of_a_submission_and_reads_no_other_settings(course, marking):
    with Course(course).gradebook() as gradebook:
        number = answer(gradebook).notebook.id
    assert marking.request(f"formgrader/submissions/{number}/")[0] == 200
    assert marking.request(f"formgrader/submissions/{number}/other.html")[0] == 404
    elsewhere = course / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "nbgrader_config.py").write_text(f"open({str(elsewhere / 'read.txt')!r}, 'w')")
    assert marking.request(f"formgrader?path={elsewhere}")[0] == 200
    assert not (elsewhere / "read.txt").exists()


@pytest.mark.parametrize(
    "path", ["formgrader", "formgrader/static/js/utils.js", "formgrader/api/assignments", "login", "gone"]
)
def test_each_answer_has_a_policy_with_a_new_word(marking, path):
    policies = [marking.request(path)[1]["Content-Security-Policy"] for _ in range(2)]
    assert policies[0] != policies[1]
    for policy in policies:
        rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
        assert rules["default-src"] == rules["base-uri"] == "'none'" and rules["frame-ancestors"] == "'self'"
        assert not re.search(r"unsafe-inline|unsafe-eval|'self'|\*", rules["script-src"])


def test_a_learners_page_runs_no_script(tmp_path, marking):
    """Once the page as it is, then one into which a script got past the cleaning: the page's own policy stops it."""
    nb = new_notebook(cells=[new_markdown_cell(HOSTILE)])
    html = feedback_page(nb, {"score": 0.0, "of": 0.0, "late days": 0, "cells": {}}, "eve", tiny.NAME)
    bad = html.replace("All units are twins.", f"{SCRIPT} <img src=x onerror=\"document.title='RAN'\">")
    without = re.sub(r"<meta http-equiv[^>]*>", "", bad)
    for text, title in ((html, tiny.NAME), (bad, tiny.NAME), (without, "RAN")):
        path = tmp_path / "page.html"
        path.write_text(text)
        page = marking.window.new_page()
        page.goto(path.as_uri(), wait_until="domcontentloaded")
        page.wait_for_timeout(300)
        assert page.title() == title
        page.close()


def test_validate_says_which_test_of_the_starter_fails(lab):
    with lab.open(tiny.FILE) as notebook:
        notebook.page.get_by_text("Validate", exact=True).first.click()
        dialog = notebook.page.locator(".jp-Dialog")
        dialog.wait_for()
        assert "check.check_number('double(2)'" in dialog.inner_text()
        none(notebook.complaints)
