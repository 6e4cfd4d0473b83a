package org.example.functions;

import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.CustomFunction;
import ai.cresset.tensor.op.Context;
import ai.cresset.tensor.op.Needs;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code scale * x^3} with a derivative written by hand. */
record Cube(double scale) implements CustomFunction {
  @Override
  public List<Tensor> forward(Context context, List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    context.save(x);
    return List.of(x.mul(x).mul(x).mul(scale));
  }

  @Override
  public List<@Nullable Tensor> backward(
      Context context, List<@Nullable Tensor> gradients, Needs needs) {
    Tensor gradient = gradients.get(0);
    return Arrays.asList(
        gradient == null ? null : gradient.mul(context.saved(0).square().mul(3 * scale)));
  }
}
