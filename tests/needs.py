"""Programs other than Python that some tests need. Without one the test is skipped with a reason; in CI it fails."""

import os

import pytest

HOW = {
    "bubblewrap": "Linux only; Debian and Ubuntu: apt install bubblewrap",
    "Chromium": "Debian and Ubuntu: apt install chromium; elsewhere Chromium or Google Chrome, so that `chromium`, "
    "`chromium-browser` or `google-chrome` is on PATH",
    "Dask": "make cluster",
    "PostgreSQL": "Debian and Ubuntu: apt install postgresql; and make cluster",
    "git": "Debian and Ubuntu: apt install git",
}
"""Program -> how to install it."""


def need(program, obstacle):
    """Skip the test if there is an obstacle to using the program, given in a few words, or None."""
    if obstacle:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"needs {program} ({HOW[program]}): {obstacle}")
