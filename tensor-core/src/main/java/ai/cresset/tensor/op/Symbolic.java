package ai.cresset.tensor.op;

import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An element-wise operation whose backward is the symbolic {@linkplain Derivative derivative} of
 * its expression. All of its inputs are saved.
 */
public interface Symbolic extends Pointwise {
  @Override
  default Tensor compute(Context context, List<Tensor> inputs, Spec output) {
    context.save(inputs.toArray(Tensor[]::new));
    return Pointwise.super.compute(context, inputs, output);
  }

  @Override
  default List<@Nullable Tensor> derive(Context context, Tensor gradient, Needs needs) {
    int count = context.numInputs();
    Tensor[] operands = new Tensor[count + 1];
    for (int i = 0; i < count; i++) {
      operands[i] = context.saved(i);
    }
    operands[count] = gradient;
    List<@Nullable Tensor> gradients = new ArrayList<>(Collections.nCopies(count, null));
    for (int i = 0; i < count; i++) {
      if (needs.input(i) && programs().dependsOn(i)) {
        Tensor slope =
            Evaluate.of(name() + "Backward", programs().derivative(i), scalars(), operands);
        gradients.set(i, SumTo.shape(slope, context.input(i).shape()));
      }
    }
    return gradients;
  }
}
