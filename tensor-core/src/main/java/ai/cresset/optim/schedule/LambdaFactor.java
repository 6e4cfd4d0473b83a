package ai.cresset.optim.schedule;

import java.util.function.LongToDoubleFunction;

/**
 * The initial learning rate times a function of the step ({@code LambdaLR}).
 *
 * @param factor of a step, from 0 on
 */
public record LambdaFactor(LongToDoubleFunction factor) implements Schedule {
  @Override
  public double at(long step, double initial) {
    return initial * factor.applyAsDouble(step);
  }
}
