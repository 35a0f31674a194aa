"""A box holds one learner's code while it is judged: it runs cells, and calls the learner's functions with plain values.

The code itself runs in `helpers.grading.sandbox`. This side never runs a line of it, and takes nothing from there but
plain values (`helpers.grading.values`), within bounds of size and time.
"""

import builtins
import contextlib
import copy
import os
import time
from pathlib import Path

import numpy as np
import psutil
from nbformat.v4 import new_output

from helpers.grading import sandbox, values
from helpers.grading.values import MAX_ERROR_CHARACTERS, MAX_OUTPUT_CHARACTERS, MAX_OUTPUTS

STARTING = 60  # seconds until Python runs in the sandbox of a busy machine
MAX_ALL_CHARACTERS = 3_000_000  # of the outputs of all cells together
GRACE = 3  # seconds until code that ignores its interruption is ended
BETWEEN_LOOKS = 0.2
ENDED = "the code ended its own process (an exit, or too much memory or time)"
STUCK = "a cell could not be stopped"
FAR_ERRORS = {
    "ValueError",
    "TypeError",
    "IndexError",
    "KeyError",
    "RuntimeError",
    "AssertionError",
    "ZeroDivisionError",
}


class Gone(Exception):
    """The code was ended, or ended itself; the message says why. Nothing more can be asked."""


class MachineFault(Exception):
    """The sandbox did not start, which is no fault of the code."""


class Missing(NameError):
    """The learner's code does not define a name."""


class Box:
    """Holds the code of one submission.

    Args:
        cell_seconds: for each cell, and for each test.
        until: when everything must be done, as time.monotonic() gives it.

    Raises (every method):
        Gone: the code was ended or ended itself.
    """

    def __init__(self, cell_seconds, until=float("inf")):
        self.cell_seconds, self.until, self.gone, self.room = cell_seconds, until, None, MAX_ALL_CHARACTERS
        self.process = sandbox.start()
        self.watch = _Watch(self.process.pid)
        os.set_blocking(self.process.stdin.fileno(), False)
        self.cell_ends = time.monotonic() + STARTING
        try:
            self._answer()
        except Gone:
            raise MachineFault("the sandbox did not start") from None

    def __enter__(self):
        return self

    def __exit__(self, *error):
        sandbox.end(self.process)

    def begin(self):
        """Begin a cell or a test: its seconds count from here."""
        self.cell_ends = time.monotonic() + self.cell_seconds

    def run(self, source):
        """Run a cell's source, and return its outputs."""
        self.begin()
        answer = self._ask({"do": "run", "source": source, "seconds": self.cell_seconds})
        with self._nonsense():
            outputs = list(_outputs(answer["outputs"], self.room))
            self.room -= sum(len(str(output)) for output in outputs)
            return outputs

    def get(self, name):
        """Return what the learner's code calls `name`: a plain value, or a function that asks the learner's.

        Raises:
            Missing: there is no such name.
        """
        answer = self._ask({"do": "look", "name": name})
        if "missing" in answer:
            raise Missing(f"name {name!r} is not defined")
        if "called" in answer:
            return self._function(name, answer["called"])
        return self._value(answer, ())

    def _function(self, name, called):
        def stand_in(*arguments, **named):
            return self._call(name, arguments, named)

        stand_in.__name__ = stand_in.__qualname__ = values.identifier(called)
        return stand_in

    def _call(self, name, arguments, named):
        writer = values.Writer()
        packed = [writer.encode(argument) for argument in arguments]
        left = max(0.01, min(self.cell_ends, self.until) - time.monotonic())
        question = {"do": "call", "name": name, "arguments": packed, "named": writer.encode(named), "seconds": left}
        return self._value(self._ask(question, writer.functions), arguments)

    def _value(self, answer, arguments):
        with self._nonsense():
            error = far_error(answer["error"]) if "error" in answer else None
            changed = dict(answer.get("changed") or {}) if error is None else {}
            for place, message in changed.items():
                _change(arguments[int(place)], values.decode(message))
            value = values.decode(answer["value"]) if error is None else None
        if error:
            raise error
        return value

    def _ask(self, question, functions=()):
        if self.gone:
            raise Gone(self.gone)
        with self._nonsense():
            self._send(question)
            while "callback" in (answer := self._answer()):
                self._send(_called_back(answer, functions))
        return answer

    @contextlib.contextmanager
    def _nonsense(self):
        """End the code if what it answers is no message."""
        try:
            yield
        except (values.Broken, LookupError, TypeError, ValueError, AttributeError, OverflowError):
            self._lose("the code's answer could not be read")

    def _send(self, message):
        try:
            values.send(self.process.stdin.fileno(), message, min(self.cell_ends + GRACE, self.until))
        except BrokenPipeError:
            self._lose(ENDED)
        except values.Late:
            self._lose(STUCK)

    def _answer(self):
        """Return the next message, and look now and then at what the sandbox uses."""
        stop = min(self.cell_ends + GRACE, self.until)
        try:
            answer = values.receive(self.process.stdout.fileno(), stop, self.watch.look, BETWEEN_LOOKS)
        except values.Late:
            self._lose("everything together took too long" if stop == self.until else STUCK)
        except TooMuch as error:
            self._lose(str(error))
        if answer is None:
            self._lose(ENDED)
        if not isinstance(answer, dict):
            raise values.Broken("a message has no form")
        return answer

    def _lose(self, why):
        self.gone = why
        sandbox.end(self.process)
        raise Gone(why) from None


def far_error(told):
    """Return an error of the type that the learner's code raised, with its text; `where` is its line and the line's text.

    `except` treats it as the built-in type that it is a kind of, but nothing that is not an Exception, such as
    SystemExit, is passed on as such.
    """
    base = getattr(builtins, str(told.get("base")), Exception)
    if not (isinstance(base, type) and issubclass(base, Exception)) or issubclass(base, BaseExceptionGroup):
        base = Exception  # a group cannot be made without its errors
    text = str(told.get("text", ""))[:MAX_ERROR_CHARACTERS]
    methods = {"__init__": lambda self: None, "__str__": lambda self: text}
    error = type(values.identifier(told.get("type")), (base,), methods)()
    where = told.get("where")
    error.where = (int(where[0]), str(where[1])[:200]) if isinstance(where, list) and len(where) == 2 else None
    return error


def _called_back(answer, functions):
    """Call a function that a test handed over, and return the message with its value or its error."""
    function = functions[int(answer["callback"])]
    arguments = [values.decode(message) for message in answer["arguments"]]
    try:
        value = function(*arguments, **values.decode(answer["named"]))
    except Exception as error:
        kind = type(error).__name__
        return {"error": {"type": kind if kind in FAR_ERRORS else "RuntimeError", "text": str(error)[:1000]}}
    return {"value": values.Writer().encode(value)}


def _change(old, new):
    """Give a list, dict, set or array the content that the learner's function gave it."""
    if isinstance(old, np.ndarray) and isinstance(new, np.ndarray):
        if old.shape != new.shape:
            old.resize(new.shape, refcheck=False)
        np.copyto(old, new, casting="unsafe")
    elif isinstance(old, list) and isinstance(new, list):
        old[:] = new
    elif isinstance(old, dict | set) and type(old) is type(new):
        kept = copy.copy(new)
        old.clear()
        old.update(kept)


def _outputs(messages, room):
    """Yield the outputs of a cell, as nbformat has them, with nothing in them but what they may have."""
    room = min(room, MAX_OUTPUT_CHARACTERS + MAX_ERROR_CHARACTERS)
    for message in list(messages)[: MAX_OUTPUTS + 2]:
        kind = message["output_type"]
        if kind == "stream":
            made = new_output("stream", name=_one(message, "name", "stdout", "stderr"), text=_text(message["text"]))
        elif kind == "error":
            traceback = [_text(line) for line in list(message["traceback"])[-100:]]
            name, said = values.identifier(message["ename"]), _text(message["evalue"])[:MAX_ERROR_CHARACTERS]
            made = new_output("error", ename=name, evalue=said, traceback=traceback)
        else:
            data = {key: _text(message["data"][key]) for key in ("text/plain", "image/png") if key in message["data"]}
            made = new_output(_one(message, "output_type", "display_data", "execute_result"), data=data)
        room -= len(str(made))
        if room < 0:
            return
        yield made


def _one(message, key, *allowed):
    if message[key] not in allowed:
        raise values.Broken(f"an output's {key} is unknown")
    return message[key]


def _text(text):
    if not isinstance(text, str):
        raise values.Broken("an output holds no text")
    return text


class TooMuch(Exception):
    """The code uses more than a submission may."""


class _Watch:
    """Looks at what all processes of a sandbox use together."""

    def __init__(self, pid):
        self.pid, self.looked = pid, time.monotonic()

    def look(self):
        """Raise TooMuch if it is more than a submission may use, unless it was looked at just now."""
        if time.monotonic() - self.looked < BETWEEN_LOOKS:
            return
        self.looked = time.monotonic()
        processes = family(self.pid)
        if len(processes) > sandbox.PROCESSES + 8:
            raise TooMuch(f"the code ran more than {sandbox.PROCESSES} processes")
        if sum(map(resident, processes)) > sandbox.TOTAL_MEMORY:
            raise TooMuch(f"the code used more than {sandbox.TOTAL_MEMORY / 1e9:.0f} GB of memory")
        for place in (f"/proc/{process}/root/{disk}" for process in processes for disk in ("tmp", "dev/shm")):
            with contextlib.suppress(OSError):  # of a process that has ended
                disk = os.statvfs(place)
                if disk.f_files - disk.f_ffree > sandbox.FILES and disk.f_blocks * disk.f_frsize < 2 * sandbox.DISK:
                    raise TooMuch(f"the code made more than {sandbox.FILES:,} files")


def family(pid):
    """Return the ids of a process and of all its descendants, parents first."""
    with contextlib.suppress(psutil.Error):
        return [pid, *(child.pid for child in psutil.Process(pid).children(recursive=True))]
    return [pid]


def resident(pid):
    """Return the bytes of memory that a process uses, its share of what it uses with others."""
    with contextlib.suppress(OSError, ValueError, StopIteration):
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        return 1024 * int(next(line for line in lines if line.startswith("Pss:")).split()[1])
    return 0
