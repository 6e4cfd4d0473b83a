package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.BinaryFunction;
import ai.cresset.backend.Expr.Distribution;
import ai.cresset.error.ConfigException;
import ai.cresset.random.Generator;
import ai.cresset.tensor.MemoryFormat;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Zeros elements with probability p and scales the others by {@code 1 / (1 - p)} ({@code
 * F.dropout}). The mask is never stored: backward draws it again from the key.
 *
 * @param p in [0, 1]
 * @param key where the random numbers of this call begin
 */
public record Dropout(double p, Generator.Key key) implements Pointwise {
  private static final Programs PROGRAMS =
      Programs.of(
          Expr.select(
              Expr.random(Distribution.UNIFORM).apply(BinaryFunction.GE, Expr.scalar(0)),
              Expr.input(0).times(Expr.scalar(1)),
              Expr.constant(0)),
          1,
          2);

  public Dropout {
    if (!(p >= 0 && p <= 1)) {
      throw ConfigException.value("dropout.p", p, "a probability in [0, 1]");
    }
  }

  @Override
  public Programs programs() {
    return PROGRAMS;
  }

  @Override
  public double[] scalars() {
    return new double[] {p, p == 1 ? 0 : 1 / (1 - p)};
  }

  @Override
  public Tensor compute(Context context, List<Tensor> inputs, Spec output) {
    Tensor result = Tensor.empty(output, MemoryFormat.resultStrides(inputs, output.shape()));
    Pointwise.run(programs().forOperands(output.dtype()), scalars(), key, inputs, List.of(result));
    return result;
  }

  @Override
  public List<@Nullable Tensor> derive(Context context, Tensor gradient, Needs needs) {
    return Gradients.of(Dispatch.apply(this, gradient));
  }
}
