package ai.cresset.spark.launch;

import ai.cresset.error.CommunicationException;
import ai.cresset.parallel.comm.Rendezvous;
import java.util.List;
import org.apache.spark.BarrierTaskContext;

/** Ranks find each other through the barrier of their stage. An exchange takes about a second. */
final class BarrierRendezvous implements Rendezvous {
  private final BarrierTaskContext task;
  private final RankPlacement placement;
  private final int attempt;

  BarrierRendezvous(BarrierTaskContext task, RankPlacement placement, int attempt) {
    this.task = task;
    this.placement = placement;
    this.attempt = attempt;
  }

  @Override
  public int rank() {
    return placement.rankOf(task.partitionId());
  }

  @Override
  public int worldSize() {
    return placement.tasks().size();
  }

  @Override
  public int attempt() {
    return attempt;
  }

  @Override
  public List<String> exchange(String line) {
    String[] lines;
    try {
      lines = task.allGather(line);
    } catch (Exception e) { // Scala code throws checked exceptions without saying so
      throw CommunicationException.because("the rendezvous of the workers failed: " + e, e);
    }
    if (lines.length != worldSize()) {
      throw CommunicationException.because(
          "the rendezvous gave " + lines.length + " lines for " + worldSize() + " workers");
    }
    return placement.inRankOrder(lines);
  }
}
