package ai.cresset.parallel.mesh;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ExactSumTest {
  @Test
  void itIsTheSumRoundedOnceInAnyOrder() {
    Random random = new Random(11);
    for (int round = 0; round < 50; round++) {
      double[] values = new double[40];
      BigDecimal exact = BigDecimal.ZERO;
      for (int i = 0; i < values.length; i++) {
        values[i] = Math.scalb(random.nextDouble(), random.nextInt(200) - 100 - 40 * round % 900);
        exact = exact.add(new BigDecimal(values[i]));
      }
      ExactSum forward = new ExactSum();
      ExactSum backward = new ExactSum();
      for (int i = 0; i < values.length; i++) {
        forward.add(values[i]);
        backward.add(values[values.length - 1 - i]);
      }
      assertEquals(exact.doubleValue(), forward.value(), "seed 11, round " + round);
      assertArrayEquals(forward.words(), backward.words());
    }
  }

  @Test
  void wordsOfRanksAddUp() {
    ExactSum one = new ExactSum();
    ExactSum other = new ExactSum();
    for (int i = 0; i < 1000; i++) {
      one.add(Double.MAX_VALUE / 4096);
      other.add(Double.MIN_VALUE);
    }
    long[] words = one.words();
    long[] theirs = other.words();
    for (int i = 0; i < words.length; i++) {
      words[i] += theirs[i];
    }
    assertEquals(1000 * (Double.MAX_VALUE / 4096), ExactSum.value(words));
    assertEquals(1000 * Double.MIN_VALUE, other.value());
    assertEquals(0, new ExactSum().value());
  }

  @Test
  void whatIsNotFiniteStaysSo() {
    ExactSum sum = new ExactSum();
    sum.add(1);
    sum.add(Double.POSITIVE_INFINITY);
    assertEquals(Double.POSITIVE_INFINITY, sum.value());
    sum.add(Double.NaN);
    assertTrue(Double.isNaN(sum.value()));
  }
}
