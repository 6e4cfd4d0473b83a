package ai.cresset.type;

import java.util.Locale;

/** Element types, with PyTorch's promotion rules. Order within a category is promotion order. */
public enum DType {
  BOOL(1, Category.BOOL),
  UINT8(1, Category.INTEGRAL),
  INT8(1, Category.INTEGRAL),
  INT16(2, Category.INTEGRAL),
  INT32(4, Category.INTEGRAL),
  INT64(8, Category.INTEGRAL),
  FLOAT16(2, Category.FLOATING),
  BFLOAT16(2, Category.FLOATING),
  FLOAT32(4, Category.FLOATING),
  FLOAT64(8, Category.FLOATING);

  /** Promotion categories, lowest first. */
  public enum Category {
    BOOL,
    INTEGRAL,
    FLOATING
  }

  private final int bytes;
  private final Category category;

  DType(int bytes, Category category) {
    this.bytes = bytes;
    this.category = category;
  }

  /** Bytes of one element. */
  public int bytes() {
    return bytes;
  }

  public Category category() {
    return category;
  }

  public boolean isFloating() {
    return category == Category.FLOATING;
  }

  public boolean isIntegral() {
    return category == Category.INTEGRAL;
  }

  /** The largest finite number. */
  public double largest() {
    return switch (this) {
      case BOOL -> 1;
      case UINT8 -> 255;
      case INT8 -> Byte.MAX_VALUE;
      case INT16 -> Short.MAX_VALUE;
      case INT32 -> Integer.MAX_VALUE;
      case INT64 -> Long.MAX_VALUE;
      case FLOAT16 -> 65504;
      case BFLOAT16 -> 0x1.fep127;
      case FLOAT32 -> Float.MAX_VALUE;
      case FLOAT64 -> Double.MAX_VALUE;
    };
  }

  /** The type of an operation between tensors of both types ({@code torch.promote_types}). */
  public static DType promote(DType left, DType right) {
    if (left == right) {
      return left;
    }
    DType low = left.compareTo(right) < 0 ? left : right;
    DType high = low == left ? right : left;
    if (low == UINT8 && high == INT8) {
      return INT16;
    }
    if (low == FLOAT16 && high == BFLOAT16) {
      return FLOAT32;
    }
    return high;
  }

  /**
   * The type of an operation between a tensor of this type and a Java number, which counts only
   * when its category is higher (PyTorch's rule for scalars).
   */
  public DType withScalar(Number scalar) {
    boolean fraction = scalar instanceof Double || scalar instanceof Float;
    if (fraction) {
      return isFloating() ? this : FLOAT32;
    }
    return this == BOOL ? INT64 : this;
  }

  /** The name PyTorch prints, such as {@code float32}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
