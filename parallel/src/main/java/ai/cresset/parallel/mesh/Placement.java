package ai.cresset.parallel.mesh;

import ai.cresset.parallel.comm.ReduceOp;

/** What the ranks along one axis hold of a tensor. */
public sealed interface Placement {
  /** Each a part along a dimension, as {@link ShardSpec} cuts it. */
  record Shard(int dim) implements Placement {}

  /** Each all of it. */
  record Replicate() implements Placement {}

  /** Each a tensor of the whole's shape; together, combined by {@code op}, they make it. */
  record Partial(ReduceOp op) implements Placement {}
}
