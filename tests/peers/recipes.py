#!/usr/bin/env python3
"""The recipes image-cnn and tabular-mlp beside PyTorch, on files that are made here.

    recipes.py make DIR          writes DIR/grey, DIR/colour (IDX files), DIR/shop.csv, DIR/plants.csv
    recipes.py images DIR        trains the network of conf/image-cnn.yaml on IDX files
    recipes.py table FILE LABEL  trains the network of conf/tabular-mlp.yaml on a CSV file

The two trainings print `test accuracy X`, as the recipes do. Needs torch and numpy.
"""

import csv
import math
import struct
import sys
from pathlib import Path

import numpy as np


def write_idx(path, array):
    with open(path, "wb") as file:
        file.write(bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}i", *array.shape))
        file.write(array.astype(np.uint8).tobytes())


def read_idx(path):
    with open(path, "rb") as file:
        ndim = file.read(4)[3]
        shape = struct.unpack(f">{ndim}i", file.read(4 * ndim))
        return np.frombuffer(file.read(), np.uint8).reshape(shape)


def glyphs(random, classes, channels, height, width):
    """Each class is a few strokes of its own, in colours of its own where there are several."""
    result = np.zeros((classes, height, width, channels))
    for glyph in result:
        for _ in range(4):
            x, y = random.uniform(0.2, 0.8) * width, random.uniform(0.2, 0.8) * height
            angle, length = random.uniform(0, math.tau), random.uniform(0.3, 0.6) * min(height, width)
            colour = random.uniform(0.3, 1, channels)
            for step in np.linspace(-length / 2, length / 2, 3 * max(height, width)):
                row, column = int(y + step * math.sin(angle)), int(x + step * math.cos(angle))
                if 0 <= row < height and 0 <= column < width:
                    glyph[row, column] = np.maximum(glyph[row, column], colour)
    return result


def make_images(directory, seed, classes, channels, height, width, train, test):
    random = np.random.default_rng(seed)
    shapes = glyphs(random, classes, channels, height, width)
    directory.mkdir(parents=True, exist_ok=True)
    for part, count in (("train", train), ("t10k", test)):
        labels = random.integers(0, classes, count)
        images = np.zeros((count, height, width, channels))
        for image, label in zip(images, labels):
            shift = random.integers(-2, 3, 2)
            image[:] = np.roll(shapes[label], shift, (0, 1)) * random.uniform(0.5, 1)
            image += random.normal(0, 0.25, image.shape)
        images = (255 * images.clip(0, 1)).round()
        name = f"{part}-images-idx{3 if channels == 1 else 4}-ubyte"
        write_idx(directory / name, images[..., 0] if channels == 1 else images)
        write_idx(directory / f"{part}-labels-idx1-ubyte", labels)


def make_shop(path, rows):
    random = np.random.default_rng(11)
    with open(path, "w", newline="") as file:
        out = csv.writer(file)
        out.writerow(["age", "income", "city", "visits", "member", "outcome"])
        cities = ["Rome", "Oslo", "Lima, Peru", "Kyoto"]
        for _ in range(rows):
            age, income, visits = random.uniform(18, 80), random.lognormal(10, 0.5), random.poisson(4)
            city, member = random.integers(4), random.integers(2)
            score = math.sin(age / 10) + (visits - 4) * (1 if member else -1) * 0.5 + [0, 1, -1, 0.5][city]
            outcome = "buys" if score > 0.7 else "looks" if score > -0.7 else "leaves"
            out.writerow(
                [f"{age:.1f}", f"{income:.2f}", cities[city], visits, "yes" if member else "no", outcome]
            )


def make_plants(path, rows):
    random = np.random.default_rng(12)
    with open(path, "w", newline="") as file:
        out = csv.writer(file)
        out.writerow(["kind"] + [f"m{i}" for i in range(8)] + ["soil"])
        centres = random.normal(0, 1.2, (6, 2, 8))
        for _ in range(rows):
            kind, side = random.integers(6), random.integers(2)
            values = centres[kind, side] + random.normal(0, 0.8, 8)
            out.writerow([kind + 1] + [f"{v:.3f}" for v in values] + [["clay", "sand"][side]])


def schedule(step, steps, warmup=50, low=0.01):
    if step < warmup:
        return (step + 1) / (warmup + 1)
    part = (step - warmup) / (steps - warmup)
    return low + (1 - low) * (1 + math.cos(math.pi * part)) / 2


def fit(model, inputs, targets, steps, weight_decay):
    import torch

    matrices = [p for p in model.parameters() if p.dim() >= 2]
    others = [p for p in model.parameters() if p.dim() < 2]
    optimizer = torch.optim.AdamW(
        [{"params": matrices, "weight_decay": weight_decay}, {"params": others, "weight_decay": 0}],
        lr=3e-3,
    )
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: schedule(step, steps))
    order, place = torch.randperm(len(targets)), 0
    model.train()
    for _ in range(steps):
        if place >= len(order):
            order, place = torch.randperm(len(targets)), 0
        chosen = order[place : place + 64]
        place += 64
        loss = torch.nn.functional.cross_entropy(
            model(*(each[chosen] for each in inputs)), targets[chosen]
        )
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        scheduler.step()


def report(model, inputs, targets):
    import torch

    model.eval()
    with torch.no_grad():
        found = model(*inputs).argmax(1)
    print(f"test accuracy {(found == targets).float().mean():.4f}")


def train_images(directory):
    import torch
    from torch import nn

    torch.manual_seed(1)
    torch.set_num_threads(1)
    parts = {}
    for part in ("train", "t10k"):
        path = next(directory.glob(f"{part}-images-idx?-ubyte"))
        images = torch.tensor(read_idx(path).copy()).float()
        images = images.unsqueeze(1) if images.dim() == 3 else images.permute(0, 3, 1, 2)
        parts[part] = images, torch.tensor(read_idx(directory / f"{part}-labels-idx1-ubyte").astype(np.int64))
    images, labels = parts["train"]
    keep = torch.randperm(len(labels))[len(labels) // 10 :]
    images, labels = images[keep], labels[keep]
    mean, deviation = images.mean((0, 2, 3), keepdim=True), images.std((0, 2, 3), keepdim=True)
    layers, channels, smallest = [], images.shape[1], min(images.shape[2:])
    for stage in range(3):
        wider = 16 << stage
        layers += [nn.Conv2d(channels, wider, 3, padding=1, bias=False), nn.GroupNorm(8, wider), nn.ReLU()]
        channels = wider
        if smallest // 2 >= 3:
            layers.append(nn.MaxPool2d(2))
            smallest //= 2
    classes = int(labels.max()) + 1
    head = [nn.AdaptiveAvgPool2d(3), nn.Flatten(), nn.Dropout(0.2), nn.Linear(channels * 9, 128), nn.ReLU()]
    model = nn.Sequential(*layers, *head, nn.Dropout(0.2), nn.Linear(128, classes))
    fit(model, [(images - mean) / deviation], labels, 600, 0.05)
    test, wanted = parts["t10k"]
    report(model, [(test - mean) / deviation], wanted)


def train_table(path, label):
    import torch
    from torch import nn

    torch.manual_seed(1)
    torch.set_num_threads(1)
    with open(path, newline="") as file:
        rows = list(csv.DictReader(file))
    order = torch.randperm(len(rows)).tolist()
    tests, rest = order[: int(0.15 * len(rows))], order[int(0.3 * len(rows)) :]
    names = [name for name in rows[0] if name != label]

    def is_number(text):
        try:
            return math.isfinite(float(text))
        except ValueError:
            return False

    numeric = [n for n in names if all(is_number(row[n]) for row in rows)]
    categorical = [n for n in names if n not in numeric]
    classes = sorted({row[label] for row in rows})
    numbers = torch.tensor([[float(row[n]) for n in numeric] for row in rows])
    numbers = (numbers - numbers[rest].mean(0)) / numbers[rest].std(0)
    values = [sorted({row[n] for row in rows}) for n in categorical]
    codes = torch.tensor([[v.index(row[n]) for n, v in zip(categorical, values)] for row in rows])
    targets = torch.tensor([classes.index(row[label]) for row in rows])

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.embeddings = nn.ModuleList(nn.Embedding(len(v), 8) for v in values)
            inputs = len(numeric) + 8 * len(values)
            self.layers = nn.Sequential(
                nn.Linear(inputs, 128), nn.ReLU(), nn.Dropout(0.1),
                nn.Linear(128, 64), nn.ReLU(), nn.Dropout(0.1), nn.Linear(64, len(classes)),
            )

        def forward(self, numbers, codes):
            parts = [numbers] + [e(codes[:, i]) for i, e in enumerate(self.embeddings)]
            return self.layers(torch.cat(parts, 1))

    model = Net()
    fit(model, [numbers[rest], codes[rest]], targets[rest], 1500, 0.01)
    report(model, [numbers[tests], codes[tests]], targets[tests])


def main(arguments):
    if len(arguments) == 2 and arguments[0] == "make":
        directory = Path(arguments[1])
        make_images(directory / "grey", 1, 10, 1, 28, 28, 6000, 1000)
        make_images(directory / "colour", 2, 7, 3, 20, 24, 3000, 800)
        make_shop(directory / "shop.csv", 4000)
        make_plants(directory / "plants.csv", 2500)
    elif len(arguments) == 2 and arguments[0] == "images":
        train_images(Path(arguments[1]))
    elif len(arguments) == 3 and arguments[0] == "table":
        train_table(arguments[1], arguments[2])
    else:
        sys.exit(__doc__)


main(sys.argv[1:])
