package ai.cresset.tensor;

import ai.cresset.type.DType;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * Texts of numbers in one width, chosen as PyTorch does: whole numbers with a point, powers of ten
 * where the range is wide, else a fixed number of digits. Rounded exactly, halves to even.
 */
final class NumberFormat {
  private final String[] texts;
  private final int width;

  private NumberFormat(String[] texts, int width) {
    this.texts = texts;
    this.width = width;
    for (int i = 0; i < texts.length; i++) {
      texts[i] = " ".repeat(Math.max(0, width - texts[i].length())) + texts[i];
    }
  }

  /** The text of an element, padded. Infinities and zeros may be wider than the width. */
  String text(int element) {
    return texts[element];
  }

  /** The width of columns: that of the widest finite number other than 0. */
  int width() {
    return width;
  }

  /** The texts of all elements in row-major order. */
  static NumberFormat of(Tensor tensor, int precision) {
    return tensor.dtype().isFloating()
        ? floating(tensor.toDoubleArray(), precision)
        : integral(tensor);
  }

  private static NumberFormat integral(Tensor tensor) {
    long[] values = tensor.toLongArray();
    String[] texts = new String[values.length];
    int width = 1;
    for (int i = 0; i < values.length; i++) {
      boolean flag = tensor.dtype() == DType.BOOL;
      texts[i] = flag ? values[i] != 0 ? "True" : "False" : Long.toString(values[i]);
      width = Math.max(width, texts[i].length());
    }
    return new NumberFormat(texts, width);
  }

  private static NumberFormat floating(double[] values, int precision) {
    double least = Double.POSITIVE_INFINITY;
    double most = 0;
    boolean whole = true;
    for (double value : values) {
      double size = Math.abs(value);
      if (size > 0 && size < Double.POSITIVE_INFINITY) {
        least = Math.min(least, size);
        most = Math.max(most, size);
        whole &= value == Math.rint(value);
      }
    }
    boolean powers = most > 0 && (most / least > 1000 || most > 1e8 || least < 1e-4);
    String[] texts = new String[values.length];
    int width = 1;
    for (int i = 0; i < values.length; i++) {
      double value = values[i];
      boolean finite = Double.isFinite(value);
      if (!finite) {
        texts[i] = Double.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
      } else if (powers) {
        texts[i] = scientific(value, precision);
      } else {
        texts[i] = whole ? fixed(value, 0) + "." : fixed(value, precision);
      }
      if (finite && value != 0) {
        width = Math.max(width, texts[i].length());
      }
    }
    return new NumberFormat(texts, width);
  }

  private static String sign(double value) {
    return value < 0 || value == 0 && 1 / value < 0 ? "-" : "";
  }

  private static String fixed(double value, int digits) {
    BigDecimal rounded = new BigDecimal(Math.abs(value)).setScale(digits, RoundingMode.HALF_EVEN);
    return sign(value) + rounded.toPlainString();
  }

  private static String scientific(double value, int precision) {
    if (value == 0) {
      return sign(value) + "0." + "0".repeat(precision) + "e+00";
    }
    BigDecimal rounded =
        new BigDecimal(Math.abs(value))
            .round(new MathContext(precision + 1, RoundingMode.HALF_EVEN));
    int exponent = rounded.precision() - rounded.scale() - 1;
    StringBuilder digits = new StringBuilder(rounded.unscaledValue().toString());
    while (digits.length() < precision + 1) {
      digits.append('0');
    }
    digits.setLength(precision + 1);
    if (precision > 0) {
      digits.insert(1, '.');
    }
    String power = (Math.abs(exponent) < 10 ? "0" : "") + Math.abs(exponent);
    return sign(value) + digits + "e" + (exponent < 0 ? "-" : "+") + power;
  }
}
