package ai.cresset.parallel.comm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.cresset.memory.Storage;
import ai.cresset.type.DType;
import ai.cresset.type.HalfPrecision;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@SuppressWarnings({"NarrowCalculation", "LongDoubleConversion"}) // Whole numbers, all exact.
final class CollectivesTest {
  private static final long[] SIZES = {0, 1, 2, 7, 127, 1_031, 40_009};

  /** Small segments, so that rings have many of them. */
  static Stream<Arguments> groups() {
    List<Arguments> all = new ArrayList<>();
    for (int size : new int[] {1, 2, 3, 5, 8}) {
      all.add(Arguments.of("in-jvm", size, Ranks.IN_JVM.withSegmentBytes(1 << 14)));
    }
    for (int size : new int[] {2, 3, 6, 7}) {
      all.add(Arguments.of("tcp", size, Ranks.TCP.withSegmentBytes(1 << 14)));
    }
    all.add(Arguments.of("encrypted", 3, Ranks.ENCRYPTED));
    for (int size : new int[] {2, 4}) {
      all.add(Arguments.of("shared memory", size, Ranks.SHARED.withSegmentBytes(1 << 14)));
    }
    all.add(Arguments.of("encrypted, striped", 3, Ranks.STRIPED.withEncrypt(true)));
    return all.stream();
  }

  @ParameterizedTest(name = "{0}, {1} ranks")
  @MethodSource("groups")
  void allReduceSumsExactly(String name, int size, CommOptions options) {
    Ranks.run(
        size,
        options,
        group -> {
          for (DType dtype : List.of(DType.FLOAT32, DType.FLOAT64, DType.INT32, DType.INT64)) {
            for (long count : SIZES) {
              Storage storage = Ranks.storage(dtype, count);
              Slice slice =
                  Values.fill(storage, dtype, count, i -> (i % 1000 + 1) * (group.rank() + 1));
              group.allReduce(slice, ReduceOp.SUM);
              int factor = size * (size + 1) / 2;
              for (long i = 0; i < count; i++) {
                assertEquals((i % 1000 + 1) * factor, Values.get(slice, i));
              }
              storage.release();
            }
          }
          return true;
        });
  }

  @ParameterizedTest(name = "{0}, {1} ranks")
  @MethodSource("groups")
  void everyRankGetsTheSameBits(String name, int size, CommOptions options) {
    long seed = 20_240;
    Ranks.Body<List<byte[]>> body =
        group -> {
          Random random = new Random(seed + group.rank());
          List<byte[]> results = new ArrayList<>();
          for (DType dtype : List.of(DType.FLOAT32, DType.BFLOAT16, DType.FLOAT16)) {
            for (long count : new long[] {33, 40_009}) {
              Storage storage = Ranks.storage(dtype, count);
              Slice slice = Values.fill(storage, dtype, count, i -> random.nextGaussian());
              group.allReduce(slice, ReduceOp.SUM);
              results.add(Values.bytes(slice));
              storage.release();
            }
          }
          return results;
        };
    List<List<byte[]>> first = Ranks.run(size, options, body);
    List<List<byte[]>> again = Ranks.run(size, options, body);
    for (int i = 0; i < first.get(0).size(); i++) {
      for (List<byte[]> rank : first) {
        assertArrayEquals(first.get(0).get(i), rank.get(i), "ranks differ, seed " + seed);
      }
      assertArrayEquals(first.get(0).get(i), again.get(0).get(i), "runs differ, seed " + seed);
    }
  }

  @ParameterizedTest(name = "{0}, {1} ranks")
  @MethodSource("groups")
  void rankOrderEqualsASequentialSum(String name, int size, CommOptions options) {
    long seed = 7;
    for (DType dtype : List.of(DType.FLOAT32, DType.FLOAT64, DType.BFLOAT16)) {
      for (long count : new long[] {1, 997, 20_021}) {
        double[][] inputs = new double[size][(int) count];
        for (int rank = 0; rank < size; rank++) {
          Random random = new Random(seed + rank);
          for (int i = 0; i < count; i++) {
            inputs[rank][i] = random.nextGaussian();
          }
        }
        Ranks.run(
            size,
            options,
            group -> {
              Storage storage = Ranks.storage(dtype, count);
              Storage expected = Ranks.storage(dtype, count);
              Slice slice = Values.fill(storage, dtype, count, i -> inputs[group.rank()][(int) i]);
              Slice wanted =
                  Values.fill(expected, dtype, count, i -> sequentialSum(dtype, inputs, (int) i));
              group.allReduce(slice, ReduceOp.SUM, ReduceOrder.RANK_ORDER);
              assertArrayEquals(Values.bytes(wanted), Values.bytes(slice), "seed " + seed);
              storage.release();
              expected.release();
              return true;
            });
      }
    }
  }

  private static double sequentialSum(DType dtype, double[][] inputs, int index) {
    if (dtype == DType.FLOAT64) {
      double sum = inputs[0][index];
      for (int rank = 1; rank < inputs.length; rank++) {
        sum += inputs[rank][index];
      }
      return sum;
    }
    float sum = round(dtype, inputs[0][index]);
    for (int rank = 1; rank < inputs.length; rank++) {
      sum += round(dtype, inputs[rank][index]);
    }
    return sum;
  }

  private static float round(DType dtype, double value) {
    return dtype == DType.BFLOAT16
        ? HalfPrecision.fromBFloat16(HalfPrecision.toBFloat16((float) value))
        : (float) value;
  }

  @ParameterizedTest(name = "{0}, {1} ranks")
  @MethodSource("groups")
  void minMaxAndProduct(String name, int size, CommOptions options) {
    Ranks.run(
        size,
        options,
        group -> {
          for (DType dtype :
              List.of(DType.FLOAT32, DType.FLOAT64, DType.INT32, DType.INT64, DType.BFLOAT16)) {
            Storage storage = Ranks.storage(dtype, 3);
            for (ReduceOp op : List.of(ReduceOp.MIN, ReduceOp.MAX, ReduceOp.PRODUCT)) {
              Slice slice = Values.fill(storage, dtype, 3, i -> group.rank() % 2 + 1 + i % 2);
              group.allReduce(slice, op);
              double low = 1;
              double high = size > 1 ? 2 : 1;
              double product = Math.pow(2, size / 2);
              double wanted = op == ReduceOp.MIN ? low : op == ReduceOp.MAX ? high : product;
              assertEquals(wanted, Values.get(slice, 0), op + " of " + dtype);
            }
            storage.release();
          }
          return true;
        });
  }

  @ParameterizedTest(name = "{0}, {1} ranks")
  @MethodSource("groups")
  void gathersScattersAndBroadcasts(String name, int size, CommOptions options) {
    Ranks.run(
        size,
        options,
        group -> {
          for (long count : new long[] {0, 1, 13, 20_011}) {
            Storage small = Ranks.storage(DType.INT64, count);
            Storage large = Ranks.storage(DType.INT64, count * size);
            Slice part =
                Values.fill(small, DType.INT64, count, i -> 1_000_000.0 * group.rank() + i);
            Slice whole = new Slice(large, 0, count * size, DType.INT64);
            group.allGather(part, whole);
            for (long i = 0; i < whole.count(); i++) {
              assertEquals(1_000_000.0 * (i / count) + i % count, Values.get(whole, i));
            }

            for (ReduceOrder order : ReduceOrder.values()) {
              Values.fill(large, DType.INT64, whole.count(), i -> i * (group.rank() + 1));
              group.reduceScatter(whole, part, ReduceOp.SUM, order);
              for (long i = 0; i < count; i++) {
                long index = group.rank() * count + i;
                assertEquals(index * (size * (size + 1) / 2), Values.get(part, i));
              }
              for (long i = 0; i < whole.count(); i++) {
                assertEquals(i * (group.rank() + 1), Values.get(whole, i), "input changed");
              }
            }

            for (int root = 0; root < size; root++) {
              Values.fill(small, DType.INT64, count, i -> group.rank() * 31 + i);
              group.broadcast(part, root);
              for (long i = 0; i < count; i++) {
                assertEquals(root * 31 + i, Values.get(part, i));
              }
            }
            group.barrier();
            small.release();
            large.release();
          }
          return true;
        });
  }

  @ParameterizedTest(name = "{0}, {1} ranks")
  @MethodSource("groups")
  void messagesGoRoundWithoutDeadlock(String name, int size, CommOptions options) {
    if (size == 1) {
      return;
    }
    Ranks.run(
        size,
        options,
        group -> {
          long count = 500_009;
          Storage first = Ranks.storage(DType.INT32, count);
          Storage second = Ranks.storage(DType.INT32, count);
          Slice out = Values.fill(first, DType.INT32, count, i -> group.rank());
          Slice in = new Slice(second, 0, count, DType.INT32);
          int next = (group.rank() + 1) % size;
          int previous = (group.rank() + size - 1) % size;
          // More than any socket buffers, sent by all at once.
          group.exchange(List.of(new Transfer.Send(out, next), new Transfer.Receive(in, previous)));
          assertEquals(previous, Values.get(in, count - 1));
          if (group.rank() == 0) {
            group.send(out.part(0, 5), 1);
            group.send(out.part(0, 6), 1);
          } else if (group.rank() == 1) {
            group.receive(in.part(0, 5), 0);
            group.receive(in.part(5, 6), 0);
            assertEquals(0, Values.get(in, 10));
          }
          first.release();
          second.release();
          return true;
        });
  }

  @ParameterizedTest(name = "{0}, {1} ranks")
  @MethodSource("groups")
  void bytesOfAnyLength(String name, int size, CommOptions options) {
    Ranks.run(
        size,
        options,
        group -> {
          List<byte[]> all =
              group.allGatherBytes("x".repeat(group.rank()).getBytes(StandardCharsets.UTF_8));
          for (int rank = 0; rank < size; rank++) {
            assertEquals(rank, all.get(rank).length);
          }
          byte[] told =
              group.broadcastBytes(
                  ("from " + group.rank()).getBytes(StandardCharsets.UTF_8), size - 1);
          assertEquals("from " + (size - 1), new String(told, StandardCharsets.UTF_8));
          return true;
        });
  }

  @ParameterizedTest(name = "{0}, {1} ranks")
  @MethodSource("groups")
  void asynchronousOperationsRunInOrder(String name, int size, CommOptions options) {
    Ranks.run(
        size,
        options,
        group -> {
          List<Work> works = new ArrayList<>();
          List<Storage> storages = new ArrayList<>();
          for (int i = 0; i < 20; i++) {
            Storage storage = Ranks.storage(DType.FLOAT32, 1000 + i);
            Slice slice = Values.fill(storage, DType.FLOAT32, 1000 + i, j -> j);
            works.add(group.allReduceAsync(slice, ReduceOp.SUM));
            // Releasing here is fine: the operation holds the storage.
            storages.add(storage.retain());
            storage.release();
          }
          group.barrier();
          for (int i = 0; i < 20; i++) {
            works.get(i).await();
            assertEquals(999.0 * size, Values.get(Slice.of(storages.get(i), DType.FLOAT32), 999));
            storages.get(i).release();
          }
          List<CommRecorder.Entry> entries = group.recorder().entries();
          assertEquals(21, entries.size());
          for (int i = 0; i < entries.size(); i++) {
            assertEquals(i, entries.get(i).operation().sequence());
          }
          return true;
        });
  }

  @ParameterizedTest(name = "{0}, {1} ranks")
  @MethodSource("groups")
  void subgroupsWorkBesideTheirParent(String name, int size, CommOptions options) {
    Ranks.run(
        size,
        options,
        group -> {
          Storage storage = Ranks.storage(DType.INT32, 100_000);
          try (ProcessGroup half = group.split(group.rank() % 2)) {
            assertEquals(group.rank() / 2, half.rank());
            Slice slice = Values.fill(storage, DType.INT32, 100_000, i -> group.rank());
            half.allReduce(slice, ReduceOp.SUM);
            int wanted = half.jobRanks().stream().mapToInt(Integer::intValue).sum();
            assertEquals(wanted, Values.get(slice, 99_999));
            group.barrier();
          } finally {
            storage.release();
          }
          return true;
        });
  }
}
