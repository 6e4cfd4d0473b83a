// Batched matrix products; integers wrap around. ELEMENT: the element type; LEFT_MODE and
// RIGHT_MODE: how the operands are read; TILE: 0 to 2; TENSOR: 1 where float32 may be rounded to
// tf32.

#include "tile.cuh"

struct Product {
  i64 rows;
  i64 columns;
  i64 depth;
  // batch, row, column or depth
  i64 left[3];
  i64 right[3];
  i64 output[3];
  i64 accumulate;
  i64 splits;
  // depth of a split
  i64 part;
};

typedef TileProduct<ELEMENT, TENSOR != 0> Multiplier;

extern "C" __global__ void __launch_bounds__(TILE_THREADS, TILE_BLOCKS) matmul(
    Product product, const ELEMENT* left, const ELEMENT* right, ELEMENT* output,
    Accumulator<ELEMENT>::type* partial) {
  DYNAMIC_SHARED(SharedChunk, memory);
  TileTask task = tile_task(blockIdx.x, product.rows, product.columns, product.splits);
  MatrixLoader<ELEMENT> a;
  a.base = left + task.batch * product.left[0];
  a.lines = product.rows;
  a.depths = product.depth;
  a.line_stride = product.left[1];
  a.depth_stride = product.left[2];
  a.across = product.left[1] < product.left[2];
  MatrixLoader<ELEMENT> b;
  b.base = right + task.batch * product.right[0];
  b.lines = product.columns;
  b.depths = product.depth;
  b.line_stride = product.right[2];
  b.depth_stride = product.right[1];
  b.across = product.right[2] < product.right[1];
  i64 begin = task.split * product.part;
  i64 end = begin + product.part < product.depth ? begin + product.part : product.depth;
  if (product.splits == 1) {
    MatrixWriter<ELEMENT> write;
    write.base = output + task.batch * product.output[0];
    write.rows = product.rows;
    write.columns = product.columns;
    write.row_stride = product.output[1];
    write.column_stride = product.output[2];
    write.accumulate = product.accumulate != 0;
    Multiplier::run<LEFT_MODE, RIGHT_MODE>(
        a, b, task.row, task.column, begin, end, (Multiplier::Shared*)memory, write);
  } else {
    MatrixWriter<Accumulator<ELEMENT>::type> write;
    write.base =
        partial + (task.batch * product.splits + task.split) * product.rows * product.columns;
    write.rows = product.rows;
    write.columns = product.columns;
    write.row_stride = product.columns;
    write.column_stride = 1;
    write.accumulate = false;
    Multiplier::run<LEFT_MODE, RIGHT_MODE>(
        a, b, task.row, task.column, begin, end, (Multiplier::Shared*)memory, write);
  }
}
