package ai.cresset.tensor.op;

import ai.cresset.error.ShapeException;
import ai.cresset.tensor.MemoryFormat;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.Shape;
import ai.cresset.type.Strides;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The same elements under another shape, copied only where strides forbid a view. */
public record Reshape(Shape target) implements SimpleOp {
  @Override
  public Spec rule(List<Spec> inputs) {
    if (inputs.get(0).shape().numel() != target.numel()) {
      throw ShapeException.mismatch(
          name(),
          "a shape of " + inputs.get(0).shape().numel() + " elements for " + inputs.get(0).shape(),
          target);
    }
    return inputs.get(0).withShape(target);
  }

  @Override
  public Tensor compute(Context context, List<Tensor> inputs, Spec output) {
    Tensor input = inputs.get(0);
    Strides strides = strides(input.shape(), input.strides(), target);
    if (strides != null) {
      return Tensor.view(input.storage(), input.storageOffset(), target, strides, input.dtype());
    }
    if (MemoryFormat.of(input) == MemoryFormat.CHANNELS_LAST) {
      MemoryFormat.countReorder();
    }
    try (Tensor copy = input.detachedClone()) {
      return Tensor.view(copy.storage(), 0, target, Strides.contiguous(target), input.dtype());
    }
  }

  @Override
  public List<@Nullable Tensor> derive(Context context, Tensor gradient, Needs needs) {
    return Gradients.of(gradient.reshape(context.input(0).shape()));
  }

  /**
   * The strides under which elements of {@code from} read row-major as {@code to}; null if there
   * are none. Dimensions that follow each other without a gap can be merged and split freely.
   */
  public static @Nullable Strides strides(Shape from, Strides strides, Shape to) {
    if (from.numel() == 0 || strides.isContiguous(from)) {
      return Strides.contiguous(to);
    }
    long[] result = new long[to.rank()];
    int at = to.rank() - 1;
    int dim = from.rank() - 1;
    while (dim >= 0) {
      long size = from.size(dim);
      long step = strides.stride(dim);
      dim--;
      if (size == 1) {
        continue;
      }
      while (dim >= 0 && (from.size(dim) == 1 || strides.stride(dim) == step * size)) {
        size *= from.size(dim);
        dim--;
      }
      long left = size;
      while (left > 1) {
        if (at < 0 || left % to.size(at) != 0) {
          return null;
        }
        result[at] = step * (size / left);
        left /= to.size(at);
        at--;
      }
    }
    for (; at >= 0; at--) {
      result[at] = 1;
    }
    return Strides.of(result);
  }
}
