// Long lines, by digits of 8 bits from the lowest: each block counts its digits, the counts are
// added up in order of digit and block, each block lays its elements there. The order of equal
// digits is kept, so nothing depends on which block runs first. ELEMENT: the element type.

#include "sort.cuh"

// Elements of a block; each warp has a contiguous part of them, each thread one of 32 neighbours.
#define RADIX_THREADS 256
#define RADIX_WARPS 8
#define RADIX_ROUNDS 8
#define RADIX_PART (RADIX_THREADS * RADIX_ROUNDS)

typedef SortTask<ELEMENT>::Key Key;

// Blocks are [line][part]; counts are [line][digit][part].
struct RadixPart {
  i64 line;
  i64 part;
  i64 parts;
};

__device__ inline RadixPart radix_part(i64 length) {
  RadixPart result;
  result.parts = (length + RADIX_PART - 1) / RADIX_PART;
  result.line = (i64)blockIdx.x / result.parts;
  result.part = (i64)blockIdx.x % result.parts;
  return result;
}

extern "C" __global__ void radix_keys(Nest<3> others, SortLines lines, const ELEMENT* input,
                                      Key* keys, u32* places) {
  i64 count = lines.lines * lines.length;
  for (i64 i = global_thread(); i < count; i += global_threads()) {
    i64 line = i / lines.length;
    i64 at = i - line * lines.length;
    i64 from = nest_offset(others, lines.first + line, 0) + at * lines.input_stride;
    keys[i] = SortTask<ELEMENT>::key(input[from], lines);
    places[i] = (u32)at;
  }
}

extern "C" __global__ void __launch_bounds__(RADIX_THREADS) radix_count(
    i64 length, i32 shift, const Key* keys, u32* counts) {
  __shared__ u32 block_counts[256];
  RadixPart here = radix_part(length);
  block_counts[threadIdx.x] = 0;
  __syncthreads();
  const Key* line = keys + here.line * length;
  for (int round = 0; round < RADIX_ROUNDS; round++) {
    i64 at = here.part * RADIX_PART + round * RADIX_THREADS + threadIdx.x;
    if (at < length) {
      atomicAdd(&block_counts[(int)((line[at] >> shift) & 255)], 1u);
    }
  }
  __syncthreads();
  counts[(here.line * 256 + threadIdx.x) * here.parts + here.part] = block_counts[threadIdx.x];
}

// One block for each line and digit: counts become numbers of those before, `totals` [line][digit].
extern "C" __global__ void __launch_bounds__(RADIX_THREADS) radix_scan(
    i64 parts, u32* counts, u32* totals) {
  __shared__ u32 warp_sums[RADIX_WARPS];
  u32* row = counts + (i64)blockIdx.x * parts;
  int lane = (int)(threadIdx.x & 31u);
  int warp = (int)(threadIdx.x >> 5);
  u32 before = 0;
  for (i64 start = 0; start < parts; start += RADIX_THREADS) {
    i64 at = start + threadIdx.x;
    u32 count = at < parts ? row[at] : 0;
    u32 sum = count;
    for (int offset = 1; offset < 32; offset *= 2) {
      u32 other = __shfl_up_sync(0xffffffffu, sum, offset);
      sum += lane >= offset ? other : 0;
    }
    __syncthreads();
    if (lane == 31) {
      warp_sums[warp] = sum;
    }
    __syncthreads();
    u32 mine = before;
    for (int i = 0; i < RADIX_WARPS; i++) {
      mine += i < warp ? warp_sums[i] : 0;
      before += warp_sums[i];
    }
    if (at < parts) {
      row[at] = mine + sum - count;
    }
  }
  if (threadIdx.x == 0) {
    totals[blockIdx.x] = before;
  }
}

extern "C" __global__ void __launch_bounds__(RADIX_THREADS) radix_move(
    i64 length, i32 shift, const Key* keys, const u32* places, const u32* counts,
    const u32* totals, Key* keys_to, u32* places_to) {
  // How often each warp has met a digit, then where its elements of that digit begin.
  __shared__ u32 starts[RADIX_WARPS][256];
  __shared__ u32 warp_sums[RADIX_WARPS];
  RadixPart here = radix_part(length);
  int lane = (int)(threadIdx.x & 31u);
  int warp = (int)(threadIdx.x >> 5);
  for (int i = 0; i < RADIX_WARPS; i++) {
    starts[i][threadIdx.x] = 0;
  }
  __syncthreads();

  i64 base = here.line * length;
  Key held[RADIX_ROUNDS];
  u32 rank[RADIX_ROUNDS];
  for (int round = 0; round < RADIX_ROUNDS; round++) {
    i64 at = here.part * RADIX_PART + warp * (32 * RADIX_ROUNDS) + round * 32 + lane;
    bool inside = at < length;
    held[round] = inside ? keys[base + at] : (Key)0;
    int digit = (int)((held[round] >> shift) & 255);
    // The lanes with the same digit.
    u32 same = __ballot_sync(0xffffffffu, inside);
    for (int bit = 0; bit < 8; bit++) {
      bool set = ((digit >> bit) & 1) != 0;
      u32 with = __ballot_sync(0xffffffffu, set);
      same &= set ? with : ~with;
    }
    u32 before = inside ? starts[warp][digit] : 0;
    __syncwarp();
    u32 lanes_before = same & ((1u << lane) - 1);
    if (inside && lanes_before == 0) {
      starts[warp][digit] = before + (u32)__popc(same);
    }
    rank[round] = before + (u32)__popc(lanes_before);
    __syncwarp();
  }
  __syncthreads();

  // Thread d knows where digit d of this block begins: behind smaller digits, and earlier parts.
  u32 total = totals[here.line * 256 + threadIdx.x];
  u32 sum = total;
  for (int offset = 1; offset < 32; offset *= 2) {
    u32 other = __shfl_up_sync(0xffffffffu, sum, offset);
    sum += lane >= offset ? other : 0;
  }
  if (lane == 31) {
    warp_sums[warp] = sum;
  }
  __syncthreads();
  u32 start = sum - total + counts[(here.line * 256 + threadIdx.x) * here.parts + here.part];
  for (int i = 0; i < warp; i++) {
    start += warp_sums[i];
  }
  for (int i = 0; i < RADIX_WARPS; i++) {
    u32 count = starts[i][threadIdx.x];
    starts[i][threadIdx.x] = start;
    start += count;
  }
  __syncthreads();

  for (int round = 0; round < RADIX_ROUNDS; round++) {
    i64 at = here.part * RADIX_PART + warp * (32 * RADIX_ROUNDS) + round * 32 + lane;
    if (at < length) {
      int digit = (int)((held[round] >> shift) & 255);
      i64 to = base + starts[warp][digit] + rank[round];
      keys_to[to] = held[round];
      places_to[to] = places[base + at];
    }
  }
}

extern "C" __global__ void radix_write(Nest<3> others, SortLines lines, const u32* places,
                                       const ELEMENT* input, ELEMENT* values, i64* indices) {
  i64 count = lines.lines * lines.wanted;
  for (i64 i = global_thread(); i < count; i += global_threads()) {
    i64 line = i / lines.wanted;
    i64 at = i - line * lines.wanted;
    i64 offsets[3];
    nest_offsets(others, lines.first + line, offsets);
    i64 place = places[line * lines.length + at];
    values[offsets[1] + at * lines.values_stride] = input[offsets[0] + place * lines.input_stride];
    indices[offsets[2] + at * lines.indices_stride] = place;
  }
}
