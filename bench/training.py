"""Time complete trainings of lesson 6's character model, ours and one in torch.nn.RNN. Prints rows as JSON."""

import json
import time
from statistics import median

import numpy as np
import torch
from torch.nn.functional import cross_entropy, one_hot

from helpers.experiments import sonnets

RUNS = 5
SIZES = {"lesson 6": dict(H=64, B=16, T=25), "twice as large": dict(H=128, B=8, T=50)}


def ours(weights, ids, B, T):
    return list(sonnets.train(weights, ids, 1, B, T, rate=2.0))


def theirs(weights, ids, B, T):
    """Do the same training with torch.nn.RNN, its second bias fixed at zero; one-hot rows are made for each window."""
    V, H = weights["W_xh"].shape
    rnn = torch.nn.RNN(V, H, batch_first=True, dtype=torch.float64)
    output = torch.nn.Linear(H, V, dtype=torch.float64)
    with torch.no_grad():
        rnn.weight_ih_l0.copy_(torch.tensor(weights["W_xh"].T))
        rnn.weight_hh_l0.copy_(torch.tensor(weights["W_hh"].T))
        rnn.bias_ih_l0.copy_(torch.tensor(weights["b_h"]))
        rnn.bias_hh_l0.zero_().requires_grad_(False)
        output.weight.copy_(torch.tensor(weights["W_hy"].T))
        output.bias.copy_(torch.tensor(weights["b_y"]))
    trained = [p for p in (*rnn.parameters(), *output.parameters()) if p.requires_grad]
    optimiser = torch.optim.SGD(trained, lr=1.0)
    found, state = [], None
    windows = sonnets.windows(ids, B, T)
    for step, (x, y) in enumerate(windows):
        h, state = rnn(one_hot(torch.from_numpy(x), V).double(), None if state is None else state.detach())
        loss = cross_entropy(output(h).reshape(-1, V), torch.from_numpy(y).reshape(-1))
        optimiser.zero_grad()
        loss.backward()
        norm = torch.nn.utils.get_total_norm([p.grad for p in trained])
        optimiser.param_groups[0]["lr"] = 2.0 * (1 - step / len(windows)) * min(1.0, 1.0 / norm.item())
        optimiser.step()
        found.append(loss.item())
    return found


def measure():
    torch.set_num_threads(1)
    text, _ = sonnets.sonnets()
    alphabet = sorted(set(text))
    ids = np.array([alphabet.index(c) for c in text])
    rows = []
    for name, size in SIZES.items():
        times, ends = {ours: [], theirs: []}, []
        for _ in range(RUNS):
            for train in times:
                weights = sonnets.new_weights(len(alphabet), size["H"], np.random.default_rng(5))
                start = time.perf_counter()
                ends.append(train(weights, ids, size["B"], size["T"])[-1])
                times[train].append(time.perf_counter() - start)
        ratios = [b / a for a, b in zip(times[ours], times[theirs], strict=True)]
        rows.append(
            {
                "training": f"{name}, the sonnets read once",
                "B, T, V, H": f"{size['B']}, {size['T']}, {len(alphabet)}, {size['H']}",
                "ours s": median(times[ours]),
                "nn.RNN s": median(times[theirs]),
                "nn.RNN / ours": median(ratios),
                "lowest": min(ratios),
                "highest": max(ratios),
                "losses apart": max(ends) - min(ends),
            }
        )
    return rows


if __name__ == "__main__":
    print(json.dumps(measure()))
