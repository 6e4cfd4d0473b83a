package ai.cresset.tensor.op;

import ai.cresset.error.ShapeException;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.Strides;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Every {@code step}-th of the elements {@code [start, start + length * step)} along a dimension,
 * without a copy.
 */
public record Slice(int dim, long start, long length, long step) implements SimpleOp {
  @Override
  public Spec rule(List<Spec> inputs) {
    Spec input = inputs.get(0);
    long size = input.shape().size(dim);
    boolean fits = start >= 0 && length >= 0 && step >= 1 && start <= size;
    if (!fits || length > 0 && start + (length - 1) * step >= size) {
      throw ShapeException.mismatch(
          name(),
          "a part of dim " + dim + " of " + input.shape(),
          "start " + start + ", length " + length + ", step " + step);
    }
    return input.withShape(input.shape().with(dim, length));
  }

  @Override
  public Tensor compute(Context context, List<Tensor> inputs, Spec output) {
    return view(inputs.get(0), output);
  }

  private Tensor view(Tensor input, Spec output) {
    int at = input.shape().dim(name(), dim);
    long[] strides = input.strides().toArray();
    long offset = input.storageOffset() + start * strides[at];
    strides[at] *= step;
    return Tensor.view(input.storage(), offset, output.shape(), Strides.of(strides), input.dtype());
  }

  @Override
  public List<@Nullable Tensor> derive(Context context, Tensor gradient, Needs needs) {
    return Gradients.of(Dispatch.apply(new Embed(this, context.input(0)), gradient));
  }

  /** The mirror: zeros of the whole shape with the part laid in. */
  public record Embed(Slice slice, Spec whole) implements SimpleOp {
    @Override
    public String name() {
      return "sliceBackward";
    }

    @Override
    public Spec rule(List<Spec> inputs) {
      return whole;
    }

    @Override
    public Tensor compute(Context context, List<Tensor> inputs, Spec output) {
      Tensor result = Tensor.zeros(output);
      Spec part = output.withShape(output.shape().with(slice.dim, slice.length));
      try (Tensor place = slice.view(result, part)) {
        result.backend().copy(inputs.get(0).materialize(), place.materialize());
      }
      return result;
    }

    @Override
    public List<@Nullable Tensor> derive(Context context, Tensor gradient, Needs needs) {
      return Gradients.of(Dispatch.apply(slice, gradient));
    }
  }
}
