package ai.cresset.checkpoint;

import ai.cresset.tensor.Spec;
import ai.cresset.type.DType;
import ai.cresset.type.Device;
import ai.cresset.type.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A tensor of a checkpoint and the parts that it is stored in, each element in one of them.
 *
 * @param dtype the element type
 * @param shape of the whole
 * @param parts none if the tensor has no elements
 */
public record StoredTensor(DType dtype, Shape shape, List<StoredPart> parts) {
  public StoredTensor {
    parts = List.copyOf(parts);
  }

  /** Shape and type of the whole. */
  public Spec spec() {
    return new Spec(shape, dtype, Device.CPU);
  }

  /** What is wrong with the parts; null if each element is in exactly one of them. */
  public @Nullable String problem() {
    long elements = 0;
    for (int i = 0; i < parts.size(); i++) {
      StoredPart part = parts.get(i);
      if (part.shape().rank() != shape.rank() || reachesOut(part)) {
        return "the part " + part.shape() + " from " + part.offset() + " reaches out of " + shape;
      }
      for (int j = 0; j < i; j++) {
        if (part.overlaps(parts.get(j))) {
          return "the parts from "
              + parts.get(j).offset()
              + " and "
              + part.offset()
              + " overlap, but are not the same";
        }
      }
      elements += part.shape().numel();
    }
    return elements == shape.numel()
        ? null
        : "its parts have " + elements + " of the " + shape.numel() + " elements";
  }

  private boolean reachesOut(StoredPart part) {
    for (int dim = 0; dim < shape.rank(); dim++) {
      long offset = part.offset().get(dim);
      if (offset < 0 || offset > shape.size(dim) - part.shape().size(dim)) {
        return true;
      }
    }
    return false;
  }
}
