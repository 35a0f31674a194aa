"""A reproducible start and one training loop for torch models."""

import contextlib
import signal
import threading

import numpy as np


def make_reproducible(seed):
    """Make the results of torch reproducible: set its seed, one thread, and 64-bit floats as the default.

    Args:
        seed: integer.

    Returns:
        numpy Generator with the same seed, for everything that is not drawn by torch.
    """
    import torch

    torch.manual_seed(seed)
    torch.set_num_threads(1)
    torch.set_default_dtype(torch.float64)
    return np.random.default_rng(seed)


def train(model, loss_of, n, updates, label, batch_size=32, learning_rate=0.003, clip=1.0, seed=0):
    """Train a torch model in place with Adam on random batches, and show its loss curve while it grows.

    The learning rate falls linearly to zero; gradients longer than `clip` are scaled down to it. An interrupt ends the
    training after its update and says so in one line; the cells below then work with the network as it is.

    Args:
        model: torch.nn.Module.
        loss_of: function from (batch_size,) int64 row numbers to the batch's loss, a scalar tensor.
        n: how many rows there are to draw from.
        updates: how many. A budget in updates, not in seconds, is the same on every machine.
        label: the model's name, for the curve.
        batch_size, learning_rate, clip: rows in a batch, Adam's first step size, the largest norm of the gradient.
        seed: of the generator that draws the rows.

    Returns:
        (updates,) float64, the loss of each batch before its update; fewer if the training was interrupted.

    Sources: Kingma and Ba (2015), arXiv:1412.6980; Pascanu, Mikolov and Bengio (2013), arXiv:1211.5063.
    """
    import torch

    from helpers import live

    rng = np.random.default_rng(seed)
    optimiser = torch.optim.Adam(model.parameters(), learning_rate)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda update: 1 - update / updates)
    losses = []
    model.train()
    alt = f"The training loss of {label}, batch by batch, over {updates:,} updates."
    title = f"{label} learning"
    with live.curve("training loss", updates, alt=alt, title=title, ylabel="loss") as curve, _interrupts() as asked:
        for _ in range(updates):
            loss = loss_of(torch.from_numpy(rng.integers(n, size=batch_size)))
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), clip)
            optimiser.step()
            schedule.step()
            losses.append(loss.item())
            curve.add(losses[-1])
            if asked:
                break
        tenth = max(1, len(losses) // 10)
        first, last = np.mean(losses[:tenth]), np.mean(losses[-tenth:])
        curve.alt = f"{alt} Its mean is {first:.2g} over the first tenth of the updates and {last:.2g} over the last."
    if len(losses) < updates:
        print(f"Stopped after update {len(losses)} of {updates}. The cells below work with the network as it is now.")
    model.eval()
    return np.array(losses)


@contextlib.contextmanager
def _interrupts():
    """Collect interrupts in a list that is yielded, in place of raising them.

    Python drops an interrupt, and prints a traceback, that it raises while it clears something away.
    """
    asked = []
    if threading.current_thread() is not threading.main_thread():  # no other thread gets interrupts
        yield asked
        return
    before = signal.signal(signal.SIGINT, lambda *_: asked.append(True))
    try:
        yield asked
    finally:
        signal.signal(signal.SIGINT, before)


def show_losses(losses, title):
    """Draw the training losses of several networks in one picture, each as a mean over a twentieth of its updates.

    Args:
        losses: network's name -> (updates,) losses, as `train` returns them.
        title: says what is shown.
    """
    from helpers import figures

    fig, ax = figures.new(7, 3)
    for (name, values), line in zip(losses.items(), ("-", "--", ":", "-."), strict=False):
        window = max(1, len(values) // 20)
        means = np.convolve(values, np.full(window, 1 / window), mode="valid")
        ax.plot(np.arange(window, len(values) + 1), means, line, label=name)
    updates, top = max(map(len, losses.values())), ax.get_ylim()[1]
    ax.set(title=title, xlabel="update", ylabel="training loss", xlim=(0, 1.4 * updates), ylim=(-0.1 * top, top))
    ax.set_xticks(np.linspace(0, updates, 5).astype(int))
    figures.label_lines(ax)
    figures.show(fig, f"{title}: a curve that falls over {updates:,} updates for each of {', '.join(losses)}.")


def parameter_count(model):
    """Return how many weights and biases a torch model has."""
    return sum(parameter.numel() for parameter in model.parameters())
