"""What counts as reaching for the machinery of the tests, and what canaries replace."""

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from helpers.grading import steps


def notebook(code):
    setup = new_code_cell("import numpy as np\nfrom helpers.exercises import lesson_3 as check")
    setup.metadata["nbgrader"] = {"locked": True}
    return new_notebook(cells=[setup, new_code_cell(code)])


@pytest.mark.parametrize(
    "code, named",
    [
        ("class check:\n    step = print", "check ="),
        ("check = 3", "check ="),
        ("def step():\n    global check\n    check = 3", "check ="),
        ("import mine as check", "check ="),
        ("check.step = print", "check.step ="),
        ("from helpers.exercises import lesson_3 as m\nm.step = print", "m.step ="),
        ("np.allclose = print", "np.allclose ="),
        ("from helpers import feedback\nfeedback.same = print", "feedback.same ="),
        ("check.__dict__.update(a=1)", "__dict__"),
        ("import sys\nsys.modules.clear()", "sys"),
        ("%load_ext mine", "get_ipython"),
        ("class A:\n    def __eq__(self, other):\n        return True", "__eq__"),
    ],
)
def test_code_that_reaches_for_the_machinery_is_named(code, named):
    [sentence] = steps.suspicious(notebook(code))
    assert named in sentence


@pytest.mark.parametrize(
    "code",
    [
        "import numpy as np\ndef step(x):\n    h = np.zeros(3)\n    h[0] = x\n    return h",
        "import torch\nclass Cell(torch.nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.w = 1",
        "def broken(:",
    ],
)
def test_honest_code_is_left_alone(code):
    assert steps.suspicious(notebook(code)) == []


def test_canaries_replace_the_learners_functions_and_never_the_checks():
    assert steps.defined(notebook("class check:\n    pass\ndef step(x):\n    return x\nlast = step")) == {
        "step",
        "last",
    }
