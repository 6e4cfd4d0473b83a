package org.example.functions;

import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.CustomFunction;
import ai.cresset.tensor.op.Context;
import ai.cresset.tensor.op.Needs;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A vector without its largest element (that becomes 0), where that was, as a floating tensor, and
 * the sum of both.
 */
record LargestAndRest() implements CustomFunction {
  /** Where the largest element was. */
  private record Place(int index) {}

  @Override
  public List<Tensor> forward(Context context, List<Tensor> inputs) {
    double[] values = inputs.get(0).toDoubleArray();
    int best = 0;
    for (int i = 0; i < values.length; i++) {
      best = values[i] > values[best] ? i : best;
    }
    Tensor place = Tensor.of(new double[] {best}, 1);
    context.markNonDifferentiable(place);
    context.keep(new Place(best));
    values[best] = 0;
    Tensor rest = Tensor.of(values, values.length);
    return List.of(rest, place, rest.sum());
  }

  @Override
  public List<@Nullable Tensor> backward(
      Context context, List<@Nullable Tensor> gradients, Needs needs) {
    int best = context.kept(Place.class).index();
    int size = (int) context.input(0).shape().size(0);
    double[] kept = new double[size];
    Arrays.fill(kept, 1);
    kept[best] = 0;
    Tensor mask = Tensor.of(kept, size);
    Tensor toRest = gradients.get(0);
    Tensor toSum = gradients.get(2);
    Tensor both = toRest == null ? toSum : toSum == null ? toRest : toRest.add(toSum);
    return Arrays.asList(both == null ? null : both.mul(mask));
  }
}
