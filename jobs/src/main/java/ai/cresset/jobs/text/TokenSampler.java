package ai.cresset.jobs.text;

import ai.cresset.random.Generator;
import ai.cresset.random.Philox;
import java.util.stream.IntStream;

/**
 * Chooses the next token from a model's scores. The same scores, settings and generator state give
 * the same token.
 *
 * @param temperature what the scores are divided by; 0 takes the highest, the first of equals
 * @param topK how many of the highest scores take part; 0 for all
 */
public record TokenSampler(double temperature, int topK) {

  /**
   * The index of the chosen token.
   *
   * @param logits {@code [vocabulary]}, not normalised
   * @param generator gives one random number
   */
  public int choose(float[] logits, Generator generator) {
    int[] order =
        IntStream.range(0, logits.length)
            .boxed()
            .sorted((a, b) -> Float.compare(logits[b], logits[a]))
            .mapToInt(Integer::intValue)
            .toArray();
    int[] words = new int[4];
    Generator.Key key = generator.reserve(1);
    Philox.block(key.seed(), key.offset(), words, 0);
    if (temperature == 0) {
      return order[0];
    }
    int candidates = topK == 0 ? order.length : Math.min(topK, order.length);
    double[] cumulative = new double[candidates];
    double sum = 0;
    for (int i = 0; i < candidates; i++) {
      sum += StrictMath.exp((logits[order[i]] - logits[order[0]]) / temperature);
      cumulative[i] = sum;
    }
    double drawn = Philox.uniform(words[0]) * sum;
    for (int i = 0; i < candidates; i++) {
      if (drawn < cumulative[i]) {
        return order[i];
      }
    }
    return order[candidates - 1];
  }
}
