package ai.cresset.tensor;

import ai.cresset.error.DTypeException;
import ai.cresset.error.ShapeException;
import ai.cresset.tensor.op.Cat;
import ai.cresset.tensor.op.Dispatch;
import ai.cresset.tensor.op.Promotion;
import ai.cresset.tensor.op.Where;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Functions of {@code torch} that belong to no tensor in particular. */
public final class Functional {
  private Functional() {}

  /** {@code condition ? a : b}; all three broadcast. */
  public static Tensor where(Tensor condition, Tensor a, Tensor b) {
    DType type = Promotion.common(a, b);
    return Dispatch.apply(new Where(), condition, a.to(type), b.to(type));
  }

  /** {@code condition ? a : b} with a number. */
  public static Tensor where(Tensor condition, Tensor a, Number b) {
    return where(condition, a, number(b, a));
  }

  /** {@code condition ? a : b} with a number. */
  public static Tensor where(Tensor condition, Number a, Tensor b) {
    return where(condition, number(a, b), b);
  }

  private static Tensor number(Number value, Tensor like) {
    Spec spec = like.spec().withShape(Shape.scalar()).withDType(like.dtype().withScalar(value));
    return Tensor.full(spec, value.doubleValue());
  }

  /** Where {@code condition} is not 0: an int64 vector for each dimension. */
  public static List<Tensor> where(Tensor condition) {
    Tensor whole = condition.rank() == 0 ? condition.reshape(1) : condition;
    return whole.nonzero().unbind(1);
  }

  /** Tensors one after the other along an existing dimension; empty vectors fit anything. */
  public static Tensor cat(List<Tensor> tensors, int dim) {
    if (tensors.isEmpty()) {
      throw ShapeException.mismatch("cat", "at least one tensor", "none");
    }
    DType type = tensors.get(0).dtype();
    for (Tensor tensor : tensors) {
      type = DType.promote(type, tensor.dtype());
      if (tensor.rank() == 0) {
        throw ShapeException.mismatch(
            "cat", "tensors of rank 1 or more (use stack)", tensor.shape());
      }
    }
    Tensor[] cast = new Tensor[tensors.size()];
    for (int i = 0; i < cast.length; i++) {
      cast[i] = tensors.get(i).to(type);
    }
    return Dispatch.apply(new Cat(dim), cast);
  }

  /** Tensors of one shape along a new dimension. */
  public static Tensor stack(List<Tensor> tensors, int dim) {
    if (tensors.isEmpty()) {
      throw ShapeException.mismatch("stack", "at least one tensor", "none");
    }
    Shape first = tensors.get(0).shape();
    int at = dim < 0 ? dim + first.rank() + 1 : dim;
    List<Tensor> parts = new ArrayList<>(tensors.size());
    for (Tensor tensor : tensors) {
      if (!tensor.shape().equals(first)) {
        throw ShapeException.mismatch("stack", "tensors of one shape " + first, tensor.shape());
      }
      parts.add(tensor.unsqueeze(at));
    }
    return cat(parts, at);
  }

  /** Vectors as the coordinates of a grid; {@code xy} exchanges the first two dimensions. */
  public static List<Tensor> meshgrid(GridIndexing indexing, Tensor... coordinates) {
    boolean swap = indexing == GridIndexing.XY && coordinates.length > 1;
    int rank = coordinates.length;
    long[] sizes = new long[rank];
    for (int i = 0; i < rank; i++) {
      if (coordinates[i].rank() > 1) {
        throw ShapeException.mismatch("meshgrid", "vectors", coordinates[i].shape());
      }
      int dim = swap && i < 2 ? 1 - i : i;
      sizes[dim] = coordinates[i].numel();
    }
    List<Tensor> grids = new ArrayList<>();
    for (int i = 0; i < rank; i++) {
      int dim = swap && i < 2 ? 1 - i : i;
      long[] line = new long[rank];
      Arrays.fill(line, 1);
      line[dim] = sizes[dim];
      grids.add(coordinates[i].reshape(line).expand(sizes));
    }
    return grids;
  }

  /**
   * Sums of products in Einstein's notation, such as {@code "bij,bjk->bik"}: letters name dims,
   * those missing behind the arrow are summed, repeated ones in one operand take the diagonal,
   * {@code ...} stands for further dims. Without an arrow, letters that occur once are kept in
   * alphabetical order.
   */
  public static Tensor einsum(String equation, Tensor... operands) {
    return Einsum.of(equation, List.of(operands));
  }

  /** int64 {@code [..., classes]} with a 1 at each index; as many classes as the largest needs. */
  public static Tensor oneHot(Tensor indices) {
    if (indices.numel() == 0) {
      throw ShapeException.mismatch("oneHot", "a number of classes for no indices", "none");
    }
    return oneHot(indices, 1 + Places.of("oneHot", indices).max().toLongArray()[0]);
  }

  /**
   * int64 {@code [..., classes]} with a 1 at each index.
   *
   * @param indices {@code [...]}, int64
   */
  public static Tensor oneHot(Tensor indices, long classes) {
    if (indices.dtype() != DType.INT64) {
      throw DTypeException.mismatch("oneHot", DType.INT64, indices.dtype());
    }
    Shape shape = indices.shape();
    Spec spec = indices.spec().withShape(shape.insert(shape.rank(), classes));
    Tensor index = indices.unsqueeze(-1);
    return Tensor.zeros(spec).scatterAdd(-1, index, Tensor.ones(index.spec()));
  }
}
