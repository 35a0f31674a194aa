"""A tiny course that was given out, for tests of what is done with grades."""

import pytest

from tests.grading import big


@pytest.fixture(scope="session")
def given_out(tmp_path_factory):
    folder = tmp_path_factory.mktemp("given_out")
    big.assigned(folder)
    return folder


@pytest.fixture
def course(given_out, tmp_path):
    return big.copied(given_out, tmp_path / "course")
