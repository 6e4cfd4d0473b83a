// Convolutions whose groups have one input channel: every output channel looks at one input channel
// only, so there is nothing to share between them. ELEMENT: the element type.

#include "image.cuh"

typedef Accumulator<ELEMENT>::type Sum;

struct Depthwise {
  i64 batch;
  // input channels, and output channels for each of them
  i64 channels;
  i64 multiplier;
  i64 input[3];
  i64 output[3];
  i64 kernel[3];
  i64 step[3];
  i64 padding[3];
  i64 dilation[3];
  // batch, channel, spatial
  i64 input_stride[5];
  i64 output_stride[5];
  // channel, spatial
  i64 weight_stride[4];
};

extern "C" __global__ void depthwise(Depthwise sizes, const ELEMENT* input, const ELEMENT* weight,
                                     const ELEMENT* bias, ELEMENT* output) {
  i64 channels = sizes.channels * sizes.multiplier;
  i64 count = sizes.batch * channels * sizes.output[0] * sizes.output[1] * sizes.output[2];
  for (i64 i = global_thread(); i < count; i += global_threads()) {
    Element to = element(i, channels, sizes.output, sizes.output_stride[1] == 1);
    const ELEMENT* from = input + to.number * sizes.input_stride[0] +
                          to.channel / sizes.multiplier * sizes.input_stride[1];
    const ELEMENT* with = weight + to.channel * sizes.weight_stride[0];
    i64 begin[3];
    for (int dim = 0; dim < 3; dim++) {
      begin[dim] = to.at[dim] * sizes.step[dim] - sizes.padding[dim];
    }
    Sum sum = bias != 0 ? load<Sum>(bias[to.channel]) : (Sum)0;
    for (i64 z = 0; z < sizes.kernel[0]; z++) {
      i64 from_z = begin[0] + z * sizes.dilation[0];
      if (from_z < 0 || from_z >= sizes.input[0]) {
        continue;
      }
      for (i64 y = 0; y < sizes.kernel[1]; y++) {
        i64 from_y = begin[1] + y * sizes.dilation[1];
        if (from_y < 0 || from_y >= sizes.input[1]) {
          continue;
        }
        for (i64 x = 0; x < sizes.kernel[2]; x++) {
          i64 from_x = begin[2] + x * sizes.dilation[2];
          if (from_x >= 0 && from_x < sizes.input[2]) {
            Sum value = load<Sum>(from[from_z * sizes.input_stride[2] +
                                       from_y * sizes.input_stride[3] +
                                       from_x * sizes.input_stride[4]]);
            sum += value * load<Sum>(with[z * sizes.weight_stride[1] + y * sizes.weight_stride[2] +
                                          x * sizes.weight_stride[3]]);
          }
        }
      }
    }
    output[offset_of(to, sizes.output_stride)] = store<ELEMENT>(sum);
  }
}

// The place of the output whose window has this element at tap k; -1 if there is none.
__device__ inline i64 place_of(const Depthwise& sizes, int dim, i64 at, i64 k) {
  i64 from = at + sizes.padding[dim] - k * sizes.dilation[dim];
  if (from < 0 || from % sizes.step[dim] != 0) {
    return -1;
  }
  i64 place = from / sizes.step[dim];
  return place < sizes.output[dim] ? place : -1;
}

extern "C" __global__ void depthwise_input(Depthwise sizes, const ELEMENT* gradient,
                                           const ELEMENT* weight, ELEMENT* input_gradient) {
  i64 count = sizes.batch * sizes.channels * sizes.input[0] * sizes.input[1] * sizes.input[2];
  for (i64 i = global_thread(); i < count; i += global_threads()) {
    Element to = element(i, sizes.channels, sizes.input, sizes.input_stride[1] == 1);
    Sum sum = (Sum)0;
    for (i64 z = 0; z < sizes.kernel[0]; z++) {
      i64 from_z = place_of(sizes, 0, to.at[0], z);
      if (from_z < 0) {
        continue;
      }
      for (i64 y = 0; y < sizes.kernel[1]; y++) {
        i64 from_y = place_of(sizes, 1, to.at[1], y);
        if (from_y < 0) {
          continue;
        }
        for (i64 x = 0; x < sizes.kernel[2]; x++) {
          i64 from_x = place_of(sizes, 2, to.at[2], x);
          if (from_x < 0) {
            continue;
          }
          for (i64 m = 0; m < sizes.multiplier; m++) {
            i64 channel = to.channel * sizes.multiplier + m;
            Sum value = load<Sum>(gradient[to.number * sizes.output_stride[0] +
                                           channel * sizes.output_stride[1] +
                                           from_z * sizes.output_stride[2] +
                                           from_y * sizes.output_stride[3] +
                                           from_x * sizes.output_stride[4]]);
            sum += value * load<Sum>(weight[channel * sizes.weight_stride[0] +
                                            z * sizes.weight_stride[1] +
                                            y * sizes.weight_stride[2] +
                                            x * sizes.weight_stride[3]]);
          }
        }
      }
    }
    input_gradient[offset_of(to, sizes.input_stride)] = store<ELEMENT>(sum);
  }
}

#define DEPTHWISE_THREADS 256

// Blocks are [split][tap][channels / wide]: `wide` output channels together, the other threads take
// turns at the places of the split. `partial`: [split][channel][tap].
extern "C" __global__ void __launch_bounds__(DEPTHWISE_THREADS) depthwise_weight(
    Depthwise sizes, i32 wide, i64 part, const ELEMENT* input, const ELEMENT* gradient,
    Sum* partial) {
  __shared__ Sum sums[DEPTHWISE_THREADS];
  i64 channels = sizes.channels * sizes.multiplier;
  i64 taps = sizes.kernel[0] * sizes.kernel[1] * sizes.kernel[2];
  i64 across = (channels + wide - 1) / wide;
  i64 channel = (i64)blockIdx.x % across * wide + (i64)threadIdx.x % wide;
  i64 tap = (i64)blockIdx.x / across % taps;
  i64 split = (i64)blockIdx.x / across / taps;
  i64 plane = tap / sizes.kernel[2];
  i64 k[3];
  k[2] = tap - plane * sizes.kernel[2];
  k[0] = plane / sizes.kernel[1];
  k[1] = plane - k[0] * sizes.kernel[1];
  i64 places = sizes.batch * sizes.output[0] * sizes.output[1] * sizes.output[2];
  i64 end = (split + 1) * part < places ? (split + 1) * part : places;
  int turns = DEPTHWISE_THREADS / wide;
  Sum sum = (Sum)0;
  if (channel < channels) {
    for (i64 i = split * part + (i64)threadIdx.x / wide; i < end; i += turns) {
      Element at = element(i, 1, sizes.output, true);
      at.channel = channel;
      i64 from = at.number * sizes.input_stride[0] +
                 channel / sizes.multiplier * sizes.input_stride[1];
      bool inside = true;
      for (int dim = 0; dim < 3; dim++) {
        i64 place =
            at.at[dim] * sizes.step[dim] - sizes.padding[dim] + k[dim] * sizes.dilation[dim];
        inside = inside && place >= 0 && place < sizes.input[dim];
        from += place * sizes.input_stride[2 + dim];
      }
      if (inside) {
        sum += load<Sum>(input[from]) * load<Sum>(gradient[offset_of(at, sizes.output_stride)]);
      }
    }
  }
  sums[threadIdx.x] = sum;
  __syncthreads();
  for (int half = turns / 2; half > 0; half /= 2) {
    if ((int)threadIdx.x < half * wide) {
      sums[threadIdx.x] += sums[threadIdx.x + half * wide];
    }
    __syncthreads();
  }
  if ((int)threadIdx.x < wide && channel < channels) {
    partial[(split * channels + channel) * taps + tap] = sums[threadIdx.x];
  }
}

extern "C" __global__ void depthwise_weight_sum(Depthwise sizes, i64 splits, const Sum* partial,
                                                ELEMENT* weight_gradient) {
  i64 taps = sizes.kernel[0] * sizes.kernel[1] * sizes.kernel[2];
  i64 count = sizes.channels * sizes.multiplier * taps;
  for (i64 i = global_thread(); i < count; i += global_threads()) {
    Sum sum = partial[i];
    for (i64 split = 1; split < splits; split++) {
      sum += partial[split * count + i];
    }
    i64 channel = i / taps;
    i64 tap = i - channel * taps;
    i64 plane = tap / sizes.kernel[2];
    i64 volume = plane / sizes.kernel[1];
    weight_gradient[channel * sizes.weight_stride[0] + volume * sizes.weight_stride[1] +
                    (plane - volume * sizes.kernel[1]) * sizes.weight_stride[2] +
                    (tap - plane * sizes.kernel[2]) * sizes.weight_stride[3]] = store<ELEMENT>(sum);
  }
}
