"""PyTorch's side of tests/bench.sh startup: startup.py SECONDS

Trains a small character model (4 layers, 128 wide, batches of 12 windows of 64) for so many seconds and
prints, after each step, the seconds since 1970 on a line.
"""
import os
import sys
import time

import torch
import torch.nn.functional as F

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from train_steps import Gpt  # noqa: E402


def main():
    seconds = float(sys.argv[1])
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
    torch.manual_seed(0)
    model = Gpt(65, 64, 128, 4, 4)
    tokens, targets = torch.randint(0, 65, (12, 64)), torch.randint(0, 65, (12, 64))
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
    times, begin = [], time.perf_counter()
    while time.perf_counter() - begin < seconds:
        optimizer.zero_grad(set_to_none=True)
        loss = F.cross_entropy(model(tokens).view(-1, 65), targets.view(-1))
        loss.backward()
        optimizer.step()
        loss.item()
        times.append(time.time())
    print("\n".join(f"{each:.6f}" for each in times))


main()
