package ai.cresset.data;

import ai.cresset.error.ShapeException;
import ai.cresset.memory.NativeMemory;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.Device;
import ai.cresset.type.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes a batch of samples; in PyTorch, {@code collate_fn}. */
@FunctionalInterface
public interface Collate {
  /** Tensors of one shape along a new first dimension ({@code default_collate}). */
  Collate STACK = Collate::stacked;

  /**
   * The batch, whose tensors belong to the thread's current scope, or to the caller.
   *
   * @param samples at least one, in the order that the batch shall have
   */
  Batch collate(List<Sample> samples);

  private static Batch stacked(List<Sample> samples) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (String name : samples.get(0).tensors().keySet()) {
      tensors.put(name, stack(name, samples.stream().map(each -> each.get(name)).toList()));
    }
    return Batch.of(tensors);
  }

  /**
   * Host tensors of one shape and type along a new first dimension.
   *
   * @param name what an error calls them
   */
  static Tensor stack(String name, List<Tensor> parts) {
    Spec first = parts.get(0).spec();
    Tensor whole =
        Tensor.empty(
            new Spec(stackedShape(first.shape(), parts.size()), first.dtype(), Device.CPU));
    long bytes = first.shape().numel() * first.dtype().bytes();
    long to = whole.storage().address();
    for (int i = 0; i < parts.size(); i++) {
      Tensor part = parts.get(i);
      if (!part.spec().equals(first)) {
        throw ShapeException.mismatch(
            "batch of '" + name + "'",
            first
                + " in every sample, as in the first; bring samples to one size, or pad them while"
                + " collating",
            part.spec() + " in sample " + i + " of the batch");
      }
      Tensor dense = part.contiguous();
      NativeMemory.copy(
          dense.storage().address() + dense.storageOffset() * first.dtype().bytes(),
          to + i * bytes,
          bytes);
    }
    return whole;
  }

  private static Shape stackedShape(Shape shape, int count) {
    long[] sizes = new long[shape.rank() + 1];
    sizes[0] = count;
    for (int dim = 0; dim < shape.rank(); dim++) {
      sizes[dim + 1] = shape.size(dim);
    }
    return Shape.of(sizes);
  }
}
