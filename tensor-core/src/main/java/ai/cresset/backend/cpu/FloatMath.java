package ai.cresset.backend.cpu;

/**
 * Elementary functions of float32 from our own minimax polynomials, in operations that round the
 * same way everywhere: add, multiply, divide, fma, comparison and bits. The vector kernels repeat
 * these steps exactly, so the interpreter, both compilers and the Vector API give the same bits.
 */
public final class FloatMath {
  /** Adding it to a small number rounds that to an integer, held in the low bits. */
  public static final float ROUNDING = 0x1.8p23f;

  public static final int ROUNDING_BITS = 0x4b400000;

  public static final float LOG2_E = 0x1.715476p0f;
  public static final float LN2_HIGH = 0x1.62e43p-1f;
  public static final float LN2_LOW = -0x1.05c61p-29f;

  public static final float EXP_LARGEST = 89f;
  public static final float EXP_SMALLEST = -104f;
  public static final float EXPM1_SMALLEST = -18f;

  /** {@code (exp(r) - 1 - r) / r^2} for |r| up to ln(2) / 2. */
  public static final float E0 = 0x1.fffffcp-2f;

  public static final float E1 = 0x1.55549p-3f;
  public static final float E2 = 0x1.5558f4p-5f;
  public static final float E3 = 0x1.123a6ap-7f;
  public static final float E4 = 0x1.6a235p-10f;

  /** The bits of sqrt(1/2), where the fraction of a logarithm begins. */
  public static final int SQRT_HALF_BITS = 0x3f3504f3;

  /** ln(2) with nine zero bits, so that products with an exponent are exact. */
  public static final float LN2_SHORT = 0x1.62e4p-1f;

  public static final float LN2_REST = 0x1.7f7d1cp-20f;

  /** {@code (log(1 + f) - f + f^2 / 2) / f^3} for 1 + f from sqrt(1/2) to sqrt(2). */
  public static final float L0 = 0x1.555548p-2f;

  public static final float L1 = -0x1.000006p-2f;
  public static final float L2 = 0x1.99a4bcp-3f;
  public static final float L3 = -0x1.555c5ap-3f;
  public static final float L4 = 0x1.2336e4p-3f;
  public static final float L5 = -0x1.fc1f6ep-4f;
  public static final float L6 = 0x1.e6f5f2p-4f;
  public static final float L7 = -0x1.de4f84p-4f;
  public static final float L8 = 0x1.14632p-4f;

  /** {@code erf(x) / x - 1} in x^2 for |x| up to 1. */
  public static final float R0 = 0x1.06eba8p-3f;

  public static final float R1 = -0x1.812746p-2f;
  public static final float R2 = 0x1.ce2f0ap-4f;
  public static final float R3 = -0x1.b829d8p-6f;
  public static final float R4 = 0x1.562b1ap-8f;
  public static final float R5 = -0x1.bcd7dep-11f;
  public static final float R6 = 0x1.d8b89p-14f;
  public static final float R7 = -0x1.44cfc4p-17f;

  /** {@code -log(1 - erf(x))} for x from 1 to 4, where erf reaches 1. */
  public static final float C0 = -0x1.a7c564p-13f;

  public static final float C1 = 0x1.2130b4p0f;
  public static final float C2 = 0x1.44213p-1f;
  public static final float C3 = 0x1.bcda54p-4f;
  public static final float C4 = -0x1.9f5146p-6f;
  public static final float C5 = 0x1.17e1b6p-8f;
  public static final float C6 = -0x1.e2b9d4p-12f;
  public static final float C7 = 0x1.9f525ap-16f;
  public static final float C8 = -0x1.c793b2p-23f;

  /** pi / 2 in three parts. */
  public static final float TWO_OVER_PI = 0x1.45f306p-1f;

  public static final float HALF_PI_1 = 0x1.921fb6p0f;
  public static final float HALF_PI_2 = -0x1.777a5cp-25f;
  public static final float HALF_PI_3 = -0x1.ee59dap-50f;

  /** The largest angle the three parts are good for; beyond it, double arithmetic takes over. */
  public static final float ANGLE_LIMIT = 65536f;

  /** {@code (sin(r) - r) / r^3} in r^2 for |r| up to pi / 4. */
  public static final float S0 = -0x1.555556p-3f;

  public static final float S1 = 0x1.111108p-7f;
  public static final float S2 = -0x1.a00f94p-13f;
  public static final float S3 = 0x1.6cd5ecp-19f;

  /** {@code (cos(r) - 1 + r^2 / 2) / r^4} in r^2 for |r| up to pi / 4. */
  public static final float K0 = 0x1.555556p-5f;

  public static final float K1 = -0x1.6c16b8p-10f;
  public static final float K2 = 0x1.a010d6p-16f;
  public static final float K3 = -0x1.241ca8p-22f;

  private FloatMath() {}

  public static float exp(float x) {
    float c = x > EXP_LARGEST ? EXP_LARGEST : x;
    c = c < EXP_SMALLEST ? EXP_SMALLEST : c;
    float shifted = Math.fma(c, LOG2_E, ROUNDING);
    float n = shifted - ROUNDING;
    float r = Math.fma(n, -LN2_LOW, Math.fma(n, -LN2_HIGH, c));
    float p = reducedExpm1(r) + 1f;
    int k = Float.floatToRawIntBits(shifted) - ROUNDING_BITS;
    // Two factors, because one alone overflows at the top and rounds twice at the bottom.
    int half = k >> 1;
    return p * powerOfTwo(half) * powerOfTwo(k - half);
  }

  private static float reducedExpm1(float r) {
    float q = Math.fma(E4, r, E3);
    q = Math.fma(q, r, E2);
    q = Math.fma(q, r, E1);
    q = Math.fma(q, r, E0);
    return Math.fma(q, r * r, r);
  }

  private static float powerOfTwo(int exponent) {
    return Float.intBitsToFloat(exponent + 127 << 23);
  }

  public static float expm1(float x) {
    float c = x > EXP_LARGEST ? EXP_LARGEST : x;
    c = c < EXPM1_SMALLEST ? EXPM1_SMALLEST : c;
    float shifted = Math.fma(c, LOG2_E, ROUNDING);
    float n = shifted - ROUNDING;
    float r = Math.fma(n, -LN2_LOW, Math.fma(n, -LN2_HIGH, c));
    float q = reducedExpm1(r);
    int k = Float.floatToRawIntBits(shifted) - ROUNDING_BITS;
    // Half of the power, because 2^128 is not a float.
    float h = powerOfTwo(k - 1);
    float y = 2f * Math.fma(h, q, h - 0.5f);
    return n == 0f ? q : y;
  }

  public static float log(float x) {
    boolean subnormal = x < Float.MIN_NORMAL;
    float s = subnormal ? x * 0x1p23f : x;
    int bits = Float.floatToRawIntBits(s);
    int exponent = bits - SQRT_HALF_BITS >> 23;
    float m = Float.intBitsToFloat(bits - (exponent << 23));
    float k = Float.intBitsToFloat(exponent + ROUNDING_BITS) - ROUNDING;
    k = subnormal ? k - 23f : k;
    float f = m - 1f;
    float p = Math.fma(L8, f, L7);
    p = Math.fma(p, f, L6);
    p = Math.fma(p, f, L5);
    p = Math.fma(p, f, L4);
    p = Math.fma(p, f, L3);
    p = Math.fma(p, f, L2);
    p = Math.fma(p, f, L1);
    p = Math.fma(p, f, L0);
    float f2 = f * f;
    float y = Math.fma(f * f2, p, k * LN2_REST);
    y = Math.fma(-0.5f, f2, y);
    y = Math.fma(k, LN2_SHORT, f + y);
    y = x == Float.POSITIVE_INFINITY ? x : y;
    y = x == 0f ? Float.NEGATIVE_INFINITY : y;
    return x >= 0f ? y : Float.NaN;
  }

  public static float log1p(float x) {
    float u = 1f + x;
    float y = log(u);
    // What was lost when 1 + x was rounded.
    float corrected = y + (x - (u - 1f)) / u;
    return u > 0f && u < Float.POSITIVE_INFINITY ? corrected : y;
  }

  public static float tanh(float x) {
    float a = Math.abs(x);
    float t = expm1(-2f * a);
    return Math.copySign(-t / (t + 2f), x);
  }

  public static float sigmoid(float x) {
    return 1f / (1f + exp(-x));
  }

  public static float erf(float x) {
    float a = Math.abs(x);
    float z = x * x;
    float p = Math.fma(R7, z, R6);
    p = Math.fma(p, z, R5);
    p = Math.fma(p, z, R4);
    p = Math.fma(p, z, R3);
    p = Math.fma(p, z, R2);
    p = Math.fma(p, z, R1);
    p = Math.fma(p, z, R0);
    float small = Math.fma(x, p, x);
    float b = a > 4f ? 4f : a;
    float g = Math.fma(C8, b, C7);
    g = Math.fma(g, b, C6);
    g = Math.fma(g, b, C5);
    g = Math.fma(g, b, C4);
    g = Math.fma(g, b, C3);
    g = Math.fma(g, b, C2);
    g = Math.fma(g, b, C1);
    g = Math.fma(g, b, C0);
    float large = Math.copySign(1f - exp(-g), x);
    return a < 1f ? small : large;
  }

  public static float sin(float x) {
    if (Math.abs(x) > ANGLE_LIMIT) {
      return (float) StrictMath.sin(x);
    }
    return circular(x, 0);
  }

  public static float cos(float x) {
    if (Math.abs(x) > ANGLE_LIMIT) {
      return (float) StrictMath.cos(x);
    }
    return circular(x, 1);
  }

  /** The sine of {@code x + quarters * pi / 2}. */
  private static float circular(float x, int quarters) {
    float shifted = Math.fma(x, TWO_OVER_PI, ROUNDING);
    float n = shifted - ROUNDING;
    float r = Math.fma(n, -HALF_PI_1, x);
    r = Math.fma(n, -HALF_PI_2, r);
    r = Math.fma(n, -HALF_PI_3, r);
    int k = Float.floatToRawIntBits(shifted) + quarters;
    float z = r * r;
    float s = Math.fma(S3, z, S2);
    s = Math.fma(s, z, S1);
    s = Math.fma(s, z, S0);
    s = Math.fma(r * z, s, r);
    float c = Math.fma(K3, z, K2);
    c = Math.fma(c, z, K1);
    c = Math.fma(c, z, K0);
    c = Math.fma(z * z, c, Math.fma(-0.5f, z, 1f));
    float y = (k & 1) != 0 ? c : s;
    return Float.intBitsToFloat(Float.floatToRawIntBits(y) ^ (k & 2) << 30);
  }
}
