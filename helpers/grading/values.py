"""Plain values and the frames that carry them between the sandbox and the process that judges.

Both sides import this file. A frame is four bytes with a length (big-endian) and then JSON. Nothing that arrives is
ever run, imported or unpickled: numbers, texts, lists, tuples, sets, dicts and arrays are built anew, and everything
else becomes an `Other`, which has the name of a type, a text and perhaps an array, and no behaviour.
"""

import base64
import contextlib
import json
import math
import os
import re
import select
import time
from decimal import Decimal
from fractions import Fraction

import numpy as np

MAX_FRAME_BYTES = 100_000_000
MAX_VALUE_BYTES = 50_000_000
MAX_PARTS = 2_000_000  # items of all lists, tuples, sets, dicts and ranges together
MAX_SIGNS = 5 * MAX_PARTS  # brackets and commas in a frame: JSON takes fifty times the memory of its text
MAX_DEPTH = 50
MAX_INTEGER_BITS = 10_000
MAX_OUTPUT_CHARACTERS = 300_000  # for each cell: enough for a few pictures
MAX_OUTPUTS = 1_000  # for each cell
MAX_ERROR_CHARACTERS = 10_000
SHOWN = 200  # characters of what has no plain form


class Broken(Exception):
    """A frame that did not arrive whole and in time, or that is no plain value."""


class Late(Broken):
    """A frame that did not arrive in time."""


class Other:
    """Stands for a value without a plain form, such as a generator or an object of the learner's own class."""

    def __init__(self, text="", array=None):
        self._text, self._array = text, array

    def __repr__(self):
        return self._text


class ArrayLike(Other):
    """Stands for another library's array, such as a tensor: NumPy can read its numbers."""

    def __array__(self, dtype=None, copy=None):
        return np.array(self._array, dtype=dtype)

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self._array, name)

    def __len__(self):
        return len(self._array)

    def __iter__(self):
        return iter(self._array)

    def __getitem__(self, place):
        return self._array[place]


def send(descriptor, message, until=math.inf):
    """Write one frame. With `until`, the descriptor must not block.

    Raises:
        Late: it was not written at the time `until`, as time.monotonic() gives it.
        Broken: the message is too large.
    """
    text = json.dumps(message).encode()
    if len(text) > MAX_FRAME_BYTES:
        raise Broken(f"{len(text) / 1e6:.0f} MB are too much")
    left = memoryview(len(text).to_bytes(4, "big") + text)
    while left:
        seconds = until - time.monotonic()
        if seconds < math.inf and (seconds <= 0 or not select.select([], [descriptor], [], seconds)[1]):
            raise Late
        left = left[os.write(descriptor, left) :]


def receive(descriptor, until=math.inf, meanwhile=None, every=math.inf):
    """Return the next frame's message, or None at the end of the stream; call `meanwhile` at least every so many seconds.

    Raises:
        Late: the frame was not complete at the time `until`, as time.monotonic() gives it.
        Broken: the frame is too long or has too many parts, was cut off, or is not JSON.
    """
    head = _read(descriptor, 4, until, meanwhile, every)
    if not head:
        return None
    length = int.from_bytes(head, "big")
    if len(head) < 4 or length > MAX_FRAME_BYTES:
        raise Broken("a frame is cut off or too long")
    text = _read(descriptor, length, until, meanwhile, every)
    if len(text) < length:
        raise Broken("a frame is cut off")
    if sum(map(text.count, (b"{", b"[", b","))) > MAX_SIGNS:
        raise Broken("a frame has too many parts")
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise Broken("a frame is not JSON") from None


def _read(descriptor, count, until, meanwhile, every):
    """Return `count` bytes, or fewer at the end of the stream."""
    parts, left = [], count
    while left:  # who writes without a pause gets no more time, and is looked at all the same
        if meanwhile:
            meanwhile()
        wait = min(every, until - time.monotonic())
        if wait <= 0:
            raise Late
        if not select.select([descriptor], [], [], None if wait == math.inf else wait)[0]:
            continue
        part = os.read(descriptor, min(left, 1 << 20))
        if not part:
            break
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


class Writer:
    """Turns values into messages. `functions` collects the functions among them, which the other side may call."""

    def __init__(self):
        self.functions, self.bytes, self.parts = [], 0, 0

    def encode(self, value, depth=0):
        """Return a value as something that JSON can hold.

        Raises:
            Broken: it is too large.
        """
        self._count_parts()
        kind = type(value)
        if value is None or kind is bool:
            return value
        if kind is int:
            if value.bit_length() > MAX_INTEGER_BITS:
                raise Broken("a whole number with thousands of digits")
            return {"int": hex(value)} if value.bit_length() > 50 else value
        if kind is float:
            return {"float": value.hex()}
        if kind is complex:
            return {"complex": [value.real.hex(), value.imag.hex()]}
        if kind is str:
            self._count(len(value))
            return value
        if kind is bytes:
            self._count(len(value))
            return {"bytes": base64.b64encode(value).decode()}
        if kind in (Fraction, Decimal):
            with contextlib.suppress(ValueError, OverflowError):
                return {"float": float(value).hex()}
        if isinstance(value, np.generic):
            return {"scalar": self._array(np.asarray(value))} if value.dtype.kind in "biufcUS" else self._other(value)
        if isinstance(value, np.ndarray):
            if value.dtype.kind == "O" and depth < MAX_DEPTH:  # lists of unequal length, as the checks take them
                return self.encode(value.tolist(), depth + 1)
            return self._array(value) if value.dtype.kind in "biufcUS" else self._other(value)
        if depth < MAX_DEPTH:
            if kind is range:
                self._count_parts(value)
                return {"range": [self.encode(n) for n in (value.start, value.stop, value.step)]}
            for base, name in ((list, "list"), (tuple, "tuple"), (set, "set"), (frozenset, "frozenset")):
                if isinstance(value, base):
                    return {name: [self.encode(part, depth + 1) for part in base.__iter__(value)]}
            if isinstance(value, dict):
                pairs = dict.items(value)
                return {"dict": [[self.encode(key, depth + 1), self.encode(part, depth + 1)] for key, part in pairs]}
        if isinstance(value, int | float | complex | str):
            base = next(base for base in (int, float, complex, str) if isinstance(value, base))
            return self.encode(base.__str__(value) if base is str else base(value), depth)
        return self._other(value)

    def _count_parts(self, numbers=range(0)):
        if numbers[MAX_PARTS:] or self.parts + len(numbers) + 1 > MAX_PARTS:
            raise Broken(f"more than {MAX_PARTS:,} values")
        self.parts += len(numbers) + 1

    def _count(self, size):
        self.bytes += size
        if self.bytes > MAX_VALUE_BYTES:
            raise Broken(f"more than {MAX_VALUE_BYTES / 1e6:.0f} MB")

    def _array(self, array):
        self._count(array.size * array.itemsize)
        data = np.ascontiguousarray(array).tobytes()
        return {"array": [array.dtype.str, list(array.shape), base64.b64encode(data).decode()]}

    def _other(self, value):
        made = {"other": type(value).__name__, "text": _shown(value)}
        if callable(value) and not isinstance(value, type):
            self.functions.append(value)
            made |= {"function": len(self.functions) - 1, "called": str(getattr(value, "__name__", "function"))[:SHOWN]}
        elif (array := _as_array(value)) is not None:
            made |= self._array(array)
        return made


def _shown(value):
    try:
        text = repr(value)
    except Exception:
        text = ""
    return re.sub(r" at 0x[0-9a-fA-F]+", "", str(text)[: 2 * SHOWN])[:SHOWN] or f"<{type(value).__name__}>"


def _as_array(value):
    """Return another library's array as NumPy's, detached from its gradient; None if it is no array of numbers."""
    try:
        if not hasattr(value, "__array__") or isinstance(value, type):
            return None
        array = np.asarray(value.detach().cpu() if hasattr(value, "detach") else value)
        return array if array.dtype.kind in "biufc" else None
    except Exception:
        return None


def decode(message, function=None):
    """Return the value of a message; `function(number, name)` makes a function that calls the other side.

    Raises:
        Broken: the message is none that `Writer.encode` makes.
    """
    try:
        return Reader(function).decode(message)
    except Broken:
        raise
    except (TypeError, ValueError, KeyError, IndexError, OverflowError, MemoryError) as error:
        raise Broken(f"a value cannot be read: {type(error).__name__}") from None


class Reader:
    """Turns messages into values. `parts` are counted, since a range is short in a message and long as a list."""

    def __init__(self, function=None):
        self.function, self.parts = function, 0

    def decode(self, message, depth=0):
        if depth > MAX_DEPTH + 5:
            raise Broken("a value is too deeply nested")
        if message is None or isinstance(message, bool | int | float | str):
            return message
        if not isinstance(message, dict):
            raise Broken("a value has no form")
        if "other" in message:
            return _decode_other(message, self.function)
        [(form, content)] = message.items()
        if form == "int":
            if len(content) > MAX_INTEGER_BITS:
                raise Broken("a whole number with thousands of digits")
            return int(content, 16)
        if form == "float":
            return float.fromhex(content)
        if form == "complex":
            return complex(*map(float.fromhex, content))
        if form == "bytes":
            return base64.b64decode(content, validate=True)
        if form == "array":
            return _decode_array(content)
        if form == "scalar":
            return _decode_array(content["array"])[()]
        if form == "range":
            return self._counted(range(*(self.decode(part, depth + 1) for part in content)))
        self._counted(content)
        if form == "dict":
            return {self.decode(key, depth + 1): self.decode(part, depth + 1) for key, part in content}
        make = {"list": list, "tuple": tuple, "set": set, "frozenset": frozenset}[form]
        return make(self.decode(part, depth + 1) for part in content)

    def _counted(self, parts):
        self.parts += len(parts)
        if self.parts > MAX_PARTS:
            raise Broken(f"more than {MAX_PARTS:,} values")
        return parts


def _decode_array(content):
    kind, shape, data = content
    if not re.fullmatch(r"[<>|=]?[biufcUS]\d{1,6}", str(kind)):
        raise Broken("an array has a type without a plain form")
    dtype, raw = np.dtype(kind), base64.b64decode(data, validate=True)
    if not dtype.itemsize or math.prod(shape) * dtype.itemsize != len(raw):
        raise Broken("an array's bytes do not fit its shape")
    return np.frombuffer(raw, dtype=dtype).reshape(shape).copy() if raw else np.zeros(shape, dtype=dtype)


def _decode_other(message, function):
    text = str(message.get("text", ""))[:SHOWN]
    if "function" in message and function is not None:
        return function(int(message["function"]), str(message.get("called", "function")))
    array = _decode_array(message["array"]) if "array" in message else None
    base = Other if array is None else ArrayLike
    return type(identifier(message["other"]), (base,), {})(text, array)


def identifier(name):
    """Return a name as a type or function may have it: letters, digits and `_`, at most 60 of them."""
    return name if name == "<lambda>" else re.sub(r"\W", "_", str(name))[:60] or "unknown"
