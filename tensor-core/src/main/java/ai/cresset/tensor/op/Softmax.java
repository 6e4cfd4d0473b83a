package ai.cresset.tensor.op;

import ai.cresset.error.DTypeException;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.GradMode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Softmax or its logarithm along a dimension ({@code F.softmax}, {@code F.log_softmax}). */
public record Softmax(int dim, boolean logarithm) implements SimpleOp {
  @Override
  public String name() {
    return logarithm ? "logSoftmax" : "softmax";
  }

  @Override
  public Spec rule(List<Spec> inputs) {
    Spec input = inputs.get(0);
    input.shape().dim(name(), dim);
    if (!input.dtype().isFloating()) {
      throw DTypeException.unsupported(name(), input.dtype(), "the floating types");
    }
    return input;
  }

  @Override
  public Tensor compute(Context context, List<Tensor> inputs, Spec output) {
    Tensor result = Tensor.empty(output);
    if (output.shape().rank() == 0) {
      result.fill_(logarithm ? 0 : 1);
    } else {
      int at = output.shape().dim(name(), dim);
      result.backend().softmax(inputs.get(0).materialize(), at, logarithm, result.materialize());
    }
    context.save(result);
    return result;
  }

  @Override
  public List<@Nullable Tensor> derive(Context context, Tensor gradient, Needs needs) {
    Tensor result = context.saved(0);
    if (result.rank() == 0) {
      return Gradients.of(Tensor.zeros(result.spec()));
    }
    return Gradients.of(
        GradMode.isEnabled() ? composed(gradient, result) : kernel(gradient, result));
  }

  private Tensor kernel(Tensor gradient, Tensor result) {
    Tensor input = Tensor.empty(result.spec());
    input
        .backend()
        .softmaxBackward(
            gradient.materialize(),
            result.materialize(),
            result.shape().dim(name(), dim),
            logarithm,
            input.materialize());
    return input;
  }

  /** The same from operations that can be differentiated again. */
  private Tensor composed(Tensor gradient, Tensor result) {
    int[] dims = {dim};
    if (logarithm) {
      return gradient.sub(result.exp().mul(gradient.sum(dims, true)));
    }
    return result.mul(gradient.sub(gradient.mul(result).sum(dims, true)));
  }
}
