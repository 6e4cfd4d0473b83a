package ai.cresset.parallel.data;

import ai.cresset.error.CommunicationException;
import ai.cresset.error.DivergenceException;
import ai.cresset.memory.Allocator;
import ai.cresset.memory.NativeMemory;
import ai.cresset.memory.Storage;
import ai.cresset.parallel.comm.ProcessGroup;
import ai.cresset.parallel.comm.ReduceOp;
import ai.cresset.parallel.comm.Slice;
import ai.cresset.parallel.comm.compression.GradientCompression;
import ai.cresset.parallel.mesh.InitialState;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Replicated training. Each rank back-propagates the <em>sum</em> of its losses; gradients and
 * weights are summed over ranks and divided once, so that uneven and empty shares give what one
 * process would.
 *
 * <pre>{@code
 * parallel.beginStep();
 * lossSum.backward();                        // buckets leave while this runs
 * double[] total = parallel.finishStep(sum, weight);
 * optimizer.step();
 * }</pre>
 *
 * <p>Buckets are sent in the order of the plan on every rank, whatever the order in which gradients
 * come. Confined to the rank's thread.
 */
public final class DataParallel implements AutoCloseable {
  private final ProcessGroup group;
  private final @Nullable GradientCompression compression;
  private final List<GradientBucket> buckets = new ArrayList<>();
  private final Map<Tensor, GradientBucket> bucketOf = new HashMap<>();
  private int nextToLaunch;
  private boolean sending = true;

  /**
   * Makes all ranks start from rank 0's parameters and buffers, and takes over their gradients.
   *
   * @param parameters trainable leaves, in the same order on every rank
   * @param buffers other state, in the same order on every rank
   * @throws CommunicationException if ranks hold different shapes
   */
  public DataParallel(
      List<? extends Tensor> parameters,
      List<? extends Tensor> buffers,
      ProcessGroup group,
      DataParallelOptions options) {
    this(parameters, buffers, group, options, null);
  }

  /**
   * The same with fewer bytes for each bucket.
   *
   * @param compression stays the caller's, who keeps its state; null for none
   */
  public DataParallel(
      List<? extends Tensor> parameters,
      List<? extends Tensor> buffers,
      ProcessGroup group,
      DataParallelOptions options,
      @Nullable GradientCompression compression) {
    this.group = group;
    this.compression = compression;
    List<Tensor> state = new ArrayList<>(parameters);
    state.addAll(buffers);
    InitialState.check("data parallelism", state, group);
    for (Tensor tensor : state) {
      InitialState.broadcast(tensor, group);
    }
    List<Spec> specs = new ArrayList<>();
    parameters.forEach(parameter -> specs.add(parameter.spec()));
    BucketPlan plan = BucketPlan.of(specs, options.firstBucketBytes(), options.bucketBytes());
    for (BucketPlan.Bucket each : plan.buckets()) {
      GradientBucket bucket = new GradientBucket(each, parameters);
      buckets.add(bucket);
      for (Tensor leaf : bucket.leaves()) {
        bucketOf.put(leaf, bucket);
        leaf.afterAccumulate(this::arrived);
      }
    }
  }

  /** Forgets the gradients of the step before. */
  public void beginStep() {
    buckets.forEach(GradientBucket::reset);
    nextToLaunch = 0;
    sending = true;
  }

  /**
   * Says whether the next backward pass is the last of its step. Passes before it only accumulate
   * ({@code no_sync}).
   */
  public void lastMicroBatch(boolean last) {
    sending = last;
  }

  private void arrived(Tensor leaf) {
    GradientBucket bucket = bucketOf.get(leaf);
    if (!sending || bucket == null) {
      return;
    }
    bucket.arrived();
    while (nextToLaunch < buckets.size() && buckets.get(nextToLaunch).isComplete()) {
      buckets.get(nextToLaunch).launch(group, compression, nextToLaunch);
      nextToLaunch++;
    }
  }

  /**
   * Sends what is left (parameters without a gradient on this rank count as 0), waits, and divides
   * gradients by the weight of the whole step.
   *
   * @param sum this rank's sum of losses
   * @param weight this rank's weight: samples, tokens
   * @return sum and weight over all ranks
   * @throws DivergenceException if the weight of the whole step is 0
   */
  public double[] finishStep(double sum, double weight) {
    while (nextToLaunch < buckets.size()) {
      buckets.get(nextToLaunch).launch(group, compression, nextToLaunch);
      nextToLaunch++;
    }
    double[] total = sum(sum, weight);
    if (total[1] == 0) {
      throw DivergenceException.noWeight();
    }
    for (GradientBucket bucket : buckets) {
      bucket.complete(total[1]);
    }
    return total;
  }

  /** Sums numbers over all ranks, in float64. */
  public double[] sum(double... values) {
    Storage storage = Allocator.current().allocate(8L * values.length);
    try {
      NativeMemory.write(values, 0, storage.address(), values.length);
      group.allReduce(new Slice(storage, 0, values.length, DType.FLOAT64), ReduceOp.SUM);
      double[] total = new double[values.length];
      NativeMemory.read(storage.address(), total, 0, values.length);
      return total;
    } finally {
      storage.release();
    }
  }

  /** Gives gradients back to the leaves; the group stays open. */
  @Override
  public void close() {
    buckets.forEach(GradientBucket::close);
  }
}
