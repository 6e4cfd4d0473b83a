package ai.cresset.tensor.op;

import ai.cresset.error.ShapeException;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.Shape;
import ai.cresset.type.Strides;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The diagonal of two dimensions, which go away, as a new last one, without a copy ({@code
 * torch.diagonal}).
 *
 * @param offset how far above the main diagonal; below when negative
 * @param dim1 the dimension of rows
 * @param dim2 the dimension of columns
 */
public record Diagonal(long offset, int dim1, int dim2) implements SimpleOp {
  @Override
  public Spec rule(List<Spec> inputs) {
    Shape shape = inputs.get(0).shape();
    int rows = shape.dim(name(), dim1);
    int columns = shape.dim(name(), dim2);
    if (rows == columns) {
      throw ShapeException.mismatch(name(), "two dims of " + shape, dim1 + " and " + dim2);
    }
    long length =
        offset >= 0
            ? Math.min(shape.size(rows), shape.size(columns) - offset)
            : Math.min(shape.size(rows) + offset, shape.size(columns));
    Shape rest = shape.without(Math.max(rows, columns)).without(Math.min(rows, columns));
    return inputs.get(0).withShape(rest.insert(rest.rank(), Math.max(0, length)));
  }

  @Override
  public Tensor compute(Context context, List<Tensor> inputs, Spec output) {
    return view(inputs.get(0), output);
  }

  private Tensor view(Tensor input, Spec output) {
    int rows = input.shape().dim(name(), dim1);
    int columns = input.shape().dim(name(), dim2);
    Strides from = input.strides();
    long[] strides = new long[input.rank() - 1];
    int at = 0;
    for (int dim = 0; dim < input.rank(); dim++) {
      if (dim != rows && dim != columns) {
        strides[at++] = from.stride(dim);
      }
    }
    strides[at] = from.stride(rows) + from.stride(columns);
    long first = offset >= 0 ? offset * from.stride(columns) : -offset * from.stride(rows);
    return Tensor.view(
        input.storage(),
        input.storageOffset() + (output.shape().numel() == 0 ? 0 : first),
        output.shape(),
        Strides.of(strides),
        input.dtype());
  }

  @Override
  public List<@Nullable Tensor> derive(Context context, Tensor gradient, Needs needs) {
    return Gradients.of(Dispatch.apply(new Embed(this, context.input(0)), gradient));
  }

  /** The mirror: zeros of the whole shape with the diagonal laid in. */
  public record Embed(Diagonal diagonal, Spec whole) implements SimpleOp {
    @Override
    public String name() {
      return "diagonalBackward";
    }

    @Override
    public Spec rule(List<Spec> inputs) {
      return whole;
    }

    @Override
    public Tensor compute(Context context, List<Tensor> inputs, Spec output) {
      Tensor result = Tensor.zeros(output);
      Spec part = diagonal.rule(List.of(output));
      try (Tensor place = diagonal.view(result, part)) {
        result.backend().copy(inputs.get(0).materialize(), place.materialize());
      }
      return result;
    }

    @Override
    public List<@Nullable Tensor> derive(Context context, Tensor gradient, Needs needs) {
      return Gradients.of(Dispatch.apply(diagonal, gradient));
    }
  }
}
