package ai.cresset.tensor.op;

import ai.cresset.error.ShapeException;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.Shape;
import ai.cresset.type.Strides;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Dimensions in another order, without a copy ({@code torch.permute}). */
public final class Permute implements SimpleOp {
  private final int[] dims;

  public Permute(int... dims) {
    this.dims = dims.clone();
  }

  @Override
  public Spec rule(List<Spec> inputs) {
    Shape shape = inputs.get(0).shape();
    boolean[] seen = new boolean[shape.rank()];
    long[] sizes = new long[shape.rank()];
    if (dims.length != shape.rank()) {
      throw ShapeException.mismatch(
          name(), shape.rank() + " dims for " + shape, Arrays.toString(dims));
    }
    for (int i = 0; i < dims.length; i++) {
      int dim = shape.dim(name(), dims[i]);
      if (seen[dim]) {
        throw ShapeException.mismatch(name(), "each dim once", Arrays.toString(dims));
      }
      seen[dim] = true;
      sizes[i] = shape.size(dim);
    }
    return inputs.get(0).withShape(Shape.of(sizes));
  }

  @Override
  public Tensor compute(Context context, List<Tensor> inputs, Spec output) {
    Tensor input = inputs.get(0);
    long[] strides = new long[dims.length];
    for (int i = 0; i < dims.length; i++) {
      strides[i] = input.strides().stride(dims[i]);
    }
    return Tensor.view(
        input.storage(), input.storageOffset(), output.shape(), Strides.of(strides), input.dtype());
  }

  @Override
  public List<@Nullable Tensor> derive(Context context, Tensor gradient, Needs needs) {
    int[] inverse = new int[dims.length];
    for (int i = 0; i < dims.length; i++) {
      inverse[dims[i] < 0 ? dims[i] + dims.length : dims[i]] = i;
    }
    return Gradients.of(gradient.permute(inverse));
  }
}
