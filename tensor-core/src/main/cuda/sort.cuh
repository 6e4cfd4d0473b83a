#pragma once

// Elements as unsigned keys in the same order: NaN above all, both zeros equal. `flip` is all ones
// for descending order; equal keys keep their places then too.

template <typename T> struct SortKey { typedef u32 type; };
template <> struct SortKey<i64> { typedef u64 type; };
template <> struct SortKey<double> { typedef u64 type; };

__device__ inline u32 sort_key(u8 x) { return x; }
__device__ inline u32 sort_key(boolean x) { return x.bits; }
__device__ inline u32 sort_key(i8 x) { return (u32)(x + 0x80); }
__device__ inline u32 sort_key(i16 x) { return (u32)(x + 0x8000); }
__device__ inline u32 sort_key(i32 x) { return (u32)x ^ 0x80000000u; }
__device__ inline u64 sort_key(i64 x) { return (u64)x ^ 0x8000000000000000ull; }

__device__ inline u32 sort_key_16(u32 bits, u32 infinity) {
  u32 size = bits & 0x7fffu;
  if (size > infinity) {
    return 0xffffu;
  }
  if (size == 0) {
    return 0x8000u;
  }
  return (bits & 0x8000u) != 0 ? ~bits & 0xffffu : bits | 0x8000u;
}
__device__ inline u32 sort_key(bf16 x) { return sort_key_16(x.bits, 0x7f80u); }
__device__ inline u32 sort_key(f16 x) { return sort_key_16(x.bits, 0x7c00u); }

__device__ inline u32 sort_key(float x) {
  u32 bits = float_bits(x);
  u32 size = bits & 0x7fffffffu;
  if (size > 0x7f800000u) {
    return 0xffffffffu;
  }
  if (size == 0) {
    return 0x80000000u;
  }
  return (bits & 0x80000000u) != 0 ? ~bits : bits | 0x80000000u;
}

__device__ inline u64 sort_key(double x) {
  u64 bits = (u64)__double_as_longlong(x);
  u64 size = bits & 0x7fffffffffffffffull;
  if (size > 0x7ff0000000000000ull) {
    return 0xffffffffffffffffull;
  }
  if (size == 0) {
    return 0x8000000000000000ull;
  }
  return (bits >> 63) != 0 ? ~bits : bits | 0x8000000000000000ull;
}

// The lines to sort: other dimensions of input, values and indices, and theirs along the line.
struct SortLines {
  i64 length;
  i64 wanted;
  i64 input_stride;
  i64 values_stride;
  i64 indices_stride;
  // bits of a key that are in use, from the lowest
  i64 bits;
  i64 descending;
  // the first line of this launch, and how many there are
  i64 first;
  i64 lines;
};

template <typename T> struct SortTask {
  typedef typename SortKey<T>::type Key;

  __device__ static inline Key key(T x, const SortLines& lines) {
    Key key = sort_key(x);
    // Only the bits in use, so that small keys need few passes.
    Key used = lines.bits >= (i64)(8 * sizeof(Key)) ? ~(Key)0 : (((Key)1 << lines.bits) - 1);
    return (lines.descending != 0 ? ~key : key) & used;
  }
};

// Sorts groups of `size` pairs in shared memory, `count` pairs in all, both powers of two; a pair
// is less by its key, then by its place, so the order of equal keys is kept.
template <typename Key>
__device__ inline void bitonic_sort(Key* keys, u32* places, int count, int size) {
  for (int run = 2; run <= size; run *= 2) {
    for (int step = run / 2; step > 0; step /= 2) {
      __syncthreads();
      for (int i = (int)threadIdx.x; i < count / 2; i += (int)blockDim.x) {
        int low = 2 * i - (i & (step - 1));
        int high = low + step;
        bool up = ((low & (size - 1)) & run) == 0 || run == size;
        bool greater = keys[low] > keys[high] ||
                       (keys[low] == keys[high] && places[low] > places[high]);
        if (greater == up) {
          Key key = keys[low];
          keys[low] = keys[high];
          keys[high] = key;
          u32 place = places[low];
          places[low] = places[high];
          places[high] = place;
        }
      }
    }
  }
  __syncthreads();
}
