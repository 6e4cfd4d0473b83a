package ai.cresset.parallel.pipeline.schedule;

import ai.cresset.error.ConfigException;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What every rank of a pipeline does in one step, in order. The same lists are checked, simulated
 * and run.
 *
 * @param shape the sizes
 * @param ranks the actions of each rank
 */
public record Schedule(PipelineShape shape, List<List<Action>> ranks) {
  public Schedule {
    ranks = ranks.stream().map(List::copyOf).toList();
    if (ranks.size() != shape.ranks()) {
      throw ConfigException.value(
          "lists of actions", ranks.size(), "one for each of " + shape.ranks() + " ranks");
    }
  }

  /** Forward passes alone, with their messages: what an evaluation runs. */
  public static Schedule forwardOnly(PipelineShape shape) {
    Schedule whole = ScheduleKind.GPIPE.computations(shape);
    List<List<Action>> ranks =
        whole.ranks().stream()
            .map(actions -> actions.subList(0, shape.chunks() * shape.microBatches()))
            .toList();
    return CommunicationPass.insert(new Schedule(shape, ranks));
  }

  /** The actions of a rank. */
  public List<Action> of(int rank) {
    return ranks.get(rank);
  }

  /** The ranks one below the other, each with its actions: {@code 0F0 0F1 0B0 ...}. */
  @Override
  public String toString() {
    return ranks.stream()
        .map(actions -> actions.stream().map(Action::toString).collect(Collectors.joining(" ")))
        .collect(Collectors.joining("\n"));
  }
}
