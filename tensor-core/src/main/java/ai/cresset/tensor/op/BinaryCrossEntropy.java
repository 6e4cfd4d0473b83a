package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.BinaryFunction;
import ai.cresset.backend.Expr.UnaryFunction;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code -(target log x + (1 - target) log(1 - x))} of probabilities, with logarithms of at least
 * -100 ({@code F.binary_cross_entropy}).
 */
public record BinaryCrossEntropy() implements Pointwise {
  private static final Expr LOG =
      Expr.input(0).apply(UnaryFunction.LOG).apply(BinaryFunction.MAX, Expr.constant(-100));
  private static final Expr LOG_OF_OTHER =
      Expr.input(0)
          .apply(UnaryFunction.NEG)
          .apply(UnaryFunction.LOG1P)
          .apply(BinaryFunction.MAX, Expr.constant(-100));
  private static final Expr SAVED_LOG =
      Expr.input(1).apply(UnaryFunction.LOG).apply(BinaryFunction.MAX, Expr.constant(-100));
  private static final Expr SAVED_LOG_OF_OTHER =
      Expr.input(1)
          .apply(UnaryFunction.NEG)
          .apply(UnaryFunction.LOG1P)
          .apply(BinaryFunction.MAX, Expr.constant(-100));
  private static final Programs PROGRAMS =
      Programs.of(
          Expr.input(1).minus(Expr.constant(1)).times(LOG_OF_OTHER).minus(Expr.input(1).times(LOG)),
          2,
          0);

  private static final Programs TO_INPUT =
      Programs.of(
          Expr.input(0)
              .times(Expr.input(1).minus(Expr.input(2)))
              .over(
                  Expr.constant(1)
                      .minus(Expr.input(1))
                      .times(Expr.input(1))
                      .apply(BinaryFunction.MAX, Expr.constant(1e-12))),
          3,
          0);

  private static final Programs TO_TARGET =
      Programs.of(Expr.input(0).times(SAVED_LOG_OF_OTHER.minus(SAVED_LOG)), 3, 0);

  @Override
  public Programs programs() {
    return PROGRAMS;
  }

  @Override
  public OperandTypes operands() {
    return OperandTypes.FLOATING;
  }

  @Override
  public Tensor compute(Context context, List<Tensor> inputs, Spec output) {
    context.save(inputs.get(0), inputs.get(1));
    return Pointwise.super.compute(context, inputs, output);
  }

  @Override
  public List<@Nullable Tensor> derive(Context context, Tensor gradient, Needs needs) {
    return Gradients.of(
        needs.input(0) ? part(context, gradient, TO_INPUT, 0) : null,
        needs.input(1) ? part(context, gradient, TO_TARGET, 1) : null);
  }

  private static Tensor part(Context context, Tensor gradient, Programs programs, int input) {
    Tensor slope =
        Evaluate.of(
            "binaryCrossEntropyBackward",
            programs,
            NO_SCALARS,
            gradient,
            context.saved(0),
            context.saved(1));
    return SumTo.shape(slope, context.input(input).shape());
  }
}
