// Reductions and places of extremes.
// FROM, TO: element types. ACC: float, double or i64, in which values are combined.
// KIND: SUM, PROD, MAX, MIN, SUM_SQUARES, ANY, ALL, ARG_MAX or ARG_MIN.
// Index: u32 where it holds all distances, else i64. WIDTH: elements of a load.
// PARTIAL_IN: the input holds results of a first stage. PARTIAL_OUT: the output is one.

#define SUM 0
#define PROD 1
#define MAX 2
#define MIN 3
#define SUM_SQUARES 4
#define ANY 5
#define ALL 6
#define ARG_MAX 7
#define ARG_MIN 8

#define THREADS 256

#if KIND == ARG_MAX || KIND == ARG_MIN

struct Value {
  ACC element;
  i64 index;
};

__device__ inline Value identity() {
  Value none;
  none.element = 0;
  none.index = -1;
  return none;
}

__device__ inline Value lifted(ACC x, i64 index) {
  Value value;
  value.element = x;
  value.index = index;
  return value;
}

// NaN wins over all, and the first one of equals.
__device__ inline Value combine(Value a, Value b) {
  if (a.index < 0 || b.index < 0) {
    return a.index < 0 ? b : a;
  }
  bool a_nan = a.element != a.element;
  bool b_nan = b.element != b.element;
  bool wins = KIND == ARG_MAX ? b.element > a.element : b.element < a.element;
  bool equal = a_nan ? b_nan : b.element == a.element;
  wins = (wins || b_nan) && !a_nan;
  return wins || (equal && b.index < a.index) ? b : a;
}

__device__ inline Value from_below(Value value, int lanes) {
  Value other;
  other.element = __shfl_down_sync(0xffffffffu, value.element, lanes);
  other.index = __shfl_down_sync(0xffffffffu, value.index, lanes);
  return other;
}

__device__ inline TO finished(Value value) { return (TO)(value.index < 0 ? 0 : value.index); }

#else

typedef ACC Value;

__device__ inline Value identity() {
  return KIND == PROD || KIND == ALL ? (ACC)1
         : KIND == MAX               ? Limits<ACC>::lowest()
         : KIND == MIN               ? Limits<ACC>::highest()
                                     : (ACC)0;
}

__device__ inline Value lifted(ACC x, i64 index) {
  return KIND == SUM_SQUARES           ? product_of(x, x)
         : KIND == ANY || KIND == ALL ? (x != (ACC)0 ? (ACC)1 : (ACC)0)
                                      : x;
}

__device__ inline Value combine(Value a, Value b) {
  return KIND == PROD || KIND == ALL  ? product_of(a, b)
         : KIND == MAX || KIND == ANY ? larger(a, b)
         : KIND == MIN                ? smaller(a, b)
                                      : sum_of(a, b);
}

__device__ inline Value from_below(Value value, int lanes) {
  return __shfl_down_sync(0xffffffffu, value, lanes);
}

__device__ inline TO finished(Value value) { return cast<TO>(value); }

#endif

#if PARTIAL_IN
typedef Value Source;
__device__ inline Value read(Value x, i64 index) { return x; }
#else
typedef FROM Source;
__device__ inline Value read(FROM x, i64 index) { return lifted(load<ACC>(x), index); }
#endif

#if PARTIAL_OUT
typedef Value Target;
#define WRITE(value) (value)
#else
typedef TO Target;
#define WRITE(value) finished(value)
#endif

__device__ inline Index reduced_offset(const Nest<1>& reduced, Index number) {
  if (reduced.rank == 1) {
    return number * (Index)reduced.stride[0][0];
  }
  Index offset[1];
  walk(reduced, number, offset);
  return offset[0];
}

__device__ inline void put(Target* output, const Nest<2>& kept, Index number, Index at, Value all) {
#if PARTIAL_OUT
  output[(i64)blockIdx.y * kept.count + number] = all;
#else
  output[at] = WRITE(all);
#endif
}

// `across` threads, a power of 2, work on one output; its elements are neighbours.
extern "C" __global__ void reduce_rows(
    const Source* input, Target* output, Nest<2> kept, Nest<1> reduced, i64 split, i32 across) {
  __shared__ Value scratch[THREADS];
  const int lane = threadIdx.x & (across - 1);
  const i64 wanted = (i64)blockIdx.x * (THREADS / across) + threadIdx.x / across;
  const bool used = wanted < kept.count;
  const Index number = used ? (Index)wanted : 0;
  Index at[2];
  walk(kept, number, at);
  const Source* from = input + at[0];
  const i64 begin = (i64)blockIdx.y * split;
  const i64 stop = begin + split < reduced.count ? begin + split : reduced.count;
  const Index end = used ? (Index)stop : 0;
  const Index step = (Index)across * WIDTH;
  Value all = identity();
#pragma unroll 4
  for (Index i = (Index)begin + lane * WIDTH; i < end; i += step) {
#if WIDTH > 1
    Pack<Source, WIDTH> pack = load_pack<WIDTH>(from + i);
#pragma unroll
    for (int j = 0; j < WIDTH; j++) {
      all = combine(all, read(pack.at[j], (i64)i + j));
    }
#else
    all = combine(all, read(from[reduced_offset(reduced, i)], (i64)i));
#endif
  }
  for (int lanes = (across < 32 ? across : 32) >> 1; lanes > 0; lanes >>= 1) {
    all = combine(all, from_below(all, lanes));
  }
  if (across > 32) {
    if ((threadIdx.x & 31) == 0) {
      scratch[threadIdx.x >> 5] = all;
    }
    __syncthreads();
    if (lane == 0) {
      for (int warp = 1; warp < (across >> 5); warp++) {
        all = combine(all, scratch[(threadIdx.x >> 5) + warp]);
      }
    }
  }
  if (used && lane == 0) {
    put(output, kept, number, at[1], all);
  }
}

// `columns` threads, a power of 2, work on neighbouring outputs, the others on other elements.
extern "C" __global__ void reduce_columns(
    const Source* input, Target* output, Nest<2> kept, Nest<1> reduced, i64 split, i32 columns) {
  __shared__ Value scratch[THREADS];
  const int column = threadIdx.x & (columns - 1);
  const int line = threadIdx.x / columns;
  const int lines = THREADS / columns;
  const i64 wanted = (i64)blockIdx.x * columns + column;
  const bool used = wanted < kept.count;
  const Index number = used ? (Index)wanted : 0;
  Index at[2];
  walk(kept, number, at);
  const Source* from = input + at[0];
  const i64 begin = (i64)blockIdx.y * split;
  const i64 stop = begin + split < reduced.count ? begin + split : reduced.count;
  const Index end = used ? (Index)stop : 0;
  Value all = identity();
#pragma unroll 4
  for (Index i = (Index)begin + line; i < end; i += lines) {
    all = combine(all, read(from[reduced_offset(reduced, i)], (i64)i));
  }
  if (lines > 1) {
    scratch[threadIdx.x] = all;
    __syncthreads();
    for (int other = 1; line == 0 && other < lines; other++) {
      all = combine(all, scratch[other * columns + column]);
    }
  }
  if (used && line == 0) {
    put(output, kept, number, at[1], all);
  }
}
