"""The drawings of who waits for whom: a staircase of rounds, against one round and the passes of a scan."""

import pytest

from helpers import figures, scans
from helpers.diagrams import asking_gates, scan_rounds


def heights(ax):
    """Text -> its height, of all that is written."""
    return {text.get_text(): text.get_position()[1] for text in ax.texts if text.get_text()}


def test_each_gate_that_asks_the_old_state_stands_a_round_higher_than_the_one_before():
    _, ax = figures.new(4, 3.6)
    at = heights(asking_gates(ax, 4))
    states = [at[name] for name in ("h₁", "h₂", "h₃", "h₄")]
    assert states == sorted(set(states))
    assert states == [at[f"round {number}"] for number in (1, 2, 3, 4)]
    assert len({at[name] for name in ("x₁", "x₂", "x₃", "x₄")}) == 1


@pytest.mark.parametrize("T", [4, 8])
def test_a_scan_has_all_factors_in_one_round_and_all_states_after_its_passes(T):
    _, ax = figures.new(4, 3.6)
    at = heights(scan_rounds(ax, T, T))
    steps = [figures.subscript(t + 1) for t in range(T)]
    assert {at[f"a{step}, b{step}"] for step in steps} == {at["at once"]}
    assert {at["h" + step] for step in steps} == {at[f"pass {scans.passes(T)}"]}
    assert {at["2–3"], at[f"{T - 1}–{T}"]} == {at["pass 1"]}
    assert f"pass {scans.passes(T) + 1}" not in at


def test_every_step_takes_in_the_one_1_then_2_back():
    _, ax = figures.new(4, 3.6)
    scan_rounds(ax, 4, 4)
    slanted = [line.get_xdata() for line in ax.lines if line.get_xdata()[0] != line.get_xdata()[-1]]
    assert len(slanted) == scans.combinations(4)
