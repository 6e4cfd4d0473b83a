package ai.cresset.quant;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What quantizing a model did.
 *
 * @param replaced the layers that are quantized now, in the model's order
 * @param left layers that the filter took but that stay as they are, and why
 */
public record QuantizationReport(List<Replaced> replaced, Map<String, String> left) {
  /**
   * A layer.
   *
   * @param name in the model
   * @param bytesBefore of its parameters
   * @param bytesAfter of its integers, scales and bias
   */
  public record Replaced(String name, long bytesBefore, long bytesAfter) {}

  public QuantizationReport {
    replaced = List.copyOf(replaced);
    left = Map.copyOf(left);
  }

  /** Bytes of the replaced layers before. */
  public long bytesBefore() {
    return replaced.stream().mapToLong(Replaced::bytesBefore).sum();
  }

  /** Bytes of the replaced layers now. */
  public long bytesAfter() {
    return replaced.stream().mapToLong(Replaced::bytesAfter).sum();
  }

  /** A line for each layer. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (Replaced each : replaced) {
      text.append(
          String.format(
              Locale.ROOT,
              "%s: %,d bytes, were %,d%n",
              each.name(),
              each.bytesAfter(),
              each.bytesBefore()));
    }
    left.forEach((name, why) -> text.append(name).append(": left, ").append(why).append('\n'));
    return text.toString();
  }
}
