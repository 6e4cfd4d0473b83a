package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.UnaryFunction;
import ai.cresset.tensor.GeluApproximation;

/**
 * {@code x Phi(x)} with the normal distribution function, or its approximation by tanh ({@code
 * F.gelu}; Hendrycks and Gimpel, "Gaussian Error Linear Units", 2016).
 */
public record Gelu(GeluApproximation approximation) implements Unary {
  private static final double SQRT_HALF = 0.7071067811865476;
  private static final double TWICE_SQRT_TWO_OVER_PI = 1.5957691216057308;
  private static final double ONE_OVER_SQRT_TWO_PI = 0.3989422804014327;
  private static final double CUBIC = 0.044715;

  private static final Expr HALF = Expr.constant(0.5);
  private static final Expr ONE = Expr.constant(1);

  private static final Programs EXACT =
      Programs.of(Expr.input(0).times(distribution(Expr.input(0))), 1, 0);
  private static final Programs EXACT_GRADIENT =
      Programs.of(Expr.input(0).times(exactSlope(Expr.input(1))), 2, 0);
  private static final Programs TANH = Programs.of(Expr.input(0).times(share(Expr.input(0))), 1, 0);
  private static final Programs TANH_GRADIENT =
      Programs.of(Expr.input(0).times(tanhSlope(Expr.input(1))), 2, 0);

  private static Expr distribution(Expr x) {
    return HALF.times(ONE.plus(x.times(Expr.constant(SQRT_HALF)).apply(UnaryFunction.ERF)));
  }

  private static Expr exactSlope(Expr x) {
    Expr density =
        x.times(x)
            .times(Expr.constant(-0.5))
            .apply(UnaryFunction.EXP)
            .times(Expr.constant(ONE_OVER_SQRT_TWO_PI));
    return distribution(x).plus(x.times(density));
  }

  /** {@code (1 + tanh(u)) / 2}, which is the sigmoid of {@code 2u}. */
  private static Expr share(Expr x) {
    Expr factor =
        Expr.fma(
            Expr.constant(TWICE_SQRT_TWO_OVER_PI * CUBIC),
            x.times(x),
            Expr.constant(TWICE_SQRT_TWO_OVER_PI));
    return x.times(factor).apply(UnaryFunction.SIGMOID);
  }

  private static Expr tanhSlope(Expr x) {
    Expr share = share(x);
    Expr factor =
        Expr.fma(
            Expr.constant(3 * TWICE_SQRT_TWO_OVER_PI * CUBIC),
            x.times(x),
            Expr.constant(TWICE_SQRT_TWO_OVER_PI));
    Expr bend = x.times(factor).times(ONE.minus(share));
    return Expr.fma(share, bend, share);
  }

  @Override
  public Programs programs() {
    return approximation == GeluApproximation.TANH ? TANH : EXACT;
  }

  @Override
  public Programs gradient() {
    return approximation == GeluApproximation.TANH ? TANH_GRADIENT : EXACT_GRADIENT;
  }

  @Override
  public OperandTypes operands() {
    return OperandTypes.FLOATING;
  }
}
