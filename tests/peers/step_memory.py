"""PyTorch's side of tests/bench.sh memory: step_memory.py WORKLOAD THREADS

After a warm start (a small network of every kind of layer is trained, random numbers are drawn), when pages that
are free within malloc have been given back, trains ten steps of the workload and prints by how many bytes the
process's resident memory rose at its peak. One process for each workload.
"""
import ctypes
import os
import sys

import torch
import torch.nn as nn
import torch.nn.functional as F

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from train_steps import WORKLOADS  # noqa: E402

STEPS, WARM_UP_STEPS = 10, 2000
DRAWS, DRAWN = 100, 10_000


class Small(nn.Module):
    """A little of everything that the workloads have."""

    def __init__(self):
        super().__init__()
        self.convolution, self.norm = nn.Conv2d(3, 32, 3, padding=1), nn.BatchNorm2d(64)
        self.deep = nn.Conv2d(32, 64, 3, padding=1)
        self.lstm, self.layer_norm, self.head = nn.LSTM(64, 16, batch_first=True), nn.LayerNorm(16), nn.Linear(16, 2)

    def forward(self, images):
        features = F.max_pool2d(F.relu(self.norm(self.deep(self.convolution(images)))), 2)
        hidden, _ = self.lstm(features.flatten(2).transpose(1, 2))
        return self.head(F.gelu(self.layer_norm(hidden[:, -1])))


def train(model, inputs, targets, loss, steps):
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
    for _ in range(steps):
        optimizer.zero_grad(set_to_none=True)
        value = loss(model(inputs), targets)
        value.backward()
        optimizer.step()
        value.item()


def status(key):
    with open("/proc/self/status", encoding="ascii") as lines:
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(key))


def main():
    torch.set_num_threads(int(sys.argv[2]))
    torch.manual_seed(0)
    train(Small(), torch.randn(8, 3, 8, 8), torch.randint(0, 2, (8,)), F.cross_entropy, WARM_UP_STEPS)
    for _ in range(DRAWS):
        torch.randn(DRAWN)
    ctypes.CDLL(None).malloc_trim(0)
    before = status("VmRSS")
    with open("/proc/self/clear_refs", "w", encoding="ascii") as peak:
        peak.write("5")
    train(*WORKLOADS[sys.argv[1]](), STEPS)
    print(status("VmHWM") - before)


main()
