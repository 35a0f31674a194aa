"""One forward and backward pass of an RNN: helpers.cells, torch.nn.RNN, a plain torch loop. Prints rows as JSON."""

import json
import time
from statistics import median

import numpy as np
import torch

from helpers.cells import rnn_backward, rnn_forward

SIZES = {(32, 20, 65, 64): 1.5, (1, 25, 65, 100): 2.5, (128, 32, 65, 256): 0.9}
"""(B, T, V, H) -> how many times as fast as torch.nn.RNN we want to be."""


def contestants(B, T, V, H, dtype):
    """Name -> function that does one pass."""
    rng = np.random.default_rng(0)
    ids = rng.integers(0, V, (B, T))
    one_hot = np.eye(V, dtype=dtype)[ids]
    W_xh, W_hh, b_h = (rng.uniform(-(H**-0.5), H**-0.5, shape).astype(dtype) for shape in ((V, H), (H, H), (H,)))
    dh = rng.normal(size=(B, T, H)).astype(dtype)

    layer = torch.nn.RNN(V, H, batch_first=True, dtype=torch.from_numpy(dh).dtype)
    x, dh_torch = torch.from_numpy(one_hot), torch.from_numpy(dh)
    weights = [torch.from_numpy(weight).requires_grad_() for weight in (W_xh, W_hh, b_h)]

    def ours(x):
        h = rnn_forward(x, None, W_xh, W_hh, b_h)
        rnn_backward(dh, x, h, None, W_xh, W_hh)

    def torch_layer():
        layer.zero_grad()
        layer(x)[0].backward(dh_torch)

    def torch_loop():
        for weight in weights:
            weight.grad = None
        h_t, h = torch.zeros(B, H, dtype=x.dtype), []
        for t in range(T):
            h_t = torch.tanh(x[:, t] @ weights[0] + h_t @ weights[1] + weights[2])
            h.append(h_t)
        torch.stack(h, dim=1).backward(dh_torch)

    return {
        "ours ms": lambda: ours(ids),
        "ours one-hot": lambda: ours(one_hot),
        "nn.RNN": torch_layer,
        "torch loop": torch_loop,
    }


def measure():
    torch.set_num_threads(1)
    rows = []
    for dtype in (np.float32, np.float64):
        for (B, T, V, H), floor in SIZES.items():
            passes = contestants(B, T, V, H, dtype)
            times = {name: [] for name in passes}
            for one_pass in passes.values():
                one_pass()
            for _ in range(30 if B * H > 10_000 else 150):
                for name, one_pass in passes.items():
                    start = time.perf_counter()
                    one_pass()
                    times[name].append(1000 * (time.perf_counter() - start))
            middle = {name: median(values) for name, values in times.items()}
            row = {"B, T, V, H": f"{B}, {T}, {V}, {H}", "dtype": dtype.__name__} | middle
            row["nn.RNN / ours"] = middle["nn.RNN"] / middle["ours ms"]
            row["loop / ours"] = middle["torch loop"] / middle["ours ms"]
            rows.append(row | {"floor": floor})
    return rows


if __name__ == "__main__":
    print(json.dumps(measure()))
