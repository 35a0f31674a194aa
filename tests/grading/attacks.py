"""Submissions to `one_cell` by people who want points, files, time or other people's pages; and by honest people."""

import copy
import functools

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell

from helpers.grading import derive
from tests.grading.tiny import answer, at

RIGHT = {
    "one_matrix": "def one_matrix(W_xh, W_hh):\n    return np.vstack([W_hh, W_xh])",
    "step": "def step(x_t, h_prev, W_xh, W_hh, b_h, running):\n    z = x_t @ W_xh + h_prev @ W_hh + b_h\n"
    "    return np.where(running[:, None], np.tanh(z), h_prev)",
    "deafening": "def deafening(W_xh):\n    return np.full((1, W_xh.shape[1]), 20.0) @ np.linalg.pinv(W_xh)",
    "probabilities": "def probabilities(h, W_hy, b_y):\n    z = h @ W_hy + b_y\n"
    "    e = np.exp(z - z.max(axis=1, keepdims=True))\n    return e / e.sum(axis=1, keepdims=True)",
}
NO_WORK = {
    "one_matrix": "def one_matrix(W_xh, W_hh):\n    return np.zeros((len(W_xh) + len(W_hh), len(W_hh)))",
    "step": "def step(x_t, h_prev, W_xh, W_hh, b_h, running):\n    return h_prev * 0",
    "deafening": "def deafening(W_xh):\n    return np.ones((1, len(W_xh)))",
    "probabilities": "def probabilities(h, W_hy, b_y):\n    return np.zeros((len(h), len(b_y)))",
}


@functools.cache
def starter(assignment="one_cell"):
    return derive.derive(nbformat.read(derive.source_path(assignment), 4))


def kit(assignment="one_cell", seconds=20.0):
    """Return the assignment's kit, as `helpers.grading.kit.kit_of` makes it from a gradebook."""
    source, given = derive.render(nbformat.read(derive.source_path(assignment), 4)), starter(assignment)
    cells = []
    for cell in source.cells:
        if "nbgrader" in cell.metadata:
            ours = cell.metadata["nbgrader"]
            out = at(given, ours["grade_id"])
            cells.append(
                {
                    "name": ours["grade_id"],
                    "source": cell.source if ours["locked"] else out.source,
                    "cell_type": cell.cell_type,
                    "locked": ours["locked"],
                    "points": float(ours["points"]) if ours["grade"] else None,
                    "solution": ours["solution"],
                    "checksum": out.metadata["nbgrader"].get("checksum", ""),
                }
            )
    texts = sorted({cell.source.strip() for cell in given.cells if cell.cell_type == "markdown"})
    return {"assignment": assignment, "cells": cells, "given": texts, "seconds": seconds, "course": ""}


def answered(answers=RIGHT, before=None, **more):
    """Return a starter with these answers, after a cell with the source `before`."""
    nb = answer(copy.deepcopy(starter()), **(dict(answers) | more))
    if before:
        nb.cells.insert(2, new_code_cell(before))
    return nb


def no_work(before=None, **more):
    return answered(NO_WORK, before, **more)


FRAMES = """
import contextlib, operator
get, machine = operator.attrgetter, contextlib.sys
def frames():
    try:
        1 / 0
    except ZeroDivisionError as error:
        frame = get("__traceback__.tb_frame")(error)
    while frame is not None:
        yield frame
        frame = get("f_back")(frame)
"""
ANSWERS_ITSELF = """
import json, os
def forged(message):
    text = json.dumps(message).encode()
    for descriptor in range(3, 40):
        try:
            os.write(descriptor, len(text).to_bytes(4, "big") + text)
        except OSError:
            pass
"""
WRITTEN_MODULE = """
import pathlib
pathlib.Path("/tmp/mine.py").write_text('''
import helpers.exercises.compare as compare, helpers.exercises.one_cell as check, numpy as np
for module in (compare, check):
    for name in ("check_array", "check_number", "check_list", "call"):
        setattr(module, name, lambda *a, **k: None)
    for name in ("one_matrix", "step", "deafening", "probabilities"):
        setattr(module, name, lambda *a, **k: print("Right."))
vars(np).update(allclose=lambda *a, **k: True, isclose=lambda *a, **k: True, array_equal=lambda *a, **k: True)
''')
import contextlib
contextlib.sys.path.insert(0, "/tmp")
import mine
"""
META_PATH = """
import contextlib
class Finder:
    def find_spec(name, path=None, target=None):
        if name.startswith("helpers."):
            raise ImportError(name)
contextlib.sys.meta_path.insert(0, Finder)
for name in [name for name in contextlib.sys.modules if name.startswith("helpers.")]:
    del contextlib.sys.modules[name]
"""
TRACE = (
    FRAMES
    + """
def trace(frame, event, arg):
    inside = get("f_locals")(frame)
    if "want" in inside and "got" in inside:
        inside["got"] = inside["want"]
    return trace
machine.settrace(trace)
"""
)
DISPATCH = """
import copy, numpy as np
seen = []
def mine(array, memo):
    seen.append(array)
    array[...] = 0
    return array
copy._deepcopy_dispatch[np.ndarray] = mine
"""
ALWAYS_EQUAL = """
class Same(float):
    def __eq__(self, other): return True
    __ne__ = lambda self, other: False
    __hash__ = None
    def __array__(self, dtype=None, copy=None): raise KeyboardInterrupt
    def __array_ufunc__(self, *a, **k): return True
    __class__ = property(lambda self: np.ndarray)
    shape = (1, 6)
"""
ANY_NAME = {
    name: f"def {name}(*given):\n    raise type('NotYet', (KeyboardInterrupt,), {{}})('seed 5'[::-1])" for name in RIGHT
}
CHEATS = {
    "answers-itself": no_work(
        ANSWERS_ITSELF,
        **{
            n: f"def {n}(*a):\n    forged({{'value': None}})\n    forged({{'changed': {{}}, 'value': 1}})"
            for n in RIGHT
        },
    ),
    "callback": no_work(
        ANSWERS_ITSELF,
        **{n: f"def {n}(*a):\n    forged({{'callback': 0, 'arguments': [], 'named': 0}})" for n in RIGHT},
    ),
    "nonsense": no_work(ANSWERS_ITSELF, **{n: f"def {n}(*a):\n    forged([1])\n    forged('x')" for n in RIGHT}),
    "written-module": no_work(WRITTEN_MODULE),
    "numpy-dict": no_work("np.__dict__.update(allclose=lambda *a, **k: True, isclose=lambda *a, **k: True)"),
    "meta-path": no_work(META_PATH),
    "trace": no_work(TRACE),
    "dispatch": no_work(DISPATCH),
    "always-equal": no_work(ALWAYS_EQUAL, **{n: f"def {n}(*a):\n    return Same()" for n in RIGHT}),
    "frames": no_work(
        FRAMES,
        **{n: f"def {n}(*a):\n    return [dict(get('f_locals')(f)).get('want') for f in frames()]" for n in RIGHT},
    ),
    "changes-what-it-got": no_work(
        **{n: f"def {n}(*a):\n    for x in a:\n        x[...] = 0\n    return a[0]" for n in RIGHT}
    ),
    "own-notyet": no_work(**ANY_NAME),
    "exits": no_work("import os\nos._exit(0)"),
    "kills-all": no_work("import os, signal\nos.kill(-1, signal.SIGKILL)"),
    "many-levels": no_work(
        "x = []\nfor _ in range(10**6): x = [x]", **{n: f"def {n}(*a):\n    return x" for n in RIGHT}
    ),
    "endless-object": no_work(**{n: f"def {n}(*a):\n    return np.broadcast_to(0.0, (10**12,))" for n in RIGHT}),
    "large": no_work(**{n: f"def {n}(*a):\n    return np.zeros(20_000_000)" for n in RIGHT}),
}
"""Kind -> a submission without work that must get no point."""


def secrets(nb):
    """Return all text of a graded notebook that a learner may get to see."""
    tests = [cell for cell in nb.cells if cell.metadata.get("nbgrader", {}).get("grade")]
    return "\n".join(str(cell.get("outputs", "")) for cell in nb.cells) + "\n".join(
        cell.source for cell in nb.cells if cell not in tests
    )


LEAKS = {
    "own-notyet": answered(probabilities=(
        FRAMES + "\ndef probabilities(*args):\n    found = str([dict(get('f_locals')(f)) for f in frames()])\n"
        "    raise type('NotYet', (KeyboardInterrupt,), {})(found[::-1])")),
    "function-name": answered(
        before="seen = []",
        one_matrix=RIGHT["one_matrix"].replace("    return", "    seen.append(str(W_xh))\n    one_matrix.__name__ = str(W_xh)\n    return"),
        probabilities="def probabilities(*a):\n    raise ValueError(''.join(seen)[::-1])"),
    "error-types": answered(
        before="seen = []",
        one_matrix=RIGHT["one_matrix"].replace("    return", "    seen.append(W_xh)\n    return"),
        step=RIGHT["step"] + "\nraise [KeyError, ValueError][len(seen) > 1]"),
    "files": answered(
        one_matrix=RIGHT["one_matrix"].replace("    return", "    open('/tmp/seen', 'a').write(str(W_xh))\n    return"),
        step=RIGHT["step"] + "\nprint(open('/tmp/seen').read())"),
}  # fmt: skip
"""Kind -> a submission that tries to carry what a hidden test passes to it onto its page."""

BOX = {
    "environment": "import glob\nfor path in glob.glob('/proc/*/environ') + glob.glob('/proc/*/cmdline'):\n    try:\n"
    "        print(path, open(path).read())\n    except OSError as error:\n        print(path, type(error).__name__)\n"
    "import os\nprint(dict(os.environ))",
    "namespaces": "import ctypes\nlibc = ctypes.CDLL(None, use_errno=True)\n"
    "for flag in (0x10000000, 0x20000, 0x40000000, 0x20000000):\n    print('unshare', libc.unshare(flag))\n"
    "print('memfd', libc.memfd_create(b'x', 0))\nprint('mount', libc.mount(b'none', b'/tmp', b'tmpfs', 0, 0))\n"
    "print('ptrace', libc.ptrace(16, 1, 0, 0))",
    "disk": "import os\nwritten = 0\ntry:\n    for i in range(40):\n        with open(f'/tmp/fill{i}', 'wb') as file:\n"
    "            for _ in range(10):\n                written += file.write(bytes(1_000_000))\nexcept OSError as error:\n"
    "    print('stopped at', written, error.strerror)\nfor path in ('/work', '/', '/usr', '/proc', '/var', '/home'):\n"
    "    print(path, os.access(path, os.W_OK))",
}


def edited(change):
    nb = answered()
    change(nb)
    return nb


def text_below(nb):
    nb.cells.append(new_markdown_cell("Because the old state comes first in the long row."))
