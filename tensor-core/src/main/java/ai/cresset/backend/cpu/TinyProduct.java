package ai.cresset.backend.cpu;

import ai.cresset.backend.View;
import ai.cresset.memory.NativeMemory;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import ai.cresset.type.Strides;
import java.util.Arrays;

/**
 * Float32 products of so few elements that calling a library costs more than multiplying: plain
 * loops over any strides, in the calling thread. A sum is added up in the order of the inner
 * dimension, each product rounded before it is added.
 */
final class TinyProduct {
  /** Multiplications and stores up to which these loops are faster; measured in DECISIONS.md. */
  private static final long MOST = 1200;

  private static final long BYTES = DType.FLOAT32.bytes();

  private TinyProduct() {}

  /** Whether {@code [batch, rows, inner]} times {@code [batch, inner, columns]} is done here. */
  static boolean takes(View left, View output) {
    long elements = output.numel();
    long inner = left.shape().size(2);
    return output.dtype() == DType.FLOAT32
        && elements <= MOST
        && inner <= MOST
        && elements * (inner + 1) <= MOST
        && output.shape().size(2) > 1;
  }

  static void multiply(View left, View right, View output, boolean accumulate) {
    Shape shape = output.shape();
    int columns = (int) shape.size(2);
    float[] sums = Scratch.current().floatRow(0, columns);
    for (long batch = 0; batch < shape.size(0); batch++) {
      for (long row = 0; row < shape.size(1); row++) {
        addRow(at(left, batch, row), left, at(right, batch, 0), right, sums, columns);
        store(sums, at(output, batch, row), output, columns, accumulate);
      }
    }
  }

  private static void addRow(
      long leftRow, View left, long rightStart, View right, float[] sums, int columns) {
    int inner = (int) left.shape().size(2);
    long leftStep = left.strides().stride(2) * BYTES;
    long rightStep = right.strides().stride(1) * BYTES;
    long columnStep = right.strides().stride(2) * BYTES;
    Arrays.fill(sums, 0, columns, 0);
    for (int k = 0; k < inner; k++) {
      float factor = NativeMemory.getFloat(leftRow + k * leftStep);
      long rightRow = rightStart + k * rightStep;
      for (int column = 0; column < columns; column++) {
        sums[column] += factor * NativeMemory.getFloat(rightRow + column * columnStep);
      }
    }
  }

  private static void store(
      float[] sums, long outputRow, View output, int columns, boolean accumulate) {
    long step = output.strides().stride(2) * BYTES;
    for (int column = 0; column < columns; column++) {
      long address = outputRow + column * step;
      float sum = sums[column];
      NativeMemory.putFloat(address, accumulate ? NativeMemory.getFloat(address) + sum : sum);
    }
  }

  private static long at(View view, long batch, long row) {
    Strides strides = view.strides();
    return view.address() + (batch * strides.stride(0) + row * strides.stride(1)) * BYTES;
  }
}
