#pragma once

// Elements of images of three spatial dimensions.

struct Element {
  i64 number;
  i64 channel;
  i64 at[3];
};

// Neighbouring threads take neighbouring elements of memory.
__device__ inline Element element(i64 i, i64 channels, const i64* size, bool channels_last) {
  Element result;
  if (channels_last) {
    result.channel = i % channels;
    i /= channels;
  }
  for (int dim = 2; dim >= 0; dim--) {
    i64 next = i / size[dim];
    result.at[dim] = i - next * size[dim];
    i = next;
  }
  if (!channels_last) {
    result.channel = i % channels;
    i /= channels;
  }
  result.number = i;
  return result;
}

__device__ inline i64 offset_of(const Element& at, const i64* stride) {
  return at.number * stride[0] + at.channel * stride[1] + at.at[0] * stride[2] +
         at.at[1] * stride[3] + at.at[2] * stride[4];
}
