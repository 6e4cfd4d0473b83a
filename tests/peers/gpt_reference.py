"""Writes the fixture of GptParityTest: what PyTorch computes for a tiny GPT in nanoGPT's layout.

Usage: gpt_reference.py DIRECTORY
Writes gpt-float32.safetensors and gpt-float64.safetensors there. In each: `initial.NAME` (weights, float32),
`tokens`, `targets` (one is ignored), `logits`, `loss.sum`, `loss.mean`, `grad.NAME` of the mean loss,
`after.NAME` (weights after three AdamW steps with clipping to 1.0 on the same batch), `norms` (the
gradient norm before clipping of each step) and `greedy` (a continuation of the first four tokens by
the initial weights). Two models: `plain.` (no biases, tied head, exact GELU: nanoGPT's CPU
configuration) and `biased.` (biases, head of its own, tanh GELU: the benchmark's).
"""
import json, struct, sys
import torch
import torch.nn as nn
import torch.nn.functional as F

VOCABULARY, CONTEXT, LAYERS, HEADS, WIDTH = 11, 16, 2, 2, 16


class Norm(nn.Module):
    def __init__(self, bias):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(WIDTH))
        self.bias = nn.Parameter(torch.zeros(WIDTH)) if bias else None

    def forward(self, x):
        return F.layer_norm(x, (WIDTH,), self.weight, self.bias, 1e-5)


class Attention(nn.Module):
    def __init__(self, bias):
        super().__init__()
        self.c_attn = nn.Linear(WIDTH, 3 * WIDTH, bias=bias)
        self.c_proj = nn.Linear(WIDTH, WIDTH, bias=bias)

    def forward(self, x):
        b, t, c = x.shape
        q, k, v = (p.view(b, t, HEADS, c // HEADS).transpose(1, 2) for p in self.c_attn(x).split(c, 2))
        y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        return self.c_proj(y.transpose(1, 2).reshape(b, t, c))


class FeedForward(nn.Module):
    def __init__(self, bias, approximate):
        super().__init__()
        self.c_fc = nn.Linear(WIDTH, 4 * WIDTH, bias=bias)
        self.c_proj = nn.Linear(4 * WIDTH, WIDTH, bias=bias)
        self.approximate = approximate

    def forward(self, x):
        return self.c_proj(F.gelu(self.c_fc(x), approximate=self.approximate))


class Block(nn.Module):
    def __init__(self, bias, approximate):
        super().__init__()
        self.ln_1, self.attn = Norm(bias), Attention(bias)
        self.ln_2, self.mlp = Norm(bias), FeedForward(bias, approximate)

    def forward(self, x):
        x = x + self.attn(self.ln_1(x))
        return x + self.mlp(self.ln_2(x))


class Gpt(nn.Module):
    def __init__(self, bias, tied, approximate):
        super().__init__()
        self.transformer = nn.ModuleDict(dict(
            wte=nn.Embedding(VOCABULARY, WIDTH),
            wpe=nn.Embedding(CONTEXT, WIDTH),
            h=nn.ModuleList([Block(bias, approximate) for _ in range(LAYERS)]),
            ln_f=Norm(bias)))
        self.lm_head = nn.Linear(WIDTH, VOCABULARY, bias=False)
        if tied:
            self.lm_head.weight = self.transformer.wte.weight

    def forward(self, tokens):
        x = self.transformer.wte(tokens) + self.transformer.wpe(torch.arange(tokens.shape[1]))
        for block in self.transformer.h:
            x = block(x)
        return self.lm_head(self.transformer.ln_f(x))


def cross_entropy(logits, targets, reduction):
    return F.cross_entropy(logits.view(-1, VOCABULARY), targets.view(-1), reduction=reduction)


def case(dtype, bias, tied, approximate, seed):
    torch.manual_seed(seed)
    model = Gpt(bias, tied, approximate)
    with torch.no_grad():
        for p in model.parameters():
            p.add_(torch.randn_like(p) * 0.2)
    out = {f"initial.{k}": v.clone() for k, v in model.state_dict().items()}
    model.to(dtype)
    tokens = torch.randint(0, VOCABULARY, (3, CONTEXT))
    targets = torch.randint(0, VOCABULARY, (3, CONTEXT))
    targets[1, 5] = -100
    out["tokens"], out["targets"] = tokens, targets
    sequence = tokens[:1, :4]
    with torch.no_grad():
        while sequence.shape[1] < CONTEXT + 6:
            best = model(sequence[:, -CONTEXT:])[:, -1].argmax(-1, keepdim=True)
            sequence = torch.cat([sequence, best], 1)
    out["greedy"] = sequence
    logits = model(tokens)
    out["logits"], out["loss.sum"] = logits, cross_entropy(logits, targets, "sum")
    loss = cross_entropy(logits, targets, "mean")
    out["loss.mean"] = loss
    loss.backward()
    for k, p in model.named_parameters():
        out[f"grad.{k}"] = p.grad.clone()
    groups = [
        {"params": [p for p in model.parameters() if p.dim() >= 2], "weight_decay": 0.1},
        {"params": [p for p in model.parameters() if p.dim() < 2], "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, lr=1e-3, betas=(0.9, 0.99))
    norms = []
    for _ in range(3):
        optimizer.zero_grad()
        cross_entropy(model(tokens), targets, "mean").backward()
        norms.append(nn.utils.clip_grad_norm_(model.parameters(), 1.0))
        optimizer.step()
    out["norms"] = torch.stack(norms).to(dtype)
    for k, v in model.state_dict().items():
        out[f"after.{k}"] = v.clone()
    return out


NAMES = {torch.float32: "F32", torch.float64: "F64", torch.int64: "I64"}


def save(path, tensors):
    """The safetensors format: length of a JSON header, the header, the bytes."""
    header, parts, offset = {}, [], 0
    for name, t in tensors.items():
        data = t.detach().contiguous().numpy().tobytes()
        header[name] = {"dtype": NAMES[t.dtype], "shape": list(t.shape), "data_offsets": [offset, offset + len(data)]}
        parts.append(data)
        offset += len(data)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text + b"".join(parts))


def main():
    torch.set_num_threads(1)
    variants = {"plain": (False, True, "none"), "biased": (True, False, "tanh")}
    for name, dtype in ("float64", torch.float64), ("float32", torch.float32):
        out = {}
        for variant, choices in variants.items():
            for k, v in case(dtype, *choices, seed=7).items():
                out[f"{variant}.{k}"] = v
        save(f"{sys.argv[1]}/gpt-{name}.safetensors", out)


main()
