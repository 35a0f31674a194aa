"""A minimal training loop: batches, clipping, Adam."""

import numpy as np


def train(model, ids, lengths, labels, steps, batch_size=32, learning_rate=0.01, clip=1.0, seed=0, each=None):
    """Train a classifier of `helpers.models` in place with Adam on random batches.

    Before each update, gradients longer than `clip` (their joint Euclidean norm) are scaled down to it.

    Args:
        model: has `parameters` and `loss_and_gradients(ids, lengths, labels)`.
        ids, lengths, labels: (N, T), (N,) and (N,) integers, the training set.
        steps: how many updates; the budget is counted in steps, so that it is the same on every machine.
        each: a function that gets every loss as it comes, such as `live.curve`'s `add`; None for no one.
        batch_size, learning_rate, clip, seed: of the batches, of Adam, of the gradient, of the shuffling.

    Returns:
        (steps,) float64, the loss of each batch before its update, in nats.

    Sources: Kingma and Ba (2015), arXiv:1412.6980; Pascanu, Mikolov and Bengio (2013), arXiv:1211.5063.
    """
    rng = np.random.default_rng(seed)
    mean = {name: np.zeros_like(p) for name, p in model.parameters.items()}
    square = {name: np.zeros_like(p) for name, p in model.parameters.items()}
    curve = np.empty(steps)
    for step in range(steps):
        batch = rng.integers(len(ids), size=batch_size)
        curve[step], grads = model.loss_and_gradients(ids[batch], lengths[batch], labels[batch])
        norm = np.sqrt(sum(np.sum(g * g) for g in grads.values()))
        for name, grad in grads.items():
            grad *= min(1, clip / max(norm, 1e-12))
            mean[name] += 0.1 * (grad - mean[name])
            square[name] += 0.001 * (grad * grad - square[name])
            m_hat, v_hat = mean[name] / (1 - 0.9 ** (step + 1)), square[name] / (1 - 0.999 ** (step + 1))
            model.parameters[name] -= learning_rate * m_hat / (np.sqrt(v_hat) + 1e-8)
        if each:
            each(curve[step])
    return curve
