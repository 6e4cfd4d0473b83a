// Lines that fit into shared memory, several of them in a block. ELEMENT: the element type.

#include "sort.cuh"

// `size`: the length of a line, rounded up to a power of two; `together`: lines of a block.
extern "C" __global__ void sort_short(Nest<3> others, SortLines lines, i32 size, i32 together,
                                      const ELEMENT* input, ELEMENT* values, i64* indices) {
  typedef SortTask<ELEMENT>::Key Key;
  DYNAMIC_SHARED(u64, memory);
  int count = size * together;
  Key* keys = (Key*)memory;
  u32* places = (u32*)(keys + count);
  i64 first = (i64)blockIdx.x * together;
  for (int i = (int)threadIdx.x; i < count; i += (int)blockDim.x) {
    i64 line = first + i / size;
    int at = i & (size - 1);
    if (line < lines.lines && at < lines.length) {
      i64 from = nest_offset(others, line, 0) + at * lines.input_stride;
      keys[i] = SortTask<ELEMENT>::key(input[from], lines);
    } else {
      keys[i] = ~(Key)0;
    }
    places[i] = (u32)at;
  }
  bitonic_sort(keys, places, count, size);
  for (int i = (int)threadIdx.x; i < count; i += (int)blockDim.x) {
    i64 line = first + i / size;
    int at = i & (size - 1);
    if (line < lines.lines && at < lines.wanted) {
      i64 offsets[3];
      nest_offsets(others, line, offsets);
      i64 place = places[i];
      values[offsets[1] + at * lines.values_stride] =
          input[offsets[0] + place * lines.input_stride];
      indices[offsets[2] + at * lines.indices_stride] = place;
    }
  }
}
