package org.example.functions;

import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.FusedFunction;
import ai.cresset.tensor.op.Context;
import ai.cresset.tensor.op.Needs;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code weight * sigmoid(slope * x)}, computed in Java as a native kernel would be: its backward
 * has no graph of its own.
 */
record SteepSigmoid(double slope) implements FusedFunction {
  @Override
  public List<Tensor> forward(Context context, List<Tensor> inputs) {
    double[] x = inputs.get(0).toDoubleArray();
    double[] weight = inputs.get(1).toDoubleArray();
    double[] sigmoid = Arrays.stream(x).map(each -> 1 / (1 + Math.exp(-slope * each))).toArray();
    double[] result = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      result[i] = weight[i] * sigmoid[i];
    }
    long[] sizes = inputs.get(0).shape().toArray();
    context.save(Tensor.of(sigmoid, sizes), inputs.get(1));
    return List.of(Tensor.of(result, sizes));
  }

  @Override
  public List<@Nullable Tensor> backward(
      Context context, List<@Nullable Tensor> gradients, Needs needs) {
    Tensor gradient = gradients.get(0);
    if (gradient == null) {
      return Arrays.asList(null, null);
    }
    double[] sigmoid = context.saved(0).toDoubleArray();
    double[] incoming = gradient.toDoubleArray();
    long[] sizes = gradient.shape().toArray();
    double[] weight = new double[sigmoid.length];
    double[] slopes = new double[sigmoid.length];
    for (int i = 0; i < sigmoid.length; i++) {
      weight[i] = incoming[i] * sigmoid[i];
      slopes[i] = incoming[i] * slope * sigmoid[i] * (1 - sigmoid[i]);
    }
    return Arrays.asList(
        needs.input(0) ? Tensor.of(slopes, sizes).mul(context.saved(1)) : null,
        needs.input(1) ? Tensor.of(weight, sizes) : null);
  }

  @Override
  public List<Tensor> composed(List<Tensor> inputs) {
    return List.of(inputs.get(1).mul(inputs.get(0).mul(slope).sigmoid()));
  }
}
