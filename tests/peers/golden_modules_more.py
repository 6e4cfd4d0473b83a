"""Writes golden cases of modules beside those of golden_modules.py: losses, packed sequences, lazy modules, containers,
attention with all its settings, tables of vectors.

    python golden_modules_more.py ../../tensor-core/src/test/resources/golden/modules-more

`packed(nn.LSTM)` and its kin are called with a padded sequence, which they pack, and give a padded one; `nn.Sequential`
and other containers hold the layers that their config names.
"""
import sys
import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence
import golden_modules
from golden_modules import add, write

torch.manual_seed(12)


def losses():
    x, y = (4, 3), torch.randn(4, 3)
    ordered = torch.tensor([2, 0, 1, 2])
    probabilities = torch.rand(4, 3)
    signs = torch.tensor([1.0, -1.0, 1.0, -1.0])
    weight = torch.tensor([0.5, 2.0, 1.5])
    vectors = [(4, 3), (4, 3), (4, 3)]
    for reduction in ("none", "sum", "mean"):
        for name, inputs, config in (
                ("L1Loss", [x, y], {}), ("MSELoss", [x, y], {}), ("SmoothL1Loss", [x, y], dict(beta=0.5)),
                ("HuberLoss", [x, y], dict(delta=0.7)), ("SoftMarginLoss", [x, torch.sign(y)], {}),
                ("BCELoss", [probabilities, torch.rand(4, 3)], dict(weight=weight)),
                ("BCEWithLogitsLoss", [x, torch.rand(4, 3)], dict(weight=weight, pos_weight=weight + 1)),
                ("KLDivLoss", [x, probabilities], dict(log_target=False)),
                ("KLDivLoss", [x, y], dict(log_target=True)),
                ("PoissonNLLLoss", [x, torch.rand(4, 3) * 3], dict(log_input=True, full=True)),
                ("PoissonNLLLoss", [probabilities, torch.rand(4, 3) * 3], dict(log_input=False, eps=1e-6)),
                ("GaussianNLLLoss", [x, y, torch.rand(4, 3) + 0.1], dict(full=True)),
                ("HingeEmbeddingLoss", [x, torch.sign(y)], dict(margin=0.5)),
                ("MarginRankingLoss", [(4,), (4,), signs], dict(margin=0.2)),
                ("CosineEmbeddingLoss", [x, (4, 3), signs], dict(margin=0.1)),
                ("TripletMarginLoss", vectors, dict(margin=0.8, p=1.5, swap=True)),
                ("TripletMarginWithDistanceLoss", vectors, dict(margin=0.8, swap=True)),
                ("TripletMarginWithDistanceLoss", vectors, {}),
                ("MultiMarginLoss", [x, ordered], dict(p=2, margin=0.6, weight=weight)),
                ("MultiLabelMarginLoss", [x, torch.tensor([[0, 2, -1], [1, -1, 0], [2, 1, 0], [-1, 0, 0]])], {}),
                ("MultiLabelSoftMarginLoss", [x, probabilities], dict(weight=weight)),
                ("NLLLoss", [x, ordered], dict(weight=weight)),
                ("NLLLoss", [(2, 3, 2, 2), torch.tensor([[[0, 1], [2, 2]], [[1, 1], [0, 2]]])],
                 dict(ignore_index=2)),
                ("CTCLoss", [torch.randn(6, 2, 4).log_softmax(-1), torch.tensor([[1, 2], [3, 3]]),
                             torch.tensor([6, 5]), torch.tensor([2, 1])], dict(blank=0)),
                ("LinearCrossEntropyLoss", [(4, 5), ordered], dict(in_features=5, num_classes=3)),
                ("LinearCrossEntropyLoss", [(2, 5), torch.randint(0, 3, (2, 2, 2))],
                 dict(in_features=5, num_classes=3, out_features=[2, 2], bias=True, weight=weight,
                      label_smoothing=0.1))):
            number = sum(case["module"] == "nn." + name for case in golden_modules.cases)
            make = None
            if name == "LinearCrossEntropyLoss":
                make = lambda out_features=(), **config: nn.LinearCrossEntropyLoss(
                    out_features=tuple(out_features), **config)
            targets = [i for i, each in enumerate(inputs) if i and isinstance(each, torch.Tensor)]
            add(f"{name}_{number}", "nn." + name, inputs, make=make, constants=targets, reduction=reduction, **config)
        cross_entropy(reduction, weight)
    add("kl_batch_mean", "nn.KLDivLoss", [x, probabilities], constants=[1], reduction="batchmean")
    add("adaptive_softmax", "nn.AdaptiveLogSoftmaxWithLoss", [(7, 8), torch.tensor([0, 9, 3, 4, 1, 6, 5])],
        in_features=8, n_classes=10, cutoffs=[2, 5], div_value=2.0)
    add("adaptive_softmax_bias", "nn.AdaptiveLogSoftmaxWithLoss", [(3, 8), torch.tensor([0, 1, 1])],
        in_features=8, n_classes=10, cutoffs=[4], head_bias=True)
    add("adaptive_softmax_single", "nn.AdaptiveLogSoftmaxWithLoss", [(8,), torch.tensor(7)],
        in_features=8, n_classes=10, cutoffs=[4, 6], div_value=2.0)
    for call in ("log_prob", "predict"):
        add("adaptive_softmax_" + call, f"{call}(nn.AdaptiveLogSoftmaxWithLoss)", [(6, 8)],
            make=nn.AdaptiveLogSoftmaxWithLoss, run=lambda built, x: getattr(built, call)(x),
            in_features=8, n_classes=10, cutoffs=[2, 5], div_value=2.0)


def cross_entropy(reduction, weight):
    """Shapes of PyTorch: classes at dim 1, for each place after it a target."""
    for number, (shape, target) in enumerate((((3,), torch.tensor(1)), ((4, 3), torch.tensor([0, 2, -100, 1])),
                                              ((2, 3, 4), torch.randint(0, 3, (2, 4))),
                                              ((2, 3, 2, 3), torch.randint(0, 3, (2, 2, 3))),
                                              ((2, 3, 2, 1, 2), torch.randint(0, 3, (2, 2, 1, 2))))):
        for smoothing in (0.0, 0.2):
            for each in (None, weight):
                config = dict(reduction=reduction, label_smoothing=smoothing)
                config.update({} if each is None else dict(weight=each))
                name = f"cross_entropy_{number}_{smoothing}_{each is not None}_{reduction}"
                add(name, "nn.CrossEntropyLoss", [shape, target], **config)
                if number == 0 or number == 2:
                    soft = torch.rand(shape).softmax(0 if len(shape) == 1 else 1)
                    add(name + "_soft", "nn.CrossEntropyLoss", [shape, soft], **config)
    add(f"cross_entropy_ignored_{reduction}", "nn.CrossEntropyLoss", [(2, 3, 4), torch.randint(0, 3, (2, 4))],
        reduction=reduction, ignore_index=1, weight=weight)


def packed():
    """Sequences of several lengths, in any order."""
    def run(lengths, enforce_sorted, batch_first):
        def call(built, x, *states):
            packed = pack_padded_sequence(x, lengths, batch_first=batch_first, enforce_sorted=enforce_sorted)
            given = () if not states else ((tuple(states),) if len(states) == 2 else states)
            output, last = built(packed, *given)
            return [pad_packed_sequence(output, batch_first=batch_first)[0], last]
        return call

    number = 0
    for module in ("RNN", "GRU", "LSTM"):
        for layers in (1, 2):
            for both in (False, True):
                for lengths, in_order in (([4, 3, 1], True), ([1, 4, 2], False), ([3, 3, 3], True)):
                    number += 1
                    first = number % 2 == 0
                    config = dict(input_size=2, hidden_size=3, num_layers=layers, bidirectional=both,
                                  batch_first=first, bias=number % 5 != 0)
                    if module == "RNN" and number % 3 == 0:
                        config["nonlinearity"] = "relu"
                    if module == "LSTM" and number % 3 == 0:
                        config["proj_size"] = 2
                    steps = max(lengths)
                    shapes = [(3, steps, 2) if first else (steps, 3, 2)]
                    if number % 4 < 2:
                        rows = layers * (2 if both else 1)
                        shapes += [(rows, 3, config.get("proj_size", 3))]
                        shapes += [(rows, 3, 3)] if module == "LSTM" else []
                    add(f"packed_{module.lower()}_{number}", f"packed(nn.{module})", shapes,
                        make=lambda lengths, enforce_sorted, kind=getattr(nn, module), **config: kind(**config),
                        run=run(lengths, in_order, first), lengths=lengths, enforce_sorted=in_order, **config)


def lazy():
    add("lazy_linear", "nn.LazyLinear", [(4, 3)], out_features=2)
    add("lazy_linear_nobias", "nn.LazyLinear", [(2, 4, 3)], out_features=2, bias=False)
    for dims, sizes in ((1, (6,)), (2, (5, 4)), (3, (3, 4, 3))):
        shape = (2, 4) + sizes
        add(f"lazy_conv{dims}d", f"nn.LazyConv{dims}d", [shape], out_channels=2, kernel_size=2, stride=2, padding=1)
        add(f"lazy_conv{dims}d_groups", f"nn.LazyConv{dims}d", [shape], out_channels=4, kernel_size=2, groups=2,
            bias=False, padding_mode="replicate", padding=1)
        add(f"lazy_conv_transpose{dims}d", f"nn.LazyConvTranspose{dims}d", [shape], out_channels=2, kernel_size=2,
            stride=2)
        for kind in ("Batch", "Instance"):
            for train in (True, False):
                add(f"lazy_{kind}_norm{dims}d", f"nn.Lazy{kind}Norm{dims}d", [shape], train=train, affine=True,
                    track_running_stats=True, momentum=0.3)


def attention():
    weights = ("none", "averaged", "per_head")

    def run(needed):
        return lambda built, *x: [out for out in built(
            *x, need_weights=needed != "none", average_attn_weights=needed != "per_head") if out is not None]

    number = 0
    for needed in weights:
        for bias_kv in (False, True):
            for zero in (False, True):
                for sizes in (False, True):
                    number += 1
                    first = number % 2 == 0
                    config = dict(embed_dim=8, num_heads=2, add_bias_kv=bias_kv, add_zero_attn=zero,
                                  batch_first=first, bias=number % 3 != 0)
                    config.update(dict(kdim=6, vdim=4) if sizes else {})
                    shape = lambda length, width: (3, length, width) if first else (length, 3, width)
                    shapes = [shape(4, 8), shape(5, config.get("kdim", 8)), shape(5, config.get("vdim", 8))]
                    make = lambda weights, **config: nn.MultiheadAttention(**config)
                    add(f"attention_{number}", "nn.MultiheadAttention", shapes, make=make, run=run(needed),
                        weights=needed, **config)
    make = lambda weights, **config: nn.MultiheadAttention(**config)
    add("attention_unbatched", "nn.MultiheadAttention", [(4, 8), (5, 8), (5, 8)], make=make, run=run("per_head"),
        weights="per_head", embed_dim=8, num_heads=4, add_bias_kv=True)
    masked = dict(embed_dim=8, num_heads=2, add_bias_kv=True, add_zero_attn=True)
    hidden = torch.tensor([[False, True, False, False, True]] * 3)
    pairs = torch.ones(4, 5, dtype=torch.bool).triu(2)
    add("attention_masked", "masked(nn.MultiheadAttention)", [(4, 3, 8), (5, 3, 8), (5, 3, 8), pairs, hidden],
        make=nn.MultiheadAttention,
        run=lambda built, q, k, v, pairs, hidden: list(built(q, k, v, key_padding_mask=hidden, attn_mask=pairs)),
        **masked)

    def stack(kind, layer):
        return lambda num_layers, norm, **config: kind(
            layer(**config), num_layers, nn.LayerNorm(config["d_model"]) if norm else None)

    config = dict(d_model=8, nhead=2, dim_feedforward=6, dropout=0.0, num_layers=2)
    for norm in (False, True):
        add(f"encoder_{norm}", "nn.TransformerEncoder", [(4, 2, 8)], norm=norm,
            make=stack(nn.TransformerEncoder, nn.TransformerEncoderLayer), **config)
        add(f"decoder_{norm}", "nn.TransformerDecoder", [(4, 2, 8), (5, 2, 8)], norm=norm,
            make=stack(nn.TransformerDecoder, nn.TransformerDecoderLayer), **config)


def tables():
    rows = torch.tensor([[0, 3, 5], [5, 3, 3]])
    add("embedding_max_norm", "nn.Embedding", [rows], num_embeddings=6, embedding_dim=4, max_norm=0.8)
    add("embedding_max_norm_1", "nn.Embedding", [rows], num_embeddings=6, embedding_dim=4, max_norm=1.5, norm_type=1.0)
    add("embedding_scaled", "nn.Embedding", [rows], num_embeddings=6, embedding_dim=4, scale_grad_by_freq=True)
    add("embedding_scaled_padding", "nn.Embedding", [rows], num_embeddings=6, embedding_dim=4, padding_idx=0,
        scale_grad_by_freq=True)
    for mode in ("sum", "mean", "max"):
        for padding in (None, 3):
            config = dict(num_embeddings=6, embedding_dim=4, mode=mode, padding_idx=padding)
            add(f"bag_{mode}_{padding}", "nn.EmbeddingBag", [rows], **config)
            add(f"bag_{mode}_{padding}_offsets", "nn.EmbeddingBag", [rows.flatten(), torch.tensor([0, 2, 2])], **config)
        add(f"bag_{mode}_last", "nn.EmbeddingBag", [rows.flatten(), torch.tensor([0, 1, 6])], num_embeddings=6,
            embedding_dim=4, mode=mode, include_last_offset=True)
        add(f"bag_{mode}_max_norm", "nn.EmbeddingBag", [rows], num_embeddings=6, embedding_dim=4, mode=mode,
            max_norm=0.7)
        if mode != "max":
            add(f"bag_{mode}_scaled", "nn.EmbeddingBag", [rows.flatten(), torch.tensor([0, 4])], num_embeddings=6,
                embedding_dim=4, mode=mode, scale_grad_by_freq=True)
    add("bag_weighted", "nn.EmbeddingBag", [rows.flatten(), torch.tensor([0, 4]), (6,)], num_embeddings=6,
        embedding_dim=4, mode="sum")


def images():
    for dims, sizes in ((1, (8,)), (2, (6, 8)), (3, (4, 6, 4))):
        shape = (2, 2) + sizes
        pool = getattr(nn.functional, f"max_pool{dims}d")
        values, indices = pool(torch.randn(shape), 2, return_indices=True)
        add(f"max_unpool{dims}d", f"nn.MaxUnpool{dims}d", [values, indices], kernel_size=2)
        values, indices = pool(torch.randn(shape), 3, stride=2, padding=1, return_indices=True)
        add(f"max_unpool{dims}d_set", f"nn.MaxUnpool{dims}d", [values, indices], kernel_size=3, stride=2, padding=1,
            make=lambda output_size, kind=getattr(nn, f"MaxUnpool{dims}d"), **config: kind(**config),
            run=lambda built, values, indices: built(values, indices, output_size=list(sizes)),
            output_size=list(sizes))
    for dims, sizes in ((2, (7, 9)), (3, (5, 6, 7))):
        def make(kind=getattr(nn, f"FractionalMaxPool{dims}d"), **config):
            return kind(**config)

        def run(built, x, samples):
            built._random_samples = samples
            output = built(x)
            built._random_samples = None
            return output

        # Samples are in [0, 1) and have no gradient.
        samples = torch.rand(2, 3, dims).detach()
        shape = (2, 3) + sizes
        for name, config in (("size", dict(kernel_size=2, output_size=3)), ("ratio", dict(kernel_size=2, output_ratio=0.5)),
                             ("sizes", dict(kernel_size=[3, 2, 2][:dims], output_size=[2, 4, 3][:dims]))):
            add(f"fractional_max_pool{dims}d_{name}", f"nn.FractionalMaxPool{dims}d", [shape, samples], make=make,
                run=run, constants=[1], **config)
    add("feature_alpha_dropout", "nn.FeatureAlphaDropout", [(2, 3, 4)], train=False, p=0.3)
    add("upsampling_nearest", "nn.UpsamplingNearest2d", [(1, 2, 3, 4)], scale_factor=2)
    add("upsampling_nearest_size", "nn.UpsamplingNearest2d", [(1, 2, 3, 4)], size=[5, 3])
    add("upsampling_bilinear", "nn.UpsamplingBilinear2d", [(1, 2, 3, 4)], scale_factor=2)
    add("upsampling_bilinear_size", "nn.UpsamplingBilinear2d", [(1, 2, 3, 4)], size=[5, 3])
    add("cosine_similarity", "nn.CosineSimilarity", [(4, 3), (4, 3)], dim=0, eps=1e-6)
    add("pairwise_distance", "nn.PairwiseDistance", [(4, 3), (4, 3)], p=1.5, keepdim=True)
    for train in (True, False):
        add("sync_batch_norm", "nn.SyncBatchNorm", [(3, 2, 4)], train=train, num_features=2, momentum=0.2)


class Held(nn.Module):
    """Runs what a container holds, one after the other."""

    def __init__(self, kind, sizes):
        super().__init__()
        layers = [nn.Linear(a, b) for a, b in zip(sizes, sizes[1:])]
        vectors = [torch.zeros(n) for n in sizes]
        self.held = {"ModuleList": lambda: nn.ModuleList(layers),
                     "ModuleDict": lambda: nn.ModuleDict({f"part{i}": layer for i, layer in enumerate(layers)}),
                     "ParameterList": lambda: nn.ParameterList(vectors),
                     "ParameterDict": lambda: nn.ParameterDict({f"part{i}": v for i, v in enumerate(vectors)}),
                     }[kind]()

    def forward(self, x):
        for each in self.held.values() if hasattr(self.held, "values") else self.held:
            x = each(x) if isinstance(each, nn.Module) else x * each.sum()
        return x


def containers():
    add("sequential", "nn.Sequential", [(4, 3)], make=lambda sizes: nn.Sequential(
        nn.Linear(*sizes[:2]), nn.ReLU(), nn.Linear(*sizes[1:])), sizes=[3, 5, 2])
    for kind in ("ModuleList", "ModuleDict", "ParameterList", "ParameterDict"):
        add(kind, "nn." + kind, [(4, 3)], make=lambda sizes: Held(kind, sizes), sizes=[3, 5, 2])


losses()
packed()
lazy()
attention()
tables()
images()
containers()
write(sys.argv[1])
