package ai.cresset.optim.schedule;

import ai.cresset.error.ConfigException;

/**
 * What a momentum moves in while the learning rate goes up and down: {@code high} where the rate is
 * low, {@code low} where it is high. It is the option {@code momentum} of a group, or {@code
 * beta1}.
 *
 * @param low at least 0
 * @param high at least {@code low}, below 1
 */
public record MomentumRange(double low, double high) {
  public MomentumRange {
    if (!(low >= 0 && low <= high && high < 1)) {
      throw ConfigException.because(
          "MomentumRange: expected 0 <= low <= high < 1, got low " + low + " and high " + high);
    }
  }
}
