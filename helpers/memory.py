"""What a recurrent network holds, and what training teaches it to hold: the measurements of lessons 7 and 8.

`python -m helpers.memory` measures the learning curves that those lessons show from a file (about a quarter of an hour
on one core; it goes on where it stopped). Everything above `TASKS` is NumPy; the trainer needs torch, and loads it late.

B batch, T time, D input, H hidden, K classes.
"""

import csv
from pathlib import Path
from typing import NamedTuple

import numpy as np

from helpers import cells, validate
from helpers.experiments import forgetting

MEASURED = Path(__file__).resolve().parent.parent / "notebooks" / "measured"


# What the state holds


def step_jacobians(h, W_hh, activation="tanh"):
    """How each state depends on the one before: dh_t/dh_{t-1} = W_hh diag(f'(z_t)), the slope written in terms of h_t.

    Row vectors: entry [i, j] is d h_t[j] / d h_{t-1}[i], and a small row dh_{t-1} becomes dh_{t-1} @ Jacobian.

    Args:
        h: (T, H) float64, the states of one sequence, as `cells.rnn_forward` gives them.
        W_hh: (H, H).
        activation: "tanh", "relu" or "identity".

    Returns:
        (T, H, H), one Jacobian for each step.

    Raises:
        ValueError: shapes disagree, or the activation is unknown.
    """
    h, W_hh = validate.floats("h", h), validate.floats("W_hh", W_hh)
    if W_hh.ndim != 2 or W_hh.shape[0] != W_hh.shape[1]:
        raise ValueError(f"W_hh has shape {W_hh.shape}; expected a square matrix, (H, H).")
    validate.shape("h", h, T=None, H=len(W_hh))
    return W_hh * cells.slope(activation)(h)[:, None, :]


def jacobian_products(steps):
    """dh_T/dh_t for t = 0..T: the steps in between, multiplied in the order in which they happen.

    Args:
        steps: (T, H, H) from `step_jacobians`.

    Returns:
        (T + 1, H, H): [t] is dh_T/dh_t = J_{t+1} J_{t+2} ... J_T, and [T] is the identity.

    Source: Pascanu, Mikolov and Bengio (2013), arXiv:1211.5063, there with columns for rows.
    """
    products = [np.eye(steps.shape[1])]
    for J in steps[::-1]:
        products.append(J @ products[-1])
    return np.array(products[::-1])


def spectral_radius(W):
    """The largest absolute value of an eigenvalue of W: growth per step in the long run."""
    return float(np.abs(np.linalg.eigvals(W)).max())


def largest_singular_value(W):
    """The most that a single multiplication with W can stretch a row."""
    return float(np.linalg.norm(W, 2))


def recurrent_matrix(kind, H, scale, rng):
    """A recurrent matrix to measure: "orthogonal" (times scale), or "random", normal numbers scaled to spectral radius `scale`.

    Raises:
        ValueError: the kind is another one.
    """
    normal = rng.normal(size=(H, H))
    if kind == "orthogonal":
        return scale * np.linalg.qr(normal)[0]
    if kind == "random":
        return scale * normal / spectral_radius(normal)
    raise ValueError(f"kind is {kind!r}; expected 'orthogonal' or 'random'.")


class Capacity(NamedTuple):
    """Memory capacity by lag 1, 2, ..., on inputs the read-out has not seen and on those it was fitted to."""

    held_out: np.ndarray
    in_sample: np.ndarray


def memory_capacity(W_hh, W_xh, b_h=None, activation="tanh", lags=None, fitted=2000, tested=2000, seed=0):
    """How well a linear read-out of the state gives back the input of k steps ago: MC_k = cov²(u_{t-k}, y_t) / (var u var y).

    One number u_t, uniform in [-1, 1] and independent of all others, is fed in at each step; for each lag k a read-out
    y_t = h_t w_k + c_k is fitted by least squares on `fitted` steps. MC_k lies between 0 and 1; their sum is the memory
    capacity, at most H for independent inputs. That holds for the covariance itself: estimated on the `fitted` steps it
    comes out too high, so it is measured again on `tested` further steps.

    Args:
        W_hh, W_xh: (H, H), (1, H) float64; their input must not grow the state without bounds.
        b_h: (H,) or None for zeros.
        activation: "tanh", "relu" or "identity".
        lags: how many lags, from 1 on; None for 2 H.
        fitted, tested, seed: steps to fit and to test on, and the seed of the inputs.

    Returns:
        Capacity, two arrays (lags,).

    Source: Jaeger (2001), Short term memory in echo state networks, GMD report 152.
    """
    H = len(W_hh)
    lags = 2 * H if lags is None else lags
    start = max(100, lags)  # the first states still remember the zeros they began with
    rng = np.random.default_rng(seed)
    u = rng.uniform(-1, 1, start + fitted + tested)
    b_h = np.zeros(H) if b_h is None else b_h
    h = cells.rnn_forward(u[None, :, None], None, W_xh, W_hh, b_h, activation=activation)[0, start:]
    wanted = np.stack([u[start - k : len(u) - k] for k in range(1, lags + 1)], axis=1)
    with_one = np.concatenate([h, np.ones((len(h), 1))], axis=1)
    weights = np.linalg.lstsq(with_one[:fitted], wanted[:fitted], rcond=1e-10)[0]
    read = with_one @ weights
    return Capacity(
        _squared_correlation(read[fitted:], wanted[fitted:]), _squared_correlation(read[:fitted], wanted[:fitted])
    )


def _squared_correlation(a, b):
    a, b = a - a.mean(axis=0), b - b.mean(axis=0)
    spread = (a * a).sum(axis=0) * (b * b).sum(axis=0)
    return np.where(spread > 0, (a * b).sum(axis=0) ** 2 / np.where(spread > 0, spread, 1), 0.0)


# What training can learn

LETTERS, NEUTRAL = 8, 8


def recall(lag, count, rng):
    """Which letter came first? One of 8 letters, then `lag` steps of 8 other, neutral letters.

    Returns:
        x: (count, lag + 1, 16) float64, one-hot rows.
        first: (count,) integers from 0 to 7; guessing gets 1/8 right.
    """
    ids = LETTERS + rng.integers(NEUTRAL, size=(count, lag + 1))
    ids[:, 0] = rng.integers(LETTERS, size=count)
    return np.eye(LETTERS + NEUTRAL)[ids], ids[:, 0]


def adding(T, count, rng):
    """The adding problem of Le, Jaitly and Hinton: add the two marked numbers.

    Returns:
        x: (count, T, 2) float64: a number uniform in [0, 1], and a mark, 1 at two different steps and 0 elsewhere.
        total: (count,) float64, the plain sum of the two marked numbers. Always answering 1, its mean, errs by 1/6 in the
            mean square.

    Raises:
        ValueError: T is less than 2.

    Source: Le, Jaitly and Hinton (2015), arXiv:1504.00941. Hochreiter and Schmidhuber (1997,
    doi:10.1162/neco.1997.9.8.1735), who posed the problem, draw from [-1, 1] with target 0.5 + (X1 + X2) / 4: there
    answering the mean errs by 1/24.
    """
    if T < 2:
        raise ValueError(f"T is {T}; expected at least 2 steps, for two marks.")
    numbers = rng.random((count, T))
    marks = np.zeros((count, T))
    np.put_along_axis(marks, rng.random((count, T)).argsort(axis=1)[:, :2], 1, axis=1)
    return np.stack([numbers, marks], axis=2), (numbers * marks).sum(axis=1)


class Task(NamedTuple):
    """A task to train on, and the design its curves are measured with.

    Attributes:
        batch: (length, count, rng) -> inputs and targets.
        D, K: input and output sizes.
        length: what the length is called, "lag" or "length".
        lengths, steps: those measured, and the budget of training steps.
        guess: what always giving the best constant answer gets.
        learned: the value, accuracy or squared error, at which training stops.
    """

    batch: callable
    D: int
    K: int
    length: str
    lengths: tuple
    steps: int
    guess: float
    learned: float


TASKS = {
    "recall": Task(recall, LETTERS + NEUTRAL, LETTERS, "lag", (1, 2, 5, 10, 20, 30, 50), 1000, 1 / 8, 0.99),
    "adding": Task(adding, 2, 1, "length", (5, 10, 20, 40), 2000, 1 / 6, 0.01),
}
CELLS = {
    "rnn": "tanh RNN, as PyTorch starts it",
    "orthogonal": "tanh RNN, orthogonal start",
    "irnn": "ReLU RNN, identity start (IRNN)",
    "lstm": "LSTM, as PyTorch starts it",
    "lstm_1": "LSTM, forget bias 1",
    "lstm_3": "LSTM, forget bias 3",
    "gru": "GRU, as PyTorch starts it",
}
SEEDS = (0, 1, 2)
UNITS, BATCH, LEARNING_RATE, CLIP, EVERY, HELD_OUT = 32, 32, 0.003, 1.0, 50, 1000


def recurrent_layer(cell, D, H):
    """A `torch.nn` layer in float64, by its name in `CELLS`, with the start that the name says.

    Raises:
        ValueError: the name is not in `CELLS`.

    Sources: the identity start is that of Le, Jaitly and Hinton (2015), arXiv:1504.00941: recurrent weights the identity,
    biases zero, other weights normal with standard deviation 0.001.
    """
    import torch

    if cell not in CELLS:
        raise ValueError(f"cell is {cell!r}; expected one of {', '.join(map(repr, CELLS))}.")
    Layer = {"lstm": torch.nn.LSTM, "lstm_1": torch.nn.LSTM, "lstm_3": torch.nn.LSTM, "gru": torch.nn.GRU}.get(
        cell, torch.nn.RNN
    )
    relu = {"nonlinearity": "relu"} if cell == "irnn" else {}
    layer = Layer(D, H, batch_first=True, dtype=torch.float64, **relu)
    with torch.no_grad():
        if cell == "orthogonal":
            torch.nn.init.orthogonal_(layer.weight_hh_l0)
        if cell == "irnn":
            torch.nn.init.eye_(layer.weight_hh_l0)
            torch.nn.init.normal_(layer.weight_ih_l0, std=0.001)
            layer.bias_ih_l0.zero_()
            layer.bias_hh_l0.zero_()
        if cell in ("lstm_1", "lstm_3"):
            layer.bias_ih_l0[H : 2 * H] = float(cell[-1])
            layer.bias_hh_l0[H : 2 * H] = 0.0
    return layer


def learn(task, cell, length, seed, steps=None):
    """Train one network on fresh batches and measure it every 50 steps, until it has learned the task or used its budget.

    32 hidden units, batches of 32, Adam with learning rate 0.003, gradients clipped to norm 1, float64; a linear layer
    reads the last state. Recall is measured as accuracy, adding as mean squared error, on 1,000 sequences that stay the same.

    Args:
        task: "recall" or "adding".
        cell: one of `CELLS`.
        length: the lag, or the length T.
        seed: of the weights and the batches.
        steps: the budget; None for the task's own.

    Yields:
        (step, loss, value) after each step: the batch's loss before its update, and every 50 steps the value measured,
        rounded to four digits; None in between.

    Sources: Kingma and Ba (2015), arXiv:1412.6980; Pascanu, Mikolov and Bengio (2013), arXiv:1211.5063.
    """
    import torch

    job = TASKS[task]
    torch.manual_seed(seed)
    layer = recurrent_layer(cell, job.D, UNITS)
    head = torch.nn.Linear(UNITS, job.K, dtype=torch.float64)
    parameters = [*layer.parameters(), *head.parameters()]
    optimiser = torch.optim.Adam(parameters, lr=LEARNING_RATE)
    rng = np.random.default_rng(seed)
    x_test, y_test = map(torch.from_numpy, job.batch(length, HELD_OUT, np.random.default_rng(1000)))

    for step in range(1, (steps or job.steps) + 1):
        x, y = map(torch.from_numpy, job.batch(length, BATCH, rng))
        answer = head(layer(x)[0][:, -1])
        loss = torch.nn.functional.cross_entropy(answer, y) if job.K > 1 else ((answer[:, 0] - y) ** 2).mean()
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, CLIP)
        optimiser.step()
        if step % EVERY:
            yield step, float(loss.detach()), None
            continue
        with torch.no_grad():
            answer = head(layer(x_test)[0][:, -1])
        if job.K > 1:
            value = float((answer.argmax(dim=1) == y_test).double().mean())
        else:
            value = float(((answer[:, 0] - y_test) ** 2).mean())
        yield step, float(loss.detach()), float(f"{value:.4g}")
        if value >= job.learned if job.K > 1 else value <= job.learned:
            return


def design(task):
    """Every (cell, length, seed) that is measured."""
    return [(cell, length, seed) for length in TASKS[task].lengths for cell in CELLS for seed in SEEDS]


def stored(task):
    """The curves `python -m helpers.memory` has measured: (cell, length, seed) -> (n, 2) array of steps and values."""
    curves = {}
    for row in _rows(task):
        key = row["cell"], int(row[TASKS[task].length]), int(row["seed"])
        curves.setdefault(key, []).append((int(row["step"]), float(row["value"])))
    return {key: np.array(curve) for key, curve in curves.items()}


def final(task, cell, curves=None):
    """The last value of each stored curve of a cell: (lengths, seeds) float64."""
    curves = stored(task) if curves is None else curves
    return np.array([[curves[cell, length, seed][-1, 1] for seed in SEEDS] for length in TASKS[task].lengths])


def stored_reviews():
    """What `paragraphs.measure` gave for each seed: (trained on, place) -> (counts, seeds) accuracies."""
    found = {}
    for row in _rows("reviews"):
        found.setdefault((row["trained on"], row["place"]), {})[int(row["words"]), int(row["seed"])] = float(
            row["accuracy"]
        )
    return {
        key: np.array([[values[count, seed] for seed in SEEDS] for count in forgetting.COUNTS])
        for key, values in found.items()
    }


def _rows(name):
    with (MEASURED / f"{name}.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def _measure_all():
    import torch
    from tqdm import tqdm

    torch.set_num_threads(1)
    MEASURED.mkdir(exist_ok=True)
    for task, job in TASKS.items():
        write = _start(task, f"cell,{job.length},seed,step,value")
        done = stored(task)
        for cell, length, seed in tqdm([key for key in design(task) if key not in done], desc=task):
            measured = [row for row in learn(task, cell, length, seed) if row[2] is not None]
            write(f"{cell},{length},{seed},{step},{value:.4g}" for step, _, value in measured)

    write = _start("reviews", "trained on,place,words,seed,accuracy")
    done = {int(row["seed"]) for row in _rows("reviews")}
    films = forgetting.films()
    for seed in tqdm([seed for seed in SEEDS if seed not in done], desc="reviews"):
        measured = list(forgetting.measure(seed, films))
        write(f"{kind},{place},{count},{seed},{right:.4g}" for kind, place, count, right in measured)


def _start(name, header):
    """Open a data file, with its header where it is new; returns what adds lines, all of a run at once."""
    path = MEASURED / f"{name}.csv"
    if not path.exists():
        path.write_text(header + "\n")

    def write(lines):
        with path.open("a") as file:
            file.write("".join(f"{line}\n" for line in lines))

    return write


if __name__ == "__main__":
    _measure_all()
