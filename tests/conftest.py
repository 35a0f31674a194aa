"""Set one thread before NumPy is imported; kernels that nbval starts inherit it."""

import os

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", MKL_NUM_THREADS="1")

import pytest  # noqa: E402
from hypothesis import settings  # noqa: E402

settings.register_profile("course", deadline=None, max_examples=50)
settings.load_profile("course")


def pytest_collection_modifyitems(items):
    """Let the tests of a file stay in one process, where they share what is slow to make, if they name no other group."""
    for item in items:
        if not any(item.get_closest_marker(name) for name in ("browser", "xdist_group")):
            item.add_marker(pytest.mark.xdist_group(item.nodeid.partition("::")[0]))
