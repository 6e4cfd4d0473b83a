// CUDA C for a plain C++ compiler: what a kernel finds before its first line. Every thread of a block
// is a fiber of one host thread; whatever makes a CUDA thread wait switches to another fiber.
//
// No header of C or C++ is included, as with NVRTC, so that both accept the same sources.
#pragma once

#include "interface.h"

#define CRESSET_EMULATOR 1

#define __device__
#define __host__
#define __forceinline__ inline
#define __noinline__ __attribute__((noinline))
#define __restrict__ __restrict
#define __launch_bounds__(...)
#define __grid_constant__
#define __align__(bytes) __attribute__((aligned(bytes)))
// Blocks run one after the other, so one copy serves all of them. All of them lie in .bss, which holds
// nothing else and is poisoned before each block.
#define __shared__ static
#define __constant__ __attribute__((section(".data")))
#define __global__ __attribute__((noinline))

typedef __SIZE_TYPE__ size_t;
typedef __UINTPTR_TYPE__ uintptr_t;

struct dim3 {
  unsigned x, y, z;
  dim3(unsigned x = 1, unsigned y = 1, unsigned z = 1) : x(x), y(y), z(z) {}
};

#define EMULATOR_VECTOR(type, name, pair, quad)                                                     \
  struct __align__(pair) name##2 { type x, y; };                                                    \
  struct name##3 { type x, y, z; };                                                                 \
  struct __align__(quad) name##4 { type x, y, z, w; };                                              \
  inline name##2 make_##name##2(type x, type y) { return name##2{x, y}; }                           \
  inline name##3 make_##name##3(type x, type y, type z) { return name##3{x, y, z}; }                \
  inline name##4 make_##name##4(type x, type y, type z, type w) { return name##4{x, y, z, w}; }

EMULATOR_VECTOR(float, float, 8, 16)
EMULATOR_VECTOR(int, int, 8, 16)
EMULATOR_VECTOR(double, double, 16, 16)
EMULATOR_VECTOR(long long, longlong, 16, 16)
EMULATOR_VECTOR(unsigned long long, ulonglong, 16, 16)
EMULATOR_VECTOR(unsigned short, ushort, 4, 8)
EMULATOR_VECTOR(unsigned char, uchar, 2, 4)
struct __align__(8) uint2 { unsigned x, y; };
struct __align__(16) uint4 { unsigned x, y, z, w; };
inline uint2 make_uint2(unsigned x, unsigned y) { return uint2{x, y}; }
inline uint4 make_uint4(unsigned x, unsigned y, unsigned z, unsigned w) { return uint4{x, y, z, w}; }

extern "C" int printf(const char* format, ...);

#define threadIdx (emulator_thread->index)
#define blockIdx (emulator_grid.block)
#define blockDim (emulator_grid.block_size)
#define gridDim (emulator_grid.size)
#define warpSize 32
#define DYNAMIC_SHARED(type, name) type* name = (type*)emulator_dynamic_shared

inline void __syncthreads() { emulator_block_barrier(); }
inline void __syncwarp(unsigned mask = 0xffffffffu) { emulator_warp(EMULATOR_SYNC, mask, 0, 0); }
inline void __threadfence() {}
inline void __threadfence_block() {}
inline void __threadfence_system() {}
inline void __nanosleep(unsigned) {}
inline void __trap() { emulator_fail("__trap"); }

inline unsigned __ballot_sync(unsigned mask, int predicate) {
  return (unsigned)emulator_warp(EMULATOR_BALLOT, mask, predicate != 0, 0);
}
inline int __any_sync(unsigned mask, int predicate) { return __ballot_sync(mask, predicate) != 0; }
inline int __all_sync(unsigned mask, int predicate) { return __ballot_sync(mask, !predicate) == 0; }
// The one lane of which it is certain that it runs right now.
inline unsigned __activemask() { return 1u << emulator_thread->lane; }

template <typename T> inline unsigned long long emulator_bits(T value) {
  static_assert(!__is_class(T) && (sizeof(T) == 4 || sizeof(T) == 8), "shuffles take 4 or 8 bytes");
  unsigned long long bits = 0;
  __builtin_memcpy(&bits, &value, sizeof(T));
  return bits;
}
template <typename T> inline T emulator_shuffle(unsigned mask, T value, int source) {
  unsigned long long bits = emulator_warp(EMULATOR_SHUFFLE, mask, emulator_bits(value), source);
  T result;
  __builtin_memcpy(&result, &bits, sizeof(T));
  return result;
}
template <typename T> inline T __shfl_sync(unsigned mask, T value, int source, int width = 32) {
  int lane = (int)emulator_thread->lane;
  return emulator_shuffle(mask, value, (lane & ~(width - 1)) + (source & (width - 1)));
}
template <typename T>
inline T __shfl_down_sync(unsigned mask, T value, unsigned delta, int width = 32) {
  int lane = (int)emulator_thread->lane;
  int inside = (lane & (width - 1)) + (int)delta;
  return emulator_shuffle(mask, value, inside < width ? lane + (int)delta : lane);
}
template <typename T>
inline T __shfl_up_sync(unsigned mask, T value, unsigned delta, int width = 32) {
  int lane = (int)emulator_thread->lane;
  return emulator_shuffle(mask, value, (lane & (width - 1)) >= (int)delta ? lane - (int)delta : lane);
}
template <typename T>
inline T __shfl_xor_sync(unsigned mask, T value, int lanes, int width = 32) {
  int lane = (int)emulator_thread->lane;
  int source = lane ^ lanes;
  return emulator_shuffle(mask, value, (source & ~(width - 1)) > lane ? lane : source);
}
template <typename T> inline unsigned __match_any_sync(unsigned mask, T value) {
  return (unsigned)emulator_warp(EMULATOR_MATCH, mask, emulator_bits(value), 0);
}
inline unsigned __reduce_add_sync(unsigned mask, unsigned value) {
  return (unsigned)emulator_warp(EMULATOR_ADD, mask, value, 0);
}
inline int __reduce_add_sync(unsigned mask, int value) {
  return (int)emulator_warp(EMULATOR_ADD, mask, (unsigned)value, 0);
}
inline unsigned __reduce_min_sync(unsigned mask, unsigned value) {
  return (unsigned)emulator_warp(EMULATOR_MIN_UNSIGNED, mask, value, 0);
}
inline int __reduce_min_sync(unsigned mask, int value) {
  return (int)emulator_warp(EMULATOR_MIN_SIGNED, mask, (unsigned)value, 0);
}
inline unsigned __reduce_max_sync(unsigned mask, unsigned value) {
  return (unsigned)emulator_warp(EMULATOR_MAX_UNSIGNED, mask, value, 0);
}
inline int __reduce_max_sync(unsigned mask, int value) {
  return (int)emulator_warp(EMULATOR_MAX_SIGNED, mask, (unsigned)value, 0);
}

// ---- tensor cores: d = a * b + c, fragments as mma.sync has them ----

inline void emulator_mma(int kind, float* d, const unsigned* a, const unsigned* b, const float* c) {
  EmulatorMma fragments = {d, a, b, c};
  emulator_warp(kind, 0xffffffffu, (unsigned long long)&fragments, 0);
}

// ---- atomics: fibers switch only where they wait, so these are whole anyway ----

#define EMULATOR_ATOMIC(name, type, expression)                                                     \
  inline type name(type* address, type value) {                                                     \
    type old = *address;                                                                            \
    *address = (expression);                                                                        \
    return old;                                                                                     \
  }
#define EMULATOR_ATOMIC_INTEGERS(name, expression)                                                  \
  EMULATOR_ATOMIC(name, int, expression)                                                            \
  EMULATOR_ATOMIC(name, unsigned, expression)                                                       \
  EMULATOR_ATOMIC(name, unsigned long long, expression)

EMULATOR_ATOMIC(atomicAdd, int, (int)((unsigned)old + (unsigned)value))
EMULATOR_ATOMIC(atomicAdd, unsigned, old + value)
EMULATOR_ATOMIC(atomicAdd, unsigned long long, old + value)
EMULATOR_ATOMIC(atomicAdd, float, old + value)
EMULATOR_ATOMIC(atomicAdd, double, old + value)
EMULATOR_ATOMIC(atomicSub, int, (int)((unsigned)old - (unsigned)value))
EMULATOR_ATOMIC(atomicSub, unsigned, old - value)
EMULATOR_ATOMIC_INTEGERS(atomicExch, value)
EMULATOR_ATOMIC(atomicExch, float, value)
EMULATOR_ATOMIC_INTEGERS(atomicMin, value < old ? value : old)
EMULATOR_ATOMIC(atomicMin, long long, value < old ? value : old)
EMULATOR_ATOMIC_INTEGERS(atomicMax, value > old ? value : old)
EMULATOR_ATOMIC(atomicMax, long long, value > old ? value : old)
EMULATOR_ATOMIC_INTEGERS(atomicAnd, old & value)
EMULATOR_ATOMIC_INTEGERS(atomicOr, old | value)
EMULATOR_ATOMIC_INTEGERS(atomicXor, old ^ value)
#define EMULATOR_COMPARE_AND_SWAP(type)                                                             \
  inline type atomicCAS(type* address, type expected, type value) {                                 \
    type old = *address;                                                                            \
    if (old == expected) *address = value;                                                          \
    return old;                                                                                     \
  }
EMULATOR_COMPARE_AND_SWAP(int)
EMULATOR_COMPARE_AND_SWAP(unsigned)
EMULATOR_COMPARE_AND_SWAP(unsigned long long)
EMULATOR_COMPARE_AND_SWAP(unsigned short)

// ---- bits and integers ----

#define EMULATOR_REINTERPRET(name, from, to)                                                        \
  inline to name(from value) {                                                                      \
    to result;                                                                                      \
    __builtin_memcpy(&result, &value, sizeof(result));                                              \
    return result;                                                                                  \
  }
EMULATOR_REINTERPRET(__float_as_uint, float, unsigned)
EMULATOR_REINTERPRET(__float_as_int, float, int)
EMULATOR_REINTERPRET(__uint_as_float, unsigned, float)
EMULATOR_REINTERPRET(__int_as_float, int, float)
EMULATOR_REINTERPRET(__double_as_longlong, double, long long)
EMULATOR_REINTERPRET(__longlong_as_double, long long, double)

inline int __double2hiint(double x) { return (int)(__double_as_longlong(x) >> 32); }
inline int __double2loint(double x) { return (int)__double_as_longlong(x); }
inline double __hiloint2double(int high, int low) {
  return __longlong_as_double((long long)(((unsigned long long)(unsigned)high << 32) | (unsigned)low));
}
inline int __clz(int x) { return x == 0 ? 32 : __builtin_clz((unsigned)x); }
inline int __clzll(long long x) { return x == 0 ? 64 : __builtin_clzll((unsigned long long)x); }
inline int __popc(unsigned x) { return __builtin_popcount(x); }
inline int __popcll(unsigned long long x) { return __builtin_popcountll(x); }
inline int __ffs(int x) { return __builtin_ffs(x); }
inline int __ffsll(long long x) { return __builtin_ffsll(x); }
inline unsigned __brev(unsigned x) {
  unsigned result = 0;
  for (int bit = 0; bit < 32; bit++) result |= ((x >> bit) & 1u) << (31 - bit);
  return result;
}
inline unsigned __umulhi(unsigned x, unsigned y) {
  return (unsigned)(((unsigned long long)x * y) >> 32);
}
inline int __mulhi(int x, int y) { return (int)(((long long)x * y) >> 32); }
inline unsigned long long __umul64hi(unsigned long long x, unsigned long long y) {
  return (unsigned long long)(((unsigned __int128)x * y) >> 64);
}
inline unsigned __funnelshift_l(unsigned low, unsigned high, unsigned shift) {
  return (unsigned)(((((unsigned long long)high << 32) | low) << (shift & 31)) >> 32);
}
inline unsigned __funnelshift_r(unsigned low, unsigned high, unsigned shift) {
  return (unsigned)((((unsigned long long)high << 32) | low) >> (shift & 31));
}
inline unsigned __byte_perm(unsigned x, unsigned y, unsigned selector) {
  unsigned long long bytes = ((unsigned long long)y << 32) | x;
  unsigned result = 0;
  for (int at = 0; at < 4; at++) {
    result |= (unsigned)((bytes >> (8 * ((selector >> (4 * at)) & 7))) & 0xff) << (8 * at);
  }
  return result;
}
template <typename T> inline T __ldg(const T* address) { return *address; }
template <typename T> inline T __ldcs(const T* address) { return *address; }
template <typename T> inline void __stcs(T* address, T value) { *address = value; }
inline long long clock64() { return 0; }

// ---- arithmetic ----

#define EMULATOR_PAIRS(type, letter)                                                                \
  inline type __##letter##add_rn(type x, type y) { return x + y; }                                  \
  inline type __##letter##sub_rn(type x, type y) { return x - y; }                                  \
  inline type __##letter##mul_rn(type x, type y) { return x * y; }                                  \
  inline type __##letter##div_rn(type x, type y) { return x / y; }
EMULATOR_PAIRS(float, f)
EMULATOR_PAIRS(double, d)
inline float __fmaf_rn(float x, float y, float z) { return __builtin_fmaf(x, y, z); }
inline double __fma_rn(double x, double y, double z) { return __builtin_fma(x, y, z); }
inline float __fsqrt_rn(float x) { return __builtin_sqrtf(x); }
inline double __dsqrt_rn(double x) { return __builtin_sqrt(x); }
inline float __frcp_rn(float x) { return 1.0f / x; }
inline double __drcp_rn(double x) { return 1.0 / x; }
inline float __fdividef(float x, float y) { return x / y; }
inline float __saturatef(float x) { return x >= 0 ? (x < 1 ? x : 1.0f) : 0.0f; }
inline float __expf(float x) { return __builtin_expf(x); }
inline float __logf(float x) { return __builtin_logf(x); }
inline float __sinf(float x) { return __builtin_sinf(x); }
inline float __cosf(float x) { return __builtin_cosf(x); }
inline float __powf(float x, float y) { return __builtin_powf(x, y); }

// Conversions out of range give the nearest value, as on the device, and NaN gives 0 (for 64 bits the
// smallest value).
template <typename I, typename F> inline I emulator_convert(F x, I low, I high, F below, F above) {
  return x != x ? (I)(sizeof(I) == 8 ? (I)1 << 63 : 0) : x <= below ? low : x >= above ? high : (I)x;
}
#define EMULATOR_CONVERSIONS(from, type, letter)                                                    \
  inline int __##from##2int_##letter(type x) {                                                      \
    return emulator_convert<int, double>(EMULATOR_ROUND_##letter((double)x), -2147483647 - 1,       \
                                         2147483647, -2147483648.0, 2147483648.0);                  \
  }                                                                                                 \
  inline unsigned __##from##2uint_##letter(type x) {                                                \
    return emulator_convert<unsigned, double>(EMULATOR_ROUND_##letter((double)x), 0u, 0xffffffffu,  \
                                              0.0, 4294967296.0);                                   \
  }                                                                                                 \
  inline long long __##from##2ll_##letter(type x) {                                                 \
    return emulator_convert<long long, double>(                                                     \
        EMULATOR_ROUND_##letter((double)x), -9223372036854775807ll - 1, 9223372036854775807ll,      \
        -9223372036854775808.0, 9223372036854775808.0);                                             \
  }
#define EMULATOR_ROUND_rn(x) __builtin_rint(x)
#define EMULATOR_ROUND_rz(x) __builtin_trunc(x)
#define EMULATOR_ROUND_rd(x) __builtin_floor(x)
#define EMULATOR_ROUND_ru(x) __builtin_ceil(x)
EMULATOR_CONVERSIONS(float, float, rn)
EMULATOR_CONVERSIONS(float, float, rz)
EMULATOR_CONVERSIONS(float, float, rd)
EMULATOR_CONVERSIONS(float, float, ru)
EMULATOR_CONVERSIONS(double, double, rn)
EMULATOR_CONVERSIONS(double, double, rz)
inline float __int2float_rn(int x) { return (float)x; }
inline float __uint2float_rn(unsigned x) { return (float)x; }
inline float __ll2float_rn(long long x) { return (float)x; }
inline float __ull2float_rn(unsigned long long x) { return (float)x; }
inline double __int2double_rn(int x) { return (double)x; }
inline double __ll2double_rn(long long x) { return (double)x; }
inline double __ull2double_rn(unsigned long long x) { return (double)x; }
inline float __double2float_rn(double x) { return (float)x; }

// C's functions under their own names, and C++'s overloads for float.
#define EMULATOR_FUNCTION(name)                                                                     \
  extern "C" double name(double) noexcept;                                                          \
  extern "C" float name##f(float) noexcept;                                                         \
  inline float name(float x) { return __builtin_##name##f(x); }
#define EMULATOR_FUNCTION_OF_TWO(name)                                                              \
  extern "C" double name(double, double) noexcept;                                                  \
  extern "C" float name##f(float, float) noexcept;                                                  \
  inline float name(float x, float y) { return __builtin_##name##f(x, y); }
EMULATOR_FUNCTION(exp) EMULATOR_FUNCTION(exp2) EMULATOR_FUNCTION(expm1) EMULATOR_FUNCTION(log)
EMULATOR_FUNCTION(log2) EMULATOR_FUNCTION(log10) EMULATOR_FUNCTION(log1p) EMULATOR_FUNCTION(sin)
EMULATOR_FUNCTION(cos) EMULATOR_FUNCTION(tan) EMULATOR_FUNCTION(asin) EMULATOR_FUNCTION(acos)
EMULATOR_FUNCTION(atan) EMULATOR_FUNCTION(sinh) EMULATOR_FUNCTION(cosh) EMULATOR_FUNCTION(tanh)
EMULATOR_FUNCTION(asinh) EMULATOR_FUNCTION(acosh) EMULATOR_FUNCTION(atanh) EMULATOR_FUNCTION(sqrt)
EMULATOR_FUNCTION(cbrt) EMULATOR_FUNCTION(erf) EMULATOR_FUNCTION(erfc) EMULATOR_FUNCTION(lgamma)
EMULATOR_FUNCTION(tgamma) EMULATOR_FUNCTION(floor) EMULATOR_FUNCTION(ceil) EMULATOR_FUNCTION(trunc)
EMULATOR_FUNCTION(rint) EMULATOR_FUNCTION(nearbyint) EMULATOR_FUNCTION(round) EMULATOR_FUNCTION(fabs)
EMULATOR_FUNCTION(logb)
EMULATOR_FUNCTION_OF_TWO(pow) EMULATOR_FUNCTION_OF_TWO(fmod) EMULATOR_FUNCTION_OF_TWO(remainder)
EMULATOR_FUNCTION_OF_TWO(atan2) EMULATOR_FUNCTION_OF_TWO(hypot) EMULATOR_FUNCTION_OF_TWO(fmax)
EMULATOR_FUNCTION_OF_TWO(fmin) EMULATOR_FUNCTION_OF_TWO(copysign) EMULATOR_FUNCTION_OF_TWO(nextafter)
extern "C" double fma(double, double, double) noexcept;
extern "C" float fmaf(float, float, float) noexcept;
extern "C" double ldexp(double, int) noexcept;
extern "C" float ldexpf(float, int) noexcept;
extern "C" double frexp(double, int*) noexcept;
extern "C" float frexpf(float, int*) noexcept;
extern "C" double modf(double, double*) noexcept;
extern "C" float modff(float, float*) noexcept;
inline float fma(float x, float y, float z) { return __builtin_fmaf(x, y, z); }
inline float rsqrtf(float x) { return (float)(1.0 / __builtin_sqrt((double)x)); }
inline double rsqrt(double x) { return 1.0 / __builtin_sqrt(x); }
inline float __frsqrt_rn(float x) { return rsqrtf(x); }
inline void sincosf(float x, float* s, float* c) { *s = sinf(x); *c = cosf(x); }
inline void sincos(double x, double* s, double* c) { *s = sin(x); *c = cos(x); }
inline float normcdff(float x) { return 0.5f * erfcf(-0.70710678118654752f * x); }
inline float exp10f(float x) { return (float)__builtin_pow(10.0, (double)x); }
inline double exp10(double x) { return __builtin_pow(10.0, x); }
inline bool isnan(float x) { return x != x; }
inline bool isnan(double x) { return x != x; }
inline bool isinf(float x) { return __builtin_isinf(x) != 0; }
inline bool isinf(double x) { return __builtin_isinf(x) != 0; }
inline bool isfinite(float x) { return __builtin_isfinite(x) != 0; }
inline bool isfinite(double x) { return __builtin_isfinite(x) != 0; }
inline bool signbit(float x) { return __builtin_signbit(x) != 0; }
inline bool signbit(double x) { return __builtin_signbit(x) != 0; }
#define EMULATOR_ORDER(type)                                                                        \
  inline type min(type x, type y) { return y < x ? y : x; }                                         \
  inline type max(type x, type y) { return x < y ? y : x; }
EMULATOR_ORDER(int) EMULATOR_ORDER(unsigned) EMULATOR_ORDER(long) EMULATOR_ORDER(unsigned long)
EMULATOR_ORDER(long long) EMULATOR_ORDER(unsigned long long)
inline float min(float x, float y) { return __builtin_fminf(x, y); }
inline float max(float x, float y) { return __builtin_fmaxf(x, y); }
inline double min(double x, double y) { return __builtin_fmin(x, y); }
inline double max(double x, double y) { return __builtin_fmax(x, y); }
inline int abs(int x) { return x < 0 ? -x : x; }
inline long abs(long x) { return x < 0 ? -x : x; }
inline long long abs(long long x) { return x < 0 ? -x : x; }
inline float abs(float x) { return __builtin_fabsf(x); }
inline double abs(double x) { return __builtin_fabs(x); }
inline long long llabs(long long x) { return x < 0 ? -x : x; }

#define assert(condition) ((condition) ? (void)0 : emulator_fail("assertion failed: " #condition))

// ---- how the driver finds and calls kernels ----

extern "C" __attribute__((visibility("hidden"))) char __bss_start[];
extern "C" __attribute__((visibility("hidden"))) char _end[];

template <typename T> struct EmulatorIsPointer { enum { value = 0 }; };
template <typename T> struct EmulatorIsPointer<T*> { enum { value = 1 }; };
template <typename T> struct EmulatorPlain { typedef T type; };
template <typename T> struct EmulatorPlain<const T> { typedef T type; };
template <int... I> struct EmulatorPlaces {};

template <auto kernel, typename Signature> struct EmulatorCall;
template <auto kernel, typename... P> struct EmulatorCall<kernel, void (*)(P...)> {
  static constexpr unsigned count = sizeof...(P);
  static constexpr EmulatorParameter parameters[sizeof...(P) + 1] = {
      {(unsigned)sizeof(P), (unsigned)EmulatorIsPointer<P>::value}..., {0, 0}};
  template <int... I> static void expand(void** values, EmulatorPlaces<I...>) {
    kernel(*(typename EmulatorPlain<P>::type*)values[I]...);
  }
  static void call(void** values) { expand(values, EmulatorPlaces<__integer_pack(sizeof...(P))...>()); }
};

#define EMULATOR_KERNEL(name)                                                                       \
  extern "C" __attribute__((visibility("default"))) const EmulatorKernel emulator_kernel_##name = { \
      EmulatorCall<&name, decltype(&name)>::call, EmulatorCall<&name, decltype(&name)>::parameters, \
      EmulatorCall<&name, decltype(&name)>::count, __bss_start, _end};
