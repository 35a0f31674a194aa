"""What runs in the browser's worker: it opens explorers, moves them, and checks answers of "Your turn"."""

import ast
import contextlib
import io
import json
import linecache
from pathlib import Path

from helpers import explorers, figures
from website import running, stored

OPEN = {}
MOST_PIXELS = 2  # of the screen for each of the page, in each direction
ANSWER = "<your code>"
UNCHECKED = (1).to_bytes(4, "little")
"""The second word of a compiled file that is not compared with its source (PEP 552)."""


def sharpen(pixels):
    """Say how many pixels of the screen make one of the page; new explorers draw no more than these."""
    figures.SHARP = min(MOST_PIXELS, max(1, round(pixels)))


def open_explorer(key, name, content, values):
    """Make an explorer and set its controls. Returns what `state` returns.

    Args:
        key: a name for it.
        name: the function in helpers.explorers.
        content: what `stored.Writer` has written, or None.
        values: JSON, name -> value of each control.
    """
    OPEN[key] = made(name, content).explorer
    return move(key, values)


def made(name, content):
    """Return what a function of helpers.explorers returns for the arguments in `content`; see `open_explorer`."""
    given = stored.read(content) if content else {"arguments": (), "named": {}}
    return getattr(explorers, name)(*given["arguments"], **given["named"])


def move(key, values):
    """Set the controls of an explorer and draw. Returns what `state` returns."""
    explorer = OPEN[key]
    typed = {}
    for name, value in json.loads(values).items():
        control = explorer.controls[name]
        if control.kind == "slider":
            value = (int if control.whole else float)(value)
        elif control.kind in ("choice", "buttons"):
            value = control.options[value]
        typed[name] = value
    explorer.move(**typed)
    return state(explorer)


def state(explorer):
    """Return JSON of what an explorer shows: its sentence, a problem, and the value and upper end of each slider."""
    problem = explorer.problem
    return json.dumps(
        {
            "status": explorer.status,
            "problem": problem and f"{type(problem).__name__}: {problem}",
            "sliders": {
                name: [control.value, control.high]
                for name, control in explorer.controls.items()
                if control.kind == "slider"
            },
            "size": list(explorer.pixels.shape[1::-1]),
        }
    )


def pixels(key):
    """Return the picture as bytes, RGBA."""
    return OPEN[key].pixels


def compiled(folder):
    """Return what Python has compiled below a folder, `together`, for the next visit.

    Each file is marked to be taken as it is: its source has another time whenever the browser unpacks it.
    """
    found = {path.as_posix(): path.read_bytes() for path in sorted(Path(folder).rglob("*.pyc"))}
    return together({path: each[:4] + UNCHECKED + each[8:] for path, each in found.items()})


def together(files):
    """Return files as one: a line of JSON, path -> size, then their contents. The worker's `unpack` puts them in place."""
    sizes = {path: len(content) for path, content in files.items()}
    return b"".join([json.dumps(sizes).encode(), b"\n", *files.values()])


def listen(key):
    """Return the bytes of a WAV file."""
    return OPEN[key].listen[1]()


def check(source, names, function, of_check):
    """Run a learner's code and the check of it. Returns JSON: whether it is right, and what to say.

    Args:
        source: the learner's code.
        names: import statements of the lesson, a line each; those that fail here are left out.
        function: the name that the code must define.
        of_check: the name of the check in helpers.exercises.your_turn.
    """
    from helpers.exercises import asking, your_turn

    asking.LIMIT = 5.0
    scope, printed = {"__name__": "__main__"}, io.StringIO()
    for line in ["import numpy as np", *names.splitlines()]:
        for each in _single(line):
            with contextlib.suppress(Exception):
                exec(each, scope)
    linecache.cache[ANSWER] = (len(source), None, source.splitlines(True), ANSWER)
    right, said = False, ""
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        try:
            exec(compile(source, ANSWER, "exec"), scope)
            if function not in scope:
                said = f"There is no function with the name {function}."
            else:
                getattr(your_turn, of_check)(scope[function])
                right = True
        except asking.NotYet as problem:
            said = f"Not yet: {problem}"
        except BaseException as problem:
            said = f"Not yet. {running.what_happened(problem, ANSWER)}"
    text = printed.getvalue()
    if right:
        text = text.removesuffix("Right.\n")
        said = "Right."
    return json.dumps({"right": right, "said": said, "printed": text[:10_000]})


def _single(line):
    """Return an import statement as one statement for each name, so that one that fails does not take others with it."""
    made = ast.parse(line).body[0]
    for name in made.names:
        single = ast.Import([name]) if isinstance(made, ast.Import) else ast.ImportFrom(made.module, [name], made.level)
        yield ast.unparse(ast.fix_missing_locations(single))
