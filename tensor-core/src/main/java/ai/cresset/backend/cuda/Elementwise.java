package ai.cresset.backend.cuda;

import ai.cresset.backend.LoopNest;
import ai.cresset.backend.View;
import ai.cresset.type.DType;
import ai.cresset.type.Strides;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How threads walk over views of one shape: each takes a pack of neighbours, which views that are
 * dense and aligned move in one instruction.
 *
 * @param access for each view how a pack is reached: {@code V} as one, {@code U} one element for
 *     all, {@code S} element by element
 * @param width elements of a pack; 1 unless every view is {@code V} or {@code U}
 * @param nest the loops, or null where all views are dense in the same order
 * @param numbered whether the nest's last view counts row-major element numbers
 * @param narrow whether 32 bits hold every distance
 * @param count elements
 */
record Elementwise(
    String access,
    int width,
    @Nullable LoopNest nest,
    boolean numbered,
    boolean narrow,
    long count) {
  private static final int PACK_BYTES = 16;
  private static final int WIDEST = 16;

  /** The walk over these views, the first of which is written. */
  static Elementwise over(List<View> views, boolean numbered) {
    View first = views.get(0);
    long count = first.numel();
    int width = width(views);
    if (dense(views, width)) {
      return new Elementwise(
          "V".repeat(views.size()), width, null, false, count <= Integer.MAX_VALUE, count);
    }
    LoopNest nest = nest(views, numbered);
    boolean narrow = narrow(nest, views.size() + (numbered ? 1 : 0));
    for (; width > 1; width /= 2) {
      String access = access(nest, views, width);
      if (access != null) {
        boolean flat = nest.rank() == 1 && !numbered;
        return flat
            ? new Elementwise(access, width, null, false, narrow, count)
            : new Elementwise(access, width, nest, numbered, narrow, count);
      }
    }
    return new Elementwise("S".repeat(views.size()), 1, nest, numbered, narrow, count);
  }

  private static int width(List<View> views) {
    int bytes = 1;
    for (View view : views) {
      bytes = Math.max(bytes, view.dtype().bytes());
    }
    return Math.min(WIDEST, PACK_BYTES / bytes);
  }

  private static boolean dense(List<View> views, int width) {
    for (View view : views) {
      if (!view.isContiguous() || !aligned(view, width)) {
        return false;
      }
    }
    return true;
  }

  private static boolean aligned(View view, int width) {
    return view.address() % ((long) width * view.dtype().bytes()) == 0;
  }

  private static LoopNest nest(List<View> views, boolean numbered) {
    View first = views.get(0);
    Strides numbers = Strides.contiguous(first.shape());
    int count = views.size() + (numbered ? 1 : 0);
    List<LoopNest.Loop> loops = new ArrayList<>();
    for (int dim = 0; dim < first.shape().rank(); dim++) {
      long[] strides = new long[count];
      for (int i = 0; i < views.size(); i++) {
        strides[i] = views.get(i).strides().stride(dim);
      }
      if (numbered) {
        strides[count - 1] = numbers.stride(dim);
      }
      loops.add(new LoopNest.Loop(first.shape().size(dim), strides));
    }
    return LoopNest.sorted(0, loops);
  }

  private static boolean narrow(LoopNest nest, int views) {
    if (nest.count() > Integer.MAX_VALUE) {
      return false;
    }
    for (int view = 0; view < views; view++) {
      long reach = 0;
      for (int i = 0; i < nest.rank(); i++) {
        reach += (nest.loop(i).size() - 1) * nest.loop(i).stride(view);
      }
      if (reach > Integer.MAX_VALUE) {
        return false;
      }
    }
    return true;
  }

  /** How packs of this width are reached, or null if they cannot be. */
  private static @Nullable String access(LoopNest nest, List<View> views, int width) {
    int last = nest.rank() - 1;
    if (last < 0 || (last > 0 && nest.loop(last).size() % width != 0)) {
      return null;
    }
    StringBuilder access = new StringBuilder();
    for (int i = 0; i < views.size(); i++) {
      long stride = nest.loop(last).stride(i);
      if (stride == 0) {
        access.append('U');
        continue;
      }
      if (stride != 1 || !aligned(views.get(i), width)) {
        return null;
      }
      for (int dim = 0; dim < last; dim++) {
        if (nest.loop(dim).stride(i) % width != 0) {
          return null;
        }
      }
      access.append('V');
    }
    return access.toString();
  }

  /** Packs, the last of which may be shorter in a walk without a nest. */
  long packs() {
    return (count + width - 1) / width;
  }

  /** What the source of a kernel depends on, besides the views' types. */
  String variant() {
    return access + width + (nest == null ? "f" : "n") + (narrow ? "32" : "64");
  }

  /** The type of indexes in the kernel. */
  String index() {
    return narrow ? "u32" : "i64";
  }

  /** Views of the nest. */
  int nestViews() {
    return access.length() + (numbered ? 1 : 0);
  }

  /** The unsigned type of elements that are only moved. */
  static String bits(DType dtype) {
    return "u" + 8 * dtype.bytes();
  }
}
