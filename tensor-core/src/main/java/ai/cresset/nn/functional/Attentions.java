package ai.cresset.nn.functional;

import ai.cresset.backend.FusedAttention;
import ai.cresset.error.DTypeException;
import ai.cresset.error.ShapeException;
import ai.cresset.tensor.Creation;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.op.Attention;
import ai.cresset.tensor.op.Dispatch;
import ai.cresset.tensor.op.OperandTypes;
import ai.cresset.type.DType;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Attention: averages of values, weighted by how well queries and keys agree. */
public final class Attentions {
  private Attentions() {}

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
    return scaledDotProductAttention(query, key, value, causal, dropoutP, scale(query));
  }

  /**
   * The same for heads that are a part of all heads.
   *
   * @param heads says which part, given the weights {@code [..., queries, keys]}; dropout decides
   *     as for all heads together
   */
  public static Tensor scaledDotProductAttention(
      Tensor query,
      Tensor key,
      Tensor value,
      boolean causal,
      double dropoutP,
      UnaryOperator<TensorPart> heads) {
    if (dropoutP == 0) {
      return scaledDotProductAttention(query, key, value, causal, 0);
    }
    Tensor weights = weights(query, key, null, causal, scale(query));
    TensorPart part = heads.apply(TensorPart.all(weights.shape()));
    return Layers.dropout(weights, dropoutP, true, part).matmul(value);
  }

  /** The same with scores multiplied by {@code scale}. */
  public static Tensor scaledDotProductAttention(
      Tensor query, Tensor key, Tensor value, boolean causal, double dropoutP, double scale) {
    return scaledDotProductAttention(query, key, value, null, causal, dropoutP, scale, false);
  }

  /** What PyTorch multiplies scores by: {@code 1 / sqrt(size)}. */
  public static double scale(Tensor query) {
    return 1 / Math.sqrt(query.size(-1));
  }

  /**
   * The same with a mask and with fewer heads of keys than of queries.
   *
   * @param mask what is added to scores, or booleans that say which pairs count; broadcasts to
   *     {@code [..., queries, keys]}. A query that may see nothing gets zeros.
   * @param groupedQueries whether the heads (dim -3) of key and value serve several heads of the
   *     query each
   */
  public static Tensor scaledDotProductAttention(
      Tensor query,
      Tensor key,
      Tensor value,
      @Nullable Tensor mask,
      boolean causal,
      double dropoutP,
      double scale,
      boolean groupedQueries) {
    OperandTypes.FLOATING.check("scaledDotProductAttention", query.dtype());
    Tensor keys = groupedQueries ? repeated(query, key) : key;
    Tensor values = groupedQueries ? repeated(query, value) : value;
    boolean plain =
        query.rank() == 4
            && keys.rank() == 4
            && values.rank() == 4
            && query.size(0) == keys.size(0)
            && query.size(1) == keys.size(1)
            && keys.size(3) == values.size(3);
    boolean simple = dropoutP == 0 && mask == null && plain;
    if (simple && query.backend().capability(FusedAttention.class).isPresent()) {
      return Dispatch.apply(new Attention(causal, scale), query, keys, values);
    }
    Tensor weights = weights(query, keys, mask, causal, scale);
    return Layers.dropout(weights, dropoutP, true).matmul(values);
  }

  /**
   * The weights that attention averages values with, {@code [..., queries, keys]}; arguments as
   * those of {@link #scaledDotProductAttention}.
   */
  public static Tensor weights(
      Tensor query, Tensor key, @Nullable Tensor mask, boolean causal, double scale) {
    return mask == null
        ? Attention.weights(query, key, causal, scale)
        : masked(query.mul(scale).matmul(key.transpose(-2, -1)), mask, causal);
  }

  private static Tensor masked(Tensor scores, Tensor mask, boolean causal) {
    boolean binary = mask.dtype() == DType.BOOL;
    if (!binary && mask.dtype() != scores.dtype()) {
      throw DTypeException.mismatch(
          "scaledDotProductAttention (mask)", "bool or " + scores.dtype(), mask.dtype());
    }
    Tensor biased =
        binary ? scores.maskedFill(mask.logicalNot(), Double.NEGATIVE_INFINITY) : scores.add(mask);
    if (causal) {
      Tensor future = Creation.upperTriangle(scores.size(-2), scores.size(-1), 1, scores.device());
      biased = biased.maskedFill(future, Double.NEGATIVE_INFINITY);
    }
    Tensor hidden = biased.detach().eq(Double.NEGATIVE_INFINITY).all(new int[] {-1}, true);
    // Filled before and after: a softmax over nothing is NaN, and so would its gradient be.
    return biased.maskedFill(hidden, 0).softmax(-1).maskedFill(hidden, 0);
  }

  /** Heads of keys or values, each as often as there are queries to it, beside each other. */
  private static Tensor repeated(Tensor query, Tensor x) {
    long heads = query.size(-3);
    long groups = x.size(-3);
    if (heads % groups != 0) {
      throw ShapeException.mismatch(
          "scaledDotProductAttention",
          "a number of query heads that is a multiple of " + groups,
          query.shape());
    }
    Tensor index = Creation.arange(heads).floorDivide(heads / groups).to(x.device());
    return x.indexSelect(x.rank() - 3, index);
  }
}
