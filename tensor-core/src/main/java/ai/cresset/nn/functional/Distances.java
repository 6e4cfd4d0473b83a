package ai.cresset.nn.functional;

import ai.cresset.error.ConfigException;
import ai.cresset.error.ShapeException;
import ai.cresset.tensor.Creation;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.op.OperandCasting;
import ai.cresset.tensor.op.OperandTypes;
import ai.cresset.tensor.op.Promotion;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;

/** Distances and similarities of vectors. */
public final class Distances {
  private Distances() {}

  /**
   * {@code sum(a b) / (|a| |b|)} along a dimension; a and b broadcast.
   *
   * @param eps the least that a norm counts for
   */
  public static Tensor cosineSimilarity(Tensor a, Tensor b, int dim, double eps) {
    DType type = Promotion.common(a, b);
    OperandTypes.FLOATING.check("cosineSimilarity", type);
    Shape shape = Shape.broadcast("cosineSimilarity", a.shape(), b.shape());
    Tensor first =
        OperandCasting.ofFunction("cosineSimilarity", a.to(type)).expand(shape.toArray());
    Tensor second =
        OperandCasting.ofFunction("cosineSimilarity", b.to(type)).expand(shape.toArray());
    return first
        .div(atLeast(first.norm(2, new int[] {dim}, true), eps))
        .mul(second.div(atLeast(second.norm(2, new int[] {dim}, true), eps)))
        .sum(new int[] {dim}, false);
  }

  /** A bound that the gradient does not see, so that small vectors are still pulled apart. */
  private static Tensor atLeast(Tensor norm, double eps) {
    Tensor value = norm.detach();
    return norm.add(value.clampMin(eps).sub(value));
  }

  /**
   * The p-norm of {@code a - b + eps} along the last dimension; a and b broadcast.
   *
   * @return {@code [...]}, or {@code [..., 1]} with {@code keepDim}
   */
  public static Tensor pairwiseDistance(Tensor a, Tensor b, double p, double eps, boolean keepDim) {
    return a.sub(b).add(eps).norm(p, new int[] {-1}, keepDim);
  }

  /** {@link #pairwiseDistance(Tensor, Tensor, double, double, boolean)} with p = 2, eps = 1e-6. */
  public static Tensor pairwiseDistance(Tensor a, Tensor b) {
    return pairwiseDistance(a, b, 2, 1e-6, false);
  }

  /**
   * The p-norms of the differences of all pairs of rows ({@code torch.cdist}).
   *
   * @param a {@code [..., n, size]}, float32 or float64
   * @param b {@code [..., m, size]}
   * @param p at least 0, may be infinite
   * @return {@code [..., n, m]}
   */
  public static Tensor cdist(Tensor a, Tensor b, double p) {
    if (a.rank() < 2 || b.rank() < 2 || a.size(-1) != b.size(-1)) {
      throw ShapeException.mismatch(
          "cdist", "[..., n, size] and [..., m, size]", a.shape() + " and " + b.shape());
    }
    if (!(p >= 0)) {
      throw ConfigException.value("cdist.p", p, "a number of at least 0");
    }
    DType type = Promotion.common(a, b);
    OperandTypes.FLOATING.check("cdist", type);
    Tensor rows = OperandCasting.ofFunction("cdist", a.to(type));
    Tensor columns = OperandCasting.ofFunction("cdist", b.to(type));
    return rows.unsqueeze(-2).sub(columns.unsqueeze(-3)).norm(p, new int[] {-1}, false);
  }

  /** Euclidean {@link #cdist(Tensor, Tensor, double)}. */
  public static Tensor cdist(Tensor a, Tensor b) {
    return cdist(a, b, 2);
  }

  /**
   * The p-norms of the differences of all pairs of different rows ({@code F.pdist}): those above
   * the diagonal of {@link #cdist(Tensor, Tensor, double)}, row by row.
   *
   * @param x {@code [n, size]}, float32 or float64
   * @return {@code [n (n - 1) / 2]}
   */
  public static Tensor pdist(Tensor x, double p) {
    if (x.rank() != 2) {
      throw ShapeException.mismatch("pdist", "[n, size]", x.shape());
    }
    if (!(p >= 0)) {
      throw ConfigException.value("pdist.p", p, "a number of at least 0");
    }
    OperandTypes.FLOATING.check("pdist", x.dtype());
    Tensor pairs = Creation.triuIndices(x.size(0), x.size(0), 1).to(x.device());
    Tensor first = x.indexSelect(0, pairs.select(0, 0));
    return first.sub(x.indexSelect(0, pairs.select(0, 1))).norm(p, new int[] {-1}, false);
  }

  /** Euclidean {@link #pdist(Tensor, double)}. */
  public static Tensor pdist(Tensor x) {
    return pdist(x, 2);
  }

  /**
   * x over its p-norm along a dimension.
   *
   * @param eps the least that a norm counts for
   */
  public static Tensor normalize(Tensor x, double p, int dim, double eps) {
    OperandTypes.FLOATING.check("normalize", x.dtype());
    return x.div(x.norm(p, new int[] {dim}, true).clampMin(eps));
  }

  /** {@link #normalize(Tensor, double, int, double)} with p = 2 and eps = 1e-12. */
  public static Tensor normalize(Tensor x, int dim) {
    return normalize(x, 2, dim, 1e-12);
  }
}
