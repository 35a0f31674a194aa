"""What runs in the sandbox: a learner's cells, and calls of the learner's functions with values that arrive in frames.

`helpers.grading.box` starts it and sends requests. Nothing that this process says is believed, except that these are
the values which the learner's functions return and the outputs which the learner's cells have.
"""

import builtins
import linecache
import math
import os
import signal
import sys
import traceback

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Type
from traitlets.config import Config

from helpers.grading import values
from helpers.grading.values import MAX_ERROR_CHARACTERS, MAX_OUTPUT_CHARACTERS, MAX_OUTPUTS

CUT = "... the rest of this cell's output was cut.\n"


class CellTimeoutError(BaseException):
    """A cell or a call that took too long. `except Exception` does not catch it."""


class Outputs:
    """The outputs of the cell that is running, cut at a limit."""

    def __init__(self):
        self.begin()

    def begin(self):
        self.list, self.characters = [], 0

    def add(self, output):
        self.characters += sum(len(str(part)) for part in output.values())
        if (
            self.characters <= MAX_OUTPUT_CHARACTERS
            and len(self.list) < MAX_OUTPUTS
            or output["output_type"] == "error"
        ):
            self.list.append(output)
        elif not self.list or self.list[-1].get("text") != CUT:
            self.list.append({"output_type": "stream", "name": "stdout", "text": CUT})

    def write(self, name, text):
        if not text:
            return
        last = self.list[-1] if self.list else {}
        room = MAX_OUTPUT_CHARACTERS - self.characters
        if last.get("name") == name and last["text"] != CUT and len(text) <= room:
            last["text"] += text
            self.characters += len(text)
        elif len(text) <= room or room <= 0:
            self.add({"output_type": "stream", "name": name, "text": text})
        else:
            self.write(name, text[:room])
            self.characters = MAX_OUTPUT_CHARACTERS
            self.add({"output_type": "stream", "name": name, "text": text})


outputs = Outputs()


class Stream:
    """Stands for sys.stdout and sys.stderr."""

    encoding, errors, closed = "utf-8", "replace", False

    def __init__(self, name):
        self.name = name

    def write(self, text):
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        outputs.write(self.name, text)
        return len(text)

    def writelines(self, lines):
        for line in lines:
            self.write(line)

    def flush(self):
        pass

    def isatty(self):
        return False

    def writable(self):
        return True

    def fileno(self):
        raise OSError("this stream has no file")


class Publisher(DisplayPublisher):
    def publish(self, data, metadata=None, **more):
        outputs.add({"output_type": "display_data", "data": shown(data)})

    def clear_output(self, wait=False):
        pass


class Hook(DisplayHook):
    def write_output_prompt(self):
        pass

    def write_format_data(self, format_dict, md_dict=None):
        outputs.add({"output_type": "execute_result", "data": shown(format_dict)})

    def finish_displayhook(self):
        pass


def shown(data):
    return {kind: data[kind] for kind in ("text/plain", "image/png") if isinstance(data.get(kind), str)}


class Shell(InteractiveShell):
    display_pub_class = Type(Publisher)
    displayhook_class = Type(Hook)

    def enable_gui(self, gui=None):
        pass

    def _showtraceback(self, kind, error, lines):
        text = [str(line)[-MAX_ERROR_CHARACTERS:] for line in lines][-100:]
        name, said = str(kind.__name__)[:100], text_of(error)
        outputs.add({"output_type": "error", "ename": name, "evalue": said, "traceback": text})


def text_of(error):
    try:
        return str(error)[:MAX_ERROR_CHARACTERS]
    except Exception:
        return ""


def new_shell():
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    config.InteractiveShell.cache_size = 0
    shell = Shell.instance(config=config)
    sys.stdout, sys.stderr = Stream("stdout"), Stream("stderr")
    builtins.input = no_input
    return shell


def no_input(prompt=""):
    raise EOFError("input() finds nobody who could type while this is graded")


def too_long(*interrupted):
    raise CellTimeoutError("it took too long and was stopped: an endless loop?")


def main(source, sink):
    """Answer requests until the stream ends."""
    shell = new_shell()
    signal.signal(signal.SIGALRM, too_long)
    answers = {"run": run, "look": look, "call": call}
    values.send(sink, {"ready": True})
    while (request := values.receive(source)) is not None:
        outputs.begin()
        answer = answers[request["do"]](shell, request, Line(source, sink))
        try:
            values.send(sink, answer)
        except (values.Broken, ValueError):
            values.send(sink, {"error": {"type": "ValueError", "base": "ValueError", "text": "it is too large"}})


class Line:
    """Calls the functions of the other side."""

    def __init__(self, source, sink):
        self.source, self.sink = source, sink

    def function(self, number, name):
        def far(*arguments, **named):
            writer = values.Writer()
            packed = [writer.encode(argument) for argument in arguments], writer.encode(named)
            values.send(self.sink, {"callback": number, "arguments": packed[0], "named": packed[1]})
            answer = values.receive(self.source)
            if "error" in answer:
                kind = getattr(builtins, answer["error"]["type"], RuntimeError)
                raise kind(answer["error"]["text"])
            return values.decode(answer["value"])

        far.__name__ = far.__qualname__ = values.identifier(name)
        return far


def run(shell, request, line):
    """Run a cell and return its outputs."""
    error = within(request["seconds"], lambda: shell.run_cell(request["source"], store_history=False))[1]
    if error is not None:
        outputs.add({"output_type": "error", "ename": type(error).__name__, "evalue": text_of(error), "traceback": []})
    return {"outputs": outputs.list}


def look(shell, request, line):
    """Say what a name stands for: nothing, a function, or a value."""
    name = request["name"]
    if name not in shell.user_ns:
        return {"missing": True}
    value = shell.user_ns[name]
    if callable(value):
        return {"called": str(getattr(value, "__name__", name))[: values.SHOWN]}
    return answer_with(value, [], [])


def call(shell, request, line):
    """Call a function of the learner's and return its value, and the arguments that it changed."""
    function = shell.user_ns.get(request["name"])
    arguments = [values.decode(message, line.function) for message in request["arguments"]]
    named = values.decode(request["named"], line.function)
    value, error = within(request["seconds"], lambda: function(*arguments, **named))
    if error is not None:
        return {"error": described(error)}
    return answer_with(value, arguments, request["arguments"])


def answer_with(value, arguments, before):
    try:
        changed = {}
        for place, (argument, message) in enumerate(zip(arguments, before, strict=True)):
            if "other" not in (message if isinstance(message, dict) else {}):
                now = values.Writer().encode(argument)
                changed |= {place: now} if now != message else {}
        return {"value": values.Writer().encode(value), "changed": changed}
    except values.Broken as error:
        return {"error": {"type": "ValueError", "base": "ValueError", "text": f"what it returns is too large: {error}"}}
    except BaseException as error:  # a value's own methods may raise anything
        return {"error": described(error)}


def described(error):
    """Return an error's type, the built-in type that it is a kind of, its text, and the learner's line that raised it."""
    base = next(kind for kind in type(error).__mro__ if getattr(builtins, kind.__name__, None) is kind)
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.startswith("<ipython")]
    where = [frames[-1].lineno, linecache.getline(frames[-1].filename, frames[-1].lineno).strip()] if frames else None
    return {"type": type(error).__name__, "base": base.__name__, "text": text_of(error), "where": where}


def within(seconds, function):
    """Return a function's value, and the error that ended it, if one did."""
    try:
        signal.setitimer(signal.ITIMER_REAL, min(seconds, 1e6) if seconds < math.inf else 0)
        try:
            return function(), None
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    except BaseException as error:  # SystemExit and CellTimeoutError too: the next cell still runs
        return None, error


if __name__ == "__main__":
    here = [os.dup(descriptor) for descriptor in (0, 1)]
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    main(*here)
