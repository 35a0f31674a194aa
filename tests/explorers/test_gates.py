"""Check lesson 9's explorers: the half-life by its definition, and the status sentences at extreme settings."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import explorers, models
from helpers.explorers.gates import half_life


@given(st.floats(-6, 12))
def test_after_its_half_life_a_memory_has_lost_half(b_f):
    f = 1 / (1 + np.exp(-b_f))
    np.testing.assert_allclose(f ** half_life(b_f), 0.5, rtol=1e-6)


@pytest.mark.parametrize(
    "set_to, said",
    [
        (dict(b_f=0.0, b_i=0.0, w_i=0.0), ["half-life 1 step.", "0.00 is left", "lost"]),
        (dict(b_f=5.0, b_i=0.0, w_i=0.0), ["half-life 103 steps", "noise has come in"]),
        (dict(b_f=8.0, b_i=-6.0, w_i=12.0), ["kept"]),
        (dict(b_f=-4.0, b_i=-8.0, w_i=0.0), ["c = 0.00", "lost"]),
    ],
)
def test_the_forget_gate_says_what_became_of_the_number(set_to, said):
    status = explorers.forget_gate().explorer._update(**set_to)
    assert [part for part in said if part not in status] == [], status


@pytest.mark.parametrize(
    "typed, T, said",
    [
        ("abAcdbaC", 30, ["After 30 letters", "last capital was C, 22 steps back", "on small letters"]),
        ("B", 1, ["After 1 letter ", "last capital was B, 0 steps back"]),
        ("xyz", 5, ["no capital to keep"]),
        ("", 5, ["no capital to keep"]),
        ("ABCD" * 30, 100, ["last capital was D, 0 steps back"]),
    ],
)
def test_the_letters_say_which_capital_was_last(typed, T, said):
    lstm = models.LSTMClassifier(8, 12, 4, np.random.default_rng(0))
    status = explorers.last_capital(lstm).explorer._update(typed=typed, T=T, b_f=0.0)
    assert [part for part in said if part not in status] == [], status
