"""Writes golden cases of shapes, indexing, reductions, order and products: golden_shapes.py DIRECTORY

Tiny tensors; every operation with its variants: types, strided inputs, second derivatives, empty and 0-d
tensors, negative dims.
"""
import sys
import torch
from golden_cases import Cases, grad

F64, F32, F16, BF16 = torch.float64, torch.float32, torch.float16, torch.bfloat16
INTS = [torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64]
HALVES = [F16, BF16]
cases = Cases(seed=11)
numbers = {}


def add(op, args, **kwargs):
    """A case named after its operation and number."""
    short = op.split(".", 1)[1]
    numbers[short] = numbers.get(short, 0) + 1
    name = f"{short}/{numbers[short]}"
    try:
        cases.add(name, op, args, **kwargs)
    except RuntimeError as e:
        # The gradient of a linear operation has no gradient, and PyTorch says so.
        if "does not require grad" not in str(e):
            raise


def x(*shape, dtype=F64):
    return grad(cases.normal(*shape, dtype=dtype))


def n(*shape, dtype=F64):
    return cases.normal(*shape, dtype=dtype)


def i(low, high, *shape, dtype=torch.int64):
    return cases.integers(low, high, *shape, dtype=dtype)


def t(values, dtype=None):
    return torch.tensor(values, dtype=dtype)


def creation():
    for args in [(0, 5, 1), (3, 11, 4), (5, 0, -2), (-3, 3, 3), (0, 0, 1), (0.5, 2.0, 0.25), (1.0, -1.0, -0.5), (0.0, 1.0, 0.3)]:
        add("torch.arange", list(args))
    for args in [(0.0, 1.0, 5), (-2.0, 3.0, 1), (1.0, 0.0, 4), (0.0, 10.0, 7), (1.0, 2.0, 0)]:
        add("torch.linspace", list(args))
    for args in [(0.0, 2.0, 3), (-1.0, 1.0, 5), (2.0, 2.0, 1)]:
        add("torch.logspace", list(args))
    add("torch.logspace", [0.0, 4.0, 5], base=2.0)
    for args in [(3, 3), (2, 5), (4, 1), (0, 3)]:
        add("torch.eye", list(args))
    for args in [([2, 3], -0.5), ([], 2.0), ([0, 2], 1.0), ([2], 7)]:
        add("torch.full", list(args))
    for args in [(3, 3), (2, 4), (4, 2), (3, 3, 1), (3, 3, -1), (0, 3), (3, 4, -5), (2, 2, 5)]:
        add("torch.tril_indices", list(args))
        add("torch.triu_indices", list(args))
    for indexing in ("ij", "xy"):
        add("torch.meshgrid", [n(3), n(2)], indexing=indexing)
        add("torch.meshgrid", [n(3), n(2), n(4)], indexing=indexing)
        add("torch.meshgrid", [x(2), x(3)], indexing=indexing)


def shapes():
    for shape, to in [((2, 6), [3, 4]), ((2, 6), [-1]), ((2, 3, 2), [2, -1]), ((1,), []), ((), [1, 1]), ((0, 3), [3, 0]), ((4,), [2, 1, 2])]:
        add("torch.reshape", [x(*shape), to])
    add("torch.reshape", [x(3, 4), [2, 6]], strided=True)
    add("torch.reshape", [x(2, 3), [3, 2]], double=True)
    for dtype in INTS + HALVES + [torch.bool]:
        add("torch.reshape", [i(0, 2, 2, 3).to(dtype), [3, -1]])
    add("Tensor.t.reshape", [x(2, 3), [2, 3]], call=lambda a, s: a.t().reshape(s))
    add("Tensor.t.reshape", [x(4, 2, dtype=F32), [-1]], call=lambda a, s: a.t().reshape(s))
    for shape, to in [((3, 1), [3, 4]), ((1,), [2, 3]), ((), [2, 2]), ((2, 1, 3), [-1, 4, -1]), ((1, 3), [2, 2, 3]), ((1,), [0])]:
        add("Tensor.expand", [x(*shape), to])
    add("Tensor.expand", [x(3, 1), [2, 3, 2]], double=True)
    for shape, to in [((2, 3), [2, 1]), ((2, 3), [2, 2, 2]), ((), [3]), ((3,), [0]), ((2,), [1]), ((0, 2), [2, 2])]:
        add("Tensor.repeat", [x(*shape), to])
    add("Tensor.repeat", [i(0, 9, 2, 2), [1, 2]])
    add("Tensor.repeat", [x(3, 2), [2, 2]], strided=True)
    for dims in ([1, 0, 2], [-1, 0, 1], [2, 1, 0]):
        add("torch.permute", [x(2, 3, 2), dims])
    add("torch.permute", [x(), []])
    for a, b in [(0, 1), (-1, 0), (1, 1)]:
        add("torch.transpose", [x(2, 3), a, b])
    add("torch.transpose", [x(), 0, -1])
    add("torch.swapaxes", [x(2, 3, 2), 0, -1])
    for shape in [(2, 3), (3,), ()]:
        add("torch.t", [x(*shape)])
    for a, b in [(0, 2), (-1, 0), (1, 1), (2, -2)]:
        add("torch.movedim", [x(2, 3, 4), a, b])
    add("torch.movedim", [x(2, 3, 4), [0, 1], [-1, 0]])
    add("torch.squeeze", [x(1, 3, 1)])
    add("torch.squeeze", [x(1, 3, 1), -1])
    add("torch.squeeze", [x(1, 3, 1), 1])
    add("torch.squeeze", [x(1, 3, 1), [0, 2]])
    add("torch.squeeze", [x(), 0])
    for dim in (0, 1, -1, -2):
        add("torch.unsqueeze", [x(2, 3), dim])
    add("torch.unsqueeze", [x(), -1])
    add("torch.flatten", [x(2, 3, 2)])
    add("torch.flatten", [x(2, 3, 2), 0, 1])
    add("torch.flatten", [x(2, 3, 2), -2])
    add("torch.flatten", [x()])
    add("torch.flatten", [x(3, 2)], strided=True)
    for dim, to in [(0, [2, 3]), (-2, [-1, 2]), (1, [1, 2])]:
        add("torch.unflatten", [x(6, 2), dim, to])
    for dims in ([0], [1], [-1, 0], []):
        add("torch.flip", [x(2, 3), dims])
    add("torch.flip", [x(3, 2), [0]], double=True)
    add("torch.flip", [i(0, 9, 3, 2), [0, 1]])
    add("torch.flip", [x(0, 2), [0]])
    add("torch.flip", [x(4, 2), [1]], strided=True)
    for shift, dim in [(1, 0), (-1, 1), (5, 1), (0, 0), ([1, 2], [0, 1])]:
        add("torch.roll", [x(3, 4), shift, dim])
    add("torch.roll", [x(3, 4), 2])
    add("torch.roll", [x(4, 3), 1, -1], double=True)
    add("torch.roll", [i(0, 9, 5), 2, 0])
    add("torch.repeat_interleave", [x(2, 3), 2])
    for dim in (0, 1, -1):
        add("torch.repeat_interleave", [x(2, 3), 2], dim=dim)
    add("torch.repeat_interleave", [x(3, 2), t([2, 0, 1])], dim=0)
    add("torch.repeat_interleave", [i(0, 9, 3), 3], dim=0)
    for k in (-2, -1, 0, 1, 3):
        add("torch.tril", [x(3, 4), k])
        add("torch.triu", [x(4, 3), k])
    add("torch.tril", [x(2, 3, 3), 0], double=True)
    for dtype in [torch.bool] + INTS + HALVES:
        add("torch.tril", [i(0, 2, 3, 3).to(dtype), 0])
        add("torch.triu", [i(0, 2, 3, 3).to(dtype), 1])
    for shape, k in [((3,), 0), ((3,), 1), ((2,), -2), ((3, 4), 0), ((3, 4), 2), ((4, 3), -1), ((3, 3), 5), ((0,), 1)]:
        add("torch.diag", [x(*shape), k])
    add("torch.diag", [x(3, 3)], double=True)
    add("torch.diag", [x(4, 3)], strided=True)
    add("torch.diagonal", [x(3, 4)])
    for offset, a, b in [(1, 0, 1), (-1, 0, 2), (0, -1, 0), (2, 2, 1)]:
        add("torch.diagonal", [x(3, 2, 4)], offset=offset, dim1=a, dim2=b)
    add("torch.diagonal", [x(3, 3)], double=True)
    for dim, size, step in [(0, 2, 1), (1, 3, 2), (-1, 2, 3), (1, 5, 1), (0, 1, 2)]:
        add("Tensor.unfold", [x(3, 5), dim, size, step])
    add("Tensor.unfold", [x(6), 0, 3, 1], double=True)
    add("Tensor.unfold", [x(5, 3), 1, 2, 1], strided=True)
    add("Tensor.unfold", [i(0, 9, 5), 0, 2, 2])
    for dim in (0, 1, -1):
        add("torch.stack", [[x(2, 3), x(2, 3)]], dim=dim)
        add("torch.cat", [[x(2, 2), x(2, 2), x(2, 2)]], dim=min(dim, 1))
    add("torch.cat", [[x(0), x(2, 2)]], dim=0)
    add("torch.cat", [[x(2, 0), x(2, 3)]], dim=-1)
    add("torch.cat", [[n(2, dtype=F16), n(3, dtype=F32)]], dim=0)
    add("torch.cat", [[i(0, 5, 2), n(3, dtype=F32)]], dim=0)
    add("torch.cat", [[t([True, False]), i(0, 5, 2, dtype=torch.uint8)]], dim=0)
    add("torch.stack", [[x(), x()]], dim=0)
    add("torch.cat", [[x(1, 2), x(3, 2)]], dim=0, double=True)
    add("torch.split", [x(7, 2), 3])
    add("torch.split", [x(2, 5), 2], dim=-1)
    add("torch.split", [x(2, 5), [1, 0, 4]], dim=1)
    add("torch.split", [x(4), [4]])
    add("torch.split", [i(0, 9, 4), 4])
    for chunks, dim in [(2, 0), (3, 0), (4, 1), (9, 0)]:
        add("torch.chunk", [x(5, 4), chunks], dim=dim)
    add("torch.unbind", [x(3, 2)])
    add("torch.unbind", [x(3, 2)], dim=-1)
    add("torch.unbind", [x(2, 2)], double=True)


def getitems():
    def item(a, *given, spec):
        names, used = {}, 0
        import re
        for word in re.findall(r"[A-Za-z_]\w*", spec):
            if word not in ("None", "True", "False", "Ellipsis"):
                names[word] = given[used]
                used += 1
        return eval(f"a[{spec}]", {}, {"a": a, **names})

    def get(shape, spec, *given, **flags):
        add("Tensor.getitem", [x(*shape), *given], call=item, spec=spec, **flags)

    for spec in ["0", "-1", "2,3", "1,-2", ":", "...", "1:", ":2", "::2", "1:4:2", "-3:", ":-1", "-3:-1", "3:1", "0:100", "100:", "::5",
                 ":,1", ":,1:3", "1,1:3", "...,0", "0,...", "None", "None,:", ":,None", "None,1,None,2", "...,None", "None,...,None", "Ellipsis,1",
                 "[0]", "[1,0,1]", "[-1,2]", ":,[0,2]", "[0,1],[2,3]", "[0,1,2],1", "1,[0,3]", "1:3,[0,0]", "[0,2],1:3", "[[0,1],[2,3]]", "[[0],[1]],[2,3]",
                 "[0,1],None", "None,[0,1]", "[]", "[True,False,True,False]", ":,[True,False,False,True,True]", "[True,False,True,False],1",
                 "True", "False", "None,True", "[2,1],[0]", "[0,1,2,3],[0,1,2,3]", "1:3,None,[1,2]"]:
        get((4, 5), spec)
    for spec in ["1,2,3", "0,:,1", "...,1", "0,...,1", "1,...", "None,...,1:2", "[0,1],:,[1,2]", ":,[0,1],[1,2]", "[0,1],[1,2]", "[0,1],[1,2],[0,3]",
                 "0,:,[1,2]", "[0,1],1,[2,3]", ":,[0,2],:", "[1],:,[[0],[3]]", "[0,1],...,[0,1]", "[0,1],None,[1,2]", "...,[0,1]", ":,0,[1,1,2]", "::2,1:,::3",
                 "[True,False],:,[1,0]", "[[True,False,True],[False,True,False]],1", "1,None,...,[0]", "2,None,...,1:4".replace("2", "1", 1)]:
        get((2, 3, 4), spec)
    get((), "...")
    get((), "None")
    get((), "True")
    get((0, 3), ":,1")
    get((0, 3), "[]")
    get((3,), "mask", t([True, False, True]))
    get((3, 2), "mask", t([[True, False], [True, True], [False, False]]))
    get((3, 2), "mask", t([False, False, False]))
    get((3, 2), ":,mask", t([False, True]))
    get((2, 3, 2), "mask,1", t([[True, False, True], [False, True, False]]))
    get((2, 3, 2), "1,mask", t([True, False, True]))
    get((2, 3, 2), ":,mask,index", t([True, False, True]), t([1, 0]))
    get((4, 3), "index", t([3, 0, -1]))
    get((4, 3), "index", t([[3, 0], [1, 1]]))
    get((4, 3), "index", t(2))
    get((4, 3), "rows,columns", t([0, 1, 3]), t([2, 2, 0]))
    get((4, 3), "rows,columns", t([[0], [1]]), t([2, 0]))
    get((4, 3), "rows,1:", t([0, 1, 3], torch.int32))
    get((4, 3), "[0,0,1]", double=True)
    get((4, 3), "1:3,::2", double=True)
    get((4, 3), "[0,0],[1,1]", double=True)
    get((4, 3), "1:,[0,2]", strided=True)
    get((4, 3), "[0,2],[1,3]", strided=True)
    for dtype in INTS + [torch.bool]:
        add("Tensor.getitem", [i(0, 2, 3, 4).to(dtype)], call=item, spec="1:,[0,3]")
    for dtype in HALVES:
        add("Tensor.getitem", [x(3, 4, dtype=dtype)], call=item, spec="[0,0,1],::2")


def indexing():
    add("torch.select", [x(3, 4), 1, -1])
    add("torch.select", [x(3, 4), -2, 0], double=True)
    add("torch.narrow", [x(3, 4), 1, 1, 2])
    add("torch.narrow", [x(3, 4), -1, 2, 0])
    add("torch.narrow", [x(4), 0, 0, 4])
    for dim in (0, 1, -1):
        size = (3, 4)[dim]
        index = i(0, size, 2, 3)
        add("torch.gather", [x(3, 4), dim, index])
        add("torch.scatter", [x(3, 4), dim, t([[0, 1, 2], [2, 0, 1]]), x(2, 3)])
        add("torch.scatter_add", [x(3, 4), dim, index, x(2, 3)])
        add("torch.scatter_add", [x(3, 4), dim, index, n(3, 4)])
    add("torch.gather", [x(3, 4), 1, i(0, 4, 3, 2)], double=True)
    add("torch.gather", [x(), 0, t(0)])
    add("torch.gather", [x(3), 0, i(0, 3, 0)])
    add("torch.gather", [i(0, 9, 3, dtype=torch.int8), 0, t([2, 2, 0, 1])])
    add("torch.scatter", [x(3, 4), 1, t([[3, 1], [0, 2]]), 2.5])
    add("torch.scatter", [x(3, 4), 0, t([[0, 1, 2, 0]]), x(1, 4)], double=True)
    for reduce in ("add", "multiply"):
        add("torch.scatter", [n(3, 4), 1, t([[3, 3], [0, 2]]), n(2, 2)], reduce=reduce)
    for dtype in INTS + HALVES + [torch.bool]:
        add("torch.scatter", [i(0, 2, 2, 3).to(dtype), 1, t([[2, 0], [1, 2]]), i(0, 2, 2, 2).to(dtype)])
        if dtype != torch.bool:
            add("torch.scatter_add", [i(0, 5, 4).to(dtype), 0, t([1, 1, 3]), i(0, 5, 3).to(dtype)])
            add("torch.scatter_reduce", [i(0, 5, 4).to(dtype), 0, t([1, 1, 3]), i(0, 5, 3).to(dtype)], reduce="amax")
    for reduce in ("sum", "prod", "mean", "amax", "amin"):
        for include in (True, False):
            add("torch.scatter_reduce", [x(3, 4), 1, t([[3, 3, 1], [0, 2, 0]]), x(2, 3)], reduce=reduce, include_self=include)
    add("torch.scatter_reduce", [grad(t([0.0, 2.0, 3.0, 0.0], F64)), 0, t([0, 0, 1, 3]), grad(t([5.0, 2.0, 0.0, 0.0], F64))], reduce="prod")
    add("torch.scatter_reduce", [grad(t([1.0, 2.0, 3.0], F64)), 0, t([0, 0, 1]), grad(t([1.0, 1.0, 5.0], F64))], reduce="amax")
    for dim in (0, 1, -1):
        add("torch.index_add", [x(3, 4), dim, t([2, 0, 2]), x(3, 4) if dim == 0 else x(3, 3)])
        add("torch.index_select", [x(3, 4), dim, t([2, 0, 2])])
        add("torch.index_fill", [x(3, 4), dim, t([2, 0]), -1.5])
        add("torch.index_copy", [x(3, 4), dim, t([2, 0]), x(2, 4) if dim == 0 else x(3, 2)])
    add("torch.index_add", [x(3, 2), 0, t([1, 1]), x(2, 2)], alpha=0.5)
    add("torch.index_add", [i(0, 9, 3), 0, t([1, 1]), i(0, 9, 2)])
    add("torch.index_select", [x(3, 4), 1, t([1, 1], torch.int32)], double=True)
    add("torch.index_select", [x(3, 4), 0, t([], torch.int64)])
    add("torch.index_select", [x(4, 3), 0, t([2, 0])], strided=False)
    for dtype in INTS + HALVES + [torch.bool]:
        add("torch.index_select", [i(0, 2, 3, 2).to(dtype), 1, t([1, 0, 1])])
    for accumulate in (True, False):
        add("torch.index_put", [x(4, 3), [t([0, 2]), t([1, 1])], x(2)], accumulate=accumulate)
        add("torch.index_put", [x(4, 3), [t([0, 2])], x(3)], accumulate=accumulate)
        add("torch.index_put", [x(4, 3), [t([[0], [3]]), t([1, 2])], x(2, 2)], accumulate=accumulate)
        add("torch.index_put", [x(4, 3), [t([0, -1])], x(2, 3)], accumulate=accumulate, double=True)
        add("torch.index_put", [x(4, 3), [t([True, False, False, True])], x()], accumulate=accumulate)
        add("torch.index_put", [i(0, 9, 4), [t([0, 3])], i(0, 9, 2)], accumulate=accumulate)
    add("torch.index_put", [x(4), [t([1, 1, 2])], x(3)], accumulate=True)
    add("torch.masked_fill", [x(3, 4), i(0, 2, 3, 4).bool(), 2.0])
    add("torch.masked_fill", [x(3, 4), i(0, 2, 4).bool(), -7.5], double=True)
    add("torch.masked_fill", [x(3, 4), i(0, 2, 3, 1).bool(), x()])
    for dtype in INTS + HALVES + [torch.bool]:
        add("torch.masked_fill", [i(0, 2, 3).to(dtype), t([True, False, True]), 1])
    add("torch.masked_select", [x(3, 4), i(0, 2, 3, 4).bool()])
    add("torch.masked_select", [x(3, 4), i(0, 2, 4).bool()])
    add("torch.masked_select", [x(3), i(0, 2, 2, 3).bool()])
    add("torch.masked_select", [x(3, 4), torch.zeros(3, 4, dtype=torch.bool)])
    add("torch.masked_select", [x(3, 4), i(0, 2, 3, 4).bool()], double=True)
    add("torch.masked_select", [i(0, 9, 5), i(0, 2, 5).bool()])
    add("torch.masked_scatter", [x(3, 4), i(0, 2, 3, 4).bool(), x(12)])
    add("torch.masked_scatter", [x(3, 4), t([True, False, False, True]), x(3, 2)])
    for index in (t([0, 5, 2]), t([[1, -1], [3, 3]]), t(4), t([], torch.int64)):
        add("torch.take", [x(2, 3), index])
    add("torch.take", [x(3, 2), t([0, 1, 1])], strided=True)
    add("torch.take", [x(3, 2), t([0, 1, 1])], double=True)
    add("torch.take_along_dim", [x(3, 4), i(0, 4, 3, 2)], dim=1)
    add("torch.take_along_dim", [x(3, 4), i(0, 3, 2, 1)], dim=0)
    add("torch.take_along_dim", [x(1, 4), i(0, 4, 3, 2)], dim=-1)
    add("torch.take_along_dim", [x(3, 4), i(0, 12, 5)])
    add("torch.where", [i(0, 2, 3, 4).bool(), x(3, 4), x(3, 4)])
    add("torch.where", [i(0, 2, 4).bool(), x(3, 1), x()])
    add("torch.where", [i(0, 2, 3).bool(), x(3), x(3)], double=True)
    add("torch.where", [i(0, 2, 3).bool(), i(0, 9, 3, dtype=torch.int32), n(3, dtype=F32)])
    add("torch.where", [i(0, 2, 3, 2).bool()])
    add("torch.where", [n(3)])
    for dtype in INTS + HALVES + [torch.bool, F32, F64]:
        add("torch.nonzero", [i(0, 2, 3, 4).to(dtype)])
    add("torch.nonzero", [t([[0.0, float("nan"), -0.0], [1.0, 0.0, float("inf")]])])
    add("torch.nonzero", [t(3.0)])
    add("torch.nonzero", [t(0.0)])
    add("torch.nonzero", [torch.zeros(0, 3)])
    add("torch.nonzero", [i(0, 2, 4, 3)], strided=True)
    add("F.one_hot", [i(0, 4, 3), ], num_classes=5)
    add("F.one_hot", [i(0, 4, 2, 3)], num_classes=-1)
    add("F.one_hot", [t(2)], num_classes=4)
    for mode in ("sum", "mean", "max"):
        add("F.embedding_bag", [t([1, 2, 0, 4, 4, 2]), x(5, 3), t([0, 2, 2])], mode=mode)
        add("F.embedding_bag", [t([[1, 2], [3, 3]]), x(5, 3)], mode=mode)
        add("F.embedding_bag", [t([1, 2, 0, 4]), x(5, 3, dtype=F32), t([0, 1])], mode=mode)
        add("F.embedding_bag", [t([1, 2, 0, 4]), x(5, 3), t([0, 1, 4])], mode=mode, include_last_offset=True)
        add("F.embedding_bag", [t([1, 2, 0, 4, 2, 2]), x(5, 3), t([0, 1, 4])], mode=mode, padding_idx=2)
    add("F.embedding_bag", [t([1, 2, 0, 4]), x(5, 3), t([0, 3])], mode="sum", per_sample_weights=x(4))


def reductions():
    nan = float("nan")
    for op in ("sum", "mean", "prod", "amax", "amin"):
        for dim in (0, -1, 1):
            add(f"torch.{op}", [x(3, 4)], dim=dim)
            add(f"torch.{op}", [x(3, 4)], dim=dim, keepdim=True)
        add(f"torch.{op}", [x(2, 3, 2)], dim=1, double=True)
        add(f"torch.{op}", [x(4, 3)], dim=0, strided=True)
        add(f"torch.{op}", [x(3, 4)])
        add(f"torch.{op}", [x()])
        add(f"torch.{op}", [grad(t([[1.0, nan, 2.0], [0.5, -1.0, float("inf")]], F64))], dim=1)
        # PyTorch rounds products of bfloat16 after every factor, which is less exact.
        for dtype in [F16, F32] if op == "prod" else HALVES + [F32]:
            add(f"torch.{op}", [x(3, 5, dtype=dtype)], dim=1)
        if op != "mean":
            for dtype in INTS + [torch.bool]:
                add(f"torch.{op}", [i(0, 4, 3, 4).to(dtype)], dim=0)
        if op in ("sum", "mean", "amax", "amin"):
            add(f"torch.{op}", [x(2, 3, 2)], dim=[0, 2])
            add(f"torch.{op}", [x(2, 3, 2)], dim=[-1, 0], keepdim=True)
        if op in ("sum", "mean", "prod"):
            add(f"torch.{op}", [x(0, 3)], dim=0)
            add(f"torch.{op}", [x(0)])
        add(f"torch.{op}", [x(0, 3)], dim=1)
    add("torch.mean", [n(500, dtype=F16) * 0 + 300])
    add("torch.amax", [grad(t([[1.0, 3.0, 3.0]], F64))], dim=1)
    add("torch.prod", [grad(t([[2.0, 0.0, 3.0], [0.0, 0.0, 1.0]], F64))], dim=1)
    add("torch.prod", [grad(t([[2.0, 0.0, 3.0], [1.0, 4.0, 1.0]], F64))])
    add("torch.prod", [grad(t([2.0, 0.0, 3.0], F64))], dim=0, double=True)
    for op in ("all", "any"):
        for dtype in INTS + HALVES + [torch.bool, F32]:
            add(f"torch.{op}", [i(0, 2, 2, 3).to(dtype)], dim=1)
        add(f"torch.{op}", [i(0, 2, 2, 3).bool()])
        add(f"torch.{op}", [i(0, 2, 2, 3).bool()], dim=-1, keepdim=True)
        add(f"torch.{op}", [t([nan, 0.0])])
        add(f"torch.{op}", [torch.zeros(0, 2)], dim=0)
        add(f"torch.{op}", [torch.zeros(0)])
        add(f"torch.{op}", [i(0, 2, 2, 3, 2).bool()], dim=[0, 1])
    for op in ("max", "min"):
        for dim in (0, 1, -1):
            add(f"torch.{op}", [x(3, 4)], dim=dim)
        add(f"torch.{op}", [x(3, 4)], dim=1, keepdim=True)
        add(f"torch.{op}", [x(3, 4)])
        add(f"torch.{op}", [grad(t([2.0, 5.0, 5.0, 2.0], F64))])
        add(f"torch.{op}", [x(3, 4)], dim=1, double=True)
        add(f"torch.{op}", [x()], dim=0)
        add(f"torch.{op}", [x(4, 3)], dim=0, strided=True)
        add(f"torch.{op}", [grad(t([[1.0, nan, 2.0], [0.5, -1.0, 0.5]], F64))], dim=1)
        for dtype in INTS + [torch.bool]:
            add(f"torch.{op}", [i(0, 4, 3, 4).to(dtype)], dim=0)
            add(f"torch.{op}", [i(0, 4, 3, 4).to(dtype)])
        for dtype in HALVES:
            add(f"torch.{op}", [x(3, 4, dtype=dtype)], dim=1)
        add(f"torch.arg{op}", [n(3, 4)])
        add(f"torch.arg{op}", [n(3, 4)], dim=0)
        add(f"torch.arg{op}", [n(3, 4)], dim=-1, keepdim=True)
        add(f"torch.arg{op}", [t([3.0, nan, 1.0, nan])])
        add(f"torch.arg{op}", [t([2, 1, 2, 1])])
        add(f"torch.arg{op}", [t(4.0)])
        for dtype in INTS + HALVES:
            add(f"torch.arg{op}", [t([[3, 1, 3], [0, 5, 0]], dtype)], dim=1)
        add(f"torch.cum{op}", [x(3, 4)], dim=1)
        add(f"torch.cum{op}", [x(3, 4)], dim=0)
        add(f"torch.cum{op}", [x(3, 4)], dim=-1, double=True)
        add(f"torch.cum{op}", [t([1.0, 3.0, 3.0, nan, 5.0, nan], F64)], dim=0)
        add(f"torch.cum{op}", [i(0, 5, 6)], dim=0)
        add(f"torch.cum{op}", [i(0, 5, 6, dtype=torch.uint8)], dim=0)
        add(f"torch.cum{op}", [x(4, 3)], dim=1, strided=True)
        add(f"torch.cum{op}", [x()], dim=0)
        add(f"torch.cum{op}", [x(0, 2)], dim=0)
    for op in ("cumsum", "cumprod"):
        for dim in (0, 1, -1):
            add(f"torch.{op}", [x(3, 4)], dim=dim)
        add(f"torch.{op}", [x(3, 4)], dim=1, double=True)
        add(f"torch.{op}", [x()], dim=0)
        add(f"torch.{op}", [x(0, 2)], dim=0)
        add(f"torch.{op}", [x(4, 3)], dim=0, strided=True)
        add(f"torch.{op}", [grad(t([1.0, nan, 2.0], F64))], dim=0)
        for dtype in INTS + [torch.bool, F32] + HALVES:
            add(f"torch.{op}", [i(0, 3, 2, 4).to(dtype)], dim=1)
    add("torch.cumprod", [grad(t([[2.0, 0.0, 3.0, 0.0], [1.0, 4.0, 1.0, 2.0]], F64))], dim=1)
    add("torch.cumprod", [grad(t([2.0, 0.0, 3.0], F64))], dim=0, double=True)
    for op in ("std", "var"):
        add(f"torch.{op}", [x(3, 4)])
        for dim in (0, -1):
            for correction in (0, 1, 2):
                add(f"torch.{op}", [x(3, 4)], dim=dim, correction=correction)
        add(f"torch.{op}", [x(2, 3, 2)], dim=[0, 2], keepdim=True)
        add(f"torch.{op}", [x(3, 4)], dim=1, double=True)
        add(f"torch.{op}", [x(3, 4, dtype=F32)], dim=1)
        for dtype in HALVES:
            add(f"torch.{op}", [n(3, 8, dtype=dtype)], dim=1)
        add(f"torch.{op}", [n(3, 1)], dim=1)
    for p in (0, 1, 2, 3, 2.5, float("inf"), float("-inf")):
        name = p if abs(p) != float("inf") else str(p)
        add("torch.norm", [x(3, 4)], p=name, dim=1, call=lambda a, p, **k: torch.norm(a, p=float(p), **k))
        add("torch.norm", [x(3, 4)], p=name, call=lambda a, p, **k: torch.norm(a, p=float(p), **k))
    add("torch.norm", [x(3, 4)], p="fro")
    add("torch.norm", [x(3, 4)], p="fro", dim=[0, 1])
    add("torch.norm", [x(3, 4)], dim=0, keepdim=True, double=True)
    add("torch.norm", [x(3, 4, dtype=F32)], dim=[0, 1])
    for dtype in HALVES:
        add("torch.norm", [n(3, 4, dtype=dtype)], p=1, dim=1)
    for dim in (0, [0, 1], -1):
        add("torch.logsumexp", [x(3, 4)], dim=dim)
    add("torch.logsumexp", [x(3, 4)], dim=1, keepdim=True, double=True)
    add("torch.logsumexp", [t([[float("-inf"), float("-inf")], [1.0, float("inf")]])], dim=1)
    add("torch.logsumexp", [n(0, 2)], dim=0)
    for dtype in HALVES:
        add("torch.logsumexp", [n(3, 4, dtype=dtype)], dim=1)
    for dtype in INTS + [torch.bool, F64] + HALVES:
        add("torch.count_nonzero", [i(0, 2, 3, 4).to(dtype)], dim=1)
    add("torch.count_nonzero", [i(0, 2, 3, 4)])
    add("torch.count_nonzero", [i(0, 2, 3, 4)], dim=[0, 1])
    add("torch.bincount", [t([1, 0, 3, 3])])
    add("torch.bincount", [t([1, 0, 3, 3])], minlength=6)
    add("torch.bincount", [t([1, 0, 3, 3])], weights=n(4))
    add("torch.bincount", [t([1, 0, 3, 3], torch.int32)], weights=n(4, dtype=F32))
    add("torch.bincount", [t([], torch.int64)], minlength=2)
    add("torch.bincount", [t([1, 0, 3], torch.uint8)])
    add("torch.histc", [n(20)], bins=5)
    add("torch.histc", [n(20, dtype=F32)], bins=4, min=-1.0, max=1.0)
    for dtype in INTS + [torch.bool, F32, F64]:
        add("torch.unique", [i(0, 4, 3, 3).to(dtype)])
    add("torch.unique", [i(0, 4, 8)], return_inverse=True, return_counts=True)
    add("torch.unique", [i(0, 4, 3, 4)], return_inverse=True)
    add("torch.unique", [t([], torch.int64)], return_counts=True)
    add("torch.unique", [i(0, 2, 5, 2)], dim=0)
    add("torch.unique", [i(0, 2, 2, 6)], dim=1, return_inverse=True, return_counts=True)
    add("torch.unique", [i(0, 2, 3, 3)], strided=True)
    add("torch.unique_consecutive", [t([1, 1, 2, 2, 1])], return_inverse=True, return_counts=True)


def ordered():
    nan = float("nan")
    for dim in (0, 1, -1):
        for descending in (False, True):
            add("torch.sort", [x(3, 5)], dim=dim, descending=descending)
            add("torch.sort", [t([[3.0, nan, 1.0, 3.0], [0.0, -0.0, nan, float("-inf")]], F64)], dim=dim, descending=descending, stable=True,
                call=lambda a, stable, **k: torch.sort(a, stable=stable, **k))
            add("torch.argsort", [n(3, 5)], dim=dim, descending=descending)
    for dtype in INTS + [torch.bool, F32] + HALVES:
        for descending in (False, True):
            add("torch.sort", [i(0, 4, 2, 6).to(dtype)], dim=1, descending=descending, stable=True, call=lambda a, stable, **k: torch.sort(a, stable=stable, **k))
    add("torch.sort", [x(3, 5)], dim=1, double=True)
    add("torch.sort", [x(5, 3)], dim=0, strided=True)
    add("torch.sort", [x()])
    add("torch.sort", [x(0, 3)])
    add("torch.sort", [x(3, 0)])
    add("torch.sort", [t([-1.5, 3.0, -7.25, 0.0, 12.0], F32)])
    add("torch.sort", [t([-(2 ** 62), 2 ** 62, 5, -5, 2 ** 53 + 1, 2 ** 53])])
    for k in (0, 1, 3):
        for largest in (True, False):
            add("torch.topk", [x(3, 5)], k=k, dim=1, largest=largest)
    add("torch.topk", [x(3, 5)], k=2, dim=0)
    add("torch.topk", [x(3, 5)], k=2, dim=-1, double=True)
    add("torch.topk", [x(5, 3)], k=2, dim=0, strided=True)
    add("torch.topk", [n(3, 5, dtype=F16)], k=2)
    add("torch.topk", [t([5, 1, 4, 2], torch.int32)], k=2)
    add("torch.topk", [x()], k=1)
    for k in (1, 3):
        add("torch.kthvalue", [x(3, 5)], k=k, dim=1)
        add("torch.kthvalue", [x(3, 5)], k=k, dim=0, keepdim=True)
    for dim in (0, 1, -1):
        add("torch.median", [x(3, 5)], dim=dim)
        add("torch.median", [x(3, 4)], dim=dim, keepdim=True)
    add("torch.median", [x(3, 4)])
    add("torch.median", [t([4, 1, 3, 2])])
    add("torch.median", [t([1.0, nan, 0.0])])
    add("torch.median", [t([[1.0, nan, 0.0], [3.0, 1.0, 2.0]])], dim=1)
    add("torch.median", [x()])
    add("torch.median", [x()], dim=0)
    add("torch.searchsorted", [t([1.0, 3.0, 3.0, 7.0]), t([[0.0, 3.0], [4.0, 9.0]])])
    add("torch.searchsorted", [t([1.0, 3.0, 3.0, 7.0]), t([3.0, 7.0])], right=True)
    add("torch.searchsorted", [t([[1, 3, 5], [2, 4, 6]]), t([[3, 0], [3, 9]])])
    add("torch.bucketize", [t([0.5, 3.0, 8.0]), t([1.0, 3.0, 7.0])])
    add("torch.bucketize", [t([1, 3, 8]), t([1, 3, 7])], right=True)


def products():
    for a, b in [((3,), (3,)), ((3,), (3, 2)), ((2, 3), (3,)), ((2, 3), (3, 2)), ((2, 2, 3), (3, 2)), ((2, 3), (2, 3, 2)), ((2, 2, 3), (2, 3, 2)),
                 ((2, 1, 2, 3), (3, 3, 2)), ((3,), (2, 3, 2)), ((2, 2, 3), (3,)), ((0, 3), (3, 2)), ((2, 0), (0, 3)), ((0,), (0,)), ((1, 3), (3, 1))]:
        add("torch.matmul", [x(*a), x(*b)])
    add("torch.matmul", [x(2, 3), x(3, 2)], double=True)
    add("torch.matmul", [x(2, 2, 3), x(3,)], double=True)
    add("torch.matmul", [x(3, 2), x(4, 3)], strided=True)
    for dtype in INTS:
        add("torch.matmul", [i(0, 5, 2, 3, dtype=dtype), i(0, 5, 3, 2, dtype=dtype)])
    add("torch.matmul", [i(-5, 5, 3), i(-5, 5, 3)])
    add("torch.matmul", [i(-5, 5, 2, 2, 3), i(-5, 5, 2, 3, 2)])
    for dtype in HALVES + [F32]:
        add("torch.matmul", [n(2, 3, dtype=dtype), n(3, 2, dtype=dtype)])
    add("torch.bmm", [x(2, 2, 3), x(2, 3, 2)])
    add("torch.mm", [x(2, 3), x(3, 2)])
    add("torch.mv", [x(2, 3), x(3)])
    add("torch.dot", [x(3), x(3)])
    add("torch.dot", [i(-5, 5, 3), i(-5, 5, 3)])
    add("torch.outer", [x(3), x(2)], double=True)
    add("torch.outer", [i(0, 5, 3), i(0, 5, 2)])
    add("torch.addmm", [x(2, 2), x(2, 3), x(3, 2)])
    add("torch.addmm", [x(2), x(2, 3), x(3, 2)], alpha=0.5, beta=2.0)
    add("torch.addmm", [x(2, 1), x(2, 3), x(3, 2)], beta=0.5, double=True)
    add("torch.addmm", [t([[float("nan")]], F64), n(2, 3), n(3, 2)], beta=0)
    add("torch.addmm", [i(0, 5, 2, 2), i(0, 5, 2, 3), i(0, 5, 3, 2)], alpha=2, beta=3)
    add("torch.addmm", [n(2, dtype=BF16), n(2, 3, dtype=BF16), n(3, 2, dtype=BF16)])
    add("torch.baddbmm", [x(2, 2, 2), x(2, 2, 3), x(2, 3, 2)])
    add("torch.baddbmm", [x(2), x(2, 2, 3), x(2, 3, 2)], alpha=2.0, beta=0.5)
    for equation, *shapes_of in [
            ("ij,jk", (2, 3), (3, 2)), ("ji,jk->ik", (3, 2), (3, 2)), ("ii", (3, 3)), ("ii->i", (3, 3)), ("ij->ji", (2, 3)), ("ba", (2, 3)),
            ("ij->", (2, 3)), ("i,i->", (3,), (3,)), ("i,j", (3,), (2,)), ("ij,ij->ij", (2, 3), (2, 3)), ("ij,ij", (2, 3), (2, 3)), ("bij,bjk->bik", (2, 2, 3), (2, 3, 2)),
            ("...ij,...jk->...ik", (2, 2, 3), (2, 3, 2)), ("...ij,jk", (2, 2, 3), (3, 2)), ("...ij,...jk", (2, 1, 2, 3), (4, 3, 2)), ("i...->...", (2, 3)),
            ("...i->i...", (2, 3)), ("ij,jk,kl->il", (2, 3), (3, 2), (2, 2)), ("ij,jk,kl,lm->im", (2, 3), (3, 2), (2, 4), (4, 1)), ("bi,oij,bj->bo", (2, 2), (3, 2, 3), (2, 3)),
            ("iij->j", (2, 2, 3)), ("iij,jk->ik", (2, 2, 3), (3, 2)), ("ij,kj->ik", (2, 3), (1, 3)), ("bij,bij->b", (2, 3, 2), (1, 3, 2)), ("ab,cd->abcd", (2, 1), (1, 3)),
            ("iji->j", (2, 3, 2)), ("i->ii"[:4].replace("i->i", "i->i"), (3,)), ("ij,j", (2, 3), (3,)), ("Ab,bC", (2, 3), (3, 2)), ("ij, jk -> ik", (2, 3), (3, 2)),
            ("...,...->...", (2, 3), (3,)), (",ij->ij", (), (2, 3)), ("ijk,jil->kl", (2, 3, 2), (3, 2, 2)), ("ij,jk,ik->", (2, 3), (3, 2), (2, 2)), ("ij,k->k", (2, 3), (4,)),
            ("ij,jk->ik", (2, 1), (3, 2)), ("bhqd,bhkd->bhqk", (1, 2, 2, 3), (1, 2, 3, 3)), ("iii->i", (2, 2, 2)), ("ij,ij,ij->ij", (2, 2), (2, 2), (2, 2))]:
        add("torch.einsum", [x(*s) for s in shapes_of], equation=equation, call=lambda *a, equation: torch.einsum(equation, *a))
    add("torch.einsum", [x(2, 3), x(3, 2)], equation="ij,jk->ik", double=True, call=lambda *a, equation: torch.einsum(equation, *a))
    add("torch.einsum", [x(3, 2), x(4, 3)], equation="ij,jk->ki", strided=True, call=lambda *a, equation: torch.einsum(equation, *a))
    add("torch.einsum", [n(2, 3, dtype=F32), n(3, 2, dtype=F32)], equation="ij,jk->ik", call=lambda *a, equation: torch.einsum(equation, *a))
    add("torch.einsum", [i(0, 5, 2, 3), i(0, 5, 3, 2)], equation="ij,jk->ik", call=lambda *a, equation: torch.einsum(equation, *a))


creation()
shapes()
getitems()
indexing()
reductions()
ordered()
products()
cases.write(sys.argv[1])
