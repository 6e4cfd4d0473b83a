package ai.cresset.tensor.op;

import ai.cresset.backend.View;
import ai.cresset.error.DTypeException;
import ai.cresset.error.ShapeException;
import ai.cresset.memory.Scope;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import ai.cresset.type.Strides;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code [..., m, k] x [..., k, n] -> [..., m, n]} with leading dimensions broadcast ({@code
 * torch.matmul}). A right-hand matrix folds the left's leading dimensions into its rows: one
 * product instead of many.
 */
public record Matmul() implements SimpleOp {
  @Override
  public Spec rule(List<Spec> inputs) {
    Shape left = inputs.get(0).shape();
    Shape right = inputs.get(1).shape();
    if (left.rank() < 2 || right.rank() < 2 || left.size(-1) != right.size(-2)) {
      throw ShapeException.mismatch(
          name(),
          "[..., m, k] and [..., k, n] with one k",
          left + " and " + right,
          "transpose or reshape one of them");
    }
    if (inputs.get(0).dtype() != inputs.get(1).dtype()) {
      throw DTypeException.mismatch(name(), inputs.get(0).dtype(), inputs.get(1).dtype());
    }
    if (inputs.get(0).dtype() == DType.BOOL) {
      throw DTypeException.unsupported(name(), DType.BOOL, "the integral and floating types");
    }
    return inputs
        .get(0)
        .withShape(matrix(lead(name(), left, right), left.size(-2), right.size(-1)));
  }

  private static Shape lead(String op, Shape left, Shape right) {
    return right.rank() == 2
        ? leading(left)
        : left.rank() == 2 ? leading(right) : Shape.broadcast(op, leading(left), leading(right));
  }

  private static Shape leading(Shape shape) {
    long[] sizes = new long[shape.rank() - 2];
    for (int dim = 0; dim < sizes.length; dim++) {
      sizes[dim] = shape.size(dim);
    }
    return Shape.of(sizes);
  }

  private static Shape matrix(Shape lead, long rows, long columns) {
    return lead.insert(lead.rank(), rows).insert(lead.rank() + 1, columns);
  }

  @Override
  public Tensor compute(Context context, List<Tensor> inputs, Spec output) {
    Tensor left = inputs.get(0);
    Tensor right = inputs.get(1);
    context.save(left, right);
    Tensor result = context.result(output);
    Shape shape = output.shape();
    try (Scope scope = Scope.open("matmul")) {
      if (right.rank() == 2) {
        View flat = reshaped(left, Shape.of(1, rows(left.shape()), left.size(-1)));
        View product = contiguous(result, Shape.of(1, rows(left.shape()), right.size(-1)));
        result.backend().matmul(flat, reshaped(right, one(right.shape())), product, false);
      } else {
        Shape lead = leading(shape);
        long batch = lead.numel();
        View product = contiguous(result, Shape.of(batch, shape.size(-2), shape.size(-1)));
        result.backend().matmul(batched(left, lead), batched(right, lead), product, false);
      }
    }
    return result;
  }

  private static View contiguous(Tensor result, Shape shape) {
    return new View(
        result.storage(), result.storageOffset(), shape, Strides.contiguous(shape), result.dtype());
  }

  private static long rows(Shape shape) {
    return leading(shape).numel() * shape.size(-2);
  }

  private static Shape one(Shape matrix) {
    return Shape.of(1, matrix.size(0), matrix.size(1));
  }

  /** Rank 3, the leading dimensions broadcast and folded; a copy only where strides forbid it. */
  private static View batched(Tensor tensor, Shape lead) {
    Shape shape = tensor.shape();
    Shape flat = Shape.of(lead.numel(), shape.size(-2), shape.size(-1));
    Tensor wide = tensor.expand(matrix(lead, shape.size(-2), shape.size(-1)));
    return reshaped(wide, flat);
  }

  private static View reshaped(Tensor tensor, Shape shape) {
    Strides strides = Reshape.strides(tensor.shape(), tensor.strides(), shape);
    if (strides == null) {
      return View.contiguous(tensor.detachedClone().storage(), shape, tensor.dtype());
    }
    return new View(tensor.storage(), tensor.storageOffset(), shape, strides, tensor.dtype());
  }

  @Override
  public List<@Nullable Tensor> derive(Context context, Tensor gradient, Needs needs) {
    Shape left = context.input(0).shape();
    Shape right = context.input(1).shape();
    return Gradients.of(
        needs.input(0) ? toLeft(gradient, context.saved(1), left) : null,
        needs.input(1) ? toRight(context.saved(0), gradient, right, needs.place(1)) : null);
  }

  private Tensor toLeft(Tensor gradient, Tensor right, Shape shape) {
    return SumTo.shape(Dispatch.apply(this, gradient, right.transpose(-2, -1)), shape);
  }

  private Tensor toRight(Tensor left, Tensor gradient, Shape shape, @Nullable Tensor place) {
    if (shape.rank() == 2 && left.rank() > 2) {
      Tensor rows = left.reshape(-1, left.size(-1));
      return Dispatch.applyInto(place, this, rows.t(), gradient.reshape(-1, gradient.size(-1)));
    }
    if (shape.rank() == 2 && gradient.rank() == 2) {
      return Dispatch.applyInto(place, this, left.t(), gradient);
    }
    return SumTo.shape(Dispatch.apply(this, left.transpose(-2, -1), gradient), shape);
  }
}
