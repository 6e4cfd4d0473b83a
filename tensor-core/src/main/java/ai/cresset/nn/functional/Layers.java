package ai.cresset.nn.functional;

import ai.cresset.error.ConfigException;
import ai.cresset.error.ShapeException;
import ai.cresset.memory.Scope;
import ai.cresset.random.Generator;
import ai.cresset.tensor.Creation;
import ai.cresset.tensor.Functional;
import ai.cresset.tensor.Index;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.GradMode;
import ai.cresset.tensor.op.Dispatch;
import ai.cresset.tensor.op.Dropout;
import ai.cresset.tensor.op.Embedding;
import ai.cresset.tensor.op.LayerNorm;
import ai.cresset.tensor.op.Linear;
import ai.cresset.type.Shape;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What the plain layers compute: linear maps, embeddings, layer norms, dropout. */
public final class Layers {
  private static final double SELU_LEAST = -1.7580993408473766;

  private Layers() {}

  /**
   * {@code x W^T + b}.
   *
   * @param x {@code [..., in]}
   * @param weight {@code [out, in]}
   * @param bias {@code [out]}
   * @return {@code [..., out]}
   */
  public static Tensor linear(Tensor x, Tensor weight, @Nullable Tensor bias) {
    return bias == null
        ? Dispatch.apply(new Linear(), x, weight)
        : Dispatch.apply(new Linear(), x, weight, bias);
  }

  /**
   * {@code x1^T W x2 + b} for each output ({@code F.bilinear}).
   *
   * @param first {@code [..., in1]}
   * @param second {@code [..., in2]}, otherwise of the same shape
   * @param weight {@code [out, in1, in2]}
   * @param bias {@code [out]}
   * @return {@code [..., out]}
   */
  public static Tensor bilinear(Tensor first, Tensor second, Tensor weight, @Nullable Tensor bias) {
    Shape leading = first.shape().without(first.rank() - 1);
    boolean fits =
        weight.rank() == 3
            && second.rank() == first.rank()
            && second.shape().without(second.rank() - 1).equals(leading)
            && first.size(-1) == weight.size(1)
            && second.size(-1) == weight.size(2);
    if (!fits) {
      throw ShapeException.mismatch(
          "bilinear",
          "[..., in1] and [..., in2] for a weight [out, in1, in2] of " + weight.shape(),
          first.shape() + " and " + second.shape());
    }
    long out = weight.size(0);
    Tensor rows = first.reshape(-1, weight.size(1));
    Tensor columns = second.reshape(-1, 1, weight.size(2));
    Tensor half = rows.matmul(weight.transpose(0, 1).reshape(weight.size(1), -1));
    Tensor products = half.reshape(-1, out, weight.size(2)).mul(columns);
    Tensor sums = products.sum(new int[] {-1}, false).reshape(leading.insert(leading.rank(), out));
    return bias == null ? sums : sums.add(bias);
  }

  /**
   * Rows of a table by their index.
   *
   * @param indices {@code [...]}, int64
   * @param weight {@code [entries, size]}
   * @return {@code [..., size]}
   */
  public static Tensor embedding(Tensor indices, Tensor weight) {
    return embedding(indices, weight, Embedding.NO_PADDING);
  }

  /** The same with a row that gets no gradient. */
  public static Tensor embedding(Tensor indices, Tensor weight, long paddingIdx) {
    return Dispatch.apply(new Embedding(paddingIdx), weight, indices);
  }

  /**
   * The same with gradients of rows divided by how often they are read ({@code
   * scale_grad_by_freq}).
   */
  public static Tensor embeddingScaledByFrequency(Tensor indices, Tensor weight, long paddingIdx) {
    return new FrequencyScaledEmbedding(paddingIdx).apply(weight, indices);
  }

  /**
   * Scales the rows that are read down to a norm, in place and without a graph ({@code max_norm} of
   * {@code F.embedding}).
   *
   * @param weight {@code [entries, size]}
   * @param indices int64
   * @param p of the norm
   */
  public static void renormalize(Tensor weight, Tensor indices, double maxNorm, double p) {
    try (Scope scope = Scope.open("renormalize");
        GradMode.Restore off = GradMode.disable()) {
      Tensor rows = indices.flatten().unique();
      Tensor values = weight.indexSelect(0, rows);
      Tensor norms = values.norm(p, new int[] {1}, true);
      Tensor factors = norms.add(1e-7).reciprocal().mul(maxNorm);
      Tensor scaled = Functional.where(norms.gt(maxNorm), values.mul(factors), values);
      weight.set_(scaled, Index.index(rows));
    }
  }

  /**
   * Mean 0 and variance 1 over the trailing dimensions, then scaled and shifted.
   *
   * @param x {@code [..., normalizedShape]}
   * @param weight {@code [normalizedShape]}
   * @param bias {@code [normalizedShape]}
   */
  public static Tensor layerNorm(
      Tensor x, Shape normalizedShape, @Nullable Tensor weight, @Nullable Tensor bias, double eps) {
    LayerNorm op = new LayerNorm(normalizedShape, eps, weight != null, bias != null);
    if (weight == null) {
      return bias == null ? Dispatch.apply(op, x) : Dispatch.apply(op, x, bias);
    }
    return bias == null ? Dispatch.apply(op, x, weight) : Dispatch.apply(op, x, weight, bias);
  }

  /** In training, zeros elements with probability p and scales the others by {@code 1/(1-p)}. */
  public static Tensor dropout(Tensor x, double p, boolean training) {
    return dropout(x, p, training, Generator.current());
  }

  /** The same from a given generator. */
  public static Tensor dropout(Tensor x, double p, boolean training, Generator generator) {
    if (!training || p == 0) {
      return x;
    }
    return Dispatch.apply(new Dropout(p, generator.reserve(x.numel())), x);
  }

  /**
   * The same for a part of a larger tensor: each element is dropped or kept as if the whole went
   * through {@link #dropout(Tensor, double, boolean)}.
   *
   * @param part where the elements of {@code x} stand
   */
  public static Tensor dropout(Tensor x, double p, boolean training, TensorPart part) {
    if (!training || p == 0) {
      return x;
    }
    Generator.Key key = Generator.current().reserve(part.whole().numel());
    return part.isWhole()
        ? Dispatch.apply(new Dropout(p, key), x)
        : new PartialDropout(p, key, part).apply(x);
  }

  /**
   * The same in training, with random numbers that were reserved before, for all of the larger
   * tensor: those who hold its parts one after the other draw once.
   *
   * @param key where the numbers of the larger tensor begin
   */
  public static Tensor dropout(Tensor x, double p, TensorPart part, Generator.Key key) {
    return p == 0 ? x : new PartialDropout(p, key, part).apply(x);
  }

  /**
   * In training, zeros whole channels with probability p and scales the others ({@code
   * F.dropout1d}, {@code F.dropout2d}, {@code F.dropout3d}).
   *
   * @param x {@code [batch, channels, ...]} with {@code spatial} more dimensions, or without batch
   */
  public static Tensor channelDropout(Tensor x, int spatial, double p, boolean training) {
    int leading = x.rank() - spatial;
    if (leading != 1 && leading != 2) {
      throw ShapeException.mismatch(
          "channelDropout", "[batch, channels] and " + spatial + " more dims", x.shape());
    }
    if (!training || p == 0) {
      return x;
    }
    long[] sizes = x.shape().toArray();
    Arrays.fill(sizes, leading, sizes.length, 1);
    Tensor ones = Tensor.ones(x.spec().withShape(Shape.of(sizes)));
    return x.mul(dropout(ones, p, true));
  }

  /**
   * In training, sets elements with probability p to SELU's least value, then scales and shifts all
   * so that mean 0 and variance 1 stay ({@code F.alpha_dropout}).
   */
  public static Tensor alphaDropout(Tensor x, double p, boolean training) {
    if (!training || p == 0) {
      return x;
    }
    return alphaDropped(x, x.spec(), p);
  }

  /**
   * The same for whole channels ({@code F.feature_alpha_dropout}).
   *
   * @param x {@code [batch, channels, ...]}
   */
  public static Tensor featureAlphaDropout(Tensor x, double p, boolean training) {
    if (x.rank() < 2) {
      throw ShapeException.mismatch("featureAlphaDropout", "[batch, channels, ...]", x.shape());
    }
    if (!training || p == 0) {
      return x;
    }
    long[] sizes = x.shape().toArray();
    Arrays.fill(sizes, 2, sizes.length, 1);
    return alphaDropped(x, x.spec().withShape(Shape.of(sizes)), p);
  }

  private static Tensor alphaDropped(Tensor x, Spec decisions, double p) {
    if (!(p >= 0 && p <= 1)) {
      throw ConfigException.value("alphaDropout.p", p, "a probability in [0, 1]");
    }
    if (p == 1) {
      return x.mul(0);
    }
    Tensor kept = Creation.bernoulli(decisions, 1 - p, Generator.current());
    double scale = 1 / Math.sqrt((1 - p) * (1 + p * SELU_LEAST * SELU_LEAST));
    Tensor filling = kept.rsub(1).mul(SELU_LEAST);
    return x.mul(kept).add(filling).mul(scale).add(-scale * SELU_LEAST * p);
  }
}
