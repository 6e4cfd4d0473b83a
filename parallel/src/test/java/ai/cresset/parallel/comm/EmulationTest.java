package ai.cresset.parallel.comm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.cresset.memory.Storage;
import ai.cresset.type.DType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every collective against a loop over the ranks, on whole numbers that every type holds exactly:
 * all numbers of ranks, sizes with nothing, one, primes and many, even and uneven parts.
 */
@SuppressWarnings({"NarrowCalculation", "LongDoubleConversion"}) // Whole numbers, all exact.
final class EmulationTest {
  private static final long[] SIZES = {0, 1, 31, 1_009, 20_011};
  private static final List<DType> REDUCED =
      List.of(
          DType.FLOAT32, DType.FLOAT64, DType.INT32, DType.INT64, DType.BFLOAT16, DType.FLOAT16);

  /** Small segments, so that rings have many of them. */
  static Stream<Arguments> groups() {
    List<Arguments> all = new ArrayList<>();
    for (int size : new int[] {1, 3, 4, 6, 7}) {
      all.add(Arguments.of("in-jvm", size, Ranks.IN_JVM.withSegmentBytes(1 << 12)));
    }
    for (int size : new int[] {2, 8}) {
      all.add(Arguments.of("shared memory", size, Ranks.SHARED.withSegmentBytes(1 << 14)));
    }
    all.add(Arguments.of("striped", 3, Ranks.STRIPED));
    for (int size : new int[] {2, 5}) {
      all.add(Arguments.of("tcp", size, Ranks.TCP.withSegmentBytes(1 << 14)));
    }
    return all.stream();
  }

  /** What rank {@code rank} holds at {@code index}: sums of 8 ranks are exact in every type. */
  private static double value(int rank, long index) {
    return (index * 7 + rank * 3L) % 13 - 6;
  }

  private static double sum(int size, long index) {
    double sum = 0;
    for (int rank = 0; rank < size; rank++) {
      sum += value(rank, index);
    }
    return sum;
  }

  /** Lengths of parts that are all different where possible; some are 0. */
  private static long[] uneven(int size, long count, long seed) {
    long[] counts = new long[size];
    Random random = new Random(seed);
    long left = count;
    for (int rank = 0; rank < size - 1; rank++) {
      counts[rank] = rank == 1 ? 0 : (long) (random.nextDouble() * left);
      left -= counts[rank];
    }
    counts[size - 1] = left;
    return counts;
  }

  private static long start(long[] counts, int rank) {
    return Arrays.stream(counts).limit(rank).sum();
  }

  private static void assertValues(String what, Slice slice, Values.Numbers expected) {
    for (long i = 0; i < slice.count(); i++) {
      if (expected.at(i) != Values.get(slice, i)) {
        assertEquals(expected.at(i), Values.get(slice, i), what + " at " + i + " of " + slice);
      }
    }
  }

  @ParameterizedTest(name = "{0}, {1} ranks")
  @MethodSource("groups")
  void reductions(String name, int size, CommOptions options) {
    Ranks.run(
        size,
        options,
        group -> {
          for (DType dtype : REDUCED) {
            for (long count : SIZES) {
              // Each size sees every type and order, large ones half of the pairs.
              for (ReduceOrder order : ReduceOrder.values()) {
                if (count < 10_000
                    || (REDUCED.indexOf(dtype) % 2 == 0) == (order == ReduceOrder.FASTEST)) {
                  reductions(group, dtype, count, order);
                }
              }
            }
          }
          return true;
        });
  }

  private static void reductions(ProcessGroup group, DType dtype, long count, ReduceOrder order) {
    int rank = group.rank();
    int size = group.size();
    Storage storage = Ranks.storage(dtype, count);
    Storage target = Ranks.storage(dtype, count);
    Slice slice = Values.fill(storage, dtype, count, i -> value(rank, i));
    Slice result = new Slice(target, 0, count, dtype);

    int root = (int) (count % size);
    group.reduce(slice, ReduceOp.SUM, order, root);
    assertValues("reduce", slice, i -> rank == root ? sum(size, i) : value(rank, i));

    Values.fill(storage, dtype, count, i -> value(rank, i));
    long[] counts = uneven(size, count, count);
    Slice part = result.part(start(counts, rank), counts[rank]);
    group.reduceScatter(slice, part, counts, ReduceOp.SUM, order);
    assertValues("reduce_scatter", part, i -> sum(size, start(counts, rank) + i));
    assertValues("input of reduce_scatter", slice, i -> value(rank, i));
    group.allGather(part, result, counts);
    assertValues("all_gather", result, i -> sum(size, i));

    group.allReduce(slice, ReduceOp.SUM, order);
    assertValues("all_reduce", slice, i -> sum(size, i));
    storage.release();
    target.release();
  }

  @ParameterizedTest(name = "{0}, {1} ranks")
  @MethodSource("groups")
  void movements(String name, int size, CommOptions options) {
    Ranks.run(
        size,
        options,
        group -> {
          for (DType dtype : List.of(DType.FLOAT64, DType.BFLOAT16, DType.INT8)) {
            for (long count : SIZES) {
              movements(group, dtype, count);
            }
          }
          return true;
        });
  }

  private static void movements(ProcessGroup group, DType dtype, long count) {
    int rank = group.rank();
    int size = group.size();
    long[] counts = uneven(size, count, count + 1);
    long start = start(counts, rank);
    Storage storage = Ranks.storage(dtype, count);
    Storage small = Ranks.storage(dtype, counts[rank]);
    Slice whole = new Slice(storage, 0, count, dtype);
    Slice part = Values.fill(small, dtype, counts[rank], i -> value(0, start + i));

    for (int root : new int[] {0, size - 1}) {
      Values.fill(storage, dtype, count, i -> -7);
      group.gather(part, rank == root ? whole : null, counts, root);
      assertValues("gather", whole, i -> rank == root ? value(0, i) : -7);

      Values.fill(small, dtype, counts[rank], i -> -8);
      group.scatter(rank == root ? whole : null, part, counts, root);
      assertValues("scatter", part, i -> value(0, start + i));
    }

    Values.fill(storage, dtype, count, i -> -7);
    group.allGatherAsync(part, whole, counts).await();
    assertValues("all_gather", whole, i -> value(0, i));

    // What rank i has for rank j: (i + 2j) mod 5 elements, and as many thousands for large sizes.
    long unit = count > 10_000 ? 500 : 1;
    long[] from = new long[size];
    long[] to = new long[size];
    Arrays.setAll(from, peer -> (rank + 2L * peer) % 5 * unit);
    Arrays.setAll(to, peer -> (peer + 2L * rank) % 5 * unit);
    Storage outgoing = Ranks.storage(dtype, Arrays.stream(from).sum());
    Storage incoming = Ranks.storage(dtype, Arrays.stream(to).sum());
    Slice out = Slice.of(outgoing, dtype).part(0, Arrays.stream(from).sum());
    Slice in = Slice.of(incoming, dtype).part(0, Arrays.stream(to).sum());
    for (int peer = 0; peer < size; peer++) {
      for (long i = 0; i < from[peer]; i++) {
        Values.put(out, start(from, peer) + i, value(rank * size + peer, i));
      }
    }
    group.allToAll(out, from, in, to);
    for (int peer = 0; peer < size; peer++) {
      int pair = peer * size + rank;
      assertValues("all_to_all", in.part(start(to, peer), to[peer]), i -> value(pair, i));
    }
    for (Storage each : List.of(storage, small, outgoing, incoming)) {
      each.release();
    }
  }

  /** All are submitted before the first is awaited; they run in this order. */
  @ParameterizedTest(name = "{0}, {1} ranks")
  @MethodSource("groups")
  void everyOperationHasAnAsynchronousTwin(String name, int size, CommOptions options) {
    Ranks.run(
        size,
        options,
        group -> {
          long count = 60L * size;
          int rank = group.rank();
          List<Storage> storages = new ArrayList<>();
          for (int i = 0; i < 6; i++) {
            storages.add(Ranks.storage(DType.INT32, count));
          }
          Slice in = Values.fill(storages.get(0), DType.INT32, count, i -> value(rank, i));
          Slice reduced = Values.fill(storages.get(1), DType.INT32, count, i -> value(rank, i));
          Slice scattered = new Slice(storages.get(2), 0, 60, DType.INT32);
          Slice gathered = new Slice(storages.get(3), 0, count, DType.INT32);
          Slice swapped = new Slice(storages.get(4), 0, count, DType.INT32);
          Slice part = new Slice(storages.get(5), 0, 60, DType.INT32);
          Work.awaitAll(
              List.of(
                  group.reduceAsync(reduced, ReduceOp.SUM, 0),
                  group.reduceScatterAsync(in, part, ReduceOp.SUM),
                  group.gatherAsync(part, gathered, 0),
                  group.broadcastAsync(gathered, 0),
                  group.scatterAsync(in, scattered, 0),
                  group.allToAllAsync(in, swapped),
                  group.barrierAsync()));
          assertValues("reduce", reduced, i -> rank == 0 ? sum(size, i) : value(rank, i));
          assertValues("gather", gathered, i -> sum(size, i));
          assertValues("scatter", scattered, i -> value(0, 60L * rank + i));
          assertValues("all_to_all", swapped, i -> value((int) (i / 60), 60L * rank + i % 60));
          storages.forEach(Storage::release);
          return true;
        });
  }

  /** Values that round: the same bits on every rank, in every run, and in a reduce-scatter. */
  @ParameterizedTest(name = "{0}, {1} ranks")
  @MethodSource("groups")
  void bitsAreThoseOfEveryRankAndRun(String name, int size, CommOptions options) {
    long seed = 4_711;
    Ranks.Body<List<byte[]>> body =
        group -> {
          Random random = new Random(seed + group.rank());
          List<byte[]> bits = new ArrayList<>();
          for (DType dtype : List.of(DType.FLOAT32, DType.BFLOAT16)) {
            long count = 17_011L * size;
            Storage storage = Ranks.storage(dtype, count);
            Storage target = Ranks.storage(dtype, count);
            Slice slice = Values.fill(storage, dtype, count, i -> random.nextGaussian());
            Slice whole = new Slice(target, 0, count, dtype);
            Slice part = whole.part(17_011L * group.rank(), 17_011);
            group.reduceScatter(slice, part, ReduceOp.SUM, ReduceOrder.FASTEST);
            group.allGather(part, whole);
            group.allReduce(slice, ReduceOp.SUM, ReduceOrder.FASTEST);
            assertArrayEquals(Values.bytes(slice), Values.bytes(whole), "seed " + seed);
            bits.add(Values.bytes(slice));
            storage.release();
            target.release();
          }
          return bits;
        };
    List<List<byte[]>> first = Ranks.run(size, options, body);
    List<List<byte[]>> again = Ranks.run(size, options, body);
    for (int i = 0; i < first.get(0).size(); i++) {
      for (int rank = 0; rank < size; rank++) {
        assertArrayEquals(first.get(0).get(i), first.get(rank).get(i), "rank, seed " + seed);
        assertArrayEquals(first.get(0).get(i), again.get(rank).get(i), "run, seed " + seed);
      }
    }
  }

  /** Ring and halving move 2 (n - 1) / n of the bytes per rank, and 32 bytes of fingerprint. */
  @ParameterizedTest(name = "{0}, {1} ranks")
  @MethodSource("groups")
  void bytesOnTheWireAreThoseOfTheFormula(String name, int size, CommOptions options) {
    Ranks.run(
        size,
        options,
        group -> {
          long count = 40_320;
          Storage storage = Ranks.storage(DType.FLOAT32, count);
          Slice slice = Slice.of(storage, DType.FLOAT32).part(0, count);
          Storage other = Ranks.storage(DType.FLOAT32, count);
          Slice part = Slice.of(other, DType.FLOAT32).part(0, count / size);
          group.allReduce(slice, ReduceOp.SUM);
          group.reduceScatter(slice, part, ReduceOp.SUM);
          group.allGather(part, slice);
          long share = 4 * count * (size - 1) / size;
          long message = size == 1 ? 0 : 32;
          // Recursive halving says who it is in each of its log2(n) steps.
          boolean halving = 4 * count <= options.link().halvingBytes(size);
          long steps = halving ? Integer.numberOfTrailingZeros(size) : 1;
          long[] expected = {
            2 * share + message * (halving ? 2 * steps : 1),
            share + message * steps,
            share + message
          };
          for (int i = 0; i < expected.length; i++) {
            CommRecorder.Entry entry = group.recorder().entries().get(i);
            assertEquals(expected[i], entry.sentBytes(), entry.toString());
            assertEquals(expected[i], entry.receivedBytes(), entry.toString());
          }
          storage.release();
          other.release();
          return true;
        });
  }
}
