"""Change the last bits of numbers at random, to find every printed number that depends on them.

Another processor, another BLAS or another number of threads adds the same products in another order, so the last bits
of a result differ. Training can make such a difference grow until another number is printed. Set RNN_UNROLLED_JITTER
to a seed before Python starts, and the course computes as if on another processor: everything that a trained number
depends on (drawn weights, products, gradients, updates) is multiplied by 1 + e, where |e| is at most 1e-13 in float64.
What a notebook prints must not change; `make portable` tries ten seeds.
"""

import functools
import importlib.util
import sys

import numpy as np

RELATIVE = {np.dtype(np.float64): 1e-13, np.dtype(np.float32): 1e-6}
"""The largest relative change, about 500 times the distance between neighbouring float64 numbers, 10 times in float32."""

DRAWS = ("normal", "standard_normal", "uniform", "random")
DECOMPOSITIONS = ("eig", "eigvals", "inv", "lstsq", "pinv", "qr", "solve", "svd")


def start(seed):
    """Jitter everything that this process trains from now on. The changes depend on `seed` alone."""
    jitter = Jitter(seed)
    _jitter_numpy(jitter)
    _jitter_cells_and_losses(jitter)
    _after_import("torch", functools.partial(_jitter_torch, jitter))
    _after_import("sklearn.utils.validation", functools.partial(_jitter_scikit_learn, jitter))


class Jitter:
    """Changes floats a little: call it with a number, an array, a sparse matrix, or a tuple or dict of them.

    The change is a hash of the number and the seed. So the same number always changes in the same way, as on a real
    processor, and numbers that were equal stay equal.
    """

    def __init__(self, seed):
        self.offset = np.uint64(seed * 0x9E3779B97F4A7C15 % 2**64)

    def __call__(self, value):
        if isinstance(value, tuple):
            changed = [self(part) for part in value]
            return type(value)(*changed) if hasattr(value, "_fields") else tuple(changed)
        if isinstance(value, dict):
            return {name: self(part) for name, part in value.items()}
        if hasattr(value, "tocsr"):
            value = value.copy()
            value.data = self(value.data)
            return value
        if isinstance(value, float | np.ndarray) and np.asarray(value).dtype in RELATIVE:
            return self.changed(np.asarray(value))[()]
        return value

    def changed(self, array):
        """Return an array of floats with every number multiplied by its own 1 + e."""
        bits = np.ascontiguousarray(array, dtype=np.float64).view(np.uint64)
        mixed = (bits + self.offset) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(31))) * np.uint64(0x94D049BB133111EB)
        from_minus_1_to_1 = (mixed >> np.uint64(11)) * 2.0**-52 - 1
        return (array * (1 + RELATIVE[array.dtype] * from_minus_1_to_1.reshape(array.shape))).astype(array.dtype)

    def results_of(self, function):
        """Return a function whose results are jittered."""

        @functools.wraps(function)
        def jittered(*args, **kwargs):
            return self(function(*args, **kwargs))

        return jittered

    def patch(self, owner, *names):
        """Jitter the results of functions of a module or class."""
        for name in names:
            setattr(owner, name, self.results_of(getattr(owner, name)))


def _jitter_numpy(jitter):
    class Generator(np.random.Generator):
        pass

    jitter.patch(Generator, *DRAWS)
    default_rng = np.random.default_rng
    np.random.default_rng = lambda seed=None: Generator(default_rng(seed).bit_generator)
    jitter.patch(np.linalg, *DECOMPOSITIONS)


def _jitter_cells_and_losses(jitter):
    from helpers import losses
    from helpers.cells import shared

    jitter.patch(shared, "from_input", "all_finite")  # the products of forward passes, the gradients of backward passes
    jitter.patch(losses, "cross_entropy")


def _jitter_torch(jitter, torch):
    from torch.optim.optimizer import register_optimizer_step_post_hook

    def change(tensor):
        with torch.no_grad():
            return tensor.copy_(torch.from_numpy(jitter.changed(tensor.numpy())))

    def change_parameters(optimiser, *_):
        for group in optimiser.param_groups:
            for parameter in group["params"]:
                change(parameter)

    register_optimizer_step_post_hook(change_parameters)
    for name in ("normal_", "uniform_"):  # these draw the first weights of layers
        draw = getattr(torch.Tensor, name)
        setattr(
            torch.Tensor,
            name,
            functools.wraps(draw)(lambda *args, _draw=draw, **kwargs: change(_draw(*args, **kwargs))),
        )


def _jitter_scikit_learn(jitter, validation):
    jitter.patch(validation, "check_array")  # every estimator calls it on its input first


class _AfterImport:
    """Calls a function with a module when the module is imported."""

    def __init__(self, name, then):
        self.name, self.then = name, then

    def find_spec(self, name, path=None, target=None):
        if name != self.name:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        execute = spec.loader.exec_module

        def execute_and_change(module):
            execute(module)
            self.then(module)

        spec.loader.exec_module = execute_and_change
        return spec


def _after_import(name, then):
    if name in sys.modules:
        then(sys.modules[name])
    else:
        sys.meta_path.insert(0, _AfterImport(name, then))
