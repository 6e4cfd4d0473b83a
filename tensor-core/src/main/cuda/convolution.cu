// Convolution and the gradient of its input, as a product of tiles: places of the result by its
// channels. ELEMENT: the element type; LEFT_MODE and RIGHT_MODE: how image and weights are read;
// TILE, TENSOR: as in tile.cuh.

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

__device__ inline PlaceWriter<ELEMENT> place_writer(
    const Window& window, const Target& target, i64 group, ELEMENT* output, const ELEMENT* bias) {
  PlaceWriter<ELEMENT> write;
  write.window = window;
  write.target = target;
  write.base = output + group * target.channels * target.channel_stride;
  write.bias = bias != 0 ? bias + group * target.channels : (const ELEMENT*)0;
  return write;
}

// `weight`: [groups, columns, depth].
extern "C" __global__ void __launch_bounds__(TILE_THREADS) convolve(
    Window window, Target target, Parts parts, const ELEMENT* source, const ELEMENT* weight,
    const ELEMENT* bias, ELEMENT* output, Sum* partial) {
  DYNAMIC_SHARED(SharedChunk, memory);
  TileTask task = tile_task(blockIdx.x, parts.rows, parts.columns, parts.splits);
  PlaceLoader<ELEMENT> a;
  a.window = window;
  a.base = source + task.batch * window.channels * window.channel_stride;
  a.across = window.channel_stride != 1;
  MatrixLoader<ELEMENT> b;
  b.base = weight + task.batch * parts.columns * parts.depth;
  b.lines = parts.columns;
  b.depths = parts.depth;
  b.line_stride = parts.depth;
  b.depth_stride = 1;
  b.across = false;
  i64 begin = task.split * parts.part;
  i64 end = begin + parts.part < parts.depth ? begin + parts.part : parts.depth;
  if (parts.splits == 1) {
    Multiplier::run<LEFT_MODE, RIGHT_MODE>(
        a, b, task.row, task.column, begin, end, (Multiplier::Shared*)memory,
        place_writer(window, target, task.batch, output, bias));
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
extern "C" __global__ void convolve_sum(Window window, Target target, Parts parts,
                                        const Sum* partial, const ELEMENT* bias, ELEMENT* output) {
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
    PlaceWriter<ELEMENT> write = place_writer(window, target, group, output, bias);
    write.put(write.row(at / parts.columns), at % parts.columns, sum);
  }
}
