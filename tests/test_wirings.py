"""helpers.wirings: a wiring is run and drawn as its two strings say, and contradictions are errors."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from helpers import cells, figures, losses, toy
from helpers.diagrams import Chain
from helpers.wirings import Wiring, run

PAPER = {name: getattr(toy, name) for name in ("W_xh", "W_hh", "b_h", "W_hy", "b_y")}
LESSON = Path(__file__).parents[1] / "notebooks" / "07_the_four_types.ipynb"


def network(D=4, H=3, seed=0):
    """A cell with as many answers as inputs, so that answers can be fed back."""
    rng = np.random.default_rng(seed)
    shapes = {"W_xh": (D, H), "W_hh": (H, H), "b_h": (H,), "W_hy": (H, D), "b_y": (D,)}
    return {name: rng.normal(size=shape) for name, shape in shapes.items()}


@st.composite
def wirings(draw):
    """Any wiring without contradictions."""
    T = draw(st.integers(1, 8))
    speaks = draw(st.text("y-", min_size=T, max_size=T))
    reads = "".join(draw(st.sampled_from("xy-" if "y" in speaks[:t] else "x-")) for t in range(T))
    return Wiring(reads=reads, speaks=speaks)


def inputs_for(wiring, D=4):
    return np.random.default_rng(7).normal(size=(wiring.reads.count("x"), D))


@given(wirings(), st.integers(0, 5))
def test_a_run_is_the_forward_pass_over_what_was_read(wiring, seed):
    weights, inputs = network(seed=seed), inputs_for(wiring)
    states, p, answers = run(wiring, inputs, weights)
    rows, x, given_answers = iter(inputs), [], iter(answers)
    last = None
    for reads, speaks in zip(wiring.reads, wiring.speaks, strict=True):
        x.append(next(rows) if reads == "x" else np.eye(4)[last] if reads == "y" else np.zeros(4))
        last = next(given_answers) if speaks == "y" else last
    h = cells.rnn_forward(np.array(x)[None], None, weights["W_xh"], weights["W_hh"], weights["b_h"])[0]
    assert_allclose(states, h, atol=1e-12)
    speaking = np.array(list(wiring.speaks)) == "y"
    assert_allclose(p.reshape(-1, 4), losses.softmax(h @ weights["W_hy"] + weights["b_y"])[speaking], atol=1e-12)
    assert answers == [int(row.argmax()) for row in p]


@given(wirings())
def test_speaking_changes_no_state_unless_it_is_fed_back(wiring):
    quiet = Wiring(reads=wiring.reads.replace("y", "-"), speaks="-" * len(wiring.speaks))
    loud = Wiring(reads=quiet.reads, speaks="y" * len(wiring.speaks))
    inputs = inputs_for(quiet)
    assert_array_equal(run(quiet, inputs, network()).states, run(loud, inputs, network()).states)


@given(wirings())
def test_the_lesson_shows_the_function_of_the_helper(wiring):
    wiring = wiring._replace(reads=wiring.reads.replace("y", "-"))
    ours = run(wiring, inputs_for(wiring), network())
    for mine, theirs in zip(ours, lesson_run()(wiring, inputs_for(wiring), network()), strict=False):
        assert_array_equal(mine, theirs)


def lesson_run():
    sources = ["".join(cell["source"]) for cell in json.loads(LESSON.read_text())["cells"]]
    (source,) = (source for source in sources if source.startswith("def run("))
    names = {"np": np, "cells": cells, "losses": losses}
    exec(source, names)
    return names["run"]


def test_the_paper_sized_network_gives_lesson_4s_numbers():
    equal = run(Wiring("xxx", "yyy"), toy.x[0], PAPER)
    last = run(Wiring("xxx", "--y"), toy.x[0], PAPER)
    assert_allclose(equal.p[:, 1], [0.393, 0.318, 0.719], atol=5e-4)
    assert_array_equal(last.p[0], equal.p[2])
    h_2 = np.tanh(equal.states[0] @ toy.W_hh + toy.b_h)
    assert_allclose(run(Wiring("x--", "yyy"), toy.x[0][:1], PAPER).states[1], h_2, atol=1e-12)


def test_an_encoders_last_state_is_a_decoders_first():
    whole = run(Wiring("xxx--", "---yy"), toy.x[0], PAPER)
    read = run(Wiring("xxx", "---"), toy.x[0], PAPER)
    answered = run(Wiring("--", "yy"), [], PAPER, h_0=read.states[-1:])
    assert_allclose(answered.p, whole.p, atol=1e-12)


def test_it_stops_at_the_end_answer_and_chooses_as_told():
    answers = iter([2, 1, 3, 0])
    done = run(Wiring("xyyy", "yyyy"), np.eye(4)[:1], network(), choose=lambda logits: next(answers), end=3)
    assert done.answers == [2, 1, 3]
    assert len(done.states) == len(done.p) == 3


@pytest.mark.parametrize(
    ("reads", "speaks", "message"),
    [
        ("xx", "y", "2 steps"),
        ("", "", "at least one"),
        ("xz", "yy", "'z'"),
        ("xx", "yx", "'x'"),
        ("yx", "yy", "Step 1 reads the last answer"),
        ("xy", "-y", "Step 2"),
        ("xy", "--", "Step 2"),
    ],
)
def test_contradictions_are_named(reads, speaks, message):
    with pytest.raises(ValueError, match=message):
        run(Wiring(reads, speaks), np.zeros((reads.count("x"), 4)), network())


def test_missing_inputs_and_answers_that_fit_no_input_are_named():
    with pytest.raises(ValueError, match=r"inputs has shape \(2, 3\); expected \(3, 3\)"):
        run(Wiring("xxx", "--y"), toy.x[0][:2], PAPER)
    with pytest.raises(ValueError, match="one of 2, an input one of 3"):
        run(Wiring("xy", "yy"), toy.x[0][:1], PAPER)


@given(wirings())
def test_the_picture_has_an_arrow_for_each_step_that_reads_or_speaks(wiring):
    _, ax = CANVAS
    ax.clear()
    chain = Chain(ax, most=9)
    read = [f"in {i}" for i in range(wiring.reads.count("x"))]
    answers = [f"out {i}" for i in range(wiring.speaks.count("y"))]
    chain.show(wiring, read, answers)
    T = len(wiring.reads)
    counts = [len(marks.get_xdata()) for marks in (chain.boxes, chain.handed_on, chain.reading, chain.speaking)]
    assert counts == [T, T - 1, len(read), len(answers)]
    assert len(chain.reading_answer.get_xdata()) == wiring.reads.count("y")
    assert [label.get_text() for label in chain.answers if label.get_text()] == answers
    below = [label.get_text() for label in chain.read[:T]]
    assert [label for label, reads in zip(below, wiring.reads, strict=True) if reads == "x"] == read
    assert below.count("nothing") == wiring.reads.count("-")
    for t, reads in enumerate(wiring.reads):
        if reads == "y":
            assert below[t] == answers[wiring.speaks[:t].count("y") - 1]


CANVAS = figures.new()


def test_a_shorter_wiring_leaves_nothing_of_a_longer_one():
    _, ax = figures.new()
    chain = Chain(ax, most=6)
    chain.show(Wiring("x" * 6, "y" * 6), list("abcdef"), list("abcdef"))
    chain.show(Wiring("xx", "-y"), list("ab"), ["c"], second_cell_from=1)
    assert sum(label.get_visible() for label in chain.read) == 2
    assert (len(chain.boxes.get_xdata()), len(chain.second_boxes.get_xdata())) == (1, 1)
