package ai.cresset.backend.cpu.vector;

import ai.cresset.backend.cpu.FloatMath;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link FloatMath} on whole vectors, step for step. The Vector API's own functions are not used:
 * they change their last bits once they are compiled.
 */
final class VectorMath {
  static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int SIGN = 0x8000_0000;

  private VectorMath() {}

  static FloatVector number(float value) {
    return FloatVector.broadcast(SPECIES, value);
  }

  private static FloatVector horner(FloatVector p, FloatVector x, float coefficient) {
    return p.fma(x, number(coefficient));
  }

  private static FloatVector powerOfTwo(IntVector exponent) {
    return exponent.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
  }

  private static FloatVector copySign(FloatVector magnitude, FloatVector sign) {
    IntVector bits = magnitude.reinterpretAsInts().and(~SIGN);
    return bits.or(sign.reinterpretAsInts().and(SIGN)).reinterpretAsFloats();
  }

  static FloatVector abs(FloatVector x) {
    return x.reinterpretAsInts().and(~SIGN).reinterpretAsFloats();
  }

  static FloatVector negate(FloatVector x) {
    return x.reinterpretAsInts().lanewise(VectorOperators.XOR, SIGN).reinterpretAsFloats();
  }

  private static FloatVector clamped(FloatVector x, float smallest) {
    FloatVector largest = number(FloatMath.EXP_LARGEST);
    FloatVector c = x.blend(largest, x.compare(VectorOperators.GT, largest));
    FloatVector least = number(smallest);
    return c.blend(least, c.compare(VectorOperators.LT, least));
  }

  private static FloatVector reducedExpm1(FloatVector r) {
    FloatVector q = number(FloatMath.E4).fma(r, number(FloatMath.E3));
    q = horner(q, r, FloatMath.E2);
    q = horner(q, r, FloatMath.E1);
    q = horner(q, r, FloatMath.E0);
    return q.fma(r.mul(r), r);
  }

  private static FloatVector remainder(FloatVector c, FloatVector n) {
    FloatVector r = n.fma(number(-FloatMath.LN2_HIGH), c);
    return n.fma(number(-FloatMath.LN2_LOW), r);
  }

  static FloatVector exp(FloatVector x) {
    FloatVector c = clamped(x, FloatMath.EXP_SMALLEST);
    FloatVector shifted = c.fma(number(FloatMath.LOG2_E), number(FloatMath.ROUNDING));
    FloatVector n = shifted.sub(FloatMath.ROUNDING);
    FloatVector p = reducedExpm1(remainder(c, n)).add(1f);
    IntVector k = shifted.reinterpretAsInts().sub(FloatMath.ROUNDING_BITS);
    IntVector half = k.lanewise(VectorOperators.ASHR, 1);
    return p.mul(powerOfTwo(half)).mul(powerOfTwo(k.sub(half)));
  }

  static FloatVector expm1(FloatVector x) {
    FloatVector c = clamped(x, FloatMath.EXPM1_SMALLEST);
    FloatVector shifted = c.fma(number(FloatMath.LOG2_E), number(FloatMath.ROUNDING));
    FloatVector n = shifted.sub(FloatMath.ROUNDING);
    FloatVector q = reducedExpm1(remainder(c, n));
    IntVector k = shifted.reinterpretAsInts().sub(FloatMath.ROUNDING_BITS);
    FloatVector h = powerOfTwo(k.sub(1));
    FloatVector y = h.fma(q, h.sub(0.5f)).mul(2f);
    return y.blend(q, n.compare(VectorOperators.EQ, 0f));
  }

  static FloatVector log(FloatVector x) {
    VectorMask<Float> subnormal = x.compare(VectorOperators.LT, Float.MIN_NORMAL);
    FloatVector s = x.blend(x.mul(0x1p23f), subnormal);
    IntVector bits = s.reinterpretAsInts();
    IntVector exponent = bits.sub(FloatMath.SQRT_HALF_BITS).lanewise(VectorOperators.ASHR, 23);
    FloatVector m = bits.sub(exponent.lanewise(VectorOperators.LSHL, 23)).reinterpretAsFloats();
    FloatVector k =
        exponent.add(FloatMath.ROUNDING_BITS).reinterpretAsFloats().sub(FloatMath.ROUNDING);
    k = k.blend(k.sub(23f), subnormal);
    FloatVector f = m.sub(1f);
    FloatVector p = number(FloatMath.L8).fma(f, number(FloatMath.L7));
    p = horner(p, f, FloatMath.L6);
    p = horner(p, f, FloatMath.L5);
    p = horner(p, f, FloatMath.L4);
    p = horner(p, f, FloatMath.L3);
    p = horner(p, f, FloatMath.L2);
    p = horner(p, f, FloatMath.L1);
    p = horner(p, f, FloatMath.L0);
    FloatVector f2 = f.mul(f);
    FloatVector y = f.mul(f2).fma(p, k.mul(FloatMath.LN2_REST));
    y = number(-0.5f).fma(f2, y);
    y = k.fma(number(FloatMath.LN2_SHORT), f.add(y));
    y = y.blend(x, x.compare(VectorOperators.EQ, Float.POSITIVE_INFINITY));
    y = y.blend(Float.NEGATIVE_INFINITY, x.compare(VectorOperators.EQ, 0f));
    return number(Float.NaN).blend(y, x.compare(VectorOperators.GE, 0f));
  }

  static FloatVector log1p(FloatVector x) {
    FloatVector u = x.add(1f);
    FloatVector y = log(u);
    FloatVector corrected = y.add(x.sub(u.sub(1f)).div(u));
    VectorMask<Float> proper =
        u.compare(VectorOperators.GT, 0f)
            .and(u.compare(VectorOperators.LT, Float.POSITIVE_INFINITY));
    return y.blend(corrected, proper);
  }

  static FloatVector tanh(FloatVector x) {
    FloatVector t = expm1(abs(x).mul(-2f));
    return copySign(negate(t).div(t.add(2f)), x);
  }

  static FloatVector sigmoid(FloatVector x) {
    return number(1f).div(exp(negate(x)).add(1f));
  }

  /** The logarithm of {@code 1 - erf(|x|)} where |x| is at least 1. */
  static FloatVector erfExponent(FloatVector x) {
    FloatVector a = abs(x);
    FloatVector b = a.blend(4f, a.compare(VectorOperators.GT, 4f));
    FloatVector g = number(FloatMath.C8).fma(b, number(FloatMath.C7));
    g = horner(g, b, FloatMath.C6);
    g = horner(g, b, FloatMath.C5);
    g = horner(g, b, FloatMath.C4);
    g = horner(g, b, FloatMath.C3);
    g = horner(g, b, FloatMath.C2);
    g = horner(g, b, FloatMath.C1);
    return negate(horner(g, b, FloatMath.C0));
  }

  /** The error function, given the exponential of {@link #erfExponent}. */
  static FloatVector erf(FloatVector x, FloatVector complement) {
    FloatVector z = x.mul(x);
    FloatVector p = number(FloatMath.R7).fma(z, number(FloatMath.R6));
    p = horner(p, z, FloatMath.R5);
    p = horner(p, z, FloatMath.R4);
    p = horner(p, z, FloatMath.R3);
    p = horner(p, z, FloatMath.R2);
    p = horner(p, z, FloatMath.R1);
    p = horner(p, z, FloatMath.R0);
    FloatVector small = x.fma(p, x);
    FloatVector large = copySign(number(1f).sub(complement), x);
    return large.blend(small, abs(x).compare(VectorOperators.LT, 1f));
  }

  /** The sine of {@code x + quarters * pi / 2}, good up to {@link FloatMath#ANGLE_LIMIT}. */
  static FloatVector circular(FloatVector x, int quarters) {
    FloatVector shifted = x.fma(number(FloatMath.TWO_OVER_PI), number(FloatMath.ROUNDING));
    FloatVector n = shifted.sub(FloatMath.ROUNDING);
    FloatVector r = n.fma(number(-FloatMath.HALF_PI_1), x);
    r = n.fma(number(-FloatMath.HALF_PI_2), r);
    r = n.fma(number(-FloatMath.HALF_PI_3), r);
    IntVector k = shifted.reinterpretAsInts().add(quarters);
    FloatVector z = r.mul(r);
    FloatVector s = number(FloatMath.S3).fma(z, number(FloatMath.S2));
    s = horner(s, z, FloatMath.S1);
    s = horner(s, z, FloatMath.S0);
    s = r.mul(z).fma(s, r);
    FloatVector c = number(FloatMath.K3).fma(z, number(FloatMath.K2));
    c = horner(c, z, FloatMath.K1);
    c = horner(c, z, FloatMath.K0);
    c = z.mul(z).fma(c, number(-0.5f).fma(z, number(1f)));
    VectorMask<Float> odd = k.and(1).compare(VectorOperators.NE, 0).cast(SPECIES);
    FloatVector y = s.blend(c, odd);
    IntVector sign = k.and(2).lanewise(VectorOperators.LSHL, 30);
    return y.reinterpretAsInts().lanewise(VectorOperators.XOR, sign).reinterpretAsFloats();
  }
}
