package ai.cresset.tensor;

import ai.cresset.error.ShapeException;
import ai.cresset.tensor.op.Dispatch;
import ai.cresset.tensor.op.Split;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Several parts of one tensor, without a copy. Dims may be negative: they count from the end. */
public interface Splitting {
  /** This object as a tensor. */
  Tensor self();

  /** Parts of {@code size} indices along {@code dim}, the last one perhaps smaller: views. */
  default List<Tensor> split(long size, int dim) {
    long total = self().size(dim);
    if (size < 1) {
      throw ShapeException.mismatch("split", "a size of at least 1", size);
    }
    int count = (int) Math.max(1, (total + size - 1) / size);
    long[] sizes = new long[count];
    Arrays.fill(sizes, size);
    sizes[count - 1] = total - size * (count - 1);
    return split(sizes, dim);
  }

  /** Parts of these sizes along {@code dim}: views. */
  default List<Tensor> split(long[] sizes, int dim) {
    return Dispatch.applyAll(new Split(dim, sizes), List.of(self()));
  }

  /** At most {@code count} parts of one size along {@code dim}: views. */
  default List<Tensor> chunk(int count, int dim) {
    if (count < 1) {
      throw ShapeException.mismatch("chunk", "at least one part", count);
    }
    return split(Math.max(1, (self().size(dim) + count - 1) / count), dim);
  }

  /** Each index of a dimension, which goes away: views. */
  default List<Tensor> unbind(int dim) {
    Tensor self = self();
    if (self.rank() == 0) {
      throw ShapeException.mismatch("unbind", "a tensor of rank 1 or more", self.shape());
    }
    int at = self.shape().dim("unbind", dim);
    List<Tensor> slices = new ArrayList<>();
    if (self.size(at) > 0) {
      long[] ones = new long[Math.toIntExact(self.size(at))];
      Arrays.fill(ones, 1);
      for (Tensor part : split(ones, at)) {
        slices.add(part.reshape(self.shape().without(at)));
      }
    }
    return slices;
  }
}
