#!/usr/bin/env python3
"""Writes files as torch.save does, what is to come of them, and checks files that were written here.

    pth_files.py write tensor-core/src/test/resources/golden/pth
    pth_files.py check FILE             # written by PyTorchWriterTest; exit code 0 if PyTorch opens and trains on it
    pth_files.py check-all DIR OPTIMIZERS   # written by PyTorchPeerTest; OPTIMIZERS: what `write` made of that name
"""
import json
import os
import struct
import sys
from collections import OrderedDict
import torch
from torch import nn
import torch.nn.functional as F
from golden_cases import write_safetensors

OPTIMIZERS = {
    "SGD": dict(lr=0.1, momentum=0.9), "Adam": dict(lr=0.01, amsgrad=True), "AdamW": dict(lr=0.01),
    "Adamax": dict(lr=0.01), "NAdam": dict(lr=0.01), "RAdam": dict(lr=0.01),
    "RMSprop": dict(lr=0.01, momentum=0.5, centered=True), "Rprop": dict(lr=0.01), "ASGD": dict(lr=0.01),
    "Adadelta": dict(lr=1.0), "Adagrad": dict(lr=0.01, lr_decay=0.1),
}


class BasicBlock(nn.Module):
    expansion = 1

    def __init__(self, channels, width, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, width, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.downsample = None
        if stride != 1 or channels != width:
            self.downsample = nn.Sequential(nn.Conv2d(channels, width, 1, stride, bias=False), nn.BatchNorm2d(width))

    def forward(self, x):
        out = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        return F.relu(out + (x if self.downsample is None else self.downsample(x)))


class Bottleneck(nn.Module):
    expansion = 4

    def __init__(self, channels, width, stride):
        super().__init__()
        wide = 4 * width
        self.conv1 = nn.Conv2d(channels, width, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, stride, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, wide, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(wide)
        self.downsample = None
        if stride != 1 or channels != wide:
            self.downsample = nn.Sequential(nn.Conv2d(channels, wide, 1, stride, bias=False), nn.BatchNorm2d(wide))

    def forward(self, x):
        out = F.relu(self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x))))))
        out = self.bn3(self.conv3(out))
        return F.relu(out + (x if self.downsample is None else self.downsample(x)))


class ResNet(nn.Module):
    """torchvision's names, order and arithmetic."""

    def __init__(self, block, depths, width, classes):
        super().__init__()
        self.conv1 = nn.Conv2d(3, width, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        channels = width
        for stage, depth in enumerate(depths):
            blocks = []
            for i in range(depth):
                blocks.append(block(channels, width << stage, 2 if i == 0 and stage > 0 else 1))
                channels = (width << stage) * block.expansion
            setattr(self, f"layer{stage + 1}", nn.Sequential(*blocks))
        self.fc = nn.Linear(channels, classes)

    def forward(self, x):
        x = self.maxpool(F.relu(self.bn1(self.conv1(x))))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.fc(x.mean((2, 3)))


def values(directory):
    shared = torch.arange(12, dtype=torch.float32)
    every = {
        "float64": torch.tensor([1.5, -2.0], dtype=torch.float64), "float32": torch.tensor([0.5, 3.0]),
        "float16": torch.tensor([0.5, 3.0]).half(), "bfloat16": torch.tensor([0.5, 3.0]).bfloat16(),
        "int64": torch.tensor([-1, 1 << 40]), "int32": torch.tensor([-7, 7], dtype=torch.int32),
        "int16": torch.tensor([-7, 7], dtype=torch.int16), "int8": torch.tensor([-7, 7], dtype=torch.int8),
        "uint8": torch.tensor([0, 255], dtype=torch.uint8), "bool": torch.tensor([True, False]),
    }
    root = {
        "tensors": every, "matrix": shared.view(3, 4), "transposed": shared.view(3, 4).t(),
        "slice": shared[2:9:3], "expanded": torch.tensor([7.0]).expand(3), "scalar": torch.tensor(2.5),
        "empty": torch.zeros(0, 3), "parameter": nn.Parameter(torch.ones(2)),
        "frozen": nn.Parameter(torch.ones(2), requires_grad=False),
        "ordered": OrderedDict([("b", 1), ("a", 2)]), "list": [1, [2.5, "text", None]], "tuple": (True, False),
        "set": {3}, "text": "Grüße", "long": 1 << 70, "negative": -5, "bytes": b"\x00\xff",
        "size": torch.Size([2, 3]), "dtype": torch.bfloat16, "device": torch.device("cuda", 1), 5: "number",
        "state": nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3)).state_dict(),
    }
    for protocol in (2, 3, 4, 5):
        torch.save(root, os.path.join(directory, f"values-{protocol}.pth"), pickle_protocol=protocol)
    torch.save(nn.Linear(2, 3), os.path.join(directory, "module.pth"))
    torch.save({"a": torch.ones(2)}, os.path.join(directory, "legacy.pth"), _use_new_zipfile_serialization=False)
    torch.save({"a": torch.ones(2, dtype=torch.complex64)}, os.path.join(directory, "complex.pth"))
    torch.save({"a": torch.ones(2).numpy()}, os.path.join(directory, "numpy.pth"))


def resnets(directory):
    generator = torch.Generator().manual_seed(3)
    for name, block, depths, width in (("resnet18", BasicBlock, [2, 2, 2, 2], 4), ("resnet50", Bottleneck, [3, 4, 6, 3], 2)):
        torch.manual_seed(5)
        model = ResNet(block, depths, width, 5).double()
        torch.save(OrderedDict((key, value.clone()) for key, value in model.state_dict().items()),
                   os.path.join(directory, name + ".pth"))
        images = torch.randn(3, 3, 40, 36, generator=generator, dtype=torch.float64)
        targets = torch.tensor([1, 4, 0])
        tensors = {"images": images, "targets": targets, "eval": model.eval()(images).detach()}
        model.train()
        optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
        loss = F.cross_entropy(model(images), targets)
        loss.backward()
        optimizer.step()
        tensors["loss"] = loss.detach()
        for key in ("conv1.weight", "bn1.running_var", "layer2.0.downsample.0.weight", "layer4.1.bn2.bias", "fc.weight"):
            tensors["after." + key] = model.state_dict()[key].clone()
        write_safetensors(os.path.join(directory, name + ".safetensors"), tensors)


def optimizers(directory):
    generator = torch.Generator().manual_seed(4)
    checkpoint, tensors = {}, {}
    for name, config in OPTIMIZERS.items():
        parameters = [nn.Parameter(torch.randn(shape, generator=generator)) for shape in ((2, 3), (4,), (2,))]
        optimizer = getattr(torch.optim, name)(
            [{"params": parameters[:2]}, {"params": parameters[2:], "lr": config["lr"] / 2}], **config)
        for step in range(5):
            for i, parameter in enumerate(parameters):
                parameter.grad = torch.randn(parameter.shape, generator=generator)
                tensors[f"{name}.grad{i}.{step}"] = parameter.grad.clone()
            if step == 3:
                # a copy: the state dict shares the optimizer's tensors
                state = optimizer.state_dict()
                checkpoint[name] = {
                    "state": {k: {s: v.clone() if torch.is_tensor(v) else v for s, v in each.items()}
                              for k, each in state["state"].items()},
                    "param_groups": state["param_groups"]}
                for i, parameter in enumerate(parameters):
                    tensors[f"{name}.before{i}"] = parameter.detach().clone()
            optimizer.step()
        for i, parameter in enumerate(parameters):
            tensors[f"{name}.after{i}"] = parameter.detach().clone()
    torch.save(checkpoint, os.path.join(directory, "optimizers.pth"))
    write_safetensors(os.path.join(directory, "optimizers.safetensors"), tensors)


def check(path):
    """A checkpoint of a Sequential(Linear(3, 4), ReLU, Linear(4, 2)) and AdamW, and values of every kind."""
    root = torch.load(path, weights_only=True)
    assert root["epoch"] == 3 and root["loss"] == 0.25 and root["name"] == "Grüße" and root["done"] is True
    assert root["list"] == [1, 2.5, "text", None], root["list"]
    assert root["tuple"] == (1 << 40, False) and root["none"] is None
    assert root["tied"]["a"].data_ptr() == root["tied"]["b"].data_ptr()
    assert root["transposed"].tolist() == [[0, 3], [1, 4], [2, 5]]
    for kind, tensor in root["types"].items():
        assert str(tensor.dtype) == "torch." + kind and tensor.tolist() == [0, 1], (kind, tensor)
    model = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2))
    model.load_state_dict(root["model_state_dict"])
    optimizer = torch.optim.AdamW(model.parameters(), lr=1)
    optimizer.load_state_dict(root["optimizer_state_dict"])
    assert optimizer.param_groups[0]["lr"] == 0.01 and optimizer.state[model[0].weight]["step"].item() == 2
    F.mse_loss(model(root["input"]), root["target"], reduction="sum").backward()
    optimizer.step()
    for name, after in root["after"].items():
        torch.testing.assert_close(model.state_dict()[name], after, rtol=1e-5, atol=1e-6)
    mmap = torch.load(path, weights_only=True, mmap=True)
    assert torch.equal(mmap["transposed"], root["transposed"])
    print("ok")


SAFETENSORS = {
    "BOOL": torch.bool, "U8": torch.uint8, "I8": torch.int8, "I16": torch.int16, "I32": torch.int32, "I64": torch.int64,
    "F16": torch.float16, "BF16": torch.bfloat16, "F32": torch.float32, "F64": torch.float64,
}


def read_safetensors(path):
    """By the format's description alone."""
    data = open(path, "rb").read()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    assert header.pop("__metadata__", {}) is not None
    tensors, end = {}, 0
    for name, entry in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
        begin, after = entry["data_offsets"]
        assert begin == end, (name, begin, end)
        end, dtype = after, SAFETENSORS[entry["dtype"]]
        part = bytearray(data[8 + length + begin : 8 + length + after])
        flat = torch.frombuffer(part, dtype=dtype) if part else torch.zeros(0, dtype=dtype)
        tensors[name] = flat.reshape(entry["shape"])
    assert 8 + length + end == len(data)
    return tensors


def check_tensors(directory):
    count = 0
    written = torch.load(os.path.join(directory, "tensors.pth"), weights_only=True)
    for found in (written, read_safetensors(os.path.join(directory, "tensors.safetensors"))):
        for name in {name.split(".")[0] for name in found}:
            whole = (torch.arange(12) % 2).to(getattr(torch, name)).reshape(3, 4)
            expected = {
                "whole": whole, "transposed": whole.t(), "column": whole[:, 1], "corner": whole[1:3, 1:3],
                "expanded": whole[:1].expand(2, 4), "scalar": whole[0, 1], "empty": whole[:, :0],
            }
            for view, tensor in expected.items():
                got = found[f"{name}.{view}"]
                assert got.dtype == tensor.dtype and got.shape == tensor.shape and torch.equal(got, tensor), (name, view)
                count += 1
    return f"{count} tensors"


def check_optimizers(directory, path):
    tensors = read_safetensors(path)
    for name, config in OPTIMIZERS.items():
        root = torch.load(os.path.join(directory, f"optimizer-{name}.pth"), weights_only=True)
        parameters = [nn.Parameter(root["weights"][f"p{i}"].clone()) for i in range(3)]
        groups = [{"params": parameters[:2]}, {"params": parameters[2:], "lr": config["lr"] / 2}]
        optimizer = getattr(torch.optim, name)(groups, **config)
        optimizer.load_state_dict(root["optimizer"])
        for i, parameter in enumerate(parameters):
            parameter.grad = tensors[f"{name}.grad{i}.4"]
        optimizer.step()
        for i, parameter in enumerate(parameters):
            torch.testing.assert_close(parameter.detach(), tensors[f"{name}.after{i}"], rtol=1e-5, atol=2e-5, msg=name)
    return f"{len(OPTIMIZERS)} optimizer states"


def check_resnet(directory):
    expected = read_safetensors(os.path.join(directory, "resnet18-expected.safetensors"))
    states = [torch.load(os.path.join(directory, "resnet18.pth"), weights_only=True)]
    states += [read_safetensors(os.path.join(directory, f"resnet18{kind}.safetensors")) for kind in ("", "-whole")]
    for state in states:
        model = ResNet(BasicBlock, [2, 2, 2, 2], 4, 5).double()
        model.load_state_dict(state)
        torch.testing.assert_close(model.eval()(expected["images"]).detach(), expected["logits"], rtol=1e-9, atol=1e-9)
    return f"a ResNet-18 from {len(states)} files"


if __name__ == "__main__":
    if sys.argv[1] == "check":
        check(sys.argv[2])
    elif sys.argv[1] == "check-all":
        directory = sys.argv[2]
        print(", ".join([check_tensors(directory), check_optimizers(directory, sys.argv[3]), check_resnet(directory)]))
    else:
        os.makedirs(sys.argv[2], exist_ok=True)
        values(sys.argv[2])
        resnets(sys.argv[2])
        optimizers(sys.argv[2])
        print(len(os.listdir(sys.argv[2])), "files")
