#!/usr/bin/env python3
"""Prunes as PyTorch does: prune_cases.py tensor-core/src/test/resources/golden/prune.safetensors"""
import sys
import torch
from torch import nn
from torch.nn.utils import prune
from golden_cases import write_safetensors

generator = torch.Generator().manual_seed(11)
tensors = {}


def layer():
    made = nn.Conv2d(3, 6, 2)
    with torch.no_grad():
        made.weight.copy_(torch.randn(made.weight.shape, generator=generator))
    return made


def case(name, *steps):
    made = layer()
    tensors[name + ".weight"] = made.weight.detach().clone()
    for step in steps:
        step(made)
    tensors[name + ".mask"] = made.weight_mask.clone()
    tensors[name + ".pruned"] = made.weight.detach().clone()


case("l1", lambda m: prune.l1_unstructured(m, "weight", 0.3))
case("l1_count", lambda m: prune.l1_unstructured(m, "weight", 7))
case("l1_twice", lambda m: prune.l1_unstructured(m, "weight", 0.3), lambda m: prune.l1_unstructured(m, "weight", 0.5))
case("l2_dim0", lambda m: prune.ln_structured(m, "weight", 0.5, n=2, dim=0))
case("l1_dim1", lambda m: prune.ln_structured(m, "weight", 1, n=1, dim=1))
case("linf_then_l1", lambda m: prune.ln_structured(m, "weight", 2, n=float("inf"), dim=0), lambda m: prune.l1_unstructured(m, "weight", 0.25))
first, second = layer(), layer()
tensors["global.weight0"], tensors["global.weight1"] = first.weight.detach().clone(), second.weight.detach().clone()
prune.l1_unstructured(first, "weight", 0.2)
prune.global_unstructured([(first, "weight"), (second, "weight")], prune.L1Unstructured, amount=0.4)
tensors["global.mask0"], tensors["global.mask1"] = first.weight_mask.clone(), second.weight_mask.clone()
write_safetensors(sys.argv[1], tensors)
