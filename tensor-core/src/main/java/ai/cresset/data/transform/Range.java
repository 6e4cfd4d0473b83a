package ai.cresset.data.transform;

import ai.cresset.error.ConfigException;

/**
 * Numbers to draw from evenly.
 *
 * @param least the smallest
 * @param most the largest
 */
public record Range(double least, double most) {
  public Range {
    if (!(least <= most)) {
      throw ConfigException.because(
          "a range from " + least + " to " + most + "; expected the smaller number first");
    }
  }

  /** A number of the range. */
  double draw(Draws draws) {
    return draws.uniform(least, most);
  }

  /** A number whose logarithm is drawn evenly. */
  double drawLogarithmic(Draws draws) {
    return StrictMath.exp(draws.uniform(StrictMath.log(least), StrictMath.log(most)));
  }

  @Override
  public String toString() {
    return "[" + least + ", " + most + "]";
  }
}
