#pragma once

// A convolution as a product of tiles: lines are places of an image, depth runs over the taps of
// the kernel and, innermost, over the channels of a group.

#include "tile.cuh"

struct Window {
  // the image that is read, the image whose places are lines, the kernel
  i64 batch;
  i64 source[3];
  i64 place[3];
  i64 kernel[3];
  // a place p and a tap k meet at (p * up + first + k * step) / down, if that has no rest
  i64 up[3];
  i64 first[3];
  i64 step[3];
  i64 down[3];
  // of the source, in elements; `channels` are those of a group
  i64 channels;
  i64 batch_stride;
  i64 channel_stride;
  i64 stride[3];
  i64 groups;
};

// A place, and where it begins in the source.
template <typename T> struct Pixel {
  const T* image;
  i64 number;
  int at[3];
  int index[3];
  bool inside;
};

// A tap with a channel.
struct Tap {
  i64 channel;
  int at[3];
  int index[3];
  bool inside;
};

template <typename T> struct WindowReader {
  Window window;
  const T* base;
  bool across;

  __device__ inline Pixel<T> pixel(i64 i) const {
    Pixel<T> result;
    i64 rest = i;
#pragma unroll
    for (int dim = 2; dim >= 0; dim--) {
      i64 next = rest / window.place[dim];
      result.index[dim] = (int)(rest - next * window.place[dim]);
      rest = next;
    }
    result.number = rest;
    settle(result);
    return result;
  }

  __device__ inline void settle(Pixel<T>& pixel) const {
    pixel.inside = pixel.number < window.batch;
    pixel.image = base + pixel.number * window.batch_stride;
#pragma unroll
    for (int dim = 0; dim < 3; dim++) {
      pixel.at[dim] = (int)(pixel.index[dim] * window.up[dim] + window.first[dim]);
    }
  }

  __device__ inline void advance(Pixel<T>& pixel, int steps) const {
    pixel.index[2] += steps;
    while (pixel.index[2] >= window.place[2]) {
      pixel.index[2] -= (int)window.place[2];
      if (++pixel.index[1] == window.place[1]) {
        pixel.index[1] = 0;
        if (++pixel.index[0] == window.place[0]) {
          pixel.index[0] = 0;
          pixel.number++;
        }
      }
    }
    settle(pixel);
  }

  __device__ inline Tap tap(i64 i) const {
    Tap result;
    i64 rest = i / window.channels;
    result.channel = i - rest * window.channels;
    i64 plane = rest / window.kernel[2];
    result.index[2] = (int)(rest - plane * window.kernel[2]);
    i64 volume = plane / window.kernel[1];
    result.index[1] = (int)(plane - volume * window.kernel[1]);
    result.index[0] = (int)volume;
    settle(result);
    return result;
  }

  __device__ inline void settle(Tap& tap) const {
    tap.inside = tap.index[0] < window.kernel[0];
#pragma unroll
    for (int dim = 0; dim < 3; dim++) {
      tap.at[dim] = (int)(tap.index[dim] * window.step[dim]);
    }
  }

  __device__ inline void advance(Tap& tap, int steps) const {
    tap.channel += steps;
    if (tap.channel < window.channels) {
      return;
    }
    while (tap.channel >= window.channels) {
      tap.channel -= window.channels;
      if (++tap.index[2] == window.kernel[2]) {
        tap.index[2] = 0;
        if (++tap.index[1] == window.kernel[1]) {
          tap.index[1] = 0;
          tap.index[0]++;
        }
      }
    }
    settle(tap);
  }

  // The element where both meet; null in the padding.
  __device__ inline const T* meet(const Pixel<T>& pixel, const Tap& tap) const {
    if (!pixel.inside || !tap.inside) {
      return 0;
    }
    const T* result = pixel.image + tap.channel * window.channel_stride;
#pragma unroll
    for (int dim = 0; dim < 3; dim++) {
      int at = pixel.at[dim] + tap.at[dim];
      if (window.down[dim] != 1) {
        int down = (int)window.down[dim];
        if (at < 0 || at % down != 0) {
          return 0;
        }
        at /= down;
      }
      if (at < 0 || at >= window.source[dim]) {
        return 0;
      }
      result += at * window.stride[dim];
    }
    return result;
  }
};

// Lines are places, depth are taps with channels.
template <typename T> struct PlaceLoader : WindowReader<T> {
  typedef Pixel<T> Line;
  typedef Tap Depth;

  __device__ inline Line line(i64 i) const { return this->pixel(i); }
  __device__ inline Depth depth(i64 k) const { return this->tap(k); }
  __device__ inline const T* at(const Line& line, const Depth& depth) const {
    return this->meet(line, depth);
  }
};

// Lines are taps with channels, depth are places.
template <typename T> struct TapLoader : WindowReader<T> {
  typedef Tap Line;
  typedef Pixel<T> Depth;

  __device__ inline Line line(i64 i) const { return this->tap(i); }
  __device__ inline Depth depth(i64 k) const { return this->pixel(k); }
  __device__ inline const T* at(const Line& line, const Depth& depth) const {
    return this->meet(depth, line);
  }
};

// Where the sums of places go: an image with any strides.
struct Target {
  i64 batch_stride;
  i64 channel_stride;
  i64 stride[3];
  // channels of a group
  i64 channels;
};

template <typename T> struct PlaceWriter {
  Window window;
  Target target;
  T* base;
  const T* bias;

  struct Row {
    T* at;
    bool inside;
  };

  __device__ inline Row row(i64 i) const {
    Row result;
    result.at = base;
    i64 rest = i;
#pragma unroll
    for (int dim = 2; dim >= 0; dim--) {
      i64 next = rest / window.place[dim];
      result.at += (rest - next * window.place[dim]) * target.stride[dim];
      rest = next;
    }
    result.at += rest * target.batch_stride;
    result.inside = rest < window.batch;
    return result;
  }

  template <typename S> __device__ inline void put(const Row& row, i64 column, S sum) const {
    typedef typename Accumulator<T>::type A;
    if (row.inside && column < target.channels) {
      A shift = bias != 0 ? load<A>(bias[column]) : (A)0;
      row.at[column * target.channel_stride] = store<T>((A)sum + shift);
    }
  }

  template <typename S>
  __device__ inline void put_pair(const Row& row, i64 column, S first, S second) const {
    typedef typename Accumulator<T>::type A;
    T* to = row.at + column * target.channel_stride;
    if (row.inside && column + 1 < target.channels && is_pair(to, target.channel_stride)) {
      A low = bias != 0 ? load<A>(bias[column]) : (A)0;
      A high = bias != 0 ? load<A>(bias[column + 1]) : (A)0;
      Packed<T, 2> pair = {{store<T>((A)first + low), store<T>((A)second + high)}};
      *(Packed<T, 2>*)to = pair;
    } else {
      put(row, column, first);
      put(row, column + 1, second);
    }
  }
};

// Where the sums of weights go: [out, in, taps] with any strides; columns are taps with channels,
// of which the source may have more than the weight.
struct WeightTarget {
  i64 out_stride;
  i64 in_stride;
  i64 stride[3];
  // of a group
  i64 out_channels;
  i64 in_channels;
};

template <typename T> struct WeightWriter {
  Window window;
  WeightTarget target;
  T* base;

  struct Row {
    T* at;
    bool inside;
  };

  __device__ inline Row row(i64 i) const {
    Row result;
    result.at = base + i * target.out_stride;
    result.inside = i < target.out_channels;
    return result;
  }

  template <typename S> __device__ inline void put(const Row& row, i64 column, S sum) const {
    typedef typename Accumulator<T>::type A;
    i64 tap = column / window.channels;
    i64 channel = column - tap * window.channels;
    i64 plane = tap / window.kernel[2];
    i64 volume = plane / window.kernel[1];
    if (row.inside && channel < target.in_channels && volume < window.kernel[0]) {
      i64 to = channel * target.in_stride + volume * target.stride[0] +
               (plane - volume * window.kernel[1]) * target.stride[1] +
               (tap - plane * window.kernel[2]) * target.stride[2];
      row.at[to] = store<T>((A)sum);
    }
  }

  template <typename S>
  __device__ inline void put_pair(const Row& row, i64 column, S first, S second) const {
    put(row, column, first);
    put(row, column + 1, second);
  }
};
