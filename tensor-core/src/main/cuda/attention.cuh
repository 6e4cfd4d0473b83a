#pragma once

// Attention (Dao et al., "FlashAttention-2", 2023): a block has 16 rows of scores for each of its
// warps and walks through the other side in steps of STEP columns. A thread holds, as tensor cores
// give them out with lane = 4 * g + t, rows g and g + 8, columns 2t and 2t + 1 of every 8 columns.
//
// ELEMENT: the element type; WARPS; STEP: a multiple of 16; HEAD and VALUE: the sizes of keys and
// values, rounded up to multiples of 16.

#include "mma.cuh"

typedef Accumulator<ELEMENT>::type Sum;

#define ROWS (16 * WARPS)
#define THREADS (32 * WARPS)
#define PAD (16 / (int)sizeof(ELEMENT))
#define HEAD_STRIDE (HEAD + PAD)
#define VALUE_STRIDE (VALUE + PAD)
#define STEP_STRIDE (STEP + PAD)

struct Attention {
  i64 heads;
  i64 queries;
  i64 keys;
  i64 size;
  i64 value_size;
  i64 causal;
  // whether all rows are 16 aligned bytes after the other
  i64 vector;
  // batch, head, row
  i64 query[3];
  i64 key[3];
  i64 value[3];
  i64 output[3];
  i64 gradient[3];
  i64 log_sum[3];
  i64 query_gradient[3];
  i64 key_gradient[3];
  i64 value_gradient[3];
};

__device__ inline int lane_row() { return (int)(threadIdx.x & 31u) >> 2; }
__device__ inline int lane_column() { return 2 * (int)(threadIdx.x & 3u); }
__device__ inline int warp_row() { return ((int)threadIdx.x >> 5) * 16; }

__device__ inline float exponential(float x) { return exp2f(x * 1.4426950408889634f); }
__device__ inline double exponential(double x) { return exp(x); }
__device__ inline float logarithm(float x) { return logf(x); }
__device__ inline double logarithm(double x) { return log(x); }
__device__ inline Sum minus_infinity() { return (Sum)bits_float(0xff800000u); }

// How many of the columns from `first` on a row sees, at most STEP: those below `end`.
__device__ inline int seen_columns(i64 first, i64 end) {
  i64 seen = end - first;
  return seen < 0 ? 0 : seen > STEP ? STEP : (int)seen;
}

// The block of a pile [batch, head, block]; late blocks first, they are the long ones.
struct Place {
  i64 batch;
  i64 head;
  i64 first;
};

__device__ inline Place place_of(const Attention& sizes, i64 length) {
  i64 blocks = (length + ROWS - 1) / ROWS;
  Place place;
  i64 rest = (i64)blockIdx.x / blocks;
  place.first = (blocks - 1 - (i64)blockIdx.x % blocks) * ROWS;
  place.head = rest % sizes.heads;
  place.batch = rest / sizes.heads;
  return place;
}

__device__ inline i64 start_of(const i64* stride, const Place& place) {
  return place.batch * stride[0] + place.head * stride[1];
}

// Starts the copy of rows `first` to `first + count` of a matrix to shared memory; zeros behind its
// last row, and behind its last column up to WIDTH.
template <int WIDTH>
__device__ inline void fetch_rows(ELEMENT* shared, const ELEMENT* from, i64 row_stride, i64 first,
                                  i64 rows, int count, i64 size, bool vector) {
  const int STRIDE = WIDTH + PAD;
  if (vector) {
    const int CHUNKS = WIDTH / PAD;
    for (int i = (int)threadIdx.x; i < count * CHUNKS; i += THREADS) {
      int row = i / CHUNKS;
      int column = i % CHUNKS * PAD;
      bool inside = first + row < rows && column < size;
      copy_async_16(shared + row * STRIDE + column,
                    inside ? from + (first + row) * row_stride + column : from, inside);
    }
  } else {
    for (int i = (int)threadIdx.x; i < count * WIDTH; i += THREADS) {
      int row = i / WIDTH;
      int column = i % WIDTH;
      bool inside = first + row < rows && column < size;
      shared[row * STRIDE + column] =
          inside ? from[(first + row) * row_stride + column] : store<ELEMENT>((Sum)0);
    }
  }
}

template <int COLUMNS> __device__ inline void clear(Sum (*sums)[4]) {
#pragma unroll
  for (int j = 0; j < COLUMNS / 8; j++) {
#pragma unroll
    for (int k = 0; k < 4; k++) {
      sums[j][k] = (Sum)0;
    }
  }
}

// ---- products of a warp's 16 rows ----

// 16-bit types: tensor cores.
template <typename T> struct WarpProduct {
  __device__ static inline u32 pair(float low, float high) {
    return (u32)store<T>(low).bits | ((u32)store<T>(high).bits << 16);
  }

  // sums += left [16, DEPTH] * right^T, right [COLUMNS, DEPTH]
  template <int COLUMNS, int DEPTH, int LEFT_STRIDE, int RIGHT_STRIDE>
  __device__ static inline void by_columns(float (*sums)[4], const T* left, const T* right) {
    int lane = (int)(threadIdx.x & 31u);
#pragma unroll
    for (int k = 0; k < DEPTH; k += 16) {
      u32 a[4];
      load_matrices(a, left + (lane & 15) * LEFT_STRIDE + k + (lane >> 4) * 8);
#pragma unroll
      for (int j = 0; j < COLUMNS; j += 16) {
        u32 b[4];
        load_matrices(b, right + (j + (lane & 7) + ((lane >> 4) << 3)) * RIGHT_STRIDE + k +
                             ((lane >> 3) & 1) * 8);
        TensorCore<T>::multiply(sums[j / 8], a, b);
        TensorCore<T>::multiply(sums[j / 8 + 1], a, b + 2);
      }
    }
  }

  // sums += held [16, DEPTH] * right [DEPTH, COLUMNS]
  template <int COLUMNS, int DEPTH, int RIGHT_STRIDE>
  __device__ static inline void by_depth(float (*sums)[4], const float (*held)[4], T*,
                                         const T* right) {
    int lane = (int)(threadIdx.x & 31u);
#pragma unroll
    for (int k = 0; k < DEPTH; k += 16) {
      u32 a[4];
      a[0] = pair(held[k / 8][0], held[k / 8][1]);
      a[1] = pair(held[k / 8][2], held[k / 8][3]);
      a[2] = pair(held[k / 8 + 1][0], held[k / 8 + 1][1]);
      a[3] = pair(held[k / 8 + 1][2], held[k / 8 + 1][3]);
#pragma unroll
      for (int j = 0; j < COLUMNS; j += 16) {
        u32 b[4];
        load_matrices_transposed(
            b, right + (k + (lane & 15)) * RIGHT_STRIDE + j + (lane >> 4) * 8);
        TensorCore<T>::multiply(sums[j / 8], a, b);
        TensorCore<T>::multiply(sums[j / 8 + 1], a, b + 2);
      }
    }
  }
};

template <typename T, int COUNT> struct alignas(sizeof(T) * COUNT) Packed {
  T x[COUNT];
};

// float32 and float64: each thread multiplies and adds for its own elements.
template <typename T> struct PlainProduct {
  typedef Packed<T, PAD> Chunk;

  template <int COLUMNS, int DEPTH, int LEFT_STRIDE, int RIGHT_STRIDE>
  __device__ static inline void by_columns(T (*sums)[4], const T* left, const T* right) {
    const T* upper = left + lane_row() * LEFT_STRIDE;
    const T* lower = upper + 8 * LEFT_STRIDE;
    const T* column = right + lane_column() * RIGHT_STRIDE;
    for (int k = 0; k < DEPTH; k += PAD) {
      Chunk a = *(const Chunk*)(upper + k);
      Chunk b = *(const Chunk*)(lower + k);
#pragma unroll
      for (int j = 0; j < COLUMNS / 8; j++) {
        Chunk even = *(const Chunk*)(column + 8 * j * RIGHT_STRIDE + k);
        Chunk odd = *(const Chunk*)(column + (8 * j + 1) * RIGHT_STRIDE + k);
#pragma unroll
        for (int i = 0; i < PAD; i++) {
          sums[j][0] += a.x[i] * even.x[i];
          sums[j][1] += a.x[i] * odd.x[i];
          sums[j][2] += b.x[i] * even.x[i];
          sums[j][3] += b.x[i] * odd.x[i];
        }
      }
    }
  }

  // `scratch`: this warp's, [16, STEP_STRIDE].
  template <int COLUMNS, int DEPTH, int RIGHT_STRIDE>
  __device__ static inline void by_depth(T (*sums)[4], const T (*held)[4], T* scratch,
                                         const T* right) {
    T* upper = scratch + lane_row() * STEP_STRIDE;
    T* lower = upper + 8 * STEP_STRIDE;
    __syncwarp();
#pragma unroll
    for (int j = 0; j < DEPTH / 8; j++) {
      upper[8 * j + lane_column()] = held[j][0];
      upper[8 * j + lane_column() + 1] = held[j][1];
      lower[8 * j + lane_column()] = held[j][2];
      lower[8 * j + lane_column() + 1] = held[j][3];
    }
    __syncwarp();
    for (int k = 0; k < DEPTH; k++) {
      T a = upper[k];
      T b = lower[k];
      const T* row = right + k * RIGHT_STRIDE + lane_column();
#pragma unroll
      for (int j = 0; j < COLUMNS / 8; j++) {
        Packed<T, 2> both = *(const Packed<T, 2>*)(row + 8 * j);
        sums[j][0] += a * both.x[0];
        sums[j][1] += a * both.x[1];
        sums[j][2] += b * both.x[0];
        sums[j][3] += b * both.x[1];
      }
    }
  }
};
template <> struct WarpProduct<float> : PlainProduct<float> {};
template <> struct WarpProduct<double> : PlainProduct<double> {};

typedef WarpProduct<ELEMENT> Warp;

// Writes a warp's 16 rows times `factor`; `first` is the number of its first row.
template <int COLUMNS>
__device__ inline void write_rows(const Sum (*sums)[4], ELEMENT* to, i64 row_stride, i64 first,
                                  i64 rows, i64 size, const Sum* factor) {
#pragma unroll
  for (int half = 0; half < 2; half++) {
    i64 row = first + lane_row() + 8 * half;
    if (row < rows) {
#pragma unroll
      for (int j = 0; j < COLUMNS / 8; j++) {
        i64 column = 8 * j + lane_column();
        ELEMENT* at = to + row * row_stride + column;
        if (column < size) {
          at[0] = store<ELEMENT>(sums[j][2 * half] * factor[half]);
        }
        if (column + 1 < size) {
          at[1] = store<ELEMENT>(sums[j][2 * half + 1] * factor[half]);
        }
      }
    }
  }
}
