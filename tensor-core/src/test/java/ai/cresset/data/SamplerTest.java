package ai.cresset.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.error.ConfigException;
import ai.cresset.error.DataException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.LongStream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

@NullUnmarked
class SamplerTest {
  @Test
  void everySampleComesOnceInEveryEpoch() {
    for (long size : new long[] {1, 2, 3, 4, 5, 15, 16, 17, 63, 64, 65, 1000, 4097}) {
      for (long epoch = 0; epoch < 4; epoch++) {
        Sampler sampler = new ShuffledSampler(size, 7);
        boolean[] seen = new boolean[(int) size];
        for (long position = 0; position < size; position++) {
          int sample = (int) sampler.sample(epoch, position);
          assertTrue(!seen[sample], "size " + size + ", epoch " + epoch + ": twice " + sample);
          seen[sample] = true;
        }
      }
    }
  }

  @Test
  void seedAndEpochChangeTheOrder() {
    long[] base = order(new ShuffledSampler(100, 1), 0);
    assertArrayEquals(base, order(new ShuffledSampler(100, 1), 0));
    assertNotEquals(Arrays.toString(base), Arrays.toString(order(new ShuffledSampler(100, 2), 0)));
    assertNotEquals(Arrays.toString(base), Arrays.toString(order(new ShuffledSampler(100, 1), 1)));
    assertNotEquals(
        Arrays.toString(order(new ShuffledSampler(100, 2), 0)),
        Arrays.toString(order(new ShuffledSampler(100, 1), 1)));
  }

  @Test
  void ordersAreEquallyFrequent() {
    Map<String, Integer> counts = new HashMap<>();
    int trials = 24_000;
    for (int seed = 0; seed < trials; seed++) {
      counts.merge(Arrays.toString(order(new ShuffledSampler(4, seed), 0)), 1, Integer::sum);
    }
    assertEquals(24, counts.size());
    double chiSquare = 0;
    for (int count : counts.values()) {
      chiSquare += (count - 1000.0) * (count - 1000.0) / 1000;
    }
    assertTrue(chiSquare < 53, "chi square with 23 degrees of freedom: " + chiSquare);
  }

  @Test
  void placesOfHugeDataSetsAreComputedAtOnce() {
    long size = (1L << 60) + 3;
    Permutation permutation = new Permutation(size, 3, 5);
    long[] some = LongStream.range(0, 1000).map(permutation::at).toArray();
    assertEquals(1000, Arrays.stream(some).distinct().count());
    assertTrue(Arrays.stream(some).allMatch(at -> at >= 0 && at < size));
    assertThrows(IndexOutOfBoundsException.class, () -> permutation.at(size));
  }

  @Test
  void randomOffsetsCoverTheRangeEvenly() {
    RandomOffsets offsets = new RandomOffsets(10, 11);
    int[] counts = new int[10];
    for (long position = 0; position < 10_000; position++) {
      counts[(int) offsets.sample(0, position)]++;
    }
    for (int count : counts) {
      assertTrue(count > 880 && count < 1120, Arrays.toString(counts));
    }
    assertEquals(offsets.sample(0, 77), new RandomOffsets(10, 11).sample(0, 77));
    long huge = Long.MAX_VALUE - 5;
    long most =
        LongStream.range(0, 100).map(i -> new RandomOffsets(huge, 1).sample(0, i)).max().orElse(0);
    assertTrue(most > huge / 2 && most < huge, "largest of 100: " + most);
  }

  @Test
  void theGlobalBatchDoesNotDependOnTheNumberOfRanks() {
    BatchPlan plan = new BatchPlan(new ShuffledSampler(103, 5), 10, false);
    for (long step = 0; step < 23; step++) {
      DataPosition at = plan.position(step);
      long[] whole = plan.samples(at, Share.ALL);
      for (int worldSize : new int[] {2, 3, 4, 7, 16}) {
        long[] joined = new long[0];
        int shortest = Integer.MAX_VALUE;
        int longest = 0;
        for (int rank = 0; rank < worldSize; rank++) {
          long[] part = plan.samples(at, new Share(rank, worldSize));
          shortest = Math.min(shortest, part.length);
          longest = Math.max(longest, part.length);
          joined = LongStream.concat(Arrays.stream(joined), Arrays.stream(part)).toArray();
        }
        assertArrayEquals(whole, joined);
        assertTrue(longest - shortest <= 1);
      }
    }
  }

  @Test
  void everyEpochUsesOrDropsEachSampleOnce() {
    BatchPlan keep = new BatchPlan(new ShuffledSampler(103, 5), 10, false);
    BatchPlan drop = new BatchPlan(new ShuffledSampler(103, 5), 10, true);
    assertEquals(11, keep.stepsPerEpoch());
    assertEquals(10, drop.stepsPerEpoch());
    for (BatchPlan plan : new BatchPlan[] {keep, drop}) {
      for (long epoch = 0; epoch < 3; epoch++) {
        SampleTally used = SampleTally.NONE;
        for (long step = 0; step < plan.stepsPerEpoch(); step++) {
          DataPosition at = new DataPosition(epoch, step);
          assertEquals(step + 1 == plan.stepsPerEpoch(), plan.endsEpoch(at));
          used = used.plus(SampleTally.of(plan.samples(at, Share.ALL)));
        }
        SampleTally dropped = plan.dropped(epoch);
        assertEquals(plan.dropLast() ? 3 : 0, dropped.samples());
        assertEquals(SampleTally.all(103), used.plus(dropped));
      }
    }
    BatchPlan endless = new BatchPlan(new RandomOffsets(50, 5), 12, false);
    assertEquals(SampleTally.NONE, endless.dropped(0));
    assertEquals(new DataPosition(0, 1999), endless.position(1999));
  }

  @Test
  void aTallyTellsEachOnceFromTwiceAndNever() {
    assertEquals(SampleTally.all(4), SampleTally.of(2, 0, 3, 1));
    assertEquals(SampleTally.all(4), SampleTally.of(3, 1).plus(SampleTally.of(0, 2)));
    for (long[] wrong : new long[][] {{0, 0, 2, 3}, {1, 1, 1, 3}, {0, 1, 2, 4}, {0, 1, 2}}) {
      assertNotEquals(SampleTally.all(4), SampleTally.of(wrong), Arrays.toString(wrong));
    }
  }

  @Test
  void nothingToTrainOnIsRefused() {
    DataException small =
        assertThrows(DataException.class, () -> new BatchPlan(new SequentialSampler(3), 4, true));
    assertEquals(
        "the data set has 3 samples, fewer than one batch of 4, and dropLast leaves out short"
            + " batches; lower batchSize or switch dropLast off",
        small.getMessage());
    assertThrows(DataException.class, () -> new BatchPlan(new SequentialSampler(0), 4, false));
    assertThrows(ConfigException.class, () -> new BatchPlan(new SequentialSampler(9), 0, false));
    assertThrows(ConfigException.class, () -> new Share(2, 2));
    assertThrows(DataException.class, () -> new RandomOffsets(0, 1));
  }

  private static long[] order(Sampler sampler, long epoch) {
    return LongStream.range(0, sampler.epochSize())
        .map(position -> sampler.sample(epoch, position))
        .toArray();
  }
}
