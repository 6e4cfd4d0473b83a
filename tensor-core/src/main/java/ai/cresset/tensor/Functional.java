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
    DType type = a.dtype().withScalar(b);
    return where(condition, a.to(type), scalar(b, a.spec().withDType(type)));
  }

  /** {@code condition ? a : b} with a number. */
  public static Tensor where(Tensor condition, Number a, Tensor b) {
    DType type = b.dtype().withScalar(a);
    return where(condition, scalar(a, b.spec().withDType(type)), b.to(type));
  }

  private static Tensor scalar(Number number, Spec like) {
    return Tensor.full(like.withShape(Shape.of()), number.doubleValue());
  }

  /** Tensors one after the other along an existing dimension. */
  public static Tensor cat(List<Tensor> tensors, int dim) {
    if (tensors.isEmpty()) {
      throw ShapeException.mismatch("cat", "at least one tensor", "none");
    }
    DType type = tensors.get(0).dtype();
    for (Tensor tensor : tensors) {
      type = DType.promote(type, tensor.dtype());
    }
    Tensor[] parts = new Tensor[tensors.size()];
    for (int i = 0; i < parts.length; i++) {
      parts[i] = tensors.get(i).to(type);
    }
    return Dispatch.apply(new Cat(dim), parts);
  }

  /** Tensors of one shape along a new dimension. */
  public static Tensor stack(List<Tensor> tensors, int dim) {
    List<Tensor> parts = new ArrayList<>(tensors.size());
    for (Tensor tensor : tensors) {
      parts.add(tensor.unsqueeze(dim));
    }
    return cat(parts, dim);
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
