#!/usr/bin/env python3
"""Quantizes as PyTorch does: quantization.py tensor-core/src/test/resources/golden/quant.safetensors"""
import sys
import warnings
import torch
from torch import nn
from torch.ao.quantization import MinMaxObserver, MovingAverageMinMaxObserver, PerChannelMinMaxObserver
from torch.ao.quantization import per_channel_dynamic_qconfig, quantize_dynamic
from golden_cases import write_safetensors

warnings.filterwarnings("ignore")
torch.backends.quantized.engine = "fbgemm"
generator = torch.Generator().manual_seed(7)
tensors = {}


def randn(*shape):
    return torch.randn(*shape, generator=generator)


def put(name, **values):
    for key, value in values.items():
        tensors[name + "." + key] = torch.as_tensor(value).detach().to(torch.float32).contiguous().clone()


def per_tensor(name, x, scale, zero_point, dtype):
    q = torch.quantize_per_tensor(x, scale, zero_point, dtype)
    put(name, x=x, int=q.int_repr(), back=q.dequantize(), scales=[scale], zeros=[zero_point])


# Halves of a step, far out of range, and ordinary numbers.
edges = torch.cat([torch.arange(-8, 8) * 0.25, torch.tensor([1e9, -1e9, 0.0, -0.0, 63.75, -64.25]), randn(26) * 20])
per_tensor("tensor.s8", edges.reshape(6, 8), 0.5, 0, torch.qint8)
per_tensor("tensor.s8_shifted", edges.reshape(2, 4, 6), 0.37, -11, torch.qint8)
per_tensor("tensor.u8", edges, 0.5, 100, torch.quint8)
for name, axis, dtype, zeros in (("channel.s8", 0, torch.qint8, [0, 0, 0]), ("channel.u8", 1, torch.quint8, [3, 128, 250])):
    x = randn(3, 3, 5) * 4
    scales = torch.tensor([0.02, 0.05, 0.1])
    q = torch.quantize_per_channel(x, scales.double(), torch.tensor(zeros), axis, dtype)
    put(name, x=x, int=q.int_repr(), back=q.dequantize(), scales=scales, zeros=zeros)


def observed(name, observer, *batches):
    for i, batch in enumerate(batches):
        observer(batch)
        put(name, **{"x" + str(i): batch})
    scales, zeros = observer.calculate_qparams()
    put(name, scales=scales, zeros=zeros)


batches = randn(4, 6) + 0.7, randn(4, 6) * 3, randn(4, 6)
positive = (randn(4, 6).abs() + 0.1,)
per_tensor_affine, per_tensor_symmetric = torch.per_tensor_affine, torch.per_tensor_symmetric
observed("observer.affine", MinMaxObserver(dtype=torch.quint8, qscheme=per_tensor_affine), *batches)
observed("observer.positive", MinMaxObserver(dtype=torch.quint8, qscheme=per_tensor_affine), *positive)
observed("observer.symmetric", MinMaxObserver(dtype=torch.qint8, qscheme=per_tensor_symmetric), *batches)
observed("observer.zeros", MinMaxObserver(dtype=torch.qint8, qscheme=per_tensor_symmetric), torch.zeros(2, 3))
observed("observer.reduced", MinMaxObserver(dtype=torch.quint8, qscheme=per_tensor_affine, reduce_range=True), *batches)
observed("observer.average", MovingAverageMinMaxObserver(averaging_constant=0.1, dtype=torch.quint8), *batches)
observed("observer.channel", PerChannelMinMaxObserver(ch_axis=0, dtype=torch.qint8, qscheme=torch.per_channel_symmetric), *batches)
observed("observer.channel_affine", PerChannelMinMaxObserver(ch_axis=1, dtype=torch.quint8, qscheme=torch.per_channel_affine), *batches)

x = (randn(5, 7) * 3).requires_grad_()
g = randn(5, 7)
y = torch.fake_quantize_per_tensor_affine(x, 0.04, 100, 0, 255)
y.backward(g)
put("fake.tensor", x=x, y=y, gradient=g, back=x.grad, scales=[0.04], zeros=[100])
x = (randn(3, 7) * 3).requires_grad_()
g = randn(3, 7)
scales = torch.tensor([0.01, 0.02, 0.05])
y = torch.fake_quantize_per_channel_affine(x, scales, torch.zeros(3, dtype=torch.int32), 0, -128, 127)
y.backward(g)
put("fake.channel", x=x, y=y, gradient=g, back=x.grad, scales=scales, zeros=[0, 0, 0])

for name, sizes, bias, move in (("wide", (16, 24), True, 0.0), ("plain", (33, 5), False, 0.0), ("positive", (64, 32), True, 5.0)):
    layer = nn.Linear(*sizes, bias=bias)
    with torch.no_grad():
        layer.weight.copy_(randn(sizes[1], sizes[0]) * torch.linspace(0.01, 1, sizes[1])[:, None])
        if bias:
            layer.bias.copy_(randn(sizes[1]))
    model = nn.Sequential(layer)
    x = randn(3, 2, sizes[0]) + move
    made = quantize_dynamic(model, {nn.Linear: per_channel_dynamic_qconfig}, dtype=torch.qint8)
    q = made[0].weight()
    put("linear." + name, weight=layer.weight, x=x, y=made(x), int=q.int_repr(), scales=q.q_per_channel_scales())
    if bias:
        put("linear." + name, bias=layer.bias)
write_safetensors(sys.argv[1], tensors)
