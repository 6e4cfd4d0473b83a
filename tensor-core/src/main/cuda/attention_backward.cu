// The gradients of attention, each in one order: those of queries by blocks of queries, those of
// keys and values by blocks of keys. PARTS: 1 for values, 2 for keys, 3 for both, by
// attention_backward_keys; HEAD and VALUE above 128 leave registers for one of them only.

#include "attention.cuh"

// products[batch, head, query]: the output times its gradient; one warp for a row.
extern "C" __global__ void attention_products(Attention sizes, i64 batches, const ELEMENT* output,
                                              const ELEMENT* gradient, Sum* products) {
  i64 rows = batches * sizes.heads * sizes.queries;
  i64 warps = global_threads() >> 5;
  int lane = (int)(threadIdx.x & 31u);
  for (i64 i = global_thread() >> 5; i < rows; i += warps) {
    i64 row = i % sizes.queries;
    Place place;
    place.head = i / sizes.queries % sizes.heads;
    place.batch = i / sizes.queries / sizes.heads;
    const ELEMENT* a = output + start_of(sizes.output, place) + row * sizes.output[2];
    const ELEMENT* b = gradient + start_of(sizes.gradient, place) + row * sizes.gradient[2];
    Sum sum = (Sum)0;
    for (i64 k = lane; k < sizes.value_size; k += 32) {
      sum += load<Sum>(a[k]) * load<Sum>(b[k]);
    }
    for (int offset = 16; offset > 0; offset /= 2) {
      sum += __shfl_xor_sync(0xffffffffu, sum, offset);
    }
    if (lane == 0) {
      products[i] = sum;
    }
  }
}

extern "C" __global__ void __launch_bounds__(THREADS) attention_backward_queries(
    Attention sizes, double scale, const ELEMENT* gradient, const ELEMENT* query,
    const ELEMENT* key, const ELEMENT* value, const Sum* log_sum, const Sum* products,
    ELEMENT* query_gradient) {
  DYNAMIC_SHARED(SharedChunk, memory);
  ELEMENT* queries = (ELEMENT*)memory;
  ELEMENT* gradients = queries + ROWS * HEAD_STRIDE;
  ELEMENT* keys = gradients + ROWS * VALUE_STRIDE;
  ELEMENT* values = keys + STEP * HEAD_STRIDE;
  ELEMENT* scratch = values + STEP * VALUE_STRIDE + warp_row() * STEP_STRIDE;
  bool vector = sizes.vector != 0;
  Place place = place_of(sizes, sizes.queries);
  query += start_of(sizes.query, place);
  key += start_of(sizes.key, place);
  value += start_of(sizes.value, place);
  gradient += start_of(sizes.gradient, place);
  i64 end = sizes.keys;
  if (sizes.causal != 0 && place.first + ROWS < end) {
    end = place.first + ROWS;
  }
  i64 row = place.first + warp_row() + lane_row();
  Sum log_sums[2];
  Sum product[2];
#pragma unroll
  for (int half = 0; half < 2; half++) {
    i64 at = row + 8 * half;
    bool inside = at < sizes.queries;
    log_sums[half] =
        inside ? log_sum[start_of(sizes.log_sum, place) + at * sizes.log_sum[2]] : (Sum)0;
    product[half] =
        inside ? products[(place.batch * sizes.heads + place.head) * sizes.queries + at] : (Sum)0;
  }

  fetch_rows<HEAD>(
      queries, query, sizes.query[2], place.first, sizes.queries, ROWS, sizes.size, vector);
  fetch_rows<VALUE>(gradients, gradient, sizes.gradient[2], place.first, sizes.queries, ROWS,
                    sizes.value_size, vector);
  Sum sums[HEAD / 8][4];
  clear<HEAD>(sums);
  for (i64 first = 0; first < end; first += STEP) {
    __syncthreads();
    fetch_rows<HEAD>(keys, key, sizes.key[2], first, sizes.keys, STEP, sizes.size, vector);
    copy_async_commit();
    fetch_rows<VALUE>(
        values, value, sizes.value[2], first, sizes.keys, STEP, sizes.value_size, vector);
    copy_async_commit();
    Sum scores[STEP / 8][4];
    clear<STEP>(scores);
    copy_async_wait<1>();
    __syncthreads();
    Warp::by_columns<STEP, HEAD, HEAD_STRIDE, HEAD_STRIDE>(
        scores, queries + warp_row() * HEAD_STRIDE, keys);
    Sum changes[STEP / 8][4];
    clear<STEP>(changes);
    copy_async_wait<0>();
    __syncthreads();
    Warp::by_columns<STEP, VALUE, VALUE_STRIDE, VALUE_STRIDE>(
        changes, gradients + warp_row() * VALUE_STRIDE, values);
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
        int half = k >> 1;
        int column = 8 * j + lane_column() + (k & 1);
        Sum weight = exponential(scores[j][k] * (Sum)scale - log_sums[half]);
        changes[j][k] =
            column < seen[half] ? weight * (changes[j][k] - product[half]) : (Sum)0;
      }
    }
    Warp::by_depth<HEAD, STEP, HEAD_STRIDE>(sums, changes, scratch, keys);
  }
  copy_async_wait<0>();
  Sum factor[2] = {(Sum)scale, (Sum)scale};
  write_rows<HEAD>(sums, query_gradient + start_of(sizes.query_gradient, place),
                   sizes.query_gradient[2], place.first + warp_row(), sizes.queries, sizes.size,
                   factor);
}

#ifdef PARTS
extern "C" __global__ void __launch_bounds__(THREADS) attention_backward_keys(
    Attention sizes, double scale, const ELEMENT* gradient, const ELEMENT* query,
    const ELEMENT* key, const ELEMENT* value, const Sum* log_sum, const Sum* products,
    ELEMENT* key_gradient, ELEMENT* value_gradient) {
  DYNAMIC_SHARED(SharedChunk, memory);
  __shared__ Sum log_sums[STEP];
  __shared__ Sum product[STEP];
  ELEMENT* keys = (ELEMENT*)memory;
  ELEMENT* values = keys + ROWS * HEAD_STRIDE;
  ELEMENT* queries = values + ROWS * VALUE_STRIDE;
  ELEMENT* gradients = queries + STEP * HEAD_STRIDE;
  ELEMENT* scratch = gradients + STEP * VALUE_STRIDE + warp_row() * STEP_STRIDE;
  bool vector = sizes.vector != 0;
  Place place = place_of(sizes, sizes.keys);
  query += start_of(sizes.query, place);
  key += start_of(sizes.key, place);
  value += start_of(sizes.value, place);
  gradient += start_of(sizes.gradient, place);
  log_sum += start_of(sizes.log_sum, place);
  products += (place.batch * sizes.heads + place.head) * sizes.queries;
  // Queries before the first key of the block see none of it.
  i64 begin = sizes.causal != 0 ? place.first / STEP * STEP : 0;

  fetch_rows<HEAD>(keys, key, sizes.key[2], place.first, sizes.keys, ROWS, sizes.size, vector);
  fetch_rows<VALUE>(
      values, value, sizes.value[2], place.first, sizes.keys, ROWS, sizes.value_size, vector);
#if PARTS & 1
  Sum value_sums[VALUE / 8][4];
  clear<VALUE>(value_sums);
#endif
#if PARTS & 2
  Sum key_sums[HEAD / 8][4];
  clear<HEAD>(key_sums);
#endif
  i64 row = place.first + warp_row() + lane_row();
  for (i64 first = begin; first < sizes.queries; first += STEP) {
    __syncthreads();
    fetch_rows<HEAD>(
        queries, query, sizes.query[2], first, sizes.queries, STEP, sizes.size, vector);
    copy_async_commit();
    fetch_rows<VALUE>(gradients, gradient, sizes.gradient[2], first, sizes.queries, STEP,
                      sizes.value_size, vector);
    copy_async_commit();
    for (int i = (int)threadIdx.x; i < STEP; i += THREADS) {
      bool inside = first + i < sizes.queries;
      log_sums[i] = inside ? log_sum[(first + i) * sizes.log_sum[2]] : (Sum)0;
      product[i] = inside ? products[first + i] : (Sum)0;
    }
    // The queries that see a key begin at its own number if attention is causal.
    int begins[2];
#pragma unroll
    for (int half = 0; half < 2; half++) {
      i64 at = row + 8 * half;
      begins[half] = at >= sizes.keys ? STEP : sizes.causal != 0 ? seen_columns(first, at) : 0;
    }
    int ends = seen_columns(first, sizes.queries);
    Sum weights[STEP / 8][4];
    clear<STEP>(weights);
    copy_async_wait<1>();
    __syncthreads();
    Warp::by_columns<STEP, HEAD, HEAD_STRIDE, HEAD_STRIDE>(
        weights, keys + warp_row() * HEAD_STRIDE, queries);
#pragma unroll
    for (int j = 0; j < STEP / 8; j++) {
#pragma unroll
      for (int k = 0; k < 4; k++) {
        int column = 8 * j + lane_column() + (k & 1);
        bool seen = column >= begins[k >> 1] && column < ends;
        Sum weight = exponential(weights[j][k] * (Sum)scale - log_sums[column]);
        weights[j][k] = seen ? weight : (Sum)0;
      }
    }
    copy_async_wait<0>();
    __syncthreads();
#if PARTS & 1
    Warp::by_depth<VALUE, STEP, VALUE_STRIDE>(value_sums, weights, scratch, gradients);
#endif
#if PARTS & 2
    Sum changes[STEP / 8][4];
    clear<STEP>(changes);
    Warp::by_columns<STEP, VALUE, VALUE_STRIDE, VALUE_STRIDE>(
        changes, values + warp_row() * VALUE_STRIDE, gradients);
#pragma unroll
    for (int j = 0; j < STEP / 8; j++) {
#pragma unroll
      for (int k = 0; k < 4; k++) {
        int column = 8 * j + lane_column() + (k & 1);
        changes[j][k] = weights[j][k] * (changes[j][k] - product[column]);
      }
    }
    Warp::by_depth<HEAD, STEP, HEAD_STRIDE>(key_sums, changes, scratch, queries);
#endif
  }
  copy_async_wait<0>();
#if PARTS & 1
  Sum one[2] = {(Sum)1, (Sum)1};
  write_rows<VALUE>(value_sums, value_gradient + start_of(sizes.value_gradient, place),
                    sizes.value_gradient[2], place.first + warp_row(), sizes.keys,
                    sizes.value_size, one);
#endif
#if PARTS & 2
  Sum factor[2] = {(Sum)scale, (Sum)scale};
  write_rows<HEAD>(key_sums, key_gradient + start_of(sizes.key_gradient, place),
                   sizes.key_gradient[2], place.first + warp_row(), sizes.keys, sizes.size,
                   factor);
#endif
}
#endif
