package ai.cresset.random;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class NormalTest {
  @Test
  void boxAndMullersFormula() {
    int[] words = new int[4];
    for (int block = 0; block < 5000; block++) {
      Philox.block(3, block, words, 0);
      double radius = Math.sqrt(-2 * StrictMath.log(((words[0] >>> 8) + 1) * 0x1p-24));
      double angle = 2 * Math.PI * ((words[1] >>> 8) * 0x1p-24);
      assertEquals(radius * StrictMath.cos(angle), Normal.of(words[0], words[1], true), 1e-6);
      assertEquals(radius * StrictMath.sin(angle), Normal.of(words[0], words[1], false), 1e-6);
    }
  }

  @Test
  void extremeWordsGiveFiniteNumbers() {
    for (int radius : new int[] {0, 255, -1, Integer.MIN_VALUE}) {
      for (int angle : new int[] {0, -1, Integer.MIN_VALUE, Integer.MAX_VALUE, 1 << 30}) {
        for (boolean first : new boolean[] {true, false}) {
          float value = Normal.of(radius, angle, first);
          assertTrue(Math.abs(value) < 6, radius + ", " + angle + ": " + value);
        }
      }
    }
  }

  @Test
  void momentsOfTheStandardNormal() {
    int blocks = 50_000;
    int[] words = new int[4];
    double[] moments = new double[5];
    for (int block = 0; block < blocks; block++) {
      Philox.block(17, block, words, 0);
      for (int i = 0; i < 4; i++) {
        double x = Normal.of(words[i & 2], words[i | 1], i % 2 == 0);
        for (int power = 1; power < moments.length; power++) {
          moments[power] += Math.pow(x, power) / (4.0 * blocks);
        }
      }
    }
    // Five standard deviations of the mean of each power: 1, 2, 15, 96 are their variances.
    double n = Math.sqrt(4.0 * blocks);
    assertEquals(0, moments[1], 5 * 1 / n);
    assertEquals(1, moments[2], 5 * Math.sqrt(2) / n);
    assertEquals(0, moments[3], 5 * Math.sqrt(15) / n);
    assertEquals(3, moments[4], 5 * Math.sqrt(96) / n);
  }
}
