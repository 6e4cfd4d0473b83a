package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.BinaryFunction;
import ai.cresset.backend.Reduction;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The largest or smallest element over dimensions, which stay with size 1; equal ones share the
 * gradient evenly ({@code torch.amax}, {@code torch.amin}).
 */
public record Extreme(boolean largest, Shape reduced) implements SimpleOp {
  private static final Programs HITS =
      Programs.of(Expr.input(0).apply(BinaryFunction.EQ, Expr.input(1)), 2, 0);

  @Override
  public String name() {
    return largest ? "amax" : "amin";
  }

  @Override
  public Spec rule(List<Spec> inputs) {
    Reducing.checkNotEmpty(name(), inputs.get(0).shape(), reduced);
    return inputs.get(0).withShape(reduced);
  }

  @Override
  public Tensor compute(Context context, List<Tensor> inputs, Spec output) {
    Tensor result = Tensor.empty(output);
    Reduction reduction = largest ? Reduction.MAX : Reduction.MIN;
    result.backend().reduce(reduction, inputs.get(0).materialize(), result.materialize());
    context.save(inputs.get(0), result);
    return result;
  }

  @Override
  public List<@Nullable Tensor> derive(Context context, Tensor gradient, Needs needs) {
    Tensor hits =
        Evaluate.of(
            name() + "Backward", HITS, Pointwise.NO_SCALARS, context.saved(0), context.saved(1));
    Tensor count = SumTo.shape(hits, reduced);
    return Gradients.of(hits.mul(gradient.div(count)));
  }
}
