"""PyTorch's side of tests/bench.sh recommender: recommender.py

Reads seconds from standard input, one number on each line; for each trains Wide & Deep for so long and
prints rows per second. Three tables of 1,000,000 ids with sparse gradients under Adagrad, dense layers
under AdamW, batches of 2,048. Threads are those of OMP_NUM_THREADS. By hand: echo 5 | python recommender.py
"""
import os
import sys
import time

import torch
import torch.nn as nn
import torch.nn.functional as F

TABLES, IDS, BATCH, BATCHES, WIDTH, EXPONENT = 3, 1_000_000, 2048, 64, 8, 1.2


class WideAndDeep(nn.Module):
    def __init__(self):
        super().__init__()
        self.tables = nn.ModuleList(nn.Embedding(IDS, 1 + WIDTH, sparse=True) for _ in range(TABLES))
        for table in self.tables:
            nn.init.normal_(table.weight, 0, 0.01)
        self.deep = nn.Sequential(
            nn.Linear(TABLES * WIDTH + 1, 64), nn.ReLU(), nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 1))

    def forward(self, numbers, ids):
        rows = [table(each) for table, each in zip(self.tables, ids)]
        deep = self.deep(torch.cat([row[:, 1:] for row in rows] + [numbers], 1)).squeeze(1)
        return deep + sum(row[:, 0] for row in rows)


def ids():
    whole = (IDS + 1.0) ** (1 - EXPONENT) - 1
    rank = (1 + torch.rand(BATCH, dtype=torch.float64) * whole) ** (1 / (1 - EXPONENT)) - 1
    return rank.long().clamp(0, IDS - 1) * 2_654_435_761 % IDS


def main():
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
    torch.manual_seed(1)
    model = WideAndDeep()
    sparse = torch.optim.Adagrad(model.tables.parameters(), 0.05)
    dense = torch.optim.AdamW(model.deep.parameters(), 1e-3)
    batches = [
        (torch.randn(BATCH, 1), [ids() for _ in range(TABLES)], (torch.rand(BATCH) < 0.25).float())
        for _ in range(BATCHES)]
    for line in sys.stdin:
        begin, rows = time.perf_counter(), 0
        while time.perf_counter() - begin < float(line):
            numbers, columns, labels = batches[rows // BATCH % BATCHES]
            sparse.zero_grad()
            dense.zero_grad()
            loss = F.binary_cross_entropy_with_logits(model(numbers, columns), labels)
            loss.backward()
            sparse.step()
            dense.step()
            loss.item()
            rows += BATCH
        print(rows / (time.perf_counter() - begin), flush=True)


if __name__ == "__main__":
    main()
