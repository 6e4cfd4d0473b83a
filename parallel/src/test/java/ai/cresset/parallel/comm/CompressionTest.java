package ai.cresset.parallel.comm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.cresset.error.ConfigException;
import ai.cresset.memory.Storage;
import ai.cresset.parallel.comm.compression.BFloat16Compression;
import ai.cresset.parallel.comm.compression.GradientCompression;
import ai.cresset.parallel.comm.compression.TopKCompression;
import ai.cresset.type.DType;
import ai.cresset.type.HalfPrecision;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/** Fewer bytes, the same bits on every rank, and nothing lost for good. */
@NullUnmarked
final class CompressionTest {
  private static final int SIZE = 3;
  private static final int COUNT = 3_000;
  private static final int STEPS = 6;
  private static final long SEED = 5;

  private static float[] gradients(int rank, int step) {
    Random random = new Random(SEED + 100L * rank + step);
    float[] values = new float[COUNT];
    for (int i = 0; i < COUNT; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static List<float[]> allGradients(int step) {
    return IntStream.range(0, SIZE).mapToObj(rank -> gradients(rank, step)).toList();
  }

  /** Sums the gradients of a step, by which the slice is filled. */
  private static byte[] step(
      ProcessGroup group, GradientCompression compression, Slice slice, int step) {
    float[] mine = gradients(group.rank(), step);
    Values.fill(slice.storage(), DType.FLOAT32, COUNT, i -> mine[(int) i]);
    compression.allReduceAsync(group, 0, slice).await();
    return Values.bytes(slice);
  }

  @Test
  void bfloat16RoundsEachAddendAndTheSumAndHalvesTheBytes() {
    List<byte[]> results =
        Ranks.run(
            SIZE,
            Ranks.IN_JVM,
            group -> {
              Storage storage = Ranks.storage(DType.FLOAT32, COUNT);
              Slice slice = new Slice(storage, 0, COUNT, DType.FLOAT32);
              try (GradientCompression compression = new BFloat16Compression()) {
                byte[] result = step(group, compression, slice, 0);
                List<float[]> all = allGradients(0);
                for (int i = 0; i < COUNT; i++) {
                  float sum = 0;
                  for (int rank = 0; rank < SIZE; rank++) {
                    sum += round(all.get(rank)[i]);
                  }
                  assertEquals(round(sum), Values.get(slice, i), "seed " + SEED);
                }
                CommRecorder.Entry entry = group.recorder().entries().get(0);
                long share = 2L * COUNT * 2 * (SIZE - 1) / SIZE;
                long heads = 32L * SIZE;
                assertEquals(share + heads, entry.sentBytes());
                return result;
              } finally {
                storage.release();
              }
            });
    results.forEach(each -> assertArrayEquals(results.get(0), each));
  }

  private static float round(float value) {
    return HalfPrecision.fromBFloat16(HalfPrecision.toBFloat16(value));
  }

  @Test
  void topKSendsTheLargestAndKeepsTheRestForLater() {
    List<byte[]> results =
        Ranks.run(
            SIZE,
            Ranks.IN_JVM,
            group -> {
              Storage storage = Ranks.storage(DType.FLOAT32, COUNT);
              Slice slice = new Slice(storage, 0, COUNT, DType.FLOAT32);
              double[] sent = new double[COUNT];
              double[] wanted = new double[COUNT];
              try (GradientCompression compression = new TopKCompression(0.05)) {
                byte[] last = new byte[0];
                for (int step = 0; step < STEPS; step++) {
                  last = step(group, compression, slice, step);
                  List<float[]> all = allGradients(step);
                  for (int i = 0; i < COUNT; i++) {
                    sent[i] += Values.get(slice, i);
                    for (int rank = 0; rank < SIZE; rank++) {
                      wanted[i] += all.get(rank)[i];
                    }
                  }
                }
                long k = COUNT / 20;
                for (CommRecorder.Entry entry : group.recorder().entries()) {
                  assertEquals((8 * k + 32) * (SIZE - 1), entry.sentBytes());
                }
                // What was not sent is what all ranks have left.
                Slice residual = compression.state().get(0);
                Slice left = new Slice(storage, 0, COUNT, DType.FLOAT32);
                for (int i = 0; i < COUNT; i++) {
                  Values.put(left, i, Values.get(residual, i));
                }
                group.allReduce(left, ReduceOp.SUM);
                for (int i = 0; i < COUNT; i++) {
                  assertEquals(wanted[i], sent[i] + Values.get(left, i), 1e-4, "seed " + SEED);
                }
                return last;
              } finally {
                storage.release();
              }
            });
    results.forEach(each -> assertArrayEquals(results.get(0), each));
  }

  /** The state of a run that is resumed is that of one that was not stopped. */
  @Test
  void aRestoredResidualGivesTheSameBits() {
    Ranks.run(
        SIZE,
        Ranks.IN_JVM,
        group -> {
          Storage storage = Ranks.storage(DType.FLOAT32, COUNT);
          Slice slice = new Slice(storage, 0, COUNT, DType.FLOAT32);
          List<byte[]> whole = new ArrayList<>();
          try (GradientCompression through = new TopKCompression(0.1);
              GradientCompression resumed = new TopKCompression(0.1)) {
            for (int step = 0; step < STEPS; step++) {
              if (step == STEPS / 2) {
                resumed.restore(Map.copyOf(through.state()));
              }
              whole.add(step(group, through, slice, step));
            }
            for (int step = STEPS / 2; step < STEPS; step++) {
              assertArrayEquals(whole.get(step), step(group, resumed, slice, step));
            }
          } finally {
            storage.release();
          }
          return true;
        });
  }

  @Test
  void aFractionOutOfRangeIsRefused() {
    for (double fraction : new double[] {0, -1, 1.5, Double.NaN}) {
      assertThrows(ConfigException.class, () -> new TopKCompression(fraction));
    }
  }
}
