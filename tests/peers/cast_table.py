"""Writes what PyTorch makes of numbers when it casts them, for every pair of types.

    python cast_table.py ../../tensor-core/src/test/resources/golden/functions/casts.json

Rows are [from, to, [[number, result], ...]], numbers as text that Java reads. Each number is cast alone, in a long
vector and in a strided one. Left out is where these differ (PyTorch's own loops disagree). What an integer type
does not hold becomes what an x86-64 processor makes of it, so run this on one.
"""
import json
import math
import sys
import torch

TYPES = {"bool": torch.bool, "u8": torch.uint8, "i8": torch.int8, "i16": torch.int16, "i32": torch.int32,
         "i64": torch.int64, "f16": torch.float16, "bf16": torch.bfloat16, "f32": torch.float32, "f64": torch.float64}
INTEGERS = [0, 1, -1, 2, -2, 100, 127, 128, -128, -129, 200, 255, 256, 257, 2049, -2049, 32767, 32768, -32768, 40000,
            65505, 65519, 65520, 65535, 65536, 70000, 2**24 + 1, 2**31 - 1, 2**31, -2**31, 2**32 + 5, 2**53 + 1,
            2**63 - 1, -2**63]
FLOATS = [0.0, -0.0, 0.5, -0.5, 0.999, 1.0, -1.0, 1.5, 2.5, -1.5, -2.5, 1.00390625, 100.7, -100.7, 127.9, 128.5,
          -128.9, -130.0, 255.9, 256.0, 300.0, -300.5, 2049.0, 32767.5, 40000.0, -40000.0, 65504.0, 65519.0, 65520.0,
          1e5, 16777217.0, 2147483520.0, 2147483648.0, 3e9, -3e9, 2.0**32 + 4096, 5e9 + 77, -5e9, 2.0**62, -2.0**63, 1e15,
          -1e15, 1e19, -1e19, 1e30, -1e30, 3.4e38, 3.5e38, -3.5e38, 1e300, -1e300, 6e-8, 2.9e-8, 6.1e-5, 1e-38, 1e-40, 1e-46, 5e-324, 0.1, 1 / 3,
          math.pi, float("inf"), float("-inf"), float("nan")]


def cast(value, to):
    """All ways agree on one number, or None."""
    spaced = value.repeat(200)[::2]
    results = [value.to(to), value.repeat(100).to(to)[:1], value.repeat(100).to(to)[50:51], spaced.to(to)[:1]]
    texts = {str(result.to(torch.float64).item() if to.is_floating_point else int(result.item())) for result in results}
    return texts.pop() if len(texts) == 1 else None


rows = []
for source, source_type in TYPES.items():
    candidates = FLOATS if source_type.is_floating_point else INTEGERS
    wide = torch.float64 if source_type.is_floating_point else torch.int64
    values = torch.tensor(candidates, dtype=wide).to(source_type)
    for target, target_type in TYPES.items():
        pairs = {}
        for i in range(len(candidates)):
            value = values[i:i + 1]
            result = cast(value, target_type)
            text = str(value.to(torch.float64).item() if source_type.is_floating_point else int(value.item()))
            if result is None:
                if "-v" in sys.argv:
                    print("left out", source, target, text, value.to(target_type).item(), value.repeat(100).to(target_type)[50].item())
                continue
            pairs[text] = result
        rows.append([source, target, [[a, b] for a, b in pairs.items()]])
with open(sys.argv[1], "w") as file:
    file.write("[\n" + ",\n".join(json.dumps(row).replace("nan", "NaN").replace("inf", "Infinity") for row in rows) + "\n]\n")
print(len(rows), "pairs,", sum(len(row[2]) for row in rows), "casts")
