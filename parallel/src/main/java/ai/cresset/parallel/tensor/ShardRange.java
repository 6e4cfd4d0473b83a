package ai.cresset.parallel.tensor;

import ai.cresset.parallel.comm.ProcessGroup;
import ai.cresset.parallel.mesh.ShardSpec;
import ai.cresset.tensor.Tensor;

/**
 * The numbers that a rank has of those that a group shares.
 *
 * @param start the first
 * @param end behind the last
 * @param whole how many the group has
 */
record ShardRange(long start, long end, long whole) {
  static ShardRange of(long whole, ProcessGroup group) {
    int rank = group.rank();
    return new ShardRange(
        ShardSpec.start(whole, group.size(), rank),
        ShardSpec.start(whole, group.size(), rank + 1),
        whole);
  }

  /**
   * Which numbers other ranks have. Numbers that no rank has count as this rank's where it has the
   * first or the last ones, so that a lookup there refuses them.
   */
  Tensor outside(Tensor numbers) {
    Tensor below = numbers.lt(start == 0 ? Long.MIN_VALUE : start);
    return end == whole ? below : below.logicalOr(numbers.ge(end));
  }
}
