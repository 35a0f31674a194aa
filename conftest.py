"""With nbval: cells that need the Brown corpus are skipped where it is missing, and what explorers are given is kept."""

from pathlib import Path

import pytest

from helpers import data

TOOLS = Path(__file__).parent / "tools"
PATIENCE = 60
"""Seconds that a kernel has for what takes a moment; nbval gives it 5, which a busy machine may need."""

KEEP = """
import pathlib, sys
sys.path.append({tools!r})
from website import explorers
explorers.keep(pathlib.Path({path!r}), globals())
del pathlib, sys, explorers
"""


def pytest_collection_modifyitems(items):
    for item in items:
        if hasattr(item, "output_timeout"):
            item.output_timeout = PATIENCE
    reading = [item for item in items if "needs-brown" in getattr(item, "cell", {}).get("metadata", {}).get("tags", [])]
    if not reading:
        return
    try:
        data.brown_sentences(data.GENRES[-1:])
    except data.DataUnavailable as problem:
        for item in reading:
            item.add_marker(pytest.mark.skip(reason=str(problem)))


@pytest.hookimpl(trylast=True)  # when the kernel is there
def pytest_runtest_setup(item):
    """Before a notebook's first cell: keep what its explorers are given, for the website and the tests that move them."""
    if getattr(item, "cell_num", None) != 0:
        return
    from website import explorers

    if explorers.code_cells(item.path) and not explorers.is_kept(item.path):
        code = KEEP.format(tools=str(TOOLS), path=str(item.path))
        kernel = item.parent.kernel
        kernel.await_idle(kernel.execute_cell_input(code, allow_stdin=False), PATIENCE)
