"""Check that lesson 5 shows what the helpers do, and check its explorer and its drawing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shown import shown

from helpers import cells, diagrams, figures, losses, toy
from helpers.explorers import backpropagation

SHOWN = shown("05_backpropagation_through_time.ipynb", "torch")


def case(seed, lengths, D=3, H=4):
    rng = np.random.default_rng(seed)
    lengths = np.array(lengths)
    B, T = len(lengths), max(1, lengths.max())
    x, h_0, W_xh, W_hh, b_h, dh = (
        rng.normal(size=size) for size in ((B, T, D), (B, H), (D, H), (H, H), (H,), (B, T, H))
    )
    return dh, x, cells.rnn_forward(x, h_0, W_xh, W_hh, b_h, lengths), h_0, W_xh, W_hh, lengths


def equal(shown, helper):
    for name, grad in shown.items():
        np.testing.assert_allclose(grad, helper[name], rtol=1e-10, atol=1e-12, err_msg=name)


@given(st.integers(0, 2**32), st.lists(st.integers(0, 6), min_size=1, max_size=4))
def test_the_last_two_rungs_are_the_helper(seed, lengths):
    given = case(seed, lengths)
    for rung in ("batch_backward", "fast_backward"):
        equal(SHOWN[rung](*given), cells.rnn_backward(*given))


@pytest.mark.parametrize("rung, T", [("two_steps_backward", 2), ("sequence_backward", 1), ("sequence_backward", 7)])
def test_the_lower_rungs_are_the_helper_on_what_they_can(rung, T):
    *given, _ = case(1, [T, T, T])
    equal(SHOWN[rung](*given), cells.rnn_backward(*given))


def test_one_step_back_is_the_helper():
    dh, x, h, h_0, W_xh, W_hh, _ = case(2, [1, 1])
    one = SHOWN["step_backward"](dh[:, 0], x[:, 0], h_0, h[:, 0], W_xh, W_hh)
    helper = cells.rnn_backward(dh, x, h, h_0, W_xh, W_hh)
    equal(one, helper | {"dx": helper["dx"][:, 0], "dh_prev": helper["dh_0"]})


def test_the_step_of_lesson_3_is_the_helper():
    dh, x, h, h_0, W_xh, W_hh, _ = case(3, [1, 1])
    step = shown("03_one_rnn_cell.ipynb", "torch")["rnn_step"]
    given = (x[:, 0], h_0, W_xh, W_hh, np.ones(4))
    np.testing.assert_array_equal(step(*given), cells.rnn_step(*given))


# the explorers


@pytest.mark.parametrize("w_hh", [0.0, 1.0, 1.5])
@pytest.mark.parametrize("last_only", [False, True])
def test_shares_of_the_steps_add_up_to_the_gradient_by_finite_differences(w_hh, last_only):
    names = {name: getattr(toy, name).copy() for name in backpropagation.WEIGHTS}
    names["W_hh"] *= w_hh
    mask = np.array([[not last_only, not last_only, True]])

    def loss():
        h = cells.rnn_forward(toy.x, None, names["W_xh"], names["W_hh"], names["b_h"])
        mean = losses.cross_entropy(h @ toy.W_hy + toy.b_y, toy.labels, mask)[0]
        return mean * mask.mean()  # each loss counts a third

    found = backpropagation.way_back(w_hh, last_only)
    for name, array in names.items():
        moved = SHOWN["finite_differences"](loss, array)
        np.testing.assert_allclose(found["shares"][name].sum(axis=0), moved.ravel(), atol=1e-9, err_msg=name)


def test_with_the_last_loss_alone_earlier_steps_contribute_through_w_hh_only():
    assert np.abs(backpropagation.way_back(1.0, last_only=True)["dz"][:2]).min() > 1e-3
    assert not backpropagation.way_back(0.0, last_only=True)["dz"][:2].any()


def test_a_fading_arrow_and_the_texts_of_the_explorer_follow_the_settings():
    shown = backpropagation.backward_steps().explorer
    assert shown.controls["counted"].widget.value == backpropagation.LAST
    assert "Step 3" in shown.status and "from later (0.000, 0.000)" in shown.status
    shown.controls["step"].widget.value = "t = 1: food"
    assert "adds most to" in shown.status
    shown.controls["w_hh"].widget.value = 0.0
    assert "It adds nothing to any weight" in shown.status and shown.error is None


def test_the_error_comes_from_the_loss_and_from_later():
    _, ax = figures.new()
    paths = diagrams.ErrorPaths(ax, toy.WORDS)
    assert [len(arrows) for arrows in (paths.from_loss, paths.to_word, paths.forward, paths.back)] == [3, 3, 2, 2]
    assert [text.get_text() for text in paths.later] == ["from later", "from later", ""]
    for arrow in (*paths.from_loss, *paths.back):
        assert arrow.arrow_patch.get_linestyle() == "--"
    for arrow in paths.back:
        assert arrow.xy[0] < arrow.xyann[0]
    paths.fade(paths.back[0], 0)
    assert paths.back[0].arrow_patch.get_alpha() < 0.1


def test_a_random_problem_has_the_shapes_of_its_lengths():
    problem, dh = toy.random_problem([3, 1], np.random.default_rng(0))
    assert {name: array.shape for name, array in problem.items()} == {
        "x": (2, 3, 3),
        "h_0": (2, 4),
        "W_xh": (3, 4),
        "W_hh": (4, 4),
        "b_h": (4,),
    }
    assert dh.shape == (2, 3, 4)
