package ai.cresset.parallel.data;

import ai.cresset.nn.norm.StatisticsGroup;
import ai.cresset.parallel.comm.ProcessGroup;
import ai.cresset.parallel.comm.ReduceOp;
import ai.cresset.parallel.comm.Slice;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.Device;

/**
 * Batch statistics over the ranks of a process group:
 *
 * <pre>{@code
 * SyncBatchNorm.convert(model, new GroupStatistics(group));
 * }</pre>
 *
 * <p>The sums of a pass stand in line with the buckets of {@link DataParallel} on the same group,
 * which are submitted in the same order on all ranks. Every rank runs the model in every step, also
 * on an empty share.
 */
public final class GroupStatistics implements StatisticsGroup {
  private final ProcessGroup group;

  public GroupStatistics(ProcessGroup group) {
    this.group = group;
  }

  @Override
  public void sum(Tensor values) {
    if (values.device().isHost()) {
      sumOnHost(values);
      return;
    }
    try (Tensor host = values.to(Device.CPU)) {
      sumOnHost(host);
      values.copy_(host.to(values.device()));
    }
  }

  private void sumOnHost(Tensor values) {
    long start = values.storageOffset() * values.dtype().bytes();
    group.allReduce(
        new Slice(values.storage(), start, values.numel(), values.dtype()), ReduceOp.SUM);
    values.storage().changed();
  }
}
