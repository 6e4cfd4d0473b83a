package ai.cresset.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.data.transform.Draws;
import ai.cresset.data.transform.Transform;
import ai.cresset.error.DataException;
import ai.cresset.error.ShapeException;
import ai.cresset.memory.Allocator;
import ai.cresset.memory.Scope;
import ai.cresset.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@NullUnmarked
class SampleDatasetTest {
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

  /** Sample i is i, and its label 10 * i. */
  private record Numbers(long size) implements SampleDataset {
    @Override
    public Sample get(long index, long epoch) {
      if (index == 13) {
        throw new IllegalStateException("a black cat");
      }
      return Sample.of(Tensor.of(new float[] {index, epoch}, 2), 10 * index);
    }

    @Override
    public String describe(long index) {
      return "number " + index;
    }

    @Override
    public String fingerprint() {
      return "numbers";
    }
  }

  private static final class Noise implements Transform {
    @Override
    public Tensor apply(Tensor value, Draws draws) {
      return value.add(draws.uniform());
    }

    @Override
    public String toString() {
      return "noise";
    }
  }

  private static List<String> read(DataLoader loader) {
    List<String> seen = new ArrayList<>();
    while (true) {
      try (Scope scope = Scope.open("step")) {
        LoadedStep step = loader.next();
        if (step == null) {
          return seen;
        }
        for (Batch batch : step.microBatches()) {
          seen.add(
              step.step()
                  + " "
                  + Arrays.toString(batch.inputs().toFloatArray())
                  + Arrays.toString(batch.targets().toLongArray()));
        }
      }
    }
  }

  @Test
  void batchesDoNotDependOnTheNumberOfThreads() {
    List<String> alone = null;
    for (int workers : new int[] {1, 2, 5}) {
      try (Dataset dataset = new Numbers(12).transformed(new Noise(), 7).collated();
          DataLoader loader =
              DataLoader.start(
                  dataset,
                  new BatchPlan(new ShuffledSampler(12, 3), 5, false),
                  Share.ALL,
                  new LoaderOptions(2, 1).withWorkers(workers),
                  2,
                  20)) {
        List<String> seen = read(loader);
        assertEquals(18, seen.stream().map(each -> each.split(" ")[0]).distinct().count());
        if (alone == null) {
          alone = seen;
        }
        assertEquals(alone, seen, workers + " workers");
      }
    }
  }

  @Test
  void aRandomTransformFollowsFromSeedEpochAndSample() {
    try (Scope scope = Scope.open();
        Dataset one = new Numbers(12).transformed(new Noise(), 7).collated();
        Dataset other = new Numbers(12).transformed(new Noise(), 8).collated()) {
      float[] whole = one.gather(new long[] {1, 2, 3}, 4).inputs().toFloatArray();
      float[] part = one.gather(new long[] {3}, 4).inputs().toFloatArray();
      assertArrayEquals(part, Arrays.copyOfRange(whole, 4, 6));
      assertNotEquals(part[0], one.gather(new long[] {3}, 5).inputs().toFloatArray()[0]);
      assertNotEquals(part[0], other.gather(new long[] {3}, 4).inputs().toFloatArray()[0]);
      assertNotEquals(one.fingerprint(), other.fingerprint());
    }
  }

  @Test
  void anErrorNamesTheSampleAndItsSource() {
    for (int workers : new int[] {1, 3}) {
      try (Dataset dataset = new Numbers(30).collated();
          DataLoader loader =
              DataLoader.start(
                  dataset,
                  new BatchPlan(new SequentialSampler(30), 4, false),
                  Share.ALL,
                  LoaderOptions.DEFAULT.withWorkers(workers),
                  0,
                  7)) {
        for (int step = 0; step < 3; step++) {
          loader.next().close();
        }
        DataException error = assertThrows(DataException.class, loader::next);
        assertEquals(
            "reading the samples of step 3 failed: sample 13 (number 13):"
                + " java.lang.IllegalStateException: a black cat",
            error.getMessage());
        assertThrows(DataException.class, loader::next);
      }
    }
  }

  @Test
  void samplesOfDifferentShapesAreRefused() {
    try (Scope scope = Scope.open()) {
      ShapeException error =
          assertThrows(
              ShapeException.class,
              () ->
                  Collate.STACK.collate(
                      List.of(Sample.of(Tensor.ones(2)), Sample.of(Tensor.ones(3)))));
      assertTrue(
          error.getMessage().contains("float32[3] in sample 1 of the batch"), error.getMessage());
    }
  }

  @Test
  void samplesThatCannotBeReadAreLeftOutAndCounted() {
    Numbers numbers = new Numbers(16);
    SampleDataset careful =
        new SampleDataset() {
          @Override
          public long size() {
            return 16;
          }

          @Override
          public Sample get(long index, long epoch) {
            if (index == 4) {
              throw DataException.because("torn");
            }
            return Sample.of(Tensor.ones(1));
          }

          @Override
          public String fingerprint() {
            return "";
          }
        };
    ValidSamples valid = ValidSamples.of(careful, true);
    assertEquals(15, valid.samples().length);
    assertEquals(1, valid.skipped());
    assertEquals(List.of("sample 4: torn"), valid.reasons());
    assertEquals(
        "sample 4: torn",
        assertThrows(DataException.class, () -> ValidSamples.of(careful, false)).getMessage());
    assertThrows(IllegalStateException.class, () -> ValidSamples.of(numbers, true));
  }

  @Test
  void aStreamIsReadInOrderByAnyNumberOfThreadsAndFromAnyPlace() {
    AtomicInteger made = new AtomicInteger();
    IterableDataset stream =
        IterableDataset.of(
            epoch -> LongStream.range(0, 11).map(i -> 100 * epoch + i).boxed(),
            number -> {
              made.incrementAndGet();
              return Sample.of(Tensor.of(new float[] {number}, 1), number);
            });
    List<String> whole = null;
    for (int workers : new int[] {1, 4}) {
      try (DataLoader loader =
          DataLoader.start(
              stream,
              new StreamPlan(4, false, Collate.STACK, new DataPosition(0, 0), 2),
              Share.ALL,
              LoaderOptions.DEFAULT.withWorkers(workers))) {
        List<String> seen = read(loader);
        assertEquals(6, seen.size());
        assertEquals("2 [8.0, 9.0, 10.0][8, 9, 10]", seen.get(2));
        assertEquals("3 [100.0, 101.0, 102.0, 103.0][100, 101, 102, 103]", seen.get(3));
        whole = whole == null ? seen : whole;
        assertEquals(whole, seen);
      }
    }
    made.set(0);
    try (DataLoader loader =
        DataLoader.start(
            stream,
            new StreamPlan(4, true, Collate.STACK, new DataPosition(1, 1), 2),
            new Share(1, 2),
            LoaderOptions.DEFAULT)) {
      assertEquals(List.of("0 [106.0, 107.0][106, 107]"), read(loader));
    }
    assertEquals(2, made.get());
  }

  @Test
  void aStreamWithoutABatchIsRefusedAndOneLeftEarlyIsClosed() {
    AtomicInteger closed = new AtomicInteger();
    IterableDataset stream =
        IterableDataset.of(
            epoch -> LongStream.range(0, 3).boxed().onClose(closed::incrementAndGet),
            number -> Sample.of(Tensor.ones(1), number));
    try (DataLoader loader =
        DataLoader.start(
            stream,
            new StreamPlan(4, true, Collate.STACK, new DataPosition(0, 0), 1),
            Share.ALL,
            LoaderOptions.DEFAULT)) {
      DataException error = assertThrows(DataException.class, loader::next);
      assertTrue(
          error.getMessage().contains("has 3 samples, fewer than one batch of 4"),
          error.getMessage());
    }
    assertEquals(1, closed.get());
  }

  @Test
  void partsAndSumsOfDatasets() {
    try (Scope scope = Scope.open();
        Dataset first = new Numbers(5).collated();
        Dataset second = new Numbers(7).collated();
        ConcatDataset both = new ConcatDataset(List.of(first, second))) {
      assertEquals(12, both.size());
      Batch batch = both.gather(new long[] {6, 0, 11, 4}, 2);
      assertArrayEquals(new long[] {10, 0, 60, 40}, batch.targets().toLongArray());
      assertArrayEquals(
          new float[] {1, 2, 0, 2, 6, 2, 4, 2}, batch.inputs().toFloatArray(), "epoch 2");
      assertThrows(DataException.class, () -> both.gather(new long[] {12}));

      Subset part = new Subset(both, 9, 3);
      assertArrayEquals(
          new long[] {30, 40}, part.gather(new long[] {1, 0}).targets().toLongArray());
      assertNotEquals(part.fingerprint(), new Subset(both, 3, 9).fingerprint());
      assertThrows(DataException.class, () -> new Subset(both, 12));

      List<Subset> split = RandomSplit.of(both, 5, 0.5, 0.3, 0.2);
      assertEquals(List.of(7L, 3L, 2L), split.stream().map(Subset::size).toList());
      assertArrayEquals(
          LongStream.range(0, 12).toArray(),
          split.stream().flatMapToLong(each -> Arrays.stream(each.samples())).sorted().toArray());
      assertThrows(DataException.class, () -> RandomSplit.of(both, 5, 6, 7));

      try (StackDataset stack =
          new StackDataset(
              List.of(first, new TensorDataset(Map.of("weight", Tensor.ones(5, 1)))))) {
        assertEquals(3, stack.gather(new long[] {2}).tensors().size());
      }
      assertThrows(DataException.class, () -> new StackDataset(List.of(first, second)));
    }
  }

  @Test
  void weightedDrawsFollowTheirWeights() {
    WeightedSampler sampler = new WeightedSampler(new double[] {1, 0, 3, 0, 0}, 8000, 5);
    int[] counts = new int[5];
    for (long place = 0; place < sampler.epochSize(); place++) {
      counts[(int) sampler.sample(1, place)]++;
    }
    assertEquals(8000, counts[0] + counts[2]);
    assertTrue(Math.abs(counts[0] - 2000) < 200, Arrays.toString(counts));
    int[] classes = {0, 0, 0, 0, 0, 0, 0, 1};
    WeightedSampler balanced = WeightedSampler.balanced(classes, 1);
    long rare = 0;
    for (long epoch = 0; epoch < 500; epoch++) {
      for (long place = 0; place < 8; place++) {
        rare += balanced.sample(epoch, place) == 7 ? 1 : 0;
      }
    }
    assertTrue(Math.abs(rare - 2000) < 200, "rare: " + rare);
    assertArrayEquals(new double[] {8 / 14.0, 4}, ClassWeights.balanced(classes), 1e-12);
    assertThrows(DataException.class, () -> new WeightedSampler(new double[] {0}, 1, 0));
    assertThrows(DataException.class, () -> new WeightedSampler(new double[] {1, -1}, 1, 0));
  }

  @Test
  void aDistributedSamplerCutsAsPyTorchDoes() {
    // list(DistributedSampler(range(10), 4, rank, shuffle=False, drop_last=...))
    long[][] filled = {{0, 4, 8}, {1, 5, 9}, {2, 6, 0}, {3, 7, 1}};
    for (int rank = 0; rank < 4; rank++) {
      DistributedSampler sampler =
          new DistributedSampler(new SequentialSampler(10), rank, 4, false);
      assertArrayEquals(filled[rank], all(sampler));
      DistributedSampler dropping =
          new DistributedSampler(new SequentialSampler(10), rank, 4, true);
      assertArrayEquals(Arrays.copyOf(filled[rank], 2), all(dropping));
    }
    long[] subset = all(new SubsetRandomSampler(10, new long[] {2, 5, 7}, 3));
    assertArrayEquals(new long[] {2, 5, 7}, Arrays.stream(subset).sorted().toArray());
  }

  private static long[] all(Sampler sampler) {
    return LongStream.range(0, sampler.epochSize()).map(i -> sampler.sample(0, i)).toArray();
  }

  @Test
  void drawsHaveTheirDistributions() {
    double sum = 0;
    double squares = 0;
    double betas = 0;
    int count = 20_000;
    int[] first = new int[3];
    for (int sample = 0; sample < count; sample++) {
      Draws draws = new Draws(1, 2, sample);
      double normal = draws.normal();
      sum += normal;
      squares += normal * normal;
      betas += draws.beta(0.4, 0.8);
      first[draws.permutation(3)[0]]++;
    }
    assertEquals(0, sum / count, 0.03);
    assertEquals(1, squares / count, 0.05);
    assertEquals(1 / 3.0, betas / count, 0.01);
    assertTrue(Arrays.stream(first).allMatch(each -> each > 6400 && each < 6930));
  }
}
