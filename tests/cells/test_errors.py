"""helpers.cells: an error names the wrong argument, for each cell and each of its three functions."""

import numpy as np
import pytest

from cells.problems import CELLS, GATED, PARAMETERS, outputs, problem
from helpers import cells

RETURNED = {"rnn": ["h"], "lstm": ["h", "c", "gates"], "gru": ["h", "gates"]}


def call(cell, way, **changed):
    """Call any of the nine functions with good arguments, except for the changed ones."""
    p = problem(cell)
    out = dict(zip(RETURNED[cell], outputs(cell, p), strict=True))
    weights = {name: getattr(p, name) for name in PARAMETERS[cell] if name[0] in "Wb"}
    first = {name: getattr(p, name) for name in ("h_0", "c_0") if name in PARAMETERS[cell]}
    if way == "step":
        given = dict(x_t=p.x[:, 0], **{name.replace("0", "prev"): value for name, value in first.items()}, **weights)
    elif way == "forward":
        given = dict(x=p.x, **first, **weights)
    else:
        weights.pop("b_h")
        given = dict(dh=p.dh, x=p.x, **out, **first, **weights)
    return getattr(cells, f"{cell}_{way}")(**{**given, **changed})


def holding(value, *shape):
    array = np.zeros(shape)
    array.flat[-1] = value
    return array


EVERY = [
    ("step", dict(x_t=np.zeros((3, 7))), ["x_t", "(3, 7)", "(B, 2)"]),
    ("step", dict(x_t=np.zeros(2)), ["x_t", "(2,)", "(B, 2)"]),
    ("step", dict(h_prev=np.zeros((3, 4))), ["h_prev", "(3, 4)", "(3, 5)"]),
    ("step", dict(h_prev=np.zeros((1, 5))), ["h_prev", "(1, 5)", "(3, 5)"]),
    ("step", dict(h_prev=np.zeros(5)), ["h_prev", "(5,)", "(3, 5)"]),
    ("step", dict(x_t=holding(np.nan, 3, 2)), ["x_t", "NaN", "(2, 1)"]),
    ("step", dict(h_prev=holding(np.inf, 3, 5)), ["h_prev", "infinity", "(2, 4)"]),
    ("step", dict(x_t=np.zeros((3, 2), int)), ["x_t", "int64", "float"]),
    ("step", dict(x_t=np.zeros((3, 2), np.float32)), ["x_t", "float32", "float64"]),
    ("step", dict(h_prev=None), ["h_prev", "object", "float"]),
    ("forward", dict(x=np.zeros((3, 4, 7))), ["x", "(3, 4, 7)", "(B, T, 2)"]),
    ("forward", dict(x=np.zeros((4, 2))), ["x", "(4, 2)", "(B, T, D)", "(B, T)"]),
    ("forward", dict(x=np.zeros(2)), ["x", "(2,)", "(B, T, 2)"]),
    ("forward", dict(x=np.zeros((0, 4, 2)), h_0=None), ["x", "(0, 4, 2)", "at least one"]),
    ("forward", dict(x=np.zeros((3, 0, 2))), ["x", "(3, 0, 2)", "at least one"]),
    ("forward", dict(x=np.full((3, 4), 2)), ["x", "2", "0 to 1"]),
    ("forward", dict(x=np.full((3, 4), -1)), ["x", "-1", "0 to 1"]),
    ("forward", dict(x=np.zeros((3, 4, 2), bool)), ["x", "bool", "float"]),
    ("forward", dict(x=holding(np.nan, 3, 4, 2)), ["x", "NaN", "(2, 3, 1)"]),
    ("forward", dict(x=holding(-np.inf, 3, 4, 2)), ["x", "infinity", "(2, 3, 1)"]),
    ("forward", dict(h_0=np.zeros((1, 5))), ["h_0", "(1, 5)", "(3, 5)"]),
    ("forward", dict(h_0=np.zeros((3, 5), np.float32)), ["h_0", "float32", "W_xh", "float64"]),
    ("forward", dict(h_0=holding(np.nan, 3, 5)), ["h_0", "NaN"]),
    ("forward", dict(lengths=[4, 4]), ["lengths", "(2,)", "(3,)"]),
    ("forward", dict(lengths=[[4, 4, 4]]), ["lengths", "(1, 3)", "(3,)"]),
    ("forward", dict(lengths=4), ["lengths", "()", "(3,)"]),
    ("forward", dict(lengths=[4, 5, 1]), ["lengths", "5", "0 to 4"]),
    ("forward", dict(lengths=[4, -1, 1]), ["lengths", "-1", "0 to 4"]),
    ("forward", dict(lengths=[4.0, 3.0, 1.0]), ["lengths", "float64", "integer"]),
    ("backward", dict(dh=np.zeros((3, 5))), ["dh", "(3, 5)", "(3, 4, 5)"]),
    ("backward", dict(dh=np.zeros((3, 1, 5))), ["dh", "(3, 1, 5)", "(3, 4, 5)"]),
    ("backward", dict(dh=holding(np.nan, 3, 4, 5)), ["dh", "NaN", "(2, 3, 4)"]),
    ("backward", dict(dh=np.zeros((3, 4, 5), np.float32)), ["dh", "float32", "float64"]),
    ("backward", dict(h=np.zeros((3, 3, 5))), ["h", "(3, 3, 5)", "(3, 4, 5)"]),
    ("backward", dict(h=holding(np.inf, 3, 4, 5)), ["h", "infinity"]),
    ("backward", dict(h_0=np.zeros((2, 5))), ["h_0", "(2, 5)", "(3, 5)"]),
    ("backward", dict(lengths=[1, 2]), ["lengths", "(2,)", "(3,)"]),
]
OF_GATED = [
    ("forward", dict(W_xh=np.zeros(5)), ["W_xh", "(5,)", "(D, "]),
    ("forward", dict(W_hh=np.zeros((5, 5))), ["W_hh", "(5, 5)", "W_xh"]),
    ("forward", dict(W_hh=np.zeros((5, 5), np.float32)), ["W_hh"]),
    ("forward", dict(b_h=np.zeros(5)), ["b_h", "(5,)", "W_xh"]),
    ("backward", dict(gates=np.zeros((3, 4, 5))), ["gates", "(3, 4, 5)", "(3, 4, "]),
]
ONE = [
    ("rnn", "step", dict(W_hh=np.zeros((2, 5))), ["W_hh", "(2, 5)", "W_xh", "(5, 5)"]),
    ("rnn", "step", dict(b_h=np.zeros(1)), ["b_h", "(1,)", "W_xh", "(2, 5)", "(5,)"]),
    ("rnn", "step", dict(W_xh=np.zeros(5)), ["W_xh", "(5,)", "(D, H)"]),
    ("rnn", "step", dict(activation="sigmoid"), ["sigmoid", "tanh", "relu", "identity"]),
    ("rnn", "forward", dict(W_xh=holding(np.nan, 2, 5)), ["W_xh", "NaN", "(1, 4)"]),
    ("rnn", "forward", dict(W_hh=np.zeros((5, 4))), ["W_hh", "(5, 4)", "(2, 5)", "(5, 5)"]),
    ("rnn", "forward", dict(W_hh=holding(np.inf, 5, 5)), ["W_hh", "infinity"]),
    ("rnn", "forward", dict(W_hh=np.zeros((5, 5), np.float32)), ["W_hh", "float32", "W_xh", "float64"]),
    ("rnn", "forward", dict(b_h=np.zeros((1, 5))), ["b_h", "(1, 5)", "(5,)"]),
    ("rnn", "forward", dict(b_h=holding(np.nan, 5)), ["b_h", "NaN", "(4,)"]),
    ("rnn", "forward", dict(activation=None), ["None", "tanh", "relu", "identity"]),
    ("rnn", "backward", dict(W_hh=np.zeros((4, 4))), ["W_hh", "(4, 4)", "(2, 5)", "(5, 5)"]),
    ("rnn", "backward", dict(W_hh=np.zeros((5, 5), np.float32)), ["W_hh", "float32", "W_xh", "float64"]),
    ("rnn", "backward", dict(activation="tan"), ["tan", "relu", "identity"]),
    ("lstm", "step", dict(W_xh=np.zeros((2, 7))), ["W_xh", "(2, 7)", "(D, 4H)", "i, f, g, o"]),
    ("lstm", "step", dict(c_prev=np.zeros((1, 5))), ["c_prev", "(1, 5)", "(3, 5)"]),
    ("lstm", "forward", dict(c_0=np.zeros(5)), ["c_0", "(5,)", "(3, 5)"]),
    ("lstm", "forward", dict(c_0=holding(np.inf, 3, 5)), ["c_0", "infinity", "(2, 4)"]),
    ("lstm", "forward", dict(W_hh=np.zeros((5, 5))), ["W_hh", "(5, 5)", "(2, 20)", "(5, 20)"]),
    ("lstm", "forward", dict(b_h=np.zeros(5)), ["b_h", "(5,)", "(2, 20)", "(20,)"]),
    ("lstm", "backward", dict(c=np.zeros((3, 4, 1))), ["c", "(3, 4, 1)", "(3, 4, 5)"]),
    ("lstm", "backward", dict(gates=np.zeros((3, 4, 20))), ["gates", "(3, 4, 20)", "(3, 4, 4, 5)"]),
    ("lstm", "backward", dict(dc_T=np.zeros((3, 4, 5))), ["dc_T", "(3, 4, 5)", "(3, 5)"]),
    ("lstm", "backward", dict(dc_T=holding(np.nan, 3, 5)), ["dc_T", "NaN", "(2, 4)"]),
    ("gru", "step", dict(W_xh=np.zeros((2, 7))), ["W_xh", "(2, 7)", "(D, 3H)", "r, u, n"]),
    ("gru", "step", dict(b_hn=np.zeros(15)), ["b_hn", "(15,)", "(5,)"]),
    ("gru", "forward", dict(b_hn=np.zeros(5, np.float32)), ["b_hn", "float32", "W_xh", "float64"]),
    ("gru", "forward", dict(b_h=np.zeros(5)), ["b_h", "(5,)", "(2, 15)", "(15,)"]),
    ("gru", "backward", dict(b_hn=holding(np.nan, 5)), ["b_hn", "NaN", "(4,)"]),
    ("gru", "backward", dict(gates=np.zeros((3, 4, 4, 5))), ["gates", "(3, 4, 4, 5)", "(3, 4, 3, 5)"]),
]
CASES = (
    [(cell, *case) for cell in CELLS for case in EVERY] + [(cell, *case) for cell in GATED for case in OF_GATED] + ONE
)


@pytest.mark.parametrize(("cell", "way", "changed", "parts"), CASES)
def test_wrong_arguments_are_named(cell, way, changed, parts):
    with pytest.raises(ValueError) as raised:
        call(cell, way, **changed)
    message = str(raised.value)
    assert [part for part in parts if part not in message] == [], message
    assert "lengths" not in changed or "ids" not in message
