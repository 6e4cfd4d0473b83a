package ai.cresset.train;

import ai.cresset.error.DivergenceException;
import ai.cresset.nn.Module;
import ai.cresset.nn.Parameter;
import ai.cresset.optim.GradientClipping;
import ai.cresset.tensor.Loss;
import ai.cresset.tensor.Tensor;
import java.util.Collection;
import java.util.List;

/** One rank that does everything. */
public final class SingleDevice implements Strategy {
  private List<Parameter> parameters = List.of();

  @Override
  public int rank() {
    return 0;
  }

  @Override
  public int worldSize() {
    return 1;
  }

  @Override
  public void prepare(Module model) {
    parameters = model.parameters();
  }

  @Override
  public void prepare(Module model, List<Player> players) {
    prepare(model); // a turn's gradients are those of its player alone
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
    if (local.weight() == 0) {
      throw DivergenceException.noWeight();
    }
    // Multiplied by the reciprocal, as gradient buckets are: the same bits on one rank and on many.
    GradientClipping.scale(parameters, 1 / local.weight());
    return local;
  }

  @Override
  public double gradientNorm(Collection<? extends Tensor> model) {
    return GradientClipping.globalNorm(model);
  }

  @Override
  public double[] sum(double... values) {
    return values.clone();
  }

  @Override
  public byte[] broadcast(byte[] bytes) {
    return bytes.clone();
  }

  @Override
  public List<byte[]> gather(byte[] bytes) {
    return List.of(bytes.clone());
  }

  @Override
  public void close() {
    parameters = List.of();
  }
}
