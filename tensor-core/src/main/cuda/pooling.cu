// Pooling and its gradients, all in the form of a gather: each thread makes one element of the
// result, and adds in one order. ELEMENT: the element type.

#include "image.cuh"

typedef Accumulator<ELEMENT>::type Sum;

struct Pooling {
  i64 batch;
  i64 channels;
  i64 input[3];
  i64 output[3];
  // batch, channel, spatial
  i64 input_stride[5];
  i64 output_stride[5];
  i64 indices_stride[5];
  // windows: 1 where they cut the input into nearly equal parts, otherwise they slide
  i64 adaptive[3];
  i64 kernel[3];
  i64 step[3];
  i64 padding[3];
  i64 dilation[3];
  // of averages
  i64 count_padding;
  i64 divisor;
};

__device__ inline i64 window_begin(const Pooling& sizes, int dim, i64 at) {
  return sizes.adaptive[dim] != 0 ? at * sizes.input[dim] / sizes.output[dim]
                                  : at * sizes.step[dim] - sizes.padding[dim];
}

__device__ inline i64 window_end(const Pooling& sizes, int dim, i64 at) {
  if (sizes.adaptive[dim] != 0) {
    return ((at + 1) * sizes.input[dim] + sizes.output[dim] - 1) / sizes.output[dim];
  }
  return at * sizes.step[dim] - sizes.padding[dim] +
         (sizes.kernel[dim] - 1) * sizes.dilation[dim] + 1;
}

// The elements of a window that lie in the input.
struct Range {
  i64 begin[3];
  i64 end[3];
};

__device__ inline Range window_range(const Pooling& sizes, const Element& at) {
  Range range;
  for (int dim = 0; dim < 3; dim++) {
    i64 begin = window_begin(sizes, dim, at.at[dim]);
    i64 end = window_end(sizes, dim, at.at[dim]);
    if (begin < 0) {
      begin += (-begin + sizes.dilation[dim] - 1) / sizes.dilation[dim] * sizes.dilation[dim];
    }
    range.begin[dim] = begin;
    range.end[dim] = end < sizes.input[dim] ? end : sizes.input[dim];
  }
  return range;
}

__device__ inline Sum lowest(float) { return (Sum)bits_float(0xff800000u); }
__device__ inline Sum lowest(double) { return (Sum)bits_float(0xff800000u); }

extern "C" __global__ void max_pool(Pooling sizes, const ELEMENT* input, ELEMENT* output,
                                    i64* indices) {
  i64 count = sizes.batch * sizes.channels * sizes.output[0] * sizes.output[1] * sizes.output[2];
  for (i64 i = global_thread(); i < count; i += global_threads()) {
    Element to = element(i, sizes.channels, sizes.output, sizes.output_stride[1] == 1);
    Range range = window_range(sizes, to);
    const ELEMENT* from =
        input + to.number * sizes.input_stride[0] + to.channel * sizes.input_stride[1];
    Sum best = lowest((Sum)0);
    i64 where = -1;
    for (i64 z = range.begin[0]; z < range.end[0]; z += sizes.dilation[0]) {
      for (i64 y = range.begin[1]; y < range.end[1]; y += sizes.dilation[1]) {
        for (i64 x = range.begin[2]; x < range.end[2]; x += sizes.dilation[2]) {
          Sum value = load<Sum>(from[z * sizes.input_stride[2] + y * sizes.input_stride[3] +
                                     x * sizes.input_stride[4]]);
          if (where < 0 || value > best || value != value) {
            best = value;
            where = (z * sizes.input[1] + y) * sizes.input[2] + x;
          }
        }
      }
    }
    output[offset_of(to, sizes.output_stride)] = store<ELEMENT>(best);
    indices[offset_of(to, sizes.indices_stride)] = where;
  }
}

// Which places of the input the windows of each place of the output have chosen: for each spatial
// dimension, one after the other, the lowest and the highest. The windows themselves are unknown.
extern "C" __global__ void max_pool_reach(Pooling sizes, const i64* indices, i32* lowest_chosen,
                                          i32* highest_chosen) {
  i64 count = sizes.batch * sizes.channels * sizes.output[0] * sizes.output[1] * sizes.output[2];
  for (i64 i = global_thread(); i < count; i += global_threads()) {
    Element at = element(i, sizes.channels, sizes.output, sizes.indices_stride[1] == 1);
    i64 chosen = indices[offset_of(at, sizes.indices_stride)];
    if (chosen < 0) {
      continue;
    }
    i64 begin = sizes.output[0] + sizes.output[1];
    for (int dim = 2; dim >= 0; dim--) {
      i64 next = chosen / sizes.input[dim];
      i32 place = (i32)(chosen - next * sizes.input[dim]);
      chosen = next;
      i64 slot = begin + at.at[dim];
      // Few are new: looking first keeps the others from waiting for each other.
      if (*(volatile i32*)&lowest_chosen[slot] > place) {
        atomicMin(&lowest_chosen[slot], place);
      }
      if (*(volatile i32*)&highest_chosen[slot] < place) {
        atomicMax(&highest_chosen[slot], place);
      }
      begin -= dim > 0 ? sizes.output[dim - 1] : 0;
    }
  }
}

extern "C" __global__ void max_pool_unreached(Pooling sizes, i32* lowest_chosen,
                                              i32* highest_chosen) {
  i64 count = sizes.output[0] + sizes.output[1] + sizes.output[2];
  for (i64 i = global_thread(); i < count; i += global_threads()) {
    lowest_chosen[i] = 0x7fffffff;
    highest_chosen[i] = -1;
  }
}

// The first and the last place of the output that may have chosen each place of the input.
extern "C" __global__ void max_pool_candidates(Pooling sizes, const i32* lowest_chosen,
                                               const i32* highest_chosen, i32* first, i32* last) {
  i64 count = sizes.input[0] + sizes.input[1] + sizes.input[2];
  for (i64 i = global_thread(); i < count; i += global_threads()) {
    i64 at = i;
    i64 begin = 0;
    int dim = 0;
    while (at >= sizes.input[dim]) {
      at -= sizes.input[dim];
      begin += sizes.output[dim];
      dim++;
    }
    i32 low = 0;
    i32 high = -1;
    for (i64 place = 0; place < sizes.output[dim]; place++) {
      if (lowest_chosen[begin + place] <= at && highest_chosen[begin + place] >= at) {
        low = high < 0 ? (i32)place : low;
        high = (i32)place;
      }
    }
    first[i] = low;
    last[i] = high;
  }
}

extern "C" __global__ void max_pool_backward(Pooling sizes, const ELEMENT* gradient,
                                             const i64* indices, const i32* first, const i32* last,
                                             ELEMENT* input_gradient) {
  i64 count = sizes.batch * sizes.channels * sizes.input[0] * sizes.input[1] * sizes.input[2];
  for (i64 i = global_thread(); i < count; i += global_threads()) {
    Element to = element(i, sizes.channels, sizes.input, sizes.input_stride[1] == 1);
    i64 place = (to.at[0] * sizes.input[1] + to.at[1]) * sizes.input[2] + to.at[2];
    i64 at_z = to.at[0];
    i64 at_y = sizes.input[0] + to.at[1];
    i64 at_x = sizes.input[0] + sizes.input[1] + to.at[2];
    Element from = to;
    Sum sum = (Sum)0;
    for (from.at[0] = first[at_z]; from.at[0] <= last[at_z]; from.at[0]++) {
      for (from.at[1] = first[at_y]; from.at[1] <= last[at_y]; from.at[1]++) {
        for (from.at[2] = first[at_x]; from.at[2] <= last[at_x]; from.at[2]++) {
          if (indices[offset_of(from, sizes.indices_stride)] == place) {
            sum += load<Sum>(gradient[offset_of(from, sizes.output_stride)]);
          }
        }
      }
    }
    input_gradient[offset_of(to, sizes.input_stride)] = store<ELEMENT>(sum);
  }
}

// What the sum of one window is divided by.
__device__ inline Sum divisor_of(const Pooling& sizes, const Element& at) {
  if (sizes.divisor != 0) {
    return (Sum)sizes.divisor;
  }
  i64 count = 1;
  for (int dim = 0; dim < 3; dim++) {
    i64 begin = window_begin(sizes, dim, at.at[dim]);
    i64 end = window_end(sizes, dim, at.at[dim]);
    i64 room = sizes.input[dim];
    if (sizes.count_padding != 0) {
      room += sizes.padding[dim];
    } else if (begin < 0) {
      begin = 0;
    }
    count *= (end < room ? end : room) - begin;
  }
  return (Sum)count;
}

extern "C" __global__ void average_pool(Pooling sizes, const ELEMENT* input, ELEMENT* output) {
  i64 count = sizes.batch * sizes.channels * sizes.output[0] * sizes.output[1] * sizes.output[2];
  for (i64 i = global_thread(); i < count; i += global_threads()) {
    Element to = element(i, sizes.channels, sizes.output, sizes.output_stride[1] == 1);
    Range range = window_range(sizes, to);
    const ELEMENT* from =
        input + to.number * sizes.input_stride[0] + to.channel * sizes.input_stride[1];
    Sum sum = (Sum)0;
    for (i64 z = range.begin[0]; z < range.end[0]; z++) {
      for (i64 y = range.begin[1]; y < range.end[1]; y++) {
        for (i64 x = range.begin[2]; x < range.end[2]; x++) {
          sum += load<Sum>(from[z * sizes.input_stride[2] + y * sizes.input_stride[3] +
                                x * sizes.input_stride[4]]);
        }
      }
    }
    output[offset_of(to, sizes.output_stride)] = store<ELEMENT>(sum / divisor_of(sizes, to));
  }
}

// The first window that holds a place of the input, and the last one.
__device__ inline i64 first_window(const Pooling& sizes, int dim, i64 at) {
  if (sizes.adaptive[dim] != 0) {
    return at * sizes.output[dim] / sizes.input[dim];
  }
  i64 from = at + sizes.padding[dim] - sizes.kernel[dim] + 1;
  return from <= 0 ? 0 : (from + sizes.step[dim] - 1) / sizes.step[dim];
}

__device__ inline i64 last_window(const Pooling& sizes, int dim, i64 at) {
  i64 last = sizes.adaptive[dim] != 0
                 ? ((at + 1) * sizes.output[dim] - 1) / sizes.input[dim]
                 : (at + sizes.padding[dim]) / sizes.step[dim];
  return last < sizes.output[dim] ? last : sizes.output[dim] - 1;
}

extern "C" __global__ void average_pool_backward(Pooling sizes, const ELEMENT* gradient,
                                                 ELEMENT* input_gradient) {
  i64 count = sizes.batch * sizes.channels * sizes.input[0] * sizes.input[1] * sizes.input[2];
  for (i64 i = global_thread(); i < count; i += global_threads()) {
    Element to = element(i, sizes.channels, sizes.input, sizes.input_stride[1] == 1);
    i64 first[3];
    i64 last[3];
    for (int dim = 0; dim < 3; dim++) {
      first[dim] = first_window(sizes, dim, to.at[dim]);
      last[dim] = last_window(sizes, dim, to.at[dim]);
    }
    Element from = to;
    Sum sum = (Sum)0;
    for (from.at[0] = first[0]; from.at[0] <= last[0]; from.at[0]++) {
      for (from.at[1] = first[1]; from.at[1] <= last[1]; from.at[1]++) {
        for (from.at[2] = first[2]; from.at[2] <= last[2]; from.at[2]++) {
          sum += load<Sum>(gradient[offset_of(from, sizes.output_stride)]) /
                 divisor_of(sizes, from);
        }
      }
    }
    input_gradient[offset_of(to, sizes.input_stride)] = store<ELEMENT>(sum);
  }
}
