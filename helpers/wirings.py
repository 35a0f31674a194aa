"""Which steps of a recurrent network read an input and which give an answer; `run` runs a wiring, `diagrams.Chain` draws it."""

from typing import NamedTuple

import numpy as np

from helpers import cells, losses, text, validate


class Wiring(NamedTuple):
    """One character per step.

    Attributes:
        reads: "x" for the next input, "y" for the network's own last answer, "-" for nothing (a row of zeros).
        speaks: "y" where the step gives an answer, "-" where it does not.
    """

    reads: str
    speaks: str

    def steps(self):
        """Return the pairs (reads, speaks), one per step.

        Raises:
            ValueError: the two strings differ in length, are empty, hold another character, or a step reads an answer
                before any was given.
        """
        if len(self.reads) != len(self.speaks) or not self.reads:
            raise ValueError(
                f"reads has {len(self.reads)} steps and speaks has {len(self.speaks)}; expected as many, and at least one."
            )
        if strange := (set(self.reads) - set("xy-")) | (set(self.speaks) - set("y-")):
            raise ValueError(f"The wiring holds {min(strange)!r}; expected x, y or - in reads, y or - in speaks.")
        first_answer = f"{self.speaks}y".index("y")
        if "y" in self.reads[: first_answer + 1]:
            raise ValueError(f"Step {self.reads.index('y') + 1} reads the last answer, but none was given before it.")
        return list(zip(self.reads, self.speaks, strict=True))


class Run(NamedTuple):
    """The result of a run: states (T, H), and probabilities p (S, K) and S answers, one for each step that spoke."""

    states: np.ndarray
    p: np.ndarray
    answers: list


def run(wiring, inputs, network, h_0=None, choose=np.argmax, end=None):
    """Run one sequence through a cell, wired as `wiring` says: h_t = tanh(x_t W_xh + h_{t-1} W_hh + b_h) at every step.

    x_t is the next input, the one-hot row of the last answer, or zeros. A step that speaks computes logits
    h_t W_hy + b_y, and `choose` turns them into an answer.

    Args:
        wiring: Wiring.
        inputs: (N, D) floats, one row for each "x" of the wiring, in order.
        network: dict of W_xh (D, H), W_hh (H, H), b_h (H,) and, if a step speaks, W_hy (H, K), b_y (K,).
        h_0: (1, H), or None for zeros.
        choose: function from logits (K,) to an id; by default the id of the largest logit.
        end: an answer after which the run stops; None runs all steps.

    Returns:
        Run.

    Raises:
        ValueError: the wiring contradicts itself, the number of inputs is not the number it reads, or an answer is fed
            back to a cell whose inputs are not as many as its answers.
    """
    steps = wiring.steps()
    D, H = network["W_xh"].shape
    inputs = np.reshape(inputs, (-1, D)) if len(inputs) == 0 else validate.floats("inputs", inputs)
    validate.shape("inputs", inputs, N=wiring.reads.count("x"), D=D)
    if "y" in wiring.reads and network["W_hy"].shape[1] != D:
        raise ValueError(
            f"An answer is one of {network['W_hy'].shape[1]}, an input one of {D}; to feed answers back they must be as many."
        )
    h_t = np.zeros((1, H)) if h_0 is None else h_0
    rows, states, p, answers = iter(inputs), [], [], []
    for reads, speaks in steps:
        x_t = np.zeros(D)
        if reads == "x":
            x_t = next(rows)
        elif reads == "y":
            x_t = text.one_hot(answers[-1], D)
        h_t = cells.rnn_step(x_t[None], h_t, network["W_xh"], network["W_hh"], network["b_h"])
        states.append(h_t[0])
        if speaks == "y":
            logits = h_t[0] @ network["W_hy"] + network["b_y"]
            p.append(losses.softmax(logits))
            answers.append(int(choose(logits)))
            if answers[-1] == end:
                break
    return Run(np.array(states), np.array(p), answers)
