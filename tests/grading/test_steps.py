"""Which code is reported because it could fool the tests, what canaries replace, and what feedback pages say."""

import subprocess
import sys
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from helpers.grading import guard, scan, steps
from tests.grading import tiny


def notebook(code):
    setup = new_code_cell("import numpy as np\nfrom helpers.exercises import one_cell as check")
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
        ("from helpers.exercises import one_cell as m\nm.step = print", "m.step ="),
        ("np.allclose = print", "np.allclose ="),
        ("from helpers import feedback\nfeedback.same = print", "feedback.same ="),
        ("check.__dict__.update(a=1)", "__dict__"),
        ("d = [check][0]\nd.step = print", "check itself"),
        ("globals()['check'].step = print", "globals"),
        ("vars(check)['step'] = print", "vars"),
        ("def step(x):\n    raise ValueError(In[-1][::-1])", "In"),
        ("print(_oh)", "_oh"),
        ("class NotYet(BaseException):\n    pass", "NotYet"),
        ("import sys\nsys.modules.clear()", "sys"),
        ("%load_ext mine", "get_ipython"),
        ("class A:\n    def __eq__(self, other):\n        return True", "__eq__"),
    ],
)
def test_code_that_reaches_for_the_machinery_is_named(code, named):
    [sentence] = scan.suspicious(notebook(code))
    assert named in sentence


@pytest.mark.parametrize(
    "code",
    [
        "import numpy as np\ndef step(x):\n    h = np.zeros(3)\n    h[0] = x\n    return h",
        "import torch\nclass Cell(torch.nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.w = 1",
        "def broken(:",
        "f_t, z_f = np.ones(3), 2\ndef f_step(f_t):\n    return np.linalg.norm(f_t)",
    ],
)
def test_honest_code_is_left_alone(code):
    assert scan.suspicious(notebook(code)) == []


def test_canaries_replace_the_learners_functions_and_never_the_checks():
    assert scan.defined(notebook("class check:\n    pass\ndef step(x):\n    return x\nlast = step")) == {
        "step",
        "last",
    }


@pytest.mark.parametrize(
    "code", ["-" * 40_000 + "1", "-" * 100_000 + "1", "a" + "[0]" * 16_000, "x = 1\n" * 30_000], ids=len
)
def test_code_that_cannot_be_read_is_reported(code):
    assert scan.suspicious(notebook(code)) == ["a cell is too long or too deeply nested to be checked"]
    assert scan.defined(notebook(code)) == set()


def error(name, text):
    return new_output("error", ename=name, evalue=text, traceback=[text])


@pytest.mark.parametrize(
    "name, text, line",
    [
        ("NotYet", "the bias b_h is missing.", "NotYet: the bias b_h is missing."),
        (
            "NotYet",
            "step stopped with KeyError: tset neddih. Look.\nAgain.",
            "NotYet: step stopped with KeyError. Run the test in your notebook to see where.",
        ),
        (
            "NotYet",
            "step stopped with TsetNeddih: x.",
            "NotYet: step stopped with an error of its own kind. Run the test in your notebook to see where.",
        ),
        ("ValueError", "tset neddih", "ValueError"),
        ("CellTimeoutError", "", "CellTimeoutError"),
        ("TsetNeddih", "tset neddih", "an error of its own kind"),
        ("print", "tset neddih", "an error of its own kind"),
        ("HiddenTest", "tset neddih", "A hidden test failed: the same test with other values."),
    ],
)
def test_a_page_says_our_sentence_or_the_name_of_the_error(name, text, line):
    assert steps.public_message(error(name, text)) == line


def test_a_sealed_module_cannot_be_patched_and_remembers_it():
    guarded = f"import sys; sys.path.insert(0, {str(tiny.ROOT)!r})\n"
    guarded += f"guard = {{}}; exec({Path(guard.__file__).read_text()!r}, guard)\n"
    guarded += """
import numpy as np
from helpers.exercises import compare as check
first = check.check_number
guard["forget"]()
from helpers.exercises import compare as check
guard["seal"]()
assert check.check_number is not first
for module, name in [(check, "check_number"), (np, "allclose"), (np.linalg, "norm"), (__builtins__, "print")]:
    kept = getattr(module, name)
    for change in (lambda: setattr(module, name, None), lambda: delattr(module, name)):
        try:
            change()
        except AttributeError:
            continue
        raise SystemExit(f"{module} was changed")
    assert getattr(module, name) is kept
np.mine = 3
assert guard["tried"][::2] == ["helpers.exercises.compare.check_number", "numpy.allclose", "numpy.linalg.norm", "builtins.print"]
"""
    subprocess.run([sys.executable, "-c", guarded], check=True)
