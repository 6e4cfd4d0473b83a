"""Times PyTorch's side of tests/bench.sh overhead: op_overhead.py THREADS

Reads `case seconds` lines from standard input; for each, prints on one line the seconds of one pass, once
for each batch of passes. Every case works on 8 x 8 float32 tensors; a name that ends in _backward goes
forward and back. By hand: echo "add 1" | python op_overhead.py 1
"""
import sys
import time

import torch

PASSES_PER_BATCH = 200


def chain(a, b):
    """Ten operations."""
    return a.mul(b).add(a).relu().sub(b).mul(1.5).tanh().add(b).sigmoid().mul(a).neg()


CASES = {
    "add": lambda a, b: a + b,
    "matmul": lambda a, b: a @ b,
    "reshape": lambda a, b: a.reshape(4, 16),
    "chain10": chain,
}


def batch(name):
    """The seconds of one pass, over a batch."""
    backward = name.endswith("_backward")
    case = CASES[name.removesuffix("_backward")]
    a, b = (torch.randn(8, 8, requires_grad=backward) for _ in range(2))
    ones = torch.ones_like(case(a, b))
    start = time.perf_counter()
    for _ in range(PASSES_PER_BATCH):
        result = case(a, b)
        if backward:
            result.backward(ones)
            a.grad = b.grad = None
    return (time.perf_counter() - start) / PASSES_PER_BATCH


def main():
    torch.set_num_threads(int(sys.argv[1]))
    for line in sys.stdin:
        name, seconds = line.split()
        if name.removesuffix("_backward") not in CASES:
            sys.exit(f"error: unknown case '{name}'; known are {', '.join(CASES)}, each with _backward")
        times, end = [], time.perf_counter() + float(seconds)
        while time.perf_counter() < end or not times:
            times.append(batch(name))
        print(" ".join(f"{each:.9f}" for each in times), flush=True)


main()
