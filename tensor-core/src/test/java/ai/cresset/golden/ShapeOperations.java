package ai.cresset.golden;

import static ai.cresset.golden.GoldenOperations.binary;
import static ai.cresset.golden.GoldenOperations.one;
import static ai.cresset.golden.GoldenOperations.several;
import static ai.cresset.golden.GoldenOperations.unary;

import ai.cresset.tensor.Creation;
import ai.cresset.tensor.EmbeddingBag;
import ai.cresset.tensor.Functional;
import ai.cresset.tensor.GridIndexing;
import ai.cresset.tensor.Ranked;
import ai.cresset.tensor.ScatterReduction;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.Unique;
import ai.cresset.type.DType;
import ai.cresset.type.Device;
import ai.cresset.type.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** PyTorch's names of creation, shapes, indexing, reductions, order and products. */
final class ShapeOperations {
  private ShapeOperations() {}

  static void register() {
    creation();
    shapes();
    parts();
    indexing();
    reductions();
    order();
    products();
  }

  private static void creation() {
    one(
        "torch.arange",
        a ->
            a.number(0) instanceof Integer
                ? Creation.arange(a.integer(0), a.integer(1), a.integer(2), Device.CPU)
                : Creation.arange(
                    a.number(0).doubleValue(),
                    a.number(1).doubleValue(),
                    a.number(2).doubleValue(),
                    Device.CPU));
    one(
        "torch.linspace",
        a ->
            Creation.linspace(
                a.number(0).doubleValue(), a.number(1).doubleValue(), a.integer(2), Device.CPU));
    one(
        "torch.logspace",
        a ->
            Creation.logspace(
                a.number(0).doubleValue(),
                a.number(1).doubleValue(),
                a.integer(2),
                a.number("base", 10)));
    one("torch.eye", a -> Creation.eye(a.integer(0), a.has(1) ? a.integer(1) : a.integer(0)));
    one(
        "torch.full",
        a ->
            Tensor.full(
                new Spec(
                    Shape.of(a.integers(0)),
                    a.number(1) instanceof Integer ? DType.INT64 : DType.FLOAT32,
                    Device.CPU),
                a.number(1).doubleValue()));
    one(
        "torch.tril_indices",
        a -> Creation.trilIndices(a.integer(0), a.integer(1), a.has(2) ? a.integer(2) : 0));
    one(
        "torch.triu_indices",
        a -> Creation.triuIndices(a.integer(0), a.integer(1), a.has(2) ? a.integer(2) : 0));
    several(
        "torch.meshgrid",
        a -> {
          List<Tensor> vectors = new ArrayList<>();
          for (int i = 0; a.has(i); i++) {
            vectors.add(a.tensor(i));
          }
          String indexing = a.text("indexing", "ij").toUpperCase(Locale.ROOT);
          return Functional.meshgrid(
              GridIndexing.valueOf(indexing), vectors.toArray(new Tensor[0]));
        });
  }

  private static void shapes() {
    one("torch.reshape", a -> a.tensor(0).reshape(a.integers(1)));
    one("Tensor.t.reshape", a -> a.tensor(0).t().reshape(a.integers(1)));
    one("Tensor.expand", a -> a.tensor(0).expand(a.integers(1)));
    one("Tensor.repeat", a -> a.tensor(0).repeat(a.integers(1)));
    one("torch.permute", a -> a.tensor(0).permute(ints(a.integers(1))));
    one("torch.transpose", a -> a.tensor(0).transpose(a.integer(1), a.integer(2)));
    one("torch.swapaxes", a -> a.tensor(0).swapaxes(a.integer(1), a.integer(2)));
    unary("torch.t", Tensor::t);
    one("torch.movedim", a -> a.tensor(0).movedim(ints(a.integers(1)), ints(a.integers(2))));
    one(
        "torch.squeeze",
        a -> {
          if (!a.has(1)) {
            return a.tensor(0).squeeze();
          }
          int[] dims = ints(a.integers(1));
          int[] more = Arrays.copyOfRange(dims, 1, dims.length);
          return a.tensor(0).squeeze(dims[0], more);
        });
    one("torch.unsqueeze", a -> a.tensor(0).unsqueeze(a.integer(1)));
    one(
        "torch.flatten",
        a -> a.tensor(0).flatten(a.has(1) ? a.integer(1) : 0, a.has(2) ? a.integer(2) : -1));
    one("torch.unflatten", a -> a.tensor(0).unflatten(a.integer(1), a.integers(2)));
    one("torch.flip", a -> a.tensor(0).flip(ints(a.integers(1))));
    one(
        "torch.roll",
        a ->
            a.has(2)
                ? a.tensor(0).roll(a.integers(1), ints(a.integers(2)))
                : a.tensor(0).roll(a.integer(1)));
    one(
        "torch.repeat_interleave",
        a -> {
          Tensor x = a.tensor(0);
          if (a.isTensor(1)) {
            return x.repeatInterleave(a.tensor(1), a.dim(0));
          }
          return a.given("dim")
              ? x.repeatInterleave(a.integer(1), a.dim(0))
              : x.repeatInterleave(a.integer(1));
        });
    one("torch.tril", a -> a.tensor(0).tril(a.has(1) ? a.integer(1) : 0));
    one("torch.triu", a -> a.tensor(0).triu(a.has(1) ? a.integer(1) : 0));
    one("torch.diag", a -> a.tensor(0).diag(a.has(1) ? a.integer(1) : 0));
    one(
        "torch.diagonal",
        a ->
            a.tensor(0)
                .diagonal(
                    (long) a.number("offset", 0),
                    (int) a.number("dim1", 0),
                    (int) a.number("dim2", 1)));
    one("Tensor.unfold", a -> a.tensor(0).unfold(a.integer(1), a.integer(2), a.integer(3)));
  }

  private static void parts() {
    one("torch.stack", a -> Functional.stack(a.tensors(0), a.dim(0)));
    one("torch.cat", a -> Functional.cat(a.tensors(0), a.dim(0)));
    several(
        "torch.split",
        a ->
            a.isArray(1)
                ? a.tensor(0).split(a.integers(1), a.dim(0))
                : a.tensor(0).split((long) a.integer(1), a.dim(0)));
    several("torch.chunk", a -> a.tensor(0).chunk(a.integer(1), a.dim(0)));
    several("torch.unbind", a -> a.tensor(0).unbind(a.has(1) ? a.integer(1) : a.dim(0)));
  }

  private static int[] ints(long[] values) {
    int[] result = new int[values.length];
    for (int i = 0; i < values.length; i++) {
      result[i] = (int) values[i];
    }
    return result;
  }

  private static void indexing() {
    one("torch.select", a -> a.tensor(0).select(a.integer(1), a.integer(2)));
    one("torch.narrow", a -> a.tensor(0).narrow(a.integer(1), a.integer(2), a.integer(3)));
    one(
        "Tensor.getitem",
        a -> {
          List<Tensor> given = new ArrayList<>();
          for (int i = 1; a.has(i); i++) {
            given.add(a.tensor(i));
          }
          return a.tensor(0).get(a.text("spec", ""), given.toArray(new Tensor[0]));
        });
    one("torch.gather", a -> a.tensor(0).gather(a.integer(1), a.tensor(2)));
    one(
        "torch.scatter",
        a -> {
          Tensor x = a.tensor(0);
          int dim = a.integer(1);
          Tensor index = a.tensor(2);
          if (!a.isTensor(3)) {
            return x.scatter(dim, index, a.number(3).doubleValue());
          }
          return switch (a.text("reduce", "none")) {
            case "add" -> x.scatterReduce(dim, index, a.tensor(3), ScatterReduction.SUM);
            case "multiply" -> x.scatterReduce(dim, index, a.tensor(3), ScatterReduction.PROD);
            default -> x.scatter(dim, index, a.tensor(3));
          };
        });
    one(
        "torch.scatter_reduce",
        a ->
            a.tensor(0)
                .scatterReduce(
                    a.integer(1),
                    a.tensor(2),
                    a.tensor(3),
                    ScatterReduction.valueOf(a.text("reduce", "sum").toUpperCase(Locale.ROOT)),
                    !a.given("include_self") || a.flag("include_self")));
    one("torch.scatter_add", a -> a.tensor(0).scatterAdd(a.integer(1), a.tensor(2), a.tensor(3)));
    one(
        "torch.index_add",
        a -> a.tensor(0).indexAdd(a.integer(1), a.tensor(2), a.tensor(3), a.number("alpha", 1)));
    one("torch.index_select", a -> a.tensor(0).indexSelect(a.integer(1), a.tensor(2)));
    one(
        "torch.index_fill",
        a -> a.tensor(0).indexFill(a.integer(1), a.tensor(2), a.number(3).doubleValue()));
    one("torch.index_copy", a -> a.tensor(0).indexCopy(a.integer(1), a.tensor(2), a.tensor(3)));
    one(
        "torch.index_put",
        a -> a.tensor(0).indexPut(a.tensors(1), a.tensor(2), a.flag("accumulate")));
    one(
        "torch.masked_fill",
        a ->
            a.isTensor(2)
                ? a.tensor(0).maskedFill(a.tensor(1), a.tensor(2))
                : a.tensor(0).maskedFill(a.tensor(1), a.number(2).doubleValue()));
    binary("torch.masked_select", Tensor::maskedSelect);
    one("torch.masked_scatter", a -> a.tensor(0).maskedScatter(a.tensor(1), a.tensor(2)));
    binary("torch.take", Tensor::take);
    one(
        "torch.take_along_dim",
        a ->
            a.given("dim")
                ? a.tensor(0).takeAlongDim(a.tensor(1), a.dim(0))
                : a.tensor(0).takeAlongDim(a.tensor(1)));
    several(
        "torch.where",
        a -> a.has(1) ? List.of(FunctionOperations.where(a)) : Functional.where(a.tensor(0)));
    one(
        "F.one_hot",
        a -> {
          long classes = (long) a.number("num_classes", -1);
          return classes < 0
              ? Functional.oneHot(a.tensor(0))
              : Functional.oneHot(a.tensor(0), classes);
        });
    one(
        "F.embedding_bag",
        a -> {
          EmbeddingBag mode = EmbeddingBag.valueOf(a.text("mode", "mean").toUpperCase(Locale.ROOT));
          if (!a.has(2)) {
            return mode.of(a.tensor(0), a.tensor(1));
          }
          return mode.of(
              a.tensor(0),
              a.tensor(1),
              a.tensor(2),
              a.given("per_sample_weights") ? a.tensor("per_sample_weights") : null,
              (long) a.number("padding_idx", EmbeddingBag.NO_PADDING),
              a.flag("include_last_offset"));
        });
  }

  private static void reductions() {
    one("torch.sum", a -> a.tensor(0).sum(a.dims(), a.keepDim()));
    one("torch.mean", a -> a.tensor(0).mean(a.dims(), a.keepDim()));
    one("torch.prod", a -> a.tensor(0).prod(a.dims(), a.keepDim()));
    one("torch.amax", a -> a.tensor(0).amax(a.dims(), a.keepDim()));
    one("torch.amin", a -> a.tensor(0).amin(a.dims(), a.keepDim()));
    one("torch.any", a -> a.tensor(0).any(a.dims(), a.keepDim()));
    one("torch.all", a -> a.tensor(0).all(a.dims(), a.keepDim()));
    one("torch.logsumexp", a -> a.tensor(0).logSumExp(a.dims(), a.keepDim()));
    one("torch.cumsum", a -> a.tensor(0).cumsum(a.dim(0)));
    one("torch.cumprod", a -> a.tensor(0).cumprod(a.dim(0)));
    one("torch.std", a -> a.tensor(0).std(a.dims(), a.number("correction", 1), a.keepDim()));
    one("torch.var", a -> a.tensor(0).var(a.dims(), a.number("correction", 1), a.keepDim()));
    one("torch.norm", ShapeOperations::norm);
    one("torch.count_nonzero", a -> a.tensor(0).countNonzero(a.dims()));
    unary("torch.nonzero", Tensor::nonzero);
    one(
        "torch.bincount",
        a ->
            a.tensor(0)
                .bincount(
                    a.given("weights") ? a.tensor("weights") : null,
                    (long) a.number("minlength", 0)));
    one(
        "torch.histc",
        a ->
            a.tensor(0).histc((int) a.number("bins", 100), a.number("min", 0), a.number("max", 0)));
    several(
        "torch.unique",
        a -> {
          boolean inverse = a.flag("return_inverse");
          boolean counts = a.flag("return_counts");
          Tensor x = a.tensor(0);
          return chosen(
              a.given("dim") ? x.unique(a.dim(0)) : x.uniqueWithCounts(), inverse, counts);
        });
    several(
        "torch.unique_consecutive",
        a ->
            chosen(
                a.tensor(0).uniqueConsecutive(),
                a.flag("return_inverse"),
                a.flag("return_counts")));
  }

  private static List<Tensor> chosen(Unique unique, boolean inverse, boolean counts) {
    List<Tensor> outputs = new ArrayList<>(List.of(unique.values()));
    if (inverse) {
      outputs.add(unique.inverse());
    }
    if (counts) {
      outputs.add(unique.counts());
    }
    return outputs;
  }

  private static Tensor norm(GoldenArguments a) {
    String p = a.text("p", "2");
    return switch (p) {
      case "fro", "inf", "-inf" -> a.tensor(0).norm(p, a.dims(), a.keepDim());
      default -> a.tensor(0).norm(Double.parseDouble(p), a.dims(), a.keepDim());
    };
  }

  private static void order() {
    one(
        "torch.argmax",
        a -> a.given("dim") ? a.tensor(0).argmax(a.dim(0), a.keepDim()) : a.tensor(0).argmax());
    one(
        "torch.argmin",
        a -> a.given("dim") ? a.tensor(0).argmin(a.dim(0), a.keepDim()) : a.tensor(0).argmin());
    several(
        "torch.max",
        a ->
            a.given("dim")
                ? both(a.tensor(0).max(a.dim(0), a.keepDim()))
                : a.has(1)
                    ? List.of(a.tensor(0).maximum(a.tensor(1)))
                    : List.of(a.tensor(0).max()));
    several(
        "torch.min",
        a ->
            a.given("dim")
                ? both(a.tensor(0).min(a.dim(0), a.keepDim()))
                : a.has(1)
                    ? List.of(a.tensor(0).minimum(a.tensor(1)))
                    : List.of(a.tensor(0).min()));
    several(
        "torch.median",
        a ->
            a.given("dim")
                ? both(a.tensor(0).median(a.dim(0), a.keepDim()))
                : List.of(a.tensor(0).median()));
    several("torch.cummax", a -> both(a.tensor(0).cummax(a.dim(0))));
    several("torch.cummin", a -> both(a.tensor(0).cummin(a.dim(0))));
    several(
        "torch.sort",
        a -> {
          a.flag("stable");
          return both(a.tensor(0).sort(a.dim(-1), a.flag("descending")));
        });
    one(
        "torch.argsort",
        a -> {
          a.flag("stable");
          return a.tensor(0).argsort(a.dim(-1), a.flag("descending"));
        });
    several(
        "torch.topk",
        a ->
            both(
                a.tensor(0)
                    .topk(
                        a.has(1) ? a.integer(1) : (long) a.number("k", 1),
                        a.dim(-1),
                        !a.given("largest") || a.flag("largest"))));
    several(
        "torch.kthvalue",
        a ->
            both(
                a.tensor(0)
                    .kthvalue(
                        a.has(1) ? a.integer(1) : (long) a.number("k", 1),
                        a.dim(-1),
                        a.keepDim())));
    one("torch.searchsorted", a -> a.tensor(0).searchSorted(a.tensor(1), a.flag("right")));
    one("torch.bucketize", a -> a.tensor(1).searchSorted(a.tensor(0), a.flag("right")));
  }

  private static List<Tensor> both(Ranked ranked) {
    return List.of(ranked.values(), ranked.indices());
  }

  private static void products() {
    binary("torch.matmul", Tensor::matmul);
    binary("torch.bmm", Tensor::bmm);
    binary("torch.mm", Tensor::mm);
    binary("torch.mv", Tensor::mv);
    binary("torch.dot", Tensor::dot);
    binary("torch.outer", Tensor::outer);
    one("Tensor.t.matmul", a -> a.tensor(0).t().matmul(a.tensor(1)));
    one(
        "torch.addmm",
        a ->
            a.tensor(0).addmm(a.tensor(1), a.tensor(2), a.number("beta", 1), a.number("alpha", 1)));
    one(
        "torch.baddbmm",
        a ->
            a.tensor(0)
                .baddbmm(a.tensor(1), a.tensor(2), a.number("beta", 1), a.number("alpha", 1)));
    one(
        "torch.einsum",
        a -> {
          List<Tensor> operands = new ArrayList<>();
          for (int i = 0; a.has(i); i++) {
            operands.add(a.tensor(i));
          }
          return Functional.einsum(a.text("equation", ""), operands.toArray(new Tensor[0]));
        });
  }
}
