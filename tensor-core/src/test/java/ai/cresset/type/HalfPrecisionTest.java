package ai.cresset.type;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

final class HalfPrecisionTest {
  @Test
  void everyFloat16SurvivesTheRoundTrip() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      float wide = HalfPrecision.fromFloat16((short) bits);
      int back = HalfPrecision.toFloat16(wide) & 0xffff;
      if (Float.isNaN(wide)) {
        assertTrue((bits & 0x7c00) == 0x7c00 && (bits & 0x3ff) != 0);
        assertTrue((back & 0x7c00) == 0x7c00 && (back & 0x3ff) != 0);
      } else {
        assertEquals(bits, back);
        assertEquals(definition(bits), wide);
      }
    }
  }

  /** IEEE 754's own words. */
  private static float definition(int bits) {
    int exponent = bits >> 10 & 31;
    int fraction = bits & 0x3ff;
    double sign = bits < 0x8000 ? 1 : -1;
    if (exponent == 31) {
      return (float) (sign * Double.POSITIVE_INFINITY);
    }
    double magnitude =
        exponent == 0 ? fraction * 0x1p-24 : (1024 + fraction) * Math.pow(2, exponent - 25);
    return (float) (sign * magnitude);
  }

  @Test
  void everyBFloat16SurvivesTheRoundTrip() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      float wide = HalfPrecision.fromBFloat16((short) bits);
      short back = HalfPrecision.toBFloat16(wide);
      if (Float.isNaN(wide)) {
        assertTrue(Float.isNaN(HalfPrecision.fromBFloat16(back)));
      } else {
        assertEquals((short) bits, back);
      }
    }
  }

  @Test
  void narrowingRoundsToTheNearestAndTiesToEven() {
    Random random = new Random(11);
    for (int i = 0; i < 200_000; i++) {
      float x = Float.intBitsToFloat(random.nextInt());
      if (Float.isNaN(x)) {
        continue;
      }
      short half = HalfPrecision.toFloat16(x);
      assertNearest(x, half, HalfPrecision.fromFloat16(half), 65520, true);
      short brain = HalfPrecision.toBFloat16(x);
      assertNearest(x, brain, HalfPrecision.fromBFloat16(brain), 0x1.ffp127, false);
    }
    assertEquals(1f, HalfPrecision.fromFloat16(HalfPrecision.toFloat16(1 + 0x1p-11f)));
    assertEquals(1 + 0x1p-9f, HalfPrecision.fromFloat16(HalfPrecision.toFloat16(1 + 0x3p-11f)));
    assertEquals(0f, HalfPrecision.fromFloat16(HalfPrecision.toFloat16(0x1p-25f)));
    assertEquals(0x1p-24f, HalfPrecision.fromFloat16(HalfPrecision.toFloat16(0x1.8p-25f)));
    assertEquals(1f, HalfPrecision.fromBFloat16(HalfPrecision.toBFloat16(1 + 0x1p-8f)));
  }

  private static void assertNearest(float x, short bits, float got, double overflow, boolean half) {
    if (Math.abs((double) x) >= overflow) {
      assertEquals(Math.copySign(Float.POSITIVE_INFINITY, x), got, "overflow of " + x);
      return;
    }
    double error = Math.abs((double) x - got);
    for (int step : new int[] {-1, 1}) {
      short other = (short) (bits + step);
      float neighbour = half ? HalfPrecision.fromFloat16(other) : HalfPrecision.fromBFloat16(other);
      double distance = Math.abs((double) x - neighbour);
      if (!Double.isNaN(distance)) {
        boolean tie = error == distance;
        assertTrue(error < distance || (tie && (bits & 1) == 0), x + " became " + got);
      }
    }
  }
}
