package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.BinaryFunction;
import ai.cresset.backend.Expr.UnaryFunction;

/**
 * The negative log-likelihood of a Poisson-distributed target ({@code F.poisson_nll_loss}).
 *
 * @param logInput whether x is the logarithm of the mean
 * @param full whether Stirling's approximation of {@code log(target!)} is added
 * @param epsilon keeps the logarithm of a mean finite
 */
public record PoissonNegativeLogLikelihood(boolean logInput, boolean full, double epsilon)
    implements Symbolic {
  private static final Expr STIRLING =
      Expr.select(
          Expr.input(1).apply(BinaryFunction.LE, Expr.constant(1)),
          Expr.constant(0),
          Expr.input(1)
              .times(Expr.input(1).apply(UnaryFunction.LOG))
              .minus(Expr.input(1))
              .plus(
                  Expr.constant(0.5)
                      .times(
                          Expr.input(1)
                              .times(Expr.constant(6.283185307179586))
                              .apply(UnaryFunction.LOG))));
  private static final Expr FROM_LOGARITHM =
      Expr.input(0).apply(UnaryFunction.EXP).minus(Expr.input(1).times(Expr.input(0)));
  private static final Expr FROM_MEAN =
      Expr.input(0)
          .minus(Expr.input(1).times(Expr.input(0).plus(Expr.scalar(0)).apply(UnaryFunction.LOG)));
  private static final Programs LOGARITHM = Programs.of(FROM_LOGARITHM, 2, 1);

  private static final Programs PLAIN = Programs.of(FROM_MEAN, 2, 1);

  private static final Programs FULL_LOGARITHM = Programs.of(FROM_LOGARITHM.plus(STIRLING), 2, 1);

  private static final Programs FULL_PLAIN = Programs.of(FROM_MEAN.plus(STIRLING), 2, 1);

  @Override
  public Programs programs() {
    if (full) {
      return logInput ? FULL_LOGARITHM : FULL_PLAIN;
    }
    return logInput ? LOGARITHM : PLAIN;
  }

  @Override
  public double[] scalars() {
    return new double[] {epsilon};
  }

  @Override
  public OperandTypes operands() {
    return OperandTypes.FLOATING;
  }
}
