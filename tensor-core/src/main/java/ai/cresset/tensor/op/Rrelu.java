package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.BinaryFunction;
import ai.cresset.backend.Expr.Distribution;
import ai.cresset.random.Generator;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code y} where x is above 0, and y times a random slope of its own where it is not ({@code
 * F.rrelu}; Xu et al., 2015); inputs x and y, which are the same going forward. Backward draws the
 * slopes again from the key.
 *
 * @param lower the smallest slope
 * @param upper the largest slope
 * @param key where the random numbers of this call begin
 */
public record Rrelu(double lower, double upper, Generator.Key key) implements Pointwise {
  private static final Programs PROGRAMS =
      Programs.of(
          Expr.select(
              Expr.input(0).apply(BinaryFunction.GT, Expr.constant(0)),
              Expr.input(1),
              Expr.input(1)
                  .times(
                      Expr.scalar(0)
                          .plus(Expr.scalar(1).times(Expr.random(Distribution.UNIFORM))))),
          2,
          2);

  @Override
  public Programs programs() {
    return PROGRAMS;
  }

  @Override
  public double[] scalars() {
    return new double[] {lower, upper - lower};
  }

  @Override
  public OperandTypes operands() {
    return OperandTypes.FLOATING;
  }

  @Override
  public Tensor compute(Context context, List<Tensor> inputs, Spec output) {
    context.save(inputs.get(0));
    Tensor result = Tensor.empty(output);
    Pointwise.run(programs().forOperands(output.dtype()), scalars(), key, inputs, List.of(result));
    return result;
  }

  @Override
  public List<@Nullable Tensor> derive(Context context, Tensor gradient, Needs needs) {
    return Gradients.of(null, Dispatch.apply(this, context.saved(0), gradient));
  }
}
