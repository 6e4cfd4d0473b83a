"""Writes the fixture of GenerativeModelsTest: what PyTorch computes with the networks of ai.cresset.model that
make images.

Usage: generative_models.py FILE
Writes a safetensors file in float64: `images` [5, 2, 7, 6] from 0 to 1 and `latent` [5, 3]. Of an autoencoder
(`ae.`), a variational one (`vae.`) and a pair of generator and discriminator (`gan.`): `initial.NAME` (weights),
`grad.NAME` (gradients of the losses below, added up), and

    ae.output, ae.loss                      reconstructions and the sum of squared differences
    vae.mean, vae.log_variance,
    vae.divergence, vae.reconstruction      Kullback-Leibler divergence of each image, by torch.distributions, and
                                            the summed cross entropy of images decoded from the means
    gan.made, gan.discriminator,
    gan.generator                           images of `latent`, and both summed losses; real ones count 0.9
"""

import json
import struct
import sys

import torch
import torch.nn.functional as F
from torch import nn
from torch.distributions import Normal, kl_divergence

CHANNELS, SIZES, LATENT, FEATURES = 2, [(7, 6), (3, 3), (1, 1)], 3, 4


class Encoder(nn.Module):
    def __init__(self, outputs):
        super().__init__()
        self.stages = nn.Sequential(
            nn.Conv2d(CHANNELS, FEATURES, 4, 2, 1, bias=False),
            nn.GroupNorm(1, FEATURES),
            nn.LeakyReLU(0.2),
            nn.Conv2d(FEATURES, 2 * FEATURES, 4, 2, 1, bias=False),
            nn.GroupNorm(2, 2 * FEATURES),
            nn.LeakyReLU(0.2),
            nn.Flatten(),
        )
        self.head = nn.Linear(2 * FEATURES, outputs)

    def forward(self, images):
        return self.head(self.stages(images))


class Decoder(nn.Module):
    def __init__(self):
        super().__init__()
        odd = [tuple(size % 2 for size in sizes) for sizes in SIZES]
        self.stages = nn.Sequential(
            nn.Linear(LATENT, 2 * FEATURES),
            nn.Unflatten(1, (2 * FEATURES, *SIZES[2])),
            nn.GroupNorm(2, 2 * FEATURES),
            nn.ReLU(),
            nn.ConvTranspose2d(2 * FEATURES, FEATURES, 4, 2, 1, odd[1], bias=False),
            nn.GroupNorm(1, FEATURES),
            nn.ReLU(),
            nn.ConvTranspose2d(FEATURES, CHANNELS, 4, 2, 1, odd[0]),
        )

    def forward(self, latent):
        return self.stages(latent)


def cross_entropy(logits, target):
    return F.binary_cross_entropy_with_logits(logits, torch.full_like(logits, target), reduction="sum")


def keep(found, prefix, model, loss):
    loss.backward()
    for name, parameter in model.named_parameters():
        found[f"{prefix}initial.{name}"] = parameter.detach().clone()
        found[f"{prefix}grad.{name}"] = parameter.grad.clone()


def save(path, tensors):
    header, parts, offset = {}, [], 0
    for name, tensor in tensors.items():
        data = tensor.contiguous().numpy().tobytes()
        header[name] = {"dtype": "F64", "shape": list(tensor.shape), "data_offsets": [offset, offset + len(data)]}
        parts.append(data)
        offset += len(data)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(parts))


def main(path):
    torch.manual_seed(3)
    torch.set_default_dtype(torch.float64)
    images, latent = torch.rand(5, CHANNELS, *SIZES[0]), torch.randn(5, LATENT)
    found = {"images": images, "latent": latent}

    model = nn.ModuleDict({"encoder": Encoder(LATENT), "decoder": Decoder()})
    output = model["decoder"](model["encoder"](images)).sigmoid()
    loss = F.mse_loss(output, images, reduction="sum")
    found |= {"ae.output": output.detach(), "ae.loss": loss.detach()}
    keep(found, "ae.", model, loss)

    model = nn.ModuleDict({"encoder": Encoder(2 * LATENT), "decoder": Decoder()})
    mean, log_variance = model["encoder"](images).chunk(2, 1)
    divergence = kl_divergence(Normal(mean, (0.5 * log_variance).exp()), Normal(0.0, 1.0)).sum(1)
    reconstruction = F.binary_cross_entropy_with_logits(model["decoder"](mean), images, reduction="sum")
    found |= {
        "vae.mean": mean.detach().clone(),
        "vae.log_variance": log_variance.detach().clone(),
        "vae.divergence": divergence.detach(),
        "vae.reconstruction": reconstruction.detach(),
    }
    keep(found, "vae.", model, reconstruction + divergence.sum())

    model = nn.ModuleDict({"generator": Decoder(), "discriminator": Encoder(1)})
    generator, discriminator = model["generator"], lambda x: model["discriminator"](2 * x - 1)
    made = generator(latent).sigmoid()
    against = cross_entropy(discriminator(images), 0.9) + cross_entropy(discriminator(made.detach()), 0.0)
    towards = cross_entropy(discriminator(made), 1.0)
    found |= {"gan.made": made.detach(), "gan.discriminator": against.detach(), "gan.generator": towards.detach()}
    keep(found, "gan.", model, against + towards)

    save(path, found)


if __name__ == "__main__":
    main(sys.argv[1])
