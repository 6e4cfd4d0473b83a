// The functions of pointwise programs, in the three computing types. Arithmetic is rounded after
// each step, as the specification says.

// ---- one argument ----

#define REAL_FUNCTION(name, single, wide)                           \
  __device__ inline float op_##name(float x) { return single; }     \
  __device__ inline double op_##name(double x) { return wide; }

REAL_FUNCTION(neg, -x, -x)
REAL_FUNCTION(abs, fabsf(x), fabs(x))
REAL_FUNCTION(sign, x > 0 ? 1.0f : x < 0 ? -1.0f : 0.0f, x > 0 ? 1.0 : x < 0 ? -1.0 : 0.0)
REAL_FUNCTION(reciprocal, 1.0f / x, 1.0 / x)
REAL_FUNCTION(sqrt, sqrtf(x), sqrt(x))
REAL_FUNCTION(rsqrt, 1.0f / sqrtf(x), 1.0 / sqrt(x))
REAL_FUNCTION(exp, expf(x), exp(x))
REAL_FUNCTION(expm1, expm1f(x), expm1(x))
REAL_FUNCTION(log, logf(x), log(x))
REAL_FUNCTION(log1p, log1pf(x), log1p(x))
REAL_FUNCTION(sin, sinf(x), sin(x))
REAL_FUNCTION(cos, cosf(x), cos(x))
REAL_FUNCTION(tanh, tanhf(x), tanh(x))
REAL_FUNCTION(sigmoid, 1.0f / (1.0f + expf(-x)), 1.0 / (1.0 + exp(-x)))
REAL_FUNCTION(erf, erff(x), erf(x))
REAL_FUNCTION(erfc, erfcf(x), erfc(x))
REAL_FUNCTION(log2, log2f(x), log2(x))
REAL_FUNCTION(log10, log10f(x), log10(x))
REAL_FUNCTION(asin, asinf(x), asin(x))
REAL_FUNCTION(acos, acosf(x), acos(x))
REAL_FUNCTION(atan, atanf(x), atan(x))
REAL_FUNCTION(sinh, sinhf(x), sinh(x))
REAL_FUNCTION(cosh, coshf(x), cosh(x))
REAL_FUNCTION(asinh, asinhf(x), asinh(x))
REAL_FUNCTION(acosh, acoshf(x), acosh(x))
REAL_FUNCTION(atanh, atanhf(x), atanh(x))
REAL_FUNCTION(floor, floorf(x), floor(x))
REAL_FUNCTION(ceil, ceilf(x), ceil(x))
REAL_FUNCTION(round, rintf(x), rint(x))
REAL_FUNCTION(trunc, truncf(x), trunc(x))
REAL_FUNCTION(logical_not, x == 0 ? 1.0f : 0.0f, x == 0 ? 1.0 : 0.0)
REAL_FUNCTION(is_nan, x != x ? 1.0f : 0.0f, x != x ? 1.0 : 0.0)
REAL_FUNCTION(
    is_inf,
    fabsf(x) == Limits<float>::highest() ? 1.0f : 0.0f,
    fabs(x) == Limits<double>::highest() ? 1.0 : 0.0)
REAL_FUNCTION(
    is_finite,
    fabsf(x) < Limits<float>::highest() ? 1.0f : 0.0f,
    fabs(x) < Limits<double>::highest() ? 1.0 : 0.0)

__device__ inline i64 op_neg(i64 x) { return (i64)(0ull - (u64)x); }
__device__ inline i64 op_abs(i64 x) { return x < 0 ? op_neg(x) : x; }
__device__ inline i64 op_sign(i64 x) { return x > 0 ? 1 : x < 0 ? -1 : 0; }
__device__ inline i64 op_floor(i64 x) { return x; }
__device__ inline i64 op_ceil(i64 x) { return x; }
__device__ inline i64 op_round(i64 x) { return x; }
__device__ inline i64 op_trunc(i64 x) { return x; }
__device__ inline i64 op_bitwise_not(i64 x) { return ~x; }
__device__ inline i64 op_logical_not(i64 x) { return x == 0 ? 1 : 0; }
__device__ inline i64 op_is_nan(i64 x) { return 0; }
__device__ inline i64 op_is_inf(i64 x) { return 0; }
__device__ inline i64 op_is_finite(i64 x) { return 1; }

// ---- two arguments ----

__device__ inline float op_add(float a, float b) { return sum_of(a, b); }
__device__ inline double op_add(double a, double b) { return sum_of(a, b); }
__device__ inline i64 op_add(i64 a, i64 b) { return sum_of(a, b); }
__device__ inline float op_sub(float a, float b) { return sum_of(a, -b); }
__device__ inline double op_sub(double a, double b) { return sum_of(a, -b); }
__device__ inline i64 op_sub(i64 a, i64 b) { return (i64)((u64)a - (u64)b); }
__device__ inline float op_mul(float a, float b) { return product_of(a, b); }
__device__ inline double op_mul(double a, double b) { return product_of(a, b); }
__device__ inline i64 op_mul(i64 a, i64 b) { return product_of(a, b); }
__device__ inline float op_div(float a, float b) { return a / b; }
__device__ inline double op_div(double a, double b) { return a / b; }

// Towards zero. A divisor of 0 gives 0: a kernel cannot raise.
__device__ inline i64 op_div(i64 a, i64 b) { return b == 0 ? 0 : b == -1 ? op_neg(a) : a / b; }

__device__ inline float op_fma(float a, float b, float c) { return fmaf(a, b, c); }
__device__ inline double op_fma(double a, double b, double c) { return fma(a, b, c); }
__device__ inline i64 op_fma(i64 a, i64 b, i64 c) { return sum_of(product_of(a, b), c); }

__device__ inline float any_power(float a, float b) { return powf(a, b); }
__device__ inline double any_power(double a, double b) { return pow(a, b); }

// Exponents that are the same everywhere make these branches free.
template <typename C> __device__ inline C real_power(C a, C b) {
  if (b == (C)2) {
    return product_of(a, a);
  }
  if (b == (C)1) {
    return a;
  }
  if (b == (C)3) {
    return product_of(product_of(a, a), a);
  }
  if (b == (C)-1) {
    return (C)1 / a;
  }
  return b == (C)0.5 && a > (C)0 ? op_sqrt(a) : any_power(a, b);
}

__device__ inline float op_pow(float a, float b) { return real_power(a, b); }
__device__ inline double op_pow(double a, double b) { return real_power(a, b); }

__device__ inline i64 op_pow(i64 base, i64 exponent) {
  if (exponent < 0) {
    return base == 1 ? 1 : base == -1 ? ((exponent & 1) == 0 ? 1 : -1) : 0;
  }
  i64 power = 1;
  for (i64 left = exponent; left > 0; left >>= 1) {
    if ((left & 1) != 0) {
      power = product_of(power, base);
    }
    base = product_of(base, base);
  }
  return power;
}

template <typename C> __device__ inline C op_max(C a, C b) { return larger(a, b); }
template <typename C> __device__ inline C op_min(C a, C b) { return smaller(a, b); }

__device__ inline float op_fmod(float a, float b) { return fmodf(a, b); }
__device__ inline double op_fmod(double a, double b) { return fmod(a, b); }
__device__ inline i64 op_fmod(i64 a, i64 b) { return b == 0 || b == -1 ? 0 : a % b; }

template <typename C> __device__ inline C op_remainder(C a, C b) {
  C modulus = op_fmod(a, b);
  return modulus != (C)0 && (modulus < (C)0) != (b < (C)0) ? modulus + b : modulus;
}

// Consistent with the remainder, even where the quotient is rounded up.
template <typename C> __device__ inline C real_floor_div(C a, C b) {
  if (b == (C)0) {
    return a / b;
  }
  C modulus = op_fmod(a, b);
  C quotient = op_sub(a, modulus) / b;
  if (modulus != (C)0 && (modulus < (C)0) != (b < (C)0)) {
    quotient = op_sub(quotient, (C)1);
  }
  if (quotient == (C)0) {
    return is_negative(a / b) ? -(C)0 : (C)0;
  }
  C floor = op_floor(quotient);
  return op_sub(quotient, floor) > (C)0.5 ? op_add(floor, (C)1) : floor;
}

__device__ inline float op_floor_div(float a, float b) { return real_floor_div(a, b); }
__device__ inline double op_floor_div(double a, double b) { return real_floor_div(a, b); }
__device__ inline i64 op_floor_div(i64 a, i64 b) {
  i64 quotient = op_div(a, b);
  return op_fmod(a, b) != 0 && (a < 0) != (b < 0) ? quotient - 1 : quotient;
}

__device__ inline float op_atan2(float a, float b) { return atan2f(a, b); }
__device__ inline double op_atan2(double a, double b) { return atan2(a, b); }
__device__ inline float op_hypot(float a, float b) { return hypotf(a, b); }
__device__ inline double op_hypot(double a, double b) { return hypot(a, b); }

__device__ inline i64 op_bitwise_and(i64 a, i64 b) { return a & b; }
__device__ inline i64 op_bitwise_or(i64 a, i64 b) { return a | b; }
__device__ inline i64 op_bitwise_xor(i64 a, i64 b) { return a ^ b; }
__device__ inline i64 op_shift_left(i64 a, i64 b) {
  return b < 0 || b > 63 ? 0 : (i64)((u64)a << b);
}
__device__ inline i64 op_shift_right(i64 a, i64 b) { return a >> (b < 0 || b > 63 ? 63 : b); }

#define CONDITION(name, holds) \
  template <typename C> __device__ inline C op_##name(C a, C b) { return holds ? (C)1 : (C)0; }

CONDITION(eq, a == b)
CONDITION(ne, a != b)
CONDITION(lt, a < b)
CONDITION(le, a <= b)
CONDITION(gt, a > b)
CONDITION(ge, a >= b)
CONDITION(logical_and, a != (C)0 && b != (C)0)
CONDITION(logical_or, a != (C)0 || b != (C)0)
CONDITION(logical_xor, (a != (C)0) != (b != (C)0))

// ---- the gamma function's family and the error function's inverse, in double ----

#define PI 3.141592653589793

// The Bernoulli number B(2k), for k from 1 to 10.
__device__ inline double bernoulli(int k) {
  switch (k) {
    case 1: return 1.0 / 6;
    case 2: return -1.0 / 30;
    case 3: return 1.0 / 42;
    case 4: return -1.0 / 30;
    case 5: return 5.0 / 66;
    case 6: return -691.0 / 2730;
    case 7: return 7.0 / 6;
    case 8: return -3617.0 / 510;
    case 9: return 43867.0 / 798;
    default: return -174611.0 / 330;
  }
}

// Where the asymptotic series begin.
#define ASYMPTOTIC 12.0

__device__ inline double sine_of_pi_times(double x) { return sin(PI * (x - 2 * rint(x / 2))); }

__device__ inline double cosine_of_pi_times(double x) { return cos(PI * (x - 2 * rint(x / 2))); }

// For x from 0.5 on.
__device__ inline double stirling(double x) {
  double product = 1;
  double z = x;
  for (; z < ASYMPTOTIC; z++) {
    product *= z;
  }
  double series = 0;
  for (int k = 10; k >= 1; k--) {
    series = series / (z * z) + bernoulli(k) / (2 * k * (2 * k - 1));
  }
  return (z - 0.5) * log(z) - z + 0.9189385332046728 + series / z - log(product);
}

__device__ inline double op_lgamma(double x) {
  if (x != x) {
    return x;
  }
  if (fabs(x) == Limits<double>::highest() || (x <= 0 && x == floor(x))) {
    return Limits<double>::highest();
  }
  return x < 0.5 ? log(PI / fabs(sine_of_pi_times(x))) - stirling(1 - x) : stirling(x);
}

__device__ inline double op_digamma(double x) {
  if (x == 0) {
    return is_negative(x) ? Limits<double>::highest() : Limits<double>::lowest();
  }
  if (x < 0 && x == floor(x)) {
    return Limits<double>::nan();
  }
  if (x == Limits<double>::highest()) {
    return x;
  }
  double sum = 0;
  double z = x;
  if (x < 0) {
    sum = -PI * cosine_of_pi_times(x) / sine_of_pi_times(x);
    z = 1 - x;
  }
  for (; z < ASYMPTOTIC; z++) {
    sum -= 1 / z;
  }
  double series = 0;
  for (int k = 10; k >= 1; k--) {
    series = (series + bernoulli(k) / (2 * k)) / (z * z);
  }
  return sum + log(z) - 0.5 / z - series;
}

// The sum of (q + k)^-s over k from 0 on (Euler and Maclaurin).
__device__ inline double zeta(double s, double q) {
  if (q != q || q == Limits<double>::lowest()) {
    return Limits<double>::nan();
  }
  if (q <= 0 && q == floor(q)) {
    return Limits<double>::highest();
  }
  if (q == Limits<double>::highest()) {
    return 0;
  }
  if (q < -1e6) {
    return Limits<double>::nan();
  }
  double sum = 0;
  double w = q;
  for (; w < ASYMPTOTIC; w++) {
    sum += pow(w, -s);
  }
  double power = pow(w, -s);
  sum += power * w / (s - 1) + power / 2;
  double factor = s * power / w;
  double factorial = 1;
  for (int j = 1; j <= 10; j++) {
    factorial *= (2.0 * j - 1) * (2.0 * j);
    sum += bernoulli(j) / factorial * factor;
    factor *= (s + 2 * j - 1) * (s + 2 * j) / (w * w);
  }
  return sum;
}

__device__ inline double op_polygamma(double order, double x) {
  double factorial = 1;
  for (int k = 2; k <= order; k++) {
    factorial *= k;
  }
  double value = factorial * zeta(order + 1, x);
  return fmod(order, 2.0) == 0 ? -value : value;
}

// A closed approximation (Winitzki), then Halley's method.
__device__ inline double op_erfinv(double x) {
  double a = fabs(x);
  if (!(a < 1)) {
    return a == 1 ? copysign(Limits<double>::highest(), x) : Limits<double>::nan();
  }
  double logarithm = log1p(-a * a);
  double half = 4.33074675 + logarithm / 2;
  double y = sqrt(fmax(0.0, sqrt(half * half - logarithm / 0.147) - half));
  for (int i = 0; i < 4; i++) {
    // Towards 1 the complement has the digits.
    double excess = a > 0.5 ? 1 - a - erfc(y) : erf(y) - a;
    double step = excess * 1.772453850905516 / 2 * exp(y * y);
    y -= step / (1 + y * step);
  }
  return copysign(y, x);
}

__device__ inline float op_lgamma(float x) { return (float)op_lgamma((double)x); }
__device__ inline float op_digamma(float x) { return (float)op_digamma((double)x); }
__device__ inline float op_erfinv(float x) { return (float)op_erfinv((double)x); }
__device__ inline float op_polygamma(float order, float x) {
  return (float)op_polygamma((double)order, (double)x);
}

// ---- random elements ----

// The words of one block of Philox4x32-10, and which block it is.
struct RandomBlock {
  u64 number;
  u32 word[4];
};

__device__ inline void draw(RandomBlock& block, u64 seed, u64 counter) {
  u32 c0 = (u32)counter;
  u32 c1 = (u32)(counter >> 32);
  u32 c2 = 0;
  u32 c3 = 0;
  u32 k0 = (u32)seed;
  u32 k1 = (u32)(seed >> 32);
#pragma unroll
  for (int round = 0; round < 10; round++) {
    u64 p0 = (u64)0xD2511F53u * c0;
    u64 p1 = (u64)0xCD9E8D57u * c2;
    c0 = (u32)(p1 >> 32) ^ c1 ^ k0;
    c2 = (u32)(p0 >> 32) ^ c3 ^ k1;
    c1 = (u32)p1;
    c3 = (u32)p0;
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  block.number = counter;
  block.word[0] = c0;
  block.word[1] = c1;
  block.word[2] = c2;
  block.word[3] = c3;
}

// A word by its place, without memory that is indexed at run time.
__device__ inline u32 word_of(const RandomBlock& block, u32 place) {
  u32 low = (place & 1) == 0 ? block.word[0] : block.word[1];
  u32 high = (place & 1) == 0 ? block.word[2] : block.word[3];
  return (place & 2) == 0 ? low : high;
}

__device__ inline float random_uniform(const RandomBlock& block, u32 place) {
  return (float)(word_of(block, place) >> 8) * 5.9604644775390625e-8f;
}

// The natural logarithm on (0, 1], in the steps of ai.cresset.random.Normal.
__device__ inline double exact_log(double x) {
  i64 bits = __double_as_longlong(x);
  int exponent = (int)(bits >> 52) - 1023;
  double fraction =
      __longlong_as_double((bits & 0x000fffffffffffffll) | 0x3ff0000000000000ll);
  if (fraction > 1.4142135623730951) {
    fraction *= 0.5;
    exponent++;
  }
  double s = __dadd_rn(fraction, -1.0) / __dadd_rn(fraction, 1.0);
  double z = __dmul_rn(s, s);
  double sum = 0;
#pragma unroll
  for (int k = 21; k >= 1; k -= 2) {
    sum = __dadd_rn(__dmul_rn(sum, z), 1.0 / k);
  }
  return __dadd_rn(
      __dmul_rn(__dmul_rn(2.0, s), sum), __dmul_rn((double)exponent, 0.6931471805599453));
}

// The cosine of quarter turns in [-1, 4), in the steps of ai.cresset.random.Normal.
__device__ inline double exact_cosine(double quarters) {
  double folded = fabs(quarters);
  if (folded > 2) {
    folded = __dadd_rn(4.0, -folded);
  }
  bool negative = folded > 1;
  double x = __dmul_rn(negative ? __dadd_rn(2.0, -folded) : folded, 1.5707963267948966);
  double z = __dmul_rn(x, x);
  double sum = 0;
#pragma unroll
  for (int k = 18; k >= 2; k -= 2) {
    sum = __dmul_rn(__dadd_rn(1.0, sum), -z / (double)(k * (k - 1)));
  }
  double cosine = __dadd_rn(1.0, sum);
  return negative ? -cosine : cosine;
}

__device__ inline float random_normal(const RandomBlock& block, u32 place) {
  u32 radius_word = word_of(block, place & 2);
  u32 angle_word = word_of(block, place | 1);
  double u = (double)((radius_word >> 8) + 1) * 5.9604644775390625e-8;
  double radius = sqrt(__dmul_rn(-2.0, exact_log(u)));
  double quarters = (double)(angle_word >> 8) * 5.9604644775390625e-8 * 4.0;
  double turned = (place & 1) == 0 ? quarters : __dadd_rn(quarters, -1.0);
  return (float)__dmul_rn(radius, exact_cosine(turned));
}
