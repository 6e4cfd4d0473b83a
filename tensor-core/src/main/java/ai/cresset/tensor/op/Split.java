package ai.cresset.tensor.op;

import ai.cresset.error.ShapeException;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.Strides;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Parts of given sizes along a dimension, without a copy ({@code torch.split}). One operation, so
 * that backward joins the parts' gradients in one pass.
 */
public final class Split implements Op {
  private final int dim;
  private final long[] sizes;

  public Split(int dim, long... sizes) {
    this.dim = dim;
    this.sizes = sizes.clone();
  }

  @Override
  public List<Spec> infer(List<Spec> inputs) {
    Spec input = inputs.get(0);
    if (Arrays.stream(sizes).sum() != input.shape().size(dim)) {
      throw ShapeException.mismatch(
          name(),
          "sizes that add up to dim " + dim + " of " + input.shape(),
          Arrays.toString(sizes));
    }
    List<Spec> parts = new ArrayList<>(sizes.length);
    for (long size : sizes) {
      parts.add(input.withShape(input.shape().with(dim, size)));
    }
    return parts;
  }

  @Override
  public List<Tensor> forward(Context context, List<Tensor> inputs, List<Spec> outputs) {
    Tensor input = inputs.get(0);
    Strides strides = input.strides();
    long step = strides.stride(dim);
    long offset = input.storageOffset();
    List<Tensor> parts = new ArrayList<>(sizes.length);
    for (int i = 0; i < sizes.length; i++) {
      parts.add(
          Tensor.view(input.storage(), offset, outputs.get(i).shape(), strides, input.dtype()));
      offset += sizes[i] * step;
    }
    return parts;
  }

  @Override
  public List<@Nullable Tensor> backward(
      Context context, List<@Nullable Tensor> gradients, Needs needs) {
    Spec input = context.input(0);
    Tensor[] parts = new Tensor[sizes.length];
    for (int i = 0; i < parts.length; i++) {
      Tensor part = gradients.get(i);
      parts[i] =
          part != null ? part : Tensor.zeros(input.withShape(input.shape().with(dim, sizes[i])));
    }
    return Gradients.of(Dispatch.apply(new Cat(dim), parts));
  }
}
