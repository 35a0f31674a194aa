"""With nbval: a cell with the tag needs-brown is skipped on a machine without the Brown corpus, which not all can fetch."""

import pytest

from helpers import data


def pytest_collection_modifyitems(items):
    reading = [item for item in items if "needs-brown" in getattr(item, "cell", {}).get("metadata", {}).get("tags", [])]
    if not reading:
        return
    try:
        data.brown_sentences(data.GENRES[-1:])
    except data.DataUnavailable as problem:
        for item in reading:
            item.add_marker(pytest.mark.skip(reason=str(problem)))
