"""Programs beside Python that some tests need: without one they are skipped with a sentence, and in CI they fail."""

import os

import pytest

HOW = {
    "bubblewrap": "Linux only; Debian and Ubuntu: apt install bubblewrap",
    "Chromium": "Debian and Ubuntu: apt install chromium; elsewhere Chromium or Google Chrome, so that `chromium`, "
    "`chromium-browser` or `google-chrome` is on PATH",
    "git": "Debian and Ubuntu: apt install git",
}
"""A program -> how to get it."""


def need(program, obstacle):
    """Leave the test out if there is an obstacle to using the program: a few words that say which, or None."""
    if obstacle:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"needs {program} ({HOW[program]}): {obstacle}")
