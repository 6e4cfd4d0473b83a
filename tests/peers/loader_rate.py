"""The peer of tests/bench.sh loader: loader_rate.py DIR SECONDS

Decodes the JPEG files below DIR with Pillow, takes random crops of 224 x 224 as torchvision does with Pillow
images, mirrors half of them and normalises them with torch, on one core; prints images a second.
"""
import glob
import math
import random
import sys
import time
import torch
from PIL import Image

torch.set_num_threads(1)
random.seed(1)
MEAN, STD = (torch.tensor(v)[:, None, None] for v in ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)))


def sample(path):
    image = Image.open(path).convert("RGB")
    width, height = image.size
    for _ in range(10):
        area, aspect = width * height * random.uniform(0.08, 1), math.exp(random.uniform(math.log(3 / 4), math.log(4 / 3)))
        w, h = round(math.sqrt(area * aspect)), round(math.sqrt(area / aspect))
        if 0 < w <= width and 0 < h <= height:
            break
    else:
        w = h = min(width, height)
    left, top = random.randint(0, width - w), random.randint(0, height - h)
    image = image.crop((left, top, left + w, top + h)).resize((224, 224), Image.BILINEAR)
    if random.random() < 0.5:
        image = image.transpose(Image.FLIP_LEFT_RIGHT)
    elements = torch.frombuffer(bytearray(image.tobytes()), dtype=torch.uint8).view(224, 224, 3)
    return (elements.permute(2, 0, 1).contiguous().float().div(255) - MEAN) / STD


def main():
    files, seconds = sorted(glob.glob(sys.argv[1] + "/*/*.jpg")), float(sys.argv[2])
    for path in files[:16]:
        sample(path)
    images, begin = 0, time.perf_counter()
    while time.perf_counter() - begin < seconds:
        torch.stack([sample(path) for path in random.sample(files, 16)])
        images += 16
    print(images / (time.perf_counter() - begin))


main()
