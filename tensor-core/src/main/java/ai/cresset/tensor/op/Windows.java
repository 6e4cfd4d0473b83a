package ai.cresset.tensor.op;

import ai.cresset.error.ShapeException;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.Shape;
import ai.cresset.type.Strides;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All windows of {@code size} neighbours along a dimension, {@code step} apart, as a new last
 * dimension, without a copy ({@code Tensor.unfold}).
 */
public record Windows(int dim, long size, long step) implements SimpleOp {
  @Override
  public String name() {
    return "unfold";
  }

  @Override
  public Spec rule(List<Spec> inputs) {
    Shape shape = inputs.get(0).shape();
    int at = shape.dim(name(), dim);
    long length = shape.rank() == 0 ? 1 : shape.size(at);
    if (size < 0 || size > length || step < 1) {
      throw ShapeException.mismatch(
          name(),
          "a size of at most " + length + " and a step of at least 1 for dim " + dim,
          "size " + size + ", step " + step);
    }
    if (shape.rank() == 0) {
      return inputs.get(0).withShape(Shape.of(size));
    }
    Shape starts = shape.with(at, (length - size) / step + 1);
    return inputs.get(0).withShape(starts.insert(starts.rank(), size));
  }

  @Override
  public Tensor compute(Context context, List<Tensor> inputs, Spec output) {
    Tensor input = inputs.get(0);
    long[] strides = Arrays.copyOf(input.strides().toArray(), input.rank() + 1);
    strides[input.rank()] = 1;
    if (input.rank() > 0) {
      int at = input.shape().dim(name(), dim);
      strides[input.rank()] = strides[at];
      strides[at] *= step;
    } else {
      strides = new long[] {1};
    }
    return Tensor.view(
        input.storage(), input.storageOffset(), output.shape(), Strides.of(strides), input.dtype());
  }

  /** Windows overlap, so each element gets the sum over the windows it is in. */
  @Override
  public List<@Nullable Tensor> derive(Context context, Tensor gradient, Needs needs) {
    Spec input = context.input(0);
    if (input.shape().rank() == 0) {
      return Gradients.of(gradient.sum());
    }
    int at = input.shape().dim(name(), dim);
    long starts = gradient.size(at);
    long[] index = new long[Math.toIntExact(starts * size)];
    for (int i = 0; i < index.length; i++) {
      index[i] = i / size * step + i % size;
    }
    int rank = gradient.rank();
    int[] order = new int[rank];
    for (int i = 0; i < rank; i++) {
      order[i] = i <= at ? i : i - 1;
    }
    if (at + 1 < rank) {
      order[at + 1] = rank - 1;
    }
    Tensor rows = gradient.permute(order).reshape(input.shape().with(at, index.length));
    Tensor places = Tensor.of(index, index.length).to(input.device());
    return Gradients.of(Dispatch.apply(new IndexSelect.Embed(at, input), rows, places));
  }
}
