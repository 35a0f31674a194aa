import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import rounding


@pytest.mark.parametrize(
    "arguments, text",
    [
        (dict(low=0.618), "0.6 to 0.7"),
        (dict(low=0.6), "0.6"),
        (dict(low=0.27, high=0.31), "0.2 to 0.4"),
        (dict(low=-0.12, high=0.02, step=0.05), "-0.15 to 0.05"),
        (dict(low=182, high=196, step=50), "150 to 200"),
    ],
)
def test_a_range_is_rounded_outwards(arguments, text):
    assert rounding.between(**arguments) == text


@pytest.mark.parametrize("value, step, text", [(0.94, 0.1, "0.9"), (0.3, 0.1, "0.3"), (187, 50, "150")])
def test_a_bound_is_rounded_down(value, step, text):
    assert rounding.at_least(value, step) == text


@given(st.floats(-1000, 1000), st.sampled_from([0.01, 0.05, 0.1, 0.25, 1.0, 50.0]))
def test_the_value_lies_in_its_range(value, step):
    ends = rounding.between(value, step=step).split(" to ")
    low, high = float(ends[0]), float(ends[-1])
    assert low - 1e-6 <= value <= high + 1e-6
    assert high - low <= step + 1e-6
    assert float(rounding.at_least(value, step)) == low


def test_a_step_that_is_none_is_refused():
    with pytest.raises(ValueError, match="step is 0; expected a number larger than 0"):
        rounding.between(0.5, step=0)
    with pytest.raises(ValueError, match="step is -1"):
        rounding.at_least(0.5, step=-1)
    with pytest.raises(ValueError, match="high is 1 and low is 2"):
        rounding.between(2, 1)


@pytest.mark.parametrize(
    "a, b, to, output",
    [
        (np.ones(3), np.ones(3) + 1e-13, 1e-12, "dW_xh equal to 1e-12: True\n"),
        (np.ones(3), [1, 1, 1 + 1e-11], 1e-12, "dW_xh equal to 1e-12: False\n"),
        (1.0, 1 + 1e-9, 1e-8, "dW_xh equal to 1e-8: True\n"),
        ([np.nan], [np.nan], 1e-12, "dW_xh equal to 1e-12: False\n"),
        (np.inf, 1.0, 1e-12, "dW_xh equal to 1e-12: False\n"),
    ],
)
def test_same_says_whether_two_results_agree(a, b, to, output, capsys):
    assert rounding.same("dW_xh", a, b, to) is None
    assert capsys.readouterr().out == output


def test_same_takes_tensors(capsys):
    torch = pytest.importorskip("torch")
    rounding.same("h", np.ones(2), torch.ones(2, dtype=torch.float64))
    assert capsys.readouterr().out == "h equal to 1e-12: True\n"


def test_same_refuses_shapes_that_numpy_would_stretch():
    with pytest.raises(ValueError, match=r"h: the shapes are \(2, 3\) and \(3,\); expected the same."):
        rounding.same("h", np.ones((2, 3)), np.ones(3))


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (7, 3, "7.00"),
        (0.0513, 3, "0.051"),
        (0, 3, "0.000"),
        (1, 2, "1.00"),
        (1.04, 2, "1.0"),
        (87.64, 3, "87.6"),
        (-0.25, 2, "-0.25"),
    ]
    + [(143.6, 3, "144"), (0.76, 3, "0.760"), (0.001, 3, "0.001"), (9.0, 1, "9")],
)
def test_significant_digits_keep_their_zeros(value, digits, text):
    assert rounding.significant(value, digits) == text
