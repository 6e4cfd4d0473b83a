"""Times Gloo's all-reduce through PyTorch: gloo_allreduce.py RANKS BYTES...

Prints `bytes seconds` lines: the median over repetitions on rank 0.
"""

import os
import socket
import statistics
import sys
import time

import torch
import torch.distributed as dist
import torch.multiprocessing as mp


def measure(rank, ranks, port, sizes):
    os.environ["MASTER_ADDR"] = "127.0.0.1"
    os.environ["MASTER_PORT"] = str(port)
    os.environ["GLOO_SOCKET_IFNAME"] = "lo"
    torch.set_num_threads(1)
    dist.init_process_group("gloo", rank=rank, world_size=ranks)
    for size in sizes:
        tensor = torch.zeros(size // 4)
        warm_up, repeats = (300, 1000) if size <= 1 << 16 else (50, 200) if size <= 1 << 22 else (3, 9)
        times = []
        for repeat in range(-warm_up, repeats):
            start = time.perf_counter()
            dist.all_reduce(tensor)
            if repeat >= 0:
                times.append(time.perf_counter() - start)
        if rank == 0:
            print(size, f"{statistics.median(times):.9f}", flush=True)
    dist.destroy_process_group()


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


if __name__ == "__main__":
    mp.spawn(
        measure,
        args=(int(sys.argv[1]), free_port(), [int(size) for size in sys.argv[2:]]),
        nprocs=int(sys.argv[1]),
    )
