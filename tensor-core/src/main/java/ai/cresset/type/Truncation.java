package ai.cresset.type;

/**
 * Floating numbers as integers: fractions are cut off. What the integer does not hold becomes what
 * the instructions of x86-64 make of it, and so PyTorch on such a processor: the smallest number of
 * the width they convert to, also for infinities and NaN. Java would give the nearest number, and 0
 * for NaN.
 */
public final class Truncation {
  private Truncation() {}

  /** As 32 bits. */
  public static int toInt(float value) {
    // Too small a number is the smallest in Java too; the comparison is false for NaN.
    return value < 0x1p31f ? (int) value : Integer.MIN_VALUE;
  }

  /** As 32 bits. */
  public static int toInt(double value) {
    return value < 0x1p31 ? (int) value : Integer.MIN_VALUE;
  }

  /** As 64 bits. */
  public static long toLong(float value) {
    return value < 0x1p63f ? (long) value : Long.MIN_VALUE;
  }

  /** As 64 bits. */
  public static long toLong(double value) {
    return value < 0x1p63 ? (long) value : Long.MIN_VALUE;
  }

  /**
   * As an integer type: the low bits of 64 for int64 and uint8, of 32 for the others, as PyTorch
   * converts. A type of fewer bits keeps the lowest ones.
   */
  public static long to(DType target, double value) {
    return switch (target) {
      case UINT8 -> (byte) toLong(value) & 0xff;
      case INT8 -> (byte) toInt(value);
      case INT16 -> (short) toInt(value);
      case INT32 -> toInt(value);
      case INT64 -> toLong(value);
      case BOOL, FLOAT16, BFLOAT16, FLOAT32, FLOAT64 ->
          throw new IllegalArgumentException(target.toString());
    };
  }
}
