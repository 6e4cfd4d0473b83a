package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.BinaryFunction;
import ai.cresset.backend.Expr.UnaryFunction;
import ai.cresset.backend.Reduction;
import ai.cresset.random.Generator;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The Euclidean norm over dimensions, which stay with size 1 ({@code torch.norm} with p = 2); its
 * slope at 0 is 0.
 */
public record Norm(Shape reduced) implements SimpleOp {
  private static final Programs ROOT = Programs.of(Expr.input(0).apply(UnaryFunction.SQRT), 1, 0);
  private static final Programs GRADIENT =
      Programs.of(
          Expr.select(
              Expr.input(2).apply(BinaryFunction.EQ, Expr.constant(0)),
              Expr.constant(0),
              Expr.input(0).times(Expr.input(1).over(Expr.input(2)))),
          3,
          0);

  @Override
  public Spec rule(List<Spec> inputs) {
    return inputs.get(0).withShape(reduced);
  }

  @Override
  public Tensor compute(Context context, List<Tensor> inputs, Spec output) {
    Tensor result = Tensor.empty(output);
    result
        .backend()
        .reduce(Reduction.SUM_SQUARES, inputs.get(0).materialize(), result.materialize());
    Pointwise.run(
        ROOT.forOperands(output.dtype()),
        Pointwise.NO_SCALARS,
        Generator.Key.NONE,
        List.of(result),
        List.of(result));
    context.save(inputs.get(0), result);
    return result;
  }

  @Override
  public List<@Nullable Tensor> derive(Context context, Tensor gradient, Needs needs) {
    return Gradients.of(
        Evaluate.of(
            "normBackward",
            GRADIENT,
            Pointwise.NO_SCALARS,
            gradient,
            context.saved(0),
            context.saved(1)));
  }
}
