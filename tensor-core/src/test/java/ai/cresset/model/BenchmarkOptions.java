package ai.cresset.model;

import ai.cresset.error.ConfigException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** For how long to measure, and beside whom: {@code [--seconds S] [--peer PYTHON]}. */
record BenchmarkOptions(double seconds, @Nullable String peer) {
  static BenchmarkOptions parse(String[] arguments, double usualSeconds) {
    double seconds = usualSeconds;
    String peer = null;
    for (int i = 0; i < arguments.length; i += 2) {
      if (i + 1 == arguments.length) {
        throw ConfigException.because(arguments[i] + " needs a value");
      }
      switch (arguments[i]) {
        case "--seconds" -> seconds = positive(arguments[i + 1]);
        case "--peer" -> peer = arguments[i + 1];
        default -> throw ConfigException.because("unknown option " + arguments[i]);
      }
    }
    return new BenchmarkOptions(seconds, peer);
  }

  /** A script of {@code tests/peers}. */
  Path script(String name) {
    return Path.of(System.getProperty("cresset.home", ".")).resolve("tests/peers").resolve(name);
  }

  private static double positive(String text) {
    try {
      double value = Double.parseDouble(text);
      if (value > 0) {
        return value;
      }
    } catch (NumberFormatException e) {
      // refused below
    }
    throw ConfigException.value("--seconds", "'" + text + "'", "a number above 0");
  }
}
