package ai.cresset.parallel.data;

import ai.cresset.error.CommunicationException;
import ai.cresset.memory.Scope;
import ai.cresset.parallel.comm.CommonMemory;
import ai.cresset.parallel.comm.ProcessGroup;
import ai.cresset.parallel.comm.ReduceOp;
import ai.cresset.parallel.comm.Slice;
import ai.cresset.parallel.comm.Work;
import ai.cresset.parallel.comm.compression.GradientCompression;
import ai.cresset.parallel.mesh.HostMirror;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.GradMode;
import ai.cresset.type.Shape;
import ai.cresset.type.Strides;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The memory of a bucket. Gradients gather in slices of it, so in host memory nothing is copied to
 * be sent; ranks of one host reach it themselves.
 */
final class GradientBucket implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(GradientBucket.class);

  private final @Nullable CommonMemory memory;
  private final Tensor buffer;
  private final HostMirror mirror;
  private final List<Tensor> leaves = new ArrayList<>();
  private final List<Tensor> slices = new ArrayList<>();
  private int missing;
  private @Nullable Work work;

  /**
   * @param group whose ranks may reach this memory on the host; null if they shall not
   */
  GradientBucket(
      BucketPlan.Bucket plan, List<? extends Tensor> parameters, @Nullable ProcessGroup group) {
    Spec spec = new Spec(Shape.of(plan.numel()), plan.dtype(), parameters.get(0).device());
    if (group != null && spec.device().isHost()) {
      this.memory = group.commonMemory(plan.numel() * plan.dtype().bytes());
      Shape shape = spec.shape();
      this.buffer =
          Scope.detach(
              Tensor.view(memory.storage(), 0, shape, Strides.contiguous(shape), plan.dtype()));
    } else {
      this.memory = null;
      this.buffer = Scope.detach(Tensor.zeros(spec));
    }
    this.mirror = new HostMirror(buffer);
    for (int i = 0; i < plan.parameters().size(); i++) {
      Tensor leaf = parameters.get(plan.parameters().get(i));
      Tensor slice =
          Scope.detach(
              Tensor.view(
                  buffer.storage(),
                  plan.offsets().get(i),
                  leaf.shape(),
                  Strides.contiguous(leaf.shape()),
                  leaf.dtype()));
      gatherIn(slice, leaf);
      leaves.add(leaf);
      slices.add(slice);
    }
    missing = leaves.size();
  }

  /** A gradient that came before moves into its slice. */
  private static void gatherIn(Tensor slice, Tensor leaf) {
    Tensor before = leaf.grad();
    try (GradMode.Restore off = GradMode.disable()) {
      if (before == null) {
        leaf.accumulator().target(slice);
        return;
      }
      slice.copy_(before);
      leaf.accumulator().target(slice);
      leaf.accumulator().targetFilled();
    }
  }

  /** Forgets the gradients of the step before. */
  void reset() {
    missing = leaves.size();
    work = null;
    leaves.forEach(Tensor::zeroGrad);
  }

  List<Tensor> leaves() {
    return leaves;
  }

  /** Counts a complete gradient. */
  void arrived() {
    missing--;
  }

  /** Whether every gradient has come. */
  boolean isComplete() {
    return missing == 0;
  }

  /**
   * Starts the sum over all ranks. Gradients that did not come on this rank count as 0.
   *
   * @param number of this bucket
   */
  void launch(ProcessGroup group, @Nullable GradientCompression compression, int number) {
    Slice gradients = gradients();
    work =
        compression == null
            ? group.allReduceAsync(gradients, ReduceOp.SUM)
            : compression.allReduceAsync(group, number, gradients);
  }

  /** The same for the last bucket, after which there is nothing left to do but to wait. */
  void run(ProcessGroup group, @Nullable GradientCompression compression, int number) {
    if (compression != null) {
      launch(group, compression, number);
      return;
    }
    group.allReduce(gradients(), ReduceOp.SUM);
    mirror.putBack();
  }

  private Slice gradients() {
    for (int i = 0; i < leaves.size(); i++) {
      if (leaves.get(i).accumulator().withoutFactor() == null) {
        slices.get(i).zero_();
        leaves.get(i).accumulator().targetFilled();
      }
    }
    return mirror.fetch();
  }

  /** Waits for the sum, and divides it when it is looked at. */
  void complete(double weight) {
    if (work != null) {
      work.await();
      work = null;
      mirror.putBack();
    }
    for (Tensor leaf : leaves) {
      leaf.accumulator().multiplyLater(1 / weight);
    }
  }

  @Override
  public void close() {
    if (work != null) {
      awaitQuietly(work);
    }
    for (int i = 0; i < leaves.size(); i++) {
      if (!leaves.get(i).isReleased()) {
        leaves.get(i).accumulator().detachTarget();
      }
      slices.get(i).close();
    }
    mirror.close();
    buffer.close();
    if (memory != null) {
      memory.close();
    }
  }

  /** Its failure, if any, was raised where the step ended. */
  private static void awaitQuietly(Work work) {
    try {
      work.await();
    } catch (CommunicationException e) {
      LOG.debug("a bucket that nobody waited for has failed", e);
    }
  }
}
