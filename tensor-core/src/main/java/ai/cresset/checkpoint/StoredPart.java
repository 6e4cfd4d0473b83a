package ai.cresset.checkpoint;

import ai.cresset.error.ShapeException;
import ai.cresset.type.Shape;
import java.util.List;

/**
 * A part of a tensor in a file.
 *
 * @param file its name in the directory
 * @param key the tensor's name in the file
 * @param offset where the part begins in the whole, one number for each dimension
 * @param shape its sizes, without 0
 */
public record StoredPart(String file, String key, List<Long> offset, Shape shape) {
  public StoredPart {
    offset = List.copyOf(offset);
    if (offset.size() != shape.rank()) {
      throw ShapeException.mismatch("stored part", shape.rank() + " offsets", offset);
    }
  }

  long end(int dim) {
    return offset.get(dim) + shape.size(dim);
  }

  /** Whether two parts of one tensor share an element. */
  boolean overlaps(StoredPart other) {
    for (int dim = 0; dim < shape.rank(); dim++) {
      if (offset.get(dim) >= other.end(dim) || other.offset.get(dim) >= end(dim)) {
        return false;
      }
    }
    return true;
  }
}
