package ai.cresset.backend.cpu;

import ai.cresset.backend.Expr;
import ai.cresset.random.Generator;
import ai.cresset.random.Normal;
import ai.cresset.random.Philox;

/** Random elements of one block, which begins at a multiple of four. */
final class RandomBlocks {
  private RandomBlocks() {}

  static void draw(
      Expr.Distribution distribution, Generator.Key key, long start, float[] out, int count) {
    int[] words = new int[4];
    for (int i = 0; i < count; i += 4) {
      Philox.block(key.seed(), key.offset() + (start + i) / 4, words, 0);
      int end = Math.min(4, count - i);
      for (int word = 0; word < end; word++) {
        out[i + word] =
            switch (distribution) {
              case UNIFORM -> Philox.uniform(words[word]);
              case NORMAL -> Normal.of(words[word & 2], words[word | 1], (word & 1) == 0);
            };
      }
    }
  }
}
