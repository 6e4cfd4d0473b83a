package ai.cresset.optim.schedule;

import ai.cresset.error.ConfigException;

/**
 * What language models are usually trained with: a straight line up to the initial learning rate,
 * half a cosine down to {@code minimum}, then constant.
 *
 * <p>Step {@code s} of the warm-up has {@code (s + 1) / (warmUpSteps + 1)} of the initial rate, so
 * that no step is spent on a rate of 0.
 *
 * @param warmUpSteps length of the line
 * @param numSteps the step at which the minimum is reached, after the warm-up
 * @param minimum the last learning rate
 */
public record WarmUpCosine(long warmUpSteps, long numSteps, double minimum) implements Schedule {
  public WarmUpCosine {
    Steps.check("WarmUpCosine.warmUpSteps", warmUpSteps, 0);
    if (numSteps <= warmUpSteps) {
      throw ConfigException.value(
          "WarmUpCosine.numSteps", numSteps, "more than the " + warmUpSteps + " warm-up steps");
    }
  }

  @Override
  public double at(long step, double initial) {
    if (step < warmUpSteps) {
      return initial * (step + 1) / (warmUpSteps + 1);
    }
    if (step >= numSteps) {
      return minimum;
    }
    double part = (double) (step - warmUpSteps) / (numSteps - warmUpSteps);
    return minimum + (initial - minimum) * (1 + StrictMath.cos(Math.PI * part)) / 2;
  }
}
