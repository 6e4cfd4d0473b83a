// What every kernel may use. Included before each source. No header of CUDA or C is needed: the
// run-time compiler then needs no include path, and a plain C++ compiler can run the same sources.

typedef signed char i8;
typedef unsigned char u8;
typedef short i16;
typedef unsigned short u16;
typedef int i32;
typedef unsigned int u32;
typedef long long i64;
typedef unsigned long long u64;

// ---- element types ----

// One byte, 0 or 1.
struct boolean {
  u8 bits;
};

// bfloat16 and float16 by their bits; arithmetic happens in float.
struct bf16 {
  u16 bits;
};

struct f16 {
  u16 bits;
};

__device__ inline u32 float_bits(float x) { return __float_as_uint(x); }
__device__ inline float bits_float(u32 x) { return __uint_as_float(x); }

__device__ inline float to_float(bf16 x) { return bits_float((u32)x.bits << 16); }

// To the nearest, ties to even; NaN stays NaN.
__device__ inline bf16 to_bf16(float x) {
  u32 bits = float_bits(x);
  bf16 result;
  if ((bits & 0x7fffffffu) > 0x7f800000u) {
    result.bits = (u16)((bits >> 16) | 0x40);
  } else {
    result.bits = (u16)((bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16);
  }
  return result;
}

__device__ inline float to_float(f16 x) {
  u32 sign = (u32)(x.bits & 0x8000) << 16;
  u32 exponent = (x.bits >> 10) & 0x1f;
  u32 fraction = x.bits & 0x3ff;
  if (exponent == 0) {
    float small = (float)fraction * 5.9604644775390625e-8f;
    return bits_float(float_bits(small) | sign);
  }
  if (exponent == 31) {
    return bits_float(sign | 0x7f800000u | (fraction << 13));
  }
  return bits_float(sign | ((exponent + 112) << 23) | (fraction << 13));
}

__device__ inline f16 to_f16(float x) {
  u32 bits = float_bits(x);
  u32 sign = (bits >> 16) & 0x8000;
  u32 size = bits & 0x7fffffffu;
  u32 half;
  if (size > 0x7f800000u) {
    half = 0x7e00;
  } else if (size >= 0x477ff000u) {
    half = 0x7c00;
  } else if (size < 0x38800000u) {
    // Subnormal: the float unit rounds at the place of the last bit.
    half = float_bits(bits_float(size) + 0.5f) - 0x3f000000u;
  } else {
    half = (size + 0xfffu + ((size >> 13) & 1u) - 0x38000000u) >> 13;
  }
  f16 result;
  result.bits = (u16)(sign | half);
  return result;
}

// The type in which an element type is added up and computed with.
template <typename T> struct Accumulator { typedef i64 type; };
template <> struct Accumulator<float> { typedef float type; };
template <> struct Accumulator<double> { typedef double type; };
template <> struct Accumulator<bf16> { typedef float type; };
template <> struct Accumulator<f16> { typedef float type; };

// Element to computing type and back.
template <typename A> __device__ inline A load(float x) { return (A)x; }
template <typename A> __device__ inline A load(double x) { return (A)x; }
template <typename A> __device__ inline A load(i64 x) { return (A)x; }
template <typename A> __device__ inline A load(i32 x) { return (A)x; }
template <typename A> __device__ inline A load(i16 x) { return (A)x; }
template <typename A> __device__ inline A load(i8 x) { return (A)x; }
template <typename A> __device__ inline A load(u8 x) { return (A)x; }
template <typename A> __device__ inline A load(bf16 x) { return (A)to_float(x); }
template <typename A> __device__ inline A load(f16 x) { return (A)to_float(x); }
template <typename A> __device__ inline A load(boolean x) { return (A)x.bits; }

template <typename T> struct Store {
  template <typename A> __device__ static inline T of(A x) { return (T)x; }
};
template <> struct Store<bf16> {
  template <typename A> __device__ static inline bf16 of(A x) { return to_bf16((float)x); }
};
template <> struct Store<f16> {
  template <typename A> __device__ static inline f16 of(A x) { return to_f16((float)x); }
};
template <> struct Store<boolean> {
  template <typename A> __device__ static inline boolean of(A x) {
    boolean result;
    result.bits = x != (A)0 ? 1 : 0;
    return result;
  }
};
template <typename T, typename A> __device__ inline T store(A x) { return Store<T>::of(x); }

// ---- casts ----

// Fractions are cut off. What the integer does not hold, and NaN, become its smallest number, as by
// the instructions of x86-64: ai.cresset.type.Truncation.
__device__ inline i64 to_integer(double x) {
  bool holds = x >= -9223372036854775808.0 && x < 9223372036854775808.0;
  return holds ? (i64)x : -0x7fffffffffffffffll - 1;
}

__device__ inline i32 to_integer32(double x) {
  return x > -2147483649.0 && x < 2147483648.0 ? (i32)x : -0x7fffffff - 1;
}

// The integer of which an element type keeps the low bits.
template <typename To> struct Truncation {
  __device__ static inline i64 of(double x) { return to_integer(x); }
};
template <> struct Truncation<i32> {
  __device__ static inline i32 of(double x) { return to_integer32(x); }
};
template <> struct Truncation<i16> {
  __device__ static inline i32 of(double x) { return to_integer32(x); }
};
template <> struct Truncation<i8> {
  __device__ static inline i32 of(double x) { return to_integer32(x); }
};

// From a computing type to an element type.
template <typename To> struct Cast {
  __device__ static inline To of(float x) { return (To)Truncation<To>::of((double)x); }
  __device__ static inline To of(double x) { return (To)Truncation<To>::of(x); }
  __device__ static inline To of(i64 x) { return (To)x; }
};
template <> struct Cast<float> {
  template <typename A> __device__ static inline float of(A x) { return (float)x; }
};
template <> struct Cast<double> {
  template <typename A> __device__ static inline double of(A x) { return (double)x; }
};
template <> struct Cast<bf16> {
  template <typename A> __device__ static inline bf16 of(A x) { return to_bf16((float)x); }
};
template <> struct Cast<f16> {
  template <typename A> __device__ static inline f16 of(A x) { return to_f16((float)x); }
};
template <> struct Cast<boolean> {
  template <typename A> __device__ static inline boolean of(A x) { return store<boolean>(x); }
};

// Between any two element types.
template <typename To, typename From> __device__ inline To cast(From x) {
  return Cast<To>::of(load<typename Accumulator<From>::type>(x));
}

// ---- numbers ----

template <typename A> struct Limits;
template <> struct Limits<float> {
  __device__ static inline float highest() { return bits_float(0x7f800000u); }
  __device__ static inline float lowest() { return bits_float(0xff800000u); }
  __device__ static inline float nan() { return bits_float(0x7fc00000u); }
};
template <> struct Limits<double> {
  __device__ static inline double highest() { return __longlong_as_double(0x7ff0000000000000ll); }
  __device__ static inline double lowest() { return -highest(); }
  __device__ static inline double nan() { return __longlong_as_double(0x7ff8000000000000ll); }
};
template <> struct Limits<i64> {
  __device__ static inline i64 highest() { return 0x7fffffffffffffffll; }
  __device__ static inline i64 lowest() { return -0x7fffffffffffffffll - 1; }
};

__device__ inline bool is_negative(float x) { return (float_bits(x) >> 31) != 0; }
__device__ inline bool is_negative(double x) { return __double_as_longlong(x) < 0; }
__device__ inline bool is_negative(i64 x) { return x < 0; }

// NaN wins, and the zero without a sign is the larger one.
template <typename A> __device__ inline A larger(A a, A b) {
  if (a != a) {
    return a;
  }
  if (b != b) {
    return b;
  }
  return a > b || (a == b && !is_negative(a)) ? a : b;
}

template <typename A> __device__ inline A smaller(A a, A b) {
  if (a != a) {
    return a;
  }
  if (b != b) {
    return b;
  }
  return a < b || (a == b && is_negative(a)) ? a : b;
}

// Rounded after each step: never contracted into one that is rounded once. Integers wrap around.
__device__ inline float sum_of(float a, float b) { return __fadd_rn(a, b); }
__device__ inline double sum_of(double a, double b) { return __dadd_rn(a, b); }
__device__ inline i64 sum_of(i64 a, i64 b) { return (i64)((u64)a + (u64)b); }
__device__ inline float product_of(float a, float b) { return __fmul_rn(a, b); }
__device__ inline double product_of(double a, double b) { return __dmul_rn(a, b); }
__device__ inline i64 product_of(i64 a, i64 b) { return (i64)((u64)a * (u64)b); }

// ---- strided views ----

// Neighbours that are loaded and stored by one instruction, aligned to their size.
template <typename E, int N> struct alignas(sizeof(E) * N) Pack {
  E at[N];
};

template <int N, typename E> __device__ inline Pack<E, N> load_pack(const E* from) {
  return *reinterpret_cast<const Pack<E, N>*>(from);
}

template <int N, typename E> __device__ inline void store_pack(E* to, const Pack<E, N>& pack) {
  *reinterpret_cast<Pack<E, N>*>(to) = pack;
}

#define MAX_RANK 12

// Loops over N views of one shape, outermost first, neighbours merged.
template <int N> struct Nest {
  i64 rank;
  i64 count;
  i64 size[MAX_RANK];
  i64 stride[N][MAX_RANK];
};

// How far element number `index` (row-major) lies from the first one, in each view.
template <int N>
__device__ inline void nest_offsets(const Nest<N>& nest, i64 index, i64* offsets) {
  for (int view = 0; view < N; view++) {
    offsets[view] = 0;
  }
  for (int dim = (int)nest.rank - 1; dim > 0; dim--) {
    i64 rest = index / nest.size[dim];
    i64 at = index - rest * nest.size[dim];
    index = rest;
    for (int view = 0; view < N; view++) {
      offsets[view] += at * nest.stride[view][dim];
    }
  }
  if (nest.rank > 0) {
    for (int view = 0; view < N; view++) {
      offsets[view] += index * nest.stride[view][0];
    }
  }
}

// The same with the index type of the caller's choice: 32 bits divide faster, where they suffice.
template <typename I, int N>
__device__ inline void walk(const Nest<N>& nest, I index, I* offsets) {
  for (int view = 0; view < N; view++) {
    offsets[view] = 0;
  }
  for (int dim = (int)nest.rank - 1; dim > 0; dim--) {
    I size = (I)nest.size[dim];
    I rest = index / size;
    I at = index - rest * size;
    index = rest;
    for (int view = 0; view < N; view++) {
      offsets[view] += at * (I)nest.stride[view][dim];
    }
  }
  if (nest.rank > 0) {
    for (int view = 0; view < N; view++) {
      offsets[view] += index * (I)nest.stride[view][0];
    }
  }
}

// Where pack number `pack` begins in each view, if packs of `width` neighbours cut the innermost
// loop into whole ones.
template <typename I, int N>
__device__ inline void walk_packs(const Nest<N>& nest, I pack, int width, I* offsets) {
  int last = nest.rank > 0 ? (int)nest.rank - 1 : 0;
  I packs = (I)nest.size[last] / (I)width;
  I rest = last > 0 ? pack / packs : 0;
  I at = (pack - rest * packs) * (I)width;
  for (int view = 0; view < N; view++) {
    offsets[view] = at * (I)nest.stride[view][last];
  }
  for (int dim = last - 1; dim >= 0; dim--) {
    I outer = dim > 0 ? rest / (I)nest.size[dim] : 0;
    at = rest - outer * (I)nest.size[dim];
    rest = outer;
    for (int view = 0; view < N; view++) {
      offsets[view] += at * (I)nest.stride[view][dim];
    }
  }
}

template <int N> __device__ inline i64 nest_offset(const Nest<N>& nest, i64 index, int view) {
  i64 offsets[N];
  nest_offsets(nest, index, offsets);
  return offsets[view];
}

// ---- this thread among all ----

__device__ inline i64 global_thread() {
  return (i64)blockIdx.x * blockDim.x + threadIdx.x;
}

__device__ inline i64 global_threads() { return (i64)gridDim.x * blockDim.x; }

// ---- indexes from tensors ----

// Memory of the host: set once if any index was outside.
struct Failure {
  i32 set;
  i32 unused;
  i64 index;
};

// The index itself if it is inside of [0, size), else 0 and a report.
__device__ inline i64 checked_index(Failure* failure, i64 index, i64 size) {
  if (index >= 0 && index < size) {
    return index;
  }
  if (failure->set == 0) {
    failure->index = index;
    failure->set = 1;
  }
  return 0;
}

// ---- shared memory whose size is given at the call ----

#ifndef DYNAMIC_SHARED
#define DYNAMIC_SHARED(type, name) extern __shared__ type name[]
#endif

// ---- a block working together ----

// Every thread of the block gets the result of combining all values, always in the same order.
// `scratch` has 33 elements; all threads must call. Blocks have whole warps.
template <typename A, typename Combine>
__device__ inline A block_combine(A value, A* scratch, Combine combine) {
  for (int offset = 16; offset > 0; offset >>= 1) {
    A other = __shfl_down_sync(0xffffffffu, value, offset);
    value = combine(value, other);
  }
  int lane = threadIdx.x & 31;
  int warp = threadIdx.x >> 5;
  int warps = blockDim.x >> 5;
  __syncthreads();
  if (lane == 0) {
    scratch[warp] = value;
  }
  __syncthreads();
  if (threadIdx.x == 0) {
    A all = scratch[0];
    for (int i = 1; i < warps; i++) {
      all = combine(all, scratch[i]);
    }
    scratch[32] = all;
  }
  __syncthreads();
  return scratch[32];
}

// ---- groups of threads on lines ----

struct Adding {
  template <typename A> __device__ A operator()(A a, A b) const { return a + b; }
};

struct TakingLarger {
  template <typename A> __device__ A operator()(A a, A b) const { return larger(a, b); }
};

// Combines over groups of `across` threads, a power of 2; all of a group get the same bits. All
// threads of the block must call. `scratch` has an element for each warp.
template <typename A, typename Combine>
__device__ inline A group_combine(A value, int across, A* scratch, Combine combine) {
  for (int lanes = 1; lanes < across && lanes < 32; lanes <<= 1) {
    value = combine(value, __shfl_xor_sync(0xffffffffu, value, lanes));
  }
  if (across > 32) {
    int warp = threadIdx.x >> 5;
    int warps = across >> 5;
    int first = warp / warps * warps;
    __syncthreads();
    if ((threadIdx.x & 31) == 0) {
      scratch[warp] = value;
    }
    __syncthreads();
    value = scratch[first];
    for (int i = 1; i < warps; i++) {
      value = combine(value, scratch[first + i]);
    }
  }
  return value;
}

// N neighbours in the computing type; aligned to N elements.
template <int N, typename E, typename A> __device__ inline void load_values(const E* from, A* values) {
  Pack<E, N> pack = load_pack<N>(from);
#pragma unroll
  for (int j = 0; j < N; j++) {
    values[j] = load<A>(pack.at[j]);
  }
}

template <int N, typename E, typename A> __device__ inline void store_values(E* to, const A* values) {
  Pack<E, N> pack;
#pragma unroll
  for (int j = 0; j < N; j++) {
    pack.at[j] = cast<E>(values[j]);
  }
  store_pack(to, pack);
}
