package ai.cresset.parallel.pipeline.schedule;

import java.util.ArrayList;
import java.util.List;

/**
 * Orders that begin with some forward passes, then take a forward and a backward pass in turns, and
 * end with backward passes. With several chunks, micro-batches go round the ranks in groups: a
 * group passes all chunks before the next one begins.
 */
final class AlternatingOrder {
  private final PipelineShape shape;
  private final int rank;
  private final int total;
  private final int group;
  private final List<Action> actions = new ArrayList<>();

  private AlternatingOrder(PipelineShape shape, int rank) {
    this.shape = shape;
    this.rank = rank;
    this.total = shape.microBatches() * shape.chunks();
    int rounds = Math.max(1, shape.microBatches() / shape.ranks());
    this.group = (shape.microBatches() + rounds - 1) / rounds;
  }

  /** One forward, one backward: rank r has {@code ranks - r} micro-batches under way. */
  static List<Action> oneChunk(PipelineShape shape, int rank) {
    return new AlternatingOrder(shape, rank).whole(shape.ranks() - rank - 1);
  }

  /** With several chunks, twice as far ahead, as a micro-batch goes round more than once. */
  static List<Action> interleaved(PipelineShape shape, int rank) {
    AlternatingOrder order = new AlternatingOrder(shape, rank);
    return order.whole(2 * (shape.ranks() - rank - 1) + order.ahead());
  }

  /**
   * Weight gradients of a rank wait while {@code rank} more input gradients are made, so that the
   * ranks before can begin; those of the last micro-batches fill the end.
   */
  static List<Action> zeroBubble(PipelineShape shape, int rank) {
    AlternatingOrder order = new AlternatingOrder(shape, rank);
    return order.split(shape.ranks() - rank - 1 + order.ahead());
  }

  /** Forward passes of all chunks but the last of the first group. */
  private int ahead() {
    return (shape.chunks() - 1) * group;
  }

  private List<Action> whole(int wanted) {
    int warmUp = Math.min(wanted, total);
    for (int i = 0; i < total + warmUp; i++) {
      if (i < total) {
        actions.add(at(Action.Kind.FORWARD, i));
      }
      if (i >= warmUp) {
        actions.add(at(Action.Kind.BACKWARD, i - warmUp));
      }
    }
    return actions;
  }

  private List<Action> split(int wanted) {
    int warmUp = Math.min(wanted, total);
    int weights = 0;
    for (int i = 0; i < total + warmUp; i++) {
      if (i < total) {
        actions.add(at(Action.Kind.FORWARD, i));
      }
      if (i >= warmUp) {
        actions.add(at(Action.Kind.BACKWARD_INPUT, i - warmUp));
        if (i - warmUp >= rank) {
          actions.add(at(Action.Kind.BACKWARD_WEIGHT, weights));
          weights++;
        }
      }
    }
    while (weights < total) {
      actions.add(at(Action.Kind.BACKWARD_WEIGHT, weights));
      weights++;
    }
    return actions;
  }

  /** The {@code index}-th of a kind: groups of micro-batches, in each all chunks in turn. */
  private Action at(Action.Kind kind, int index) {
    int round = index / (group * shape.chunks());
    int first = round * group;
    int size = Math.min(group, shape.microBatches() - first);
    int within = index - first * shape.chunks();
    int turn = within / size;
    int chunk = kind == Action.Kind.FORWARD ? turn : shape.chunks() - 1 - turn;
    return new Action(kind, shape.stage(rank, chunk), first + within % size);
  }
}
