package ai.cresset.tensor.op;

import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A function made of steps: its gradient is 0 everywhere, and said to be 0, as in PyTorch. */
public interface Staircase extends Pointwise {
  @Override
  default List<@Nullable Tensor> derive(Context context, Tensor gradient, Needs needs) {
    List<@Nullable Tensor> zeros = new ArrayList<>(context.numInputs());
    for (int i = 0; i < context.numInputs(); i++) {
      Spec input = context.input(i);
      zeros.add(needs.input(i) ? Tensor.zeros(input) : null);
    }
    return zeros;
  }
}
