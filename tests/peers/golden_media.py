"""Writes image files with what Pillow reads in them, and sounds with what torch.stft makes of them.

    python golden_media.py tensor-core/src/test/resources/golden/media.json

Needs torch, numpy and Pillow. Mel bands and cepstra follow torchaudio's formulas.
"""
import base64
import io
import json
import math
import sys
import numpy
import torch
from PIL import Image

generator = numpy.random.default_rng(3)
pictures = []


def smooth(channels):
    small = (generator.random((3, 4, channels)) * 255).astype(numpy.uint8)
    planes = [numpy.asarray(Image.fromarray(small[:, :, c]).resize((11, 7), Image.BICUBIC)) for c in range(channels)]
    return numpy.stack(planes, -1)


def picture(name, image, form, tolerance=0, elements=None, **save):
    file = io.BytesIO()
    image.save(file, form, **save)
    if elements is None:
        read = Image.open(io.BytesIO(file.getvalue()))
        elements = numpy.asarray(read.convert("L" if read.mode in ("1", "L", "LA") else "RGB"))
    elements = numpy.asarray(elements)
    planes = elements[None] if elements.ndim == 2 else elements.transpose(2, 0, 1)
    pictures.append({"name": name, "file": base64.b64encode(file.getvalue()).decode(), "tolerance": tolerance,
                     "shape": list(planes.shape), "elements": planes.flatten().tolist()})


colour, grey = Image.fromarray(smooth(3)), Image.fromarray(smooth(1)[:, :, 0])
picture("rgb.png", colour, "PNG")
picture("gray.png", grey, "PNG")
picture("rgba.png", Image.merge("RGBA", [*colour.split(), grey]), "PNG")
picture("gray-alpha.png", Image.merge("LA", [grey, grey]), "PNG")
picture("palette.png", colour.quantize(16), "PNG")
picture("bits.png", grey.point(lambda v: 255 * (v > 128)).convert("1"), "PNG")
deep = (generator.random((7, 11)) * 65535).astype(numpy.uint16)
picture("deep.png", Image.fromarray(deep), "PNG", elements=(deep >> 8).astype(numpy.uint8))
picture("rgb.bmp", colour, "BMP")
picture("rgb.gif", colour.quantize(64), "GIF")
picture("rgb.jpg", colour, "JPEG", tolerance=3, quality=90, subsampling=0)
picture("half.jpg", colour, "JPEG", tolerance=6, quality=90)
picture("gray.jpg", grey, "JPEG", tolerance=2, quality=90)

sounds = []


def hertz_to_mel(f, slaney):
    if not slaney:
        return 2595 * math.log10(1 + f / 700)
    return f / (200 / 3) if f < 1000 else 15 + math.log(f / 1000) / (math.log(6.4) / 27)


def mel_to_hertz(m, slaney):
    if not slaney:
        return 700 * (10 ** (m / 2595) - 1)
    return m * 200 / 3 if m < 15 else 1000 * math.exp(math.log(6.4) / 27 * (m - 15))


def banks(frequencies, bands, rate, slaney):
    grid = torch.linspace(0, rate // 2, frequencies, dtype=torch.float64)
    low, high = hertz_to_mel(0, slaney), hertz_to_mel(rate / 2, slaney)
    edges = torch.tensor([mel_to_hertz(low + (high - low) * i / (bands + 1), slaney) for i in range(bands + 2)],
                         dtype=torch.float64)
    slopes = edges[None] - grid[:, None]
    falling, rising = slopes[:, 2:] / (edges[2:] - edges[1:-1]), -slopes[:, :-2] / (edges[1:-1] - edges[:-2])
    weights = torch.clamp(torch.minimum(falling, rising), min=0)
    return weights * (2 / (edges[2:] - edges[:-2])) if slaney else weights


def sound(points, window, hop, power, bands, slaney, coefficients):
    rate, frames = 8000, 700
    time = torch.arange(frames, dtype=torch.float64) / rate
    wave = torch.stack([torch.sin(2 * math.pi * 440 * time), torch.sin(2 * math.pi * 1500 * time * (1 + time))])
    wave = (0.5 * wave + 0.05 * torch.from_numpy(generator.standard_normal((2, frames)))).float()
    stft = torch.stft(wave.double(), points, hop, window, torch.hann_window(window, dtype=torch.float64), center=True,
                      pad_mode="reflect", return_complex=True)
    spectrogram = stft.abs() ** power
    mel = (spectrogram.transpose(1, 2) @ banks(points // 2 + 1, bands, rate, slaney)).transpose(1, 2)
    decibels = 10 * torch.log10(torch.clamp(mel, min=1e-10))
    decibels = torch.maximum(decibels, decibels.max() - 80)
    n = torch.arange(bands, dtype=torch.float64)
    cosines = torch.cos(math.pi / bands * (n + 0.5) * torch.arange(coefficients)[:, None])
    cosines[0] /= math.sqrt(2)
    mfcc = (decibels.transpose(1, 2) @ (cosines * math.sqrt(2 / bands)).T).transpose(1, 2)
    numbers = lambda t: [float(f"{v:.7g}") for v in t.flatten().tolist()]
    sounds.append({"points": points, "window": window, "hop": hop, "power": power, "bands": bands, "slaney": slaney,
                   "coefficients": coefficients, "rate": rate, "wave": numbers(wave),
                   "spectrogram": numbers(spectrogram[:, :, ::3]), "mel": numbers(mel), "mfcc": numbers(mfcc)})


sound(64, 64, 32, 2, 12, False, 8)
sound(100, 80, 40, 2, 10, True, 10)
sound(50, 50, 60, 1, 6, False, 5)
with open(sys.argv[1], "w") as file:
    json.dump({"pictures": pictures, "sounds": sounds}, file, separators=(",", ":"))
    file.write("\n")
