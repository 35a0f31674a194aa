"""nbgrader in JupyterLab: formgrader shows what was handed in, and Validate tells a learner what fails."""

import json
import os
import re
import subprocess
import sys

import nbformat
import pytest
from checks import none
from grading import tiny
from lab import REPOSITORY, Lab, with_chromium

from helpers.grading.course import search_path

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
FORMGRADER = re.search(r"^FORMGRADER = (.*)$", (REPOSITORY / "Makefile").read_text(), re.MULTILINE)[1].split()


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    with_chromium()
    course, private = tiny.course(tmp_path_factory.mktemp("course")), tmp_path_factory.mktemp("private")
    assign = [sys.executable, "-m", "nbgrader", "generate_assignment", tiny.NAME]
    subprocess.run(assign, cwd=course, env=os.environ | {"PATH": search_path()}, check=True)
    handed_in = course / "grading" / "submitted" / "anna" / tiny.NAME
    handed_in.mkdir(parents=True)
    nbformat.write(tiny.answer(tiny.released(course), **tiny.RIGHT), handed_in / tiny.FILE)
    nbformat.write(tiny.released(course), course / tiny.FILE)
    for name, content in ON.items():
        (private / "on" / name).parent.mkdir(parents=True, exist_ok=True)
        (private / "on" / name).write_text(json.dumps(content))
    lab = Lab(course, private, *FORMGRADER)
    lab.environment |= {"JUPYTER_CONFIG_PATH": str(private / "on"), "PATH": search_path()}
    with lab:
        yield lab


def test_formgrader_shows_the_assignment_and_what_was_handed_in(lab):
    page = lab.window.new_page()
    page.goto(lab.address("formgrader"))
    row = page.locator("tr", has_text=tiny.NAME)
    row.wait_for()
    assert "1" in row.inner_text().split()
    row.locator("td.num-submissions a").click()
    page.locator("tr", has_text="anna").wait_for()
    page.close()


def test_validate_says_which_test_of_the_starter_fails(lab):
    with lab.open(tiny.FILE) as notebook:
        notebook.page.get_by_text("Validate", exact=True).first.click()
        dialog = notebook.page.locator(".jp-Dialog")
        dialog.wait_for()
        assert "check.check_number('double(2)'" in dialog.inner_text()
        none(notebook.complaints)
