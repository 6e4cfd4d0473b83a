// The gradient of a convolution's weight, as a product of tiles: output channels by taps and input
// channels, over all places of the output. ELEMENT: the element type; LEFT_MODE and RIGHT_MODE: how
// gradient and input are read; TILE, TENSOR: as in tile.cuh.

#include "window.cuh"

typedef Accumulator<ELEMENT>::type Sum;
typedef TileProduct<ELEMENT, TENSOR != 0> Multiplier;

struct Parts {
  i64 rows;
  i64 columns;
  i64 depth;
  i64 splits;
  // depth of a split
  i64 part;
};

__device__ inline WeightWriter<ELEMENT> weight_writer(
    const Window& window, const WeightTarget& target, i64 group, ELEMENT* output) {
  WeightWriter<ELEMENT> write;
  write.window = window;
  write.target = target;
  write.base = output + group * target.out_channels * target.out_stride;
  return write;
}

// `gradient`: [places, channels], `width` elements for each place.
extern "C" __global__ void __launch_bounds__(TILE_THREADS) convolve_weight(
    Window window, WeightTarget target, Parts parts, const ELEMENT* source,
    const ELEMENT* gradient, i64 width, ELEMENT* output, Sum* partial) {
  DYNAMIC_SHARED(SharedChunk, memory);
  TileTask task = tile_task(blockIdx.x, parts.rows, parts.columns, parts.splits);
  MatrixLoader<ELEMENT> a;
  a.base = gradient + task.batch * target.out_channels;
  a.lines = parts.rows;
  a.depths = parts.depth;
  a.line_stride = 1;
  a.depth_stride = width;
  a.across = true;
  TapLoader<ELEMENT> b;
  b.window = window;
  b.base = source + task.batch * window.channels * window.channel_stride;
  b.across = window.channel_stride == 1;
  i64 begin = task.split * parts.part;
  i64 end = begin + parts.part < parts.depth ? begin + parts.part : parts.depth;
  if (parts.splits == 1) {
    Multiplier::run<LEFT_MODE, RIGHT_MODE>(
        a, b, task.row, task.column, begin, end, (Multiplier::Shared*)memory,
        weight_writer(window, target, task.batch, output));
  } else {
    MatrixWriter<Sum> write;
    write.base = partial + (task.batch * parts.splits + task.split) * parts.rows * parts.columns;
    write.rows = parts.rows;
    write.columns = parts.columns;
    write.row_stride = parts.columns;
    write.column_stride = 1;
    write.accumulate = false;
    Multiplier::run<LEFT_MODE, RIGHT_MODE>(
        a, b, task.row, task.column, begin, end, (Multiplier::Shared*)memory, write);
  }
}

// Adds what the splits came to, in their order.
extern "C" __global__ void convolve_weight_sum(Window window, WeightTarget target, Parts parts,
                                               const Sum* partial, ELEMENT* output) {
  i64 area = parts.rows * parts.columns;
  i64 count = window.groups * area;
  for (i64 i = global_thread(); i < count; i += global_threads()) {
    i64 group = i / area;
    i64 at = i - group * area;
    const Sum* from = partial + group * parts.splits * area + at;
    Sum sum = from[0];
    for (i64 split = 1; split < parts.splits; split++) {
      sum += from[split * area];
    }
    WeightWriter<ELEMENT> write = weight_writer(window, target, group, output);
    write.put(write.row(at / parts.columns), at % parts.columns, sum);
  }
}
