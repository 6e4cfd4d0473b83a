package ai.cresset.parallel.data;

import ai.cresset.tensor.Spec;
import ai.cresset.type.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which gradients travel together. A function of the parameters' shapes and types alone, so that
 * every rank makes the same plan.
 *
 * @param buckets in the order they are sent
 */
record BucketPlan(List<Bucket> buckets) {
  /** Starts of gradients inside of a bucket are multiples of this many elements. */
  private static final long ALIGNMENT = 16;

  /**
   * Gradients of one type, one after the other.
   *
   * @param dtype their type
   * @param parameters their positions among all parameters
   * @param offsets where each begins, in elements
   * @param numel elements of the bucket
   */
  record Bucket(DType dtype, List<Integer> parameters, List<Long> offsets, long numel) {}

  /** Reverse order of registration, which is about the order in which gradients come. */
  static List<Integer> reverse(int count) {
    return IntStream.range(0, count).map(i -> count - 1 - i).boxed().toList();
  }

  /**
   * Fills buckets in this order of the parameters. The first bucket is small, so that sending
   * starts early.
   */
  static BucketPlan of(
      List<Spec> parameters, List<Integer> order, long firstBytes, long bucketBytes) {
    List<Bucket> buckets = new ArrayList<>();
    List<Integer> members = new ArrayList<>();
    List<Long> offsets = new ArrayList<>();
    long numel = 0;
    DType dtype = DType.FLOAT32;
    for (int i : order) {
      Spec spec = parameters.get(i);
      long limit = buckets.isEmpty() ? firstBytes : bucketBytes;
      boolean full = numel * dtype.bytes() >= limit || spec.dtype() != dtype;
      if (full && !members.isEmpty()) {
        buckets.add(new Bucket(dtype, List.copyOf(members), List.copyOf(offsets), numel));
        members.clear();
        offsets.clear();
        numel = 0;
      }
      dtype = spec.dtype();
      members.add(i);
      offsets.add(numel);
      numel += (spec.shape().numel() + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }
    if (!members.isEmpty()) {
      buckets.add(new Bucket(dtype, List.copyOf(members), List.copyOf(offsets), numel));
    }
    return new BucketPlan(List.copyOf(buckets));
  }
}
