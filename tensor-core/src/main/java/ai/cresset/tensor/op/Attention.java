package ai.cresset.tensor.op;

import ai.cresset.backend.FusedAttention;
import ai.cresset.error.DTypeException;
import ai.cresset.error.DeviceException;
import ai.cresset.error.ShapeException;
import ai.cresset.memory.Scope;
import ai.cresset.tensor.Creation;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.GradMode;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Scaled dot-product attention by the backend's fused kernel: query, key and value {@code [batch,
 * heads, length, size]}, key and value of one length. {@code Attentions.scaledDotProductAttention}
 * takes the composed form on backends without the kernel.
 */
public record Attention(boolean causal, double scale) implements SimpleOp {
  @Override
  public Spec rule(List<Spec> inputs) {
    Shape query = inputs.get(0).shape();
    Shape key = inputs.get(1).shape();
    Shape value = inputs.get(2).shape();
    boolean fits =
        query.rank() == 4
            && key.rank() == 4
            && query.with(2, 0).equals(key.with(2, 0))
            && key.with(3, 0).equals(value.rank() == 4 ? value.with(3, 0) : value);
    if (!fits) {
      throw ShapeException.mismatch(
          name(),
          "query [batch, heads, queries, size], key [batch, heads, keys, size] and value [batch,"
              + " heads, keys, valueSize]",
          query + ", " + key + " and " + value);
    }
    for (Spec input : inputs) {
      if (input.dtype() != inputs.get(0).dtype()) {
        throw DTypeException.mismatch(name(), inputs.get(0).dtype(), input.dtype());
      }
    }
    if (!inputs.get(0).dtype().isFloating()) {
      throw DTypeException.unsupported(name(), inputs.get(0).dtype(), "the floating types");
    }
    return inputs.get(0).withShape(query.with(3, value.size(3)));
  }

  private static FusedAttention fused(Tensor tensor) {
    return tensor
        .backend()
        .capability(FusedAttention.class)
        .orElseThrow(
            () ->
                DeviceException.absent(
                    tensor.device(),
                    "its backend has no fused attention",
                    "call Attentions.scaledDotProductAttention, which then composes it"));
  }

  @Override
  public Tensor compute(Context context, List<Tensor> inputs, Spec output) {
    Tensor query = inputs.get(0);
    Tensor key = inputs.get(1);
    Tensor value = inputs.get(2);
    Tensor result = Tensor.empty(output);
    DType type = output.dtype() == DType.FLOAT64 ? DType.FLOAT64 : DType.FLOAT32;
    try (Scope scope = Scope.open("attention")) {
      Tensor logSumExp = Tensor.empty(output.withShape(query.shape().without(3)).withDType(type));
      fused(query)
          .attention(
              dense(query).materialize(),
              dense(key).materialize(),
              dense(value).materialize(),
              causal,
              scale,
              result.materialize(),
              logSumExp.materialize());
      context.save(query, key, value, result, logSumExp);
    }
    return result;
  }

  /** The kernel wants an innermost stride of 1. */
  private static Tensor dense(Tensor tensor) {
    return tensor.strides().stride(3) == 1 || tensor.size(3) == 1 ? tensor : tensor.contiguous();
  }

  @Override
  public List<@Nullable Tensor> derive(Context context, Tensor gradient, Needs needs) {
    return GradMode.isEnabled() ? composed(context, gradient) : kernel(context, gradient);
  }

  private List<@Nullable Tensor> kernel(Context context, Tensor gradient) {
    Tensor query = context.saved(0);
    Tensor key = context.saved(1);
    Tensor value = context.saved(2);
    Tensor toQuery = Tensor.empty(query.spec());
    Tensor toKey = Tensor.empty(key.spec());
    Tensor toValue = Tensor.empty(value.spec());
    fused(query)
        .attentionBackward(
            dense(gradient).materialize(),
            dense(query).materialize(),
            dense(key).materialize(),
            dense(value).materialize(),
            context.saved(3).materialize(),
            context.saved(4).materialize(),
            causal,
            scale,
            toQuery.materialize(),
            toKey.materialize(),
            toValue.materialize());
    return Gradients.of(toQuery, toKey, toValue);
  }

  /** The same from operations that can be differentiated again, with the matrix of scores. */
  private List<@Nullable Tensor> composed(Context context, Tensor gradient) {
    Tensor query = context.saved(0);
    Tensor key = context.saved(1);
    Tensor value = context.saved(2);
    Tensor weights = weights(query, key, causal, scale);
    Tensor toWeights = gradient.matmul(value.transpose(2, 3));
    Tensor centred = toWeights.sub(toWeights.mul(weights).sum(new int[] {3}, true));
    Tensor toScores = weights.mul(centred).mul(scale);
    return Gradients.of(
        toScores.matmul(key),
        toScores.transpose(2, 3).matmul(query),
        weights.transpose(2, 3).matmul(gradient));
  }

  /** Softmax of the scaled, masked scores: {@code [..., queries, keys]}. */
  public static Tensor weights(Tensor query, Tensor key, boolean causal, double scale) {
    Tensor scores = query.mul(scale).matmul(key.transpose(-2, -1));
    if (causal) {
      Tensor future = Creation.upperTriangle(scores.size(-2), scores.size(-1), 1, scores.device());
      scores = scores.maskedFill(future, Double.NEGATIVE_INFINITY);
    }
    return scores.softmax(-1);
  }
}
