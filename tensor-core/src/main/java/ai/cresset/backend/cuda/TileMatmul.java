package ai.cresset.backend.cuda;

import ai.cresset.backend.View;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;

/**
 * Matrix products by our own kernels: tensor cores for 16-bit types, and for float32 where tf32 is
 * allowed; any strides. Small results of long sums are split over depth and added in a fixed order,
 * by sizes alone, so that every device gives the same bits.
 */
final class TileMatmul {
  private final CudaContext context;
  private final CudaPrecision precision;

  TileMatmul(CudaContext context, CudaPrecision precision) {
    this.context = context;
    this.precision = precision;
  }

  void multiply(View left, View right, View output, boolean accumulate) {
    // Tiles are tall rather than wide.
    if (output.shape().size(1) < output.shape().size(2) && output.shape().size(1) <= 64) {
      run(
          Matrices.transposed(right),
          Matrices.transposed(left),
          Matrices.transposed(output),
          accumulate);
    } else {
      run(left, right, output, accumulate);
    }
  }

  private void run(View left, View right, View output, boolean accumulate) {
    Shape shape = output.shape();
    long batches = shape.size(0);
    long rows = shape.size(1);
    long columns = shape.size(2);
    long depth = left.shape().size(2);
    DType dtype = output.dtype();
    ProductTile tile = ProductTile.of(dtype, rows, columns, precision);
    long tiles = tile.count(rows, columns) * batches;
    DepthSplit split = DepthSplit.of(tiles, depth);
    long splits = split.count();
    long[] product = {
      rows,
      columns,
      depth,
      left.strides().stride(0),
      left.strides().stride(1),
      left.strides().stride(2),
      right.strides().stride(0),
      right.strides().stride(1),
      right.strides().stride(2),
      output.strides().stride(0),
      output.strides().stride(1),
      output.strides().stride(2),
      accumulate ? 1 : 0,
      splits,
      split.part()
    };
    try (DeviceTemporaries temporaries = new DeviceTemporaries(context)) {
      int sumBytes = dtype.isIntegral() || dtype == DType.FLOAT64 ? 8 : 4;
      long partial =
          splits == 1 ? 0 : temporaries.elements(batches * splits * rows * columns, sumBytes);
      context
          .launch(
              "matmul.cu",
              "matmul",
              tile.defines(dtype, ProductTile.mode(left, 1, 2), ProductTile.mode(right, 2, 1)))
          .int64s(product)
          .view(left)
          .view(right)
          .view(output)
          .address(partial)
          .run(tiles * splits, tile.threads(), tile.sharedBytes());
      if (splits > 1) {
        context
            .launch("matmul_sum.cu", "matmul_sum", "ELEMENT=" + CudaType.of(dtype))
            .int64s(product)
            .int64(batches)
            .address(partial)
            .view(output)
            .runFor(batches * rows * columns, 256);
      }
    }
  }
}
