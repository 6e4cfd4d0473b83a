package ai.cresset.random;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

final class PhiloxTest {
  /** Philox4x32-10 as the paper writes it, with a counter of 128 bits. */
  private static int[] paper(int[] counter, int[] key) {
    long left = key[0] & 0xffff_ffffL;
    long right = key[1] & 0xffff_ffffL;
    long[] x = new long[4];
    for (int i = 0; i < 4; i++) {
      x[i] = counter[i] & 0xffff_ffffL;
    }
    for (int round = 0; round < 10; round++) {
      long first = 0xD2511F53L * x[0];
      long second = 0xCD9E8D57L * x[2];
      x =
          new long[] {
            (second >>> 32) ^ x[1] ^ left,
            second & 0xffff_ffffL,
            (first >>> 32) ^ x[3] ^ right,
            first & 0xffff_ffffL
          };
      left = left + 0x9E3779B9L & 0xffff_ffffL;
      right = right + 0xBB67AE85L & 0xffff_ffffL;
    }
    return new int[] {(int) x[0], (int) x[1], (int) x[2], (int) x[3]};
  }

  /** The known answers of the Random123 library for philox4x32, 10 rounds. */
  @Test
  void knownAnswers() {
    assertArrayEquals(
        new int[] {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}, paper(new int[4], new int[2]));
    assertArrayEquals(
        new int[] {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd},
        paper(new int[] {-1, -1, -1, -1}, new int[] {-1, -1}));
    assertArrayEquals(
        new int[] {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1},
        paper(
            new int[] {0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
            new int[] {0xa4093822, 0x299f31d0}));
    int[] words = new int[6];
    Philox.block(0, 0, words, 1);
    assertArrayEquals(new int[] {0, 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8, 0}, words);
  }

  @Test
  void everySeedAndCounterFollowThePaper() {
    Random random = new Random(5);
    int[] words = new int[4];
    for (int i = 0; i < 1000; i++) {
      long seed = random.nextLong();
      long counter = random.nextLong();
      Philox.block(seed, counter, words, 0);
      int[] expected =
          paper(
              new int[] {(int) counter, (int) (counter >>> 32), 0, 0},
              new int[] {(int) seed, (int) (seed >>> 32)});
      assertArrayEquals(expected, words, seed + ", " + counter);
    }
  }

  @Test
  void uniformNumbersFillTheirInterval() {
    assertEquals(0f, Philox.uniform(0));
    assertEquals(0f, Philox.uniform(255));
    assertEquals(1 - 0x1p-24f, Philox.uniform(-1));
    assertEquals(0.5f, Philox.uniform(Integer.MIN_VALUE));
    int[] words = new int[4];
    double sum = 0;
    for (int block = 0; block < 25_000; block++) {
      Philox.block(9, block, words, 0);
      for (int word : words) {
        sum += Philox.uniform(word);
      }
    }
    // Five standard deviations of a mean of 100,000.
    assertTrue(Math.abs(sum / 100_000 - 0.5) < 5 * 0.2887 / Math.sqrt(100_000));
  }
}
