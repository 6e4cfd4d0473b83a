"""Writes golden cases of image operations: convolution, pooling, padding, resampling, normalisation.

    python golden_images.py tensor-core/src/test/resources/golden/images
"""
import json
import os
import sys
import torch
import torch.nn.functional as F
from golden_cases import Cases, grad

F32, F64, BF16, F16 = torch.float32, torch.float64, torch.bfloat16, torch.float16
cases = Cases(seed=20)
used = set()


def name(text):
    unique, number = text, 2
    while unique in used:
        unique, number = f"{text}_{number}", number + 1
    used.add(unique)
    return unique


def label(value):
    return str(value).replace(" ", "").replace("torch.", "")


def add(text, op, args, dtype=F64, **more):
    flags = {key: more.pop(key) for key in ("double", "channels_last", "mutates", "strided") if key in more}
    parts = [text, label(dtype)]
    parts += [f"{key}={label(value)}" for key, value in more.items() if not isinstance(value, (torch.Tensor, grad))]
    parts += [key for key, on in flags.items() if on]
    cases.add(name("/".join([op, "_".join(parts)])), op, args, **flags, **more)


def image(dtype, *shape):
    return cases.normal(*shape, dtype=dtype)


# ---- convolutions ----

def convolution(spatial, variants):
    op = f"F.conv{spatial}d"
    size = {1: (7,), 2: (5, 6), 3: (3, 5, 3)}[spatial]
    for dtype in (F64, F32):
        for kernel, channels, out, kwargs in variants:
            groups = kwargs.get("groups", 1)
            x = image(dtype, 2 if dtype is F64 and channels < 8 else 1, channels, *size)
            w = image(dtype, out, channels // groups, *kernel[:spatial])
            b = image(dtype, out)
            add("bias", op, [grad(x), grad(w), grad(b)], dtype, **kwargs)
            if dtype is F64:
                add("plain", op, [grad(x), grad(w)], dtype, double=True, **kwargs)
                if spatial == 2:
                    add("nhwc", op, [grad(x), grad(w), grad(b)], dtype, channels_last=True, **kwargs)
    for dtype in (BF16, F16):
        # Few, exact numbers, so that the order of sums does not matter.
        x = cases.integers(-2, 3, 2, 4, *size).to(dtype)
        w = cases.integers(-1, 2, 2, 4, *((3,) * spatial)).to(dtype)
        b = cases.integers(-2, 3, 2).to(dtype)
        add("half", op, [x, w, b], dtype, padding=1)
    x, w, b = image(F64, 3, *size), image(F64, 2, 3, *((2,) * spatial)), image(F64, 2)
    add("single", op, [grad(x), grad(w), grad(b)], F64)
    for dtype in (F64, F32):
        x = image(dtype, 0, 3, *size)
        add("empty", op, [grad(x), grad(image(dtype, 2, 3, *((2,) * spatial))), grad(image(dtype, 2))], dtype)


convolution(1, [((3,), 3, 4, {}), ((3,), 4, 4, {"stride": 2, "padding": 1}), ((4,), 2, 3, {"padding": "same"}),
                ((2,), 4, 6, {"groups": 2, "dilation": 3}), ((1,), 1, 1, {}), ((3,), 2, 2, {"padding": "valid"}),
                ((3,), 2, 2, {"stride": [3], "padding": [2]})])
convolution(2, [((3, 3), 3, 4, {}), ((3, 3), 4, 4, {"stride": 2, "padding": 1}), ((1, 1), 5, 3, {}),
                ((3, 2), 4, 6, {"groups": 2}), ((3, 3), 4, 8, {"groups": 4, "padding": 1}),
                ((3, 3), 2, 3, {"dilation": 2, "padding": 2}), ((4, 3), 2, 3, {"padding": "same"}),
                ((2, 3), 2, 2, {"padding": "same", "dilation": [1, 2]}), ((3, 3), 2, 2, {"padding": "valid"}),
                ((5, 2), 3, 2, {"stride": [2, 3], "padding": [2, 0]}), ((2, 2), 1, 5, {"stride": 3}),
                ((5, 6), 3, 2, {}), ((3, 3), 6, 6, {"padding": 1})])
convolution(3, [((2, 3, 2), 2, 3, {"padding": 1}), ((3, 3, 3), 2, 2, {"stride": 2, "padding": 1}),
                ((2, 2, 2), 4, 4, {"groups": 2}), ((1, 3, 2), 2, 2, {"dilation": [1, 2, 2]}),
                ((2, 3, 2), 2, 2, {"padding": "same"})])


def transposed(spatial, variants):
    op = f"F.conv_transpose{spatial}d"
    size = {1: (5,), 2: (4, 3), 3: (3, 2, 3)}[spatial]
    for dtype in (F64, F32):
        for kernel, channels, out, kwargs in variants:
            groups = kwargs.get("groups", 1)
            x = image(dtype, 1 if groups == 1 else 2, channels, *size)
            w = image(dtype, channels, out // groups, *kernel[:spatial])
            b = image(dtype, out)
            add("bias", op, [grad(x), grad(w), grad(b)], dtype, **kwargs)
            if dtype is F64:
                add("plain", op, [grad(x), grad(w)], dtype, double=True, **kwargs)
                if spatial == 2:
                    add("nhwc", op, [grad(x), grad(w), grad(b)], dtype, channels_last=True, **kwargs)
    add("single", op, [grad(image(F64, 3, *size)), grad(image(F64, 3, 2, *((2,) * spatial)))], F64)


transposed(1, [((3,), 3, 2, {}), ((3,), 2, 3, {"stride": 2, "padding": 1, "output_padding": 1}),
               ((2,), 4, 4, {"groups": 2, "dilation": 2}), ((2,), 2, 2, {"dilation": 3, "output_padding": 2}),
               ((1,), 2, 2, {"stride": 3})])
transposed(2, [((3, 3), 3, 2, {}), ((3, 3), 2, 3, {"stride": 2, "padding": 1, "output_padding": 1}),
               ((2, 3), 4, 4, {"groups": 2}), ((3, 2), 2, 2, {"stride": [2, 3], "output_padding": [0, 2]}),
               ((2, 2), 2, 2, {"dilation": 2, "padding": 1}), ((4, 4), 3, 3, {"stride": 2, "padding": 1}),
               ((2, 2), 4, 4, {"groups": 4, "stride": 2})])
transposed(3, [((2, 2, 2), 2, 2, {}), ((3, 2, 3), 2, 2, {"stride": 2, "padding": 1, "output_padding": 1})])

# ---- pooling ----

SIZES = {1: (2, 2, 7), 2: (2, 2, 5, 6), 3: (1, 2, 4, 5, 4)}


def per_rank(op, spatial, kwargs, half=True):
    shape = SIZES[spatial]
    add("values", op, [grad(image(F64, *shape))], F64, **kwargs)
    add("values", op, [grad(image(F32, *shape))], F32, **kwargs)
    add("single", op, [grad(image(F64, *shape[1:]))], F64, **kwargs)
    if spatial == 2:
        add("nhwc", op, [grad(image(F32, *shape))], F32, channels_last=True, **kwargs)
    if half:
        add("half", op, [cases.integers(-8, 9, *shape).to(BF16)], BF16, **kwargs)


for spatial in (1, 2, 3):
    op = f"F.max_pool{spatial}d"
    for kwargs in ({"kernel_size": 2}, {"kernel_size": 3, "stride": 2, "padding": 1},
                   {"kernel_size": 2, "stride": 2, "ceil_mode": True}, {"kernel_size": 2, "dilation": 2, "stride": 1},
                   {"kernel_size": 3, "stride": 3, "padding": 1, "ceil_mode": True, "dilation": 1},
                   {"kernel_size": [2, 3, 2][:spatial], "stride": [1, 2, 2][:spatial]}):
        per_rank(op, spatial, kwargs)
    x = image(F64, *SIZES[spatial])
    add("indices", op, [grad(x)], F64, kernel_size=2, return_indices=True)
    add("indices", op, [grad(x)], F64, kernel_size=3, padding=1, stride=2, return_indices=True)
    op = f"F.avg_pool{spatial}d"
    for kwargs in ({"kernel_size": 2}, {"kernel_size": 3, "stride": 2, "padding": 1},
                   {"kernel_size": 3, "stride": 2, "padding": 1, "count_include_pad": False},
                   {"kernel_size": 2, "stride": 2, "ceil_mode": True},
                   {"kernel_size": 3, "stride": 2, "padding": 1, "ceil_mode": True},
                   {"kernel_size": 3, "stride": 2, "padding": 1, "ceil_mode": True, "count_include_pad": False},
                   {"kernel_size": [2, 3, 2][:spatial], "stride": [1, 2, 2][:spatial]}):
        per_rank(op, spatial, kwargs, half=False)
    if spatial > 1:
        per_rank(op, spatial, {"kernel_size": 2, "divisor_override": 3}, half=False)
    for size in ([1], [3], [4]):
        per_rank(f"F.adaptive_avg_pool{spatial}d", spatial, {"output_size": size * spatial}, half=False)
    for size in ([1], [3], [4]):
        per_rank(f"F.adaptive_max_pool{spatial}d", spatial, {"output_size": size * spatial}, half=False)
nan = image(F64, 1, 2, 4, 4)
nan[0, 0, 1, 1] = float("nan")
nan[0, 1] = float("-inf")
for dtype in (F64, F32):
    add("nan", "F.max_pool2d", [nan.to(dtype)], dtype, kernel_size=2, return_indices=True)
    add("nan", "F.max_pool2d", [nan.to(dtype)], dtype, kernel_size=3, padding=1, stride=1, return_indices=True)
ties = torch.ones(1, 2, 4, 4, dtype=F64)
add("ties", "F.max_pool2d", [grad(ties)], F64, kernel_size=3, stride=1, padding=1, return_indices=True)
add("empty", "F.max_pool2d", [grad(image(F64, 0, 2, 4, 4))], F64, kernel_size=2)
add("empty", "F.avg_pool2d", [grad(image(F64, 0, 2, 4, 4))], F64, kernel_size=2)
add("int", "F.adaptive_avg_pool2d", [grad(image(F32, 2, 3, 5, 6))], F32, output_size=1)
add("int", "F.adaptive_avg_pool2d", [grad(image(F32, 2, 3, 5, 6))], F32, output_size=5)
add("keep", "F.adaptive_avg_pool2d", [grad(image(F32, 2, 3, 5, 6))], F32, output_size=[None, 2])
add("grow", "F.adaptive_avg_pool2d", [grad(image(F64, 2, 3, 2, 3))], F64, output_size=[5, 4])
values, places = F.max_pool2d(image(F64, 1, 2, 6, 4), 2, return_indices=True)
add("unpool", "F.max_unpool2d", [grad(values), places], F64, kernel_size=2)
for spatial in (1, 2):
    shape = SIZES[spatial]
    for p in (2, 3):
        for kwargs in ({"kernel_size": 2}, {"kernel_size": 3, "stride": 2}, {"kernel_size": 2, "ceil_mode": True}):
            add("values", f"F.lp_pool{spatial}d", [grad(cases.uniform(0.5, 2, *shape))], F64, norm_type=p, **kwargs)
            add("values", f"F.lp_pool{spatial}d", [grad(cases.uniform(0.5, 2, *shape))], F64, norm_type=p, double=True,
                **kwargs)
            add("values", f"F.lp_pool{spatial}d", [grad(cases.uniform(0.5, 2, *shape, dtype=F32))], F32, norm_type=p,
                **kwargs)

# ---- padding ----

for dtype in (F64, F32, BF16, torch.int64, torch.bool):
    wants = grad if dtype.is_floating_point else (lambda tensor: tensor)
    x = image(F64, 2, 1, 3, 4).to(dtype)
    for pad in ([1, 2], [0, 1, 2, 0], [1, 1, 1, 1, 1, 1], [1, 0, 0, 2, 0, 1, 1, 0], [-1, 2], [-1, -1, -2, 1], [0, 0]):
        add("constant", "F.pad", [wants(x)], dtype, pad=pad)
    add("constant", "F.pad", [wants(x)], dtype, pad=[1, 2], value=1.0)
for dtype in (F64, F32):
    add("value", "F.pad", [grad(image(dtype, 1, 2, 4, 5))], dtype, pad=[1, 2, 3, 0], mode="constant", value=-1.5)
    add("nhwc", "F.pad", [grad(image(dtype, 1, 2, 4, 5))], dtype, pad=[1, 2, 3, 0], channels_last=True)
    add("vector", "F.pad", [grad(image(dtype, 5))], dtype, pad=[1, 2])
    add("scalarless", "F.pad", [grad(image(dtype, 0, 3))], dtype, pad=[1, 2, 2, 0])
    for mode in ("reflect", "replicate", "circular"):
        add(mode, "F.pad", [grad(image(dtype, 2, 2, 5))], dtype, pad=[2, 1], mode=mode)
        add(mode, "F.pad", [grad(image(dtype, 1, 2, 4, 5))], dtype, pad=[2, 1, 1, 3], mode=mode)
        add(mode, "F.pad", [grad(image(dtype, 1, 2, 4, 5))], dtype, pad=[2, 1, 1, 3], mode=mode, channels_last=True)
        add(mode, "F.pad", [grad(image(dtype, 1, 1, 3, 2, 3))], dtype, pad=[1, 2, 1, 0, 2, 1], mode=mode)
        add(mode, "F.pad", [grad(image(dtype, 1, 2, 4, 5))], dtype, pad=[0, 1, 0, 0], mode=mode)
        add(mode, "F.pad", [grad(image(dtype, 3, 4, 5))], dtype, pad=[1, 1, 1, 1], mode=mode)

# ---- resampling ----

for dtype in (F64, F32):
    line, plane, volume = image(dtype, 2, 1, 5), image(dtype, 1, 2, 4, 5), image(dtype, 1, 1, 3, 4, 3)
    for mode in ("nearest", "nearest-exact", "area"):
        for x, sizes in ((line, ([7], [3], [5])), (plane, ([6, 7], [2, 3], [4, 9])), (volume, ([5, 3, 4],))):
            for size in sizes:
                add(mode, "F.interpolate", [grad(x)], dtype, size=size, mode=mode)
        add(mode, "F.interpolate", [grad(plane)], dtype, scale_factor=2.0, mode=mode)
        add(mode, "F.interpolate", [grad(plane)], dtype, scale_factor=[1.5, 0.7], mode=mode)
        add(mode, "F.interpolate", [grad(plane)], dtype, scale_factor=2.0, mode=mode, channels_last=True)
    for align in (False, True):
        for size in ([7], [3], [1], [5]):
            add("linear", "F.interpolate", [grad(line)], dtype, size=size, mode="linear", align_corners=align)
        for mode in ("bilinear", "bicubic"):
            for size in ([6, 7], [2, 3], [1, 1], [4, 5]):
                add(mode, "F.interpolate", [grad(plane)], dtype, size=size, mode=mode, align_corners=align)
            for factor in (2.0, 1.7, 0.6):
                add(mode, "F.interpolate", [grad(plane)], dtype, scale_factor=factor, mode=mode, align_corners=align)
            add(mode, "F.interpolate", [grad(plane)], dtype, size=[6, 7], mode=mode, align_corners=align,
                channels_last=True)
        add("trilinear", "F.interpolate", [grad(volume)], dtype, size=[4, 6, 2], mode="trilinear", align_corners=align)
        add("trilinear", "F.interpolate", [grad(volume)], dtype, scale_factor=1.5, mode="trilinear",
            align_corners=align)
for dtype in (F64, F32):
    for padding_mode in ("zeros", "border", "reflection"):
        for align in (False, True):
            for mode in ("bilinear", "nearest") + (("bicubic",) if dtype is F64 else ()):
                x = image(dtype, 2, 2, 3, 4)
                grid = cases.uniform(-1.7, 1.7, 2, 2, 3, 2, dtype=dtype)
                add(mode, "F.grid_sample", [grad(x), grad(grid)], dtype, mode=mode, padding_mode=padding_mode,
                    align_corners=align)
            x = image(dtype, 1, 2, 3, 4, 3)
            grid = cases.uniform(-1.7, 1.7, 1, 2, 3, 2, 3, dtype=dtype)
            for mode in ("bilinear", "nearest"):
                add("volume", "F.grid_sample", [grad(x), grad(grid)], dtype, mode=mode, padding_mode=padding_mode,
                    align_corners=align)
    for align in (False, True):
        add("plane", "F.affine_grid", [grad(image(dtype, 2, 2, 3)), [2, 3, 4, 5]], dtype, align_corners=align)
        add("volume", "F.affine_grid", [grad(image(dtype, 2, 3, 4)), [2, 1, 3, 2, 4]], dtype, align_corners=align)

# ---- other orders, patches ----

for dtype in (F64, F32, BF16, torch.int64):
    wants = grad if dtype.is_floating_point else (lambda tensor: tensor)
    add("two", "F.pixel_shuffle", [wants(image(F64, 2, 8, 3, 2).to(dtype)), 2], dtype)
    add("three", "F.pixel_shuffle", [wants(image(F64, 9, 3, 2).to(dtype)), 3], dtype)
    add("more", "F.pixel_shuffle", [wants(image(F64, 2, 2, 4, 3, 2).to(dtype)), 2], dtype)
    add("two", "F.pixel_unshuffle", [wants(image(F64, 2, 3, 4, 6).to(dtype)), 2], dtype)
    add("more", "F.pixel_unshuffle", [wants(image(F64, 2, 1, 3, 3, 6).to(dtype)), 3], dtype)
    add("three", "F.channel_shuffle", [wants(image(F64, 2, 6, 3, 2).to(dtype)), 3], dtype)
    add("line", "F.channel_shuffle", [wants(image(F64, 2, 4, 3).to(dtype)), 2], dtype)
for dtype in (F64, F32):
    add("nhwc", "F.pixel_shuffle", [grad(image(dtype, 2, 8, 3, 2)), 2], dtype, channels_last=True)
    add("nhwc", "F.channel_shuffle", [grad(image(dtype, 2, 8, 3, 2)), 2], dtype, channels_last=True)
    for kwargs in ({"kernel_size": 2}, {"kernel_size": 3, "stride": 2, "padding": 1},
                   {"kernel_size": [2, 3], "stride": [2, 1]}, {"kernel_size": 2, "dilation": 2},
                   {"kernel_size": [3, 2], "padding": [1, 0], "dilation": [1, 2], "stride": 2}):
        x = image(dtype, 1, 2, 4, 5)
        columns = F.unfold(x, **kwargs)
        add("values", "F.unfold", [grad(x)], dtype, **kwargs)
        add("nhwc", "F.unfold", [grad(x)], dtype, channels_last=True, **kwargs)
        add("single", "F.unfold", [grad(x[0])], dtype, **kwargs)
        add("values", "F.fold", [grad(image(dtype, *columns.shape))], dtype, output_size=[4, 5], **kwargs)
        add("single", "F.fold", [grad(image(dtype, *columns.shape[1:]))], dtype, output_size=[4, 5], **kwargs)

# ---- normalisation ----

ALL = (1, 2)
for dtype in (F64, F32):
    for shape in ((6, 3), (3, 2, 4), (3, 2, 2, 3), (2, 3, 2, 1, 3)):
        channels = shape[1]
        for training in (True, False):
            def running():
                return [image(dtype, channels), cases.uniform(0.5, 2, channels, dtype=dtype)]
            w, b = image(dtype, channels), image(dtype, channels)
            mutates = ALL if training else ()
            for momentum in (0.1, 0.7):
                add("affine", "F.batch_norm", [grad(image(dtype, *shape)), *running(), grad(w), grad(b)], dtype,
                    training=training, momentum=momentum, mutates=mutates)
            add("plain", "F.batch_norm", [grad(image(dtype, *shape)), *running(), None, None], dtype,
                training=training, eps=0.01, mutates=mutates)
            add("weight", "F.batch_norm", [grad(image(dtype, *shape)), *running(), grad(w), None], dtype,
                training=training, mutates=mutates)
            if len(shape) == 4:
                add("nhwc", "F.batch_norm", [grad(image(dtype, *shape)), *running(), grad(w), grad(b)], dtype,
                    training=training, channels_last=True, mutates=mutates)
            if dtype is F64:
                add("double", "F.batch_norm", [grad(image(dtype, *shape)), *running(), grad(w), grad(b)], dtype,
                    training=training, double=True)
            if len(shape) > 2:
                add("running", "F.instance_norm", [grad(image(dtype, *shape)), *running(), grad(w), grad(b)], dtype,
                    use_input_stats=training, momentum=0.3, mutates=mutates)
        add("batch only", "F.batch_norm", [grad(image(dtype, *shape)), None, None, grad(w), grad(b)], dtype,
            training=True)
        if len(shape) > 2:
            add("plain", "F.instance_norm", [grad(image(dtype, *shape))], dtype)
            add("affine", "F.instance_norm", [grad(image(dtype, *shape))], dtype, weight=grad(w), bias=grad(b))
            add("local", "F.local_response_norm", [grad(image(dtype, *shape))], dtype, size=3)
            add("local", "F.local_response_norm", [grad(image(dtype, *shape))], dtype, size=2, alpha=0.5, beta=0.5,
                k=2.0)
    for shape in ((3, 4), (3, 4, 5), (2, 4, 3, 2), (2, 4, 2, 2, 3)):
        w, b = image(dtype, 4), image(dtype, 4)
        for groups in (1, 2, 4):
            if len(shape) == 2 and groups > 1:
                continue
            add("affine", "F.group_norm", [grad(image(dtype, *shape)), groups, grad(w), grad(b)], dtype)
            add("plain", "F.group_norm", [grad(image(dtype, *shape)), groups], dtype, eps=0.1)
            if len(shape) == 4:
                add("nhwc", "F.group_norm", [grad(image(dtype, *shape)), groups, grad(w), grad(b)], dtype,
                    channels_last=True)
                if dtype is F64:
                    add("double", "F.group_norm", [grad(image(dtype, *shape)), groups, grad(w), grad(b)], dtype,
                        double=True)
    for normalized in ([5], [4, 5]):
        w = image(dtype, *normalized)
        add("weight", "F.rms_norm", [grad(image(dtype, 3, 4, 5)), normalized, grad(w)], dtype, eps=1e-6)
        add("plain", "F.rms_norm", [grad(image(dtype, 3, 4, 5)), normalized], dtype)
        if dtype is F64:
            add("weight", "F.rms_norm", [grad(image(dtype, 3, 4, 5)), normalized, grad(w)], dtype, double=True)
for dtype in (BF16, F16):
    add("half", "F.rms_norm", [image(dtype, 3, 8), [8], image(dtype, 8)], dtype, eps=1e-5)
    # With weights of 16 bits PyTorch rounds the statistics to 16 bits too; we do not.
    add("half", "F.batch_norm", [image(dtype, 3, 4, 5), None, None, image(F32, 4), image(F32, 4)], dtype,
        training=True)
    add("half", "F.group_norm", [image(dtype, 3, 4, 5), 2, image(dtype, 4), image(dtype, 4)], dtype)
    add("half", "F.avg_pool2d", [image(dtype, 2, 3, 6, 6)], dtype, kernel_size=2)


def compact():
    """Short keys, and each tensor once: the files go into the repository."""
    keys, known, tensors = {}, {}, {}
    for key, tensor in cases.tensors.items():
        dense = tensor.detach().contiguous()
        content = (dense.dtype, dense.shape, bytes(dense.reshape(-1).view(torch.uint8).numpy()) if dense.numel() else b"")
        if content not in known:
            known[content] = f"t{len(known)}"
            tensors[known[content]] = dense
        keys[key] = known[content]

    def renamed(value):
        if isinstance(value, dict):
            return {keys.get(key, key): renamed(each) for key, each in value.items()}
        if isinstance(value, list):
            return [renamed(each) for each in value]
        return keys.get(value, value) if isinstance(value, str) else value

    for case in cases.cases:
        inputs = [entry["tensor"] for entry in case["args"] if "tensor" in entry]
        assert len(inputs) == len({keys[key] for key in inputs}), case["name"]
    cases.cases, cases.tensors = renamed(cases.cases), tensors


compact()
cases.write(sys.argv[1])
path = os.path.join(sys.argv[1], "ops.json")
with open(path) as file:
    content = json.load(file)
with open(path, "w") as file:
    json.dump(content, file, separators=(",", ":"))
