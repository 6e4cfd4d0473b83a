"""Writes golden cases of element-wise operations, activations, losses and distances, in many types.

    python golden_functions.py ../../tensor-core/src/test/resources/golden/functions

Beside ops.json (see golden_cases.py) it writes refused.json, cases that PyTorch has no result for, and
promotion.json, the type of the sum of every pair of types and kinds of operands.
"""
import json
import os
import sys
import warnings
import torch
import torch.nn.functional as F
from golden_cases import Cases, grad

warnings.filterwarnings("ignore")
torch.set_num_threads(1)

F64, F32, F16, BF16 = torch.float64, torch.float32, torch.float16, torch.bfloat16
I64, I32, I16, I8, U8, BOOL = torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8, torch.bool
# PyTorch rounds between the steps of what it composes, so its 16-bit results are no reference there.
COMPOSED = {"torch.logit", "F.tanhshrink", "F.log_softmax"}
FLOATS = (F64, F32, F16, BF16)
ALL = FLOATS + (I64, I32, I16, I8, U8, BOOL)
SOME = FLOATS + (I64, I32, U8, BOOL)
SHORT = {F64: "f64", F32: "f32", F16: "f16", BF16: "bf16", I64: "i64", I32: "i32", I16: "i16", I8: "i8",
         U8: "u8", BOOL: "bool"}
EDGES = [0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 2.5, -2.5, 3.0, -3.0, 6.0, 20.5, -20.5, float("inf"), float("-inf"),
         float("nan")]

cases = Cases(seed=7)
refused = []


def integers(dtype, *shape, low=1, high=6):
    if dtype == BOOL:
        return cases.integers(0, 2, *shape).to(BOOL)
    if dtype == U8:
        return cases.integers(low, high, *shape, dtype=dtype)
    return cases.integers(low, high, *shape, dtype=dtype) * (cases.integers(0, 2, *shape) * 2 - 1).to(dtype)


def values(dtype, low, high, *shape):
    return cases.uniform(low, high, *shape, dtype=dtype) if dtype.is_floating_point else integers(dtype, *shape)


def attempt(name, op, args, **options):
    """A case, or a refusal where PyTorch has no result for these arguments."""
    before = dict(cases.tensors)
    try:
        cases.add(name, op, args, **options)
    except (RuntimeError, TypeError, ValueError, IndexError):
        kept = {key: value for key, value in cases.tensors.items() if key not in before}
        cases.tensors = before
        if options.get("double"):
            # Nothing to differentiate twice.
            cases.tensors = before
            return
        cases.tensors.update(kept)
        entries = []
        position = 0
        for arg in args:
            if isinstance(arg, (grad, torch.Tensor)):
                entries.append({"tensor": f"{name}/in{position}", "grad": False})
                position += 1
            else:
                entries.append({"value": arg})
        named = {}
        for key, value in options.items():
            if isinstance(value, torch.Tensor):
                named[key] = {"tensor": f"{name}/in{position}", "grad": False}
                position += 1
            elif key not in ("strided", "double"):
                named[key] = {"value": value}
        refused.append({"name": name, "op": op, "args": entries, "kwargs": named, "flags": {}})


def unary(op, low=-3.0, high=3.0, gradients=True, double=True, edges=True, **kwargs):
    """One operation in every type, strided, twice differentiated, empty, 0-d and at its edges."""
    short = op.replace("torch.", "").replace("F.", "F/") + "".join(f"_{value}" for value in kwargs.values())
    wants = grad if gradients else (lambda tensor: tensor)
    for dtype in SOME:
        if (op in COMPOSED and dtype in (F16, BF16)) or (dtype == U8 and min(kwargs.values(), default=0) in (-1, -2)):
            continue
        x = values(dtype, low, high, 2, 3)
        full = dtype in (F64, F32)
        attempt(f"{short}/{SHORT[dtype]}", op, [wants(x) if full else x], **kwargs)
    attempt(f"{short}/strided", op, [wants(values(F64, low, high, 3, 2))], strided=True, **kwargs)
    attempt(f"{short}/empty", op, [wants(torch.zeros(2, 0))], **kwargs)
    attempt(f"{short}/0d", op, [wants(values(F32, low, high))], **kwargs)
    if gradients and double:
        attempt(f"{short}/double", op, [grad(values(F64, low, high, 4))], double=True, **kwargs)
    if edges:
        for dtype in (F64, F32) if op in COMPOSED else (F64, F32, BF16):
            x = torch.tensor(EDGES, dtype=dtype)
            attempt(f"{short}/edges_{SHORT[dtype]}", op, [wants(x) if dtype == F64 else x], **kwargs)


def binary(op, low=-3.0, high=3.0, gradients=(True, True), double=True, edges=True, **kwargs):
    short = op.replace("torch.", "").replace("F.", "F/") + "".join(f"_{value}" for value in kwargs.values())
    wants = [grad if each else (lambda tensor: tensor) for each in gradients]
    for dtype in SOME:
        full = dtype in (F64, F32)
        a, b = values(dtype, low, high, 2, 3), values(dtype, low, high, 3)
        attempt(f"{short}/{SHORT[dtype]}", op, [wants[0](a), wants[1](b)] if full else [a, b], **kwargs)
    for one, two in ((F32, F64), (F16, BF16), (I32, F16), (U8, I8), (BOOL, I64), (I64, F32)):
        a, b = values(one, low, high, 2, 1), values(two, low, high, 2)
        attempt(f"{short}/{SHORT[one]}_{SHORT[two]}", op, [a, b], **kwargs)
    attempt(f"{short}/scalar_tensor", op, [values(F32, low, high, 3), values(F64, low, high)], **kwargs)
    attempt(f"{short}/int_scalar_tensor", op, [integers(I32, 3), values(F64, low, high)], **kwargs)
    attempt(f"{short}/empty", op, [wants[0](torch.zeros(0, 3)), wants[1](torch.ones(3))], **kwargs)
    if any(gradients):
        a, b = values(F64, low, high, 3, 2), values(F64, low, high, 3, 2)
        attempt(f"{short}/strided", op, [wants[0](a), wants[1](b)], strided=True, **kwargs)
        if double:
            a, b = values(F64, low, high, 3), values(F64, low, high, 2, 1)
            attempt(f"{short}/double", op, [wants[0](a), wants[1](b)], double=True, **kwargs)
    if edges:
        x = torch.tensor(EDGES)
        attempt(f"{short}/edges", op, [x.repeat_interleave(len(EDGES)), x.repeat(len(EDGES))], **kwargs)


def element_wise():
    for name in "abs neg sign floor ceil trunc sin cos tan atan sinh cosh tanh asinh sigmoid erf erfc exp exp2 expm1 " \
                "relu square deg2rad rad2deg frac round".split():
        unary("torch." + name)
    for name in "asin acos atanh erfinv".split():
        unary("torch." + name, -0.95, 0.95)
    for name in "log log2 log10 sqrt rsqrt reciprocal".split():
        unary("torch." + name, 0.2, 4.0)
    # Its trigamma function has nine digits, so there are no gradients of digamma here.
    for name in "lgamma digamma".split():
        unary("torch." + name, 0.3, 6.0, edges=False, gradients=name == "lgamma", double=False)
        x = torch.tensor([-0.5, -1.25, -2.75, -3.0, 0.0, -0.0, 0.1, 1.0, 2.0, 30.0, 1e10, float("inf"), float("nan")])
        attempt(name + "/edges", "torch." + name, [x])
        attempt(name + "/edges_f64", "torch." + name, [x.double()])
    for order in (2, 3, 4):
        attempt(f"polygamma/{order}", "torch.polygamma", [order, grad(values(F64, 0.3, 9.0, 3, 3))])
        attempt(f"polygamma/{order}_f32", "torch.polygamma", [order, grad(values(F32, 0.3, 9.0, 3, 3))])
    unary("torch.log1p", -0.7, 4.0)
    unary("torch.acosh", 1.2, 5.0)
    unary("torch.logit", 0.1, 0.9)
    unary("torch.logit", -0.2, 1.2, eps=0.2, edges=False)
    unary("torch.round", -30.0, 30.0, decimals=2, edges=False)
    unary("torch.round", -3000.0, 3000.0, decimals=-2, edges=False)
    unary("torch.nan_to_num")
    unary("torch.nan_to_num", nan=1.5, posinf=9.0, neginf=-8.0)
    for name in "isnan isinf isfinite isposinf isneginf logical_not bitwise_not".split():
        unary("torch." + name, gradients=False)
    unary("torch.clamp", min=-1, max=2)
    unary("torch.clamp", min=0.5)
    unary("torch.clamp", max=-1)
    unary("torch.clamp", min=2.0, max=-2.0)
    for dtype in (F64, F32, F16, I32, BOOL):
        a, low, high = values(dtype, -3, 3, 2, 3), values(dtype, -2, 0, 3), values(dtype, -1, 2, 2, 1)
        attempt(f"clamp_tensor/both_{SHORT[dtype]}", "torch.clamp",
                [grad(a) if dtype in (F64, F32) else a], min=low, max=high)
        attempt(f"clamp_tensor/low_{SHORT[dtype]}", "torch.clamp", [a], min=low)
        attempt(f"clamp_tensor/high_{SHORT[dtype]}", "torch.clamp", [a], max=high)
    cases.add("clamp_tensor/all_gradients", "torch.clamp", [grad(values(F64, -3, 3, 4, 3))],
              min=grad(values(F64, -2, 1, 3)), max=grad(values(F64, -1, 2, 4, 1)))


def arithmetic():
    for name in "add sub mul maximum minimum".split():
        binary("torch." + name)
    binary("torch.div", 0.4, 3.0)
    for mode in ("floor", "trunc"):
        binary("torch.div", rounding_mode=mode, double=False)
        attempt(f"div_{mode}/number", "torch.div", [grad(values(F64, -9, 9, 4)), 2.5], rounding_mode=mode)
        attempt(f"div_{mode}/int_number", "torch.div", [integers(I16, 4), -2], rounding_mode=mode)
    binary("torch.floor_divide", gradients=(False, False))
    binary("torch.remainder", double=False)
    binary("torch.fmod", double=False)
    binary("torch.pow", 0.3, 2.5)
    binary("torch.atan2")
    binary("torch.hypot")
    binary("torch.logaddexp")
    binary("torch.logaddexp2")
    binary("torch.xlogy", 0.3, 3.0)
    binary("torch.copysign", gradients=(True, False))
    for name in "eq ne lt le gt ge logical_and logical_or logical_xor isclose".split():
        binary("torch." + name, gradients=(False, False))
    for name in "bitwise_and bitwise_or bitwise_xor bitwise_left_shift bitwise_right_shift".split():
        binary("torch." + name, gradients=(False, False), edges=False)
    large = torch.tensor([2**62 + 1, -(2**62) - 3, 2**53 + 1, -1])
    for name in "bitwise_and bitwise_or bitwise_xor add sub mul eq lt".split():
        cases.add(name + "/large", "torch." + name, [large, large.flip(0)])
        cases.add(name + "/large_number", "torch." + name, [large, 2**53 + 1])
    for name in "add sub mul div floor_divide remainder fmod eq lt bitwise_and".split():
        for dtype in SOME:
            for number in (2, 2.5):
                x = values(dtype, -3, 3, 3)
                attempt(f"{name}/{SHORT[dtype]}_and_{number}", "torch." + name, [x, number])
    for dtype in SOME:
        for exponent in (0, 1, 2, 3, -1, 0.5, 2.5, -0.5, -2.0):
            x = values(dtype, 0.3, 3.0, 3)
            attempt(f"pow/{SHORT[dtype]}_{exponent}", "torch.pow",
                    [grad(x) if dtype in (F64, F32) else x, exponent])
        for base in (2, 2.5, 0):
            x = values(dtype, 0.3, 3.0, 3)
            attempt(f"pow/{base}_to_{SHORT[dtype]}", "torch.pow", [base, grad(x) if dtype in (F64, F32) else x])
        attempt(f"rsub/{SHORT[dtype]}", "torch.rsub", [values(dtype, -3, 3, 3), 2])
        attempt(f"rsub/{SHORT[dtype]}_half", "torch.rsub", [values(dtype, -3, 3, 3), 0.5])
        for alpha in () if dtype in (F16, BF16) else (2, 2.5, -1):
            a, b = values(dtype, -3, 3, 2, 3), values(dtype, -3, 3, 3)
            attempt(f"add/{SHORT[dtype]}_alpha{alpha}", "torch.add", [a, b], alpha=alpha)
            attempt(f"sub/{SHORT[dtype]}_alpha{alpha}", "torch.sub", [a, b], alpha=alpha)
        for name in ("addcmul", "addcdiv"):
            a, b, c = values(dtype, -3, 3, 2, 3), values(dtype, -3, 3, 3), values(dtype, 0.5, 3, 2, 1)
            wants = grad if dtype in (F64, F32) else (lambda tensor: tensor)
            attempt(f"{name}/{SHORT[dtype]}", "torch." + name, [wants(a), wants(b), wants(c)], value=2)
        a, b, c = values(dtype, -3, 3, 2, 3), values(dtype, -3, 3, 3), values(dtype, 0, 1, 2, 1)
        attempt(f"lerp/{SHORT[dtype]}", "torch.lerp", [a, b, 0.3])
        attempt(f"lerp/{SHORT[dtype]}_far", "torch.lerp", [a, b, 1.7])
        attempt(f"lerp/{SHORT[dtype]}_tensor", "torch.lerp", [a, b, c])
        condition = integers(BOOL, 2, 3)
        attempt(f"where/{SHORT[dtype]}", "torch.where", [condition, a, b])
        attempt(f"where/{SHORT[dtype]}_number", "torch.where", [condition, a, 2])
        attempt(f"where/{SHORT[dtype]}_fraction", "torch.where", [condition, 2.5, b])
    cases.add("lerp/gradients", "torch.lerp",
              [grad(cases.normal(2, 3)), grad(cases.normal(3)), grad(cases.uniform(0, 1, 2, 1))])
    cases.add("lerp/double", "torch.lerp", [grad(cases.normal(3)), grad(cases.normal(3)), grad(cases.normal(3))],
              double=True)
    cases.add("where/gradients", "torch.where", [integers(BOOL, 2, 3), grad(cases.normal(3)), grad(cases.normal(2, 1))])
    cases.add("pow/zero_base", "torch.pow", [grad(torch.tensor([0.0, 0.0, 0.0, 2.0])), grad(torch.tensor([0.0, 1.0, 2.0, 0.0]))])
    cases.add("pow/square_fraction", "torch.pow", [integers(I32, 3), 2.0])
    cases.add("maximum/nan_gradient", "torch.maximum",
              [grad(torch.tensor([1.0, float("nan"), 2.0])), grad(torch.tensor([float("nan"), 1.0, 2.0]))])
    cases.add("xlogy/zeros", "torch.xlogy", [torch.tensor([0.0, 0.0, 0.0, 1.0]), torch.tensor([0.0, -1.0, float("nan"), 0.0])])
    cases.add("bitwise/shift_wide", "torch.bitwise_left_shift", [torch.tensor([1, -1, 3], dtype=I8), 6])


def activations():
    for name in "relu relu6 selu silu mish logsigmoid hardsigmoid hardswish softsign tanhshrink gelu elu celu " \
                "hardshrink softshrink hardtanh leaky_relu softplus rrelu".split():
        # The gradient of hardsigmoid has a float32 constant in every type.
        unary("F." + name, -5.0, 5.0, gradients=name != "hardsigmoid")
    cases.add("hardsigmoid/gradient", "F.hardsigmoid", [grad(cases.normal(4, 5, dtype=F32) * 3)])
    unary("F.gelu", approximate="tanh")
    unary("F.elu", alpha=0.6)
    unary("F.celu", alpha=1.5)
    unary("F.hardshrink", lambd=1.2)
    unary("F.softshrink", lambd=1.2)
    unary("F.hardtanh", min_val=-2.0, max_val=0.5)
    unary("F.leaky_relu", negative_slope=0.3)
    unary("F.softplus", beta=3.0)
    unary("F.softplus", beta=1.0, threshold=1.5)
    unary("F.threshold", threshold=0.3, value=7.0)
    for name in "softmax log_softmax softmin".split():
        unary("F." + name, dim=-1, edges=False)
        for dim in (0, 1):
            cases.add(f"{name}/dim{dim}", "F." + name, [grad(cases.normal(2, 3, 2))], dim=dim)
    for dtype in FLOATS:
        attempt(f"glu/{SHORT[dtype]}", "F.glu", [values(dtype, -2, 2, 3, 4)])
    cases.add("glu/dim0", "F.glu", [grad(cases.normal(4, 3))], dim=0)
    attempt("glu/odd", "F.glu", [cases.normal(4, 3)])
    for dtype in FLOATS + (I64,):
        x, w = values(dtype, -2, 2, 2, 3), values(dtype, 0, 1, 3)
        wants = grad if dtype in (F64, F32) else (lambda tensor: tensor)
        attempt(f"prelu/{SHORT[dtype]}", "F.prelu", [wants(x), wants(w)])
    cases.add("prelu/one", "F.prelu", [grad(cases.normal(2, 3, 2)), grad(cases.normal(1))])
    cases.add("prelu/channels", "F.prelu", [grad(cases.normal(2, 3, 2)), grad(cases.normal(3))])
    cases.add("prelu/vector", "F.prelu", [grad(cases.normal(4)), grad(cases.normal(1))])


def element_losses():
    def both(name, a, b, wants_target=True, **kwargs):
        short = name + "".join(f"_{value}" for value in kwargs.values() if not isinstance(value, torch.Tensor))
        for reduction in ("none", "sum", "mean"):
            for dtype in (F64, F32):
                attempt(f"{short}/{reduction}_{SHORT[dtype]}", "F." + name,
                        [grad(a.to(dtype)), grad(b.to(dtype)) if wants_target else b.to(dtype)],
                        reduction=reduction, **kwargs)
        attempt(f"{short}/double", "F." + name, [grad(a), b], double=True, **kwargs)
        attempt(f"{short}/strided", "F." + name, [grad(a), b], strided=True, **kwargs)
        attempt(f"{short}/empty", "F." + name, [grad(torch.zeros(0, 3)), torch.zeros(0, 3)], **kwargs)
        composed = name in ("binary_cross_entropy_with_logits", "kl_div", "poisson_nll_loss", "smooth_l1_loss")
        for dtype in () if composed else (BF16, F16, I64):
            attempt(f"{short}/{SHORT[dtype]}", "F." + name, [a.to(dtype), b.to(dtype)], reduction="none", **kwargs)

    a, b = cases.normal(3, 4) * 2, cases.normal(3, 4)
    both("mse_loss", a, b)
    both("l1_loss", a, b)
    both("smooth_l1_loss", a, b)
    both("smooth_l1_loss", a, b, beta=0.4)
    both("smooth_l1_loss", a, b, beta=0.0)
    both("huber_loss", a, b)
    both("huber_loss", a, b, delta=0.4)
    signs = torch.sign(b)
    both("soft_margin_loss", a * 9, signs, wants_target=False)
    both("hinge_embedding_loss", a, signs, wants_target=False)
    both("hinge_embedding_loss", a, signs, wants_target=False, margin=0.3)
    p, t = cases.uniform(0.05, 0.95, 3, 4), cases.uniform(0, 1, 3, 4)
    both("binary_cross_entropy", p, t)
    both("binary_cross_entropy_with_logits", a * 9, t)
    cases.add("binary_cross_entropy/weight", "F.binary_cross_entropy", [grad(p), t], weight=t + 0.5)
    cases.add("binary_cross_entropy/bounds", "F.binary_cross_entropy",
              [grad(torch.tensor([0.0, 1.0, 0.0, 1.0])), torch.tensor([0.0, 1.0, 1.0, 0.0])])
    attempt("binary_cross_entropy/outside", "F.binary_cross_entropy", [a, t])
    cases.add("binary_cross_entropy_with_logits/weight", "F.binary_cross_entropy_with_logits", [grad(a), t],
              weight=t[0] + 0.5, pos_weight=t[1] + 1)
    cases.add("binary_cross_entropy_with_logits/pos_weight", "F.binary_cross_entropy_with_logits", [grad(a), grad(t)],
              pos_weight=t[1] + 1, reduction="sum")
    logs = F.log_softmax(a, dim=1)
    probabilities = F.softmax(b, dim=1)
    both("kl_div", logs, probabilities, wants_target=False)
    both("kl_div", logs, probabilities.log(), log_target=True)
    for flag in (False, True):
        cases.add(f"kl_div/batchmean_{flag}", "F.kl_div", [grad(logs), probabilities], reduction="batchmean",
                  log_target=flag)
    cases.add("kl_div/zeros", "F.kl_div", [grad(logs), (probabilities > 0.3).double()], reduction="none")
    counts = cases.integers(0, 5, 3, 4).double()
    both("poisson_nll_loss", a, counts, wants_target=False)
    both("poisson_nll_loss", p, counts, wants_target=False, log_input=False)
    both("poisson_nll_loss", a, counts, wants_target=False, full=True)
    for shape in ((3, 4), (3, 1), (3,)):
        for full in (False, True):
            for reduction in ("none", "mean"):
                cases.add(f"gaussian_nll_loss/{len(shape)}_{shape[-1]}_{full}_{reduction}", "F.gaussian_nll_loss",
                          [grad(a), grad(b), grad(cases.uniform(0.1, 2, *shape))], full=full, reduction=reduction)
    cases.add("gaussian_nll_loss/small", "F.gaussian_nll_loss",
              [grad(a), b, grad(cases.uniform(0, 1e-3, 3, 4))], eps=5e-4, reduction="sum")
    attempt("gaussian_nll_loss/negative", "F.gaussian_nll_loss", [a, b, a])
    for reduction in ("none", "sum", "mean"):
        for dtype in (F64, F32):
            x, y, s = a.to(dtype), b.to(dtype), signs.to(dtype)
            cases.add(f"margin_ranking_loss/{reduction}_{SHORT[dtype]}", "F.margin_ranking_loss",
                      [grad(x), grad(y), s], margin=0.2, reduction=reduction)
            cases.add(f"cosine_embedding_loss/{reduction}_{SHORT[dtype]}", "F.cosine_embedding_loss",
                      [grad(x), grad(y), s[:, 0]], margin=0.1, reduction=reduction)
            cases.add(f"multilabel_soft_margin_loss/{reduction}_{SHORT[dtype]}", "F.multilabel_soft_margin_loss",
                      [grad(x), t.round().to(dtype)], reduction=reduction, weight=(t[0] + 0.5).to(dtype))
            for power in (1.0, 2.0, 3.0):
                cases.add(f"triplet_margin_loss/{reduction}_{SHORT[dtype]}_{power}", "F.triplet_margin_loss",
                          [grad(x), grad(y), grad(cases.normal(3, 4, dtype=dtype))], margin=1.5, p=power,
                          reduction=reduction, swap=power == 3.0)
    cases.add("cosine_embedding_loss/vector", "F.cosine_embedding_loss", [grad(a[0]), grad(b[0]), torch.tensor(-1)])
    cases.add("triplet_margin_loss/vector", "F.triplet_margin_loss", [grad(a[0]), grad(b[0]), grad(b[1])])


def class_losses():
    for dtype in (F64, F32):
        for reduction in ("none", "sum", "mean"):
            def name(text):
                return f"{text}_{reduction}_{SHORT[dtype]}"
            x = cases.normal(4, 5, dtype=dtype)
            y = torch.tensor([1, 4, -100, 0])
            w = cases.uniform(0.2, 2, 5, dtype=dtype)
            cases.add(name("cross_entropy/plain"), "F.cross_entropy", [grad(x), y], reduction=reduction)
            cases.add(name("cross_entropy/weight"), "F.cross_entropy", [grad(x), y], weight=w, reduction=reduction)
            cases.add(name("cross_entropy/smooth"), "F.cross_entropy", [grad(x), y], label_smoothing=0.2,
                      reduction=reduction)
            soft = F.softmax(cases.normal(4, 5, dtype=dtype), 1)
            cases.add(name("cross_entropy/soft"), "F.cross_entropy", [grad(x), grad(soft)], reduction=reduction)
            cases.add(name("cross_entropy/soft_weight"), "F.cross_entropy", [grad(x), soft], weight=w,
                      label_smoothing=0.1, reduction=reduction)
            cases.add(name("cross_entropy/weight_smooth"), "F.cross_entropy", [grad(x), y], weight=w,
                      label_smoothing=0.3, reduction=reduction)
            image = cases.normal(2, 3, 2, 2, dtype=dtype)
            labels = cases.integers(0, 3, 2, 2, 2)
            cases.add(name("cross_entropy/image"), "F.cross_entropy", [grad(image), labels], weight=w[:3],
                      ignore_index=1, label_smoothing=0.1, reduction=reduction)
            cases.add(name("cross_entropy/image_soft"), "F.cross_entropy", [grad(image), F.softmax(image, 1)],
                      weight=w[:3], reduction=reduction)
            cases.add(name("nll_loss/plain"), "F.nll_loss", [grad(x), y], reduction=reduction)
            cases.add(name("nll_loss/weight"), "F.nll_loss", [grad(x), y], weight=w, reduction=reduction)
            cases.add(name("nll_loss/image"), "F.nll_loss", [grad(image), labels], weight=w[:3], ignore_index=0,
                      reduction=reduction)
            rows = torch.tensor([1, 4, 2, 0])
            cases.add(name("multi_margin_loss/plain"), "F.multi_margin_loss", [grad(x), rows], reduction=reduction)
            cases.add(name("multi_margin_loss/square"), "F.multi_margin_loss", [grad(x), rows], p=2, margin=0.6,
                      weight=w, reduction=reduction)
            several = torch.tensor([[1, 4, -1, 0, 0], [0, -1, 1, 2, 3], [-1, 0, 0, 0, 0], [4, 3, 2, 1, 0]])
            cases.add(name("multilabel_margin_loss/plain"), "F.multilabel_margin_loss", [grad(x), several],
                      reduction=reduction)
    x = cases.normal(5)
    cases.add("cross_entropy/vector", "F.cross_entropy", [grad(x), torch.tensor(2)])
    cases.add("cross_entropy/vector_weight", "F.cross_entropy", [grad(x), torch.tensor(2)],
              weight=cases.uniform(0.2, 2, 5), label_smoothing=0.1)
    cases.add("cross_entropy/vector_soft", "F.cross_entropy", [grad(x), F.softmax(cases.normal(5), 0)])
    cases.add("nll_loss/vector", "F.nll_loss", [grad(x), torch.tensor(2)])
    cases.add("multi_margin_loss/vector", "F.multi_margin_loss", [grad(x), torch.tensor(2)])
    cases.add("multilabel_margin_loss/vector", "F.multilabel_margin_loss", [grad(x), torch.tensor([3, 0, -1, 1, 1])])
    cases.add("cross_entropy/all_ignored", "F.cross_entropy", [grad(cases.normal(2, 3)), torch.tensor([-100, -100])])
    cases.add("cross_entropy/empty", "F.cross_entropy", [grad(torch.zeros(0, 3)), torch.zeros(0, dtype=I64)])
    cases.add("cross_entropy/double_weight", "F.cross_entropy", [grad(cases.normal(3, 4)), torch.tensor([1, 0, 3])],
              weight=cases.uniform(0.2, 2, 4), label_smoothing=0.1, double=True)
    cases.add("nll_loss/double", "F.nll_loss", [grad(cases.normal(3, 4)), torch.tensor([1, 0, 3])], double=True)
    cases.add("cross_entropy/bf16", "F.cross_entropy", [cases.normal(3, 4, dtype=BF16), torch.tensor([1, 0, 3])])


def ctc():
    for reduction in ("none", "sum", "mean"):
        scores = F.log_softmax(cases.normal(7, 3, 5), 2)
        targets = torch.tensor([[1, 2, 2], [3, 1, 0], [4, 4, 4]])
        lengths, sizes = torch.tensor([7, 6, 7]), torch.tensor([3, 2, 3])
        args = [grad(scores), targets, lengths, sizes]
        cases.add(f"ctc_loss/padded_{reduction}", "F.ctc_loss", args, reduction=reduction)
        flat = torch.cat([row[:size] for row, size in zip(targets, sizes)])
        cases.add(f"ctc_loss/flat_{reduction}", "F.ctc_loss", [grad(scores), flat, lengths, sizes],
                  reduction=reduction)
        short = torch.tensor([3, 6, 2])
        for zero in (False, True):
            cases.add(f"ctc_loss/short_{reduction}_{zero}", "F.ctc_loss", [grad(scores), targets, short, sizes],
                      reduction=reduction, zero_infinity=zero)
        cases.add(f"ctc_loss/blank_{reduction}", "F.ctc_loss",
                  [grad(scores), torch.tensor([[1, 2, 2], [3, 1, 0], [0, 0, 0]]), lengths, sizes], blank=4,
                  reduction=reduction)
    cases.add("ctc_loss/f32", "F.ctc_loss", [grad(scores.float()), targets, lengths, sizes])
    cases.add("ctc_loss/int32", "F.ctc_loss", [grad(scores.float()), targets.int(), lengths.int(), sizes.int()])
    cases.add("ctc_loss/empty_target", "F.ctc_loss", [grad(scores), targets, lengths, torch.tensor([0, 2, 1])])
    cases.add("ctc_loss/single", "F.ctc_loss", [grad(scores[:, 0]), targets[0], torch.tensor(7), torch.tensor(3)],
              reduction="none")


def distances():
    for dtype in (F64, F32, I64):
        a, b = values(dtype, -2, 2, 3, 4), values(dtype, -2, 2, 3, 4)
        wants = grad if dtype in (F64, F32) else (lambda tensor: tensor)
        for dim in (0, -1):
            attempt(f"cosine_similarity/{SHORT[dtype]}_{dim}", "F.cosine_similarity", [wants(a), wants(b)], dim=dim)
        for p in (1.0, 2.0, 3.0, 0.0):
            wants = grad if dtype in (F64, F32) and p > 0 else (lambda tensor: tensor)
            attempt(f"cdist/{SHORT[dtype]}_{p}", "torch.cdist", [wants(a), wants(b[:2])], p=p)
            attempt(f"pairwise_distance/{SHORT[dtype]}_{p}", "F.pairwise_distance", [wants(a), wants(b)], p=p)
        attempt(f"normalize/{SHORT[dtype]}", "F.normalize", [wants(a)])
        attempt(f"normalize/{SHORT[dtype]}_cube", "F.normalize", [wants(a)], p=3.0)
    x = cases.normal(3, 4)
    cases.add("cosine_similarity/broadcast", "F.cosine_similarity", [grad(cases.normal(3, 1, 4)), grad(x)], dim=2)
    cases.add("cosine_similarity/zero", "F.cosine_similarity", [grad(torch.zeros(2, 3)), grad(cases.normal(2, 3).float())])
    cases.add("cosine_similarity/double", "F.cosine_similarity", [grad(x), grad(cases.normal(3, 4))], double=True)
    cases.add("pairwise_distance/keep", "F.pairwise_distance", [grad(x), grad(cases.normal(3, 4))], keepdim=True)
    cases.add("pairwise_distance/broadcast", "F.pairwise_distance", [grad(x), grad(cases.normal(4))], eps=1e-3)
    cases.add("cdist/batch", "torch.cdist", [grad(cases.normal(2, 3, 4)), grad(cases.normal(2, 2, 4))])
    cases.add("cdist/broadcast", "torch.cdist", [grad(cases.normal(2, 3, 4)), grad(cases.normal(2, 4))])
    cases.add("cdist/same", "torch.cdist", [grad(x), x.clone()])
    cases.add("normalize/zero", "F.normalize", [grad(torch.zeros(2, 3))])
    cases.add("normalize/dim0", "F.normalize", [grad(x)], dim=0, eps=1.5)
    cases.add("normalize/double", "F.normalize", [grad(x)], double=True)


def attention():
    op = "F.scaled_dot_product_attention"
    for dtype in (F64, F32):
        q, k, v = (cases.normal(2, 4, size, 3, dtype=dtype) for size in (3, 5, 5))
        mask = integers(BOOL, 3, 5)
        mask[:, 0] = True
        none = mask.clone()
        none[1] = False
        bias = cases.normal(2, 1, 3, 5, dtype=dtype)
        three = [grad(q), grad(k), grad(v)]
        cases.add(f"sdpa/{SHORT[dtype]}_plain", op, three)
        cases.add(f"sdpa/{SHORT[dtype]}_scale", op, three, scale=0.3)
        cases.add(f"sdpa/{SHORT[dtype]}_causal", op, three, is_causal=True)
        cases.add(f"sdpa/{SHORT[dtype]}_mask", op, three, attn_mask=mask)
        cases.add(f"sdpa/{SHORT[dtype]}_nothing", op, three, attn_mask=none)
        cases.add(f"sdpa/{SHORT[dtype]}_bias", op, three, attn_mask=grad(bias))
        groups = [grad(q), grad(k[:, :2]), grad(v[:, :2])]
        cases.add(f"sdpa/{SHORT[dtype]}_groups", op, groups, enable_gqa=True)
        cases.add(f"sdpa/{SHORT[dtype]}_groups_mask", op, groups, enable_gqa=True, attn_mask=mask)
        cases.add(f"sdpa/{SHORT[dtype]}_rank3", op, [grad(q[0]), grad(k[0]), grad(v[0])], attn_mask=mask)
        cases.add(f"sdpa/{SHORT[dtype]}_rank2", op, [grad(q[0, 0]), grad(k[0, 0]), grad(v[0, 0])])
    attempt("sdpa/mask_and_causal", op, [q, k, v], attn_mask=mask, is_causal=True)

    def composed(*args, **kwargs):
        with torch.nn.attention.sdpa_kernel(torch.nn.attention.SDPBackend.MATH):
            return F.scaled_dot_product_attention(*args, **kwargs)

    cases.add("sdpa/double", op, [grad(x.double()) for x in (q, k, v)], attn_mask=mask, call=composed,
              double=True)


def promotion():
    kinds = {"dimensioned": lambda dtype: torch.ones(2, dtype=dtype), "zero": lambda dtype: torch.ones((), dtype=dtype)}
    rows = []
    for one in ALL:
        for a, left in kinds.items():
            for two in ALL:
                for b, right in kinds.items():
                    result = torch.result_type(left(one), right(two))
                    rows.append([SHORT[one], a, SHORT[two], b, SHORT[result]])
            for number, text in ((2, "integer"), (2.5, "fraction")):
                rows.append([SHORT[one], a, text, "number", SHORT[torch.result_type(left(one), number)]])
    return rows


def pack():
    """Gives tensors short keys, equal ones the same, since there are thousands of them."""
    short, known, tensors = {}, {}, {}
    for key, tensor in cases.tensors.items():
        plain = tensor.detach().contiguous()
        if plain._is_zerotensor():
            plain = torch.zeros(plain.shape, dtype=plain.dtype)
        content = (str(plain.dtype), tuple(plain.shape),
                   bytes(plain.reshape(-1).view(torch.uint8).numpy()) if plain.numel() else b"")
        # Inputs of one case stay apart, because each has a gradient of its own.
        identity = content + ((key,) if "/in" in key else ())
        if identity not in known:
            known[identity] = f"{len(known):x}"
            tensors[known[identity]] = plain
        short[key] = known[identity]

    def renamed(value):
        if isinstance(value, str):
            return short.get(value, value)
        if isinstance(value, list):
            return [renamed(each) for each in value]
        if isinstance(value, dict):
            return {short.get(key, key): renamed(each) for key, each in value.items()}
        return value

    cases.tensors = tensors
    cases.cases[:] = renamed(cases.cases)
    refused[:] = renamed(refused)


def main(directory):
    element_wise()
    arithmetic()
    activations()
    element_losses()
    class_losses()
    ctc()
    distances()
    attention()
    pack()
    cases.write(directory)
    for path, content in (("refused.json", {"cases": refused}), ("promotion.json", promotion())):
        with open(os.path.join(directory, path), "w") as file:
            json.dump(content, file, separators=(",", ":"))
    with open(os.path.join(directory, "ops.json"), "w") as file:
        json.dump({"torch": torch.__version__, "cases": cases.cases}, file, separators=(",", ":"))
    print(f"{len(refused)} refused")


if __name__ == "__main__":
    main(sys.argv[1])
