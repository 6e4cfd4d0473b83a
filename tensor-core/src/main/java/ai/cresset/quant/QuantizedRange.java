package ai.cresset.quant;

import ai.cresset.error.ConfigException;
import ai.cresset.type.DType;

/**
 * The integers that stand for real numbers.
 *
 * @param dtype int8 or uint8
 * @param low the least of them
 * @param high the greatest of them
 */
public record QuantizedRange(DType dtype, int low, int high) {
  /** All of int8 ({@code torch.qint8}). */
  public static final QuantizedRange INT8 = new QuantizedRange(DType.INT8, -128, 127);

  /** All of uint8 ({@code torch.quint8}). */
  public static final QuantizedRange UINT8 = new QuantizedRange(DType.UINT8, 0, 255);

  /** Seven bits of int8 ({@code reduce_range=True}). */
  public static final QuantizedRange INT8_REDUCED = new QuantizedRange(DType.INT8, -64, 63);

  /**
   * Seven bits of uint8 ({@code reduce_range=True}): products with int8 do not saturate on any
   * processor.
   */
  public static final QuantizedRange UINT8_REDUCED = new QuantizedRange(DType.UINT8, 0, 127);

  public QuantizedRange {
    if (dtype != DType.INT8 && dtype != DType.UINT8) {
      throw ConfigException.value("quantized type", dtype, "int8 or uint8");
    }
    int least = dtype == DType.INT8 ? Byte.MIN_VALUE : 0;
    if (low < least || high > dtype.largest() || low >= high) {
      throw ConfigException.value(
          "quantized range",
          low + " to " + high,
          "numbers of " + dtype + ", the lower one first");
    }
  }

  /** What stands for 0 where the range of values is symmetric. */
  int middle() {
    return Math.floorDiv(low + high + 1, 2);
  }

  int clamp(long value) {
    return (int) Math.max(low, Math.min(high, value));
  }
}
