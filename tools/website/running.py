"""Runs a lesson's code cells in the browser's worker; they share their names, as in a notebook."""

import ast
import base64
import contextlib
import io
import json
import linecache
import sys
import traceback
import types

from helpers import data, figures
from website import stored

NAMES = {"__name__": "__main__"}
LONGEST = 20_000
"""Characters that a cell may print."""


def give(name, content):
    """Let cells call `data.NAME()`, without the archive that it is read from: `content` is what `stored.Writer` wrote."""
    kept = stored.read(content)
    setattr(data, name, lambda: list(kept))


def run(cell, source):
    """Run a cell. Returns JSON: what it showed, in order, and a sentence if it stopped.

    What it showed is a list of {"text": ...} and {"picture": PNG as base64, "alt": ..., "width": ...}.
    """
    place = f"<cell {cell}>"
    linecache.cache[place] = (len(source), None, source.splitlines(True), place)
    shown, problem = _Shown(), ""
    NAMES["display"] = shown.display
    with _stand_ins(shown), contextlib.redirect_stdout(shown), contextlib.redirect_stderr(shown):
        try:
            _execute(source, place, shown)
        except BaseException as error:
            problem = what_happened(error, place)
        shown.figures_of_pyplot()
    return json.dumps({"shown": shown.parts, "problem": problem})


def what_happened(error, place):
    """Return an error as a sentence, with the line of the learner's code."""
    if isinstance(error, SyntaxError) and error.filename == place:
        return f"Python cannot read line {error.lineno}: {error.msg}."
    lines = [each.lineno for each in traceback.extract_tb(error.__traceback__) if each.filename == place]
    where = f", in line {lines[-1]}" if lines else ""
    if isinstance(error, ModuleNotFoundError):
        return f"There is no {error.name} in this page{where}: it has NumPy, matplotlib and the course's helpers."
    said = str(error).rstrip(".")
    return f"Your code stopped with {type(error).__name__}{said and ': '}{said}{where}."


def _execute(source, place, shown):
    """Run statements; show the value of a last expression."""
    tree = ast.parse(source, place)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, place, "exec"), NAMES)
    if last:
        value = eval(compile(ast.Expression(last.value), place, "eval"), NAMES)
        if value is not None and not source.rstrip().endswith(";"):
            shown.display(value)


class _Shown(io.TextIOBase):
    """What a cell prints and draws, in order."""

    def __init__(self):
        self.parts, self.length = [], 0

    def write(self, text):
        room = LONGEST - self.length
        self.length += len(text)
        if room > 0:
            cut = text[:room] + ("\n... (more was printed)\n" if len(text) > room else "")
            if self.parts and "text" in self.parts[-1]:
                self.parts[-1]["text"] += cut
            else:
                self.parts.append({"text": cut})
        return len(text)

    def display(self, *values, **_):
        for value in values:
            if hasattr(value, "savefig"):
                self.picture(value)
            else:
                self.write(f"{value!r}\n")

    def show(self, fig, alt):
        figures.check_alt(alt)
        self.picture(fig, alt)

    def picture(self, fig, alt=""):
        titles = ", ".join(ax.get_title(loc) for ax in fig.axes for loc in ("left", "center") if ax.get_title(loc))
        png = io.BytesIO()
        fig.savefig(png, format="png", dpi=figures.SHARP * fig.dpi, pil_kwargs={"compress_level": 1})
        self.parts.append(
            {
                "picture": base64.b64encode(png.getvalue()).decode(),
                "alt": alt or f"A picture that your code drew: {titles or 'it has no title'}.",
                "width": int(fig.get_figwidth() * fig.dpi),
            }
        )

    def figures_of_pyplot(self):
        """Show the figures that were made with pyplot, as a notebook does at the end of a cell."""
        if pyplot := sys.modules.get("matplotlib.pyplot"):
            for number in pyplot.get_fignums():
                self.picture(pyplot.figure(number))
            pyplot.close("all")


@contextlib.contextmanager
def _stand_ins(shown):
    """Let lessons' cells show pictures here, and import their quizzes, which the page has already, and a bar that is not."""
    made = {name: types.ModuleType(name) for name in ("helpers.quizzes", "helpers.live")}
    made["helpers.live"].bar = lambda label, updates: lambda *done: None
    before, show = _put(made), figures.show
    figures.show = shown.show
    try:
        yield
    finally:
        figures.show = show
        _put(before)


def _put(modules):
    """Let imports find these modules, or none where it says None. Returns what they found before."""
    before = {name: sys.modules.get(name) for name in modules}
    for name, module in modules.items():
        package, _, part = name.rpartition(".")
        if module is None:
            del sys.modules[name]
            vars(sys.modules[package]).pop(part, None)
        else:
            sys.modules[name] = module
            setattr(sys.modules[package], part, module)
    return before
