package ai.cresset.optim.schedule;

import ai.cresset.error.ConfigException;

/** The check of a number of steps. */
final class Steps {
  private Steps() {}

  static void check(String name, long value, long least) {
    if (value < least) {
      throw ConfigException.value(name, value, "a number of at least " + least);
    }
  }
}
