package ai.cresset.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

final class FloatMathTest {
  private interface Function {
    float of(float x);
  }

  /** Walks through floats of both signs in even steps of their bits. */
  private static void within(
      double ulps,
      String name,
      float low,
      float high,
      Function function,
      DoubleUnaryOperator truth) {
    double worst = 0;
    float at = 0;
    for (int bits = Float.floatToIntBits(1e-44f); ; bits += 4_099) {
      float magnitude = Float.intBitsToFloat(bits);
      if (!(magnitude <= Math.max(Math.abs(low), Math.abs(high)))) {
        break;
      }
      for (float x : new float[] {magnitude, -magnitude}) {
        if (x < low || x > high) {
          continue;
        }
        double exact = truth.applyAsDouble(x);
        float got = function.of(x);
        if (Float.isInfinite((float) exact) && (float) exact == got) {
          continue;
        }
        double unit = Math.ulp((float) Math.min(Math.abs(exact), Float.MAX_VALUE));
        double error = Math.abs(got - exact) / unit;
        if (!(error <= worst)) {
          worst = error;
          at = x;
        }
      }
    }
    assertTrue(worst <= ulps, name + "(" + at + ") is off by " + worst + " ulp");
  }

  @Test
  void functionsAreWithinTwoUnitsInTheLastPlace() {
    within(1, "exp", -110, 89, FloatMath::exp, StrictMath::exp);
    within(2, "expm1", -50, 89, FloatMath::expm1, StrictMath::expm1);
    within(1, "log", 0, Float.MAX_VALUE, FloatMath::log, StrictMath::log);
    within(2, "log1p", -0.9999999f, Float.MAX_VALUE, FloatMath::log1p, StrictMath::log1p);
    within(2.5, "tanh", -100, 100, FloatMath::tanh, StrictMath::tanh);
    within(2.5, "sigmoid", -87, 100, FloatMath::sigmoid, x -> 1 / (1 + StrictMath.exp(-x)));
    within(2, "erf", -10, 10, FloatMath::erf, DoubleMath::erf);
    within(1.5, "sin", -1e9f, 1e9f, FloatMath::sin, StrictMath::sin);
    within(1.5, "cos", -1e9f, 1e9f, FloatMath::cos, StrictMath::cos);
  }

  @Test
  void edges() {
    float infinity = Float.POSITIVE_INFINITY;
    assertEquals(infinity, FloatMath.exp(infinity));
    assertEquals(0f, FloatMath.exp(-infinity));
    assertEquals(infinity, FloatMath.exp(89f));
    assertEquals(0f, FloatMath.exp(-104f));
    assertEquals(infinity, FloatMath.expm1(infinity));
    assertEquals(-1f, FloatMath.expm1(-infinity));
    assertEquals(infinity, FloatMath.log(infinity));
    assertEquals(-infinity, FloatMath.log(0f));
    assertEquals(-infinity, FloatMath.log(-0f));
    assertEquals(Float.NaN, FloatMath.log(-1f));
    assertEquals(infinity, FloatMath.log1p(infinity));
    assertEquals(-infinity, FloatMath.log1p(-1f));
    assertEquals(Float.NaN, FloatMath.log1p(-1.5f));
    assertEquals(1f, FloatMath.tanh(infinity));
    assertEquals(-1f, FloatMath.tanh(-infinity));
    assertEquals(0f, FloatMath.sigmoid(-infinity));
    assertEquals(1f, FloatMath.sigmoid(infinity));
    assertEquals(-1f, FloatMath.erf(-infinity));
    assertEquals(Float.NaN, FloatMath.sin(infinity));
    assertEquals(Float.NaN, FloatMath.cos(-infinity));
    assertEquals(1f, FloatMath.cos(0f));
    assertEquals(Float.MIN_VALUE, FloatMath.tanh(Float.MIN_VALUE));
    Function[] all = {
      FloatMath::exp,
      FloatMath::expm1,
      FloatMath::log,
      FloatMath::log1p,
      FloatMath::tanh,
      FloatMath::sigmoid,
      FloatMath::erf,
      FloatMath::sin,
      FloatMath::cos
    };
    for (Function function : all) {
      assertTrue(Float.isNaN(function.of(Float.NaN)));
    }
  }
}
