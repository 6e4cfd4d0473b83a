package ai.cresset.tensor;

import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import java.util.List;

/**
 * The different elements of a tensor ({@code torch.unique}).
 *
 * @param values the different elements, or slices
 * @param inverse which of them each element is, int64
 * @param counts how often each occurs, int64
 */
public record Unique(Tensor values, Tensor inverse, Tensor counts) {
  static Unique of(Tensor tensor) {
    Tensor flat = tensor.detach().flatten();
    Ranked sorted = flat.sort(0, false);
    Tensor changes = changes(sorted.values().unsqueeze(1));
    Tensor group = changes.cumsum(0).sub(1);
    Tensor inverse = Tensor.zeros(group.spec()).scatter(0, sorted.indices(), group);
    Tensor starts = changes.nonzero().flatten();
    return new Unique(
        sorted.values().indexSelect(0, starts),
        inverse.reshape(tensor.shape()),
        lengths(starts, flat.numel()));
  }

  static Unique consecutive(Tensor tensor) {
    Tensor flat = tensor.detach().flatten();
    Tensor changes = changes(flat.unsqueeze(1));
    Tensor starts = changes.nonzero().flatten();
    return new Unique(
        flat.indexSelect(0, starts),
        changes.cumsum(0).sub(1).reshape(tensor.shape()),
        lengths(starts, flat.numel()));
  }

  /** Slices are ordered by their first element, then the second, and so on. */
  static Unique slices(Tensor tensor, int dim) {
    Tensor moved = tensor.detach().movedim(dim, 0);
    long count = moved.size(0);
    long width = count == 0 ? 0 : moved.numel() / count;
    Tensor rows = moved.reshape(Shape.of(count, width));
    Tensor order = Creation.arange(0, count, 1, tensor.device());
    for (long column = width - 1; column >= 0; column--) {
      Tensor keys = rows.select(1, column).indexSelect(0, order);
      order = order.indexSelect(0, keys.argsort(0, false));
    }
    Tensor sorted = rows.indexSelect(0, order);
    Tensor changes = changes(sorted);
    Tensor group = changes.cumsum(0).sub(1);
    Tensor starts = changes.nonzero().flatten();
    Tensor values = moved.indexSelect(0, order.indexSelect(0, starts));
    return new Unique(
        values.movedim(0, dim).contiguous(),
        Tensor.zeros(group.spec()).scatter(0, order, group),
        lengths(starts, count));
  }

  /** Whether each row differs from the one before; the first one does. */
  private static Tensor changes(Tensor rows) {
    long count = rows.size(0);
    Tensor first =
        Tensor.ones(rows.spec().withDType(DType.BOOL).withShape(Shape.of(Math.min(count, 1))));
    if (count < 2) {
      return first;
    }
    Tensor differ = rows.narrow(0, 1, count - 1).ne(rows.narrow(0, 0, count - 1));
    return Functional.cat(List.of(first, differ.any(new int[] {1}, false)), 0);
  }

  private static Tensor lengths(Tensor starts, long end) {
    if (starts.numel() == 0) {
      return starts;
    }
    Tensor ends =
        Functional.cat(
            List.of(
                starts.narrow(0, 1, starts.numel() - 1),
                Tensor.full(starts.spec().withShape(Shape.of(1)), end)),
            0);
    return ends.sub(starts);
  }
}
