"""Writes what PyTorch's layers give for the models of series and sounds, and torch's resampled sounds.

    python forecasters.py tensor-core/src/test/resources/golden/forecasters.json

Resampling follows torchaudio's formula (sinc_interp_hann, 6 crossings, roll-off 0.99).
"""
import json
import math
import sys

import torch
import torch.nn as nn
import torch.nn.functional as F

torch.manual_seed(11)
BATCH, CONTEXT, HORIZON, TARGETS, COVARIATES, WIDTH, LAYERS, HEADS, KERNEL = 3, 9, 4, 2, 3, 6, 2, 2, 3
FEATURES = TARGETS + COVARIATES


def rounded(tensor):
    return [float(f"{value:.7g}") for value in tensor.detach().double().flatten().tolist()]


class Recurrent(nn.Module):
    def __init__(self, name):
        super().__init__()
        self.name = name
        setattr(self, name, {"lstm": nn.LSTM, "gru": nn.GRU}[name](FEATURES, WIDTH, LAYERS, batch_first=True))

    def forward(self, steps):
        return getattr(self, self.name)(steps)[0][:, -1]


class Block(nn.Module):
    def __init__(self, channels, dilation):
        super().__init__()
        self.before = (KERNEL - 1) * dilation
        self.conv1 = nn.Conv1d(channels, WIDTH, KERNEL, dilation=dilation)
        self.conv2 = nn.Conv1d(WIDTH, WIDTH, KERNEL, dilation=dilation)
        self.downsample = nn.Conv1d(channels, WIDTH, 1) if channels != WIDTH else None

    def forward(self, steps):
        first = F.relu(self.conv1(F.pad(steps, (self.before, 0))))
        second = F.relu(self.conv2(F.pad(first, (self.before, 0))))
        return F.relu(second + (steps if self.downsample is None else self.downsample(steps)))


class Convolutions(nn.Module):
    def __init__(self):
        super().__init__()
        self.blocks = nn.Sequential(*[Block(FEATURES if i == 0 else WIDTH, 2 ** i) for i in range(LAYERS)])

    def forward(self, steps):
        return self.blocks(steps.transpose(1, 2))[:, :, -1]


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.input = nn.Linear(FEATURES, WIDTH)
        self.positions = nn.Embedding(CONTEXT, WIDTH)
        layer = nn.TransformerEncoderLayer(WIDTH, HEADS, 4 * WIDTH, 0, batch_first=True, norm_first=True)
        self.encoder = nn.TransformerEncoder(layer, LAYERS, nn.LayerNorm(WIDTH), enable_nested_tensor=False)

    def forward(self, steps):
        return self.encoder(self.input(steps) + self.positions(torch.arange(CONTEXT))).mean(1)


class Forecaster(nn.Module):
    def __init__(self, encoder, outputs, anchor, shortcut):
        super().__init__()
        self.outputs, self.anchor = outputs, anchor
        self.encoder = encoder
        ahead, all_outputs = HORIZON * COVARIATES, HORIZON * TARGETS * outputs
        self.head = nn.Sequential(
            nn.Linear(WIDTH + ahead, WIDTH), nn.ReLU(), nn.Dropout(0), nn.Linear(WIDTH, all_outputs))
        self.shortcut = nn.Linear(CONTEXT * FEATURES + ahead, all_outputs) if shortcut else None

    def forward(self, past, ahead):
        values = past[:, :, :TARGETS]
        anchor = {"NONE": torch.zeros_like(values[:, :1]), "LAST": values[:, -1:],
                  "MEAN": values.mean(1, keepdim=True)}[self.anchor]
        read = torch.cat([values - anchor, past[:, :, TARGETS:]], 2)
        said = self.head(torch.cat([self.encoder(read), ahead.flatten(1)], 1))
        if self.shortcut is not None:
            said = said + self.shortcut(torch.cat([read.flatten(1), ahead.flatten(1)], 1))
        return said.view(BATCH, HORIZON, TARGETS, self.outputs) + anchor.unsqueeze(-1)


QUANTILES = [0.1, 0.5, 0.9]


def pinball(forecast, target):
    above = target.unsqueeze(-1) - forecast
    quantiles = torch.tensor(QUANTILES)
    return torch.maximum(quantiles * above, (quantiles - 1) * above).mean()


def forecaster(encoder, made, anchor, shortcut):
    model = Forecaster(made, len(QUANTILES), anchor, shortcut)
    past = torch.randn(BATCH, CONTEXT, FEATURES)
    ahead = torch.randn(BATCH, HORIZON, COVARIATES)
    target = torch.randn(BATCH, HORIZON, TARGETS)
    forecast = model(past, ahead)
    loss = pinball(forecast, target)
    loss.backward()
    return dict(
        encoder=encoder, anchor=anchor, shortcut=shortcut, past=rounded(past), ahead=rounded(ahead),
        target=rounded(target), forecast=rounded(forecast), loss=loss.item(),
        weights={name: rounded(each) for name, each in model.named_parameters()},
        gradients={name: each.grad.double().square().sum().sqrt().item() for name, each in model.named_parameters()})


class Sound(nn.Module):
    def __init__(self):
        super().__init__()
        self.gru = nn.GRU(5, 6, 1, batch_first=True, bidirectional=True)
        self.fc = nn.Linear(12, 4)

    def forward(self, pictures):
        return self.fc(self.gru(pictures.squeeze(1).transpose(1, 2))[0].mean(1))


def sound():
    model, pictures = Sound(), torch.randn(BATCH, 1, 5, 7)
    return dict(pictures=rounded(pictures), scores=rounded(model(pictures)),
                weights={name: rounded(each) for name, each in model.named_parameters()})


def resampled(rate, wanted):
    wave = torch.randn(2, 101, dtype=torch.float64)
    common = math.gcd(rate, wanted)
    old, new = rate // common, wanted // common
    cut = min(old, new) * 0.99
    width = math.ceil(6 * old / cut)
    places = torch.arange(-width, width + old, dtype=torch.float64)[None] / old
    times = (torch.arange(0, -new, -1, dtype=torch.float64)[:, None] / new + places) * cut
    window = torch.cos(times.clamp(-6, 6) * math.pi / 6 / 2) ** 2
    kernels = torch.sinc(times.clamp(-6, 6)) * window * cut / old
    padded = F.pad(wave, (width, width + old))
    found = F.conv1d(padded[:, None], kernels[:, None], stride=old).transpose(1, 2).reshape(2, -1)
    return dict(rate=rate, wanted=wanted, wave=rounded(wave),
                resampled=rounded(found[:, :math.ceil(new * 101 / old)]))


def main():
    cases = [
        forecaster("LSTM", Recurrent("lstm"), "LAST", True),
        forecaster("GRU", Recurrent("gru"), "NONE", False),
        forecaster("TCN", Convolutions(), "MEAN", True),
        forecaster("TRANSFORMER", Attention(), "MEAN", False)]
    rates = [resampled(16000, 8000), resampled(8000, 16000), resampled(11025, 8000), resampled(300, 700)]
    with open(sys.argv[1], "w") as file:
        json.dump(dict(forecasters=cases, sound=sound(), resampled=rates), file)
        file.write("\n")


main()
