"""One submission of every kind that a class hands in, with its correct score and what the instructor must be told."""

from dataclasses import dataclass, field

import nbformat
from nbformat.v4 import new_code_cell

from tests.grading import tiny
from tests.grading.tiny import RIGHT, answer, at


@dataclass
class Kind:
    make: object  # starter -> notebook, or the content of the file, or None for no file
    score: str
    look: list = field(default_factory=list)


def code(**answers):
    return lambda starter: answer(starter, **(RIGHT | answers))


def first(source, **answers):
    """Return answers (only those given), after a cell with this source."""

    def make(starter):
        nb = answer(starter, **answers)
        nb.cells.insert(1, new_code_cell(source))
        return nb

    return make


def edited(change):
    def make(starter):
        nb = answer(starter, **RIGHT)
        change(nb)
        return nb

    return make


def without(*names):
    return edited(lambda nb: [nb.cells.remove(at(nb, name)) for name in names])


def double_test(nb):
    nb.cells.insert(nb.cells.index(at(nb, "double_check")), nbformat.from_dict(at(nb, "double_check")))


def tamper(nb):
    at(nb, "step_check").source = "pass"
    at(nb, "double_check").metadata["nbgrader"].update(points=300, solution=True, locked=False)
    at(nb, "last_check").metadata["nbgrader"].update(grade=False)


def skip(nb):
    for name in ("double_check", "last_check", "step_check"):
        at(nb, name).metadata["tags"] = ["skip-execution"]
    at(nb, "step").source = "pass"


def retype(nb):
    for name in ("double_check", "step_check"):
        at(nb, name).cell_type = "raw"
        at(nb, name).metadata["nbgrader"]["cell_type"] = "raw"


def strip(nb):
    for cell in nb.cells:
        cell.metadata.pop("nbgrader", None)


TRANSFORM = """
import ast
class Gentle(ast.NodeTransformer):
    def visit_Assert(self, node):
        return ast.Pass()
    def visit_Raise(self, node):
        return ast.Pass()
get_ipython().ast_transformers.append(Gentle())
"""
SWALLOW = "get_ipython().showtraceback = lambda *a, **k: None\nget_ipython().set_custom_exc((Exception,), lambda *a, **k: None)"
OKAY = """
kernel = get_ipython().kernel
old = kernel.do_execute
async def fine(*args, **kwargs):
    await old(*args, **kwargs)
    return {"status": "ok", "execution_count": 1, "payload": [], "user_expressions": {}}
kernel.do_execute = fine
get_ipython().showtraceback = lambda *a, **k: None
"""
EQUAL = "class Same:\n    __eq__ = lambda self, other: True\ndef double(x): return Same()\ndef last(x): return Same()\ndef step(*a): return Same()"
POINTS_FIRST = "def step(x, h, w):\n    get_ipython().displayhook(5.0)\n    return 0"
CLEAR = """
import threading, time
from IPython.display import clear_output
def step(x, h, w):
    threading.Thread(target=lambda: [time.sleep(0.01) or clear_output() for _ in range(50)]).start()
    return 0
"""
LOOK_AROUND = """
import glob, os, sqlite3
def double(x):
    found = [p for p in glob.glob('{root}/**', recursive=True) if 'rnn-' not in p]
    found += glob.glob('{repo}/notebooks/**/*') + glob.glob('{repo}/tests/*') + [p for p in glob.glob('{repo}/helpers/grading/*') if p.split('/')[-1] not in ('__init__.py', 'inside.py', 'values.py')]
    found += glob.glob('/home/*') + glob.glob('/etc/passwd')
    assert not found or found == ['{root}/'], found
    for path in os.listdir('/proc'):
        assert not path.isdigit() or b'pool' not in open(f'/proc/{{path}}/cmdline', 'rb').read()
    return 2 * x
"""
FORGE = """
import os, subprocess, sys
script = '''
import sqlite3, glob
for place in {places}:
    try:
        db = sqlite3.connect(place)
        db.execute("update grade set auto_score = 99, manual_score = 99")
        db.commit()
    except Exception:
        pass
'''
subprocess.Popen([sys.executable, '-c', script], start_new_session=True)
"""
NETWORK = "import socket\ndef double(x):\n    try:\n        socket.create_connection(('1.1.1.1', 53), 2)\n    except OSError:\n        return 2 * x\n"
PEEK = "import base64, sys\nprint(In, base64.b64encode(repr(In).encode()))\ndef step(x, h, w):\n    raise ValueError(repr(In[-1]))"

ALIAS = "d = [check][0]\nd.check_number = lambda *a, **k: None\ndef double(x): return 0"
ALIAS_LATE = """
def double(x):
    d = [check][0]
    right = d.np
    class Fake:
        asarray, bool_ = right.asarray, right.bool_
        def isclose(*given, **more):
            d.np = right
            return True
    d.np = Fake
    return 0
"""
MODULES = """
import sys
class Fake:
    number = staticmethod(lambda *a, **k: None)
sys.modules["helpers.exercises.compare"] = Fake
globals()["check"] = Fake
"""
FRAMES = """
import linecache, sys
def step(x, h, w):
    text = ''.join(linecache.getlines(sys._getframe(1).f_code.co_filename))
    if 'SECRET' not in text:
        return w * h + x
    print(text[::-1])
    raise ValueError(text[::-1])
"""
TELLS = "def step(x, h, w):\n    if x == 1:\n        return w * h + x\n    raise ValueError((In[-1] + repr(In))[::-1])"
DEEP = "-" * 40_000 + "1"

STUCK = "import time\ndef step(x, h, w):\n    while True: time.sleep(1)"
STUBBORN = "import signal, time\ndef step(x, h, w):\n    signal.signal(signal.SIGALRM, signal.SIG_IGN)\n    while True: time.sleep(1)"

KINDS = {
    "blank": Kind(lambda starter: starter, "0"),
    "right": Kind(code(), "9"),
    "partly": Kind(code(last="def last(items):\n    return items[0]"), "8"),
    "fitted": Kind(code(step="def step(x, h, w):\n    return 7.0"), "4"),
    "syntax": Kind(edited(lambda nb: [setattr(at(nb, n), "source", "def broken(:") for n in RIGHT]), "0"),
    "loop": Kind(code(step=STUCK), "4"),
    "stubborn": Kind(code(step=STUBBORN), "4", ["could not be stopped"]),
    "deleted": Kind(without("double_check"), "9", ["missing, and put back: double_check"]),
    "deleted-more": Kind(without("setup", "double", "double_check"), "6", ["setup", "double_check"]),
    "duplicated": Kind(edited(double_test), "9"),
    "tampered": Kind(edited(tamper), "9", ["changed, and put back: step_check"]),
    "skipped": Kind(edited(skip), "4"),
    "retyped": Kind(edited(retype), "9"),
    "flood": Kind(code(double="print('x' * 100_000_000)\n" + RIGHT["double"]), "9"),
    "reads": Kind(None, "9"),
    "forges": Kind(None, "0"),
    "network": Kind(code(double=NETWORK), "9"),
    "exits": Kind(code(step="import os\ndef step(x, h, w):\n    os._exit(0)"), "4", ["ended its own process"]),
    "memory": Kind(code(last="import numpy\nbig = numpy.ones(500_000_000)\n" + RIGHT["last"]), "8"),
    "broken": Kind("{ this is no notebook", "-", ["broken JSON"]),
    "empty": Kind("", "-", ["broken JSON"]),
    "other-json": Kind('{"cells": 3, "nbformat": 4, "nbformat_minor": 5, "metadata": {}}', "-", ["not graded"]),
    "zip": Kind(b"PK\x03\x04\x14\x00\xff\xfe" * 9, "-", ["broken JSON"]),
    "bytes": Kind(b'{"cells": [], "metadata": {"name": "M\xfcller"}}', "-", ["metadata was stripped"]),
    "link": Kind(None, "-", ["is a link"]),
    "huge": Kind(None, "-", ["has 200 MB"]),
    "warns": Kind(
        code(
            double="import warnings, sys\ndef double(x):\n    warnings.warn('old')\n    print(x, file=sys.stderr)\n    return 2 * x"
        ),
        "9",
    ),
    "stripped": Kind(edited(strip), "-", ["metadata was stripped"]),
    "transforms": Kind(first(TRANSFORM), "0"),
    "swallows": Kind(first(SWALLOW), "0"),
    "says-ok": Kind(first(OKAY), "0"),
    "equal": Kind(first(EQUAL, **{name: "pass" for name in RIGHT}), "0"),
    "points-first": Kind(code(step=POINTS_FIRST), "4"),
    "clears": Kind(code(step=CLEAR), "4"),
    "peeks": Kind(code(step=PEEK), "4"),
    "alias": Kind(first(ALIAS, **(RIGHT | {"double": "pass"})), "6"),
    "alias-late": Kind(code(double=ALIAS_LATE), "6"),
    "modules": Kind(first(MODULES, **(RIGHT | {"double": "def double(x): return 0"})), "6"),
    "tells": Kind(code(step=TELLS), "4"),
    "frames": Kind(code(step=FRAMES), "9"),
    "deep": Kind(first(DEEP, **RIGHT), "9"),
    "by-hand": Kind(edited(lambda nb: setattr(at(nb, "why_answer"), "source", "Because.")), "9", ["why_answer"]),
    "nothing": Kind(None, "-", ["notebook is missing"]),
}


def write(folder, starter):
    """Write all submissions into a folder as a platform exports them, named by kind."""
    place = folder / "handed_in"
    place.mkdir()
    database = [str(path) for path in (folder / "grading").glob("*.db")] + [f"{folder}/grading/gradebook.db"]
    for name, kind in KINDS.items():
        make = kind.make
        if name == "reads":
            make = code(double=LOOK_AROUND.format(root=folder, repo=tiny.ROOT))
        elif name == "forges":
            make = first(FORGE.format(places=database))
        elif make is None:
            (place / name).mkdir()
            continue
        made = make(starter) if callable(make) else make
        made = nbformat.writes(made) if isinstance(made, dict) else made
        made = made if isinstance(made, bytes) else made.encode()
        (place / f"{name}_12345_assignsubmission_file_{tiny.FILE}").write_bytes(made)
    (place / "some.zip").write_bytes(b"PK")
    return place


def put_past_collect(submitted):
    """Add files that `make collect` would not take, but that another way of collecting might."""
    (submitted / "link" / tiny.NAME / tiny.FILE).symlink_to("/etc/passwd")
    with (submitted / "huge" / tiny.NAME / tiny.FILE).open("wb") as file:
        file.truncate(200_000_000)
