package ai.cresset.jobs.config;

import ai.cresset.error.ConfigException;

/** The range checks of the recipe records; each names the key. */
public final class Check {
  private Check() {}

  /** {@code value >= least}. */
  public static void atLeast(String key, long value, long least) {
    if (value < least) {
      throw ConfigException.value(key, value, "a whole number from " + least);
    }
  }

  /** {@code value > 0}. */
  public static void positive(String key, double value) {
    if (!(value > 0)) {
      throw ConfigException.value(key, value, "a number above 0");
    }
  }

  /** {@code value >= 0}. */
  public static void notNegative(String key, double value) {
    if (!(value >= 0)) {
      throw ConfigException.value(key, value, "0 or a number above");
    }
  }

  /** {@code 0 <= value < 1}. */
  public static void fraction(String key, double value) {
    if (!(value >= 0 && value < 1)) {
      throw ConfigException.value(key, value, "a number from 0 to below 1");
    }
  }

  /** {@code 0 < value < 1}. */
  public static void insideOne(String key, double value) {
    if (!(value > 0 && value < 1)) {
      throw ConfigException.value(key, value, "a number above 0 and below 1");
    }
  }

  /** The parts of the samples that are not trained on, which leave some. */
  public static void parts(double validationFraction, double testFraction) {
    insideOne("data.validation_fraction", validationFraction);
    insideOne("data.test_fraction", testFraction);
    if (validationFraction + testFraction >= 1) {
      throw ConfigException.value(
          "data.test_fraction",
          testFraction,
          "less than what data.validation_fraction leaves, which is " + (1 - validationFraction));
    }
  }

  /** Some text. */
  public static void notBlank(String key, String value) {
    if (value.isBlank()) {
      throw ConfigException.value(key, "'" + value + "'", "text that is not empty");
    }
  }
}
