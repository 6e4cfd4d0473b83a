package ai.cresset.backend;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The loops over several views of one shape, outermost first. Dimensions of size 1 are gone, and
 * neighbours that behave as one dimension in every view are merged.
 */
public final class LoopNest {
  private final List<Loop> loops;

  /** One loop: how often it runs, and how far each view moves, in elements. */
  public static final class Loop {
    private final long size;
    private final long[] strides;

    public Loop(long size, long... strides) {
      this.size = size;
      this.strides = strides;
    }

    public long size() {
      return size;
    }

    public long stride(int view) {
      return strides[view];
    }
  }

  private LoopNest(List<Loop> loops) {
    this.loops = loops;
  }

  /** The loops over views of the first one's shape, ordered by the strides of view {@code by}. */
  public static LoopNest sorted(int by, View... views) {
    List<Loop> loops = new ArrayList<>();
    for (int dim = 0; dim < views[0].shape().rank(); dim++) {
      loops.add(loop(dim, views));
    }
    return sorted(by, loops);
  }

  /** The loop over one dimension of the first view's shape. */
  public static Loop loop(int dim, View... views) {
    long[] strides = new long[views.length];
    for (int i = 0; i < views.length; i++) {
      strides[i] = views[i].strides().stride(dim);
    }
    return new Loop(views[0].shape().size(dim), strides);
  }

  /** The same from loops as they are. */
  public static LoopNest sorted(int by, List<Loop> unsorted) {
    List<Loop> loops = new ArrayList<>(unsorted);
    loops.removeIf(loop -> loop.size() == 1);
    loops.sort(Comparator.comparingLong((Loop loop) -> loop.stride(by)).reversed());
    return merged(loops);
  }

  /** The loops in the order given, merged where possible. */
  public static LoopNest ordered(List<Loop> unmerged) {
    List<Loop> loops = new ArrayList<>(unmerged);
    loops.removeIf(loop -> loop.size() == 1);
    return merged(loops);
  }

  private static LoopNest merged(List<Loop> loops) {
    for (int i = loops.size() - 1; i > 0; i--) {
      if (merges(loops.get(i - 1), loops.get(i))) {
        Loop inner = loops.remove(i);
        Loop outer = loops.get(i - 1);
        loops.set(i - 1, new Loop(outer.size() * inner.size(), inner.strides));
      }
    }
    return new LoopNest(loops);
  }

  private static boolean merges(Loop outer, Loop inner) {
    for (int view = 0; view < inner.strides.length; view++) {
      if (outer.stride(view) != inner.stride(view) * inner.size()) {
        return false;
      }
    }
    return true;
  }

  public int rank() {
    return loops.size();
  }

  public Loop loop(int index) {
    return loops.get(index);
  }

  /** How often all loops together run. */
  public long count() {
    long count = 1;
    for (Loop loop : loops) {
      count *= loop.size();
    }
    return count;
  }

  /** This nest without one loop. */
  public LoopNest without(int index) {
    List<Loop> rest = new ArrayList<>(loops);
    rest.remove(index);
    return new LoopNest(rest);
  }

  /** A walk through all loops, in order, from number {@code start}. */
  public Cursor cursor(int views, long start) {
    return new Cursor(loops, views, start);
  }

  /** A position in a nest, with each view's distance from its first element. */
  public static final class Cursor {
    private final List<Loop> loops;
    private final long[] position;
    private final long[] offsets;

    private Cursor(List<Loop> loops, int views, long start) {
      this.loops = loops;
      this.position = new long[loops.size()];
      this.offsets = new long[views];
      long rest = start;
      for (int i = loops.size() - 1; i >= 0; i--) {
        Loop loop = loops.get(i);
        position[i] = rest % loop.size();
        rest /= loop.size();
        move(loop, position[i]);
      }
    }

    private void move(Loop loop, long steps) {
      for (int view = 0; view < offsets.length; view++) {
        offsets[view] += steps * loop.stride(view);
      }
    }

    public long offset(int view) {
      return offsets[view];
    }

    /** Steps on; after the last position comes the first. */
    public void advance() {
      for (int i = position.length - 1; i >= 0; i--) {
        Loop loop = loops.get(i);
        move(loop, 1);
        if (++position[i] < loop.size()) {
          return;
        }
        move(loop, -loop.size());
        position[i] = 0;
      }
    }
  }
}
