package ai.cresset.golden;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The settings of a case. One that nobody looks at would be a case that passes by chance. */
final class GoldenSettings {
  private final JsonNode config;
  private final Set<String> unread = new TreeSet<>();

  GoldenSettings(JsonNode config) {
    this.config = config;
    config.fieldNames().forEachRemaining(unread::add);
  }

  private @Nullable JsonNode named(String name) {
    unread.remove(name);
    JsonNode value = config.get(name);
    return value == null || value.isNull() ? null : value;
  }

  boolean has(String name) {
    return config.hasNonNull(name);
  }

  double number(String name, double absent) {
    JsonNode value = named(name);
    return value == null ? absent : value.asDouble(absent);
  }

  long integer(String name, long absent) {
    JsonNode value = named(name);
    return value == null ? absent : value.asLong();
  }

  boolean flag(String name, boolean absent) {
    JsonNode value = named(name);
    return value == null ? absent : value.asBoolean();
  }

  String text(String name, String absent) {
    JsonNode value = named(name);
    return value == null ? absent : value.asText();
  }

  double[] numbers(String name, double... absent) {
    JsonNode value = named(name);
    if (value == null) {
      return absent;
    }
    double[] numbers = new double[value.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = value.get(i).asDouble();
    }
    return numbers;
  }

  @Nullable JsonNode json(String name) {
    return named(name);
  }

  void checkRead() {
    if (!unread.isEmpty()) {
      throw new IllegalArgumentException("does not know " + unread);
    }
  }
}
