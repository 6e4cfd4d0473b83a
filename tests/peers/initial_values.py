"""Writes how PyTorch's modules draw their parameters, and which names PyTorch has.

    python initial_values.py ../../tensor-core/src/test/resources/golden

initial.json: for modules with a config, the last draw of each parameter, which is recorded while the module is made:
uniform between bounds, normal, or a constant. names.json: the public modules of torch.nn, functions of
torch.nn.functional and torch.nn.init, optimizers and schedules.
"""
import inspect
import json
import os
import sys
import torch
from torch import nn

drawn = {}


def recording(name):
    original = getattr(torch.Tensor, name)

    def draw(self, *args, **kwargs):
        values = [float(each) for each in args if isinstance(each, (int, float))]
        values += [float(each) for key, each in kwargs.items() if isinstance(each, (int, float))]
        drawn[id(self)] = [name.strip("_")] + values
        return original(self, *args, **kwargs)

    setattr(torch.Tensor, name, draw)


for each in ("uniform_", "normal_", "fill_", "zero_"):
    recording(each)
copied = nn.Parameter.__deepcopy__


def copying(self, memo):
    made = copied(self, memo)
    if id(self) in drawn:
        drawn[id(made)] = drawn[id(self)]
    return made


nn.Parameter.__deepcopy__ = copying
cases = []


def add(module, inputs=None, **config):
    built = getattr(nn, module)(**config)
    if inputs:
        built(torch.zeros(inputs))
    found = {}
    for name, parameter in built.named_parameters():
        how = drawn.get(id(parameter))
        if how is None or how[0] == "zero":
            assert parameter.unique().numel() == 1, (module, name)
            how = ["fill", parameter.flatten()[0].item()]
        found[name] = {"how": {"fill": "constant"}.get(how[0], how[0]), "numbers": how[1:]}
    cases.append({"module": "nn." + module, "inputs": inputs, "config": config, "parameters": found})


add("Linear", in_features=37, out_features=23)
add("Bilinear", in1_features=17, in2_features=11, out_features=13)
for dims in (1, 2, 3):
    for groups in (1, 3):
        config = dict(in_channels=6, out_channels=9, kernel_size=[2, 3, 4][:dims], groups=groups)
        add(f"Conv{dims}d", **config)
        add(f"ConvTranspose{dims}d", **config)
    add(f"LazyConv{dims}d", inputs=[2, 5] + [4] * dims, out_channels=4, kernel_size=2)
    add(f"LazyConvTranspose{dims}d", inputs=[2, 5] + [4] * dims, out_channels=4, kernel_size=2)
    add(f"BatchNorm{dims}d", num_features=7)
    add(f"InstanceNorm{dims}d", num_features=7, affine=True)
    add(f"LazyBatchNorm{dims}d", inputs=[2, 5] + [4] * dims)
    add(f"LazyInstanceNorm{dims}d", inputs=[2, 5] + [4] * dims, affine=True)
add("LazyLinear", inputs=[2, 19], out_features=8)
add("SyncBatchNorm", num_features=7)
add("GroupNorm", num_groups=2, num_channels=6)
add("LayerNorm", normalized_shape=[3, 5])
add("RMSNorm", normalized_shape=5)
add("PReLU", num_parameters=3)
for module in ("RNN", "GRU", "LSTM"):
    more = dict(proj_size=5) if module == "LSTM" else {}
    add(module, input_size=7, hidden_size=9, num_layers=2, bidirectional=True, **more)
    add(module + "Cell", input_size=7, hidden_size=9)
add("Embedding", num_embeddings=60, embedding_dim=30)
add("EmbeddingBag", num_embeddings=60, embedding_dim=30)
add("MultiheadAttention", embed_dim=12, num_heads=3, add_bias_kv=True)
add("MultiheadAttention", embed_dim=12, num_heads=3, kdim=8, vdim=20)
for module in ("TransformerEncoderLayer", "TransformerDecoderLayer"):
    add(module, d_model=12, nhead=2, dim_feedforward=20)
add("Transformer", d_model=12, nhead=2, num_encoder_layers=2, num_decoder_layers=1, dim_feedforward=20)
add("AdaptiveLogSoftmaxWithLoss", in_features=24, n_classes=40, cutoffs=[10, 25], div_value=2.0, head_bias=True)
add("LinearCrossEntropyLoss", in_features=24, num_classes=10, bias=True)


def names(owner, wanted):
    return sorted(name for name in dir(owner) if not name.startswith("_") and wanted(getattr(owner, name)))


def own(owner):
    return lambda each: (inspect.isfunction(each) or inspect.isbuiltin(each)) and not getattr(
        each, "__module__", "").startswith(("typing", "torch._jit", "torch.overrides", "torch.nn.modules", "warnings"))


directory = sys.argv[1]
with open(os.path.join(directory, "initial.json"), "w") as file:
    file.write("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n")
schedules = torch.optim.lr_scheduler
kinds = {"nn": names(nn, lambda each: isinstance(each, type) and issubclass(each, nn.Module)),
         "functional": names(nn.functional, own(nn.functional)), "init": names(nn.init, own(nn.init)),
         "optim": names(torch.optim, lambda each: isinstance(each, type) and issubclass(each, torch.optim.Optimizer)),
         "schedules": names(schedules, lambda each: isinstance(each, type) and (
             issubclass(each, schedules.LRScheduler) or each is schedules.ReduceLROnPlateau))}
with open(os.path.join(directory, "names.json"), "w") as file:
    file.write("{\n" + ",\n".join(f' "{key}": {json.dumps(value)}' for key, value in kinds.items()) + "\n}\n")
print(len(cases), "cases")
