package ai.cresset.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.cresset.data.BatchPlan;
import ai.cresset.data.DataPosition;
import ai.cresset.data.LoadedStep;
import ai.cresset.data.RandomOffsets;
import ai.cresset.data.SampleCounts;
import ai.cresset.data.SampleTally;
import ai.cresset.data.Sampler;
import ai.cresset.data.Share;
import ai.cresset.data.ShuffledSampler;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

@NullUnmarked
class SampleAccountTest {
  private static LoadedStep step(BatchPlan plan, long step) {
    DataPosition at = plan.position(step);
    long[] samples = plan.samples(at, Share.ALL);
    return new LoadedStep(step, at, samples.length, SampleTally.of(samples), List.of());
  }

  private static SampleCounts counts(BatchPlan plan, int steps) {
    SampleAccount account = new SampleAccount(plan, new SingleDevice());
    for (int step = 0; step < steps; step++) {
      account.add(step(plan, step));
    }
    return account.counts();
  }

  @Test
  void endedEpochsAreComparedWithTheDataSet() {
    BatchPlan keep = new BatchPlan(new ShuffledSampler(103, 5), 10, false);
    BatchPlan drop = new BatchPlan(new ShuffledSampler(103, 5), 10, true);
    assertEquals(SampleCounts.NONE, counts(keep, 0));
    assertEquals(new SampleCounts(103, 0, 1, 1), counts(keep, 11));
    assertEquals(new SampleCounts(103 + 20, 0, 1, 1), counts(keep, 13));
    assertEquals(new SampleCounts(100, 3, 1, 1), counts(drop, 10));
    assertEquals(new SampleCounts(230, 6, 2, 2), counts(drop, 23));
    BatchPlan endless = new BatchPlan(new RandomOffsets(50, 5), 12, false);
    assertEquals(new SampleCounts(24_000, 0, 0, 0), counts(endless, 2000));
  }

  /** Sample 7 in place of sample 3, in every second epoch. */
  private record Careless(Sampler shuffled) implements Sampler {
    @Override
    public long datasetSize() {
      return shuffled.datasetSize();
    }

    @Override
    public long epochSize() {
      return shuffled.epochSize();
    }

    @Override
    public long sample(long epoch, long position) {
      long sample = shuffled.sample(epoch, position);
      return sample == 3 && epoch % 2 == 1 ? 7 : sample;
    }

    @Override
    public String description() {
      return "careless";
    }
  }

  @Test
  void aSampleInPlaceOfAnotherIsFoundOut() {
    BatchPlan plan = new BatchPlan(new Careless(new ShuffledSampler(20, 1)), 6, false);
    SampleCounts counts = counts(plan, 12);
    assertEquals(new SampleCounts(60, 0, 3, 2), counts);
    assertEquals(
        "60 rows of 20 used, 0 dropped; each exactly once in 2 of 3 epochs",
        counts.describe("rows", 20));
    assertEquals(
        "12 rows of 20 used, 0 dropped", new SampleCounts(12, 0, 0, 0).describe("rows", 20));
  }

  @Test
  void aResumedAccountKnowsTheOpenEpoch() {
    BatchPlan plan = new BatchPlan(new ShuffledSampler(103, 5), 10, false);
    SampleAccount first = new SampleAccount(plan, new SingleDevice());
    for (int step = 0; step < 15; step++) {
      first.add(step(plan, step));
    }
    SampleAccount second = new SampleAccount(plan, new SingleDevice());
    second.state(first.state());
    assertEquals(new SampleCounts(143, 0, 1, 1), second.counts());
    for (int step = 15; step < 22; step++) {
      second.add(step(plan, step));
    }
    assertEquals(new SampleCounts(206, 0, 2, 2), second.counts());
  }
}
