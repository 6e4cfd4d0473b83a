package ai.cresset.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Round numbers along an axis. */
record AxisTicks(double least, double most, double step) {
  /** About five steps of 1, 2 or 5 times a power of 10 around these numbers. */
  static AxisTicks around(double from, double to) {
    double span = to > from ? to - from : Math.max(1e-9, Math.abs(to)) * 0.2;
    double rough = span / 5;
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    double part = rough / power;
    double step = power * (part > 5 ? 10 : part > 2 ? 5 : part > 1 ? 2 : 1);
    double middle = to > from ? 0 : span / 2;
    return new AxisTicks(
        Math.floor((from - middle) / step) * step, Math.ceil((to + middle) / step) * step, step);
  }

  List<Double> values() {
    List<Double> values = new ArrayList<>();
    long count = Math.round((most - least) / step);
    for (long i = 0; i <= count; i++) {
      values.add(least + i * step);
    }
    return values;
  }

  /** With as many digits as the steps need. */
  String label(double value) {
    double size = Math.max(Math.abs(least), Math.abs(most));
    if (size >= 1e6 || (size < 1e-3 && size > 0)) {
      return Math.abs(value) < step / 2 ? "0" : String.format(Locale.ROOT, "%.1e", value);
    }
    int digits = (int) Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));
    return String.format(Locale.ROOT, "%,." + digits + "f", value + 0.0);
  }
}
