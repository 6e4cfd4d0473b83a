// Places of elements that are not 0, in row-major order. ELEMENT: the element type.

#define NONZERO_THREADS 256
#define NONZERO_WARPS 8
#define NONZERO_PART 4096

struct Sizes {
  i64 rank;
  i64 size[MAX_RANK];
};

__device__ inline bool is_set(const ELEMENT* at) {
  return load<Accumulator<ELEMENT>::type>(*at) != (Accumulator<ELEMENT>::type)0;
}

extern "C" __global__ void __launch_bounds__(NONZERO_THREADS) nonzero_count(
    Nest<1> nest, const ELEMENT* input, i64* counts) {
  __shared__ i64 scratch[33];
  i64 first = (i64)blockIdx.x * NONZERO_PART;
  i64 count = 0;
  for (int i = (int)threadIdx.x; i < NONZERO_PART; i += NONZERO_THREADS) {
    i64 at = first + i;
    if (at < nest.count && is_set(input + nest_offset(nest, at, 0))) {
      count++;
    }
  }
  i64 all = block_combine(count, scratch, [](i64 a, i64 b) { return a + b; });
  if (threadIdx.x == 0) {
    counts[blockIdx.x] = all;
  }
}

// Counts become numbers of those before; one block.
extern "C" __global__ void __launch_bounds__(1024) nonzero_scan(i64 parts, i64* counts) {
  __shared__ i64 warp_sums[32];
  int lane = (int)(threadIdx.x & 31u);
  int warp = (int)(threadIdx.x >> 5);
  i64 before = 0;
  for (i64 start = 0; start < parts; start += blockDim.x) {
    i64 at = start + threadIdx.x;
    i64 count = at < parts ? counts[at] : 0;
    i64 sum = count;
    for (int offset = 1; offset < 32; offset *= 2) {
      i64 other = __shfl_up_sync(0xffffffffu, sum, offset);
      sum += lane >= offset ? other : 0;
    }
    __syncthreads();
    if (lane == 31) {
      warp_sums[warp] = sum;
    }
    __syncthreads();
    i64 mine = before;
    for (int i = 0; i < (int)(blockDim.x >> 5); i++) {
      mine += i < warp ? warp_sums[i] : 0;
      before += warp_sums[i];
    }
    if (at < parts) {
      counts[at] = mine + sum - count;
    }
  }
}

extern "C" __global__ void __launch_bounds__(NONZERO_THREADS) nonzero_write(
    Nest<1> nest, Sizes sizes, i64 rows, i64 row_stride, i64 column_stride, const ELEMENT* input,
    const i64* counts, i64* output) {
  __shared__ i64 warp_counts[NONZERO_WARPS];
  int lane = (int)(threadIdx.x & 31u);
  int warp = (int)(threadIdx.x >> 5);
  i64 before = counts[blockIdx.x];
  for (int start = 0; start < NONZERO_PART; start += NONZERO_THREADS) {
    i64 at = (i64)blockIdx.x * NONZERO_PART + start + threadIdx.x;
    bool set = at < nest.count && is_set(input + nest_offset(nest, at, 0));
    u32 lanes = __ballot_sync(0xffffffffu, set);
    __syncthreads();
    if (lane == 0) {
      warp_counts[warp] = __popc(lanes);
    }
    __syncthreads();
    i64 row = before + __popc(lanes & ((1u << lane) - 1));
    for (int i = 0; i < NONZERO_WARPS; i++) {
      row += i < warp ? warp_counts[i] : 0;
      before += warp_counts[i];
    }
    if (set && row < rows) {
      i64 rest = at;
      for (int dim = (int)sizes.rank - 1; dim >= 0; dim--) {
        i64 next = rest / sizes.size[dim];
        output[row * row_stride + dim * column_stride] = rest - next * sizes.size[dim];
        rest = next;
      }
    }
  }
}
