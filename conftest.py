"""Skip notebooks that cannot run on this machine, when nbval runs them from any folder."""

import pytest

from helpers import data

NEED_BROWN = {"parts_of_speech.ipynb"}


def pytest_collection_modifyitems(items):
    """Skip, with its sentence, what needs the Brown corpus where it cannot be had."""
    waiting = [item for item in items if item.path.name in NEED_BROWN]
    if not waiting:
        return
    try:
        data.brown_sentences(data.GENRES[-1:])
    except data.DataUnavailable as problem:
        for item in waiting:
            item.add_marker(pytest.mark.skip(reason=str(problem)))
