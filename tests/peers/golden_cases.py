"""Writes golden cases: what PyTorch computes for single operations, in the format of ops.json.

A script beside this one makes a `Cases`, adds to it and writes it:

    cases = Cases(seed=1)
    x = cases.normal(3, 4)
    cases.add("softmax_last", "F.softmax", [grad(x)], dim=-1)
    cases.write(directory)

`grad` marks an input whose gradient is recorded. A case is run by calling the operation of that name
("torch.add", "F.softmax", "Tensor.expand"), or `call` where the name is no function. The cotangents are
random; with double=True the gradients recorded are those of the sum of squares of the first ones.
"""
import json
import os
import struct
import torch
import torch.nn.functional

TYPES = {
    torch.float64: "F64", torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16",
    torch.int64: "I64", torch.int32: "I32", torch.int16: "I16", torch.int8: "I8", torch.uint8: "U8",
    torch.bool: "BOOL",
}


class grad:
    """An input that wants a gradient."""

    def __init__(self, tensor):
        self.tensor = tensor


def write_safetensors(path, tensors):
    header, offset, blocks = {}, 0, []
    for name, tensor in tensors.items():
        if tensor._is_zerotensor():
            tensor = torch.zeros(tensor.shape, dtype=tensor.dtype)
        flat = tensor.detach().clone(memory_format=torch.contiguous_format).reshape(-1)
        block = bytes(flat.view(torch.uint8).numpy()) if flat.numel() else b""
        header[name] = {"dtype": TYPES[tensor.dtype], "shape": list(tensor.shape),
                        "data_offsets": [offset, offset + len(block)]}
        offset += len(block)
        blocks.append(block)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(blocks))


class Cases:
    def __init__(self, seed):
        self.generator = torch.Generator().manual_seed(seed)
        self.cases, self.tensors = [], {}

    def normal(self, *shape, dtype=torch.float64):
        return torch.randn(shape, generator=self.generator, dtype=torch.float64).to(dtype)

    def uniform(self, low, high, *shape, dtype=torch.float64):
        values = torch.rand(shape, generator=self.generator, dtype=torch.float64)
        return (values * (high - low) + low).to(dtype)

    def integers(self, low, high, *shape, dtype=torch.int64):
        return torch.randint(low, high, shape, generator=self.generator).to(dtype)

    def add(self, name, op, args, call=None, strided=False, double=False, channels_last=False, mutates=(), **kwargs):
        """`mutates`: positions of arguments that the operation changes in place."""
        assert not any(case["name"] == name for case in self.cases), name
        leaves, entries = [], []

        def tensor(value, to_leaf=True):
            wants = isinstance(value, grad)
            value = (value.tensor if wants else value).detach().clone()
            key = f"{name}/in{len(leaves)}"
            self.tensors[key] = value.clone()
            value.requires_grad_(wants)
            leaves.append((key, value, wants))
            entries_json = {"tensor": key, "grad": wants}
            if strided:
                value = value.t()
            if channels_last and value.dim() == 4 and len(leaves) == 1:
                value = value.to(memory_format=torch.channels_last)
            return entries_json, value

        def argument(value):
            if isinstance(value, (grad, torch.Tensor)):
                return tensor(value)
            if isinstance(value, (list, tuple)) and value and isinstance(value[0], (grad, torch.Tensor)):
                pairs = [tensor(each) for each in value]
                return {"list": [pair[0] for pair in pairs]}, [pair[1] for pair in pairs]
            return {"value": value}, value

        pairs = [argument(value) for value in args]
        named = {key: argument(value) for key, value in kwargs.items()}
        if call is None:
            owner, attribute = op.split(".")
            owners = {"torch": torch, "F": torch.nn.functional, "Tensor": torch.Tensor}
            call = getattr(owners[owner], attribute)
        result = call(*[pair[1] for pair in pairs], **{key: pair[1] for key, pair in named.items()})
        outputs = list(result) if isinstance(result, (list, tuple)) else [result]
        case = {"name": name, "op": op, "args": [pair[0] for pair in pairs],
                "kwargs": {key: pair[0] for key, pair in named.items()}, "flags": {}, "outputs": []}
        for flag, on in (("strided", strided), ("double", double), ("channels_last", channels_last), ("mutates", bool(mutates))):
            if on:
                case["flags"][flag] = True
        cotangents = []
        for i, output in enumerate(outputs):
            self.tensors[f"{name}/out{i}"] = output
            case["outputs"].append(f"{name}/out{i}")
            if output.requires_grad:
                cotangent = torch.randn(output.shape, generator=self.generator, dtype=torch.float64).to(output.dtype)
                self.tensors[f"{name}/cot{i}"] = cotangent
                cotangents.append(cotangent)
            else:
                cotangents.append(None)
        wanting = [(key, value) for key, value, wants in leaves if wants]
        if wanting and any(c is not None for c in cotangents):
            found = torch.autograd.grad(
                [o for o, c in zip(outputs, cotangents) if c is not None],
                [value for _, value in wanting], [c for c in cotangents if c is not None],
                create_graph=double, allow_unused=True)
            if double:
                squares = sum(g.square().sum() for g in found if g is not None)
                found = torch.autograd.grad(squares, [value for _, value in wanting], allow_unused=True)
            case["grads"] = {}
            for i, ((key, _), gradient) in enumerate(zip(wanting, found)):
                case["grads"][key] = None if gradient is None else f"{name}/grad{i}"
                if gradient is not None:
                    self.tensors[f"{name}/grad{i}"] = gradient
            case["cotangents"] = [None if c is None else f"{name}/cot{i}" for i, c in enumerate(cotangents)]
        if mutates:
            case["after"] = {}
            for position in mutates:
                self.tensors[f"{name}/after{position}"] = leaves[position][1]
                case["after"][str(position)] = f"{name}/after{position}"
        self.cases.append(case)

    def write(self, directory):
        os.makedirs(directory, exist_ok=True)
        with open(os.path.join(directory, "ops.json"), "w") as file:
            json.dump({"torch": torch.__version__, "cases": self.cases}, file, indent=1)
        write_safetensors(os.path.join(directory, "ops.safetensors"), self.tensors)
        print(f"{len(self.cases)} cases in {directory}")
