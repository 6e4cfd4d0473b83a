"""The peer of tests/bench.sh loader: loader_rate.py DIR SECONDS

Reads the JPEG files below DIR as torchvision.datasets.ImageFolder does, with Pillow, and runs torchvision's
transforms for training on ImageNet (random crop of 224 x 224, mirrored or not, normalised) on one core; prints
images a second of the clock, and of the processor.
"""
import random
import sys
import time
import torch

# Wheels for GPUs lack their native operators beside a torch without; images and transforms need none of them.
if "+cpu" in torch.__version__:
    operators = torch.library.Library("torchvision", "FRAGMENT")
    for name in ("nms", "qnms"):
        operators.define(name + "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")

from torchvision import transforms
from torchvision.datasets import ImageFolder

torch.set_num_threads(1)
random.seed(1)
torch.manual_seed(1)


def main():
    data = ImageFolder(
        sys.argv[1],
        transforms.Compose([
            transforms.RandomResizedCrop(224),
            transforms.RandomHorizontalFlip(),
            transforms.ToTensor(),
            transforms.Normalize((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
        ]),
    )
    seconds = float(sys.argv[2])
    for index in range(16):
        data[index]
    images, busy, begin = 0, time.process_time(), time.perf_counter()
    while time.perf_counter() - begin < seconds:
        torch.stack([data[index][0] for index in random.sample(range(len(data)), 16)])
        images += 16
    print(images / (time.perf_counter() - begin), images / (time.process_time() - busy))


main()
