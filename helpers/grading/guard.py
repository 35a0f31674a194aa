"""Keep learners' code from changing the checks. Runs inside the kernel, before the first cell and around each test.

The kernel cannot import `helpers.grading`, so this file is sent to it as text. It seals modules: a name in a sealed
module cannot be given another value. Before each test the course's own modules are imported again, which undoes any
change inside them, and sealed again. `tried` lists the attempts to change a sealed name.
"""

import sys

tried = []


class Sealed(type(sys)):
    def __setattr__(self, name, value):
        if name in vars(self) and name != "input":  # ipykernel sets builtins.input for each cell
            tried.append(f"{self.__name__}.{name}")
            raise AttributeError(f"{self.__name__}.{name} cannot be changed while this is graded.")
        super().__setattr__(name, value)

    def __delattr__(self, name):
        self.__setattr__(name, None)


def ours(names):
    return [name for name in names if name.partition(".")[0] == "helpers"]


def forget():
    """Make the next import of the course's modules load them again."""
    for name in ours(list(sys.modules)):
        del sys.modules[name]


def seal():
    """Seal the course's modules that are imported, and the modules that their comparisons use."""
    for name in [*ours(sys.modules), "builtins", "importlib", "numpy", "numpy.linalg", "numpy.random"]:
        if name in sys.modules:
            sys.modules[name].__class__ = Sealed
