package ai.cresset.nn.recurrent;

import ai.cresset.error.ConfigException;
import ai.cresset.error.DTypeException;
import ai.cresset.error.ShapeException;
import ai.cresset.tensor.Functional;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Sequences of several lengths, padded, packed and apart ({@code torch.nn.utils.rnn}). All of it is
 * differentiable; results belong to the caller's scope.
 */
public final class Sequences {
  private Sequences() {}

  /** On which side of shorter sequences padding stands. */
  public enum PaddingSide {
    LEFT,
    RIGHT
  }

  /** Packs padded sequences, time first, that stand in order of length, longest first. */
  public static PackedSequence packPaddedSequence(Tensor padded, long... lengths) {
    return packPaddedSequence(padded, Tensor.of(lengths, lengths.length), false, true);
  }

  /**
   * Packs padded sequences ({@code pack_padded_sequence}).
   *
   * @param padded {@code [time, batch, ...]}, with {@code batchFirst} {@code [batch, time, ...]}
   * @param lengths integers {@code [batch]}, each in [1, time]
   * @param enforceSorted whether they must be in descending order; if not, the batch is sorted, and
   *     sorted back when it is padded again
   */
  public static PackedSequence packPaddedSequence(
      Tensor padded, Tensor lengths, boolean batchFirst, boolean enforceSorted) {
    String op = "packPaddedSequence";
    if (padded.rank() < 2) {
      throw ShapeException.mismatch(op, "[time, batch, ...]", padded.shape());
    }
    if (lengths.dtype().isFloating()) {
      throw DTypeException.mismatch(op + " (lengths)", DType.INT64, lengths.dtype());
    }
    int time = batchFirst ? 1 : 0;
    long[] numbers = lengths.toLongArray();
    int batch = numbers.length;
    if (lengths.rank() != 1 || batch == 0 || padded.size(1 - time) != batch) {
      throw ShapeException.mismatch(
          op, "lengths [" + padded.size(1 - time) + "], one for each sequence", lengths.shape());
    }
    for (long each : numbers) {
      if (each < 1 || each > padded.size(time)) {
        throw ConfigException.value(
            op + ".lengths",
            Arrays.toString(numbers),
            "numbers in [1, " + padded.size(time) + "], the times there are");
      }
    }
    int[] order = longestFirst(numbers);
    boolean sorted = IntStream.range(1, batch).allMatch(i -> numbers[i - 1] >= numbers[i]);
    if (enforceSorted && !sorted) {
      throw ConfigException.value(
          op + ".lengths",
          Arrays.toString(numbers),
          "lengths in descending order; give enforceSorted = false to have them sorted");
    }
    long[] sizes = new long[(int) numbers[order[0]]];
    long[] rows = new long[Math.toIntExact(Arrays.stream(numbers).sum())];
    int at = 0;
    for (int t = 0; t < sizes.length; t++) {
      for (int place = 0; place < batch && numbers[order[place]] > t; place++) {
        rows[at++] =
            batchFirst ? order[place] * padded.size(1) + t : (long) t * batch + order[place];
        sizes[t]++;
      }
    }
    Tensor data = padded.flatten(0, 1).indexSelect(0, onDevice(rows, padded));
    Tensor batchSizes = Tensor.of(sizes, sizes.length);
    if (enforceSorted) {
      return new PackedSequence(data, batchSizes, null, null);
    }
    long[] places = new long[batch];
    for (int place = 0; place < batch; place++) {
      places[order[place]] = place;
    }
    long[] indices = Arrays.stream(order).asLongStream().toArray();
    return new PackedSequence(
        data, batchSizes, onDevice(indices, padded), onDevice(places, padded));
  }

  private static int[] longestFirst(long[] lengths) {
    return IntStream.range(0, lengths.length)
        .boxed()
        .sorted(Comparator.comparing((Integer i) -> -lengths[i]))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private static Tensor onDevice(long[] values, Tensor like) {
    return Tensor.of(values, values.length).to(like.device());
  }

  /** Pads packed sequences with zeros, time first, to the longest one. */
  public static PaddedSequence padPackedSequence(PackedSequence packed) {
    return padPackedSequence(packed, false, 0, 0);
  }

  /**
   * Pads packed sequences ({@code pad_packed_sequence}); in the batch's order before it was packed.
   *
   * @param batchFirst whether the result is {@code [batch, time, ...]}
   * @param paddingValue what stands behind shorter sequences
   * @param totalLength the times of the result, at least those there are; 0 for these
   */
  public static PaddedSequence padPackedSequence(
      PackedSequence packed, boolean batchFirst, double paddingValue, long totalLength) {
    long[] sizes = packed.batchSizes().toLongArray();
    if (totalLength != 0 && totalLength < sizes.length) {
      throw ConfigException.value(
          "padPackedSequence.totalLength",
          totalLength,
          "at least the length of the longest sequence, " + sizes.length);
    }
    int time = Math.toIntExact(totalLength == 0 ? sizes.length : totalLength);
    int batch = (int) packed.batch();
    Tensor sorted = packed.sortedIndices();
    long[] order =
        sorted == null ? IntStream.range(0, batch).asLongStream().toArray() : sorted.toLongArray();
    long[] lengths = new long[batch];
    long[] rows = new long[Math.multiplyExact(time, batch)];
    Arrays.fill(rows, -1);
    int row = 0;
    for (int t = 0; t < sizes.length; t++) {
      for (int place = 0; place < sizes[t]; place++) {
        int sequence = (int) order[place];
        rows[batchFirst ? sequence * time + t : t * batch + sequence] = row++;
        lengths[sequence]++;
      }
    }
    Tensor data = packed.data();
    Tensor places = onDevice(rows, data);
    Tensor found = data.indexSelect(0, places.clamp(0, Long.MAX_VALUE));
    long[] mask = new long[data.rank()];
    Arrays.fill(mask, 1);
    mask[0] = rows.length;
    Tensor flat = found.maskedFill(places.lt(0).reshape(mask), paddingValue);
    Tensor padded = batchFirst ? flat.unflatten(0, batch, time) : flat.unflatten(0, time, batch);
    return new PaddedSequence(padded, Tensor.of(lengths, batch));
  }

  /**
   * Packs sequences ({@code pack_sequence}).
   *
   * @param sequences {@code [length, ...]} each
   * @param enforceSorted whether they must stand longest first; if not, they are sorted
   */
  public static PackedSequence packSequence(List<Tensor> sequences, boolean enforceSorted) {
    long[] lengths = sequences.stream().mapToLong(each -> each.size(0)).toArray();
    Tensor numbers = Tensor.of(lengths, lengths.length);
    return packPaddedSequence(padSequence(sequences, false, 0), numbers, false, enforceSorted);
  }

  /** The sequences of a packed one, in the batch's order ({@code unpack_sequence}). */
  public static List<Tensor> unpackSequence(PackedSequence packed) {
    PaddedSequence padded = padPackedSequence(packed, true, 0, 0);
    return unpadSequence(padded.data(), padded.lengths(), true);
  }

  /** Pads behind shorter sequences. */
  public static Tensor padSequence(
      List<Tensor> sequences, boolean batchFirst, double paddingValue) {
    return padSequence(sequences, batchFirst, paddingValue, PaddingSide.RIGHT);
  }

  /**
   * One tensor of sequences with padding beside the shorter ones ({@code pad_sequence}).
   *
   * @param sequences {@code [length, ...]} each, otherwise of one shape
   * @return {@code [time, batch, ...]}, with {@code batchFirst} {@code [batch, time, ...]}
   */
  public static Tensor padSequence(
      List<Tensor> sequences, boolean batchFirst, double paddingValue, PaddingSide side) {
    if (sequences.isEmpty()) {
      throw ConfigException.because("padSequence: expected at least one sequence, got none");
    }
    Tensor first = sequences.get(0);
    long time = 0;
    for (Tensor each : sequences) {
      if (each.rank() < 1 || !each.shape().without(0).equals(first.shape().without(0))) {
        throw ShapeException.mismatch(
            "padSequence", "sequences [length, ...] like " + first.shape(), each.shape());
      }
      time = Math.max(time, each.size(0));
    }
    List<Tensor> padded = new ArrayList<>();
    for (Tensor each : sequences) {
      Shape rest = each.shape().with(0, time - each.size(0));
      Tensor padding = Tensor.full(each.spec().withShape(rest), paddingValue);
      List<Tensor> parts =
          side == PaddingSide.RIGHT ? List.of(each, padding) : List.of(padding, each);
      padded.add(rest.size(0) == 0 ? each : Functional.cat(parts, 0));
    }
    return Functional.stack(padded, batchFirst ? 0 : 1);
  }

  /**
   * Sequences without what stands behind them ({@code unpad_sequence}).
   *
   * @param padded {@code [time, batch, ...]}, with {@code batchFirst} {@code [batch, time, ...]}
   * @param lengths integers {@code [batch]}
   */
  public static List<Tensor> unpadSequence(Tensor padded, Tensor lengths, boolean batchFirst) {
    long[] numbers = lengths.toLongArray();
    int batch = batchFirst ? 0 : 1;
    if (padded.rank() < 2 || padded.size(batch) != numbers.length) {
      throw ShapeException.mismatch(
          "unpadSequence", "a length for each sequence of " + padded.shape(), lengths.shape());
    }
    List<Tensor> sequences = new ArrayList<>();
    for (int i = 0; i < numbers.length; i++) {
      sequences.add(padded.select(batch, i).narrow(0, 0, numbers[i]));
    }
    return sequences;
  }
}
