// Attention without the matrix of scores: rows are queries, steps go over keys. Macros are those of
// attention.cuh.

#include "attention.cuh"

extern "C" __global__ void __launch_bounds__(THREADS) attention(
    Attention sizes, double scale, const ELEMENT* query, const ELEMENT* key, const ELEMENT* value,
    ELEMENT* output, Sum* log_sum) {
  DYNAMIC_SHARED(SharedChunk, memory);
  ELEMENT* queries = (ELEMENT*)memory;
  ELEMENT* keys = queries + ROWS * HEAD_STRIDE;
  ELEMENT* values = keys + STEP * HEAD_STRIDE;
  ELEMENT* scratch = values + STEP * VALUE_STRIDE + warp_row() * STEP_STRIDE;
  bool vector = sizes.vector != 0;
  Place place = place_of(sizes, sizes.queries);
  query += start_of(sizes.query, place);
  key += start_of(sizes.key, place);
  value += start_of(sizes.value, place);
  i64 end = sizes.keys;
  if (sizes.causal != 0 && place.first + ROWS < end) {
    end = place.first + ROWS;
  }

  fetch_rows<HEAD>(
      queries, query, sizes.query[2], place.first, sizes.queries, ROWS, sizes.size, vector);
  fetch_rows<HEAD>(keys, key, sizes.key[2], 0, sizes.keys, STEP, sizes.size, vector);
  copy_async_commit();
  fetch_rows<VALUE>(values, value, sizes.value[2], 0, sizes.keys, STEP, sizes.value_size, vector);
  copy_async_commit();

  Sum sums[VALUE / 8][4];
  clear<VALUE>(sums);
  Sum highest[2] = {minus_infinity(), minus_infinity()};
  Sum total[2] = {(Sum)0, (Sum)0};
  i64 row = place.first + warp_row() + lane_row();
  for (i64 first = 0; first < end; first += STEP) {
    Sum scores[STEP / 8][4];
    clear<STEP>(scores);
    copy_async_wait<1>();
    __syncthreads();
    Warp::by_columns<STEP, HEAD, HEAD_STRIDE, HEAD_STRIDE>(
        scores, queries + warp_row() * HEAD_STRIDE, keys);
    __syncthreads();
    if (first + STEP < end) {
      fetch_rows<HEAD>(
          keys, key, sizes.key[2], first + STEP, sizes.keys, STEP, sizes.size, vector);
    }
    copy_async_commit();

    Sum before[2] = {highest[0], highest[1]};
    int seen[2];
#pragma unroll
    for (int half = 0; half < 2; half++) {
      i64 visible = row + 8 * half + 1;
      seen[half] = seen_columns(
          first, sizes.causal != 0 && visible < sizes.keys ? visible : sizes.keys);
    }
#pragma unroll
    for (int j = 0; j < STEP / 8; j++) {
#pragma unroll
      for (int k = 0; k < 4; k++) {
        int column = 8 * j + lane_column() + (k & 1);
        scores[j][k] = column < seen[k >> 1] ? scores[j][k] * (Sum)scale : minus_infinity();
        // NaN stays, as it would in a softmax.
        highest[k >> 1] = scores[j][k] > highest[k >> 1] ? scores[j][k] : highest[k >> 1];
      }
    }
#pragma unroll
    for (int half = 0; half < 2; half++) {
      for (int offset = 1; offset < 4; offset *= 2) {
        Sum other = __shfl_xor_sync(0xffffffffu, highest[half], offset);
        highest[half] = other > highest[half] ? other : highest[half];
      }
      // Where nothing was seen yet there is nothing to shrink.
      bool none = highest[half] == minus_infinity();
      Sum shrink = none ? (Sum)1 : exponential(before[half] - highest[half]);
      total[half] *= shrink;
#pragma unroll
      for (int j = 0; j < VALUE / 8; j++) {
        sums[j][2 * half] *= shrink;
        sums[j][2 * half + 1] *= shrink;
      }
#pragma unroll
      for (int j = 0; j < STEP / 8; j++) {
#pragma unroll
        for (int k = 2 * half; k < 2 * half + 2; k++) {
          Sum shifted = none ? scores[j][k] : scores[j][k] - highest[half];
          scores[j][k] = exponential(shifted);
          total[half] += scores[j][k];
        }
      }
    }

    copy_async_wait<1>();
    __syncthreads();
    Warp::by_depth<VALUE, STEP, VALUE_STRIDE>(sums, scores, scratch, values);
    __syncthreads();
    if (first + STEP < end) {
      fetch_rows<VALUE>(
          values, value, sizes.value[2], first + STEP, sizes.keys, STEP, sizes.value_size, vector);
    }
    copy_async_commit();
  }
  copy_async_wait<0>();

  Sum factor[2];
#pragma unroll
  for (int half = 0; half < 2; half++) {
    for (int offset = 1; offset < 4; offset *= 2) {
      total[half] += __shfl_xor_sync(0xffffffffu, total[half], offset);
    }
    factor[half] = total[half] == (Sum)0 ? (Sum)0 : (Sum)1 / total[half];
    i64 at = row + 8 * half;
    if (lane_column() == 0 && at < sizes.queries) {
      log_sum[start_of(sizes.log_sum, place) + at * sizes.log_sum[2]] =
          highest[half] + logarithm(total[half]);
    }
  }
  write_rows<VALUE>(sums, output + start_of(sizes.output, place), sizes.output[2],
                    place.first + warp_row(), sizes.queries, sizes.value_size, factor);
}
