"""A minimal training loop: batches, clipping, Adam."""

import numpy as np

BETA_1, BETA_2, EPSILON = 0.9, 0.999, 1e-8
"""Adam's constants: how much of the old means of gradient and squared gradient is kept; what prevents division by 0."""

NEW_1, NEW_2 = 0.1, 0.001  # 1 - BETA_1 and 1 - BETA_2, written out because 1 - 0.9 is not exactly 0.1 in binary


def train(model, ids, lengths, labels, updates, batch_size=32, learning_rate=0.01, clip=1.0, seed=0, each=None):
    """Train a classifier of `helpers.models` in place with Adam on random batches.

    Before each update, gradients longer than `clip` (their joint Euclidean norm) are scaled down to it.

    Args:
        model: has `parameters` and `loss_and_gradients(ids, lengths, labels)`.
        ids, lengths, labels: (N, T), (N,) and (N,) integers, the training set.
        updates: how many. A budget in updates, not in seconds, is the same on every machine.
        each: a function to call with every loss, such as `live.curve`'s `add`; None for no function.
        batch_size, learning_rate, clip: sequences in a batch, Adam's step size, the largest norm of the gradient.
        seed: of the generator that draws the batches.

    Returns:
        (updates,) float64, the loss of each batch before its update, in nats.

    Sources: Kingma and Ba (2015), arXiv:1412.6980; Pascanu, Mikolov and Bengio (2013), arXiv:1211.5063.
    """
    rng = np.random.default_rng(seed)
    adam = Adam(model.parameters)
    curve = np.empty(updates)
    for update in range(updates):
        batch = rng.integers(len(ids), size=batch_size)
        curve[update], grads = model.loss_and_gradients(ids[batch], lengths[batch], labels[batch])
        adam.update(grads, learning_rate, clip)
        if each:
            each(curve[update])
    return curve


class Adam:
    """Updates of the arrays in `parameters`, a dict, in place: m and v are running means of the gradient and its square,

    parameter -= learning_rate * m / (1 - BETA_1^n) / (sqrt(v / (1 - BETA_2^n)) + EPSILON),   n counts the updates.
    """

    def __init__(self, parameters):
        self.parameters, self.updates = parameters, 0
        self.mean = {name: np.zeros_like(p) for name, p in parameters.items()}
        self.square = {name: np.zeros_like(p) for name, p in parameters.items()}

    def update(self, grads, learning_rate, clip):
        """Make one update from gradients, by name, which are first scaled down to the joint norm `clip`, in place."""
        self.updates += 1
        norm = np.sqrt(sum(np.sum(g * g) for g in grads.values()))
        mean, square = self.mean, self.square
        for name, grad in grads.items():
            grad *= min(1, clip / max(norm, 1e-12))
            mean[name] += NEW_1 * (grad - mean[name])
            square[name] += NEW_2 * (grad * grad - square[name])
            m_hat, v_hat = mean[name] / (1 - BETA_1**self.updates), square[name] / (1 - BETA_2**self.updates)
            self.parameters[name] -= learning_rate * m_hat / (np.sqrt(v_hat) + EPSILON)
