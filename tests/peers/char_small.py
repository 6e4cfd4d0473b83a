"""Trains conf/gpt-char-small.yaml's model with PyTorch: char_small.py RECIPE [THREADS]

RECIPE is what `deploy/local/run.sh config conf/gpt-char-small.yaml data.path=FILE` prints: every setting is
read there, none is repeated here. A setting that this script does not follow is an error. Prints the loss
over the whole validation text, in consecutive windows, on the line `validation loss X`.
"""
import math
import sys
import time

import torch
import torch.nn as nn
import torch.nn.functional as F


def value(text):
    text = text.strip()
    if text.startswith("["):
        return [value(each) for each in text[1:-1].split(",") if each.strip()]
    if text.startswith('"'):
        return text[1:-1].replace('\\"', '"').replace("\\\\", "\\")
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            pass
    return {"true": True, "false": False}.get(text, text)


def read(path):
    """The two-level YAML that `config` prints."""
    sections = {}
    with open(path, encoding="utf-8") as file:
        for line in file.read().splitlines():
            if line and not line.startswith(" "):
                section = sections.setdefault(line.rstrip(":"), {})
            elif line:
                key, _, text = line.strip().partition(": ")
                section[key] = value(text)
    return sections


def expect(sections, **wanted):
    for name, only in wanted.items():
        section, key = name.split("__")
        if sections[section][key] != only:
            sys.exit(f"error: {section}.{key}: this script knows only {only}, got {sections[section][key]}")


class Norm(nn.Module):
    def __init__(self, width, bias):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.bias = nn.Parameter(torch.zeros(width)) if bias else None

    def forward(self, x):
        return F.layer_norm(x, self.weight.shape, self.weight, self.bias, 1e-5)


class Block(nn.Module):
    def __init__(self, c):
        super().__init__()
        width, bias = c["width"], c["bias"]
        self.heads, self.dropout = c["heads"], c["dropout"]
        self.ln_1, self.ln_2 = Norm(width, bias), Norm(width, bias)
        self.c_attn = nn.Linear(width, 3 * width, bias=bias)
        self.attn_c_proj = nn.Linear(width, width, bias=bias)
        self.c_fc = nn.Linear(width, 4 * width, bias=bias)
        self.mlp_c_proj = nn.Linear(4 * width, width, bias=bias)

    def forward(self, x):
        batch, length, width = x.shape
        query, key, value_ = (
            part.view(batch, length, self.heads, width // self.heads).transpose(1, 2)
            for part in self.c_attn(self.ln_1(x)).split(width, 2))
        drop = self.dropout if self.training else 0.0
        mixed = F.scaled_dot_product_attention(query, key, value_, dropout_p=drop, is_causal=True)
        mixed = self.attn_c_proj(mixed.transpose(1, 2).reshape(batch, length, width))
        x = x + F.dropout(mixed, self.dropout, self.training)
        inner = self.mlp_c_proj(F.gelu(self.c_fc(self.ln_2(x))))
        return x + F.dropout(inner, self.dropout, self.training)


class Gpt(nn.Module):
    def __init__(self, vocabulary, c):
        super().__init__()
        self.dropout = c["dropout"]
        self.wte, self.wpe = nn.Embedding(vocabulary, c["width"]), nn.Embedding(c["context"], c["width"])
        self.blocks = nn.ModuleList([Block(c) for _ in range(c["layers"])])
        self.ln_f = Norm(c["width"], c["bias"])
        self.head = nn.Linear(c["width"], vocabulary, bias=False)
        if c["tied_embeddings"]:
            self.head.weight = self.wte.weight
        for name, parameter in self.named_parameters():
            if parameter.dim() >= 2:
                residual = name.endswith("c_proj.weight")
                nn.init.normal_(parameter, 0, 0.02 / math.sqrt(2 * c["layers"]) if residual else 0.02)
            elif name.endswith("bias"):
                nn.init.zeros_(parameter)

    def forward(self, tokens):
        x = self.wte(tokens) + self.wpe(torch.arange(tokens.shape[1]))
        x = F.dropout(x, self.dropout, self.training)
        for block in self.blocks:
            x = block(x)
        return self.head(self.ln_f(x))


def loss(model, inputs, targets, reduction="mean"):
    logits = model(inputs)
    return F.cross_entropy(logits.view(-1, logits.shape[-1]), targets.reshape(-1), reduction=reduction)


@torch.no_grad()
def validate(model, tokens, context):
    """The mean over all tokens but the first, each predicted once."""
    model.eval()
    total = 0.0
    whole = (len(tokens) - 1) // context * context
    inputs, targets = tokens[:whole].view(-1, context), tokens[1:whole + 1].view(-1, context)
    for at in range(0, len(inputs), 64):
        total += loss(model, inputs[at:at + 64], targets[at:at + 64], "sum").item()
    if whole < len(tokens) - 1:
        total += loss(model, tokens[None, whole:-1], tokens[None, whole + 1:], "sum").item()
    model.train()
    return total / (len(tokens) - 1)


def learning_rate(step, t):
    """Cresset's WarmUpCosine: up in warmup_steps + 1, then half a cosine down to the last step."""
    if step < t["warmup_steps"]:
        return t["learning_rate"] * (step + 1) / (t["warmup_steps"] + 1)
    end = t["learning_rate"] if t["schedule"] == "constant" else t["min_learning_rate"]
    done = (step - t["warmup_steps"]) / max(1, t["steps"] - t["warmup_steps"])
    return end + (t["learning_rate"] - end) * (1 + math.cos(math.pi * min(1.0, done))) / 2


def main():
    recipe = read(sys.argv[1])
    expect(recipe, data__split="position", data__tokenizer="char", model__dtype="float32",
           train__optimizer="adamw")
    torch.set_num_threads(int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    c, t = recipe["model"], recipe["train"]
    torch.manual_seed(t["seed"])
    with open(recipe["data"]["path"], encoding="utf-8", newline="") as file:
        text = file.read()
    index = {character: i for i, character in enumerate(sorted(set(text)))}
    tokens = torch.tensor([index[character] for character in text])
    split = int(len(tokens) * (1 - recipe["data"]["validation_fraction"]))
    training, validation = tokens[:split], tokens[split:]
    model = Gpt(len(index), c)
    optimizer = torch.optim.AdamW(
        [{"params": [p for p in model.parameters() if p.dim() >= 2], "weight_decay": t["weight_decay"]},
         {"params": [p for p in model.parameters() if p.dim() < 2], "weight_decay": 0.0}],
        lr=t["learning_rate"], betas=tuple(t["betas"]), eps=t["epsilon"])
    began = time.perf_counter()
    for step in range(t["steps"]):
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(step, t)
        starts = torch.randint(0, len(training) - c["context"], (t["global_batch"],)).tolist()
        inputs = torch.stack([training[at:at + c["context"]] for at in starts])
        targets = torch.stack([training[at + 1:at + 1 + c["context"]] for at in starts])
        optimizer.zero_grad(set_to_none=True)
        value_ = loss(model, inputs, targets)
        value_.backward()
        if t["clip_norm"] > 0:
            nn.utils.clip_grad_norm_(model.parameters(), t["clip_norm"])
        optimizer.step()
        if (step + 1) % max(1, t["steps"] // 10) == 0:
            print(f"step {step + 1} of {t['steps']}: loss {value_.item():.4f}", flush=True)
    print(f"{time.perf_counter() - began:.1f} s of training, {torch.get_num_threads()} threads")
    print(f"validation loss {validate(model, validation, c['context']):.4f}")


main()
