package ai.cresset.tensor;

import ai.cresset.backend.FusedAttention;
import ai.cresset.backend.FusedCrossEntropy;
import ai.cresset.error.DTypeException;
import ai.cresset.error.ShapeException;
import ai.cresset.random.Generator;
import ai.cresset.tensor.op.Attention;
import ai.cresset.tensor.op.Cat;
import ai.cresset.tensor.op.CrossEntropy;
import ai.cresset.tensor.op.Dispatch;
import ai.cresset.tensor.op.Dropout;
import ai.cresset.tensor.op.Embedding;
import ai.cresset.tensor.op.LayerNorm;
import ai.cresset.tensor.op.Linear;
import ai.cresset.tensor.op.Promotion;
import ai.cresset.tensor.op.Where;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Operations on several tensors ({@code torch.nn.functional} and its neighbours). */
public final class Functional {
  /** The target that counts for nothing in {@link #crossEntropy}, as in PyTorch. */
  public static final long IGNORE_INDEX = -100;

  private Functional() {}

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
   * {@code softmax(q k^T / sqrt(size)) v}, fused where the backend can.
   *
   * @param query {@code [..., queries, size]}
   * @param key {@code [..., keys, size]}
   * @param value {@code [..., keys, valueSize]}
   * @param causal query i sees keys up to i
   * @param dropoutP probability of dropping a weight; give 0 outside of training
   */
  public static Tensor scaledDotProductAttention(
      Tensor query, Tensor key, Tensor value, boolean causal, double dropoutP) {
    double scale = 1 / Math.sqrt(query.size(-1));
    return scaledDotProductAttention(query, key, value, causal, dropoutP, scale);
  }

  /** The same with scores multiplied by {@code scale}. */
  public static Tensor scaledDotProductAttention(
      Tensor query, Tensor key, Tensor value, boolean causal, double dropoutP, double scale) {
    boolean plain =
        query.rank() == 4
            && key.rank() == 4
            && value.rank() == 4
            && query.size(0) == key.size(0)
            && query.size(1) == key.size(1)
            && key.size(3) == value.size(3);
    if (dropoutP == 0 && plain && query.backend().capability(FusedAttention.class).isPresent()) {
      return Dispatch.apply(new Attention(causal, scale), query, key, value);
    }
    Tensor weights = Attention.weights(query, key, causal, scale);
    return dropout(weights, dropoutP, true).matmul(value);
  }

  /**
   * The mean cross entropy over targets that are not {@link #IGNORE_INDEX}; shapes as in {@link
   * #crossEntropy(Tensor, Tensor, long, LossReduction)}.
   */
  public static Tensor crossEntropy(Tensor logits, Tensor targets) {
    return crossEntropy(logits, targets, IGNORE_INDEX, LossReduction.MEAN);
  }

  /**
   * Cross entropy with PyTorch's shapes: classes are dim 1, also of images and sequences. {@link
   * #crossEntropyLoss} takes them as the last dimension.
   *
   * @param logits {@code [classes]}, {@code [batch, classes]} or {@code [batch, classes, d1, ...]}
   * @param targets {@code []}, {@code [batch]} or {@code [batch, d1, ...]}, int64
   * @param ignoreIndex the target that counts for nothing
   * @return of the targets' shape for NONE, else a scalar
   */
  public static Tensor crossEntropy(
      Tensor logits, Tensor targets, long ignoreIndex, LossReduction reduction) {
    Tensor last = logits;
    if (logits.rank() > 2) {
      int[] dims = new int[logits.rank()];
      for (int dim = 1; dim < dims.length; dim++) {
        dims[dim] = dim + 1;
      }
      dims[dims.length - 1] = 1;
      last = logits.permute(dims);
    }
    Tensor losses = crossEntropyRows(last, targets, ignoreIndex);
    return switch (reduction) {
      case NONE -> losses.reshape(targets.shape());
      case SUM -> losses.sum();
      case MEAN -> losses.sum().div(count(targets, ignoreIndex).to(losses.dtype()));
    };
  }

  /**
   * Cross entropy as a sum and the number of targets that count.
   *
   * @param logits {@code [..., classes]}
   * @param targets {@code [...]}, int64
   */
  public static Loss crossEntropyLoss(Tensor logits, Tensor targets, long ignoreIndex) {
    Tensor sum = crossEntropyRows(logits, targets, ignoreIndex).sum();
    return new Loss(sum, count(targets, ignoreIndex).item());
  }

  private static Tensor count(Tensor targets, long ignoreIndex) {
    return targets.ne(ignoreIndex).sum();
  }

  private static Tensor crossEntropyRows(Tensor logits, Tensor targets, long ignoreIndex) {
    boolean fits = logits.rank() == targets.rank() + 1;
    if (!fits || !logits.shape().without(-1).equals(targets.shape())) {
      throw ShapeException.mismatch(
          "crossEntropy",
          "one target for each row of logits",
          "logits [..., classes] = " + logits.shape() + " and targets " + targets.shape());
    }
    Tensor rows = logits.reshape(-1, logits.size(-1));
    Tensor flat = targets.reshape(-1);
    if (logits.backend().capability(FusedCrossEntropy.class).isPresent()) {
      return Dispatch.apply(new CrossEntropy(ignoreIndex), rows, flat);
    }
    Tensor ignored = flat.eq(ignoreIndex);
    Tensor index = flat.maskedFill(ignored, 0).unsqueeze(1);
    Tensor picked = rows.logSoftmax(1).gather(1, index).squeeze(1);
    return picked.neg().maskedFill(ignored, 0);
  }

  /** The squared difference: the mean, the sum, or each. */
  public static Tensor mseLoss(Tensor input, Tensor target, LossReduction reduction) {
    Tensor squares = input.sub(target).square();
    return switch (reduction) {
      case NONE -> squares;
      case SUM -> squares.sum();
      case MEAN -> squares.mean();
    };
  }

  /** The squared difference as a sum and the number of elements. */
  public static Loss mseLoss(Tensor input, Tensor target) {
    Tensor squares = input.sub(target).square();
    return new Loss(squares.sum(), squares.numel());
  }

  /** {@code condition ? a : b}; all three broadcast. */
  public static Tensor where(Tensor condition, Tensor a, Tensor b) {
    DType type = Promotion.common(a, b);
    return Dispatch.apply(new Where(), condition, a.to(type), b.to(type));
  }

  /** {@code condition ? a : b} with a number. */
  public static Tensor where(Tensor condition, Tensor a, Number b) {
    return where(condition, a, number(b, a));
  }

  /** {@code condition ? a : b} with a number. */
  public static Tensor where(Tensor condition, Number a, Tensor b) {
    return where(condition, number(a, b), b);
  }

  private static Tensor number(Number value, Tensor like) {
    Spec spec = like.spec().withShape(Shape.scalar()).withDType(like.dtype().withScalar(value));
    return Tensor.full(spec, value.doubleValue());
  }

  /** Where {@code condition} is not 0: an int64 vector for each dimension. */
  public static List<Tensor> where(Tensor condition) {
    Tensor whole = condition.rank() == 0 ? condition.reshape(1) : condition;
    return whole.nonzero().unbind(1);
  }

  /** Tensors one after the other along an existing dimension; empty vectors fit anything. */
  public static Tensor cat(List<Tensor> tensors, int dim) {
    if (tensors.isEmpty()) {
      throw ShapeException.mismatch("cat", "at least one tensor", "none");
    }
    DType type = tensors.get(0).dtype();
    for (Tensor tensor : tensors) {
      type = DType.promote(type, tensor.dtype());
      if (tensor.rank() == 0) {
        throw ShapeException.mismatch(
            "cat", "tensors of rank 1 or more (use stack)", tensor.shape());
      }
    }
    Tensor[] cast = new Tensor[tensors.size()];
    for (int i = 0; i < cast.length; i++) {
      cast[i] = tensors.get(i).to(type);
    }
    return Dispatch.apply(new Cat(dim), cast);
  }

  /** Tensors of one shape along a new dimension. */
  public static Tensor stack(List<Tensor> tensors, int dim) {
    if (tensors.isEmpty()) {
      throw ShapeException.mismatch("stack", "at least one tensor", "none");
    }
    Shape first = tensors.get(0).shape();
    int at = dim < 0 ? dim + first.rank() + 1 : dim;
    List<Tensor> parts = new ArrayList<>(tensors.size());
    for (Tensor tensor : tensors) {
      if (!tensor.shape().equals(first)) {
        throw ShapeException.mismatch("stack", "tensors of one shape " + first, tensor.shape());
      }
      parts.add(tensor.unsqueeze(at));
    }
    return cat(parts, at);
  }

  /** Vectors as the coordinates of a grid; {@code xy} exchanges the first two dimensions. */
  public static List<Tensor> meshgrid(GridIndexing indexing, Tensor... coordinates) {
    boolean swap = indexing == GridIndexing.XY && coordinates.length > 1;
    int rank = coordinates.length;
    long[] sizes = new long[rank];
    for (int i = 0; i < rank; i++) {
      if (coordinates[i].rank() > 1) {
        throw ShapeException.mismatch("meshgrid", "vectors", coordinates[i].shape());
      }
      int dim = swap && i < 2 ? 1 - i : i;
      sizes[dim] = coordinates[i].numel();
    }
    List<Tensor> grids = new ArrayList<>();
    for (int i = 0; i < rank; i++) {
      int dim = swap && i < 2 ? 1 - i : i;
      long[] line = new long[rank];
      Arrays.fill(line, 1);
      line[dim] = sizes[dim];
      grids.add(coordinates[i].reshape(line).expand(sizes));
    }
    return grids;
  }

  /**
   * Sums of products in Einstein's notation, such as {@code "bij,bjk->bik"}: letters name dims,
   * those missing behind the arrow are summed, repeated ones in one operand take the diagonal,
   * {@code ...} stands for further dims. Without an arrow, letters that occur once are kept in
   * alphabetical order.
   */
  public static Tensor einsum(String equation, Tensor... operands) {
    return Einsum.of(equation, List.of(operands));
  }

  /** int64 {@code [..., classes]} with a 1 at each index; as many classes as the largest needs. */
  public static Tensor oneHot(Tensor indices) {
    if (indices.numel() == 0) {
      throw ShapeException.mismatch("oneHot", "a number of classes for no indices", "none");
    }
    return oneHot(indices, 1 + Places.of("oneHot", indices).max().toLongArray()[0]);
  }

  /**
   * int64 {@code [..., classes]} with a 1 at each index.
   *
   * @param indices {@code [...]}, int64
   */
  public static Tensor oneHot(Tensor indices, long classes) {
    if (indices.dtype() != DType.INT64) {
      throw DTypeException.mismatch("oneHot", DType.INT64, indices.dtype());
    }
    Shape shape = indices.shape();
    Spec spec = indices.spec().withShape(shape.insert(shape.rank(), classes));
    Tensor index = indices.unsqueeze(-1);
    return Tensor.zeros(spec).scatterAdd(-1, index, Tensor.ones(index.spec()));
  }
}
