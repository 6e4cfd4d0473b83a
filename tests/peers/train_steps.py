"""Trains PyTorch's side of tests/bench.sh train: train_steps.py THREADS

Reads `workload seconds` lines from standard input; for each, trains for so long and prints the seconds
of every step on one line. Eager; the loss is read each step. A workload keeps its model, and its first
turn begins with three steps that do not count. Images take the faster one of PyTorch's two memory formats. By hand: echo "gpt 6" | python train_steps.py 1
"""
import sys
import time

import torch
import torch.nn as nn
import torch.nn.functional as F


def mlp():
    """A perceptron for 28 x 28 images."""
    model = nn.Sequential(
        nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 256), nn.ReLU(), nn.Linear(256, 10))
    return model, torch.randn(128, 784), torch.randint(0, 10, (128,)), F.cross_entropy


def cnn():
    """A plain network for CIFAR-10."""
    layers, channels = [], 3
    for width in (64, 128, 256):
        for _ in range(2):
            layers += [nn.Conv2d(channels, width, 3, padding=1), nn.BatchNorm2d(width), nn.ReLU()]
            channels = width
        layers.append(nn.MaxPool2d(2))
    layers += [nn.Flatten(), nn.Linear(256 * 16, 512), nn.ReLU(), nn.Dropout(0.5), nn.Linear(512, 10)]
    return nn.Sequential(*layers), torch.randn(32, 3, 32, 32), torch.randint(0, 10, (32,)), F.cross_entropy


class TextClassifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(10000, 128)
        self.lstm = nn.LSTM(128, 256, num_layers=2, batch_first=True, bidirectional=True)
        self.head = nn.Linear(512, 2)

    def forward(self, tokens):
        hidden, _ = self.lstm(self.embedding(tokens))
        return self.head(hidden[:, -1])


def lstm():
    tokens, classes = torch.randint(0, 10000, (32, 64)), torch.randint(0, 2, (32,))
    return TextClassifier(), tokens, classes, F.cross_entropy


class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.first_norm, self.second_norm = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attention, self.projection = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.mlp = nn.Sequential(
            nn.Linear(width, 4 * width), nn.GELU(approximate="tanh"), nn.Linear(4 * width, width))

    def forward(self, x):
        batch, length, width = x.shape
        query, key, value = (
            part.view(batch, length, self.heads, width // self.heads).transpose(1, 2)
            for part in self.attention(self.first_norm(x)).split(width, 2))
        mixed = F.scaled_dot_product_attention(query, key, value, is_causal=True)
        x = x + self.projection(mixed.transpose(1, 2).reshape(batch, length, width))
        return x + self.mlp(self.second_norm(x))


class Gpt(nn.Module):
    def __init__(self, vocabulary, context, width, layers, heads):
        super().__init__()
        self.tokens, self.positions = nn.Embedding(vocabulary, width), nn.Embedding(context, width)
        self.blocks = nn.Sequential(*[Block(width, heads) for _ in range(layers)])
        self.norm, self.head = nn.LayerNorm(width), nn.Linear(width, vocabulary, bias=False)

    def forward(self, tokens):
        x = self.tokens(tokens) + self.positions(torch.arange(tokens.shape[1]))
        return self.head(self.norm(self.blocks(x)))


def gpt():
    """nanoGPT's character model."""
    tokens, targets = torch.randint(0, 65, (8, 256)), torch.randint(0, 65, (8, 256))
    return (Gpt(65, 256, 384, 6, 6), tokens, targets,
            lambda logits, wanted: F.cross_entropy(logits.view(-1, 65), wanted.view(-1)))


class Residual(nn.Module):
    def __init__(self, channels, width, stride):
        super().__init__()
        self.first = nn.Conv2d(channels, width, 3, stride, 1, bias=False)
        self.second = nn.Conv2d(width, width, 3, 1, 1, bias=False)
        self.first_norm, self.second_norm = nn.BatchNorm2d(width), nn.BatchNorm2d(width)
        self.shortcut = nn.Identity()
        if stride != 1 or channels != width:
            self.shortcut = nn.Sequential(
                nn.Conv2d(channels, width, 1, stride, bias=False), nn.BatchNorm2d(width))

    def forward(self, x):
        inner = F.relu(self.first_norm(self.first(x)))
        return F.relu(self.second_norm(self.second(inner)) + self.shortcut(x))


def resnet18():
    """torchvision's resnet18, on images of 3 x 64 x 64."""
    layers = [nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64), nn.ReLU(), nn.MaxPool2d(3, 2, 1)]
    channels = 64
    for width, stride in ((64, 1), (128, 2), (256, 2), (512, 2)):
        layers += [Residual(channels, width, stride), Residual(width, width, 1)]
        channels = width
    layers += [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(512, 10)]
    return nn.Sequential(*layers), torch.randn(16, 3, 64, 64), torch.randint(0, 10, (16,)), F.cross_entropy


WORKLOADS = {"mlp": mlp, "cnn": cnn, "lstm": lstm, "gpt": gpt, "resnet18": resnet18}
IMAGE_WORKLOADS = {"cnn", "resnet18"}
WARM_UP_STEPS, FEWEST_STEPS = 3, 3


def stepper_in(name, memory_format):
    torch.manual_seed(0)
    model, inputs, targets, loss = WORKLOADS[name]()
    if inputs.dim() == 4:
        model, inputs = model.to(memory_format=memory_format), inputs.to(memory_format=memory_format)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)

    def step():
        optimizer.zero_grad(set_to_none=True)
        value = loss(model(inputs), targets)
        value.backward()
        optimizer.step()
        return value.item()

    for _ in range(WARM_UP_STEPS):
        step()
    return step


def fastest(step):
    times = []
    for _ in range(FEWEST_STEPS):
        start = time.perf_counter()
        step()
        times.append(time.perf_counter() - start)
    return min(times)


def stepper(name):
    if name not in IMAGE_WORKLOADS:
        return stepper_in(name, torch.contiguous_format)
    formats = (torch.contiguous_format, torch.channels_last)
    return min((stepper_in(name, each) for each in formats), key=fastest)


def main():
    torch.set_num_threads(int(sys.argv[1]))
    steppers = {}
    for line in sys.stdin:
        name, seconds = line.split()
        if name not in WORKLOADS:
            sys.exit(f"error: unknown workload '{name}'; known are {', '.join(sorted(WORKLOADS))}")
        if name not in steppers:
            steppers.clear()
            steppers[name] = stepper(name)
        times, end = [], time.perf_counter() + float(seconds)
        while time.perf_counter() < end or len(times) < FEWEST_STEPS:
            start = time.perf_counter()
            steppers[name]()
            times.append(time.perf_counter() - start)
        print(" ".join(f"{each:.9f}" for each in times), flush=True)


if __name__ == "__main__":
    main()
