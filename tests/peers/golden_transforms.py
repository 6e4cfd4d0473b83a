"""Writes what torchvision makes of small images, with its transforms on tensors.

    python golden_transforms.py tensor-core/src/test/resources/golden/transforms.json

Needs torch and torchvision; of the latter the Python part is enough.
"""
import json
import sys
import torch

library = torch.library.Library("torchvision", "DEF")
for operator in ("nms", "qnms"):  # declared only, so that torchvision loads without its native part
    try:
        library.define(operator + "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    except RuntimeError:
        pass
from torchvision.transforms import InterpolationMode
from torchvision.transforms.v2 import functional as F

torch.manual_seed(5)
cases = []
MODES = {"NEAREST": InterpolationMode.NEAREST, "BILINEAR": InterpolationMode.BILINEAR,
         "BICUBIC": InterpolationMode.BICUBIC}


def image(dtype, channels, height, width):
    smooth = torch.nn.functional.interpolate(torch.rand(1, channels, 4, 4), (height, width), mode="bilinear")[0]
    noisy = (smooth + 0.3 * torch.rand(channels, height, width)) / 1.3
    return (noisy * 255).round().to(torch.uint8) if dtype == "uint8" else noisy


def flat(tensor):
    if tensor.dtype == torch.uint8:
        return tensor.flatten().tolist()
    return [float(f"{value:.6g}") for value in tensor.flatten().tolist()]


def add(op, x, y, **parameters):
    dtype = "uint8" if x.dtype == torch.uint8 else "float32"
    cases.append({"op": op, "dtype": dtype, "shape": list(x.shape), "input": flat(x),
                  "parameters": parameters, "resultShape": list(y.shape), "result": flat(y)})


for dtype in ("uint8", "float32"):
    x = image(dtype, 3, 9, 13)
    for mode, interpolation in MODES.items():
        for antialias in ((True, False) if mode != "NEAREST" else (False,)):
            for height, width in ((4, 5), (17, 20), (9, 6), (3, 26)):
                y = F.resize(x, [height, width], interpolation=interpolation, antialias=antialias)
                add("resize", x, y, height=height, width=width, mode=mode, antialias=antialias)
    for side, shape in ((5, (9, 13)), (7, (14, 8))):
        x = image(dtype, 1, *shape)
        add("shorter", x, F.resize(x, [side], antialias=True), side=side)
    x = image(dtype, 3, 8, 11)
    for height, width in ((4, 6), (5, 5), (11, 6), (12, 15), (8, 14)):
        add("center", x, F.center_crop(x, [height, width]), height=height, width=width)
    for mode in ("constant", "edge", "reflect", "symmetric"):
        y = F.pad(x, [2, 1, 3, 4], fill=7 if dtype == "uint8" else 0.5, padding_mode=mode)
        add("pad", x, y, left=2, top=1, right=3, bottom=4, fill=7 if dtype == "uint8" else 0.5, mode=mode.upper())
    add("hflip", x, F.horizontal_flip(x))
    add("vflip", x, F.vertical_flip(x))
    add("gray", x, F.rgb_to_grayscale(x, num_output_channels=3), channels=3)
    for factor in (0.3, 1.7):
        add("brightness", x, F.adjust_brightness(x, factor), factor=factor)
        add("contrast", x, F.adjust_contrast(x, factor), factor=factor)
        add("saturation", x, F.adjust_saturation(x, factor), factor=factor)
    for turn in (-0.4, 0.15, 0.5):
        add("hue", x, F.adjust_hue(x, turn), factor=turn)
    for degrees in (33.0, -71.0):
        for mode in ("NEAREST", "BILINEAR"):
            for expand in (False, True):
                fill = 9.0 if dtype == "uint8" else 0.25
                y = F.rotate(x, degrees, interpolation=MODES[mode], expand=expand, fill=fill)
                add("rotate", x, y, degrees=degrees, mode=mode, expand=expand, fill=fill)
    for mode in ("NEAREST", "BILINEAR"):
        y = F.affine(x, 21.0, [2, -1], 1.3, [8.0, -5.0], interpolation=MODES[mode], fill=0.0)
        add("affine", x, y, degrees=21.0, right=2, down=-1, scale=1.3, shearX=8.0, shearY=-5.0, mode=mode)
x = image("uint8", 3, 6, 7)
y = F.normalize(F.to_dtype(x, torch.float32, scale=True), [0.485, 0.456, 0.406], [0.229, 0.224, 0.225])
add("normalize", x, y)

with open(sys.argv[1], "w") as file:
    file.write("[\n" + ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases) + "\n]\n")
print(len(cases), "cases")
