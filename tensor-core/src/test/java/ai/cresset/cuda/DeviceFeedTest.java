package ai.cresset.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.cresset.backend.cuda.OnCuda;
import ai.cresset.data.Batch;
import ai.cresset.data.BatchPlan;
import ai.cresset.data.DataLoader;
import ai.cresset.data.LoadedStep;
import ai.cresset.data.LoaderOptions;
import ai.cresset.data.SequentialSampler;
import ai.cresset.data.Share;
import ai.cresset.data.TensorDataset;
import ai.cresset.memory.Allocator;
import ai.cresset.memory.Scope;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.Device;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.LongStream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/** Batches that are read ahead are on the device when they are taken. */
@NullUnmarked
@OnCuda
class DeviceFeedTest {
  private static final Device DEVICE = Device.cuda(0);
  private static final int SIZE = 1000;

  @Test
  void stepsArriveInOrderAndNothingIsLeftWhenSomeAreNotTaken() {
    long before = Cuda.memoryStatistics(DEVICE).allocatedBytes();
    try (Allocator allocator = Allocator.create("feed", 1 << 30);
        Allocator.Binding bound = allocator.bind()) {
      long[] values = LongStream.range(0, 3 * SIZE).toArray();
      Tensor rows = Tensor.of(values, SIZE, 3);
      try (rows;
          TensorDataset dataset = new TensorDataset(Map.of("inputs", rows));
          DataLoader loader =
              DataLoader.start(
                  dataset,
                  new BatchPlan(new SequentialSampler(SIZE), 16, true),
                  Share.ALL,
                  new LoaderOptions(8, 3).on(DEVICE),
                  0,
                  40)) {
        for (int step = 0; step < 30; step++) {
          try (Scope scope = Scope.open("step")) {
            LoadedStep loaded = loader.next();
            int from = step * 16;
            for (Batch batch : loaded.microBatches()) {
              assertEquals(DEVICE, batch.inputs().device());
              long[] expected = Arrays.copyOfRange(values, 3 * from, 3 * (from + 8));
              for (int i = 0; i < expected.length; i++) {
                expected[i] += step;
              }
              assertArrayEquals(expected, batch.inputs().add(step).toLongArray());
              from += 8;
            }
          }
        }
      }
    }
    Cuda.emptyCache(DEVICE);
    assertEquals(before, Cuda.memoryStatistics(DEVICE).allocatedBytes());
  }
}
