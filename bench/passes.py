"""Time one forward and backward pass of helpers.cells, torch's layer and a plain torch loop. Prints rows as JSON."""

import json
import time
from statistics import median

import numpy as np
import torch

from helpers import cells

SIZES = {(32, 20, 65, 64): 1.5, (1, 25, 65, 100): 2.5, (128, 32, 65, 256): 0.9}
"""(B, T, V, H) -> how many times as fast as torch.nn.RNN our RNN should be; LSTM and GRU are measured too."""

LAYERS = {"RNN": (torch.nn.RNN, 1), "LSTM": (torch.nn.LSTM, 4), "GRU": (torch.nn.GRU, 3)}
"""Cell -> torch's layer, and how many blocks of H columns its weights have."""


def contestants(cell, B, T, V, H, dtype):
    """Return a dict name -> function that does one pass."""
    Layer, blocks = LAYERS[cell]
    rng = np.random.default_rng(0)
    ids = rng.integers(0, V, (B, T))
    one_hot = np.eye(V, dtype=dtype)[ids]
    shapes = [(V, blocks * H), (H, blocks * H), (blocks * H,)] + [(H,)] * (cell == "GRU")
    weights = [rng.uniform(-(H**-0.5), H**-0.5, shape).astype(dtype) for shape in shapes]
    dh = rng.normal(size=(B, T, H)).astype(dtype)

    layer = Layer(V, H, batch_first=True, dtype=torch.from_numpy(dh).dtype)
    x, dh_torch = torch.from_numpy(one_hot), torch.from_numpy(dh)
    leaves = [torch.from_numpy(weight).requires_grad_() for weight in weights]

    def torch_layer():
        layer.zero_grad()
        layer(x)[0].backward(dh_torch)

    def torch_loop():
        for weight in leaves:
            weight.grad = None
        torch.stack(TORCH_LOOPS[cell](x, *leaves), dim=1).backward(dh_torch)

    return {
        "ours ms": lambda: OURS[cell](ids, dh, *weights),
        "ours one-hot": lambda: OURS[cell](one_hot, dh, *weights),
        "torch.nn": torch_layer,
        "torch loop": torch_loop,
    }


def our_rnn(x, dh, W_xh, W_hh, b_h):
    h = cells.rnn_forward(x, None, W_xh, W_hh, b_h)
    cells.rnn_backward(dh, x, h, None, W_xh, W_hh)


def our_lstm(x, dh, W_xh, W_hh, b_h):
    h, c, gates = cells.lstm_forward(x, None, None, W_xh, W_hh, b_h)
    cells.lstm_backward(dh, x, h, c, gates, None, None, W_xh, W_hh)


def our_gru(x, dh, W_xh, W_hh, b_h, b_hn):
    h, gates = cells.gru_forward(x, None, W_xh, W_hh, b_h, b_hn)
    cells.gru_backward(dh, x, h, gates, None, W_xh, W_hh, b_hn)


def rnn_loop(x, W_xh, W_hh, b_h):
    h_t, h = x.new_zeros(len(x), len(W_hh)), []
    for t in range(x.shape[1]):
        h_t = torch.tanh(x[:, t] @ W_xh + h_t @ W_hh + b_h)
        h.append(h_t)
    return h


def lstm_loop(x, W_xh, W_hh, b_h):
    h_t = c_t = x.new_zeros(len(x), len(W_hh))
    h = []
    for t in range(x.shape[1]):
        i, f, g, o = (x[:, t] @ W_xh + h_t @ W_hh + b_h).chunk(4, dim=1)
        c_t = torch.sigmoid(f) * c_t + torch.sigmoid(i) * torch.tanh(g)
        h_t = torch.sigmoid(o) * torch.tanh(c_t)
        h.append(h_t)
    return h


def gru_loop(x, W_xh, W_hh, b_h, b_hn):
    h_t, h = x.new_zeros(len(x), len(W_hh)), []
    for t in range(x.shape[1]):
        x_r, x_z, x_n = (x[:, t] @ W_xh + b_h).chunk(3, dim=1)
        h_r, h_z, h_n = (h_t @ W_hh).chunk(3, dim=1)
        z = torch.sigmoid(x_z + h_z)
        n = torch.tanh(x_n + torch.sigmoid(x_r + h_r) * (h_n + b_hn))
        h_t = (1 - z) * n + z * h_t
        h.append(h_t)
    return h


OURS = {"RNN": our_rnn, "LSTM": our_lstm, "GRU": our_gru}
TORCH_LOOPS = {"RNN": rnn_loop, "LSTM": lstm_loop, "GRU": gru_loop}


def measure():
    torch.set_num_threads(1)
    rows = []
    for cell in LAYERS:
        for dtype in (np.float32, np.float64):
            for (B, T, V, H), floor in SIZES.items():
                passes = contestants(cell, B, T, V, H, dtype)
                times = {name: [] for name in passes}
                for one_pass in passes.values():
                    one_pass()
                for _ in range((30 if cell == "RNN" else 8) if B * H > 10_000 else 150 if cell == "RNN" else 50):
                    for name, one_pass in passes.items():
                        start = time.perf_counter()
                        one_pass()
                        times[name].append(1000 * (time.perf_counter() - start))
                middle = {name: median(values) for name, values in times.items()}
                row = {"cell": cell, "B, T, V, H": f"{B}, {T}, {V}, {H}", "dtype": dtype.__name__} | middle
                row["torch.nn / ours"] = middle["torch.nn"] / middle["ours ms"]
                row["loop / ours"] = middle["torch loop"] / middle["ours ms"]
                rows.append(row | ({"floor": floor} if cell == "RNN" else {}))
    return rows


if __name__ == "__main__":
    print(json.dumps(measure()))
