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
 * New elements in the shape and type of the input, of which nothing is left: a number, or random
 * ones ({@code fill_}, {@code normal_}, ...).
 */
public final class Refill implements SimpleOp {
  private static final Programs NUMBER = Programs.of(Expr.scalar(0), 0, 1);
  private static final Programs UNIFORM =
      Programs.of(
          Expr.random(Distribution.UNIFORM)
              .times(Expr.scalar(1).minus(Expr.scalar(0)))
              .plus(Expr.scalar(0)),
          0,
          2);
  private static final Programs NORMAL =
      Programs.of(
          Expr.random(Distribution.NORMAL).times(Expr.scalar(1)).plus(Expr.scalar(0)), 0, 2);
  private static final Programs BERNOULLI =
      Programs.of(Expr.random(Distribution.UNIFORM).apply(BinaryFunction.LT, Expr.scalar(0)), 0, 1);

  private final Programs programs;
  private final double[] scalars;
  private final Generator.Key key;

  private Refill(Programs programs, Generator.Key key, double... scalars) {
    this.programs = programs;
    this.key = key;
    this.scalars = scalars;
  }

  public static Refill number(double value) {
    return new Refill(NUMBER, Generator.Key.NONE, value);
  }

  /** Uniform in [low, high). */
  public static Refill uniform(double low, double high, Generator.Key key) {
    return new Refill(UNIFORM, key, low, high);
  }

  public static Refill normal(double mean, double deviation, Generator.Key key) {
    return new Refill(NORMAL, key, mean, deviation);
  }

  /** 1 with probability p, else 0. */
  public static Refill bernoulli(double p, Generator.Key key) {
    return new Refill(BERNOULLI, key, p);
  }

  @Override
  public Spec rule(List<Spec> inputs) {
    return inputs.get(0);
  }

  @Override
  public Tensor compute(Context context, List<Tensor> inputs, Spec output) {
    Tensor result = Tensor.empty(output);
    write(result);
    return result;
  }

  @Override
  public boolean savesTensors() {
    return false;
  }

  @Override
  public boolean overwrite(List<Tensor> inputs) {
    write(inputs.get(0));
    return true;
  }

  private void write(Tensor target) {
    Pointwise.run(programs.forOperands(target.dtype()), scalars, key, List.of(), List.of(target));
  }

  @Override
  public List<@Nullable Tensor> derive(Context context, Tensor gradient, Needs needs) {
    return Gradients.of((Tensor) null);
  }
}
