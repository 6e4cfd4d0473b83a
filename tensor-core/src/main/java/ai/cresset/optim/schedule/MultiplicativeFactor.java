package ai.cresset.optim.schedule;

import java.util.function.LongToDoubleFunction;

/**
 * The learning rate of the step before times a function of the step ({@code MultiplicativeLR}). The
 * product so far is remembered, so that a run that goes on step by step multiplies once each.
 */
public final class MultiplicativeFactor implements Schedule {
  private final LongToDoubleFunction factor;
  private Product last = new Product(0, 1);

  /** The product of the factors up to a step. */
  private record Product(long step, double value) {}

  /**
   * A schedule of these factors.
   *
   * @param factor of a step, from 1 on; the same for the same step
   */
  public MultiplicativeFactor(LongToDoubleFunction factor) {
    this.factor = factor;
  }

  @Override
  public double at(long step, double initial) {
    Product known = last;
    Product from = known.step() <= step ? known : new Product(0, 1);
    double product = from.value();
    for (long i = from.step() + 1; i <= step; i++) {
      product *= factor.applyAsDouble(i);
    }
    last = new Product(step, product);
    return initial * product;
  }
}
