package ai.cresset.data;

import ai.cresset.error.DataException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Divides a data set at random ({@code torch.utils.data.random_split}). */
public final class RandomSplit {
  private RandomSplit() {}

  /**
   * Parts of given sizes that have no sample in common.
   *
   * @param sizes which add up to the data set's
   */
  public static List<Subset> of(Dataset whole, long seed, long... sizes) {
    long sum = Arrays.stream(sizes).sum();
    if (sum != whole.size() || Arrays.stream(sizes).anyMatch(size -> size < 0)) {
      throw DataException.because(
          "parts of "
              + Arrays.toString(sizes)
              + " samples, "
              + sum
              + " in all; expected sizes from 0 on that add up to the data set's "
              + whole.size());
    }
    Permutation order = new Permutation(whole.size(), seed, 0);
    List<Subset> parts = new ArrayList<>();
    long place = 0;
    for (long size : sizes) {
      long[] samples = new long[Math.toIntExact(size)];
      for (int i = 0; i < samples.length; i++) {
        samples[i] = order.at(place++);
      }
      parts.add(new Subset(whole, samples));
    }
    return parts;
  }

  /**
   * Parts of given fractions. What rounding down leaves over goes to the first parts, one each.
   *
   * @param fractions which add up to 1
   */
  public static List<Subset> of(Dataset whole, long seed, double... fractions) {
    double sum = Arrays.stream(fractions).sum();
    if (Math.abs(sum - 1) > 1e-9 || Arrays.stream(fractions).anyMatch(part -> !(part >= 0))) {
      throw DataException.because(
          "fractions " + Arrays.toString(fractions) + " add up to " + sum + ", expected 1");
    }
    long[] sizes =
        Arrays.stream(fractions).mapToLong(part -> (long) (part * whole.size())).toArray();
    long left = whole.size() - Arrays.stream(sizes).sum();
    for (int i = 0; left > 0; i = (i + 1) % sizes.length) {
      sizes[i]++;
      left--;
    }
    return of(whole, seed, sizes);
  }
}
