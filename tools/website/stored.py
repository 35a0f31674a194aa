"""What an explorer needs from the lesson above it, as JSON and arrays: written when the site is built, read in the browser.

Numbers, texts, lists, dictionaries, arrays and objects of `helpers` are stored as they are; a function or class of the
notebook is stored as its source, with the notebook's names that it uses. Reading makes only objects of `helpers`.
"""

import ast
import builtins
import collections
import importlib
import io
import json
import linecache
import symtable
import types
import zipfile

import numpy as np

MODULES = {"numpy", "re", "itertools", "math", "collections", "functools", "random", "string", "types"}
"""What a stored function may use, besides `helpers`."""


class NotStorable(ValueError):
    """A value of a kind that the browser could not make again."""


# Write


class Writer:
    """Turns values into JSON and arrays; functions and classes of the notebook take the names they use with them."""

    def __init__(self, notebook):
        self.notebook = notebook  # the notebook's names
        self.arrays, self.names, self.definitions = [], {}, {}

    def bytes(self, value):
        """Return a zip file with the value's JSON and its arrays."""
        node = self.node(value)
        table = {
            "value": node,
            "names": self.names,
            "definitions": [self.definitions[name] for name in self.notebook if name in self.definitions],  # in order
        }
        written = io.BytesIO()
        with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
            _put(archive, "value.json", json.dumps(table).encode())
            for number, array in enumerate(self.arrays):
                content = io.BytesIO()
                np.save(content, array, allow_pickle=False)
                _put(archive, f"{number}.npy", content.getvalue())
        return written.getvalue()

    def node(self, value):
        """Return a value as JSON."""
        kind = type(value)
        if value is None or kind in (bool, int, float, str):
            return value
        if isinstance(value, np.generic):
            return self.node(value.item())
        if kind is np.ndarray and value.dtype.kind in "biufU":
            self.arrays.append(value)
            return {"array": len(self.arrays) - 1}
        if kind in (set, frozenset):  # in one order, so that the same value is the same file
            return {kind.__name__: [self.node(each) for each in sorted(value, key=repr)]}
        if kind in (list, tuple):
            return {kind.__name__: [self.node(each) for each in value]}
        if kind is collections.defaultdict and _counts(value):
            counted = [[self.node(key), list(counts), list(counts.values())] for key, counts in value.items()]
            return {"counted": counted, "each": self._named(value.default_factory)}
        if kind in (dict, collections.Counter, collections.OrderedDict):
            return {"dict": [[self.node(key), self.node(each)] for key, each in value.items()]}
        if isinstance(value, types.ModuleType):
            if value.__name__ in MODULES or value.__name__.startswith("helpers"):
                return {"module": value.__name__}
            raise NotStorable(f"the module {value.__name__}")
        if isinstance(value, np.random.Generator):
            return {"generator": json.loads(json.dumps(value.bit_generator.state))}
        if isinstance(value, types.FunctionType | type):
            return self._named(value)
        if kind.__module__.startswith("sklearn."):
            return self._bag(value)
        if isinstance(value, tuple) and hasattr(value, "_fields"):
            return {"record": self._named(kind), "values": [self.node(each) for each in value]}
        if hasattr(value, "__dict__") and (kind.__module__.startswith("helpers") or self._is_notebooks(kind)):
            state = [[name, self.node(each)] for name, each in vars(value).items()]
            return {"object": self._named(kind), "state": state}
        raise NotStorable(f"a {kind.__module__}.{kind.__name__}")

    def _is_notebooks(self, thing):
        return thing.__module__ == "__main__"

    def _named(self, thing):
        """Return where a function or class is found: in a module, or among the notebook's own."""
        if thing.__module__ == "__main__":
            if self.notebook.get(thing.__name__) is not thing:
                raise NotStorable(f"{thing.__qualname__}, which the notebook does not know by its name")
            self._define(thing)
            return {"mine": thing.__name__}
        if thing.__module__ == "builtins" or thing.__module__.partition(".")[0] in MODULES | {"helpers"}:
            return {"in": thing.__module__, "name": thing.__qualname__}
        raise NotStorable(f"{thing.__module__}.{thing.__qualname__}")

    def _define(self, thing):
        if thing.__name__ in self.definitions:
            return
        source = self.definitions[thing.__name__] = _source(thing)
        for name in sorted(_names_in(source)):
            if name in self.notebook and name not in self.names and not hasattr(builtins, name):
                self.names[name] = None  # stops the search where functions use each other
                self.names[name] = self.node(self.notebook[name])

    def _bag(self, pipeline):
        """A bag of words: counts of words and phrases, times weights."""
        try:
            (_, counts), (_, learner) = pipeline.steps
            ordered = sorted(counts.vocabulary_, key=counts.vocabulary_.get)
            return {
                "bag": {
                    "split": self._named(counts.tokenizer),
                    "longest": int(counts.ngram_range[1]),
                    "lower": bool(counts.lowercase),
                    "phrases": ordered,
                    "weights": self.node(learner.coef_[0]),
                    "bias": float(learner.intercept_[0]),
                }
            }
        except (AttributeError, ValueError):
            raise NotStorable(f"a {type(pipeline).__name__} of scikit-learn") from None


def _counts(value):
    """Are these counts of letters or words, as `helpers.ngrams` makes them?"""
    if value.default_factory not in (collections.Counter, dict):
        return False
    pairs = [pair for counts in value.values() for pair in counts.items()]
    return all(isinstance(thing, str) and isinstance(count, int) for thing, count in pairs)


def _put(archive, name, content):
    info = zipfile.ZipInfo(name)  # without the time, so that the same value is the same file
    info.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(info, content)


def _source(thing):
    """Return the source of a function or class that a cell defines."""
    functions = [thing, *vars(thing).values()]
    filename = next((each.__code__.co_filename for each in functions if isinstance(each, types.FunctionType)), "")
    whole = "".join(linecache.getlines(filename))
    for each in ast.walk(ast.parse(whole)):
        if isinstance(each, ast.FunctionDef | ast.ClassDef) and each.name == thing.__name__:
            first = min([each.lineno, *(decorator.lineno for decorator in each.decorator_list)])
            return "\n".join(whole.splitlines()[first - 1 : each.end_lineno])
    raise NotStorable(f"{thing.__name__}, whose source is not a cell's")


def _names_in(source):
    return set(_names_read(symtable.symtable(source, "<cell>", "exec")))


def _names_read(table):
    """Yield the notebook's names that a cell, its functions and its classes read; their own names are left out."""
    for each in table.get_symbols():
        if each.is_referenced() and (table.get_type() == "module" or each.is_global()):
            yield each.get_name()
    for inner in table.get_children():
        yield from _names_read(inner)


# Read


def read(content):
    """Return the value that `Writer.bytes` has written."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        table = json.loads(archive.read("value.json"))

        def array(number):
            return np.load(io.BytesIO(archive.read(f"{number}.npy")), allow_pickle=False)

        return _Reader(array).value(table)


class _Reader:
    def __init__(self, array):
        self.array, self.mine = array, {"__name__": "__main__"}

    def value(self, table):
        later = {}
        for name, node in table["names"].items():  # modules first: definitions use them
            if isinstance(node, dict) and ("module" in node or "in" in node):
                self.mine[name] = self.made(node)
            elif not (isinstance(node, dict) and "mine" in node):
                later[name] = node
        for source in table["definitions"]:
            exec(source, self.mine)
        for name, node in later.items():
            self.mine[name] = self.made(node)
        return self.made(table["value"])

    def made(self, node):
        if not isinstance(node, dict):
            return node
        kind = next(iter(node))
        return getattr(self, f"_{kind}")(node)

    def _array(self, node):
        return self.array(node["array"])

    def _list(self, node):
        return [self.made(each) for each in node["list"]]

    def _tuple(self, node):
        return tuple(self.made(each) for each in node["tuple"])

    def _set(self, node):
        return {self.made(each) for each in node["set"]}

    def _frozenset(self, node):
        return frozenset(self.made(each) for each in node["frozenset"])

    def _dict(self, node):
        return {self.made(key): self.made(each) for key, each in node["dict"]}

    def _counted(self, node):
        kind = self.made(node["each"])
        counted = collections.defaultdict(kind)
        for key, things, counts in node["counted"]:
            counted[self.made(key)] = kind(dict(zip(things, counts, strict=True)))
        return counted

    def _module(self, node):
        return importlib.import_module(node["module"])

    def _generator(self, node):
        generator = np.random.default_rng()
        generator.bit_generator.state = node["generator"]
        return generator

    def _in(self, node):
        found = importlib.import_module(node["in"])
        for name in node["name"].split("."):
            found = getattr(found, name)
        return found

    def _mine(self, node):
        return self.mine[node["mine"]]

    def _record(self, node):
        return self.made(node["record"])(*map(self.made, node["values"]))

    def _object(self, node):
        kind = self.made(node["object"])
        made = kind.__new__(kind)
        vars(made).update({name: self.made(each) for name, each in node["state"]})
        return made

    def _bag(self, node):
        bag = node["bag"]
        return Bag(**bag | {"split": self.made(bag["split"]), "weights": self.made(bag["weights"])})


class Bag:
    """A bag of words that was fitted by scikit-learn: it answers as the pipeline did."""

    def __init__(self, split, longest, lower, phrases, weights, bias):
        self.split, self.longest, self.lower, self.weights, self.bias = split, longest, lower, weights, bias
        self.column = {phrase: i for i, phrase in enumerate(phrases)}

    def predict_proba(self, texts):
        """Return (texts, 2) probabilities."""
        scores = []
        for text in texts:
            words = self.split(text.lower() if self.lower else text)
            phrases = [
                " ".join(words[i : i + n]) for n in range(1, self.longest + 1) for i in range(len(words) - n + 1)
            ]
            known = [self.column[phrase] for phrase in phrases if phrase in self.column]
            scores.append(self.weights[known].sum() + self.bias)
        p = 1 / (1 + np.exp(-np.array(scores)))
        return np.column_stack([1 - p, p])
