package ai.cresset.data.transform;

import ai.cresset.error.ConfigException;

/** Bounds of what transforms are told. */
final class Checks {
  private Checks() {}

  static void positive(String key, int value) {
    if (value < 1) {
      throw ConfigException.value(key, value, "at least 1");
    }
  }

  static void probability(String key, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw ConfigException.value(key, value, "a probability from 0 to 1");
    }
  }

  static void positive(String key, Range range) {
    if (!(range.least() > 0) || Double.isInfinite(range.most())) {
      throw ConfigException.value(key, range, "numbers above 0");
    }
  }
}
