package ai.cresset.profile;

import java.util.List;
import java.util.Locale;

/** Summaries of operations as aligned text. */
final class ProfileTable {
  private static final double NANOS_PER_MILLISECOND = 1e6;
  private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};

  private ProfileTable() {}

  static String format(List<OpSummary> summaries) {
    int width = "operation".length();
    long self = 0;
    for (OpSummary each : summaries) {
      width = Math.max(width, each.name().length());
      self += each.selfNanos();
    }
    StringBuilder text = new StringBuilder();
    String header = "%-" + width + "s %9s %12s %7s %12s %12s %11s%n";
    text.append(
        String.format(
            Locale.ROOT,
            header,
            "operation",
            "calls",
            "self ms",
            "self %",
            "total ms",
            "average ms",
            "allocated"));
    String row = "%-" + width + "s %,9d %,12.3f %7.1f %,12.3f %,12.4f %11s%n";
    for (OpSummary each : summaries) {
      text.append(
          String.format(
              Locale.ROOT,
              row,
              each.name(),
              each.calls(),
              each.selfNanos() / NANOS_PER_MILLISECOND,
              self == 0 ? 0 : 100.0 * each.selfNanos() / self,
              each.totalNanos() / NANOS_PER_MILLISECOND,
              each.totalNanos() / NANOS_PER_MILLISECOND / each.calls(),
              bytes(each.allocatedBytes())));
    }
    text.append(
        String.format(Locale.ROOT, "all operations: %,.3f ms%n", self / NANOS_PER_MILLISECOND));
    return text.toString();
  }

  /** A number of bytes with a binary unit. */
  static String bytes(long bytes) {
    double value = bytes;
    int unit = 0;
    while (value >= 1024 && unit < UNITS.length - 1) {
      value /= 1024;
      unit++;
    }
    return unit == 0 ? bytes + " B" : String.format(Locale.ROOT, "%.1f %s", value, UNITS[unit]);
  }
}
