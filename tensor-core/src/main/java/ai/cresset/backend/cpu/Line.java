package ai.cresset.backend.cpu;

import ai.cresset.backend.LoopNest;
import ai.cresset.backend.View;
import java.util.ArrayList;
import java.util.List;

/**
 * Views of one shape seen along a dimension: the line that runs along it, and the loops over lines.
 * Views after the first may have size 1 there.
 *
 * @param loop the steps along a line
 * @param others the loops over lines, ordered by the first view's strides
 */
record Line(LoopNest.Loop loop, LoopNest others) {
  static Line along(int dim, View... views) {
    LoopNest.Loop line = new LoopNest.Loop(1, new long[views.length]);
    List<LoopNest.Loop> loops = new ArrayList<>();
    for (int other = 0; other < views[0].shape().rank(); other++) {
      LoopNest.Loop loop = LoopNest.loop(other, views);
      if (other == dim) {
        line = loop;
      } else {
        loops.add(loop);
      }
    }
    return new Line(line, LoopNest.sorted(0, loops));
  }

  long length() {
    return loop.size();
  }

  /** The distance of neighbours in a view. */
  long stride(int view) {
    return loop.stride(view);
  }

  /** Whether neighbours on a line are closer in memory than neighbouring lines. */
  boolean isInnermost() {
    int rank = others.rank();
    return rank == 0 || stride(0) <= others.loop(rank - 1).stride(0);
  }
}
