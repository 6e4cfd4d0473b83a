package ai.cresset.backend.cpu;

import ai.cresset.backend.View;
import ai.cresset.memory.NativeMemory;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import ai.cresset.type.Strides;
import java.util.List;

/** Weights of 3 x 3 taps as the 16 matrices that {@link WinogradConvolution} multiplies by. */
final class WinogradWeights {
  private static final int PLANES = WinogradTiles.PLANES;
  private static final int TAPS = 9;

  /** Rows of a task. */
  private static final int ROWS = 16;

  private final ThreadTeam team;
  private final FloatKernels kernels;
  private final CopyKernel copies;

  WinogradWeights(ThreadTeam team, FloatKernels kernels, CopyKernel copies) {
    this.team = team;
    this.kernels = kernels;
    this.copies = copies;
  }

  /** {@code [16, inputs, outputs]} of a weight {@code [outputs, inputs, 1, 3, 3]}. */
  View forward(View w, Temporaries temporaries) {
    return planes(taps(w, 1, 0), false, temporaries);
  }

  /** {@code [16, outputs, inputs]}, turned by half a turn, for the gradient of the input. */
  View turned(View w, Temporaries temporaries) {
    return planes(taps(w, 0, 1), true, temporaries);
  }

  /** {@code [rows, 9, columns]} of these dimensions of a row-major weight. */
  private static View taps(View w, int rows, int columns) {
    Shape shape = Shape.of(w.shape().size(rows), TAPS, w.shape().size(columns));
    Strides strides = Strides.of(w.strides().stride(rows), 1, w.strides().stride(columns));
    return new View(w.storage(), w.offset(), shape, strides, w.dtype());
  }

  private View planes(View taps, boolean turned, Temporaries temporaries) {
    View dense = temporaries.copyOf(taps, DType.FLOAT32);
    int rows = Math.toIntExact(taps.shape().size(0));
    int columns = Math.toIntExact(taps.shape().size(2));
    View planes = temporaries.of(Shape.of(PLANES, rows, columns), DType.FLOAT32);
    forRows(
        rows,
        (row, scratch) -> {
          float[] square = scratch.floatRow(0, TAPS * columns);
          float[] result = scratch.floatRow(1, PLANES * columns);
          for (int tap = 0; tap < TAPS; tap++) {
            int at = (turned ? TAPS - 1 - tap : tap) * columns;
            NativeMemory.read(address(dense, row, tap), square, at, columns);
          }
          kernels.tiles(TileTransform.WEIGHT, square, columns, result, columns, 1, columns);
          for (int plane = 0; plane < PLANES; plane++) {
            NativeMemory.write(result, plane * columns, address(planes, plane, row), columns);
          }
        });
    return planes;
  }

  /** The weight's gradient, of parts {@code [16, outputs, inputs]} of it that are added up. */
  void gradient(List<View> parts, View w, Temporaries temporaries) {
    int rows = Math.toIntExact(w.shape().size(0));
    int columns = Math.toIntExact(w.shape().size(1));
    View dense = temporaries.of(Shape.of(rows, TAPS, columns), DType.FLOAT32);
    forRows(
        rows,
        (row, scratch) -> {
          float[] sum = scratch.floatRow(0, PLANES * columns);
          float[] part = scratch.floatRow(1, PLANES * columns);
          for (int plane = 0; plane < PLANES; plane++) {
            int at = plane * columns;
            NativeMemory.read(address(parts.get(0), plane, row), sum, at, columns);
            for (View further : parts.subList(1, parts.size())) {
              NativeMemory.read(address(further, plane, row), part, 0, columns);
              kernels.accumulate(part, 0, sum, at, columns);
            }
          }
          kernels.tiles(TileTransform.WEIGHT_GRADIENT, sum, columns, part, columns, 1, columns);
          NativeMemory.write(part, 0, address(dense, row, 0), TAPS * columns);
        });
    copies.copy(dense, taps(w, 0, 1));
  }

  private interface Body {
    void run(int row, Scratch scratch);
  }

  private void forRows(int rows, Body body) {
    team.run(
        (rows + ROWS - 1) / ROWS,
        task -> {
          Scratch scratch = Scratch.current();
          for (int row = task * ROWS; row < Math.min(rows, (task + 1) * ROWS); row++) {
            body.run(row, scratch);
          }
        });
  }

  private static long address(View view, long first, long second) {
    long row = first * view.shape().size(1) + second;
    return view.address() + row * view.shape().size(2) * Float.BYTES;
  }
}
