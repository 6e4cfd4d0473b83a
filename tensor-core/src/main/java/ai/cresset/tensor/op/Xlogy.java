package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.BinaryFunction;
import ai.cresset.backend.Expr.UnaryFunction;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code a log b}, and 0 where a is 0 ({@code torch.xlogy}). */
public record Xlogy() implements Pointwise {
  private static final Programs PROGRAMS =
      Programs.of(
          Expr.select(
              Expr.input(1).apply(UnaryFunction.IS_NAN),
              Expr.input(1),
              Expr.select(
                  Expr.input(0).apply(BinaryFunction.EQ, Expr.constant(0)),
                  Expr.constant(0),
                  Expr.input(0).times(Expr.input(1).apply(UnaryFunction.LOG)))),
          2,
          0);

  private static final Programs TO_A =
      Programs.of(
          Expr.select(
              Expr.input(1)
                  .apply(BinaryFunction.EQ, Expr.constant(0))
                  .apply(
                      BinaryFunction.LOGICAL_AND,
                      Expr.input(2).apply(BinaryFunction.LE, Expr.constant(0))),
              Expr.constant(0),
              Expr.input(0).times(Expr.input(2).apply(UnaryFunction.LOG))),
          3,
          0);

  private static final Programs TO_B =
      Programs.of(Expr.input(0).times(Expr.input(1)).over(Expr.input(2)), 3, 0);

  @Override
  public Programs programs() {
    return PROGRAMS;
  }

  @Override
  public Tensor compute(Context context, List<Tensor> inputs, Spec output) {
    context.save(inputs.get(0), inputs.get(1));
    return Pointwise.super.compute(context, inputs, output);
  }

  @Override
  public List<@Nullable Tensor> derive(Context context, Tensor gradient, Needs needs) {
    return Gradients.of(
        needs.input(0) ? part(context, gradient, TO_A, 0) : null,
        needs.input(1) ? part(context, gradient, TO_B, 1) : null);
  }

  private static Tensor part(Context context, Tensor gradient, Programs programs, int input) {
    Tensor slope =
        Evaluate.of(
            "xlogyBackward", programs, NO_SCALARS, gradient, context.saved(0), context.saved(1));
    return SumTo.shape(slope, context.input(input).shape());
  }
}
