#!/usr/bin/env python3
"""Writes what PyTorch's autocast does.

    autocast_table.py tensor-core/src/test/resources/golden/autocast.json
        the types that operations give on the CPU: each gets float32 operands, then operands of the
        lower type, for bfloat16 and float16
    autocast_table.py lists tensor-core/src/test/resources/golden/autocast-cuda.json
        the lists for CUDA devices, from the header that PyTorch's own tables are made of
"""
import json
import re
import sys
from pathlib import Path
import torch
import torch.nn.functional as F



def lists():
    header = Path(torch.__file__).parent / "include/ATen/autocast_mode.h"
    text = header.read_text().replace("\\\n", " ")
    found = {}
    for key, macros in (
        ("lower", ["LOWER_PRECISION_FP"]),
        ("float32", ["FP32", "FP32_SET_OPT_DTYPE", "DIFFERENT_REDISPATCH_SIGNATURE"]),
        ("widest", ["PROMOTE"]),
    ):
        names = set()
        for macro in macros:
            body = re.search(rf"#define AT_FORALL_{macro}\(_\)(.*)", text).group(1)
            names |= set(re.findall(r"\b_\((?:ADD_NS\()?(\w+)", body))
        found[key] = sorted(names)
    return {"version": torch.__version__.split("+")[0], **found}


if sys.argv[1] == "lists":
    Path(sys.argv[2]).write_text(json.dumps(lists(), indent=1) + "\n")
    sys.exit()

FLOAT = torch.rand(4, 6) * 0.5 + 0.25
SQUARE = torch.rand(6, 6) * 0.5 + 0.25
IMAGE = torch.rand(2, 3, 8, 8)
CLASSES = torch.tensor([0, 1, 2, 3])
SIGNS = torch.tensor([1.0, -1.0, 1.0, -1.0])

OPS = {
    "matmul": lambda c: c(FLOAT) @ c(SQUARE),
    "linear": lambda c: F.linear(c(FLOAT), c(SQUARE), c(SQUARE[0])),
    "bmm": lambda c: torch.bmm(c(FLOAT)[None], c(SQUARE)[None]),
    "addmm": lambda c: torch.addmm(c(FLOAT), c(FLOAT), c(SQUARE)),
    "einsum": lambda c: torch.einsum("ij,jk->ik", c(FLOAT), c(SQUARE)),
    "conv2d": lambda c: F.conv2d(c(IMAGE), c(torch.rand(4, 3, 3, 3))),
    "conv1d": lambda c: F.conv1d(c(IMAGE[:, 0]), c(torch.rand(4, 8, 3))),
    "conv_transpose2d": lambda c: F.conv_transpose2d(c(IMAGE), c(torch.rand(3, 4, 3, 3))),
    "attention": lambda c: F.scaled_dot_product_attention(c(IMAGE), c(IMAGE), c(IMAGE)),
    "prelu": lambda c: F.prelu(c(FLOAT), c(torch.tensor([0.25]))),
    "add": lambda c: c(FLOAT) + c(FLOAT), "mul": lambda c: c(FLOAT) * 2, "relu": lambda c: F.relu(c(FLOAT)),
    "gelu": lambda c: F.gelu(c(FLOAT)), "exp": lambda c: c(FLOAT).exp(), "log": lambda c: c(FLOAT).log(),
    "sum": lambda c: c(FLOAT).sum(), "mean": lambda c: c(FLOAT).mean(), "softmax": lambda c: c(FLOAT).softmax(-1),
    "log_softmax": lambda c: c(FLOAT).log_softmax(-1), "pow": lambda c: c(FLOAT) ** 2,
    "norm": lambda c: torch.linalg.vector_norm(c(FLOAT), dim=1), "cumsum": lambda c: c(FLOAT).cumsum(0), "prod": lambda c: c(FLOAT).prod(),
    "layer_norm": lambda c: F.layer_norm(c(FLOAT), (6,), SQUARE[0], SQUARE[1]),
    "batch_norm": lambda c: F.batch_norm(c(FLOAT), None, None, SQUARE[0], SQUARE[1], True),
    "cat": lambda c: torch.cat([c(FLOAT), FLOAT]), "stack": lambda c: torch.stack([c(FLOAT), FLOAT]),
    "max_pool2d": lambda c: F.max_pool2d(c(IMAGE), 2), "avg_pool2d": lambda c: F.avg_pool2d(c(IMAGE), 2),
    "avg_pool3d": lambda c: F.avg_pool3d(c(IMAGE), 2), "interpolate": lambda c: F.interpolate(c(IMAGE), scale_factor=2.0),
    "grid_sample": lambda c: F.grid_sample(c(IMAGE), c(torch.rand(2, 4, 4, 2)), align_corners=False),
    "cross_entropy": lambda c: F.cross_entropy(c(FLOAT), CLASSES),
    "nll_loss": lambda c: F.nll_loss(c(FLOAT), CLASSES), "mse_loss": lambda c: F.mse_loss(c(FLOAT), c(FLOAT)),
    "l1_loss": lambda c: F.l1_loss(c(FLOAT), c(FLOAT)), "smooth_l1_loss": lambda c: F.smooth_l1_loss(c(FLOAT), c(FLOAT)),
    "huber_loss": lambda c: F.huber_loss(c(FLOAT), c(FLOAT)), "kl_div": lambda c: F.kl_div(c(FLOAT), c(FLOAT)),
    "binary_cross_entropy": lambda c: F.binary_cross_entropy(c(FLOAT), c(FLOAT)),
    "binary_cross_entropy_with_logits": lambda c: F.binary_cross_entropy_with_logits(c(FLOAT), c(FLOAT)),
    "cosine_embedding_loss": lambda c: F.cosine_embedding_loss(c(FLOAT), c(FLOAT), SIGNS),
    "triplet_margin_loss": lambda c: F.triplet_margin_loss(c(FLOAT), c(FLOAT), c(FLOAT)),
    "multi_margin_loss": lambda c: F.multi_margin_loss(c(FLOAT), CLASSES),
    "soft_margin_loss": lambda c: F.soft_margin_loss(c(FLOAT), c(FLOAT)),
    "hinge_embedding_loss": lambda c: F.hinge_embedding_loss(c(FLOAT), c(FLOAT)),
    "float64": lambda c: FLOAT.double() @ SQUARE.double(),
}

table = []
for lower in (torch.bfloat16, torch.float16):
    for given in (torch.float32, lower):
        for name, op in OPS.items():
            try:
                with torch.autocast("cpu", dtype=lower):
                    result = str(op(lambda tensor: tensor.to(given)).dtype).split(".")[1]
            except (RuntimeError, NotImplementedError) as error:
                print("left out:", name, given, str(error).splitlines()[0][:100])
                continue
            table.append({"op": name, "lower": str(lower).split(".")[1], "given": str(given).split(".")[1], "result": result})
with open(sys.argv[1], "w") as file:
    json.dump({"cases": table}, file, indent=0)
print(len(table), "cases")
