package ai.cresset.jobs.train.own;

import ai.cresset.nn.loss.CrossEntropyLoss;
import ai.cresset.nn.loss.TargetLoss;
import ai.cresset.tensor.Loss;
import ai.cresset.tensor.LossReduction;
import ai.cresset.tensor.Tensor;

/** A loss that nobody can make without telling it something. */
public class NoUsableLoss extends TargetLoss {
  private final double factor;

  public NoUsableLoss(double factor) {
    this.factor = factor;
  }

  @Override
  protected Loss forward(Tensor input, Tensor target) {
    Loss loss = new CrossEntropyLoss().call(input, target);
    return new Loss(loss.sum().mul(factor), loss.weight());
  }

  @Override
  protected Tensor forward(Tensor input, Tensor target, LossReduction reduction) {
    return new CrossEntropyLoss().call(input, target, reduction).mul(factor);
  }
}
