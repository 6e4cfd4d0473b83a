package ai.cresset.optim;

import ai.cresset.error.ConfigException;

/** Checks of optimizer settings. */
final class Checks {
  private Checks() {}

  static void atLeastZero(String name, double value) {
    if (!(value >= 0)) {
      throw ConfigException.value(name, value, "a number of at least 0");
    }
  }

  static void belowOne(String name, double value) {
    if (!(value >= 0 && value < 1)) {
      throw ConfigException.value(name, value, "a number of at least 0 and below 1");
    }
  }

  static void between(String name, double value, double least, double most) {
    if (!(value >= least && value <= most)) {
      throw ConfigException.value(name, value, "a number from " + least + " to " + most);
    }
  }

  static void atLeastOne(String name, int value) {
    if (value < 1) {
      throw ConfigException.value(name, value, "a number of at least 1");
    }
  }
}
