package ai.cresset.tensor.op;

import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A function of each element. Its gradient is one expression over the incoming gradient (input 0)
 * and what forward saved (input 1): the argument, or the result where that is cheaper.
 */
public interface Unary extends Pointwise {
  /** The gradient over (incoming gradient, saved tensor). */
  Programs gradient();

  /** Whether the result is saved instead of the argument. */
  default boolean savesResult() {
    return false;
  }

  @Override
  default Tensor compute(Context context, List<Tensor> inputs, Spec output) {
    Tensor result = Pointwise.super.compute(context, inputs, output);
    context.save(savesResult() ? result : inputs.get(0));
    return result;
  }

  @Override
  default List<@Nullable Tensor> derive(Context context, Tensor incoming, Needs needs) {
    return Gradients.of(
        Evaluate.of(name() + "Backward", gradient(), scalars(), incoming, context.saved(0)));
  }
}
