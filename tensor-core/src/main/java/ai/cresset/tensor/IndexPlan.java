package ai.cresset.tensor;

import ai.cresset.error.ShapeException;
import ai.cresset.memory.Scope;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An index expression applied to a tensor: a view by its basic indices, and beside it the tensors
 * of positions for the view's dimensions, if there are any. Positions follow PyTorch: they
 * broadcast together; their common shape takes the place of their dimensions where those are
 * neighbours, and goes first otherwise.
 */
final class IndexPlan {
  private final Tensor view;
  private final @Nullable Tensor[] positions;

  private IndexPlan(Tensor view, @Nullable Tensor[] positions) {
    this.view = view;
    this.positions = positions;
  }

  /** Applies the basic indices and collects the others. */
  static IndexPlan of(Tensor x, Index... indices) {
    int used = 0;
    int ellipses = 0;
    for (Index index : indices) {
      used += dims(index);
      ellipses += index instanceof Index.Ellipsis ? 1 : 0;
    }
    if (used > x.rank()) {
      throw ShapeException.mismatch(
          "index", "indices for at most " + x.rank() + " dims of " + x.shape(), used);
    }
    if (ellipses > 1) {
      throw ShapeException.mismatch("index", "at most one ellipsis", ellipses);
    }
    Tensor view = x;
    int rest = x.rank() - used;
    List<@Nullable Tensor> positions = new ArrayList<>();
    int consumed = 0;
    for (Index index : indices) {
      int dim = positions.size();
      if (index instanceof Index.At at) {
        view = at(view, dim, consumed, at.position());
      } else if (index instanceof Index.Range range) {
        long from = range.from() == null ? 0 : range.from();
        long to = range.to() == null ? view.size(dim) : range.to();
        boolean whole = from == 0 && to == view.size(dim) && range.step() == 1;
        view = whole ? view : view.slice(dim, from, to, range.step());
        positions.add(null);
      } else if (index instanceof Index.Ellipsis) {
        for (int i = 0; i < rest; i++) {
          positions.add(null);
        }
        consumed += rest;
      } else if (index instanceof Index.NewAxis) {
        view = view.unsqueeze(dim);
        positions.add(null);
      } else if (index instanceof Index.Positions list) {
        Tensor places = list.positions().to(DType.INT64).to(x.device());
        if (places.rank() == 0) {
          view = at(view, dim, consumed, places.toLongArray()[0]);
        } else {
          positions.add(Places.wrapped("index", consumed, view.size(dim), places));
        }
      } else if (index instanceof Index.Mask mask) {
        view = mask(view, mask.mask().to(x.device()), consumed, positions);
      }
      consumed += dims(index);
    }
    while (positions.size() < view.rank()) {
      positions.add(null);
    }
    return new IndexPlan(view, positions.toArray(new Tensor[0]));
  }

  private static int dims(Index index) {
    if (index instanceof Index.Mask mask) {
      return mask.mask().rank();
    }
    return index instanceof Index.Ellipsis || index instanceof Index.NewAxis ? 0 : 1;
  }

  private static Tensor at(Tensor view, int dim, int original, long position) {
    long size = view.size(dim);
    if (position < -size || position >= size) {
      throw ShapeException.index("index", original, position, size);
    }
    return view.select(dim, position);
  }

  private static Tensor mask(
      Tensor view, Tensor mask, int consumed, List<@Nullable Tensor> positions) {
    int dim = positions.size();
    if (mask.rank() == 0) {
      // One boolean asks for a new dimension that holds everything or nothing.
      long count = mask.item() != 0 ? 1 : 0;
      positions.add(Tensor.zeros(mask.spec().withDType(DType.INT64).withShape(Shape.of(count))));
      return view.unsqueeze(dim);
    }
    for (int i = 0; i < mask.rank(); i++) {
      if (mask.size(i) != view.size(dim + i)) {
        throw ShapeException.mismatch(
            "index",
            "a mask of size " + view.size(dim + i) + " for dim " + (consumed + i),
            "mask " + mask.shape());
      }
    }
    Tensor places = mask.nonzero();
    for (int i = 0; i < mask.rank(); i++) {
      positions.add(places.select(1, i));
    }
    return view;
  }

  /** The part: a view if there are no tensors of positions. */
  Tensor read() {
    int first = -1;
    int last = -1;
    int count = 0;
    Shape common = Shape.scalar();
    for (int dim = 0; dim < positions.length; dim++) {
      Tensor each = positions[dim];
      if (each != null) {
        first = first < 0 ? dim : first;
        last = dim;
        count++;
        common = Shape.broadcast("index", common, each.shape());
      }
    }
    if (count == 0) {
      return view;
    }
    boolean neighbours = last - first + 1 == count;
    Tensor moved = neighbours ? view : positionsFirst(count);
    int start = neighbours ? first : 0;
    Tensor places = rowMajor(common, count);
    Tensor merged = count == 1 ? moved : moved.flatten(start, start + count - 1);
    Tensor picked = merged.indexSelect(start, places.flatten());
    Shape shape = picked.shape().without(start);
    for (int dim = common.rank() - 1; dim >= 0; dim--) {
      shape = shape.insert(start, common.size(dim));
    }
    return picked.reshape(shape);
  }

  private Tensor positionsFirst(int count) {
    int[] order = new int[positions.length];
    int to = 0;
    int rest = count;
    for (int dim = 0; dim < order.length; dim++) {
      order[positions[dim] != null ? to++ : rest++] = dim;
    }
    return view.permute(order);
  }

  /** The positions of several dimensions as those of all of them merged. */
  private Tensor rowMajor(Shape common, int count) {
    Tensor sum = null;
    long step = 1;
    for (int dim = positions.length - 1; dim >= 0; dim--) {
      Tensor each = positions[dim];
      if (each != null) {
        Tensor scaled = step == 1 ? each : each.mul(step);
        sum = sum == null ? scaled : sum.add(scaled);
        step *= view.size(dim);
      }
    }
    if (sum == null) {
      throw new IllegalStateException(count + " positions were counted");
    }
    return sum.expand(common);
  }

  /** A copy of {@code x} with {@code value} laid onto the part, or added to it. */
  static Tensor put(Tensor x, Tensor value, Index[] indices, boolean add) {
    Tensor numbers = Creation.arange(0, x.numel(), 1, x.device()).reshape(x.shape());
    Tensor places = of(numbers, indices).read();
    Tensor wide = broadcast(value.to(x.dtype()).to(x.device()), places.shape()).flatten();
    Tensor flat = x.flatten();
    Tensor result =
        add ? flat.scatterAdd(0, places.flatten(), wide) : flat.scatter(0, places.flatten(), wide);
    return result.reshape(x.shape());
  }

  /** As in Python, leading dimensions of size 1 of the value may be more than the part has. */
  private static Tensor broadcast(Tensor value, Shape shape) {
    Tensor narrow = value;
    while (narrow.rank() > shape.rank() && narrow.size(0) == 1) {
      narrow = narrow.squeeze(0);
    }
    int lead = shape.rank() - narrow.rank();
    boolean fits = lead >= 0;
    for (int dim = 0; fits && dim < narrow.rank(); dim++) {
      fits = narrow.size(dim) == 1 || narrow.size(dim) == shape.size(dim + lead);
    }
    if (!fits) {
      throw ShapeException.mismatch("index", "a value that broadcasts to " + shape, value.shape());
    }
    return narrow.expand(shape);
  }

  /** Lays {@code value} onto the part of {@code x} in place. */
  static void write(Tensor x, Tensor value, Index[] indices) {
    try (Scope scope = Scope.open("set_")) {
      IndexPlan plan = of(x, indices);
      Tensor given = value.to(x.dtype()).to(x.device());
      if (Arrays.stream(plan.positions).allMatch(each -> each == null)) {
        plan.view.copy_(broadcast(given, plan.view.shape()));
        return;
      }
      Tensor part = plan.view;
      Tensor numbers = Creation.arange(0, part.numel(), 1, x.device()).reshape(part.shape());
      Tensor places = new IndexPlan(numbers, plan.positions).read();
      Tensor wide = broadcast(given, places.shape()).flatten();
      part.copy_(part.flatten().scatter(0, places.flatten(), wide).reshape(part.shape()));
    }
  }
}
