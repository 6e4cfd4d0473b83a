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

  /** Constants as vectors: as calls they would be half of a function for the compiler. */
  static final FloatVector ONE = number(1f);

  private static final FloatVector MINUS_HALF = number(-0.5f);
  private static final FloatVector NAN = number(Float.NaN);
  private static final FloatVector C0 = number(FloatMath.C0);
  private static final FloatVector C1 = number(FloatMath.C1);
  private static final FloatVector C2 = number(FloatMath.C2);
  private static final FloatVector C3 = number(FloatMath.C3);
  private static final FloatVector C4 = number(FloatMath.C4);
  private static final FloatVector C5 = number(FloatMath.C5);
  private static final FloatVector C6 = number(FloatMath.C6);
  private static final FloatVector C7 = number(FloatMath.C7);
  private static final FloatVector C8 = number(FloatMath.C8);
  private static final FloatVector E0 = number(FloatMath.E0);
  private static final FloatVector E1 = number(FloatMath.E1);
  private static final FloatVector E2 = number(FloatMath.E2);
  private static final FloatVector E3 = number(FloatMath.E3);
  private static final FloatVector E4 = number(FloatMath.E4);
  private static final FloatVector EXP_LARGEST = number(FloatMath.EXP_LARGEST);
  private static final FloatVector K0 = number(FloatMath.K0);
  private static final FloatVector K1 = number(FloatMath.K1);
  private static final FloatVector K2 = number(FloatMath.K2);
  private static final FloatVector K3 = number(FloatMath.K3);
  private static final FloatVector L0 = number(FloatMath.L0);
  private static final FloatVector L1 = number(FloatMath.L1);
  private static final FloatVector L2 = number(FloatMath.L2);
  private static final FloatVector L3 = number(FloatMath.L3);
  private static final FloatVector L4 = number(FloatMath.L4);
  private static final FloatVector L5 = number(FloatMath.L5);
  private static final FloatVector L6 = number(FloatMath.L6);
  private static final FloatVector L7 = number(FloatMath.L7);
  private static final FloatVector L8 = number(FloatMath.L8);
  private static final FloatVector LN2_REST = number(FloatMath.LN2_REST);
  private static final FloatVector LN2_SHORT = number(FloatMath.LN2_SHORT);
  private static final FloatVector LOG2_E = number(FloatMath.LOG2_E);
  private static final FloatVector R0 = number(FloatMath.R0);
  private static final FloatVector R1 = number(FloatMath.R1);
  private static final FloatVector R2 = number(FloatMath.R2);
  private static final FloatVector R3 = number(FloatMath.R3);
  private static final FloatVector R4 = number(FloatMath.R4);
  private static final FloatVector R5 = number(FloatMath.R5);
  private static final FloatVector R6 = number(FloatMath.R6);
  private static final FloatVector R7 = number(FloatMath.R7);
  private static final FloatVector ROUNDING = number(FloatMath.ROUNDING);
  private static final FloatVector S0 = number(FloatMath.S0);
  private static final FloatVector S1 = number(FloatMath.S1);
  private static final FloatVector S2 = number(FloatMath.S2);
  private static final FloatVector S3 = number(FloatMath.S3);
  private static final FloatVector TWO_OVER_PI = number(FloatMath.TWO_OVER_PI);
  private static final FloatVector MINUS_HALF_PI_1 = number(-FloatMath.HALF_PI_1);
  private static final FloatVector MINUS_HALF_PI_2 = number(-FloatMath.HALF_PI_2);
  private static final FloatVector MINUS_HALF_PI_3 = number(-FloatMath.HALF_PI_3);
  private static final FloatVector MINUS_LN2_HIGH = number(-FloatMath.LN2_HIGH);
  private static final FloatVector MINUS_LN2_LOW = number(-FloatMath.LN2_LOW);

  private VectorMath() {}

  static FloatVector number(float value) {
    return FloatVector.broadcast(SPECIES, value);
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
    FloatVector largest = EXP_LARGEST;
    FloatVector c = x.blend(largest, x.compare(VectorOperators.GT, largest));
    FloatVector least = number(smallest);
    return c.blend(least, c.compare(VectorOperators.LT, least));
  }

  private static FloatVector reducedExpm1(FloatVector r) {
    FloatVector q = E4.fma(r, E3);
    q = q.fma(r, E2);
    q = q.fma(r, E1);
    q = q.fma(r, E0);
    return q.fma(r.mul(r), r);
  }

  private static FloatVector remainder(FloatVector c, FloatVector n) {
    FloatVector r = n.fma(MINUS_LN2_HIGH, c);
    return n.fma(MINUS_LN2_LOW, r);
  }

  static FloatVector exp(FloatVector x) {
    FloatVector c = clamped(x, FloatMath.EXP_SMALLEST);
    FloatVector shifted = c.fma(LOG2_E, ROUNDING);
    FloatVector n = shifted.sub(ROUNDING);
    FloatVector p = reducedExpm1(remainder(c, n)).add(1f);
    IntVector k = shifted.reinterpretAsInts().sub(FloatMath.ROUNDING_BITS);
    IntVector half = k.lanewise(VectorOperators.ASHR, 1);
    return p.mul(powerOfTwo(half)).mul(powerOfTwo(k.sub(half)));
  }

  static FloatVector expm1(FloatVector x) {
    FloatVector c = clamped(x, FloatMath.EXPM1_SMALLEST);
    FloatVector shifted = c.fma(LOG2_E, ROUNDING);
    FloatVector n = shifted.sub(ROUNDING);
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
    FloatVector k = exponent.add(FloatMath.ROUNDING_BITS).reinterpretAsFloats().sub(ROUNDING);
    k = k.blend(k.sub(23f), subnormal);
    FloatVector f = m.sub(1f);
    FloatVector p = L8.fma(f, L7);
    p = p.fma(f, L6);
    p = p.fma(f, L5);
    p = p.fma(f, L4);
    p = p.fma(f, L3);
    p = p.fma(f, L2);
    p = p.fma(f, L1);
    p = p.fma(f, L0);
    FloatVector f2 = f.mul(f);
    FloatVector y = f.mul(f2).fma(p, k.mul(LN2_REST));
    y = MINUS_HALF.fma(f2, y);
    y = k.fma(LN2_SHORT, f.add(y));
    y = y.blend(x, x.compare(VectorOperators.EQ, Float.POSITIVE_INFINITY));
    y = y.blend(Float.NEGATIVE_INFINITY, x.compare(VectorOperators.EQ, 0f));
    return NAN.blend(y, x.compare(VectorOperators.GE, 0f));
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
    return ONE.div(exp(negate(x)).add(1f));
  }

  /** The logarithm of {@code 1 - erf(|x|)} where |x| is at least 1. */
  static FloatVector erfExponent(FloatVector x) {
    FloatVector a = abs(x);
    FloatVector b = a.blend(4f, a.compare(VectorOperators.GT, 4f));
    FloatVector g = C8.fma(b, C7);
    g = g.fma(b, C6);
    g = g.fma(b, C5);
    g = g.fma(b, C4);
    g = g.fma(b, C3);
    g = g.fma(b, C2);
    g = g.fma(b, C1);
    return negate(g.fma(b, C0));
  }

  /** The error function, given the exponential of {@link #erfExponent}. */
  static FloatVector erf(FloatVector x, FloatVector complement) {
    FloatVector z = x.mul(x);
    FloatVector p = R7.fma(z, R6);
    p = p.fma(z, R5);
    p = p.fma(z, R4);
    p = p.fma(z, R3);
    p = p.fma(z, R2);
    p = p.fma(z, R1);
    p = p.fma(z, R0);
    FloatVector small = x.fma(p, x);
    FloatVector large = copySign(ONE.sub(complement), x);
    return large.blend(small, abs(x).compare(VectorOperators.LT, 1f));
  }

  /** The sine of {@code x + quarters * pi / 2}, good up to {@link FloatMath#ANGLE_LIMIT}. */
  static FloatVector circular(FloatVector x, int quarters) {
    FloatVector shifted = x.fma(TWO_OVER_PI, ROUNDING);
    FloatVector n = shifted.sub(ROUNDING);
    FloatVector r = n.fma(MINUS_HALF_PI_1, x);
    r = n.fma(MINUS_HALF_PI_2, r);
    r = n.fma(MINUS_HALF_PI_3, r);
    IntVector k = shifted.reinterpretAsInts().add(quarters);
    FloatVector z = r.mul(r);
    FloatVector s = S3.fma(z, S2);
    s = s.fma(z, S1);
    s = s.fma(z, S0);
    s = r.mul(z).fma(s, r);
    FloatVector c = K3.fma(z, K2);
    c = c.fma(z, K1);
    c = c.fma(z, K0);
    c = z.mul(z).fma(c, MINUS_HALF.fma(z, ONE));
    VectorMask<Float> odd = k.and(1).compare(VectorOperators.NE, 0).cast(SPECIES);
    FloatVector y = s.blend(c, odd);
    IntVector sign = k.and(2).lanewise(VectorOperators.LSHL, 30);
    return y.reinterpretAsInts().lanewise(VectorOperators.XOR, sign).reinterpretAsFloats();
  }
}
