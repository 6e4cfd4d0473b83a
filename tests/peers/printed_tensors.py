"""Writes how PyTorch prints tensors: printed_tensors.py FILE"""
import json
import sys
import torch

torch.manual_seed(3)
nan, inf = float("nan"), float("inf")
tensors = {
    "scalar": torch.tensor(1.5), "scalar_whole": torch.tensor(2.0), "scalar_int": torch.tensor(7), "scalar_bool": torch.tensor(True),
    "scalar_small": torch.tensor(1e-7), "vector": torch.tensor([1.0, -2.5, 3.25]), "whole": torch.tensor([1.0, -2.0, 30.0]),
    "ints": torch.tensor([1, -20, 300]), "bools": torch.tensor([[True, False], [False, False]]), "int32": torch.tensor([1, 2], dtype=torch.int32),
    "int8": torch.tensor([[-1], [100]], dtype=torch.int8), "uint8": torch.tensor([0, 255], dtype=torch.uint8), "int16": torch.tensor([[5]], dtype=torch.int16),
    "double": torch.tensor([0.1, 0.25], dtype=torch.float64), "half": torch.tensor([0.1, 100.0], dtype=torch.float16), "bfloat": torch.tensor([0.1, 3.0], dtype=torch.bfloat16),
    "empty": torch.tensor([]), "empty_int": torch.zeros(0, dtype=torch.int64), "empty_shape": torch.zeros(2, 0), "empty_bool": torch.zeros(0, 3, dtype=torch.bool),
    "empty_double": torch.zeros(0, dtype=torch.float64), "nonfinite": torch.tensor([1.0, nan, inf, -inf]), "only_nonfinite": torch.tensor([nan, inf]),
    "zeros": torch.zeros(2, 3), "negative_zero": torch.tensor([-0.0, 1.5]), "wide_range": torch.tensor([1e-3, 10.0]), "large": torch.tensor([1e9, 1.0]),
    "small": torch.tensor([1e-5, 2e-5]), "sci_nonfinite": torch.tensor([1e10, nan, -inf, 0.0]), "whole_large": torch.tensor([123456.0, 1.0]),
    "ties": torch.tensor([0.00005, 0.12345, 2.50005], dtype=torch.float64), "tiny_negative": torch.tensor([-0.00012, 0.05]),
    "matrix": torch.randn(3, 4), "cube": torch.arange(24.0).reshape(2, 3, 4), "four": torch.arange(16).reshape(2, 2, 2, 2), "row": torch.randn(1, 13), "long_row": torch.randn(30),
    "long_ints": torch.arange(200), "summary": torch.arange(1001), "summary_matrix": torch.arange(1200.0).reshape(30, 40), "summary_thin": torch.arange(2000).reshape(500, 4),
    "summary_wide": torch.arange(2000.0).reshape(2, 1000) / 7, "summary_cube": torch.arange(8000).reshape(20, 20, 20), "exactly_1000": torch.zeros(1000, dtype=torch.int32)[:8].repeat(125),
    "big_int": torch.tensor([2**53 + 1, -5]), "column": torch.tensor([[1.5], [-22.25]]), "grad": torch.tensor([1.0, 2.0]), "grad_fn": torch.tensor([1.0, 2.0]),
    "grad_double": torch.tensor([1.5], dtype=torch.float64), "int_range": torch.tensor([1000000, 1]), "half_summary": torch.zeros(1100, dtype=torch.float16),
    "suffix_wraps": torch.randn(1, 7), "max_float": torch.tensor([3.4e38, 1e-38]),
}
out = []
for name, tensor in tensors.items():
    wants = name.startswith("grad") or name == "suffix_wraps"
    shown = tensor.clone().requires_grad_() if wants else tensor
    if name == "grad_fn":
        shown = shown * shown
    dtype = str(tensor.dtype).split(".")[1].upper()
    values = [float(v) if tensor.dtype.is_floating_point else int(v) for v in tensor.reshape(-1).tolist()]
    values = [str(v) for v in values] if tensor.numel() <= 64 or len(set(values)) > 1 and name in ("long_ints",) else []
    rule = {"summary": "arange", "summary_matrix": "arange", "summary_thin": "arange", "summary_cube": "arange", "summary_wide": "sevenths",
            "exactly_1000": "zeros", "half_summary": "zeros"}.get(name, "")
    out.append({"name": name, "dtype": dtype, "shape": list(tensor.shape), "values": [] if rule else values, "rule": rule, "grad": wants, "square": name == "grad_fn", "text": str(shown)})
with open(sys.argv[1], "w") as file:
    json.dump(out, file, indent=1)
print(len(out), "tensors")
