package ai.cresset.parallel.strategy;

import ai.cresset.nn.Module;
import ai.cresset.nn.Parameter;
import ai.cresset.optim.GradientClipping;
import ai.cresset.parallel.comm.ProcessGroup;
import ai.cresset.parallel.data.DataParallel;
import ai.cresset.parallel.data.DataParallelOptions;
import ai.cresset.tensor.Loss;
import ai.cresset.tensor.Tensor;
import ai.cresset.train.LossSum;
import ai.cresset.train.Strategy;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The whole model on every rank, each with its share of the samples. Rank 0 coordinates. The group
 * stays the caller's.
 */
public final class DataParallelStrategy implements Strategy {
  private static final int COORDINATOR = 0;

  private final ProcessGroup group;
  private final DataParallelOptions options;
  private @Nullable DataParallel parallel;

  public DataParallelStrategy(ProcessGroup group, DataParallelOptions options) {
    this.group = group;
    this.options = options;
  }

  @Override
  public int rank() {
    return group.rank();
  }

  @Override
  public int worldSize() {
    return group.size();
  }

  @Override
  public void prepare(Module model) {
    close();
    List<Tensor> trained = new ArrayList<>();
    List<Tensor> others = new ArrayList<>(model.namedBuffers().values());
    for (Parameter parameter : model.parameters()) {
      (parameter.requiresGrad() ? trained : others).add(parameter);
    }
    parallel = new DataParallel(trained, others, group, options);
  }

  private DataParallel prepared() {
    if (parallel == null) {
      throw new IllegalStateException("prepare(model) comes before the first step");
    }
    return parallel;
  }

  @Override
  public void beginStep() {
    prepared().beginStep();
  }

  @Override
  public void backward(Loss loss, boolean last) {
    prepared().lastMicroBatch(last);
    loss.sum().backward();
  }

  @Override
  public LossSum finishStep(LossSum local) {
    double[] total = prepared().finishStep(local.sum(), local.weight());
    return new LossSum(total[0], total[1]);
  }

  /** Every rank holds all gradients of the step, so each finds the same norm by itself. */
  @Override
  public double gradientNorm(Collection<? extends Tensor> parameters) {
    return GradientClipping.globalNorm(parameters);
  }

  @Override
  public double[] sum(double... values) {
    ByteBuffer mine = ByteBuffer.allocate(Double.BYTES * values.length);
    for (double value : values) {
      mine.putDouble(value);
    }
    double[] total = new double[values.length];
    for (byte[] each : group.allGatherBytes(mine.array())) {
      ByteBuffer theirs = ByteBuffer.wrap(each);
      for (int i = 0; i < total.length; i++) {
        total[i] += theirs.getDouble();
      }
    }
    return total;
  }

  @Override
  public byte[] broadcast(byte[] bytes) {
    return group.broadcastBytes(bytes, COORDINATOR);
  }

  @Override
  public List<byte[]> gather(byte[] bytes) {
    return group.allGatherBytes(bytes);
  }

  @Override
  public void close() {
    if (parallel != null) {
      parallel.close();
      parallel = null;
    }
  }
}
