package ai.cresset.backend;

import org.jspecify.annotations.Nullable;

/**
 * Products of 8-bit integers with sums of 32 bits. A device has this only where it is faster than
 * the float32 product; elsewhere the product is composed of float32 ones.
 */
public interface Int8Matmul {
  /**
   * The largest element of the left operand. Seven bits: two products of neighbours then fit 16
   * bits, which is what processors without instructions for this sum them up in.
   */
  int LARGEST_LEFT = 127;

  /**
   * {@code output = scale * (left - zeroPoint) (columnScales * right)^T + bias}.
   *
   * @param left uint8 {@code [rows, inner]}, contiguous, from 0 to {@link #LARGEST_LEFT}
   * @param zeroPoint from 0 to {@link #LARGEST_LEFT}
   * @param right int8 {@code [columns, inner]}, contiguous
   * @param columnScales float32 {@code [columns]}, contiguous
   * @param bias float32 {@code [columns]}, contiguous
   * @param output float32 {@code [rows, columns]}, contiguous
   */
  void int8Matmul(
      View left,
      float scale,
      int zeroPoint,
      View right,
      View columnScales,
      @Nullable View bias,
      View output);
}
