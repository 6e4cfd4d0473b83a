// The first elements of long lines, one line in a block: the key of the last one wanted is found
// digit by digit, then all that come before it are sorted in shared memory. ELEMENT: the element
// type.

#include "sort.cuh"

#define SELECT_WARPS 16

// `size`: the number of wanted elements, rounded up to a power of two.
extern "C" __global__ void __launch_bounds__(32 * SELECT_WARPS) sort_select(
    Nest<3> others, SortLines lines, i32 size, const ELEMENT* input, ELEMENT* values,
    i64* indices) {
  typedef SortTask<ELEMENT>::Key Key;
  DYNAMIC_SHARED(u64, memory);
  Key* keys = (Key*)memory;
  u32* places = (u32*)(keys + size);
  __shared__ u32 counts[256];
  __shared__ u32 chosen[2];
  __shared__ u32 warp_less[SELECT_WARPS];
  __shared__ u32 warp_equal[SELECT_WARPS];

  i64 offsets[3];
  nest_offsets(others, blockIdx.x, offsets);
  const ELEMENT* from = input + offsets[0];
  int lane = (int)(threadIdx.x & 31u);
  int warp = (int)(threadIdx.x >> 5);

  // `threshold`: the leading digits of the last key wanted; `left`: how many of its kind.
  Key threshold = 0;
  u32 left = (u32)lines.wanted;
  int digits = ((int)lines.bits + 7) / 8;
  for (int digit = digits - 1; digit >= 0; digit--) {
    int shift = 8 * digit;
    __syncthreads();
    for (int i = (int)threadIdx.x; i < 256; i += (int)blockDim.x) {
      counts[i] = 0;
    }
    __syncthreads();
    for (i64 i = threadIdx.x; i < lines.length; i += blockDim.x) {
      Key key = SortTask<ELEMENT>::key(from[i * lines.input_stride], lines);
      if (digit == digits - 1 || ((key ^ threshold) >> shift >> 8) == 0) {
        atomicAdd(&counts[(int)((key >> shift) & 255)], 1u);
      }
    }
    __syncthreads();
    if (threadIdx.x == 0) {
      u32 before = 0;
      u32 value = 0;
      while (before + counts[value] < left) {
        before += counts[value];
        value++;
      }
      chosen[0] = value;
      chosen[1] = left - before;
    }
    __syncthreads();
    threshold |= (Key)chosen[0] << shift;
    left = chosen[1];
  }

  // Smaller keys come first in shared memory, then the first ones of those equal to the threshold.
  for (int i = (int)threadIdx.x; i < size; i += (int)blockDim.x) {
    keys[i] = ~(Key)0;
    places[i] = 0xffffffffu;
  }
  u32 less_before = 0;
  u32 equal_before = 0;
  u32 equal_start = (u32)lines.wanted - left;
  for (i64 start = 0; start < lines.length; start += blockDim.x) {
    i64 at = start + threadIdx.x;
    bool inside = at < lines.length;
    Key key = inside ? SortTask<ELEMENT>::key(from[at * lines.input_stride], lines) : ~(Key)0;
    bool less = inside && key < threshold;
    bool equal = inside && key == threshold;
    u32 less_lanes = __ballot_sync(0xffffffffu, less);
    u32 equal_lanes = __ballot_sync(0xffffffffu, equal);
    __syncthreads();
    if (lane == 0) {
      warp_less[warp] = (u32)__popc(less_lanes);
      warp_equal[warp] = (u32)__popc(equal_lanes);
    }
    __syncthreads();
    u32 less_all = less_before;
    u32 equal_all = equal_before;
    for (int i = 0; i < SELECT_WARPS; i++) {
      if (i == warp) {
        less_before = less_all;
        equal_before = equal_all;
      }
      less_all += warp_less[i];
      equal_all += warp_equal[i];
    }
    u32 lanes_before = (1u << lane) - 1;
    u32 to = 0xffffffffu;
    if (less) {
      to = less_before + (u32)__popc(less_lanes & lanes_before);
    } else if (equal) {
      u32 number = equal_before + (u32)__popc(equal_lanes & lanes_before);
      to = number < left ? equal_start + number : 0xffffffffu;
    }
    if (to != 0xffffffffu) {
      keys[to] = key;
      places[to] = (u32)at;
    }
    less_before = less_all;
    equal_before = equal_all;
  }

  bitonic_sort(keys, places, size, size);
  for (int i = (int)threadIdx.x; i < lines.wanted; i += (int)blockDim.x) {
    i64 place = places[i];
    values[offsets[1] + i * lines.values_stride] = from[place * lines.input_stride];
    indices[offsets[2] + i * lines.indices_stride] = place;
  }
}
