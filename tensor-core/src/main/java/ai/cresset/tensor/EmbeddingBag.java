package ai.cresset.tensor;

import ai.cresset.error.ConfigException;
import ai.cresset.error.ShapeException;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Rows of a table by their index, reduced bag by bag ({@code F.embedding_bag}). */
public enum EmbeddingBag {
  SUM,
  MEAN,
  MAX;

  /** No padding row. */
  public static final long NO_PADDING = -1;

  /**
   * Bags of one size.
   *
   * @param indices {@code [bags, size]}, integral
   * @param weight {@code [entries, features]}
   * @return {@code [bags, features]}
   */
  public Tensor of(Tensor indices, Tensor weight) {
    if (indices.rank() != 2) {
      throw ShapeException.mismatch(
          "embeddingBag", "indices of [bags, size] (or a vector with offsets)", indices.shape());
    }
    long size = indices.size(1);
    Tensor offsets = Creation.arange(0, indices.size(0), 1, indices.device()).mul(size);
    return of(indices.flatten(), weight, offsets, null, NO_PADDING, false);
  }

  /** Bags that begin at {@code offsets} of a vector of indices. */
  public Tensor of(Tensor indices, Tensor weight, Tensor offsets) {
    return of(indices, weight, offsets, null, NO_PADDING, false);
  }

  /**
   * Bags that begin at {@code offsets} of a vector of indices. An empty bag gives 0.
   *
   * @param indices {@code [n]}, integral
   * @param weight {@code [entries, features]}
   * @param offsets {@code [bags]}, ascending from 0
   * @param sampleWeights {@code [n]}, what rows are multiplied by; for SUM only
   * @param paddingIdx the row that does not count; {@link #NO_PADDING} for none
   * @param includeLastOffset whether {@code offsets} ends with {@code n}
   * @return {@code [bags, features]}
   */
  public Tensor of(
      Tensor indices,
      Tensor weight,
      Tensor offsets,
      @Nullable Tensor sampleWeights,
      long paddingIdx,
      boolean includeLastOffset) {
    if (indices.rank() != 1 || weight.rank() != 2 || offsets.rank() != 1) {
      throw ShapeException.mismatch(
          "embeddingBag",
          "indices [n], a weight of [entries, features] and offsets [bags]",
          indices.shape() + ", " + weight.shape() + " and " + offsets.shape());
    }
    if (sampleWeights != null && this != SUM) {
      throw ConfigException.value("embeddingBag.perSampleWeights", this, "mode SUM with them");
    }
    long[] starts = starts(indices.numel(), Places.of("embeddingBag", offsets), includeLastOffset);
    int bags = starts.length - 1;
    long[] bagOf = new long[Math.toIntExact(indices.numel())];
    for (int bag = 0; bag < bags; bag++) {
      Arrays.fill(bagOf, (int) starts[bag], (int) starts[bag + 1], bag);
    }
    Tensor bag = Tensor.of(bagOf, bagOf.length).to(weight.device());
    Tensor index = Places.of("embeddingBag", indices);
    if (paddingIdx != NO_PADDING) {
      Tensor counts = index.ne(paddingIdx);
      index = index.maskedSelect(counts);
      bag = bag.maskedSelect(counts);
      sampleWeights = sampleWeights == null ? null : sampleWeights.maskedSelect(counts);
    }
    Tensor rows = weight.indexSelect(0, index);
    if (sampleWeights != null) {
      rows = rows.mul(sampleWeights.unsqueeze(1));
    }
    return this == MAX ? largest(rows, bag, bags) : sums(rows, bag, bags);
  }

  private static long[] starts(long n, Tensor offsets, boolean includeLastOffset) {
    long[] given = offsets.toLongArray();
    long[] starts = includeLastOffset ? given : Arrays.copyOf(given, given.length + 1);
    if (!includeLastOffset) {
      starts[given.length] = n;
    }
    boolean fits = starts.length > 0 && starts[0] == 0 && starts[starts.length - 1] == n;
    for (int i = 1; fits && i < starts.length; i++) {
      fits = starts[i - 1] <= starts[i];
    }
    if (!fits && !(starts.length == 1 && n == 0)) {
      throw ShapeException.mismatch(
          "embeddingBag", "offsets that ascend from 0 to at most " + n, Arrays.toString(given));
    }
    return starts;
  }

  private Tensor sums(Tensor rows, Tensor bag, int bags) {
    boolean halves = Halves.are(rows);
    Tensor wide = halves ? rows.to(DType.FLOAT32) : rows;
    Spec whole = wide.spec().withShape(Shape.of(bags, rows.size(1)));
    Tensor sums = Tensor.zeros(whole).indexAdd(0, bag, wide);
    if (this == MEAN) {
      Tensor counts = bag.bincount(bags).clamp(1, Long.MAX_VALUE);
      sums = sums.div(counts.to(sums.dtype()).unsqueeze(1));
    }
    return sums.to(rows.dtype());
  }

  /** The first largest of each bag, found in a table padded to the largest bag. */
  private static Tensor largest(Tensor rows, Tensor bag, int bags) {
    long[] bagOf = bag.toLongArray();
    int[] sizes = new int[bags];
    int width = 1;
    for (long each : bagOf) {
      width = Math.max(width, ++sizes[(int) each]);
    }
    long[] table = new long[Math.multiplyExact(bags, width)];
    Arrays.fill(table, -1);
    int[] filled = new int[bags];
    for (int i = 0; i < bagOf.length; i++) {
      int of = (int) bagOf[i];
      table[of * width + filled[of]++] = i;
    }
    if (bagOf.length == 0) {
      return Tensor.zeros(rows.spec().withShape(Shape.of(bags, rows.size(1))));
    }
    Tensor places = Tensor.of(table, bags, width).to(rows.device());
    Tensor absent = places.lt(0);
    Tensor padded =
        rows.indexSelect(0, places.clamp(0, Long.MAX_VALUE).flatten())
            .reshape(bags, width, rows.size(1))
            .maskedFill(absent.unsqueeze(2), Double.NEGATIVE_INFINITY);
    Tensor nothing = absent.all(new int[] {1}, true);
    return padded.max(1, false).values().maskedFill(nothing, 0);
  }
}
