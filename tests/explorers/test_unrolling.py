"""The explorers of lesson 4: the unrolled chain follows its controls, and the axis of the influences follows the data."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from helpers import diagrams, explorers, figures, models
from helpers.explorers.unrolling import MOST_STEPS, power_of_ten, round_logs, steps_read
from helpers.text import Vocabulary

WORDS = Vocabulary([["food", "was", "nice", "but", "service", "wasn't"]])


@pytest.fixture
def unrolled():
    return explorers.unrolled(WORDS, models.RNNClassifier(len(WORDS), 5, 2, np.random.default_rng(0))).explorer


def test_typing_sets_the_number_of_steps(unrolled):
    assert unrolled.status.startswith("Step 6 of 6, after “wasn't”")
    unrolled.move(sentence="food was nice")
    assert unrolled.status.startswith("Step 3 of 3, after “nice”") and unrolled.controls["at"].high == 3
    unrolled.move(sentence="food was nice but service was good")
    assert unrolled.status.startswith("Step 7 of 7, after “good”") and "read as <unk>: “good”" in unrolled.status
    unrolled.move(times=20)
    assert unrolled.status.startswith(f"Step {MOST_STEPS} of {MOST_STEPS}, after “was”")
    assert f"Only the first {MOST_STEPS} steps are read." in unrolled.status


def test_a_line_marks_the_columns_of_the_steps_in_the_chain(unrolled):
    (line,) = unrolled._canvas.figure.axes[1].get_lines()
    assert len(line.get_xdata()) == 0, "all six are in the chain"
    unrolled.move(times=2)
    np.testing.assert_allclose(line.get_xdata(), [4 / 12, 1])
    unrolled.move(at=9)
    np.testing.assert_allclose(line.get_xdata(), [1 / 12, 9 / 12])
    unrolled.move(times=1)
    assert len(line.get_xdata()) == 0


def test_steps_read():
    assert (steps_read("food was nice", 2), steps_read("", 5), steps_read("food " * 30, 4)) == (6, 0, 100)


def drawn(**how):
    fig = Figure(figsize=(8, 2))
    chain = diagrams.Unrolled(fig.subplots(), 4)
    return chain.show(["a", "b", "c"], ["0.1", "0.2", ""], **how)


def texts(labels):
    return [label.get_text() for label in labels if label.get_visible()]


def test_a_chain_has_a_state_before_the_first_word_and_an_arrow_for_each_weight():
    chain = drawn()
    assert texts(chain.states) == ["h₀", "h₁", "h₂", "h₃"]
    assert texts(chain.words) == ["a", "b", "c"] and texts(chain.answers) == ["0.1", "0.2"]
    heads = [chain.fed_in[1], chain.handed_on[1], chain.read_out[1]]
    assert [len(head.get_xdata()) for head in heads] == [3, 3, 2], "one into each state, none to an answer left out"
    assert not chain.frame.get_visible()
    into = chain.handed_on[1].get_xdata()
    places = [label.get_position()[0] for label in chain.states[:4]]
    assert all(a < x < b for a, x, b in zip(places, into, places[1:], strict=False))


def test_the_names_of_the_weights_stand_clear_of_the_first_state():
    fig, ax = figures.new(8, 1.5)
    chain = diagrams.Unrolled(ax, 3).show("abc", "pqr", states=[f"h\n({i}, {i})" for i in range(4)])
    fig.draw_without_rendering()
    box = chain.states[0].get_bbox_patch().get_window_extent()
    names = [text for text in ax.texts if "W_" in text.get_text()]
    assert [text.get_text() for text in names if text.get_window_extent().overlaps(box)] == [] and len(names) == 3


def test_arrows_fade_with_their_weight_and_stop_at_the_step_shown():
    chain = drawn(w_xh=0.0, w_hh=0.25, first=7, now=8)
    assert texts(chain.states) == ["h₆", "h₇", "h₈", "h₉"]
    assert [part[0].get_alpha() for part in (chain.fed_in, chain.handed_on, chain.read_out)] == [0.0, 0.25, 1.0]
    assert len(chain.fed_in[1].get_xdata()) == len(chain.read_out[1].get_xdata()) == 2
    left, right = chain.frame.get_x(), chain.frame.get_x() + chain.frame.get_width()
    assert left < chain.words[1].get_position()[0] < right and left > chain.words[0].get_position()[0]


def test_the_axis_of_the_influences_has_a_few_round_numbers_in_its_range():
    for low in np.arange(-22, 20, 0.037):
        for span in (0.3, 0.5, 0.79, 0.81, 1.5, 2.39, 2.41, 5, 9, 35):
            logs = round_logs(low, low + span)
            assert 1 <= len(logs) <= 8 and low <= logs.min() and logs.max() <= low + span
            digits = [float(f"{10**log:.6g}".partition("e")[0].lstrip("0.") or 0) for log in logs]
            assert all(digit == round(digit, 1) for digit in digits)
    assert [power_of_ten(log) for log in (-12.0, -2.0, 0.0, np.log10(1.5), 3.0, 15.0)] == [
        "$10^{-12}$",
        "0.01",
        "1",
        "1.5",
        "1000",
        "$10^{15}$",
    ]


def test_the_curve_the_dashed_line_and_the_labels_stay_inside():
    explorer = explorers.influence().explorer
    for values in ({}, {"w_hh": 3.0}, {"size": 0.0, "w_hh": 4.0, "T": 30}, {"w_hh": 0.0, "T": 6}, {"T": 1}):
        explorer.move(**values)
        assert explorer.error is None
        (ax,) = explorer._canvas.figure.axes
        for line in ax.get_lines():
            heights = np.array(line.get_ydata(), dtype=float)
            assert len(heights) and (heights > 0).all() and (heights < 0.9).all()
