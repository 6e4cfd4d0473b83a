"""Writes golden cases of modules: what PyTorch computes for settings, sizes and modes, as in modules.json.

    python golden_modules.py ../../tensor-core/src/test/resources/golden/modules

A case holds the state, inputs, outputs, cotangents, gradients of inputs and parameters, and the state
afterwards. Parameters are drawn, so that none is left at a value that hides an error.
"""
import json
import os
import sys
import warnings
import torch
from torch import nn
from torch.nn.utils.parametrizations import spectral_norm, weight_norm
from golden_cases import write_safetensors

warnings.filterwarnings("ignore")
torch.set_num_threads(1)
torch.manual_seed(11)
torch.backends.mkldnn.enabled = False

cases, tensors = [], {}
WRAPPED = {"weight_norm(nn.Linear)": lambda **c: weight_norm(nn.Linear(**c)),
           "spectral_norm(nn.Linear)": lambda **c: spectral_norm(nn.Linear(**c))}


class CifarCnn(nn.Sequential):
    """The network of model.CifarCnn; this golden file's own class, as PyTorch has none."""

    def __init__(self, num_classes, width):
        layers, channels = [], 3
        for stage in range(3):
            for _ in range(2):
                layers += [nn.Conv2d(channels, width << stage, 3, padding=1), nn.BatchNorm2d(width << stage), nn.ReLU()]
                channels = width << stage
            layers.append(nn.MaxPool2d(2))
        super().__init__()
        self.features = nn.Sequential(*layers)
        self.classifier = nn.Sequential(nn.Flatten(), nn.Linear(channels * 16, 8 * width), nn.ReLU(), nn.Dropout(0.5),
                                        nn.Linear(8 * width, num_classes))


def flat(values):
    return [t for v in values for t in (flat(v) if isinstance(v, (tuple, list)) else [v])]


def add(name, module, inputs, train=True, group=lambda x: x, make=None, run=None, constants=(), **config):
    """`inputs`: shapes or tensors. `group` makes the arguments of the call from the list of inputs, `run` calls the
    module in another way; `constants`: positions of inputs without a gradient. A lazy module is called once before
    its parameters are drawn."""
    name = "module/" + name + ("" if train else "_eval")
    assert not any(case["name"] == name for case in cases), name
    make = make or WRAPPED.get(module) or (CifarCnn if module == "CifarCnn" else getattr(nn, module[3:]))
    built = make(**config)
    if "Lazy" in module:
        with torch.no_grad():
            built(torch.zeros(inputs[0]))
        built.load_state_dict({key: value.clone().zero_() if key.endswith("tracked") else value
                               for key, value in built.state_dict().items()})
    with torch.no_grad():
        for parameter in built.parameters():
            parameter.copy_(torch.randn_like(parameter) * 0.5)
        for key, buffer in built.named_buffers():
            if key.endswith("running_mean"):
                buffer.copy_(torch.randn_like(buffer))
            if key.endswith("running_var"):
                buffer.copy_(torch.rand_like(buffer) + 0.5)
    built.train(train)
    values = [x.detach().clone() if isinstance(x, torch.Tensor) else torch.randn(x) for x in inputs]
    for key, value in built.state_dict().items():
        tensors[f"{name}/state.{key}"] = value.clone()
    for i, value in enumerate(values):
        tensors[f"{name}/in{i}"] = value.clone()
        if value.is_floating_point() and i not in constants:
            value.requires_grad_(True)
    outputs = flat([run(built, *values) if run else built(*group(values))])
    wanted = [i for i, output in enumerate(outputs) if output.requires_grad]
    cotangents = {i: torch.randn_like(outputs[i]) for i in wanted}
    if wanted:
        torch.autograd.backward([outputs[i] for i in wanted], list(cotangents.values()))
    for i, output in enumerate(outputs):
        tensors[f"{name}/out{i}"] = output.detach()
        if i in cotangents:
            tensors[f"{name}/cot{i}"] = cotangents[i]
    for i, value in enumerate(values):
        if value.grad is not None:
            tensors[f"{name}/gin{i}"] = value.grad
    for key, parameter in built.named_parameters():
        if parameter.grad is not None:
            tensors[f"{name}/gparam.{key}"] = parameter.grad
    for key, value in built.state_dict().items():
        tensors[f"{name}/after.{key}"] = value.clone()
    config = {key: value.tolist() if isinstance(value, torch.Tensor) else value for key, value in config.items()}
    cases.append({"name": name, "module": module, "config": config, "train": train, "inputs": len(values),
                  "outputs": len(outputs), "cotangents_for_outputs": wanted, "note": None})


def recurrent():
    for module in ("RNN", "GRU", "LSTM"):
        number = 0
        for layers in (1, 2, 3):
            for both in (False, True):
                for batch_first in (False, True):
                    number += 1
                    config = dict(input_size=2 + number % 3, hidden_size=3, num_layers=layers, bidirectional=both,
                                  batch_first=batch_first, bias=number % 4 != 1)
                    if module == "RNN":
                        config["nonlinearity"] = ("tanh", "relu")[number % 2]
                    if module == "LSTM" and number % 3 == 0:
                        config["proj_size"] = 2
                    shape = (2, 4, config["input_size"]) if batch_first else (4, 2, config["input_size"])
                    add(f"{module.lower()}_{number}", "nn." + module, [shape], train=number % 2 == 0, **config)
                    rows = layers * (2 if both else 1)
                    states = [(rows, 2, config.get("proj_size", 3))] + ([(rows, 2, 3)] if module == "LSTM" else [])
                    group = (lambda x: (x[0], (x[1], x[2]))) if module == "LSTM" else (lambda x: x)
                    add(f"{module.lower()}_{number}_state", "nn." + module, [shape] + states, group=group, **config)
        add(f"{module.lower()}_unbatched", "nn." + module, [(4, 3)], input_size=3, hidden_size=2, bidirectional=True)
        add(f"{module.lower()}_unbatched_batch_first", "nn." + module, [(4, 3)], input_size=3, hidden_size=2,
            batch_first=True)
        add(f"{module.lower()}_one_step", "nn." + module, [(1, 2, 3)], input_size=3, hidden_size=2, num_layers=2)
        add(f"{module.lower()}_dropout", "nn." + module, [(3, 2, 3)], train=False, input_size=3, hidden_size=2,
            num_layers=2, dropout=0.5)
        for bias in (True, False):
            cell = "nn." + module + "Cell"
            group = (lambda x: (x[0], (x[1], x[2]))) if module == "LSTM" else (lambda x: x)
            states = [(2, 4)] * (2 if module == "LSTM" else 1)
            name = f"{module.lower()}_cell_{bias}"
            add(name, cell, [(2, 3)], input_size=3, hidden_size=4, bias=bias)
            add(name + "_state", cell, [(2, 3)] + states, group=group, input_size=3, hidden_size=4, bias=bias)
        add(f"{module.lower()}_cell_unbatched", cell, [(3,)], input_size=3, hidden_size=4)
    add("rnn_cell_relu", "nn.RNNCell", [(2, 3)], input_size=3, hidden_size=4, nonlinearity="relu")


def attention():
    for batch_first in (False, True):
        def shape(length):
            return (3, length, 8) if batch_first else (length, 3, 8)

        for heads in (1, 2, 4):
            for bias in (True, False):
                add(f"attention_{heads}_{bias}_{batch_first}", "nn.MultiheadAttention",
                    [shape(4), shape(5), shape(5)], embed_dim=8, num_heads=heads, bias=bias, batch_first=batch_first)
        for train in (True, False):
            for activation in ("relu", "gelu"):
                for norm_first in (False, True):
                    layer = dict(d_model=8, nhead=2, dim_feedforward=6, dropout=0.0 if train else 0.3,
                                 batch_first=batch_first, activation=activation, norm_first=norm_first)
                    name = f"{activation}_{norm_first}_{batch_first}"
                    add("encoder_layer_" + name, "nn.TransformerEncoderLayer", [shape(4)], train=train, **layer)
                    add("decoder_layer_" + name, "nn.TransformerDecoderLayer", [shape(4), shape(5)], train=train,
                        **layer)
        add(f"transformer_{batch_first}", "nn.Transformer", [shape(4), shape(3)], d_model=8, nhead=4, dropout=0.0,
            num_encoder_layers=1, num_decoder_layers=2, dim_feedforward=6, batch_first=batch_first,
            norm_first=batch_first, activation="gelu" if batch_first else "relu")
    add("attention_sizes", "nn.MultiheadAttention", [(4, 3, 8), (5, 3, 6), (5, 3, 4)], embed_dim=8, num_heads=2,
        kdim=6, vdim=4)
    add("attention_unbatched", "nn.MultiheadAttention", [(4, 8), (5, 8), (5, 8)], embed_dim=8, num_heads=2)
    add("encoder_layer_nobias", "nn.TransformerEncoderLayer", [(4, 2, 8)], d_model=8, nhead=2, dim_feedforward=6,
        dropout=0.0, bias=False)
    add("transformer_eval", "nn.Transformer", [(2, 4, 8), (2, 3, 8)], train=False, d_model=8, nhead=2,
        num_encoder_layers=2, num_decoder_layers=1, dim_feedforward=6, dropout=0.2, batch_first=True)


def convolutions():
    for dims, sizes in ((1, (7,)), (2, (6, 5)), (3, (4, 5, 3))):
        conv, transposed = f"nn.Conv{dims}d", f"nn.ConvTranspose{dims}d"
        for mode in ("zeros", "reflect", "replicate", "circular"):
            for padding in (1, 2, "same"):
                if mode == "reflect" and padding == 2 and dims == 3:
                    padding = (1, 2, 2)
                add(f"conv{dims}d_{mode}_{padding}", conv, [(2, 2) + sizes], in_channels=2, out_channels=3,
                    kernel_size=3 if padding != "same" else 2, padding=padding, padding_mode=mode)
        add(f"conv{dims}d_unbatched", conv, [(2,) + sizes], in_channels=2, out_channels=3, kernel_size=2)
        add(f"conv{dims}d_groups", conv, [(2, 4) + sizes], in_channels=4, out_channels=6, kernel_size=2, groups=2,
            stride=2, bias=False)
        add(f"conv{dims}d_dilation", conv, [(2, 2) + sizes], in_channels=2, out_channels=2, kernel_size=2, dilation=2,
            padding=1, padding_mode="circular")
        for stride, padding, more in ((1, 0, 0), (2, 0, 1), (2, 1, 0), (3, 1, 2)):
            add(f"conv_transpose{dims}d_{stride}_{padding}_{more}", transposed, [(2, 2) + sizes], in_channels=2,
                out_channels=3, kernel_size=3, stride=stride, padding=padding, output_padding=more)
        add(f"conv_transpose{dims}d_groups", transposed, [(2, 4) + sizes], in_channels=4, out_channels=2, kernel_size=2,
            groups=2, dilation=2, bias=False)


def norms():
    for dims, sizes in ((1, (5,)), (2, (3, 4)), (3, (2, 3, 2))):
        batch, instance = f"nn.BatchNorm{dims}d", f"nn.InstanceNorm{dims}d"
        for train in (True, False):
            for momentum in (0.1, 0.4, None):
                add(f"batch_norm{dims}d_{momentum}", batch, [(3, 2) + sizes], train=train, num_features=2,
                    momentum=momentum)
            add(f"batch_norm{dims}d_plain", batch, [(3, 2) + sizes], train=train, num_features=2, affine=False)
            add(f"batch_norm{dims}d_untracked", batch, [(3, 2) + sizes], train=train, num_features=2, eps=0.01,
                track_running_stats=False)
            for affine in (False, True):
                for tracked in (False, True):
                    add(f"instance_norm{dims}d_{affine}_{tracked}", instance, [(3, 2) + sizes], train=train,
                        num_features=2, affine=affine, track_running_stats=tracked)
        add(f"instance_norm{dims}d_unbatched", instance, [(2,) + sizes], num_features=2, affine=True)
    add("batch_norm1d_features", "nn.BatchNorm1d", [(6, 4)], num_features=4)
    add("batch_norm1d_features", "nn.BatchNorm1d", [(6, 4)], train=False, num_features=4)
    for groups in (1, 2, 3, 6):
        # Groups of one or two elements would compare rounding errors.
        for rank in (0, 1, 2) if groups < 3 else (1, 2):
            add(f"group_norm_{groups}_{rank}", "nn.GroupNorm", [(3, 6) + (4, 3)[:rank]], num_groups=groups,
                num_channels=6, affine=rank != 1)
    for shape in (5, [5], [3, 5], [2, 3, 5]):
        add(f"layer_norm_{shape}", "nn.LayerNorm", [(4, 2, 3, 5)], normalized_shape=shape)
        add(f"rms_norm_{shape}", "nn.RMSNorm", [(4, 2, 3, 5)], normalized_shape=shape)
    add("layer_norm_plain", "nn.LayerNorm", [(4, 5)], normalized_shape=5, elementwise_affine=False)
    add("layer_norm_nobias", "nn.LayerNorm", [(4, 5)], normalized_shape=5, bias=False, eps=0.1)
    add("rms_norm_eps", "nn.RMSNorm", [(4, 5)], normalized_shape=5, eps=0.1, elementwise_affine=False)


def layers():
    for size in (1, 5):
        add(f"linear_{size}", "nn.Linear", [(2, 3, size)], in_features=size, out_features=4)
        add(f"linear_{size}_eval", "nn.Linear", [(size,)], train=False, in_features=size, out_features=3, bias=False)
    # With one input feature a normed weight does not depend on its length: rounding errors again.
    for size in (2, 5):
        for train in (True, False):
            for wrap in ("weight_norm", "spectral_norm"):
                add(f"{wrap}_{size}", f"{wrap}(nn.Linear)", [(4, size)], train=train, in_features=size, out_features=3)
                add(f"{wrap}_{size}_deep", f"{wrap}(nn.Linear)", [(2, 3, size)], train=train, in_features=size,
                    out_features=2)
    add("bilinear", "nn.Bilinear", [(3, 2), (3, 5)], in1_features=2, in2_features=5, out_features=4)
    add("bilinear_deep", "nn.Bilinear", [(2, 3, 2), (2, 3, 4)], in1_features=2, in2_features=4, out_features=1,
        bias=False)
    add("bilinear_single", "nn.Bilinear", [(2,), (4,)], in1_features=2, in2_features=4, out_features=3)
    for padding in (None, 0, 3, -1):
        for train in (True, False):
            add(f"embedding_{padding}", "nn.Embedding", [torch.tensor([[0, 3, 5], [5, 3, 3]])], train=train,
                num_embeddings=6, embedding_dim=4, padding_idx=padding)
    for slopes, shape in ((1, (2, 3, 4)), (3, (2, 3, 4)), (3, (2, 3)), (1, (5,)), (2, (2, 2, 2, 3))):
        add(f"prelu_{slopes}_{len(shape)}", "nn.PReLU", [shape], num_parameters=slopes)
    add("softmax2d_batch", "nn.Softmax2d", [(2, 4, 3, 2)])
    add("softmax2d_single", "nn.Softmax2d", [(4, 3, 2)], train=False)
    for mode, sizes in (("nearest", (3,)), ("nearest", (3, 4)), ("nearest", (2, 3, 2)), ("linear", (5,)),
                        ("bilinear", (3, 4)), ("trilinear", (2, 3, 2)), ("bicubic", (3, 4)), ("nearest-exact", (3, 4))):
        for factor in (2, 1.5, 0.7, 3.0):
            add(f"upsample_{mode}_{len(sizes)}_{factor}", "nn.Upsample", [(2, 2) + sizes], scale_factor=factor,
                mode=mode)
    add("upsample_size", "nn.Upsample", [(2, 2, 3, 4)], size=[5, 3], mode="bilinear", align_corners=True)


def plain():
    """Layers without state."""
    for name in ("ReLU Sigmoid Tanh ReLU6 SELU SiLU Mish LogSigmoid Hardsigmoid Hardswish Softsign Tanhshrink GELU "
                 "LeakyReLU ELU CELU Hardshrink Softshrink Hardtanh Softplus GLU").split():
        add(name.lower(), "nn." + name, [torch.randn(3, 4) * 3])
    add("rrelu", "nn.RReLU", [(3, 4)], train=False, lower=0.2, upper=0.4)
    for name, config in (("GELU", dict(approximate="tanh")), ("LeakyReLU", dict(negative_slope=0.3)),
                         ("ELU", dict(alpha=0.5)), ("CELU", dict(alpha=2.0)), ("Hardshrink", dict(lambd=0.2)),
                         ("Softshrink", dict(lambd=0.1)), ("Hardtanh", dict(min_val=-0.3, max_val=2.0)),
                         ("Softplus", dict(beta=2.0, threshold=3.0)), ("Threshold", dict(threshold=0.2, value=-1.0)),
                         ("GLU", dict(dim=0)), ("Softmax", dict(dim=0)), ("Softmin", dict(dim=1)),
                         ("LogSoftmax", dict(dim=-1))):
        add(name.lower() + "_set", "nn." + name, [torch.randn(2, 4) * 3], **config)
    for dims, sizes in ((1, (7,)), (2, (6, 5)), (3, (4, 5, 3))):
        shape = (2, 2) + sizes
        add(f"max_pool{dims}d", f"nn.MaxPool{dims}d", [shape], kernel_size=2)
        add(f"max_pool{dims}d_set", f"nn.MaxPool{dims}d", [shape], kernel_size=3, stride=2, padding=1, ceil_mode=True)
        add(f"avg_pool{dims}d", f"nn.AvgPool{dims}d", [shape], kernel_size=2)
        add(f"avg_pool{dims}d_set", f"nn.AvgPool{dims}d", [shape], kernel_size=3, stride=2, padding=1,
            count_include_pad=False)
        add(f"lp_pool{dims}d", f"nn.LPPool{dims}d", [torch.rand(shape) + 0.1], norm_type=3, kernel_size=2, stride=1)
        for size in (1, 3, [2] * dims):
            for kind in ("Avg", "Max"):
                add(f"adaptive_{kind}_pool{dims}d_{size}", f"nn.Adaptive{kind}Pool{dims}d", [shape], output_size=size)
        for kind in ("Reflection", "Replication", "Circular", "Zero", "Constant"):
            config = dict(value=1.5) if kind == "Constant" else {}
            add(f"{kind}_pad{dims}d", f"nn.{kind}Pad{dims}d", [shape], padding=1, **config)
            add(f"{kind}_pad{dims}d_sides", f"nn.{kind}Pad{dims}d", [shape], padding=[2, 1, 0, 2, 1, 3][:2 * dims],
                **config)
        add(f"dropout{dims}d", f"nn.Dropout{dims}d", [shape], train=False, p=0.3)
    for name in ("Dropout", "AlphaDropout"):
        add(name, "nn." + name, [(3, 4)], train=False, p=0.3)
    add("identity", "nn.Identity", [(3, 4)])
    add("flatten", "nn.Flatten", [(2, 3, 4)])
    add("flatten_set", "nn.Flatten", [(2, 3, 4, 2)], start_dim=0, end_dim=-2)
    add("unflatten", "nn.Unflatten", [(2, 6)], dim=1, unflattened_size=[2, 3])
    add("pixel_shuffle", "nn.PixelShuffle", [(2, 8, 3, 2)], upscale_factor=2)
    add("pixel_unshuffle", "nn.PixelUnshuffle", [(2, 2, 4, 6)], downscale_factor=2)
    add("channel_shuffle", "nn.ChannelShuffle", [(2, 6, 3)], groups=3)
    add("unfold", "nn.Unfold", [(2, 2, 5, 4)], kernel_size=[2, 3], stride=2, padding=1)
    add("fold", "nn.Fold", [(2, 8, 9)], output_size=[4, 4], kernel_size=2)
    add("cifar_cnn", "CifarCnn", [(1, 3, 32, 32)], train=False, num_classes=3, width=2)
    add("local_response_norm", "nn.LocalResponseNorm", [(2, 5, 3)], size=3, alpha=0.5, beta=0.6, k=2.0)


def write(directory):
    os.makedirs(directory, exist_ok=True)
    with open(os.path.join(directory, "modules.json"), "w") as file:
        file.write('{"torch": "%s", "cases": [\n' % torch.__version__.split("+")[0])
        file.write(",\n".join(json.dumps(case) for case in cases) + "\n]}\n")
    write_safetensors(os.path.join(directory, "modules.safetensors"), tensors)
    print(len(cases), "cases")


if __name__ == "__main__":
    recurrent()
    attention()
    convolutions()
    norms()
    layers()
    plain()
    write(sys.argv[1])
