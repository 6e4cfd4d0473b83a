package ai.cresset.parallel.comm.compression;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class LargestEntriesTest {
  /** A stable sort by magnitude, for comparison. */
  private static int[] sorted(float[] values, int k) {
    return IntStream.range(0, values.length)
        .boxed()
        .sorted(Comparator.comparing((Integer i) -> -Math.abs(values[i])))
        .limit(k)
        .mapToInt(Integer::intValue)
        .sorted()
        .toArray();
  }

  @Test
  void equalASortAlsoWhereManyAreEqual() {
    long seed = 12;
    Random random = new Random(seed);
    for (int round = 0; round < 300; round++) {
      float[] values = new float[1 + random.nextInt(40)];
      for (int i = 0; i < values.length; i++) {
        values[i] = random.nextInt(9) - 4;
      }
      int k = 1 + random.nextInt(values.length);
      assertArrayEquals(
          sorted(values, k), LargestEntries.of(values, k), "seed " + seed + ", round " + round);
    }
  }

  @Test
  void nothingIsLargerThanNaN() {
    float[] values = {1, Float.POSITIVE_INFINITY, Float.NaN, -2};
    assertArrayEquals(new int[] {2}, LargestEntries.of(values, 1));
    assertArrayEquals(new int[] {1, 2}, LargestEntries.of(values, 2));
    assertArrayEquals(new int[] {1, 2, 3}, LargestEntries.of(values, 3));
  }
}
