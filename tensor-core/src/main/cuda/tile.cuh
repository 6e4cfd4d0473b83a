#pragma once

// Products of tiles: C[row, column] = sum over depth of A[row, depth] * B[depth, column]. Where the
// operands' elements lie is a loader's affair, where the sums go is the caller's.
//
// A loader of lines (rows of A, columns of B) has
//   Line line(i64), Depth depth(i64), void advance(Depth&, int), const T* at(Line, Depth): null
//   outside, and const T* base.
// How it is read:
//   SCALAR       element by element; `across` when neighbours of a line are closer than of depth
//   ALONG_DEPTH  16 aligned bytes of neighbours in depth; all or none of them inside
//   ALONG_LINES  16 aligned bytes of neighbouring lines; all or none of them inside

#include "mma.cuh"

#define SCALAR 0
#define ALONG_DEPTH 1
#define ALONG_LINES 2

// Neighbours that are read or written at once.
template <typename T, int COUNT> struct alignas(sizeof(T) * COUNT) Packed {
  T x[COUNT];
};

// ---- a matrix with strides ----

template <typename T> struct MatrixLoader {
  const T* base;
  i64 lines;
  i64 depths;
  i64 line_stride;
  i64 depth_stride;
  bool across;

  struct Line {
    const T* at;
    bool inside;
  };
  typedef i64 Depth;

  __device__ inline Line line(i64 i) const {
    Line result;
    result.at = base + i * line_stride;
    result.inside = i < lines;
    return result;
  }
  __device__ inline Depth depth(i64 k) const { return k; }
  __device__ inline void advance(Depth& k, int steps) const { k += steps; }
  __device__ inline const T* at(const Line& line, const Depth& k) const {
    return line.inside && k < depths ? line.at + k * depth_stride : (const T*)0;
  }
};

// ---- 16-bit types: tensor cores, tiles copied past the registers in several stages ----

// LINES x BK elements in shared memory, in the order in which they come; the pad keeps the eight
// rows of a small matrix in different banks.
template <typename T, int MODE, int LINES, int BK, int THREADS, typename Loader> struct HalfTile {
  static const int WIDTH = MODE == SCALAR ? 1 : 8;
  static const int STRIDE = (MODE == ALONG_LINES ? LINES : BK) + 8;
  static const int SIZE = (MODE == ALONG_LINES ? BK : LINES) * STRIDE;
  static const int CHUNKS = (MODE == ALONG_LINES ? LINES : BK) / WIDTH;
  static const int STEP = THREADS / CHUNKS;
  static const int PASSES = LINES * BK / WIDTH / THREADS;
  static const int KEPT = MODE == SCALAR ? 1 : PASSES;
  typedef typename Loader::Line Line;
  typedef typename Loader::Depth Depth;

  const Loader& loader;
  i64 first_line;
  i64 next_depth;
  Line lines[MODE == ALONG_DEPTH ? KEPT : 1];
  Depth depths[MODE == ALONG_LINES ? KEPT : 1];

  __device__ inline HalfTile(const Loader& from, i64 line, i64 depth)
      : loader(from), first_line(line), next_depth(depth) {
    int chunk = (int)threadIdx.x % CHUNKS;
    int step = (int)threadIdx.x / CHUNKS;
    if (MODE == ALONG_DEPTH) {
      depths[0] = loader.depth(depth + chunk * WIDTH);
      for (int i = 0; i < KEPT; i++) {
        lines[i] = loader.line(line + step + i * STEP);
      }
    } else if (MODE == ALONG_LINES) {
      lines[0] = loader.line(line + chunk * WIDTH);
      for (int i = 0; i < KEPT; i++) {
        depths[i] = loader.depth(depth + step + i * STEP);
      }
    }
  }

  // Starts the copy of the next BK of depth.
  __device__ inline void fetch(T* shared) {
    if (MODE == SCALAR) {
      for (int i = 0; i < PASSES; i++) {
        int element = (int)threadIdx.x + i * THREADS;
        int line = loader.across ? element % LINES : element / BK;
        int k = loader.across ? element / LINES : element % BK;
        const T* from = loader.at(loader.line(first_line + line), loader.depth(next_depth + k));
        T zero;
        zero.bits = 0;
        shared[line * STRIDE + k] = from != 0 ? *from : zero;
      }
      next_depth += BK;
      return;
    }
    int chunk = (int)threadIdx.x % CHUNKS;
    int step = (int)threadIdx.x / CHUNKS;
#pragma unroll
    for (int i = 0; i < PASSES; i++) {
      Depth& depth = depths[MODE == ALONG_LINES ? i : 0];
      const T* from = loader.at(lines[MODE == ALONG_DEPTH ? i : 0], depth);
      T* to = shared + (step + i * STEP) * STRIDE + chunk * WIDTH;
      copy_async_16(to, from != 0 ? from : loader.base, from != 0);
      if (MODE == ALONG_LINES || i == PASSES - 1) {
        loader.advance(depth, BK);
      }
    }
  }

  // The fragments of rows `line` to `line + 15` of A at depth `k` to `k + 15`.
  __device__ static inline void left(u32 r[4], const T* shared, int line, int k) {
    int lane = (int)(threadIdx.x & 31u);
    if (MODE == ALONG_LINES) {
      int at = (k + (lane & 7) + ((lane >> 4) << 3)) * STRIDE + line + ((lane >> 3) & 1) * 8;
      load_matrices_transposed(r, shared + at);
    } else {
      load_matrices(r, shared + (line + (lane & 15)) * STRIDE + k + (lane >> 4) * 8);
    }
  }

  // Those of columns `line` to `line + 15` of B: two words for the first 8, two for the others.
  __device__ static inline void right(u32 r[4], const T* shared, int line, int k) {
    int lane = (int)(threadIdx.x & 31u);
    if (MODE == ALONG_LINES) {
      load_matrices_transposed(r, shared + (k + (lane & 15)) * STRIDE + line + (lane >> 4) * 8);
    } else {
      int at = (line + (lane & 7) + ((lane >> 4) << 3)) * STRIDE + k + ((lane >> 3) & 1) * 8;
      load_matrices(r, shared + at);
    }
  }
};

// A block's tile of BM x BN, WM x WN of it for each warp.
template <typename T, int A_MODE, int B_MODE, int BM, int BN, int WM, int WN, typename A,
          typename B, typename Write>
__device__ inline void half_product(const A& a, const B& b, i64 row, i64 column, i64 depth_begin,
                                    i64 depth_end, T* shared, const Write& write) {
  const int BK = 32;
  const int STAGES = 3;
  const int THREADS = (BM / WM) * (BN / WN) * 32;
  typedef HalfTile<T, A_MODE, BM, BK, THREADS, A> Left;
  typedef HalfTile<T, B_MODE, BN, BK, THREADS, B> Right;
  const int STAGE = Left::SIZE + Right::SIZE;
  int warp = (int)threadIdx.x >> 5;
  int lane = (int)(threadIdx.x & 31u);
  int warp_row = warp / (BN / WN) * WM;
  int warp_column = warp % (BN / WN) * WN;

  float sums[WM / 16][WN / 8][4];
#pragma unroll
  for (int i = 0; i < WM / 16; i++) {
#pragma unroll
    for (int j = 0; j < WN / 8; j++) {
#pragma unroll
      for (int k = 0; k < 4; k++) {
        sums[i][j][k] = 0;
      }
    }
  }

  Left left(a, row, depth_begin);
  Right right(b, column, depth_begin);
  int steps = (int)((depth_end - depth_begin + BK - 1) / BK);
  int fetched = 0;
  for (; fetched < STAGES - 1; fetched++) {
    if (fetched < steps) {
      left.fetch(shared + fetched * STAGE);
      right.fetch(shared + fetched * STAGE + Left::SIZE);
    }
    copy_async_commit();
  }
  for (int step = 0; step < steps; step++) {
    copy_async_wait<STAGES - 2>();
    __syncthreads();
    if (fetched < steps) {
      T* stage = shared + fetched % STAGES * STAGE;
      left.fetch(stage);
      right.fetch(stage + Left::SIZE);
    }
    fetched++;
    copy_async_commit();
    const T* stage = shared + step % STAGES * STAGE;
#pragma unroll
    for (int k = 0; k < BK; k += 16) {
      u32 rows[WM / 16][4];
      u32 columns[WN / 16][4];
#pragma unroll
      for (int i = 0; i < WM / 16; i++) {
        Left::left(rows[i], stage, warp_row + 16 * i, k);
      }
#pragma unroll
      for (int j = 0; j < WN / 16; j++) {
        Right::right(columns[j], stage + Left::SIZE, warp_column + 16 * j, k);
      }
#pragma unroll
      for (int i = 0; i < WM / 16; i++) {
#pragma unroll
        for (int j = 0; j < WN / 8; j++) {
          TensorCore<T>::multiply(sums[i][j], rows[i], columns[j / 2] + 2 * (j % 2));
        }
      }
    }
  }
  copy_async_wait<0>();

  int g = lane >> 2;
  int t = lane & 3;
#pragma unroll
  for (int i = 0; i < WM / 16; i++) {
#pragma unroll
    for (int half = 0; half < 2; half++) {
      i64 to_row = row + warp_row + 16 * i + g + 8 * half;
      typename Write::Row target = write.row(to_row);
#pragma unroll
      for (int j = 0; j < WN / 8; j++) {
        write.put_pair(target, column + warp_column + 8 * j + 2 * t, sums[i][j][2 * half],
                       sums[i][j][2 * half + 1]);
      }
    }
  }
}

// ---- other types: tiles staged through registers, depth outermost in shared memory ----

// What an element type is multiplied as: integers wrap around, so their low bits are enough.
template <typename T> struct Factor { typedef u32 type; };
template <> struct Factor<i64> { typedef u64 type; };
template <> struct Factor<float> { typedef float type; };
template <> struct Factor<double> { typedef double type; };

template <typename T, int MODE, int LINES, int BK, int THREADS, typename Loader> struct StagedTile {
  typedef typename Factor<T>::type S;
  static const int WIDTH = MODE == SCALAR ? 1 : 16 / (int)sizeof(T);
  // A multiple of 16 bytes, and off by 8 banks from one depth to the next.
  static const int STRIDE = LINES + 8;
  static const int SIZE = BK * STRIDE;
  static const int CHUNKS = (MODE == ALONG_LINES ? LINES : BK) / WIDTH;
  static const int STEP = THREADS / CHUNKS;
  static const int PASSES = LINES * BK / WIDTH / THREADS;
  static const int KEPT = MODE == SCALAR ? 1 : PASSES;
  typedef typename Loader::Line Line;
  typedef typename Loader::Depth Depth;
  typedef Packed<T, WIDTH> Chunk;

  const Loader& loader;
  i64 first_line;
  i64 next_depth;
  Line lines[MODE == ALONG_DEPTH ? KEPT : 1];
  Depth depths[MODE == ALONG_LINES ? KEPT : 1];
  Chunk held[PASSES];

  __device__ inline StagedTile(const Loader& from, i64 line, i64 depth)
      : loader(from), first_line(line), next_depth(depth) {
    int chunk = (int)threadIdx.x % CHUNKS;
    int step = (int)threadIdx.x / CHUNKS;
    if (MODE == ALONG_DEPTH) {
      depths[0] = loader.depth(depth + chunk * WIDTH);
      for (int i = 0; i < KEPT; i++) {
        lines[i] = loader.line(line + step + i * STEP);
      }
    } else if (MODE == ALONG_LINES) {
      lines[0] = loader.line(line + chunk * WIDTH);
      for (int i = 0; i < KEPT; i++) {
        depths[i] = loader.depth(depth + step + i * STEP);
      }
    }
  }

  // Reads the next BK of depth into registers.
  __device__ inline void fetch() {
#pragma unroll
    for (int i = 0; i < PASSES; i++) {
      const T* from;
      if (MODE == SCALAR) {
        int element = (int)threadIdx.x + i * THREADS;
        int line = loader.across ? element % LINES : element / BK;
        int k = loader.across ? element / LINES : element % BK;
        from = loader.at(loader.line(first_line + line), loader.depth(next_depth + k));
      } else {
        Depth& depth = depths[MODE == ALONG_LINES ? i : 0];
        from = loader.at(lines[MODE == ALONG_DEPTH ? i : 0], depth);
        if (MODE == ALONG_LINES || i == PASSES - 1) {
          loader.advance(depth, BK);
        }
      }
      if (from != 0) {
        held[i] = *(const Chunk*)from;
      } else {
#pragma unroll
        for (int j = 0; j < WIDTH; j++) {
          held[i].x[j] = (T)0;
        }
      }
    }
    next_depth += BK;
  }

  __device__ inline void put(S* shared) const {
    int chunk = (int)threadIdx.x % CHUNKS;
    int step = (int)threadIdx.x / CHUNKS;
#pragma unroll
    for (int i = 0; i < PASSES; i++) {
      if (MODE == SCALAR) {
        int element = (int)threadIdx.x + i * THREADS;
        int line = loader.across ? element % LINES : element / BK;
        int k = loader.across ? element / LINES : element % BK;
        shared[k * STRIDE + line] = (S)held[i].x[0];
      } else if (MODE == ALONG_LINES) {
        *(Chunk*)(shared + (step + i * STEP) * STRIDE + chunk * WIDTH) = held[i];
      } else {
#pragma unroll
        for (int j = 0; j < WIDTH; j++) {
          shared[(chunk * WIDTH + j) * STRIDE + step + i * STEP] = (S)held[i].x[j];
        }
      }
    }
  }
};

// Multiplies and adds: each thread has TM x TN sums, in groups of neighbours that are read at once.
template <typename S, int BM, int BN, int TM, int TN, int LEFT_STRIDE, int RIGHT_STRIDE>
struct PlainSums {
  static const int THREADS = (BM / TM) * (BN / TN);
  static const int GROUP = 16 / (int)sizeof(S) < TM ? 16 / (int)sizeof(S) : TM;
  typedef Packed<S, GROUP> Group;
  S sums[TM][TN];

  __device__ inline PlainSums() {
#pragma unroll
    for (int i = 0; i < TM; i++) {
#pragma unroll
      for (int j = 0; j < TN; j++) {
        sums[i][j] = (S)0;
      }
    }
  }

  // Group number i of a thread lies a whole stripe of groups behind its first one.
  __device__ static inline int row_of(int i) {
    return i / GROUP * (BM / (TM / GROUP)) + (int)threadIdx.x / (BN / TN) * GROUP + i % GROUP;
  }
  __device__ static inline int column_of(int j) {
    return j / GROUP * (BN / (TN / GROUP)) + (int)threadIdx.x % (BN / TN) * GROUP + j % GROUP;
  }

  template <int BK> __device__ inline void add(const S* left, const S* right) {
#pragma unroll
    for (int k = 0; k < BK; k++) {
      Group rows[TM / GROUP];
      Group columns[TN / GROUP];
#pragma unroll
      for (int i = 0; i < TM / GROUP; i++) {
        rows[i] = *(const Group*)(left + k * LEFT_STRIDE + row_of(i * GROUP));
      }
#pragma unroll
      for (int j = 0; j < TN / GROUP; j++) {
        columns[j] = *(const Group*)(right + k * RIGHT_STRIDE + column_of(j * GROUP));
      }
#pragma unroll
      for (int i = 0; i < TM; i++) {
#pragma unroll
        for (int j = 0; j < TN; j++) {
          sums[i][j] += rows[i / GROUP].x[i % GROUP] * columns[j / GROUP].x[j % GROUP];
        }
      }
    }
  }

  template <typename Write>
  __device__ inline void store(i64 row, i64 column, const Write& write) const {
#pragma unroll
    for (int i = 0; i < TM; i++) {
      typename Write::Row target = write.row(row + row_of(i));
#pragma unroll
      for (int j = 0; j < TN; j++) {
        write.put(target, column + column_of(j), sums[i][j]);
      }
    }
  }
};

// The same on tensor cores: float32 rounded to tf32, WM x WN for each warp.
template <int BM, int BN, int WM, int WN, int LEFT_STRIDE, int RIGHT_STRIDE> struct TensorSums {
  static const int THREADS = (BM / WM) * (BN / WN) * 32;
  float sums[WM / 16][WN / 8][4];

  __device__ inline TensorSums() {
#pragma unroll
    for (int i = 0; i < WM / 16; i++) {
#pragma unroll
      for (int j = 0; j < WN / 8; j++) {
#pragma unroll
        for (int k = 0; k < 4; k++) {
          sums[i][j][k] = 0;
        }
      }
    }
  }

  __device__ static inline int warp_row() { return ((int)threadIdx.x >> 5) / (BN / WN) * WM; }
  __device__ static inline int warp_column() { return ((int)threadIdx.x >> 5) % (BN / WN) * WN; }

  template <int BK> __device__ inline void add(const float* left, const float* right) {
    int g = (int)(threadIdx.x & 31u) >> 2;
    int t = (int)(threadIdx.x & 3u);
#pragma unroll
    for (int k = 0; k < BK; k += 8) {
      u32 rows[WM / 16][4];
      u32 columns[WN / 8][2];
#pragma unroll
      for (int i = 0; i < WM / 16; i++) {
        const float* from = left + (k + t) * LEFT_STRIDE + warp_row() + 16 * i + g;
        rows[i][0] = to_tf32(from[0]);
        rows[i][1] = to_tf32(from[8]);
        rows[i][2] = to_tf32(from[4 * LEFT_STRIDE]);
        rows[i][3] = to_tf32(from[4 * LEFT_STRIDE + 8]);
      }
#pragma unroll
      for (int j = 0; j < WN / 8; j++) {
        const float* from = right + (k + t) * RIGHT_STRIDE + warp_column() + 8 * j + g;
        columns[j][0] = to_tf32(from[0]);
        columns[j][1] = to_tf32(from[4 * RIGHT_STRIDE]);
      }
#pragma unroll
      for (int i = 0; i < WM / 16; i++) {
#pragma unroll
        for (int j = 0; j < WN / 8; j++) {
          mma_tf32_1688(sums[i][j], rows[i], columns[j], sums[i][j]);
        }
      }
    }
  }

  template <typename Write>
  __device__ inline void store(i64 row, i64 column, const Write& write) const {
    int g = (int)(threadIdx.x & 31u) >> 2;
    int t = (int)(threadIdx.x & 3u);
#pragma unroll
    for (int i = 0; i < WM / 16; i++) {
#pragma unroll
      for (int half = 0; half < 2; half++) {
        typename Write::Row target = write.row(row + warp_row() + 16 * i + g + 8 * half);
#pragma unroll
        for (int j = 0; j < WN / 8; j++) {
          write.put_pair(target, column + warp_column() + 8 * j + 2 * t, sums[i][j][2 * half],
                         sums[i][j][2 * half + 1]);
        }
      }
    }
  }
};

template <typename T, int A_MODE, int B_MODE, int BM, int BN, int BK, typename Sums, typename A,
          typename B, typename Write>
__device__ inline void staged_product(const A& a, const B& b, i64 row, i64 column, i64 depth_begin,
                                      i64 depth_end, typename Factor<T>::type* shared,
                                      const Write& write) {
  typedef StagedTile<T, A_MODE, BM, BK, Sums::THREADS, A> Left;
  typedef StagedTile<T, B_MODE, BN, BK, Sums::THREADS, B> Right;
  const int STAGE = Left::SIZE + Right::SIZE;
  Sums sums;
  Left left(a, row, depth_begin);
  Right right(b, column, depth_begin);
  int steps = (int)((depth_end - depth_begin + BK - 1) / BK);
  if (steps > 0) {
    left.fetch();
    right.fetch();
    left.put(shared);
    right.put(shared + Left::SIZE);
    __syncthreads();
  }
  for (int step = 0; step < steps; step++) {
    const typename Factor<T>::type* stage = shared + (step & 1) * STAGE;
    typename Factor<T>::type* next = shared + ((step + 1) & 1) * STAGE;
    if (step + 1 < steps) {
      left.fetch();
      right.fetch();
    }
    sums.template add<BK>(stage, stage + Left::SIZE);
    if (step + 1 < steps) {
      left.put(next);
      right.put(next + Left::SIZE);
    }
    __syncthreads();
  }
  sums.store(row, column, write);
}

// ---- which of them serves a type ----

// TILE 0: for small results; 1: for narrow ones; 2: for large ones. Java chooses, and knows these
// numbers too.
#if TILE == 0
#define TILE_ROWS 32
#define TILE_COLUMNS 32
#define TILE_THREADS 64
#elif TILE == 1
#define TILE_ROWS 128
#define TILE_COLUMNS 64
#define TILE_THREADS 128
#else
#define TILE_ROWS 128
#define TILE_COLUMNS 128
#define TILE_THREADS 256
#endif

// Sums of a thread in both directions, rows of a warp, depth of a step.
#if TILE == 0
#define THREAD_SUMS 4
#define WARP_ROWS 16
#define PLAIN_DEPTH 16
#else
#define THREAD_SUMS 8
#define WARP_ROWS 64
#define PLAIN_DEPTH 8
#endif
#define WARP_COLUMNS 32
#define TENSOR_DEPTH 16

// Blocks that shall share a multiprocessor.
static const int TILE_BLOCKS = sizeof(ELEMENT) == 2 ? (TILE == 2 ? 2 : 4) : 1;

template <typename T, bool TENSOR_CORES> struct TileProduct {
  typedef typename Factor<T>::type S;
  typedef S Shared;

  template <int A_MODE, int B_MODE, typename A, typename B, typename Write>
  __device__ static inline void run(const A& a, const B& b, i64 row, i64 column, i64 begin, i64 end,
                                    S* shared, const Write& write) {
    typedef PlainSums<S, TILE_ROWS, TILE_COLUMNS, THREAD_SUMS, THREAD_SUMS, TILE_ROWS + 8,
                      TILE_COLUMNS + 8>
        Sums;
    staged_product<T, A_MODE, B_MODE, TILE_ROWS, TILE_COLUMNS, PLAIN_DEPTH, Sums>(
        a, b, row, column, begin, end, shared, write);
  }
};

template <> struct TileProduct<float, true> {
  typedef float Shared;

  template <int A_MODE, int B_MODE, typename A, typename B, typename Write>
  __device__ static inline void run(const A& a, const B& b, i64 row, i64 column, i64 begin, i64 end,
                                    float* shared, const Write& write) {
    typedef TensorSums<TILE_ROWS, TILE_COLUMNS, WARP_ROWS, WARP_COLUMNS, TILE_ROWS + 8,
                       TILE_COLUMNS + 8>
        Sums;
    staged_product<float, A_MODE, B_MODE, TILE_ROWS, TILE_COLUMNS, TENSOR_DEPTH, Sums>(
        a, b, row, column, begin, end, shared, write);
  }
};

template <typename T> struct HalfProduct {
  typedef T Shared;

  template <int A_MODE, int B_MODE, typename A, typename B, typename Write>
  __device__ static inline void run(const A& a, const B& b, i64 row, i64 column, i64 begin, i64 end,
                                    T* shared, const Write& write) {
    half_product<T, A_MODE, B_MODE, TILE_ROWS, TILE_COLUMNS, WARP_ROWS, WARP_COLUMNS>(
        a, b, row, column, begin, end, shared, write);
  }
};
template <bool TENSOR_CORES> struct TileProduct<bf16, TENSOR_CORES> : HalfProduct<bf16> {};
template <bool TENSOR_CORES> struct TileProduct<f16, TENSOR_CORES> : HalfProduct<f16> {};

// ---- where sums go ----

// Two neighbours at once, where they lie so.
template <typename T> __device__ inline bool is_pair(const T* at, i64 stride) {
  return stride == 1 && (u64)at % (2 * sizeof(T)) == 0;
}

// Into a matrix with strides, in place of what is there or on top of it.
template <typename T> struct MatrixWriter {
  T* base;
  i64 rows;
  i64 columns;
  i64 row_stride;
  i64 column_stride;
  bool accumulate;

  struct Row {
    T* at;
    bool inside;
  };

  __device__ inline Row row(i64 i) const {
    Row result;
    result.at = base + i * row_stride;
    result.inside = i < rows;
    return result;
  }
  template <typename S> __device__ inline void put(const Row& row, i64 column, S sum) const {
    typedef typename Accumulator<T>::type A;
    if (row.inside && column < columns) {
      T* to = row.at + column * column_stride;
      *to = store<T>(accumulate ? load<A>(*to) + (A)sum : (A)sum);
    }
  }
  template <typename S>
  __device__ inline void put_pair(const Row& row, i64 column, S first, S second) const {
    typedef typename Accumulator<T>::type A;
    T* to = row.at + column * column_stride;
    if (row.inside && column + 1 < columns && is_pair(to, column_stride) && !accumulate) {
      Packed<T, 2> pair = {{store<T>((A)first), store<T>((A)second)}};
      *(Packed<T, 2>*)to = pair;
    } else {
      put(row, column, first);
      put(row, column + 1, second);
    }
  }
};

// The next result of a pile of equal tasks, each of `splits` parts of depth.
struct TileTask {
  i64 batch;
  i64 split;
  i64 row;
  i64 column;
};

// Tiles that run together share rows and columns: groups of 8 rows of tiles are walked column by
// column.
__device__ inline TileTask tile_task(i64 number, i64 rows, i64 columns, i64 splits) {
  i64 tall = (rows + TILE_ROWS - 1) / TILE_ROWS;
  i64 wide = (columns + TILE_COLUMNS - 1) / TILE_COLUMNS;
  TileTask task;
  i64 tile = number % (tall * wide);
  i64 rest = number / (tall * wide);
  task.split = rest % splits;
  task.batch = rest / splits;
  i64 group = tile / (8 * wide);
  i64 high = tall - 8 * group < 8 ? tall - 8 * group : 8;
  i64 within = tile - group * 8 * wide;
  task.row = (8 * group + within % high) * TILE_ROWS;
  task.column = within / high * TILE_COLUMNS;
  return task;
}
