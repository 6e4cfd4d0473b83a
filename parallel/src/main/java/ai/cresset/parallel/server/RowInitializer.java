package ai.cresset.parallel.server;

import ai.cresset.error.ConfigException;
import ai.cresset.random.Normal;
import ai.cresset.random.Philox;
import java.io.Serializable;

/**
 * The first values of a row: a function of seed, table and id alone, so that a row begins alike
 * whichever server holds it, and whenever it is first used.
 */
public sealed interface RowInitializer extends Serializable {
  /** All 0. */
  record Zeros() implements RowInitializer {
    @Override
    public float draw(int[] words, int word) {
      return 0;
    }
  }

  /** Even in {@code [-bound, bound)}. */
  record Uniform(double bound) implements RowInitializer {
    public Uniform {
      if (!(bound > 0)) {
        throw ConfigException.value("RowInitializer.Uniform.bound", bound, "a number above 0");
      }
    }

    @Override
    public float draw(int[] words, int word) {
      return (float) bound * (2 * Philox.uniform(words[word]) - 1);
    }
  }

  /** Normal with mean 0. */
  record Gaussian(double deviation) implements RowInitializer {
    public Gaussian {
      if (!(deviation > 0)) {
        throw ConfigException.value(
            "RowInitializer.Gaussian.deviation", deviation, "a number above 0");
      }
    }

    @Override
    public float draw(int[] words, int word) {
      int pair = word & ~1;
      return (float) deviation * Normal.of(words[pair], words[pair + 1], word == pair);
    }
  }

  /** A number of a row from four random words, one of which is its own. */
  float draw(int[] words, int word);

  /** The key of a table's random numbers. */
  static long key(long seed, String table) {
    long key = KeyRange.mix(seed);
    for (int i = 0; i < table.length(); i++) {
      key = KeyRange.mix(key ^ table.charAt(i));
    }
    return key;
  }

  /**
   * Writes the first values of a row to {@code to[at]} and after.
   *
   * @param key of the table
   */
  default void fill(long key, long id, float[] to, int at, int width) {
    int[] words = new int[4];
    int blocks = (width + 3) / 4;
    for (int i = 0; i < width; i++) {
      int word = i % 4;
      if (word == 0) {
        Philox.block(key, id * blocks + i / 4, words, 0);
      }
      to[at + i] = draw(words, word);
    }
  }
}
