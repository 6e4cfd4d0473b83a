// Images and weights in the order in which products of tiles read them. ELEMENT: the element type.

struct Image {
  i64 batch;
  i64 channels;
  // of all three spatial dimensions together
  i64 places;
  i64 size[3];
  i64 batch_stride;
  i64 channel_stride;
  i64 stride[3];
  // channels of the result
  i64 width;
};

#define PACK 32

__device__ inline ELEMENT nothing() { return store<ELEMENT>((Accumulator<ELEMENT>::type)0); }

__device__ inline i64 image_offset(const Image& image, i64 number, i64 place, i64 channel) {
  i64 plane = place / image.size[2];
  i64 volume = plane / image.size[1];
  return number * image.batch_stride + channel * image.channel_stride + volume * image.stride[0] +
         (plane - volume * image.size[1]) * image.stride[1] +
         (place - plane * image.size[2]) * image.stride[2];
}

// To [batch, places, width]: channels innermost, zeros behind them. Tiles of 32 x 32 are turned
// around in shared memory, so that both sides are read and written in runs.
extern "C" __global__ void __launch_bounds__(256) pack_image(
    Image image, const ELEMENT* source, ELEMENT* target) {
  __shared__ ELEMENT tile[PACK][PACK + 1];
  i64 wide = (image.width + PACK - 1) / PACK;
  i64 tall = (image.places + PACK - 1) / PACK;
  i64 channel = (i64)blockIdx.x % wide * PACK;
  i64 place = (i64)blockIdx.x / wide % tall * PACK;
  i64 number = (i64)blockIdx.x / wide / tall;
  bool across = image.channel_stride == 1;
  for (int i = (int)threadIdx.x; i < PACK * PACK; i += (int)blockDim.x) {
    int c = across ? i % PACK : i / PACK;
    int p = across ? i / PACK : i % PACK;
    bool inside = channel + c < image.channels && place + p < image.places;
    tile[p][c] = inside ? source[image_offset(image, number, place + p, channel + c)] : nothing();
  }
  __syncthreads();
  for (int i = (int)threadIdx.x; i < PACK * PACK; i += (int)blockDim.x) {
    int c = i % PACK;
    int p = i / PACK;
    if (channel + c < image.width && place + p < image.places) {
      target[(number * image.places + place + p) * image.width + channel + c] = tile[p][c];
    }
  }
}

struct Weights {
  // the result is [groups, lines, taps, width], zeros behind `channels`
  i64 groups;
  i64 lines;
  i64 channels;
  i64 size[3];
  i64 width;
  i64 group_stride;
  i64 line_stride;
  i64 channel_stride;
  i64 stride[3];
};

extern "C" __global__ void pack_weights(Weights weights, const ELEMENT* source, ELEMENT* target) {
  i64 taps = weights.size[0] * weights.size[1] * weights.size[2];
  i64 count = weights.groups * weights.lines * taps * weights.width;
  for (i64 i = global_thread(); i < count; i += global_threads()) {
    i64 rest = i / weights.width;
    i64 channel = i - rest * weights.width;
    i64 tap = rest % taps;
    rest /= taps;
    i64 line = rest % weights.lines;
    i64 group = rest / weights.lines;
    i64 plane = tap / weights.size[2];
    i64 volume = plane / weights.size[1];
    i64 from = group * weights.group_stride + line * weights.line_stride +
               channel * weights.channel_stride + volume * weights.stride[0] +
               (plane - volume * weights.size[1]) * weights.stride[1] +
               (tap - plane * weights.size[2]) * weights.stride[2];
    target[i] = channel < weights.channels ? source[from] : nothing();
  }
}
