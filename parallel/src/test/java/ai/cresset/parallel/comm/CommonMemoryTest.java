package ai.cresset.parallel.comm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.memory.Allocator;
import ai.cresset.memory.Storage;
import ai.cresset.parallel.comm.collective.Fingerprint.Algorithm;
import ai.cresset.type.DType;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** All-reduces over memory that all ranks map: the bits of those that go through channels. */
final class CommonMemoryTest {
  private static final long[] SIZES = {0, 3, 1_031, 40_009, 400_003};
  private static final CommOptions IN_JVM =
      Ranks.IN_JVM.withSharedMemory(SharedMemoryUse.AUTOMATIC);

  /** For halving, and for rings that are no power of two. */
  static Stream<Arguments> groups() {
    return Stream.of(
        Arguments.of("shared memory", 2, Ranks.SHARED),
        Arguments.of("shared memory", 3, Ranks.SHARED),
        Arguments.of("shared memory", 4, Ranks.SHARED.withSegmentBytes(1 << 14)),
        Arguments.of("in-jvm", 8, IN_JVM),
        Arguments.of("in-jvm", 5, IN_JVM));
  }

  @ParameterizedTest(name = "{0}, {1} ranks")
  @MethodSource("groups")
  void bitsDoNotTellWhichWayTheyTook(String name, int size, CommOptions options) {
    List<Set<Algorithm>> used =
        Ranks.run(
            size,
            options,
            group -> {
              Random random = new Random(41 + group.rank());
              for (DType dtype :
                  List.of(DType.FLOAT32, DType.FLOAT64, DType.INT64, DType.BFLOAT16)) {
                for (long count : SIZES) {
                  compare(group, dtype, count, random);
                }
              }
              Set<Algorithm> found = new HashSet<>();
              for (CommRecorder.Entry entry : group.recorder().entries()) {
                if (entry.operation().toString().contains("common memory")) {
                  found.add(entry.operation().algorithm());
                }
              }
              return found;
            });
    assertTrue(used.get(0).contains(Algorithm.RING), used.toString());
    if (Integer.bitCount(size) == 1 && size > 2) {
      assertTrue(used.get(0).contains(Algorithm.HALVING), used.toString());
    }
  }

  /** The slice begins inside of the memory; what is beside it stays. */
  private static void compare(ProcessGroup group, DType dtype, long count, Random random) {
    long before = 5;
    Storage plain = Ranks.storage(dtype, count);
    long bytes = (before + count + 1) * dtype.bytes();
    long live = Allocator.current().statistics().liveBytes();
    try (CommonMemory memory = group.commonMemory(bytes)) {
      assertNull(memory.refusal());
      assertEquals(live + bytes, Allocator.current().statistics().liveBytes());
      Slice all = new Slice(memory.storage(), 0, before + count + 1, dtype);
      for (long i = 0; i < all.count(); i++) {
        assertEquals(0, Values.get(all, i));
      }
      Slice common = all.part(before, count);
      Slice expected = new Slice(plain, 0, count, dtype);
      for (ReduceOp op : List.of(ReduceOp.SUM, ReduceOp.MAX)) {
        for (long i = 0; i < count; i++) {
          double value = random.nextGaussian() * 100;
          Values.put(expected, i, value);
          Values.put(common, i, value);
        }
        group.allReduce(expected, op);
        if (op == ReduceOp.SUM) {
          group.allReduceAsync(common, op).await();
        } else {
          group.allReduce(common, op);
        }
        assertArrayEquals(Values.bytes(expected), Values.bytes(common), dtype + " " + count);
        assertEquals(0, Values.get(all, before - 1));
        assertEquals(0, Values.get(all, before + count));
      }
    } finally {
      plain.release();
    }
  }

  @Test
  void asManyBytesMoveAsInARing() {
    long count = 1 << 20;
    List<Long> sent =
        Ranks.run(
            2,
            Ranks.SHARED,
            group -> {
              try (CommonMemory memory = group.commonMemory(4 * count)) {
                group.recorder().clear();
                group.allReduce(Slice.of(memory.storage(), DType.FLOAT32), ReduceOp.SUM);
                return group.recorder().entries().get(0).sentBytes();
              }
            });
    // A half that the peer has read, a half that it was given, and two fingerprints.
    assertEquals(List.of(4 * count + 64, 4 * count + 64), sent);
  }

  @Test
  void saysWhyItIsNotShared() {
    assertRefused(2, Ranks.TCP, 100, "shared memory is switched off");
    assertRefused(1, Ranks.SHARED, 100, "there is one rank");
    assertRefused(
        2,
        Ranks.SHARED,
        600L << 20,
        "1258291200 bytes of all ranks are more than the 1073741824 a rank maps");
  }

  /** It is memory all the same, and reductions go through channels. */
  private static void assertRefused(int size, CommOptions options, long bytes, String why) {
    Ranks.run(
        size,
        options,
        group -> {
          try (CommonMemory memory = group.commonMemory(bytes)) {
            String refusal = String.valueOf(memory.refusal());
            assertTrue(refusal.contains(why), refusal);
            Slice slice = new Slice(memory.storage(), 0, 25, DType.FLOAT32);
            for (int i = 0; i < 25; i++) {
              assertEquals(0, Values.get(slice, i));
              Values.put(slice, i, group.rank() + 1);
            }
            group.allReduce(slice, ReduceOp.SUM);
            assertEquals(size * (size + 1) / 2.0, Values.get(slice, 24));
          }
          return true;
        });
  }

  @Test
  void ranksThatMeanDifferentPlacesFindOut() {
    long count = 1 << 20;
    List<Ranks.Outcome<Boolean>> outcomes =
        Ranks.outcomes(
            2,
            Ranks.SHARED,
            group -> {
              try (CommonMemory memory = group.commonMemory(8 * count)) {
                Slice all = Slice.of(memory.storage(), DType.FLOAT32);
                group.allReduce(all.part(group.rank() * 16L, count), ReduceOp.SUM);
              }
              return true;
            });
    for (Ranks.Outcome<Boolean> outcome : outcomes) {
      assertTrue(outcome.message().contains("common memory"), outcome.message());
    }
  }

  @Test
  void aRankThatLeavesEndsTheOthersOperation() {
    List<Ranks.Outcome<Boolean>> outcomes =
        Ranks.outcomes(
            3,
            Ranks.SHARED,
            group -> {
              try (CommonMemory memory = group.commonMemory(1 << 22)) {
                if (group.rank() == 1) {
                  throw new IllegalStateException("no more");
                }
                group.allReduce(Slice.of(memory.storage(), DType.FLOAT32), ReduceOp.SUM);
              }
              return true;
            });
    assertTrue(outcomes.get(0).error() != null && outcomes.get(2).error() != null);
  }

  @Test
  void filesHaveNoNamesAfterwards() throws Exception {
    Ranks.run(
        3,
        Ranks.SHARED,
        group -> {
          try (CommonMemory first = group.commonMemory(1000);
              CommonMemory second = group.commonMemory(1 << 20)) {
            assertEquals(1000, first.storage().bytes());
            assertEquals(1 << 20, second.storage().bytes());
            SharedFiles.assertNoneStays();
          }
          return true;
        });
  }
}
