package ai.cresset.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.error.DataException;
import ai.cresset.memory.Allocator;
import ai.cresset.memory.Scope;
import ai.cresset.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@NullUnmarked
class DataLoaderTest {
  private final Allocator allocator = Allocator.create("test", 1L << 30);
  private Allocator.Binding bound;

  @BeforeEach
  void bind() {
    bound = allocator.bind();
  }

  @AfterEach
  void nothingIsLeft() {
    bound.close();
    allocator.close();
  }

  private static TensorDataset numbers(int size) {
    try (Scope scope = Scope.open()) {
      long[] values = LongStream.range(0, 2L * size).toArray();
      long[] labels = LongStream.range(0, size).toArray();
      return new TensorDataset(
          Map.of("inputs", Tensor.of(values, size, 2), "label", Tensor.of(labels, size)));
    }
  }

  @Test
  void stepsComeInOrderAndCutIntoMicroBatches() {
    try (TensorDataset dataset = numbers(11);
        DataLoader loader =
            DataLoader.start(
                dataset,
                new BatchPlan(new SequentialSampler(11), 7, false),
                new Share(0, 2),
                new LoaderOptions(3, 1),
                1,
                4)) {
      List<String> seen = new ArrayList<>();
      while (true) {
        try (Scope scope = Scope.open("step")) {
          LoadedStep step = loader.next();
          if (step == null) {
            break;
          }
          for (Batch batch : step.microBatches()) {
            long[] labels = batch.get("label").toLongArray();
            for (int i = 0; i < labels.length; i++) {
              assertEquals(2 * labels[i] + 1, batch.inputs().toLongArray()[2 * i + 1]);
            }
            seen.add(
                step.step() + ":" + step.position().epoch() + java.util.Arrays.toString(labels));
          }
        }
      }
      assertEquals(List.of("1:0[7, 8]", "2:1[0, 1, 2]", "2:1[3]", "3:1[7, 8]"), seen);
      assertNull(loader.next());
    }
  }

  @Test
  void aRankWithoutSamplesGetsStepsWithoutBatches() {
    try (TensorDataset dataset = numbers(2);
        DataLoader loader =
            DataLoader.start(
                dataset,
                new BatchPlan(new SequentialSampler(2), 4, false),
                new Share(3, 4),
                LoaderOptions.DEFAULT,
                0,
                1);
        LoadedStep step = loader.next()) {
      assertNotNull(step);
      assertEquals(0, step.samples());
      assertEquals(2, step.globalSamples());
    }
  }

  @Test
  void closingInTheMiddleFreesWhatWasReadAhead() {
    try (TensorDataset dataset = numbers(100)) {
      for (int taken = 0; taken < 5; taken++) {
        try (DataLoader loader =
            DataLoader.start(
                dataset,
                new BatchPlan(new ShuffledSampler(100, 1), 3, true),
                Share.ALL,
                new LoaderOptions(2, 3),
                0,
                1_000_000)) {
          for (int i = 0; i < taken; i++) {
            loader.next().close();
          }
        }
        assertEquals(2, allocator.statistics().liveStorages());
      }
    }
  }

  @Test
  void theThreadWaitsWhenItIsFarEnoughAhead() throws Exception {
    AtomicInteger reads = new AtomicInteger();
    CountDownLatch ahead = new CountDownLatch(3);
    try (TensorDataset dataset = numbers(10)) {
      Dataset counted =
          new Forwarding(dataset) {
            @Override
            public Batch gather(long[] samples) {
              reads.incrementAndGet();
              ahead.countDown();
              return super.gather(samples);
            }
          };
      try (DataLoader loader =
          DataLoader.start(
              counted,
              new BatchPlan(new SequentialSampler(10), 1, false),
              Share.ALL,
              new LoaderOptions(0, 2),
              0,
              100)) {
        ahead.await();
        // Two are ready and the third waits in the thread's hand: nothing more is read.
        loader.next().close();
        assertTrue(reads.get() <= 4, "reads: " + reads);
      }
      assertTrue(reads.get() <= 4, "reads: " + reads);
    }
  }

  @Test
  void anErrorComesThroughWithItsCauseInItsTurn() {
    IllegalStateException broken = new IllegalStateException("disk on fire");
    try (TensorDataset dataset = numbers(10)) {
      Dataset failing =
          new Forwarding(dataset) {
            @Override
            public Batch gather(long[] samples) {
              Batch batch = super.gather(samples);
              if (samples[0] == 4) {
                throw broken;
              }
              return batch;
            }
          };
      try (DataLoader loader =
          DataLoader.start(
              failing,
              new BatchPlan(new SequentialSampler(10), 2, false),
              Share.ALL,
              LoaderOptions.DEFAULT,
              0,
              100)) {
        loader.next().close();
        loader.next().close();
        DataException error = assertThrows(DataException.class, loader::next);
        assertSame(broken, error.getCause());
        assertEquals(
            "reading the samples of step 2 failed: java.lang.IllegalStateException: disk on fire",
            error.getMessage());
        assertThrows(DataException.class, loader::next);
      }
    }
  }

  @Test
  void aSamplerOfAnotherSizeIsRefused() {
    try (TensorDataset dataset = numbers(10)) {
      BatchPlan plan = new BatchPlan(new SequentialSampler(11), 2, false);
      DataException error =
          assertThrows(
              DataException.class,
              () -> DataLoader.start(dataset, plan, Share.ALL, LoaderOptions.DEFAULT, 0, 1));
      assertEquals("the sampler is made for 11 samples, the data set has 10", error.getMessage());
    }
  }

  @Test
  void tensorDatasetsAreToldApartByContent() {
    try (TensorDataset one = numbers(10);
        TensorDataset same = numbers(10);
        TensorDataset other = numbers(11)) {
      assertEquals(one.fingerprint(), same.fingerprint());
      assertTrue(!one.fingerprint().equals(other.fingerprint()));
      assertThrows(DataException.class, () -> one.gather(new long[] {10}));
      try (Scope scope = Scope.open()) {
        Batch batch = one.gather(new long[] {9, 0});
        assertArrayEquals(new long[] {18, 19, 0, 1}, batch.inputs().toLongArray());
        assertEquals(
            "this batch has no tensor 'targets'; it has " + batch.tensors().keySet(),
            assertThrows(DataException.class, batch::targets).getMessage());
      }
    }
  }

  private static class Forwarding implements Dataset {
    private final Dataset inner;

    Forwarding(Dataset inner) {
      this.inner = inner;
    }

    @Override
    public long size() {
      return inner.size();
    }

    @Override
    public Batch gather(long[] samples) {
      return inner.gather(samples);
    }

    @Override
    public String fingerprint() {
      return inner.fingerprint();
    }

    @Override
    public void close() {
      inner.close();
    }
  }
}
