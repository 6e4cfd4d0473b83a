package ai.cresset.jobs.split;

import ai.cresset.random.Philox;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which samples are for training, validation and test: of each class the same part, chosen by a
 * seed. Depends on the classes, in order, and on the settings alone. Each class keeps at least one
 * sample to train on.
 */
public final class ClassSplit implements Serializable {
  private static final long serialVersionUID = 1L;

  /** What a sample is for. */
  public enum Part {
    /** To train on. */
    TRAIN,
    /** To look at while it trains. */
    VALIDATION,
    /** To look at once, at the end. */
    TEST
  }

  private final byte[] parts;

  private ClassSplit(byte[] parts) {
    this.parts = parts;
  }

  /**
   * Divides samples.
   *
   * @param classes the class of each, from 0
   * @param validation the part for validation, in [0, 1)
   * @param test the part for the test, in [0, 1)
   */
  public static ClassSplit of(int[] classes, long seed, double validation, double test) {
    byte[] parts = new byte[classes.length];
    int most = IntStream.of(classes).max().orElse(-1);
    List<List<Integer>> members = new ArrayList<>();
    for (int i = 0; i <= most; i++) {
      members.add(new ArrayList<>());
    }
    for (int i = 0; i < classes.length; i++) {
      members.get(classes[i]).add(i);
    }
    // What rounding leaves over goes on to the next class, so that the parts are exact in all.
    double wantedTest = 0;
    double wantedValidation = 0;
    for (List<Integer> each : members) {
      each.sort(Comparator.comparingLong((Integer i) -> key(seed, i)).thenComparingInt(i -> i));
      wantedTest += test * each.size();
      wantedValidation += validation * each.size();
      int left = Math.max(0, each.size() - 1);
      int tests = (int) Math.min(left, Math.round(wantedTest));
      int validations = (int) Math.min(left - tests, Math.round(wantedValidation));
      wantedTest -= tests;
      wantedValidation -= validations;
      for (int i = 0; i < tests + validations; i++) {
        parts[each.get(i)] = (byte) (i < tests ? Part.TEST : Part.VALIDATION).ordinal();
      }
    }
    return new ClassSplit(parts);
  }

  private static long key(long seed, int sample) {
    int[] words = new int[4];
    Philox.block(seed, sample, words, 0);
    return words[0] & 0xffff_ffffL | (long) words[1] << 32;
  }

  /** What a sample is for. */
  public Part part(int sample) {
    return Part.values()[parts[sample]];
  }

  /** How many samples a part has. */
  public int count(Part part) {
    int count = 0;
    for (byte each : parts) {
      count += each == part.ordinal() ? 1 : 0;
    }
    return count;
  }
}
