package ai.cresset.golden;

import ai.cresset.nn.Placement;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The configuration of a module in a golden case, which knows what of it was read. */
final class GoldenConfig {
  private final JsonNode config;
  private final Placement placement;
  private final Set<String> unread = new TreeSet<>();

  GoldenConfig(JsonNode config, Placement placement) {
    this.config = config;
    this.placement = placement;
    config.fieldNames().forEachRemaining(unread::add);
  }

  Placement placement() {
    return placement;
  }

  /** Settings that nothing asked for. */
  Set<String> unread() {
    return unread;
  }

  /** Whether a setting has a value; one of null is read by this. */
  boolean has(String key) {
    if (config.path(key).isNull()) {
      unread.remove(key);
    }
    return config.hasNonNull(key);
  }

  private JsonNode read(String key) {
    unread.remove(key);
    return config.path(key);
  }

  long integer(String key) {
    JsonNode found = read(key);
    if (!found.isIntegralNumber()) {
      throw new IllegalArgumentException("no integer " + key + " in " + config);
    }
    return found.asLong();
  }

  long integer(String key, long otherwise) {
    return read(key).asLong(otherwise);
  }

  double number(String key, double otherwise) {
    return read(key).asDouble(otherwise);
  }

  /** Null for a setting of null. */
  @Nullable Double optional(String key, @Nullable Double otherwise) {
    JsonNode found = read(key);
    if (found.isMissingNode()) {
      return otherwise;
    }
    return found.isNull() ? null : (Double) found.asDouble();
  }

  boolean flag(String key, boolean otherwise) {
    return read(key).asBoolean(otherwise);
  }

  String text(String key, String otherwise) {
    return read(key).asText(otherwise);
  }

  /** One number or several. */
  long[] integers(String key, long... otherwise) {
    JsonNode found = read(key);
    if (found.isMissingNode() || found.isNull()) {
      return otherwise;
    }
    if (!found.isArray()) {
      return new long[] {found.asLong()};
    }
    long[] all = new long[found.size()];
    for (int i = 0; i < all.length; i++) {
      all[i] = found.get(i).asLong();
    }
    return all;
  }

  /** One number or several. */
  Integer[] ints(String key, int otherwise) {
    return Arrays.stream(integers(key, otherwise))
        .mapToObj(each -> (int) each)
        .toArray(Integer[]::new);
  }

  /** One number or several. */
  double[] numbers(String key) {
    JsonNode found = read(key);
    if (!found.isArray()) {
      return new double[] {found.asDouble()};
    }
    double[] all = new double[found.size()];
    for (int i = 0; i < all.length; i++) {
      all[i] = found.get(i).asDouble();
    }
    return all;
  }
}
