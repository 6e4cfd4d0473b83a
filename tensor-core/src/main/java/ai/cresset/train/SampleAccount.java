package ai.cresset.train;

import ai.cresset.data.BatchPlan;
import ai.cresset.data.LoadedStep;
import ai.cresset.data.SampleCounts;
import ai.cresset.data.SampleTally;
import java.nio.ByteBuffer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Counts what the ranks train on, sample by sample, and compares each ended epoch with the data
 * set. Called alike on every rank.
 */
final class SampleAccount {
  private final BatchPlan plan;
  private final Strategy strategy;
  private SampleCounts ended = SampleCounts.NONE;
  private SampleTally mine = SampleTally.NONE;
  private @Nullable SampleTally all; // made when an epoch ends: many never do

  SampleAccount(BatchPlan plan, Strategy strategy) {
    this.plan = plan;
    this.strategy = strategy;
  }

  /** A step was done. */
  void add(LoadedStep step) {
    if (strategy.leadsShare()) {
      mine = mine.plus(step.tally());
    }
    if (plan.endsEpoch(step.position())) {
      SampleTally used = ofAllRanks();
      SampleTally dropped = plan.dropped(step.position().epoch());
      ended =
          new SampleCounts(
              ended.used() + used.samples(),
              ended.dropped() + dropped.samples(),
              ended.epochs() + 1,
              ended.exactEpochs() + (used.plus(dropped).equals(all()) ? 1 : 0));
      mine = SampleTally.NONE;
    }
  }

  private SampleTally all() {
    if (all == null) {
      all = SampleTally.all(plan.sampler().datasetSize());
    }
    return all;
  }

  private SampleTally ofAllRanks() {
    byte[] bytes = ByteBuffer.allocate(16).putLong(mine.samples()).putLong(mine.hashes()).array();
    SampleTally total = SampleTally.NONE;
    for (byte[] each : strategy.gather(bytes)) {
      ByteBuffer theirs = ByteBuffer.wrap(each);
      total = total.plus(new SampleTally(theirs.getLong(), theirs.getLong()));
    }
    return total;
  }

  /** The account so far, the epoch under way included. */
  SampleCounts counts() {
    return new SampleCounts(
        ended.used() + ofAllRanks().samples(),
        ended.dropped(),
        ended.epochs(),
        ended.exactEpochs());
  }

  /** What a checkpoint stores. */
  Map<String, Long> state() {
    SampleTally open = ofAllRanks();
    return Map.of(
        "used", ended.used(),
        "dropped", ended.dropped(),
        "epochs", ended.epochs(),
        "exact_epochs", ended.exactEpochs(),
        "epoch_used", open.samples(),
        "epoch_hashes", open.hashes());
  }

  /** Goes on from a checkpoint, whatever the number of ranks was. */
  void state(Map<String, Long> stored) {
    ended =
        new SampleCounts(
            stored.getOrDefault("used", 0L),
            stored.getOrDefault("dropped", 0L),
            stored.getOrDefault("epochs", 0L),
            stored.getOrDefault("exact_epochs", 0L));
    mine =
        strategy.isCoordinator()
            ? new SampleTally(
                stored.getOrDefault("epoch_used", 0L), stored.getOrDefault("epoch_hashes", 0L))
            : SampleTally.NONE;
  }
}
