package ai.cresset.parallel.zero;

import java.util.ArrayList;
import java.util.List;

/**
 * A step of a pass that all ranks of a group take in the same order.
 *
 * @param kind what is done
 * @param unit to which unit, by its index
 */
record Action(Kind kind, int unit) {
  /** What can be done to a unit. */
  enum Kind {
    /** Its elements are sent to whoever runs it. */
    GATHER,
    /** Its gradients are sent to whoever keeps their parts. */
    REDUCE
  }

  boolean isGather() {
    return kind == Kind.GATHER;
  }

  /**
   * The order with prefetching: what is gathered right after gradients were sent goes before them,
   * so that it travels while those gradients are computed.
   */
  static List<Action> prefetching(List<Action> order) {
    List<Action> result = new ArrayList<>();
    List<Action> reductions = new ArrayList<>();
    for (Action action : order) {
      if (!action.isGather()) {
        reductions.add(action);
        continue;
      }
      boolean same = reductions.stream().anyMatch(each -> each.unit() == action.unit());
      if (same) {
        result.addAll(reductions);
        result.add(action);
      } else {
        result.add(action);
        result.addAll(reductions);
      }
      reductions.clear();
    }
    result.addAll(reductions);
    return List.copyOf(result);
  }
}
