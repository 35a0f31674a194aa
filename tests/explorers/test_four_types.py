"""The explorers of the four types: a typed wiring runs, and a contradiction is named instead of drawn."""

import pytest

from helpers import explorers
from helpers.widgets.explorer import Nothing


@pytest.fixture(scope="module")
def typed():
    explorer = explorers.wiring().explorer

    def type_into(speaks, reads):
        explorer.controls["reads"].widget.value = reads
        explorer.controls["speaks"].widget.value = speaks
        assert explorer.error is None, explorer.error
        return explorer.status

    return type_into


def test_speaking_more_often_leaves_the_last_answer_alone(typed):
    assert "P(positive) there: 0.719." in typed("--y", "xxx")
    assert "P(positive) there: 0.393, 0.318, 0.719." in typed("yyy", "xxx")
    assert "3 steps would carry a loss" in typed("yyy", "x--")
    assert "nothing is said" in typed("---", "xxx")


@pytest.mark.parametrize(
    ("speaks", "reads", "says"),
    [
        ("", "xxx", "Nothing is typed yet"),
        ("yy", "x", "reads has 1 steps and speaks has 2"),
        ("yz", "xx", "not with “z”"),
        ("yy", "xy", "cannot read them"),
        ("y" * 9, "x" * 9, "room for 8 steps"),
    ],
)
def test_what_cannot_run_is_named(typed, speaks, reads, says):
    said = typed(speaks, reads)
    assert isinstance(said, Nothing) and says in said
