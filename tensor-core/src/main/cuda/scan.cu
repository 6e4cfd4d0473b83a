// Running sums, products and extremes along lines.
// FROM, TO: element types. ACC: float, double or i64. KIND: CUMSUM, CUMPROD, CUMMAX or CUMMIN.
//
// A line is cut into chunks. Where there are several, a first launch writes the total of each
// (TOTALS is 1), a second one makes starts of the totals, and a third one runs through the chunks.

#define CUMSUM 0
#define CUMPROD 1
#define CUMMAX 2
#define CUMMIN 3

#define THREADS 256
#define EACH 4

__device__ inline ACC identity() {
  return KIND == CUMPROD  ? (ACC)1
         : KIND == CUMMAX ? Limits<ACC>::lowest()
         : KIND == CUMMIN ? Limits<ACC>::highest()
                          : (ACC)0;
}

__device__ inline ACC combine(ACC a, ACC b) {
  return KIND == CUMPROD  ? product_of(a, b)
         : KIND == CUMMAX ? larger(a, b)
         : KIND == CUMMIN ? smaller(a, b)
                          : sum_of(a, b);
}

// The totals of each line's chunks become what each chunk starts with. `totals` is
// [lines, chunks].
extern "C" __global__ void scan_starts(ACC* totals, i64 lines, i64 chunks) {
  for (i64 line = global_thread(); line < lines; line += global_threads()) {
    ACC running = identity();
    for (i64 chunk = 0; chunk < chunks; chunk++) {
      ACC total = totals[line * chunks + chunk];
      totals[line * chunks + chunk] = running;
      running = combine(running, total);
    }
  }
}

// One block for each chunk of each line.
extern "C" __global__ void scan_rows(
    const FROM* input,
    TO* output,
    ACC* totals,
    Nest<2> lines,
    i64 length,
    i64 from_step,
    i64 to_step,
    i64 chunk) {
  __shared__ ACC sums[THREADS / 32];
  const i64 chunks = (length + chunk - 1) / chunk;
  const int lane = threadIdx.x & 31;
  const int warp = threadIdx.x >> 5;
  for (i64 number = blockIdx.x; number < lines.count * chunks; number += gridDim.x) {
    i64 line = number / chunks;
    i64 begin = (number - line * chunks) * chunk;
    i64 end = begin + chunk < length ? begin + chunk : length;
    i64 at[2];
    nest_offsets(lines, line, at);
    const FROM* from = input + at[0];
    TO* to = output + at[1];
    ACC running = totals != 0 && !TOTALS ? totals[number] : identity();
    for (i64 tile = begin; tile < end; tile += THREADS * EACH) {
      i64 first = tile + (i64)threadIdx.x * EACH;
      ACC value[EACH];
      for (int j = 0; j < EACH; j++) {
        ACC x = first + j < end ? load<ACC>(from[(first + j) * from_step]) : identity();
        value[j] = j == 0 ? x : combine(value[j - 1], x);
      }
      // What all lower lanes of the warp hold, then all lower warps.
      ACC sum = value[EACH - 1];
      for (int lanes = 1; lanes < 32; lanes <<= 1) {
        ACC other = __shfl_up_sync(0xffffffffu, sum, lanes);
        if (lane >= lanes) {
          sum = combine(other, sum);
        }
      }
      if (lane == 31) {
        sums[warp] = sum;
      }
      ACC before = __shfl_up_sync(0xffffffffu, sum, 1);
      __syncthreads();
      ACC start = running;
      for (int i = 0; i < THREADS / 32; i++) {
        if (i == warp) {
          start = running;
        }
        running = combine(running, sums[i]);
      }
      if (lane > 0) {
        start = combine(start, before);
      }
      for (int j = 0; j < EACH && !TOTALS; j++) {
        if (first + j < end) {
          to[(first + j) * to_step] = cast<TO>(combine(start, value[j]));
        }
      }
      __syncthreads();
    }
    if (TOTALS && threadIdx.x == 0) {
      totals[number] = running;
    }
  }
}

// One thread for each chunk of each line; neighbouring threads have neighbouring lines.
extern "C" __global__ void scan_columns(
    const FROM* input,
    TO* output,
    ACC* totals,
    Nest<2> lines,
    i64 length,
    i64 from_step,
    i64 to_step,
    i64 chunk) {
  const i64 chunks = (length + chunk - 1) / chunk;
  for (i64 number = global_thread(); number < lines.count * chunks; number += global_threads()) {
    i64 part = number / lines.count;
    i64 line = number - part * lines.count;
    i64 begin = part * chunk;
    i64 end = begin + chunk < length ? begin + chunk : length;
    i64 at[2];
    nest_offsets(lines, line, at);
    const FROM* from = input + at[0];
    TO* to = output + at[1];
    ACC running = totals != 0 && !TOTALS ? totals[line * chunks + part] : identity();
    for (i64 i = begin; i < end; i++) {
      running = combine(running, load<ACC>(from[i * from_step]));
      if (!TOTALS) {
        to[i * to_step] = cast<TO>(running);
      }
    }
    if (TOTALS) {
      totals[line * chunks + part] = running;
    }
  }
}
