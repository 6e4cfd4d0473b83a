package ai.cresset.parallel.data;

import ai.cresset.error.CommunicationException;
import ai.cresset.error.ConfigException;
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
import ai.cresset.tensor.autograd.HookHandle;
import ai.cresset.type.DType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
  private final DataParallelOptions options;
  private final List<String> names;
  private final List<Tensor> parameters;
  private final List<HookHandle> hooks = new ArrayList<>();
  private final List<GradientBucket> buckets = new ArrayList<>();
  private final GradientBucket[] bucketOf;
  private final boolean[] used;
  private final List<Integer> arrivals = new ArrayList<>();
  private int nextToLaunch;
  private boolean sending = true;
  private boolean ran;

  /** The same for parameters without names. */
  public DataParallel(
      List<? extends Tensor> parameters,
      List<? extends Tensor> buffers,
      ProcessGroup group,
      DataParallelOptions options) {
    this(parameters, buffers, group, options, null);
  }

  /** The same for parameters without names, with fewer bytes for each bucket. */
  public DataParallel(
      List<? extends Tensor> parameters,
      List<? extends Tensor> buffers,
      ProcessGroup group,
      DataParallelOptions options,
      @Nullable GradientCompression compression) {
    this(numbered(parameters), buffers, group, options, compression);
  }

  /**
   * Makes all ranks start from rank 0's parameters and buffers, and takes over their gradients.
   *
   * @param parameters trainable leaves by name, in the same order on every rank
   * @param buffers other state, in the same order on every rank
   * @param compression sends fewer bytes for each bucket; stays the caller's, who keeps its state;
   *     null for none
   * @throws CommunicationException if ranks hold different shapes
   */
  public DataParallel(
      Map<String, ? extends Tensor> parameters,
      List<? extends Tensor> buffers,
      ProcessGroup group,
      DataParallelOptions options,
      @Nullable GradientCompression compression) {
    this.group = group;
    this.compression = compression;
    this.options = options;
    this.names = List.copyOf(parameters.keySet());
    this.parameters = List.copyOf(parameters.values());
    this.bucketOf = new GradientBucket[names.size()];
    this.used = new boolean[names.size()];
    List<Tensor> state = new ArrayList<>(this.parameters);
    state.addAll(buffers);
    InitialState.check("data parallelism", state, group);
    state.forEach(tensor -> InitialState.broadcast(tensor, group));
    if (!options.rebuildBuckets()) {
      fill(BucketPlan.reverse(names.size()));
    }
    for (int i = 0; i < names.size(); i++) {
      int index = i;
      hooks.add(this.parameters.get(i).afterAccumulate(leaf -> arrived(index)));
    }
  }

  private static Map<String, Tensor> numbered(List<? extends Tensor> parameters) {
    Map<String, Tensor> found = new LinkedHashMap<>();
    for (Tensor parameter : parameters) {
      found.put("number " + found.size() + ", " + parameter.spec(), parameter);
    }
    return found;
  }

  private void fill(List<Integer> order) {
    List<Spec> specs = parameters.stream().map(Tensor::spec).toList();
    BucketPlan plan =
        BucketPlan.of(specs, order, options.firstBucketBytes(), options.bucketBytes());
    for (BucketPlan.Bucket each : plan.buckets()) {
      GradientBucket bucket =
          new GradientBucket(each, parameters, compression == null ? group : null);
      buckets.add(bucket);
      each.parameters().forEach(index -> bucketOf[index] = bucket);
    }
  }

  /** Forgets the gradients of the step before. */
  public void beginStep() {
    parameters.forEach(Tensor::zeroGrad);
    buckets.forEach(GradientBucket::reset);
    Arrays.fill(used, false);
    arrivals.clear();
    nextToLaunch = 0;
    sending = true;
    ran = false;
  }

  /**
   * Says whether the next backward pass is the last of its step. Passes before it only accumulate
   * ({@code no_sync}).
   */
  public void lastMicroBatch(boolean last) {
    sending = last;
    arrivals.clear();
  }

  private void arrived(int index) {
    ran = true;
    used[index] = true;
    arrivals.add(index);
    if (!sending || buckets.isEmpty()) {
      return;
    }
    bucketOf[index].arrived();
    launch(true);
  }

  /**
   * Sends buckets as far as they are complete, or all; but for the last one. It is complete when
   * backward is at its end: whoever waits anyway sends it without a hop to another thread.
   */
  private void launch(boolean complete) {
    while (nextToLaunch < buckets.size() - 1
        && (!complete || buckets.get(nextToLaunch).isComplete())) {
      buckets.get(nextToLaunch).launch(group, compression, nextToLaunch);
      nextToLaunch++;
    }
  }

  /**
   * Sends what is left (parameters of a rank without samples count as 0), waits, and divides
   * gradients by the weight of the whole step: those that {@link Tensor#grad()} gives from now on.
   * A fused optimizer divides on its way.
   *
   * @param sum this rank's sum of losses
   * @param weight this rank's weight: samples, tokens
   * @return sum and weight over all ranks
   * @throws DivergenceException if the weight of the whole step is 0
   * @throws ConfigException if parameters had no part in this rank's losses, and are not looked for
   */
  public double[] finishStep(double sum, double weight) {
    if (!options.findUnused()) {
      refuseUnused();
    }
    if (buckets.isEmpty()) {
      fill(agreedOrder());
    }
    launch(false);
    if (!buckets.isEmpty()) {
      buckets.get(buckets.size() - 1).run(group, compression, nextToLaunch);
    }
    double[] uses = options.findUnused() ? sum(uses()) : new double[0];
    double[] total = sum(sum, weight);
    if (total[1] == 0) {
      throw DivergenceException.noWeight();
    }
    for (GradientBucket bucket : buckets) {
      bucket.complete(total[1]);
    }
    for (int i = 0; i < uses.length; i++) {
      if (uses[i] == 0) {
        parameters.get(i).zeroGrad();
      }
    }
    return total;
  }

  private double[] uses() {
    double[] found = new double[used.length];
    for (int i = 0; i < found.length; i++) {
      found[i] = used[i] ? 1 : 0;
    }
    return found;
  }

  private void refuseUnused() {
    List<String> unused = new ArrayList<>();
    for (int i = 0; i < used.length; i++) {
      if (!used[i]) {
        unused.add(names.get(i));
      }
    }
    if (ran && !unused.isEmpty()) {
      ConfigException refused =
          ConfigException.because(
              "data parallelism: the loss of rank "
                  + group.rank()
                  + " does not depend on "
                  + unused
                  + "; freeze what is not trained (requiresGrad(false)), or set"
                  + " DataParallelOptions.findUnused");
      group.abort(refused);
      throw refused;
    }
  }

  /**
   * The order in which gradients came on the rank that saw most of them, the first of several. It
   * is settled before anything is sent, so that a resumed run adds in the order of one that was
   * never stopped.
   */
  private List<Integer> agreedOrder() {
    ByteBuffer mine = ByteBuffer.allocate(Integer.BYTES * arrivals.size());
    arrivals.forEach(mine::putInt);
    byte[] longest = new byte[0];
    for (byte[] theirs : group.allGatherBytes(mine.array())) {
      longest = theirs.length > longest.length ? theirs : longest;
    }
    Set<Integer> order = new LinkedHashSet<>();
    ByteBuffer seen = ByteBuffer.wrap(longest);
    while (seen.hasRemaining()) {
      order.add(seen.getInt());
    }
    order.addAll(BucketPlan.reverse(names.size()));
    return List.copyOf(order);
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
    hooks.forEach(HookHandle::close);
    buckets.forEach(GradientBucket::close);
  }
}
