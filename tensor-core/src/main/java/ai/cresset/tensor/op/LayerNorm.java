package ai.cresset.tensor.op;

import ai.cresset.backend.View;
import ai.cresset.error.DTypeException;
import ai.cresset.error.ShapeException;
import ai.cresset.memory.Scope;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.GradMode;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Mean 0 and variance 1 over the trailing dimensions, then scaled and shifted ({@code
 * F.layer_norm}; Ba et al., "Layer Normalization", 2016). Inputs: x {@code [..., normalized]}, then
 * weight and bias {@code [normalized]} where there are any.
 *
 * @param normalized the trailing sizes
 * @param epsilon added to the variance
 * @param weighted whether there is a weight
 * @param biased whether there is a bias
 */
public record LayerNorm(Shape normalized, double epsilon, boolean weighted, boolean biased)
    implements SimpleOp {
  @Override
  public Spec rule(List<Spec> inputs) {
    Spec x = inputs.get(0);
    int lead = x.shape().rank() - normalized.rank();
    boolean fits = normalized.rank() >= 1 && lead >= 0;
    for (int dim = 0; fits && dim < normalized.rank(); dim++) {
      fits = x.shape().size(lead + dim) == normalized.size(dim);
    }
    if (!fits) {
      throw ShapeException.mismatch(
          name(),
          "an input whose last sizes are the normalized shape " + normalized,
          x.shape(),
          "change the input or the normalized shape");
    }
    for (Spec parameter : inputs.subList(1, inputs.size())) {
      if (!parameter.shape().equals(normalized)) {
        throw ShapeException.mismatch(
            name(), "weight and bias of " + normalized, parameter.shape());
      }
      if (parameter.dtype() != x.dtype()) {
        throw DTypeException.mismatch(name(), x.dtype(), parameter.dtype());
      }
    }
    if (!x.dtype().isFloating()) {
      throw DTypeException.unsupported(name(), x.dtype(), "the floating types");
    }
    return x;
  }

  private Spec statistics(Spec x) {
    long size = normalized.numel();
    long rows = size == 0 ? 0 : x.shape().numel() / size;
    DType type = x.dtype() == DType.FLOAT64 ? DType.FLOAT64 : DType.FLOAT32;
    return x.withShape(Shape.of(rows)).withDType(type);
  }

  @Override
  public Tensor compute(Context context, List<Tensor> inputs, Spec output) {
    Tensor x = inputs.get(0);
    Tensor result = Tensor.empty(output);
    try (Scope scope = Scope.open("layerNorm")) {
      Tensor mean = Tensor.empty(statistics(x.spec()));
      Tensor inverseDeviation = Tensor.empty(mean.spec());
      Tensor rows = rows(x);
      result
          .backend()
          .layerNorm(
              rows.materialize(),
              weighted ? flat(inputs.get(1)) : null,
              biased ? flat(inputs.get(weighted ? 2 : 1)) : null,
              epsilon,
              View.contiguous(result.storage(), rows.shape(), output.dtype()),
              mean.materialize(),
              inverseDeviation.materialize());
      if (weighted) {
        context.save(x, mean, inverseDeviation, inputs.get(1));
      } else {
        context.save(x, mean, inverseDeviation);
      }
    }
    return result;
  }

  private Tensor rows(Tensor x) {
    return x.reshape(Shape.of(statistics(x.spec()).shape().size(0), normalized.numel()));
  }

  private View flat(Tensor parameter) {
    return parameter.reshape(Shape.of(normalized.numel())).materialize();
  }

  @Override
  public List<@Nullable Tensor> derive(Context context, Tensor gradient, Needs needs) {
    return GradMode.isEnabled()
        ? composed(context, gradient, needs)
        : kernel(context, gradient, needs);
  }

  private List<@Nullable Tensor> kernel(Context context, Tensor gradient, Needs needs) {
    Tensor x = context.saved(0);
    Tensor rows = rows(x);
    Tensor toX = needs.input(0) ? Tensor.empty(x.spec()) : null;
    Spec parameter = x.spec().withShape(normalized);
    Tensor toWeight = weighted && needs.input(1) ? Tensor.empty(parameter) : null;
    Tensor toBias = biased && needs.input(weighted ? 2 : 1) ? Tensor.empty(parameter) : null;
    gradient
        .backend()
        .layerNormBackward(
            rows(gradient).materialize(),
            rows.materialize(),
            weighted ? flat(context.saved(3)) : null,
            context.saved(1).materialize(),
            context.saved(2).materialize(),
            toX == null ? null : rows(toX).materialize(),
            toWeight == null ? null : flat(toWeight),
            toBias == null ? null : flat(toBias));
    return ordered(toX, toWeight, toBias);
  }

  /** The same from operations that can be differentiated again. */
  private List<@Nullable Tensor> composed(Context context, Tensor gradient, Needs needs) {
    Tensor x = context.saved(0);
    int[] trailing = new int[normalized.rank()];
    for (int i = 0; i < trailing.length; i++) {
      trailing[i] = -1 - i;
    }
    Tensor centred = x.sub(x.mean(trailing, true));
    Tensor inverse = centred.square().mean(trailing, true).add(epsilon).rsqrt();
    Tensor unit = centred.mul(inverse);
    Tensor scaled = weighted ? gradient.mul(context.saved(3)) : gradient;
    Tensor along = unit.mul(scaled.mul(unit).mean(trailing, true));
    Tensor toX =
        needs.input(0) ? scaled.sub(scaled.mean(trailing, true)).sub(along).mul(inverse) : null;
    return ordered(
        toX,
        weighted && needs.input(1) ? SumTo.shape(gradient.mul(unit), normalized) : null,
        biased && needs.input(weighted ? 2 : 1) ? SumTo.shape(gradient, normalized) : null);
  }

  private List<@Nullable Tensor> ordered(
      @Nullable Tensor toX, @Nullable Tensor toWeight, @Nullable Tensor toBias) {
    List<@Nullable Tensor> gradients = new ArrayList<>(3);
    gradients.add(toX);
    if (weighted) {
      gradients.add(toWeight);
    }
    if (biased) {
      gradients.add(toBias);
    }
    return gradients;
  }
}
