"""Two tasks that need memory, and the trainer with which lessons 8 and 9 compare cells.

`helpers.experiments.stored` reads the stored curves. The trainer imports torch only when it runs.

B batch, T time, D input, H hidden, K classes.
"""

from typing import NamedTuple

import numpy as np

LETTERS, NEUTRAL = 8, 8


def recall(lag, count, rng):
    """Make sequences for the question "which letter came first?": one of 8 letters, then `lag` of 8 other, neutral letters.

    Returns:
        x: (count, lag + 1, 16) float64, one-hot rows.
        first: (count,) integers from 0 to 7; guessing gets 1/8 right.
    """
    ids = LETTERS + rng.integers(NEUTRAL, size=(count, lag + 1))
    ids[:, 0] = rng.integers(LETTERS, size=count)
    return np.eye(LETTERS + NEUTRAL)[ids], ids[:, 0]


def adding(T, count, rng):
    """Make sequences for the adding problem of Le, Jaitly and Hinton: add the two marked numbers.

    Returns:
        x: (count, T, 2) float64: a number uniform in [0, 1], and a mark, 1 at two different steps and 0 elsewhere.
        total: (count,) float64, the plain sum of the two marked numbers. Always answering 1, its mean, has a mean
            squared error of 1/6.

    Raises:
        ValueError: T is less than 2.

    Source: Le, Jaitly and Hinton (2015), arXiv:1504.00941. Hochreiter and Schmidhuber (1997,
    doi:10.1162/neco.1997.9.8.1735), who invented the problem, draw from [-1, 1] with target 0.5 + (X1 + X2) / 4:
    then answering the mean has an error of 1/24.
    """
    if T < 2:
        raise ValueError(f"T is {T}; expected at least 2 steps, for two marks.")
    numbers = rng.random((count, T))
    marks = np.zeros((count, T))
    np.put_along_axis(marks, rng.random((count, T)).argsort(axis=1)[:, :2], 1, axis=1)
    return np.stack([numbers, marks], axis=2), (numbers * marks).sum(axis=1)


class Task(NamedTuple):
    """A task to train on, and how its curves are measured.

    Attributes:
        batch: (length, count, rng) -> inputs and targets.
        D, K: input and output sizes.
        length: the name of the length, "lag" or "length".
        lengths, updates: the lengths that are measured, and how many updates a training may take.
        guess: the accuracy or squared error of the best constant answer.
        learned: the accuracy or squared error at which training stops.
    """

    batch: callable
    D: int
    K: int
    length: str
    lengths: tuple
    updates: int
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
FORGET_BIASES = {"lstm_1": 1.0, "lstm_3": 3.0}
"""LSTMs of `CELLS` whose forget bias PyTorch does not choose -> what it starts at."""

SEEDS = (0, 1, 2)
UNITS, BATCH, LEARNING_RATE, CLIP, EVERY, HELD_OUT = 32, 32, 0.003, 1.0, 50, 1000


def recurrent_layer(cell, D, H):
    """Return a `torch.nn` layer in float64 by its name in `CELLS`, with first weights as the name says.

    Raises:
        ValueError: the name is not in `CELLS`.

    Source of the identity start: Le, Jaitly and Hinton (2015), arXiv:1504.00941. Recurrent weights are the identity,
    biases zero, other weights normal with standard deviation 0.001.
    """
    import torch

    if cell not in CELLS:
        raise ValueError(f"cell is {cell!r}; expected one of {', '.join(map(repr, CELLS))}.")
    Layer = {"lstm": torch.nn.LSTM, "gru": torch.nn.GRU}.get(cell.partition("_")[0], torch.nn.RNN)
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
        if cell in FORGET_BIASES:
            layer.bias_ih_l0[H : 2 * H] = FORGET_BIASES[cell]
            layer.bias_hh_l0[H : 2 * H] = 0.0
    return layer


def train_until_learned(task, cell, length, seed, updates=None):
    """Train one network on fresh batches and measure it every 50 updates, until it has learned the task or used up its budget.

    32 hidden units, batches of 32, Adam with learning rate 0.003, gradients clipped to norm 1, float64; a linear layer
    reads the last state. Recall is measured as accuracy, adding as mean squared error, always on the same
    1,000 sequences.

    Args:
        task: "recall" or "adding".
        cell: one of `CELLS`.
        length: the lag, or the length T.
        seed: of the weights and the batches.
        updates: the budget; None for the task's own.

    Yields:
        (update, loss, value) after each update: the batch's loss before it, and every 50 updates the measured value,
        rounded to four digits, otherwise None.

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

    for update in range(1, (updates or job.updates) + 1):
        x, y = map(torch.from_numpy, job.batch(length, BATCH, rng))
        answer = head(layer(x)[0][:, -1])
        loss = torch.nn.functional.cross_entropy(answer, y) if job.K > 1 else ((answer[:, 0] - y) ** 2).mean()
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, CLIP)
        optimiser.step()
        if update % EVERY:
            yield update, float(loss.detach()), None
            continue
        with torch.no_grad():
            answer = head(layer(x_test)[0][:, -1])
        if job.K > 1:
            value = float((answer.argmax(dim=1) == y_test).double().mean())
        else:
            value = float(((answer[:, 0] - y_test) ** 2).mean())
        yield update, float(loss.detach()), float(f"{value:.4g}")
        if value >= job.learned if job.K > 1 else value <= job.learned:
            return
