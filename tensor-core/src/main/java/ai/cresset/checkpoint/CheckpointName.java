package ai.cresset.checkpoint;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code step-000123}, or {@code step-000123.1} where that name was taken. */
record CheckpointName(long step, int copy) implements Comparable<CheckpointName> {
  private static final Pattern NAME = Pattern.compile("step-([0-9]{6,18})(?:\\.([0-9]{1,6}))?");

  /** The name's parts; null if this is no name of a checkpoint. */
  static @Nullable CheckpointName parse(String name) {
    Matcher parts = NAME.matcher(name);
    if (!parts.matches()) {
      return null;
    }
    String copy = parts.group(2);
    return new CheckpointName(
        Long.parseLong(parts.group(1)), copy == null ? 0 : Integer.parseInt(copy));
  }

  /** The first name of a step that is not taken. */
  static CheckpointName free(long step, List<String> taken) {
    int copy = 0;
    while (taken.contains(new CheckpointName(step, copy).toString())) {
      copy++;
    }
    return new CheckpointName(step, copy);
  }

  @Override
  public int compareTo(CheckpointName other) {
    return Comparator.comparingLong(CheckpointName::step)
        .thenComparingInt(CheckpointName::copy)
        .compare(this, other);
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "step-%06d", step) + (copy == 0 ? "" : "." + copy);
  }
}
