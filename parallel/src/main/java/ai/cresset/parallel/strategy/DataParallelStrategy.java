package ai.cresset.parallel.strategy;

import ai.cresset.nn.Module;
import ai.cresset.parallel.comm.ProcessGroup;
import ai.cresset.parallel.data.DataParallel;
import ai.cresset.parallel.data.DataParallelOptions;
import ai.cresset.parallel.mesh.GradientNorm;
import ai.cresset.tensor.Loss;
import ai.cresset.tensor.Tensor;
import ai.cresset.train.LossSum;
import ai.cresset.train.Strategy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The whole model on every rank, each with its share of the samples. Rank 0 coordinates. The group
 * stays the caller's.
 */
public final class DataParallelStrategy implements Strategy {
  private final ProcessGroup group;
  private final RankMessages messages;
  private final DataParallelOptions options;
  private @Nullable DataParallel parallel;

  public DataParallelStrategy(ProcessGroup group, DataParallelOptions options) {
    this.group = group;
    this.messages = new RankMessages(group);
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
    Map<String, Tensor> trained = new LinkedHashMap<>();
    List<Tensor> others = new ArrayList<>(model.namedBuffers().values());
    model
        .namedParameters()
        .forEach(
            (name, parameter) -> {
              if (parameter.requiresGrad()) {
                trained.put(name, parameter);
              } else {
                others.add(parameter);
              }
            });
    parallel = new DataParallel(trained, others, group, options, null);
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
    List<Tensor> gradients = new ArrayList<>();
    for (Tensor parameter : parameters) {
      Tensor gradient = parameter.grad();
      if (gradient != null) {
        gradients.add(gradient);
      }
    }
    return GradientNorm.of(gradients);
  }

  @Override
  public double[] sum(double... values) {
    return messages.sum(values);
  }

  @Override
  public byte[] broadcast(byte[] bytes) {
    return messages.broadcast(bytes);
  }

  @Override
  public List<byte[]> gather(byte[] bytes) {
    return messages.gather(bytes);
  }

  @Override
  public void close() {
    if (parallel != null) {
      parallel.close();
      parallel = null;
    }
  }
}
