package ai.cresset.metric;

import ai.cresset.error.ConfigException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * BLEU of a corpus, from 0 to 1, with one reference for each sentence (Papineni et al. 2002): the
 * geometric mean of the parts of word sequences of 1 to N words that the reference has too, counted
 * at most as often as there, times a penalty for being short. Without smoothing: 0 where not a
 * single sequence of N words fits.
 */
public final class Bleu extends SummedMetric {
  private final int most;

  /** With sequences of up to four words. */
  public Bleu() {
    this(4);
  }

  /** With sequences of up to so many words. */
  public Bleu(int most) {
    super(size(most));
    this.most = most;
  }

  /** Matches of each length, candidates of each length, words written, words of references. */
  private static int size(int most) {
    if (most < 1) {
      throw ConfigException.value("BLEU's longest sequence", most, "at least 1 word");
    }
    return 2 * most + 2;
  }

  /** Counts a sentence. Words are compared by {@code equals}. */
  public void update(List<?> written, List<?> reference) {
    for (int length = 1; length <= most; length++) {
      Map<List<?>, Integer> there = counts(reference, length);
      for (Map.Entry<List<?>, Integer> each : counts(written, length).entrySet()) {
        sums[length - 1] += Math.min(each.getValue(), there.getOrDefault(each.getKey(), 0));
      }
      sums[most + length - 1] += Math.max(0, written.size() - length + 1);
    }
    sums[2 * most] += written.size();
    sums[2 * most + 1] += reference.size();
  }

  private static Map<List<?>, Integer> counts(List<?> words, int length) {
    Map<List<?>, Integer> counts = new HashMap<>();
    for (int i = 0; i + length <= words.size(); i++) {
      counts.merge(List.copyOf(words.subList(i, i + length)), 1, Integer::sum);
    }
    return counts;
  }

  @Override
  public String name() {
    return "BLEU";
  }

  @Override
  public double value() {
    double written = sums[2 * most];
    double reference = sums[2 * most + 1];
    if (reference == 0) {
      return Double.NaN;
    }
    double logarithms = 0;
    for (int i = 0; i < most; i++) {
      if (sums[i] == 0) {
        return 0;
      }
      logarithms += Math.log(sums[i] / sums[most + i]) / most;
    }
    double penalty = written >= reference ? 0 : 1 - reference / written;
    return Math.exp(logarithms + penalty);
  }
}
