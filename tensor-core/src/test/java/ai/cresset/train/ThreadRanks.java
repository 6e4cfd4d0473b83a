package ai.cresset.train;

import ai.cresset.error.DivergenceException;
import ai.cresset.memory.Scope;
import ai.cresset.nn.Module;
import ai.cresset.optim.GradientClipping;
import ai.cresset.tensor.Loss;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.GradMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import org.jspecify.annotations.NullUnmarked;

/** Ranks that are threads of one process and meet at a barrier: the smallest strategy there is. */
@NullUnmarked
final class ThreadRanks {
  private final int worldSize;
  private final CyclicBarrier barrier;
  private final Object[] slots;

  ThreadRanks(int worldSize) {
    this.worldSize = worldSize;
    this.barrier = new CyclicBarrier(worldSize);
    this.slots = new Object[worldSize];
  }

  Strategy rank(int rank) {
    return new Rank(rank);
  }

  /** Ends the waiting of all ranks, after one of them failed. */
  void abort() {
    barrier.reset();
  }

  private final class Rank implements Strategy {
    private final int rank;
    private List<? extends Tensor> parameters = List.of();

    Rank(int rank) {
      this.rank = rank;
    }

    private List<Object> exchange(Object mine) {
      try {
        slots[rank] = mine;
        barrier.await();
        List<Object> all = new ArrayList<>(Arrays.asList(slots));
        barrier.await();
        return all;
      } catch (InterruptedException | BrokenBarrierException e) {
        throw new IllegalStateException("another rank failed", e);
      }
    }

    @Override
    public int rank() {
      return rank;
    }

    @Override
    public int worldSize() {
      return worldSize;
    }

    @Override
    public void prepare(Module model) {
      parameters = model.parameters();
    }

    @Override
    public void beginStep() {
      parameters.forEach(Tensor::zeroGrad);
    }

    @Override
    public void backward(Loss loss, boolean last) {
      loss.sum().backward();
    }

    @Override
    public LossSum finishStep(LossSum local) {
      double[] total = sum(local.sum(), local.weight());
      if (total[1] == 0) {
        throw DivergenceException.noWeight();
      }
      try (Scope scope = Scope.open("reduce");
          GradMode.Restore off = GradMode.disable()) {
        for (Tensor parameter : parameters) {
          Tensor gradient = parameter.grad();
          double[] mine =
              gradient == null ? new double[(int) parameter.numel()] : gradient.toDoubleArray();
          double[] reduced = sum(mine);
          float[] mean = new float[reduced.length];
          for (int i = 0; i < mean.length; i++) {
            mean[i] = (float) (reduced[i] / total[1]);
          }
          parameter.grad(Tensor.of(mean, parameter.shape().toArray()));
        }
      }
      return new LossSum(total[0], total[1]);
    }

    @Override
    public double gradientNorm(Collection<? extends Tensor> model) {
      return GradientClipping.globalNorm(model);
    }

    @Override
    public double[] sum(double... values) {
      double[] total = new double[values.length];
      for (Object each : exchange(values.clone())) {
        for (int i = 0; i < total.length; i++) {
          total[i] += ((double[]) each)[i];
        }
      }
      return total;
    }

    @Override
    public byte[] broadcast(byte[] bytes) {
      return (byte[]) exchange(bytes).get(0);
    }

    @Override
    public List<byte[]> gather(byte[] bytes) {
      return exchange(bytes).stream().map(each -> (byte[]) each).toList();
    }

    @Override
    public void close() {}
  }
}
